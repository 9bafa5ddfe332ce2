"""Tables of word processors, whose cells have edges, as grids."""

from parsers.document.model import Grid, Paragraph
from parsers.formats.office.flow import Builder, Cell, Flow, RowShape, Table, document_of
from parsers.formats.office.look import OBJECT, set_apart


def cells(*edges: int, texts: str, above: str = "", beside: str = "") -> list[Cell]:
    """A row of cells between edges, a character each; ``above`` and ``beside`` are those that continue another."""
    return [
        Cell(left, right, [text], text in above, text in beside)
        for left, right, text in zip(edges, edges[1:], texts, strict=False)
    ]


def grid_of(*rows: list[Cell]) -> Grid:
    (block,) = document_of([Table(list(rows))]).blocks
    assert isinstance(block, Grid)
    return block


def texts(grid: Grid) -> list[str]:
    return ["".join(cell.text if cell else "-" for cell in row) for row in grid.rows]


def test_cells_span_the_columns_that_their_edges_enclose() -> None:
    grid = grid_of(cells(0, 2000, 4000, texts="甲1"), cells(0, 4000, texts="乙"))
    assert texts(grid) == ["甲1", "乙乙"]


def test_a_cell_that_continues_the_one_above_is_part_of_it() -> None:
    grid = grid_of(cells(0, 2000, 4000, texts="甲1"), cells(0, 2000, 4000, texts="x2", above="x"))
    assert texts(grid) == ["甲1", "甲2"]
    assert [cell.height for cell in grid.origins(0)] == [2, 1]


def test_a_cell_that_continues_its_left_neighbour_is_part_of_it() -> None:
    assert texts(
        grid_of(cells(0, 2000, 4000, 6000, texts="甲x1", beside="x"), cells(0, 2000, 4000, 6000, texts="乙23"))
    ) == [
        "甲甲1",
        "乙23",
    ]


def test_edges_that_miss_each_other_by_little_are_one() -> None:
    """280 of 1/1440 inch are 5 mm: no column of the form is as narrow."""
    assert texts(grid_of(cells(0, 2000, 4000, texts="甲1"), cells(0, 2279, 4000, texts="乙2"))) == ["甲1", "乙2"]
    assert texts(grid_of(cells(0, 2000, 4000, texts="甲1"), cells(0, 2280, 4000, texts="乙2"))) == ["甲11", "乙乙2"]


def test_no_cell_disappears_however_narrow_it_is() -> None:
    assert texts(grid_of(cells(0, 2000, 2100, 4000, texts="甲12"))) == ["甲12"]


def test_a_row_may_begin_and_end_elsewhere() -> None:
    assert texts(grid_of(cells(0, 2000, 4000, texts="甲1"), cells(2000, 4000, texts="2"))) == ["甲1", "-2"]


def test_a_table_that_holds_tables_is_layout_but_one_cell_is_only_a_frame() -> None:
    inner = Table([cells(0, 2000, 4000, texts="甲1")])
    layout: list[Flow] = [Table([[Cell(0, 9000, ["前", inner])]])]
    blocks = document_of(layout).blocks
    assert [block.text if isinstance(block, Paragraph) else texts(block) for block in blocks] == ["前", ["甲1"]]
    frame = Table([[Cell(0, 2000, [Table([[Cell(0, 900, ["甲"])]])]), Cell(2000, 4000, ["1"])]])
    assert texts(grid_of(*frame.rows)) == ["甲1"]


def test_a_picture_alone_is_not_an_empty_cell() -> None:
    grid = grid_of([Cell(0, 2000, [OBJECT]), Cell(2000, 4000, [f"甲{OBJECT}"]), Cell(4000, 6000, ["", " "])])
    assert [cell.text for cell in grid.origins(0)] == [OBJECT, "甲", ""]


def test_paragraphs_of_a_cell_are_its_lines() -> None:
    grid = grid_of([Cell(0, 2000, ["行政", "许可"]), Cell(2000, 4000, ["1"])])
    assert [cell.text for cell in grid.origins(0)] == ["行政\n许可", "1"]


def test_a_builder_puts_paragraphs_where_they_say_they_stand() -> None:
    builder = Builder()
    builder.add("前")
    builder.add("甲", 1, ends_cell=True)
    builder.add("里", 2, ends_cell=True)
    builder.end_row(RowShape((0, 900)), 2)
    builder.add("", 1, ends_cell=True)
    builder.end_row(RowShape((0, 2000, 4000)), 1)
    builder.add("后")
    first, table, last = builder.finished()
    assert (first, last) == ("前", "后")
    assert isinstance(table, Table)
    (row,) = table.rows
    assert [(cell.left, cell.right) for cell in row] == [(0, 2000), (2000, 4000)]
    assert row[0].content == ["甲"]
    assert isinstance(row[1].content[0], Table)


def test_cells_that_a_row_does_not_say_the_edges_of_are_of_one_width() -> None:
    row = RowShape((0, 500), beside=frozenset({1})).filled([["甲"], ["x"], ["1"]])
    assert [(cell.left, cell.right) for cell in row] == [(0, 500), (500, 1940), (1940, 3380)]
    assert [cell.beside for cell in row] == [False, True, False]


def test_edges_out_of_order_lose_no_cell() -> None:
    row = RowShape((0, 4000, 2000, 3000)).filled([["甲"], ["1"], ["2"]])
    assert texts(grid_of(row)) == ["甲12"]


def test_a_title_of_another_year_is_somebody_elses() -> None:
    flow: list[Flow] = ["示例局2021年政府信息公开工作年度报告"]
    titles = ["2020年年度报告", "示例局年度报告", "", "2021年年度报告"]
    assert document_of(flow, titles).titles == ("示例局年度报告", "2021年年度报告")


def test_what_is_raised_or_struck_is_no_plain_number() -> None:
    assert set_apart("1", raised=True, struck=False) == "¹"
    assert set_apart("15", raised=False, struck=True) == "1\u03365\u0336"
    assert set_apart("15", raised=False, struck=False) == "15"
