"""What a reading is worth, and what a case asks for."""

import json
import time
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from parsers.document.values import CellValue, State
from parsers.read import read
from parsers.report import with_cells
from tests.cases.scoring import FLAGGED, HEAD, READ, WRONG, Case, Verdict, case, kind_of_cell, line, problems, totals
from tests.sample_text import report_text
from tools.score import main, verdicts

CELL = "disclosure/licensing/decisions"
# What report_text() prints there is 0.
REPORT = read(report_text())


@pytest.mark.parametrize(
    ("found", "kind"),
    [
        (CellValue(5, State.PRINTED), READ),
        (CellValue(Decimal("5.0"), State.PRINTED), READ),
        (CellValue(6, State.PRINTED), WRONG),
        (CellValue(5, State.DASH), WRONG),
        (CellValue(None, State.BLANK), WRONG),
        (CellValue(None, State.UNCERTAIN), FLAGGED),
        (CellValue(None, State.ABSENT), FLAGGED),
        (CellValue(5, State.TEXT), FLAGGED),
        (None, WRONG),
    ],
)
def test_kinds_of_cells(found: CellValue | None, kind: str) -> None:
    assert kind_of_cell(found, {"value": 5, "states": ["printed"]}) == kind


def test_a_cell_that_should_be_flagged_is_read_where_it_is() -> None:
    want = {"value": None, "states": ["uncertain", "absent"]}
    assert kind_of_cell(CellValue(None, State.UNCERTAIN), want) == READ
    assert kind_of_cell(CellValue(None, State.TEXT), want) == FLAGGED
    assert kind_of_cell(CellValue(None, State.BLANK), want) == WRONG


def _case(tmp_path: Path, value: int = 0, **facts: object) -> Case:
    (tmp_path / "input.txt").write_bytes(report_text())
    cells = {CELL: {"value": value, "states": ["printed"]}}
    (tmp_path / "expected.json").write_text(json.dumps({"cells": cells, **facts}), "utf-8")
    return case(tmp_path)


def _verdict(kind: str) -> Verdict:
    state = State.UNCERTAIN if kind == FLAGGED else State.PRINTED
    value = {READ: 0, FLAGGED: None, WRONG: 7}[kind]
    return Verdict(with_cells(REPORT, {**REPORT.cells, CELL: CellValue(value, state)}), {CELL: kind})


@pytest.mark.parametrize(
    ("facts", "satisfied_by"),
    [
        ({}, {READ}),
        ({"must": "safe"}, {READ, FLAGGED}),
        ({"expected_failure": "some kind: issue 1"}, {READ, FLAGGED}),
        ({"expected_failure": "some kind: issue 1", "must": "read"}, {READ}),
    ],
)
def test_what_a_case_asks_for(facts: dict[str, str], satisfied_by: set[str], tmp_path: Path) -> None:
    one = _case(tmp_path, **facts)
    assert {kind for kind in (READ, FLAGGED, WRONG) if not problems(one, _verdict(kind))} == satisfied_by


def test_the_head_and_the_status_are_asked_for_where_they_matter(tmp_path: Path) -> None:
    one = _case(tmp_path, agency="示例局", status="uncertain, or inconsistent")
    verdict = replace(_verdict(READ), head=("agency",))
    assert problems(one, verdict) == [
        f"agency: {REPORT.agency!r}, not '示例局'",
        "status: verified, not uncertain, or inconsistent",
    ]
    assert not verdict.is_whole


def test_a_refusal_does_only_where_it_may_and_for_the_true_reason(tmp_path: Path) -> None:
    refused = Verdict(None, {}, refusal="no annual report: its text is hidden")
    assert problems(_case(tmp_path), refused) == ["refused: no annual report: its text is hidden"]
    assert problems(_case(tmp_path, refused="encrypted"), refused)
    assert not problems(_case(tmp_path, refused="hidden"), refused)


def test_totals_and_lines(tmp_path: Path) -> None:
    wrong = _verdict(WRONG)
    unsure = replace(wrong, report=_verdict(FLAGGED).report)
    refused = Verdict(None, {}, refusal="empty")
    total = totals([_verdict(READ), wrong, unsure, refused, None, replace(_verdict(READ), head=HEAD[:1])])
    assert {key: total[key] for key in ("cases", "whole", "verified", "certain", "hung", "refused", "heads")} == {
        "cases": 6, "whole": 1, "verified": 1, "certain": 1, "hung": 1, "refused": 1, "heads": 1,
    }  # fmt: skip
    assert (total[READ], total[FLAGGED], total[WRONG]) == (2, 0, 2)
    one = _case(tmp_path)
    assert line(one, _verdict(READ)) is None
    assert (line(one, wrong) or "").endswith(f"WRONG 1  wrong: {CELL}: 7 printed, not 0 printed")
    assert (line(one, refused) or "").endswith("refused: empty")


def test_score_prints_a_line_a_case_and_ends_with_1_where_a_cell_is_wrong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in (("right", 0), ("wrong", 9)):
        (tmp_path / name).mkdir()
        _case(tmp_path / name, value)
    assert main([str(tmp_path)]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert [text.split()[:2] for text in lines] == [["wrong", "verified"], ["2", "cases:"]]
    assert "1 whole, 1 wrong and verified, 0 wrong and certain, 0 hung" in lines[-1]


def test_a_case_that_hangs_is_counted(tmp_path: Path) -> None:
    one = _case(tmp_path)
    assert list(verdicts([one], seconds=1, jobs=1, judge=_hang)) == [(one, None)]


def _hang(one: Case) -> Verdict:
    time.sleep(3600)
    return Verdict(None, {})
