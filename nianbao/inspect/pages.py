"""The pages of a print with a box around everything that was found on them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice
from typing import TYPE_CHECKING

from nianbao.inspect.passages import Passage, Piece
from parsers.characters.folding import fold
from parsers.convert import kind_of
from parsers.document.model import Box
from parsers.formats.paged import pdfium
from parsers.formats.paged.look import seen
from parsers.formats.paged.page import MOST_PAGES, Cover, Glyph, PrintedPage, Rectangle
from parsers.formats.paged.pdf import is_scan
from parsers.formats.paged.scans import scan
from parsers.formats.paged.sight import Viewer
from parsers.formats.sniff import PDF, PICTURES

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page: its number, size in points, grey pixels if the extra ``ocr`` can make them, its rules and pieces.

    ``unseen`` are the places of characters that no one sees, ``covers`` those of ink that no character explains.
    """

    number: int
    width: float
    height: float
    pixels: "np.ndarray | None"
    rules: Sequence[Rectangle]
    pieces: Sequence[Piece]
    unseen: Sequence[Rectangle] = ()
    covers: Sequence[Cover] = ()

    @property
    def edge(self) -> float:
        """Where the leftmost words of the form begin: the codes of rows are written to their left."""
        words = (piece.box for piece in self.pieces if piece.mark and piece.mark.is_of_form)
        return min((box.x0 for box in words if box), default=0.0)


def is_paged(data: bytes) -> bool:
    """Whether bytes are of a kind of which the pages can be shown."""
    kind = kind_of(data)
    return kind == PDF or kind in PICTURES


def sheets_of(data: bytes, passages: Sequence[Passage], only: Collection[int] | None = None) -> Iterator[Sheet]:
    """The pages of a PDF or a picture file, one at a time, with the pieces on them; all, or ``only`` some."""
    pieces: dict[int, list[Piece]] = {}
    for piece in (piece for passage in passages for row in passage.rows for piece in row):
        if piece and piece.box:
            pieces.setdefault(piece.box.page, []).append(piece)
    if kind_of(data) in PICTURES:
        for number, pixels in enumerate(scan.upright_pages(data), start=1):
            if only is None or number in only:
                yield _scanned(number, pixels, pieces.get(number, []))
        return
    with Viewer(data) as viewer:
        for page in islice(pdfium.read_pages(data), MOST_PAGES):
            if only is not None and page.number not in only:
                continue
            held = pieces.get(page.number, [])
            scanned, pixels = is_scan(page), None
            if scan.is_installed():
                pixels = pdfium.picture_of(data, page.number, scan.DPI, upright=not scanned)
            if scanned and pixels is not None:
                yield _scanned(page.number, scan.upright(pixels, scan.DPI), held)
            else:
                yield _printed(page, seen(viewer, page), pixels, held)


def _printed(page: PrintedPage, looked_at: PrintedPage, pixels: "np.ndarray | None", pieces: Sequence[Piece]) -> Sheet:
    left = {glyph for glyph in looked_at.glyphs if glyph.confidence is None}
    unseen = [Rectangle(*glyph[1:5]) for glyph in page.glyphs if glyph not in left]
    narrowed = [*_narrowed(pieces, looked_at.glyphs)]
    return Sheet(page.number, page.width, page.height, pixels, page.rules, narrowed, unseen, looked_at.covers)


def _scanned(number: int, pixels: "np.ndarray", pieces: Sequence[Piece]) -> Sheet:
    height, width = (side * 72 / scan.DPI for side in pixels.shape)
    return Sheet(number, width, height, pixels, (), pieces)


def _narrowed(pieces: Sequence[Piece], glyphs: Sequence[Glyph]) -> Iterator[Piece]:
    """Pieces that have the box of their whole line, each with that of its own characters, if these are found."""
    for (box, in_line), group in groupby(pieces, key=lambda piece: (piece.box, piece.in_line)):
        if not in_line or box is None:
            yield from group
            continue
        letters = [(letter, glyph) for glyph in _on(box, glyphs) for letter in fold(glyph.text)]
        line, at = "".join(letter for letter, _ in letters), 0
        for piece in group:
            text = "".join(fold(piece.text).split())
            start = line.find(text, at) if text else -1
            if start >= 0:
                at = start + len(text)
                yield replace(piece, box=around(box.page, [glyph for _, glyph in letters[start:at]]))


def _on(box: Box, glyphs: Sequence[Glyph]) -> list[Glyph]:
    """The characters inside a box, left to right."""
    inside = (
        glyph
        for glyph in glyphs
        if box.x0 <= (glyph.x0 + glyph.x1) / 2 <= box.x1 and box.top <= (glyph.top + glyph.bottom) / 2 <= box.bottom
    )
    return sorted((glyph for glyph in inside if not glyph.text.isspace()), key=lambda glyph: glyph.x0)


def around(page: int, glyphs: Sequence[Glyph | Box]) -> Box:
    """The smallest box on a page that holds them all."""
    return Box(
        page,
        min(glyph.x0 for glyph in glyphs),
        min(glyph.top for glyph in glyphs),
        max(glyph.x1 for glyph in glyphs),
        max(glyph.bottom for glyph in glyphs),
    )
