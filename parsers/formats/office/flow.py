"""What a word processor's file holds: paragraphs and tables whose cells have edges; to a document.

DOCX, DOC and RTF say the same things in different bytes. Their readers build this, and what all of them
need is done here once: merged cells, columns whose borders do not quite meet, tables that are layout.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from parsers.document.model import Block, Document, Grid, GridCell, Paragraph
from parsers.document.reasons import Why

OBJECT = "\ufffc"
"""Stands in a text for a picture or an embedded object, of which nothing can be read."""
FIELD = "\ufdd0"
"""The same for a field without a text of its own: a list to choose from, a formula, one that was not filled in."""
FLOATING = "\ufdd1"
"""Stands where an object is anchored that lies on the page by itself, here or elsewhere."""

# A border that was dragged by hand misses its neighbours by less than this: 1/1440 inch, some 5 mm.
# All from 70 to 1,400 read the factory's files alike (python -m tools.sensitivity parsers.formats.office.flow:_SNAP).
_SNAP = 280
# The width of a cell that the file does not state; any will do.
_WIDTH = 1440
# Edges of all rows of a table that are not one; comparing more takes minutes. The form's tables have 16.
_MAX_EDGES = 400
_YEAR = re.compile(r"20\d\d")
_SIGNS = {OBJECT: Why.SHOWS_PICTURE, FIELD: Why.SHOWS_FIELD, FLOATING: Why.SHOWS_BOX}
_STROKE = "\u0336"
_SIGN = re.compile(f"[{''.join(_SIGNS)}]{_STROKE}?")


@dataclass(slots=True)
class Cell:
    """A cell between two edges, in 1/1440 inch from any origin; ``content`` is a flow of its own.

    ``above``, ``beside``: it continues the cell above it, or on its left, and what it holds is not shown.
    """

    left: int
    right: int
    content: list["Flow"] = field(default_factory=list)
    above: bool = False
    beside: bool = False


@dataclass(slots=True)
class Table:
    """Rows of cells, each from left to right."""

    rows: list[list[Cell]]


Flow = str | Table

_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


# Fields that programs draw themselves, or work out before they print; others without a result show nothing.
_DRAWN_FIELDS = frozenset({
    "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "DATABASE", "DISPLAYBARCODE", "DOCPROPERTY", "EMBED", "EQ", "FILLIN",
    "FORMCHECKBOX", "FORMDROPDOWN", "FORMTEXT", "GOTOBUTTON", "INCLUDEPICTURE", "INCLUDETEXT", "LINK", "LISTNUM",
    "MACROBUTTON", "MERGEFIELD", "QUOTE", "REF", "SEQ", "SYMBOL",
})  # fmt: skip


def field_sign(code: str, result: str) -> str:
    """The sign for a field with this instruction; nothing if its result is text, or it shows nothing."""
    name = next(iter(code.upper().split()), "")
    drawn = name in _DRAWN_FIELDS or name.startswith("=")
    return FIELD if drawn and not result.strip() else ""


def set_apart(text: str, *, raised: bool, struck: bool) -> str:
    """Text that is not clearly part of the line: 15 and a raised 1 are not 151, a struck-out 15 is not 15."""
    text = text.translate(_RAISED) if raised else text
    return "".join(f"{character}{_STROKE}" for character in text) if struck else text


@dataclass(frozen=True, slots=True)
class RowShape:
    """The edges of a row's cells, and which cells, from 0, continue the one above or on the left."""

    edges: tuple[int, ...] = ()
    above: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()

    def filled(self, contents: Sequence[list[Flow]]) -> list[Cell]:
        """The row with these cells; those that the shape does not have are of one width."""
        edges = list(self.edges)
        while len(edges) <= len(contents):
            edges.append(edges[-1] + _WIDTH if edges else 0)
        return [
            Cell(edges[n], max(edges[n + 1], edges[n] + 1), content, n in self.above, n in self.beside)
            for n, content in enumerate(contents)
        ]


@dataclass(slots=True)
class _OpenTable:
    """A table that is not finished: its rows, the cells of the next one, the content of the next cell."""

    rows: list[list[Cell]] = field(default_factory=list)
    cells: list[list[Flow]] = field(default_factory=list)
    content: list[Flow] = field(default_factory=list)


class Builder:
    """Builds a flow from paragraphs that say how deep in tables they are, and whether a cell or row ends."""

    def __init__(self) -> None:
        self._flow: list[Flow] = []
        self._open: list[_OpenTable] = []

    def add(self, text: str, depth: int = 0, *, ends_cell: bool = False) -> None:
        """Add a paragraph; ``depth`` 0 is outside any table."""
        self._reach(depth)
        if not self._open:
            self._flow.append(text)
            return
        table = self._open[-1]
        table.content.append(text)
        if ends_cell:
            table.cells.append(table.content)
            table.content = []

    def end_row(self, shape: RowShape, depth: int) -> None:
        """End the row at a depth, from 1."""
        self._reach(depth)
        table = self._open[-1]
        table.rows.append(shape.filled(table.cells))
        table.cells, table.content = [], []

    def finished(self) -> list[Flow]:
        """Everything added."""
        self._reach(0)
        return self._flow

    def _reach(self, depth: int) -> None:
        while len(self._open) > depth:
            self._close()
        while len(self._open) < depth:
            self._open.append(_OpenTable())

    def _close(self) -> None:
        table = self._open.pop()
        if table.cells:
            table.rows.append(RowShape().filled(table.cells))
        outer = self._open[-1].content if self._open else self._flow
        if table.rows:
            outer.append(Table(table.rows))
        outer += table.content


def document_of(flow: Sequence[Flow], titles: Sequence[str] = ()) -> Document:
    """Build a document; paragraphs and grids are numbered from 1, empty paragraphs left out.

    A file's stated title outlives many a copy: one that names a year which the text does not is dropped.
    """
    blocks = tuple(_Blocks().of(flow))
    years = {year for block in blocks if isinstance(block, Paragraph) for year in _YEAR.findall(block.text)}
    current = (title for title in titles if title and years.issuperset(_YEAR.findall(title)))
    return Document(blocks, hard_wrapped=False, titles=tuple(current))


class _Blocks:
    """Numbers blocks while they are built."""

    def __init__(self) -> None:
        self._paragraphs = 0
        self._grids = 0

    def of(self, flow: Sequence[Flow]) -> Iterator[Block]:
        for at, part in enumerate(flow):
            if isinstance(part, Table):
                yield from self._of_table(part, overlaid=_floats_beside(flow, at))
                continue
            text = _SIGN.sub("", part).strip()
            if text:
                self._paragraphs += 1
                yield Paragraph(text, self._paragraphs)

    def _of_table(self, table: Table, *, overlaid: bool) -> Iterator[Block]:
        if _is_layout(table):
            for row in table.rows:
                for cell in row:
                    if not (cell.above or cell.beside):
                        yield from self.of(cell.content)
        elif any(table.rows):
            self._grids += 1
            yield _grid(self._grids, table, overlaid=overlaid or _floats_in(table))


def _floats_beside(flow: Sequence[Flow], at: int) -> bool:
    """Whether an object is anchored between a table and the texts before and after it, those texts included.

    One that is anchored farther away, such as a seal at the end or a picture above the title, is not over the table.
    """
    for around in (flow[:at][::-1], flow[at + 1 :]):
        for part in around:
            if isinstance(part, Table):
                break
            if FLOATING in part:
                return True
            if _SIGN.sub("", part).strip():
                break
    return False


def _floats_in(table: Table) -> bool:
    return any(FLOATING in line for row in table.rows for cell in row for part in cell.content for line in _raw(part))


def _is_layout(table: Table) -> bool:
    """Whether a table holds tables; one of a single cell is but a frame around a text."""
    nested = (part for row in table.rows for cell in row for part in cell.content if isinstance(part, Table))
    return any(sum(map(len, inner.rows)) > 1 or _is_layout(inner) for inner in nested)


def _grid(number: int, table: Table, *, overlaid: bool) -> Grid:
    """A grid; what is ``overlaid`` may have an object over any cell, of which a blank one then shows a figure."""
    rows = [_joined(row) for row in table.rows]
    columns = _columns(rows)
    width = max(columns.values())
    owners: list[list[tuple[int, int] | None]] = []
    cells: dict[tuple[int, int], tuple[Cell, int]] = {}
    for row_number, row in enumerate(rows):
        over = owners[-1] if owners else [None] * width
        owner: list[tuple[int, int] | None] = [None] * width
        for cell in row:
            left, right = columns[cell.left], columns[cell.right]
            origin = over[left] if cell.above else None
            if origin is None or origin[1] != left:
                origin = (row_number, left)
                cells[origin] = (cell, right - left)
            owner[left:right] = [origin] * (right - left)
        owners.append(owner)
    height: dict[tuple[int, int], int] = {}
    for row_number, owner in enumerate(owners):
        height.update({origin: row_number - origin[0] + 1 for origin in owner if origin})
    built = {
        origin: _grid_cell(cell.content, GridCell("", *origin, span, height[origin]), overlaid=overlaid)
        for origin, (cell, span) in cells.items()
    }
    return Grid(number, tuple(tuple(built[origin] if origin else None for origin in owner) for owner in owners))


def _joined(row: Sequence[Cell]) -> list[Cell]:
    """The row's cells, those that continue their left neighbour made part of it."""
    joined: list[Cell] = []
    for cell in row:
        if cell.beside and joined:
            first = joined[-1]
            joined[-1] = Cell(first.left, cell.right, first.content, first.above)
        else:
            joined.append(cell)
    return joined


def _columns(rows: Sequence[Sequence[Cell]]) -> dict[int, int]:
    """The number of the column that begins at each edge.

    Edges close to each other are one, the closest first, unless a row has both: no cell disappears, and
    cells that had an edge in common still have it.
    """
    users: dict[int, set[int]] = defaultdict(set)
    for number, row in enumerate(rows):
        for cell in row:
            users[cell.left].add(number)
            users[cell.right].add(number)
    groups = [([edge], users[edge]) for edge in sorted(users)]
    while len(groups) <= _MAX_EDGES:
        gaps = [
            (right[0][-1] - left[0][0], index)
            for index, (left, right) in enumerate(pairwise(groups))
            if not left[1] & right[1]
        ]
        gap, index = min(gaps, default=(_SNAP, 0))
        if gap >= _SNAP:
            break
        first, second = groups[index : index + 2]
        groups[index : index + 2] = [(first[0] + second[0], first[1] | second[1])]
    return {edge: column for column, (edges, _) in enumerate(groups) for edge in edges}


def _grid_cell(content: Sequence[Flow], place: GridCell, *, overlaid: bool) -> GridCell:
    """A cell's text, a paragraph a line, and what else it shows; one that holds nothing but a picture is not empty."""
    raw = "\n".join(line for part in content for line in _raw(part)).strip()
    text = _SIGN.sub("", raw).strip()
    shows = next((why for sign, why in _SIGNS.items() if sign in raw), None)
    if overlaid and not text:
        shows = shows or Why.SHOWS_BOX
    return place._replace(text=text or (OBJECT if OBJECT in raw else ""), shows=shows)


def _raw(part: Flow) -> Iterator[str]:
    """The lines of a part of a cell, with their signs."""
    if isinstance(part, str):
        yield part
        return
    for row in part.rows:
        for cell in row:
            yield "\n".join(line for inner in cell.content for line in _raw(inner)).strip()
