"""Two readings of one report: what both say is proved, and where they differ neither is believed."""

from dataclasses import replace

from parsers.document.reasons import Reason, Why
from parsers.document.values import CellValue, Proof, State
from parsers.read import read
from parsers.reconcile import reconcile
from parsers.report import Report, with_cells
from tests.sample_text import report_text

PENALTIES = "disclosure/penalties/decisions"
IN_FORCE = "disclosure/normative_documents/in_force"
RECEIVED = [f"applications/received/{column}" for column in ("natural_person", "company", "total")]
REPORT = read(report_text())


def changed(report: Report, cell: str, **changes: object) -> Report:
    return with_cells(report, {**report.cells, cell: replace(report.cells[cell], **changes)})


def test_what_both_read_alike_is_proved_twice_unless_a_sum_proves_it() -> None:
    both = reconcile(REPORT, REPORT)
    assert both.cells == REPORT.cells
    assert {REPORT.cells[cell].proof for cell in REPORT.cells} == {Proof.SUM, Proof.PLACED}
    for cell, reading in both.cells.items():
        assert reading.proof is (Proof.SUM if REPORT.cells[cell].proof is Proof.SUM else Proof.TWICE), cell


def test_a_blank_that_both_saw_is_proved_twice() -> None:
    blank = changed(REPORT, PENALTIES, value=None, state=State.BLANK, proof=Proof.EMPTY)
    assert reconcile(blank, blank).cells[PENALTIES].proof is Proof.TWICE


def test_what_only_one_read_with_certainty_keeps_its_proof() -> None:
    doubtful = changed(REPORT, PENALTIES, state=State.UNCERTAIN, proof=None)
    assert reconcile(REPORT, doubtful).cells[PENALTIES].proof is Proof.PLACED


def test_a_note_that_one_reader_saw_over_a_cell_is_not_disproved_by_the_text_of_the_other() -> None:
    covered = changed(REPORT, PENALTIES, state=State.UNCERTAIN, proof=None, reason=Reason(Why.SHOWS_BOX))
    assert reconcile(REPORT, covered).cells[PENALTIES].state is State.UNCERTAIN
    # A page and its attachment are two files: what lies over a cell of one does not cover that of the other.
    assert reconcile(REPORT, covered, Why.TWO_FILES).cells[PENALTIES].state is State.PRINTED


def test_readings_that_are_not_independent_prove_nothing() -> None:
    assert {cell.proof for cell in reconcile(REPORT, REPORT, independent=False).cells.values()} == {
        Proof.SUM,
        Proof.PLACED,
    }


def test_where_they_differ_nothing_is_proved() -> None:
    other = changed(REPORT, IN_FORCE, value=41)
    cell = reconcile(REPORT, other).cells[IN_FORCE]
    assert (cell.state, cell.proof) == (State.UNCERTAIN, None)


def test_a_sum_with_a_figure_that_became_uncertain_proves_no_other_any_more() -> None:
    other = REPORT
    for cell, value in zip((RECEIVED[0], RECEIVED[2]), (12, 14), strict=True):
        other = changed(other, cell, value=value)
    row = {cell: reconcile(REPORT, other).cells[cell] for cell in RECEIVED}
    assert [cell.state for cell in row.values()] == [State.UNCERTAIN, State.PRINTED, State.UNCERTAIN]
    # The sum of its column stands: 2 came in, and 2 were concluded.
    assert row[RECEIVED[1]].proof is Proof.SUM
    idle = "applications/received/research_institute"
    assert REPORT.cells[idle] == CellValue(0, State.PRINTED)
    assert REPORT.cells[idle].proof is Proof.SUM
    assert reconcile(REPORT, other).cells[idle].proof is Proof.TWICE
