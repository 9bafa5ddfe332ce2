"""A sheet as a workbook: XLSX built by hand, as Excel and WPS write it, and what LibreOffice makes of one."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from io import BytesIO
from itertools import count
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZipFile

from tests.factory import heads, office
from tests.factory.html import Td, starts_of, tables_of
from tests.factory.sheet import Sheet

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_DRAWING = (
    'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
# Looks by number: plain, ruled, ruled with thousands, ruled for accounts, ruled whole number, text.
_CODES = (0, 0, 3, 164, 1, 49)
PLAIN, RULED, THOUSANDS, ACCOUNTS, WHOLE, TEXT = range(6)
_ACCOUNTS = '_ * #,##0_ ;_ * \\-#,##0_ ;_ * "-"??_ ;_ @_ '


@dataclass(slots=True)
class Page:
    """One sheet of a workbook: its rows as markup, and what is merged."""

    rows: list[str] = field(default_factory=list)
    merged: list[str] = field(default_factory=list)


def workbook(sheet: Sheet, rng: Random) -> bytes:
    """A workbook: all on one sheet, or a sheet a table; ruled or not; with hidden rows, columns and sheets."""
    return packed(_pages(sheet, rng))


def libreoffice_xls(sheet: Sheet, rng: Random) -> bytes:
    """An XLS file that LibreOffice wrote."""
    return office.converted([("xlsx", workbook(sheet, rng))], "xls")[0]


def libreoffice_xlsx(sheet: Sheet, rng: Random) -> bytes:
    """An XLSX file that LibreOffice wrote."""
    return office.converted([("xlsx", workbook(sheet, rng))], "xlsx")[0]


def libreoffice_ods(sheet: Sheet, rng: Random) -> bytes:
    """An ODS file that LibreOffice wrote."""
    return office.converted([("xlsx", workbook(sheet, rng))], "ods")[0]


def has_calc() -> bool:
    """Whether LibreOffice is here with the part that reads and writes workbooks."""
    program = shutil.which("soffice")
    return program is not None and Path(program).resolve().with_name("libsclo.so").exists()


def _pages(sheet: Sheet, rng: Random) -> list[Page]:
    writer = _Writer(rng, ruled=rng.random() < 0.7, hidden=rng.random() < 0.3)
    tables = tables_of(sheet)
    width = max(
        len(starts) and starts[-1] + rows[at][-1].width
        for rows in tables.values()
        for at, starts in enumerate(starts_of(rows))
    )
    apart = rng.random() < 0.4
    pages = [writer.page]
    writer.line(sheet.truth.title, width)
    for number, heading in heads.CHAPTERS.items():
        if apart and number in tables:
            pages.append(writer.turn())
        writer.line(heading, width)
        for text in sheet.truth.prose.get(number, ()):
            writer.line(text, width)
        if number in tables:
            writer.table(tables[number])
            if apart:
                pages.append(writer.turn())
    return pages


class _Writer:
    """Writes rows; a hidden row has figures that nobody sees."""

    def __init__(self, rng: Random, *, ruled: bool, hidden: bool) -> None:
        self._rng = rng
        self._ruled = ruled
        self._hidden = hidden
        self._first = rng.choice((0, 0, 1))
        self._look = rng.choice((RULED, THOUSANDS, WHOLE)) if ruled else PLAIN
        self._merges = rng.random() < 0.7
        self.page = Page()
        self._row = 1

    def turn(self) -> Page:
        """Begin another sheet."""
        self.page, self._row = Page(), 1
        return self.page

    def line(self, text: str, width: int) -> None:
        """A line of text, in a cell as wide as the table or running over those beside it."""
        if self._merges and width > 1:
            self._merge(self._row, self._first, 1, width)
        self._add(_cell(self._row, self._first, text, PLAIN))

    def table(self, rows: Sequence[Sequence[Td]]) -> None:
        """A table."""
        first = self._row
        covered: dict[int, list[tuple[int, str]]] = {}
        for number, (row, starts) in enumerate(zip(rows, starts_of(rows), strict=True)):
            cells: list[tuple[int, str]] = covered.pop(number, [])
            for td, start in zip(row, starts, strict=True):
                column = self._first + start
                cells.append((column, _cell(first + number, column, td.text, self._style(td.text))))
                for down in range(td.height):
                    held = cells if down == 0 else covered.setdefault(number + down, [])
                    held += [
                        (column + right, _cell(first + number + down, column + right, "", self._style("")))
                        for right in range(td.width)
                        if down or right
                    ]
                if td.width > 1 or td.height > 1:
                    self._merge(first + number, column, td.height, td.width)
            self._add("".join(cell for _, cell in sorted(cells)))
        if self._hidden:
            figures = "".join(
                _cell(self._row, self._first + at, "77", self._style("77")) for at in range(len(rows[-1]))
            )
            self._add(figures, ' hidden="1"')
        if not self._ruled:
            self._row += 1

    def _style(self, text: str) -> int:
        if not self._ruled:
            return PLAIN
        return self._look if text.isdecimal() else RULED

    def _merge(self, row: int, column: int, height: int, width: int) -> None:
        self.page.merged.append(f"{place(row, column)}:{place(row + height - 1, column + width - 1)}")

    def _add(self, cells: str, about: str = "") -> None:
        self.page.rows.append(f'<row r="{self._row}"{about}>{cells}</row>')
        self._row += 1


def place(row: int, column: int) -> str:
    """The name of a cell in a row from 1 and a column from 0."""
    return f"{chr(ord('A') + column)}{row}"


def _cell(row: int, column: int, text: str, style: int) -> str:
    where = f'r="{place(row, column)}" s="{style}"'
    if not text:
        return f"<c {where}/>"
    if text.isdecimal() and text.isascii() and (text == "0" or text[0] != "0"):
        return f"<c {where}><v>{text}</v></c>"
    return f'<c {where} t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'


def packed(pages: Sequence[Page], styles: str = "", before: str = "", after: str = "", drawn: str = "") -> bytes:
    """The file of some sheets, and a hidden one of old figures.

    ``styles`` stands for the usual ones, ``before`` and ``after`` around each sheet's rows; ``drawn`` lies over them.
    """
    old = Page([f'<row r="1">{_cell(1, 0, "55", PLAIN)}{_cell(1, 1, "66", PLAIN)}</row>'])
    numbers = count(1)
    sheets = [(next(numbers), page, "visible") for page in pages] + [(len(pages) + 1, old, "hidden")]
    listed = "".join(
        f'<sheet name="Sheet{number}" sheetId="{number}" state="{state}" r:id="rId{number}"/>'
        for number, _, state in sheets
    )
    related = {f"worksheets/sheet{number}.xml": "worksheet" for number, _, _ in sheets} | {"styles.xml": "styles"}
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    types = "".join(
        f'<Override PartName="/xl/{name}" ContentType="{kind}.{what}+xml"/>' for name, what in related.items()
    )
    types += f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
    types += '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">{types}</Types>',
        "_rels/.rels": _related({"xl/workbook.xml": "officeDocument"}),
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_RELATIONS}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": _related(related),
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}">{styles}</styleSheet>' if styles else _styles(),
    }
    for number, page, _ in sheets:
        merged = "".join(f'<mergeCell ref="{one}"/>' for one in page.merged)
        merged = f"<mergeCells>{merged}</mergeCells>" if merged else ""
        rows = f"{before}<sheetData>{''.join(page.rows)}</sheetData>{merged}{after}"
        if drawn:
            rows += f'<drawing xmlns:r="{_RELATIONS}" r:id="rId1"/>'
            parts[f"xl/worksheets/_rels/sheet{number}.xml.rels"] = _related(
                {f"../drawings/drawing{number}.xml": "drawing"}
            )
            parts[f"xl/drawings/drawing{number}.xml"] = f"<xdr:wsDr {_DRAWING}>{drawn}</xdr:wsDr>"
        content = f'<worksheet xmlns="{_MAIN}">{rows}</worksheet>'
        parts[f"xl/worksheets/sheet{number}.xml"] = content
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def _related(targets: dict[str, str]) -> str:
    lines = (
        f'<Relationship Id="rId{number}" Type="{_RELATIONS}/{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{"".join(lines)}</Relationships>'


def _styles() -> str:
    side = "".join(f'<{name} style="thin"><color auto="1"/></{name}>' for name in ("left", "right", "top", "bottom"))
    looks = "".join(
        f'<xf numFmtId="{code}" fontId="0" fillId="0" borderId="{int(at not in (PLAIN, TEXT))}" xfId="0"'
        ' applyNumberFormat="1" applyBorder="1"/>'
        for at, code in enumerate(_CODES)
    )
    return (
        f'<styleSheet xmlns="{_MAIN}"><numFmts count="1">'
        f'<numFmt numFmtId="164" formatCode="{escape(_ACCOUNTS)}"/></numFmts>'
        '<fonts count="1"><font><sz val="11"/><color theme="1"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill>'
        '<fill><patternFill patternType="gray125"/></fill></fills>'
        f'<borders count="2"><border/><border>{side}</border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
        f'<cellXfs count="{len(_CODES)}">{looks}</cellXfs></styleSheet>'
    )
