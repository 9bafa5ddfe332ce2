"""A figure that the prose states too is proved by that."""

import pytest

from parsers.document.values import CellValue, Proof, State
from parsers.read import read
from parsers.report import Report, with_cells, with_chapters
from tests.sample_text import report_text

ISSUED = "disclosure/normative_documents/issued"
PENALTIES = "disclosure/penalties/decisions"
RECEIVED = "applications/received/total"


def report_saying(*sentences: str) -> Report:
    return read(report_text(("数字系虚构。", f"数字系虚构。{''.join(sentences)}")))


def proof_of(report: Report, cell: str) -> Proof | None:
    return report.cells[cell].proof


def test_a_figure_that_the_prose_states_is_proved_by_it() -> None:
    assert proof_of(report_saying(), ISSUED) is Proof.PLACED
    assert proof_of(report_saying("本年制发规范性文件12件。"), ISSUED) is Proof.STATED


def test_a_stated_nothing_proves_a_printed_zero() -> None:
    assert proof_of(report_saying("全年未作出行政处罚决定。"), PENALTIES) is Proof.STATED


def test_a_sum_proves_more_than_the_prose() -> None:
    assert proof_of(report_saying("收到政府信息公开申请15件。"), RECEIVED) is Proof.SUM


@pytest.mark.parametrize("others", ["本年制发规范性文件11件。", "本年制发规范性文件12件。本年制发规范性文件11件。"])
def test_prose_that_contradicts_the_figure_or_itself_proves_nothing(others: str) -> None:
    assert proof_of(report_saying(others), ISSUED) is Proof.PLACED


def test_a_blank_that_the_prose_calls_nothing_was_still_only_seen_to_be_empty() -> None:
    report = report_saying("全年未作出行政处罚决定。")
    blank = CellValue(None, State.BLANK, proof=Proof.EMPTY)
    assert proof_of(with_cells(report, {**report.cells, PENALTIES: blank}), PENALTIES) is Proof.EMPTY


def test_a_chapter_from_another_file_proves_figures_too() -> None:
    silent, saying = report_saying(), report_saying("本年制发规范性文件12件。")
    assert proof_of(with_chapters(silent, saying.chapters), ISSUED) is Proof.STATED
