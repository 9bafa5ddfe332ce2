"""Numbers that may be page numbers are never taken for figures in silence."""

from collections.abc import Mapping

import pytest

from parsers.document.values import State
from parsers.form.model import form_of
from parsers.read import read
from parsers.report import Status
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
    """The report with section 2's first blocks as another table."""
    lines = report_text().decode().splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("规章"))
    end = next(at for at, line in enumerate(lines) if line.startswith("行政处罚"))
    return "\n".join([*lines[:start], *rows.splitlines(), "", *lines[end:]]).encode()


def test_a_copy_with_a_worn_label_contests_an_empty_row() -> None:
    report = read(_table("|信息内容|本年处理决定数量|\n|---|---|\n|规章|0|\n|行政许书|122|\n|行政许可||"))
    assert report.cells["disclosure/licensing/decisions"].state is State.UNCERTAIN


def test_figures_of_another_number_of_cells_below_an_empty_row() -> None:
    head = "|信息内容|本年制发件数|本年废止件数|现行有效件数|\n|---|---|---|---|\n"
    report = read(_table(f"{head}|规章|0|0|0|\n||12|3|40|\n|行政许可|"))
    assert report.cells["disclosure/licensing/decisions"].value is None
    assert report.status is Status.UNCERTAIN


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


def test_figures_of_an_unnamed_row_above_the_only_row_of_a_block_contest_it() -> None:
    rows = (
        '<td colspan="4">第二十条第（一）项</td>',
        "<td>信息内容</td><td>本年制发件数</td><td>本年废止件数</td><td>现行有效件数</td>",
        "<td>规章</td><td>0</td><td>0</td><td>0</td>",
        "<td>行政规范性文件</td><td>12</td><td>3</td><td>40</td>",
        '<td colspan="4">第二十条第（五）项</td>',
        '<td>信息内容</td><td colspan="3">本年处理决定数量</td>',
        '<td></td><td colspan="3">7</td>',
        '<td>行政许可</td><td colspan="3">4</td>',
    )
    report = read(_table(f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>"))
    assert report.cells["disclosure/licensing/decisions"].state is State.UNCERTAIN
    assert report.cells["disclosure/normative_documents/in_force"].value == 40


_ONE_A_LINE = "\n\n".join(report_text().decode().split())


@pytest.mark.parametrize(
    ("printed", "penalties", "coercive_measures"),
    [
        ("行政处罚 7 行政强制 4", 7, 4),
        ("行政处罚 7 度政处罚 7 行政强制", 7, None),
        ("行政处罚 7 度政处罚 9 行政强制 4", None, 4),
        ("9 行政处罚 7 行政强制", None, None),
        ("行政处罚 7 7 行政强制 4", None, 4),
        ("行政处罚 度政强制 4 行政强制 4", None, 4),
    ],
)
def test_figures_of_rows_that_lost_theirs_are_not_taken_from_others(
    printed: str, penalties: int | None, coercive_measures: int | None
) -> None:
    rows = "行政处罚\n\n0\n\n行政强制\n\n0"
    assert rows in _ONE_A_LINE
    report = read(_ONE_A_LINE.replace(rows, "\n\n".join(printed.split())).encode())
    assert report.cells["disclosure/penalties/decisions"].value == penalties
    assert report.cells["disclosure/coercive_measures/decisions"].value == coercive_measures
    assert report.status is (Status.UNCERTAIN if None in (penalties, coercive_measures) else Status.VERIFIED)


def test_figures_below_a_label_that_has_none_beside_it_may_be_another_rows() -> None:
    report = read(report_text(("规章 0 0 0", "规章\n12 3 40")))
    assert report.cells["disclosure/regulations/in_force"].state is State.UNCERTAIN
    assert report.cells["disclosure/normative_documents/in_force"].value == 40


def test_figures_below_heads_that_are_a_label_stand_where_they_should() -> None:
    zeros = " ".join(["0"] * 15)
    report = read(report_text((f"总计\n{zeros}", f"总计\n1{zeros[1:]}")))
    assert report.cells["disputes/review/upheld"].value == 1
    assert report.status is Status.INCONSISTENT


def test_sums_that_figures_below_a_label_break_are_not_the_publishers_fault() -> None:
    figures = " 13 2 0 0 0 0 15"
    partly = "（二）部分公开（区分处理的，只计这一情形，不计其他情形）"
    of_two = (f"（一）予以公开{figures}", "（一）予以公开\n" + figures), (f"{partly} 0 0 0 0 0 0 0", partly + figures)
    report = read(report_text(*of_two))
    assert report.cells["applications/granted/natural_person"].state is State.UNCERTAIN
    assert report.cells["applications/partly_granted/natural_person"].value == 13


def test_sums_that_figures_below_an_empty_row_break_are_not_the_publishers_fault() -> None:
    table = _section_3({"granted": [""] * 7, "partly_granted": ["13", "2", "0", "0", "0", "0", "15"]}, kept=True)
    at = next(at for at, line in enumerate(table) if "（一）予以公开" in line)
    table.insert(at + 1, "||||13|2|0|0|0|0|15|")
    report = read(_with_section_3(table))
    assert report.cells["applications/granted/natural_person"].state is State.UNCERTAIN
    assert report.cells["applications/partly_granted/natural_person"].value == 13


def test_the_label_of_a_group_is_no_lost_rows() -> None:
    table = [line for line in _section_3({}, kept=True) if "予以公开" not in line and "部分公开" not in line]
    at = next(at for at, line in enumerate(table) if "二、上年" in line)
    table.insert(at + 1, "||||0|0|0|0|0|5|5|")
    report = read(_with_section_3(table))
    assert report.cells["applications/granted/total"].state is State.ABSENT
    assert report.cells["applications/received/total"].value == 15


def test_a_worn_label_below_that_of_its_group() -> None:
    below = "三、本年度办理结果\n\n（一）予以公书"
    report = read(_ONE_A_LINE.replace("（一）予以公开", below).encode())
    assert report.cells["applications/granted/total"].value == 15
    assert report.status is Status.VERIFIED


def test_as_many_figures_as_two_rows_have_prove_no_reading() -> None:
    carried_out = "四、结转下年度继续办理\n\n" + "0\n\n" * 6 + "0"
    assert carried_out in _ONE_A_LINE
    report = read(_ONE_A_LINE.replace(carried_out, carried_out + "\n\n7" + "\n\n0" * 5).encode())
    states = {reading.state for cell, reading in report.cells.items() if cell.startswith("applications/carried_out/")}
    assert states == {State.UNCERTAIN}


def _section_3(changes: Mapping[str, list[str]], *, kept: bool) -> list[str]:
    """Section 3 as a table of Markdown without spans, some rows having other cells.

    ``kept``: a cell that spans rows leaves empty ones below it; one that spans columns leaves them anyway.
    """
    lines = [line.split() for line in report_text().decode().splitlines()]
    above: list[str] = []
    table = ["|".join(("|", *[""] * 9, "")), "|" + "---|" * 10]
    for row in (row for row in form_of(2021).rows if row.table == "applications"):
        *groups, label = row.path.split("/")
        begun = [group if above[depth : depth + 1] != [group] else "" for depth, group in enumerate(groups)]
        values = next(line[1:] for line in lines if line[:1] == [label])
        cells = [*(begun if kept else filter(None, begun)), label, *[""] * (2 - len(groups))]
        table.append("|".join(("", *cells, *changes.get(row.code, values), "")))
        above = groups
    return table


def _with_section_3(table: list[str]) -> bytes:
    lines = report_text().decode().splitlines()
    start, end = (
        next(at for at, line in enumerate(lines) if line.startswith(name)) for name in ("一、本年", "四、政府")
    )
    return "\n".join([*lines[:start], "", *table, "", *lines[end:]]).encode()


@pytest.mark.parametrize("kept", [True, False])
def test_a_row_without_spans_that_lacks_a_cell(*, kept: bool) -> None:
    report = read(_with_section_3(_section_3({"carried_in": ["0"] * 6}, kept=kept)))
    states = {reading.state for cell, reading in report.cells.items() if cell.startswith("applications/carried_in/")}
    assert states == {State.UNCERTAIN}
    assert report.status is Status.UNCERTAIN
    assert report.cells["applications/received/natural_person"].value == 13


@pytest.mark.parametrize("kept", [True, False])
@pytest.mark.parametrize("code", ["carried_in", "partly_granted", "declined_duplicate"])
def test_a_row_without_spans_whose_first_cell_is_empty(code: str, *, kept: bool) -> None:
    report = read(_with_section_3(_section_3({code: ["", *["0"] * 6]}, kept=kept)))
    assert report.cells[f"applications/{code}/natural_person"].state is State.BLANK
    assert report.cells[f"applications/{code}/company"].value == 0
    assert report.status is Status.VERIFIED


def test_a_label_moved_among_those_of_its_groups_and_a_cell_lost() -> None:
    sums = ["13", "2", "0", "0", "0", "5", "20"]
    table = _section_3({"received": sums, "concluded": sums}, kept=True)
    at = next(at for at, line in enumerate(table) if "2.重复申请" in line)
    table[at] = "||2.重复申请||0|0|0|0|5|5|"
    report = read(_with_section_3(table))
    assert report.cells["applications/declined_duplicate/natural_person"].state is State.UNCERTAIN
    assert report.cells["applications/declined_duplicate/other_applicant"].value == 5
    assert report.status is Status.UNCERTAIN


def test_a_copy_of_a_row_contests_it_though_another_row_stands_between() -> None:
    table = _section_3({}, kept=True)
    at = next(at for at, line in enumerate(table) if "3.危及" in line)
    table.insert(at + 1, "|||（三）不予公开2.其他法律行政法规禁止公开|0|0|0|5|0|0|0|")
    report = read(_with_section_3(table))
    assert report.cells["applications/refused_barred_by_law/public_interest_org"].state is State.UNCERTAIN
    assert report.cells["applications/refused_security/total"].value == 0


@pytest.mark.parametrize(("values", "state"), [(["2"], State.UNCERTAIN), (["1", "1"], State.PRINTED)])
def test_a_total_below_an_empty_row_of_section_4_stands_only_with_its_parts(values: list[str], state: State) -> None:
    form = form_of(2021)
    heads = [column.label for row in form.rows if row.table == "disputes" for column in row.columns]
    first = [*[""] * (5 - len(values)), *values]
    rows = [heads, [""] * 15, [*first, *[""] * 10]]
    table = ["", *("|".join(("", *row, "")) for row in (rows[0], ["---"] * 15, *rows[1:])), ""]
    lines = report_text().decode().splitlines()
    start, end = (
        next(at for at, line in enumerate(lines) if line.startswith(word)) for word in ("四、政府", "五、存在")
    )
    report = read("\n".join([*lines[: start + 1], *table, *lines[end:]]).encode())
    assert report.cells["disputes/review/total"].state is state


def test_a_page_number_before_the_first_of_a_rows_values_may_as_well_be_one_of_them() -> None:
    lines = "\n".join(report_text().decode().split()).replace("\n", "\n\n")
    spoiled = lines.replace("行政规范性文件\n\n12\n\n3\n\n40", "行政规范性文件\n\n5\n\n\n12\n\n3\n\n40")
    assert spoiled != lines
    assert read(lines.encode()).cells["disclosure/normative_documents/issued"].value == 12
    report = read(spoiled.encode())
    assert report.cells["disclosure/normative_documents/issued"].state is State.UNCERTAIN
    assert report.status is Status.UNCERTAIN
