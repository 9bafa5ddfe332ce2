"""A printed page, from either reader: characters and ruled lines in their places."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from math import hypot
from typing import NamedTuple
from unicodedata import category

from parsers.document.model import TooLarge
from parsers.document.reasons import Why

# A character that stands on the page, but whose font does not say which it is.
UNKNOWN = "\ufffd"

# Categories of characters that only a font of its own gives a meaning, or that have no shape: controls, marks of
# format (a soft hyphen, a space without width), private and unassigned ones. What was seen of them is something else.
_NAMELESS = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})

# A shape that is no thicker than this is a line (points): borders are half a point to one and a half thick, heavy 3.
_THIN = 3.0
# How far (points) the ends of a straight line may be out of line: coordinates are rounded.
_STRAIGHT = 0.7

# A report has three to thirty pages. A page of text takes some 10 ms, a scan some 2 seconds (make bench).
MOST_PAGES = 300
# Of a whole file. A report has some 10,000 characters; a few draw them as shapes, of some 60 points each. What
# lies beyond each is in tests/parsers/formats/test_limits.py.
MOST_CHARACTERS = 300_000
MOST_OBJECTS = 100_000
MOST_POINTS = 1_000_000
MOST_BYTES = 20_000_000

Point = tuple[float, float]
Bounds = tuple[float, float, float, float]


class Glyph(NamedTuple):
    """A character, or a run of them that OCR found as one, and its box.

    Points (1/72 inch) from the top left corner of the page as it is looked at. ``confidence``, 0 to 1, is
    the OCR engine's own; None for text that the file itself states. ``baseline`` is the height on which
    it stands; None where only its box is known.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float | None = None
    baseline: float | None = None


def stand_together(one: Glyph, other: Glyph) -> bool:
    """Whether two characters stand on each other, as those printed twice for boldness do."""
    near = (other.x1 - other.x0) / 3
    across = abs(one.x0 - other.x0) < near and abs(one.x1 - other.x1) < near
    return across and abs(one.top - other.top) < near and abs(one.bottom - other.bottom) < near


class Rectangle(NamedTuple):
    """A box, of a straight ruled line for the most part: it may have no height or no width."""

    x0: float
    top: float
    x1: float
    bottom: float


class Cover(NamedTuple):
    """A place on a page that shows something besides text, and what."""

    box: Rectangle
    why: Why


@dataclass(frozen=True, slots=True)
class PrintedPage:
    """What stands on one page, in no certain order; ``number`` counts from 1, sizes are points.

    ``pictures`` are the boxes of pictures, in which more may stand than ``glyphs`` tells; ``covers`` are those of
    whatever else shows more than the text in it: notes, stamps, form fields, small pictures. ``quarters`` counts
    by how many quarters, counter-clockwise, it was turned to have its text upright. ``looked_at``: its ink was compared
    with its characters, and ``covers`` has what they do not explain, pictures too. ``source`` is PDFium's own page, if
    that is its reader, open until the next one is read.
    """

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rectangle, ...]
    pictures: tuple[Rectangle, ...] = ()
    covers: tuple[Cover, ...] = ()
    quarters: int = 0
    looked_at: bool = False
    source: object | None = field(default=None, compare=False, repr=False)


def is_nameless(character: str) -> bool:
    """Whether a character does not say what is seen: it is unknown, of private use, or stands for no sign at all."""
    return character == UNKNOWN or (category(character) in _NAMELESS and not character.isspace())


def refuse_long(pages: int) -> None:
    """Raise :class:`TooLarge` for more pages than any report has."""
    if pages > MOST_PAGES:
        raise TooLarge(f"too long: more than {MOST_PAGES} pages, and no report has so many")


class Allowance:
    """How many of something (``name``, in the plural) the pages of a file may hold; one for all of them."""

    def __init__(self, most: int, name: str) -> None:
        self._most = self._left = most
        self._name = name

    def spend(self, count: int) -> None:
        """Count some more; raises :class:`TooLarge` once they are too many."""
        self._left -= count
        if self._left < 0:
            raise TooLarge(f"too much: more than {self._most:,} {self._name}, and no report has so many")


class Ink:
    """What a file may draw, whichever reader looks at it."""

    def __init__(self) -> None:
        self.characters = Allowance(MOST_CHARACTERS, "characters")
        self.objects = Allowance(MOST_OBJECTS, "drawn objects")
        self.points = Allowance(MOST_POINTS, "points of lines")
        self.bytes = Allowance(MOST_BYTES, "bytes of drawing")


class Turn:
    """From the page's own space to points from the top left, with upright text, whatever /Rotate is."""

    def __init__(self, box: Bounds, quarters: int) -> None:
        self._box = box
        self._quarters = quarters
        width, height = box[2] - box[0], box[3] - box[1]
        self.width, self.height = (height, width) if quarters % 2 else (width, height)

    def box(self, x0: float, y0: float, x1: float, y1: float) -> Bounds:
        """A box of the page as (x0, top, x1, bottom)."""
        left, bottom, right, top = self._box
        if self._quarters == 0:
            return x0 - left, top - y1, x1 - left, top - y0
        if self._quarters == 1:
            return y0 - bottom, x0 - left, y1 - bottom, x1 - left
        if self._quarters == 2:
            return right - x1, y0 - bottom, right - x0, y1 - bottom
        return top - y1, right - x1, top - y0, right - x0


def rules_of_path(subpaths: Sequence[Sequence[Point]], *, stroked: bool) -> Iterator[Rectangle]:
    """The ruled lines that a drawn path shows: thin shapes, the edges of drawn or hollow ones.

    A filled area that is not thin is a background and shows none.
    """
    for points in subpaths:
        box = bounds(points)
        if is_thin(box):
            yield box
        elif stroked or len(subpaths) > 1:
            yield from (edge for start, end in pairwise(points) if (edge := _edge(start, end)))


def bounds(points: Sequence[Point]) -> Rectangle:
    """The box around some points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return Rectangle(min(xs), min(ys), max(xs), max(ys))


def is_thin(box: Rectangle) -> bool:
    """Whether a box is a line rather than an area or a dot."""
    width, height = box.x1 - box.x0, box.bottom - box.top
    return (width <= _THIN) != (height <= _THIN)


def _edge(start: Point, end: Point) -> Rectangle | None:
    box = bounds((start, end))
    straight = min(box.x1 - box.x0, box.bottom - box.top) <= _STRAIGHT
    return box if straight and hypot(end[0] - start[0], end[1] - start[1]) > _THIN else None
