"""The layout of each block of rows: which column of the form stands in which place, by the heads."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import Enum, auto
from itertools import groupby, pairwise

from rapidfuzz import fuzz

from parsers.alignment.heads import Head, head_of, heads_in_order, is_like, is_of_another_year, match_heads, names_any
from parsers.alignment.labels import Entry, Label
from parsers.alignment.tokens import Line, Stream, Token
from parsers.characters.folding import label_key
from parsers.document.model import Grid, GridCell
from parsers.document.reasons import Reason, Why
from parsers.document.values import BLANK, CellValue, State
from parsers.form.model import Column, Row

_NO_COLUMN = CellValue(None, State.ABSENT, reason=Reason(Why.NO_COLUMN))
_OTHER_YEAR = re.compile("上年|上一年|去年|往年|同期|同比")
# What may stand among the heads and is no head of values.
_NO_HEADS = frozenset({"信息内容", "申请人情况", "项目", "类别", "内容", "指标"})
_WORN = 75.0
_FIGURES = frozenset({State.PRINTED, State.DASH, State.UNCERTAIN})
_PREFIX = 2


_Path = tuple[GridCell, ...]


class Basis(Enum):
    """What a layout rests on."""

    HEADS = auto()
    """The printed heads name the columns."""

    ORDER = auto()
    """No head was found: the form's order is assumed, and sums have to prove it."""

    CONTRADICTED = auto()
    """What stands in place of the heads contradicts the form's order."""


@dataclass(frozen=True, slots=True)
class Layout:
    """The places of a block's values, left to right.

    ``slots``: for each place the number of the column that stands there, None for one that the form does not have.
    ``columns``: the grid column of each place; None where the places are those of a text. ``aligned``: these are the
    columns of the heads, so that they hold for every row; else they are those in which most values stand.
    """

    slots: tuple[int | None, ...]
    columns: tuple[int, ...] | None
    basis: Basis
    aligned: bool = False

    def in_form(self, values: Sequence[CellValue], size: int) -> tuple[CellValue, ...]:
        """Values in the order of their places as ``size`` cells in the form's order.

        A column without a place is absent.
        """
        placed = {number: value for number, value in zip(self.slots, values, strict=True) if number is not None}
        return tuple(placed.get(number, _NO_COLUMN) for number in range(size))


@dataclass(frozen=True, slots=True)
class RowLabel:
    """A row of the form whose label was found, and the lines of its first and last word."""

    row: Row
    label: Label
    first_line: int
    last_line: int
    last_word: Token

    @property
    def after(self) -> int:
        """The grid column after the label."""
        return (self.last_word.column or 0) + self.last_word.width


def row_labels(stream: Stream, entries: Sequence[Entry], labels: Iterable[Label]) -> list[RowLabel]:
    """The rows among the labels found, in the order of the stream."""
    found = []
    for label in labels:
        row = entries[label.entry].row
        if row:
            last = stream.word_at(label.end - 1)
            found.append(RowLabel(row, label, stream.word_at(label.start).line, last.line, last))
    return found


def plain_layout(row: Row, basis: Basis = Basis.ORDER) -> Layout:
    """The form's own order."""
    return Layout(tuple(range(len(row.columns))), None, basis)


class Layouts:
    """The layouts of all blocks of a stream, found as they are asked for."""

    def __init__(self, stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel], year: int | None) -> None:
        self._stream = stream
        self._labels = labels
        self._rows = rows
        self._year = year
        self._grids = [line.grid for line in stream.lines if line.grid and line.row == 0]
        self._lines: dict[int, list[Line]] = {}
        for line in stream.lines:
            self._lines.setdefault(id(line.block), []).append(line)
        self._known: dict[tuple[int | None, str, str], Layout] = {}
        self._headed: dict[tuple[int, tuple[Column, ...]], Layout] = {}

    def of(self, grid: Grid | None, row: Row) -> Layout:
        """The layout of a row's block in a grid, or in running text."""
        key = (grid.number if grid else None, row.table, row.head)
        if key not in self._known:
            self._known[key] = self._in_grid(grid, row) if grid else self._in_text(row)
        return self._known[key]

    def _in_grid(self, grid: Grid, row: Row) -> Layout:
        found = [label for label in self._block(row) if self._grid_of(label) is grid]
        rows = self._head_rows(grid, row)
        by_heads = self._by_columns(grid, row, rows, found)
        if by_heads:
            self._headed[grid.number, row.columns] = by_heads
        by_heads = by_heads or self._like_another(grid, row)
        if by_heads:
            return by_heads
        tails = [self._tail(grid, label) for label in found]
        filled = max(map(sum, tails), default=0)
        reach = max(map(_reach, tails), default=0)
        slots = self._in_order(grid, row, rows, filled, reach) or self._like_before(grid, row) or self._like_text(row)
        size = len(slots[0])
        columns = self._by_values(grid, row, found, size)
        if columns is None and not has_spans(grid) and _width(grid) >= size:
            columns = tuple(range(size))  # Each row says by itself where its values stand.
        return Layout(slots[0], columns, slots[1])

    def _block(self, row: Row) -> list[RowLabel]:
        return [label for label in self._rows if label.row.table == row.table and label.row.head == row.head]

    def _grid_of(self, label: RowLabel) -> Grid | None:
        return self._stream.lines[label.last_line].grid

    def _head_rows(self, grid: Grid, row: Row) -> list[int]:
        """The rows of a grid from the row before a block to the block's first label; in section 4 that is the heads."""
        start = 0
        for label in self._rows:
            if label.row.table == row.table and label.row.head == row.head:
                end = label.last_line if row.path else self._end_of_heads(label)
                if row.path and self._grid_of(label) is grid:
                    end = label.first_line
                lines = enumerate(self._stream.lines[start:end], start)
                held = [line.row for _, line in lines if line.grid is grid and not _is_of_values(line)]
                if held or self._grid_of(label) is grid:
                    return held
            start = label.last_line + 1
        return []

    def _end_of_heads(self, label: RowLabel) -> int:
        """The line after the heads that are a row's label, of which perhaps not all were found."""
        end = label.last_line + 1
        lines = self._stream.lines
        while end < len(lines) and lines[end].tokens and not any(token.reading for token in lines[end].tokens):
            end += 1
        return end

    def _by_columns(self, grid: Grid, row: Row, rows: Sequence[int], found: Sequence[RowLabel]) -> Layout | None:
        """The layout by the heads that stand above each column; None where they name none, or do not stand above it."""
        first = _after_labels(found) if row.path else 0
        above = list(_columns_of_heads(grid, rows, first, self._reaching(grid, rows, row.columns)))
        counts = self._counts(found, grid, row)
        if not has_spans(grid) and not all(column >= first for column in counts):
            return None
        before = [_head(path, row.columns) for columns, path in above if columns[-1] < first]
        if any(number is not None for number in match_heads(before, row.columns, self._year)):
            return None  # The heads have slipped: they stand above the labels.
        own = [part for columns, path in above if columns[-1] >= first for part in _single(columns, path, row)]
        heads = [head for _, head in own]
        named = match_heads(heads, row.columns, self._year)
        if all(number is None for number in named):
            return None
        places = [max(columns, key=lambda c: (counts[c], -c)) for columns, _ in own]
        empty = [not head.key for head in heads]
        slots = _with_headless(named, heads, row.columns)
        # Without a labelled row nothing tells where the columns of labels end.
        led = 0 if found or not row.path else next(at for at, number in enumerate(slots) if number is not None)
        kept = [at for at in range(led, len(slots)) if slots[at] is not None or not empty[at]]
        placed = {column for at in kept for column in own[at][0]}
        whole = [cell for row_number in rows for cell in grid.origins(row_number) if names_any(cell.text, row.columns)]
        hidden = len(whole) > sum(number is not None for number in named)
        if not has_spans(grid) and (hidden or not placed.issuperset(counts)):
            return None
        headless = sum(empty[at] for at in kept)
        basis = Basis.ORDER if 2 * headless > len(row.columns) else Basis.HEADS
        known = [number for number in slots if number is not None]
        if not has_spans(grid) and _has_groups_alike(row.columns) and known != sorted(known):
            basis = Basis.CONTRADICTED  # Nothing but their order tells which of several groups a head is of.
        return Layout(tuple(slots[at] for at in kept), tuple(places[at] for at in kept), basis, aligned=True)

    def _reaching(self, grid: Grid, rows: Sequence[int], columns: Sequence[Column]) -> frozenset[str]:
        """The spanning heads that are to go on over the empty cells after them.

        In a grid without spans they may stand first or in the middle of what they span. Where all heads below them are
        there, and in the form's order, they are not needed.
        """
        text = label_key("".join(cell.text for row in rows for cell in grid.origins(row)))
        labels = Counter(label_key(column.label) for column in columns)
        whole = all(text.count(label) >= number for label, number in labels.items())
        if has_spans(grid) or (whole and _groups_in_order(text, columns)):
            return frozenset()
        return frozenset(label_key(group) for column in columns for group in column.groups)

    def _like_another(self, grid: Grid, row: Row) -> Layout | None:
        """The layout of the same columns in this grid, or in the last of its width before it that has their heads."""
        before = [held for held in self._grids if held.number < grid.number and _width(held) == _width(grid)]
        for other in (grid, *reversed(before)):
            layout = self._trailing(other, row) if other is not grid else None
            layout = layout or self._headed.get((other.number, row.columns))
            if layout is None and other is not grid:
                layout = self._by_columns(other, row, range(len(other.rows)), [])
            named = sum(slot is not None for slot in layout.slots) if layout else 0
            if layout and layout.basis is Basis.HEADS and 2 * named > len(row.columns):
                return layout
        return None

    def _trailing(self, grid: Grid, row: Row) -> Layout | None:
        """The layout by the heads that end a grid, after its last row with a label: its rows go on in the next one."""
        own = [label for label in self._rows if self._grid_of(label) is grid]
        last = max((self._stream.lines[label.last_line].row for label in own), default=-1)
        rows = range(last + 1, len(grid.rows))
        return self._by_columns(grid, row, rows, []) if 0 <= last < len(grid.rows) - 1 else None

    def _in_order(
        self, grid: Grid, row: Row, rows: Sequence[int], filled: int, reach: int
    ) -> tuple[tuple[int | None, ...], Basis] | None:
        """The order of heads that stand in their rows as they may; None where they name no column."""
        lines = [[cell.text for cell in grid.origins(number) if cell.text.strip()] for number in rows]
        found = _ordered(lines, row.columns, self._year, filled, reach)
        if found is None or found[1] is not Basis.HEADS or not _has_levels(lines, row.columns):
            return found
        layout = _hierarchical(Layout(found[0], None, found[1]), row)
        return layout.slots, layout.basis

    def _tail(self, grid: Grid, label: RowLabel) -> list[bool]:
        """Which of the cells after a label hold anything."""
        cells = grid.rows[self._stream.lines[label.last_line].row][label.after :]
        return [bool(cell and cell.text.strip()) for cell in cells]

    def _like_before(self, grid: Grid, row: Row) -> tuple[tuple[int | None, ...], Basis] | None:
        """The order of the block's columns in a grid before, whose rest this one is although it is of another width."""
        before = [label for label in self._block(row) if (held := self._grid_of(label)) and held.number < grid.number]
        layouts = (self.of(self._grid_of(label), row) for label in reversed(before))
        return next(((found.slots, found.basis) for found in layouts if found.basis is Basis.HEADS), None)

    def _like_text(self, row: Row) -> tuple[tuple[int | None, ...], Basis]:
        layout = self.of(None, row)
        return layout.slots, layout.basis

    def _in_text(self, row: Row) -> Layout:
        """The layout by the words between the label before a block and its own first label."""
        block = self._block(row)
        if not block:
            return plain_layout(row)
        start = max((label.end for label in self._labels if label.end <= block[0].label.start), default=0)
        end = block[0].label.start
        if not row.path:
            heads = self._stream.lines[: self._end_of_heads(block[0])]
            end = max((token.end for line in heads[-1:] for token in line.tokens), default=block[0].label.end)
        text = self._stream.text[start : max(end, start)]
        words = (word for word in self._stream.words if start <= word.offset < end)
        lines = ["".join(word.key for word in line) for _, line in groupby(words, key=lambda word: word.line)]
        layout = _text_layout(text, lines, row)
        if layout.basis is not Basis.HEADS or layout.slots == tuple(range(len(row.columns))):
            return layout
        at_lines = {self._stream.word_at(start + at).line for column in row.columns if (at := _last(text, column)) >= 0}
        return layout if len(at_lines) == 1 else _hierarchical(layout, row)

    def _counts(self, found: Sequence[RowLabel], grid: Grid, row: Row) -> Counter[int]:
        """How many values stand in each grid column of the block's labelled rows."""
        lines = [self._stream.lines[label.last_line] for label in found] if row.path else self._lines[id(grid)]
        return Counter(
            token.column
            for line in lines
            for token in line.tokens
            if token.reading and token.reading != BLANK and token.column is not None
        )

    def _by_values(self, grid: Grid, row: Row, found: Sequence[RowLabel], size: int) -> tuple[int, ...] | None:
        """The window of ``size`` neighbouring columns that holds most of the block's numbers, the last of equals."""
        count: Counter[int] = Counter()
        widest = 0
        for label in found:
            line = self._stream.lines[label.last_line]
            widest = max(widest, len(grid.rows[line.row]))
            label_column = label.last_word.column or 0
            count.update(
                token.column
                for token in line.tokens
                if token.reading and token.reading != BLANK and (token.column or 0) > label_column
                if token.column is not None
            )
        if not row.path and all(len(cells) <= size for cells in grid.rows) and len(grid.rows[-1]) == size:
            return tuple(range(size))  # A table that is as wide as a row without a label.
        if widest < size or not count:
            return None
        if size == 1:
            return (count.most_common(1)[0][0],)
        start = max(range(widest - size + 1), key=lambda c: (sum(count[c + i] for i in range(size)), c))
        return tuple(range(start, start + size))


def _reach(tail: Sequence[bool]) -> int:
    """Over how many cells the filled ones reach, from the first to the last."""
    filled = [at for at, held in enumerate(tail) if held]
    return filled[-1] - filled[0] + 1 if filled else 0


def _after_labels(found: Sequence[RowLabel]) -> int:
    """The first column after the labels of most rows."""
    return Counter(label.after for label in found).most_common(1)[0][0] if found else 0


def has_spans(grid: Grid) -> bool:
    """Whether any cell of a grid goes over several rows or columns."""
    return any(cell.width > 1 or cell.height > 1 for cells in grid.rows for cell in cells if cell)


def _single(columns: tuple[int, ...], path: _Path, row: Row) -> Iterator[tuple[tuple[int, ...], Head]]:
    """The columns below a head; those below nothing but a spanning head are one by one without a head of their own."""
    groups = {label_key(group) for column in row.columns for group in column.groups}
    if path and label_key(path[-1].text) in groups:
        yield from (((column,), Head(())) for column in columns)
    else:
        yield columns, _head(path, row.columns)


def _head(path: _Path, columns: Sequence[Column]) -> Head:
    return head_of([cell.text for cell in path], columns)


def _is_of_values(line: Line) -> bool:
    """Whether a grid row holds values: that of a lost label stands among the heads."""
    figures = sum(token.reading is not None and token.reading.state in _FIGURES for token in line.tokens)
    return figures > 1 or (figures == 1 and not any(token.key for token in line.tokens))


def _above(grid: Grid, row: int, column: int, spanning: frozenset[str]) -> GridCell | None:
    """The cell of a row above a column; where spans are lost, a spanning head goes on over the empty cells after it."""
    cells = grid.rows[row][: column + 1]
    if len(cells) <= column:
        return None
    filled = next((cell for cell in reversed(cells) if cell and cell.text.strip()), None)
    return filled if filled and label_key(filled.text) in spanning else cells[column]


def _columns_of_heads(
    grid: Grid, rows: Sequence[int], first: int, spanning: frozenset[str]
) -> Iterator[tuple[tuple[int, ...], _Path]]:
    """The columns below each nearest head, with the cells above them, outermost first.

    What begins before column ``first``, and goes on beyond it, is no head of values.
    """
    groups: list[tuple[list[int], _Path]] = []
    for column in range(_width(grid)):
        cells = (_above(grid, row, column, spanning) for row in rows)
        heads = (cell for cell in cells if cell and cell.text.strip() and (cell.column < first) == (column < first))
        path = tuple(dict.fromkeys(heads))
        if groups and path and groups[-1][1][-1:] == path[-1:]:
            groups[-1][0].append(column)
        else:
            groups.append(([column], path))
    for columns, path in groups:
        yield tuple(columns), path


def _with_headless(named: Sequence[int | None], heads: Sequence[Head], columns: Sequence[Column]) -> list[int | None]:
    """The matches, with columns that lack a head named by the form's order, where as many lack one as are missing."""
    if len(heads) == len(columns) and all(
        not head.key or is_like(head, column, columns) for head, column in zip(heads, columns, strict=True)
    ):
        return list(range(len(columns)))
    slots = list(named)
    known = [(at, number) for at, number in enumerate(named) if number is not None]
    if [number for _, number in known] != sorted(number for _, number in known):
        return slots
    for (left, before), (right, after) in pairwise([(-1, -1), *known, (len(named), len(columns))]):
        free = [at for at in range(left + 1, right) if not heads[at].key]
        if len(free) == after - before - 1:
            for at, number in zip(free, range(before + 1, after), strict=True):
                slots[at] = number
    return slots


def _ordered(
    lines: Sequence[Sequence[str]], columns: Sequence[Column], year: int | None, filled: int, reach: int
) -> tuple[tuple[int | None, ...], Basis] | None:
    """The order in which heads name columns, spanning heads and those of labels left out; None where none does.

    A head before all that name one is a label's, unless ``filled`` cells of a row want a head each. It may be a
    column's if the values of a row reach over more cells (``reach``) than heads are left.
    """
    groups = {label_key(group) for column in columns for group in column.groups}
    repeated = _has_groups_alike(columns)
    # The rows of such groups have no label; what stands alone in a row is the table's title.
    lines = [line for line in lines if len(line) > 1] if repeated else lines
    heads = [head for head in heads_in_order(lines, columns) if head.key not in groups | _NO_HEADS]
    named = match_heads(heads, columns, year)
    if all(number is None for number in named):
        return None
    first = next(at for at, number in enumerate(named) if number is not None)
    first = max(0, first - max(0, filled - len(named[first:])))
    while first and is_of_another_year(heads[first - 1], year):
        first -= 1
    if len(named[first:]) < filled:
        return None  # Some of the heads stand elsewhere.
    # Nothing but their order tells which of several groups a head is of.
    lost = repeated and tuple(named) != tuple(range(len(columns)))
    keys = [[label_key(text) for text in line] for line in lines]
    lost = lost or any(line.count(group) > 1 for line in keys for group in groups)
    if lost or not _groups_in_order(label_key("".join(text for line in lines for text in line)), columns):
        return tuple(range(len(columns))), Basis.CONTRADICTED
    return tuple(named[first:]), Basis.ORDER if first and reach > len(named[first:]) else Basis.HEADS


def _has_levels(lines: Sequence[Sequence[str]], columns: Sequence[Column]) -> bool:
    """Whether heads beside a spanning one stand on several lines, which then tell nothing of their order."""
    beside = {label_key(column.label) for column in columns if not column.groups}
    grouped = len(beside) < len(columns)
    return grouped and sum(any(label_key(text) in beside for text in line) for line in lines) > 1


def _has_groups_alike(columns: Sequence[Column]) -> bool:
    """Whether columns of several groups have the same labels."""
    return len({column.label for column in columns}) < len(columns)


def _labels_in_order(text: str, columns: Sequence[Column]) -> bool:
    """Whether the heads of groups that are alike stand in the form's order, as far as they are found whole."""
    labels = [label_key(column.label) for column in columns]
    group = labels[: len(dict.fromkeys(labels))]
    found = re.findall("|".join(map(re.escape, group)), text)
    start = group.index(found[0]) if found else 0
    turned = bool(found) and found[0] != group[0] and found[-1] != group[-1]
    return not turned and all(label == group[(start + at) % len(group)] for at, label in enumerate(found))


def _has_others(text: str, columns: Sequence[Column]) -> bool:
    """Whether heads that are not the form's stand among those of a text that has all of the form's, whole."""
    labels = Counter(label_key(column.label) for column in columns)
    if any(text.count(label) != number for label, number in labels.items()):
        return False
    start, end = min(map(text.find, labels)), max(text.rfind(label) + len(label) for label in labels)
    return _is_more_than(
        text[start:end], [*labels, *(label_key(group) for column in columns for group in column.groups)]
    )


def _is_more_than(text: str, known: Iterable[str]) -> bool:
    """Whether some heads of a text hold more than what is known of them, but for a character that is left over."""
    for key in (*known, *_NO_HEADS):
        text = text.replace(key, "")
    return len(text.replace("\0", "")) > 1


def _groups_in_order(text: str, columns: Sequence[Column]) -> bool:
    """Whether the spanning heads of several groups stand in the form's order, as far as they are found."""
    groups = dict.fromkeys(label_key(group) for column in columns for group in column.groups)
    found = [at for at in (text.find(group) for group in groups) if at >= 0]
    return found == sorted(found)


def _text_layout(text: str, lines: Sequence[str], row: Row) -> Layout:
    """The layout of a text's values, to go by the label characters of its heads, in all and line by line."""
    columns = row.columns
    own = {label_key(column.label.split("（")[0]) for column in columns}
    if _OTHER_YEAR.search(text) and not any(_OTHER_YEAR.search(key) for key in own):
        return plain_layout(row, Basis.CONTRADICTED)
    if _has_groups_alike(columns):
        alike = _groups_in_order(text, columns) and _labels_in_order(text, columns) and not _has_others(text, columns)
        return plain_layout(row, Basis.HEADS if alike else Basis.CONTRADICTED)
    for group in {label_key(group) for column in columns for group in column.groups}:
        text = text.replace(group, "\0" * len(group))
        lines = [line.replace(group, "") for line in lines]
    found = [_last(text, column) for column in columns]
    if all(at < 0 for at in found):
        return _worn_layout(text, lines, row)
    lost = [column for at, column in zip(found, columns, strict=True) if at < 0]
    if any(_is_worn(text, column) for column in lost):
        return _worn_layout(text, lines, row)
    order = sorted((at, number) for number, at in enumerate(found) if at >= 0)
    if _is_more_than(text[order[0][0] : order[-1][0]], own):
        return plain_layout(row, Basis.CONTRADICTED)  # A head that is not the form's stands among them.
    return Layout(tuple(number for _, number in order), None, Basis.HEADS)


def _hierarchical(layout: Layout, row: Row) -> Layout:
    """The layout by whole heads over several lines, some of them below a spanning head.

    Heads beside a spanning one may come before or after those below it: only the order of these tells where they stand,
    and that of the others among themselves.
    """
    slots = [number for number in layout.slots if number is not None]
    grouped = [number for number in slots if row.columns[number].groups]
    if not grouped:
        return layout
    outside = [number for number in slots if number not in grouped]
    if grouped != sorted(grouped) or len(slots) < len(row.columns):
        return plain_layout(row, Basis.CONTRADICTED)
    return plain_layout(row, Basis.HEADS if outside == sorted(outside) else Basis.ORDER)


def _last(text: str, column: Column) -> int:
    """Where a column's label stands last; -1 where it does not."""
    return max(text.rfind(key) for key in (label_key(column.label), label_key(column.label.split("（")[0])))


def _is_worn(text: str, column: Column) -> bool:
    """Whether a column's label stands in a text with errors, or in pieces."""
    key = label_key(column.label.split("（")[0])
    whole = fuzz.partial_ratio(key, text) >= _WORN if text else False
    return whole or all(text.find(sign) >= 0 for sign in key)


def _worn_layout(text: str, lines: Sequence[str], row: Row) -> Layout:
    """The layout by heads that are broken over lines: their beginnings stand side by side, in the columns' order."""
    starts = [text.find(label_key(column.label)[:_PREFIX]) for column in row.columns if column.groups] or [
        text.find(label_key(column.label)[:_PREFIX]) for column in row.columns
    ]
    found = [at for at in starts if at >= 0]
    if not found:
        return plain_layout(row)
    # The last of several spanned heads is short, and may stand by itself.
    firm = [at for at in starts[:-1] if at >= 0] or found
    beside = [at for column in row.columns if not column.groups if (at := _last(text, column)) >= 0]
    in_order = firm == sorted(firm) and beside == sorted(beside) and _ends_in_order(lines, row.columns)
    return plain_layout(row, Basis.HEADS if in_order else Basis.CONTRADICTED)


def _ends_in_order(lines: Sequence[str], columns: Sequence[Column]) -> bool:
    """Whether nothing but heads that stand beside follows the last of the spanned heads on its line."""
    spanned = [label_key(column.label) for column in columns if column.groups]
    beside = "".join(label_key(column.label) for column in columns if not column.groups)
    follows = (line.rpartition(spanned[-1])[2] for line in lines if spanned[1:] and spanned[-1] in line)
    return all(rest in beside for rest in follows)


def _width(grid: Grid) -> int:
    return max(map(len, grid.rows), default=0)
