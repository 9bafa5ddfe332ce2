"""The search index in the database: of each table with ``fts``, a table ``<name>_fts`` that triggers keep in step.

The index holds no text of its own, so the rows that match are asked for by rowid:
``select * from sections where rowid in (select rowid from sections_fts where sections_fts match ?)``.
Any SQLite can read it. Its triggers call a function that only a :class:`database.store.Store` has: any other program
that writes to an indexed column is refused, rather than let the index go stale.

SQLite leaves rowids alone when it vacuums a table that has a primary key's index, as all of these have.
"""

from collections.abc import Iterator

from sqlite_utils import Database

from database.ngrams import grams
from database.schema import Table, tables

# To be raised whenever folding or grams change: an index whose triggers call another function is made anew.
_GRAMS = "nianbao_grams_1"
# Every character but the blank belongs to a token, as it is.
_TOKENS = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* C*'"


def index_name(table: str) -> str:
    """The name of a table's index."""
    return f"{table}_fts"


def create_indexes(db: Database) -> None:
    """Make the indexes that are missing or of an earlier version, and fill them; needed before any row is written."""
    db.conn.create_function(_GRAMS, 1, grams, deterministic=True)
    for table in outdated_indexes(db):
        _remake(db, table)


def outdated_indexes(db: Database) -> list[Table]:
    """The tables whose index is missing or of an earlier version."""
    made = {sql for (sql,) in db.execute("select sql from sqlite_master where sql is not null")}
    return [table for table in tables() if table.fts and not made.issuperset(_definitions(table))]


def drop_indexes(db: Database) -> None:
    """Remove the indexes and their triggers, until :func:`create_indexes` makes them anew."""
    for table in tables():
        if table.fts:
            _drop(db, table)


def _drop(db: Database, table: Table) -> None:
    # Older triggers have other names.
    triggers = db.execute("select name from sqlite_master where type = 'trigger' and tbl_name = ?", [table.name])
    for (name,) in triggers.fetchall():
        db.execute(f"drop trigger [{name}]")
    db.execute(f"drop table if exists [{index_name(table.name)}]")


def _remake(db: Database, table: Table) -> None:
    _drop(db, table)
    index, columns = index_name(table.name), _column_list(table.fts)
    for definition in _definitions(table):
        db.execute(definition)
    db.execute(f"insert into {index} (rowid, {columns}) select rowid, {_grams_of(table.fts)} from [{table.name}]")
    # In one piece, single characters are found in half the time.
    db.execute(f"insert into {index} ({index}) values ('optimize')")


def _definitions(table: Table) -> Iterator[str]:
    """The statements that make an index and its triggers, as SQLite keeps them."""
    name, index, columns = table.name, index_name(table.name), _column_list(table.fts)
    add = f"insert into {index} (rowid, {columns}) values (new.rowid, {_grams_of(table.fts, 'new.')});"
    drop = (
        f"insert into {index} ({index}, rowid, {columns}) values ('delete', old.rowid, {_grams_of(table.fts, 'old.')});"
    )
    changed = " or ".join(f"old.[{column}] is not new.[{column}]" for column in table.fts)
    # Single characters have an index of their own: found in a fifth of the time, for two thirds more of space.
    yield f"CREATE VIRTUAL TABLE {index} USING fts5({columns}, content='', prefix='1', tokenize=\"{_TOKENS}\")"
    yield f"CREATE TRIGGER {index}_insert after insert on [{name}] begin {add} end"
    yield f"CREATE TRIGGER {index}_delete after delete on [{name}] begin {drop} end"
    yield f"CREATE TRIGGER {index}_update after update of {columns} on [{name}] when {changed} begin {drop} {add} end"


def _column_list(columns: tuple[str, ...]) -> str:
    return ", ".join(f"[{column}]" for column in columns)


def _grams_of(columns: tuple[str, ...], row: str = "") -> str:
    return ", ".join(f"{_GRAMS}({row}[{column}])" for column in columns)
