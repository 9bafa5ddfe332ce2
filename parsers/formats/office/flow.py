"""What a word processor's file holds: paragraphs and tables whose cells have edges; to a document.

DOCX, DOC and RTF say the same things in different bytes. Their readers build this, and what all of them
need is done here once: merged cells, columns whose borders do not quite meet, tables that are layout.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, pairwise

from parsers.document.model import Block, Document, Grid, GridCell, Paragraph
from parsers.document.reasons import Why
from parsers.document.values import State, read_value
from parsers.formats.office.look import (
    COVERING,
    FIELD,
    FLOATING,
    NUMBERED,
    OBJECT,
    REVERSED,
    SIGN,
    SYMBOLS,
    UNCLEAR,
    UNSEEN,
)

# A border that was dragged by hand misses its neighbours by less than this: 1/1440 inch, some 5 mm.
# All from 70 to 1,400 read the factory's files alike (python -m tools.sensitivity parsers.formats.office.flow:_SNAP).
_SNAP = 280
# The width of a cell that the file does not state; any will do.
_WIDTH = 1440
# Edges of all rows of a table that are not one; comparing more takes minutes. The form's tables have 16.
_MAX_EDGES = 400
_YEAR = re.compile(r"20\d\d")
_REASONS = {
    OBJECT: Why.SHOWS_PICTURE,
    FIELD: Why.SHOWS_FIELD,
    FLOATING: Why.SHOWS_BOX,
    COVERING: Why.SHOWS_BOX,
    SYMBOLS: Why.SHOWS_SYMBOLS,
    REVERSED: Why.SHOWS_REVERSED,
    NUMBERED: Why.SHOWS_NUMBER,
    UNCLEAR: Why.SHOWS_FAINT,
}


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


@dataclass(frozen=True, slots=True)
class Inserted:
    """A whole document of its own that the program puts here."""

    document: Document


Flow = str | Table | Inserted

# Fields that programs draw themselves, whatever the file has as their result.
_DRAWN_FIELDS = frozenset({
    "ADVANCE", "AUTONUM", "AUTONUMLGL", "AUTONUMOUT", "DISPLAYBARCODE", "EQ", "FORMCHECKBOX", "FORMDROPDOWN",
    "GOTOBUTTON", "LISTNUM", "MACROBUTTON", "SYMBOL",
})  # fmt: skip
# Fields that programs work out before they print; others without a result show nothing.
_COMPUTED_FIELDS = frozenset({
    "DATABASE", "DOCPROPERTY", "EMBED", "FILLIN", "FORMTEXT", "INCLUDEPICTURE", "INCLUDETEXT", "LINK", "MERGEFIELD",
    "QUOTE", "REF", "SEQ",
})  # fmt: skip


def field_sign(code: str, result: str) -> str:
    """The sign for a field with this instruction; nothing if its result is what it shows, or it shows nothing."""
    name = next(iter(code.upper().split()), "")
    computed = name in _COMPUTED_FIELDS or name.startswith("=")
    return FIELD if name in _DRAWN_FIELDS or (computed and not result.strip()) else ""


def shows_figure(text: str) -> bool:
    """Whether a text box shows nothing but a figure, so that it may stand for one of the form's cells."""
    value = read_value(SIGN.sub("", text))
    return value is not None and value.state is not State.BLANK


@dataclass(frozen=True, slots=True)
class RowShape:
    """The edges of a row's cells, and which cells, from 0, continue the one above or on the left."""

    edges: tuple[int, ...] = ()
    above: frozenset[int] = frozenset()
    beside: frozenset[int] = frozenset()

    def filled(self, contents: Sequence[list[Flow]]) -> list[Cell]:
        """The row with these cells; those that the shape does not have are of one width."""
        # Each edge is right of the one before it, also where a damaged file says otherwise.
        edges = list(accumulate(self.edges, lambda before, edge: max(edge, before + 1)))
        while len(edges) <= len(contents):
            edges.append(edges[-1] + _WIDTH if edges else 0)
        return [
            Cell(edges[n], edges[n + 1], content, n in self.above, n in self.beside)
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
                yield from self._of_table(part, _signs_beside(flow, at))
                continue
            if isinstance(part, Inserted):
                yield from map(self._numbered, part.document.blocks)
                continue
            text = SIGN.sub("", part).strip()
            if text:
                self._paragraphs += 1
                yield Paragraph(text, self._paragraphs)

    def _numbered(self, block: Block) -> Block:
        """A block of another document with its number in this one."""
        if isinstance(block, Grid):
            self._grids += 1
            return replace(block, number=self._grids)
        self._paragraphs += 1
        return replace(block, line=self._paragraphs)

    def _of_table(self, table: Table, near: str) -> Iterator[Block]:
        if _is_layout(table):
            for row in table.rows:
                for cell in row:
                    if not (cell.above or cell.beside):
                        yield from self.of(cell.content)
        elif any(table.rows):
            self._grids += 1
            yield _grid(self._grids, table, near + _signs_in(table))


def _signs_beside(flow: Sequence[Flow], at: int) -> str:
    """The texts from a table to the next ones before and after it, these included, with the signs of what floats there.

    What is anchored farther away, such as a seal at the end or a picture above the title, is not over the table.
    """
    texts: list[str] = []
    for around in (flow[:at][::-1], flow[at + 1 :]):
        for part in around:
            if not isinstance(part, str):
                break
            texts.append(part)
            # A box that lies on the page is no text between.
            if SIGN.sub("", part).strip() and not _floats(part):
                break
    return "".join(texts)


def _floats(text: str) -> bool:
    return FLOATING in text or COVERING in text


def _signs_in(table: Table) -> str:
    return "".join(line for row in table.rows for cell in row for part in cell.content for line in _raw(part))


def _is_layout(table: Table) -> bool:
    """Whether a table holds tables; one of a single cell is but a frame around a text."""
    nested = (part for row in table.rows for cell in row for part in cell.content if isinstance(part, Table))
    return any(sum(map(len, inner.rows)) > 1 or _is_layout(inner) for inner in nested)


def _grid(number: int, table: Table, near: str) -> Grid:
    """A grid; what floats ``near`` it may lie over any cell, of which a blank one then shows a figure."""
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
        origin: _grid_cell(cell.content, GridCell("", *origin, span, height[origin]), near)
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


def _grid_cell(content: Sequence[Flow], place: GridCell, near: str) -> GridCell:
    """A cell's text, a paragraph a line, and what else it shows; one that holds nothing but a picture is not empty."""
    text, shows = without_signs("\n".join(line for part in content for line in _raw(part)))
    if COVERING in near or (FLOATING in near and not text):
        shows = shows or Why.SHOWS_BOX
    return place._replace(text=text, shows=shows)


def without_signs(raw: str) -> tuple[str, Why | None]:
    """A cell's text, and what else it shows, of a text with signs."""
    text = SIGN.sub("", raw).strip()
    shows = next((why for sign, why in _REASONS.items() if sign in raw), None)
    if UNSEEN in raw and not text:
        shows = shows or Why.SHOWS_FAINT
    return text or (OBJECT if OBJECT in raw else ""), shows


def _raw(part: Flow) -> Iterator[str]:
    """The lines of a part of a cell, with their signs."""
    if isinstance(part, str):
        yield part
        return
    if isinstance(part, Inserted):
        yield OBJECT
        return
    for row in part.rows:
        for cell in row:
            yield "\n".join(line for inner in cell.content for line in _raw(inner)).strip()
