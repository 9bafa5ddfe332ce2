"""What people decided about cells: lines of ``decisions.csv`` beside the database, apart from what was read.

The file is only ever added to. Nothing that is read later changes a line of it.
"""

import csv
import fcntl
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, astuple, dataclass, fields
from enum import StrEnum
from io import StringIO
from pathlib import Path

from database.rows import to_sql
from parsers.document.values import AMOUNT_UNITS, CHANGE, State, read_value, to_wanyuan
from parsers.form.cell_key import CellKey
from parsers.form.model import Column, form_of

NAME = "decisions.csv"
_CELL = re.compile(r"[a-z_]+/[a-z_]+/[a-z_]+")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")


class Verdict(StrEnum):
    """What a person can decide about a cell."""

    CONFIRMED = "confirmed"
    """What was read stands there."""

    TYPED = "typed"
    """Something else stands there, which the person typed."""

    BLANK = "blank"
    """Nothing stands there."""

    ILLEGIBLE = "illegible"
    """Something stands there that nobody can read: the cell stays as it was read."""

    MISPRINT = "misprint"
    """What was read stands there, and the publisher is wrong."""


# States that a decision can give a cell: it says what stands in the document, or that the document has no such cell.
DECIDED = (State.PRINTED, State.BLANK, State.DASH, State.TEXT, State.ABSENT)


@dataclass(frozen=True, slots=True)
class Decision:
    """A line of the file: the cell, in which document, what was read there, and what who decided, when and why.

    ``text`` is what the person typed; ``state`` and ``value`` are what follows for the cell, an amount in 万元. An
    illegible cell has neither.
    """

    report: str
    document: str
    cell: str
    read_state: str
    read_value: float | None
    read_raw: str | None
    decision: str
    text: str | None
    state: str | None
    value: float | None
    by: str
    at: str
    why: str | None = None

    @property
    def outcome(self) -> tuple[str | None, float | None]:
        """What follows for the cell; two people agree who decided the same."""
        return self.state, self.value


HEAD = tuple(field.name for field in fields(Decision))
_NUMBERS = frozenset({"read_value", "value"})
_EMPTY = frozenset({"read_value", "read_raw", "text", "state", "value", "why"})


class Unusable(ValueError):  # noqa: N818 - says what the file is
    """The file is none of decisions; the message names the line and what is wrong with it."""


def decisions_beside(db: Path) -> Path:
    """The file of a database's decisions."""
    return db.with_name(NAME)


def read_decisions(path: Path) -> list[Decision]:
    """The lines of a file, in their order; raises :class:`Unusable`."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unusable(f"{path}: not in UTF-8") from error
    except OSError as error:
        raise Unusable(f"{path}: {(error.strerror or str(error)).lower()}") from error
    rows = csv.reader(StringIO(text, newline=""))
    if tuple(next(rows, ())) != HEAD:
        raise Unusable(f"{path}: the first line must be {','.join(HEAD)}")
    return [*_lines(path, rows)]


def _lines(path: Path, rows: Iterator[list[str]]) -> Iterator[Decision]:
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) != len(HEAD):
            raise Unusable(f"{path}, line {number}: {len(row)} values in place of {len(HEAD)}")
        try:
            yield _decision(dict(zip(HEAD, row, strict=True)))
        except ValueError as error:
            raise Unusable(f"{path}, line {number}: {error}") from error


def _decision(row: Mapping[str, str]) -> Decision:
    """A line from its texts; raises ValueError for what cannot be."""
    values = {name: _number(name, text) if name in _NUMBERS else text or None for name, text in row.items()}
    if missing := [name for name, value in values.items() if value is None and name not in _EMPTY]:
        raise ValueError(f"{missing[0]} is empty")
    found = Decision(**values)  # type: ignore[arg-type]
    Verdict(found.decision)
    State(found.read_state)
    if not _CELL.fullmatch(found.cell):
        raise ValueError(f"cell {found.cell}: a key is table/row/column")
    if not _MOMENT.fullmatch(found.at):
        raise ValueError(f"at {found.at}: a moment is written 2026-12-01T09:30:00Z")
    if found.state is not None and found.state not in DECIDED:
        raise ValueError(f"state {found.state}: one of {', '.join(DECIDED)}, or empty")
    if (found.state is None) != (found.decision == Verdict.ILLEGIBLE):
        raise ValueError("an illegible cell, and no other, has no state")
    if (found.state == State.PRINTED) != (found.value is not None):
        raise ValueError("a printed cell, and no other, has a value")
    return found


def _number(name: str, text: str) -> float | None:
    try:
        return (float(text) if "." in text else int(text)) if text else None
    except ValueError as error:
        raise ValueError(f"{name} {text}: not a number") from error


def add_decision(path: Path, decision: Decision) -> None:
    """Add a line to the file, safe on the disk before this returns; raises OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+b") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        size = file.seek(0, os.SEEK_END)
        if size:
            file.seek(size - 1)
        # Whoever edits the file by hand may leave its last line open.
        start = "" if size and file.read(1) == b"\n" else "\r\n" if size else f"\ufeff{_line(HEAD)}"
        file.write((start + _line(astuple(decision))).encode())
        file.flush()
        os.fsync(file.fileno())


def _line(values: tuple[object, ...]) -> str:
    held = StringIO()
    csv.writer(held).writerow(values)
    return held.getvalue()


def row_of(decision: Decision) -> dict[str, object]:
    """A decision as columns."""
    return asdict(decision)


def column_of(edition: int, cell: str) -> Column:
    """The column of the form that a cell stands in; raises KeyError for a cell that the edition does not have."""
    for row in form_of(edition).rows:
        for key, column in zip(row.cells, row.columns, strict=True):
            if key == cell:
                return column
    raise KeyError(cell)


def typed_value(text: str, edition: int, cell: str) -> tuple[State, float | None]:
    """State and value of what a person typed into a cell; an amount without a unit is one in 万元.

    Raises ValueError, whose message says why it cannot stand there.
    """
    column, reading = column_of(edition, CellKey(cell)), read_value(text)
    if reading is None or reading.state not in (State.PRINTED, State.BLANK, State.DASH):
        raise ValueError("not a number, a blank or a dash 不是数字、空白或“/”")
    value, unit = reading.value, reading.unit
    if value is None:
        return reading.state, None
    if value < 0 and not column.is_change:
        raise ValueError("a count is not negative 数量不能为负")
    if column.is_amount:
        return reading.state, to_sql(to_wanyuan(value, unit) if unit in AMOUNT_UNITS else value)
    if unit in AMOUNT_UNITS or (unit == CHANGE and not column.is_change) or value != int(value):
        raise ValueError("a count is a whole number without a unit of money 件数应为整数，不带金额单位")
    return reading.state, to_sql(value)
