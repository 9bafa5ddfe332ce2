"""The reading room: a Datasette plugin whose pages start from questions and draw reports as the form looks."""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any

from datasette import hookimpl
from datasette.app import Datasette
from datasette.utils import tilde_encode
from datasette.utils.asgi import Request, Response
from jinja2 import Environment
from markupsafe import Markup

from publish.room import declarations
from publish.room.drawing.charts import chart_data, is_drawn
from publish.room.drawing.formatting import number_text, share_text, web_address
from publish.room.drawing.values import cell_text, cells_by_column, link_text, shown_value
from publish.room.heads import about, column_meanings, head, head_in, is_number, question_head, value_name
from publish.room.language import in_language, language, said, with_language
from publish.room.pages.agency import agency
from publish.room.pages.cell import cell, place_picture
from publish.room.pages.changes import atom, changes, json_feed
from publish.room.pages.check import PATH, check
from publish.room.pages.compare import compare
from publish.room.pages.dictionary import dictionary, table_dictionary
from publish.room.pages.download import download
from publish.room.pages.errors import answer_to
from publish.room.pages.home import home
from publish.room.pages.original import original
from publish.room.pages.quality import quality
from publish.room.pages.questions import questions
from publish.room.pages.region import region
from publish.room.pages.report import report
from publish.room.pages.search import search
from publish.room.pages.table_pages import (
    column_groups,
    database_page,
    first_columns,
    table_about,
    table_page,
    table_title,
    without_cell_count,
)
from publish.room.pages.tile_map import tile_map
from publish.room.places import listed_places, suggestions, years_of_reports
from publish.room.security import HIDDEN, App, not_found, with_security_headers
from publish.room.site import site_of, with_site

Page = Callable[..., Awaitable[Response]]


@hookimpl
def register_routes() -> list[tuple[str, Page]]:
    """The addresses that the reading room answers itself; all others are Datasette's own."""
    return [
        (r"^/$", home),
        (r"^/-/map$", tile_map),
        (r"^/-/original/(?P<sha>[0-9a-f]{64})$", original),
        (r"^/-/search$", search),
        (rf"^{PATH}$", check),
        (r"^/-/feed\.atom$", atom),
        (r"^/-/feed\.json$", json_feed),
        (r"^/-/changes\.json$", changes),
        (r"^/nianbao/agencies/(?P<id>[^/.]+)$", agency),
        (r"^/nianbao/regions/(?P<code>\d+)$", region),
        (r"^/-/dictionary$", dictionary),
        (r"^/-/dictionary/(?P<table>\w+)$", table_dictionary),
        (r"^/-/questions$", questions),
        (r"^/-/compare$", compare),
        (r"^/-/quality$", quality),
        (r"^/-/places\.json$", suggestions),
        (r"^/nianbao/reports/(?P<id>[\w~-]+)$", report),
        (r"^/nianbao/reports/(?P<id>[\w~-]+)/(?P<cell>[a-z_]+/[a-z_]+/[a-z_]+)$", cell),
        (r"^/-/place/(?P<id>[\w~-]+)/(?P<row>[a-z_]+(/[a-z_]+)?)\.png$", place_picture),
        (r"^/(?P<database>nianbao)(/(?P<table>[^/.]+))?\.(?P<format>csv)$", download),
        *((address, not_found) for address in HIDDEN),
    ]


@hookimpl
def asgi_wrapper(datasette: Datasette) -> Callable[[App], App]:
    """The reader's language, headers that keep what a report says from ever running, and the site's address."""
    return lambda app: with_language(with_security_headers(with_site(without_cell_count(app), site_of(datasette))))


@hookimpl
def skip_csrf(scope: dict[str, Any]) -> bool:
    """A draft may be sent from anywhere: nobody is signed in, and nothing is kept."""
    return bool(scope["path"].endswith(PATH))


@hookimpl
def handle_exception(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """Errors in words for readers."""
    return answer_to(datasette, request, exception)


@hookimpl
def permission_allowed(action: str, resource: object) -> bool | None:
    """The parts of the search index are no tables to look at."""
    return False if action == "view-table" and isinstance(resource, tuple) and "_fts" in resource[1] else None


@hookimpl
def prepare_jinja2_environment(env: Environment, datasette: Datasette) -> None:
    """What the templates need: the reader's language, keys as addresses have them, numbers as they are printed."""
    env.globals |= {
        "t": said,
        "language": language,
        "listed_places": partial(listed_places, datasette),
        "years_of_reports": partial(years_of_reports, datasette),
    }
    env.filters |= {"tilde": tilde_encode, "figure": number_text, "percent": share_text, "web_address": web_address}
    env.filters |= {
        "chart_data": chart_data,
        "is_drawn": is_drawn,
        "head": head,
        "value_name": value_name,
        "about": about,
        "head_in": head_in,
        "cell_text": cell_text,
        "is_number": is_number,
        "in_language": in_language,
        "question": declarations.questions().get,
        "question_head": question_head,
        "meanings": lambda names, question: column_meanings(names, question).items(),
        "first_columns": first_columns,
        "table_title": table_title,
        "table_about": table_about,
        "column_groups": column_groups,
        "cells_by_column": cells_by_column,
        "link_text": link_text,
    }


@hookimpl
def extra_template_vars(view_name: str, table: str | None, request: Request) -> dict[str, Any]:
    """What Datasette's pages of the database and of a table show besides."""
    if view_name == "database":
        return database_page()
    return table_page(request, table) if view_name == "table" and table else {}


@hookimpl
def render_cell(row: Any, column: str, value: object, table: str | None, datasette: Datasette) -> str | Markup | None:
    """Values in the reader's language, and names as links."""
    return shown_value(datasette, row, column, value, table)
