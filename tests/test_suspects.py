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
