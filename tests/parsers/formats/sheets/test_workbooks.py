"""Workbooks: what a spreadsheet program shows is read, and nothing that it does not show."""

from collections.abc import Callable
from random import Random

import pytest

from parsers.convert import read_document
from parsers.document.model import Document, Grid, Paragraph, TooLarge, Unreadable
from parsers.document.reasons import Why
from parsers.read import read
from parsers.report import Status
from tests.factory import office
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth
from tests.factory.workbook import Page, has_calc, packed, workbook

HEAD = '<row r="1"><c r="A1" t="inlineStr"><is><t>A</t></is></c><c r="B1" t="inlineStr"><is><t>B</t></is></c></row>'
STYLES = (
    '<numFmts><numFmt numFmtId="164" formatCode="0.0%"/></numFmts>'
    '<fonts><font><sz val="11"/></font><font><color rgb="FFFFFFFF"/></font><font><strike/></font>'
    '<font><vertAlign val="superscript"/></font><font><sz val="1"/></font></fonts>'
    '<fills><fill><patternFill patternType="none"/></fill>'
    '<fill><patternFill patternType="solid"><fgColor rgb="FF000000"/></patternFill></fill></fills>'
    "<borders><border/></borders>"
    '<cellXfs><xf/><xf fontId="1"/><xf fontId="2"/><xf fontId="3"/><xf fontId="4"/>'
    '<xf numFmtId="14"/><xf numFmtId="164"/>'
    '<xf fontId="1" fillId="1"/><xf fillId="1"/></cellXfs>'
    '<dxfs><dxf><font><color rgb="FFFFFFFF"/></font></dxf><dxf><fill/></dxf></dxfs>'
)


def book(rows: str, *, before: str = "", after: str = "", merged: tuple[str, ...] = ()) -> Document:
    return read_document(packed([Page([HEAD, rows], [*merged])], styles=STYLES, before=before, after=after))


def grid_of(document: Document) -> list[list[str | None]]:
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    return [[cell and cell.text for cell in row] for row in grid.rows]


def shows_of(document: Document) -> list[Why | None]:
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    return [cell and cell.shows for cell in grid.rows[-1]]


def row(*cells: str, number: int = 2, about: str = "") -> str:
    return f'<row r="{number}"{about}>{"".join(cells)}</row>'


def cell(place: str, value: object, style: int = 0, kind: str = "n") -> str:
    return f'<c r="{place}" s="{style}" t="{kind}"><v>{value}</v></c>'


@pytest.mark.parametrize("seed", range(12))
def test_a_sound_workbook_is_read_completely(seed: int) -> None:
    rng = Random(seed)
    sheet = sheet_of(draw_truth(rng, (2021, 2019)[seed % 2], empties=seed % 3 == 0))
    assert read(workbook(sheet, rng)).status is Status.VERIFIED


@pytest.mark.parametrize("extension", ["xlsx", "xls", "ods"])
@pytest.mark.skipif(not has_calc(), reason="needs LibreOffice's Calc")
def test_what_libreoffice_writes_is_read_completely(extension: str) -> None:
    rng = Random(extension)
    sheets = [sheet_of(draw_truth(rng, edition)) for edition in (2021, 2019)]
    for data in office.converted([("xlsx", workbook(sheet, rng)) for sheet in sheets], extension):
        assert read(data).status is Status.VERIFIED


def test_numbers_days_and_errors() -> None:
    read = book(row(cell("A2", "24461.0"), cell("B2", 45317, 5), cell("C2", 0.5, 6), cell("D2", "#REF!", kind="e")))
    assert grid_of(read)[1] == ["24461", "2024-01-26", "50.0%", "#REF!"]


def test_a_formula_without_a_result_is_not_blank() -> None:
    read = book(row(cell("A2", 1), '<c r="B2"><f>SUM(A1:A9)</f></c>'))
    assert shows_of(read) == [None, Why.SHOWS_FORMULA]


def test_hidden_rows_columns_and_covered_cells_are_not_seen() -> None:
    rows = row(cell("A2", 1), cell("B2", 2), cell("C2", 3)) + row(
        cell("A3", 7), cell("B3", 8), number=3, about=' hidden="1"'
    )
    read = book(rows, before='<cols><col min="3" max="3" hidden="1"/></cols>')
    assert grid_of(read) == [["A", "B"], ["1", "2"]]
    rows = row(cell("A2", 1), cell("B2", 2), cell("C2", 3))
    assert grid_of(book(rows, merged=("A2:B2",)))[1] == ["1", "1", "3"]


@pytest.mark.parametrize("style", [1, 4, 8])
def test_a_figure_that_nobody_sees_is_not_read(style: int) -> None:
    read = book(row(cell("A2", 1), cell("B2", 24461, style)))
    assert (grid_of(read)[1][1], shows_of(read)[1]) == ("", Why.SHOWS_FAINT)


def test_white_on_black_is_seen() -> None:
    assert grid_of(book(row(cell("A2", 1), cell("B2", 24461, 7))))[1] == ["1", "24461"]


def test_struck_and_raised_figures_are_set_apart() -> None:
    struck, raised = grid_of(book(row(cell("A2", 15, 2), cell("B2", 2, 3))))[1]
    assert struck != "15"
    assert raised == "²"


def test_zeros_that_the_sheet_hides_are_blank() -> None:
    read = book(row(cell("A2", 1), cell("B2", 0)), before='<sheetViews><sheetView showZeros="0"/></sheetViews>')
    assert grid_of(read)[1] == ["1", ""]


@pytest.mark.parametrize(("look", "shows"), [(0, Why.SHOWS_FORMAT), (1, None)])
def test_a_condition_that_may_hide_a_figure_makes_it_uncertain(look: int, shows: Why | None) -> None:
    rule = f'<conditionalFormatting sqref="B2:B9"><cfRule type="cellIs" dxfId="{look}"/></conditionalFormatting>'
    assert shows_of(book(row(cell("A2", 1), cell("B2", 0)), after=rule)) == [None, shows]


def corner(name: str, row: int, column: int) -> str:
    places = f"<xdr:col>{column}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{row}</xdr:row><xdr:rowOff>0</xdr:rowOff>"
    return f"<xdr:{name}>{places}</xdr:{name}>"


BOX = (
    f"<xdr:twoCellAnchor>{corner('from', 1, 1)}{corner('to', 1, 1).replace('Off>0', 'Off>90000')}<xdr:sp><xdr:nvSpPr>"
    '<xdr:cNvPr id="2" name="a"/><xdr:cNvSpPr txBox="1"/></xdr:nvSpPr><xdr:spPr><a:prstGeom prst="rect"><a:avLst/>'
    "</a:prstGeom></xdr:spPr><xdr:txBody><a:bodyPr/><a:p><a:r><a:t>9</a:t></a:r></a:p></xdr:txBody></xdr:sp><xdr:clientData/>"
    "</xdr:twoCellAnchor>"
)


def boxed() -> bytes:
    return packed([Page([HEAD, row(cell("A2", 1), cell("B2", 2), cell("C2", 3))])], drawn=BOX)


def test_a_cell_under_a_box_is_not_certain() -> None:
    assert shows_of(read_document(boxed())) == [None, Why.SHOWS_BOX, None]


@pytest.mark.parametrize("extension", ["xls", "ods"])
@pytest.mark.skipif(not has_calc(), reason="needs LibreOffice's Calc")
def test_a_cell_under_a_box_is_not_certain_in_what_libreoffice_writes(extension: str) -> None:
    (data,) = office.converted([("xlsx", boxed())], extension)
    assert shows_of(read_document(data)) == [None, Why.SHOWS_BOX, None]


@pytest.mark.skipif(not has_calc(), reason="needs LibreOffice's Calc")
def test_a_condition_that_may_hide_a_figure_makes_it_uncertain_in_ods() -> None:
    rule = '<cfRule type="cellIs" dxfId="0" priority="1" operator="equal"><formula>0</formula></cfRule>'
    rule = f'<conditionalFormatting sqref="B2:B9">{rule}</conditionalFormatting>'
    source = packed([Page([HEAD, row(cell("A2", 1), cell("B2", 0))])], styles=STYLES, after=rule)
    (data,) = office.converted([("xlsx", source)], "ods")
    assert shows_of(read_document(data)) == [None, Why.SHOWS_FORMAT]


def test_a_row_of_one_cell_is_text() -> None:
    read = book(row(cell("A4", "一、总体情况", kind="str"), number=4))
    assert [block.text for block in read.blocks if isinstance(block, Paragraph)] == ["一、总体情况"]


def test_an_empty_cell_of_a_sheet_without_rules_is_a_cell() -> None:
    assert grid_of(book(row(cell("A2", 1)) + row(cell("B3", 2), number=3)))[1:] == [["1", ""], ["", "2"]]


def test_a_cell_at_the_sheets_far_corner_costs_nothing() -> None:
    assert len(book(row(cell("A2", 1)) + row(cell("XFD1048576", 2), number=1048576)).blocks) == 2


@pytest.mark.parametrize(
    "make",
    [
        lambda: book(row(cell("ZZ1048576", 2), number=1048576), merged=("A1:XFD1048576",)),
        lambda: book(row(cell("A2", 1)), merged=("A1:B2",) * 20_001),
        lambda: book("".join(row(*["<c><v>1</v></c>"] * 50, number=at) for at in range(2, 5_000))),
    ],
)
def test_a_huge_sheet_is_refused_in_one_line(make: Callable[[], Document]) -> None:
    with pytest.raises(TooLarge) as caught:
        make()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("cut", [2000, 5000])
@pytest.mark.skipif(not has_calc(), reason="needs LibreOffice's Calc")
def test_a_damaged_xls_is_refused_in_one_line(cut: int) -> None:
    (data,) = office.converted([("xlsx", packed([Page([HEAD])]))], "xls")
    with pytest.raises(Unreadable) as caught:
        read_document(data[:cut] + b"\xff" * 200 + data[cut + 200 :])
    assert "\n" not in str(caught.value)
    assert "fault" not in str(caught.value)
