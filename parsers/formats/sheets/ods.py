"""ODS to a document: what LibreOffice and others show of a workbook's sheets (ISO/IEC 26300)."""

import re
from collections.abc import Iterator
from itertools import islice, repeat

from lxml.etree import _Element as Element

from parsers.document.model import Document
from parsers.document.reasons import Why
from parsers.formats.office.flow import Flow, without_signs
from parsers.formats.office.odf import Reader, Styles, attribute, count_of, name_of, opened, rows_of
from parsers.formats.sheets.sheet import Area, Sheet, SheetCell, document_of

# A sheet has so many rows and columns; empty ones that are repeated more often than the others are the rest of it.
_ROWS, _COLUMNS = 1_048_576, 16_384
_MOST_EMPTY = 200
_PLACE = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})$")


def read_ods(data: bytes) -> Document:
    """Read a workbook; raises :class:`Unreadable` with one line for one that is damaged or locked."""
    file = opened(data)
    tables = (table for table in file.body if name_of(table) == "table" and not _is_hidden(table, file.styles))
    return document_of((_Reader(file.styles).sheet(table) for table in tables), file.titles)


def _is_hidden(table: Element, styles: Styles) -> bool:
    line = styles.line("table", attribute(table, "style-name"))
    shown = (attribute(properties, "display") for style in line for properties in style)
    return next(filter(None, shown), "true") == "false"


class _Reader:
    """Reads one sheet."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._texts = Reader(styles)

    def sheet(self, table: Element) -> Sheet:
        """The cells of a sheet."""
        columns = [*islice(_columns(table), _COLUMNS)]
        hidden = {at for at, (is_hidden, _) in enumerate(columns) if is_hidden}
        rows: set[int] = set()
        sheet = Sheet(hidden_rows=rows, hidden_columns=hidden)
        row = 0
        for element in rows_of(table):
            times = count_of(element, "number-rows-repeated", _ROWS)
            cells = [*self._cells(element, [style for _, style in columns])]
            if attribute(element, "visibility", "visible") != "visible":
                rows.update(range(row, row + (times if times <= _MOST_EMPTY else 0)))
            elif any(cell.text for _, _, cell, _ in cells) or times <= _MOST_EMPTY:
                for at in range(row, row + times):
                    self._add(sheet, at, cells)
            row += times
        if any(name_of(part) == "shapes" and len(part) for part in table):
            sheet.objects.append(Area(0, 0, _ROWS, _COLUMNS))
        return sheet

    def _add(self, sheet: Sheet, row: int, cells: list[tuple[int, Element, SheetCell, int]]) -> None:
        for column, element, cell, times in cells:
            for at in range(column, column + times):
                sheet.add(row, at, cell)
            height = count_of(element, "number-rows-spanned", _ROWS)
            width = count_of(element, "number-columns-spanned", _COLUMNS)
            if height > 1 or width > 1:
                sheet.merged.append(Area(row, column, row + height - 1, column + width - 1))
            for drawn in (part for part in element if name_of(part).startswith("draw:")):
                end = _PLACE.search(attribute(drawn, "end-cell-address"))
                sheet.objects.append(Area(row, column, *((int(end[2]) - 1, _column(end[1])) if end else (row, column))))

    def _cells(self, row: Element, styles: list[str]) -> Iterator[tuple[int, Element, SheetCell, int]]:
        """The cells of a row that may be seen: column, element, what is seen, and how often."""
        column = 0
        usual = attribute(row, "default-cell-style-name")
        for element in row:
            if name_of(element) not in ("table-cell", "covered-table-cell"):
                continue
            times = count_of(element, "number-columns-repeated", _COLUMNS)
            style = attribute(element, "style-name") or usual or (styles[column] if column < len(styles) else "")
            cell = self._cell(element, style)
            if cell.text or times <= _MOST_EMPTY:
                yield column, element, cell, times
            column += times

    def _cell(self, element: Element, style: str) -> SheetCell:
        ruled = self._styles.is_ruled(style)
        if name_of(element) == "covered-table-cell":
            return SheetCell(ruled=ruled)
        boxes: list[Flow] = []
        marks = self._styles.marks("table-cell", style)
        texts = [self._texts.paragraph(part, boxes, marks) for part in element if name_of(part) == "p"]
        text, shows = without_signs("\n".join(texts))
        if not texts and (attribute(element, "value-type") or attribute(element, "formula")):
            shows = Why.SHOWS_FORMULA
        elif text and self._styles.may_hide(style):
            shows = shows or Why.SHOWS_FORMAT
        return SheetCell(text, shows, ruled)


def _columns(table: Element) -> Iterator[tuple[bool, str]]:
    """Whether each column is hidden, and the style of its cells that have none of their own."""
    for part in table.iter("{*}table-column"):
        about = attribute(part, "visibility", "visible") != "visible", attribute(part, "default-cell-style-name")
        yield from repeat(about, count_of(part, "number-columns-repeated", _COLUMNS))


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number - 1
