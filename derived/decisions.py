"""Table decisions, and what follows from it: which decision counts, the checks and the status of the reports."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from sqlite_utils import Database

from database.decisions import HEAD, Decision, Verdict, decisions_beside, read_decisions, row_of
from database.rows import Record, to_sql
from database.store import Store
from parsers.document.values import CellValue, State
from parsers.form.checks import Check, evaluate_one
from parsers.form.model import Form, Identity, form_of
from parsers.report import CERTAIN

APPLIES, AGREES, SUPERSEDED, DISPUTED, OUTDATED, UNKNOWN = (
    "applies", "agrees", "superseded", "disputed", "outdated", "unknown",
)  # fmt: skip
# The least number of chapters of a report that is not incomplete for the lack of some.
_CHAPTERS = 5
_TABLES = ("disclosure", "applications", "disputes")
_STATUS = "select status, edition from reports where id = ?"
_CELLS = "select cell, value, state from cells where report = ?"
_CHANGED = "select 1 from cells where report = ? and (value is not read_value or state <> read_state) limit 1"
_SETTLED = "select cell, decision from decisions where report = ? and standing = 'applies' and state is not null"


def update_decisions(store: Store) -> int:
    """Bring table decisions in line with the file beside the database, and with the documents that it has now.

    Without such a file the table's own lines count. Returns how many there are. Raises
    :class:`database.decisions.Unusable`.
    """
    path = decisions_beside(store.path)
    with store.transaction():
        stored = [dict(row) for row in store.db.table("decisions").rows_where(order_by="number")]
        lines = read_decisions(path) if path.is_file() else [_line(row) for row in stored]
        rows = _rows(store.db, lines)
        if rows != stored:
            store.db.execute("delete from decisions")
            store.insert("decisions", rows)
        # Not only where a line changed: what was read may be new.
        for report in sorted({row["report"] for row in (*stored, *rows)}):
            _follow(store, report)
    return len(rows)


def _line(row: Record) -> Decision:
    return Decision(**{name: row[name] for name in HEAD})


def _rows(db: Database, lines: Sequence[Decision]) -> list[Record]:
    standings = standings_of(lines, _documents(db, {line.report for line in lines}))
    return [
        {"number": number, **row_of(line), "standing": standing}
        for number, (line, standing) in enumerate(zip(lines, standings, strict=True), start=1)
    ]


def _documents(db: Database, reports: Iterable[str]) -> dict[str, tuple[str, int]]:
    """Of the reports that there are, the document and the edition of the form."""
    sql = "select document, edition from reports where id = ?"
    found = {report: db.execute(sql, [report]).fetchone() for report in reports}
    return {report: row for report, row in found.items() if row}


def standings_of(lines: Sequence[Decision], documents: Mapping[str, tuple[str, int]]) -> list[str]:
    """What each line is worth, given the document and edition of each report.

    The last decision of each person about a cell counts. Of people who agree the last one applies; where two do not,
    none does. A decision about another document than the report's is outdated.
    """
    standings = [UNKNOWN] * len(lines)
    last: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    for number, line in enumerate(lines):
        document, edition = documents.get(line.report, (None, None))
        if edition is None or line.cell not in form_of(edition).cells:
            continue
        standings[number] = OUTDATED
        if line.document == document:
            standings[number] = SUPERSEDED
            last[line.report, line.cell].pop(line.by, None)
            last[line.report, line.cell][line.by] = number
    for numbers in (tuple(held.values()) for held in last.values()):
        one = len({lines[number].outcome for number in numbers}) == 1
        for number in numbers:
            standings[number] = (APPLIES if number == numbers[-1] else AGREES) if one else DISPUTED
    return standings


def _follow(store: Store, report: str) -> None:
    """Write the checks and the status that follow from a report's cells as they are decided."""
    store.db.execute("update reports set read_status = status where id = ? and read_status is null", [report])
    found = store.db.execute(_STATUS, [report]).fetchone()
    if found is None:
        return
    status, edition = found
    cells = {cell: CellValue(value, State(state)) for cell, value, state in store.db.execute(_CELLS, [report])}
    broken = _broken(form_of(edition), cells)
    store.db.execute("delete from checks where report = ? and previous is null", [report])
    store.insert("checks", [_check_row(report, check) for _, check in broken])
    follows = _status(store.db, report, cells, [identity for identity, _ in broken])
    if follows != status:
        store.db.execute("update reports set status = ? where id = ?", [follows, report])


def _broken(form: Form, cells: Mapping[str, CellValue]) -> list[tuple[Identity, Check]]:
    checks = ((identity, evaluate_one(identity, cells)) for identity in form.identities)
    return [(identity, check) for identity, check in checks if check and not check.holds]


def _check_row(report: str, check: Check) -> Record:
    sides = {"left": to_sql(check.left), "right": to_sql(check.right)}
    return {"report": report, "identity": check.identity, "scope": check.scope, **sides, "previous": None}


def _status(db: Database, report: str, cells: Mapping[str, CellValue], broken: Sequence[Identity]) -> str:
    """The status of a report with what was decided: never verified by a decision, and reviewed if nothing is open."""
    (read,) = db.execute("select read_status from reports where id = ?", [report]).fetchone()
    settled = dict(db.execute(_SETTLED, [report]).fetchall())
    if not settled or (read == "verified" and not db.execute(_CHANGED, [report]).fetchone()):
        return str(read)
    if read == "incomplete" and not _is_whole(db, report, cells):
        return str(read)
    if any(value.state not in CERTAIN and cell not in settled for cell, value in cells.items()):
        return "uncertain"
    misprints = {cell for cell, decision in settled.items() if decision == Verdict.MISPRINT}
    excused = all(misprints.intersection((*identity.left, *identity.right)) for identity in broken)
    return "reviewed" if excused else "inconsistent"


def _is_whole(db: Database, report: str, cells: Mapping[str, CellValue]) -> bool:
    """Whether an incomplete report is not, once people have typed what a table lacked."""
    (chapters,) = db.execute("select count(*) from sections where report = ?", [report]).fetchone()
    filled = {cell.partition("/")[0] for cell, value in cells.items() if value.value is not None}
    return chapters >= _CHAPTERS and len(filled) == len(_TABLES)
