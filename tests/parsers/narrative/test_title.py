import csv
from pathlib import Path

import pytest

from parsers.narrative.title import find_title, read_title

TITLES = list(csv.DictReader(Path(__file__).with_name("titles.csv").read_text(encoding="utf-8").splitlines()))


@pytest.mark.parametrize("case", TITLES, ids=lambda case: f"{case['what']}: {case['lines']}")
def test_agency_and_year(case: dict[str, str]) -> None:
    title = find_title(case["lines"].split(" ⏎ "), [])
    assert title is not None
    assert (title.agency or "", title.year) == (case["agency"], int(case["year"]) if case["year"] else None)


@pytest.mark.parametrize(
    "text",
    [
        "现公布示例区2022年政府信息公开工作年度报告。",
        "首页>政府信息公开年报",
        "一、总体情况",
        "政府信息公开工作情况",
        "二、政府信息公开年报",
    ],
)
def test_sentences_and_menus_are_no_titles(text: str) -> None:
    assert read_title(text) is None


def test_a_title_wrapped_over_two_lines() -> None:
    title = find_title(["首页", "示例市人民政府办公室2021年政府信息公开工作", "年度报告", "根据条例编制。"], [])
    assert title is not None
    assert (title.agency, title.year, title.lines) == ("示例市人民政府办公室", 2021, (1, 2))


def test_an_agency_on_the_line_above_its_title() -> None:
    title = find_title(["示例市档案局", "2021年政府信息公开工作年度报告"], [])
    assert title is not None
    assert (title.agency, title.year) == ("示例市档案局", 2021)


def test_a_site_name_behind_a_stated_title_is_left_out() -> None:
    title = find_title([], ["示例局2021年政府信息公开工作年度报告 - 示例市人民政府网"])
    assert title is not None
    assert title.text == "示例局2021年政府信息公开工作年度报告"
