"""What a run requests next: a Scrapy scheduler over the frontier.

In this order: what was promised another try or leads on from a redirect, once its moment has come; what the table
says is due; numbers far ahead. When the throttle says wait, nothing is handed out until then.
"""

import asyncio
import heapq
import itertools
import time
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Protocol, Self

from scrapy.crawler import Crawler
from scrapy.http import Request

from crawler.compat import wake
from crawler.frontier.frontier import PAGE, REPORT, Bounds, FrontierRow
from crawler.portals.portals import portal_of
from crawler.run.run import run_of
from database.clock import now

if TYPE_CHECKING:
    from crawler.run.browser import Showing

_BATCH = 200
# One in 20 requests for a known report is made without conditions, since a server's validators may lie. By the
# schedule the first comes some ten months after a report was found; it costs 5 % more bytes.
_AUDIT = 20

# Keys of ``Request.meta``: when to ask again (``time.monotonic()``), and what the address came to before.
NOT_BEFORE, SO_FAR = "not_before", "so_far"


class Walker(Protocol):
    """The spider, as the scheduler knows it."""

    bounds: Bounds
    full: bool
    sweep: bool

    def request(self, address: str, **meta: Any) -> Request:
        """The request for an address of the frontier."""


def _showing(crawler: Crawler) -> "type[Showing] | None":
    """What has a page shown by a browser, on portals where that is needed."""
    if not portal_of(crawler.settings["NIANBAO_PORTAL"]).render:
        return None
    from crawler.run.browser import Showing

    return Showing


class FrontierScheduler:
    """Hands out one request at a time, and keeps what the spider wants to ask again."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._run = run_of(crawler)
        self._most = 4 * crawler.settings.getint("CONCURRENT_REQUESTS") + 16
        self._at = ""
        self._rows: deque[FrontierRow] = deque()
        self._waiting: list[tuple[float, int, Request]] = []
        self._linked: list[str] = []
        self._number = itertools.count()
        self._alarm: asyncio.TimerHandle | None = None
        self._shown = _showing(crawler)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The scheduler of a run."""
        return cls(crawler)

    def open(self, spider: Walker) -> None:
        """Remember for whom to ask; the list is made with the first request, once earlier runs are caught up with."""
        self._spider = spider

    def close(self, reason: str) -> None:  # noqa: ARG002 - Scrapy passes it
        """Leave what was to be asked again to the next run."""
        if self._alarm:
            self._alarm.cancel()
        for *_, request in self._waiting:
            self._run.count_outcome(request.meta[SO_FAR])

    def has_pending_requests(self) -> bool:
        """Whether anything is left to ask; Scrapy wants to know when nothing is in flight, and ends the run if not."""
        return self._run.throttle.may_ask() and bool(self._waiting or self._rows or self._refill())

    def enqueue_request(self, request: Request) -> bool:
        """Accept a request of the spider: another try with its moment, or a link, which is requested if it is due."""
        if SO_FAR in request.meta:
            heapq.heappush(self._waiting, (request.meta[NOT_BEFORE], next(self._number), request))
        else:
            self._linked.append(request.cb_kwargs["address"])
        return True

    def next_request(self) -> Request | None:
        """The next request; if there is none yet, Scrapy is woken when there may be one."""
        throttle, moment = self._run.throttle, time.monotonic()
        if not throttle.may_ask() or self._is_choked():
            return None
        pause = throttle.wait(moment)
        if pause <= 0:
            request = self._known_good() or self._repeated(moment) or self._due()
            if request:
                throttle.begin_request(moment)
                return request
            pause = self._waiting[0][0] - moment if self._waiting else 0
        if pause > 0:
            self._wake_in(pause)
        return None

    def _is_choked(self) -> bool:
        """Whether answers come faster than they are read: a wall that only reading shows must be noticed in time."""
        return len(self._run.open) - len(self._waiting) >= self._most

    def _wake_in(self, seconds: float) -> None:
        if self._alarm:
            self._alarm.cancel()
        self._alarm = asyncio.get_running_loop().call_later(seconds, wake, self._crawler)

    def _known_good(self) -> Request | None:
        """After a pause, a page that shows whether the whole portal is down."""
        throttle = self._run.throttle
        if not throttle.doubts:
            return None
        throttle.doubts = False
        row = self._run.frontier.known_good()
        return self._planned(row) if row and row.address not in self._run.open else None

    def _repeated(self, moment: float) -> Request | None:
        """What has waited long enough."""
        while self._waiting and self._waiting[0][0] <= moment:
            *_, request = heapq.heappop(self._waiting)
            row = self._run.frontier.at(request.cb_kwargs["address"])
            if row:
                return self._conditional(request, row)
            # A file that its page no longer links to.
            self._run.count_outcome(request.meta[SO_FAR])
        return None

    def _due(self) -> Request | None:
        """What the table has due."""
        while self._rows or self._refill():
            row = self._rows.popleft()
            if row.address not in self._run.open:
                return self._planned(row)
        return None

    def _planned(self, row: FrontierRow) -> Request:
        self._run.plan(row)
        return self._conditional(self._spider.request(row.address), row)

    def _conditional(self, request: Request, row: FrontierRow) -> Request:
        """Ask only for what has changed, if the payload is known and was read, and no script shows it."""
        if self._shown is not None and row.kind in (PAGE, REPORT):
            return request.replace(meta={**request.meta, **self._shown().meta})
        if row.sha256 and row.sha256 == row.read and not self._spider.full and (row.tries + 1) % _AUDIT:
            validators = {"If-None-Match": row.etag, "If-Modified-Since": row.last_modified}
            request.headers.update({name: value for name, value in validators.items() if value})
        return request

    def _refill(self) -> bool:
        """Look up what is due by now; False if nothing is."""
        if not self._at:
            self._at = self._run.frontier.begun = now()
            with self._run.store.transaction():
                starts = self._crawler.settings.getlist("NIANBAO_START")
                self._run.frontier.plan_run(
                    self._spider.bounds, starts, full=self._spider.full, sweep=self._spider.sweep
                )
        self._rows.extend(self._lookup())
        if not self._rows and not self._run.open and self._spider.bounds.are_open:
            with self._run.store.transaction():
                if self._run.frontier.probe_ahead():
                    self._rows.extend(self._lookup())
        return bool(self._rows)

    def _lookup(self) -> Iterator[FrontierRow]:
        """What the table has due, and what was linked to, although it may be out of bounds."""
        open_ = self._run.open
        linked, self._linked = map(self._run.frontier.at, self._linked), []
        rows = self._run.frontier.due(self._at, self._spider.bounds, _BATCH + len(open_))
        due = [*rows, *(row for row in linked if row and row.due and row.due <= self._at)]
        # What was linked to may be in both, and by the second time have come to an outcome.
        return (row for row in {row.address: row for row in due}.values() if row.address not in open_)
