"""Downloader middlewares that keep every answer, whatever it is, before anything else sees it."""

from typing import Self

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import cookies
from scrapy.http import Request, Response
from scrapy.utils.python import to_unicode
from tldextract import TLDExtract

from crawler.archive import is_complete, media_type
from crawler.encodings import decoded
from crawler.exchange import Exchange
from crawler.ledger import ledger_of
from parsers.store import now

# Scrapy would fetch the list of public suffixes from the net when a cookie comes, and the package has one.
cookies._split_domain = TLDExtract(include_psl_private_domains=True, suffix_list_urls=(), cache_dir=None)


class _OfCrawl:
    """A middleware that needs the crawl's ledger."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The ledger belongs to the crawl."""
        return cls(crawler)


class ArchiveMiddleware(_OfCrawl):
    """Writes each exchange to the archive; ``request.meta["exchange"]`` is what was written."""

    async def process_response(self, request: Request, response: Response) -> Response:
        """Archive an answer."""
        ledger = ledger_of(self._crawler)
        at = now()
        try:
            written = ledger.archive.write(request, response, at, ledger.store.db)
        except OSError as error:
            ledger.broken(error, ledger.archive.directory)
            raise
        request.meta["exchange"] = Exchange(
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
        return response


class IntakeMiddleware(_OfCrawl):
    """Tells the ledger of each exchange in ``request.meta["exchange"]``, whoever fetched it."""

    async def process_response(self, request: Request, response: Response) -> Response:
        """Note an answer, and take it in if nobody planned it."""
        ledger, exchange = ledger_of(self._crawler), request.meta["exchange"]
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
