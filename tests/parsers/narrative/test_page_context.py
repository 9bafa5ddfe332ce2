"""What pages of several makes say around a report of where it belongs."""

import re
from dataclasses import replace

import pytest

from nianbao.portal.pages import report_page
from nianbao.portal.reports import sample_reports
from parsers.document.model import Paragraph
from parsers.narrative.page_context import read_surroundings
from parsers.read import read
from parsers.report import Report
from tests.effort import calls

TOWN = replace(sample_reports()[33923], title="城关镇人民政府2022年政府信息公开工作年度报告", agency="城关镇人民政府")
PAGE = report_page(TOWN).replace("发布机构：城关镇人民政府　", "")
BARE = read(PAGE.encode())


def page(before: str = "", after: str = "", body: str = PAGE) -> Report:
    """The town's page with something before and after its article."""
    return read(body.replace("<main>", f"{before}<main>").replace("</main>", f"</main>{after}").encode())


def assert_only_hint_differs(report: Report, hint: str | None) -> None:
    assert report.hint == hint
    # A table above the article is counted among the tables, so the places of rows differ.
    assert replace(report, hint=None, published=BARE.published, places=BARE.places) == BARE


def test_page_without_any() -> None:
    assert BARE.hint is None
    assert BARE.agency == TOWN.agency


@pytest.mark.parametrize(
    "before",
    [
        '<div class="crumb">当前位置：<a>首页</a> &gt; <a>洛阳市</a> &gt; <a>新安县</a> &gt; 正文</div>',
        "<p>您的位置：首页&nbsp;&raquo;&nbsp;洛阳市&nbsp;&raquo;&nbsp;新安县&nbsp;&raquo;&nbsp;2022年</p>",
        "<p>您现在所在的位置: 首页 / 洛阳市 / 新安县 字号：大 中 小</p>",
        "<p>所在位置：首页 - 洛阳市 - 新安县 发布时间：2023-02-09</p>",
        "<nav><a>首页</a> &gt; <a>洛阳市</a> &gt; <a>新安县</a></nav>",
        "<div>您的位置：<ul><li>首页</li><li>洛阳市</li><li>新安县</li><li>2022年</li></ul></div>",
        "<ul><li>您现在的位置：</li><li>首页</li><li>&gt;</li><li>洛阳市</li><li>&gt;</li><li>新安县</li></ul>",
        "<nav><ol><li>首页 &gt;</li><li>洛阳市 &gt;</li><li>新安县</li></ol></nav>",
        "<p>当前位置：首页 &gt; 洛阳市</p><p>&gt; 新安县</p>",
        "<table><tr><td>当前位置：首页 &gt; 洛阳市 &gt; 新安县</td></tr></table>",
    ],
)
def test_breadcrumb(before: str) -> None:
    assert_only_hint_differs(page(before), "洛阳市 > 新安县")


@pytest.mark.parametrize(
    "before",
    [
        "<table><tr><td>索引号</td><td>0012</td><td>发布机构</td><td>新安县人民政府</td><td>发布日期</td>"
        "<td>2023-02-09</td></tr></table>",
        "<table><tr><td>索 引 号：</td><td>1</td></tr><tr><td>发 布 机 构：</td><td>新安县人民政府</td></tr></table>",
        "<div class='facts'><p>来　源：新安县人民政府　时间：2023-02-09　浏览：5次</p></div>",
        "<div><span>发布时间：2023-02-09</span> | <span>信息来源：<b>新安县人民政府</b></span></div>",
        "<div><p>公开主体：</p><p>新安县人民政府</p></div>",
        "<p>⽂章来源：新安县⼈⺠政府</p>",
    ],
)
def test_field(before: str) -> None:
    assert_only_hint_differs(page(before), "新安县人民政府")


def test_breadcrumb_and_fields_together() -> None:
    before = "<p>当前位置：首页 > 洛阳市 > 新安县</p><p>发布机关：新安县人民政府 所属地区：洛阳市</p>"
    report = page(before, "<footer><p>主办单位：河南省人民政府办公厅 承办：某公司</p></footer>")
    assert_only_hint_differs(report, "洛阳市 > 新安县 > 新安县人民政府 > 河南省人民政府办公厅")


@pytest.mark.parametrize(
    "before",
    [
        "<ul><li>首页</li><li>洛阳市</li><li>新安县</li></ul>",
        "<p>首页 | 洛阳市 | 新安县</p>",
        "<p>当前位置：洛阳市 [切换]</p>",
        "<p>项目所在位置：洛阳市新安县</p>",
        "<p>来源： 发布时间：2023-02-09</p>",
        "<table><tr><td>发布机构</td><td>发布日期</td></tr><tr><td>索引号</td><td>0012</td></tr></table>",
        "<p>本报告的数据来源：新安县统计局。</p>",
    ],
)
def test_menus_empty_fields_and_prose_are_none(before: str) -> None:
    assert_only_hint_differs(page(before), None)


def test_what_does_not_end_before_the_title_is_no_breadcrumb() -> None:
    body = PAGE.replace("<h1>", "<p>当前位置：</p><p>首页</p><p>洛阳市</p><h1>")
    assert page(body=body).hint is None


@pytest.mark.parametrize("line", ["来源：新安县人民政府", "当前位置：首页 > 洛阳市 > 新安县"])
@pytest.mark.parametrize("heading", ["<h2>二、", "</div><div class"])
def test_chapters_are_not_listened_to(line: str, heading: str) -> None:
    report = page(body=PAGE.replace(heading, f"<p>{line}</p>{heading}", 1))
    assert report.hint is None


def test_prose_of_a_lost_chapter_one_is_not_listened_to() -> None:
    body = PAGE.replace("一、总体情况", "").replace("<h2>二、", "<p>来源：新安县人民政府</p><h2>二、", 1)
    assert page(body=body).hint is None


@pytest.mark.parametrize(
    ("before", "hint"),
    [
        ("<ul><li>您的位置：</li><li>首页</li><li>洛阳市</li><li>新安县</li></ul>", "洛阳市 > 新安县"),
        ("<div><p>公开主体：</p><p>新安县人民政府</p></div>", "新安县人民政府"),
        ("<p>来源：</p>", None),
    ],
)
def test_a_title_that_names_nobody_does_not_take_them_in(before: str, hint: str | None) -> None:
    body = re.sub("<header>.*?</header>", "", PAGE).replace(TOWN.title, "2022年政府信息公开工作年度报告")
    report = page(before, body=body)
    assert report.hint == hint
    assert (report.title, report.agency) == ("2022年政府信息公开工作年度报告", None)


def test_title_as_the_last_crumb_is_still_the_title() -> None:
    before = f"<ul><li>您的位置：</li><li>首页</li><li>新安县</li><li>{TOWN.title}</li></ul>"
    report = page(before, body=PAGE.replace(f"<h1>{TOWN.title}</h1>", ""))
    assert (report.hint, report.title, report.agency) == ("新安县", TOWN.title, TOWN.agency)


def test_text_without_elements_has_them_on_one_line() -> None:
    lines = ["您的位置：首页 > 洛阳市 > 新安县", "发布机构：", "某县人民政府", "来源：新安县人民政府"]
    found = read_surroundings(enumerate(Paragraph(line, 1) for line in lines), None)
    assert found.hint == "洛阳市 > 新安县 > 新安县人民政府"


@pytest.mark.parametrize("line", ["当前位置：" + "> " * 90, "首页 >" * 45, "来 " * 90, "来源：" + "新" * 190])
def test_four_times_as_many_of_them_cost_four_times_as_much(line: str) -> None:
    some, more = (calls(lambda many=many: _read_often(line, many)) for many in (500, 2_000))
    assert more < 4.5 * some


def _read_often(line: str, many: int) -> None:
    read_surroundings(enumerate([Paragraph(line, 1, (1, 2, 3))] * many), (1, 9))


@pytest.mark.parametrize(
    "before",
    [
        "<p>當前位置：首頁 &gt; 洛陽市 &gt; 新安縣</p>",
        "<nav><a>首頁</a> &gt; <a>洛陽市</a> &gt; <a>新安縣</a></nav>",
        "<div>您的位置：<ul><li>首頁</li><li>洛陽市</li><li>新安縣</li></ul></div>",
        "<p>發布機構：洛陽市 所屬地區：新安縣 發布時間：2023-02-09</p>",
    ],
)
def test_traditional_characters_stay_as_printed(before: str) -> None:
    assert page(before).hint == "洛陽市 > 新安縣"
