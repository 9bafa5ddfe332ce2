"""The tables of a release: those that are declared and not the crawl's own, and those that only a release has."""

from dataclasses import replace
from functools import cache

from database.schema import Table, declared_tables, tables


@cache
def database_tables() -> tuple[Table, ...]:
    """The tables that come from the database, without what is internal; also the views that have a key."""
    return tuple(_public_table(table) for table in tables() if not table.internal and (table.pk or not table.view))


def _public_table(table: Table) -> Table:
    return replace(table, columns=tuple(column for column in table.columns if not column.internal))


def release_table(name: str) -> Table:
    """A table that only a release has."""
    return next(table for table in declared_tables(__package__, "tables.yaml") if table.name == name)


def released_tables() -> tuple[Table, ...]:
    """The tables that are files of their own, in their order; the last one says what the release is."""
    return (*database_tables(), *map(release_table, ("dictionary", "codes", "quality", "metadata")))


def file_tables() -> tuple[Table, ...]:
    """The tables and views of the SQLite file."""
    return (*released_tables(), *(table for table in tables() if table.view and not table.pk))


def described_tables() -> tuple[Table, ...]:
    """Everything in a release that has columns."""
    return (*file_tables(), release_table("changes"))
