"""Reading checked against the look: the characters of a page that have ink, and the ink that is no character.

The picture of the page judges (``sight.py``), whatever the file says of its text and whichever reader took it. Text
that no one can see (white, clipped, behind a picture, in a layer that is off) is left out. What a cell shows besides
its characters (a drawing, a note, a line through the figure) becomes a cover, which makes the cell uncertain.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median
from typing import NamedTuple

import numpy as np

from parsers.document.reasons import Why
from parsers.formats.paged.page import Cover, Glyph, PrintedPage, Rectangle
from parsers.formats.paged.rules import areas, extents, frames_of
from parsers.formats.paged.sight import Sight, View, Viewer, ground_of
from parsers.formats.paged.words import words_of

# The least change of grey, of 255, that is seen: text fainter than #eee on white is not.
_SEEN = 17
# Text that is so many times fainter than most of its page is a watermark's.
_PALE = 0.4
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
# Parts of a character's box, from its left and top: the middle, where it has ink; as far as its ink reaches as a rule;
# and where a line through it runs.
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
_Window = tuple[int, int, int, int]


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


def _compared(view: View, page: PrintedPage, cells: Sequence[Rectangle]) -> PrintedPage:
    """The page with the characters that have ink, and covers where ink is no character's."""
    sight = view.sight
    inks, crowded = _inks(view, page.glyphs)
    found = [(glyph, ink) for glyph, ink in zip(page.glyphs, inks, strict=True) if ink]
    pale = _pale(found, cells)
    glyphs = [glyph for at, (glyph, _) in enumerate(found) if at not in pale]
    spaces = [_space(sight, cell) for cell in cells]
    covers = [cover for cover in page.covers if cover.why is not Why.SHOWS_PICTURE]
    covers += [Cover(_box(glyph), Why.STRUCK) for glyph in _struck(sight, glyphs, spaces)]
    covers += [Cover(_box(glyphs[at]), Why.DRAWN) for at in (_overlapping(sight, glyphs) if crowded else ())]
    covers += _drawn_on(sight, page, spaces, [glyph for glyph, _ in found])
    words = words_of([found[at][0] for at in pale])
    covers += [Cover(word.box, Why.SHOWS_FAINT) for word in words if _FIGURE.fullmatch(word.text)]
    return replace(page, glyphs=(*glyphs, *_hints(page, inks)), covers=tuple(covers), looked_at=True)


def _box(glyph: Glyph) -> Rectangle:
    return Rectangle(*glyph[1:5])


def _windows(sight: Sight, glyphs: Sequence[Glyph], parts: _Parts, slack: float = 0.0) -> list[_Window]:
    """The pixels of some parts of the boxes of characters, one at least: left, top, right, bottom."""
    if not glyphs:
        return []
    height, width = sight.bare.shape
    x0, top, x1, bottom = np.array([glyph[1:5] for glyph in glyphs]).T
    wide, high = x1 - x0, bottom - top
    left, right = x0 + parts[0] * wide - slack, x0 + parts[2] * wide + slack
    upper, lower = top + parts[1] * high - slack, top + parts[3] * high + slack
    sides = ((left, right, width), (upper, lower, height))
    starts = [np.clip(np.rint(start * sight.scale), 0, most - 1) for start, _, most in sides]
    ends = [np.clip(np.rint(end * sight.scale), 1, most) for _, end, most in sides]
    ends = [np.maximum(end, start + 1) for start, end in zip(starts, ends, strict=True)]
    windows: list[_Window] = list(zip(*(side.astype(int).tolist() for side in (*starts, *ends)), strict=True))
    return windows


def _inks(view: View, glyphs: Sequence[Glyph]) -> tuple[list[int], bool]:
    """How strong the ink of each character is, 0 where none is seen; and whether any stand on each other."""
    middles = _windows(view.sight, glyphs, _MIDDLE)
    boxes = _windows(view.sight, glyphs, (0.0, 0.0, 1.0, 1.0))
    # A full stop may stand anywhere in its box.
    windows = [
        middle if glyph.text.isalnum() else box for glyph, middle, box in zip(glyphs, middles, boxes, strict=True)
    ]
    inks = _greatest(view.sight.text, windows)
    unseen = [at for at, ink in enumerate(inks) if ink < _SEEN]
    if unseen:
        for at, ink in zip(unseen, _greatest(view.in_colour(), [windows[at] for at in unseen]), strict=True):
            inks[at] = ink if ink >= _SEEN else 0
    inks = [
        ink if max(glyph.bottom - glyph.top, glyph.x1 - glyph.x0) > _TINY else 0
        for glyph, ink in zip(glyphs, inks, strict=True)
    ]
    visible = [at for at, ink in enumerate(inks) if ink]
    overlapping = [visible[at] for at in _overlapping(view.sight, [glyphs[at] for at in visible])]
    for at, own in zip(overlapping, view.alone([(glyphs[at], windows[at]) for at in overlapping]), strict=True):
        if own is not None:
            inks[at] = own if own >= _SEEN else 0
    return inks, bool(overlapping)


def _greatest(pixels: np.ndarray, windows: Sequence[_Window]) -> list[int]:
    """The greatest of the pixels in each window; windows of about one size are taken together."""
    found = [0] * len(windows)
    sizes: dict[tuple[int, int], list[int]] = {}
    for at, (left, top, right, bottom) in enumerate(windows):
        sizes.setdefault((-(-(bottom - top) // _BUCKET), -(-(right - left) // _BUCKET)), []).append(at)
    for (high, wide), members in sizes.items():
        left, top, right, bottom = np.array([windows[at] for at in members]).T[:, :, None]
        rows = np.minimum(top + np.arange(high * _BUCKET), bottom - 1)
        columns = np.minimum(left + np.arange(wide * _BUCKET), right - 1)
        most = pixels[rows[:, :, None], columns[:, None, :]].max(axis=(1, 2))
        for at, value in zip(members, most.tolist(), strict=True):
            found[at] = value
    return found


def _overlapping(sight: Sight, glyphs: Sequence[Glyph]) -> list[int]:
    """The numbers of the characters of figures that may have another's ink in their middle.

    A character that is printed twice for boldness is one.
    """
    figures = [at for at, glyph in enumerate(glyphs) if glyph.text in _FIGURES]
    middles = _windows(sight, [glyphs[at] for at in figures], _MIDDLE)
    if max(_greatest(_claims(sight, glyphs), middles), default=0) < 2:
        return []
    claims = _greatest(_claims(sight, _once(glyphs)), middles)
    return [at for at, claimed in zip(figures, claims, strict=True) if claimed > 1]


def _claims(sight: Sight, glyphs: Sequence[Glyph]) -> np.ndarray:
    """How many characters may have ink in each pixel."""
    claims = np.zeros(sight.bare.shape, np.uint8)
    for left, top, right, bottom in _windows(sight, glyphs, _REACH):
        claims[top:bottom, left:right] += 1
    return claims


def _once(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Characters without those that are printed a second time."""
    places: set[tuple[str, float, int, int]] = set()
    once = []
    for glyph in glyphs:
        height, x, y = round(glyph.bottom - glyph.top, 1), round(glyph.x0), round(glyph.top)
        if not any((glyph.text, height, x + dx, y + dy) in places for dx in (0, 1, -1) for dy in (0, 1, -1)):
            places.add((glyph.text, height, x, y))
            once.append(glyph)
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


def _pale(found: Sequence[tuple[Glyph, int]], cells: Sequence[Rectangle]) -> set[int]:
    """The numbers of the characters of watermarks: pale figures, and pale words beside a figure in its cell."""
    if not found:
        return set()
    least = _PALE * median(ink for _, ink in found)
    faint = [at for at, (glyph, ink) in enumerate(found) if ink < least and glyph.text.isalnum()]
    if not faint:
        return set()
    glyphs = [glyph for glyph, _ in found]
    numbers = {id(glyphs[at]): at for at in faint}
    pale: set[int] = set()
    for word in words_of([glyphs[at] for at in faint]):
        if _FIGURE.fullmatch(word.text):
            pale.update(numbers[id(glyph)] for glyph in word.glyphs)
    for cell in cells:
        held = _held(glyphs, cell)
        dark = {glyphs[at].text for at in held if at not in numbers.values()}
        if dark and dark <= _FIGURES:
            pale.update(set(held) & set(faint))
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


def _space(sight: Sight, cell: Rectangle) -> _Space:
    window = sight.window(Rectangle(cell.x0 + _RIM, cell.top + _RIM, cell.x1 - _RIM, cell.bottom - _RIM))
    pixels = sight.bare[window]
    return _Space(cell, window, int(pixels.max()), int(pixels.min()))


def _struck(sight: Sight, glyphs: Sequence[Glyph], spaces: Sequence[_Space]) -> Iterator[Glyph]:
    """The digits through which a line runs."""
    plain = np.zeros(sight.bare.shape, np.uint32)
    for number, space in enumerate(spaces, start=1):
        if space.contrast <= _DRAWN:
            plain[space.window] = number
    digits = [glyph for glyph in glyphs if glyph.text.isdigit()]
    windows = np.array(_windows(sight, digits, _THROUGH), int).reshape(-1, 4)
    left, top, right, bottom = windows.T
    corners = [plain[y, x] for y in (top, bottom - 1) for x in (left, right - 1)]
    doubtful = (corners[0] == 0) | np.any([corner != corners[0] for corner in corners], axis=0)
    for at in np.flatnonzero(doubtful):
        x0, y0, x1, y1 = windows[at]
        window = sight.bare[y0:y1, x0:x1]
        ink = np.abs(window.astype(np.int16) - ground_of(window)) > _DRAWN
        if ink.any(axis=0).mean() > _STRUCK:
            yield digits[at]


def _drawn_on(sight: Sight, page: PrintedPage, spaces: Sequence[_Space], glyphs: Sequence[Glyph]) -> Iterator[Cover]:
    """The cells that show more than characters and their rules."""
    text = sight.text > _DRAWN
    for left, top, right, bottom in _windows(sight, glyphs, _WHOLE, _SLACK):
        text[top:bottom, left:right] = False
    all_explained = not text.any()
    shapes = [*page.pictures, *(cover.box for cover in page.covers if cover.why is Why.SHOWS_PICTURE)]
    under = None
    for space in spaces:
        drawn = not all_explained and _is_figure(text[space.window], sight.scale)
        if space.contrast > _DRAWN_ALONE:
            if under is None:
                under = _beneath(sight, glyphs)
            drawn = drawn or _is_drawn_on(sight.bare[space.window], under[space.window], sight.scale)
        elif space.darkest < _DARK:
            # A bar of ink over all of a cell, and no character upon it.
            drawn = drawn or not _held(glyphs, space.cell)
        if drawn:
            shows = any(_overlap(box, space.cell) for box in shapes)
            yield Cover(space.cell, Why.SHOWS_PICTURE if shows else Why.DRAWN)


def _overlap(one: Rectangle, other: Rectangle) -> bool:
    return one.x0 < other.x1 and other.x0 < one.x1 and one.top < other.bottom and other.top < one.bottom


def _beneath(sight: Sight, glyphs: Sequence[Glyph]) -> np.ndarray:
    """Where lines under words are drawn."""
    under = np.zeros(sight.bare.shape, bool)
    lines = [
        glyph._replace(top=glyph.baseline, bottom=glyph.bottom + _UNDER)
        for glyph in glyphs
        if glyph.baseline is not None
    ]
    for left, top, right, bottom in _windows(sight, lines, (-1.0, 0.0, 2.0, 1.0), _SLACK):
        under[top:bottom, left:right] = True
    return under


def _is_drawn_on(window: np.ndarray, under: np.ndarray, scale: float) -> bool:
    """Whether a cell shows a drawing that may be a figure: strong ink, or paler ink that does not reach beyond it."""
    contrast = np.abs(window.astype(np.int16) - ground_of(window))
    inside = _inside_rules(contrast > _DRAWN_ALONE, round(_WIDE_RIM * scale))
    inner = np.where(under, 0, contrast)[inside]
    pale = inner > _DRAWN_ALONE
    beyond = pale[0].any() or pale[-1].any() or pale[:, 0].any() or pale[:, -1].any()
    return _is_figure(inner > _DRAWN, scale) or (not beyond and _is_figure(pale, scale))


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
