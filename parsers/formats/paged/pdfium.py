"""Pages of a PDF by pypdfium2: quick; it obeys ActualText and knows every kind of font that PDFium knows."""

import ctypes
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from math import pi
from typing import TYPE_CHECKING, Any

import pypdfium2 as pdfium
from pypdfium2 import raw

from parsers.document.model import TooLarge, Unreadable
from parsers.document.reasons import Why
from parsers.formats.paged.page import (
    UNKNOWN,
    Cover,
    Glyph,
    Ink,
    Point,
    PrintedPage,
    Rectangle,
    Turn,
    is_thin,
    refuse_long,
    rules_of_path,
)

if TYPE_CHECKING:
    import numpy as np

# Every so manieth character is asked which way it is turned.
_SAMPLE = 16
# Forms drawn in forms; a damaged file has one draw itself.
MAX_DEPTH = 8
# The share of a page that a picture must cover to show more than a seal's corner or an icon.
_LEAST_PICTURE = 0.02
# A picture whose sides are no longer than this (points) is a dot.
_DOT = 3.0
# Annotations that show something of their own; links, marks of text and notes that are closed do not.
_SHOWN_ANNOTATIONS = {
    raw.FPDF_ANNOT_FREETEXT: Why.SHOWS_BOX,
    raw.FPDF_ANNOT_STAMP: Why.SHOWS_BOX,
    raw.FPDF_ANNOT_INK: Why.SHOWS_BOX,
    raw.FPDF_ANNOT_SQUARE: Why.SHOWS_BOX,
    raw.FPDF_ANNOT_CIRCLE: Why.SHOWS_BOX,
    raw.FPDF_ANNOT_REDACT: Why.SHOWS_BOX,
    raw.FPDF_ANNOT_STRIKEOUT: Why.SHOWS_BOX,
    raw.FPDF_ANNOT_WIDGET: Why.SHOWS_FIELD,
}
_UNSEEN = raw.FPDF_ANNOT_FLAG_HIDDEN | raw.FPDF_ANNOT_FLAG_NOVIEW
_SPACE = 0x20
_FIGURES = range(0x30, 0x3A)
# An A3 page at 600 dpi has 70 million pixels.
_MOST_PIXELS = 100_000_000
_HIGH_SURROGATES = range(0xD800, 0xDC00)
_LOW_SURROGATES = range(0xDC00, 0xE000)
_REWRITTEN = 0xFFFE
_NOT_CHARACTERS = frozenset({0, 0xFFFE, 0xFFFF})


def read_pages(data: bytes) -> Iterator[PrintedPage]:
    """The pages of a PDF, one at a time; raises :class:`Unreadable` if it is damaged, encrypted or too full."""
    ink = Ink()
    try:
        with pdfium.PdfDocument(data) as document:
            refuse_long(len(document))
            # Fields of forms are drawn of pages that were opened after this.
            document.init_forms()
            for index in range(len(document)):
                page = document[index]
                yield _page(page, index + 1, ink)
                page.close()
    except pdfium.PdfiumError as error:
        raise Unreadable(pdf_fault(str(error))) from error


def picture_of(data: bytes, number: int, dpi: float, *, upright: bool = False, colour: bool = False) -> "np.ndarray":
    """Page ``number``, from 1, as it is looked at: rows of grey bytes, or of RGB; raises :class:`TooLarge`.

    ``upright``: turned as :func:`read_pages` has it, its text upright whatever /Rotate says.
    """
    scale = dpi / 72
    with pdfium.PdfDocument(data) as document:
        page = document[number - 1]
        width, height = page.get_size()
        if width * height * scale**2 > _MOST_PIXELS:
            raise TooLarge(f"too large: page {number} is {width:,.0f} × {height:,.0f} points, and no report's is")
        turn = (90 * _quarters_of(page) - page.get_rotation()) % 360 if upright else 0
        bitmap = page.render(scale=scale, grayscale=not colour, rev_byteorder=colour, rotation=turn)
        pixels: np.ndarray = bitmap.to_numpy().copy()
    return pixels if colour else pixels.reshape(pixels.shape[:2])


def _quarters_of(page: pdfium.PdfPage) -> int:
    text = raw.FPDFText_LoadPage(page)
    units = _units(text)
    quarters = _quarter_turns(text, [at for at in range(0, len(units), _SAMPLE) if units[at] > _SPACE])
    raw.FPDFText_ClosePage(text)
    return quarters


def pdf_fault(message: str) -> str:
    """A reader's message about a PDF that it cannot open, as one line for the user."""
    locked = "password" in message.lower()
    return "the PDF is encrypted and asks for a password" if locked else f"damaged PDF: {message}"


def _page(page: pdfium.PdfPage, number: int, ink: Ink) -> PrintedPage:
    text = raw.FPDFText_LoadPage(page)
    ink.characters.spend(raw.FPDFText_CountChars(text))
    units = _units(text)
    sample = [at for at in range(0, len(units), _SAMPLE) if units[at] > _SPACE]
    quarters = _quarter_turns(text, sample)
    turn = Turn(page.get_bbox(), quarters)
    glyphs = tuple(glyph for _, glyph in _glyphs(text, units, turn))
    raw.FPDFText_ClosePage(text)
    drawn = _Drawing(turn, ink)
    drawn.add(page, raw.FPDFPage_CountObjects, raw.FPDFPage_GetObject, None, MAX_DEPTH)
    covers = (*drawn.covers, *_annotations(page, turn, ink))
    return PrintedPage(
        number,
        turn.width,
        turn.height,
        glyphs,
        tuple(drawn.rules),
        tuple(drawn.pictures),
        covers,
        quarters,
        source=page,
    )


def placed_characters(page: pdfium.PdfPage, quarters: int) -> Iterator[tuple[Glyph, Any]]:
    """The characters of a page that is turned so, as :func:`read_pages` has them, each with what draws it."""
    text = raw.FPDFText_LoadPage(page)
    turn = Turn(page.get_bbox(), quarters)
    for index, glyph in _glyphs(text, _units(text), turn):
        drawn = raw.FPDFText_GetTextObject(text, index)
        if drawn:
            yield glyph, drawn
    raw.FPDFText_ClosePage(text)


def _annotations(page: pdfium.PdfPage, turn: Turn, ink: Ink) -> Iterator[Cover]:
    """The annotations of a page that are shown and may show a text or a drawing, form fields among them."""
    count = raw.FPDFPage_GetAnnotCount(page)
    ink.objects.spend(count)
    rect = raw.FS_RECTF()
    for index in range(count):
        annotation = raw.FPDFPage_GetAnnot(page, index)
        kind, flags = raw.FPDFAnnot_GetSubtype(annotation), raw.FPDFAnnot_GetFlags(annotation)
        shown = kind in _SHOWN_ANNOTATIONS and not flags & _UNSEEN
        if shown and raw.FPDFAnnot_GetRect(annotation, rect):
            x0, x1 = sorted((rect.left, rect.right))
            y0, y1 = sorted((rect.bottom, rect.top))
            yield Cover(Rectangle(*turn.box(x0, y0, x1, y1)), _SHOWN_ANNOTATIONS[kind])
        raw.FPDFPage_CloseAnnot(annotation)


def _units(text: object) -> Sequence[int]:
    """The UTF-16 unit of each character, in one call unless PDFium leaves some out of its text, or writes them anew.

    It leaves out those without a name, and has U+FFFE for a hyphen at the end of a line.
    """
    count = raw.FPDFText_CountChars(text)
    buffer = (ctypes.c_ushort * (count + 1))()
    written = raw.FPDFText_GetText(text, 0, count, buffer)
    units: Sequence[int] = buffer[:count]
    if written == count + 1 and _REWRITTEN not in units:
        return units
    return [raw.FPDFText_GetUnicode(text, at) for at in range(count)]


def _quarter_turns(text: object, sample: Sequence[int]) -> int:
    """By how many quarters, counter-clockwise, most of the text is turned; PDFium's angles go clockwise."""
    angles = (raw.FPDFText_GetCharAngle(text, at) for at in sample)
    turns = Counter(-round(angle / (pi / 2)) % 4 for angle in angles if angle >= 0)
    return turns.most_common(1)[0][0] if turns else 0


def _glyphs(text: object, units: Sequence[int], turn: Turn) -> Iterator[tuple[int, Glyph]]:
    rect, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    high = 0
    baselines: dict[tuple[float, float], float] = {}
    for index, unit in enumerate(units):
        # What PDFium adds of its own accord are spaces and line ends, which the places tell as well.
        if unit == _SPACE or (0 < unit < _SPACE and raw.FPDFText_IsGenerated(text, index) == 1):
            continue
        if unit in _HIGH_SURROGATES:
            high = unit
            continue
        raw.FPDFText_GetLooseCharBox(text, index, rect)
        x0, top, x1, bottom = turn.box(rect.left, rect.bottom, rect.right, rect.top)
        # The box is as high and as deep as the font, whatever the character: boxes that agree in that share a baseline.
        baseline = baselines.get((top, bottom))
        if baseline is None:
            raw.FPDFText_GetCharOrigin(text, index, x, y)
            baseline = baselines[top, bottom] = turn.box(x.value, y.value, x.value, y.value)[1]
        # A figure without a name in its font has the code by which it is called, whatever it looks like.
        named = unit not in _FIGURES or not raw.FPDFText_HasUnicodeMapError(text, index)
        yield index, Glyph(_character(unit, high) if named else UNKNOWN, x0, top, x1, bottom, None, baseline)
        high = 0


def _character(unit: int, high: int) -> str:
    """The character of a UTF-16 unit; one that the font does not name is not left out, or its cell would be blank."""
    if unit in _LOW_SURROGATES:
        return (
            chr(0x10000 + ((high - _HIGH_SURROGATES.start) << 10) + unit - _LOW_SURROGATES.start) if high else UNKNOWN
        )
    return UNKNOWN if unit in _NOT_CHARACTERS or unit < _SPACE else chr(unit)


class _Drawing:
    """What is drawn on a page beside text: ruled lines and pictures, those of form objects too."""

    def __init__(self, turn: Turn, ink: Ink) -> None:
        self.rules: list[Rectangle] = []
        self.pictures: list[Rectangle] = []
        self.covers: list[Cover] = []
        self._turn = turn
        self._ink = ink
        self._least = _LEAST_PICTURE * turn.width * turn.height
        self._box = [ctypes.c_float() for _ in range(4)]

    def add(
        self,
        holder: object,
        count: Callable[[object], int],
        get: Callable[[object, int], object],
        matrix: pdfium.PdfMatrix | None,
        depth: int,
    ) -> None:
        """Add the objects of a page, or of a form object that ``matrix`` puts in its place."""
        objects = count(holder)
        self._ink.objects.spend(objects)
        for index in range(objects):
            drawn = get(holder, index)
            kind = raw.FPDFPageObj_GetType(drawn)
            if kind == raw.FPDF_PAGEOBJ_FORM and depth:
                inner = _matrix_of(drawn, matrix)
                self.add(drawn, raw.FPDFFormObj_CountObjects, raw.FPDFFormObj_GetObject, inner, depth - 1)
            elif kind in (raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_IMAGE):
                self._add_shape(drawn, kind, matrix)

    def _add_shape(self, drawn: object, kind: int, matrix: pdfium.PdfMatrix | None) -> None:
        raw.FPDFPageObj_GetBounds(drawn, *self._box)
        left, bottom, right, top = self._box
        place = (left.value, bottom.value, right.value, top.value)
        box = Rectangle(*self._turn.box(*(matrix.on_rect(*place) if matrix else place)))
        if is_thin(box):
            self.rules.append(box)
        elif kind == raw.FPDF_PAGEOBJ_PATH:
            self._ink.points.spend(raw.FPDFPath_CountSegments(drawn))
            subpaths, stroked = _path(drawn, _matrix_of(drawn, matrix))
            for rule in rules_of_path(subpaths, stroked=stroked):
                self.rules.append(Rectangle(*self._turn.box(rule.x0, rule.top, rule.x1, rule.bottom)))
        elif (box.x1 - box.x0) * (box.bottom - box.top) > self._least:
            self.pictures.append(box)
        elif min(box.x1 - box.x0, box.bottom - box.top) > _DOT:
            self.covers.append(Cover(box, Why.SHOWS_PICTURE))


def _matrix_of(drawn: object, outer: pdfium.PdfMatrix | None) -> pdfium.PdfMatrix:
    """The matrix of an object, and of what holds it."""
    matrix = raw.FS_MATRIX()
    raw.FPDFPageObj_GetMatrix(drawn, matrix)
    own = pdfium.PdfMatrix.from_raw(matrix)
    return own.multiply(outer) if outer else own


def _path(drawn: object, matrix: pdfium.PdfMatrix) -> tuple[list[list[Point]], bool]:
    """A path's subpaths, curves as their end points, and whether it is stroked."""
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    raw.FPDFPath_GetDrawMode(drawn, fill, stroke)
    subpaths: list[list[Point]] = []
    if not (fill.value or stroke.value):
        return subpaths, False
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(raw.FPDFPath_CountSegments(drawn)):
        segment = raw.FPDFPath_GetPathSegment(drawn, index)
        raw.FPDFPathSegment_GetPoint(segment, x, y)
        if raw.FPDFPathSegment_GetType(segment) == raw.FPDF_SEGMENT_MOVETO or not subpaths:
            subpaths.append([])
        subpaths[-1].append(matrix.on_point(x.value, y.value))
        if raw.FPDFPathSegment_GetClose(segment):
            subpaths[-1].append(subpaths[-1][0])
    return subpaths, bool(stroke.value)
