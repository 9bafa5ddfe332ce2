"""Heads decide where the values of a block stand, in tables and in text."""

from dataclasses import replace

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
