"""Numbers that may be no row's values: page numbers, parts of sentences, copies of a row elsewhere."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate
from statistics import median_low

from rapidfuzz import fuzz, process

from parsers.alignment.labels import Label
from parsers.alignment.layouts import RowLabel
from parsers.alignment.runs import ValueRun
from parsers.alignment.tokens import Line, Stream
from parsers.document.model import Paragraph
from parsers.document.reasons import Reason, Why
from parsers.form.model import Row

_REST = Reason(Why.CUT_NUMBER)
# Below, words share too few characters with a label to be a copy of it.
_LIKE_A_LABEL = 70.0
# Shorter words are as likely a column's head (其他), and no label is longer.
_WORN = range(4, 80)


def with_strays(
    stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel], runs: list[ValueRun]
) -> list[ValueRun]:
    """The runs, marked where they are suspect or copies."""
    return list(_with_copies(stream, labels, rows, _with_suspects(stream, rows, runs)))


def has_broken_numbers(stream: Stream, rows: Sequence[RowLabel]) -> bool:
    """Whether a text has numbers that go on in the next line, since its columns are narrower than they are.

    A figure never begins with 0 before other digits. And no line of nothing but numbers, fewer than a row has, stands
    right beside a row that has all its values on the line of its label.
    """
    whole = {
        label.last_line: len(label.row.columns)
        for label in rows
        if label.row.path and _values(stream.lines[label.last_line]) >= len(label.row.columns) > 1
    }
    lines = [(number, line) for number, line in enumerate(stream.lines) if not line.grid]
    bare = {number: _values(line) for number, line in lines if len(line.tokens) == _values(line) > 1}
    rests = any(token.reading and token.reading.reason == _REST for _, line in lines for token in line.tokens)
    return rests or any(
        number in bare and bare[number] < size for at, size in whole.items() for number in (at - 1, at + 1)
    )


def _values(line: Line) -> int:
    return sum(token.reading is not None for token in line.tokens)


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
    keys = row_keys(rows)
    labelled = {number for row_label in rows for number in range(row_label.first_line, row_label.last_line + 1)}

    def marked(run: ValueRun) -> ValueRun:
        line = stream.lines[run.line]
        if line.grid and run.line not in labelled and any(token.key for token in line.tokens):
            return replace(run, copy_of=row_like(words_of(line), keys))
        odd = run.lone and (_table_at(rows, run.offset) not in usual or _stands_apart(stream, run.line, gap))
        if run.suspect or odd or not _ends_a_sentence(stream, rows, run):
            return replace(run, suspect=run.suspect or odd)
        row = row_like(words_of(stream.lines[run.line]), keys)
        return replace(run, copy_of=row, suspect=row is None)

    return [marked(run) for run in runs]


def _with_copies(
    stream: Stream, labels: Sequence[Label], rows: Sequence[RowLabel], runs: Iterable[ValueRun]
) -> Iterator[ValueRun]:
    """Mark the values in lines of text that follow words which resemble a row's label, but are no label."""
    last = ValueRun((), 0, 0)
    keys = row_keys(rows)
    # How far the labels before each reach.
    reach = [0, *accumulate((label.end for label in labels), max)]
    for run in runs:
        if not (run.placed or run.suspect or run.copy_of or stream.lines[run.line].grid):
            begun = run.offset == last.offset
            row = last.copy_of if begun else _row_before(stream, labels, reach, keys, run, last.offset)
            last = replace(run, copy_of=row)
        else:
            last = run
        yield last


def _row_before(
    stream: Stream,
    labels: Sequence[Label],
    reach: Sequence[int],
    keys: Mapping[str, Row],
    run: ValueRun,
    start: int,
) -> Row | None:
    """The row that the words right before a unit resemble; no words of a label, nor any before ``start``."""
    index = bisect_left(labels, run.offset, key=lambda label: label.start)
    start = max(start, reach[index])
    for number in range(run.line, -1, -1):
        first = next((token.offset for token in stream.lines[number].tokens if token.key), run.offset)
        size = run.offset - first
        if first < start or start == run.offset or size >= _WORN.stop:
            return None
        row = row_like(stream.text[first : run.offset], keys) if size in _WORN else None
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


def words_of(line: Line) -> str:
    """The label characters of a line."""
    return "".join(token.key for token in line.tokens)


def row_keys(rows: Sequence[RowLabel]) -> dict[str, Row]:
    """The rows found, by all that their labels may look like."""
    return {key: row_label.row for row_label in rows for key in row_label.row.keys}


def row_like(words: str, keys: Mapping[str, Row]) -> Row | None:
    """The row found elsewhere whose label some words resemble; ``keys`` are those of the rows found."""
    match = process.extractOne(words, list(keys), scorer=fuzz.ratio, score_cutoff=_LIKE_A_LABEL)
    return keys[match[0]] if match else None


def _table_at(rows: Sequence[RowLabel], offset: int) -> str:
    """The table of the last row label that begins before an offset, or of the first one."""
    index = bisect_right(rows, offset, key=lambda row_label: row_label.label.start)
    return rows[max(index - 1, 0)].row.table if rows else ""
