"""Downloader middleware that keeps every answer, whatever it is, before anything else sees it."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import cookies
from scrapy.http import Request, Response
from scrapy.utils.python import to_unicode
from tldextract import TLDExtract

from crawler.archive.encodings import decoded
from crawler.archive.exchange import Exchange
from crawler.archive.writer import is_complete, media_type
from crawler.run.run import ledger_of
from database.store import now

# Scrapy would fetch the list of public suffixes from the net when a cookie comes, and the package has one.
cookies._split_domain = TLDExtract(include_psl_private_domains=True, suffix_list_urls=(), cache_dir=None)


class ArchiveMiddleware:
    """Writes each exchange to the archive and tells the ledger; ``request.meta["exchange"]`` is what was written."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The ledger belongs to the crawl."""
        return cls(crawler)

    async def process_response(self, request: Request, response: Response) -> Response:
        """Archive an answer, and take it in if nobody planned it."""
        ledger = ledger_of(self._crawler)
        at = now()
        try:
            written = ledger.archive.write(request, response, at, ledger.store.db)
        except OSError as error:
            ledger.broken(error, ledger.archive.directory)
            raise
        request.meta["exchange"] = exchange = Exchange(
            crawl=ledger.crawl,
            portal=ledger.portal,
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
            seconds=request.meta.get("download_latency"),
        )
        ledger.answered(response)
        if "address" not in request.cb_kwargs:
            # robots.txt, which Scrapy asks for by itself.
            await ledger.take(exchange)
        # Undone already, or not what it says.
        response.headers.pop("Content-Encoding", None)
        return response.replace(body=exchange.body)


def _header(response: Response, name: str) -> str | None:
    value = response.headers.get(name)
    return value.decode("latin-1") if value else None
