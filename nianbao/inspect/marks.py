"""What each token of a document was read as: the label of a row, the value of a cell, or neither."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from functools import cache

from parsers.alignment.align import Alignment, Trace
from parsers.alignment.heads import Head, match_heads
from parsers.alignment.labels import Label
from parsers.alignment.runs import ValueRun
from parsers.alignment.tokens import Stream, Token
from parsers.characters.folding import label_key
from parsers.document.reasons import Why
from parsers.document.values import CellValue, State
from parsers.form.model import Row
from parsers.report import CERTAIN
from publish.room.drawing.form import form_tables


class Kind(StrEnum):
    """What a token was read as."""

    LABEL = "label"
    WORN = "worn"  # a label that is not printed as the form has it
    HEADING = "heading"
    HEAD = "head"
    VALUE = "value"
    RIVAL = "rival"
    SUSPECT = "suspect"
    STRAY = "stray"  # a number that no row took


# Reasons of a cell whose row has values, and any of them may be its own.
_UNPLACED = frozenset({Why.SEVERAL_WAYS, Why.TOO_MANY_WAYS, Why.NO_WAY, Why.OVERFULL})
_STRAY = "a number that no row took"
_SUSPECT = "may be a page number, or part of a sentence"
_RIVAL = "other values for the row"
_LEFT_OVER = "stands beside the row's label; it is not known in which cell it belongs"


@dataclass(frozen=True, slots=True)
class Mark:
    """What a token was read as: the code of its row or the form's words, and the cells that it is about.

    ``order`` is the number of its column in the row, from 1; ``note`` is what else is to be said of it.
    """

    kind: Kind
    said: str = ""
    cells: tuple[str, ...] = ()
    order: int | None = None
    note: str = ""

    @property
    def is_label(self) -> bool:
        """Whether it is a row's label."""
        return self.kind in (Kind.LABEL, Kind.WORN)

    @property
    def is_of_form(self) -> bool:
        """Whether it is any of the form's own words."""
        return self.is_label or self.kind in (Kind.HEADING, Kind.HEAD)


Marks = dict[int, Mark]
Cells = Mapping[str, CellValue]


def marks_of(alignment: Alignment) -> Marks:
    """The marks of an alignment's tokens, by the ``id`` of each: equal tokens may stand side by side."""
    trace = alignment.trace
    marks = _heads(trace, alignment.form.edition)
    marks |= {
        id(token): Mark(Kind.STRAY, note=_STRAY)
        for line in trace.stream.lines
        for token in line.tokens
        if _is_number(token)
    }
    marks |= _values(trace, alignment.cells)
    return marks | _labels(trace)


def look(mark: Mark | None, cells: Cells) -> str:
    """How a piece looks: what it was read as, and the state of its cell if it is a value."""
    if mark is None:
        return "nothing"
    if mark.kind is not Kind.VALUE:
        return str(mark.kind)
    return f"value {cells[mark.cells[0]].state if mark.order else State.UNCERTAIN}"


def _is_number(token: Token) -> bool:
    return token.reading is not None and token.reading.state is State.PRINTED


def _heads(trace: Trace, edition: int) -> Marks:
    """The words of the form that hold no values: heads of columns, and what stands above several rows or columns."""
    texts = _head_texts(edition)
    rows = [(label.start, row) for label in trace.labels if (row := trace.entries[label.entry].row)]
    marks: Marks = {}
    for word in trace.stream.words:
        text = texts.get(word.key) or texts.get(_unexplained(word.text))
        row = next((row for start, row in rows if start >= word.offset), None)  # Heads stand above their rows.
        column = _column(word, row) if row and (text or _may_be_head(trace.stream, word)) else None
        if row and column is not None:
            marks[id(word)] = Mark(Kind.HEAD, row.columns[column].label, order=column + 1)
        elif text:
            marks[id(word)] = Mark(Kind.HEAD, text)
    return marks


def _may_be_head(stream: Stream, word: Token) -> bool:
    line = stream.lines[word.line]
    return line.grid is not None and not any(map(_is_number, line.tokens))


def _column(word: Token, row: Row) -> int | None:
    """The number of the column that a head names by itself; in section 4 several have the same name."""
    return match_heads([Head((word.text,))], row.columns, None)[0] if row.path else None


@cache
def _head_texts(edition: int) -> dict[str, str]:
    """The words of the drawn form by what they look like as keys, also without a closing explanation."""
    slots = [slot.text for table in form_tables(edition).values() for line in table for slot in line if slot.text]
    texts = {key: text for text in slots for key in (_unexplained(text), label_key(text))}
    return {key: text for key, text in texts.items() if key}


def _unexplained(text: str) -> str:
    return label_key(text.split("（", maxsplit=1)[0])


def _labels(trace: Trace) -> Marks:
    return {id(word): _label(trace, label) for label in trace.labels for word in _words(trace.stream, label)}


def _label(trace: Trace, label: Label) -> Mark:
    entry = trace.entries[label.entry]
    if entry.row is None:
        return Mark(Kind.HEADING, entry.keys[0])
    printed = trace.stream.text[label.start : label.end] in entry.keys
    return Mark(Kind.LABEL if printed else Kind.WORN, entry.row.code, entry.row.cells, note=entry.row.path)


def _words(stream: Stream, label: Label) -> Iterator[Token]:
    """The words that a label stands on."""
    at = label.start
    while at < label.end:
        word = stream.word_at(at)
        yield word
        at = word.end


def _values(trace: Trace, cells: Cells) -> Marks:
    """The tokens that rows took as their values, and those that they could not do without knowing whose they are."""
    marks: Marks = {}
    for anchor in trace.assignment.anchors:
        row = anchor.row_label.row if anchor.row_label else None
        if row:
            for kind, note, runs in (
                (Kind.SUSPECT, _SUSPECT, anchor.suspects),
                (Kind.RIVAL, _RIVAL, anchor.rivals),
            ):
                mark = Mark(kind, row.code, row.cells, note=note)
                marks |= {id(token): mark for run in runs for token in run.tokens if token}
            marks |= _of_row(row, anchor.runs or anchor.blanks[:1], cells)
    for candidates in trace.assignment.rows:
        orphan = trace.assignment.orphans.get(candidates.row.key)
        marks |= _of_row(candidates.row, [orphan] if orphan else [], cells)
    return marks


def _of_row(row: Row, runs: Sequence[ValueRun], cells: Cells) -> Marks:
    """The values of one row, each with its cell, or with all of the row's where it is not known which."""
    found = [(reading, token, run) for run in runs for reading, token in zip(run.readings, run.tokens, strict=False)]
    orders = _orders([cells[cell] for cell in row.cells], [reading for reading, _, _ in found])
    doubtful = any(cells[cell].state not in CERTAIN for cell in row.cells)
    marks: Marks = {}
    for at, (_, token, run) in enumerate(found):
        if token and at in orders and not _is_unplaced(cells[row.cells[orders[at]]]):
            note = f"column by: {run.basis.name.lower()}" if run.placed else "column by: count"
            marks[id(token)] = Mark(Kind.VALUE, row.code, (row.cells[orders[at]],), orders[at] + 1, note)
        elif token:
            marks[id(token)] = Mark(Kind.VALUE if doubtful else Kind.SUSPECT, row.code, row.cells, note=_LEFT_OVER)
    return marks


def _is_unplaced(cell: CellValue) -> bool:
    """Whether it is not known which of a row's values the cell has."""
    return cell.reason is not None and cell.reason.why in _UNPLACED


def _orders(cells: Sequence[CellValue], readings: Sequence[CellValue]) -> dict[int, int]:
    """Which cell each reading went to: one by one if there are as many and they agree, else those that are alike."""
    wanted, found = [cell.shown for cell in cells], [reading.shown for reading in readings]
    certain = [cell.state in CERTAIN for cell in cells]
    if len(found) == len(wanted) and all(
        one == other or not sure for one, other, sure in zip(wanted, found, certain, strict=True)
    ):
        return {at: at for at in range(len(found))}
    blocks = SequenceMatcher(None, found, wanted, autojunk=False).get_matching_blocks()
    orders = {block.a + at: block.b + at for block in blocks for at in range(block.size)}
    for at, text in enumerate(found):  # Columns may stand in another order than on the form.
        free = [order for order, other in enumerate(wanted) if other == text and order not in orders.values()]
        if at not in orders and free:
            orders[at] = free[0]
    return orders
