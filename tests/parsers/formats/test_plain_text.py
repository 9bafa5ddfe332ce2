import pytest

from parsers.document.model import Grid, Paragraph
from parsers.formats.markdown import read_markdown
from parsers.formats.plain_text import read_text
from parsers.formats.web.page import Page


@pytest.mark.parametrize("rule", ["|---|---|", "| --- | :---: |", "|--|--------|", "|-|-|"])
def test_a_rule_is_no_row(rule: str) -> None:
    (grid,) = read_text(f"| a | b |\n{rule}\n| 1 | 2 |").blocks
    assert isinstance(grid, Grid)
    assert [[cell.text for cell in grid.origins(row)] for row in range(len(grid.rows))] == [["a", "b"], ["1", "2"]]


def test_a_row_of_dashes_is_a_row() -> None:
    (grid,) = read_text("| a | b |\n|---|---|\n| - | - |").blocks
    assert isinstance(grid, Grid)
    assert len(grid.rows) == 2


def test_a_blank_line_ends_a_table_and_lines_keep_their_numbers() -> None:
    blocks = read_text("# 甲\n| a |\n\n| b |\n**乙**\f丙").blocks
    assert [block.number if isinstance(block, Grid) else (block.line, block.text) for block in blocks] == [
        (1, "甲"),
        1,
        (3, ""),
        2,
        (5, "乙"),
        (6, "\f丙"),
    ]
    assert isinstance(blocks[0], Paragraph)


def _rows(text: str) -> list[list[str]]:
    (grid,) = read_text(text).blocks
    assert isinstance(grid, Grid)
    return [[cell.text for cell in grid.origins(row)] for row in range(len(grid.rows))]


def test_a_table_without_outer_bars_is_a_table() -> None:
    assert _rows("甲| 乙\n---|---\n丙| 3  \n丁|") == [["甲", "乙"], ["丙", "3"], ["丁", ""]]


def test_a_space_before_a_bar_is_an_empty_cell_where_rows_do_not_begin_with_one() -> None:
    assert _rows("甲 | 乙 | 丙 |\n |  | 3 |") == [["甲", "乙", "丙"], ["", "", "3"]]


def test_a_table_drawn_with_characters_is_a_table() -> None:
    assert _rows("┌──┬──┐\n│甲│ 3│\n├──┼──┤\n│乙│  │\n└──┴──┘") == [["甲", "3"], ["乙", ""]]


def test_a_line_of_navigation_is_no_table() -> None:
    assert not any(isinstance(block, Grid) for block in read_text("首页 | 公开\n目录\t示例").blocks)


def test_tables_of_html_stand_among_the_lines_of_markdown() -> None:
    blocks = read_markdown(
        "# 甲\n<html><body><table><tr><td>1</td>\n<td>2</td></tr></table></body></html>\n<u>乙</u>", 100
    ).blocks
    assert [block.text for block in blocks if isinstance(block, Paragraph) and block.text] == ["甲", "乙"]
    assert [block.line for block in blocks if isinstance(block, Paragraph) and block.text] == [1, 4]
    assert [[cell.text for cell in block.origins(0)] for block in blocks if isinstance(block, Grid)] == [["1", "2"]]


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("<p>示例</p>", True),
        ("Warning: 示例\n<!DOCTYPE html><html><body>示例</body></html>", True),
        ("# 示例\n\n<table><tr><td>1</td></tr></table>", False),
        ("一、示例\n二、示例\n三、示例\n<html><body><table></table></body></html>", False),
        ("示例 1 < 2", False),
    ],
)
def test_markup_in_a_text_does_not_make_it_a_page(text: str, page: bool) -> None:
    assert Page.of_text(text).is_html is page
