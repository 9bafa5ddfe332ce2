"""How text looks in a word processor's file: seen or not, raised, struck out, in the signs of a font, from the right.

DOCX, DOC and RTF say it in different words. Each of their readers makes :class:`Marks` of what its file says at each
level (defaults, styles, direct), lays them over each other, and :func:`as_seen` tells what a person sees.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from enum import Enum, auto
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

OBJECT = "\ufffc"
"""Stands in a text for a picture or an embedded object, of which nothing can be read."""
FIELD = "\ufdd0"
"""The same for a field without a text of its own: a list to choose from, a formula, one that was not filled in."""
FLOATING = "\ufdd1"
"""Stands where an object is anchored that lies on the page by itself, here or elsewhere."""
COVERING = "\ufdd2"
"""The same for one that shows a figure, or hides what lies under it: no cell near it is certain."""
UNSEEN = "\ufdd3"
"""Stands for text that is not seen; that nothing at all is seen in its cell is then not certain."""
UNCLEAR = "\ufdd4"
"""Stands beside text that may not be seen, or not as one number."""
SYMBOLS = "\ufdd5"
"""Stands for characters of a font that draws other signs in their places."""
NUMBERED = "\ufdd6"
"""Stands beside the number or bullet that the program puts before a paragraph."""
REVERSED = "\ufdd7"
"""Stands beside text from right to left, whose order as seen is not known."""
SIGNS = frozenset({OBJECT, FIELD, FLOATING, COVERING, UNSEEN, UNCLEAR, SYMBOLS, NUMBERED, REVERSED})

NO_COLOUR, UNKNOWN_COLOUR = -1, -2
"""In place of 0xRRGGBB: the program's own choice, which is seen, or no shade; and one that cannot be told."""
WHITE = 0xFFFFFF
PALETTE = {
    "black": 0x000000, "blue": 0x0000FF, "cyan": 0x00FFFF, "green": 0x00FF00, "magenta": 0xFF00FF, "red": 0xFF0000,
    "yellow": 0xFFFF00, "white": WHITE, "darkBlue": 0x000080, "darkCyan": 0x008080, "darkGreen": 0x008000,
    "darkMagenta": 0x800080, "darkRed": 0x800000, "darkYellow": 0x808000, "darkGray": 0x808080, "lightGray": 0xC0C0C0,
}  # fmt: skip
"""The sixteen colours that have names, in the order of their numbers from 1."""

# How far two colours are apart in the channel in which they differ most, of 255. White on white is 0; the palest text
# that is meant to be read (light grey, 0xBFBFBF, on white) is 64.
_SAME_COLOUR, _LIKE_COLOUR = 12, 48
# Half-points: what is smaller is a speck, or nobody can be sure to read it. Print goes down to 10.
_SPECK, _SMALL = 4, 8
# Characters narrower than this percentage are lines; moved together by more than this part of their size, they overlap.
_NARROW, _TIGHT = 30, 0.35
# A line or row of a fixed height below this part of the size of its text cuts the text.
_CUT = 0.6
# 1/1440 inch by which text may begin before the edge of its place; a cell's own margin is 108.
_OUTSIDE = 567
# Half-points by which text that belongs together is never moved up or down.
_MOVED = 2
# Digits of one number are never of sizes so different.
_UNEVEN = 1.5
_NO_SIZE = 21

_SMALL_DIGITS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_STROKE = "\u0336"
SIGN = re.compile(f"[{''.join(sorted(SIGNS))}]")
# What a symbol font has signs for; others are shown in another font.
_IN_SYMBOL_FONTS = re.compile("[!-\u00ff\ue000-\uf8ff]")
_SYMBOL_FONT = re.compile(
    r"wingdings|webdings|dingbats|marlett|monotype sorts|mt extra|bookshelf symbol|ms outlook", re.I
)
_OVERRIDE = re.compile("\u202e([^\u202a-\u202e\u2066-\u2069]*)(?:\u202c|$)")
_DIRECTION = re.compile("[\u202b\u202e\u2067]")
# Numbers keep their order from left to right wherever they stand; a sign or a unit beside one does not.
_SAME_BOTH_WAYS = re.compile(r"[\d,.，]*")
_WITHOUT_LOOK = re.compile("[\\s\u200e\u200f\u202a-\u202e\u2066-\u2069]+")


class Marks(NamedTuple):
    """What a level of formatting says of text; None where it says nothing.

    Colours are 0xRRGGBB, NO_COLOUR or UNKNOWN_COLOUR; ``paper`` is the shade of paragraph or cell. ``shift`` (upwards),
    ``size``, ``spacing`` and ``room`` are in half-points, ``scale`` in percent; ``room`` is the height that a row or
    line is fixed at. ``left``, ``right`` and ``first`` (its first line, beside left) are how far a paragraph is from
    the edges of its place, in 1/1440 inch. ``effect``: it has an outline or a shadow, so it may be seen whatever its
    colour. ``symbols``: its font draws other signs. ``unclear``: more is said of its look, which is not understood.
    """

    hidden: bool | None = None
    struck: bool | None = None
    struck_twice: bool | None = None
    raised: bool | None = None
    effect: bool | None = None
    symbols: bool | None = None
    reversed: bool | None = None
    unclear: bool | None = None
    shift: int | None = None
    size: int | None = None
    scale: int | None = None
    spacing: int | None = None
    room: int | None = None
    left: int | None = None
    right: int | None = None
    first: int | None = None
    colour: int | None = None
    shade: int | None = None
    highlight: int | None = None
    paper: int | None = None

    def over(self, below: "Marks") -> "Marks":
        """These marks, and where they say nothing those below."""
        return _laid(self, below)


@lru_cache(maxsize=8192)
def _laid(above: Marks, below: Marks) -> Marks:
    said = (low if high is None else high for high, low in zip(above, below, strict=True))
    return Marks._make(said)


PLAIN = Marks()
Piece = tuple[str, Marks]
"""A text, or a sign, and all that is said of it."""


class _Sight(Enum):
    SEEN = auto()
    UNCLEAR = auto()
    EMPTY = auto()
    """Not seen, but it takes its place."""
    SPECK = auto()
    GONE = auto()


def as_seen(pieces: Iterable[Piece]) -> str:
    """What a person sees of a paragraph, with signs.

    What is not seen is left out. A raised digit is set apart from the figure before it (15 and a raised 1 are not
    151), and so is struck-out text.
    """
    seen = [*_seen(piece for piece in pieces if piece[0])]
    level = _usual_shift(seen)
    parts = [(_set_apart(text, marks, level), marks) for text, marks in seen]
    text = _in_order("".join(part for part, _ in parts))
    if any(_is_uneven(*pair) for pair in pairwise(part for part in parts if part[0] not in SIGNS)):
        text += UNCLEAR
    if any(marks.reversed for _, marks in seen) and not _keeps_order(seen):
        text += REVERSED
    return text


def is_symbol_font(name: str) -> bool:
    """Whether a font draws other signs in the places of digits. Symbol has the digits themselves."""
    return bool(_SYMBOL_FONT.search(name))


def mixed(above: int, below: int, part: float) -> int:
    """The colour that a pattern of one colour on another makes; ``part``, 0 to 1, is how much the first covers."""
    if UNKNOWN_COLOUR in (above, below):
        return UNKNOWN_COLOUR
    part = min(max(part, 0), 1)
    front, back = (0 if above == NO_COLOUR else above), (WHITE if below == NO_COLOUR else below)
    channels = (round((front >> at & 255) * part + (back >> at & 255) * (1 - part)) << at for at in (16, 8, 0))
    return sum(channels)


def set_apart(text: str, *, raised: bool, struck: bool) -> str:
    """Text that is not clearly part of the line: 15 and a raised 1 are not 151, a struck-out 15 is not 15."""
    text = text.translate(_SMALL_DIGITS) if raised else text
    return "".join(f"{character}{_STROKE}" for character in text) if struck else text


def _seen(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """The pieces that are seen, signs for what may be or is not, and a blank where something unseen takes its place."""
    for text, marks in pieces:
        sight = _sight(marks)
        if text in SIGNS:
            if sight is not _Sight.GONE:
                yield text, PLAIN
            continue
        if sight is _Sight.EMPTY:
            yield " " * bool(text), PLAIN
        if sight in (_Sight.EMPTY, _Sight.SPECK) and text.strip():
            yield UNSEEN, PLAIN
        if sight in (_Sight.SEEN, _Sight.UNCLEAR):
            drawn = _IN_SYMBOL_FONTS.sub("", text) if marks.symbols else text
            yield drawn, marks
            if drawn != text:
                yield SYMBOLS, PLAIN
            if sight is _Sight.UNCLEAR and text.strip():
                yield UNCLEAR, PLAIN


@lru_cache(maxsize=8192)
def _sight(marks: Marks) -> _Sight:
    size = _NO_SIZE if marks.size is None else marks.size
    if marks.hidden:
        return _Sight.GONE
    if size <= _SPECK:
        return _Sight.SPECK
    contrast = _contrast(marks)
    if contrast <= _SAME_COLOUR and not marks.effect:
        return _Sight.EMPTY
    doubts = (
        marks.unclear,
        size < _SMALL,
        contrast <= _LIKE_COLOUR,
        marks.scale is not None and marks.scale < _NARROW,
        marks.spacing is not None and -marks.spacing > size * _TIGHT,
        marks.room is not None and marks.room < size * _CUT,
        min(marks.right or 0, (marks.left or 0) + min(marks.first or 0, 0)) < -_OUTSIDE,
    )
    return _Sight.UNCLEAR if any(doubts) else _Sight.SEEN


def _contrast(marks: Marks) -> int:
    """How far the colour of a text is from what lies behind it; a doubt if that cannot be told."""
    if marks.colour is None or marks.colour == NO_COLOUR:
        return 255
    shades = (marks.highlight, marks.shade, marks.paper)
    behind = next((shade for shade in shades if shade is not None and shade != NO_COLOUR), WHITE)
    if marks.colour == UNKNOWN_COLOUR:
        return _LIKE_COLOUR
    contrast = _difference(marks.colour, WHITE if behind == UNKNOWN_COLOUR else behind)
    # On paper of which nothing is known, dark text is meant to be read.
    return max(contrast, _SAME_COLOUR + 1) if behind == UNKNOWN_COLOUR else contrast


def _difference(one: int, other: int) -> int:
    """How far two colours are apart in the channel in which they differ most."""
    return max(abs((one >> at & 255) - (other >> at & 255)) for at in (16, 8, 0))


def is_pale(colour: int) -> bool:
    """Whether text of a colour is not sure to be seen on white paper."""
    return colour == UNKNOWN_COLOUR or (colour != NO_COLOUR and _difference(colour, WHITE) <= _LIKE_COLOUR)


def _usual_shift(pieces: Sequence[Piece]) -> int:
    """By how much most of a paragraph's characters are moved up."""
    counts: Counter[int] = Counter()
    if not any(marks.shift for _, marks in pieces):
        return 0
    for text, marks in pieces:
        if text not in SIGNS and not marks.raised:
            counts[marks.shift or 0] += len(text.strip())
    return min(counts, key=lambda shift: (-counts[shift], abs(shift)), default=0)


def _set_apart(text: str, marks: Marks, level: int) -> str:
    raised = bool(marks.raised) or abs((marks.shift or 0) - level) >= _MOVED
    return set_apart(text, raised=raised, struck=bool(marks.struck or marks.struck_twice))


def _is_uneven(first: Piece, second: Piece) -> bool:
    """Whether a number goes on in digits of quite another size, as a note mark that is not raised does."""
    (before, one), (after, other) = first, second
    sizes = sorted((one.size or _NO_SIZE, other.size or _NO_SIZE))
    return before[-1:].isdecimal() and after[:1].isdecimal() and sizes[1] >= sizes[0] * _UNEVEN


def _in_order(text: str) -> str:
    """Text with what Unicode's controls turn round as it is seen, or a sign where that is not simple."""
    turned = _OVERRIDE.sub(lambda match: match[1][::-1], text)
    return turned + REVERSED if _DIRECTION.search(turned) else turned


def _keeps_order(pieces: Sequence[Piece]) -> bool:
    """Whether text looks the same from left to right and from right to left: one number, all in one direction."""
    drawn = [(_WITHOUT_LOOK.sub("", SIGN.sub("", text)), bool(marks.reversed)) for text, marks in pieces]
    ways = {way for text, way in drawn if text}
    return len(ways) < 2 and bool(_SAME_BOTH_WAYS.fullmatch("".join(text for text, _ in drawn)))
