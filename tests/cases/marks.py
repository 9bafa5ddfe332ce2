"""What a case's expected.json says to pytest."""

from collections.abc import Mapping
from typing import Any

import pytest

from parsers.formats.paged.scans import scan


def marks_of(name: str, facts: Mapping[str, Any]) -> list[pytest.MarkDecorator]:
    """A strict expected failure if the case is not read right yet; skipped for want of what it needs."""
    marks = []
    if "expected_failure" in facts:
        says = (
            f"{facts['expected_failure']}. If this passes, take expected_failure out of {name}/expected.json,"
            ' and write "must": "safe" for it if cells are still flagged'
        )
        marks.append(pytest.mark.xfail(reason=says, raises=AssertionError, strict=True))
    if facts.get("needs") == "ocr":
        marks.append(pytest.mark.skipif(not scan.is_installed(), reason="needs the extra ocr"))
    return marks
