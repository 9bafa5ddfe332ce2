"""Whose report it is and on which year, from its first sentences."""

import csv
from pathlib import Path

import pytest

from parsers.narrative.preamble import Preamble, read_preamble
from parsers.read import read
from tests.sample_text import TITLE, report_text

PREAMBLES = list(csv.DictReader(Path(__file__).with_name("preambles.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("case", PREAMBLES, ids=lambda case: f"{case['what']}: {case['lines'][:20]}")
def test_agency_and_year(case: dict[str, str]) -> None:
    found = read_preamble(case["lines"].replace("⏎", "\n"))
    assert (found.agency or "", found.year) == (case["agency"], int(case["year"]) if case["year"] else None)


def test_a_year_that_the_period_contradicts_is_not_sure() -> None:
    text = "现公布示例市财政局2021年政府信息公开工作年度报告。"
    assert read_preamble(text, 2021) == Preamble("示例市财政局", 2021)
    assert read_preamble(text, 2022) == Preamble("示例市财政局", None)


def test_a_report_without_a_title_has_agency_and_year_of_its_preamble() -> None:
    report = read(report_text((TITLE, f"根据《条例》，现公布{TITLE}。")))
    assert (report.title, report.agency, report.year) == (None, "示例市信访局", 2021)


def test_a_title_without_an_agency_is_completed_by_the_preamble() -> None:
    report = read(report_text((TITLE, "2021年政府信息公开工作年度报告\n本报告由示例市信访局编制。")))
    assert (report.title, report.agency, report.year) == ("2021年政府信息公开工作年度报告", "示例市信访局", 2021)
