"""Downloader middleware that keeps every answer, whatever it is, before anything else sees it."""

import hashlib
from pathlib import Path
from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.archive import Archive
from crawler.ledger import Ledger, ledger_of
from crawler.outcomes import no_answer
from parsers.store import now


class ArchiveMiddleware:
    """Writes each exchange to the archive and notes it in the ledger.

    Sets ``request.meta["archived"]`` to the file's name, the record's offset and the time.
    """

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._archive: Archive | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Write below the directory that the setting ``NIANBAO_ARCHIVE`` names."""
        return cls(crawler)

    @property
    def _ledger(self) -> Ledger:
        return ledger_of(self._crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Archive an answer."""
        if self._archive is None:
            self._archive = Archive(Path(self._crawler.settings["NIANBAO_ARCHIVE"]), self._ledger.crawl)
        at = now()
        offset = self._archive.write(request, response, at)
        request.meta["archived"] = (self._archive.path.name, offset, at)
        self._ledger.fetched(
            {
                **_asked(request),
                "at": at,
                "status": response.status,
                "etag": _header(response, "ETag"),
                "last_modified": _header(response, "Last-Modified"),
                "sha256": hashlib.sha256(response.body).hexdigest(),
                "seconds": request.meta.get("download_latency"),
                "warc": self._archive.path.name,
                "offset": offset,
            }
        )
        return response

    def process_exception(self, request: Request, exception: Exception) -> None:
        """Note a request that got no answer."""
        self._ledger.fetched({**_asked(request), "at": now(), "error": no_answer(exception)})


def _asked(request: Request) -> dict[str, object]:
    return {"key": request.cb_kwargs.get("key"), "url": request.url}


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
