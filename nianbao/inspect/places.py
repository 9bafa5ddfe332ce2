"""Where single cells stand: cut out of the page of a PDF or a picture, or the rows of the document around them."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import TYPE_CHECKING

from nianbao.inspect.marks import Kind
from nianbao.inspect.pages import Sheet, around, is_paged, sheets_of
from nianbao.inspect.passages import Passage, Piece, passages_of
from parsers.convert import kind_of, opened
from parsers.document.model import Box
from parsers.form.model import Form, forms
from parsers.formats.paged import pdfium
from parsers.formats.paged.pdf import is_scan
from parsers.formats.paged.scans import scan
from parsers.formats.sniff import PDF, PICTURES
from parsers.read import inspect

if TYPE_CHECKING:
    from PIL.Image import Image

# In points: two or three rows of a table, so that the neighbours and the rules are seen.
_ABOVE, _BELOW = 70.0, 45.0
_MARGIN = 4.0
# Between the heads and the row, in pixels.
_GAP = 4
# In rows.
_AROUND, _HEADS = 2, 4
_CELL, _ROW = "#c2185b", "#a67c00"

# The text of each cell of a row, what it is ("cell": the cell's own, "row": of its row, "head", "span": a cell from
# above reaches down here, or ""), and how many columns wide it is.
Line = tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """Where a cell stands: a picture (PNG) of the place on its page, else lines of the document; maybe neither.

    ``exact``: the cell's own place is framed or marked, not only its row's.
    """

    picture: bytes | None = None
    page: int | None = None
    lines: tuple[Line, ...] = ()
    exact: bool = False


def places_of(data: bytes, cells: Mapping[str, str], rows: Mapping[str, Box]) -> dict[str, Shown]:
    """Where cells stand in a document; raises :class:`parsers.document.model.Unreadable` where it cannot be opened.

    ``cells`` names the row of each; ``rows`` says where those stand on pages, as table ``evidence`` has it. A scan is
    not read again for that, which takes seconds a page: its rows are framed.
    """
    body = opened(data).body
    if rows and _is_scan(body):
        return _rows_of_scan(body, cells, rows)
    found = inspect(body).findings
    if found is None:
        return dict.fromkeys(cells, Shown())
    passages = passages_of(found)
    wanted = {cell: _pieces(passages, found.alignment.form, cell) for cell in cells}
    pages = {piece.box.page for pieces in wanted.values() for piece in pieces if piece.box}
    sheets = {}
    if pages and is_paged(body) and scan.is_installed():
        sheets = {sheet.number: sheet for sheet in sheets_of(body, passages, pages)}
    return {cell: _shown(cell, pieces, passages, sheets) for cell, pieces in wanted.items()}


def _is_scan(data: bytes) -> bool:
    return kind_of(data) in PICTURES or (kind_of(data) == PDF and all(map(is_scan, pdfium.read_pages(data))))


def _rows_of_scan(data: bytes, cells: Mapping[str, str], rows: Mapping[str, Box]) -> dict[str, Shown]:
    """The strips of the rows, each with the heads of its table; of a row that was not found, the row's before it."""
    boxes = {cell: _nearest(row, rows) for cell, row in cells.items()}
    pages = {box.page for box in boxes.values()}
    sheets = {sheet.number: sheet for sheet in sheets_of(data, [], pages)} if scan.is_installed() else {}
    shown = {}
    for cell, row in cells.items():
        box = boxes[cell]
        if sheet := sheets.get(box.page):
            cut = _cut(sheet, box, _heads_above(row, box, rows), _ROW)
            shown[cell] = Shown(_png(cut), box.page, exact=False)
    return shown


def _nearest(row: str, rows: Mapping[str, Box]) -> Box:
    """The box of a row, or of the last found before it in the order of any form; the first one if there is none."""
    for form in forms():
        keys = [one.key for one in form.rows]
        if row in keys:
            found = [key for key in keys[: keys.index(row) + 1] if key in rows]
            return rows[found[-1]] if found else next(iter(rows.values()))
    return next(iter(rows.values()))


def _heads_above(row: str, box: Box, rows: Mapping[str, Box]) -> Box | None:
    """What stands above the first row of the table on that page, where the heads of the columns are."""
    table = row.partition("/")[0]
    tops = [one.top for key, one in rows.items() if key.partition("/")[0] == table and one.page == box.page]
    top = min(tops, default=box.top)
    return Box(box.page, box.x0, max(0.0, top - _ABOVE), box.x1, top) if top < box.top - _ABOVE else None


def row_picture(data: bytes, box: Box) -> bytes | None:
    """A picture (PNG) of a row's place in a PDF or picture file; None for other files, or without the extra ``ocr``."""
    body = opened(data).body
    if not (is_paged(body) and scan.is_installed()):
        return None
    sheet = next(sheets_of(body, [], {box.page}), None)
    return _png(_cut(sheet, box, None, _ROW)) if sheet and sheet.pixels is not None else None


def _pieces(passages: Sequence[Passage], form: Form, cell: str) -> list[Piece]:
    """The pieces that were read as the cell's, or else its row's; of a row that was not found, the row's before it."""
    row = next(number for number, row in enumerate(form.rows) if cell in row.cells)
    for cells in ((cell,), *(form.rows[number].cells for number in range(row, -1, -1))):
        for passage in passages:
            pieces = [piece for line in passage.rows for piece in line if piece and _is_of(piece, cells)]
            if pieces:
                return pieces
    return []


def _is_of(piece: Piece, cells: Sequence[str]) -> bool:
    return bool(piece.mark and piece.mark.kind is not Kind.HEAD and set(piece.mark.cells) & set(cells))


def _is_own(piece: Piece, cell: str) -> bool:
    return bool(piece.mark and piece.mark.kind is Kind.VALUE and piece.mark.cells == (cell,))


def _shown(cell: str, pieces: Sequence[Piece], passages: Sequence[Passage], sheets: dict[int, Sheet]) -> Shown:
    own = [piece for piece in pieces if _is_own(piece, cell)]
    page = next((piece.box.page for piece in own or pieces if piece.box), None)
    lines = tuple(_lines(cell, pieces, passages))
    if page not in sheets or sheets[page].pixels is None:
        return Shown(None, page, lines, bool(own))
    sheet = sheets[page]
    # The sheet has narrower boxes for the words of a line.
    there = [piece for piece in sheet.pieces if piece.box and piece.mark in [one.mark for one in own or pieces]]
    box = _around(page, there or [piece for piece in own or pieces if piece.box and piece.box.page == page])
    heads = [piece for piece in sheet.pieces if piece.box and piece.mark and piece.mark.kind is Kind.HEAD]
    above = [piece for piece in heads if piece.box and piece.box.bottom <= box.top]
    return Shown(_png(_cut(sheet, box, _last_block(page, above), _CELL if own else _ROW)), page, lines, bool(own))


def _around(page: int, pieces: Sequence[Piece]) -> Box:
    return around(page, [piece.box for piece in pieces if piece.box])


def _last_block(page: int, heads: Sequence[Piece]) -> Box | None:
    """The lowest heads that stand together: those of the block that the row is in."""
    block: list[Piece] = []
    for piece in sorted(heads, key=lambda head: -head.box.bottom if head.box else 0.0):
        if block and piece.box and piece.box.bottom < _around(page, block).top - _MARGIN * 5:
            break
        block.append(piece)
    return _around(page, block) if block else None


def _cut(sheet: Sheet, box: Box, heads: Box | None, colour: str) -> "Image":
    """The strip of a page around a box, which is framed; above it the heads, where they stand further up."""
    from PIL import Image, ImageDraw

    assert sheet.pixels is not None  # noqa: S101 - whoever calls has looked
    page = Image.fromarray(sheet.pixels).convert("RGB")
    scale = page.width / sheet.width
    draw = ImageDraw.Draw(page)
    sides = (box.x0 - _MARGIN / 2, box.top - _MARGIN / 2, box.x1 + _MARGIN / 2, box.bottom + _MARGIN / 2)
    draw.rectangle([side * scale for side in sides], outline=colour, width=3)
    top, bottom = max(0.0, box.top - _ABOVE), min(sheet.height, box.bottom + _BELOW)
    strips = [(top, bottom)]
    if heads and heads.top < top:
        strips.insert(0, (max(0.0, heads.top - _MARGIN), min(top, heads.bottom + _MARGIN)))
    cut = [page.crop((0, round(upper * scale), page.width, round(lower * scale))) for upper, lower in strips]
    picture = Image.new("RGB", (page.width, sum(strip.height for strip in cut) + _GAP * (len(cut) - 1)), "#9aa0a6")
    at = 0
    for strip in cut:
        picture.paste(strip, (0, at))
        at += strip.height + _GAP
    return picture


def _png(picture: "Image") -> bytes:
    held = BytesIO()
    picture.quantize(32).save(held, "PNG", optimize=True)
    return held.getvalue()


def _lines(cell: str, pieces: Sequence[Piece], passages: Sequence[Passage]) -> Iterator[Line]:
    """The lines of the document around the pieces, with the heads above them."""
    wanted = {id(piece) for piece in pieces}
    tables = [one for one in passages if one.table and any(id(piece) in wanted for line in one.rows for piece in line)]
    lines = [line for passage in tables or passages for line in passage.rows]
    at = [number for number, line in enumerate(lines) if any(id(piece) in wanted for piece in line)]
    if not at:
        return
    first = max(0, at[0] - _AROUND)
    heads = [line for line in reversed(lines[:first]) if any(_kind(piece, cell, wanted) == "head" for piece in line)]
    shown = (*reversed([*islice(heads, _HEADS)]), *lines[first : at[-1] + _AROUND + 1])
    starts = {id(line): columns for line, columns in zip(lines, _starts(lines), strict=True)}
    for line in shown:
        yield tuple(_laid_out(line, starts[id(line)], cell, wanted))


def _starts(lines: Sequence[Sequence[Piece | None]]) -> Iterator[list[int]]:
    """The column in which each piece of a line begins, where those that reach down from above take their columns."""
    taken: dict[int, int] = {}
    for line in lines:
        columns, at = [], 0
        for piece in line:
            while taken.get(at):
                at += 1
            columns.append(at)
            width, height = (piece.width, piece.height) if piece else (1, 1)
            for column in range(at, at + width):
                taken[column] = height
            at += width
        yield columns
        taken = {column: height - 1 for column, height in taken.items() if height > 1}


def _laid_out(
    line: Sequence[Piece | None], starts: Sequence[int], cell: str, wanted: Collection[int]
) -> Iterator[tuple[str, str, int]]:
    at = 0
    for piece, start in zip(line, starts, strict=True):
        if start > at:
            yield "", "span", start - at
        width = piece.width if piece else 1
        yield piece.text if piece else "", _kind(piece, cell, wanted), width
        at = start + width


def _kind(piece: Piece | None, cell: str, wanted: Collection[int]) -> str:
    if piece is None or piece.mark is None:
        return ""
    if _is_own(piece, cell):
        return "cell"
    return "row" if id(piece) in wanted else "head" if piece.mark.kind is Kind.HEAD else ""
