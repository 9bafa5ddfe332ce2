"""What cannot be among certain figures: identities that do not hold, parts above their whole, counts below 0.

The figures stay as they are printed. A share is empty where such an identity joins its two figures, or where one of
them is negative.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache

from sqlite_utils import Database

from database.schema import Column, table_of
from derived.panel_figures import UNCERTAIN, figure_columns
from parsers.form.model import forms

_BROKEN = """
select c.report, r.edition, c.identity, c.scope from checks c join reports r on r.id = c.report
where c.previous is null and c.report in (select report from chosen) order by c.report, c.rowid
"""
# A cell that is not certain, or that people decided.
_IS_OPEN = f"""
select 1 from flags where report = :report and cell = :cell and state in {UNCERTAIN}
union all select 1 from decisions where report = :report and cell = :cell and standing = 'applies'
"""
_DECIDED_NEGATIVE = """
select report, cell from decisions where standing = 'applies' and value < 0 and cell not like 'disclosure/%/change'
and report in (select report from chosen) order by number
"""
# How a cell's key begins in each table of the form.
_LINES = {"applications": "row", "disputes": "procedure"}


def write_conflicts(db: Database) -> None:
    """Name the conflicts of each report in the temporary table ``figures``, and the shares that they leave empty."""
    conflicts: dict[str, dict[str, tuple[str, ...]]] = defaultdict(dict)
    for report, edition, identity, scope in db.execute(_BROKEN):
        conflicts[report][f"{identity}/{scope}"] = _shares_joined()[edition, identity, scope]
    for report, share, part in _parts_above_the_whole(db):
        conflicts[report][f"part/{part}"] = (share,)
    for report, cell in _negative_cells(db):
        conflicts[report][f"negative/{cell}"] = _shares_of(cell)
    rows = (
        (" ".join(found), f" {' '.join({share for shares in found.values() for share in shares})} ", report)
        for report, found in conflicts.items()
    )
    db.conn.executemany("update temp.figures set conflict = ?, conflicting = ? where report = ?", rows)


def _parts_above_the_whole(db: Database) -> Iterator[tuple[str, str, str]]:
    """The reports with a part that is more than its whole, the share's column and the part's."""
    shares = [(column.name, *column.share) for column in figure_columns() if column.share]
    above = ", ".join(f"[{part}] > [{whole}]" for _, part, whole in shares)
    either = " or ".join(f"[{part}] > [{whole}]" for _, part, whole in shares)
    for report, *found in db.execute(f"select report, {above} from figures where {either} order by report"):
        for (share, part, _), is_above in zip(shares, found, strict=True):
            if is_above:
                yield report, share, part


def _negative_cells(db: Database) -> Iterator[tuple[str, str]]:
    """Certain cells below 0; the numbers by which a list of items has changed may be."""
    for table, line in _LINES.items():
        columns = [column.name for column in table_of(table).columns if column.type == "number"]
        names, either = ", ".join(f"[{name}]" for name in columns), " or ".join(f"[{name}] < 0" for name in columns)
        found = db.execute(
            f"select report, '{table}/' || {line}, {names} from {table}"
            f" where ({either}) and report in (select report from chosen) order by report, rowid"
        ).fetchall()
        for report, row, *values in found:
            for name, value in zip(columns, values, strict=True):
                if value is not None and value < 0 and _is_certain(db, report, f"{row}/{name}"):
                    yield report, f"{row}/{name}"
    found = db.execute(
        "select report, 'disclosure/' || row || '/' || [column] from disclosure"
        " where value < 0 and [column] <> 'change' and report in (select report from chosen) order by report, rowid"
    ).fetchall()
    yield from ((report, cell) for report, cell in found if _is_certain(db, report, cell))
    yield from db.execute(_DECIDED_NEGATIVE)


def _is_certain(db: Database, report: str, cell: str) -> bool:
    return db.execute(_IS_OPEN, {"report": report, "cell": cell}).fetchone() is None


@cache
def _shares_joined() -> Mapping[tuple[int, str, str], tuple[str, ...]]:
    """By edition, identity and scope, the shares whose part and whole both have a cell in it."""
    cells = {column.name: column.cells for column in figure_columns()}
    return {
        (form.edition, identity.name, identity.scope): tuple(
            column.name
            for column in _shares()
            if all(set(cells[name]).intersection(identity.left + identity.right) for name in column.share or ())
        )
        for form in forms()
        for identity in form.identities
    }


@cache
def _shares_of(cell: str) -> tuple[str, ...]:
    cells = {column.name: column.cells for column in figure_columns()}
    return tuple(column.name for column in _shares() if any(cell in cells[name] for name in column.share or ()))


def _shares() -> tuple[Column, ...]:
    return tuple(column for column in figure_columns() if column.share)
