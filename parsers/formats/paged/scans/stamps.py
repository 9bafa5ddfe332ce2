"""Stamps on a page: red ink lifted off what is printed beneath, and rings of any colour, along which no rule runs.

Pictures are those of :mod:`parsers.formats.paged.scans.raster`, straight and at its resolution.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np

from parsers.formats.paged.scans import raster
from parsers.formats.paged.scans.raster import Span

# How much more red than green and blue (of 255, where paper is white) ink is that stamps are printed in. Worn stamps
# have 100 and more, black print and shaded paper less than 25.
_RED = 45
# The sides of a piece of a ring or frame (pixels; 59 are a centimetre), the largest stamp with some room, and the share
# of its box that it fills at most; characters of a letterhead are smaller, or fill more.
_LEAST_PIECE, _LARGEST, _HOLLOW = 60, 400, 0.12
# A stamp's red fades into paper (and JPEG blurs colours over two pixels); and how far its ink may reach beyond a ring.
_RIM, _FRINGE = 5, 9
# The percentile of darkness that stands for print, and the share of that from which on what is left under red is print:
# compression blurs colours, and leaves shadows of red strokes.
_DARKEST, _PRINT = 90, 0.4
# Rings of stamps are 30 to 50 mm wide; they are searched in a smaller picture.
_RADII, _SMALLER = (80, 160), 3
# What OpenCV's HOUGH_GRADIENT_ALT calls a perfect circle is 1; the share of a ring that has ink.
_ROUND, _CLOSED = 0.6, 0.75
# How far from its middle line a ring has ink (pixels), and in how many directions it is looked for.
_THICK, _DIRECTIONS = 7, 360
# Print under a ring of another colour than red is darker than the ring by this, if it can be told.
_DARKER = 35
_NEAR = np.ones((3, 3), np.uint8)


@dataclass(frozen=True, slots=True)
class Ring:
    """A circle drawn on a page, in pixels."""

    x: float
    y: float
    radius: float

    def disc(self, shape: tuple[int, ...], wider: float = _THICK) -> np.ndarray:
        """Where it and what it holds are (255, else 0)."""
        centre = round(self.x), round(self.y)
        return cv2.circle(np.zeros(shape[:2], np.uint8), centre, round(self.radius + wider), 255, cv2.FILLED)

    def line(self, shape: tuple[int, ...]) -> np.ndarray:
        """Where its own ink is (255, else 0)."""
        return cv2.subtract(self.disc(shape), self.disc(shape, -_THICK))


def grey(picture: np.ndarray) -> np.ndarray:
    """A picture in any colours as a grey one."""
    return cv2.cvtColor(picture[..., :3], cv2.COLOR_RGB2GRAY) if picture.ndim == 3 else picture


def lifted(picture: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture in grey without the ink of stamps, and where that is, or may be (255, else 0).

    Red figures are no stamp and stay. Black under red stays too: where red ink is light, black is dark. Of a stamp in
    another colour only the ring is taken away, and what it holds may be the stamp's or print.
    """
    whole = grey(picture)
    clean, stain = _without_red(picture, whole) if picture.ndim == 3 else (whole, np.zeros_like(whole))
    darkness = raster.dark(clean)
    for ring in rings(clean, darkness):
        line = cv2.bitwise_and(ring.line(whole.shape), darkness)
        ink = float(np.median(clean[line > 0]))
        paper = float(np.median(clean[(ring.disc(whole.shape) > 0) & (darkness == 0)]))
        clean = np.where((cv2.dilate(line, _NEAR) > 0) & (clean > ink - _DARKER), np.uint8(paper), clean)
        stain = stain | cv2.bitwise_and(darkness, ring.disc(whole.shape))
    return clean, stain


def _without_red(picture: np.ndarray, whole: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The picture in grey without the red ink of stamps, and where that was."""
    paper = np.median(picture[::16, ::16, :3].reshape(-1, 3), axis=0).clip(64)
    balanced = cv2.convertScaleAbs(picture[..., :3] * (255 / paper).astype(np.float32))
    red, green, blue = cv2.split(balanced)
    ink = cv2.subtract(red, cv2.max(green, blue))
    marked = cv2.threshold(ink, _RED, 255, cv2.THRESH_BINARY)[1]
    own = cv2.bitwise_and(marked, _stamped(marked, whole))
    if not own.any():
        return whole, own
    wide = cv2.dilate(own, np.ones((_RIM, _RIM), np.uint8))
    # What the stamp's ink does not explain is print, if it is about as dark as print elsewhere.
    left = cv2.subtract(255, cv2.convertScaleAbs(red, alpha=255 / float(np.median(red[own > 0]))))
    elsewhere = 255 - cv2.cvtColor(balanced, cv2.COLOR_RGB2GRAY)[(raster.dark(whole) > 0) & (wide == 0)]
    print_level = float(np.percentile(elsewhere, _DARKEST)) if len(elsewhere) else 255.0
    printed = cv2.dilate((left > _PRINT * print_level).astype(np.uint8), _NEAR)
    clean = cv2.convertScaleAbs(255 - np.where(printed, left, 0), alpha=float(paper.mean()) / 255)
    return np.where(wide > 0, np.maximum(clean, whole), whole), wide


def _stamped(marked: np.ndarray, whole: np.ndarray) -> np.ndarray:
    """The areas of a page that a stamp covers: what a ring or a frame of red ink holds, and pieces of such."""
    within = np.zeros_like(marked)
    if not marked.any():
        return within
    joined = cv2.morphologyEx(marked, cv2.MORPH_CLOSE, np.ones((_RIM, _RIM), np.uint8))
    count, numbers, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    spans = [Span(x, y, x + width, y + height) for x, y, width, height, _ in stats[:count].tolist()]
    for number in range(1, count):
        span = spans[number]
        if _is_piece(span, int(stats[number, cv2.CC_STAT_AREA])):
            own = (numbers[span.top : span.bottom, span.x0 : span.x1] == number).astype(np.uint8)
            hull = cv2.convexHull(cv2.findNonZero(own))
            cv2.fillConvexPoly(within[span.top : span.bottom, span.x0 : span.x1], hull, 255)
    for ring in rings(whole, marked):
        within |= ring.disc(marked.shape)
    return cv2.dilate(within, np.ones((_FRINGE, _FRINGE), np.uint8))


def _is_piece(span: Span, area: int) -> bool:
    sides = sorted((span.width, span.height))
    return sides[0] >= _LEAST_PIECE and sides[1] <= _LARGEST and area <= _HOLLOW * span.width * span.height


def rings(picture: np.ndarray, darkness: np.ndarray) -> Iterator[Ring]:
    """The circles on a grey picture of which most is drawn in ``darkness``, as large as official stamps are."""
    small = cv2.resize(picture, None, fx=1 / _SMALLER, fy=1 / _SMALLER, interpolation=cv2.INTER_AREA)
    least, most = (radius // _SMALLER for radius in _RADII)
    found = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT_ALT, 1.5, least / 2, param1=200, param2=_ROUND, minRadius=least, maxRadius=most
    )
    for x, y, radius in () if found is None else (found[0, :, :3] * _SMALLER).tolist():
        if _drawn(darkness, x, y, radius) >= _CLOSED:
            yield Ring(x, y, radius)


def _drawn(darkness: np.ndarray, x: float, y: float, radius: float) -> float:
    """The share of a circle on which there is ink, give or take the thickness of a stroke."""
    angles = np.linspace(0, 2 * np.pi, _DIRECTIONS, endpoint=False)
    radii = radius + np.arange(-_THICK // 2, _THICK // 2 + 1)[:, None]
    height, width = darkness.shape
    xs = (x + radii * np.cos(angles)).round().astype(int).clip(0, width - 1)
    ys = (y + radii * np.sin(angles)).round().astype(int).clip(0, height - 1)
    return float((darkness[ys, xs] > 0).any(axis=0).mean())
