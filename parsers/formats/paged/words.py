"""From the characters of a page to words and lines of print."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import inf
from operator import attrgetter
from typing import NamedTuple, TypeVar

from parsers.formats.paged.page import Glyph, Rectangle, stand_together

# Parts of the height of a line: a gap that parts two words, and one inside a number that is only kerning. The
# factory's pages are read alike from a quarter to one and a half times the first, and to twice the second; with 0.9
# and 0.5 cells are lost, or wrong (python -m tools.sensitivity parsers.formats.paged.words:_TIGHT_GAP 0.24 0.48
# --make pdf). On either side: tests/parsers/formats/paged/test_words.py.
_WORD_GAP = 0.45
_TIGHT_GAP = 0.12
# Baselines nearer than this (points) are one line.
_SAME_LINE = 2.5

# Digits of one number are of one size and stand on one line, but for what rounding and slack typesetting do: the part
# of the height of one digit that another's is at least, and the part of it by which it may be raised.
_SMALLER = 0.8
_RAISED = 0.08

_LEFT_TO_RIGHT = attrgetter("x0", "x1")

_Item = TypeVar("_Item")


class Word(NamedTuple):
    """Characters that stand close together on one line."""

    text: str
    glyphs: Sequence[Glyph]
    box: Rectangle

    @property
    def baseline(self) -> float:
        """The height on which it stands."""
        return _baseline(self.glyphs[0])


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line of text outside of tables: its words from left to right, each with its place."""

    page: int
    words: tuple[tuple[str, Rectangle], ...]
    box: Rectangle
    confidence: float | None = None

    @property
    def text(self) -> str:
        """Its words, parted by spaces."""
        return " ".join(text for text, _ in self.words)

    @property
    def top(self) -> float:
        """Where it begins on its page."""
        return self.box.top


def word_of(glyphs: Sequence[Glyph]) -> Word:
    """Characters as one word."""
    if len(glyphs) == 1:
        text, x0, top, x1, bottom, _, _ = glyphs[0]
        return Word(text, glyphs, Rectangle(x0, top, x1, bottom))
    texts, x0s, tops, x1s, bottoms, _, _ = zip(*glyphs)  # noqa: B905 - none is shorter
    return Word("".join(texts), glyphs, Rectangle(min(x0s), min(tops), max(x1s), max(bottoms)))


def least_confidence(words: Iterable[Word]) -> float | None:
    """The least of their characters; None where the file itself states all of them."""
    known = [glyph.confidence for word in words for glyph in word.glyphs if glyph.confidence is not None]
    return min(known, default=None)


def words_of(glyphs: Iterable[Glyph]) -> list[Word]:
    """Characters that follow each other without a gap; those printed twice for boldness count once."""
    words: list[Word] = []
    seen = [glyph for glyph in glyphs if not glyph.text.isspace()]
    for line in _lines(seen, [glyph.bottom if glyph.baseline is None else glyph.baseline for glyph in seen]):
        line.sort(key=_LEFT_TO_RIGHT)
        run = [line[0]]
        for glyph in line[1:]:
            last = run[-1]
            if glyph.text == last.text and stand_together(last, glyph):
                continue
            if (glyph.x0 > last.x1 and _is_apart(last, glyph)) or _is_note(last, glyph):
                words.append(word_of(run))
                run = []
            run.append(glyph)
        words.append(word_of(run))
    return words


def _is_apart(one: Glyph, other: Glyph) -> bool:
    return other.x0 - one.x1 > _TIGHT_GAP * max(_height(one), _height(other))


def _is_note(one: Glyph, other: Glyph) -> bool:
    """Whether of two digits side by side one is a note's: it is raised, or much smaller."""
    if not (one.text.isdigit() and other.text.isdigit()):
        return False
    low, high = sorted((_height(one), _height(other)))
    return low < _SMALLER * high or (
        one.baseline is not None and other.baseline is not None and abs(one.baseline - other.baseline) > _RAISED * high
    )


def _height(item: Glyph | Rectangle) -> float:
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


def lines_of(words: Sequence[Word]) -> Iterator[list[Word]]:
    """The words of each line of print from left to right."""
    for line in _lines(words, [word.baseline for word in words]):
        yield sorted(line, key=lambda word: word.box.x0)


def line_text(line: Sequence[Word]) -> str:
    """The words of one line of a cell, with a space where there is a gap."""
    text = line[0].text
    for before, word in pairwise(line):
        text += f" {word.text}" if _gap(before, word) else word.text
    return text


def _gap(before: Word, word: Word) -> bool:
    """Whether two neighbours on a line are two words: ideographs are only when they stand wide apart."""
    wide = word.box.x0 - before.box.x1 > _WORD_GAP * max(_height(before.box), _height(word.box))
    return wide or (before.text[-1].isascii() and word.text[0].isascii())


def text_lines(page: int, words: Sequence[Word]) -> Iterator[TextLine]:
    """The lines of words outside tables."""
    for line in lines_of(words):
        runs = [[line[0]]]
        for before, word in pairwise(line):
            if _gap(before, word):
                runs.append([])
            runs[-1].append(word)
        parts = [_joined(run) for run in runs]
        yield TextLine(page, tuple((part.text, part.box) for part in parts), _joined(line).box, least_confidence(line))


def _joined(words: Sequence[Word]) -> Word:
    return word_of([glyph for word in words for glyph in word.glyphs])
