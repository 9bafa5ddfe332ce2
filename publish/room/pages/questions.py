"""The page of questions: queries that are kept, each with what it asks and what to mind."""

from collections.abc import Iterable

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from database.schema import Column, table_of, tables
from publish.room import declarations
from publish.room.rendering import page

# Where several tables have a column of a name, its meaning in these comes first.
_FIRST = ("panel", "panel_regions", "reports")


async def questions(datasette: Datasette, request: Request) -> Response:
    """The page at /-/questions."""
    context = {"queries": declarations.questions()}
    return await page(datasette, request, "questions.html", context)


def meanings(names: Iterable[str], query: str) -> dict[str, tuple[str, str]]:
    """What the columns of a question's answer mean: as the question says, or as the tables do."""
    own = declarations.questions()[query].columns
    known = _columns()
    return {name: own[name] if name in own else (known[name].zh, known[name].en) for name in names}


def _columns() -> dict[str, Column]:
    ordered = [*(table_of(name) for name in reversed(_FIRST))]
    return {column.name: column for table in (*reversed(tables()), *ordered) for column in table.columns}
