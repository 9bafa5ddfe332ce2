"""Spider of every portal: whatever the frontier says is due, one address after the other."""

import asyncio
import heapq
import time
from collections import Counter
from collections.abc import AsyncIterator
from typing import Any, Self

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest, UsageError
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from twisted.python.failure import Failure

from crawler.answers.classify import no_answer
from crawler.archive.exchange import Silence
from crawler.frontier.frontier import Bounds, Row
from crawler.frontier.outcomes import PASSING, Outcome
from crawler.portals.portals import FIRST, portal_of
from crawler.portals.urls import is_loopback
from crawler.run.ingest import Ingested
from crawler.run.run import Run, run_of
from database.store import now

_BATCH = 200
_HOPS = 5
# Every so manieth request for a report that is known is made without conditions: validators may lie.
_AUDIT = 20


class PublicReportSpider(scrapy.Spider):
    """Asks for what is due, and walks from every report that it finds to the numbers around it, if it has one.

    With ``first`` and ``last`` it keeps to the numbers between them, and to what is linked there. With
    ``full`` it asks again for all that is known, without conditions.
    """

    name = "public_report"

    def __init__(self, first: str = "", last: str = "", full: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.bounds = Bounds(int(first) if first else None, int(last) if last else None)
        self.full = bool(full)
        self._portal = portal_of(FIRST)
        self._concurrency = 1
        self._awaiting: set[str] = set()
        self._in_flight: set[str] = set()
        self._tries: Counter[str] = Counter()
        self._hops: Counter[str] = Counter()
        # What is to be asked again: when, which address, where it led, and what it came to before.
        self._again: list[tuple[float, str, str | None, Ingested]] = []
        self._settled = asyncio.Event()
        self._linked: list[str] = []

    @classmethod
    def update_settings(cls, settings: BaseSettings) -> None:
        """Give the portal the pause between requests that it is declared with, unless the operator chose one."""
        super().update_settings(settings)
        delay = portal_of(settings["NIANBAO_PORTAL"]).delay
        if delay is not None:
            settings.set("DOWNLOAD_DELAY", delay, priority="spider")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Refuses a portal that is not on this machine as long as nobody says who is asking."""
        settings = crawler.settings
        portal = portal_of(settings["NIANBAO_PORTAL"])
        if not is_loopback(portal.home) and not settings["NIANBAO_CONTACT"]:
            raise UsageError("set NIANBAO_CONTACT to an address at which the portal's operator can reach you")
        spider = super().from_crawler(crawler, *args, **kwargs)
        if not portal.numbers and not spider.bounds.are_open:
            raise UsageError(f"{portal.name} is walked by its lists, so that first and last mean nothing there")
        spider._portal = portal
        spider._concurrency = settings.getint("CONCURRENT_REQUESTS")
        return spider

    @property
    def run(self) -> Run:
        """The run's records."""
        return run_of(self.crawler)

    async def start(self) -> AsyncIterator[Request]:
        """A request for everything that is due, until nothing is, or the pace says that it is enough."""
        at = now()
        if not self.run.throttle.may_ask():
            return
        with self.run.store.transaction():
            self._plan()
        while True:
            due = self.run.frontier.due(at, self.bounds, _BATCH)
            # What was linked to may be in both, and by the second time be settled.
            known = {row.address: row for row in [*due, *self._due_links(at)]}
            rows = [row for row in known.values() if row.address not in self._busy()]
            for row in rows:
                async for request in self._turn(row):
                    yield request
                if not self.run.throttle.may_ask():
                    break
            if not self.run.throttle.may_ask():
                break
            if rows or self._in_flight or self._again:
                async for request in self._repeats(wait=not rows):
                    yield request
            elif not self._look_ahead():
                break
        await self._finish()

    def _plan(self) -> None:
        """Put on the list what this run begins with."""
        frontier, settings = self.run.frontier, self.settings
        starts = settings.getlist("NIANBAO_START")
        for url in starts:
            frontier.plan_page(self._portal.address_of(url))
        first, last = self.bounds.first, self.bounds.last
        if first is not None and last is not None:
            frontier.plan_numbers(range(first, last + 1))
        elif first is not None:
            frontier.walk_from(first, self.bounds)
        elif frontier.is_empty():
            frontier.plan_first()
        if self.bounds.are_open:
            for address in self._portal.start_addresses:
                frontier.plan_page(address)
        if not self._is_closed:
            frontier.walk_on(self.bounds)
        if self.full:
            frontier.make_due(self.bounds)

    @property
    def _is_closed(self) -> bool:
        return self.bounds.first is not None and self.bounds.last is not None

    def _due_links(self, at: str) -> list[Row]:
        """What pages linked to in this run and is due, although it may be out of bounds."""
        rows = filter(None, map(self.run.frontier.at, self._linked))
        self._linked = []
        return [row for row in rows if row.due and row.due <= at]

    def _busy(self) -> set[str]:
        """What is being asked for, or waits for its next try."""
        return self._in_flight | {address for _, address, *_ in self._again}

    async def _turn(self, row: Row) -> AsyncIterator[Request]:
        """The request for a row, when its turn has come; before it, whatever is to be repeated by then."""
        if row.address in self._in_flight:
            return
        while await self._room():
            request = self._repeated()
            if request is None:
                break
            yield request
        if self.run.throttle.may_ask():
            self.run.planned += 1
            yield self._request(row)

    async def _repeats(self, *, wait: bool) -> AsyncIterator[Request]:
        """What is to be asked again by now; with ``wait``, after something has happened."""
        request = self._repeated() if await self._room() else None
        if request:
            yield request
        elif wait:
            pause = min((moment for moment, *_ in self._again), default=time.monotonic() + 1) - time.monotonic()
            await self._something(max(pause, 0.01))

    async def _room(self) -> bool:
        """Wait until another request may go out; False if none may."""
        throttle = self.run.throttle
        while throttle.may_ask():
            pause = throttle.wait(time.monotonic())
            if len(self._awaiting) < self._concurrency and not self._is_choked() and pause <= 0:
                return True
            await self._something(pause if pause > 0 else 1)
        return False

    def _is_choked(self) -> bool:
        """Whether answers come faster than they are read."""
        return len(self._in_flight) >= 4 * self._concurrency + 16

    async def _something(self, seconds: float) -> None:
        """Wait until an answer has come or been taken in, but no longer than that."""
        self._settled.clear()
        try:
            await asyncio.wait_for(self._settled.wait(), seconds)
        except TimeoutError:
            return

    def _repeated(self) -> Request | None:
        """The request that has waited long enough for its next try, or for its turn after a redirect.

        After a pause, one that tells whether it is the portal that is down.
        """
        if self.run.throttle.doubts:
            self.run.throttle.doubts = False
            row = self.run.frontier.known_good()
            if row and row.address not in self._busy():
                self.run.planned += 1
                return self._request(row)
        if not self._again or self._again[0][0] > time.monotonic():
            return None
        _, address, hop, _ = heapq.heappop(self._again)
        row = self.run.frontier.at(address)
        return self._request(row, hop) if row else None

    def _request(self, row: Row, hop: str | None = None) -> Request:
        """Ask for an address, or for where it led; conditionally if its payload is known."""
        throttle = self.run.throttle
        throttle.begin_request(time.monotonic())
        self._awaiting.add(row.address)
        self._in_flight.add(row.address)
        headers = {}
        if row.sha256 and row.sha256 == row.read and not self.full and (row.tries + 1) % _AUDIT:
            validators = {"If-None-Match": row.etag, "If-Modified-Since": row.last_modified}
            headers = {name: value for name, value in validators.items() if value}
        return Request(
            hop or self._portal.url_of(row.address),
            self.parse,
            errback=self.failed,
            headers=headers,
            cb_kwargs={"address": row.address},
            # Redirects and retries are outcomes here; the frontier knows what was asked for.
            meta={"dont_redirect": True, "dont_retry": True},
            dont_filter=True,
        )

    async def parse(self, response: Response, address: str) -> None:
        """Take in an answer."""
        self._arrived(address)
        try:
            taken = await self.run.take(response.meta["exchange"], address)
        except BaseException:
            self._in_flight.discard(address)
            raise
        if taken:
            await self._note(taken)

    async def failed(self, failure: Failure) -> None:
        """Take in that no answer came, and why."""
        request = failure.request  # type: ignore[attr-defined]
        address = request.cb_kwargs["address"]
        self._arrived(address)
        forbidden = isinstance(failure.value, IgnoreRequest)
        reason = "robots.txt forbids it" if forbidden else no_answer(failure.value or TimeoutError())
        await self._note(await self.run.take_silence(Silence(address, request.url, now(), reason, forbidden)))

    def _arrived(self, address: str) -> None:
        self._awaiting.discard(address)
        self._settled.set()

    async def _note(self, taken: Ingested) -> None:
        """Count what an address came to, or ask again; walk on from a report."""
        address, moment = taken.row.address, time.monotonic()
        self._in_flight.discard(address)
        self._settled.set()
        if taken.hop is not None:
            self._hops[address] += 1
            if self._hops[address] <= _HOPS:
                heapq.heappush(self._again, (moment, address, taken.hop, taken))
                return
            taken = await self.run.take_silence(Silence(address, taken.hop, now(), "it redirects without end"))
        self._tries[address] += 1
        throttle = self.run.throttle
        throttle.note(taken.outcome, taken.reason, moment)
        seconds = throttle.retry_in(self._tries[address]) if taken.outcome in PASSING else None
        if seconds is not None:
            heapq.heappush(self._again, (moment + seconds, address, None, taken))
            return
        if taken.outcome is Outcome.REPORT and taken.row.number is not None and not self._is_closed:
            await self.run.walk_from(taken.row.number, self.bounds)
        self._linked += taken.linked
        self.run.settle(taken)

    def _look_ahead(self) -> bool:
        """Try numbers far ahead once nothing else is due; False if there are none that are new."""
        if not self.bounds.are_open:
            return False
        with self.run.store.transaction():
            return self.run.frontier.probe_ahead() > 0

    async def _finish(self) -> None:
        """Wait for the answers that are still to come; what was to be asked again is left to the next run."""
        while self._in_flight:
            await self._something(1)
        for *_, taken in self._again:
            self.run.settle(taken)
