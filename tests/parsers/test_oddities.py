"""Oddities of real pages, one a test, on the page of a report whose figures are known."""

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

import pytest

from nianbao.portal.pages import report_page
from nianbao.portal.reports import sample_reports
from parsers.document.values import State
from parsers.read import read
from parsers.report import Report, Status

SAMPLE = sample_reports()[33923]
# Figures in every column, so that a shift shows.
APPLICATIONS = {
    "applications/received": [1, 2, 3, 4, 5, 6, 21],
    "applications/refused_internal": [1, 2, 3, 4, 5, 6, 21],
    "applications/granted": [0] * 7,
    "applications/partly_granted": [0] * 7,
    "applications/refused_third_party": [0] * 7,
    "applications/concluded": [1, 2, 3, 4, 5, 6, 21],
}
PAGE = report_page(replace(SAMPLE, figures=SAMPLE.figures | APPLICATIONS))
TRUTH = read(PAGE.encode())


def _spoilt(old: str, new: str, page: str = PAGE, count: int = -1) -> Report:
    assert old in page, old
    return read(page.replace(old, new, count).encode())


def _same(report: Report) -> None:
    assert {key: cell.value for key, cell in report.cells.items()} == {k: c.value for k, c in TRUTH.cells.items()}
    assert report.status is Status.VERIFIED
    assert (report.agency, report.year) == (TRUTH.agency, TRUTH.year)
    assert sorted(report.chapters) == [1, 2, 3, 4, 5, 6]
    for narrative in (1, 5, 6):
        assert report.chapters[narrative].text == TRUTH.chapters[narrative].text


def test_the_page_itself() -> None:
    assert TRUTH.cells["disputes/suit_direct/upheld"].value == 2
    for row, values in APPLICATIONS.items():
        assert [c.value for key, c in TRUTH.cells.items() if key.startswith(f"{row}/")] == values
    _same(TRUTH)


@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "iso-8859-1"])
def test_gb18030_under_any_label(declared: str) -> None:
    _same(read(PAGE.replace("utf-8", declared).encode("gb18030")))


def test_tables_inside_a_layout_table() -> None:
    _same(_spoilt("<main>", "<main><table><tr><td>导航</td><td>", PAGE.replace("</main>", "</td></tr></table></main>")))


def test_a_hidden_copy_for_telephones() -> None:
    copy = re.search(r"<table>.*</table>", PAGE, re.DOTALL)
    assert copy
    hidden = f'<div style="DISPLAY: none">{copy[0].replace("21", "8")}</div>'
    _same(_spoilt('<div class="related">', hidden + '<div class="related">'))


def test_every_cell_in_paragraphs_and_spans() -> None:
    page = re.sub(r"(<td[^>]*>)(.*?)(</td>)", r'\1<p class="MsoNormal"><span>&nbsp;\2</span><o:p></o:p></p>\3', PAGE)
    _same(read(page.encode()))


def test_heads_with_breaks_and_spaces() -> None:
    _same(_spoilt("<td>社会公益组织</td>", "<td>社会公<br>益 组织</td>"))


def test_a_head_row_that_is_lost() -> None:
    _same(_spoilt("<td>商业企业</td><td>科研机构</td><td>社会公益组织</td><td>法律服务机构</td><td>其他</td>", ""))


def test_a_table_cut_in_two_without_a_second_head() -> None:
    cut = re.sub(
        r"(<tr>(?:<td[^>]*>[^<]*</td>)*<td[^>]*>5\.属于三类内部事务信息</td>)", r"</table><p></p><table>\1", PAGE
    )
    assert cut != PAGE
    _same(read(cut.encode()))


def test_one_table_for_everything() -> None:
    joined = re.sub(r"</table><h2>(.*?)</h2><table>", r"<tr><td colspan=10>\1</td></tr>", PAGE)
    assert joined.count("<table>") == 1
    report = read(joined.encode())
    assert {k: c.value for k, c in report.cells.items()} == {k: c.value for k, c in TRUTH.cells.items()}
    assert report.status is not Status.UNCERTAIN


@pytest.mark.parametrize(
    ("official", "printed"),
    [
        ("一、总体情况", "一、概述"),
        ("三、收到和处理政府信息公开申请情况", "三．收到和处理政府信息公开申请情况"),
        ("三、收到和处理政府信息公开申请情况", "三  收到和处理政府信息公开申请情况"),
        ("四、政府信息公开行政复议、行政诉讼情况", "四、行政复议和行政诉讼情况"),
        ("四、政府信息公开行政复议、行政诉讼情况", "四、因政府信息公开工作被申请行政复议、提起行政诉讼情况"),
        ("五、存在的主要问题及改进情况", "五、政府信息公开工作存在的主要问题及改进情况"),
        ("五、存在的主要问题及改进情况", "五、存在的主要问题及改进措施"),
        ("六、其他需要报告的事项", "六、其他需要报告的事项："),
        ("六、其他需要报告的事项", "六、需要说明的其他事项"),
    ],
)
def test_headings_that_vary(official: str, printed: str) -> None:
    _same(_spoilt(official, printed))


def test_a_list_of_contents_before_the_chapters() -> None:
    contents = "".join(f"<p>{chapter.heading}</p>" for chapter in TRUTH.chapters.values())
    report = _spoilt("<h2>一、总体情况</h2>", f"{contents}<h2>一、总体情况</h2>")
    _same(report)


@pytest.mark.parametrize(
    "sentence",
    [
        "二、主动公开政府信息情况详见下表，共公开2002条。",
        "本报告由一、总体情况，二、主动公开政府信息情况等部分组成。",
        "二、主动公开政府信息情况良好；",
    ],
)
def test_a_sentence_that_begins_like_the_next_heading(sentence: str) -> None:
    report = _spoilt("<h2>二、", f"<p>{sentence}</p><h2>二、")
    assert report.chapters[1].text == f"{TRUTH.chapters[1].text}\n{sentence}"
    _same(replace(report, chapters={**report.chapters, 1: TRUTH.chapters[1]}))


def test_a_chapter_on_its_headings_line() -> None:
    report = _spoilt("<h2>六、其他需要报告的事项</h2>", "<p>六、其他需要报告的事项：无</p>")
    assert report.chapters[6].text.startswith("无\n")


@pytest.mark.parametrize(
    ("printed", "value", "state"),
    [
        ("1,362", 1362, State.PRINTED),
        ("２１", 21, State.PRINTED),
        ("13件", 13, State.PRINTED),
        ("&nbsp;8&nbsp;", 8, State.PRINTED),
        ("/", None, State.DASH),
        ("无", None, State.DASH),
        ("", None, State.BLANK),
        ("详见附件", None, State.TEXT),
        ("1<br>3", None, State.TEXT),
    ],
)
def test_what_a_cell_may_say(printed: str, value: int | None, state: State) -> None:
    row = '<td>行政许可</td><td colspan="3">'
    cell = _spoilt(f"{row}0</td>", f"{row}{printed}</td>").cells["disclosure/licensing/decisions"]
    assert (cell.value, cell.state) == (value, state)


@pytest.mark.parametrize(
    ("head", "printed", "value"),
    [
        ("（单位：万元）", "12.5000", Decimal("12.5")),
        ("（单位：元）", "251000", Decimal("25.1")),
        ("（单位：万元，保留4位小数）", "251000元", Decimal("25.1")),
        ("", "0.3万元", Decimal("0.3")),
    ],
)
def test_amounts_are_in_wanyuan(head: str, printed: str, value: Decimal) -> None:
    page = PAGE.replace("本年收费金额（单位：万元）", f"本年收费金额{head}")
    row = '<td>行政事业性收费</td><td colspan="3">'
    cell = _spoilt(f"{row}0</td>", f"{row}{printed}</td>", page).cells["disclosure/administrative_fees/fee_amount"]
    assert (cell.value, cell.unit) == (value, "万元")


def test_an_amount_without_any_unit_has_none() -> None:
    cell = _spoilt("（单位：万元）", "").cells["disclosure/administrative_fees/fee_amount"]
    assert (cell.value, cell.unit) == (0, None)


def _upside_down(page: str) -> str:
    return page.replace("<h1>", "<p>示例</p><h1>")


@pytest.mark.parametrize("change", [_upside_down, lambda page: page.replace("<td>", "<th>").replace("</td>", "</th>")])
def test_markup_that_does_not_matter(change: Callable[[str], str]) -> None:
    _same(read(change(PAGE).encode()))


def test_a_page_without_tables_is_incomplete() -> None:
    report = read(re.sub(r"<table>.*?</table>", "<img src=t.png>", PAGE).encode())
    assert report.status is Status.INCOMPLETE
    assert len(report.missing) == 3


def test_divs_for_tables_are_read_or_flagged() -> None:
    page = re.sub(r"<(/?)(table|tr|td)\b[^>]*>", lambda tag: f"<{tag[1]}div>", PAGE)
    report = read(page.encode())
    wrong = [k for k, c in report.cells.items() if c.state is State.PRINTED and c.value != TRUTH.cells[k].value]
    assert not wrong


def test_a_report_on_the_form_of_2014_is_incomplete_and_says_why() -> None:
    text = """示例市信访局2016年政府信息公开工作年度报告
一、概述
本报告为示例，数字系虚构。
二、主动公开政府信息情况
全年公开示例信息12条。
三、依申请公开政府信息办理情况
四、因政府信息公开工作被申请行政复议、提起行政诉讼情况
五、政府信息公开工作存在的主要问题及改进情况
六、其他需要报告的事项
附表 政府信息公开情况统计表
统计指标 单位 统计数
一、主动公开情况
（一）主动公开政府信息数 条 12
"""
    report = read(text.encode())
    assert (report.title, report.agency, report.year) == (
        "示例市信访局2016年政府信息公开工作年度报告", "示例市信访局", 2016,
    )  # fmt: skip
    assert report.status is Status.INCOMPLETE
    assert "政府信息公开情况统计表" in report.missing[0]
    assert all(reading.value is None for reading in report.cells.values())
    assert {1, 2, 6} <= set(report.chapters)
