"""Downloader middleware that keeps every answer, whatever it is, before anything else sees it."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.http import Request, Response

from crawler.archive import is_complete, media_type
from crawler.exchange import Exchange
from crawler.ledger import ledger_of
from parsers.store import now


class ArchiveMiddleware:
    """Writes each exchange to the archive; ``request.meta["exchange"]`` is what was written."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The ledger of the crawl holds the archive."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Archive an answer."""
        ledger = ledger_of(self._crawler)
        at = now()
        written = ledger.archive.write(request, response, at, ledger.store.db)
        exchange = Exchange(
            crawl=ledger.crawl,
            portal=ledger.portal,
            url=response.url,
            at=at,
            status=response.status,
            body=response.body,
            wire_sha256=written.sha256,
            warc=written.warc,
            offset=written.offset,
            media_type=media_type(_header(response, "Content-Type")),
            etag=_header(response, "ETag"),
            last_modified=_header(response, "Last-Modified"),
            location=_header(response, "Location"),
            complete=is_complete(response),
            seconds=request.meta.get("download_latency"),
        )
        ledger.answered(response)
        if "address" in request.cb_kwargs:
            request.meta["exchange"] = exchange
        else:
            # robots.txt, which Scrapy asks for by itself.
            await ledger.take(exchange)
        return response


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
