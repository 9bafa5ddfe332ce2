"""Finding the form's labels in a stream: by text first, by order where the text is worn.

Exact labels are chained so that the chain follows the form's order and keeps the most text; what is
still missing is looked for, with errors allowed, between its neighbours.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from heapq import heappop, heappush
from itertools import accumulate, islice, pairwise

from rapidfuzz import fuzz

from parsers.alignment.tokens import Stream
from parsers.characters.folding import label_key
from parsers.form.model import Form, Row

_MAX_OCCURRENCES = 40
_SHORT = 3
_FUZZY_SCORE = 75.0
_FUZZY_LENGTH = 4
_MAX_WINDOW = 2000
_EDGE = 2


@dataclass(frozen=True, slots=True)
class Entry:
    """One label of the form in print order; ``row`` is None for a heading, which holds no value."""

    keys: tuple[str, ...]
    row: Row | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """An entry found in the stream, from ``start`` to ``end``."""

    entry: int
    start: int
    end: int


def entries_of(form: Form, others: Sequence[Row] = ()) -> tuple[Entry, ...]:
    """The form's tables as labels in print order, headings included; ``others`` come before the rows of their group."""
    entries: list[Entry] = []
    left = list(others)
    table, head = "", ""
    for row in form.rows:
        if row.table != table:
            chapter = {"disclosure": 2, "applications": 3, "disputes": 4}[row.table]
            entries.append(Entry(tuple(label_key(heading) for heading in form.chapters[chapter])))
        if row.head and row.head != head:
            entries.append(Entry((label_key(row.head),)))
        table, head = row.table, row.head
        groups = [other for other in left if is_within(row, other)]
        entries += [Entry(other.keys, other) for other in groups]
        left = [other for other in left if other not in groups]
        entries.append(Entry(row.keys, row))
    return tuple(entries)


def is_within(row: Row, group: Row) -> bool:
    """Whether a row is one of those that another edition has as one."""
    return row.table == group.table and row.path.startswith(f"{group.path}/")


def find_labels(stream: Stream, entries: Sequence[Entry]) -> list[Label]:
    """The labels found, in the order of the stream.

    An entry can be found more than once, where a row is printed twice, and out of the form's order.
    """
    chain = _best_chain(stream, entries)
    others = _outside_chain(stream, entries, chain)
    worn = _fill_gaps(stream, entries, chain, [*others, *_groups(stream, entries)])
    return sorted([*chain, *others, *worn], key=lambda label: label.start)


def _best_chain(stream: Stream, entries: Sequence[Entry]) -> list[Label]:
    groups = _Spans(_groups(stream, entries, 0))
    occurrences = sorted(
        (
            (label, weight)
            for number in range(len(entries))
            for label, weight in _exact(stream, entries, number)
            if not groups.exceed(label)
        ),
        key=lambda pair: (pair[0].start, pair[0].entry),
    )
    best: list[tuple[int, int]] = []
    # The best chain that ends with each entry, and before the label at hand: its score, and its last occurrence.
    ended = [(0, -1)] * len(entries)
    going: list[tuple[int, int]] = []
    for here, (label, weight) in enumerate(occurrences):
        while going and going[0][0] <= label.start:
            _, before = heappop(going)
            entry = occurrences[before][0].entry
            ended[entry] = max(ended[entry], (best[before][0], before))
        score, previous = max(ended[: label.entry], default=(0, -1))
        best.append((score + weight, previous))
        heappush(going, (label.end, here))
    if not best:
        return []
    # Of equal chains the last one: a label named in advance (a list of contents, a summary) is no row.
    here = max(range(len(best)), key=lambda index: (best[index][0], index))
    chain = []
    while here >= 0:
        chain.append(occurrences[here][0])
        here = best[here][1]
    return chain[::-1]


def _exact(stream: Stream, entries: Sequence[Entry], number: int) -> Iterator[tuple[Label, int]]:
    """Exact occurrences of an entry's label, each place once, by the fullest key that fits there."""
    taken: set[int] = set()
    count = 0
    for rank, key in enumerate(entries[number].keys):
        at = stream.text.rfind(key)
        while at >= 0 and count < _MAX_OCCURRENCES:
            end = at + len(key)
            edges = stream.is_edge(at) + stream.is_edge(end)
            if end not in taken and (edges == 2 or len(key) > _SHORT or (rank == 0 and key[0].isdigit())):
                taken.update(range(at + 1, end + 1))
                count += 1
                yield Label(number, at, end), 2 * len(key) + 3 * edges
            at = stream.text.rfind(key, 0, at + len(key) - 1)


def _outside_chain(stream: Stream, entries: Sequence[Entry], chain: Sequence[Label]) -> list[Label]:
    """Row labels that stand whole between those of the chain: repeated rows, and rows out of order."""
    taken = sorted((label.start, label.end) for label in chain)
    found: list[Label] = []
    area = (chain[0].start, chain[-1].end) if chain else (0, 0)
    for number, entry in enumerate(entries):
        if entry.row is None or entry.row.table == "disputes":
            continue
        for label, weight in _exact(stream, entries, number):
            size = label.end - label.start
            # A short label without its ordinal may be a column's head (其他, 总计).
            clear = size > _SHORT or stream.text[label.start : label.end] == entry.keys[0]
            whole = weight == 2 * size + 6 and clear
            within = area[0] <= label.start and label.end <= area[1]
            at = bisect_left(taken, (label.start, label.end))
            free = (at == 0 or taken[at - 1][1] <= label.start) and (at == len(taken) or taken[at][0] >= label.end)
            if whole and within and free:
                taken.insert(at, (label.start, label.end))
                found.append(label)
    return found


class _Spans:
    """Where labels of groups stand."""

    def __init__(self, groups: Iterable[Label]) -> None:
        held = sorted((group.start, group.end) for group in groups)
        self._starts = [start for start, _ in held]
        self._reach = [0, *accumulate((end for _, end in held), max)]

    def exceed(self, label: Label) -> bool:
        """Whether a label is only part of the label of a group (其他 in 其他处理)."""
        before = self._reach[bisect_left(self._starts, label.start)]
        beside = self._reach[bisect_right(self._starts, label.start)]
        return before >= label.end or beside > label.end


def _groups(stream: Stream, entries: Sequence[Entry], edge: int = _EDGE) -> list[Label]:
    """Where the labels above those of rows stand, which may resemble a row's (不予公开, 予以公开).

    Without their edges, since an inexact match of what follows may begin a little early.
    """
    paths = dict.fromkeys(group for entry in entries if entry.row for group in entry.row.path.split("/")[:-1])
    return [
        Label(-1, match.start() + edge, match.end() - edge)
        for key in map(label_key, paths)
        for match in islice(re.finditer(re.escape(key), stream.text), _MAX_OCCURRENCES)
    ]


def _overlaps(label: Label, others: Sequence[Label]) -> bool:
    return any(label.start < other.end and other.start < label.end for other in others)


def _fill_gaps(stream: Stream, entries: Sequence[Entry], chain: Sequence[Label], taken: Sequence[Label]) -> list[Label]:
    """The best inexact match of each entry that has none, between its neighbours in the chain; none that is taken."""
    missing = set(range(len(entries))) - {label.entry for label in (*chain, *taken)}
    bounds = [Label(-1, 0, 0), *chain, Label(len(entries), len(stream.text), len(stream.text))]
    found: list[Label] = []
    gaps = [(left, right) for left, right in pairwise(bounds) if missing.intersection(range(left.entry, right.entry))]
    while gaps:
        left, right = gaps.pop()
        matches = (
            _inexact(stream, entries[number].keys, number, left.end, right.start)
            for number in range(left.entry + 1, right.entry)
            if number in missing
        )
        free = (match for match in matches if match and not _overlaps(match[1], taken))
        best = max(free, key=lambda match: match[0], default=None)
        if best:
            found.append(best[1])
            gaps += [(left, best[1]), (best[1], right)]
    return found


def _inexact(stream: Stream, keys: tuple[str, ...], number: int, start: int, end: int) -> tuple[float, Label] | None:
    window = stream.text[start : min(end, start + _MAX_WINDOW)]
    best: tuple[float, Label] | None = None
    for key in keys:
        if len(key) < _FUZZY_LENGTH or len(window) < len(key) / 2:
            continue
        match = fuzz.partial_ratio_alignment(key, window, score_cutoff=_FUZZY_SCORE)
        if match is None or match.src_end - match.src_start < max(_FUZZY_LENGTH - 1, len(key) / 2):
            continue
        score = match.score * (match.src_end - match.src_start)
        if best is None or score > best[0]:
            best = score, Label(number, *_snap(stream, start + match.dest_start, start + match.dest_end, end))
    return best


def _snap(stream: Stream, start: int, end: int, limit: int) -> tuple[int, int]:
    """Widen a match to the edges of its words where they are near: the errors stand there."""
    first, last = stream.word_at(start), stream.word_at(end - 1)
    if start - first.offset <= _EDGE:
        start = first.offset
    if last.end - end <= _EDGE:
        end = min(last.end, limit)
    return start, end
