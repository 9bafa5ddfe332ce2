"""A sheet in print: PDF pages drawn line by line, in the ways in which office programs draw them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from io import BytesIO
from itertools import accumulate
from random import Random

import pypdfium2 as pdfium
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from tests.factory import heads
from tests.factory.html import Td, tables_of
from tests.factory.sheet import Sheet
from tests.factory.truth import Truth

FONT = "STSong-Light"
_LEFT, _TOP, _BOTTOM = 56.0, 64.0, 60.0
_WIDTH = A4[0] - 2 * _LEFT
_LEAD = 1.35
_PAD = 3.0
_BODY = 10.5


@dataclass(frozen=True, slots=True)
class Style:
    """How tables are drawn. ``borders``: as full lines, a box a cell, thin filled areas, or not at all.

    ``open_sides``: without the outer lines at left and right. ``open_break``: without a rule where a page
    cuts the table. ``cut_rows``: a row may be cut in two by a page. ``turned``: the page lies on its side.
    ``pictures``: the chapters whose tables are pictures. ``hidden``: the text is not shown, as under a scan.
    ``breaks``: without rules too, a figure is broken where its cell ends.
    """

    borders: str = "lines"
    open_sides: bool = False
    open_break: bool = False
    cut_rows: bool = False
    turned: bool = False
    size: float = 9.0
    numbers: str = "- {} -"
    pictures: frozenset[int] = frozenset()
    hidden: bool = False
    breaks: bool = False


@dataclass(slots=True)
class _Cell:
    """A cell of the expanded table, in columns and rows."""

    td: Td
    column: int
    row: int
    lines: list[str]
    begun: bool = False

    @property
    def last_row(self) -> int:
        return self.row + self.td.height - 1


def ruled_page(sheet: Sheet, rng: Random) -> bytes:
    """A PDF with ruled tables."""
    style = Style(
        borders=rng.choice(("lines", "boxes", "areas")),
        # Beside a row that is too short, open sides look like an empty cell.
        open_sides=rng.random() < 0.15 and all(None not in row.cells for row in sheet.rows),
        open_break=rng.random() < 0.4,
        cut_rows=rng.random() < 0.4,
        turned=rng.random() < 0.2,
        size=rng.choice((7.5, 9.0, 10.5)),
        numbers=rng.choice(("- {} -", "{}", "第 {} 页")),
    )
    return draw(sheet, style, rng)


def unruled_page(sheet: Sheet, rng: Random) -> bytes:
    """A PDF whose tables have no rules; the type is small enough for numbers to stand apart."""
    size = min(rng.choice((7.5, 9.0)), _fitting_size(sheet))
    return draw(sheet, Style(borders="none", size=size, numbers=rng.choice(("- {} -", "{}"))), rng)


def narrow_page(sheet: Sheet, rng: Random) -> bytes:
    """Ruled tables whose type is so large that long figures are broken over lines of their cells."""
    return draw(sheet, Style(borders=rng.choice(("lines", "boxes", "areas")), size=rng.choice((12.0, 14.0))), rng)


def narrow_unruled_page(sheet: Sheet, rng: Random) -> bytes:
    """The same without rules."""
    return draw(sheet, Style(borders="none", breaks=True, size=rng.choice((12.0, 14.0))), rng)


def _fitting_size(sheet: Sheet) -> float:
    """The size at which every number is a little narrower than the narrowest column, which is section 4's."""
    texts = ["0", *(line for row in sheet.rows for text in row.texts for line in text.split("\n"))]
    room = 26.0 * 15 / max(15, sheet.columns("disputes"), 2 * sheet.columns("applications"))
    return room / max((pdfmetrics.stringWidth(text, _fonts(), 1.0) for text in texts if text), default=1.0)


def draw(sheet: Sheet, style: Style, rng: Random, canvas: type[Canvas] = Canvas) -> bytes:
    """The sheet as PDF bytes; the place of the first table on its page, and so of every break, is random."""
    paper = _Paper(sheet.truth, style, canvas)
    paper.text(sheet.truth.title, size=16)
    paper.space(rng.uniform(0, 300))
    tables = tables_of(sheet)
    for number, heading in heads.CHAPTERS.items():
        paper.text(heading, size=12)
        for line in sheet.truth.prose.get(number, ()):
            paper.text(line)
        if number in style.pictures:
            paper.picture(tables[number], _widths(sheet, number))
        elif number in tables:
            paper.table(tables[number], _widths(sheet, number))
        paper.space(rng.uniform(0, 40))
    return paper.finish()


def _widths(sheet: Sheet, number: int) -> list[float]:
    """The widths of a table's columns: its labels' own, and the rest shared out among its values."""
    table, labels = {2: ("disclosure", [0.34]), 3: ("applications", [0.07, 0.1, 0.27]), 4: ("disputes", [])}[number]
    columns = sheet.columns(table)
    serial = [0.04] if table in sheet.numbered else []
    rest = 1 - sum(labels) - sum(serial)
    return [_WIDTH * share for share in (*serial, *labels, *[rest / columns] * columns)]


@cache
def _fonts() -> str:
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    return FONT


def _wrapped(text: str, width: float, size: float) -> list[str]:
    lines = [""]
    for char in text:
        if char == "\n":
            lines.append("")
            continue
        if lines[-1] and pdfmetrics.stringWidth(lines[-1] + char, _fonts(), size) > width:
            lines.append("")
        lines[-1] += char
    return lines


class _Paper:
    """Pages under the pen; heights are measured from the top."""

    def __init__(self, truth: Truth, style: Style, canvas: type[Canvas] = Canvas) -> None:
        self._truth = truth
        self._style = style
        self._out = BytesIO()
        self._canvas = canvas(self._out, pagesize=A4, pageCompression=1)
        self._number = 0
        self._y = 0.0
        self._begin()

    def finish(self) -> bytes:
        """The whole file."""
        self._canvas.showPage()
        self._canvas.save()
        return self._out.getvalue()

    def space(self, height: float) -> None:
        """Leave some room."""
        self._y += height

    def text(self, text: str, size: float = _BODY) -> None:
        """A paragraph."""
        for line in _wrapped(text, _WIDTH, size):
            if self._y + size * _LEAD > A4[1] - _BOTTOM:
                self._turn_page()
            self._write(line, _LEFT, self._y, size)
            self._y += size * _LEAD
        self._y += 4

    def table(self, rows: Sequence[Sequence[Td]], widths: Sequence[float]) -> None:
        """A table, over as many pages as it takes."""
        laid_out = list(_laid_out(rows))
        # A row that slipped to the right juts out of its table.
        widths = [*widths, *[widths[-1]] * (max(column + td.width for td, column, _ in laid_out) - len(widths))]
        edges = list(accumulate(widths, initial=_LEFT))
        cells = [_Cell(td, column, row, self._lines(td, column, widths)) for td, column, row in laid_out]
        start, tops = 0, [self._y]
        for row in range(len(rows)):
            height = self._height(cells, row)
            if tops[-1] + height > A4[1] - _BOTTOM:
                rest = self._cut(cells, row, A4[1] - _BOTTOM - tops[-1]) if self._style.cut_rows else None
                if rest:
                    tops.append(A4[1] - _BOTTOM)
                self._segment(cells, start, tops, edges, first=start == 0, last=False)
                self._turn_page()
                for cell, lines in rest or ():
                    cell.lines, cell.begun = lines, False
                    height = max(len(lines) for _, lines in rest or ()) * self._lead + 2 * _PAD
                start, tops = row, [self._y]
            tops.append(tops[-1] + height)
        self._segment(cells, start, tops, edges, first=start == 0, last=True)
        self._y = tops[-1] + 8

    def picture(self, rows: Sequence[Sequence[Td]], widths: Sequence[float]) -> None:
        """A table as a picture of one, at 150 dpi."""
        print_of = _Paper(self._truth, replace(self._style, numbers="", pictures=frozenset()))
        print_of.table(rows, widths)
        height = print_of.height + 12
        with pdfium.PdfDocument(print_of.finish()) as printed:
            shown = printed[0].render(scale=150 / 72).to_pil()
        size = (shown.width, round(height * 150 / 72))
        part = shown.crop((0, round(_TOP * 150 / 72) - 12, size[0], round(_TOP * 150 / 72) - 12 + size[1]))
        self._canvas.drawInlineImage(part, 0, A4[1] - self._y - height, A4[0], height)
        self._y += height + 8

    @property
    def height(self) -> float:
        """How far down the page has been filled, below its margin."""
        return self._y - _TOP

    @property
    def _lead(self) -> float:
        return self._style.size * _LEAD

    def _lines(self, td: Td, column: int, widths: Sequence[float]) -> list[str]:
        room = sum(widths[column : column + td.width]) - 2 * _PAD
        if self._style.borders == "none" and not self._style.breaks and td.text[-1:].isnumeric():
            return td.text.split("\n")
        return _wrapped(td.text, room, self._style.size) if td.text else []

    def _height(self, cells: Sequence[_Cell], row: int) -> float:
        own = [len(cell.lines) for cell in cells if cell.row == row and cell.td.height == 1]
        return max([1, *own]) * self._lead + 2 * _PAD

    def _cut(self, cells: Sequence[_Cell], row: int, room: float) -> list[tuple[_Cell, list[str]]]:
        """What does not fit of a row's cells, which keep the rest; nothing if no line fits, or a number is cut."""
        fitting = int((room - 2 * _PAD) / self._lead)
        own = [cell for cell in cells if cell.row == row and cell.td.height == 1]
        cut = [cell for cell in own if len(cell.lines) > fitting]
        if fitting < 1 or not cut or any(cell.lines[0].replace(",", "").isnumeric() for cell in cut):
            return []
        rest = [(cell, cell.lines[fitting:]) for cell in own]
        for cell in own:
            cell.lines = cell.lines[:fitting]
        return rest

    def _segment(
        self, cells: Sequence[_Cell], start: int, tops: Sequence[float], edges: Sequence[float], first: bool, last: bool
    ) -> None:
        """The rows of a table from ``start`` that fit on this page, ``tops`` being their edges."""
        end = start + len(tops) - 2
        for cell in cells:
            if cell.row > end or cell.last_row < start:
                continue
            top, bottom = tops[max(cell.row, start) - start], tops[min(cell.last_row, end) - start + 1]
            left, right = edges[cell.column], edges[cell.column + cell.td.width]
            open_sides = {
                "top": self._style.open_break and not first and cell.row <= start,
                "bottom": self._style.open_break and not last and cell.last_row >= end,
                "left": self._style.open_sides and cell.column == 0,
                "right": self._style.open_sides and cell.column + cell.td.width == len(edges) - 1,
            }
            self._border(left, top, right, bottom, open_sides)
            if not cell.begun:
                self._fill(cell, left, top, right, bottom)
                cell.begun = True

    def _fill(self, cell: _Cell, left: float, top: float, right: float, bottom: float) -> None:
        y = max(top + _PAD, (top + bottom - len(cell.lines) * self._lead) / 2)
        for line in cell.lines:
            width = pdfmetrics.stringWidth(line, _fonts(), self._style.size)
            self._write(line, (left + right - width) / 2, y, self._style.size)
            y += self._lead

    def _border(self, left: float, top: float, right: float, bottom: float, left_out: dict[str, bool]) -> None:
        sides = {
            "top": (left, top, right, top),
            "bottom": (left, bottom, right, bottom),
            "left": (left, top, left, bottom),
            "right": (right, top, right, bottom),
        }
        drawn = [place for side, place in sides.items() if not left_out[side]]
        if self._style.borders == "boxes" and len(drawn) == len(sides):
            self._canvas.rect(*self._at(left, bottom), right - left, bottom - top)
            return
        for x0, y0, x1, y1 in drawn:
            if self._style.borders == "areas":
                self._canvas.rect(*self._at(x0, y1), x1 - x0 or 0.5, y1 - y0 or 0.5, stroke=0, fill=1)
            elif self._style.borders != "none":
                self._canvas.line(*self._at(x0, y0), *self._at(x1, y1))

    def _at(self, x: float, y: float) -> tuple[float, float]:
        return x, A4[1] - y

    def _write(self, text: str, x: float, y: float, size: float) -> None:
        self._canvas.setFont(_fonts(), size)
        self._canvas.drawString(x, A4[1] - y - size * 0.9, text, mode=3 if self._style.hidden else None)

    def _turn_page(self) -> None:
        self._canvas.showPage()
        self._begin()

    def _begin(self) -> None:
        self._number += 1
        if self._style.turned:
            self._canvas.setPageRotation(90)
            # With a rotation, reportlab itself swaps the sides of the paper.
            self._canvas.translate(A4[1], 0)
            self._canvas.rotate(90)
        self._canvas.setLineWidth(0.5)
        self._write(self._style.numbers.format(self._number), A4[0] / 2, A4[1] - 40, 9)
        self._y = _TOP


def _laid_out(rows: Sequence[Sequence[Td]]) -> Iterator[tuple[Td, int, int]]:
    """Each cell with its first column and row, spans taken into account."""
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        column = 0
        for td in row:
            while (number, column) in taken:
                column += 1
            taken.update((number + r, column + c) for r in range(td.height) for c in range(td.width))
            yield td, column, number
            column += td.width
