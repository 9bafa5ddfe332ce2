"""Migrations of databases of earlier versions: each database gets each step once, in this order.

Table ``_sqlite_migrations`` lists the steps done. New tables, views and indexes need no step:
:func:`database.creation.create_schema` makes them.
"""

from sqlite_utils import Database, Migrations

from database.creation import SQL_TYPES
from database.schema import table_of

migrations = Migrations("nianbao")

_COLUMNS = {
    "regions": {"kind": "TEXT", "valid_from": "INTEGER", "valid_to": "INTEGER", "successor": "TEXT"},
    "agencies": {"class": "TEXT", "successor": "TEXT"},
    "crawls": {"portal": "TEXT"},
    "reports": {"hint": "TEXT", "cells_digest": "TEXT", "text_digest": "TEXT"},
    "evidence": {"page": "INTEGER", "x0": "REAL", "top": "REAL", "x1": "REAL", "bottom": "REAL", "text": "TEXT"},
    "checks": {"previous": "TEXT"},
}


@migrations()
def columns_of_2026(db: Database) -> None:
    """Columns that came before the steps were counted."""
    for table, columns in _COLUMNS.items():
        for name, kind in columns.items():
            _add_column(db, table, name, kind)


@migrations()
def a_portal_an_address(db: Database) -> None:
    """The first portal was Henan's."""
    _add_column(db, "frontier", "portal", "TEXT", default="henan")


@migrations()
def agency_names_by_hint(db: Database) -> None:
    """The names of agencies are resolved anew wherever there are none."""
    if "agency_names" in db.table_names() and db.table("agency_names").pks != ["name", "hint"]:
        db.table("agency_names").drop()


@migrations()
def plain_names_of_derived_tables(db: Database) -> None:
    """``copies``, ``hints`` and ``derived`` got names that say what they hold."""
    renamed = {"copies": "duplicates", "hints": "sudden_changes", "derived": "derivation_state"}
    for old, new in renamed.items():
        if old in db.table_names():
            db.rename_table(old, new)
    db.execute("drop index if exists idx_copies_chosen")
    if "panel" in db.table_names() and "hints" in db.table("panel").columns_dict:
        db.execute("alter table panel rename column hints to sudden_changes")


@migrations()
def reasons_in_chinese(db: Database) -> None:
    """Flags read before have their reasons in English only, until ``nianbao reparse`` reads them again."""
    _add_column(db, "flags", "reason_zh", "TEXT")


@migrations()
def proofs(db: Database) -> None:
    """How cells are known is empty until ``nianbao reparse`` reads them again; the view is made anew."""
    _add_column(db, "evidence", "proof", "TEXT")
    _add_column(db, "flags", "proof", "TEXT")
    db.execute("drop view if exists cells")


@migrations()
def decisions(db: Database) -> None:
    """The status by what was read is empty until a report is read again or decided about; the view is made anew."""
    _add_column(db, "reports", "read_status", "TEXT")
    _add_column(db, "panel", "decided", "TEXT")
    db.execute("drop view if exists cells")


@migrations()
def sentences_understood(db: Database) -> None:
    """How much of the prose was understood is empty until ``nianbao reparse`` reads the reports again."""
    _add_column(db, "reports", "counting_sentences", "INTEGER")
    _add_column(db, "reports", "understood_sentences", "INTEGER")


@migrations()
def withdrawn_and_doubted(db: Database) -> None:
    """Reports that their publishers took down, and answers that were not believed."""
    _add_column(db, "reports", "withdrawn", "TEXT")
    _add_column(db, "panel", "withdrawn", "TEXT")
    for column in ("doubt", "doubted", "doubted_since"):
        _add_column(db, "frontier", column, "TEXT")


@migrations()
def what_sums_rest_on(db: Database) -> None:
    """New columns of the panel are empty, or 0, until the derived tables are next brought up to date."""
    for table in ("reports", "panel", "panel_regions"):
        for column in table_of(table).columns:
            default = "0" if column.required else None
            _add_column(db, table, column.name, SQL_TYPES[column.type], default)
    if "panel" in db.table_names() and "agency_id" not in {key.column for key in db.table("panel").foreign_keys}:
        db.table("panel").add_foreign_key("agency_id", "agencies", "id")


def _add_column(db: Database, table: str, name: str, kind: str, default: str | None = None) -> None:
    if table in db.table_names() and name not in db.table(table).columns_dict:
        db.table(table).add_column(name, kind, not_null_default=default)
