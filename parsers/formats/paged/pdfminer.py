"""Pages of a PDF by pdfminer.six: slower than PDFium, and independent of it.

A device of our own takes characters and paths as they are interpreted; general layout analysis would
cost as much again and tell nothing of a ruled form.
"""

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from math import atan2, pi
from typing import Any, cast

from pdfminer.pdfdevice import PDFTextDevice
from pdfminer.pdfdocument import PDFDocument, PDFPasswordIncorrect, PDFTextExtractionNotAllowed
from pdfminer.pdffont import PDFFont, PDFUnicodeNotDefined
from pdfminer.pdfinterp import PDFPageInterpreter, PDFResourceManager
from pdfminer.pdfpage import PDFPage
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import stream_value
from pdfminer.psexceptions import PSException
from pdfminer.utils import apply_matrix_pt, mult_matrix

from parsers.document.model import TooLarge, Unreadable
from parsers.formats.paged.page import (
    UNKNOWN,
    Bounds,
    Glyph,
    Ink,
    Point,
    PrintedPage,
    Rectangle,
    Turn,
    bounds,
    rules_of_path,
)

# As in pdfium.py.
_LEAST_PICTURE = 0.02
# Of the description of a page, or of a form in it.
_MOST_BYTES = 3 << 20
_FAULTS = (PSException, ValueError, TypeError, KeyError, IndexError, AssertionError, OverflowError, RecursionError)

# It logs a line for every font without a descriptor, thousands in a page that Chromium printed.
logging.getLogger("pdfminer").setLevel(logging.CRITICAL)

_Matrix = tuple[float, float, float, float, float, float]


def read_pages(data: bytes) -> Iterator[PrintedPage]:
    """The pages of a PDF, one at a time; raises :class:`Unreadable` if it is damaged, encrypted or too full."""
    ink = Ink()
    try:
        document = PDFDocument(PDFParser(BytesIO(data)))
        manager = PDFResourceManager()
        for number, page in enumerate(PDFPage.create_pages(document), start=1):
            device = _Device(manager, ink)
            # Which way is up is told by the text, not by the page.
            page.rotate = 0
            _Interpreter(manager, device).process_page(page)
            yield device.page(number)
    except (PDFPasswordIncorrect, PDFTextExtractionNotAllowed) as error:
        raise Unreadable("the PDF is encrypted and asks for a password") from error
    except _FAULTS as error:
        raise Unreadable(f"damaged PDF: {type(error).__name__}: {error}") from error


class _Interpreter(PDFPageInterpreter):
    """Refuses what would take gigabytes (a page of ``q`` alone takes 300 times its size) or hours."""

    device: "_Device"

    def execute(self, streams: Sequence[object]) -> None:
        size = sum(len(stream_value(stream).get_data()) for stream in streams)
        if size > _MOST_BYTES:
            raise TooLarge(f"too much: a page described by {size:,} bytes, and no report's is")
        self.device.ink.bytes.spend(size)
        super().execute(streams)


class _Device(PDFTextDevice):
    """Collects what is drawn, in the page's own space, until the page is whole."""

    def __init__(self, manager: PDFResourceManager, ink: Ink) -> None:
        super().__init__(manager)
        self.ink = ink
        self._box: Bounds = (0.0, 0.0, 0.0, 0.0)
        self._glyphs: list[tuple[str, Bounds, Point]] = []
        self._turns: Counter[int] = Counter()
        self._paths: list[tuple[list[list[Point]], bool]] = []
        self._pictures: list[Rectangle] = []
        self._figures: list[_Matrix] = []
        # For each open tag: its ActualText, if any, and how many characters stood before it.
        self._tags: list[tuple[str | None, int]] = []

    def page(self, number: int) -> PrintedPage:
        """What was drawn, turned so that the text is upright."""
        quarters = self._turns.most_common(1)[0][0] if self._turns else 0
        turn = Turn(self._box, quarters)
        glyphs = tuple(
            Glyph(text, *turn.box(*box), None, turn.box(x, y, x, y)[1]) for text, box, (x, y) in self._glyphs
        )
        drawn = (rule for subpaths, stroked in self._paths for rule in rules_of_path(subpaths, stroked=stroked))
        rules = tuple(Rectangle(*turn.box(rule.x0, rule.top, rule.x1, rule.bottom)) for rule in drawn)
        least = _LEAST_PICTURE * turn.width * turn.height
        boxes = (Rectangle(*turn.box(box.x0, box.top, box.x1, box.bottom)) for box in self._pictures)
        pictures = tuple(box for box in boxes if (box.x1 - box.x0) * (box.bottom - box.top) > least)
        return PrintedPage(number, turn.width, turn.height, glyphs, rules, pictures, quarters=quarters)

    @property
    def _matrix(self) -> _Matrix:
        return self.ctm or (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)

    def begin_page(self, page: PDFPage, ctm: Any) -> None:
        # The interpreter puts the corner of the media box at 0, 0; what is seen is what the crop box leaves of it.
        (x0, y0, x1, y1), (left, bottom, right, top) = page.mediabox, page.cropbox
        self._box = (max(left, x0) - x0, max(bottom, y0) - y0, min(right, x1) - x0, min(top, y1) - y0)

    def begin_figure(self, name: str, bbox: Any, matrix: Any) -> None:
        self._figures.append(mult_matrix(matrix, self._matrix))

    def end_figure(self, name: str) -> None:
        self._figures.pop()

    def render_image(self, name: str, stream: Any) -> None:
        matrix = self._figures[-1]
        self._pictures.append(bounds([apply_matrix_pt(matrix, corner) for corner in ((0, 0), (1, 0), (0, 1), (1, 1))]))

    def paint_path(self, graphicstate: Any, stroke: bool, fill: bool, evenodd: bool, path: Sequence[Any]) -> None:
        self.ink.objects.spend(1)
        self.ink.points.spend(len(path))
        subpaths: list[list[Point]] = []
        for operator, *numbers in path:
            if operator == "m" or not subpaths:
                subpaths.append([])
            if operator == "h":
                subpaths[-1] += subpaths[-1][:1]
            else:
                subpaths[-1].append(apply_matrix_pt(self._matrix, (numbers[-2], numbers[-1])))
        self._paths.append(([points for points in subpaths if points], stroke))

    def begin_tag(self, tag: Any, props: Any = None) -> None:
        actual = props.get("ActualText") if isinstance(props, dict) else None
        self._tags.append((_decoded(actual) if isinstance(actual, bytes) else None, len(self._glyphs)))

    def end_tag(self) -> None:
        actual, start = self._tags.pop() if self._tags else (None, 0)
        shown = self._glyphs[start:]
        if actual is not None and shown:
            corners = [corner for _, (x0, y0, x1, y1), _ in shown for corner in ((x0, y0), (x1, y1))]
            box = bounds(corners)
            self._glyphs[start:] = [(actual, (box.x0, box.top, box.x1, box.bottom), shown[0][2])]

    def render_char(
        self,
        matrix: Any,
        font: PDFFont,
        fontsize: float,
        scaling: float,
        rise: float,
        cid: int,
        ncs: Any,
        graphicstate: Any,
    ) -> float:
        self.ink.characters.spend(1)
        advance: float = font.char_width(cid) * fontsize * scaling
        try:
            text = font.to_unichr(cid)
        except PDFUnicodeNotDefined:
            text = UNKNOWN
        if not text.isspace():
            self._add(text, matrix, font, fontsize, rise, cid, advance)
        return advance

    def _add(
        self, text: str, matrix: Any, font: PDFFont, fontsize: float, rise: float, cid: int, advance: float
    ) -> None:
        if font.is_vertical():
            shift, height = cast("tuple[float | None, float]", font.char_disp(cid))
            left = -fontsize / 2 if shift is None else -shift * fontsize / 1000
            top = (1000 - height) * fontsize / 1000 + rise
            x0, y0, x1, y1 = left, top + advance, left + fontsize, top
        else:
            bottom = font.get_descent() * fontsize + rise
            x0, y0, x1, y1 = 0.0, bottom, advance, bottom + fontsize
        box = bounds([apply_matrix_pt(matrix, corner) for corner in ((x0, y0), (x1, y0), (x0, y1), (x1, y1))])
        self._glyphs.append((text, (box.x0, box.top, box.x1, box.bottom), apply_matrix_pt(matrix, (0.0, rise))))
        self._turns[round(atan2(matrix[1], matrix[0]) / (pi / 2)) % 4] += 1


def _decoded(text: bytes) -> str:
    """A PDF text string (ISO 32000-1, 7.9.2.2): UTF-16 with its mark, else one byte a character."""
    return text.decode("utf-16", "replace") if text.startswith((b"\xfe\xff", b"\xff\xfe")) else text.decode("latin-1")
