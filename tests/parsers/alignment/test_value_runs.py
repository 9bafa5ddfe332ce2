"""Which values stand together, and what is known of each run."""

from dataclasses import replace

from parsers.alignment.runs import ValueRun
from parsers.document.model import GridCell
from parsers.document.reasons import Why
from tests.parsers.alignment.stages import Stages, stages_of, table, values

HEADS = ["信息内容", "本年制发件数", "本年废止件数", "现行有效件数"]
APPLICANTS = ["", "自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]


def run_values(stages: Stages) -> list[list[object]]:
    return [list(values(run.readings)) for run in stages.runs]


def only(runs: list[ValueRun]) -> ValueRun:
    (run,) = runs
    return run


def test_in_text_a_run_is_what_stands_between_two_words() -> None:
    stages = stages_of("规章 1 2 3", "行政规范性文件 4 5", "6")
    assert run_values(stages) == [[1, 2, 3], [4, 5], [6]]
    assert [run.line for run in stages.runs] == [0, 1, 2]
    assert not any(run.placed for run in stages.runs)


def test_in_a_grid_a_run_has_a_value_for_each_column_of_the_heads() -> None:
    stages = stages_of(table(HEADS, ["规章", "1", "", "3"], ["行政规范性文件", "4", "/", "6"]))
    assert run_values(stages) == [[1, "blank", 3], [4, "dash", 6]]
    assert all(run.placed and run.label for run in stages.runs)


def test_columns_are_found_by_their_heads_wherever_these_stand() -> None:
    stages = stages_of(table(["序号", *HEADS], ["9", "规章", "1", "2", "3"]))
    assert run_values(stages) == [[1, 2, 3]]


def test_columns_without_heads_are_those_that_hold_numbers() -> None:
    stages = stages_of(table(["规章", "", "1", "2", "3"], ["行政规范性文件", "", "4", "5", "6"]))
    assert run_values(stages) == [[1, 2, 3], [4, 5, 6]]


def test_a_column_that_the_document_does_not_have_is_absent() -> None:
    stages = stages_of(table(HEADS, ["规章", "1", "2", "3"], ["行政规范性文件", "4", "5"]))
    assert run_values(stages)[1] == [4, 5, "absent"]


def test_a_cell_that_holds_words_is_text_and_one_over_several_columns_uncertain() -> None:
    stages = stages_of(table(HEADS, ["规章", "详见附件", ("7", 2, 1)]))
    assert run_values(stages) == [["text", "uncertain", "uncertain"]]


def test_a_row_of_which_all_cells_are_empty_is_a_run_of_blanks() -> None:
    run = only(stages_of(table(HEADS, ["规章", "", "", ""])).runs)
    assert values(run.readings) == ["blank"] * 3
    assert not run.filled


def test_heads_are_no_values() -> None:
    received = ["一、本年新收政府信息公开申请数量", "1", "2", "3", "4", "5", "6", "21"]
    assert run_values(stages_of(table(APPLICANTS, received))) == [[1, 2, 3, 4, 5, 6, 21]]
    assert stages_of("规章", "行政许可").runs == []


def test_each_value_knows_where_it_stands() -> None:
    run = only(stages_of(table(HEADS, ["规章", "1", "2", "3"])).runs)
    assert [token.column for token in run.tokens if token] == [1, 2, 3]


def test_a_small_number_alone_on_its_line_may_be_a_page_number() -> None:
    runs = stages_of("规章 1 2 3", "行政规范性文件 4 5 6", "12", "行政许可 7").runs
    assert [run.suspect for run in runs] == [False, False, True, False]
    assert runs[2].lone


def test_where_all_numbers_stand_alone_none_is_suspect_for_that() -> None:
    assert not any(run.suspect for run in stages_of("规章", "1", "2", "3", "行政规范性文件", "4", "5", "6").runs)


def test_a_number_that_ends_a_line_of_prose_is_suspect() -> None:
    runs = stages_of("规章 1 2 3", "示例机关全年办理提案 15", "行政规范性文件 4 5 6").runs
    assert [(values(run.readings), run.suspect) for run in runs][1] == ([15], True)


def test_values_beside_words_like_a_label_are_a_copy_of_its_row() -> None:
    runs = stages_of("行政许书 122", "行政许可 134", "行政处罚 7").runs
    assert [run.copy_of.code if run.copy_of else None for run in runs] == ["licensing", None, None]


def test_a_row_of_nothing_but_doubtful_figures_is_a_run() -> None:
    doubtful = GridCell("10679", 2, 1, shows=Why.CUT_NUMBER)
    grid = table(APPLICANTS, ["（七）总计", "99268", *[""] * 6], [""] * 8)
    rows = (*grid.rows[:2], (grid.rows[2][0], doubtful, *grid.rows[2][2:]))
    runs = stages_of(replace(grid, rows=rows)).runs
    assert [list(values(run.readings))[:2] for run in runs[-2:]] == [[99268, "blank"], ["uncertain", "blank"]]


def test_a_row_without_label_that_lacks_a_cell_may_lack_any() -> None:
    grid = table(["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3, [*"12345678901234"])
    rows = (grid.rows[0], (*grid.rows[1], None)) if len(grid.rows[1]) < 15 else grid.rows
    run = stages_of("四、政府信息公开行政复议、行政诉讼情况", replace(grid, rows=rows)).runs[-1]
    assert len(run.others) == 14


def test_a_row_whose_last_cell_was_widened_to_end_with_the_others_may_lack_any() -> None:
    heads = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3
    grid = table(heads, [*"1234567890123", ("4", 2, 1)])
    run = stages_of("四、政府信息公开行政复议、行政诉讼情况", grid).runs[-1]
    assert len(run.others) == 15


def test_a_value_beyond_the_heads_may_be_a_cell_too_many() -> None:
    grid = table(["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"] * 3, [*[""] * 15, "7"])
    assert stages_of("四、政府信息公开行政复议、行政诉讼情况", grid).runs[-1].loose


def test_values_that_begin_before_the_columns_of_the_heads_may_begin_there() -> None:
    """A cell was lost farther up, and the cells after it have moved: sums tell which way is right."""
    grid = table([("", 2, 1), *APPLICANTS[1:]], ["五", "一、本年新收政府信息公开申请数量", *"123456", "21"])
    moved = table([("", 2, 1), *APPLICANTS[1:]], ["一、本年新收政府信息公开申请数量", *"123456", "21", "五"])
    assert [run.others for run in stages_of(grid).runs] == [()]
    assert [[list(values(other)) for other in run.others] for run in stages_of(moved).runs] == [
        [[1, 2, 3, 4, 5, 6, 21]]
    ]


def test_an_amount_in_an_unknown_unit_is_no_word_after_the_label() -> None:
    grid = table(["序号", "信息内容", "本年收费金额", "", ""], ["1", "行政事业性收费", "0.0000欧元", "", ""])
    assert [list(values(run.readings)) for run in stages_of(grid).runs] == [["text"]]


def test_rows_that_a_groups_cell_has_pushed_out_of_a_table_have_lost_their_last_values() -> None:
    rows = ["1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益"]
    heads = [("", 2, 1), *APPLICANTS[1:]]
    moved = table(heads, ["三", rows[0], *"1234560"], *(["", "", row, *"123456"] for row in rows[1:]))
    lone = table(heads, *(["三", row, *"1234560"] for row in rows[:3]), ["", "", rows[3], *"123456"])
    assert [run.last_lost for run in stages_of(moved).runs] == [False, True, True, True]
    assert not any(run.last_lost for run in stages_of(lone).runs)


def test_a_pushed_row_that_lacks_more_than_it_was_pushed_may_lack_any() -> None:
    rows = ["1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益"]
    heads = [("", 2, 1), *APPLICANTS[1:]]
    grid = table(heads, ["三", rows[0], *"1234560"], *(["", "", row, *"123456"] for row in rows[1:]))
    short = (*grid.rows[:4], (*grid.rows[4][:-1], None))
    assert [run.last_lost for run in stages_of(replace(grid, rows=short)).runs] == [False, True, True, False]
