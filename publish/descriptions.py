"""Datasette's metadata from the one declaration of tables and columns."""

from typing import Any

from parsers.fulltext import index_name
from parsers.schema import Column, Table, tables

_TITLE = "年报 nianbao: 政府信息公开工作年度报告"
_DESCRIPTION = (
    "Annual reports on government information disclosure, as read from the publishers' own pages. "
    "Figures are what was printed; table flags says, cell by cell, where that is not certain."
)


# Searches and queries are for people; what they lead to may be listed.
_ROBOTS_WELCOME = "User-agent: *\nDisallow: /-/\nDisallow: /*?\nAllow: /"


def metadata(database: str, *, indexed: bool = False) -> dict[str, Any]:
    """The metadata of a database named ``database``: every table and column with both descriptions.

    ``indexed`` says whether robots.txt lets search engines in.
    """
    described = {table.name: _table(table) for table in tables()}
    described["reports"]["label_column"] = "agency"
    return {
        "title": _TITLE,
        "description": _DESCRIPTION,
        "databases": {database: {"description": _DESCRIPTION, "tables": described}},
        "plugins": {"datasette-block-robots": {"literal": _ROBOTS_WELCOME} if indexed else {}},
    }


def _table(table: Table) -> dict[str, Any]:
    return {
        "description": f"{table.zh} · {table.en}",
        "columns": {column.name: _column(column) for column in table.columns},
        **({"fts_table": index_name(table.name)} if table.fts else {}),
    }


def _column(column: Column) -> str:
    """Both descriptions in one; Datasette 0.65 has a field for units, but fails on Chinese ones."""
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.zh} · {column.en}{unit}"
