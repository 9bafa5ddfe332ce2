"""The empty database, made from the declared tables."""

from sqlite_utils import Database

from database.schema import Column, Table, tables
from database.views import view_sql

# ANY keeps integers and decimals apart in one column.
SQL_TYPES = {
    "text": "TEXT",
    "integer": "INTEGER",
    "real": "REAL",
    "number": "ANY",
    "boolean": "INTEGER",
    "date": "TEXT",
}


def create_schema(db: Database) -> None:
    """Create the tables, indexes and views that the database lacks."""
    existing = {*db.table_names(), *db.view_names()}
    forward: list[tuple[str, str, str, str]] = []
    for table in tables():
        if table.view and table.name not in existing:
            db.create_view(table.name, view_sql(table.name))
        elif table.name not in existing:
            known = {*db.table_names(), table.name}
            keys = [_foreign_key(column) for column in table.columns if column.references]
            forward += [(table.name, *key) for key in keys if key[1] not in known]
            _create(db, table, [key for key in keys if key[1] in known])
        for columns in table.indexes:
            db.table(table.name).create_index(columns, if_not_exists=True)
    # Reports and documents name each other, so one of the two keys can only be added afterwards.
    db.add_foreign_keys(forward)


def _create(db: Database, table: Table, foreign_keys: list[tuple[str, str, str]]) -> None:
    db.table(table.name).create(
        {column.name: SQL_TYPES[column.type] for column in table.columns},
        pk=table.pk[0] if len(table.pk) == 1 else table.pk,
        foreign_keys=foreign_keys,
        not_null=[column.name for column in table.columns if column.required],
    )


def _foreign_key(column: Column) -> tuple[str, str, str]:
    other, _, other_column = (column.references or "").partition(".")
    return column.name, other, other_column
