"""The queue: which cells are open, in which order, and what there is to be said of each."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlite_utils import Database

from database.decisions import Decision, Verdict, column_of, typed_value
from database.rows import Record
from parsers.document.model import Box
from parsers.document.values import CellValue, State, read_value
from parsers.form.cell_key import CellKey
from parsers.form.checks import evaluate_one
from parsers.form.model import Identity, form_of
from publish.room.drawing.failed_checks import NAMES
from publish.room.drawing.form import cell_labels
from publish.room.drawing.formatting import number_text

UNCERTAIN = "('uncertain', 'absent', 'text')"
_STANDING = "d.standing in ('applies', 'agrees', 'disputed')"
# Newest first; of one year those most asked for, then the agencies that most people ask about; duplicates last.
_REPORTS = f"""
select r.id from reports r
left join agencies a on a.id = r.agency_id
join documents o on o.sha256 = r.document
where o.warc is not null and (:report is null or r.id = :report) and (
  exists (select 1 from flags f where f.report = r.id and f.state in {UNCERTAIN})
  or exists (select 1 from checks c where c.report = r.id and c.previous is null)
  or exists (select 1 from decisions d where d.report = r.id))
order by r.id in (select report from duplicates), r.year desc, asked(r.id) desc,
  case a.level when 'province' then 0 when 'city' then 1 when 'county' then 2 else 3 end,
  a.kind is not 'government', r.first_seen desc, r.id
"""
_LEFT_OUT = f"""
select count(distinct r.id) from reports r left join documents o on o.sha256 = r.document
join flags f on f.report = r.id where o.warc is null and f.state in {UNCERTAIN}
"""
_CELLS = """
select c.cell, c.value, c.state, c.read_value, c.read_state, f.raw, f.reason, f.reason_zh
from cells c left join flags f on f.report = c.report and f.cell = c.cell where c.report = ?
"""
_DECISIONS = f"select * from decisions d where d.report = ? and {_STANDING} order by number"
_BOXES = "select row, page, x0, top, x1, bottom from evidence where report = ? and page is not null"
_ASKED = re.compile(r"\"GET /nianbao/reports/([\w~-]+)[ ?]")
_DOUBTFUL = frozenset({State.UNCERTAIN, State.ABSENT, State.TEXT})


def asked_for(log: Path) -> Counter[str]:
    """How often each report's page was asked for, by the access log of a web server."""
    with log.open(encoding="utf-8", errors="replace") as lines:
        return Counter(match[1] for line in lines if (match := _ASKED.search(line)))


@dataclass(slots=True)
class OpenReport:
    """A report whose cells are being decided: what was read, and what was decided in this session."""

    facts: Record
    cells: dict[str, Record]
    queue: tuple[str, ...]
    why: Mapping[str, str]
    others: Mapping[str, Sequence[Record]]
    boxes: Mapping[str, Box]
    decided: dict[str, Decision] = field(default_factory=dict)

    @property
    def key(self) -> str:
        """The report's id."""
        return str(self.facts["id"])

    def row_of(self, cell: str) -> str:
        """The key of the row that a cell stands in."""
        return next(row.key for row in form_of(self.facts["edition"]).rows if cell in row.cells)

    def value(self, cell: str) -> tuple[str, float | None]:
        """State and value of a cell as they stand now."""
        decision = self.decided.get(cell)
        if decision and decision.state:
            return decision.state, decision.value
        return self.cells[cell]["state"], self.cells[cell]["value"]

    def open_cells(self, skipped: frozenset[str] = frozenset()) -> list[str]:
        """The cells of the queue that are still open; those of a sum are not once it holds, or the publisher erred."""
        contested = self.contested() if "contested" in self.why.values() else Counter[str]()
        return [
            cell
            for cell in self.queue
            if cell not in self.decided and cell not in skipped and (self.why[cell] != "contested" or cell in contested)
        ]

    def contested(self) -> Counter[str]:
        """The cells of identities that fail and have no misprint, each with the number of these."""
        now = {cell: self.value(cell) for cell in self.cells}
        values = {
            cell: CellValue(None if value is None else Decimal(str(value)), State(state))
            for cell, (state, value) in now.items()
        }
        misprints = {cell for cell, held in self.others.items() if held[-1]["decision"] == Verdict.MISPRINT}
        misprints |= {cell for cell, held in self.decided.items() if held.decision == Verdict.MISPRINT}
        found: Counter[str] = Counter()
        for identity in form_of(self.facts["edition"]).identities:
            cells, check = (*identity.left, *identity.right), evaluate_one(identity, values)
            if check and not check.holds and not misprints.intersection(cells):
                found.update(cells)
        return found


def reports(db: Database, report: str | None, log: Counter[str]) -> list[str]:
    """The reports that may have open cells, in the order in which they are to be decided."""
    db.conn.create_function("asked", 1, lambda key: log[key], deterministic=True)
    return [key for (key,) in db.execute(_REPORTS, {"report": report})]


def left_out(db: Database) -> int:
    """How many reports have open cells, but no document in the archive to look at."""
    (count,) = db.execute(_LEFT_OUT).fetchone()
    return int(count)


def open_report(db: Database, key: str, by: str, *, double: bool) -> OpenReport:
    """A report with its open cells, in the order of the form; ``double``: also those that one other person decided."""
    facts = next(iter(db.query("select * from reports where id = ?", [key])))
    cells = {row["cell"]: row for row in db.query(_CELLS, [key])}
    decisions: dict[str, list[Record]] = {}
    for row in db.query(_DECISIONS, [key]):
        decisions.setdefault(row["cell"], []).append(row)
    contested = _contested(db, facts)
    why = {
        cell: _why(row, decisions.get(cell, ()), by, contested=cell in contested, double=double)
        for cell, row in cells.items()
    }
    # What another person decided is not shown to who is asked for a second opinion.
    others = {cell: held for cell, held in decisions.items() if why.get(cell) != "second"}
    boxes = {row: Box(*box) for row, *box in db.execute(_BOXES, [key])}
    found = OpenReport(
        facts, cells, tuple(cell for cell in form_of(facts["edition"]).cells if why[cell]), why, others, boxes
    )
    found.queue = tuple(sorted(found.queue, key=_order(found)))
    return found


def _order(report: OpenReport) -> Callable[[str], tuple[int, bool]]:
    """As the form has them; then those of sums that fail: first what is in several of these, a 0 last."""
    sums = report.contested()
    return lambda cell: (
        (-sums[cell], not report.cells[cell]["value"]) if report.why[cell] == "contested" else (-99, False)
    )


def _contested(db: Database, facts: Record) -> set[str]:
    """The cells of identities that fail within the report."""
    failing = set(db.execute("select identity, scope from checks where report = ? and previous is null", [facts["id"]]))
    identities = (one for one in form_of(facts["edition"]).identities if (one.name, one.scope) in failing)
    return {cell for identity in identities for cell in (*identity.left, *identity.right)}


def _why(row: Record, decisions: Sequence[Record], by: str, *, contested: bool, double: bool) -> str:
    """Why a cell is open; '' if it is not."""
    if any(decision["standing"] == "disputed" for decision in decisions):
        return "disputed"
    if decisions:
        last, people = decisions[-1], {decision["by"] for decision in decisions}
        read = (row["read_state"], row["read_value"])
        if read[0] not in _DOUBTFUL and read not in (
            (last["read_state"], last["read_value"]),
            (last["state"], last["value"]),
        ):
            return "read anew"
        return "second" if double and len(people) == 1 and by not in people else ""
    if row["read_state"] in _DOUBTFUL:
        return str(row["read_state"])
    return "contested" if contested else ""


def confirmable(row: Record) -> tuple[str, float | None] | None:
    """State and value that a person confirms who says that what was read stands there; None if it was no one thing."""
    state, value = row["read_state"], row["read_value"]
    if state != State.UNCERTAIN:
        return state, value
    reading = read_value(row["raw"]) if row["raw"] else None
    if reading is None or reading.state not in (State.PRINTED, State.DASH):
        return None
    return str(reading.state), None


def decision_of(report: OpenReport, cell: str, verdict: str, text: str, by: str, at: str, why: str) -> Decision:
    """A decision as a line of the file; raises ValueError, whose message says why it cannot be."""
    row = report.cells[cell]
    kind = Verdict(verdict)
    state, value, typed = _outcome(report, row, kind, text)
    return Decision(
        report.key,
        report.facts["document"],
        cell,
        row["read_state"],
        row["read_value"],
        row["raw"],
        str(kind),
        typed,
        state,
        value,
        by,
        at,
        why or None,
    )


def _outcome(report: OpenReport, row: Record, kind: Verdict, text: str) -> tuple[str | None, float | None, str | None]:
    edition, cell = report.facts["edition"], row["cell"]
    if kind is Verdict.ILLEGIBLE:
        return None, None, None
    if kind is Verdict.BLANK:
        return str(State.BLANK), None, None
    if kind is Verdict.TYPED or text.strip():
        state, value = typed_value(text, edition, cell)
        return str(state), value, text.strip()
    found = confirmable(row)
    if found is None:
        raise ValueError("what was read is no single figure: type what stands there 机读并非一个确定的数字，请录入所见")
    if row["read_state"] == State.UNCERTAIN:
        state, value = typed_value(row["raw"], edition, cell)
        return str(state), value, row["raw"]
    return *found, None


def item(report: OpenReport, cell: str) -> dict[str, Any]:
    """What the page is told of a cell."""
    row, edition = report.cells[cell], report.facts["edition"]
    found = confirmable(row)
    printed = next(one for one in form_of(edition).rows if cell in one.cells)
    return {
        "report": report.key,
        "cell": cell,
        "title": report.facts["title"] or report.key,
        "url": report.facts["url"],
        "year": report.facts["year"],
        "label": cell_labels(edition)[cell],
        "path": printed.path,
        "order": printed.cells.index(CellKey(cell)) + 1,
        "width": len(printed.cells),
        "open": report.why[cell],
        "state": row["read_state"],
        "raw": row["raw"],
        "value": None if row["read_value"] is None else number_text(row["read_value"]),
        "confirm": None if found is None else (row["raw"] or ("" if found[1] is None else number_text(found[1]))),
        "reason": [row["reason_zh"] or "", row["reason"] or ""],
        "amount": column_of(edition, cell).is_amount,
        "others": [_other(one) for one in report.others.get(cell, ())],
        "sums": [*_sums(report, cell)],
        "left": len(report.open_cells()),
        "of": len(report.queue),
    }


def _other(row: Record) -> dict[str, Any]:
    value = None if row["value"] is None else number_text(row["value"])
    return {"by": row["by"], "decision": row["decision"], "state": row["state"], "value": value, "why": row["why"]}


def _sums(report: OpenReport, cell: str) -> Iterator[dict[str, Any]]:
    """The identities that the cell is in, with the values of the others; null where they are not certain."""
    labels = cell_labels(report.facts["edition"])
    for identity in form_of(report.facts["edition"]).identities:
        if cell in identity.left or cell in identity.right:
            sides = {"left": identity.left, "right": identity.right}
            terms = {side: [_term(report, key, labels) for key in keys] for side, keys in sides.items()}
            yield {"name": NAMES[identity.name], "totals": _totals(identity), **terms}


def _totals(identity: Identity) -> list[str]:
    return list(identity.totals)


def _term(report: OpenReport, cell: str, labels: Mapping[str, str]) -> dict[str, Any]:
    state, value = report.value(cell)
    return {"cell": cell, "label": labels[cell], "value": value, "open": state in _DOUBTFUL}
