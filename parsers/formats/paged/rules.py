"""From the ruled lines of a page to frames: rules that touch each other, and the areas between them.

An area is what rules enclose. Nothing is guessed from what stands in it, so a grid that is found is the
grid that was drawn.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from parsers.document.model import TooLarge
from parsers.formats.paged.page import Rectangle

# All in points. From a quarter to four times the factory's pages read alike, but that 1.1 for _GAP loses a
# row, and 1 for _COVERED most tables (python -m tools.sensitivity parsers.formats.paged.rules:_GAP 1 2 --make pdf);
# tests/parsers/formats/paged/test_rules.py shows on either side what they decide. Rules nearer than this are one:
# borders are drawn twice, or cell by cell with a gap. All rules of one position lie within the second; the form's
# narrowest columns, 15 on the width of A4, are some 28 wide.
_SNAP = 4.0
_WIDEST_SNAP = 7.0
# The same before it is known which rules make up a table: those of another must not be mixed in.
_FINE_SNAP = 1.2
# Ends of rules nearer than this meet.
_GAP = 4.5
# A rule that runs past the outermost one across it by this much shows that an edge was left out.
_OVERSHOOT = 7.0
# The share of a cell's edge that is ruled, where it is an edge at all: rules are broken where a figure crosses them.
_COVERED = 0.6
# What is shorter is a dash or a dot.
_LEAST_RULE = 4.0
# Of a page: tables, slots of a table (rows by columns), and places where rules might cross. A report's page has three
# tables of at most 350 slots (tests/parsers/formats/test_limits.py reads pages beyond that).
_MOST_TABLES = 1_000
_MOST_SLOTS = 100_000
_MOST_CROSSINGS = 4_000_000


@dataclass(slots=True)
class _Track:
    """All rules at one position across their direction, as intervals along it."""

    at: float
    spans: list[tuple[float, float]]

    def covers(self, start: float, end: float) -> bool:
        """Whether rules run along most of a stretch."""
        length = 0.0
        for first, last in self.spans:
            if first < end and last > start:
                length += (last if last < end else end) - (first if first > start else start)
        return length >= _COVERED * (end - start)

    def touching(self, place: float) -> range:
        """Which of its intervals hold a place, or end near to it; they are sorted and lie apart."""
        if len(self.spans) == 1:
            start, end = self.spans[0]
            return range(start - _GAP <= place <= end + _GAP)
        first = bisect_left(self.spans, place - _GAP, key=lambda span: span[1])
        return range(first, bisect_right(self.spans, place + _GAP, first, key=lambda span: span[0]))


@dataclass(slots=True)
class Frame:
    """Rules that touch each other: across (``rows``) and down (``columns``)."""

    rows: list[_Track] = field(default_factory=list)
    columns: list[_Track] = field(default_factory=list)

    @property
    def xs(self) -> tuple[float, ...]:
        """The edges of its columns."""
        return tuple(column.at for column in self.columns)

    @property
    def ys(self) -> tuple[float, ...]:
        """The edges of its rows."""
        return tuple(row.at for row in self.rows)

    @property
    def box(self) -> Rectangle:
        """The box around them."""
        return Rectangle(self.columns[0].at, self.rows[0].at, self.columns[-1].at, self.rows[-1].at)

    @property
    def is_table(self) -> bool:
        """Whether they separate any areas."""
        return len(self.rows) > 1 and len(self.columns) > 1 and len(self.rows) + len(self.columns) > 4

    def is_shut(self, left: int, right: int, box: Rectangle) -> bool:
        """Whether a box is ruled on its left and right; beside a row that is too short there is no cell."""
        return all(self.columns[at].covers(box.top, box.bottom) for at in (left, right))


def frames_of(rules: Iterable[Rectangle]) -> list[Frame]:
    """The frames of a page that may be tables, the smallest first."""
    return _frames_of(tuple(rules))


# A page is asked for its frames when it is looked at, and once more when it is laid out.
@lru_cache(maxsize=1)
def _frames_of(rules: tuple[Rectangle, ...]) -> list[Frame]:
    across, down = [], []
    for rule in rules:
        width, height = rule.x1 - rule.x0, rule.bottom - rule.top
        if max(width, height) < _LEAST_RULE:
            continue
        if width >= height:
            across.append(((rule.top + rule.bottom) / 2, rule.x0, rule.x1))
        else:
            down.append(((rule.x0 + rule.x1) / 2, rule.top, rule.bottom))
    rows, columns = _tracks(across, _FINE_SNAP, _SNAP), _tracks(down, _FINE_SNAP, _SNAP)
    _refuse("ruled lines", len(rows) * len(columns), _MOST_CROSSINGS)
    parts = _connected(rows, columns)
    frames = [_closed(Frame(_snapped(part.rows), _snapped(part.columns))) for part in parts]
    tables = [frame for frame in frames if frame.is_table]
    _refuse("tables", len(tables), _MOST_TABLES)
    return sorted(tables, key=lambda frame: (frame.box.x1 - frame.box.x0) * (frame.box.bottom - frame.box.top))


def _refuse(things: str, count: int, most: int) -> None:
    """Raise :class:`TooLarge` for a page of too many things, so that no page takes minutes or gigabytes."""
    if count > most:
        raise TooLarge(f"too much on a page: more {things} than in any report")


def _snapped(tracks: Sequence[_Track]) -> list[_Track]:
    return _tracks([(track.at, *span) for track in tracks for span in track.spans], _SNAP, _WIDEST_SNAP)


def _tracks(rules: list[tuple[float, float, float]], snap: float, widest: float) -> list[_Track]:
    tracks: list[_Track] = []
    group: list[tuple[float, float, float]] = []
    for rule in sorted(rules):
        if group and (rule[0] - group[-1][0] > snap or rule[0] - group[0][0] > widest):
            tracks.append(_track(group))
            group = []
        group.append(rule)
    if group:
        tracks.append(_track(group))
    return tracks


def _track(group: Sequence[tuple[float, float, float]]) -> _Track:
    spans: list[tuple[float, float]] = []
    for start, end in sorted((start, end) for _, start, end in group):
        if spans and start <= spans[-1][1] + _GAP:
            spans[-1] = (spans[-1][0], max(spans[-1][1], end))
        else:
            spans.append((start, end))
    return _Track((group[0][0] + group[-1][0]) / 2, spans)


def _connected(across: Sequence[_Track], down: Sequence[_Track]) -> Iterator[Frame]:
    """Group the spans that cross or touch, directly or through others."""
    spans = [(track, span, True) for track in across for span in track.spans]
    spans += [(track, span, False) for track in down for span in track.spans]
    groups = _DisjointSets(len(spans))
    first_down = sum(len(row.spans) for row in across)
    ats = [column.at for column in down]
    firsts = list(accumulate((len(column.spans) for column in down), initial=first_down))
    for i, (row, (x0, x1), _) in enumerate(spans[:first_down]):
        for at in range(bisect_left(ats, x0 - _GAP), bisect_right(ats, x1 + _GAP)):
            for within in down[at].touching(row.at):
                groups.join(i, firsts[at] + within)
    for members in groups.sets():
        frame = Frame()
        for is_row, tracks in ((True, frame.rows), (False, frame.columns)):
            held: dict[float, list[tuple[float, float]]] = {}
            for index in members:
                track, span, across_page = spans[index]
                if across_page is is_row:
                    held.setdefault(track.at, []).append(span)
            tracks += [_Track(at, held[at]) for at in sorted(held)]
        if frame.rows and frame.columns:
            yield frame


def _closed(frame: Frame) -> Frame:
    """Add the outer edges that were not drawn: at a page break, or of a table open at its sides."""
    rows, columns = frame.rows, frame.columns
    for tracks, others in ((rows, columns), (columns, rows)):
        ends = [end for other in others for span in other.spans for end in span]
        span = [(others[0].at, others[-1].at)]
        if min(ends) < tracks[0].at - _OVERSHOOT:
            tracks.insert(0, _Track(min(ends), span))
        if max(ends) > tracks[-1].at + _OVERSHOOT:
            tracks.append(_Track(max(ends), span))
    return frame


class _DisjointSets:
    """Disjoint sets of numbers."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def find(self, item: int) -> int:
        """The number that stands for an item's set."""
        while self._parents[item] != item:
            self._parents[item] = self._parents[self._parents[item]]
            item = self._parents[item]
        return item

    def join(self, one: int, other: int) -> None:
        """Make two sets one."""
        self._parents[self.find(other)] = self.find(one)

    def sets(self) -> list[list[int]]:
        """The sets, each in ascending order."""
        held: dict[int, list[int]] = {}
        for item in range(len(self._parents)):
            held.setdefault(self.find(item), []).append(item)
        return list(held.values())


def areas(frame: Frame) -> list[int]:
    """The area of each slot of the frame, row by row: no rule separates the slots of an area."""
    xs, ys = frame.xs, frame.ys
    width, height = len(xs) - 1, len(ys) - 1
    _refuse("cells", len(xs) * len(ys), _MOST_SLOTS)
    groups = _DisjointSets(width * height)
    for row in range(height):
        for column in range(width):
            slot = row * width + column
            if column + 1 < width and not frame.columns[column + 1].covers(ys[row], ys[row + 1]):
                groups.join(slot, slot + 1)
            if row + 1 < height and not frame.rows[row + 1].covers(xs[column], xs[column + 1]):
                groups.join(slot, slot + width)
    return [groups.find(slot) for slot in range(width * height)]


def extents(areas: Sequence[int], width: int) -> dict[int, tuple[int, int, int, int]]:
    """The first row and column of each area, and the last; the slots are those of rows of ``width``."""
    extents: dict[int, tuple[int, int, int, int]] = {}
    for slot, area in enumerate(areas):
        row, column = divmod(slot, width)
        top, left, _, right = extents.get(area, (row, column, row, column))
        extents[area] = top, min(left, column), row, max(right, column)
    return extents
