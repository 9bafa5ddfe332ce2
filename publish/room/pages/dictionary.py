"""The dictionary: every table and column as declared, with both descriptions and the form's own words."""

from collections.abc import Iterable, Iterator
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from database.schema import Column, Table, table_of, tables
from parsers.form.cell_key import CellKey
from publish.room.rendering import page

_ABOUT = ("标识与质量", "identity and quality")
_SHARES = ("占比", "shares")
_SMALL = ("分母过小的标记", "marks of small denominators")
TYPES = {
    "text": ("文本", "text"),
    "integer": ("整数", "integer"),
    "real": ("小数", "real number"),
    "number": ("数值（整数或小数）", "number (integer or decimal)"),
}


async def dictionary(datasette: Datasette, request: Request) -> Response:
    """The page at /-/dictionary; ``?q=`` keeps the columns that say all of its words."""
    words = (request.args.get("q") or "").split()
    context = {"q": " ".join(words), "entries": list(_entries(words)), "types": TYPES}
    return await page(datasette, request, "dictionary.html", context)


def _entries(words: list[str]) -> Iterator[dict[str, Any]]:
    """The tables that have a column left, or say the words themselves."""
    for table in tables():
        said = _mentions(table.name, table.zh, table.en, words=words)
        columns = [column for column in table.columns if said or _column_mentions(table, column, words)]
        if columns:
            yield {"table": table, "groups": _groups(columns), "grouped": len(_groups(table.columns)) > 1}


def _column_mentions(table: Table, column: Column, words: list[str]) -> bool:
    return _mentions(table.name, column.name, column.zh, column.en, column.label or "", words=words)


def _mentions(*texts: str, words: list[str]) -> bool:
    said = " ".join(texts).casefold()
    return all(word.casefold() in said for word in words)


def _groups(columns: Iterable[Column]) -> dict[tuple[str, str], list[Column]]:
    groups: dict[tuple[str, str], list[Column]] = {}
    for column in columns:
        groups.setdefault(_group(column), []).append(column)
    return groups


def _group(column: Column) -> tuple[str, str]:
    """The part of the form that a column belongs to, or what else it is."""
    if column.share:
        return _SHARES
    if column.small:
        return _SMALL
    if column.cells:
        part = table_of(CellKey(column.cells[0]).table)
        return part.zh, part.en.partition(":")[0]
    return _ABOUT
