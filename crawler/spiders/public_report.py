"""Spider of every portal: ingests an answer, and requests what follows from it."""

import time
from typing import Any, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, UsageError
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.answers.classify import no_answer
from crawler.archive.exchange import Silence
from crawler.frontier.frontier import Bounds
from crawler.frontier.outcomes import PASSING, Outcome
from crawler.portals.portals import FIRST, Question, portal_of
from crawler.portals.urls import objection_to
from crawler.run.hosts import Refused
from crawler.run.ingest import Ingested
from crawler.run.middlewares import RobotsUnreachable
from crawler.run.run import Run, run_of
from crawler.run.scheduler import NOT_BEFORE, SO_FAR
from database.clock import now

# http to https, to the host's other name, to a new path, with a slash, and one more; browsers give up after 20.
_HOPS = 5


class PublicReportSpider(scrapy.Spider):
    """Ingests the answers, and adds the numbers around every report found to the frontier.

    With ``first`` and ``last`` it keeps to the numbers between them, and to what is linked there. With
    ``full`` it asks again for all that is known, without conditions; with ``sweep``, for every number in the end.
    """

    name = "public_report"

    def __init__(self, first: str = "", last: str = "", full: str = "", sweep: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bounds = Bounds(int(first) if first else None, int(last) if last else None)
        self.full = bool(full)
        self.sweep = bool(sweep)
        self._portal = portal_of(FIRST)

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Set what the portal declares: its delay between requests, unless the operator chose one, and a browser.

        Raises UsageError where the extra for that is not installed.
        """
        super().update_settings(settings)
        portal = portal_of(settings["NIANBAO_PORTAL"])
        if portal.delay is not None:
            settings.set("DOWNLOAD_DELAY", portal.delay, priority="spider")
        if portal.render:
            try:
                from crawler.run.browser import use_browser
            except ModuleNotFoundError as error:
                raise UsageError(
                    f"{portal.name} needs an extra that is not installed: pip install 'nianbao[browser]'"
                ) from error
            use_browser(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Refuses a portal on another machine unless a contact is given."""
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider._portal = portal_of(crawler.settings["NIANBAO_PORTAL"])
        contact, bounded = crawler.settings["NIANBAO_CONTACT"], not spider.bounds.are_open or spider.sweep
        if objection := objection_to(spider._portal, contact, bounded=bounded):
            raise UsageError(objection)
        return spider

    @property
    def run(self) -> Run:
        """The run's records."""
        return run_of(self.crawler)

    def request(self, address: str, hop: str | None = None, **meta: Any) -> Request:
        """The request for an address of the frontier, or for where it led."""
        question = Question(hop) if hop else self._portal.question(address)
        return Request(
            question.url,
            self.parse,
            method=question.method,
            body=question.body,
            headers=dict(question.headers),
            errback=self.failed,
            cb_kwargs={"address": address},
            # Redirects and retries are outcomes here; the frontier knows what was asked for.
            meta={"dont_redirect": True, "dont_retry": True, **meta},
            dont_filter=True,
        )

    async def parse(self, response: Response, address: str) -> list[Request]:
        """Ingest an answer."""
        ingested = await self.run.ingest(response.meta["exchange"], address)
        return await self._follow(ingested, response.meta) if ingested else []

    async def failed(self, failure: Failure) -> list[Request]:
        """Record that no answer came, and why."""
        request = failure.request  # type: ignore[attr-defined]
        forbidden = isinstance(failure.value, IgnoreRequest)
        reason = "robots.txt forbids it" if forbidden else no_answer(failure.value or TimeoutError())
        if isinstance(failure.value, (Refused, RobotsUnreachable)):
            reason = str(failure.value)
        silence = Silence(request.cb_kwargs["address"], request.url, now(), reason, forbidden)
        return await self._follow(await self.run.ingest_silence(silence), request.meta)

    async def _follow(self, ingested: Ingested, meta: dict[str, Any]) -> list[Request]:
        """The requests that follow from an answer: its redirect, the same again, or its links."""
        address, moment = ingested.row.address, time.monotonic()
        hops, tries = meta.get("hops", 0), meta.get("tries", 0)
        if ingested.hop is not None:
            if hops < _HOPS:
                again = {NOT_BEFORE: moment, SO_FAR: ingested, "hops": hops + 1, "tries": tries}
                return [self.request(address, ingested.hop, **again)]
            silence = Silence(address, ingested.hop, now(), "it redirects without end")
            ingested = await self.run.ingest_silence(silence)
        tries += 1
        self.run.throttle.note(ingested.outcome, ingested.reason, moment)
        seconds = self.run.throttle.retry_in(tries) if ingested.outcome in PASSING else None
        if seconds is not None:
            again = {NOT_BEFORE: moment + seconds, SO_FAR: ingested, "hops": hops, "tries": tries}
            return [self.request(address, **again)]
        if ingested.outcome is Outcome.REPORT and ingested.row.number is not None and not self.bounds.are_closed:
            await self.run.walk_from(ingested.row.number, self.bounds)
        self.run.count_outcome(ingested)
        return [self.request(linked) for linked in ingested.linked]
