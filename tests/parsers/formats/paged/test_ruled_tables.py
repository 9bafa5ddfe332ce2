"""A page in, its tables and lines from top to bottom out."""

import pytest

from parsers.formats.paged.page import Glyph, Rectangle
from parsers.formats.paged.ruled_tables import PageBlock, RuledTable, page_blocks
from parsers.formats.paged.words import TextLine
from tests.parsers.formats.paged.drawing import across, down, grid, page, text

XS, YS = (100.0, 200.0, 300.0), (100.0, 120.0, 140.0)


def blocks(glyphs: list[Glyph], rules: list[Rectangle]) -> list[PageBlock]:
    return page_blocks(page(glyphs, rules))


def cell_texts(glyphs: list[Glyph], rules: list[Rectangle]) -> list[str]:
    (table,) = blocks(glyphs, rules)
    assert isinstance(table, RuledTable)
    return [cell.text for cell in sorted(table.cells, key=lambda cell: (cell.box.top, cell.box.x0))]


def test_a_cell_has_what_stands_inside_its_rules() -> None:
    glyphs = [*text(110, 105, "规章"), *text(240, 105, "7"), *text(110, 125, "许可")]
    assert cell_texts(glyphs, grid(XS, YS)) == ["规章", "7", "许可", ""]


def test_tables_and_lines_come_in_the_order_of_the_page() -> None:
    glyphs = [*text(100, 300, "四、情况"), *text(110, 105, "规章"), *text(240, 105, "7"), *text(100, 50, "二、情况")]
    found = blocks(glyphs, grid(XS, YS))
    assert [block.text if isinstance(block, TextLine) else "table" for block in found] == [
        "二、情况",
        "table",
        "四、情况",
    ]


def test_a_cell_that_spans_is_one() -> None:
    rules = [*(across(y, 100, 300) for y in YS), down(100, 100, 140), down(300, 100, 140), down(200, 120, 140)]
    glyphs = [*text(180, 105, "第二十条"), *text(110, 125, "许可"), *text(240, 125, "7")]
    assert cell_texts(glyphs, rules) == ["第二十条", "许可", "7"]


def test_lines_in_a_cell_are_parted() -> None:
    glyphs = [*text(110, 101, "不予"), *text(110, 111, "公开"), *text(240, 105, "7"), *text(240, 125, "8")]
    ys = (100.0, 122.0, 140.0)
    assert cell_texts(glyphs, grid(XS, ys))[:2] == ["不予\n公开", "7"]


def test_a_number_too_long_for_its_cell_is_put_together() -> None:
    xs = (100.0, 125.0, 200.0)
    glyphs = [*text(102, 101, "37"), *text(102, 111, "6"), *text(150, 105, "7")]
    assert cell_texts(glyphs, grid(xs, (100.0, 122.0, 140.0)))[:2] == ["376", "7"]


def test_two_numbers_one_above_the_other_in_a_wide_cell_stay_two() -> None:
    glyphs = [*text(110, 101, "37"), *text(110, 111, "6"), *text(240, 105, "7")]
    assert cell_texts(glyphs, grid(XS, (100.0, 122.0, 140.0)))[:2] == ["37\n6", "7"]


def test_a_number_that_juts_out_on_both_sides_is_its_cells() -> None:
    xs = (100.0, 200.0, 235.0, 300.0)
    (table,) = blocks([*text(192.5, 105, "12345"), *text(110, 125, "7")], grid(xs, YS))
    assert isinstance(table, RuledTable)
    cell = next(cell for cell in table.cells if cell.text == "12345")
    assert (cell.box.x0, cell.confidence) == (200, None)


def test_digits_that_cross_a_rule_on_one_side_are_not_to_be_trusted() -> None:
    (table,) = blocks([*text(170, 105, "12345"), *text(110, 125, "7")], grid(XS, YS))
    assert isinstance(table, RuledTable)
    assert [cell.confidence for cell in table.cells if cell.text == "12345"] == [0.0]


def test_a_box_around_text_is_no_table() -> None:
    (line,) = blocks([*text(110, 105, "说明")], grid((100, 300), (100, 140)))
    assert isinstance(line, TextLine)


@pytest.mark.parametrize(("width", "number"), [(55.9, "1234"), (56.1, "123\n4")])
def test_a_digit_had_no_room_if_it_and_the_padding_are_wider_than_what_was_left(width: float, number: str) -> None:
    """Three digits take 30 points, the next one 10, and the padding up to 8 on each side."""
    xs = (100.0, 100.0 + width, 200.0)
    glyphs = [*text(102, 101, "123"), *text(102, 111, "4"), *text(180, 105, "7")]
    assert cell_texts(glyphs, grid(xs, (100.0, 122.0)))[:1] == [number]


def test_beside_a_short_row_there_is_no_empty_cell() -> None:
    rules = [*grid(XS, (100.0, 120.0)), *grid((100.0, 200.0), (120.0, 140.0))]
    assert cell_texts([*text(110, 105, "1"), *text(110, 125, "2")], rules) == ["1", "", "2"]


def test_a_table_in_a_frame_has_its_words_to_itself() -> None:
    outer = [*grid((50.0, 550.0), (50.0, 200.0, 300.0))]
    found = blocks([*text(110, 105, "1"), *text(60, 250, "外")], [*outer, *grid(XS, (100.0, 120.0))])
    assert [[cell.text for cell in block.cells] for block in found if isinstance(block, RuledTable)] == [
        ["", "外"],
        ["1", ""],
    ]
