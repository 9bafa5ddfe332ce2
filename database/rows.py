"""A report as rows of the published tables."""

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from database.cells_view import NO_PROOF, PROOF_LETTERS
from parsers.alignment.align import Place
from parsers.document.values import Number, State
from parsers.form.model import Row, form_of
from parsers.narrative.statements import Statement
from parsers.report import Report

Record = dict[str, Any]
Content = dict[str, list[Record]]


@dataclass(frozen=True, slots=True)
class ReportRows:
    """A report as the database keeps it: the columns of ``reports`` that are read from it, and its content.

    ``content`` has the rows of every other table by the table's name, without the report's id.
    """

    facts: Record
    content: Content


def report_rows(report: Report) -> ReportRows:
    """The rows of a report."""
    content = _content(report)
    facts = {
        "url": report.printed_url,
        "title": report.title,
        "agency": report.agency,
        "year": report.year,
        "edition": report.edition,
        "status": str(report.status),
        "published": report.published,
        "hint": report.hint,
        "counting_sentences": report.prose.counting,
        "understood_sentences": report.prose.understood,
        # Only what OCR has read has its confidence.
        "scanned": int(any(cell.confidence is not None for cell in report.cells.values())),
        "identities": len(report.checks),
        **digests(content),
    }
    return ReportRows(facts, content)


def losses(facts: Record, content: Content, new: ReportRows) -> str:
    """What newer rows lack of a report, in words; '' if they are at least as whole, and of the same agency and year."""
    for fact in ("agency", "year"):
        if facts[fact] and new.facts[fact] and facts[fact] != new.facts[fact]:
            return f"another report: {new.facts['title'] or new.facts[fact]}"
    counted = {"figures": _filled, "rows of the form": _found}
    for what, count in counted.items():
        before, now = count(content), count(new.content)
        if now < before:
            return f"{before} {what} before, {now} now"
    return _lost_text(content, new.content)


def _filled(content: Content) -> int:
    """Cells in which something stands."""
    printed = sum(value is not None for table in _VALUES for row in content[table] for value in _values(table, row))
    return printed + sum(flag["state"] in _UNREAD for flag in content["flags"])


def _found(content: Content) -> int:
    """Rows of the form whose place in the document is known."""
    return len(content["evidence"])


def _values(table: str, row: Record) -> Iterator[Any]:
    return (value for name, value in row.items() if name not in _VALUES[table])


def _lost_text(before: Content, now: Content) -> str:
    """Which chapter is missing, or ends before its end."""
    texts = {row["number"]: row["text"] for row in now["sections"]}
    for row in before["sections"]:
        text = texts.get(row["number"]) or ""
        if row["text"] and text != row["text"] and row["text"].startswith(text):
            return f"chapter {row['number']} {'ends early' if text else 'is missing'}"
    return ""


def digests(content: Content) -> Record:
    """Fingerprints of what a report's cells and its narrative (chapters 1, 5 and 6) say.

    Two reports have the same where every value and every state of a cell is, or where the narratives differ in
    blanks at most; an empty narrative has none.
    """
    flagged = sorted((flag["cell"], flag["state"]) for flag in content["flags"] if flag["state"] != State.PRINTED)
    cells = [[list(row.values()) for row in content[table]] for table in _FORM_TABLES]
    chapters = {row["number"]: row["text"] for row in content["sections"]}
    text = "/".join(_BLANKS.sub("", chapters.get(number, "")) for number in NARRATIVE)
    return {"cells_digest": _digest(repr((cells, flagged))), "text_digest": _digest(text) if text.strip("/") else None}


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _content(report: Report) -> Content:
    rows = {table: [row for row in form_of(report.edition).rows if row.table == table] for table in _FORM_TABLES}
    rows_by_key = {row.key: row for row in form_of(report.edition).rows}
    return {
        "disclosure": [record for row in rows["disclosure"] for record in _disclosure(report, row)],
        "applications": [_application(report, row) for row in rows["applications"]],
        "disputes": [record for row in rows["disputes"] for record in _disputes(report, row)],
        "sections": [
            {"number": number, "heading": chapter.heading, "text": chapter.text}
            for number, chapter in report.chapters.items()
        ],
        "flags": list(_flags(report)),
        "evidence": [
            {
                "row": key,
                "table": place.table,
                "table_row": place.row,
                "line": place.line,
                **_box(place),
                "text": place.text,
                "proof": _letters(report, rows_by_key[key]),
            }
            for key, place in report.places.items()
        ],
        "checks": list(_failed_checks(report)),
        "statements": [_statement(number, statement) for number, statement in enumerate(report.statements, start=1)],
    }


def _letters(report: Report, row: Row) -> str:
    proofs = (report.cells[cell].proof for cell in row.cells)
    return "".join(PROOF_LETTERS[proof] if proof else NO_PROOF for proof in proofs)


def _box(place: Place) -> Record:
    """A printed place as columns, to a tenth of a point."""
    if place.box is None:
        return dict.fromkeys(("page", "x0", "top", "x1", "bottom"))
    sides = (place.box.x0, place.box.top, place.box.x1, place.box.bottom)
    return {
        "page": place.box.page,
        **dict(zip(("x0", "top", "x1", "bottom"), (round(side, 1) for side in sides), strict=True)),
    }


# The tables of cells, and their columns that hold no cell.
_VALUES = {
    "disclosure": {"article", "row", "column", "unit"},
    "applications": {"row"},
    "disputes": {"procedure"},
}
# States of a cell in which something stands, though its number is not certain.
_UNREAD = (State.UNCERTAIN, State.TEXT)
_FORM_TABLES = ("disclosure", "applications", "disputes")
# The chapters that an agency writes itself: 一、总体情况, 五、存在的主要问题及改进情况, 六、其他需要报告的事项.
NARRATIVE = (1, 5, 6)
_BLANKS = re.compile(r"\s+")


def _disclosure(report: Report, row: Row) -> Iterator[Record]:
    for cell, column in zip(row.cells, row.columns, strict=True):
        reading = report.cells[cell]
        yield {
            "article": row.head,
            "row": row.code,
            "column": column.code,
            "value": to_sql(reading.value),
            "unit": reading.unit if column.is_amount else None,
        }


def _application(report: Report, row: Row) -> Record:
    values = {
        column.code: to_sql(report.cells[cell].value) for cell, column in zip(row.cells, row.columns, strict=True)
    }
    return {"row": row.code, **values}


def _disputes(report: Report, row: Row) -> Iterator[Record]:
    """One printed row of the form is one record a procedure."""
    procedures: dict[str, Record] = {}
    for cell in row.cells:
        record = procedures.setdefault(cell.row, {"procedure": cell.row})
        record[cell.column] = to_sql(report.cells[cell].value)
    yield from procedures.values()


def _flags(report: Report) -> Iterator[Record]:
    for cell, reading in report.cells.items():
        if reading.state is not State.PRINTED or reading.raw is not None:
            reason = reading.reason
            words = {"reason": reason and reason.en, "reason_zh": reason and reason.zh}
            proof = reading.proof and str(reading.proof)
            yield {"cell": cell, "state": str(reading.state), "raw": reading.raw, **words, "proof": proof}


def _failed_checks(report: Report) -> Iterator[Record]:
    for check in report.checks:
        if not check.holds:
            sides = {"left": to_sql(check.left), "right": to_sql(check.right)}
            yield {"identity": check.identity, "scope": check.scope, **sides, "previous": None}


def _statement(number: int, statement: Statement) -> Record:
    return {
        "number": number,
        "chapter": statement.chapter,
        "sentence": statement.sentence,
        "quantity": statement.quantity,
        "cells": " + ".join(statement.cells) or None,
        "value": to_sql(statement.value),
        "unit": statement.unit,
        "table_value": to_sql(statement.table),
        "outcome": str(statement.outcome),
    }


def to_sql(value: Number | None) -> int | float | None:
    """A number as SQLite keeps it."""
    return float(value) if isinstance(value, Decimal) else value
