"""The tables of a release: those that are declared and not the crawl's own, and those that only a release has."""

from dataclasses import replace
from functools import cache

from database.schema import Table, declared_tables, tables


@cache
def published() -> tuple[Table, ...]:
    """The tables that come from the database, without what is internal."""
    return tuple(_public(table) for table in tables() if not (table.internal or table.view))


def _public(table: Table) -> Table:
    return replace(table, columns=tuple(column for column in table.columns if not column.internal))


def own(name: str) -> Table:
    """A table that only a release has."""
    return next(table for table in declared_tables(__package__, "tables.yaml") if table.name == name)


def released() -> tuple[Table, ...]:
    """The tables that are files of their own, in their order; the last one says what the release is."""
    return (*published(), *map(own, ("dictionary", "codes", "quality", "metadata")))


def inside() -> tuple[Table, ...]:
    """The tables and views of the SQLite file."""
    return (*released(), *(table for table in tables() if table.view))


def described() -> tuple[Table, ...]:
    """Everything in a release that has columns."""
    return (*inside(), own("changes"))
