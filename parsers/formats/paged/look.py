"""Reading checked against the look: the characters of a page that have ink, and the ink that is no character.

The picture of the page judges (``sight.py``), whatever the file says of its text and whichever reader took it. Text
that no one can see (white, clipped, behind a picture, in a layer that is off) is left out. What a cell shows besides
its characters (a drawing, a note, a line through the figure) becomes a cover, which makes the cell uncertain.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from statistics import median

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
        with viewer.view(page.number, page.quarters) as view:
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
    inks = _inks(view, page.glyphs)
    hints = _hints(page, inks)
    found = [(glyph, ink) for glyph, ink in zip(page.glyphs, inks, strict=True) if ink]
    pale = _pale(found, cells)
    glyphs = [glyph for at, (glyph, _) in enumerate(found) if at not in pale]
    marks = [
        Cover(word.box, Why.SHOWS_FAINT)
        for word in words_of([found[at][0] for at in pale])
        if _FIGURE.fullmatch(word.text)
    ]
    struck = [Cover(_box(glyph), Why.STRUCK) for glyph in _struck(sight, glyphs)]
    crowded = [Cover(_box(glyphs[at]), Why.DRAWN) for at in _overlapping(sight, glyphs)]
    drawn = _drawn_on(sight, page, cells, [glyph for glyph, _ in found])
    notes = [cover for cover in page.covers if cover.why is not Why.SHOWS_PICTURE]
    covers = (*notes, *struck, *crowded, *drawn, *marks)
    return replace(page, glyphs=(*glyphs, *hints), covers=covers, looked_at=True)


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
    starts = [np.clip(np.rint(side * sight.scale), 0, most - 1) for side, most in ((left, width), (upper, height))]
    ends = [np.rint(side * sight.scale) for side in (right, lower)]
    ends = [np.maximum(end, start + 1) for start, end in zip(starts, ends, strict=True)]
    windows: list[_Window] = list(zip(*(side.astype(int).tolist() for side in (*starts, *ends)), strict=True))
    return windows


def _inks(view: View, glyphs: Sequence[Glyph]) -> list[int]:
    """How strong the ink of each character is; 0 where none is seen."""
    windows = _windows(view.sight, glyphs, _MIDDLE)
    inks = _strengths(view.sight.text, windows)
    unseen = [at for at, ink in enumerate(inks) if ink < _SEEN]
    if unseen:
        for at, ink in zip(unseen, _strengths(view.in_colour(), [windows[at] for at in unseen]), strict=True):
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
    return inks


def _strengths(ink: np.ndarray, windows: Sequence[_Window]) -> list[int]:
    return [int(ink[top:bottom, left:right].max()) for left, top, right, bottom in windows]


def _overlapping(sight: Sight, glyphs: Sequence[Glyph]) -> list[int]:
    """The numbers of the characters of figures that may have another's ink in their middle.

    A character that is printed twice for boldness is one.
    """
    claims = np.zeros(sight.bare.shape, np.uint8)
    places: set[tuple[str, float, int, int]] = set()
    once: list[int] = []
    for at, glyph in enumerate(glyphs):
        height, x, y = round(glyph.bottom - glyph.top, 1), round(glyph.x0), round(glyph.top)
        if not any((glyph.text, height, x + dx, y + dy) in places for dx in (0, 1, -1) for dy in (0, 1, -1)):
            places.add((glyph.text, height, x, y))
            once.append(at)
    for left, top, right, bottom in _windows(sight, [glyphs[at] for at in once], _REACH):
        claims[top:bottom, left:right] += 1
    figures = [at for at, glyph in enumerate(glyphs) if glyph.text in _FIGURES]
    middles = _windows(sight, [glyphs[at] for at in figures], _MIDDLE)
    return [at for at, claimed in zip(figures, _strengths(claims, middles), strict=True) if claimed > 1]


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
    faint = [at for at, (_, ink) in enumerate(found) if ink < least]
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


def _struck(sight: Sight, glyphs: Sequence[Glyph]) -> Iterator[Glyph]:
    """The digits through which a line runs."""
    digits = [glyph for glyph in glyphs if glyph.text.isdigit()]
    for glyph, (left, top, right, bottom) in zip(digits, _windows(sight, digits, _THROUGH), strict=True):
        window = sight.bare[top:bottom, left:right]
        if int(window.max()) - int(window.min()) > _DRAWN:
            ink = np.abs(window.astype(np.int16) - ground_of(window)) > _DRAWN
            if ink.any(axis=0).mean() > _STRUCK:
                yield glyph


def _drawn_on(sight: Sight, page: PrintedPage, cells: Sequence[Rectangle], glyphs: Sequence[Glyph]) -> Iterator[Cover]:
    """The cells that show more than characters and their rules."""
    text = sight.text.copy()
    for left, top, right, bottom in _windows(sight, glyphs, _WHOLE, _SLACK):
        text[top:bottom, left:right] = 0
    shapes = [*page.pictures, *(cover.box for cover in page.covers if cover.why is Why.SHOWS_PICTURE)]
    under = None
    for cell in cells:
        down, across = sight.window(_inset(cell))
        window = sight.bare[down, across]
        lightest, darkest = int(window.max()), int(window.min())
        drawn = _is_figure(text[down, across] > _DRAWN, sight.scale)
        if not drawn and lightest - darkest > _DRAWN_ALONE:
            if under is None:
                under = _beneath(sight, glyphs)
            drawn = _is_drawn_on(window, under[down, across], sight.scale)
        elif darkest < _DARK:
            # A bar of ink over all of a cell, and no character upon it.
            drawn = not _held(glyphs, cell)
        if drawn:
            shows = any(_overlap(box, cell) for box in shapes)
            yield Cover(cell, Why.SHOWS_PICTURE if shows else Why.DRAWN)


def _inset(cell: Rectangle) -> Rectangle:
    return Rectangle(cell.x0 + _RIM, cell.top + _RIM, cell.x1 - _RIM, cell.bottom - _RIM)


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
