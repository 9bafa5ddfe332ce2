"""A report, or an agency, as one JSON object, as ``nianbao parse --json`` and ``nianbao agency --json`` print it."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import simplejson

from gazetteer.resolver import Agency
from parsers.document.values import CellValue, State
from parsers.report import Report, Status

if TYPE_CHECKING:
    from publish.room.drawing.draft import Finding


def report_json(source: str, report: Report) -> str:
    """One line of JSON with every cell of the edition; decimals keep their printed digits."""
    return _dumps(
        {
            "source": source,
            "title": report.title,
            "agency": report.agency,
            "year": report.year,
            "edition": report.edition,
            "status": str(report.status),
            "cells": {cell: _cell(reading) for cell, reading in report.cells.items()},
            "sections": {str(number): chapter.text for number, chapter in report.chapters.items()},
            "checks": [
                {
                    "identity": check.identity,
                    "scope": check.scope,
                    "left": check.left,
                    "right": check.right,
                    "holds": check.holds,
                }
                for check in report.checks
            ],
            "prose": {
                "counting_sentences": report.prose.counting,
                "understood_sentences": report.prose.understood,
            },
            "statements": [
                {
                    "chapter": statement.chapter,
                    "sentence": statement.sentence,
                    "quantity": statement.quantity,
                    "value": statement.value,
                    "table": statement.table,
                    "outcome": str(statement.outcome),
                }
                for statement in report.statements
            ],
            "failure": None,
        }
    )


def failure_json(source: str, reason: str) -> str:
    """One line of JSON with the same keys for an input that could not be read."""
    nothing: dict[str, Any] = dict.fromkeys(("title", "agency", "year", "edition"))
    empty: dict[str, Any] = {"cells": {}, "sections": {}, "checks": [], "prose": {}, "statements": []}
    return _dumps({"source": source, **nothing, "status": str(Status.FAILED), **empty, "failure": reason})


def findings_json(source: str, result: Report | str, findings: "Sequence[Finding]") -> str:
    """One line of JSON on a draft: who and when, and what was found; or why it could not be read."""
    report = result if isinstance(result, Report) else None
    about = {name: getattr(report, name, None) for name in ("title", "agency", "year", "edition")}
    return _dumps(
        {
            "source": source,
            **about,
            "status": str(report.status if report else Status.FAILED),
            "findings": [asdict(finding) for finding in findings],
            "failure": None if report else result,
        }
    )


def agency_json(agency: Agency) -> str:
    """One line of JSON on who a name is; null is unknown."""
    keys = ("name", "agency", "region_code", "region", "level", "kind", "why")
    return _dumps({key: getattr(agency, key) for key in keys})


def _cell(reading: CellValue) -> dict[str, Any]:
    """The value, and its state, text and reason where they say more."""
    cell: dict[str, Any] = {"value": reading.value}
    if reading.state is not State.PRINTED:
        cell["state"] = str(reading.state)
    if reading.proof is not None:
        cell["proof"] = str(reading.proof)
    if reading.raw is not None:
        cell["raw"] = reading.raw
    if reading.reason is not None:
        cell |= {"reason": reading.reason.en, "reason_zh": reading.reason.zh}
    return cell


def _dumps(record: dict[str, Any]) -> str:
    return simplejson.dumps(record, ensure_ascii=False, use_decimal=True)
