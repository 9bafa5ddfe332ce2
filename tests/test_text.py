import pytest

from parsers.document import Grid, Paragraph
from parsers.text import read_text


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
