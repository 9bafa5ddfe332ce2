"""Every folder here is a report whose prose states figures; README.md says how to add one."""

import json
from collections import Counter
from pathlib import Path

import pytest

from parsers.read import read
from tests.cases.marks import marks_of

FOLDERS = sorted(path.parent for path in Path(__file__).parent.glob("*/expected.json"))
Stated = tuple[str, float, str]


def _parameter(folder: Path) -> object:
    facts = json.loads((folder / "expected.json").read_text("utf-8"))
    return pytest.param(folder, id=folder.name, marks=marks_of(folder.name, facts))


@pytest.mark.parametrize("folder", [_parameter(folder) for folder in FOLDERS])
def test_statements_of_the_prose(folder: Path) -> None:
    want = json.loads((folder / "expected.json").read_text("utf-8"))
    report = read((folder / "input.html").read_bytes())
    found = Counter((one.quantity, float(one.value), str(one.outcome)) for one in report.statements)
    right = Counter((one["quantity"], float(one["value"]), one["outcome"]) for one in want["statements"])
    assert {"not found": _listed(right - found), "false": _listed(found - right)} == {"not found": [], "false": []}
    assert (report.title, report.agency, report.year) == (want["title"], want["agency"], want["year"])


def _listed(statements: Counter[Stated]) -> list[Stated]:
    return sorted(statements.elements())
