"""A draft before it is filed: what does not add up, what is odd, and what differs from the prose and from last year."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from database.rows import to_sql
from derived.panel_figures import sum_columns
from derived.year_checks import FLOOR, TIMES, WATCHED
from parsers.document.values import CellValue, State
from parsers.form.model import Form, Row, codebook, form_of
from parsers.narrative.statements import Outcome
from parsers.report import CERTAIN, Report
from publish.room.drawing.failed_checks import FailedCheck, Term, failed_checks
from publish.room.drawing.form import cell_labels
from publish.room.drawing.formatting import number_text
from publish.room.queries import Record

# Last year's cells: a number, or None for a blank or a dash; what is not certain is not among them.
LastYear = Mapping[str, float | None]

KINDS = {
    "missing": ("缺项", "missing"),
    "check": ("勾稽关系不成立", "a sum does not hold"),
    "year": ("与上年报告不符", "does not agree with last year's report"),
    "prose": ("与正文不一致", "differs from the prose"),
    "open": ("读不出确定的数字", "no certain figure"),
    "blank": ("空白", "left blank"),
    "change": ("与上年相差很大", "far from last year"),
}
"""What can be wrong with a draft, the worst first. The last two are worth a look, and may be right."""
ODD = ("blank", "change")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong or odd: of which kind, in both languages, and the cells that it is about."""

    kind: str
    zh: str
    en: str
    cells: tuple[str, ...] = ()


def findings_of(report: Report, last: LastYear | None = None) -> list[Finding]:
    """What is wrong or odd about a report, the worst first; ``last`` are the cells of the report on the year before."""
    found = [*_missing(report), *_checks(report, last), *_prose(report), *_open(report), *_blanks(report)]
    found += _changes(report, last) if last else ()
    order = list(KINDS)
    return sorted(found, key=lambda finding: order.index(finding.kind))


def _missing(report: Report) -> Iterator[Finding]:
    if report.agency is None:
        yield Finding("missing", "标题中没有读到机关名称", "the title names no agency")
    if report.year is None:
        yield Finding("missing", "标题中没有读到年度", "the title names no year")
    for reason in report.missing:
        yield Finding("missing", reason, reason)


def _checks(report: Report, last: LastYear | None) -> Iterator[Finding]:
    values = {key: to_sql(cell.value) for key, cell in report.cells.items()}
    own = [_row(one.identity, one.scope, one.left, one.right) for one in report.checks if not one.holds]
    across = [*_carried(report, last), *_stocks(report, last)] if last else []
    for kind, rows in (("check", own), ("year", across)):
        for check in failed_checks(report.edition, rows, values):
            zh, en = (f"{name}（{check.where}）：{_sides(check)}" for name in (check.zh, check.en))
            yield Finding(kind, zh, en, tuple(sorted(check.cells)))


def _row(identity: str, scope: str, left: object, right: object) -> Record:
    return {"identity": identity, "scope": scope, "left": left, "right": right, "previous": None}


def _sides(check: FailedCheck) -> str:
    left, right = (_side(terms, total) for terms, total in zip((check.left, check.right), check.sums, strict=True))
    return f"{left} ≠ {right}"


def _side(terms: Sequence[Term], total: float) -> str:
    numbers = [f"{term.label} {number_text(term.value)}" for term in terms]
    return " + ".join(numbers) + (f" = {number_text(total)}" if len(numbers) > 1 else "")


def _number(cells: Mapping[str, CellValue], key: str) -> float | None:
    """A cell's number as the identities across years have it: none unless it is certain."""
    cell = cells.get(key)
    return to_sql(cell.value) if cell and cell.state in CERTAIN else None


def _carried(report: Report, last: LastYear) -> Iterator[Record]:
    """What last year carried out, this year carries in (codebook.yaml, identities across years)."""
    for applicant in codebook().applicants:
        before = last.get(f"applications/carried_out/{applicant}")
        now = _number(report.cells, f"applications/carried_in/{applicant}")
        if before is not None and now is not None and before != now:
            yield _row("carry_over", applicant, before, now)


def _stocks(report: Report, last: LastYear) -> Iterator[Record]:
    """Documents in force: last year's, and those issued less those repealed; a blank of either counts as nothing."""
    for row in form_of(report.edition).rows:
        cells = {column.code: key for column, key in zip(row.columns, row.cells, strict=True)}
        if not {"issued", "repealed", "in_force"} <= set(cells):
            continue
        before, stock = last.get(cells["in_force"]), _number(report.cells, cells["in_force"])
        if before is None or stock is None or any(report.cells[key].state not in CERTAIN for key in cells.values()):
            continue
        issued, repealed = (_number(report.cells, cells[code]) or 0 for code in ("issued", "repealed"))
        if stock != before + issued - repealed:
            yield _row("stock", row.code, stock, before + issued - repealed)


def _prose(report: Report) -> Iterator[Finding]:
    for one in report.statements:
        if one.outcome is Outcome.DIFFERS:
            numbers = f"{one.value}{one.unit or ''} ≠ {one.table}"
            yield Finding("prose", f"“{one.sentence}” {numbers}", f"“{one.sentence}” {numbers}", one.cells)


def _open(report: Report) -> Iterator[Finding]:
    """The cells without a certain figure, those of a row that are so for one reason together."""
    for row in form_of(report.edition).rows:
        reasons: dict[tuple[str, str], list[str]] = {}
        for key in row.cells:
            cell = report.cells[key]
            if cell.state not in CERTAIN:
                said = (cell.reason.zh, cell.reason.en) if cell.reason else (str(cell.state), str(cell.state))
                reasons.setdefault(said, []).append(key)
        for (zh, en), keys in reasons.items():
            raw = "、".join(f"“{report.cells[key].raw}”" for key in keys if report.cells[key].raw)
            where = _where(row, keys, report.edition)
            yield Finding("open", f"{where}：{zh} {raw}".rstrip(), f"{where}: {en} {raw}".rstrip(), tuple(keys))


def _where(row: Row, keys: Sequence[str], edition: int) -> str:
    """A cell by its labels, or a row by its own where all or many of its cells are meant."""
    labels = [cell_labels(edition)[key] for key in keys]
    if len(keys) == 1:
        return labels[0]
    columns = "" if len(keys) == len(row.cells) else f"（{'、'.join(label.split(' · ')[1] for label in labels)}）"
    return f"{row.path.rpartition('/')[2] or '复议诉讼'}{columns}"


def _blanks(report: Report) -> Iterator[Finding]:
    """Blanks in a table that has figures: the form asks for 0 where there is nothing to count."""
    form = form_of(report.edition)
    for table in dict.fromkeys(row.table for row in form.rows):
        rows = [row for row in form.rows if row.table == table]
        if not any(report.cells[key].value is not None for row in rows for key in row.cells):
            continue
        for row in rows:
            keys = [key for key in row.cells if report.cells[key].state is State.BLANK]
            if keys:
                where = _where(row, keys, report.edition)
                yield Finding("blank", f"{where}：没有填写", f"{where}: nothing is filled in", tuple(keys))


def _changes(report: Report, last: LastYear) -> Iterator[Finding]:
    """The panel's figures that changed suddenly (derived/year_checks.py)."""
    form: Form = form_of(report.edition)
    for column in sum_columns():
        cells = [key for key in column.cells if key in form.cells]
        if column.name not in WATCHED or not cells or any(report.cells[key].state not in CERTAIN for key in cells):
            continue
        before, now = _total([last.get(key) for key in cells]), _total([_number(report.cells, key) for key in cells])
        if before is None or now is None:
            continue
        least, most = sorted((before, now))
        if most >= FLOOR and most >= TIMES * least:
            label = " + ".join(cell_labels(report.edition)[key] for key in cells)
            numbers = f"{number_text(before)} → {number_text(now)}"
            yield Finding("change", f"{label}：{numbers}", f"{label}: {numbers}", tuple(cells))


def _total(values: Sequence[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return sum(found) if found else None
