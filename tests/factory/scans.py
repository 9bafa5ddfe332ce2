"""A sheet as scanned pages: drawn as pictures at 150 dpi, clean or worn, with double rules, or stamped."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from math import cos, pi, sin
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from parsers.document.model import Grid, GridCell, expand
from tests.factory import heads
from tests.factory.html import Td, tables_of
from tests.factory.layouts import Make
from tests.factory.sheet import Sheet

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
DPI = 150
_WIDTH, _HEIGHT = 1240, 1754
_MARGIN = 120
_PAPER, _INK, _RED = 255, 20, (215, 40, 40)
_SIMPLIFIED_CHINESE = 2
_PADDING = 6
# The tables, and the relative widths of the columns of labels and of one of values.
_COLUMNS: dict[int, tuple[str, tuple[int, ...], int]] = {
    2: ("disclosure", (5,), 3),
    3: ("applications", (2, 3, 7), 4),
    4: ("disputes", (), 1),
}


def clean_scan(sheet: Sheet, _rng: Random) -> bytes:
    """A PDF of pictures of clean pages."""
    return pdf_of(draw_pages(sheet))


def worn_scan(sheet: Sheet, rng: Random) -> bytes:
    """A PDF of pictures of worn pages."""
    return pdf_of([wear(page, rng) for page in draw_pages(sheet)])


def double_ruled_scan(sheet: Sheet, rng: Random) -> bytes:
    """A PDF of pictures of worn pages whose rules are double."""
    return pdf_of([wear(page, rng) for page in draw_pages(sheet, gap=rng.randint(1, 4))])


def stamped_scan(sheet: Sheet, rng: Random) -> bytes:
    """A PDF of pictures of pages with a seal on each, which may lie on figures; in colours or in grey."""
    pages = draw_pages(sheet)
    places = [(rng.randint(300, 1000), rng.randint(300, 1400)) for _ in pages]
    stamped = [stamp(page, place, rng.randint(115, 150)) for page, place in zip(pages, places, strict=True)]
    return pdf_of([page.convert("L") for page in stamped] if rng.random() < 0.3 else stamped)


MAKES = (
    Make("scan, clean", clean_scan, places=True),
    Make("scan, worn", worn_scan, places=True),
    Make("scan, double rules", double_ruled_scan, places=True),
    Make("scan, stamped", stamped_scan, places=True),
)


def _widths(sheet: Sheet, number: int) -> tuple[int, ...]:
    table, labels, value = _COLUMNS[number]
    serial = (2,) if table in sheet.numbered else ()
    return (*serial, *labels, *(value,) * sheet.columns(table))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size, index=_SIMPLIFIED_CHINESE)


def draw_pages(sheet: Sheet, gap: int = 0) -> list[Image.Image]:
    """The pages of a report, one grey picture each, as clean as a printer's own.

    ``gap``: the pixels of paper between the two lines of double rules; 0 for single ones.
    """
    book = _Book(gap)
    book.write(sheet.truth.title, 34)
    for number, title in heads.CHAPTERS.items():
        book.write(title, 24)
        for text in sheet.truth.prose.get(number, ()):
            book.write("　　" + text, 22)
        if number in _COLUMNS:
            book.table(tables_of(sheet)[number], _widths(sheet, number))
    return book.pages


def draw_box(draw: ImageDraw.ImageDraw, box: tuple[int, int, int, int], gap: int = 0) -> None:
    """The rules around a cell, which it shares with its neighbours; double ones with a ``gap`` between."""
    near, far = ((gap + 1) // 2, gap // 2 + 1) if gap else (0, 0)
    x0, y0, x1, y1 = box
    draw.rectangle((x0 - near, y0 - near, x1 + far, y1 + far), outline=_INK)
    if gap:
        draw.rectangle((x0 + far, y0 + far, x1 - near, y1 - near), outline=_INK)
        for x in (x0, x1):
            draw.line([(x - near, y0 - near), (x - near, y1 + far)], fill=_INK)
            draw.line([(x + far, y0 - near), (x + far, y1 + far)], fill=_INK)
        for y in (y0, y1):
            draw.line([(x0 - near, y - near), (x1 + far, y - near)], fill=_INK)
            draw.line([(x0 - near, y + far), (x1 + far, y + far)], fill=_INK)


def stamp(page: Image.Image, middle: tuple[int, int], radius: int, name: str = "示例市财政局") -> Image.Image:
    """A page with a round official seal, its ink upon the print: ring, star, the name along the ring."""
    seal = Image.new("RGB", page.size, "white")
    draw = ImageDraw.Draw(seal)
    x, y = middle
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), outline=_RED, width=6)
    star = [
        (x + share * radius * sin(at * pi / 5), y - share * radius * cos(at * pi / 5))
        for at, share in enumerate((0.32, 0.12) * 5)
    ]
    draw.polygon(star, fill=_RED)
    side = round(radius * 0.4)
    for number, character in enumerate(name):
        angle = (number / (len(name) - 1) - 0.5) * 2 / 3 * pi
        tile = Image.new("L", (side, side), 0)
        ImageDraw.Draw(tile).text((side / 2, side / 2), character, fill=255, font=_font(side * 3 // 5), anchor="mm")
        place = (x + 0.74 * radius * sin(angle) - side / 2, y - 0.74 * radius * cos(angle) - side / 2)
        seal.paste(_RED, (round(place[0]), round(place[1])), tile.rotate(-angle * 180 / pi))
    return ImageChops.multiply(page.convert("RGB"), seal)


def wear(page: Image.Image, rng: Random) -> Image.Image:
    """What a cheap scanner makes of a page: askew, blurred, noisy, and compressed too far."""
    angle = rng.choice((-1, 1)) * rng.uniform(0.6, 1.0)
    page = page.rotate(angle, Image.Resampling.BICUBIC, fillcolor=_PAPER).filter(ImageFilter.GaussianBlur(0.8))
    noise = np.random.default_rng(rng.getrandbits(32)).normal(0, 10, (page.height, page.width))
    grey = Image.fromarray(np.clip(np.asarray(page, dtype=float) * 0.85 + 25 + noise, 0, 255).astype(np.uint8))
    squeezed = io.BytesIO()
    grey.save(squeezed, "JPEG", quality=40)
    return Image.open(squeezed)


def pdf_of(pages: Sequence[Image.Image]) -> bytes:
    """Pictures as the pages of a PDF, without any text."""
    data = io.BytesIO()
    pages[0].save(data, "PDF", save_all=True, append_images=pages[1:], resolution=DPI, quality=90)
    return data.getvalue()


def _wrapped(text: str, size: int, width: int) -> list[str]:
    """Lines no wider than ``width`` pixels; numbers are never cut."""
    lines = [""]
    for char in text:
        if char == "\n" or (lines[-1] and _font(size).getlength(lines[-1] + char) > width and not char.isdigit()):
            lines.append("")
        lines[-1] += char.strip("\n")
    return lines


def _fitting(text: str, size: int, width: int) -> int:
    """The size at which a number is no wider than its cell."""
    while text[:1].isdigit() and text[-1:].isdigit() and _font(size).getlength(text) > width:
        size -= 1
    return size


@dataclass(slots=True)
class _Book:
    """Pages that are filled from top to bottom."""

    gap: int = 0
    pages: list[Image.Image] = field(default_factory=list)
    _y: int = _HEIGHT

    @property
    def _draw(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.pages[-1])

    def _need(self, height: int) -> bool:
        """Begin a new page unless there is room; tells whether it did."""
        if self._y + height <= _HEIGHT - _MARGIN:
            return False
        self.pages.append(Image.new("L", (_WIDTH, _HEIGHT), _PAPER))
        self._y = _MARGIN
        return True

    def write(self, text: str, size: int) -> None:
        for line in _wrapped(text, size, _WIDTH - 2 * _MARGIN):
            self._need(2 * size)
            self._draw.text((_MARGIN, self._y), line, fill=_INK, font=_font(size))
            self._y += size * 3 // 2
        self._y += size // 2

    def table(self, rows: Sequence[Sequence[Td]], widths: Sequence[int], size: int = 19) -> None:
        grid = expand(1, [[(td.text, td.width, td.height) for td in row] for row in rows])
        unit = (_WIDTH - 2 * _MARGIN) / sum(widths)
        xs = [_MARGIN + round(unit * total) for total in accumulate(widths, initial=0)]
        for first, last in self._parts(_heights(grid, xs, size)):
            heights = _heights(grid, xs, size)[first:last]
            ys = list(accumulate(heights, initial=self._y))
            for cell in _cells(grid, first, last):
                top, bottom = (min(max(n, first), last) - first for n in (cell.row, cell.row + cell.height))
                box = (xs[cell.column], ys[top], xs[cell.column + cell.width], ys[bottom])
                draw_box(self._draw, box, self.gap)
                self._cell_text(cell.text if cell.row >= first else "", box, size)
            self._y = ys[-1] + size

    def _parts(self, heights: Sequence[int]) -> Iterator[tuple[int, int]]:
        """The rows that fit on this page, then those on the next, and so on."""
        start = 0
        self._need(2 * max(heights))
        while start < len(heights):
            end = start
            while end < len(heights) and self._y + sum(heights[start : end + 1]) <= _HEIGHT - _MARGIN:
                end += 1
            yield start, end
            start = end
            if start < len(heights):
                self._need(_HEIGHT)

    def _cell_text(self, text: str, box: tuple[int, int, int, int], size: int) -> None:
        size = _fitting(text, size, box[2] - box[0] - 2 * _PADDING)
        lines = _wrapped(text, size, box[2] - box[0] - 2 * _PADDING)
        y = (box[1] + box[3]) // 2 - len(lines) * size * 5 // 8
        for line in lines:
            x = (box[0] + box[2] - _font(size).getlength(line)) / 2
            self._draw.text((x, y), line, fill=_INK, font=_font(size))
            y += size * 5 // 4


def _cells(grid: Grid, first: int, last: int) -> list[GridCell]:
    """The cells of some rows, those too that begin above them."""
    return list(dict.fromkeys(cell for row in grid.rows[first:last] for cell in row if cell))


def _heights(grid: Grid, xs: Sequence[int], size: int) -> list[int]:
    """How high each row must be for its own cells' lines."""
    heights = [2 * size] * len(grid.rows)
    for cell in _cells(grid, 0, len(grid.rows)):
        lines = _wrapped(cell.text, size, xs[cell.column + cell.width] - xs[cell.column] - 2 * _PADDING)
        lacking = len(lines) * size * 5 // 4 + 2 * _PADDING - sum(heights[cell.row : cell.row + cell.height])
        if lacking > 0:
            heights[cell.row + cell.height - 1] += lacking
    return heights
