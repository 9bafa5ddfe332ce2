"""Reading checked against the look: the characters of a page that have ink, and the ink that is no character.

The picture of the page judges (``sight.py``), whatever the file says of its text and whichever reader took it. Text
that no one can see (white, clipped, behind a picture, in a layer that is off) is left out. What a cell shows besides
its characters (a drawing, a note, a line through the figure) becomes a cover, which makes the cell uncertain.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import NamedTuple, Self

import numpy as np

from parsers.document.reasons import Why
from parsers.formats.paged.page import Cover, Glyph, PrintedPage, Rectangle
from parsers.formats.paged.rules import areas, extents, frames_of
from parsers.formats.paged.sight import Sight, View, Viewer, ground_of
from parsers.formats.paged.words import words_of

# The least change of grey, of 255, that is seen: text fainter than #eee on white is not.
_SEEN = 17
# Text that is so many times fainter than the figures of its page is a watermark's, where a figure is as strong as the
# darkest fifth of all digits: those of a watermark may be more.
_PALE, _USUAL = 0.4, 0.8
# Characters that are no higher and no wider than this (points) are dots to the eye.
_TINY = 2.0
# The change of grey from which on a drawing may be a figure wherever it is, and that of one that stands alone in its
# cell; a watermark is fainter, and reaches beyond.
_DRAWN, _DRAWN_ALONE = 64, 24
# Grey that is darker than this may hide a figure.
_DARK = 96
# How far (points) the rules of a cell reach into it, and how far those do that are thick, double or dotted.
_RIM, _WIDE_RIM = 2.25, 5.0
# The part of a side of a cell from which on ink along it is its rule.
_RULE = 0.6
# The least drawing that may be a figure: its ink (square points), and its longer side (points); a dash has 1 and 3.
_LEAST_AREA, _LEAST_SIDE = 0.7, 2.5
# Parts of a character's box, from its left and top: all of it; the middle, where it has ink; as far as its ink reaches
# as a rule; and where a line through it runs.
_ALL = (0.0, 0.0, 1.0, 1.0)
_MIDDLE = (0.2, 0.1, 0.8, 0.95)
_REACH = (0.05, 0.15, 0.95, 0.88)
_THROUGH = (0.0, 0.3, 1.0, 0.75)
# As far as it may reach at most, where a font says little of its height.
_WHOLE = (0.0, -0.25, 1.0, 1.25)
# The part of a character that a line through it crosses at least.
_STRUCK = 0.5
# How far (points) ink may reach beyond its character's box, and how far under it a line is drawn.
_SLACK, _UNDER = 0.8, 2.0
# The part of the characters on a picture from which on they are its own text, found in it by somebody's OCR.
_LAYER = 0.5
# Windows whose sides are alike but for so many pixels are looked into together.
_BUCKET = 8
# From so many figures that stand alone on a page without rules, it may have a table.
_LEAST_FIGURES = 8

_FIGURE = re.compile(r"[\d.,，．\-−%]*\d[\d.,，．%]*")
_FIGURES = frozenset("0123456789.,，．-−%")

_Parts = tuple[float, float, float, float]


def seen(viewer: Viewer, page: PrintedPage) -> PrintedPage:
    """The page as it is seen, if it may have a cell of the form, or text that is a picture's; else as it is.

    Characters that no one sees because they are the text of a picture keep a ``confidence`` of 0.
    """
    cells = list(_cells(page))
    if page.glyphs and (cells or _has_figures(page) or any(_held(page.glyphs, box) for box in page.pictures)):
        with viewer.view(page) as view:
            return _compared(view, page, cells)
    return page


def _cells(page: PrintedPage) -> Iterator[Rectangle]:
    """What rules enclose on a page; not a frame around tables or a whole page."""
    frames = frames_of(page.rules)
    for number, frame in enumerate(frames):
        xs, ys = frame.xs, frame.ys
        spans = extents(areas(frame), len(xs) - 1).values()
        for top, left, bottom, right in spans if len(spans) > 1 else ():
            cell = Rectangle(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
            if not any(_overlap(cell, smaller.box) for smaller in frames[:number]):
                yield cell


def _has_figures(page: PrintedPage) -> bool:
    figures = 0
    for word in words_of(page.glyphs):
        figures += bool(_FIGURE.fullmatch(word.text))
    return figures >= _LEAST_FIGURES


def _held(glyphs: Sequence[Glyph], box: Rectangle) -> list[int]:
    """The numbers of the characters whose centres lie in a box."""
    return [
        at
        for at, (_, x0, top, x1, bottom, _, _) in enumerate(glyphs)
        if box.x0 < (x0 + x1) / 2 < box.x1 and box.top < (top + bottom) / 2 < box.bottom
    ]


class _Print(NamedTuple):
    """Characters and their boxes: a row of left, top, right, bottom (points) for each."""

    glyphs: Sequence[Glyph]
    boxes: np.ndarray

    @classmethod
    def of(cls, glyphs: Sequence[Glyph]) -> Self:
        """Characters with their boxes."""
        return cls(glyphs, np.array([glyph[1:5] for glyph in glyphs], float).reshape(-1, 4))

    def only(self, numbers: Sequence[int]) -> Self:
        """Some of them."""
        return self._replace(glyphs=[self.glyphs[at] for at in numbers], boxes=self.boxes[np.array(numbers, int)])


def _compared(view: View, page: PrintedPage, cells: Sequence[Rectangle]) -> PrintedPage:
    """The page with the characters that have ink, and covers where ink is no character's."""
    sight = view.sight
    all_print = _Print.of(page.glyphs)
    inks, crowded = _inks(view, all_print)
    visible = all_print.only([at for at, ink in enumerate(inks) if ink])
    faint = _faint(visible.glyphs, [ink for ink in inks if ink])
    pale = _pale(visible.glyphs, faint, cells)
    legible, strong = (
        visible.only([at for at in range(len(visible.glyphs)) if at not in left_out]) for left_out in (pale, faint)
    )
    spaces = _spaces(sight, cells)
    covers = [cover for cover in page.covers if cover.why is not Why.SHOWS_PICTURE]
    covers += [Cover(_box(legible.glyphs[at]), Why.STRUCK) for at in _struck(sight, legible, spaces)]
    if crowded:
        spoilt = [strong.glyphs[at] for at in _overlapping(sight, strong)]
        covers += [Cover(_box(glyph), Why.DRAWN) for glyph in spoilt if glyph.text in _FIGURES]
    covers += _drawn_on(sight, page, spaces, visible)
    words = words_of([visible.glyphs[at] for at in pale])
    covers += [Cover(word.box, Why.SHOWS_FAINT) for word in words if _FIGURE.fullmatch(word.text)]
    return replace(page, glyphs=(*legible.glyphs, *_hints(page, inks)), covers=tuple(covers), looked_at=True)


def _box(glyph: Glyph) -> Rectangle:
    return Rectangle(*glyph[1:5])


def _windows(sight: Sight, boxes: np.ndarray, parts: _Parts = _ALL, slack: float = 0.0) -> np.ndarray:
    """The pixels of some parts of boxes, one at least: a row of left, top, right, bottom for each."""
    start, end = boxes[:, :2], boxes[:, 2:]
    size, most = end - start, sight.bare.shape[::-1]
    first = np.rint((start + size * parts[:2] - slack) * sight.scale).clip(0, np.array(most) - 1)
    last = np.rint((start + size * parts[2:] + slack) * sight.scale).clip(first + 1, most)
    windows: np.ndarray = np.hstack([first, last]).astype(int)
    return windows


def _inks(view: View, printed: _Print) -> tuple[list[int], bool]:
    """How strong the ink of each character is, 0 where none is seen; and whether any stand on each other."""
    sight, boxes = view.sight, printed.boxes
    # A full stop may stand anywhere in its box.
    of_middle = np.array([glyph.text.isalnum() for glyph in printed.glyphs], bool)
    windows = np.where(of_middle[:, None], _windows(sight, boxes, _MIDDLE), _windows(sight, boxes))
    inks = _greatest(sight.text, windows)
    unseen = np.flatnonzero(inks < _SEEN)
    if len(unseen):
        inks[unseen] = _greatest(view.in_colour(), windows[unseen])
    inks[(inks < _SEEN) | ((boxes[:, 2:] - boxes[:, :2]).max(axis=1) <= _TINY)] = 0
    visible = np.flatnonzero(inks)
    overlapping = visible[_overlapping(sight, printed.only(visible))]
    spots = [(printed.glyphs[at], tuple(windows[at].tolist())) for at in overlapping]
    for at, own in zip(overlapping, view.alone(spots), strict=True):
        if own is not None:
            inks[at] = own if own >= _SEEN else 0
    return inks.tolist(), bool(spots)


def _greatest(pixels: np.ndarray, windows: np.ndarray) -> np.ndarray:
    """The greatest of the pixels in each window; windows of about one size are taken together."""
    found = np.zeros(len(windows), int)
    sizes = -(-(windows[:, 2:] - windows[:, :2]) // _BUCKET)
    kinds = sizes[:, 0] * len(pixels) + sizes[:, 1]
    for kind in np.unique(kinds):
        members = np.flatnonzero(kinds == kind)
        wide, high = sizes[members[0]] * _BUCKET
        left, top, right, bottom = windows[members].T[:, :, None]
        rows = np.minimum(top + np.arange(high), bottom - 1)
        columns = np.minimum(left + np.arange(wide), right - 1)
        found[members] = pixels[rows[:, :, None], columns[:, None, :]].max(axis=(1, 2))
    return found


def _overlapping(sight: Sight, printed: _Print) -> list[int]:
    """The numbers of the characters that may have another's ink in their middle, where figures are among them.

    A character that is printed twice for boldness is one.
    """
    figures = [at for at, glyph in enumerate(printed.glyphs) if glyph.text in _FIGURES]
    middles = _windows(sight, printed.boxes, _MIDDLE)
    if not (_greatest(_claims(sight, printed), middles[figures]) > 1).any():
        return []
    claims = _greatest(_claims(sight, printed.only(_once(printed.glyphs))), middles)
    numbers: list[int] = np.flatnonzero(claims > 1).tolist()
    return numbers if any(claims[at] > 1 for at in figures) else []


def _claims(sight: Sight, printed: _Print) -> np.ndarray:
    """How many characters may have ink in each pixel."""
    claims = np.zeros(sight.bare.shape, np.uint8)
    for left, top, right, bottom in _windows(sight, printed.boxes, _REACH).tolist():
        claims[top:bottom, left:right] += 1
    return claims


def _once(glyphs: Sequence[Glyph]) -> list[int]:
    """The numbers of characters without those that are printed a second time."""
    places: set[tuple[str, float, int, int]] = set()
    once = []
    for at, glyph in enumerate(glyphs):
        height, x, y = round(glyph.bottom - glyph.top, 1), round(glyph.x0), round(glyph.top)
        if not any((glyph.text, height, x + dx, y + dy) in places for dx in (0, 1, -1) for dy in (0, 1, -1)):
            places.add((glyph.text, height, x, y))
            once.append(at)
    return once


def _hints(page: PrintedPage, inks: Sequence[int]) -> list[Glyph]:
    """The characters without ink that are the text of a picture, as somebody's OCR read it."""
    layer: set[int] = set()
    for box in page.pictures:
        held = _held(page.glyphs, box)
        hidden = [at for at in held if not inks[at]]
        if len(hidden) > _LAYER * len(held):
            layer.update(hidden)
    return [page.glyphs[at]._replace(confidence=0.0) for at in sorted(layer)]


def _faint(glyphs: Sequence[Glyph], inks: Sequence[int]) -> set[int]:
    """The numbers of the letters and digits that are much paler than the figures of the page."""
    digits = sorted(ink for glyph, ink in zip(glyphs, inks, strict=True) if glyph.text.isdigit())
    least = _PALE * digits[int(_USUAL * len(digits))] if digits else 0
    return {
        at for at, (glyph, ink) in enumerate(zip(glyphs, inks, strict=True)) if ink < least and glyph.text.isalnum()
    }


def _pale(glyphs: Sequence[Glyph], faint: set[int], cells: Sequence[Rectangle]) -> set[int]:
    """Those of watermarks among the faint: figures, and what stands beside a figure in its cell."""
    numbers = {id(glyphs[at]): at for at in faint}
    pale: set[int] = set()
    for word in words_of([glyphs[at] for at in faint]):
        if _FIGURE.fullmatch(word.text):
            pale.update(numbers[id(glyph)] for glyph in word.glyphs)
    for cell in cells if faint else ():
        held = set(_held(glyphs, cell))
        dark = {glyphs[at].text for at in held - faint}
        if dark and dark <= _FIGURES:
            pale |= held & faint
    return pale


class _Space(NamedTuple):
    """A cell within its rules: its pixels without text, the lightest and the darkest of them."""

    cell: Rectangle
    window: tuple[slice, slice]
    lightest: int
    darkest: int

    @property
    def contrast(self) -> int:
        """The greatest difference of two of its pixels."""
        return self.lightest - self.darkest


def _spaces(sight: Sight, cells: Sequence[Rectangle]) -> list[_Space]:
    spaces = []
    windows = _windows(sight, np.array(cells, float).reshape(-1, 4), slack=-_RIM)
    for cell, (left, top, right, bottom) in zip(cells, windows.tolist(), strict=True):
        window = slice(top, bottom), slice(left, right)
        pixels = sight.bare[window]
        spaces.append(_Space(cell, window, int(pixels.max()), int(pixels.min())))
    return spaces


def _struck(sight: Sight, printed: _Print, spaces: Sequence[_Space]) -> Iterator[int]:
    """The numbers of the digits through which a line runs."""
    plain = np.zeros(sight.bare.shape, np.uint32)
    for number, space in enumerate(spaces, start=1):
        if space.contrast <= _DRAWN:
            plain[space.window] = number
    digits = [at for at, glyph in enumerate(printed.glyphs) if glyph.text.isdigit()]
    windows = _windows(sight, printed.boxes[digits], _THROUGH)
    left, top, right, bottom = windows.T
    corners = np.array([plain[y, x] for y in (top, bottom - 1) for x in (left, right - 1)])
    doubtful = (corners == 0).any(axis=0) | (corners != corners[0]).any(axis=0)
    for at in np.flatnonzero(doubtful):
        x0, y0, x1, y1 = windows[at]
        window = sight.bare[y0:y1, x0:x1]
        ink = np.abs(window.astype(np.int16) - ground_of(window)) > _DRAWN
        if ink.any(axis=0).mean() > _STRUCK:
            yield digits[at]


def _drawn_on(sight: Sight, page: PrintedPage, spaces: Sequence[_Space], printed: _Print) -> Iterator[Cover]:
    """The cells that show more than characters and their rules."""
    text = sight.text > _DRAWN
    for left, top, right, bottom in _windows(sight, printed.boxes, _WHOLE, _SLACK).tolist():
        text[top:bottom, left:right] = False
    all_explained = not text.any()
    shapes = [*page.pictures, *(cover.box for cover in page.covers if cover.why is Why.SHOWS_PICTURE)]
    under = None
    for space in spaces:
        drawn = not all_explained and _is_figure(text[space.window], sight.scale)
        if space.contrast > _DRAWN_ALONE:
            if under is None:
                under = _beneath(sight, printed)
            ink = _ink_of(sight.bare[space.window], under[space.window], sight.scale)
            plain = any(_holds(box, space.cell) for box in page.pictures) or _held(printed.glyphs, space.cell)
            drawn = drawn or _is_figure(ink > _DRAWN, sight.scale) or (not plain and _is_pale_figure(ink, sight.scale))
        elif space.darkest < _DARK:
            # A bar of ink over all of a cell, and no character upon it.
            drawn = drawn or not _held(printed.glyphs, space.cell)
        if drawn:
            shows = any(_overlap(box, space.cell) for box in shapes)
            yield Cover(space.cell, Why.SHOWS_PICTURE if shows else Why.DRAWN)


def _holds(box: Rectangle, other: Rectangle) -> bool:
    return box.x0 <= other.x0 and other.x1 <= box.x1 and box.top <= other.top and other.bottom <= box.bottom


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.top < other.bottom and other.top < one.bottom


def _beneath(sight: Sight, printed: _Print) -> np.ndarray:
    """Where lines under words are drawn."""
    under = np.zeros(sight.bare.shape, bool)
    boxes = printed.boxes.copy()
    boxes[:, 1] = [glyph.bottom if glyph.baseline is None else glyph.baseline for glyph in printed.glyphs]
    boxes[:, 3] += _UNDER
    for left, top, right, bottom in _windows(sight, boxes, (-1.0, 0.0, 2.0, 1.0), _SLACK).tolist():
        under[top:bottom, left:right] = True
    return under


def _ink_of(window: np.ndarray, under: np.ndarray, scale: float) -> np.ndarray:
    """How strong the ink of a cell is within its rules, and not under its words."""
    contrast = np.abs(window.astype(np.int16) - ground_of(window))
    inside = _inside_rules(contrast > _DRAWN_ALONE, round(_WIDE_RIM * scale))
    ink: np.ndarray = np.where(under, 0, contrast)[inside]
    return ink


def _is_pale_figure(ink: np.ndarray, scale: float) -> bool:
    """Whether pale ink may be a figure: a watermark reaches beyond its cell."""
    pale = ink > _DRAWN_ALONE
    beyond = pale[0].any() or pale[-1].any() or pale[:, 0].any() or pale[:, -1].any()
    return not beyond and _is_figure(pale, scale)


def _is_figure(ink: np.ndarray, scale: float) -> bool:
    """Whether some ink is more than a dot."""
    if np.count_nonzero(ink) <= _LEAST_AREA * scale**2:
        return False
    return any(np.ptp(np.flatnonzero(ink.any(axis=axis))) + 1 >= _LEAST_SIDE * scale for axis in (0, 1))


def _inside_rules(ink: np.ndarray, most: int) -> tuple[slice, slice]:
    """The inside of a cell, without lines of ink along its sides."""
    across = _between(ink.mean(axis=0) > _RULE, most)
    return _between(ink[:, across].mean(axis=1) > _RULE, most), across


def _between(lines: np.ndarray, most: int) -> slice:
    """What is left between the lines near either end."""
    near = min(most, len(lines) // 3)
    first, last = (max(np.flatnonzero(side[:near]), default=-1) + 1 for side in (lines, lines[::-1]))
    return slice(first, len(lines) - last)
