"""Rows and columns in elements that are no tables: repeated rows of cells, CSS grids, placed pieces.

Only what stands in rows with numbers in them counts as a table; all else stays paragraphs.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby, islice
from typing import TypeAlias

from lxml.etree import _Element as Element

from parsers.document.model import SpannedCell
from parsers.document.values import BLANK, CellValue, is_written_out, read_value
from parsers.formats.web import css
from parsers.formats.web.look import INLINE
from parsers.formats.web.placed import PlacedRow, PlacedText, tables_and_lines, text_width
from parsers.formats.web.shown import Shown, own_text
from parsers.formats.web.tables import DataRows

# Characters of a cell, elements in it, cells of a row: the form's longest label has 40 characters, its widest row 17
# cells. More is an article, a menu, a list of links. The factory's pages lose cells with 30 for the first, and are
# read alike with 45 and more (python -m tools.sensitivity parsers.formats.web.layout:_MAX_CELL 30 45 --make html).
_MAX_CELL = 60
_MAX_PARTS = 12
_MAX_ROW = 25
# Values without which rows are no table: fewer stand in any page's head (dates, counts of visits).
_LEAST_VALUES = 3
# Elements that are all put in their places, and how many among them may not be (a picture, a clearing element).
_LEAST_PIECES = 10
_MOST_PIECES = 5000
_OTHERS = 2
# The size of letters (pixels) that a browser takes where none is stated.
_EM = 16.0
# A width that is stated is a cell's if it is this much wider than its text; a program that places words states theirs.
_ROOM = 1.2
_CELL_ROLES = frozenset({"cell", "columnheader", "gridcell", "rowheader"})
_CELL_CLASS = re.compile(r"(?:^|[\s_-])(?:td|th|cell|col|column)\d*(?:$|[\s_-])", re.IGNORECASE)
# Elements of running text: parts of them with names are words.
_PROSE = frozenset({"a", "dd", "dt", "figcaption", "h1", "h2", "h3", "h4", "h5", "h6", "p", "td", "th"}) | INLINE
_LINE_UP = frozenset({"flex", "inline-flex", "grid", "inline-grid", "table-row"})
_REPEAT = re.compile(r"repeat\(\s*(\d{1,3})\s*,\s*([^()]*(?:\([^()]*\)[^()]*)*)\)")
_SPAN = re.compile(r"(?:(?P<start>\d+)\s*/\s*)?(?:span\s+(?P<span>\d+)|(?P<end>\d+))")


@dataclass(frozen=True, slots=True)
class SetLine:
    """A line of text as it was set."""

    text: str


Part: TypeAlias = Element | DataRows | SetLine | str


class Layout:
    """The rows and columns of elements of one page that are no tables."""

    def __init__(self, shown: Shown) -> None:
        self._shown = shown

    def parts(self, element: Element) -> list[Part] | None:
        """What an element holds, in order, its rows found; None where it holds no rows."""
        children = self._shown.children(element)
        if len(children) < 2:
            return None
        flowing = self._css_grid(element, children)
        if flowing:
            return [flowing]
        return self._placed(children) or self._runs(element, children)

    def _placed(self, children: Sequence[Element]) -> list[Part] | None:
        """The rows and lines of elements that are all put in their places, as a PDF's are."""
        pieces = [piece for child in children if (piece := self._piece(child))]
        if not _LEAST_PIECES <= len(pieces) <= _MOST_PIECES or len(pieces) < len(children) - _OTHERS:
            return None
        return [
            SetLine(part) if isinstance(part, str) else DataRows([_cells(row) for row in part], right=True)
            for part in tables_and_lines(piece for piece in pieces if piece.text)
        ]

    def _piece(self, element: Element) -> PlacedText | None:
        style = self._shown.style(element)
        left, top, bottom = (css.pixels(style, side) for side in ("left", "top", "bottom"))
        if style.get("position", "") != "absolute" or left is None or (top is None and bottom is None):
            return None
        text = " ".join(self._shown.text(element).split())
        em = css.pixels(style, "font-size") or _EM
        width = css.pixels(style, "width")
        set_width = text_width(text, em)
        down = top if top is not None else -(bottom or 0)
        return PlacedText(text, left, down, left + (width or set_width), em, boxed=(width or 0) > _ROOM * set_width)

    def _runs(self, element: Element, children: Sequence[Element]) -> list[Part] | None:
        """The children with each run of rows as one."""
        if element.tag == "dl":
            rows = self._terms(children)
            return [DataRows(rows, right=True)] if rows and _is_data(rows) else None
        pairs = [(child, self._row(child)) for child in children]
        if not _is_data([row for _, row in pairs if row]):
            return None
        seen = self._shown.seen_text
        parts: list[Part] = [seen(element, own_text(element))]
        for _, run in groupby(pairs, key=lambda pair: pair[1] is not None):
            held = list(run)
            rows = [row for _, row in held if row]
            if rows:
                parts += [DataRows(rows, right=True), *(seen(element, child.tail or "") for child, _ in held)]
            else:
                parts += [part for child, _ in held for part in (child, seen(element, child.tail or ""))]
        return parts

    def _row(self, element: Element) -> list[SpannedCell] | None:
        """The cells of an element that is a row: short texts apart from each other, and nothing else."""
        if element.tag == "table" or (element.text or "").strip() or any((c.tail or "").strip() for c in element):
            return None
        children = self._shown.children(element)
        if len(children) == 1 and self._shown.is_block(element):
            return self._row(children[0])
        style = self._shown.style(element)
        lined_up = style.get("display", "") in _LINE_UP
        most = _columns(style.get("grid-template-columns", "")) or _MAX_ROW
        apart = lined_up or self._is_bare_row(element, children)
        if not 2 <= len(children) <= most or not all(self._is_cell(child, apart=apart) for child in children):
            return None
        return self._cells(children)

    def _cells(self, elements: Iterable[Element]) -> list[SpannedCell] | None:
        texts = [(element, self._shown.text(element)) for element in elements]
        if any(len(text) > _MAX_CELL for _, text in texts):
            return None
        return [SpannedCell(text, _width(one), 1, self._shown.besides(one, text)) for one, text in texts]

    def _is_cell(self, element: Element, *, apart: bool) -> bool:
        """Whether an element is set apart from its neighbours and has no rows of its own."""
        if element.tag in ("br", "hr", "table") or len(list(islice(element.iter(), _MAX_PARTS))) == _MAX_PARTS:
            return False
        return (
            apart
            or self._shown.is_block(element)
            or self._shown.is_apart(element)
            or element.get("role") in _CELL_ROLES
            or bool(_CELL_CLASS.search(element.get("class", "")))
        )

    def _is_bare_row(self, element: Element, children: Sequence[Element]) -> bool:
        """Whether elements of a line have names for a style that is not at hand: in a block of their own, cells do."""
        return element.tag not in _PROSE and all(
            child.tag in INLINE and child.get("class") and not self._shown.style(child) for child in children
        )

    def _terms(self, children: Sequence[Element]) -> list[list[SpannedCell]] | None:
        """The rows of a list of terms: each term after a description begins one."""
        rows: list[list[Element]] = []
        before = "dd"
        for child in children:
            if child.tag not in ("dt", "dd"):
                return None
            if (child.tag, before) == ("dt", "dd"):
                rows.append([])
            before = child.tag
            if not rows:
                return None
            rows[-1].append(child)
        read = [self._cells(row) for row in rows]
        return [row for row in read if row] if all(read) else None

    def _css_grid(self, element: Element, children: Sequence[Element]) -> DataRows | None:
        """The rows of an element whose children flow into the columns of a CSS grid."""
        style = self._shown.style(element)
        columns = _columns(style.get("grid-template-columns", ""))
        if columns < 2 or style.get("display", "") not in ("grid", "inline-grid"):
            return None
        cells = self._cells(children)
        if cells is None:
            return None
        styles = [self._shown.style(child) for child in children]
        placed = [(_lines(style, "grid-column"), _lines(style, "grid-row")) for style in styles]
        rows = _flow(cells, placed, columns)
        return DataRows(rows) if rows and _is_data(rows) else None


def _cells(row: PlacedRow) -> list[SpannedCell | None]:
    return [None if text is None else SpannedCell(text) for text in row]


def _is_data(rows: Sequence[Sequence[SpannedCell]]) -> bool:
    """Whether values enough stand in rows that they are a table's, not a page's layout.

    An empty element may be a spacer, and 无 an answer to a heading: neither makes a table, unless 无 stands side by
    side all over a row.
    """
    read = [[_value(cell.text) for cell in row] for row in rows]
    values = [reading for row in read for reading in row if reading]
    filled = [reading for reading in values if reading is not BLANK]
    firm = any(not is_written_out(reading.raw or "") for reading in filled)
    firm = firm or any(len(row) >= _LEAST_VALUES and all(reading in filled for reading in row) for row in read)
    return firm and len(values) >= max(_LEAST_VALUES, len(rows) / 2)


def _value(text: str) -> CellValue | None:
    return read_value(text) if len(text) <= _MAX_CELL else None


def _width(element: Element) -> int:
    stated = element.get("aria-colspan", "1")
    return min(max(int(stated), 1), _MAX_CELL) if stated.isdecimal() else 1


def _columns(template: str) -> int:
    """How many columns a template states; 0 where it leaves their number to the page's width."""
    if "auto-f" in template or not template:
        return 0
    repeated = [(int(match[1]), len(match[2].split())) for match in _REPEAT.finditer(template)]
    return sum(times * size for times, size in repeated) + len(_REPEAT.sub("", template).split())


def _lines(style: css.Style, name: str) -> tuple[int | None, int]:
    """The first line, if stated, and the span of ``grid-column`` or ``grid-row``."""
    match = _SPAN.fullmatch(style.get(name, ""))
    if match is None:
        return None, 1
    start = int(match["start"]) if match["start"] else None
    if match["span"]:
        return start, int(match["span"])
    return (start, int(match["end"]) - start) if start else (int(match["end"]), 1)


def _flow(
    cells: Sequence[SpannedCell], placed: Sequence[tuple[tuple[int | None, int], tuple[int | None, int]]], columns: int
) -> list[list[SpannedCell]] | None:
    """Rows of cells that flow into columns as CSS has it; None where a stated place is another one."""
    occupied: set[tuple[int, int]] = set()
    rows: list[list[SpannedCell]] = []
    row = column = 0
    for cell, ((first, width), (top, height)) in zip(cells, placed, strict=True):
        if not 0 < width <= columns or not 0 < height <= len(cells):
            return None
        while column + width > columns or any((row, column + n) in occupied for n in range(width)):
            row, column = (row, column + 1) if column + width < columns else (row + 1, 0)
        if (first or column + 1, top or row + 1) != (column + 1, row + 1):
            return None
        occupied.update((row + down, column + right) for down in range(height) for right in range(width))
        rows += [[] for _ in range(row + 1 - len(rows))]
        rows[row].append(cell._replace(width=width, height=height))
        column += width
    return rows
