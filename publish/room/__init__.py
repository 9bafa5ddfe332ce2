"""The reading room: a Datasette plugin whose pages start from questions and draw reports as the form looks."""

import sqlite3
from collections.abc import Awaitable, Callable

from datasette import hookimpl
from datasette.utils import tilde_encode
from datasette.utils.asgi import Response
from jinja2 import Environment

from parsers.search import match
from publish.room.agency import agency
from publish.room.atlas import atlas
from publish.room.figures import number
from publish.room.guard import HIDDEN, App, guarded, hidden
from publish.room.home import home
from publish.room.original import original
from publish.room.region import region
from publish.room.report import report
from publish.room.search import search

Page = Callable[..., Awaitable[Response]]


@hookimpl
def register_routes() -> list[tuple[str, Page]]:
    """The addresses that the reading room answers itself; all others are Datasette's own."""
    return [
        (r"^/$", home),
        (r"^/-/map$", atlas),
        (r"^/-/original/(?P<sha>[0-9a-f]{64})$", original),
        (r"^/-/search$", search),
        (r"^/nianbao/agencies/(?P<id>[^/.]+)$", agency),
        (r"^/nianbao/regions/(?P<code>\d+)$", region),
        (r"^/nianbao/reports/(?P<id>[\w~-]+)$", report),
        *((address, hidden) for address in HIDDEN),
    ]


@hookimpl
def asgi_wrapper() -> Callable[[App], App]:
    """The headers that keep what a report says from ever running."""
    return guarded


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """What the templates need: keys as addresses have them, and numbers as they are printed."""
    env.filters |= {"tilde": tilde_encode, "figure": number}


# Last, so that it takes the place of Datasette's own: its search box and JSON API pass every query through it.
@hookimpl(trylast=True)
def prepare_connection(conn: sqlite3.Connection) -> None:
    """Have queries mean the same wherever they are typed."""
    conn.create_function("escape_fts", 1, match, deterministic=True)
