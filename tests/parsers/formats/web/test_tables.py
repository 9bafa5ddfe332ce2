"""Which cells a table shows, and in which columns and rows they stand."""

import pytest

from parsers.document.model import Grid, Paragraph
from parsers.formats.web.html import read_html
from parsers.formats.web.page import Page


def blocks(markup: str) -> list[list[str] | str]:
    """The rows of a page's tables, each cell wherever it spans and - where there is none, and its paragraphs."""
    shown: list[list[str] | str] = []
    for block in read_html(Page.of_text(markup)).blocks:
        if isinstance(block, Grid):
            shown += [[cell.text if cell else "-" for cell in row] for row in block.rows]
        elif isinstance(block, Paragraph):
            shown.append(block.text)
    return shown


def test_spans_cover_columns_and_rows() -> None:
    table = "<table><tr><td rowspan=2>甲<td colspan=2>乙<tr><td>1<td>2<tr><td>丙<td>3<td>4</table>"
    assert blocks(table) == [["甲", "乙", "乙"], ["甲", "1", "2"], ["丙", "3", "4"]]


def test_a_rowspan_of_0_goes_to_the_end_of_its_section_and_a_long_one_no_further() -> None:
    for span in (0, 9):
        table = f"<table><tbody><tr><td rowspan={span}>甲<td>1<tr><td>2<tbody><tr><td>乙<td>3</table>"
        assert blocks(table) == [["甲", "1"], ["甲", "2"], ["乙", "3"]]


def test_a_colspan_of_0_or_of_nonsense_is_1() -> None:
    for span in ("0", "x", "-3", ""):
        assert blocks(f"<table><tr><td colspan='{span}'>甲<td>1</table>") == [["甲", "1"]]


def test_a_short_row_has_no_cells_at_its_end() -> None:
    assert blocks("<table><tr><td>甲<td>1<td>2<tr><td>乙<td>3</table>") == [["甲", "1", "2"], ["乙", "3"]]


def test_the_head_comes_first_and_the_foot_last_wherever_they_are_written() -> None:
    table = "<table><tfoot><tr><td>丙<td>3</tfoot><tbody><tr><td>乙<td>2</tbody><thead><tr><td>甲<td>1</thead></table>"
    assert blocks(table) == [["甲", "1"], ["乙", "2"], ["丙", "3"]]


def test_hidden_rows_and_cells_are_left_out() -> None:
    table = "<table><tr hidden><td>甲<td>1<tr><td>乙<td style='display:none'>9<td>2</table>"
    assert blocks(table) == [["乙", "2"]]


def test_a_caption_is_a_paragraph_before_its_table() -> None:
    assert blocks("<table><caption>表</caption><tr><td>甲<td>1</table>") == ["表", ["甲", "1"]]


def test_a_table_of_one_row_in_a_cell_is_cells_of_that_row() -> None:
    table = "<table><tr><td>甲<td><table><tr><td>1<td>2</table><tr><td>乙<td>3<td>4</table>"
    assert blocks(table) == [["甲", "1", "2"], ["乙", "3", "4"]]


def test_a_table_that_holds_tables_is_layout() -> None:
    inner = "<table><tr><td>甲<td>1<tr><td>乙<td>2</table>"
    assert blocks(f"<table><tr><td>目录<td>{inner}</table>") == ["目录", ["甲", "1"], ["乙", "2"]]


def test_a_cell_that_holds_an_article_is_layout() -> None:
    article = "文" * 301
    assert blocks(f"<table><tr><td>{article}<td>1</table>") == [article, "1"]
    assert blocks(f"<table><tr><td>{article[1:]}<td>1</table>") == [[article[1:], "1"]]


@pytest.mark.parametrize("form", ["<form>", "<div>"])
def test_what_stands_between_a_table_and_its_rows_does_not_matter(form: str) -> None:
    assert blocks(f"<table>{form}<tbody><tr><td>甲<td>1</table>") == [["甲", "1"]]
