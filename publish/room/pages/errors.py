"""Error pages: they say what to do next, and nothing of the machine or the query."""

import logging
from collections.abc import Awaitable, Callable
from sqlite3 import ProgrammingError
from urllib.parse import urlencode

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import tilde_decode
from datasette.utils.asgi import Base400, Request, Response
from datasette.views.base import DatasetteError

from database.schema import tables
from publish.bounded.lanes import Busy
from publish.room.language import Words
from publish.room.rendering import page

_log = logging.getLogger(__name__)
_TOO_SLOW = Words(
    "查询超时：请加筛选条件（如年度、地区），或少选几列再试。",
    "The query took too long: narrow it (a year, a region) and try again.",
)
_NOWHERE = Words("这个地址没有内容，可能写错了，也可能已经不在。", "There is nothing at this address.")
_FAILED = Words(
    "本站出错，已记录。请换一种查法，或稍后再试。", "Something failed here and was noted: try another way, or later."
)
_BUSY = Words("查询太多，请稍后再试。", "Too many queries are running: try again in a moment.")


def answer_to(datasette: Datasette, request: Request, exception: Exception) -> Callable[[], Awaitable[Response]]:
    """What answers a request that an exception ended."""

    async def answer() -> Response:
        found = _rows_address(datasette, request) if isinstance(exception, ProgrammingError) else None
        if found:
            return Response.redirect(found)
        status, message = _status_and_message(exception)
        if status == 500:
            _log.error("%s failed", request.path, exc_info=exception)
        if request.path.endswith(".json"):
            return Response.json({"ok": False, "error": message, "status": status, "title": None}, status=status)
        return await page(datasette, request, "error.html", {"status": status, "error": message}, status=status)

    return answer


def _status_and_message(exception: Exception) -> tuple[int, str]:
    if isinstance(exception, QueryInterrupted) or getattr(exception, "title", None) == "SQL Interrupted":
        return 400, str(_TOO_SLOW)
    if isinstance(exception, Busy):
        return 503, str(_BUSY)
    if isinstance(exception, Base400):
        own = any(isinstance(said, Words) for said in exception.args)
        # Datasette's own are of tables and databases.
        return exception.status, str(_NOWHERE if exception.status == 404 and not own else exception)
    if isinstance(exception, DatasetteError):
        # Its own 500 is for addresses that ask for what cannot be: an unknown column, two orders at once.
        return min(exception.status, 400), str(exception.message)
    return 500, str(_FAILED)


def _rows_address(datasette: Datasette, request: Request) -> str | None:
    """The rows that begin with a key of which the address has only the first parts; Datasette fails on it."""
    asked = request.url_vars
    key = next((table.pk for table in tables() if table.name == asked.get("table")), ())
    parts = [tilde_decode(part) for part in asked.get("pks", "").split(",")]
    if len(parts) >= len(key):
        return None
    path: str = datasette.urls.table(asked["database"], asked["table"])
    return f"{path}?{urlencode(list(zip(key, parts, strict=False)))}"
