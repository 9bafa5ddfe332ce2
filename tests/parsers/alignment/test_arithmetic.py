"""Of several ways to read a row, the sums choose; where they cannot, the cell is uncertain."""

from parsers.alignment.arithmetic import resolve
from parsers.alignment.assignment import RowCandidates
from parsers.document.reasons import Why
from parsers.document.values import BLANK, CellValue, State
from parsers.form.model import Column, Form, Identity, Row

COLUMNS = (Column("a", "甲"), Column("b", "乙"), Column("total", "总计"))
ARRIVED, DONE = (Row("t", f"t/{code}", code, COLUMNS, (code,)) for code in ("arrived", "done"))
IDENTITIES = (
    *(Identity("sum", row.key, (row.cells[2],), row.cells[:2], (row.cells[2],)) for row in (ARRIVED, DONE)),
    *(
        Identity("balance", c.code, (one,), (other,), ())
        for c, one, other in zip(COLUMNS, ARRIVED.cells, DONE.cells, strict=True)
    ),
)
FORM = Form(1, (ARRIVED, DONE), IDENTITIES, {}, (*ARRIVED.cells, *DONE.cells))
Figures = tuple[int | None, ...]


def placing(figures: Figures) -> tuple[CellValue, ...]:
    return tuple(BLANK if figure is None else CellValue(figure, State.PRINTED) for figure in figures)


def candidates(*arrived: Figures, **facts: object) -> RowCandidates:
    """The first row, read in any of these ways."""
    return RowCandidates(ARRIVED, tuple(map(placing, arrived)), "as printed", **facts)


def cells_of(row: RowCandidates, done: Figures) -> list[CellValue]:
    """The first row's cells; the second one has one placing."""
    cells = resolve(FORM, [row, RowCandidates(DONE, (placing(done),))])
    assert list(cells) == list(FORM.cells)
    return [cells[key] for key in ARRIVED.cells]


def resolved(*arrived: Figures, done: Figures = (13, 2, 15), **facts: object) -> list[object]:
    """The first row's cells: a printed number, or a state."""
    cells = cells_of(candidates(*arrived, **facts), done)
    return [cell.value if cell.state is State.PRINTED else cell.state.value for cell in cells]


def test_a_row_with_one_placing_is_certain_even_against_the_sums() -> None:
    assert resolved((13, 2, 16)) == [13, 2, 16]


def test_the_rows_own_sum_chooses() -> None:
    assert resolved((13, 2, 15), (13, 15, 2), (2, 13, 14)) == [13, 2, 15]


def test_the_other_rows_choose_where_the_rows_own_sum_cannot() -> None:
    assert resolved((13, 2, 15), (2, 13, 15)) == [13, 2, 15]


def test_cells_on_which_all_ways_agree_are_certain_and_the_others_are_not() -> None:
    # 13 + blank = 13: the sums leave two ways to place the 0.
    assert resolved((13, 0, 13), (13, None, 13), done=(13, 0, 13)) == [13, 0, 13]
    assert resolved((0, None, 0), (None, 0, 0), done=(None, None, None)) == ["uncertain", "uncertain", 0]


def test_a_row_of_which_the_sums_contradict_every_way_is_uncertain() -> None:
    assert resolved((1, 2, 9), (2, 9, 1)) == ["uncertain"] * 3


def test_uncertain_cells_say_what_was_printed_and_why() -> None:
    cell = cells_of(candidates((1, 2, 9), (2, 9, 1)), (0, 0, 0))[0]
    assert (cell.value, cell.raw) == (None, "as printed")
    assert cell.reason
    assert cell.reason.why is Why.NO_WAY


def test_a_row_with_too_many_ways_to_try_is_uncertain() -> None:
    assert resolved() == ["uncertain"] * 3


def test_between_values_that_a_document_contradicts_itself_in_nothing_chooses() -> None:
    assert resolved((13, 2, 15), (13, 1, 14), contested=True) == [13, "uncertain", "uncertain"]


def test_a_preferred_way_stands_unless_the_sums_object() -> None:
    lost = (13, 2, None)
    assert resolved(lost, (13, 2, 15), preferred=placing(lost)) == [13, 2, "blank"]
    assert resolved((13, 3, 15), (13, 2, 15), preferred=placing((13, 3, 15))) == [13, 2, 15]


def test_what_may_be_another_rows_needs_a_sum_that_holds() -> None:
    assert resolved((13, 2, 15), loose=True) == [13, 2, 15]
    assert resolved((13, 2, 14), loose=True) == ["uncertain"] * 3
    assert resolved((None, None, None), loose=True) == ["uncertain"] * 3


def test_a_doubted_row_is_uncertain_though_it_has_one_placing_and_its_sum_is_right() -> None:
    assert resolved((13, 2, 15), doubt=Why.LABEL_LOST) == ["uncertain"] * 3
