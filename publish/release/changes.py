"""What differs between two releases, report by report: facts, cells and chapters, and whose change it is."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any, Self

from database.schema import table_of

DATABASE = "nianbao.db"
# Columns of reports that say what a report is; the others say when it was seen.
_FACTS = ("title", "agency", "agency_id", "region_code", "year", "edition", "status", "published", "withdrawn")
_COMPARED = ("disclosure", "applications", "disputes", "flags", "sections")
_REPORTS = """
select id, 'added' as change from new.reports where id not in (select id from old.reports)
union all select id, 'removed' from old.reports where id not in (select id from new.reports)
union all select report, 'kept' from touched
order by id
"""

_KEPT = "report in (select id from new.reports)"
_DECISION = "report, cell, state, value"
_DECIDED_ANEW = (
    "select * from (select * from decided_new except select * from decided_old)"
    " union select * from (select * from decided_old except select * from decided_new)"
)

State = tuple[str | None, str | None]


@dataclass(frozen=True, slots=True)
class Change:
    """One row of table ``changes``."""

    report: str
    agency: str | None
    year: int | None
    change: str
    what: str | None = None
    old_state: str | None = None
    old: str | None = None
    new_state: str | None = None
    new: str | None = None
    cause: str | None = None

    def row(self) -> tuple[object, ...]:
        """Its values in the order of the columns."""
        return astuple(self)


def database_of(release: Path) -> Path:
    """The SQLite file of a release, given the folder or the file itself; raises LookupError for anything else."""
    path = release / DATABASE if release.is_dir() else release
    if not path.is_file():
        raise LookupError(f"{release}: no such release")
    with path.open("rb") as file:
        if file.read(16) != b"SQLite format 3\0":
            raise LookupError(f"{release}: no release, nor its SQLite file")
    return path


class Comparison:
    """Two releases side by side; raises ``sqlite3.DatabaseError`` where one has not the tables of a release."""

    def __init__(self, old: Path, new: Path) -> None:
        self._db = sqlite3.connect(":memory:", uri=True)
        self._db.row_factory = sqlite3.Row
        for name, path in (("old", old), ("new", new)):
            self._db.execute(f"attach ? as {name}", [f"{path.absolute().as_uri()}?mode=ro"])
        self._db.execute("create temp table touched (report text primary key)")
        for release in ("old", "new"):
            # Releases of earlier versions have no decisions.
            known = self._db.execute(f"select 1 from {release}.sqlite_master where name = 'decisions'").fetchone()
            rows = f"select {_DECISION} from {release}.decisions where standing = 'applies'"
            self._db.execute(f"create temp table decided_{release} ({_DECISION})")
            if known:
                self._db.execute(f"insert into decided_{release} {rows}")
        for sql in _touching():
            self._db.execute(f"insert or ignore into touched {sql}")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._db.close()

    def changes(self) -> Iterator[Change]:
        """Every change, by report."""
        # Fetched whole: only the ids of what differs.
        for report, change in self._db.execute(_REPORTS).fetchall():
            if change == "kept":
                yield from self._of_report(report)
            else:
                row = self._report("new" if change == "added" else "old", report)
                yield Change(report, row["agency"], row["year"], change)

    def _of_report(self, report: str) -> Iterator[Change]:
        old, new = self._report("old", report), self._report("new", report)
        about = (report, new["agency"], new["year"])
        before, after = old["revision"], new["revision"]
        if after > before:
            yield Change(*about, "revised", None, None, str(before), None, str(after), "publisher")
        revised, decided = self._revised(report, before), self._decided(report)
        same = old["document"] is not None and old["document"] == new["document"]
        otherwise = "reading" if same else "unclear"
        for kind, contents in (
            ("fact", (_report_facts(old), _report_facts(new))),
            ("cell", (self._cells("old", report), self._cells("new", report))),
            ("chapter", (self._chapters("old", report), self._chapters("new", report))),
        ):
            for what, was, now in _differences(*contents):
                cause = "publisher" if what in revised else "decision" if what in decided else otherwise
                yield Change(*about, kind, what, *_displayed(kind, was), *_displayed(kind, now), cause)

    def _report(self, release: str, report: str) -> Any:
        return self._db.execute(f"select * from {release}.reports where id = ?", [report]).fetchone()

    def _revised(self, report: str, since: int) -> set[str]:
        """The cells, chapters and facts that the newer database says were changed by the publisher."""
        sql = "select cell from new.revisions where report = ? and revision > ?"
        return {cell for (cell,) in self._db.execute(sql, [report, since])}

    def _decided(self, report: str) -> set[str]:
        """What people decided otherwise in one release than in the other; the status follows from it."""
        cells = {cell for (cell,) in self._db.execute(f"select cell from ({_DECIDED_ANEW}) where report = ?", [report])}
        return cells | {"status"} if cells else cells

    def _cells(self, release: str, report: str) -> dict[str, State]:
        sql = f"select cell, state, value from {release}.cells where report = ?"
        return {cell: (state, _text(value)) for cell, state, value in self._db.execute(sql, [report])}

    def _chapters(self, release: str, report: str) -> dict[str, State]:
        sql = f"select number, heading, text from {release}.sections where report = ? order by number"
        rows = self._db.execute(sql, [report])
        return {f"section/{number}": (heading, text or "") for number, heading, text in rows}


def _report_facts(report: Any) -> dict[str, State]:
    return {name: (None, _text(report[name])) for name in _FACTS}


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _differences(old: dict[str, State], new: dict[str, State]) -> Iterator[tuple[str, State, State]]:
    for what in old | new:
        was, now = old.get(what, (None, None)), new.get(what, (None, None))
        if was != now:
            yield what, was, now


def _displayed(kind: str, content: State) -> State:
    """A chapter is shown as the number of its characters."""
    text = content[1]
    return (None, None if text is None else str(len(text))) if kind == "chapter" else content


def _touching() -> Iterator[str]:
    """Selects of the reports in both releases that differ in any column compared."""
    names = ("revision", *_FACTS)
    differ = " or ".join(f"n.[{name}] is not o.[{name}]" for name in names)
    yield f"select n.id from new.reports n join old.reports o on o.id = n.id where {differ}"
    yield f"select distinct report from ({_DECIDED_ANEW}) where report in (select id from old.reports) and {_KEPT}"
    for name in _COMPARED:
        table = table_of(name)
        columns = [column.name for column in table.columns if column.name not in table.pk and _is_content(column.name)]
        key = " and ".join(f"o.[{part}] = n.[{part}]" for part in table.pk)
        differ = "".join(f" or o.[{column}] is not n.[{column}]" for column in columns)
        for one, other, changed in (("new", "old", differ), ("old", "new", "")):
            yield (
                f"select n.report from {one}.{name} n left join {other}.{name} o on {key}"
                f" where (o.report is null{changed}) and n.report in (select id from {other}.reports)"
            )


def _is_content(column: str) -> bool:
    return column not in {"article", "unit", "raw", "reason", "reason_zh", "proof"}


def version_of(path: Path) -> str:
    """The version of a release, or the file name of a database that is no release."""
    return _version(path) or path.name


def is_release(path: Path, *, immutable: bool = False) -> bool:
    """Whether a database is the SQLite file of a release, which has checksums and must not be written to.

    ``immutable``: nobody writes to the file, and SQLite need not make files beside it.
    """
    return _version(path, immutable=immutable) is not None


def _version(path: Path, *, immutable: bool = False) -> str | None:
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable={immutable:d}", uri=True)) as db:
        if db.execute("select 1 from sqlite_master where name = 'metadata'").fetchone():
            for (version,) in db.execute("select value from metadata where name = 'version'"):
                return str(version)
    return None
