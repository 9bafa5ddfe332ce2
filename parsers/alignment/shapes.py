"""Memory of shapes: a form that was aligned before is poured straight into cells.

Pages of one template differ in their figures alone. The shape of a document's tables is all that alignment goes by but
the figures: every other text, the spans, and which cells hold a number, a dash or nothing. Where each row of a shape
was certain without arithmetic, the same cells hold its values in any document of that shape. What is poured is proved
as all else is.
"""

from collections import Counter
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass

from parsers.alignment.assignment import Assignment, LabelAnchor, RowCandidates
from parsers.alignment.layouts import Basis
from parsers.alignment.tokens import Stream, Token
from parsers.document.model import Block, Grid, GridCell
from parsers.document.values import BLANK, CellValue, State, read_value
from parsers.form.model import Form, Row

# A shape takes some 20 KB. Portals have few templates, and their forms few patterns of empty cells.
_MOST_SHAPES = 200
# What stands for a figure in a shape: a number, which no text equals.
_PATTERN = {State.PRINTED: 1, State.DASH: 2, State.BLANK: 3}
_END_OF_ROW = False

Shape = tuple[Hashable, ...]
_Cells = Sequence[GridCell | None]


@dataclass(frozen=True, slots=True)
class FormRows:
    """The rows of a form with their candidates, before anything is proved.

    ``rows_found``: how many labels were found. ``broken``: numbers go on in the next line. ``units``: those printed for
    each amount, by its cell's key.
    """

    form: Form
    rows: Sequence[RowCandidates]
    rows_found: int
    broken: bool
    units: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class _Place:
    """The line on which a row's values stand, and the grid column of each; None for one that is empty everywhere."""

    row: Row
    line: int
    columns: tuple[int | None, ...]
    basis: Basis


@dataclass(frozen=True, slots=True)
class Mould:
    """Where a shape has the values of each row of the form.

    ``others`` are the texts of the numbers that are no row's, by line and column: they may be years in heads.
    """

    form: Form
    places: tuple[_Place, ...]
    others: Mapping[tuple[int, int], str]
    rows_found: int
    broken: bool
    units: Mapping[str, str | None]

    def pour(self, blocks: Sequence[Block]) -> FormRows | None:
        """The rows of blocks that have the mould's shape; None where numbers that are no row's differ."""
        lines = [row for block in blocks for row in (block.rows if isinstance(block, Grid) else ((),))]
        if any(_text(lines[line], column) != text for (line, column), text in self.others.items()):
            return None
        rows = [
            RowCandidates(
                place.row,
                (tuple(_value(lines[place.line], column) for column in place.columns),),
                line=place.line,
                basis=place.basis,
            )
            for place in self.places
        ]
        return FormRows(self.form, rows, self.rows_found, self.broken, self.units)


class ShapeMemory:
    """The moulds of the shapes that this process met last; switch it off by ``is_on``."""

    def __init__(self, most: int = _MOST_SHAPES) -> None:
        self.is_on = True
        self.asked = 0
        self.poured = 0
        self._most = most
        self._moulds: dict[Shape, Mould] = {}

    def __len__(self) -> int:
        return len(self._moulds)

    def recall(self, shape: Shape | None, blocks: Sequence[Block]) -> FormRows | None:
        """The rows of blocks by the mould of their shape; None where there is none that fits."""
        if not self.is_on:
            return None
        self.asked += 1
        if shape is None or (mould := self._moulds.pop(shape, None)) is None:
            return None
        self._moulds[shape] = mould
        rows = mould.pour(blocks)
        self.poured += rows is not None
        return rows

    def keep(self, shape: Shape | None, mould: Mould | None) -> None:
        """Remember a mould, in place of the one that was not needed for the longest time."""
        if shape is None or mould is None or not self.is_on:
            return
        self._moulds[shape] = mould
        if len(self._moulds) > self._most:
            self._moulds.pop(next(iter(self._moulds)), None)

    def clear(self) -> None:
        """Forget all."""
        self._moulds.clear()
        self.asked = self.poured = 0


MEMORY = ShapeMemory()
"""The memory of this process."""


def shape_of(blocks: Sequence[Block], year: int | None) -> Shape | None:
    """The shape of blocks; None where none is remembered: figures of OCR, cells that show more than their text."""
    shape: list[Hashable] = [year]
    first = next((block.number for block in blocks if isinstance(block, Grid)), 0)
    for block in blocks:
        if isinstance(block, Grid):
            cells = _shape_of_grid(block)
            if cells is None:
                return None
            shape += (block.number - first, cells)
        elif block.confidence is None:
            shape.append(block.text)
        else:
            return None
    return tuple(shape)


def _shape_of_grid(grid: Grid) -> Shape | None:
    shape: list[Hashable] = []
    for number, row in enumerate(grid.rows):
        for column, cell in enumerate(row):
            if cell is None:
                shape.append(None)
                continue
            text, at_row, at_column, width, height, _, confidence, shows = cell
            value = read_value(text)
            mark = text if value is None else _PATTERN.get(value.state)
            if shows or confidence is not None or mark is None:
                return None
            alone = at_column == column and at_row == number and width == 1 == height
            shape.append(mark if alone else (mark, at_row, at_column, width, height))
        shape.append(_END_OF_ROW)
    return tuple(shape)


def mould_of(found: FormRows, stream: Stream, assignment: Assignment) -> Mould | None:
    """The mould that an alignment makes; None unless nothing but the shape decided where each row's values stand."""
    anchors = {anchor.row_label.row.key: anchor for anchor in assignment.anchors if anchor.row_label}
    labels = Counter(anchor.row_label.row.key for anchor in assignment.anchors if anchor.row_label)
    tokens = [token for line in stream.lines for token in line.tokens if token.reading]
    if (
        assignment.orphans
        or max(labels.values(), default=2) > 1
        or len(found.rows) < len(found.form.rows)
        or not all(map(_is_settled, assignment.anchors))
        or any(map(_may_be_dash, tokens))
    ):
        return None
    places = [_place_of(row, anchors.get(row.row.key)) for row in found.rows]
    if None in places:
        return None
    known = tuple(place for place in places if place)
    taken = {(place.line, column) for place in known for column in place.columns}
    others = {
        (token.line, token.column): token.text
        for token in tokens
        if token.column is not None and token.reading != BLANK and (token.line, token.column) not in taken
    }
    return Mould(found.form, known, others, found.rows_found, found.broken, found.units)


def _is_settled(anchor: LabelAnchor) -> bool:
    """Whether no values but a row's own were considered for it."""
    return not (anchor.suspects or anchor.rivals or anchor.unsettled or anchor.mixed)


def _may_be_dash(token: Token) -> bool:
    """Whether a 一 was read as the number or as a dash, which other figures of the document decide."""
    reading = token.reading
    return reading is not None and reading.state is not State.PRINTED and "一" in (reading.raw or "")


def _place_of(row: RowCandidates, anchor: LabelAnchor | None) -> _Place | None:
    """Where a row's values stand; None where more than the shape may have decided that."""
    runs = anchor.runs or anchor.blanks[:1] if anchor else []
    plain = RowCandidates(row.row, row.placings, line=row.line, basis=row.basis)
    if row != plain or row.line is None or len(row.placings) != 1 or len(runs) != 1:
        return None
    readings, tokens = row.placings[0], runs[0].tokens or (None,) * len(row.placings[0])
    columns = tuple(token.column if token else None for token in tokens)
    empty = all(reading == BLANK for reading in readings)
    whole = all(
        reading == BLANK if token is None else reading is token.reading and token.line == row.line
        for reading, token in zip(readings, tokens, strict=True)
    )
    if empty:
        return _Place(row.row, row.line, (None,) * len(readings), row.basis)
    return _Place(row.row, row.line, columns, row.basis) if whole and runs[0].sole else None


def _value(cells: _Cells, column: int | None) -> CellValue:
    value = BLANK if column is None else read_value(_text(cells, column))
    if value is None:
        raise LookupError("a cell of a known shape holds no value")
    return value


def _text(cells: _Cells, column: int) -> str:
    cell = cells[column]
    return cell.text if cell else ""
