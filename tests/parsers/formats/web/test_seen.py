"""What is seen of a cell, as Chromium draws it: figures that styles hide, show again, move, turn, strike out, cover."""

import pytest

from parsers.document.model import Grid, GridCell
from parsers.document.reasons import Why
from parsers.formats.markdown import read_markdown
from parsers.formats.web.html import read_html
from parsers.formats.web.mhtml import page_of
from parsers.formats.web.page import Page

SEVEN = "24461<i class=x>7</i>"


def cell_of(content: str, sheet: str = "", head: str = "") -> GridCell:
    """The cell of class ``c`` in a row of class ``r``, read from a page with a style sheet."""
    row = f"<tr class=r><td>规章</td><td class=c>{content}</td><td>13</td></tr>"
    page = f"<html><head>{head}<style>{sheet}</style></head><body><table border=1>{row}</table></body></html>"
    (grid,) = (block for block in read_html(Page.of_text(page)).blocks if isinstance(block, Grid))
    cell = grid.rows[0][1]
    assert cell is not None
    return cell


@pytest.mark.parametrize(
    "sheet",
    [
        ".x { opacity: 0 }",
        ".x { visibility: hidden }",
        ".x { position: absolute; clip: rect(0 0 0 0) }",
        ".x { position: absolute; clip-path: inset(100%) }",
        ".x { position: absolute; width: 1px; height: 1px; overflow: hidden }",
        ".x { position: absolute; margin: 0 0 0 -3000px }",
        ".x { position: absolute; inset: 0 auto auto -9999px }",
        ".x { display: block; height: 0; overflow: hidden }",
        ".x { display: block; content-visibility: hidden }",
        ".x { font: 0/0 a }",
        ".x { font-size: 1px }",
        ".x { color: #fff }",
        ".x { color: #fefefe }",
        ".x { color: transparent }",
        ".x { color: hsl(0 0% 100%) }",
        ".x { color: Canvas }",
        ".x { color: oklch(1 0 0) }",
        ".x { -webkit-text-fill-color: transparent }",
        ".x { color: white; color: whitee }",
        ".x { display: none; display: bogus }",
        ":root { --paper: #fff } .x { color: var(--paper) }",
        ":root { --off: none } .x { display: var(--no, var(--off)) }",
        "td.c { background: #000; color: #fff } .x { color: #000 }",
        ".c { .x { display: none } }",
        "td { &.c > .x { display: none } }",
        ".x:dir(ltr) { display: none }",
        ".c :-webkit-any(.x, .y) { display: none }",
    ],
)
def test_a_part_that_nobody_sees_is_no_part_of_the_figure(sheet: str) -> None:
    cell = cell_of(SEVEN, sheet)
    assert ("".join(cell.text.split()), cell.shows) == ("24461", None)


@pytest.mark.parametrize(
    ("content", "sheet"),
    [
        ("<span style='visibility:hidden'>7<b style='visibility:visible'>24461</b></span>", ""),
        ("<span style='color:#fff'>7<b style='color:initial'>24461</b></span>", ""),
        ("<a href=x>24461</a>", "td.c { color: #fff }"),
        ("<i hidden style='display:inline'>24461</i>", ""),
        ("<b>461</b><b>24</b>", ".c { display: flex; flex-flow: row-reverse }"),
        ("24461<i popover>7</i>", ""),
        ("\u202e16442\u202c", ""),
        ("<bdo dir=rtl>16<b>44</b>2</bdo>", ""),
        ("16442", "td.c { direction: rtl; unicode-bidi: bidi-override }"),
        ("<span dir=rtl>24461</span>", ""),
    ],
)
def test_what_is_seen_is_read_in_the_order_in_which_it_is_seen(content: str, sheet: str) -> None:
    cell = cell_of(content, sheet)
    assert (cell.text, cell.shows) == ("24461", None)


@pytest.mark.parametrize(
    ("content", "sheet"),
    [
        (SEVEN, "@supports not (display: grid) { .x { display: none } }"),
        (SEVEN, ".x { color: currentcolor }"),
        (SEVEN, ".x { color: #fff; color: inherit }"),
        (SEVEN, ".x { visibility: inherit }"),
        (SEVEN, ".x { display: none; display: unset; visibility: initial }"),
        (SEVEN, ".x { color: #fff; background: #000 }"),
        (SEVEN, "input:checked + .x { display: none }"),
        (SEVEN, "td.c { --a: none } .x { display: var(--b) }"),
    ],
)
def test_what_hides_nothing_leaves_the_figure(content: str, sheet: str) -> None:
    cell = cell_of(content, sheet)
    assert (cell.text, cell.shows) == ("244617", None)


@pytest.mark.parametrize(
    ("content", "sheet", "why"),
    [
        ("24461", "td.c::first-letter { font-size: 0 }", Why.STYLED),
        ("24461", "td.c { letter-spacing: -1em }", Why.STYLED),
        ("24461", "td.c { -webkit-text-security: disc }", Why.STYLED),
        ("24461", "td.c { -webkit-mask: linear-gradient(transparent, transparent) }", Why.STYLED),
        ("24461", "td.c { filter: blur(9px) }", Why.STYLED),
        ("24461", "td.c { color: color-mix(in srgb, white, white) }", Why.STYLED),
        ("24461", "td.c { max-width: 20px; overflow: hidden }", Why.STYLED),
        ("24461", "td.c { position: relative; left: 60px }", Why.STYLED),
        ("<i class=x>66</i>", ".x { display: inline-block; transform: rotate(180deg) }", Why.STYLED),
        ("<i class=x>24461</i>", ".x { display: inline-block; width: 20px; overflow: hidden }", Why.STYLED),
        ("<div class=x>24461</div>", ".x { text-indent: 100%; white-space: nowrap; overflow: hidden }", Why.STYLED),
        ("<div class=x>24461</div>", ".x { position: absolute; left: 50%; top: 0 }", Why.STYLED),
        ("<i class=x>61</i><b>244</b>", ".x { position: relative; left: 30px }", Why.STYLED),
        ("<i class=x>24461</i>", ".x { color: transparent; text-shadow: 0 0 0 #000 }", Why.STYLED),
        (SEVEN, "td.c { background: linear-gradient(#fff, #fff) } .x { color: #fff }", Why.STYLED),
        ("24461<i class=x></i>", ".x { position: absolute; inset: 0; background: #fff }", Why.STYLED),
        ("24461", ".c::after { content: ''; position: absolute; inset: 0; background: #fff }", Why.STYLED),
        ("24461<small>1</small>", "", Why.STYLED),
        ("<span dir=rtl>-24461</span>", "", Why.SHOWS_REVERSED),
        ("<font face=Wingdings>24461</font>", "", Why.SHOWS_SYMBOLS),
        ("<ol><li>24461</ol>", "", Why.SHOWS_NUMBER),
        ("24461", "td.c { color: #fff }", Why.SHOWS_FAINT),
        ("<p>24461", "p { text-indent: -999em }", Why.SHOWS_FAINT),
        ("24461", "td.c { visibility: hidden }", None),
    ],
)
def test_what_a_style_may_change_is_in_doubt(content: str, sheet: str, why: Why | None) -> None:
    assert cell_of(content, sheet).shows is why


@pytest.mark.parametrize(
    ("content", "sheet"),
    [
        ("<p style='margin-left:0cm;text-indent:0cm'><span lang=EN-US style='font-size:10.5pt'>24461</span></p>", ""),
        ("<p style='margin-left:21pt;text-indent:-21pt'>24461</p>", ""),
        ("<p style='text-indent:2em'>24461</p>", ""),
        ("<span style='letter-spacing:-0.4pt'>2</span><span>4461</span>", ""),
        ("<span style='position:relative;top:1px'>24461</span>", ""),
        ("<div style='width:60px;height:20px;overflow:hidden;text-overflow:ellipsis'>24461</div>", ""),
        ("<ul style='list-style:none'><li>24461</ul>", ""),
        ("<span style='font-size:8px;color:#666'>24461</span>", ""),
        ("24461", "html { filter: grayscale(100%); -webkit-filter: grayscale(1) }"),
        ("24461", "table { position: relative; left: 50%; transform: translateX(-50%) }"),
        ("24461", "tr:nth-child(odd) { background: #f5f5f5 }"),
        ("24461", "tr.r { background: #036; color: #fff }"),
        ("24461", "body { background: #000; color: #fff }"),
        ("24461", "td.c { position: sticky; left: 0; opacity: 1; filter: none; transform: none }"),
        ("24461", ".c::after { content: ''; position: absolute; bottom: 0; height: 1px; background: #ddd }"),
        ("24461", ".menu, .tip::after { display: none; text-indent: -999em }"),
    ],
)
def test_plain_styling_leaves_a_figure_certain(content: str, sheet: str) -> None:
    cell = cell_of(content, sheet)
    assert (cell.text, cell.shows) == ("24461", None)


@pytest.mark.parametrize("sheet", ["td.c { text-decoration: line-through }", "tr.r { text-decoration: line-through }"])
def test_a_cell_that_is_struck_out_as_a_whole(sheet: str) -> None:
    assert cell_of("24461", sheet).text == "~~24461~~"


@pytest.mark.parametrize("sheet", ["{ vertical-align: 6px }", "{ vertical-align: top; font-size: 9px }"])
def test_a_note_that_is_raised_by_its_style(sheet: str) -> None:
    assert cell_of("24461<i class=x>1</i>", f".x {sheet}").text == "24461¹"


@pytest.mark.parametrize(
    ("sheet", "text"),
    [
        ("display: flex", "24461"),
        ("display: flex; gap: 0", "24461"),
        ("display: flex; gap: 1em", "24 461"),
        ("display: flex; justify-content: space-between", "24 461"),
        ("display: flex; flex-direction: column", "24\n461"),
        ("display: grid", "24\n461"),
    ],
)
def test_parts_that_a_cell_sets_out(sheet: str, text: str) -> None:
    found = cell_of("<b>24</b><b>461</b>", f".c {{ {sheet} }}").text
    assert [" ".join(line.split()) for line in found.split("\n") if line] == text.split("\n")


def test_rows_and_columns_that_are_collapsed() -> None:
    cells = "<tr style='visibility:collapse'><td>1<td>2<td>3<tr><td>4<td>5<td>6"
    page = f"<html><table><colgroup><col><col span=2 style='visibility:collapse'></colgroup>{cells}</table></html>"
    (grid,) = (block for block in read_html(Page.of_text(page)).blocks if isinstance(block, Grid))
    assert [[cell and cell.text for cell in row] for row in grid.rows] == [["4", "", ""]]


@pytest.mark.parametrize(
    ("link", "why"),
    [
        ("<link rel=stylesheet href=a.css>", Why.LACKS_STYLE),
        ("<link rel=stylesheet href=a.css media=print>", None),
        ("<link rel='alternate stylesheet' href=a.css>", None),
        ("<link rel=icon href=a.ico>", None),
        ("<style>@import 'a.css' screen;</style>", Why.LACKS_STYLE),
        ("<style>@import url(a.css) print;</style>", None),
    ],
)
def test_a_figure_in_parts_is_in_doubt_where_a_style_sheet_is_missing(link: str, why: Why | None) -> None:
    assert cell_of("2<b>4461</b>", head=link).shows is why
    assert cell_of("<b>24461</b> <i>件</i>", head=link).shows is None


def test_white_on_what_a_missing_style_sheet_may_colour_is_in_doubt() -> None:
    cell = cell_of("<font color=white>24461</font>", head="<link rel=stylesheet href=a.css>")
    assert (cell.text, cell.shows) == ("24461", Why.STYLED)
    assert cell_of("<font color=white>24461</font>").text == ""


def test_style_sheets_that_are_handed_over_count_in_their_order() -> None:
    page = (
        b"<link rel=stylesheet href=a.css><style>i { display: inline }</style><link rel=stylesheet href=b.css>"
        b"<table><tr><td>1<i>2</i><td>3</table>"
    )
    sheets = {"a.css": "i { display: none }", "b.css": "@import 'c.css';", "c.css": ""}
    assert _first(Page(page, sheets)) == "12"
    assert _first(Page(page, {**sheets, "c.css": "i { display: none }"})) == "1"


def _first(page: Page) -> str:
    (grid,) = (block for block in read_html(page).blocks if isinstance(block, Grid))
    return next(grid.origins(0)).text


def test_markdown_hides_what_its_tags_hide() -> None:
    text = (
        "<style>.x { display: none }</style>\n| 规章 | 1<i class=x>2</i><!-- 7 --> | a < b & c |\n"
        "|---|---|---|\n| <bdo dir=rtl>31</bdo> | <s>4</s> | 5<sup>1</sup> |\n"
        "<div style='display:none'>\n| 6 |\n</div>\n尾"
    )
    document = read_markdown(text, 100)
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    assert [[cell and cell.text for cell in row] for row in grid.rows] == [
        ["规章", "1", "a < b & c"],
        ["13", "~~4~~", "5¹"],
    ]
    assert [(block.text, block.line) for block in document.blocks if not isinstance(block, Grid) and block.text] == [
        ("尾", 8)
    ]


def test_what_an_animation_fades_in_is_read_in_doubt() -> None:
    cell = cell_of("24461", "td.c { opacity: 0; animation: fade 1s forwards }")
    assert (cell.text, cell.shows) == ("24461", Why.STYLED)


def test_a_page_in_a_single_file_brings_its_style_sheets() -> None:
    parts = [
        "Content-Type: text/html\r\n\r\n<link rel=stylesheet href='cid:a@mhtml.blink'>"
        "<table><tr><td>1<i>2</i><td>3</table>",
        "Content-Type: text/css\r\nContent-ID: <a@mhtml.blink>\r\n\r\ni { display: none }",
    ]
    body = "".join(f"--x\r\n{part}\r\n" for part in parts)
    page = page_of(f'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n{body}--x--'.encode())
    assert _first(page) == "1"
