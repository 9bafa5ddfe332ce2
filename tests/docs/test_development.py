"""The guide for developers says what is there."""

import json
import re
import tomllib
from pathlib import Path

import pytest

from tests.cases.scoring import case, cases, judged, problems
from tests.sample_text import report_text

ROOT = Path(__file__).parent.parent.parent
GUIDE = (ROOT / "docs" / "development.md").read_text("utf-8")
CASES = ROOT / "tests" / "cases"
_WAY = GUIDE.partition("### The way of a page")[2].partition("\nOther ways")[0]
_ROOMS = ("crawler", "parsers", "database", "derived")
_TICKED = re.compile(r"`([^`\s]+)`")


def _go_to() -> list[list[str]]:
    """The files and folders of each row of the table that says where to change what."""
    cells = re.findall(r"^\|[^|]+\|([^|]+)\|$", GUIDE, re.MULTILINE)
    return [paths for cell in cells if "/" in (paths := _TICKED.findall(cell) or [""])[0]]


@pytest.mark.parametrize("paths", _go_to(), ids=lambda paths: paths[0])
def test_what_the_table_leads_to_is_there(paths: list[str]) -> None:
    assert (ROOT / paths[0]).exists()
    first = ROOT / paths[0]
    beside = first if first.is_dir() else first.parent
    files = [path for path in paths if path.endswith((".py", ".yaml", ".css"))]
    assert [path for path in files if not any((folder / path).exists() for folder in (ROOT, beside))] == []


def test_the_floors_of_the_parsers_are_drawn_as_the_contract_has_them() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]["contracts"]
    floors = next(contract["layers"] for contract in contracts if contract.get("containers") == ["parsers"])
    drawing = GUIDE.partition("### Inside the parsers")[2].partition("\n### ")[0]
    drawn = [line[4:39].rstrip() for line in drawing.splitlines() if line.startswith("    ")]
    assert [sorted(re.findall(r"\w+", line)) for line in drawn] == [sorted(re.findall(r"\w+", line)) for line in floors]


def test_every_stage_of_the_alignment_is_named() -> None:
    section = GUIDE.partition("### Inside alignment")[2].partition("\n### ")[0]
    stages = {path.stem for path in (ROOT / "parsers" / "alignment").glob("[a-z]*.py")}
    assert stages - {tick.removesuffix(".py") for tick in _TICKED.findall(section)} == set()


@pytest.mark.parametrize("step", re.findall(r"^\d+\. (.+?)(?=^\d+\. |\Z)", _WAY, re.MULTILINE | re.DOTALL))
def test_the_way_of_a_page_leads_through_functions_that_exist(step: str) -> None:
    text = "".join(path.read_text("utf-8") for room in _ROOMS for path in (ROOT / room).rglob("*.py"))
    files = re.findall(r"([\w/]+\.py)", step)
    assert [file for file in files if not any((ROOT / room).rglob(file) for room in _ROOMS)] == []
    names = re.findall(r"(?:: |→ |, )(?:\w+\.)?(\w+)(?=`| →|, \w+`)", step)
    assert [name for name in names if not re.search(rf"(?:def|class) {name}\b", text)] == []


def test_a_case_is_added_as_the_guide_says(tmp_path: Path) -> None:
    section = GUIDE.partition("## Add a case")[2].partition("\n## ")[0]
    assert len(re.findall(r"^\d\. ", section, re.MULTILINE)) == 3
    folder = tmp_path / "lost-value"
    folder.mkdir()
    (folder / "input.txt").write_bytes(report_text(("行政许可 0", "行政许可")))
    cells = {"disclosure/licensing/decisions": {"value": None, "states": ["absent"]}}
    (folder / "expected.json").write_text(json.dumps({"cells": cells}), "utf-8")
    (folder / "why.md").write_text("The value of 行政许可 is lost.\n", "utf-8")
    assert [one.name for one in cases(tmp_path)] == ["lost-value"]
    assert problems(case(folder), judged(case(folder))) == []


@pytest.mark.parametrize("folder", [CASES, ROOT / "tests" / "cases_prose"], ids=lambda folder: folder.name)
def test_cases_have_all_that_they_need_and_no_key_that_is_not_explained(folder: Path) -> None:
    readme = (CASES / "README.md").read_text("utf-8") + (folder / "README.md").read_text("utf-8")
    explained = set(_TICKED.findall(readme))
    for expected in folder.glob("*/expected.json"):
        files = sorted(path.name for path in expected.parent.iterdir())
        assert len(files) == 3, expected
        assert [name.partition(".")[0] for name in files] == ["expected", "input", "why"], expected
        assert set(json.loads(expected.read_text("utf-8"))) <= explained, expected
        assert (expected.parent / "why.md").read_text("utf-8").strip(), expected
