"""What was found in a document as one HTML page."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from nianbao.inspect.marks import Cells, Kind, look
from nianbao.inspect.pages import is_paged, sheets_of
from nianbao.inspect.passages import Passage, passages_of
from nianbao.inspect.pictures import embedded
from parsers.alignment.align import Place
from parsers.assemble import Findings
from parsers.document.values import CellValue, State
from parsers.form.model import Form, form_of
from parsers.report import CERTAIN, Report
from publish.room.drawing.failed_checks import FailedCheck, failed_checks
from publish.room.drawing.form import cell_labels, form_tables
from publish.room.drawing.formatting import number_text


@dataclass(frozen=True, slots=True)
class Flag:
    """Cells that are not certain for one and the same reason, by their rows, and one of them as read."""

    rows: Mapping[str, Sequence[str]]
    value: CellValue


def page(name: str, data: bytes, found: Findings, result: Report | Exception) -> str:
    """The HTML page on one document, complete in itself; ``result`` is its report or why there is none."""
    report = result if isinstance(result, Report) else None
    form, cells = found.alignment.form, report.cells if report else found.alignment.cells
    if report and report.edition != form.edition:
        form = form_of(report.edition)
    passages, failed = passages_of(found), _failed(form, report, cells)
    return _template().render(
        name=name,
        found=found,
        report=report,
        failure=None if report else str(result),
        form=form_tables(form.edition),
        rows={cell: row for row in form.rows for cell in row.cells},
        cells=cells,
        marked=_marked(passages),
        passages=passages,
        sheets=[(sheet, embedded(sheet)) for sheet in sheets_of(data, passages)] if is_paged(data) else [],
        flags=_flags(form, cells),
        failed=failed,
        details=_details(form, cells, found.alignment.places, failed),
        labels=cell_labels(form.edition),
        counts={state: sum(cell.state is state for cell in cells.values()) for state in State},
    )


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("nianbao.inspect"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"look": look, "number": number_text}
    return environment.get_template("inspect.html")


def _marked(passages: Sequence[Passage]) -> dict[str, Kind]:
    """The rows of which a label was found, each with how it was."""
    pieces = (piece for passage in passages for row in passage.rows for piece in row if piece)
    marks = [piece.mark for piece in pieces if piece.mark]
    return {mark.said: mark.kind for mark in marks if mark.kind in (Kind.WORN, Kind.LABEL)}


def _failed(form: Form, report: Report | None, cells: Cells) -> list[FailedCheck]:
    """The checks that fail, both sides in the words of the form."""
    rows = [
        {"identity": check.identity, "scope": check.scope, "left": check.left, "right": check.right}
        for check in (report.checks if report else ())
        if not check.holds
    ]
    values = {key: None if cell.value is None else float(cell.value) for key, cell in cells.items()}
    return failed_checks(form.edition, rows, values)


def _flags(form: Form, cells: Cells) -> list[Flag]:
    """The cells that are not certain; what was read goes with the reason, so that only rows not found share one."""
    flags: dict[object, dict[str, list[str]]] = {}
    rows = {str(key): row.key for row in form.rows for key in row.cells}
    for key, cell in cells.items():
        if cell.state not in CERTAIN:
            flags.setdefault((cell.state, cell.reason, cell.raw), {}).setdefault(rows[key], []).append(key)
    return [Flag(rows, cells[next(iter(rows.values()))[0]]) for rows in flags.values()]


def _details(form: Form, cells: Cells, places: Mapping[str, Place], failed: Sequence[FailedCheck]) -> dict[str, Any]:
    """What is to be said of each cell when somebody points at it."""
    rows = [(row, key) for row in form.rows for key in row.cells]
    return {
        key: _detail(cells[key], places.get(row.key), [key in check.cells for check in failed]) for row, key in rows
    }


def _detail(cell: CellValue, place: Place | None, failing: Sequence[bool]) -> dict[str, Any]:
    return {
        "state": cell.state,
        "value": None if cell.value is None else str(cell.value),
        "raw": cell.raw,
        "reason": [cell.reason.zh, cell.reason.en] if cell.reason else [],
        "proof": cell.proof,
        "confidence": cell.confidence,
        "place": _said(place) if place else "",
        "checks": [number_text for number_text, fails in enumerate(failing, start=1) if fails],
    }


def _said(place: Place) -> str:
    parts = {"page": place.box and place.box.page, "table": place.table, "row": place.row, "line": place.line}
    return ", ".join(f"{name} {number_text}" for name, number_text in parts.items() if number_text)
