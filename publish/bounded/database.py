"""A database of Datasette whose queries run in lanes."""

import sqlite3
from collections.abc import AsyncGenerator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from datasette.app import Datasette
from datasette.database import Database, QueryInterrupted, Results

from publish.bounded.lanes import Answer, Lane, Query, Stream

# How many processes there are, and how many queries of one reader run at a time: beside whoever takes all that he can
# get, others still have one. `python -m benchmarks.attack` shows what these are worth.
_READERS, _EACH = 3, 2
_DOWNLOADS, _DOWNLOADS_EACH = 2, 1
_PAGES = 3
# Priority of the processes of readers, who give way to pages.
_NICE = 10
# Of work, for a download.
_DOWNLOAD_SECONDS = 60.0
_BATCH_ROWS, _BATCH_SIZE = 5000, 1 << 18
# No answer of the room's own pages has as many rows.
_MOST_ROWS = 200_000


class Row(tuple[Any, ...]):
    """A row by place and by name, as ``sqlite3.Row`` is, which only a connection can make."""

    places: Mapping[str, int]

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.places[key] if isinstance(key, str) else key)

    def keys(self) -> list[str]:
        """The names of the columns."""
        return list(self.places)


def rows_of(answer: Answer) -> list[Row]:
    """The rows of an answer; of columns of the same name, the first counts."""
    places = {name: place for place, name in reversed(list(enumerate(answer.columns)))}
    named = type("Row", (Row,), {"places": dict(sorted(places.items(), key=lambda item: item[1]))})
    return [named(row) for row in answer.rows]


class BoundedDatabase(Database):  # type: ignore[misc]
    """Datasette's database; what readers ask and what the room's own pages ask run apart from each other.

    Datasette describes tables in its own threads, with statements of its own.
    """

    def __init__(self, datasette: Datasette, path: Path, *, is_mutable: bool) -> None:
        super().__init__(datasette, path=str(path), is_mutable=is_mutable)
        address = f"file:{quote(str(path.resolve()))}?{'mode=ro' if is_mutable else 'immutable=1'}"
        self._pages = Lane(address, processes=_PAGES, each=_PAGES)
        self._readers = Lane(address, processes=_READERS, each=_EACH, nice=_NICE)
        self._downloads = Stream(address, places=_DOWNLOADS, each=_DOWNLOADS_EACH, nice=_NICE, patience=30)

    async def execute(
        self,
        sql: str,
        params: Any = None,
        truncate: bool = False,
        custom_time_limit: int | None = None,
        page_size: int | None = None,
        log_sql_errors: bool = False,  # noqa: ARG002 - whoever reads could fill the log
    ) -> Results:
        """The rows of a query that a reader may have written; what ``truncate`` cuts is said in the answer."""
        most = self.ds.max_returned_rows
        if page_size == most:
            most += 1
        query = Query(sql, params or {}, self._seconds(custom_time_limit), most if truncate else _MOST_ROWS)
        return await _results(self._readers, query, truncate=truncate)

    async def execute_for_page(self, sql: str, params: Mapping[str, Any]) -> Results:
        """The rows of a query that a page of the room asks."""
        return await _results(self._pages, Query(sql, params, self._seconds(), _MOST_ROWS))

    def stream(self, sql: str, params: Mapping[str, Any]) -> AsyncGenerator[Answer, None]:
        """All rows of a query as lines of CSV, in batches."""
        return self._downloads.batches(Query(sql, params, _DOWNLOAD_SECONDS, _BATCH_ROWS, _BATCH_SIZE, "csv"))

    async def table_counts(self, limit: int = 10) -> dict[str, int | None]:
        """How many rows the tables have; Datasette would count them all before its first page."""
        counted: dict[str, int | None] = {} if limit > self.ds.sql_time_limit_ms else await super().table_counts(limit)
        return counted

    async def attached_databases(self) -> list[Any]:
        """None: a query cannot attach any, and is told nothing of files."""
        return []

    def _seconds(self, milliseconds: int | None = None) -> float:
        most: float = self.ds.sql_time_limit_ms
        return min(milliseconds or most, most) / 1000


async def _results(lane: Lane, query: Query, *, truncate: bool = False) -> Results:
    try:
        answer = await lane.ask(query)
    except sqlite3.OperationalError as error:
        if error.args == ("interrupted",):
            raise QueryInterrupted(error, query.sql, query.params) from error
        raise
    if answer.more and not truncate:
        raise sqlite3.OperationalError("the answer is too big")
    return Results(rows_of(answer), answer.more, [(name, *(None,) * 6) for name in answer.columns])
