"""Rows and columns of pieces of text, by their places alone.

Columns are where numbers stand one below the other. A piece that fits no column's place is never
moved into one: its line begins another table.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from unicodedata import east_asian_width

from parsers.document.values import State, read_value

# In heights of a letter: how far apart the texts of one line may stand in height, touching texts of a line in
# width, and the lines of a label that is wrapped. The factory's pages lose cells with 0.1 and 0.6 for the first and
# with 1.2 and 2.4 for the last (python -m tools.sensitivity parsers.formats.web.placed:_NEXT_LINE); none of them
# needs the second, of which tests/parsers/formats/web/test_placed.py shows both sides.
_SAME_LINE = 0.4
_TOUCHING = 0.35
_NEXT_LINE = 1.6
# Labels side by side that may go on in the next line; a row of the form has three.
_OPEN_LABELS = 8
# Headings of chapters are numbered so; one must not be lost among the rows of a table.
_HEADING = re.compile(r"\s*[一二三四五六七八九十]+\s*[、．.]")


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text from ``left`` to ``right``, ``top`` pixels down; ``em`` is the size of its letters.

    ``boxed``: it has a width of its own, as a cell has, and what touches it is another cell.
    """

    text: str
    left: float
    top: float
    right: float
    em: float
    boxed: bool = False

    @property
    def middle(self) -> float:
        """Half way between left and right."""
        return (self.left + self.right) / 2

    @property
    def is_value(self) -> bool:
        """Whether it is a number or a dash."""
        reading = read_value(self.text)
        return reading is not None and reading.state in (State.PRINTED, State.DASH)


PlacedLine = list[PlacedText]
PlacedRow = tuple[str | None, ...]


@dataclass(slots=True)
class _Table:
    """Lines whose values stand in the same columns, each column from its left to its right."""

    lines: list[PlacedLine] = field(default_factory=list)
    columns: list[tuple[float, float]] = field(default_factory=list)

    def add(self, line: PlacedLine) -> bool:
        """Add a line if its values fit the columns, each value another one, and half of them at least are known."""
        values = [piece for piece in line if piece.is_value]
        hits = [[column for column in self.columns if _overlap(column, piece)] for piece in values]
        known = [held[0] for held in hits if held]
        unsure = any(len(held) > 1 for held in hits) or len(set(known)) < len(known)
        if self.columns and (unsure or 2 * len(known) < len(values)):
            return False
        self.columns = sorted(
            [column for column in self.columns if column not in known]
            + [_joined(held[0] if held else None, piece) for held, piece in zip(hits, values, strict=True)]
        )
        self.lines.append(line)
        return True

    def rows(self, lines: Sequence[PlacedLine]) -> list[PlacedRow]:
        """Lines as rows: what stands left of the first column ends beside it, all else in its column."""
        columns = sorted([*self.columns, *self._empty_columns()])
        first = columns[0][0]
        unwrapped = _unwrapped(lines, first)
        widest = max(sum(piece.middle < first for piece in line) for line in (*self.lines, *unwrapped))
        return [_row(line, columns, widest) for line in unwrapped]

    def _empty_columns(self) -> list[tuple[float, float]]:
        """Where a head stands over no value, and right of the labels: a column that was left empty in all rows."""
        rows = [line for line in self.lines if any(piece.is_value for piece in line)]
        labels = max((piece.right for line in rows for piece in line if piece.middle < self.columns[0][0]), default=0)
        occupied = [(0.0, labels), *self.columns, *((piece.left, piece.right) for line in rows for piece in line)]
        empty: list[tuple[float, float]] = []
        heads = [piece for line in self.lines if not any(p.is_value for p in line) for piece in line]
        # The lowest first: a head over several columns stands over their own heads.
        for head in sorted(heads, key=lambda piece: -piece.top):
            if not any(_overlap(column, head) for column in occupied):
                empty.append((head.left, head.right))
            occupied.append((head.left, head.right))
        return empty


def _unwrapped(lines: Sequence[PlacedLine], first: float) -> list[PlacedLine]:
    """Lines in which each label that is wrapped around the line of its values stands on that line."""
    rows: list[PlacedLine] = [[piece for piece in line if piece.middle >= first] for line in lines]
    values = {n: max(p.top for p in line if p.is_value) for n, line in enumerate(rows) if any(p.is_value for p in line)}
    for label in _wrapped_labels(lines, first):
        above, below = label[0][1].top - label[0][1].em / 2, label[-1][1].top + label[0][1].em / 2
        beside = [number for number, top in values.items() if above <= top <= below]
        if len(beside) == 1:
            pieces = [piece for _, piece in label]
            left, right = min(piece.left for piece in pieces), max(piece.right for piece in pieces)
            text = "".join(piece.text for piece in pieces)
            rows[beside[0]].append(PlacedText(text, left, values[beside[0]], right, pieces[0].em))
        else:
            for number, piece in label:
                rows[number].append(piece)
    return [sorted(row, key=lambda piece: piece.left) for row in rows if row]


def _wrapped_labels(lines: Sequence[PlacedLine], first: float) -> list[list[tuple[int, PlacedText]]]:
    """The labels left of the values, each as its pieces one below the other with their lines' numbers."""
    labels: list[list[tuple[int, PlacedText]]] = []
    for number, line in enumerate(lines):
        for piece in (piece for piece in line if piece.middle < first):
            goes_on = (label for label in labels[-_OPEN_LABELS:] if _follows(label[-1][1], piece))
            label = next(goes_on, None)
            if label is None:
                labels.append([(number, piece)])
            else:
                label.append((number, piece))
    return labels


def _follows(last: PlacedText, piece: PlacedText) -> bool:
    return _overlap((last.left, last.right), piece) and 0 < piece.top - last.top < _NEXT_LINE * last.em


def _row(line: PlacedLine, columns: Sequence[tuple[float, float]], widest: int) -> PlacedRow:
    """The labels of a line, as many cells as the widest has, then its pieces by the columns nearest to them."""
    first = columns[0][0]
    labels = [piece.text for piece in line if piece.middle < first]
    held: list[list[str]] = [[] for _ in columns]
    for piece in line:
        if piece.middle >= first:
            nearest = min(range(len(held)), key=lambda n: abs(sum(columns[n]) / 2 - piece.middle))
            held[nearest].append(piece.text)
    row: list[str | None] = [*[None] * (widest - len(labels)), *labels]
    return (*row, *(" ".join(texts) if texts else None for texts in held))


def tables_and_lines(pieces: Iterable[PlacedText]) -> Iterator[list[PlacedRow] | str]:
    """The pieces in reading order: a table of rows (None where nothing stands), or the text of a line."""
    lines = [_merged(line) for line in _lines(pieces)]
    tables = _between(lines, _tables(lines))
    for _, run in groupby(range(len(lines)), key=lambda number: id(tables[number])):
        numbers = list(run)
        table = tables[numbers[0]]
        if table:
            yield table.rows([lines[number] for number in numbers])
        else:
            yield from (" ".join(piece.text for piece in lines[number]) for number in numbers)


def text_width(text: str, em: float) -> float:
    """About how wide a text is set: an ideograph takes an em, any other character half of one."""
    return sum(em if east_asian_width(char) in "WF" else em / 2 for char in text)


def _lines(pieces: Iterable[PlacedText]) -> Iterator[PlacedLine]:
    line: PlacedLine = []
    for piece in sorted(pieces, key=lambda piece: piece.top):
        if line and piece.top - line[0].top > _SAME_LINE * line[0].em:
            yield sorted(line, key=lambda held: held.left)
            line = []
        line.append(piece)
    if line:
        yield sorted(line, key=lambda held: held.left)


def _merged(line: PlacedLine) -> PlacedLine:
    """Pieces that touch each other as one, unless they are cells: a sentence is cut at every change of font."""
    merged: PlacedLine = []
    for piece in line:
        last = merged[-1] if merged else None
        if last and not last.boxed and not piece.boxed and abs(piece.left - last.right) < _TOUCHING * piece.em:
            # Whether two touching numbers are one that was cut or two cells, no one can tell.
            between = " " if last.is_value and piece.is_value else ""
            merged[-1] = PlacedText(last.text + between + piece.text, last.left, last.top, piece.right, piece.em)
        else:
            merged.append(piece)
    return merged


def _tables(lines: Sequence[PlacedLine]) -> list[_Table | None]:
    """For each line the table that it is a row of; heads belong to the table below them."""
    tables: list[_Table | None] = [None] * len(lines)
    table = _Table()
    for number, line in enumerate(lines):
        if len(line) < 2:
            continue
        if not any(piece.is_value for piece in line):
            # Words over the columns of values are the heads of another table.
            if table.columns and line[-1].middle > table.columns[0][0]:
                table = _Table()
            continue
        if not table.add(line):
            table = _Table()
            table.add(line)
        tables[number] = table
        above = number - 1
        while above >= 0 and tables[above] is None and len(lines[above]) > 1:
            tables[above] = table
            table.lines.append(lines[above])
            above -= 1
    return tables


def _between(lines: Sequence[PlacedLine], tables: Sequence[_Table | None]) -> list[_Table | None]:
    """The tables with the lines between their rows: of a label that is wrapped around its values."""
    joined = list(tables)
    last: int | None = None
    for number, table in enumerate(tables):
        if table is None:
            continue
        between = range(number if last is None else last + 1, number)
        if last is not None and tables[last] is table and not any(_is_heading(lines[n]) for n in between):
            joined[last + 1 : number] = [table] * len(between)
        last = number
    return joined


def _is_heading(line: PlacedLine) -> bool:
    return bool(_HEADING.match(line[0].text))


def _overlap(column: tuple[float, float], piece: PlacedText) -> bool:
    return column[0] < piece.right and piece.left < column[1]


def _joined(column: tuple[float, float] | None, piece: PlacedText) -> tuple[float, float]:
    if column is None:
        return piece.left, piece.right
    return min(column[0], piece.left), max(column[1], piece.right)
