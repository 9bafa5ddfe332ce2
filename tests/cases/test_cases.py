"""Every folder here that has an expected.json is a test; README.md says how to add one."""

from pathlib import Path

import pytest

from parsers.formats.paged.scans import scan
from tests.cases.scoring import Case, cases, judged, problems

CASES = list(cases(Path(__file__).parent))


def _parameter(one: Case) -> object:
    marks = []
    if one.expected_failure:
        says = f"{one.expected_failure}. If this passes, take expected_failure out of {one.name}/expected.json"
        marks.append(pytest.mark.xfail(reason=says, raises=AssertionError, strict=True))
    if one.facts.get("needs") == "ocr":
        marks.append(pytest.mark.skipif(not scan.is_installed(), reason="needs the extra ocr"))
    return pytest.param(one, id=one.name, marks=marks)


@pytest.mark.parametrize("one", [_parameter(one) for one in CASES])
def test_case(one: Case) -> None:
    found = problems(one, judged(one))
    assert not found, "\n".join([f"{one.name}: {len(found)} problems", *found[:20]])
