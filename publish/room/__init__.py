"""The reading room: a Datasette plugin whose pages start from questions and draw reports as the form looks."""

import sqlite3
from collections.abc import Awaitable, Callable
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request, Response
from jinja2 import Environment
from markupsafe import Markup

from database.ngrams import match
from publish.room.drawing.formatting import number_text, web_address
from publish.room.pages.agency import agency
from publish.room.pages.dictionary import dictionary
from publish.room.pages.errors import answer_to
from publish.room.pages.home import home
from publish.room.pages.original import original
from publish.room.pages.questions import meanings, questions
from publish.room.pages.region import region
from publish.room.pages.report import report
from publish.room.pages.search import search
from publish.room.pages.table_pages import (
    database_page,
    first_clause,
    first_columns,
    key_link,
    short_names,
    table_page,
    with_byte_order_mark,
    without_cell_count,
)
from publish.room.pages.tile_map import tile_map
from publish.room.security import HIDDEN, App, limit_connection, not_found, with_security_headers
from publish.room.translations import TranslatedTemplates

Page = Callable[..., Awaitable[Response]]


@hookimpl
def register_routes() -> list[tuple[str, Page]]:
    """The addresses that the reading room answers itself; all others are Datasette's own."""
    return [
        (r"^/$", home),
        (r"^/-/map$", tile_map),
        (r"^/-/original/(?P<sha>[0-9a-f]{64})$", original),
        (r"^/-/search$", search),
        (r"^/nianbao/agencies/(?P<id>[^/.]+)$", agency),
        (r"^/nianbao/regions/(?P<code>\d+)$", region),
        (r"^/-/dictionary$", dictionary),
        (r"^/-/questions$", questions),
        (r"^/nianbao/reports/(?P<id>[\w~-]+)$", report),
        *((address, not_found) for address in HIDDEN),
    ]


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    """The headers that keep what a report says from ever running; and see the two functions of ``table_pages``."""
    return lambda app: with_security_headers(with_byte_order_mark(without_cell_count(app)))


@hookimpl
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """Errors in words for readers."""
    return answer_to(datasette, request, exception)


@hookimpl
def permission_allowed(action: str, resource: object) -> bool | None:
    """The parts of the search index are no tables to look at."""
    return False if action == "view-table" and isinstance(resource, tuple) and "_fts" in resource[1] else None


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """What the templates need: keys as addresses have them, numbers as they are printed; and Datasette's in Chinese."""
    env.loader = TranslatedTemplates(env.loader) if env.loader else None
    env.filters |= {"tilde": tilde_encode, "figure": number_text, "web_address": web_address}
    env.filters |= {
        "records": lambda rows: [dict(row) for row in rows],
        "meanings": meanings,
        "first_columns": first_columns,
        "short_names": short_names,
        "clause": first_clause,
    }


@hookimpl
def extra_template_vars(view_name: str, table: str | None, request: Request, datasette: Datasette) -> dict[str, Any]:
    """What Datasette's pages of the database and of a table show besides."""
    if view_name == "database":
        return database_page()
    return table_page(datasette, request, table) if view_name == "table" and table else {}


@hookimpl
def render_cell(column: str, value: object, datasette: Datasette) -> Markup | None:
    """Keys of reports, agencies and regions as links to their pages."""
    return key_link(datasette, column, value)


# Last, so that it takes the place of Datasette's own: its search box and JSON API pass every query through it.
@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Search text means the same in SQL as on the pages; queries are bounded, and cannot read the file's path."""
    conn.create_function("escape_fts", 1, match, deterministic=True)
    limit_connection(conn)
