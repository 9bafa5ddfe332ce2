"""Runs of values between labels: in a grid by the columns under the heads, in text as they follow."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from itertools import pairwise
from statistics import median_low

from rapidfuzz import fuzz, process

from parsers.alignment.labels import Entry, Label
from parsers.alignment.tokens import Line, Stream, Token
from parsers.characters.folding import label_key
from parsers.document.model import Grid, GridCell, Paragraph
from parsers.document.reasons import Reason, Why
from parsers.document.values import BLANK, CellValue, State
from parsers.form.model import Column, Row
from parsers.formats.print_marks import is_lone_number

_HEAD_SCORE = 60.0
_LIKE_A_LABEL = 70.0
# Shorter words are as likely a column's head (其他), and no label is longer.
_WORN = range(4, 80)
ABSENT = CellValue(None, State.ABSENT, reason=Reason(Why.NO_CELL))


@dataclass(frozen=True, slots=True)
class ValueRun:
    """Values that stand together at one place.

    ``placed``: they are one a column of the row, found by the columns of a grid; else they are as
    many as were there. ``label`` is the row label on the same grid row. ``suspect``: a number that may
    well be a page number or part of a sentence. ``copy_of``: the row that the words beside it resemble,
    though its label stands elsewhere. ``beside_words``: words that are no label stand on the same grid row.
    ``padding``: how many of the empty cells that come first may be the label's, the row having lost as many.
    ``tokens``: where each of the readings stands, None for one that has no place of its own.
    """

    readings: tuple[CellValue, ...]
    line: int
    offset: int
    label: Label | None = None
    placed: bool = False
    lone: bool = False
    suspect: bool = False
    copy_of: Row | None = None
    otherwise: tuple[CellValue, ...] | None = None
    beside_words: bool = False
    padding: int = 0
    tokens: tuple[Token | None, ...] = field(default=(), compare=False)

    @property
    def filled(self) -> bool:
        """Whether anything but blanks and missing cells stands here."""
        return any(reading.state not in (State.BLANK, State.ABSENT) for reading in self.readings)


@dataclass(frozen=True, slots=True)
class RowLabel:
    """A row of the form whose label was found, and the lines of its first and last word."""

    row: Row
    label: Label
    first_line: int
    last_line: int
    last_word: Token


def row_labels(stream: Stream, entries: Sequence[Entry], labels: Iterable[Label]) -> list[RowLabel]:
    """The rows among the labels found, in the order of the stream."""
    found = []
    for label in labels:
        row = entries[label.entry].row
        if row:
            last = stream.word_at(label.end - 1)
            found.append(RowLabel(row, label, stream.word_at(label.start).line, last.line, last))
    return found


def find_value_runs(stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel]) -> list[ValueRun]:
    """All runs of values of the stream, in its order; ``labels`` are all labels found, those of rows among them."""
    columns = _GridColumns(stream, rows)
    owners = _Owners(stream, labels, rows)
    runs: list[ValueRun] = []
    for number, line in enumerate(stream.lines):
        own, last = owners.of_line(number)
        current = own or last
        value_columns = columns.find(line.grid, current.row) if line.grid and current else None
        if line.grid and current and value_columns:
            found = list(_grid_unit(line, number, value_columns, own, current, columns.shape(line.grid)))
            runs += found or _strays(line, number, rows)
        elif own and own.last_line == number and _is_empty(line, own):
            runs.append(ValueRun((BLANK,) * len(own.row.columns), number, own.label.end, own.label, placed=True))
        else:
            runs += _runs(line, number)
    return list(_with_copies(stream, labels, rows, _with_suspects(stream, rows, runs)))


def _strays(line: Line, number: int, rows: Sequence[RowLabel]) -> Iterator[ValueRun]:
    """Numbers of a grid row outside of the columns of its block, beside words that resemble a row's label."""
    words = any(token.key for token in line.tokens)
    values = [token for token in line.tokens if token.reading and token.reading is not BLANK]
    row = _row_like(_words(line), rows) if words and values else None
    if row:
        yield from (replace(run, copy_of=row) for run in _runs(line, number))


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


@dataclass(frozen=True, slots=True)
class _Shape:
    """``ragged``: a grid without spans, in which the cells of groups push the values of some rows to the right.

    ``padded``: some labels are followed by empty cells that hold no value. ``width`` is that of the longest row.
    """

    ragged: bool
    padded: bool
    width: int


class _GridColumns:
    """The grid columns in which a block of rows has its values, for each grid and block."""

    def __init__(self, stream: Stream, rows: Sequence[RowLabel]) -> None:
        self._stream = stream
        self._rows = rows
        self._known: dict[tuple[int, tuple[Column, ...], str], tuple[int, ...] | None] = {}
        self._shapes: dict[int, _Shape] = {}

    def find(self, grid: Grid, row: Row) -> tuple[int, ...] | None:
        key = (grid.number, row.columns, row.head)
        if key not in self._known:
            heads = list(self._tokens(grid, self._head_lines(grid, row)))
            self._known[key] = _columns_by_heads(heads, row.columns) or self._by_values(grid, row)
        return self._known[key]

    def shape(self, grid: Grid) -> "_Shape":
        """How the grid's rows hang together."""
        if grid.number not in self._shapes:
            spans = any(cell.width > 1 or cell.height > 1 for row in grid.rows for cell in row if cell)
            found = [f for f in self._rows if self._stream.lines[f.last_line].grid is grid]
            sizes = [(len(grid.rows[self._stream.lines[f.last_line].row]), f) for f in found]
            padded = any(size - _after(f) > len(f.row.columns) for size, f in sizes)
            ragged = not padded or len({size for size, f in sizes if len(f.row.columns) > 1}) > 1
            self._shapes[grid.number] = _Shape(ragged and not spans, padded, max(map(len, grid.rows)))
        return self._shapes[grid.number]

    def _tokens(self, grid: Grid, lines: range) -> Iterator[Token]:
        for line in self._stream.lines[lines.start : lines.stop]:
            if line.grid is grid:
                yield from line.tokens

    def _head_lines(self, grid: Grid, row: Row) -> range:
        """From below the row before to the block's first label in the grid, inclusive; else to its first anywhere."""
        start = 0
        first = range(0)
        for found in self._rows:
            if (found.row.columns, found.row.head) == (row.columns, row.head):
                lines = range(start, found.last_line + 1)
                if self._stream.lines[found.last_line].grid is grid:
                    return lines
                first = first or lines
            start = found.last_line + 1
        return first

    def _by_values(self, grid: Grid, row: Row) -> tuple[int, ...] | None:
        """The window of neighbouring columns that holds most of the block's numbers, the last of equals."""
        count: Counter[int] = Counter()
        widest = 0
        for found in self._rows:
            line = self._stream.lines[found.last_line]
            if line.grid is grid and (found.row.columns, found.row.head) == (row.columns, row.head):
                widest = max(widest, len(grid.rows[line.row]))
                label_column = found.last_word.column or 0
                count.update(
                    token.column
                    for token in line.tokens
                    if token.reading and token.reading != BLANK and (token.column or 0) > label_column
                    if token.column is not None
                )
        size = len(row.columns)
        if not row.path and all(len(cells) <= size for cells in grid.rows) and len(grid.rows[-1]) == size:
            return tuple(range(size))  # A table that is as wide as a row without a label.
        if widest < size or not count:
            return None
        if size == 1:
            return (count.most_common(1)[0][0],)
        start = max(range(widest - size + 1), key=lambda c: (sum(count[c + i] for i in range(size)), c))
        return tuple(range(start, start + size))


def _columns_by_heads(tokens: Sequence[Token], columns: tuple[Column, ...]) -> tuple[int, ...] | None:
    """The columns of the heads, if the heads are exactly the block's, in its order."""
    wanted = tuple(label_key(column.label) for column in columns)
    heads = {(token.column, _head(token.key, wanted)) for token in tokens if token.key and token.column is not None}
    found = sorted((column, head) for column, head in heads if column is not None and head)
    return tuple(column for column, _ in found) if tuple(head for _, head in found) == wanted else None


@lru_cache(maxsize=4096)
def _head(key: str, wanted: tuple[str, ...]) -> str | None:
    match = process.extractOne(key, wanted, scorer=fuzz.ratio, score_cutoff=_HEAD_SCORE)
    return match[0] if match else None


def _grid_unit(
    line: Line, number: int, columns: tuple[int, ...], own: RowLabel | None, current: RowLabel, shape: _Shape
) -> Iterator[ValueRun]:
    """The values of one grid row; nothing for a row of heads."""
    cells = line.grid.rows[line.row] if line.grid else ()
    places: Sequence[int] = columns
    if own and own.last_line == number and line.grid:
        places = _places(cells, columns, _after(own), shape)
    tokens = {token.column: token for token in line.tokens}
    held = [cells[column] if column < len(cells) else None for column in places]
    readings = tuple(_slot(cell, tokens, sum(other is cell for other in held)) for cell in held)
    label = own.label if own else None
    if not current.row.path and number > current.last_line and set(readings) == {BLANK}:
        label = current.label  # A row that has no label but its heads, left empty.
    if label or any(reading.state in (State.PRINTED, State.DASH) for reading in readings):
        offset = line.tokens[-1].end if line.tokens else 0
        words = label is None and any(token.key for token in line.tokens)
        padding = _padding(cells, readings, own, shape) if own else 0
        held_at = tuple(tokens.get(cell.column) if cell else None for cell in held)
        yield ValueRun(
            readings, number, offset, label, placed=True, beside_words=words, padding=padding, tokens=held_at
        )


def _padding(cells: Sequence[GridCell | None], readings: tuple[CellValue, ...], own: RowLabel, shape: _Shape) -> int:
    """How many of a row's first values, all of them blank, may be its label's cells: as many as the row lacks.

    A row that is shorter than the longest lacks cells, unless those of the groups above it are all that is missing.
    """
    leading = next((at for at, reading in enumerate(readings) if reading != BLANK), 0)
    before = [bool(cell and cell.text.strip()) for cell in cells[: own.last_word.column]]
    if not leading or not shape.ragged or (all(before) and not shape.padded):
        return 0
    groups = max(0, own.row.path.count("/") - len(before)) if all(before) else 0
    return min(leading, max(0, shape.width - groups - len(cells)))


def _is_empty(line: Line, own: RowLabel) -> bool:
    """Whether at least as many cells as values follow a row's label in a grid, all of them empty."""
    cells = line.grid.rows[line.row][_after(own) :] if line.grid else ()
    return len(cells) >= len(own.row.columns) and all(cell is not None and not cell.text.strip() for cell in cells)


def _after(found: RowLabel) -> int:
    """The grid column after a row's label."""
    return (found.last_word.column or 0) + found.last_word.width


def _places(cells: Sequence[GridCell | None], columns: tuple[int, ...], first: int, shape: _Shape) -> Sequence[int]:
    """The columns of a row's values, ``first`` being the one after its label; ``columns`` are those of its block.

    The row has slipped to the right where its label stands among the values, and to the left where it ends
    early although as many cells as values follow the label: the cell of a group was lost with an earlier table. In
    a ragged grid the values are what ends the row.
    """
    size, end = len(columns), len(cells)
    following = [bool(cell and cell.text.strip()) for cell in cells[first:]]
    complete = len(following) == size
    if shape.ragged and len(following) >= size and not any(following[:-size]):
        return range(end - size, end)
    if complete and columns[-1] >= end and following[0]:
        return range(first, end)
    shift = max(0, first - columns[0])
    return [column + shift for column in columns]


def _slot(cell: GridCell | None, tokens: dict[int | None, Token], covered: int) -> CellValue:
    """What a grid cell says of one cell of the form; ``covered`` is how many of the row's it covers."""
    if cell is None:
        return ABSENT
    token = tokens.get(cell.column)
    if cell.height > 1 or covered > 1:
        state = State.UNCERTAIN if token is None or token.reading else State.TEXT
        return CellValue(None, state, cell.text, Reason(Why.SPANS_SEVERAL))
    if token and token.reading:
        return token.reading
    return CellValue(None, State.TEXT, cell.text.strip(), Reason(Why.NOT_A_NUMBER), confidence=cell.confidence)


def _runs(line: Line, number: int) -> Iterator[ValueRun]:
    """The runs of values of a line of text, or of a grid row whose columns are not known."""
    run: list[Token] = []
    for token in (*line.tokens, None):
        if token and token.reading:
            run.append(token)
        elif run:
            readings = tuple(t.reading for t in run if t.reading)
            if any(reading != BLANK for reading in readings):
                lone = len(line.tokens) == 1 and is_lone_number(run[0].text)
                in_words = token is not None and len(run) == 1
                yield ValueRun(readings, number, run[0].offset, lone=lone, suspect=in_words, tokens=tuple(run))
            run = []


def _with_suspects(stream: Stream, rows: Sequence[RowLabel], runs: list[ValueRun]) -> list[ValueRun]:
    """Mark the numbers that may be page numbers, or that end a line of a sentence.

    A small number alone on its line is suspect, unless that is how most of its table stands; beside a
    page break, or after a wider gap than others, it always is.
    """
    alone = {run.line for run in runs if len(stream.lines[run.line].tokens) == 1 and not run.placed}
    by_table: dict[str, list[ValueRun]] = {}
    for run in runs:
        by_table.setdefault(_table_at(rows, run.offset), []).append(run)
    usual = {table for table, held in by_table.items() if 2 * sum(run.line in alone for run in held) > len(held)}

    gap = median_low([_gap_before(stream, number) for number in alone]) if alone else 0
    labelled = {number for row_label in rows for number in range(row_label.first_line, row_label.last_line + 1)}

    def marked(run: ValueRun) -> ValueRun:
        line = stream.lines[run.line]
        if line.grid and run.line not in labelled and any(token.key for token in line.tokens):
            return replace(run, copy_of=_row_like(_words(line), rows))
        odd = run.lone and (_table_at(rows, run.offset) not in usual or _stands_apart(stream, run.line, gap))
        if run.suspect or odd or not _ends_a_sentence(stream, rows, run):
            return replace(run, suspect=run.suspect or odd)
        row = _row_like(_words(stream.lines[run.line]), rows)
        return replace(run, copy_of=row, suspect=row is None)

    return [marked(run) for run in runs]


def _with_copies(
    stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel], runs: Iterable[ValueRun]
) -> Iterator[ValueRun]:
    """Mark the values in lines of text that follow words which resemble a row's label, but are no label."""
    last = ValueRun((), 0, 0)
    for run in runs:
        if not (run.placed or run.suspect or run.copy_of or stream.lines[run.line].grid):
            begun = run.offset == last.offset
            row = last.copy_of if begun else _row_before(stream, labels, rows, run, last.offset)
            last = replace(run, copy_of=row)
        else:
            last = run
        yield last


def _row_before(
    stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel], run: ValueRun, start: int
) -> Row | None:
    """The row that the words right before a unit resemble; no words of a label, nor any before ``start``."""
    index = bisect_left(labels, run.offset, key=lambda label: label.start)
    start = max([start, *(label.end for label in labels[:index])])
    for number in range(run.line, -1, -1):
        first = next((token.offset for token in stream.lines[number].tokens if token.key), run.offset)
        size = run.offset - first
        if first < start or start == run.offset or size >= _WORN.stop:
            return None
        row = _row_like(stream.text[first : run.offset], rows) if size in _WORN else None
        if row:
            return row
    return None


def _gap_before(stream: Stream, number: int) -> int:
    """How many blank lines stand before a line."""
    start = number
    while start > 0 and not stream.lines[start - 1].tokens:
        start -= 1
    return number - start


def _stands_apart(stream: Stream, number: int, gap: int) -> bool:
    """Whether a line is beside a page break, or farther from the one before it than lines of its kind are."""
    return _at_page_break(stream, number) or _gap_before(stream, number) > gap


def _at_page_break(stream: Stream, number: int) -> bool:
    """Whether only blank lines stand between a line and a form feed, before or after it."""
    after = number + 1
    while after < len(stream.lines) and not stream.lines[after].tokens and not _opens_page(stream.lines[after]):
        after += 1
    before = number
    while before > 0 and not _opens_page(stream.lines[before]) and not stream.lines[before - 1].tokens:
        before -= 1
    return _opens_page(stream.lines[before]) or (after < len(stream.lines) and _opens_page(stream.lines[after]))


def _opens_page(line: Line) -> bool:
    return isinstance(line.block, Paragraph) and line.block.text.startswith("\f")


def _ends_a_sentence(stream: Stream, rows: Sequence[RowLabel], run: ValueRun) -> bool:
    """Whether a number follows, on its line of text, words that are no row's label."""
    line = stream.lines[run.line]
    if run.placed or line.grid or len(run.readings) > 1 or line.tokens[0].reading:
        return False
    index = bisect_right(rows, run.offset - 1, key=lambda row_label: row_label.label.start)
    return not (index and rows[index - 1].label.end >= run.offset)


def _words(line: Line) -> str:
    return "".join(token.key for token in line.tokens)


def _row_like(words: str, rows: Sequence[RowLabel]) -> Row | None:
    """The row found elsewhere whose label some words resemble."""
    keys = {key: row_label.row for row_label in rows for key in row_label.row.keys}
    match = process.extractOne(words, list(keys), scorer=fuzz.ratio, score_cutoff=_LIKE_A_LABEL)
    return keys[match[0]] if match else None


def _table_at(rows: Sequence[RowLabel], offset: int) -> str:
    """The table of the last row label that begins before an offset, or of the first one."""
    index = bisect_right(rows, offset, key=lambda row_label: row_label.label.start)
    return rows[max(index - 1, 0)].row.table if rows else ""
