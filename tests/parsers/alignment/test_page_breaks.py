"""Rows that a page break cut in two come back whole, and nothing else changes."""

from dataclasses import replace

from parsers.alignment.page_breaks import mend_breaks
from parsers.document.model import Grid, Paragraph, expand

LABELS = {"规章", "补正后申请内容仍不明确", "行政许可", "行政处罚"}
Cells = list[tuple[str, int, int]]


def table(*rows: Cells, breaks: tuple[int, ...]) -> Grid:
    return replace(expand(1, list(rows)), breaks=breaks)


def one(text: str) -> tuple[str, int, int]:
    return text, 1, 1


def texts(grid: Grid) -> list[list[str]]:
    (mended,) = mend_breaks([grid], LABELS)
    assert isinstance(mended, Grid)
    return [[cell.text if cell else "" for cell in row] for row in mended.rows]


def test_a_label_that_goes_on_below_the_break_makes_one_row() -> None:
    grid = table([one("规章"), one("1")], [one("补正后申请"), one("2")], [one("内容仍不明确"), one("")], breaks=(2,))
    assert texts(grid) == [["规章", "1"], ["补正后申请\n内容仍不明确", "2"]]


def test_values_stand_where_they_were_on_either_side() -> None:
    grid = table([one("补正后申请"), one(""), one("5")], [one("内容仍不明确"), one("4"), one("")], breaks=(1,))
    assert texts(grid) == [["补正后申请\n内容仍不明确", "4", "5"]]


def test_two_whole_rows_stay_two() -> None:
    grid = table([one("行政许可"), one("2")], [one("行政处罚"), one("3")], breaks=(1,))
    assert texts(grid) == [["行政许可", "2"], ["行政处罚", "3"]]


def test_a_row_of_which_no_label_comes_of_joining_stays() -> None:
    grid = table([one("行政许可"), one("2")], [one(""), one("3")], breaks=(1,))
    assert texts(grid) == [["行政许可", "2"], ["", "3"]]


def test_where_no_page_ends_nothing_is_joined() -> None:
    grid = table([one("补正后申请"), one("2")], [one("内容仍不明确"), one("")], breaks=())
    assert texts(grid) == [["补正后申请", "2"], ["内容仍不明确", ""]]


def test_a_row_with_a_cell_more_than_the_one_above_stays() -> None:
    grid = table([("补正后申请", 2, 1), one("2")], [one("内容仍不明确"), one("9"), one("")], breaks=(1,))
    assert texts(grid)[1] == ["内容仍不明确", "9", ""]


def test_a_group_that_spans_the_rows_spans_one_less() -> None:
    rows: list[Cells] = [
        [("组", 1, 3), one("规章"), one("1")],
        [one("补正后申请"), one("2")],
        [one("内容仍不明确"), one("")],
    ]
    (mended,) = mend_breaks([table(*rows, breaks=(2,))], LABELS)
    assert isinstance(mended, Grid)
    group = mended.rows[0][0]
    assert group
    assert (len(mended.rows), group.height) == (2, 2)
    assert mended.rows[1][0] is group


def test_other_blocks_are_handed_on() -> None:
    blocks = [Paragraph("规章", 1), table([one("规章"), one("1")], breaks=())]
    assert mend_breaks(blocks, LABELS) == blocks
