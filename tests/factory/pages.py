"""A sheet as the pages of other hands: no tables at all, tables in tables, cut ones, copies for telephones.

Each page is the same report as ``html.plain_page``; only its markup differs.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from html import escape
from random import Random
from unicodedata import east_asian_width

from parsers.document.values import read_value
from tests.factory.html import (
    Rows,
    Td,
    body_of,
    ends_of,
    markup,
    paragraph,
    plain_table,
    plain_td,
    spans_of,
    starts_of,
    table_lines,
)
from tests.factory.sheet import Sheet
from tests.factory.texts import pdfminer

TableWriter = Callable[[Rows], str]
_EM = 12


def _page(sheet: Sheet, table: TableWriter, style: str = "", before: str = "", after: str = "") -> bytes:
    """A page with a menu before and a foot after the article."""
    title = sheet.truth.title
    body = body_of(sheet, table, paragraph, lambda text: f"<h3>{text}</h3>")
    menu = "<nav><ul><li><a href='#'>首页</a></li><li><a href='#'>政务公开</a></li></ul></nav>"
    foot = "<footer><p>联系电话：0379-60000000</p><p>豫ICP备10000000号-1</p></footer>"
    article = f"<article><h1>{title}</h1>{body}</article>"
    head = f"<head><meta charset='utf-8'><title>{title}</title><style>{style}</style></head>"
    return f"<!DOCTYPE html><html>{head}<body>{menu}{before}{article}{after}{foot}</body></html>".encode()


def div_rows(sheet: Sheet, rng: Random) -> bytes:
    """Rows and cells that are elements of no meaning, or of a list; a group's cell stands in its first row only."""
    outer, row, cell = rng.choice(
        (("div", "div", "div"), ("div", "ul", "li"), ("section", "div", "p"), ("div", "dl", "dd"))
    )

    def table(rows: Rows) -> str:
        lines = ("".join(f"<{cell}>{markup(td.text)}</{cell}>" for td in held) for held in rows)
        return f"<{outer}>" + "\n".join(f"<{row}>{line}</{row}>" for line in lines) + f"</{outer}>"

    return _page(sheet, table)


def flex_rows(sheet: Sheet, rng: Random) -> bytes:
    """Spans in rows that only CSS lines up, written in the elements or in a sheet of the page."""
    display = rng.choice((("flex", ""), ("block", "inline-block"), ("table-row", "table-cell")))
    inline = rng.random() < 0.5
    style = f".r{{display:{display[0]}}} .r .c{{display:{display[1]};width:9%}}"
    row = f'style="display:{display[0]}"' if inline else 'class="r"'
    cell = f'style="display: {display[1]}; width:9%"' if inline else 'class="c"'

    def table(rows: Rows) -> str:
        lines = ("".join(f"<span {cell}>{markup(td.text)}</span>" for td in held) for held in rows)
        return "<div>" + "".join(f"<div {row}>{line}</div>" for line in lines) + "</div>"

    return _page(sheet, table, "" if inline else style)


def css_grid(sheet: Sheet, rng: Random) -> bytes:
    """All cells of a table in one element whose CSS makes columns of them, with spans."""

    def table(rows: Rows) -> str:
        columns = Counter(ends_of(rows)).most_common(1)[0][0]
        spans = ((td, f"grid-column: span {td.width}; grid-row: span {td.height}") for held in rows for td in held)
        cells = "".join(f'<div style="{style}">{markup(td.text)}</div>' for td, style in spans)
        return f'<div style="display:grid; grid-template-columns: repeat({columns}, 1fr)">{cells}</div>'

    return _page(sheet, table)


def placed(sheet: Sheet, rng: Random) -> bytes:
    """Every line in its place by left and top, as a PDF turned into HTML; an empty cell leaves nothing."""
    boxes: list[str] = []
    down = 40

    def put(text: str, left: float, top: float) -> None:
        place = f"position:absolute;top:{top:.1f}px;left:{left:.1f}px;font-size:{_EM}px;white-space:nowrap"
        boxes.append(f'<p style="{place}">{escape(text)}</p>')

    def line(text: str) -> str:
        nonlocal down
        down += 2 * _EM
        put(text, 60, down)
        return ""

    def table(rows: Rows) -> str:
        nonlocal down
        edges = _edges(max(ends_of(rows)))
        for held, starts in zip(rows, starts_of(rows), strict=True):
            cells = [(td, edges[at], edges[at + td.width]) for td, at in zip(held, starts, strict=True)]
            wrapped = [_wrapped(td.text, right - left) for td, left, right in cells]
            tallest = max(map(len, wrapped))
            down += _EM
            for (_, left, right), lines in zip(cells, wrapped, strict=True):
                first = down + (tallest - len(lines)) * 0.6 * _EM + rng.randint(-1, 1)
                for number, text in enumerate(lines):
                    put(text, (left + right - _set_width(text)) / 2, first + number * 1.2 * _EM)
            down += round(tallest * 1.2 * _EM)
        return ""

    put(sheet.truth.title, 200, 10)
    body_of(sheet, table, line, line)
    return f"<html><body><div style='position:relative'>{''.join(boxes)}</div></body></html>".encode()


def _edges(columns: int) -> list[float]:
    """Where the columns of a table begin and the last one ends: labels are wider than figures."""
    # As the heads of section 2 are wide, of section 3 the labels, and of section 4 nothing.
    widths = [240.0] * columns if columns < 7 else [90.0, 90.0, 150.0] if columns < 14 else []
    widths += [130.0] * (columns - len(widths))
    return [60 + sum(widths[:at]) for at in range(columns + 1)]


def _wrapped(text: str, width: float) -> list[str]:
    """Lines of a text that fit into a cell; a line may end before."""
    if read_value(text):
        return [text] if text else []
    if "\n" in text:
        return [line for part in text.split("\n") for line in _wrapped(part, width)]
    lines = [""]
    for char in text:
        if _set_width(lines[-1] + char) > width - 8:
            lines.append("")
        lines[-1] += char
    return [line for line in lines if line]


def _set_width(text: str) -> float:
    return sum(_EM if east_asian_width(char) in "WF" else _EM / 2 for char in text)


def cell_a_paragraph(sheet: Sheet, rng: Random) -> bytes:
    """No rows at all: every cell is a paragraph, or a line of one."""
    between = rng.choice(("</p><p>", "<br>", "<br/>\n"))

    def table(rows: Rows) -> str:
        return "<p>" + between.join(markup(td.text) for held in rows for td in held if td.text) + "</p>"

    return _page(sheet, table)


def set_in_lines(sheet: Sheet, rng: Random) -> bytes:
    """The text of a PDF between <pre> and </pre>."""
    text = pdfminer(sheet, rng).decode().replace("\f", "\n")
    return f"<html><body><div id=a><pre>{escape(text)}</pre></div></body></html>".encode()


def nested_tables(sheet: Sheet, rng: Random) -> bytes:
    """The page is laid out by tables, and perhaps every figure stands in a table of its own."""
    boxed = rng.random() < 0.5

    def cell(td: Td) -> str:
        inner = f"<table><tr><td>{markup(td.text)}</td></tr></table>" if boxed else markup(td.text)
        return f"<td{spans_of(td)}>{inner}</td>"

    def table(rows: Rows) -> str:
        return f"<table><tr><td><table>{''.join(table_lines(rows, cell))}</table></td></tr></table>"

    page = _page(sheet, table).decode()
    left = "<table><tr><td>首页</td><td>机构</td><td>公开</td></tr><tr><td width=200>年报</td><td colspan=2>"
    return page.replace("<article>", left).replace("</article>", "</td></tr></table>").encode()


def cut_tables(sheet: Sheet, rng: Random) -> bytes:
    """Tables cut in two without a second head, and the cell of a group lost where it was cut."""

    def table(rows: Rows) -> str:
        cut = rng.randint(min(6, len(rows)), len(rows))
        return plain_table(rows[:cut]) + (f"<p>&nbsp;</p>{plain_table(rows[cut:])}" if rows[cut:] else "")

    return _page(sheet, table)


def row_tables(sheet: Sheet, rng: Random) -> bytes:
    """A table for every row below the heads."""

    def table(rows: Rows) -> str:
        alone = (at for at, row in enumerate(rows) if all(td.height == 1 for td in row) and at >= 3)
        first = next(alone, len(rows))
        return plain_table(rows[:first]) + "".join(plain_table([row]) for row in rows[first:])

    return _page(sheet, table)


def excel_page(sheet: Sheet, rng: Random) -> bytes:
    """A sheet of Excel saved as a page: column elements, classes, empty hidden rows, its conditional comments."""
    zero = (
        "<![if supportMisalignedColumns]><tr height=0 style='display:none'><td width=72></td><td>0</td></tr><![endif]>"
    )

    def cell(td: Td) -> str:
        space = "<span style='mso-spacerun:yes'>&nbsp;</span>" if td.text.isdecimal() else ""
        kind = " x:num" if td.text.isdecimal() else ""
        return f"<td{spans_of(td)} class=xl65 style='border-top:none'{kind}>{space}{markup(td.text)}</td>\n"

    def table(rows: Rows) -> str:
        columns = "<col width=72 style='mso-width-source:userset;mso-width-alt:2304;width:54pt'>" * 3
        lines = "".join(table_lines(rows, cell)).replace("<tr>", "<tr height=18 style='height:13.5pt'>")
        return f"<table x:str border=0 cellpadding=0 style='border-collapse:collapse'>{columns}{lines}{zero}</table>"

    sheet_style = "<!--table {mso-displayed-decimal-separator:'\\.';} .xl65 {mso-number-format:General;}-->"
    office = "<!--[if gte mso 9]><xml><x:ExcelWorkbook><x:Name>0</x:Name></x:ExcelWorkbook></xml><![endif]-->"
    return _page(sheet, table, sheet_style).replace(b"</head>", office.encode() + b"</head>")


def phone_copies(sheet: Sheet, rng: Random) -> bytes:
    """Each table twice: a hidden copy with other figures, or one that shows and says the same."""
    hidden = rng.random() < 0.6
    attribute = rng.choice(('style="display:none"', 'class="only phone"', 'id="m"', "hidden"))

    def table(rows: Rows) -> str:
        if not hidden:
            return f'<div class="visible-xs">{plain_table(rows)}</div><div class="hidden-xs">{plain_table(rows)}</div>'
        other = [[replace(td, text="8") if td.text.isdecimal() else td for td in row] for row in rows]
        copies = [f"<div {attribute}>{plain_table(other)}</div>", plain_table(rows)]
        rng.shuffle(copies)
        return "".join(copies)

    media = "@media (max-width: 768px) { .phone { display: block } article { display: none } }"
    return _page(sheet, table, f".phone, #m {{ display: none }} {media}")


def foot_first(sheet: Sheet, rng: Random) -> bytes:
    """The last rows are the table's foot, which is written first and shown last; many end tags are missing."""
    closed = rng.random() < 0.5

    def table(rows: Rows) -> str:
        lines = table_lines(rows, plain_td)
        reach = [max(at + td.height for at, row in enumerate(rows[:n]) for td in row) for n in range(1, len(rows))]
        cut = max((n for n, end in enumerate(reach, start=1) if end <= n and n >= 3), default=len(rows))
        parts = (f"<tfoot>{''.join(lines[cut:])}</tfoot>", f"<tbody>{''.join(lines[:cut])}</tbody>")
        text = f"<table>{''.join(parts)}</table>"
        return text if closed else re.sub("</(td|tr|tbody|tfoot)>", "", text)

    return _page(sheet, table)


def spread_figures(sheet: Sheet, rng: Random) -> bytes:
    """Figures cut over several elements, in fields, or as references to characters."""

    def figure(text: str) -> str:
        cut = rng.randint(0, len(text))
        return rng.choice((
            f"<a href='#'>{text[:cut]}<span>{text[cut:]}</span></a>",
            f"<b>{text[:cut]}</b><!-- {cut} --><font>{text[cut:]}</font>",
            f"<input type=text value='{text}' readonly>",
            f"<textarea>{text}</textarea>",
            "".join(f"&#{ord(char)};" for char in text),
            f"\u200b{text[:cut]}&#8203;{text[cut:]}&ensp;&#12288;",
            f"<span style='display:none'>9</span>{text}<template>7</template>",
        ))  # fmt: skip

    def cell(td: Td) -> str:
        plain = td.text.isdecimal() and td.text.isascii()
        return f"<td{spans_of(td)}>{figure(td.text) if plain else markup(td.text)}</td>"

    return _page(sheet, lambda rows: f"<table>{''.join(table_lines(rows, cell))}</table>")


# Name, how it is drawn, whether an empty cell can be seen, and whether there are rows and columns.
PAGES: Sequence[tuple[str, Callable[[Sheet, Random], bytes], bool, bool]] = (
    ("html of divs", div_rows, True, True),
    ("html of flex rows", flex_rows, True, True),
    ("html of a css grid", css_grid, True, True),
    ("html of placed pieces", placed, False, True),
    ("html, a cell a paragraph", cell_a_paragraph, False, False),
    ("html, set in lines", set_in_lines, False, False),
    ("html, nested tables", nested_tables, True, True),
    # A row without its group's cell that begins with a blank looks like one that lost its last value.
    ("html, cut tables", cut_tables, False, True),
    ("html, a table a row", row_tables, False, True),
    ("html of excel", excel_page, True, True),
    ("html, copies for phones", phone_copies, True, True),
    ("html, foot first", foot_first, True, True),
    ("html, spread figures", spread_figures, True, True),
)
