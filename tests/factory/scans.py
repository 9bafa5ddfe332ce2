"""A sheet as scanned pages: drawn as pictures at 150 dpi, clean or worn."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from itertools import accumulate
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

from parsers.document.model import Grid, GridCell, expand
from tests.factory import heads
from tests.factory.html import Td, tables_of
from tests.factory.layouts import Make
from tests.factory.sheet import Sheet

FONT = Path("/usr/share/fonts/opentype/noto/NotoSerifCJK-Regular.ttc")
DPI = 150
_WIDTH, _HEIGHT = 1240, 1754
_MARGIN = 120
_PAPER, _INK = 255, 20
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


MAKES = (
    Make("scan, clean", clean_scan, places=True),
    Make("scan, worn", worn_scan, places=True),
)


def _widths(sheet: Sheet, number: int) -> tuple[int, ...]:
    table, labels, value = _COLUMNS[number]
    serial = (2,) if table in sheet.numbered else ()
    return (*serial, *labels, *(value,) * sheet.columns(table))


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(FONT), size, index=_SIMPLIFIED_CHINESE)


def draw_pages(sheet: Sheet) -> list[Image.Image]:
    """The pages of a report, one grey picture each, as clean as a printer's own."""
    book = _Book()
    book.write(sheet.truth.title, 34)
    for number, title in heads.CHAPTERS.items():
        book.write(title, 24)
        for text in sheet.truth.prose.get(number, ()):
            book.write("　　" + text, 22)
        if number in _COLUMNS:
            book.table(tables_of(sheet)[number], _widths(sheet, number))
    return book.pages


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
                self._draw.rectangle(box, outline=_INK)
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
