"""From the characters and ruled lines of a page to tables and lines of text.

A cell is what rules enclose; the text of a cell is what stands inside. Nothing is guessed from the
text itself, so a grid that is found is the grid that was drawn.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import inf
from typing import NamedTuple, TypeVar

from parsers.document import TooLarge
from parsers.paper.page import Glyph, Page, Rule

# Rules nearer than this (points) are one rule: borders are drawn twice, or cell by cell with a gap.
_SNAP = 4.0
_WIDEST_SNAP = 7.0
# The same before it is known which rules make up a table: those of another must not be mixed in.
_FINE_SNAP = 1.2
_GAP = 4.5
# A rule that runs past the outermost one across it by this much shows that an edge was left out.
_OVERSHOOT = 7.0
_COVERED = 0.6
_LEAST_RULE = 4.0
# Parts of the height of a line: a gap that parts two words, and one inside a number that is only kerning.
_WORD_GAP = 0.45
_TIGHT_GAP = 0.12
_PADDING = 8.0
# Baselines nearer than this (points) are one line.
_SAME_LINE = 2.5
# A column of a text line (points): narrow enough that no character of print is wider than its columns.
_COLUMN = 4.0
# Of a page: tables, slots of a table (rows by columns), and places where rules might cross.
_MOST_TABLES = 1_000
_MOST_SLOTS = 100_000
_MOST_CROSSINGS = 4_000_000

_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True)
class RuledCell:
    """A cell and its text; lines inside it are parted by line feeds."""

    box: Rule
    text: str
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A ruled table: the edges of its columns and rows, and its cells, which may span several."""

    page: int
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[RuledCell, ...]

    @property
    def top(self) -> float:
        """Where it begins on its page."""
        return self.ys[0]


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside of tables; spaces keep its words in their columns."""

    page: int
    text: str
    box: Rule
    confidence: float | None = None

    @property
    def top(self) -> float:
        """Where it begins on its page."""
        return self.box.top


PageBlock = RuledTable | TextLine


def page_blocks(page: Page) -> list[PageBlock]:
    """The tables and lines of a page from top to bottom."""
    frames = _frames(page.rules)
    words = _words(page.glyphs)
    inside, outside = _sorted_into(frames, words)
    tables = []
    for frame, held in zip(frames, inside, strict=True):
        table = _table(page.number, frame, held)
        if table:
            tables.append(table)
        else:
            outside += held
    blocks: list[PageBlock] = [*tables, *_text_lines(page.number, outside)]
    return sorted(blocks, key=lambda block: block.top)


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
        first = bisect_left(self.spans, place - _GAP, key=lambda span: span[1])
        return range(first, bisect_right(self.spans, place + _GAP, first, key=lambda span: span[0]))


@dataclass(slots=True)
class _Frame:
    """Rules that touch each other: across (``rows``) and down (``columns``)."""

    rows: list[_Track] = field(default_factory=list)
    columns: list[_Track] = field(default_factory=list)

    @property
    def box(self) -> Rule:
        """The box around them."""
        return Rule(self.columns[0].at, self.rows[0].at, self.columns[-1].at, self.rows[-1].at)

    @property
    def is_table(self) -> bool:
        """Whether they part something."""
        return len(self.rows) > 1 and len(self.columns) > 1 and len(self.rows) + len(self.columns) > 4


def _frames(rules: Iterable[Rule]) -> list[_Frame]:
    """The frames of a page that may be tables, the smallest first."""
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
    frames = [_closed(_Frame(_snapped(part.rows), _snapped(part.columns))) for part in parts]
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


def _connected(across: Sequence[_Track], down: Sequence[_Track]) -> Iterator[_Frame]:
    """Group the spans that cross or touch, directly or through others."""
    spans = [(track, span, True) for track in across for span in track.spans]
    spans += [(track, span, False) for track in down for span in track.spans]
    groups = _Groups(len(spans))
    first_down = sum(len(row.spans) for row in across)
    ats = [column.at for column in down]
    firsts = list(accumulate((len(column.spans) for column in down), initial=first_down))
    for i, (row, (x0, x1), _) in enumerate(spans[:first_down]):
        for at in range(bisect_left(ats, x0 - _GAP), bisect_right(ats, x1 + _GAP)):
            for within in down[at].touching(row.at):
                groups.join(i, firsts[at] + within)
    for members in groups.sets():
        frame = _Frame()
        for is_row, tracks in ((True, frame.rows), (False, frame.columns)):
            held: dict[float, list[tuple[float, float]]] = {}
            for index in members:
                track, span, across_page = spans[index]
                if across_page is is_row:
                    held.setdefault(track.at, []).append(span)
            tracks += [_Track(at, held[at]) for at in sorted(held)]
        if frame.rows and frame.columns:
            yield frame


def _closed(frame: _Frame) -> _Frame:
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


class _Groups:
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


class _Word(NamedTuple):
    """Characters that stand close together on one line."""

    glyphs: tuple[Glyph, ...]
    box: Rule

    @property
    def text(self) -> str:
        return "".join(glyph.text for glyph in self.glyphs)

    @property
    def middle(self) -> tuple[float, float]:
        return (self.box.x0 + self.box.x1) / 2, (self.box.top + self.box.bottom) / 2

    @property
    def confidence(self) -> float | None:
        return _least(glyph.confidence for glyph in self.glyphs)


def _least(confidences: Iterable[float | None]) -> float | None:
    return min((confidence for confidence in confidences if confidence is not None), default=None)


def _word(glyphs: Sequence[Glyph]) -> _Word:
    if len(glyphs) == 1:
        return _Word(tuple(glyphs), Rule(*glyphs[0][1:5]))
    tops, bottoms = [glyph.top for glyph in glyphs], [glyph.bottom for glyph in glyphs]
    x0, x1 = min([glyph.x0 for glyph in glyphs]), max([glyph.x1 for glyph in glyphs])
    return _Word(tuple(glyphs), Rule(x0, min(tops), x1, max(bottoms)))


def _words(glyphs: Iterable[Glyph]) -> list[_Word]:
    """Characters that follow each other without a gap; those printed twice for boldness count once."""
    words: list[_Word] = []
    for line in _lines([glyph for glyph in glyphs if not glyph.text.isspace()], _baseline):
        run: list[Glyph] = []
        for glyph in sorted(line, key=lambda glyph: (glyph.x0, glyph.x1)):
            if run and _same_place(run[-1], glyph):
                continue
            if run and _is_apart(run[-1], glyph):
                words.append(_word(run))
                run = []
            run.append(glyph)
        if run:
            words.append(_word(run))
    return words


def _is_apart(one: Glyph, other: Glyph) -> bool:
    gap = other.x0 - one.x1
    return gap > 0 and gap > _TIGHT_GAP * max(_height(one), _height(other))


def _same_place(one: Glyph, other: Glyph) -> bool:
    near = (other.x1 - other.x0) / 3
    return one.text == other.text and abs(one.x0 - other.x0) < near and abs(one.x1 - other.x1) < near


def _height(item: Glyph | Rule) -> float:
    return item.bottom - item.top


def _baseline(glyph: Glyph) -> float:
    return glyph.bottom if glyph.baseline is None else glyph.baseline


def _lines(items: Iterable[_Item], at: Callable[[_Item], float]) -> list[list[_Item]]:
    """Items by the line of print on whose baseline they stand, top to bottom."""
    lines: list[list[_Item]] = []
    start = -inf
    for place, _, item in sorted((at(item), number, item) for number, item in enumerate(items)):
        if place - start > _SAME_LINE:
            lines.append([])
            start = place
        lines[-1].append(item)
    return lines


def _sorted_into(frames: Sequence[_Frame], words: Iterable[_Word]) -> tuple[list[list[_Word]], list[_Word]]:
    """The words inside each frame, the smallest that holds them, and those outside of all."""
    boxes = [frame.box for frame in frames]
    inside: list[list[_Word]] = [[] for _ in frames]
    outside: list[_Word] = []
    for word in words:
        x, y = word.middle
        home = next((at for at, box in enumerate(boxes) if box.x0 < x < box.x1 and box.top < y < box.bottom), None)
        (outside if home is None else inside[home]).append(word)
    return inside, outside


def _table(page: int, frame: _Frame, words: Iterable[_Word]) -> RuledTable | None:
    """The frame's cells with their words; None if it has but one cell, and so is only a frame."""
    xs = [track.at for track in frame.columns]
    ys = [track.at for track in frame.rows]
    _refuse("cells", len(xs) * len(ys), _MOST_SLOTS)
    areas = _areas(frame, xs, ys)
    held: dict[int, list[_Word]] = {}
    for word in words:
        home = areas[_slot(word.middle, xs, ys)]
        ends = {areas[_slot(_middle(glyph), xs, ys)] for glyph in (word.glyphs[0], word.glyphs[-1])}
        if ends != {home}:
            word = _trusted(word, [areas[_slot(_middle(glyph), xs, ys)] for glyph in word.glyphs], home)  # noqa: PLW2901
        held.setdefault(home, []).append(word)
    cells = []
    for area, slots in _by_area(areas).items():
        box = Rule(
            xs[min(column for _, column in slots)],
            ys[min(row for row, _ in slots)],
            xs[max(column for _, column in slots) + 1],
            ys[max(row for row, _ in slots) + 1],
        )
        if area in held or _is_shut(frame, box):
            own = held.get(area, [])
            cells.append(RuledCell(box, _cell_text(own, box.x1 - box.x0), _least(word.confidence for word in own)))
    return RuledTable(page, tuple(xs), tuple(ys), tuple(cells)) if len(cells) > 1 else None


_Slot = tuple[int, int]


def _areas(frame: _Frame, xs: Sequence[float], ys: Sequence[float]) -> dict[_Slot, int]:
    """Which slots (row, column) of the frame no rule parts: each slot's area by number."""
    width, height = len(xs) - 1, len(ys) - 1
    groups = _Groups(width * height)
    for row in range(height):
        for column in range(width):
            slot = row * width + column
            if column + 1 < width and not frame.columns[column + 1].covers(ys[row], ys[row + 1]):
                groups.join(slot, slot + 1)
            if row + 1 < height and not frame.rows[row + 1].covers(xs[column], xs[column + 1]):
                groups.join(slot, slot + width)
    return {(slot // width, slot % width): groups.find(slot) for slot in range(width * height)}


def _by_area(areas: dict[_Slot, int]) -> dict[int, list[_Slot]]:
    held: dict[int, list[_Slot]] = {}
    for slot, area in areas.items():
        held.setdefault(area, []).append(slot)
    return held


def _is_shut(frame: _Frame, box: Rule) -> bool:
    """Whether a box is ruled on its left and right; beside a row that is too short there is no cell."""
    return all(track.covers(box.top, box.bottom) for track in frame.columns if track.at in (box.x0, box.x1))


def _slot(point: tuple[float, float], xs: Sequence[float], ys: Sequence[float]) -> _Slot:
    return bisect_right(ys, point[1], 1, len(ys) - 1) - 1, bisect_right(xs, point[0], 1, len(xs) - 1) - 1


def _trusted(word: _Word, areas: Sequence[int], home: int) -> _Word:
    """A word; one that crosses a rule without any confidence, unless it juts out of its cell on both sides.

    A number too wide for its cell does that; any other might be the numbers of two cells that touch.
    """
    left = next((at for at, area in enumerate(areas) if area == home), 0)
    right = next((at for at, area in enumerate(reversed(areas)) if area == home), 0)
    if left + right == 0 or (abs(left - right) <= 1 and left + right < len(areas) / 2):
        return word
    return _word([glyph._replace(confidence=0.0) for glyph in word.glyphs])


def _middle(glyph: Glyph) -> tuple[float, float]:
    return (glyph.x0 + glyph.x1) / 2, (glyph.top + glyph.bottom) / 2


def _cell_text(words: Sequence[_Word], width: float) -> str:
    """The lines of a cell; a number that was too long for its cell's width is put together again."""
    text, last = "", None
    for line in _lines(words, lambda word: _baseline(word.glyphs[0])):
        line.sort(key=lambda word: word.box.x0)
        said = _line_text(line)
        cut = last is not None and _is_cut(text, said, width - last, line[0].glyphs[0])
        text += said if cut or not text else f"\n{said}"
        last = line[-1].box.x1 - line[0].box.x0
    return text


def _is_cut(text: str, following: str, free: float, glyph: Glyph) -> bool:
    """Whether a number goes on in the next line because its next digit had no room."""
    digits = text[-1:].isdigit() and following[:1].isdigit()
    return digits and "\n" not in text and free < 2 * _PADDING + glyph.x1 - glyph.x0


def _line_text(line: Sequence[_Word]) -> str:
    """The words of one line of a cell, with a space where there is a gap."""
    text = line[0].text
    for before, word in pairwise(line):
        text += f" {word.text}" if _gap(before, word) else word.text
    return text


def _gap(before: _Word, word: _Word) -> bool:
    """Whether two neighbours on a line are two words: ideographs are only when they stand wide apart."""
    wide = word.box.x0 - before.box.x1 > _WORD_GAP * max(_height(before.box), _height(word.box))
    return wide or (before.text[-1].isascii() and word.text[0].isascii())


def _text_lines(page: int, words: Iterable[_Word]) -> Iterator[TextLine]:
    for line in _lines(words, lambda word: _baseline(word.glyphs[0])):
        line.sort(key=lambda word: word.box.x0)
        box = _word([glyph for word in line for glyph in word.glyphs]).box
        yield TextLine(page, _in_columns(line), box, _least(word.confidence for word in line))


def _in_columns(line: Sequence[_Word]) -> str:
    """A line's words, parted by as many spaces as keep them in their places."""
    text = " " * round(line[0].box.x0 / _COLUMN) + line[0].text
    for before, word in pairwise(line):
        if _gap(before, word):
            text += " " * max(1, round(word.box.x0 / _COLUMN) - len(text))
        text += word.text
    return text
