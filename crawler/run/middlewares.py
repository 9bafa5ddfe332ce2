"""Downloader middleware that keeps every answer, whatever it is, before anything else sees it."""

from dataclasses import replace
from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.utils.python import to_unicode

from crawler.archive.encodings import decoded
from crawler.archive.exchange import Exchange
<<<<<<< HEAD
from crawler.archive.writer import Written, is_complete, media_type
from crawler.compat import use_bundled_public_suffixes
=======
from crawler.archive.writer import is_complete, media_type
from crawler.compat import use_bundled_public_suffixes, wait_for_silence
>>>>>>> 9f28d2e (Bodies of errors and files are looked into by the readers; slow and shared files are read)
from crawler.run.run import run_of
from database.clock import now

use_bundled_public_suffixes()
wait_for_silence()


class ArchiveMiddleware:
    """Writes each exchange to the archive and tells the run; ``request.meta["exchange"]`` is what was written."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The run that the middleware belongs to."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Archive an answer, and ingest it if it was not planned."""
        run = run_of(self._crawler)
        at = now()
        showing = request.meta.get("showing")
        try:
            written = run.archive.write(request, response, at, run.store.db, showing.shell if showing else None)
        except OSError as error:
            run.broken(error, run.archive.directory)
            raise
        exchange = exchange_of(response, written, at, run.crawl, run.portal)
        request.meta["exchange"] = exchange = replace(exchange, seconds=request.meta.get("download_latency"))
        run.answered(response)
        if "address" not in request.cb_kwargs:
            # robots.txt, which Scrapy asks for by itself.
            await run.ingest(exchange)
        # Undone already, or not what it says.
        response.headers.pop("Content-Encoding", None)
        return response.replace(body=exchange.body)


def exchange_of(response: Response, written: Written, at: str, crawl: str, portal: str) -> Exchange:
    """An answer as the archive keeps it."""
    return Exchange(
        crawl=crawl,
        portal=portal,
        url=response.url,
        at=at,
        status=response.status,
        body=decoded(response.body, ",".join(map(to_unicode, response.headers.getlist("Content-Encoding")))),
        wire_sha256=written.sha256,
        warc=written.warc,
        offset=written.offset,
        media_type=media_type(_header(response, "Content-Type")),
        etag=_header(response, "ETag"),
        last_modified=_header(response, "Last-Modified"),
        location=_header(response, "Location"),
        complete=is_complete(response),
    )


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
