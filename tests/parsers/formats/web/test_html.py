"""Oddities of web pages, one a test, on a made-up page whose figures are all different from 0."""

import re
from random import Random

import pytest

from parsers.convert import read_document
from parsers.document.model import Unreadable
from parsers.document.values import State
from parsers.formats.web.html import read_html
from parsers.formats.web.page import Page
from parsers.read import read
from parsers.report import Report, Status
from tests.factory.html import plain_page
from tests.factory.judge import Verdict, judge, misread_words
from tests.factory.layouts import make_named
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth

SHEET = sheet_of(draw_truth(Random(11), 2021))
PAGE = plain_page(SHEET, Random(3)).decode()
HTML = make_named("html")
LICENSING = "disclosure/licensing/decisions"
_CELL = re.compile(r'(行政许可</td><td colspan="3">)([^<]*)(</td>)')


def judged(page: str | bytes) -> Verdict:
    return judge(SHEET, HTML, page if isinstance(page, bytes) else page.encode())


def assert_right(page: str | bytes) -> Report:
    """All is read as printed, and verified."""
    verdict = judged(page)
    assert verdict.report is not None, verdict.failure
    assert not [*verdict.wrong, *verdict.flagged, *misread_words(verdict.report, SHEET)]
    assert verdict.verified
    return verdict.report


def assert_flagged(page: str | bytes) -> Report:
    """Something is not as it should be, and the report says so."""
    verdict = judged(page)
    assert verdict.report is not None, verdict.failure
    assert not verdict.wrong
    assert verdict.report.status in (Status.UNCERTAIN, Status.INCOMPLETE)
    return verdict.report


def with_licensing(markup: str) -> str:
    page, count = _CELL.subn(lambda match: match[1] + markup + match[3], PAGE)
    assert count == 1
    return page


def swapped(old: str, new: str, page: str = PAGE) -> str:
    assert old in page, old
    return page.replace(old, new)


def test_the_page_itself() -> None:
    assert_right(PAGE)


@pytest.mark.parametrize(
    ("markup", "value"),
    [
        ("1<span>3</span>", 13),
        ("<a href='#'><b>1</b>3</a>", 13),
        ("1<!-- x -->3", 13),
        ("&#49;&#51;&ensp;&#12288;", 13),
        ("\u200b1\u202c3\ufeff", 13),
        ("<input value=13 readonly>", 13),
        ("<input type=hidden value=9>13", 13),
        ("<textarea>13</textarea>", 13),
        ("<select><option>9<option selected>13</select>", 13),
        ("13<span style='display: none'>9</span>", 13),
        ("13<span hidden>9</span><template>8</template><script>7</script>", 13),
        ("<span aria-hidden=true>13</span>", 13),
        ("<table><tr><td>13</td></tr></table>", 13),
        ("<o:p><st1:x w:st='on'>13</st1:x></o:p>", 13),
        ("<p class=MsoNormal>13<o:p></o:p></p><![if !vml]><![endif]>", 13),
    ],
)
def test_a_figure_in_any_markup(markup: str, value: int) -> None:
    cell = read(with_licensing(markup).encode()).cells[LICENSING]
    assert (cell.value, cell.state) == (value, State.PRINTED)


@pytest.mark.parametrize(
    "markup",
    [
        "1<br>3",
        "<p>1</p><p>3</p>",
        "<span style='display:block'>1</span><span style='display:block'>3</span>",
        "<span style='float:left'>1</span><span style='float:left'>3</span>",
        "13<sup>1</sup>",
        "13<sup><a href='#n'>1</a></sup>",
        "13<span style='vertical-align: super'>1</span>",
        "13<sup>①</sup>",
        "<del>13</del>15",
        "<span style='text-decoration:line-through'>13</span>15",
        "<s>13</s>",
        "<img src=t.png>",
        "{{row.count}}",
    ],
)
def test_what_is_no_plain_figure_is_flagged(markup: str) -> None:
    cell = assert_flagged(with_licensing(markup)).cells[LICENSING]
    assert cell.value is None


@pytest.mark.parametrize(
    "hide",
    [
        ('class="old"', ".old{display:none}"),
        ('id="old"', "div#old { visibility : hidden }"),
        ('class="a old b"', "body .old { display: none !important } .a { display: block }"),
        ('style="display:none"', ""),
        ("hidden", ""),
        ('style="position:absolute;left:-9999px"', ""),
    ],
)
def test_a_hidden_copy_with_other_figures(hide: tuple[str, str]) -> None:
    attribute, sheet = hide
    copy = re.sub(r">\d+</td>", ">8</td>", "".join(re.findall(r"<table.*?</table>", PAGE, re.DOTALL)))
    page = swapped("</head>", f"<style><!-- {sheet} --></style></head>")
    assert_right(swapped("<table", f"<div {attribute}>{copy}</div><table", page))


def test_what_only_print_or_a_phone_hides_is_seen() -> None:
    sheet = "<style>@media print { table { display: none } } @media (max-width: 600px) { table {display:none} }</style>"
    assert_right(swapped("</head>", f"{sheet}</head>"))


def test_copies_that_differ_are_flagged() -> None:
    article = re.search(r"<table.*</table>", PAGE, re.DOTALL)
    assert article
    other = re.sub(r">\d+</td>", ">8</td>", article[0])
    assert_flagged(swapped("</body>", f"<div class=visible-xs>{other}</div></body>"))


def test_copies_that_agree_are_harmless() -> None:
    article = re.search(r"<table.*</table>", PAGE, re.DOTALL)
    assert article
    assert judged(swapped("</body>", f"<div class=visible-xs>{article[0]}</div></body>")).verified


def test_two_years_in_one_page_are_never_mixed_in_silence() -> None:
    other = plain_page(sheet_of(draw_truth(Random(12), 2021)), Random(3)).decode()
    body = re.search(r"<body>(.*)</body>", other, re.DOTALL)
    assert body
    report = read(swapped("</body>", f"{body[1]}</body>").encode())
    assert report.status is Status.UNCERTAIN


def test_the_foot_is_shown_last() -> None:
    rows = re.findall(r"<tr>.*?</tr>", PAGE, re.DOTALL)
    last = next(row for row in rows if "四、结转下年度继续办理" in row)
    first = next(row for row in rows if "申请人情况" in row)
    page = swapped(last, "")
    assert_right(swapped(first, f"<tfoot>{last}</tfoot>{first}", page))


def test_end_tags_are_missing() -> None:
    assert_right(re.sub("</t[dr]>", "", PAGE))


@pytest.mark.parametrize(("old", "new"), [('rowspan="9"', 'rowspan="99"'), ('colspan="7"', 'colspan="7000"')])
def test_spans_that_are_too_large(old: str, new: str) -> None:
    page = PAGE.replace(old, new)
    assert not judged(page).wrong


def test_a_table_of_pictures_says_so() -> None:
    report = read(re.sub("<table.*?</table>", "<img src=t.png>", PAGE, flags=re.DOTALL).encode())
    assert report.status is Status.INCOMPLETE
    assert report.missing[0] == "table of section 2 (disclosure) is missing: a picture stands in its place"


def test_a_page_of_frames_says_so() -> None:
    with pytest.raises(Unreadable, match="the page shows another page"):
        read(b"<html><body><iframe src=report.htm></iframe></body></html>")


@pytest.mark.parametrize("around", ["<td>", "<table><tr><td>目录</td><td>", "<pre>", "<article><form>"])
def test_whatever_stands_around_the_article(around: str) -> None:
    assert_right(swapped("<div class='nav'>", f"{around}<div class='nav'>"))


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("<p>发布时间：2022-01-26 来源：示例局 浏览次数：123</p>", "2022-01-26"),
        ("<span>发布日期</span><div>2022年1月26日</div>", "2022-01-26"),
        ("<table><tr><td>索引号</td><td>1-2</td><td>发文日期</td><td>2022-01-26</td></tr></table>", "2022-01-26"),
        ("<p>日期：2022/1/26 【字体：大 中 小】</p>", "2022-01-26"),
    ],
)
def test_the_day_of_publication(head: str, published: str) -> None:
    assert assert_right(swapped("<div class='nav'>", f"{head}<div class='nav'>")).published == published


@pytest.mark.parametrize("day", ["2023-13-01", "2023-02-30", "2023年0月1日"])
def test_a_day_in_no_calendar_is_no_day_of_publication(day: str) -> None:
    page = swapped("<div class='nav'>", f"<p>发布时间：{day} 来源：示例局</p><div class='nav'>")
    assert assert_right(page).published is None
    assert assert_right(swapped("<head>", f'<head><meta name="PubDate" content="{day}">')).published is None


def test_the_day_of_publication_in_the_marks_of_the_page() -> None:
    page = swapped("<head>", '<head><meta name="PubDate" content="2022-01-26 10:20">')
    assert assert_right(page).published == "2022-01-26"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-8-sig", "gb18030"])
def test_charsets_under_a_wrong_label(encoding: str) -> None:
    assert_right(PAGE.encode(encoding))


def test_one_broken_character_does_not_change_the_charset() -> None:
    assert_right(swapped("首页", "首@页").encode().replace(b"@", b"\xe9"))


def test_many_unclosed_elements_lose_nothing() -> None:
    assert_right(swapped("<div class='nav'>", "<div>" * 600 + "<div class='nav'>"))


def test_elements_nested_too_deep_are_refused() -> None:
    with pytest.raises(Unreadable, match="nested too deep"):
        read(b"<div>" * 10_000 + PAGE.encode())


def test_too_many_elements_are_refused() -> None:
    with pytest.raises(Unreadable, match="too many elements"):
        read(b"<p>1</p>" * 300_000)


def test_numbers_of_a_sentence_are_no_rows() -> None:
    sentence = "<div><span>共受理</span><span>13</span><span>件</span></div>" * 3
    document = read_html(Page.of_text(f"<div>{sentence}</div>"))
    assert [getattr(block, "text", None) for block in document.blocks] == ["共受理13件"] * 3


def test_a_chapter_of_small_blocks_is_no_table() -> None:
    chapters = "".join(f"<div><p>{n}、其他事项</p><p>无</p></div>" for n in "一二三四")
    assert all(getattr(block, "text", None) for block in read_document(f"<div>{chapters}</div>".encode()).blocks)


@pytest.mark.parametrize("make", ["html of divs", "html of flex rows", "html of a css grid", "html, nested tables"])
def test_a_blank_keeps_its_place(make: str) -> None:
    sheet = sheet_of(draw_truth(Random(21), 2021, empties=True))
    chosen = make_named(make)
    verdict = judge(sheet, chosen, chosen.render(sheet, Random(5)))
    assert verdict.verified
    assert not [*verdict.wrong, *verdict.flagged]
