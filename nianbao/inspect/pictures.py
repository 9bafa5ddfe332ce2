"""Pictures of pages: for the HTML page as they are, for PNG files with boxes around what was found."""

from base64 import b64encode
from io import BytesIO
from typing import TYPE_CHECKING

from nianbao.inspect.marks import Cells, Kind, look
from nianbao.inspect.pages import Sheet
from parsers.document.values import State

if TYPE_CHECKING:
    from PIL.Image import Image

# Enough to read a figure by; with so few greys a page takes some 100 kB.
_DPI = 100
_GREYS = 16
# Room for the codes of rows on the left of a page (pixels).
_MARGIN = 100
_COLOURS = {
    Kind.LABEL: "#1f5fbf",
    Kind.WORN: "#1f5fbf",
    Kind.RIVAL: "#c2185b",
    Kind.SUSPECT: "#c2185b",
    Kind.STRAY: "#c2185b",
    Kind.HEADING: "#7a3fb5",
    Kind.HEAD: "#00808a",
    f"value {State.PRINTED}": "#2e7d32",
    f"value {State.BLANK}": "#7d838c",
    f"value {State.DASH}": "#51618a",
    f"value {State.TEXT}": "#c25e00",
    f"value {State.UNCERTAIN}": "#a67c00",
    f"value {State.ABSENT}": "#c62828",
}
_NOTHING = "#d0d3d8"
# Where what is seen and what the file says differ.
_LOOK = "#e6007e"


def embedded(sheet: Sheet) -> str:
    """The page's picture as a data URI; nothing without the extra ``ocr``."""
    if sheet.pixels is None:
        return ""
    held = BytesIO()
    _picture(sheet).quantize(_GREYS).save(held, "PNG", optimize=True)
    return f"data:image/png;base64,{b64encode(held.getvalue()).decode()}"


def with_boxes(sheet: Sheet, cells: Cells) -> "Image":
    """The page's picture with a box around each piece, in the colour of what it was read as, and rows' codes beside."""
    from PIL import Image, ImageDraw

    page = _picture(sheet)
    picture = Image.new("RGB", (page.width + _MARGIN, page.height), "white")
    picture.paste(page, (_MARGIN, 0))
    draw = ImageDraw.Draw(picture, "RGBA")
    for framed in (*sheet.unseen, *(cover.box for cover in sheet.covers)):
        left, top, right, bottom = (_DPI / 72 * side for side in framed)
        draw.rectangle((left + _MARGIN, top, right + _MARGIN, bottom), outline=_LOOK, width=2)
    for piece in sheet.pieces:
        if piece.box:
            left, top, right, bottom = (_DPI / 72 * side for side in piece.box[1:])
            mark, colour = piece.mark, _COLOURS.get(look(piece.mark, cells), _NOTHING)
            box = left + _MARGIN, top, right + _MARGIN, bottom
            draw.rectangle(box, fill=f"{colour}30" if mark else None, outline=colour)
            if mark and mark.is_label:
                place = sheet.edge * _DPI / 72 + _MARGIN - 3, (top + bottom) / 2
                draw.text(place, mark.said, fill=colour, font_size=9, anchor="rm")
    return picture


def _picture(sheet: Sheet) -> "Image":
    from PIL import Image

    size = round(sheet.width * _DPI / 72), round(sheet.height * _DPI / 72)
    return Image.fromarray(sheet.pixels).resize(size, Image.Resampling.LANCZOS)
