"""The database: one transaction a report, and the same bytes twice change nothing."""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from database.clock import now
from database.creation import create_schema
from database.migrations import migrations
from database.rows import Content, Record, ReportRows, losses
from database.schema import table_of, tables
from database.search_index import create_indexes, drop_indexes, outdated_indexes

# Longer than any transaction of ours: a reparse that takes the old database's place is the longest
# (`python -m benchmarks.scale` prints how long it takes).
_BUSY_MS = 30_000


@dataclass(frozen=True, slots=True)
class Source:
    """Where a payload came from; ``seen_at`` is UTC in ISO 8601, ``key`` the id that its report gets."""

    key: str
    sha256: str
    size: int
    seen_at: str
    url: str | None = None
    media_type: str | None = None
    warc: str | None = None
    offset: int | None = None


def is_current(path: Path, *, immutable: bool = False) -> bool:
    """Whether a database has every table, column and index that this version declares; nothing is written.

    ``immutable``: nobody writes to the file, and SQLite need not make files beside it.
    """
    db = Database(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable={immutable:d}", uri=True))
    try:
        there = {name: db[name].columns_dict for name in (*db.table_names(), *db.view_names())}
        declared = all({column.name for column in table.columns} <= {*there.get(table.name, ())} for table in tables())
        return declared and not migrations.pending(db) and not outdated_indexes(db)
    finally:
        db.close()


_MOMENTS = {
    "frontier": ("asked", "changed", "doubted_since"),
    "reports": ("first_seen", "last_seen", "last_changed", "withdrawn"),
    "failures": ("first_at", "last_at"),
}


class Damaged(Exception):  # noqa: N818 - says what the file is
    """A database whose file is damaged."""


def must_be_whole(path: Path) -> None:
    """Raise :class:`Damaged` for a database in whose pages SQLite finds something wrong; none at all is whole."""
    if damage := damage_of(path):
        raise Damaged(f"{path}: {damage}; move it away, and nianbao reparse makes it anew from the archive")


def damage_of(path: Path) -> str:
    """What SQLite's own check finds wrong with a database, in one line; '' if nothing, or where there is none.

    It reads the whole file. Why a file cannot be opened at all is for whoever opens it to say.
    """
    if not path.exists():
        return ""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            (found,) = connection.execute("pragma quick_check(1)").fetchone()
    except sqlite3.OperationalError:
        return ""
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if found == "ok" else f"database disk image is malformed: {' '.join(found.split())}"


class Store:
    """Writes reports and failures into one SQLite file, which is created with its tables if need be.

    Raises ``sqlite3.DatabaseError`` where the file is no database.
    """

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path = path
        self.db = Database(path)
        self.db.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        self.db.enable_wal()
        # With a write-ahead log this loses nothing but the last commits, and those only to a power cut.
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute("PRAGMA foreign_keys = ON")
        with self.transaction():
            migrations.apply(self.db)
            create_schema(self.db)
            create_indexes(self.db)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.db.close()

    def seen(self, key: str, at: str) -> None:
        """Note that a report stood unchanged at a moment."""
        self.db.execute(
            "update reports set last_seen = max(last_seen, ?), withdrawn = null"
            " where id = ? and (last_seen < ? or withdrawn is not null)",
            [at, key, at],
        )

    def put_right(self, at: str, limit: str) -> int:
        """Set moments that are after ``limit``, by a clock that was ahead, to ``at``; returns how many there were.

        What was asked for then is due at once. Requests keep the moments that the archive has of them.
        """
        self.db.execute("update frontier set due = ? where asked > ? and due is not null", [at, limit])
        moments = [(table, column) for table, columns in _MOMENTS.items() for column in columns]
        sql = "update [{0}] set [{1}] = ? where [{1}] > ?"
        return sum(self.db.execute(sql.format(*moment), [at, limit]).rowcount for moment in moments)

    def reports_asked_in(self, crawl: str) -> int:
        """How many reports that were known before a run it asked for."""
        sql = """
        select count(distinct f.key) from fetches f join reports r on r.id = f.key
        where f.crawl = ? and r.first_seen < (select started from crawls where id = ?)
        """
        ((count,),) = self.db.execute(sql, [crawl, crawl])
        return int(count)

    def withdraw(self, key: str, at: str) -> None:
        """Note that a report was missing at a moment; it stays."""
        self.db.execute("update reports set withdrawn = ? where id = ? and withdrawn is null", [at, key])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All or nothing; foreign keys are checked at the end, since reports and documents name each other."""
        with self.db.atomic():
            self.db.execute("PRAGMA defer_foreign_keys = ON")
            yield

    @contextmanager
    def unindexed(self) -> Iterator[None]:
        """Write without keeping the search index in step, which is made anew at the end: for many reports at once."""
        with self.transaction():
            drop_indexes(self.db)
        yield
        with self.transaction():
            create_indexes(self.db)

    def save_report(self, source: Source, rows: ReportRows, *, revised: bool = True) -> None:
        """Write a report, its document and its content, and clear its failure.

        ``revised`` says whether the publisher's bytes are others than those read before: only then is
        other content a revision of the report, and not a better reading of it.
        """
        content = rows.content
        with self.transaction():
            before = self.row("reports", source.key)
            stored = self._stored_content(source.key, content) if before else {}
            changes = _changes(before, stored, rows) if before and revised else {}
            revision = (before["revision"] if before else 1) + bool(changes)
            same = before is not None and before["document"] == source.sha256 and stored == content
            self._write_report(source, rows.facts, before, revision, changed=bool(changes), same=same)
            self._write_revisions(source, revision, changes)
            self._write_content(source.key, stored, content)
            self.save_document(source, source.key)
            self.clear_failure(source.key)

    def clear_failure(self, key: str) -> None:
        """Forget that something had failed: it could be read after all."""
        with self.db.atomic():
            self.db.execute("delete from failures where key = ?", [key])

    def save_failure(
        self, key: str, stage: str, reason: str, source: Source | None = None, at: str | None = None
    ) -> None:
        """Record that something could not be fetched or read, with its payload if there is one."""
        at = at or (source.seen_at if source else now())
        with self.transaction():
            before = self.row("failures", key)
            first, tries = (before["first_at"], before["tries"]) if before else (at, 0)
            failure = {"stage": stage, "reason": reason, "first_at": first, "last_at": at, "tries": tries + 1}
            self._replace("failures", {"key": key, **failure})
            if source:
                self.save_document(source, None)

    def _write_report(
        self, source: Source, facts: Record, before: Record | None, revision: int, *, changed: bool, same: bool
    ) -> None:
        status = facts["status"]
        row = {
            "id": source.key,
            **facts,
            # People's decisions are about the document: they hold for as long as it does.
            "status": before["status"] if before and same and before["read_status"] == status else status,
            "read_status": status,
            "url": source.url or facts["url"],
            "agency_id": before["agency_id"] if before else None,
            "region_code": before["region_code"] if before else None,
            "revision": revision,
            "first_seen": before["first_seen"] if before else source.seen_at,
            "last_seen": before["last_seen"] if before and same else source.seen_at,
            "last_changed": before["last_changed"] if before and not changed else source.seen_at,
            "withdrawn": None,
            "document": source.sha256,
        }
        if before is None:
            self.insert("reports", [row])
        elif row != before:
            self.db.table("reports").update(source.key, row)

    def losses(self, key: str, rows: ReportRows) -> str:
        """What a report would lose if these rows took its place; '' if they are at least as whole, or it is new."""
        before = self.row("reports", key)
        return losses(before, self._stored_content(key, rows.content), rows) if before else ""

    def _stored_content(self, key: str, tables: Iterable[str]) -> Content:
        """The content rows that the database has of a report, without its id."""
        return {table: [_without_report(row) for row in self._rows_of(table, key)] for table in tables}

    def _rows_of(self, table: str, key: str) -> Iterator[Record]:
        rows: Iterator[Record] = self.db.table(table).rows_where(
            f"report = ? and {_own_condition(table)}", [key], order_by="rowid"
        )
        return rows

    def _write_content(self, key: str, stored: Content, content: Content) -> None:
        for table, rows in content.items():
            if stored.get(table) != rows:
                self.db.execute(f"delete from [{table}] where report = ? and {_own_condition(table)}", [key])
                self.insert(table, [{"report": key, **row} for row in rows])

    def save_document(self, source: Source, report: str | None) -> None:
        """Record a payload, and of which report it is, if of any."""
        before = self.row("documents", source.sha256)
        if before is None:
            document = {
                "sha256": source.sha256,
                "report": report,
                "url": source.url,
                "media_type": source.media_type,
                "size": source.size,
                "fetched_at": source.seen_at,
                "warc": source.warc,
                "offset": source.offset,
            }
            self.insert("documents", [document])
            return
        found = {"warc": source.warc, "offset": source.offset} if before["warc"] is None and source.warc else {}
        changed = found | ({"report": report} if report and before["report"] != report else {})
        if changed:
            names = ", ".join(f"[{name}] = ?" for name in changed)
            self.db.execute(f"update documents set {names} where sha256 = ?", [*changed.values(), source.sha256])

    def mark_lost(self, sha256: str) -> None:
        """Note that a payload is no longer where it was."""
        self.db.execute("update documents set warc = null, offset = null where sha256 = ?", [sha256])

    def mark_file_lost(self, warc: str) -> None:
        """Note that a file of the archive is gone, and all payloads in it."""
        self.db.execute("update documents set warc = null, offset = null where warc = ?", [warc])

    def assign_document(self, sha256: str, report: str) -> None:
        """Note of which report a payload is."""
        self.db.execute(
            "update documents set report = ? where sha256 = ? and report is not ?", [report, sha256, report]
        )

    def _write_revisions(self, source: Source, revision: int, changes: dict[str, tuple[Any, Any]]) -> None:
        rows = [
            {
                "report": source.key,
                "revision": revision,
                "seen_at": source.seen_at,
                "cell": cell,
                "old": None if old is None else str(old),
                "new": None if new is None else str(new),
            }
            for cell, (old, new) in changes.items()
        ]
        self.insert("revisions", rows)

    def insert(self, table: str, rows: Sequence[Record]) -> None:
        """Insert rows that all have the same columns, as those of one report do: prepared once, for speed."""
        if rows:
            names = ", ".join(f"[{name}]" for name in rows[0])
            marks = ", ".join("?" * len(rows[0]))
            sql = f"insert into [{table}] ({names}) values ({marks})"
            self.db.conn.executemany(sql, [tuple(row.values()) for row in rows])

    def row(self, table: str, key: str) -> Record | None:
        """The row of a table with such a primary key."""
        pk = _primary_keys()[table]
        cursor = self.db.execute(f"select * from [{table}] where [{pk}] = ?", [key])
        found = cursor.fetchone()
        return dict(zip((column[0] for column in cursor.description), found, strict=True)) if found else None

    def _replace(self, table: str, row: Record) -> None:
        self.db.table(table).insert(row, replace=True)


@cache
def _primary_keys() -> dict[str, str]:
    return {table.name: table.pk[0] for table in tables() if table.pk}


@cache
def _own_condition(table: str) -> str:
    return table_of(table).own


def _without_report(row: Record) -> Record:
    return {name: value for name, value in row.items() if name != "report"}


def _changes(before: Record, stored: Content, rows: ReportRows) -> dict[str, tuple[Any, Any]]:
    """The title, cells and chapters that differ from what the database has, with old and new."""
    old = {"title": before["title"], **_content_by_key(stored)}
    new = {"title": rows.facts["title"], **_content_by_key(rows.content)}
    return {fact: (old.get(fact), new.get(fact)) for fact in sorted(old | new) if old.get(fact) != new.get(fact)}


def _content_by_key(content: Content) -> dict[str, Any]:
    """Rows as one mapping from cell key or section/number to content."""
    facts: dict[str, Any] = {}
    for row in content["disclosure"]:
        facts[f"disclosure/{row['row']}/{row['column']}"] = row["value"]
    for table, name in (("applications", "row"), ("disputes", "procedure")):
        for row in content[table]:
            cells = {code: value for code, value in row.items() if code != name}
            facts |= {f"{table}/{row[name]}/{code}": value for code, value in cells.items()}
    unprinted = {flag["cell"]: flag["raw"] or flag["state"] for flag in content["flags"]}
    facts = {cell: unprinted.get(cell) if value is None else value for cell, value in facts.items()}
    return facts | {f"section/{row['number']}": row["text"] for row in content["sections"]}
