"""Which values each row of the form gets, and all the ways to place them."""

from parsers.alignment.assignment import RowCandidates
from parsers.document.reasons import Why
from tests.parsers.alignment.stages import FORM, Stages, stages_of, table, values

RECEIVED = "一、本年新收政府信息公开申请数量"
CARRIED = "二、上年结转政府信息公开申请数量"
HEADS = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]


def placings(row: RowCandidates) -> list[list[object]]:
    return [list(values(placing)) for placing in row.placings]


def of_rows(stages: Stages, *codes: str) -> list[list[list[object]]]:
    return [placings(stages.rows[code]) for code in codes]


def test_every_row_of_the_form_is_there() -> None:
    assert list(stages_of("示例").rows) == [row.code for row in FORM.rows]


def test_a_row_with_as_many_values_as_cells_has_one_placing() -> None:
    stages = stages_of("规章 1 2 3", "行政规范性文件 4 5 6", "行政许可 7")
    assert of_rows(stages, "regulations", "normative_documents", "licensing") == [[[1, 2, 3]], [[4, 5, 6]], [[7]]]


def test_the_values_of_a_label_over_several_lines_are_its_own() -> None:
    stages = stages_of("一、本年新收政府信息", "公开申请数量 1 2 3 4 5 6 21", f"{CARRIED} 0 0 0 0 0 0 0")
    assert of_rows(stages, "received", "carried_in") == [[[1, 2, 3, 4, 5, 6, 21]], [[0] * 7]]


def test_values_may_stand_before_their_labels_if_all_do() -> None:
    stages = stages_of("1 2 3 4 5 6 21", RECEIVED, "0 0 0 0 0 0 0", CARRIED, "9 0 0 0 0 0 9", "（一）予以公开")
    assert of_rows(stages, "received", "carried_in", "granted") == [
        [[1, 2, 3, 4, 5, 6, 21]],
        [[0] * 7],
        [[9, 0, 0, 0, 0, 0, 9]],
    ]


def test_values_that_stand_before_one_label_only_may_be_another_rows() -> None:
    row = stages_of(f"{CARRIED} 0 0 0 0 0 0 0", "1 0 0 0 0 0 1", "（一）予以公开", "（二）部分公开 0 0 0 0 0 0 0").rows[
        "granted"
    ]
    assert (row.placings, row.doubt) == ((), Why.UNSETTLED)


def test_a_row_that_lacks_a_value_has_a_placing_for_each_gap() -> None:
    stages = stages_of("规章 1 2", "行政规范性文件 4 5 6")
    assert placings(stages.rows["regulations"]) == [[1, 2, "blank"], [1, "blank", 2], ["blank", 1, 2]]
    assert stages.rows["regulations"].seen == "1 2"


def test_a_row_with_a_value_too_many_has_a_placing_for_each_to_leave_out_and_for_each_two_to_be_one() -> None:
    stages = stages_of("规章 1 2 3 4", "行政规范性文件 4 5 6")
    assert placings(stages.rows["regulations"]) == [
        *([1, 2, 3], [1, 2, 4], [1, 3, 4], [2, 3, 4]),
        *([1, 2, 34], [1, 23, 4], [12, 3, 4]),
    ]


def test_a_row_with_far_too_many_values_has_none() -> None:
    row = stages_of("规章 1 2 3 4 5 6 7", "行政规范性文件 4 5 6").rows["regulations"]
    assert (row.placings, row.doubt) == ((), Why.OVERFULL)


def test_one_odd_row_does_not_shift_the_others() -> None:
    stages = stages_of(f"{RECEIVED} 1 2 3 4 5 6", f"{CARRIED} 0 0 0 0 0 0 0", "（一）予以公开 1 2 3 4 5 6 21")
    assert of_rows(stages, "carried_in", "granted") == [[[0] * 7], [[1, 2, 3, 4, 5, 6, 21]]]


def test_a_row_without_any_value_is_absent() -> None:
    row = stages_of("规章", "行政规范性文件 4 5 6").rows["regulations"]
    assert placings(row) == [["absent"] * 3]


def test_a_row_without_a_label_is_absent() -> None:
    row = stages_of("行政规范性文件 4 5 6").rows["regulations"]
    assert placings(row) == [["absent"] * 3]
    assert row.line is None


def test_in_a_grid_an_empty_row_is_blank() -> None:
    row = stages_of(table(HEADS, ["规章", "", "", ""], ["行政规范性文件", "4", "5", "6"])).rows["regulations"]
    assert placings(row) == [["blank"] * 3]


def test_a_row_that_is_printed_twice_with_other_values_is_contested() -> None:
    row = stages_of("行政许可 7", "行政处罚 2", "行政许可 8", "行政强制 3").rows["licensing"]
    assert (row.contested, row.doubt, row.seen) == (True, Why.CONTESTED, "7; 8")
    assert placings(row) == [[7], [8]]


def test_a_row_that_is_printed_twice_alike_is_read_once() -> None:
    row = stages_of("行政许可 7", "行政处罚 2", "行政许可 7", "行政强制 3").rows["licensing"]
    assert (row.contested, placings(row)) == (False, [[7]])


def test_a_number_that_may_be_a_page_number_is_tried_only_where_a_value_lacks() -> None:
    lacking = stages_of("规章 1 2", "9", "行政规范性文件 4 5 6", "行政许可 0", "行政处罚 0").rows["regulations"]
    assert [1, 2, 9] in placings(lacking)
    assert [1, 2, "blank"] in placings(lacking)
    full = stages_of("规章 1 2 3", "9", "行政规范性文件 4 5 6", "行政许可 0", "行政处罚 0").rows["regulations"]
    assert placings(full) == [[1, 2, 3]]


def test_values_left_over_are_those_of_the_one_row_whose_label_is_lost() -> None:
    lines = [f"{RECEIVED} 1 2 3 4 5 6 21", "0 0 0 0 0 0 0", "（一）予以公开 1 2 3 4 5 6 21"]
    row = stages_of(*lines).rows["carried_in"]
    assert (placings(row), row.doubt) == ([[0] * 7], Why.LABEL_LOST)


def test_what_was_seen_of_a_contested_row_leaves_its_blanks_out() -> None:
    rows = table(HEADS, ["规章", "1", "", "3"], ["行政规范性文件", "4", "5", "6"], ["规章", "1", "2", "3"])
    assert stages_of(rows).rows["regulations"].seen == "1 3; 1 2 3"


APPLICANTS = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def test_values_beside_two_labels_may_be_either_rows() -> None:
    both = f"{CARRIED}（一）予以公开"
    rows = stages_of(table(APPLICANTS, [RECEIVED, *"1234560"], [both, *"0000000"])).rows
    assert (rows["granted"].placings, rows["granted"].doubt) == ((), Why.UNSETTLED)
    assert placings(rows["received"]) == [[1, 2, 3, 4, 5, 6, 0]]


def test_values_without_words_beside_a_row_leave_none_of_its_cells_certain() -> None:
    """What is a blank in both may be a cell whose number is broken over their lines."""
    row = stages_of(table(APPLICANTS, [RECEIVED, "1", "", "", "5", "", "", "6"], ["", "7", "", "", "8", "", "", "9"]))
    assert (row.rows["received"].placings, row.rows["received"].doubt) == ((), Why.CONTESTED)


def test_values_above_an_empty_row_may_be_those_of_a_row_whose_label_is_lost() -> None:
    lost = ["", "1", "", "", "", "", "", "1"]
    rows = stages_of(table(APPLICANTS, [RECEIVED, *"1234560"], lost, ["（一）予以公开", *[""] * 7])).rows
    assert (rows["granted"].doubt, placings(rows["granted"])) == (
        Why.CONTESTED,
        [[1, *["blank"] * 5, 1], ["blank"] * 7],
    )


def test_values_beside_a_label_and_below_it_may_be_two_rows_that_lack_some() -> None:
    stages = stages_of(f"{RECEIVED} 0 0 0", "0 0 0 0", CARRIED, "（一）予以公开 0 0 0 0 0 0 0")
    assert (stages.rows["received"].placings, stages.rows["received"].doubt) == ((), Why.UNSETTLED)
