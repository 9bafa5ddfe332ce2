"""Datasette's metadata from the declarations: tables and columns, how they are shown, questions."""

from dataclasses import asdict
from typing import Any

from database.schema import Column, Table, tables
from database.search_index import index_name
from publish.room.declarations import Display, Question, displays, questions

_TITLE = "年报 nianbao: 政府信息公开工作年度报告"
_DESCRIPTION = (
    "河南省各级行政机关的政府信息公开工作年度报告，读自发布者自己的页面；数字照原样收录，存疑之处逐格见 flags 表。 · "
    "Annual reports on government information disclosure, as read from the publishers' own pages. "
    "Figures are what was printed; table flags says, cell by cell, where that is not certain."
)


# Searches and queries are for people; what they lead to may be listed.
_ROBOTS_WELCOME = "User-agent: *\nDisallow: /-/\nDisallow: /*?\nAllow: /"


def metadata(database: str, *, indexed: bool = False) -> dict[str, Any]:
    """The metadata of a database named ``database``: every table, column and question with both descriptions.

    ``indexed`` says whether robots.txt lets search engines in.
    """
    described = {table.name: description(table) for table in tables()}
    queries = {name: _query(question) for name, question in questions().items()}
    return {
        "title": _TITLE,
        "description": _DESCRIPTION,
        "databases": {database: {"description": _DESCRIPTION, "tables": described, "queries": queries}},
        "plugins": {
            "datasette-block-robots": {"literal": _ROBOTS_WELCOME} if indexed else {},
        },
    }


def description(table: Table) -> dict[str, Any]:
    """The metadata of one table."""
    display = asdict(displays().get(table.name, Display()))
    shown = {key: value for key, value in display.items() if key != "columns" and value is not None}
    return {
        "title": f"{table.zh} {table.name}",
        "description": f"{table.zh} · {table.en}",
        "columns": {column.name: _column(column) for column in table.columns},
        **shown,
        **({"fts_table": index_name(table.name)} if table.fts else {}),
    }


def _column(column: Column) -> str:
    """Both descriptions in one; Datasette 0.65 has a field for units, but fails on Chinese ones."""
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{column.zh} · {column.en}{unit}"


def _query(question: Question) -> dict[str, Any]:
    title, about = f"{question.zh} · {question.en}", f"{question.about_zh} · {question.about_en}"
    declared = {name: value for name, value in asdict(question).items() if value}
    return {**declared, "title": title, "description": about, "hide_sql": True}
