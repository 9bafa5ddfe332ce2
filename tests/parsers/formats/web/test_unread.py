"""What cells of a page show besides their text; and what is in so many sound pages that it must mean nothing."""

import pytest

from parsers.document.model import Grid
from parsers.document.reasons import Why
from parsers.formats.web.html import read_html
from parsers.formats.web.page import Page
from tests.parsers.formats.web.test_html import LICENSING, PAGE, assert_flagged, assert_right, swapped, with_licensing


def shown(attributes: str, content: str, head: str = "", foot: str = "") -> Why | None:
    """What a cell with this content shows besides its text; the cells around it show nothing."""
    row = f"<tr><td>规章</td><td {attributes}>{content}</td><td></td><td>13</td></tr>"
    page = f"<html><head>{head}</head><body><table>{row}</table>{foot}</body></html>"
    (grid,) = (block for block in read_html(Page.of_text(page)).blocks if isinstance(block, Grid))
    label, cell, *others = grid.rows[0]
    assert cell is not None
    assert [other.shows for other in (label, *others) if other] == [None] * 3
    return cell.shows


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('<img src="1.png" width="10" height="16">', Why.SHOWS_PICTURE),
        ('4<img src="1.png">', Why.SHOWS_PICTURE),
        ("<svg width=20><text>24461</text></svg>", Why.SHOWS_PICTURE),
        ("<canvas></canvas>", Why.SHOWS_PICTURE),
        ("<iframe src=1.html></iframe>", Why.SHOWS_PICTURE),
        ("<meter value=3></meter>", Why.SHOWS_PICTURE),
        ("<input>", Why.SHOWS_FIELD),
        ("<input type=password value=13>", Why.SHOWS_FIELD),
        ("<input type=checkbox>", Why.SHOWS_FIELD),
        ("<textarea></textarea>", Why.SHOWS_FIELD),
        ("<button>13</button>", Why.SHOWS_FIELD),
        ("<script>w(13)</script>", Why.SHOWS_SCRIPT),
        ("<span v-text='row.count'></span>", Why.SHOWS_SCRIPT),
        ("<span ng-bind='row.count'></span>", Why.SHOWS_SCRIPT),
        ("<span data-bind='text: count'></span>", Why.SHOWS_SCRIPT),
        ("<span style='background: url(13.png) no-repeat'></span>", Why.SHOWS_STYLE),
    ],
)
def test_a_cell_that_shows_more_than_text(content: str, why: Why) -> None:
    assert shown("", content) is why


@pytest.mark.parametrize(
    ("attributes", "script"),
    [
        ("id=a1", 'document.getElementById("a1").innerHTML = "24461"'),
        ("id=a1", '$("#a1").text(24461)'),
        ("id=a1", "a1.innerText = 24461"),
        ("class=n", '$(".n").html(24461)'),
        ("data-key=x", "document.querySelector('[data-key=x]').textContent = 24461"),
    ],
)
def test_a_blank_into_which_a_script_of_the_page_writes(attributes: str, script: str) -> None:
    assert shown(attributes, "", foot=f"<script>{script}</script>") is Why.SHOWS_SCRIPT


def test_blanks_of_a_table_whose_cells_a_script_fills_by_their_number() -> None:
    page = "<table><tr><td>规章</td><td></td><td>13</td></tr></table><script>t.rows[0].cells[1].innerHTML = 9</script>"
    (grid,) = (block for block in read_html(Page.of_text(f"<html>{page}</html>")).blocks if isinstance(block, Grid))
    assert [cell.shows for cell in grid.origins(0)] == [None, Why.SHOWS_SCRIPT, None]


@pytest.mark.parametrize(
    "sheet",
    [
        '.n::after { content: "24461" }',
        ".n:before { content: attr(data-n) }",
        r".n:after { content: '\32\34' }",
        ".n { background-image: url(24461.png) }",
        ".n { background: url('24461.png') no-repeat }",
        "@media screen { .n { background: url(24461.png) } }",
    ],
)
@pytest.mark.parametrize("content", ["", "<i class=n data-n=24461></i>"])
def test_a_blank_that_a_style_sheet_fills(sheet: str, content: str) -> None:
    attributes = "" if content else "class=n data-n=24461"
    assert shown(attributes, content, head=f"<style>{sheet}</style>") is Why.SHOWS_STYLE


@pytest.mark.parametrize(
    "content",
    [
        "",
        "<span></span>",
        "<img src=x.gif width=1 height=1>",
        "<img src=x.png style='display:none'>",
        "<input type=hidden value=9>",
        "<span hidden><img src=x.png></span>",
        "13<span v-cloak></span>",
        "<input value=13 readonly>",
    ],
)
def test_what_shows_nothing_is_nothing(content: str) -> None:
    assert shown("", content) is None


@pytest.mark.parametrize(
    "sheet",
    [
        ".n:after { content: ''; display: block; clear: both }",
        '.n:after { content: "."; visibility: hidden; height: 0 }',
        ".n:before { content: none }",
        ".n { background: #fff }",
        ".n { border-image: url(border.png) 30 round }",
        "@media print { .n { background: url(x.png) } }",
        ".x { background: url(x.png) }",
    ],
)
def test_styles_that_show_no_figure(sheet: str) -> None:
    assert shown("class=n", "", head=f"<style>{sheet}</style>") is None


def test_a_picture_behind_all_cells_is_decoration() -> None:
    assert shown("", "", head="<style>td { background: url(paper.gif) repeat-x }</style>") is None


@pytest.mark.parametrize(
    "script",
    [
        "document.getElementById('visits').innerHTML = count",
        "document.querySelectorAll('td').forEach(function (td) { td.style.color = 'red' })",
        "var old = document.body.innerHTML; document.body.innerHTML = document.getElementById('zoom').innerHTML",
    ],
)
def test_scripts_that_write_elsewhere(script: str) -> None:
    assert shown("id=a1 class=n", "", foot=f"<script>{script}</script>") is None


def test_a_logo_a_seal_and_icons_outside_of_the_table_leave_a_report_verified() -> None:
    page = swapped("<table", "<img src=logo.png><svg></svg><input name=q><table", PAGE)
    assert_right(swapped("</body>", "<script>document.write(new Date())</script><img src=seal.png></body>", page))


def test_a_figure_in_a_picture_makes_its_cell_uncertain() -> None:
    cell = assert_flagged(with_licensing('1<img src="3.png" width="8" height="12">')).cells[LICENSING]
    assert cell.reason is not None
    assert cell.reason.why is Why.SHOWS_PICTURE
