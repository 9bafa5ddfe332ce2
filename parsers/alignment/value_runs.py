"""Runs of values between labels: in a grid by the places under the heads, in text as they follow."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from math import comb

from parsers.alignment.labels import Label
from parsers.alignment.layouts import Layout, Layouts, RowLabel, has_spans
from parsers.alignment.runs import ValueRun, counted_runs, ways_in_order
from parsers.alignment.stray_values import row_keys, row_like, with_strays, words_of
from parsers.alignment.tokens import Line, Stream, Token
from parsers.document.model import Grid, GridCell
from parsers.document.reasons import SHOWN, Reason, Why
from parsers.document.values import BLANK, CellValue, State, joined_number, read_value
from parsers.form.model import Row

ABSENT = CellValue(None, State.ABSENT, reason=Reason(Why.NO_CELL))
Values = tuple[CellValue, ...]


def find_value_runs(
    stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel], layouts: Layouts
) -> list[ValueRun]:
    """All runs of values of the stream, in its order; ``labels`` are all labels found, those of rows among them."""
    shapes = _Shapes(stream, rows, layouts)
    owners = _Owners(stream, labels, rows)
    runs: list[ValueRun] = []
    keys = row_keys(rows)
    for number, line in enumerate(stream.lines):
        own, last = owners.of_line(number)
        current = own or last
        layout = layouts.of(line.grid, current.row) if line.grid and current else None
        if line.grid and current and layout and layout.columns:
            found = list(_grid_run(line, number, layout, own, current, shapes.of(line.grid)))
            runs += found or _strays(line, number, keys)
        elif own and own.last_line == number and _is_empty(line, own):
            runs.append(ValueRun((BLANK,) * len(own.row.columns), number, own.label.end, own.label, placed=True))
        else:
            runs += counted_runs(line, number)
    return with_strays(stream, labels, rows, runs)


def _strays(line: Line, number: int, keys: Mapping[str, Row]) -> Iterator[ValueRun]:
    """Numbers of a grid row outside of the columns of its block, beside words that resemble a row's label."""
    words = any(token.key for token in line.tokens)
    values = [token for token in line.tokens if token.reading and token.reading is not BLANK]
    row = row_like(words_of(line), keys) if words and values else None
    if row:
        yield from (replace(run, copy_of=row) for run in counted_runs(line, number))


class _Owners:
    """Which row's label stands on a line, and which row's block the line is in."""

    def __init__(self, stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel]) -> None:
        self._rows = rows
        self._next = 0
        self._last: RowLabel | None = None
        self._headed = dict(_headed(stream, labels, rows))

    def of_line(self, number: int) -> tuple[RowLabel | None, RowLabel | None]:
        """Lines must be asked for in ascending order."""
        while self._next < len(self._rows) and self._rows[self._next].first_line <= number:
            self._last = self._rows[self._next]
            self._next += 1
        own = self._last if self._last and self._last.last_line >= number else None
        # The heads of section 4 are its row's label: its values stand in rows of their own.
        return (None if own and own.row.table == "disputes" else own), self._headed.get(number, self._last)


def _headed(stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel]) -> Iterator[tuple[int, RowLabel]]:
    """The grid rows between a heading and the first label below it: they are in that label's block."""
    of_rows = {row_label.label: row_label for row_label in rows}
    for label, following in pairwise(labels):
        first = of_rows.get(following)
        if label not in of_rows and first and first.row.path:
            grid = stream.lines[first.first_line].grid
            heading = stream.word_at(label.end - 1).line
            if grid and stream.lines[heading].grid is grid:
                yield from ((number, first) for number in range(heading + 1, first.first_line))


# One row or two may stand out because they have lost a cell.
_LEAST_MOVED = 3


@dataclass(frozen=True, slots=True)
class _Shape:
    """How the rows of a grid are aligned.

    Without ``spans``, the cells of groups may push the values of some rows to the right. Then values begin after the
    label (``begin``), or end the row (``end``), or neither or both may be. ``filled``: rows are filled
    up with empty cells at their end, and no row shows that empty cells before a value were kept. ``longer``: some rows
    have more cells than values. ``width`` is that of the longest row. ``moved``: a group's cell has pushed all that
    follows to the right, so that rows which are as long have lost their last values.
    """

    spans: bool
    begin: bool
    end: bool
    filled: bool
    longer: bool = False
    width: int = 0
    moved: bool = False


class _Shapes:
    """The shapes of all grids of a stream."""

    def __init__(self, stream: Stream, rows: Sequence[RowLabel], layouts: Layouts) -> None:
        self._stream = stream
        self._rows = rows
        self._layouts = layouts
        self._known: dict[int, _Shape] = {}

    def of(self, grid: Grid) -> _Shape:
        """The shape of a grid."""
        if grid.number not in self._known:
            self._known[grid.number] = self._shape(grid)
        return self._known[grid.number]

    def _shape(self, grid: Grid) -> _Shape:
        tails = list(self._tails(grid))
        width = max(map(len, grid.rows))
        moved = self._is_moved(grid, width)
        if has_spans(grid):
            return _Shape(spans=True, begin=True, end=True, filled=False, width=width, moved=moved)
        longer = any(len(tail) > size for size, tail in tails)
        begin = all(not any(tail[size:]) for size, tail in tails)
        end = all(not any(tail[:-size]) for size, tail in tails if len(tail) > size)
        if begin and end and longer:
            begin, end = _by_totals(tails)
        return _Shape(False, begin, end, filled=self._is_filled(), longer=longer, width=width, moved=moved)

    def _is_moved(self, grid: Grid, width: int) -> bool:
        """Whether several labels, but not all, stand so far to the right that their rows cannot have all values."""
        pushed = [label.after + len(self._layouts.of(grid, label.row).slots) > width for label in self._labels_in(grid)]
        return _LEAST_MOVED <= sum(pushed) < len(pushed)

    @cached_property
    def _rows_without_spans(self) -> list[tuple[int, list[bool]]]:
        grids = {id(line.grid): line.grid for line in self._stream.lines if line.grid}
        return [tail for grid in grids.values() if not has_spans(grid) for tail in self._tails(grid)]

    def _is_filled(self) -> bool:
        """Whether rows are filled up at their end, and no row of the document shows that empty cells were kept."""
        tails = self._rows_without_spans
        kept = any(not all(tail[: _last_filled(tail)]) for _, tail in tails if any(tail))
        return not kept and any(len(tail) > size for size, tail in tails)

    def _tails(self, grid: Grid) -> Iterator[tuple[int, list[bool]]]:
        """For each labelled row how many places it has, and which of the cells after its label are filled."""
        for label in self._labels_in(grid):
            size = len(self._layouts.of(grid, label.row).slots)
            cells = grid.rows[self._stream.lines[label.last_line].row]
            yield size, [bool(cell and cell.text.strip()) for cell in cells[_start(label, cells, size) :]]

    def _labels_in(self, grid: Grid) -> list[RowLabel]:
        """The labels that end in a grid and have their row's values beside them."""
        lines = self._stream.lines
        return [label for label in self._rows if label.row.path and lines[label.last_line].grid is grid]


def _start(label: RowLabel, cells: Sequence[GridCell | None], size: int) -> int:
    """The column after a row's label, and after words that follow it if cells enough are left (件)."""
    start = label.after
    while len(cells) - start > size and (cell := cells[start]) and _is_words(cell.text):
        start += 1
    return start


def _is_words(text: str) -> bool:
    """Whether a text is neither a value nor anything else with a figure in it (0.0 欧元)."""
    return bool(text.strip()) and read_value(text) is None and not any(map(str.isdigit, text))


def _last_filled(tail: Sequence[bool]) -> int:
    return max((at for at, filled in enumerate(tail) if filled), default=-1)


def _by_totals(tails: Sequence[tuple[int, list[bool]]]) -> tuple[bool, bool]:
    """Whether values begin after the label, or end the row: a row with any value has one in its last place.

    Rows of both ways that are as good leave both open.
    """
    telling = [(size, tail) for size, tail in tails if size > 1 and len(tail) > size and any(tail)]
    at_begin = sum(tail[size - 1] for size, tail in telling)
    at_end = sum(tail[-1] for _, tail in telling)
    if at_begin == at_end:
        return True, True
    return at_begin > at_end, at_end > at_begin


def _grid_run(
    line: Line, number: int, layout: Layout, own: RowLabel | None, current: RowLabel, shape: _Shape
) -> Iterator[ValueRun]:
    """The values of one grid row; nothing for a row of heads.

    Values that the block's columns do not hold, in a row without a label, are another block's: they are counted.
    """
    cells = line.grid.rows[line.row] if line.grid else ()
    size = len(current.row.columns)
    tokens = {token.column: token for token in line.tokens}
    labelled = own is not None and own.last_line == number
    ways = list(_ways(cells, layout, own if labelled else None, shape, line))
    if not ways:
        for run in counted_runs(line, number):
            yield replace(run, readings=tuple(value for value in run.readings if value != BLANK), tokens=())
        return
    read = [_read(cells, way, tokens) for way in ways]
    placings = list(dict.fromkeys(layout.in_form(values, size) for values in read))
    first, *others = placings
    label = own.label if own else None
    if (
        not current.row.path
        and number > current.last_line
        and all(value == BLANK or _is_covered(value) for value in first)
    ):
        label = current.label  # A row that has no label but its heads, left empty.
    if label or any(_tells(reading) for placing in placings for reading in placing):
        offset = line.tokens[-1].end if line.tokens else 0
        words = label is None and any(token.key for token in line.tokens)
        spare = own is not None and labelled and len(cells) - own.after > len(layout.slots)
        loose = not layout.aligned and not shape.spans
        # A row may have lost a cell: where it begins, or before it was filled up at its end.
        begun = shape.begin and not shape.end
        led = loose and ((spare and first[0] == BLANK and not begun) or (shape.longer and first[-1] == BLANK))
        # Without a label, a row that goes on beyond the heads may have a cell too many anywhere.
        led = led or (loose and own is None and _last(ways[0]) > _last(layout.columns or ()) and BLANK in first)
        led = led and any(value.value is not None for value in first)
        run = ValueRun(first, number, offset, label, placed=True, basis=layout.basis, beside_words=words)
        # Of values that are all alike, those that are there are right whichever one was lost.
        held_alike = len({value for value in first if value is not ABSENT}) == 1 == first.count(ABSENT)
        out = own.after + len(layout.slots) - shape.width if own and labelled else 0
        pushed = shape.moved and len(cells) == shape.width and 0 < out == first.count(ABSENT)
        lost = first[-1] is ABSENT and (pushed or held_alike)
        at = dict(zip(layout.slots, ways[0], strict=True))
        held = tuple(tokens.get(at.get(slot)) for slot in range(size))
        yield replace(run, others=tuple(others), last_lost=lost, loose=led, sole=len(ways) == 1, tokens=held)


def _last(way: Sequence[int | None]) -> int:
    """The last column of a way."""
    return max((column for column in way if column is not None), default=-1)


def _is_covered(value: CellValue) -> bool:
    """Whether something other than a text stands where a value is looked for."""
    return value.reason is not None and value.reason.why in SHOWN


def _tells(value: CellValue) -> bool:
    """Whether a value shows that its row is no row of heads: it is a number or a dash, or may be part of a number."""
    figure = value.state is State.UNCERTAIN and any(map(str.isdigit, value.raw or ""))
    return figure or value.state in (State.PRINTED, State.DASH)


_Way = tuple[int | None, ...]
# In a way, the place of a value that was left empty.
_EMPTY = -1
# More ways to place a row's values are not tried.
_MOST_WAYS = 500


def _ways(
    cells: Sequence[GridCell | None], layout: Layout, own: RowLabel | None, shape: _Shape, line: Line
) -> Iterator[_Way]:
    """The ways in which a row's values may stand in their places: for each place a grid column, None for no cell.

    ``own`` is the row's label, if it has one.
    """
    columns, size = layout.columns or (), len(layout.slots)
    if own is None and shape.filled and _is_dropped(cells, size):
        yield from _spread_over([at for at, cell in enumerate(cells) if cell and cell.text.strip()], size)
        return
    if own is None:
        yield from _without_label(cells, columns, line, loose=not shape.spans and not layout.aligned)
        return
    after = own.after if shape.spans or layout.aligned else _start(own, cells, size)
    tail = [bool(cell and cell.text.strip()) for cell in cells[after:]]
    if shape.filled and any(tail) and not any(tail[size - 1 :]):
        yield from _spread_over([after + at for at, filled in enumerate(tail) if filled], size)
    elif shape.spans or layout.aligned:
        whole = _slipped(columns, after, len(cells), tail)
        yield from _spanned(whole, cells)
        yield from _slipped_out(whole, after, line)
    elif len(tail) < size:
        yield from _short(after, tail, size)
    else:
        lacking = 0 if shape.begin and not shape.end else _lacking(cells, own, shape)
        for way in _long(after, tail, size, shape):
            yield way
            empty = next((at for at, column in enumerate(way) if tail[column - after]), 0)
            for led in range(1, min(empty, lacking) + 1):
                yield from _ways_over(way[led:], size, None)


def _is_dropped(cells: Sequence[GridCell | None], size: int) -> bool:
    """Whether a row of values may have lost its empty cells: it has fewer than places, side by side at its start."""
    filled = [bool(cell and cell.text.strip()) for cell in cells]
    return any(filled) and not any(filled[size - 1 :])


def _without_label(
    cells: Sequence[GridCell | None], columns: Sequence[int], line: Line, *, loose: bool
) -> Iterator[_Way]:
    """In rows without a label whose columns are ``loose``: wherever all values have a place, and no word has.

    There is no way where more values stand side by side than there are places.
    """
    size = len(columns)
    words = {token.column for token in line.tokens if token.key}
    filled = [bool(cell and cell.text.strip() and cell.column not in words) for cell in cells]
    if loose and len(cells) >= size:
        starts = [
            at
            for at in range(len(cells) - size + 1)
            if not any(filled[:at]) and not any(filled[at + size :]) and not words.intersection(range(at, at + size))
        ]
        if any(filled) and all(cells):
            yield from (tuple(range(at, at + size)) for at in starts)
            return
    yield tuple(columns)
    held = _held(columns, cells)
    if any(filled) and len(held) < size:
        yield from _ways_over(held, size, None)


def _held(columns: Iterable[int], cells: Sequence[GridCell | None]) -> list[int]:
    """Those columns in which a cell begins: one that was widened to end with the others stands in the place of two."""
    there = {id(cells[column]): column for column in sorted(columns, reverse=True) if column < len(cells)}
    return sorted(column for column in there.values() if cells[column])


def _slipped(columns: Sequence[int], after: int, end: int, tail: Sequence[bool]) -> tuple[int, ...]:
    """The columns of a row in a grid with spans, ``after`` being the one after its label.

    The row has slipped to the right where its label stands among the values, and to the left where it ends early
    although as many cells as values follow the label: the cell of a group was lost with an earlier table.
    """
    if len(tail) == len(columns) and max(columns) >= end and tail[0]:
        return tuple(after + sorted(columns).index(column) for column in columns)
    shift = max(0, after - min(columns))
    return tuple(column + shift for column in columns)


def _slipped_out(way: Sequence[int], after: int, line: Line) -> Iterator[_Way]:
    """The way of a row whose first value stands between its label and the columns of the heads: all begin there."""
    figures = (token.column for token in line.tokens if token.reading and token.reading != BLANK)
    led = min((column for column in figures if column is not None and column >= after), default=min(way))
    if led < min(way):
        yield tuple(column - min(way) + led for column in way)


def _spanned(way: tuple[int, ...], cells: Sequence[GridCell | None]) -> Iterator[_Way]:
    """The columns of a row in a grid with spans; where it lacks cells, all ways in which it may have lost them."""
    yield way
    held = _held(way, cells)
    if held and len(held) < len(way) and way == tuple(sorted(way)):
        yield from _ways_over(held, len(way), None)


def _long(after: int, tail: Sequence[bool], size: int, shape: _Shape) -> Iterator[tuple[int, ...]]:
    """The places of a row with at least as many cells as places: those after the label, or those that end the row."""
    starts = [0] if shape.begin and not shape.end else [len(tail) - size] if shape.end and not shape.begin else []
    starts = starts or [at for at in range(len(tail) - size + 1) if not any(tail[:at]) and not any(tail[at + size :])]
    for start in starts or [0]:
        yield tuple(range(after + start, after + start + size))


def _lacking(cells: Sequence[GridCell | None], own: RowLabel, shape: _Shape) -> int:
    """How many cells fewer a row has than the longest, but for those of the groups above it."""
    before = [bool(cell and cell.text.strip()) for cell in cells[: own.last_word.column]]
    if all(before) and not shape.longer:
        return 0
    groups = max(0, own.row.path.count("/") - len(before)) if all(before) else 0
    return max(0, shape.width - groups - len(cells))


def _short(after: int, tail: Sequence[bool], size: int) -> Iterator[_Way]:
    """All ways in which a row with fewer cells than places may have lost the others, that of the last ones first."""
    held = [after + at for at in range(len(tail))]
    yield (*held, *[None] * (size - len(held)))
    yield from _ways_over(held, size, None)


def _spread_over(held: Sequence[int], size: int) -> Iterator[_Way]:
    """All ways in which values that were moved together may have stood in their places, with empty cells between."""
    yield from _ways_over(held, size, _EMPTY)


def _ways_over(held: Sequence[int], size: int, filler: int | None) -> Iterator[_Way]:
    """All ways to put columns into places in their order; none if they are too many."""
    if comb(size, len(held)) <= _MOST_WAYS:
        yield from ways_in_order(held, size, filler)


def _read(cells: Sequence[GridCell | None], way: _Way, tokens: dict[int | None, Token]) -> Values:
    """What stands in the places of a way."""
    held = [cells[column] if column is not None and column < len(cells) else None for column in way]
    return tuple(
        BLANK if column == _EMPTY else _slot(cell, tokens, sum(other is cell for other in held))
        for column, cell in zip(way, held, strict=True)
    )


def _slot(cell: GridCell | None, tokens: dict[int | None, Token], covered: int) -> CellValue:
    """What a grid cell says of one cell of the form; ``covered`` is how many of the row's it covers."""
    if cell is None:
        return ABSENT
    token = tokens.get(cell.column)
    if cell.shows is Why.LACKS_STYLE and token and token.reading and token.reading.state is State.PRINTED:
        return replace(token.reading, state=State.UNCERTAIN, raw=cell.text.strip(), reason=Reason(cell.shows))
    if cell.shows:
        return CellValue(None, State.UNCERTAIN, cell.text.strip() or None, Reason(cell.shows))
    if cell.height > 1 or covered > 1:
        state = State.UNCERTAIN if token is None or token.reading else State.TEXT
        return CellValue(None, state, cell.text, Reason(Why.SPANS_SEVERAL))
    if token and token.reading:
        return token.reading
    cut = joined_number(cell.text)
    text = CellValue(None, State.TEXT, cell.text.strip(), Reason(Why.NOT_A_NUMBER))
    return replace(cut or text, confidence=cell.confidence)


def _is_empty(line: Line, own: RowLabel) -> bool:
    """Whether at least as many cells as values follow a row's label in a grid, all of them empty."""
    cells = line.grid.rows[line.row][own.after :] if line.grid else ()
    return len(cells) >= len(own.row.columns) and all(
        cell is not None and not cell.text.strip() and not cell.shows for cell in cells
    )
