"""Datasette's own tables: links to the room's pages, selections of columns, descriptions where the columns are."""

import codecs
import re
from collections.abc import Iterable, MutableMapping
from typing import Any
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request
from markupsafe import Markup

from database.schema import tables
from publish.room.declarations import Display, displays
from publish.room.queries import DATABASE, Record
from publish.room.security import App, Receive, Scope, Send

_CLAUSE = re.compile("[；，。：（]")
# Characters that fit on one line under a column's code.
_SHORT = 12
# What each of these columns holds the key of, in tables and in questions.
_PAGES = {
    "report": "reports",
    "previous": "reports",
    "chosen": "reports",
    "neighbour": "reports",
    "agency_id": "agencies",
    "region_code": "regions",
    "county_code": "regions",
    "city_code": "regions",
}


def key_link(datasette: Datasette, column: str, value: object) -> Markup | None:
    """A key as a link to its page; nothing for other columns, and where Datasette links a foreign key itself."""
    if column not in _PAGES or not isinstance(value, str) or not value:
        return None
    href = datasette.urls.path(f"{DATABASE}/{_PAGES[column]}/{tilde_encode(value)}")
    return Markup('<a href="{}">{}</a>').format(href, value)


def table_page(datasette: Datasette, request: Request, table: str) -> Record:
    """What a table's page shows otherwise than Datasette does: its columns folded, and selections of them.

    ``metadata`` loses the columns, of which Datasette makes a list as long as the page above the rows.
    """
    metadata = dict(datasette.table_metadata(DATABASE, table))
    return {
        "column_descriptions": metadata.pop("columns", {}),
        "metadata": metadata,
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


def with_byte_order_mark(app: App) -> App:
    """CSV files that are saved begin with the mark by which Excel knows UTF-8; without it all Chinese is garbled."""

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        pending = scope.get("path", "").endswith(".csv") and b"_dl=" in scope["query_string"]

        async def marked(message: MutableMapping[str, Any]) -> None:
            nonlocal pending
            if pending and message["type"] == "http.response.start":
                pending = message["status"] == 200
            elif pending and message.get("body"):
                message, pending = {**message, "body": codecs.BOM_UTF8 + message["body"]}, False
            await send(message)

        await app(scope, receive, marked)

    return inner


def short_names(table: str) -> dict[str, str]:
    """A few characters of Chinese to show under each column's code; none for other tables."""
    found = next((one for one in tables() if one.name == table), None)
    return {column.name: first_clause(column.label or column.zh) for column in found.columns} if found else {}


def first_clause(text: str) -> str:
    """The first clause of a description, or the last part of a label of the form, cut short."""
    said = _CLAUSE.split(text.rpartition("/")[2])[0]
    return said if len(said) <= _SHORT else said[: _SHORT - 1] + "…"


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
