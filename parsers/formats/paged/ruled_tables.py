"""From the characters and ruled lines of a page to tables and lines of text.

A cell is what rules enclose; the text of a cell is what stands inside. Nothing is guessed from the
text itself, so a grid that is found is the grid that was drawn.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, pairwise
from math import inf
from operator import attrgetter
from typing import NamedTuple, TypeVar

from parsers.document.model import TooLarge
from parsers.formats.paged.page import Glyph, Page, Rule

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

_LEFT_TO_RIGHT = attrgetter("x0", "x1")

_Item = TypeVar("_Item")


class RuledCell(NamedTuple):
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
        if len(self.spans) == 1:
            start, end = self.spans[0]
            return range(start - _GAP <= place <= end + _GAP)
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

    text: str
    glyphs: Sequence[Glyph]
    box: Rule

    @property
    def baseline(self) -> float:
        return _baseline(self.glyphs[0])


def _word(glyphs: Sequence[Glyph]) -> _Word:
    if len(glyphs) == 1:
        text, x0, top, x1, bottom, _, _ = glyphs[0]
        return _Word(text, glyphs, Rule(x0, top, x1, bottom))
    texts, x0s, tops, x1s, bottoms, _, _ = zip(*glyphs)  # noqa: B905 - none is shorter
    return _Word("".join(texts), glyphs, Rule(min(x0s), min(tops), max(x1s), max(bottoms)))


def _confidence(words: Iterable[_Word]) -> float | None:
    """The least of their characters; None where the file itself states all of them."""
    known = [glyph.confidence for word in words for glyph in word.glyphs if glyph.confidence is not None]
    return min(known, default=None)


def _words(glyphs: Iterable[Glyph]) -> list[_Word]:
    """Characters that follow each other without a gap; those printed twice for boldness count once."""
    words: list[_Word] = []
    seen = [glyph for glyph in glyphs if not glyph.text.isspace()]
    for line in _lines(seen, [glyph.bottom if glyph.baseline is None else glyph.baseline for glyph in seen]):
        line.sort(key=_LEFT_TO_RIGHT)
        run = [line[0]]
        for glyph in line[1:]:
            last = run[-1]
            if glyph.text == last.text and _same_place(last, glyph):
                continue
            if glyph.x0 > last.x1 and _is_apart(last, glyph):
                words.append(_word(run))
                run = []
            run.append(glyph)
        words.append(_word(run))
    return words


def _is_apart(one: Glyph, other: Glyph) -> bool:
    return other.x0 - one.x1 > _TIGHT_GAP * max(_height(one), _height(other))


def _same_place(one: Glyph, other: Glyph) -> bool:
    near = (other.x1 - other.x0) / 3
    return abs(one.x0 - other.x0) < near and abs(one.x1 - other.x1) < near


def _height(item: Glyph | Rule) -> float:
    return item.bottom - item.top


def _baseline(glyph: Glyph) -> float:
    return glyph.bottom if glyph.baseline is None else glyph.baseline


def _lines(items: Sequence[_Item], baselines: Sequence[float]) -> list[list[_Item]]:
    """Items by the line of print on whose baseline they stand, top to bottom."""
    lines: list[list[_Item]] = []
    start = -inf
    for number in sorted(range(len(items)), key=baselines.__getitem__):
        if baselines[number] - start > _SAME_LINE:
            lines.append([])
            start = baselines[number]
        lines[-1].append(items[number])
    return lines


def _word_lines(words: Sequence[_Word]) -> Iterator[list[_Word]]:
    """The words of each line of print from left to right."""
    for line in _lines(words, [word.baseline for word in words]):
        yield sorted(line, key=lambda word: word.box.x0)


def _sorted_into(frames: Sequence[_Frame], words: Iterable[_Word]) -> tuple[list[list[_Word]], list[_Word]]:
    """The words inside each frame, the smallest that holds them, and those outside of all."""
    outside: list[_Word] = []
    inside: list[list[_Word]] = [[] for _ in frames]
    homes = [(frame.box, held) for frame, held in zip(frames, inside, strict=True)]
    for word in words:
        x0, top, x1, bottom = word.box
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        for box, held in homes:
            if box.x0 < x < box.x1 and box.top < y < box.bottom:
                held.append(word)
                break
        else:
            outside.append(word)
    return inside, outside


def _table(page: int, frame: _Frame, words: Iterable[_Word]) -> RuledTable | None:
    """The frame's cells with their words; None if it has but one cell, and so is only a frame."""
    xs = [track.at for track in frame.columns]
    ys = [track.at for track in frame.rows]
    _refuse("cells", len(xs) * len(ys), _MOST_SLOTS)
    areas = _areas(frame, xs, ys)
    held = _held(words, areas, xs, ys)
    cells = []
    for area, (top, left, bottom, right) in _extents(areas, len(xs) - 1).items():
        box = Rule(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
        if own := held.get(area):
            cells.append(RuledCell(box, _cell_text(own, box.x1 - box.x0), _confidence(own)))
        elif _is_shut(frame, left, right + 1, box):
            cells.append(RuledCell(box, ""))
    return RuledTable(page, tuple(xs), tuple(ys), tuple(cells)) if len(cells) > 1 else None


def _held(
    words: Iterable[_Word], areas: Sequence[int], xs: Sequence[float], ys: Sequence[float]
) -> dict[int, list[_Word]]:
    """The words of each area."""
    width, height = len(xs) - 1, len(ys) - 1

    def area_at(item: Glyph | Rule) -> int:
        x, y = (item.x0 + item.x1) / 2, (item.top + item.bottom) / 2
        return areas[(bisect_right(ys, y, 1, height) - 1) * width + bisect_right(xs, x, 1, width) - 1]

    held: dict[int, list[_Word]] = {}
    for word in words:
        home = area_at(word.box)
        glyphs = word.glyphs
        if len(glyphs) > 1 and not area_at(glyphs[0]) == area_at(glyphs[-1]) == home:
            word = _trusted(word, [area_at(glyph) for glyph in glyphs], home)  # noqa: PLW2901
        held.setdefault(home, []).append(word)
    return held


def _areas(frame: _Frame, xs: Sequence[float], ys: Sequence[float]) -> list[int]:
    """Which slots of the frame, row by row, no rule parts: each slot's area by number."""
    width, height = len(xs) - 1, len(ys) - 1
    groups = _Groups(width * height)
    for row in range(height):
        for column in range(width):
            slot = row * width + column
            if column + 1 < width and not frame.columns[column + 1].covers(ys[row], ys[row + 1]):
                groups.join(slot, slot + 1)
            if row + 1 < height and not frame.rows[row + 1].covers(xs[column], xs[column + 1]):
                groups.join(slot, slot + width)
    return [groups.find(slot) for slot in range(width * height)]


def _extents(areas: Sequence[int], width: int) -> dict[int, tuple[int, int, int, int]]:
    """The first row and column of each area, and the last; the slots are those of rows of ``width``."""
    extents: dict[int, tuple[int, int, int, int]] = {}
    for slot, area in enumerate(areas):
        row, column = divmod(slot, width)
        top, left, _, right = extents.get(area, (row, column, row, column))
        extents[area] = top, min(left, column), row, max(right, column)
    return extents


def _is_shut(frame: _Frame, left: int, right: int, box: Rule) -> bool:
    """Whether a box is ruled on its left and right; beside a row that is too short there is no cell."""
    return all(frame.columns[at].covers(box.top, box.bottom) for at in (left, right))


def _trusted(word: _Word, areas: Sequence[int], home: int) -> _Word:
    """A word; one that crosses a rule without any confidence, unless it juts out of its cell on both sides.

    A number too wide for its cell does that; any other might be the numbers of two cells that touch.
    """
    left = next((at for at, area in enumerate(areas) if area == home), 0)
    right = next((at for at, area in enumerate(reversed(areas)) if area == home), 0)
    if left + right == 0 or (abs(left - right) <= 1 and left + right < len(areas) / 2):
        return word
    return _word([glyph._replace(confidence=0.0) for glyph in word.glyphs])


def _cell_text(words: Sequence[_Word], width: float) -> str:
    """The lines of a cell; a number that was too long for its cell's width is put together again."""
    if len(words) == 1:
        return words[0].text
    text, last = "", None
    for line in _word_lines(words):
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


def _text_lines(page: int, words: Sequence[_Word]) -> Iterator[TextLine]:
    for line in _word_lines(words):
        box = _word([glyph for word in line for glyph in word.glyphs]).box
        yield TextLine(page, _in_columns(line), box, _confidence(line))


def _in_columns(line: Sequence[_Word]) -> str:
    """A line's words, parted by as many spaces as keep them in their places."""
    text = " " * round(line[0].box.x0 / _COLUMN) + line[0].text
    for before, word in pairwise(line):
        if _gap(before, word):
            text += " " * max(1, round(word.box.x0 / _COLUMN) - len(text))
        text += word.text
    return text
