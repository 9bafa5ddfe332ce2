"""What a sheet of a workbook shows: cells in rows and columns; to the blocks of a document."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from parsers.document.model import Block, Document, Grid, GridCell, Paragraph, TooLarge
from parsers.document.reasons import Why
from parsers.formats.sheets.number_formats import is_day, shown_number

# Cells of a workbook that have a text or a border, and slots of one of its tables; a report has some 500.
MOST_CELLS = 200_000
MOST_MERGED = 20_000
MOST_AREAS = 1_000
_MOST_SLOTS = 200_000
# Day 0 of all but a few old workbooks of one kind of computer, from March 1900 on.
_DAY_0 = datetime(1899, 12, 30)
_LAST_DAY = 2_958_466

# A heading, or a sentence.
_LINE = re.compile(r"^\s*[一二三四五六七八九十]+、|[。；！]")

Place = tuple[int, int]


class Area(NamedTuple):
    """Rows and columns from the first to the last, from 0."""

    top: int
    left: int
    bottom: int
    right: int


class SheetCell(NamedTuple):
    """What is seen in a cell, what it shows besides its text, and whether it is ruled off from those beside it."""

    text: str = ""
    shows: Why | None = None
    ruled: bool = False


@dataclass(slots=True)
class Sheet:
    """The cells of a sheet that have a text or a border, by row and column from 0.

    ``merged`` are cells that are one; ``objects`` are the places of pictures and boxes that lie over cells.
    """

    cells: dict[Place, SheetCell] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: Collection[int] = frozenset()
    hidden_columns: Collection[int] = frozenset()
    objects: list[Area] = field(default_factory=list)

    def add(self, row: int, column: int, cell: SheetCell) -> None:
        """Add a cell, unless there is nothing to be seen of it; raises :class:`TooLarge` once there are too many."""
        if cell != SheetCell():
            self.cells[row, column] = cell
            refuse_more(len(self.cells), MOST_CELLS, "cells")


def refuse_more(count: int, most: int, things: str) -> None:
    """Raise :class:`TooLarge` for too many of something."""
    if count > most:
        raise TooLarge(f"too much: more than {most:,} {things} in a workbook, and no report has so many")


def number_cell(value: float, code: str) -> tuple[str, Why | None]:
    """The text of a number by its format, and why it may be another."""
    if is_day(code):
        if 0 <= value < _LAST_DAY:
            return f"{_DAY_0 + timedelta(days=int(value)):%Y-%m-%d}", None
        return "########", None
    shown = shown_number(value, code)
    return shown.text, None if shown.known else Why.SHOWS_FORMAT


class _Cell(NamedTuple):
    """A cell with its places in the sheet."""

    area: Area
    cell: SheetCell


def document_of(sheets: Iterable[Sheet], titles: Sequence[str] = ()) -> Document:
    """The document of the sheets that are seen, in their order."""
    blocks: list[Block] = []
    for sheet in sheets:
        grids = sum(isinstance(block, Grid) for block in blocks)
        blocks += _blocks(sheet, len(blocks) - grids, grids)
    return Document(tuple(blocks), hard_wrapped=False, titles=tuple(titles))


def _blocks(sheet: Sheet, lines: int, grids: int) -> Iterator[Block]:
    """Rows with a single cell are text; the others, as long as they follow each other, are a table."""
    table: list[list[_Cell]] = []
    last = -1
    for row in _rows(sheet):
        follows = bool(table) and row[0].area.top <= last + 1
        is_text = len(row) == 1 and _is_text(row[0], within=follows)
        if table and (is_text or not follows):
            grids += 1
            yield _grid(grids, table)
            table = []
        last = row[0].area.top
        if is_text:
            lines += 1
            yield Paragraph(row[0].cell.text, lines)
        else:
            table.append(row)
            last = max(last, *(cell.area.bottom for cell in row))
    if table:
        yield _grid(grids + 1, table)


def _is_text(lone: _Cell, *, within: bool) -> bool:
    """Whether the only cell of a row is text; ``within`` a table it may be a label beside empty cells."""
    area, cell = lone
    if not cell.text or (within and area.left == area.right and not cell.ruled and not _LINE.search(cell.text)):
        return False
    return not cell.shows


def _rows(sheet: Sheet) -> Iterator[list[_Cell]]:
    """The cells that are seen, row by row, in rows and columns counted without those that are not."""
    refuse_more(len(sheet.merged), MOST_MERGED, "merged cells")
    refuse_more(len(sheet.objects), MOST_AREAS, "pictures")
    if not sheet.cells:
        return
    last_row, last_column = (max(place[at] for place in sheet.cells) for at in (0, 1))
    rows, columns = sorted(sheet.hidden_rows), sorted(sheet.hidden_columns)
    inner: set[Place] = set()
    found: list[_Cell] = []
    for merged in sheet.merged:
        places = _places(merged, last_row, last_column)
        refuse_more(len(inner) + len(places), MOST_CELLS, "cells")
        inner.update(places)
        own = sheet.cells.get((merged.top, merged.left), SheetCell())
        ruled = own.ruled or any(sheet.cells[place].ruled for place in places if place in sheet.cells)
        found.append(_Cell(merged, own._replace(ruled=ruled)))
    found += [_Cell(Area(*place, *place), cell) for place, cell in sheet.cells.items() if place not in inner]
    by_row: dict[int, list[_Cell]] = {}
    for area, cell in found:
        down = _seen(area.top, min(area.bottom, last_row), rows)
        across = _seen(area.left, min(area.right, last_column), columns)
        if down and across and (cell.text or cell.shows or cell.ruled):
            seen = Area(down[0], across[0], down[1], across[1])
            covered = any(_meet(area, drawn) for drawn in sheet.objects)
            by_row.setdefault(seen.top, []).append(_Cell(seen, cell._replace(shows=Why.SHOWS_BOX) if covered else cell))
    for number in sorted(by_row):
        yield sorted(by_row[number])


def _places(area: Area, last_row: int, last_column: int) -> list[Place]:
    rows, columns = range(area.top, min(area.bottom, last_row) + 1), range(area.left, min(area.right, last_column) + 1)
    refuse_more(len(rows) * len(columns), MOST_CELLS, "cells")
    return [(row, column) for row in rows for column in columns]


def _seen(first: int, last: int, hidden: Sequence[int]) -> tuple[int, int] | None:
    """The first and last that are seen of some places, counted without those that are hidden."""
    start, end = first - bisect_left(hidden, first), last - bisect_left(hidden, last + 1)
    return (start, end) if start <= end else None


def _meet(one: Area, other: Area) -> bool:
    return one.top <= other.bottom and other.top <= one.bottom and one.left <= other.right and other.left <= one.right


def _grid(number: int, table: Sequence[Sequence[_Cell]]) -> Grid:
    """A table in the columns in which any of its cells begins, and the rows in which one does."""
    cells = [cell for row in table for cell in row]
    downs, acrosses = sorted({cell.area.top for cell in cells}), sorted({cell.area.left for cell in cells})
    if len(downs) * len(acrosses) > _MOST_SLOTS:
        raise TooLarge(f"too much: a table of {len(downs):,} rows and {len(acrosses):,} columns")
    # Where nothing is ruled, an empty cell is one all the same.
    ruled = any(cell.cell.ruled for cell in cells)
    slots: list[list[GridCell | None]] = [
        [None if ruled else GridCell("", row, column) for column in range(len(acrosses))] for row in range(len(downs))
    ]
    for area, cell in cells:
        top, left = bisect_left(downs, area.top), bisect_left(acrosses, area.left)
        height, width = bisect_right(downs, area.bottom) - top, bisect_right(acrosses, area.right) - left
        placed = GridCell(cell.text, top, left, width, height, shows=cell.shows)
        for row in slots[top : top + height]:
            row[left : left + width] = [placed] * width
    return Grid(number, tuple(map(tuple, slots)))
