"""A PDF as a document: its text, and by OCR what it has only as a picture."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import islice
from typing import TypeVar

from pypdfium2 import PdfiumError

from parsers.document.model import Document, TooLarge
from parsers.document.reasons import Why
from parsers.formats.paged import pdfium
from parsers.formats.paged.bomb_guard import refuse_bombs
from parsers.formats.paged.look import seen
from parsers.formats.paged.page import MOST_PAGES, UNKNOWN, Cover, Glyph, PrintedPage, Rectangle, refuse_long
from parsers.formats.paged.pages import LaidOut, joined, laid_out
from parsers.formats.paged.scans import scan
from parsers.formats.paged.sight import Viewer

_MAX_SCANS = 60
# The share of characters without a name from which on a page's text is taken for none.
_NAMELESS = 0.3
_PRIVATE_USE = range(0xE000, 0xF900)

_Placed = TypeVar("_Placed", Glyph, Rectangle)

PdfReader = Callable[[bytes], Iterator[PrintedPage]]


def read_pdf(data: bytes, reader: PdfReader, *, pictures: bool = False) -> Document:
    """Read a PDF by one of the two readers; pages without text are read by OCR.

    ``pictures``: OCR also reads the pictures on pages that do have text. Raises :class:`Unreadable` for a
    file that is damaged, locked or too long, and for a scan where the extra ``ocr`` is missing.
    """
    refuse_bombs(data)
    held: list[LaidOut | PrintedPage] = []
    stated = False
    for page in islice(_looked_at(data, reader(data)), MOST_PAGES + 1):
        stated = stated or bool(page.glyphs)
        layered = any(glyph.confidence is not None for glyph in page.glyphs) and scan.is_installed()
        held_page = _without_layer(page) if layered else page
        unread = page.pictures and (pictures or layered)
        held.append(held_page if is_scan(held_page) or unread else laid_out(held_page))
    refuse_long(len(held))
    scans = sum(isinstance(page, PrintedPage) and is_scan(page) for page in held)
    if scans > _MAX_SCANS:
        raise TooLarge(f"too long a scan: {scans} pages, and no report has more than {_MAX_SCANS}")
    see = scan.is_installed() or not stated
    return joined([
        page if isinstance(page, LaidOut) else laid_out(_seen(data, page) if see else page) for page in held
    ])  # fmt: skip


def _looked_at(data: bytes, pages: Iterator[PrintedPage]) -> Iterator[PrintedPage]:
    """The pages as they are seen; the text of those that cannot be drawn is as doubtful as that of a scan."""
    with Viewer(data) as viewer:
        for page in pages:
            try:
                yield page if is_scan(page) else seen(viewer, page)
            except PdfiumError:
                yield _doubted(page)


def _doubted(page: PrintedPage) -> PrintedPage:
    return replace(page, glyphs=tuple(glyph._replace(confidence=0.0) for glyph in page.glyphs))


def _without_layer(page: PrintedPage) -> PrintedPage:
    return replace(page, glyphs=tuple(glyph for glyph in page.glyphs if glyph.confidence is None))


def is_scan(page: PrintedPage) -> bool:
    """Whether a page shows something, but has no text."""
    times = Counter(glyph.text for glyph in page.glyphs)
    nameless = sum(count for text, count in times.items() if text == UNKNOWN or ord(text[0]) in _PRIVATE_USE)
    if nameless > _NAMELESS * len(page.glyphs):
        return True
    return not page.glyphs and bool(page.pictures or page.rules)


def _seen(data: bytes, page: PrintedPage) -> PrintedPage:
    """A scan as OCR reads it, or any other page with what OCR reads in its pictures."""
    whole = is_scan(page)
    unread = [box for box in page.pictures if not any(_holds(box, glyph) for glyph in page.glyphs)]
    if not whole and not unread:
        return page
    pixels = pdfium.picture_of(data, page.number, scan.DPI, colour=True)
    if whole:
        return scan.read_scan(pixels, page.number, scan.DPI)
    scale = scan.DPI / 72
    for box in unread:
        top, bottom, left, right = (round(side * scale) for side in (box.top, box.bottom, box.x0, box.x1))
        shown = scan.read_scan(pixels[max(top, 0) : bottom, max(left, 0) : right], page.number, scan.DPI)
        glyphs = (*page.glyphs, *(_moved(glyph, box) for glyph in shown.glyphs))
        rules = (*page.rules, *(_moved(rule, box) for rule in shown.rules))
        covers = (*page.covers, *(Cover(_moved(cover.box, box), cover.why) for cover in shown.covers))
        page = replace(page, glyphs=glyphs, rules=rules, covers=covers)
    pictures = tuple(box for box in page.pictures if box not in unread)
    covers = tuple(cover for cover in page.covers if cover.why is not Why.SHOWS_PICTURE)
    return replace(page, pictures=pictures, covers=covers)


def _holds(box: Rectangle, glyph: Glyph) -> bool:
    return box.x0 < glyph.x0 and glyph.x1 < box.x1 and box.top < glyph.top and glyph.bottom < box.bottom


def _moved(item: _Placed, box: Rectangle) -> _Placed:
    """Something found in a picture, in its place on the page."""
    x, y = max(box.x0, 0.0), max(box.top, 0.0)
    return item._replace(x0=item.x0 + x, top=item.top + y, x1=item.x1 + x, bottom=item.bottom + y)
