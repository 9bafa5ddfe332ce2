"""A release from a database: checked, written file by file, and put in place at the end."""

import hashlib
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from sqlite_utils import Database

from database.schema import Table
from derived.coverage import Assertion, check_coverage
from derived.update import count_outdated
from publish.release.changes import DATABASE, Comparison, version_of
from publish.release.checks import violations
from publish.release.dictionary import codes, dictionary
from publish.release.documents import (
    write_citation,
    write_dictionary,
    write_document,
    write_json,
    write_landing,
)
from publish.release.facts import Facts, date_of, facts
from publish.release.folder import replaced_folder, write_sums
from publish.release.formats.csvfile import write_plain
from publish.release.formats.datapackage import File, csv_of, datapackage, parquet_of, stata_of
from publish.release.formats.datasette import datasette_metadata
from publish.release.formats.excel import NAME as PANEL
from publish.release.formats.excel import column_heads, small_panel
from publish.release.formats.export import CSV, PARQUET, STATA, export
from publish.release.formats.snapshot import add_table, drop_internal, open_copy, rows_of, snapshot
from publish.release.formats.stata import TABLES, english_label, write_stata
from publish.release.quality import quality
from publish.release.short_names import short_name
from publish.release.tables import described_tables, release_table, released_tables

_WORK = "work.db"
_CHANGES = "CHANGES.csv"
# Tables that a reader wants to look at without unpacking anything.
_PLAIN = ("coverage", "quality", "dictionary", "codes")
_DOCUMENTS = (
    File(
        "datapackage.json",
        "application/json",
        "机器可读的说明（Frictionless）",
        "Types, constraints and keys (Frictionless).",
    ),
    File("metadata.json", "application/json", "Datasette 的说明", "Descriptions for Datasette."),
    File("dictionary.html", "text/html", "数据字典，供阅读", "The dictionary, for reading."),
    File(
        "load.do", "text/plain", "在 Stata 中读入", "Loads a file of the folder stata, with labels in both languages."
    ),
    File("load.R", "text/plain", "在 R 中读入全部表", "Loads every table into R, with types, levels and labels."),
    File("verify.py", "text/x-python", "独立重算并核对派生表", "Works out the derived tables anew, and compares."),
    File("README.md", "text/markdown", "使用说明", "Guide."),
    File("LICENSE.txt", "text/plain", "许可", "Licence."),
    File("CITATION.cff", "text/yaml", "引用信息", "Citation."),
)


class Refused(Exception):  # noqa: N818 - says what became of the release
    """The database breaks its assertions; each reason is one line."""

    def __init__(self, reasons: Sequence[str]) -> None:
        super().__init__("; ".join(reasons))
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Published:
    """What was published, with warnings."""

    facts: Facts
    warnings: tuple[str, ...]


def publish(db: Path, folder: Path, assertions: Sequence[Assertion], since: Path | None = None) -> Published:
    """Write a release of a database into a folder, with what changed since an earlier one (its SQLite file).

    Raises :class:`Refused`, and leaves the folder as it was, where the database breaks its own assertions.
    """
    with replaced_folder(folder) as partial:
        work = partial / _WORK
        snapshot(db, work)
        with closing(open_copy(work)) as copy:
            warnings = _check(copy, assertions)
            found = _write_tables(copy, partial, since)
            copy.execute("vacuum into ?", [str(partial / DATABASE)])
            _write_plain(copy, partial)
        work.unlink()
        _write_changes(partial, since)
        _write_documents(partial, found)
        write_sums(partial)
    return Published(found, warnings)


def _check(db: sqlite3.Connection, assertions: Sequence[Assertion]) -> tuple[str, ...]:
    """The warnings; raises :class:`Refused` where an assertion is broken."""
    reasons = list(violations(db))
    if reasons:
        # Without its tables and columns, nothing more can be asked of it.
        raise Refused(reasons)
    findings = list(check_coverage(Database(db), list(assertions)))
    reasons = [f"coverage: {finding}" for finding in findings if finding.fails]
    if outdated := count_outdated(Database(db)):
        reasons.append(f"panel: behind in {outdated} of the reports; nianbao crawl or reparse brings it up to date")
    if date_of(db) is None:
        reasons.append("reports: there are none")
    if reasons:
        raise Refused(reasons)
    return tuple(f"coverage: {finding}" for finding in findings)


def _write_tables(db: sqlite3.Connection, folder: Path, since: Path | None) -> Facts:
    """Complete the working copy, and write its tables as files."""
    for name in (CSV, PARQUET, STATA):
        (folder / name).mkdir()
    add_table(db, release_table("quality"), quality(db))
    drop_internal(db)
    add_table(db, release_table("dictionary"), dictionary(described_tables()))
    add_table(db, release_table("codes"), codes())
    *tables, last = released_tables()
    digests = [export(db, table, folder) for table in tables]
    digest = hashlib.sha256("".join(digests).encode()).hexdigest()
    found = facts(db, date_of(db) or "", digest, version_of(since) if since else None)
    add_table(db, last, found.rows())
    export(db, last, folder)
    for table in map(_released_table, TABLES):
        write_stata(db, table, folder, found)
    return found


def _write_plain(db: sqlite3.Connection, folder: Path) -> None:
    """Write the small files that need no unpacking."""
    write_plain(folder / PANEL, column_heads(), rows_of(db, small_panel()))
    for table in map(_released_table, _PLAIN):
        write_plain(folder / _plain_name(table), _column_names(table), rows_of(db, table))


def _write_changes(folder: Path, since: Path | None) -> None:
    """Write what differs from an earlier release; the head alone without one."""
    head = _column_names(release_table("changes"))
    if since is None:
        write_plain(folder / _CHANGES, head, ())
        return
    with Comparison(since, folder / DATABASE) as comparison:
        write_plain(folder / _CHANGES, head, (change.row() for change in comparison.changes()))


def _write_documents(folder: Path, found: Facts) -> None:
    """Write what describes the data files, the landing page last, since it lists all others."""
    data = _data_files()
    write_json(folder / "datapackage.json", datapackage(found, data, folder))
    write_json(folder / "metadata.json", datasette_metadata(found))
    write_dictionary(folder / "dictionary.html", found, described_tables(), codes())
    for name in ("README.md", "LICENSE.txt"):
        write_document(folder / name, found)
    columns = [column for name in TABLES for column in _released_table(name).columns]
    english = {short_name(column.name): english_label(column) for column in columns}
    write_document(folder / "load.do", found, labels=english)
    for name in ("load.R", "verify.py"):
        (folder / name).write_bytes((files(__package__) / "programs" / name).read_bytes())
    write_citation(folder / "CITATION.cff", found)
    with closing(sqlite3.connect(folder / DATABASE)) as db:
        write_landing(folder / "index.html", found, (*data, *_DOCUMENTS), db)


def _data_files() -> tuple[File, ...]:
    changes = release_table("changes")
    small = small_panel()
    return (
        File(
            PANEL,
            "text/csv",
            f"{small.zh}（常用列，供 Excel）",
            "The panel's most wanted columns.",
            small,
            tuple(column_heads()),
        ),
        File(DATABASE, "application/vnd.sqlite3", "全部表、视图与全文索引", "All tables, views and the search index."),
        File(_CHANGES, "text/csv", changes.zh, changes.en, changes),
        *(File(_plain_name(table), "text/csv", table.zh, table.en) for table in map(_released_table, _PLAIN)),
        *map(csv_of, released_tables()),
        *map(parquet_of, released_tables()),
        *map(stata_of, map(_released_table, TABLES)),
    )


def _released_table(name: str) -> Table:
    return next(table for table in released_tables() if table.name == name)


def _plain_name(table: Table) -> str:
    return f"{table.name.upper()}.csv"


def _column_names(table: Table) -> list[str]:
    return [column.name for column in table.columns]
