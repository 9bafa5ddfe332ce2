"""How the reading room answers: a template with what it shows, under the strict policy."""

from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from publish.room.security import STRICT


async def page(
    datasette: Datasette, request: Request, template: str, context: dict[str, Any], *, status: int = 200
) -> Response:
    """A page of the room's own, in which no inline script runs."""
    html = await datasette.render_template(template, context, request=request)
    return Response.html(html, status=status, headers={"content-security-policy": STRICT})
