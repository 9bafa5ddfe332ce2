"""Pages put together: print furniture goes, tables that page breaks cut are one."""

from parsers.document.model import Block, Grid, Paragraph
from parsers.formats.paged.page import PrintedPage
from parsers.formats.paged.pages import document_of
from tests.parsers.formats.paged.drawing import grid, page, text


def texts(block: Block) -> list[list[str]] | str:
    if isinstance(block, Paragraph):
        return block.text
    return [[cell.text if cell else "-" for cell in row] for row in block.rows]


def table(label: str, value: str, top: float, number: int = 1, right: float = 300, foot: str = "") -> PrintedPage:
    """A page with a table of one row of two cells, and perhaps a line at its foot."""
    glyphs = [*text(110, top + 5, label), *text(210, top + 5, value), *text(290, 785, foot)]
    return page(glyphs, grid((100, 200, right), (top, top + 20)), number)


def test_a_table_that_goes_on_at_the_top_of_the_next_page_is_one() -> None:
    (block,) = document_of([table("甲", "1", 760), table("乙", "2", 60, 2)]).blocks
    assert isinstance(block, Grid)
    assert texts(block) == [["甲", "1"], ["乙", "2"]]
    assert block.breaks == (1,)
    assert [cell.box.page for row in block.rows for cell in row if cell and cell.box] == [1, 1, 2, 2]


def test_a_table_of_another_width_or_after_a_text_is_another() -> None:
    assert len(document_of([table("甲", "1", 760), table("乙", "2", 60, 2, right=310)]).blocks) == 2
    heading = page(text(100, 50, "三、申请情况"), number=2)
    blocks = document_of([table("甲", "1", 760), heading, table("乙", "2", 60, 3)]).blocks
    assert [texts(block) for block in blocks] == [[["甲", "1"]], "三、申请情况", [["乙", "2"]]]


def test_a_page_number_does_not_part_a_table() -> None:
    """It comes before the table, which ends on the next page."""
    blocks = document_of([table("甲", "1", 760, foot="-1-"), table("乙", "2", 60, 2)]).blocks
    assert [texts(block) for block in blocks] == ["-1-", [["甲", "1"], ["乙", "2"]]]


def test_lines_at_the_same_edge_of_several_pages_are_furniture() -> None:
    pages = [
        page([*text(100, 22, "示例局第3版"), *text(100, 400, body), *text(100, 782, "甲")], number=number)
        for number, body in ((1, "一文"), (2, "二文"))
    ]
    assert [texts(block) for block in document_of(pages).blocks] == ["一文", "二文"]


def test_rows_of_values_at_the_top_of_several_pages_are_no_furniture() -> None:
    """They differ in digits only; without them the row below or above would seem empty."""
    pages = [page([*text(100, 22, row), *text(100, 400, "文")], number=at) for at, row in ((1, "0 4372"), (2, "5 5"))]
    assert [texts(block) for block in document_of(pages).blocks] == ["0 4372", "文", "5 5", "文"]


def test_a_line_that_stands_once_or_in_the_middle_stays() -> None:
    pages = [page([*text(100, 22, "标题"), *text(100, 400, "同文")]), page(text(100, 400, "同文"), number=2)]
    assert [texts(block) for block in document_of(pages).blocks] == ["标题", "同文", "同文"]


def test_lines_are_numbered_through_all_pages_and_have_their_words() -> None:
    second = page([*text(100, 400, "二"), *text(200, 400, "3")], number=2)
    first, last = document_of([page(text(100, 400, "一")), second]).blocks
    assert isinstance(first, Paragraph)
    assert isinstance(last, Paragraph)
    assert (first.line, last.line) == (1, 2)
    assert [(word.text, word.box.page, word.box.x0) for word in last.words] == [("二", 2, 100), ("3", 2, 200)]
