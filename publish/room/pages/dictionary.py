"""The dictionary: a page of all tables, and one for each with its columns as declared and the form's own words."""

from collections.abc import Iterator
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from database.schema import Column, Table, tables
from publish.room.drawing.groups import grouped
from publish.room.heads import head
from publish.room.language import Words
from publish.room.rendering import page

TYPES = {
    "text": Words("文本", "text"),
    "integer": Words("整数", "integer"),
    "real": Words("小数", "real number"),
    "number": Words("数值（整数或小数）", "number (integer or decimal)"),
    "boolean": Words("是或否（1 或 0）", "yes or no (1 or 0)"),
    "date": Words("日期", "date"),
}


async def dictionary(datasette: Datasette, request: Request) -> Response:
    """The page at /-/dictionary; ``?q=`` lists the columns that say all of its words."""
    words = (request.args.get("q") or "").split()
    context = {"q": " ".join(words), "tables": tables(), "found": list(_found(words)) if words else None}
    return await page(datasette, request, "dictionary.html", context)


async def table_dictionary(datasette: Datasette, request: Request) -> Response:
    """The page at /-/dictionary/<table>."""
    name = request.url_vars["table"]
    table = next((table for table in tables() if table.name == name), None)
    if table is None:
        raise NotFound(Words(f"没有这张表：{name}", f"No such table: {name}"))
    context = {"table": table, "tables": tables(), "groups": grouped(table.columns), "types": TYPES}
    return await page(datasette, request, "dictionary_table.html", context)


def _found(words: list[str]) -> Iterator[tuple[Table, Column]]:
    for table in tables():
        for column in table.columns:
            if _mentions(
                words, table.name, column.name, head(column.name, table.name), column.zh, column.en, column.label
            ):
                yield table, column


def _mentions(words: list[str], *texts: str | None) -> bool:
    said: Any = " ".join(filter(None, texts)).casefold()
    return all(word.casefold() in said for word in words)
