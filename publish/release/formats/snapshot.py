"""The SQLite file of a release: a consistent copy of the database without what is internal."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from pathlib import Path

from database.creation import SQL_TYPES
from database.schema import Column, Table, tables


def snapshot(db: Path, target: Path) -> None:
    """Copy a database as it is at one moment, also while others write to it.

    ``VACUUM INTO`` writes the same bytes whenever the database is the same.
    """
    with closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as source:
        source.execute("vacuum into ?", [str(target)])


def open_copy(path: Path) -> sqlite3.Connection:
    """A working copy, open for writing; it may be lost at any moment, so nothing is spent on keeping it safe."""
    db = sqlite3.connect(path, isolation_level=None)
    db.execute("pragma journal_mode = off")
    db.execute("pragma synchronous = off")
    return db


def drop_internal(db: sqlite3.Connection) -> None:
    """Drop what is internal, and the triggers: they call functions that other programs lack."""
    triggers = db.execute("select name from sqlite_master where type = 'trigger'").fetchall()
    for (name,) in triggers:
        db.execute(f"drop trigger [{name}]")
    for table in tables():
        if table.internal:
            db.execute(f"drop table if exists [{table.name}]")
        for column in table.columns:
            if column.internal:
                db.execute(f"alter table [{table.name}] drop column [{column.name}]")


def add_table(db: sqlite3.Connection, table: Table, rows: Iterable[tuple[object, ...]]) -> None:
    """Add a table that only a release has."""
    key = ", ".join(f"[{name}]" for name in table.pk)
    columns = ", ".join([*map(_definition, table.columns), f"primary key ({key})"])
    db.execute(f"create table [{table.name}] ({columns})")
    marks = ", ".join("?" * len(table.columns))
    db.execute("begin")
    db.executemany(f"insert into [{table.name}] values ({marks})", rows)
    db.execute("commit")


def _definition(column: Column) -> str:
    return f"[{column.name}] {SQL_TYPES[column.type]}{' not null' if column.required else ''}"


def rows_of(db: sqlite3.Connection, table: Table) -> Iterator[tuple[object, ...]]:
    """The rows of a table in the order of its primary key."""
    names = ", ".join(f"[{column.name}]" for column in table.columns)
    key = ", ".join(f"[{name}]" for name in table.pk)
    yield from db.execute(f"select {names} from [{table.name}] order by {key}")
