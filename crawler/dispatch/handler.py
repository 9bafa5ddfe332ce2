"""The crawl's side: requests are not made here, but put on the board; their answers come out of the archive."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from typing import Any, Self

from scrapy import Spider, signals
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.utils.python import to_unicode

from crawler.dispatch.board import Board, BoardError, Result, Task, cancel
from crawler.exchange import Exchange, NoAnswer, Withdrawn
from crawler.ledger import Ledger, ledger_of

log = logging.getLogger("nianbao")

# A request that so many fetchers were at when they ended got no answer, and is tried again like others of that kind.
_MOST_TRIES = 2
# How often in a lease to look.
_LOOKS = 3
# What a fetcher has written may take a moment to be seen through a shared file system; what it refers to may have to be
# found first. In leases, and seconds between two looks.
_IN_SIGHT, _GLANCE = 3, 0.5
_REMEMBERED = 1000
_MINUTE = 60.0


_Answer = asyncio.Future[tuple[Exchange, Response]]


@dataclass(slots=True)
class _Waiting:
    """A request on the board, and who waits for its answer; when it was last seen there."""

    task: Task
    answer: _Answer
    seen: float


class SharedHandler(BaseDownloadHandler):
    """A Scrapy download handler that has others download."""

    async def download_request(self, request: Request) -> Response:
        """The answer that a fetcher got; raises :class:`NoAnswer` or :class:`Withdrawn` where there is none."""
        dispatch: Dispatch | None = self.crawler.get_extension(Dispatch)
        if dispatch is None:
            raise Withdrawn("the crawl runs without crawler.dispatch.handler.Dispatch")
        return await dispatch.answer(request)


class Dispatch:
    """A Scrapy extension that puts requests on the board, and watches that none is lost."""

    def __init__(self, crawler: Crawler) -> None:
        settings = crawler.settings
        self._crawler = crawler
        self._patience = settings.getfloat("NIANBAO_PATIENCE")
        self._lease = settings.getfloat("NIANBAO_LEASE")
        self._board = Board(settings["NIANBAO_REDIS"], self._lease, patience=self._patience)
        self._delay = settings.getfloat("DOWNLOAD_DELAY")
        self._connections = settings.getint("NIANBAO_CONNECTIONS")
        self._begun: asyncio.Future[None] | None = None
        self._waiting: dict[str, _Waiting] = {}
        # What an earlier run had put up, by what was asked for; whoever is at it need not begin again.
        self._left: dict[tuple[str, str | None], tuple[str, Task]] = {}
        self._turn = 0
        # Where the answers lie that were heard of last, which the database may not know yet.
        self._heard_of: deque[tuple[str, int]] = deque(maxlen=_REMEMBERED)
        self._attended, self._told = time.monotonic(), -_MINUTE
        self._loops: list[asyncio.Task[None]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Begin with the first request, when the crawl has taken in what earlier ones had left; end with the spider."""
        dispatch = cls(crawler)
        crawler.signals.connect(dispatch.spider_closed, signals.spider_closed)
        return dispatch

    @property
    def _ledger(self) -> Ledger:
        return ledger_of(self._crawler)

    async def answer(self, request: Request) -> Response:
        """Have a request made, and wait for what comes of it."""
        await self._begin()
        if self._ledger.pace.failure:
            raise Withdrawn(self._ledger.pace.failure)
        task = self._task(request)
        answer: _Answer = asyncio.get_running_loop().create_future()
        turn, left = self._left.pop((task.url, task.address), (None, task))
        if turn is None:
            turn = self._next_turn()
            self._waiting[turn] = _Waiting(task, answer, time.monotonic())
            await self._ending_with_redis(self._board.issue(turn, task))
        else:
            # Its answer will be in a file of that run.
            self._waiting[turn] = _Waiting(replace(task, crawl=left.crawl), answer, time.monotonic())
        exchange, response = await answer
        request.meta["exchange"] = exchange
        return response

    async def spider_closed(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Leave the board to the next crawl."""
        await cancel(self._loops)
        if self._begun:
            await self._board.leave(self._ledger.crawl, {turn: one.task for turn, one in self._waiting.items()})
        await self._board.close()

    async def _begin(self) -> None:
        if self._begun is None:
            self._begun = asyncio.ensure_future(self._ending_with_redis(self._take_over()))
        await self._begun

    async def _take_over(self) -> None:
        """Become the crawl of this board, with what the last one had put up."""
        until = time.monotonic() + 2 * self._lease
        while not await self._board.hold(self._ledger.crawl, self._lease):
            if time.monotonic() > until:
                raise BoardError(f"another crawl is at work on {self._board.name}")
            await asyncio.sleep(1)
        self._ledger.unheard = self._unheard
        self._turn = await self._board.last_turn()
        entries = await self._board.entries()
        for turn, entry in entries.items():
            if entry.is_lost:
                await self._board.withdraw(turn, entry.task)
            else:
                self._left[entry.task.url, entry.task.address] = turn, entry.task
        self._attended = time.monotonic()
        loops = (self._hold(), self._listen(), self._watch())
        self._loops = [asyncio.ensure_future(self._ending_with_redis(loop)) for loop in loops]

    async def _ending_with_redis(self, work: Coroutine[Any, Any, None]) -> None:
        """Do what needs Redis, or have the run end."""
        try:
            await work
        except BoardError as error:
            self._give_up(str(error))
        except Exception as error:  # The loops are all that moves requests on
            log.exception("%s", self._board.name)
            self._give_up(f"{self._board.name}: {type(error).__name__}: {error}")

    def _give_up(self, reason: str) -> None:
        pace = self._ledger.pace
        pace.failure = pace.failure or reason
        for waiting in self._waiting.values():
            _settle(waiting.answer, Withdrawn(reason))

    def _unheard(self) -> set[str]:
        """The runs for which fetchers may still bring an answer."""
        left = [task for _, task in self._left.values()]
        return {task.crawl for task in (*left, *(waiting.task for waiting in self._waiting.values()))}

    def _task(self, request: Request) -> Task:
        ledger = self._ledger
        return Task(
            crawl=ledger.crawl,
            portal=ledger.portal,
            url=request.url,
            address=request.cb_kwargs.get("address"),
            headers=[(to_unicode(n), to_unicode(one)) for n in request.headers for one in request.headers.getlist(n)],
            delay=max(self._delay, ledger.pace.spacing),
            connections=self._connections,
            known=ledger.known_payload(request.url),
        )

    def _next_turn(self) -> str:
        """A name for the stream that comes after every other, also in the order of text."""
        self._turn = max(self._turn + 1, time.time_ns() // 1_000_000)
        return f"{self._turn}-0"

    async def _listen(self) -> None:
        """Take in what came of requests."""
        while True:
            for name, result in await self._board.results():
                await self._heard(result)
                await self._board.forget(name)

    async def _heard(self, result: Result) -> None:
        waiting = self._waiting.get(result.turn)
        self._no_longer_left(result.turn)
        if waiting is None:
            # Of an earlier run, or given up as lost too soon: what was fetched counts all the same.
            await self._overheard(result)
        else:
            _settle(waiting.answer, NoAnswer(result.error) if result.error else await self._fetched(result))
            self._waiting.pop(result.turn, None)

    def _no_longer_left(self, turn: str) -> None:
        self._left = {asked: left for asked, left in self._left.items() if left[0] != turn}

    async def _overheard(self, result: Result) -> None:
        """Take in an answer that nobody waits for, unless it is known from the archive."""
        ledger = self._ledger
        if (
            not result.error
            and (result.warc, result.offset) not in self._heard_of
            and not ledger.knows(result.warc, result.offset)
        ):
            try:
                exchange, _ = await self._fetched(result)
            except BoardError as error:
                # Of a crawl with another archive and database, which hears of it there.
                log.warning("%s", error)
                return
            await ledger.take(exchange)
            await ledger.flush()

    async def _fetched(self, result: Result) -> tuple[Exchange, Response]:
        archive, db = self._ledger.archive, self._ledger.store.db
        self._heard_of.append((result.warc, result.offset))
        until = time.monotonic() + _IN_SIGHT * self._lease
        while True:
            try:
                exchange, headers = archive.exchange(result.warc, result.offset, result.portal, db)
                return replace(exchange, seconds=result.seconds), _response(exchange, headers)
            except (LookupError, OSError) as error:
                if time.monotonic() > until:
                    raise BoardError(f"{error}: the crawl and its fetchers must be given one archive") from error
            await asyncio.sleep(_GLANCE)

    async def _hold(self) -> None:
        """Stay the crawl of this board, also while the archive is searched."""
        while await self._board.hold(self._ledger.crawl, self._lease):
            await asyncio.sleep(self._lease / _LOOKS)
        raise BoardError(f"another crawl is at work on {self._board.name}")

    async def _watch(self) -> None:
        """See that every request is with somebody."""
        looked = time.monotonic()
        while True:
            await asyncio.sleep(self._lease / _LOOKS)
            await self._recall()
            entries = await self._board.entries()
            now = time.monotonic()
            rested, looked = now - looked > self._lease, now
            lost = {turn: entry.task for turn, entry in entries.items() if entry.is_lost}
            for turn, waiting in self._waiting.items():
                if turn in entries or rested:
                    waiting.seen = now
                elif now - waiting.seen > self._lease:
                    lost[turn] = waiting.task
            # After Redis was away, fetchers have first to say what they are at.
            if lost and not rested:
                await self._recover(lost, {turn for turn, entry in entries.items() if entry.was_taken})
            await self._attend()

    async def _recall(self) -> None:
        """Have nothing more begun once the run is to end."""
        pace, engine = self._ledger.pace, self._crawler.engine
        if pace.must_stop or not (engine and engine.running):
            for turn in await self._board.recall({turn: one.task for turn, one in self._waiting.items()}):
                if waiting := self._waiting.pop(turn, None):
                    _settle(waiting.answer, Withdrawn(pace.failure or "the run ends"))

    async def _recover(self, lost: dict[str, Task], taken: set[str]) -> None:
        """Find the answers to requests in the archive, or have these made again; some a fetcher had taken."""
        places: dict[str, tuple[str, int]] = {}
        for crawl in {task.crawl for task in lost.values()}:
            places |= await asyncio.to_thread(self._ledger.archive.found, crawl, lost.keys())
        # In the order of the archive, since later records refer to earlier ones.
        for turn, task in sorted(lost.items(), key=lambda item: places.get(item[0], ("", 0))):
            await self._board.withdraw(turn, task)
            if turn in places:
                await self._heard(Result(turn, task.portal, *places[turn]))
            elif waiting := self._waiting.pop(turn, None):
                await self._again(waiting, was_taken=turn in taken)
            else:
                self._no_longer_left(turn)

    async def _again(self, waiting: _Waiting, *, was_taken: bool) -> None:
        # What only Redis had forgotten is no fetcher's end.
        tries = waiting.task.tries + was_taken
        if tries > _MOST_TRIES:
            _settle(waiting.answer, NoAnswer(f"{_MOST_TRIES} fetchers ended while they asked for it"))
            return
        task = replace(waiting.task, crawl=self._ledger.crawl, tries=tries)
        turn = self._next_turn()
        self._waiting[turn] = _Waiting(task, waiting.answer, time.monotonic())
        await self._board.issue(turn, task)

    async def _attend(self) -> None:
        """End the run if nobody comes to fetch anything."""
        now = time.monotonic()
        if not self._waiting or await self._board.fetchers():
            self._attended = now
        elif now - self._attended > self._patience:
            said = f"no fetcher has been at work for {self._patience:.0f} seconds"
            raise BoardError(f"{said}; nianbao fetch {self._board.name} starts one")
        elif now - self._told > _MINUTE:
            self._told = now
            log.info("waiting for a fetcher: nianbao fetch %s starts one", self._board.name)


def _settle(answer: _Answer, what: tuple[Exchange, Response] | Exception) -> None:
    """Hand over an answer, unless whoever waited for it was told otherwise, or has gone."""
    if answer.done():
        return
    if isinstance(what, Exception):
        answer.set_exception(what)
    else:
        answer.set_result(what)


def _response(exchange: Exchange, headers: list[tuple[str, str]]) -> Response:
    response = Response(exchange.url, exchange.status, body=exchange.body)
    for name, value in headers:
        response.headers.appendlist(name, value)
    return response
