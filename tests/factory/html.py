"""A sheet as a web page: the official tables with their spans, or what Word makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import takewhile
from random import Random

from tests.factory import heads
from tests.factory.sheet import PrintedRow, Sheet


@dataclass(frozen=True, slots=True)
class Td:
    """A table cell and its spans."""

    text: str
    width: int = 1
    height: int = 1


Rows = Sequence[Sequence[Td]]
Writer = Callable[[Td], str]


def plain_page(sheet: Sheet, rng: Random) -> bytes:
    """The page of a portal: one table a section, real spans, headings in their own elements."""
    return page_with(sheet, rng, plain_table)


def page_with(sheet: Sheet, rng: Random, table: Callable[[Rows], str]) -> bytes:
    """The page of a portal, its tables written by ``table``."""
    tag = rng.choice(("h2", "p", "div"))
    body = body_of(sheet, table, paragraph, lambda text: f"<{tag}>{text}</{tag}>")
    title = f"<h1>{sheet.truth.title}</h1>" if rng.random() < 0.5 else f"<p>{sheet.truth.title}</p>"
    head = f"<head><meta charset='utf-8'><title>{sheet.truth.title}</title></head>"
    nav = "<div class='nav'>首页 | 公开</div>"
    return f"<!DOCTYPE html><html>{head}<body>{nav}<div>{title}{body}</div></body></html>".encode()


def word_page(sheet: Sheet, rng: Random) -> bytes:
    """The same as pasted from Word: spans and paragraphs in every cell, any charset."""
    soup = _Soup(rng)
    body = body_of(sheet, lambda rows: _table(rows, soup.cell), soup.paragraph, soup.paragraph)
    page = f"<html><body><div class=WordSection1>{soup.paragraph(sheet.truth.title)}{body}</div></body></html>"
    return page.encode(rng.choice(("utf-8", "utf-8", "gb18030")))


def body_of(
    sheet: Sheet, table: Callable[[Rows], str], paragraph: Callable[[str], str], heading: Callable[[str], str]
) -> str:
    """The six chapters, their tables written by ``table``."""
    parts: list[str] = []
    tables = tables_of(sheet)
    for number, title in heads.CHAPTERS.items():
        parts.append(heading(title))
        parts += [paragraph(text) for text in sheet.truth.prose.get(number, ())]
        if number in tables:
            parts.append(table(tables[number]))
    return "\n".join(parts)


def tables_of(sheet: Sheet) -> dict[int, Rows]:
    """The rows of the tables of sections 2, 3 and 4."""
    return {2: _disclosure(sheet), 3: _applications(sheet), 4: _disputes(sheet)}


def paragraph(text: str) -> str:
    """A paragraph without any attribute."""
    return f"<p>{escape(text)}</p>"


def plain_table(rows: Rows) -> str:
    """A table without any attribute but its border and spans."""
    return _table(rows, plain_td)


def _table(rows: Rows, cell: Writer) -> str:
    return "<table border='1'><tbody>\n" + "\n".join(table_lines(rows, cell)) + "\n</tbody></table>"


def table_lines(rows: Rows, cell: Writer) -> list[str]:
    """Each row as markup."""
    return ["<tr>" + "".join(cell(td) for td in row) + "</tr>" for row in rows]


def head_tds(sheet: Sheet, table: str) -> list[list[Td]]:
    """The rows of heads of section 3 or 4, without its corner."""
    rows = heads.head_rows(sheet.table_heads(table), heads.DEPTHS[table])
    return [[Td(head.text, head.width, head.height) for head in row] for row in rows]


def ends_of(rows: Rows) -> list[int]:
    """The column in which each row ends."""
    return [starts[-1] + row[-1].width for row, starts in zip(rows, starts_of(rows), strict=True) if row]


def starts_of(rows: Rows) -> list[list[int]]:
    """The column in which each cell begins."""
    taken: set[tuple[int, int]] = set()
    starts: list[list[int]] = []
    for number, row in enumerate(rows):
        starts.append([])
        column = 0
        for td in row:
            while (number, column) in taken:
                column += 1
            starts[-1].append(column)
            taken.update((number + down, column + right) for down in range(td.height) for right in range(td.width))
            column += td.width
    return starts


def _disclosure(sheet: Sheet) -> list[list[Td]]:
    rows: list[list[Td]] = []
    width, serial = sheet.columns("disclosure"), "disclosure" in sheet.numbered
    for block in sheet.blocks():
        rows.append([Td(block[0].row.head, 1 + serial + width)])
        if over := sheet.heads_over(block[0].row):
            labels = [head.label for head in over]
            rows.append([*_serial(heads.SERIAL, serial), Td(heads.ITEM), *_spread(labels, width)])
        for number, row in enumerate(block, start=1):
            values = _spread(row.texts, width, len(row.printed_order))
            rows.append([*_serial(str(number), serial), Td(row.label_text), *values])
    return rows


def _serial(text: str, shown: bool, height: int = 1) -> list[Td]:
    return [Td(text, 1, height)] if shown else []


def _spread(texts: Sequence[str], width: int, size: int = 0) -> list[Td]:
    """Cells that together are ``width`` wide, the last one of a full row widened."""
    size = size or len(texts)
    return [Td(text, width - size + 1 if at == size - 1 else 1) for at, text in enumerate(texts)]


def _applications(sheet: Sheet) -> list[list[Td]]:
    over, serial = sheet.table_heads("applications"), "applications" in sheet.numbered
    rows: list[list[Td]] = []
    if over:
        corner = [*_serial(heads.SERIAL, serial, 3), Td(heads.CORNER, 3, 3)]
        rows = [[*corner, Td(heads.APPLICANT_HEAD, len(over))], *head_tds(sheet, "applications")]
    printed = sheet.block("applications")
    numbered = (_serial(str(number), serial) for number in range(1, len(printed) + 1))
    return rows + [[*number, *_application(printed, at)] for at, number in enumerate(numbered)]


def _application(rows: Sequence[PrintedRow], at: int) -> list[Td]:
    row = rows[at]
    cells = []
    for depth in range(len(row.groups)):
        prefix = row.groups[: depth + 1]
        if at == 0 or rows[at - 1].groups[: depth + 1] != prefix:
            cells.append(Td(prefix[-1], 1, _run(rows[at:], prefix)))
    if row.shifted:
        cells.append(Td(""))
    return [*cells, Td(row.label_text, 3 - len(row.groups)), *(Td(text) for text in row.texts)]


def _run(rows: Sequence[PrintedRow], prefix: tuple[str, ...]) -> int:
    """How many of the rows, from the first on, stand under the same groups."""
    return sum(1 for _ in takewhile(lambda row: row.groups[: len(prefix)] == prefix, rows))


def _disputes(sheet: Sheet) -> list[list[Td]]:
    rows = head_tds(sheet, "disputes") if sheet.table_heads("disputes") else []
    return rows + [[Td(text) for text in row.texts] for row in sheet.block("disputes")]


def spans_of(td: Td) -> str:
    """The attributes for a cell's spans."""
    width = f' colspan="{td.width}"' if td.width > 1 else ""
    return width + (f' rowspan="{td.height}"' if td.height > 1 else "")


def plain_td(td: Td) -> str:
    """A cell without any attribute but its spans."""
    return f"<td{spans_of(td)}>{markup(td.text)}</td>"


def markup(text: str) -> str:
    """A text of one or several lines."""
    return "<br>".join(escape(line) for line in text.split("\n"))


class _Soup:
    """What Word wraps around a text."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._vertical = rng.random() < 0.3
        self._space = rng.choice(("&nbsp;", "&#160;", " ", ""))
        self._split = rng.random() < 0.5

    def cell(self, td: Td) -> str:
        text = self.spans(td.text)
        if self._vertical and td.height > 3 and td.width == 1:
            text = "<br/>".join(escape(char) for char in td.text)
        style = "style='border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt'"
        return f'<td width="64" {style}{spans_of(td)}>\n <p class="MsoNormal" align="center">{text}</p>\n</td>'

    def paragraph(self, text: str) -> str:
        return f'<p class="MsoNormal" style="text-indent:32.0pt">{self.spans(text)}</p>'

    def spans(self, text: str) -> str:
        """The text in one or two spans; an empty one keeps a space."""
        if not text:
            return f'<span lang="EN-US">{self._space}<o:p></o:p></span>'
        cut = self._rng.randint(1, len(text)) if self._split else len(text)
        parts = (part for part in (text[:cut], text[cut:]) if part)
        spans = (f"<span style='font-size:12.0pt;font-family:宋体'>{markup(part)}</span>" for part in parts)
        return self._space + "".join(spans) + "<o:p></o:p>"
