"""XLS to a document: what Excel 97 to 2003, and WPS, show of a workbook's sheets (BIFF)."""

import struct
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise

import xlrd

from parsers.document.model import Document, Unreadable
from parsers.document.reasons import Why
from parsers.formats.office.flow import without_signs
from parsers.formats.office.look import NO_COLOUR, UNKNOWN_COLOUR, Marks, Piece, as_seen, is_symbol_font
from parsers.formats.office.ole import open_ole
from parsers.formats.sheets.number_formats import shown_text
from parsers.formats.sheets.sheet import Area, Sheet, SheetCell, document_of, number_cell

_NO_FILL, _SOLID = 0, 1
# Records of the stream ([MS-XLS] 2.3): a sheet begins, a shape with its place, and what the shape is. Notes and the
# buttons of lists are seen only where somebody points.
_BEGIN, _DRAWING, _OBJECT = 0x0809, 0x00EC, 0x005D
_WORKSHEET, _ANCHOR = b"\x10\x00", b"\x00\x00\x10\xf0\x12\x00\x00\x00"
_UNSEEN_OBJECTS = (b"\x19\x00", b"\x14\x00")
_STREAMS = ("Workbook", "Book")


def read_xls(data: bytes) -> Document:
    """Read a workbook; raises :class:`Unreadable` with one line for one that is damaged or locked."""
    with open_ole(data) as container:
        stream = next(filter(None, map(container.stream, _STREAMS)), b"")
    try:
        book = xlrd.open_workbook(file_contents=stream, logfile=StringIO(), formatting_info=True, ragged_rows=True)
        drawn = _objects(stream)
        sheets = [
            _Reader(book, sheet).sheet(drawn.get(start, []))
            for sheet, start in zip(book.sheets(), book._sh_abs_posn, strict=True)
            if not sheet.visibility
        ]
    except Unreadable:
        raise
    except xlrd.XLRDError as error:
        locked = "encrypted" in str(error)
        raise Unreadable("locked with a password" if locked else f"a damaged Excel workbook: {error}") from error
    except Exception as error:  # xlrd meets damage with whatever it leads to
        raise Unreadable(f"a damaged Excel workbook: {type(error).__name__}") from error
    return document_of(sheets)


def _objects(stream: bytes) -> dict[int, list[Area]]:
    """The places of the pictures and boxes of each sheet, by where it begins; xlrd passes over them."""
    found: dict[int, list[Area]] = {}
    at = sheet = 0
    place: Area | None = None
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        record = stream[at + 4 : at + 4 + size]
        if kind == _BEGIN and record[2:4] == _WORKSHEET:
            sheet = at
        elif kind == _DRAWING and (anchor := record.find(_ANCHOR)) >= 0 and len(record) >= anchor + 24:
            left, _, top, _, right, _, bottom = struct.unpack_from("<7H", record, anchor + 10)
            place = Area(top, left, bottom, right)
        elif kind == _OBJECT and place:
            if record[4:6] not in _UNSEEN_OBJECTS:
                found.setdefault(sheet, []).append(place)
            place = None
        at += 4 + size
    return found


class _Reader:
    """Reads one sheet."""

    def __init__(self, book: xlrd.Book, sheet: xlrd.sheet.Sheet) -> None:
        self._book = book
        self._sheet = sheet

    def sheet(self, objects: list[Area]) -> Sheet:
        """The cells of the sheet, and the places of what lies over them."""
        source = self._sheet
        found = Sheet(
            merged=[Area(top, left, bottom - 1, right - 1) for top, bottom, left, right in source.merged_cells],
            hidden_rows={row for row, about in source.rowinfo_map.items() if about.hidden},
            hidden_columns={column for column, about in source.colinfo_map.items() if about.hidden},
            objects=objects,
        )
        for row in range(source.nrows):
            for column in range(source.row_len(row)):
                found.add(row, column, self._cell(row, column))
        return found

    def _cell(self, row: int, column: int) -> SheetCell:
        look = self._book.xf_list[self._sheet.cell_xf_index(row, column)]
        raw, doubt = self._shown(row, column, self._book.format_map[look.format_key].format_str)
        text, shows = without_signs(as_seen(self._pieces(row, column, look, raw)))
        drawn = look.border
        ruled = drawn.left_line_style or drawn.right_line_style or (drawn.top_line_style and drawn.bottom_line_style)
        return SheetCell(text, shows or doubt, bool(ruled))

    def _shown(self, row: int, column: int, code: str) -> tuple[str, Why | None]:
        kind, value = self._sheet.cell_type(row, column), self._sheet.cell_value(row, column)
        if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return number_cell(value, code) if value or self._sheet.show_zero_values else ("", None)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return ("TRUE" if value else "FALSE"), None
        if kind == xlrd.XL_CELL_ERROR:
            return xlrd.error_text_from_code.get(value, "#ERROR"), None
        return shown_text(str(value), code), None

    def _pieces(self, row: int, column: int, look: "xlrd.formatting.XF", text: str) -> Iterator[Piece]:
        """The text in pieces of one font each."""
        runs = self._sheet.rich_text_runlist_map.get((row, column), [])
        starts = [(0, look.font_index), *runs, (len(text), 0)]
        paper = self._paper(look.background)
        for (start, number), (end, _) in pairwise(starts):
            font = self._book.font_list[number]
            marks = Marks(
                struck=bool(font.struck_out),
                raised=bool(font.escapement),
                effect=bool(font.outline or font.shadow),
                symbols=is_symbol_font(font.name),
                size=font.height // 10,
                colour=self._colour(font.colour_index),
                paper=paper,
            )
            yield text[start:end], marks

    def _paper(self, fill: "xlrd.formatting.XFBackground") -> int:
        if fill.fill_pattern == _NO_FILL:
            return NO_COLOUR
        return self._colour(fill.pattern_colour_index) if fill.fill_pattern == _SOLID else UNKNOWN_COLOUR

    def _colour(self, number: int) -> int:
        """A colour of the workbook's palette; one that is the program's own has no values there."""
        channels = self._book.colour_map.get(number)
        return NO_COLOUR if channels is None else channels[0] << 16 | channels[1] << 8 | channels[2]
