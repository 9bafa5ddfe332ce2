"""The reading room: a Datasette plugin whose pages start from questions and draw reports as the form looks."""

from collections.abc import Awaitable, Callable

from datasette import hookimpl
from datasette.utils.asgi import Response

from publish.room.home import home

Page = Callable[..., Awaitable[Response]]


@hookimpl
def register_routes() -> list[tuple[str, Page]]:
    """The addresses that the reading room answers itself; all others are Datasette's own."""
    return [(r"^/$", home)]
