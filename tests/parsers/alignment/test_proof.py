"""What OCR read is believed only as far as the form's sums confirm it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from random import Random

import pytest

from parsers.alignment.align import align
from parsers.document.model import Block, Grid, GridCell, Paragraph, expand
from parsers.document.values import CellValue, State
from tests.factory.html import tables_of
from tests.factory.sheet import sheet_of
from tests.factory.truth import BLANK, Cell, Truth, draw_truth

Change = Callable[[GridCell], GridCell]
ROW = "applications/received"


def truth_with(**figures: int) -> Truth:
    """A report that is 0 throughout but for the row of what was received, which was all granted."""
    truth = draw_truth(Random(4))
    zeros = {key: Cell("0", 0) for key in truth.cells}
    for row in ("received", "granted", "concluded"):
        zeros |= {f"applications/{row}/{column}": Cell(str(value), value) for column, value in figures.items()}
    return replace(truth, cells=zeros)


def scanned(truth: Truth, change: Change | None = None, confidence: float = 0.99) -> list[Block]:
    """The tables as OCR hands them on: every text with its confidence, cells without ink too."""
    blocks: list[Block] = []
    for number, rows in tables_of(sheet_of(truth)).items():
        grid = expand(number, [[(td.text, td.width, td.height) for td in row] for row in rows])
        read = {id(cell): _read(cell, change, confidence) for row in grid.rows for cell in row if cell}
        blocks.append(Grid(number, tuple(tuple(cell and read[id(cell)] for cell in row) for row in grid.rows)))
    return blocks


def _read(cell: GridCell, change: Change | None, confidence: float) -> GridCell:
    cell = cell._replace(confidence=confidence if cell.text else 1.0)
    return change(cell) if change else cell


def reread(before: str, after: str, *, times: int = 999) -> Change:
    """A misreading of the first cells that print a text."""
    left = iter(range(times))
    return lambda cell: cell._replace(text=after) if cell.text == before and next(left, None) is not None else cell


def cells_of(blocks: list[Block]) -> Mapping[str, CellValue]:
    return align(blocks, 2021).cells


def test_figures_of_a_true_sum_are_printed() -> None:
    cells = cells_of(scanned(truth_with(natural_person=13, company=2, total=15)))
    assert [cells[f"{ROW}/{column}"].state for column in ("natural_person", "company", "other_applicant", "total")] == [
        State.PRINTED
    ] * 4


def test_a_figure_of_no_identity_is_uncertain_and_keeps_its_value() -> None:
    reading = cells_of(scanned(truth_with(natural_person=13, company=2, total=15)))["disclosure/licensing/decisions"]
    assert (reading.value, reading.state, reading.raw) == (0, State.UNCERTAIN, "0")
    assert str(reading.reason) == "read with confidence 0.99; no sum confirms it"


def test_the_same_table_without_ocr_is_printed() -> None:
    blocks = scanned(truth_with(natural_person=13, company=2, total=15), lambda cell: cell._replace(confidence=None))
    assert {reading.state for reading in cells_of(blocks).values()} == {State.PRINTED}


def test_a_misread_figure_is_uncertain_and_what_its_columns_confirm_is_not() -> None:
    cells = cells_of(scanned(truth_with(natural_person=13, company=2, total=15), reread("13", "18", times=1)))
    wrong = cells[f"{ROW}/natural_person"]
    assert (wrong.value, wrong.state) == (18, State.UNCERTAIN)
    assert str(wrong.reason) == "read with confidence 0.99; a sum contradicts it"
    assert cells["applications/concluded/total"].state is State.PRINTED


def test_zeros_whose_total_is_zero_are_confirmed_by_it() -> None:
    cells = cells_of(scanned(truth_with(natural_person=13, company=2, total=15)))
    assert {cells[f"applications/declined_petition/{c}"].state for c in ("natural_person", "total")} == {State.PRINTED}


@pytest.mark.parametrize(("confidence", "state"), [(0.99, State.PRINTED), (0.7, State.UNCERTAIN)])
def test_a_copy_confirms_only_what_is_read_with_confidence(confidence: float, state: State) -> None:
    """13 = 13 + 0 + … holds as well if both are misread as 18."""
    cells = cells_of(scanned(truth_with(natural_person=13, total=13), reread("13", "18"), confidence))
    assert cells[f"{ROW}/natural_person"].state is state


def test_slashes_read_as_ones_are_not_confirmed_by_what_they_balance() -> None:
    cells = cells_of(scanned(truth_with(natural_person=0, total=0), reread("0", "1")))
    assert not [cell for cell, reading in cells.items() if reading.state is State.PRINTED]


def test_what_could_not_be_read_is_uncertain() -> None:
    cells = cells_of(scanned(truth_with(natural_person=13, company=2, total=15), reread("2", "?", times=1)))
    assert (cells[f"{ROW}/company"].state, cells[f"{ROW}/company"].raw) == (State.UNCERTAIN, "?")


def test_a_cell_without_ink_is_blank() -> None:
    truth = truth_with(natural_person=13, company=2, total=15)
    empty = {f"{ROW}/legal_services": BLANK, "disclosure/licensing/decisions": BLANK}
    cells = cells_of(scanned(replace(truth, cells={**truth.cells, **empty})))
    assert {cells[key].state for key in empty} == {State.BLANK}


def test_a_blank_is_uncertain_where_a_sum_lacks_something() -> None:
    cells = cells_of(scanned(truth_with(natural_person=13, total=13), reread("13", "", times=1)))
    assert cells[f"{ROW}/natural_person"].state is State.UNCERTAIN


def test_a_gap_in_a_row_may_be_a_figure_that_was_not_found() -> None:
    change: Change = lambda cell: cell._replace(confidence=None) if not cell.text else cell  # noqa: E731
    truth = truth_with(natural_person=13, company=2, total=15)
    cells = cells_of(scanned(replace(truth, cells={**truth.cells, f"{ROW}/legal_services": BLANK}), change))
    assert cells[f"{ROW}/legal_services"].state is State.UNCERTAIN


def test_numbers_of_running_text_need_confirming_too() -> None:
    line = Paragraph("四、结转下年度继续办理 13 2 0 0 0 0 16", 1, confidence=0.98)
    readings = align([line], 2021).cells
    assert {readings[f"applications/carried_out/{c}"].state for c in ("natural_person", "total")} == {State.UNCERTAIN}
