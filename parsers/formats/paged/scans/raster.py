"""A scanned page as a picture: made straight, and the ruled lines and the ink on it.

Pictures here are grey, a byte a pixel, if nothing else is said, at :data:`DPI`; all lengths are pixels of that size.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np

DPI = 150

_LARGEST_SKEW = 5.0
_COARSE, _FINE = 0.2, 0.02
_SAMPLE = 40_000
# A pixel is dark that is darker than the mean around it by this much; paper may be grey, or shaded.
# With 5 and with 20 a worn scan loses cells (python -m tools.sensitivity --make scan
# parsers.formats.paged.scans.raster:_DARKER 5 20). The side of the square around it is an odd number of pixels.
_AROUND = 41
_DARKER = 10
# A rule is a straight run at least this long, longer than the strokes of characters, and no thicker.
_LEAST_ACROSS, _LEAST_DOWN = 26, 20
_THICKEST = 9.0
# How far a rule may waver, and lean, which pages that do not lie flat make it do; arcs and slanted strokes lean more.
_WAVER, _SLOPE = 3.0, 0.03
# Double rules: two with the paper between them.
_THICKEST_PAIR = 17.0
# What is this thick is no rule, though one may go on beneath; how much of the gap between its pieces is dark then.
_BLOB, _HIDDEN = 18, 0.95
# How long a break in a faint rule may be, how far out of line its pieces, how far rules pass each other,
# how far the end of a short one may be from the one that it ends on, and how far a character may draw it beyond.
_BREAK, _LEVEL, _NEAR, _TOUCH, _PAST = 6, 3, 6, 2, 27
# A run is part of characters if this share of it has ink so near above it or below.
_STROKES, _BESIDE = 0.25, 3
# A run across so long is a rule by itself; one down so long may have an open end.
_LONG, _OPEN = 150, 28
# Specks of dust are smaller than a dash, the smallest thing that is printed in a cell.
_LEAST_SIDE, _LEAST_AREA = 5, 9


@dataclass(frozen=True, slots=True)
class Span:
    """A box of pixels; ``x1`` and ``bottom`` are the first pixels beyond it."""

    x0: int
    top: int
    x1: int
    bottom: int

    @property
    def width(self) -> int:
        """Pixels from left to right."""
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        """Pixels from top to bottom."""
        return self.bottom - self.top

    def union(self, other: "Span") -> "Span":
        """The box around two."""
        x0, top = min(self.x0, other.x0), min(self.top, other.top)
        return Span(x0, top, max(self.x1, other.x1), max(self.bottom, other.bottom))


@dataclass(frozen=True, slots=True)
class Lines:
    """The ruled lines of a page, and their pixels (not 0), a little widened."""

    across: tuple[Span, ...]
    down: tuple[Span, ...]
    pixels: np.ndarray


def at_dpi(picture: np.ndarray, dpi: float) -> np.ndarray:
    """A picture, grey or in colours, at :data:`DPI`."""
    scale = DPI / dpi
    if abs(scale - 1) < 0.02:
        return np.ascontiguousarray(picture)
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)


def dark(picture: np.ndarray) -> np.ndarray:
    """Where a picture is darker than the paper around (255, else 0)."""
    smooth = cv2.GaussianBlur(picture, (3, 3), 0)
    return cv2.adaptiveThreshold(smooth, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, _AROUND, _DARKER)


def skew(darkness: np.ndarray) -> float:
    """By how many degrees, clockwise, lines of text and rules lean, up to 5; 0 for an empty page.

    At the right angle the dark pixels crowd into the fewest rows and columns.
    """
    ys, xs = np.nonzero(darkness)
    if not len(xs):
        return 0.0
    step = max(1, len(xs) // _SAMPLE)
    xs, ys = xs[::step].astype(np.float32), ys[::step].astype(np.float32)
    coarse = _sharpest(xs, ys, np.arange(-_LARGEST_SKEW, _LARGEST_SKEW + _COARSE, _COARSE), 3.0)
    return _sharpest(xs, ys, np.arange(coarse - 1.5 * _COARSE, coarse + 1.5 * _COARSE, _FINE), 1.0)


def _sharpest(xs: np.ndarray, ys: np.ndarray, angles: np.ndarray, bin_size: float) -> float:
    return float(max(angles, key=lambda angle: _crowding(xs, ys, float(angle), bin_size)))


def _crowding(xs: np.ndarray, ys: np.ndarray, angle: float, bin_size: float) -> float:
    slope = np.float32(np.tan(np.radians(angle)))
    rows, columns = ys - slope * xs, xs + slope * ys
    return float(
        sum(np.square(np.bincount(((c - c.min()) / bin_size).astype(np.int32))).sum() for c in (rows, columns))
    )


def turned(picture: np.ndarray, degrees: float) -> np.ndarray:
    """A picture, grey or in colours, turned counter-clockwise about its middle, its size kept, new corners white."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    return cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_CUBIC, borderValue=(255, 255, 255))


def ruled_lines(darkness: np.ndarray, whole: np.ndarray | None = None) -> Lines:
    """The ruled lines of a straight page: long thin runs, and shorter ones that end on others.

    ``whole`` is the darkness with what was lifted off, if anything was: where it is dark, a rule may go on underneath.
    """
    whole = darkness if whole is None else whole
    crossed = np.zeros_like(darkness)
    across, mask_across = _runs(darkness, _LEAST_ACROSS, whole, crossed)
    for span in across:
        if span.width >= _LONG:
            crossed[span.top : span.bottom, span.x0 : span.x1] = 255
    down, mask_down = _runs(cv2.transpose(darkness), _LEAST_DOWN, cv2.transpose(whole), cv2.transpose(crossed))
    mask_down = cv2.transpose(mask_down)
    beams, posts = _frame(across, [_transposed(span) for span in down])
    pixels = np.zeros_like(darkness)
    for rules, mask in ((beams, mask_across), (posts, mask_down)):
        for rule in rules:
            window = slice(rule.top, rule.bottom), slice(rule.x0, rule.x1)
            pixels[window] |= mask[window]
    return Lines(tuple(beams), tuple(posts), cv2.dilate(pixels, np.ones((3, 3), np.uint8)))


def _runs(darkness: np.ndarray, least: int, whole: np.ndarray, crossed: np.ndarray) -> tuple[list[Span], np.ndarray]:
    """Thin runs across, at least so long, and their pixels; a run may lean or waver a little.

    ``crossed`` is not 0 where long rules cross their direction.
    """
    thick = cv2.dilate(darkness, np.ones((3, 1), np.uint8))
    closed = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    runs = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, least), np.uint8))
    runs = cv2.subtract(runs, cv2.morphologyEx(runs, cv2.MORPH_OPEN, np.ones((_BLOB, 1), np.uint8)))
    _, _, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    spans = [
        Span(x, top, x + width, top + height)
        for x, top, width, height, area in stats[1:].tolist()
        if height >= 3 and width > 2 * height and area / width <= _THICKEST_PAIR
        if height - area / width <= _WAVER + _SLOPE * width
        if area / width <= _THICKEST or _ink_of(darkness, Span(x, top, x + width, top + height)) <= _THICKEST * width
    ]
    return [span for span in _joined(spans, whole) if not _in_text(span, darkness, crossed)], runs


def _ink_of(darkness: np.ndarray, span: Span) -> int:
    return int(cv2.countNonZero(darkness[span.top : span.bottom, span.x0 : span.x1]))


def _in_text(span: Span, darkness: np.ndarray, crossed: np.ndarray) -> bool:
    """Whether strokes stand above or below a run; a rule has paper there, or the other rule of a pair."""
    for rows in (slice(max(span.top - _BESIDE, 0), span.top), slice(span.bottom, span.bottom + _BESIDE)):
        dark = darkness[rows, span.x0 : span.x1].max(axis=0, initial=0)
        dark = dark[crossed[rows, span.x0 : span.x1].max(axis=0, initial=0) == 0]
        if len(dark) and _STROKES < dark.mean() / 255 < 1 - _STROKES:
            return True
    return False


def _joined(spans: list[Span], whole: np.ndarray) -> list[Span]:
    """Runs across, the pieces of a broken rule put together, and those of one that goes on under something dark."""
    joined: list[Span] = []
    for span in sorted(spans, key=lambda span: span.x0):
        for at, other in enumerate(joined):
            level = abs(span.top + span.bottom - other.top - other.bottom) <= 2 * _LEVEL
            if level and span.x1 - other.x1 > 0 and (span.x0 - other.x1 <= _BREAK or _hidden(other, span, whole)):
                top, bottom = min(span.top, other.top), max(span.bottom, other.bottom)
                joined[at] = Span(other.x0, top, span.x1, bottom)
                break
        else:
            joined.append(span)
    return joined


def _hidden(before: Span, span: Span, whole: np.ndarray) -> bool:
    """Whether all is dark between two runs."""
    between = whole[min(before.top, span.top) : max(before.bottom, span.bottom), before.x1 : span.x0]
    return bool(between.max(axis=0).mean() >= 255 * _HIDDEN)


def _transposed(span: Span) -> Span:
    return Span(span.top, span.x0, span.bottom, span.x1)


def _frame(across: list[Span], down: list[Span]) -> tuple[list[Span], list[Span]]:
    """The runs that are rules: long ones, and those that hang together with them and end on them.

    The strokes of large characters are as long as the sides of small cells, but end in the air.
    """
    beams = [run for run in across if run.width >= _LONG]
    posts: list[Span] = []
    for _ in range(2):
        shut = [run for run in down if _is_shut(run, beams)]
        posts = [*shut, *(run for run in down if run not in shut and _is_open_post(run, beams, shut))]
        beams = [run for run in across if _is_beam(run, posts)]
    return beams, posts


def _over(run: Span, beams: Sequence[Span]) -> list[Span]:
    return [beam for beam in beams if beam.x0 - _NEAR <= run.x1 and run.x0 <= beam.x1 + _NEAR]


def _is_shut(run: Span, beams: Sequence[Span]) -> bool:
    """Whether a run down goes from one rule across to another, and not far beyond."""
    over = _over(run, beams)
    above = [beam for beam in over if beam.top - _PAST <= run.top <= beam.bottom - _depth(beam.height)]
    below = [beam for beam in over if beam.top + _depth(beam.height) <= run.bottom <= beam.bottom + _PAST]
    return any(other.top - one.bottom >= _LEAST_DOWN for one in above for other in below)


def _is_open_post(run: Span, beams: Sequence[Span], shut: Sequence[Span]) -> bool:
    """Whether a run with an end in the air is a rule of a table that a page break has cut, or part of a faint one."""
    over = _over(run, beams)
    met = [beam for beam in over if run.top <= beam.bottom and beam.top <= run.bottom]
    # What goes through a double rule hangs out of it less.
    if not met or run.height < _OPEN + max(0, *(beam.height - _THICKEST for beam in met)):
        return False
    first, last = min(beam.top for beam in over), max(beam.bottom for beam in over)
    hangs = (run.top < first or _is_on(run.top, met)) and (run.bottom > last or _is_on(run.bottom, met))
    return hangs or any(abs(run.x0 + run.x1 - post.x0 - post.x1) <= 2 * _LEVEL for post in shut)


def _is_on(end: int, beams: Sequence[Span]) -> bool:
    return any(beam.top - _TOUCH <= end <= beam.bottom + _TOUCH for beam in beams)


def _is_beam(run: Span, posts: Sequence[Span]) -> bool:
    beside = [post for post in posts if post.top - _NEAR <= run.bottom and run.top <= post.bottom + _NEAR]
    ends = [
        any(post.x0 - _TOUCH <= run.x0 <= post.x1 - _depth(post.width) for post in beside),
        any(post.x0 + _depth(post.width) <= run.x1 <= post.x1 + _TOUCH for post in beside),
    ]
    return all(ends) or (run.width >= _LONG and bool(beside))


def _depth(thickness: int) -> int:
    """How far the end of a run is to reach into a rule: a double one comes near to the strokes of characters."""
    return max(-_TOUCH, min(_TOUCH, (thickness - round(_THICKEST)) // 2))


def without_rules(picture: np.ndarray, lines: Lines) -> np.ndarray:
    """The picture with its rules painted over by the paper around."""
    paper = cv2.medianBlur(cv2.dilate(picture, np.ones((9, 9), np.uint8)), 5)
    return np.where(lines.pixels > 0, paper, picture)


def ink(darkness: np.ndarray, lines: Lines) -> Iterator[Span]:
    """The boxes of what is printed or written: connected dark spots that are no rules and no specks."""
    spots = np.where(lines.pixels > 0, 0, darkness).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(spots, connectivity=8)
    for x, top, width, height, area in stats[1:].tolist():
        if max(width, height) >= _LEAST_SIDE and area >= _LEAST_AREA:
            yield Span(x, top, x + width, top + height)
