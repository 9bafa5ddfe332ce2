"""Heads decide where the values of a block stand, in tables and in text."""

from dataclasses import replace

import pytest

from parsers.alignment.layouts import Basis
from tests.parsers.alignment.stages import Stages, stages_of, table, values


def runs(stages: Stages) -> list[list[object]]:
    return [list(values(run.readings)) for run in stages.runs]


def bases(stages: Stages) -> list[Basis]:
    return [run.basis for run in stages.runs]


def test_values_come_in_the_forms_order_whatever_order_the_columns_have() -> None:
    stages = stages_of(table(["信息内容", "现行有效件数", "本年制发件数", "本年废止件数"], ["规章", "3", "1", "2"]))
    assert (runs(stages), bases(stages)) == ([[1, 2, 3]], [Basis.HEADS])


def test_a_column_of_last_year_is_left_out() -> None:
    heads = ["信息内容", "上年制发件数", "本年制发件数", "本年废止件数", "现行有效件数"]
    assert runs(stages_of(table(heads, ["规章", "9", "1", "2", "3"]))) == [[1, 2, 3]]


def test_a_column_that_the_document_lacks_is_absent_and_the_others_stay() -> None:
    assert runs(stages_of(table(["信息内容", "本年废止件数", "现行有效件数"], ["规章", "2", "3"]))) == [
        ["absent", 2, 3]
    ]


def test_without_heads_the_forms_order_is_assumed_and_said_to_be() -> None:
    stages = stages_of(table(["规章", "1", "2", "3"], ["行政规范性文件", "4", "5", "6"]))
    assert (runs(stages), bases(stages)) == ([[1, 2, 3], [4, 5, 6]], [Basis.ORDER] * 2)


def test_heads_of_a_spanning_head_stand_below_it() -> None:
    stages = stages_of(
        table(
            [("", 1, 2), ("总计", 1, 2), ("自然人", 1, 2), ("法人或其他组织", 5, 1)],
            ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"],
            ["一、本年新收政府信息公开申请数量", "21", "1", "2", "3", "4", "5", "6"],
        )
    )
    assert (runs(stages), bases(stages)) == ([[1, 2, 3, 4, 5, 6, 21]], [Basis.HEADS])


def test_in_text_the_heads_tell_the_order_too() -> None:
    row = stages_of("信息内容 现行有效件数 本年制发件数 本年废止件数", "规章 3 1 2").rows["regulations"]
    assert [values(placing) for placing in row.placings] == [[1, 2, 3]]


def test_the_rest_of_a_table_has_the_columns_of_its_beginning() -> None:
    first = table(["信息内容", "现行有效件数", "本年制发件数", "本年废止件数"], ["规章", "3", "1", "2"])
    rest = replace(table(["行政规范性文件", "6", "4", "5"]), number=2)
    assert runs(stages_of(first, "", rest)) == [[1, 2, 3], [4, 5, 6]]


OUTCOMES = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
PROCEDURES = "行政复议 行政诉讼 未经复议直接起诉 复议后起诉"


def test_a_total_before_heads_that_are_broken_over_lines_is_out_of_the_forms_order() -> None:
    heads = ["总计 自然人 商业企 科研机 社会公 法律服 其他", "业 构 益组织 务机构"]
    rows = stages_of(*heads, "一、本年新收政府信息公开申请数量 21 1 2 3 4 5 6").rows
    assert rows["received"].basis is Basis.CONTRADICTED


@pytest.mark.parametrize(
    ("rest", "basis"), [("业 构 益组织 务机构 其他", Basis.HEADS), ("业 构 益组织 其他 务机构", Basis.CONTRADICTED)]
)
def test_the_last_of_heads_that_are_broken_over_lines_stands_after_the_others_rest(rest: str, basis: Basis) -> None:
    heads = ["自然人 商业企 科研机 社会公 法律服 总计", rest]
    rows = stages_of(*heads, "一、本年新收政府信息公开申请数量 1 2 3 4 5 6 21").rows
    assert rows["received"].basis is basis


def test_groups_that_are_alike_and_begin_with_their_total_are_out_of_the_forms_order() -> None:
    turned = " ".join(OUTCOMES[4:] + OUTCOMES[:4])
    stages = stages_of("四、政府信息公开行政复议、行政诉讼情况", PROCEDURES, " ".join([turned] * 3), " ".join("0" * 15))
    assert {row.basis for code, row in stages.rows.items() if row.row.table == "disputes"} == {Basis.CONTRADICTED}


def test_an_unknown_head_among_groups_that_are_alike_leaves_no_column_sure() -> None:
    heads = " ".join([*OUTCOMES * 2, *OUTCOMES[:2], "撤回申请", *OUTCOMES[2:]])
    stages = stages_of("四、政府信息公开行政复议、行政诉讼情况", PROCEDURES, heads, " ".join("0" * 15))
    assert {row.basis for row in stages.rows.values() if row.row.table == "disputes"} == {Basis.CONTRADICTED}
