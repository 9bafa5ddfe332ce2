"""The home page, which starts from questions."""

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response


async def home(datasette: Datasette, request: Request) -> Response:
    """The page at /."""
    return Response.html(await datasette.render_template("home.html", {}, request=request))
