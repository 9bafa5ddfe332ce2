"""Datasette's own tables: their titles, selections of columns, descriptions where the columns are."""

from collections.abc import Iterable
from urllib.parse import urlencode

from datasette.utils.asgi import Request

from database.schema import Column, Table, tables
from publish.room.declarations import Display, displays
from publish.room.drawing.groups import grouped
from publish.room.language import Words, said
from publish.room.queries import DATABASE, Record
from publish.room.security import App, Receive, Scope, Send

# Datasette's comparisons, by their keys in an address.
_COMPARISONS = {
    "exact": "等于",
    "not": "不等于",
    "contains": "包含",
    "notcontains": "不包含",
    "endswith": "结尾是",
    "startswith": "开头是",
    "gt": "大于",
    "gte": "大于等于",
    "lt": "小于",
    "lte": "小于等于",
    "like": "符合 LIKE",
    "notlike": "不符合 LIKE",
    "glob": "符合 GLOB",
    "in": "是其中之一",
    "notin": "不是其中之一",
    "arraycontains": "数组包含",
    "arraynotcontains": "数组不包含",
    "date": "日期是",
    "isnull": "为空（NULL）",
    "notnull": "不为空（NULL）",
    "isblank": "没有内容",
    "notblank": "有内容",
}


def table_page(request: Request, table: str) -> Record:
    """What a table's page shows besides: what its columns mean, and selections of them."""
    found = _declared(table)
    return {
        "comparisons": _COMPARISONS,
        "columns_declared": found.columns if found else (),
        "selections": [
            {
                "zh": chosen.zh,
                "en": chosen.en,
                "href": _with_columns(request, chosen.of),
                "current": tuple(request.args.getlist("_col")) == chosen.of,
            }
            for chosen in _display(table).columns
        ],
        "all_columns": _with_columns(request, []),
    }


def database_page() -> Record:
    """What the page of the database shows besides: the tables that are of use to readers, as declared."""
    return {"published": [table for table in tables() if not _display(table.name).hidden]}


def first_columns(table: str) -> str:
    """The query string of a wide table's first selection, for links that lead to it."""
    return "?" + urlencode([("_col", column) for column in _display(table).columns[0].of])


def without_cell_count(app: App) -> App:
    """All cells without their number: to count the view takes longer than a query may, on every visit."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope.get("path") == f"/{DATABASE}/cells" and not scope["query_string"]:
            scope = {**scope, "query_string": b"_nocount=1"}
        await app(scope, receive, send)

    return inner


def table_title(table: str) -> str:
    """What a table is called."""
    found = _declared(table)
    return said(found.zh, found.name) if found else table


def table_about(table: str) -> str:
    """What a table holds, where the title does not say it."""
    found = _declared(table)
    return said("", found.en) if found else ""


def column_groups(table: str) -> list[tuple[Words | None, list[Column]]]:
    """A table's columns by the parts of the form; without a name where all are of one kind."""
    found = _declared(table)
    groups = grouped(found.columns) if found else {}
    return [(group if len(groups) > 1 else None, columns) for group, columns in groups.items()]


def _declared(table: str) -> Table | None:
    return next((one for one in tables() if one.name == table), None)


def _display(table: str) -> Display:
    return displays().get(table, Display())


def _with_columns(request: Request, columns: Iterable[str]) -> str:
    """The same rows with other columns."""
    kept = [
        (key, value)
        for key in request.args
        if key not in ("_col", "_nocol", "_next")
        for value in request.args.getlist(key)
    ]
    query = urlencode([*kept, *(("_col", column) for column in columns)])
    return f"{request.path}?{query}" if query else str(request.path)
