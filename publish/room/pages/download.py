"""CSV files of a table's rows, a kept question's or a query's: all rows, as they come.

Datasette's own stop at a page, or at a thousand rows, and say nothing of it.
"""

import asyncio
import logging
import re
import sqlite3
from codecs import BOM_UTF8
from collections.abc import AsyncGenerator, AsyncIterator, Iterable, Mapping
from contextlib import aclosing
from typing import Any
from urllib.parse import parse_qsl, urlencode

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils import InvalidSql, derive_named_parameters
from datasette.utils.asgi import Request, Response
from datasette.views.base import DatasetteError
from datasette.views.table import TableView

from publish.bounded.csv_lines import csv_line
from publish.bounded.lanes import Answer, Busy
from publish.compat import validate_sql_select
from publish.room.declarations import questions
from publish.room.queries import DATABASE, database_of
from publish.room.security import Receive, Send

_log = logging.getLogger(__name__)
# In seconds, for who takes what is sent so slowly that others wait.
_LONGEST = 900
# What belongs to one page of a table, or to one of Datasette's own CSV files.
_OF_A_PAGE = ("_next", "_size", "_stream", "_dl", "_labels", "_header", "_shape", "_nl", "_trace")
_LIMIT = re.compile(r" limit \d+(?: offset \d+)?$")
# SQL and its parameters.
Asked = tuple[str, Mapping[str, Any]]


async def download(datasette: Datasette, request: Request, send: Send) -> Response | None:
    """The file at /nianbao.csv?sql=…, /nianbao/<table>.csv and /nianbao/<question>.csv."""
    try:
        asked = await _query(datasette, request)
    except InvalidSql as error:
        raise DatasetteError(str(error), status=400) from error
    if isinstance(asked, Response):
        return asked
    async with aclosing(database_of(datasette).stream(*asked)) as batches:
        try:
            # It shows whether the query can be run at all.
            first = await anext(batches)
        except sqlite3.Error as error:
            raise DatasetteError(str(error), status=400) from error
        await send({"type": "http.response.start", "status": 200, "headers": _headers(request)})
        if request.args.get("_dl"):
            # By it Excel knows UTF-8; without it all Chinese is garbled.
            await send({"type": "http.response.body", "body": BOM_UTF8, "more_body": True})
        gone = asyncio.create_task(_gone(request.receive))
        try:
            async with aclosing(_pieces(datasette, asked, first, batches)) as pieces, asyncio.timeout(_LONGEST):
                await _send_all(send, pieces, gone)
        except TimeoutError:
            # The answer is left open, which its reader sees as a download that broke off.
            _log.warning("%s: a download took more than %d seconds", request.path, _LONGEST)
        finally:
            gone.cancel()
    return None


async def _send_all(send: Send, pieces: AsyncIterator[str], gone: asyncio.Task[None]) -> None:
    async for piece in pieces:
        if gone.done():
            return
        await send({"type": "http.response.body", "body": piece.encode(errors="replace"), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


async def _gone(receive: Receive) -> None:
    """Wait until the reader has gone."""
    while (await receive())["type"] != "http.disconnect":
        pass


def _headers(request: Request) -> list[tuple[bytes, bytes]]:
    # It may end too early, which nobody should be given again.
    kept = (b"cache-control", b"no-store")
    if not request.args.get("_dl"):
        return [(b"content-type", b"text/plain; charset=utf-8"), kept]
    name = request.url_vars.get("table") or DATABASE
    disposition = f'attachment; filename="{name}.csv"'.encode()
    return [(b"content-type", b"text/csv; charset=utf-8"), (b"content-disposition", disposition), kept]


async def _query(datasette: Datasette, request: Request) -> Asked | Response:
    """What is asked: SQL, and its parameters."""
    table = request.url_vars.get("table")
    if table is None or table in questions():
        sql = questions()[table].sql if table else request.args.get("sql") or ""
        validate_sql_select(sql)
        # Datasette, too, takes an empty text where nothing is given.
        return sql, {name: request.args.get(name) or "" for name in await derive_named_parameters(None, sql)}
    return await _rows_of_table(datasette, request)


async def _rows_of_table(datasette: Datasette, request: Request) -> Asked | Response:
    """The query that Datasette makes of a table's filters and order, without the limit of a page."""
    kept = [pair for pair in parse_qsl(request.query_string, keep_blank_values=True) if pair[0] not in _OF_A_PAGE]
    query = urlencode([*kept, ("_size", "0"), ("_nocount", "1"), ("_nofacet", "1")])
    answer = await TableView(datasette).data(Request({**request.scope, "query_string": query.encode()}, None))
    if isinstance(answer, Response):
        return answer
    page = answer[0]
    sql, expanded = _LIMIT.sub("", page["query"]["sql"]), request.args.get("_labels")
    if expanded and page["expandable_columns"]:
        sql = _with_labels(sql, page["columns"], page["expandable_columns"])
    return sql, page["query"]["params"]


def _with_labels(sql: str, columns: Iterable[str], keys: Iterable[tuple[dict[str, str], str]]) -> str:
    """The query with, after each key of another table's row, what that row is called."""
    labels = {
        key["column"]: f"(select [{label}] from [{key['other_table']}] where [{key['other_column']}] = "
        f"shown.[{key['column']}]) as [{key['column']}_label]"
        for key, label in keys
    }
    asked = [f"shown.[{column}]" + (f", {labels[column]}" if column in labels else "") for column in columns]
    return f"select {', '.join(asked)} from ({sql}) shown"


async def _pieces(
    datasette: Datasette, asked: Asked, first: Answer, batches: AsyncIterator[Answer]
) -> AsyncGenerator[str, None]:
    """The file in pieces; if it ends too early, its last line says so."""
    yield csv_line(first.columns) + "".join(first.rows)
    written = len(first.rows)
    try:
        async for batch in batches:
            yield "".join(batch.rows)
            written += len(batch.rows)
    except sqlite3.Error as error:
        _log.warning("a download ended after %d rows: %s", written, error)
        total = await _total(datasette, *asked)
        yield csv_line([f"未完：共 {total} 行，此处 {written} 行 incomplete: {written} of {total} rows"])


async def _total(datasette: Datasette, sql: str, params: Mapping[str, Any]) -> str:
    """How many rows a query has, or that it cannot be said."""
    try:
        return str((await database_of(datasette).execute(f"select count(*) from ({sql})", params)).rows[0][0])
    except (QueryInterrupted, sqlite3.Error, Busy):
        return "?"
