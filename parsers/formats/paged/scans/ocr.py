"""A picture of a page to what stands on it, by rapidocr and the page's own ruled lines.

The engine finds where text is and reads it; the rules tell which cell each piece belongs to. In a cell
no ink is lost: what the engine did not find is read all the same, and what it cannot read is a ``?``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from itertools import pairwise

import cv2
import numpy as np
from rapidocr import RapidOCR

from parsers.document.model import TooLarge
from parsers.document.reasons import Why
from parsers.formats.paged.page import Cover, Glyph, PrintedPage, Rectangle
from parsers.formats.paged.ruled_tables import RuledTable, page_blocks
from parsers.formats.paged.scans import raster, stamps
from parsers.formats.paged.scans.raster import DPI, Span

UNREAD = "?"

_POINT = 72 / DPI
_LEAST_SCORE = 0.5
# The least skew worth a turn (degrees), and how many of the widest pieces tell which way is up.
_LEAST_SKEW = 0.04
_TELLING = 5
# Narrower than the engine's own 320: most pieces are a few digits, and padding takes as long to read as text.
_LEAST_SHAPE = [3, 48, 96]
# In pixels: the paper left around what is read, the least height of it, the widest gap inside a number.
_BORDER, _LEAST_CROP, _APART = 5, 20, 14
# A piece this much taller than wide is characters one below the other.
_TALL = 1.5
# Nothing that is printed by itself is lower than this, unless it is a dash.
_LEAST_HEIGHT = 8
# What a slash is read as; it leans by more than this (pixels across a pixel of height).
_LIKE_ONE, _STEEPEST_LEAN = frozenset("1lI|iL!/丿"), 0.24
# How much the steps from one full-width digit to the next may differ, and their size, in heights of a digit.
_UNEVEN, _PITCH = 0.3, 1.7
# Rules that were painted over may leave a rim, so near to the edges of a cell.
_RIM = 4
# What a piece of a stamp, or a figure beneath it, may be read as that adds nothing to a sum; the least of a stamp's
# ink (pixels) in a cell.
_NAUGHT, _LEAST_STAIN = frozenset("0０OoDQ〇零无/\\|-—–一_~.,·:? "), 12
# Of a page; each takes some 10 ms.
_MOST_PIECES = 3_000


_Recognition = tuple[str, float]


@cache
def _engine() -> RapidOCR:
    """The engine, made when it is first needed; its models are part of its package."""
    settings = {"Global.log_level": "critical", "Rec.rec_batch_num": 1, "Rec.rec_img_shape": _LEAST_SHAPE}
    return RapidOCR(params=settings)


@dataclass(frozen=True, slots=True)
class _InkText:
    """Ink that is read as one text: its spots, and the part of the page that is shown to the engine.

    ``cell`` is the number of the cell that holds it, from 1, or 0.
    """

    spots: tuple[Span, ...]
    crop: Span
    cell: int

    @property
    def box(self) -> Span:
        """The box around the ink."""
        return _union(self.spots)


def read_picture(picture: np.ndarray, number: int, dpi: float) -> PrintedPage:
    """Read the picture (rows of grey or RGB bytes) of page ``number``.

    Skew of up to 5° is taken out, and pages on their side or upside down are turned; places are those on
    the page as it is looked at. Each glyph is a run of text with the engine's confidence; in a cell of a
    table, ink that could not be read is the glyph ``?`` with none, and a cell without ink has an empty glyph.
    """
    straight = _straight(raster.at_dpi(picture, dpi))
    clean, stain = stamps.lifted(straight)
    pixels, found, quarters = _upright(clean)
    darkness, stained = raster.dark(pixels), np.ascontiguousarray(np.rot90(stain, quarters))
    lines = raster.ruled_lines(darkness, cv2.bitwise_or(darkness, stained))
    height, width = pixels.shape
    rules = tuple(_rectangle(span) for span in (*lines.across, *lines.down))
    bare = PrintedPage(number, width * _POINT, height * _POINT, (), rules)
    cells = _cells(bare)
    pieces = list(_pieces(found, list(raster.ink(darkness, lines)), cells, (height, width)))
    if len(pieces) > _MOST_PIECES:
        raise TooLarge(f"too much: page {number} shows more than {_MOST_PIECES:,} pieces of text")
    paper = raster.without_rules(pixels, lines)
    read = _recognised([_shown(paper, darkness, piece) for piece in pieces])
    glyphs = _glyphs(
        pieces, [_mended(recognition, piece, darkness) for recognition, piece in zip(read, pieces, strict=True)]
    )
    stained[lines.pixels > 0] = 0
    covers = tuple(_stamped(pieces, [text for text, _ in read], cells, stained))
    return PrintedPage(number, bare.width, bare.height, (*glyphs, *_empty(pieces, cells)), rules, covers=covers)


def upright(picture: np.ndarray, dpi: float) -> np.ndarray:
    """The picture of a page as it is looked at, in grey: without skew, its text upright."""
    straight = _straight(raster.at_dpi(picture, dpi))
    _, _, quarters = _upright(stamps.lifted(straight)[0])
    return np.rot90(stamps.grey(straight), quarters)


def _straight(picture: np.ndarray) -> np.ndarray:
    angle = raster.skew(raster.dark(stamps.grey(picture)))
    return raster.turned(picture, angle) if abs(angle) > _LEAST_SKEW else picture


def _upright(picture: np.ndarray) -> tuple[np.ndarray, list[Span], int]:
    """The page with its text upright, where the engine finds text on it, and by how many quarters it was turned."""
    found = _detected(picture)
    quarters = 0
    tall = sum(box.height for box in found if box.height > _TALL * box.width)
    wide = sum(box.width for box in found if box.width > _TALL * box.height)
    if tall > wide:
        quarters += 1
        picture = np.ascontiguousarray(np.rot90(picture))
        found = _detected(picture)
    if _upside_down(picture, found):
        quarters += 2
        picture = np.ascontiguousarray(np.rot90(picture, 2))
        found = _detected(picture)
    return picture, found, quarters


def _detected(picture: np.ndarray) -> list[Span]:
    boxes = _engine()(_in_colour(picture), use_cls=False, use_rec=False).boxes
    corners = () if boxes is None else ((box.min(axis=0), box.max(axis=0)) for box in boxes)
    return [Span(int(low[0]), int(low[1]), int(high[0]) + 1, int(high[1]) + 1) for low, high in corners]


def _upside_down(picture: np.ndarray, found: Sequence[Span]) -> bool:
    """Whether most of the widest lines of text stand on their heads."""
    widest = sorted(found, key=lambda box: box.width / box.height)[-_TELLING:]
    if not widest:
        return False
    _, result = _engine().cls_and_rotate([_in_colour(_window(picture, box)) for box in widest])
    return 2 * [label for label, _ in result.cls_res].count("180") > len(widest)


def _in_colour(picture: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR)


def _window(picture: np.ndarray, box: Span) -> np.ndarray:
    return picture[box.top : box.bottom, box.x0 : box.x1]


def _rectangle(span: Span) -> Rectangle:
    return Rectangle(span.x0 * _POINT, span.top * _POINT, span.x1 * _POINT, span.bottom * _POINT)


def _cells(bare: PrintedPage) -> list[Span]:
    """The cells that the rules of a page enclose."""
    tables = (block for block in page_blocks(bare) if isinstance(block, RuledTable))
    boxes = (cell.box for table in tables for cell in table.cells)
    return [Span(*(round(side / _POINT) for side in (box.x0, box.top, box.x1, box.bottom))) for box in boxes]


def _pieces(
    found: Sequence[Span], ink: Sequence[Span], cells: Sequence[Span], shape: tuple[int, int]
) -> Iterator[_InkText]:
    """What to read: the ink of each cell, and outside of the cells what the engine found."""
    owner = _painted(cells, shape)
    finder = _painted(found, shape)
    held: dict[int, list[tuple[int, Span]]] = {}
    for spot in ink:
        held.setdefault(_at(owner, spot), []).append((_at(finder, spot), spot))
    outside = held.pop(0, [])
    for cell, spots in held.items():
        for group in _cell_pieces(spots, cells[cell - 1]):
            yield _InkText(group, _around(_union(group), cells[cell - 1]), cell)
    for number, box in enumerate(found, start=1):
        seen = tuple(spot for finder_number, spot in outside if finder_number == number)
        if seen:
            yield _InkText(seen, box, 0)


def _painted(boxes: Sequence[Span], shape: tuple[int, int]) -> np.ndarray:
    """Which box each pixel lies in: its number from 1, or 0."""
    numbers = np.zeros(shape, np.int32)
    for number, box in enumerate(boxes, start=1):
        _window(numbers, box)[:] = number
    return numbers


def _at(numbers: np.ndarray, spot: Span) -> int:
    return int(numbers[(spot.top + spot.bottom) // 2, (spot.x0 + spot.x1) // 2])


def _union(spots: Sequence[Span]) -> Span:
    return reduce(lambda one, other: one.union(other), spots)


def _cell_pieces(spots: Sequence[tuple[int, Span]], cell: Span) -> list[tuple[Span, ...]]:
    """The pieces of text in a cell: spots that the engine found together, and any others by their lines."""
    own = [(number, spot) for number, spot in spots if not _is_rim(spot, cell)]
    groups: dict[int, tuple[Span, ...]] = {}
    for number, spot in own:
        groups[number] = (*groups.get(number, ()), spot)
    loose = groups.pop(0, ())
    pieces: list[tuple[Span, ...]] = []
    for group in groups.values():
        _add(pieces, group, share=0.5)
    for spot in sorted(loose, key=lambda spot: -spot.height):
        _add(pieces, (spot,), share=0.1)
    return [piece for piece in pieces if _is_print(_union(piece))]


def _add(pieces: list[tuple[Span, ...]], group: tuple[Span, ...], share: float) -> None:
    """Put spots to the pieces on whose line they stand, near enough, or else make them one by themselves."""
    for at, piece in reversed(list(enumerate(pieces))):
        one, other = _union(group), _union(piece)
        level = min(one.bottom, other.bottom) - max(one.top, other.top)
        apart = max(one.x0, other.x0) - min(one.x1, other.x1)
        if level > share * min(one.height, other.height) and apart <= _APART:
            group += pieces.pop(at)
    pieces.append(group)


def _is_print(box: Span) -> bool:
    """Whether ink that stands alone is large enough for a character, or a dash."""
    return box.height >= _LEAST_HEIGHT or box.width >= _TALL * box.height


def _is_rim(spot: Span, cell: Span) -> bool:
    """Whether a spot is what is left of a rule along an edge of the cell."""
    flat = spot.width > 3 * spot.height and spot.width > cell.width / 2
    upright = spot.height > 3 * spot.width and spot.height > 0.8 * cell.height
    beside = min(spot.x0 - cell.x0, cell.x1 - spot.x1) <= _RIM
    return (flat and min(spot.top - cell.top, cell.bottom - spot.bottom) <= _RIM) or (upright and beside)


def _around(box: Span, cell: Span) -> Span:
    """A piece with some paper around, inside its cell."""
    more = max(_BORDER, (_LEAST_CROP - box.height) // 2)
    return Span(
        max(box.x0 - _BORDER, cell.x0),
        max(box.top - more, cell.top),
        min(box.x1 + _BORDER, cell.x1),
        min(box.bottom + more, cell.bottom),
    )


def _shown(paper: np.ndarray, darkness: np.ndarray, piece: _InkText) -> np.ndarray:
    """The picture of a piece; characters one below the other are put side by side."""
    crop = _window(paper, piece.crop)
    if piece.box.height >= _TALL * piece.box.width:
        stack = _stacked(_window(darkness, piece.crop))
        if len(stack) > 1:
            crop = _side_by_side([crop[top:bottom] for top, bottom in stack])
    return _in_colour(crop)


def _stacked(darkness: np.ndarray) -> list[tuple[int, int]]:
    """The rows of pixels of characters that stand one below the other, each about as high as wide."""
    dark = darkness.any(axis=1).astype(np.int8)
    edges = np.flatnonzero(np.diff(dark, prepend=0, append=0)).tolist()
    bands: list[tuple[int, int]] = []
    for top, bottom in zip(edges[::2], edges[1::2], strict=True):
        # 三 and the like fall apart into strokes.
        if bands and bottom - bands[-1][0] <= darkness.shape[1] - _BORDER:
            bands[-1] = (bands[-1][0], bottom)
        else:
            bands.append((top, bottom))
    return bands


def _side_by_side(characters: Sequence[np.ndarray]) -> np.ndarray:
    height = max(len(character) for character in characters)
    padded = [
        cv2.copyMakeBorder(character, (height - len(character)) // 2 + _BORDER,
                           (height - len(character) + 1) // 2 + _BORDER, 0, 0, cv2.BORDER_REPLICATE)
        for character in characters
    ]  # fmt: skip
    return np.hstack(padded)


def _recognised(crops: Sequence[np.ndarray]) -> list[_Recognition]:
    """What the engine reads on each picture, and its confidence."""
    if not crops:
        return []
    result = _engine().recognize_txt(list(crops))
    return list(zip((text.strip() for text in result.txts), map(float, result.scores), strict=True))


def _glyphs(pieces: Sequence[_InkText], texts: Sequence[_Recognition]) -> Iterator[Glyph]:
    for piece, (text, score) in zip(pieces, texts, strict=True):
        box = _rectangle(piece.box)
        if text and (piece.cell or score >= _LEAST_SCORE):
            yield Glyph(text, box.x0, box.top, box.x1, box.bottom, score)
        elif piece.cell:
            yield Glyph(UNREAD, box.x0, box.top, box.x1, box.bottom, 0.0)


def _empty(pieces: Sequence[_InkText], cells: Sequence[Span]) -> Iterator[Glyph]:
    """An empty glyph in the middle of each cell without ink, to tell it from one that nobody looked at."""
    filled = {piece.cell for piece in pieces}
    for number, cell in enumerate(cells, start=1):
        if number not in filled:
            x, y = (cell.x0 + cell.x1) / 2 * _POINT, (cell.top + cell.bottom) / 2 * _POINT
            yield Glyph("", x, y, x, y, 1.0)


def _stamped(
    pieces: Sequence[_InkText], texts: Sequence[str], cells: Sequence[Span], stained: np.ndarray
) -> Iterator[Cover]:
    """Cells with ink of a stamp in which nothing was read, or what a stroke of it may look like: no sum tells those."""
    read: dict[int, str] = {}
    touched: dict[int, bool] = {}
    for piece, text in zip(pieces, texts, strict=True):
        read[piece.cell] = read.get(piece.cell, "") + text
        touched[piece.cell] = touched.get(piece.cell, False) or bool(_window(stained, piece.box).any())
    for number, cell in enumerate(cells, start=1):
        marked = touched.get(number, cv2.countNonZero(_window(stained, cell)) >= _LEAST_STAIN)
        if marked and _NAUGHT.issuperset(read.get(number, "")):
            yield Cover(_rectangle(cell), Why.SHOWS_STAMP)


def _mended(recognition: _Recognition, piece: _InkText, darkness: np.ndarray) -> _Recognition:
    """What was read, put right where the shape of the ink tells more than the engine."""
    text, score = recognition
    if not piece.cell:
        return recognition
    if text in _LIKE_ONE and _is_slash(_window(darkness, piece.box)):
        return "/", score
    return _closed_up(text, piece.spots), score


def _is_slash(darkness: np.ndarray) -> bool:
    """Whether a tall stroke leans to the right as no 1 does, which the engine takes it for."""
    ys, xs = np.nonzero(darkness)
    lean = np.polyfit(ys, xs, 1)[0] if len(darkness) > 1 else 0.0
    return bool(lean < -_STEEPEST_LEAN)


def _closed_up(text: str, spots: Sequence[Span]) -> str:
    """A number without the spaces that the engine sees between full-width digits, which stand evenly apart."""
    digits = text.replace(" ", "")
    if " " not in text or not digits.isdecimal() or len(spots) != len(digits):
        return text
    middles = sorted(spot.x0 + spot.x1 for spot in spots)
    steps = [after - before for before, after in pairwise(middles)]
    even = max(steps) - min(steps) <= _UNEVEN * max(steps)
    return digits if even and max(steps) <= 2 * _PITCH * max(spot.height for spot in spots) else text
