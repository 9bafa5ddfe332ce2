"""Every folder here that has an expected.json is a test; README.md says how to add one."""

from pathlib import Path

import pytest

from tests.cases.marks import marks_of
from tests.cases.scoring import Case, cases, judged, problems

CASES = list(cases(Path(__file__).parent))


@pytest.mark.parametrize("one", [pytest.param(one, id=one.name, marks=marks_of(one.name, one.facts)) for one in CASES])
def test_case(one: Case) -> None:
    found = problems(one, judged(one))
    assert not found, "\n".join([f"{one.name}: {len(found)} problems", *found[:20]])
