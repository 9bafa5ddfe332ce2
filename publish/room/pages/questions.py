"""The page of questions: queries that are kept, each with what it asks and what to mind."""

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from publish.room import declarations
from publish.room.rendering import page


async def questions(datasette: Datasette, request: Request) -> Response:
    """The page at /-/questions."""
    context = {"queries": declarations.questions()}
    return await page(datasette, request, "questions.html", context)
