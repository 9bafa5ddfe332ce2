"""Rows as lines of CSV in which nothing runs: what a spreadsheet would take for a formula begins with an apostrophe."""

import csv
import io
import re
from collections.abc import Iterable

# OWASP, CSV Injection. A number is none, nor is a mark that stands alone, as a printed dash does.
_FORMULA = re.compile(r"(?![+-]?\d+(?:\.\d+)?$)[=+\-@\t\r].", re.DOTALL)
_NO_TEXT = "二进制 binary"


def csv_line(row: Iterable[object]) -> str:
    """A row as a line."""
    line = io.StringIO()
    csv.writer(line, lineterminator="\r\n").writerow([_harmless(value) for value in row])
    return line.getvalue()


def _harmless(value: object) -> object:
    if isinstance(value, bytes):
        return _NO_TEXT
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
