"""Numbers that may be page numbers are never taken for figures in silence."""

import pytest

from parsers.read import read
from parsers.report import Status
from parsers.values import State
from tests.sample_text import report_text


@pytest.mark.parametrize("page_number", ["3", "\f3", "3\n\f", "3\n\n\f", "\f\n3"])
def test_a_page_number_after_a_label_that_lost_its_value(page_number: str) -> None:
    report = read(report_text(("行政许可 0", f"行政许可\n{page_number}")))
    assert report.cells["disclosure/licensing/decisions"].state is State.UNCERTAIN
    assert report.status is Status.UNCERTAIN


@pytest.mark.parametrize("page_number", ["3", "\f3", "3\n\f"])
def test_a_page_number_between_whole_rows_is_nothing(page_number: str) -> None:
    report = read(report_text(("行政许可 0", f"行政许可 0\n{page_number}")))
    assert report.cells["disclosure/licensing/decisions"].value == 0
    assert report.status is Status.VERIFIED


def test_a_page_number_among_the_first_heads_is_nothing() -> None:
    report = read(report_text(("第二十条第（一）项", "第二十条第（一）项\n3")))
    assert report.status is Status.VERIFIED


def test_a_second_copy_of_a_row_with_a_mistyped_label_is_not_ignored() -> None:
    report = read(report_text(("行政事业性收费 0", "度政事业性收费 22\n行政事业性收费 0")))
    assert report.cells["disclosure/administrative_fees/fee_amount"].state is State.UNCERTAIN
    assert report.status is Status.UNCERTAIN


def test_a_number_at_the_end_of_a_line_of_prose_is_nothing() -> None:
    heading = "三、收到和处理政府信息公开申请情况"
    report = read(report_text((heading, f"{heading}\n示例机关全年共收到申请 15\n件，均已办结，另有来信 244 件。")))
    assert report.status is Status.VERIFIED


def test_heads_that_repeat_the_procedure_in_every_column() -> None:
    outcomes = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
    heads = " ".join(f"{p}：{o}" for p in ("行政复议", "未经复议直接起诉", "复议后起诉") for o in outcomes)
    report = read(report_text((" ".join(outcomes * 3), heads)))
    assert report.status is Status.VERIFIED


def test_a_number_too_high_for_a_page_beside_a_row_contests_it() -> None:
    report = read(report_text(("行政许可 0", "592\n\n行政许可 562")))
    assert report.cells["disclosure/licensing/decisions"].state is State.UNCERTAIN


def _table(rows: str) -> bytes:
    """The report with section 2's first blocks as a table of Markdown."""
    lines = report_text().decode().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("规章"))
    end = next(at for at, line in enumerate(lines) if line.startswith("行政处罚"))
    return "\n".join([*lines[:start], *rows.splitlines(), "", *lines[end:]]).encode()


def test_figures_below_an_empty_row_of_section_2_may_be_another_rows() -> None:
    head = "|信息内容|本年制发件数|本年废止件数|现行有效件数|\n|---|---|---|---|\n"
    report = read(_table(f"{head}|规章||||\n|||| 7|\n|行政规范性文件|12|3|40|"))
    assert report.cells["disclosure/regulations/in_force"].state is State.UNCERTAIN
    assert report.cells["disclosure/normative_documents/in_force"].value == 40


def test_a_copy_of_a_row_with_a_worn_label_contests_it_in_a_table_too() -> None:
    head = "|信息内容|本年处理决定数量|\n|---|---|\n"
    report = read(_table(f"规章 0 0 0\n行政规范性文件 12 3 40\n\n{head}|行政许书|122|\n|行政许可|134|"))
    assert report.cells["disclosure/licensing/decisions"].state is State.UNCERTAIN


def test_a_number_that_stands_apart_where_every_number_has_its_line() -> None:
    text = "\n\n".join(report_text().decode().split())
    assert read(text.encode()).status is Status.VERIFIED
    whole = "行政规范性文件\n\n12\n\n3\n\n40"
    assert whole in text
    report = read(text.replace(whole, "行政规范性文件\n\n\n9\n\n3\n\n40").encode())
    assert report.cells["disclosure/normative_documents/issued"].value is None
    assert report.status is Status.UNCERTAIN
