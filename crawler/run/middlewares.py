"""Downloader middleware that keeps every answer, whatever it is, before anything else sees it."""

from dataclasses import replace
from http import HTTPStatus
from typing import Self
from urllib.parse import urlsplit

from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.utils.python import to_unicode

from crawler.answers.classify import no_answer
from crawler.archive.encodings import decoded
from crawler.archive.exchange import Exchange
from crawler.archive.writer import Written, is_complete, media_type
from crawler.compat import use_bundled_public_suffixes, wait_for_silence
from crawler.portals.portals import portal_of
from crawler.run.run import run_of
from database.clock import now

use_bundled_public_suffixes()
wait_for_silence()


class RobotsUnreachable(OSError):  # noqa: N818 - says what robots.txt is
    """robots.txt could not be had, so that nothing may be asked."""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Scrapy's, but where robots.txt cannot be had for an error of the server, all is forbidden (RFC 9309, 2.3.1.4).

    If it is the portal's own, the run ends; what it was to ask for is due for the next.
    """

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._unreachable: dict[str, str] = {}

    async def process_request(self, request: Request, spider: object = None) -> None:  # noqa: ARG002 - Scrapy passes it
        """Raise :class:`RobotsUnreachable` or ``IgnoreRequest`` for what may not be asked."""
        await super().process_request(request)
        reason = self._unreachable.get(urlsplit(request.url).netloc)
        if reason and not request.meta.get("dont_obey_robotstxt"):
            raise RobotsUnreachable(reason)

    async def _parse_robots(self, response: Response, netloc: str, request: Request) -> None:
        if response.status >= HTTPStatus.INTERNAL_SERVER_ERROR or response.status == HTTPStatus.TOO_MANY_REQUESTS:
            self._forbid_all(netloc, f"the server answered {response.status}")
        await super()._parse_robots(response, netloc, request)

    def _robots_error(self, exc: Exception, netloc: str) -> None:
        if not isinstance(exc, IgnoreRequest):
            self._forbid_all(netloc, no_answer(exc))
        super()._robots_error(exc, netloc)

    def _forbid_all(self, netloc: str, why: str) -> None:
        self._unreachable[netloc] = reason = f"robots.txt cannot be had, which forbids all (RFC 9309): {why}"
        run = run_of(self.crawler)
        if netloc == urlsplit(portal_of(run.portal).home).netloc:
            run.throttle.failure = reason


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
