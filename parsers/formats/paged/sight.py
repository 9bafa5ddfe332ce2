"""PDFium draws a page as a person sees it, and once more without its text: what differs is the ink of the text."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from ctypes import addressof
from dataclasses import dataclass
from itertools import islice
from math import sqrt
from types import TracebackType
from typing import Any, Self

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import raw

from parsers.formats.paged.page import Glyph, PrintedPage
from parsers.formats.paged.pdfium import MAX_DEPTH, placed_characters

# Pixels to a point (144 dpi): a stroke of a quarter of a point, as thin as type has them, is half a pixel. Of a page
# that is larger than A1 there are fewer.
SCALE = 2.0
_MOST_PIXELS = 16_000_000
# The parts of its size by which the middle of a character and its width may differ from one reader to the other.
_SAME, _ALIKE = 1 / 3, 1 / 5
# The most texts of a page that are drawn one by one; each takes a millisecond.
MOST_ALONE = 400

# Left, top, right, bottom, in pixels.
Window = tuple[int, int, int, int]
_Objects = Sequence[Any]


@dataclass(frozen=True, slots=True)
class Sight:
    """A page as it is seen, turned as its :class:`PrintedPage` is: rows of grey bytes, ``scale`` of them to a point.

    ``bare`` is the page without its text, and ``text`` how much its text changes each pixel of it.
    """

    scale: float
    shown: np.ndarray
    bare: np.ndarray
    text: np.ndarray


class Viewer:
    """A PDF that is looked at page by page; a context. PDFium's own pages are looked at as they are, others opened."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: pdfium.PdfDocument | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._document:
            self._document.close()

    @contextmanager
    def view(self, page: PrintedPage) -> Iterator["View"]:
        """A page, to be used within the context; raises PDFium's error for one that it cannot open."""
        if page.source:
            yield View(page.source, page.quarters)
            return
        if not self._document:
            self._document = pdfium.PdfDocument(self._data)
            self._document.init_forms()
        opened = self._document[page.number - 1]
        try:
            yield View(opened, page.quarters)
        finally:
            opened.close()


class View:
    """A page that is looked at."""

    def __init__(self, page: pdfium.PdfPage, quarters: int) -> None:
        self._page = page
        self._quarters = quarters
        self._rotation = (90 * quarters - page.get_rotation()) % 360
        width, height = page.get_size()
        self._scale = min(SCALE, sqrt(_MOST_PIXELS / (width * height)))
        _hide_closed_notes(page)
        self._texts = list(_texts(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, MAX_DEPTH))
        shown, bare = self._drawn(), self._drawn(self._texts)
        self.sight = Sight(self._scale, shown, bare, _change(shown, bare))

    def in_colour(self) -> np.ndarray:
        """How much the text changes any colour of each pixel: red on a green of the same grey is seen too."""
        return _change(self._drawn(grey=False), self._drawn(self._texts, grey=False)).max(axis=2)

    def alone(self, spots: Sequence[tuple[Glyph, Window]]) -> list[int | None]:
        """How much each of some characters changes its pixels by itself, whatever stands above or below it.

        None for one that was not found, or that was one too many. One printed twice for boldness is one.
        """
        found: list[int | None] = [None] * len(spots)
        for drawn, members in islice(self._drawings(spots), MOST_ALONE):
            left, top = (min(spots[at][1][side] for at in members) for side in (0, 1))
            right, bottom = (max(spots[at][1][side] for at in members) for side in (2, 3))
            shown = self.sight.shown[top:bottom, left:right]
            rest = self._drawn(drawn, (left, top, left + shown.shape[1], top + shown.shape[0]))
            change = _change(shown, rest)
            for at in members:
                x0, y0, x1, y1 = spots[at][1]
                window = slice(y0 - top, y1 - top), slice(x0 - left, x1 - left)
                # Pale ink over black changes much; on the paper it shows how pale it is.
                paper = change[window][rest[window] == ground_of(rest)]
                found[at] = int((paper if paper.any() else change[window]).max(initial=0))
        return found

    def _drawings(self, spots: Sequence[tuple[Glyph, Window]]) -> Iterable[tuple[_Objects, list[int]]]:
        """What draws some characters, and the numbers of those that it draws."""
        places: dict[str, list[tuple[Glyph, Any]]] = {}
        for glyph, drawn in placed_characters(self._page, self._quarters) if spots else ():
            places.setdefault(glyph.text, []).append((glyph, drawn))
        drawings: dict[tuple[int, ...], tuple[_Objects, list[int]]] = {}
        for at, (glyph, _) in enumerate(spots):
            held = {addressof(d.contents): d for other, d in places.get(glyph.text, ()) if _is_same(glyph, other)}
            if held:
                drawings.setdefault(tuple(sorted(held)), (list(held.values()), []))[1].append(at)
        return drawings.values()

    def _drawn(self, without: _Objects = (), part: Window | None = None, *, grey: bool = True) -> np.ndarray:
        """Rows of bytes, of the whole page or a part of it, without some objects."""
        crop = (0.0, 0.0, 0.0, 0.0)
        if part:
            height, width = self.sight.bare.shape
            left, top, right, bottom = part
            # Sides are rounded up to whole pixels.
            sides = (left, height - bottom, width - right, top)
            points = [(side - 0.5) / self._scale if side else 0.0 for side in sides]
            crop = (points[0], points[1], points[2], points[3])
        for drawn in without:
            raw.FPDFPageObj_SetIsActive(drawn, False)
        try:
            bitmap = self._page.render(self._scale, self._rotation, crop, grayscale=grey)
        finally:
            for drawn in without:
                raw.FPDFPageObj_SetIsActive(drawn, True)
        rows: np.ndarray = bitmap.to_numpy()
        return rows.reshape(rows.shape[:2]) if grey else rows


def _hide_closed_notes(page: pdfium.PdfPage) -> None:
    """Leave out the icons of notes: no print shows them."""
    for index in range(raw.FPDFPage_GetAnnotCount(page)):
        note = raw.FPDFPage_GetAnnot(page, index)
        if raw.FPDFAnnot_GetSubtype(note) in (raw.FPDF_ANNOT_TEXT, raw.FPDF_ANNOT_POPUP):
            raw.FPDFAnnot_SetFlags(note, raw.FPDFAnnot_GetFlags(note) | raw.FPDF_ANNOT_FLAG_HIDDEN)
        raw.FPDFPage_CloseAnnot(note)


def _is_same(one: Glyph, other: Glyph) -> bool:
    """Whether two readers mean the same character, though they do not have the same heights; or it is printed twice."""
    width, height = other.x1 - other.x0, other.bottom - other.top
    across, down = one.x0 + one.x1 - other.x0 - other.x1, one.top + one.bottom - other.top - other.bottom
    alike = abs(one.x1 - one.x0 - width) < _ALIKE * width
    return alike and abs(across) < _SAME * 2 * width and abs(down) < _SAME * 2 * height


def ground_of(pixels: np.ndarray) -> int:
    """The commonest grey: that of the paper, or of a cell's shade."""
    return int(np.bincount(pixels.ravel()).argmax())


def _change(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    change: np.ndarray = np.maximum(one, other) - np.minimum(one, other)
    return change


def _texts(
    holder: object, count: Callable[[object], int], get: Callable[[object, int], object], depth: int
) -> Iterator[object]:
    """The text objects of a page, those of its form objects too."""
    for index in range(count(holder)):
        drawn = get(holder, index)
        kind = raw.FPDFPageObj_GetType(drawn)
        if kind == raw.FPDF_PAGEOBJ_TEXT:
            yield drawn
        elif kind == raw.FPDF_PAGEOBJ_FORM and depth:
            yield from _texts(drawn, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, depth - 1)
