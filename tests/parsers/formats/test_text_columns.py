"""Tables that are set in columns by spaces, or by places on a page, as grids."""

import pytest

from parsers.document.model import Block, Box, Grid, Paragraph, Word
from parsers.document.reasons import Why
from parsers.formats.text_columns import with_columns

HEADS = {("自然人", "企业", "总计")}
LABELS = {"新收申请", "结转申请", "予以公开", "不予公开"}


def grids(blocks: list[Block]) -> list[list[str] | str]:
    """The rows of grids, - where there is no cell, and the other lines as they are."""
    shown: list[list[str] | str] = []
    for block in with_columns(blocks, HEADS, LABELS, {"三申请情况", "自然人"}):
        if isinstance(block, Grid):
            shown += [[cell.text if cell else "-" for cell in row] for row in block.rows]
        elif isinstance(block, Paragraph):
            shown.append(block.text)
    return shown


def lines(text: str) -> list[Block]:
    return [Paragraph(line, number) for number, line in enumerate(text.strip("\n").split("\n"), start=1)]


def printed(*rows: list[tuple[str, float, float]]) -> list[Block]:
    """Lines of print, 20 points apart, of words from left to right edge."""
    blocks: list[Block] = []
    for number, row in enumerate(rows, start=1):
        words = tuple(Word(text, Box(1, x0, 20.0 * number, x1, 20.0 * number + 10)) for text, x0, x1 in row)
        box = Box(1, row[0][1], 20.0 * number, row[-1][2], 20.0 * number + 10)
        blocks.append(Paragraph(" ".join(word.text for word in words), number, box=box, words=words))
    return blocks


TABLE = """
              自然人   企业   总计
新收申请         1       2      3
结转申请         0              0
予以公开        11      20     31
不予公开         5       6     11
"""


def test_values_stand_below_their_heads_and_a_blank_keeps_its_place() -> None:
    assert grids(lines(TABLE)) == [
        ["-", "自然人", "企业", "总计"],
        ["新收申请", "1", "2", "3"],
        ["结转申请", "0", "", "0"],
        ["予以公开", "11", "20", "31"],
        ["不予公开", "5", "6", "11"],
    ]


def test_the_same_on_a_page_with_each_value_in_its_own_box() -> None:
    head = [("自然人", 190.0, 220.0), ("企业", 270.0, 290.0), ("总计", 340.0, 360.0)]
    first = [("新收申请", 50.0, 90.0), ("1", 202.0, 207.0), ("2", 277.0, 282.0), ("3", 347.0, 352.0)]
    second = [("结转申请", 50.0, 90.0), ("0", 202.0, 207.0), ("0", 347.0, 352.0)]
    blocks = printed(head, first, second)
    assert grids(blocks) == [
        ["-", "自然人", "企业", "总计"],
        ["新收申请", "1", "2", "3"],
        ["结转申请", "0", "", "0"],
    ]
    (grid,) = with_columns(blocks, HEADS, LABELS, ())
    assert isinstance(grid, Grid)
    boxes = [cell.box for cell in grid.origins(1) if cell.text == "2"]
    assert boxes == [Box(1, 277.0, 40.0, 282.0, 50.0)]
    assert grid.lines == (1, 2, 3)


def test_a_value_between_two_columns_leaves_the_lines_as_they_are() -> None:
    between = TABLE.replace("结转申请         0              0", "结转申请         0          4")
    assert grids(lines(between)) == between.strip("\n").split("\n")


def test_two_values_in_one_column_leave_the_lines_as_they_are() -> None:
    two = TABLE.replace("结转申请         0              0", "结转申请         0     7  8     0")
    assert grids(lines(two)) == two.strip("\n").split("\n")


def test_values_that_are_only_a_space_apart_are_counted_not_placed() -> None:
    text = "自然人 企业 总计\n新收申请 1 2 3\n结转申请 0 0"
    assert grids(lines(text)) == text.split("\n")


def test_unknown_heads_are_no_table() -> None:
    text = TABLE.replace("企业", "单位")
    assert grids(lines(text)) == text.strip("\n").split("\n")


def test_a_heading_ends_a_table() -> None:
    rows = grids(lines(f"{TABLE}三、申请情况\n新收申请    9"))
    assert rows[-2:] == ["三、申请情况", "新收申请    9"]
    assert len(rows) == 7


def test_a_label_over_three_lines_is_one() -> None:
    wrapped = TABLE.replace("结转申请         0              0", "\n结转\n             0              0\n申请\n")
    assert ["结转申请", "0", "", "0"] in grids(lines(wrapped))


def test_a_row_without_any_value_is_a_row_of_blanks() -> None:
    empty = TABLE.replace("结转申请         0              0", "结转申请")
    assert ["结转申请", "", "", ""] in grids(lines(empty))


@pytest.mark.parametrize("full", [2, 3])
def test_three_full_rows_tell_where_a_column_stands_better_than_its_head(full: int) -> None:
    """The values stand right of their heads, so far that by the heads alone none is certain."""
    text = "\n".join([
        "            自然人    企业    总计",
        *(f"{label}             1       2       3" for label in ["新收申请", "予以公开", "不予公开"][:full]),
        "结转申请             4               4",
    ])  # fmt: skip
    assert (["结转申请", "4", "", "4"] in grids(lines(text))) is (full == 3)


def test_a_new_page_of_a_text_begins_another_table() -> None:
    rows = grids([*lines(TABLE), Paragraph("\f新收申请    9", 9)])
    assert rows[-1] == "\f新收申请    9"


@pytest.mark.parametrize(("left", "is_certain"), [(20.5, True), (23.4, True), (23.6, False)])
def test_a_value_must_be_half_as_far_again_from_the_next_column(left: float, is_certain: bool) -> None:
    """In columns of print, the middles of the columns are at 20, 30 and 40, and the value is one wide."""
    head = [("自然人", 68.0, 92.0), ("企业", 112.0, 128.0), ("总计", 152.0, 168.0)]
    blocks = printed(head, [("新收申请", 4.0, 20.0), ("1", 4 * left, 4 * left + 4)])
    assert any(isinstance(block, Grid) for block in with_columns(blocks, HEADS, LABELS, ())) is is_certain


@pytest.mark.parametrize(("gap", "is_spread"), [(7.9, False), (8.1, True)])
def test_values_are_set_off_by_the_width_of_two_digits(gap: float, is_spread: bool) -> None:
    head = [("自然人", 20.0, 26.0), ("企业", 30.0, 36.0), ("总计", 40.0, 46.0)]
    row, x = [("新收申请", 0.0, 20.0 - gap)], 20.0
    for text in "123":
        row.append((text, x, x + 4))
        x += 4 + gap
    blocks = printed([(text, x0 + 4 * at, x1 + 4 * at) for at, (text, x0, x1) in enumerate(head)], row)
    assert any(isinstance(block, Grid) for block in with_columns(blocks, HEADS, LABELS, ())) is is_spread


@pytest.mark.parametrize(("lines_between", "is_table"), [(11, True), (12, False)])
def test_heads_stand_in_the_twelve_lines_before_the_first_row(lines_between: int, is_table: bool) -> None:
    head, *rows = TABLE.strip("\n").split("\n")
    text = "\n".join([f"甲{head[1:]}", *["注"] * lines_between, *rows])
    assert any(isinstance(block, Grid) for block in with_columns(lines(text), HEADS, LABELS, ())) is is_table


BROKEN = """
              自然人   企业   总计
新收申请         1       2      3
结转申请        30             30
                    99件
予以公开        11      20     31
不予公开         5       6     11
            件      件     件
"""


def test_an_empty_cell_beside_a_line_of_parts_of_numbers_may_hold_one() -> None:
    grid = next(block for block in with_columns(lines(BROKEN), HEADS, LABELS, set()) if isinstance(block, Grid))
    doubtful = [[cell is not None and cell.shows is Why.CUT_NUMBER for cell in row] for row in grid.rows]
    assert [row[-3:] for row in doubtful] == [
        [False, False, False],  # heads
        [True, True, True],
        [True, True, True],  # its blank too
        [True, True, True],
        [True, True, True],
        [True, True, True],
    ]
