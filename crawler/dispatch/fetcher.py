"""A fetcher: takes requests from the board, makes them when their host may be asked, and archives the answers.

It knows nothing of reports. What it was told in vain or could not tell, the crawl learns from the archive.
"""

import asyncio
import logging
import secrets
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings, Settings
from twisted.python.failure import Failure

from crawler.archive import Archive, Written
from crawler.dispatch.board import Board, BoardError, Result, Taken, Task, cancel
from crawler.logs import log_to_stderr
from crawler.pace import LONGEST_WAIT, asked_to_wait
from crawler.recognise import no_answer
from parsers.store import now

log = logging.getLogger("nianbao")

# Requests at a time, to all hosts together.
AT_A_TIME = 4
# How often in a lease to claim what is being asked for.
_CLAIMS = 3
# How long to sleep at most before looking whether it is time to end.
_NAP = 1.0
_MINUTE = 60.0
_TAKEN = "taken"
# robots.txt, cookies, proxies of its own, encodings and conclusions are the crawl's: a fetcher sends what it is given.
_SETTINGS = {
    "CONCURRENT_REQUESTS": AT_A_TIME,
    "CONCURRENT_REQUESTS_PER_DOMAIN": AT_A_TIME,
    "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False,
    "ROBOTSTXT_OBEY": False,
    "COOKIES_ENABLED": False,
    "COMPRESSION_ENABLED": False,
    "SPIDERMON_ENABLED": False,
    "DEFAULT_REQUEST_HEADERS": {},
    "DOWNLOADER_MIDDLEWARES": {"crawler.dispatch.fetcher.BoardMiddleware": 950},
    "EXTENSIONS": {"scrapy.extensions.logstats.LogStats": None},
    "LOG_LEVEL": "WARNING",
}


class FetchSpider(scrapy.Spider):
    """Asks for what it is told to ask for, until it is ended; ``trouble`` says why it ended by itself."""

    name = "fetch"

    def __init__(self, settings: BaseSettings, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        # The name of the fetcher, on the board and in those of its files.
        self.fetcher = secrets.token_hex(4)
        self.board = Board(
            settings["NIANBAO_REDIS"], settings.getfloat("NIANBAO_LEASE"), is_leaving=lambda: self.is_ending
        )
        self.directory = Path(settings["NIANBAO_ARCHIVE"])
        self.answers = self.silences = 0
        self.trouble: str | None = None
        self._at_work: dict[str, Taken] = {}
        self._archives: dict[str, Archive] = {}
        self._room = asyncio.Event()
        self._loops: list[asyncio.Task[None]] = []

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """The settings name the board and the archive."""
        spider = super().from_crawler(crawler, crawler.settings, *args, **kwargs)
        crawler.signals.connect(spider.spider_closed, signals.spider_closed)
        return spider

    @property
    def is_ending(self) -> bool:
        """Whether nothing more is to be begun."""
        return self.trouble is not None or not (self.crawler.engine and self.crawler.engine.running)

    async def start(self) -> AsyncIterator[Request]:
        """A request for everything that is taken from the board."""
        self._loops = [asyncio.ensure_future(loop) for loop in (self._keep(), self._tell())]
        while not self.is_ending:
            if len(self._at_work) >= AT_A_TIME:
                self._room.clear()
                await self._room.wait()
                continue
            try:
                taken = await self.board.take(self.fetcher)
            except BoardError as error:
                self.end(str(error))
                return
            if taken:
                self._at_work[taken.turn] = taken
                yield self._request(taken)

    def archive_of(self, task: Task) -> Archive:
        """The files of a run, of which this fetcher has its own."""
        if task.crawl not in self._archives:
            at_work = {taken.task.crawl for taken in self._at_work.values()}
            for crawl in self._archives.keys() - at_work:
                self._archives.pop(crawl).close()
            self._archives[task.crawl] = archive = Archive(
                self.directory, self.settings.getint("NIANBAO_WARC_BYTES"), self.fetcher
            )
            archive.begin(task.crawl, task.portal)
        return self._archives[task.crawl]

    def done(self, taken: Taken) -> None:
        """Forget a request."""
        self._at_work.pop(taken.turn, None)
        self._room.set()

    def end(self, trouble: str) -> None:
        """Begin nothing more, since it would be in vain."""
        self.trouble = self.trouble or trouble
        self._room.set()

    def parse(self, response: Response, address: str | None = None) -> None:
        """Nothing is left to do: the middleware has posted the answer."""

    def failed(self, failure: Failure) -> None:
        """Nothing is left to do: the middleware has posted why there is no answer."""

    def _request(self, taken: Taken) -> Request:
        task = taken.task
        return Request(
            task.url,
            self.parse,
            errback=self.failed,
            headers=task.headers,
            # Where the archive looks for what was asked, and in which turn.
            cb_kwargs={"address": task.address} if task.address else {},
            meta={_TAKEN: taken, "turn": taken.turn, "dont_redirect": True, "dont_retry": True},
            dont_filter=True,
        )

    async def spider_closed(self, spider: scrapy.Spider) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Close the files, and leave the board."""
        await cancel(self._loops)
        for archive in self._archives.values():
            archive.close()
        await self.board.go(self.fetcher)
        await self.board.close()

    async def _keep(self) -> None:
        """Say again and again what this fetcher is at."""
        try:
            while True:
                await self.board.keep(self.fetcher, self._at_work)
                await asyncio.sleep(self.board.lease / _CLAIMS)
        except BoardError as error:
            self.end(str(error))

    async def _tell(self) -> None:
        before = 0
        while True:
            await asyncio.sleep(_MINUTE)
            count = self.answers + self.silences
            if count > before:
                log.info("%d answers, %d requests without one", self.answers, self.silences)
            before = count


class BoardMiddleware:
    """A downloader middleware that waits until a request may be made, archives its answer, and says where that is."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        # Answers are told of in the order of the file, since later records refer to earlier ones.
        self._turn = asyncio.Lock()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The spider has the board."""
        return cls(crawler)

    @property
    def _spider(self) -> FetchSpider:
        spider = self._crawler.spider
        if not isinstance(spider, FetchSpider):
            raise TypeError("only crawler.dispatch.fetcher.FetchSpider has a board")
        return spider

    async def process_request(self, request: Request) -> None:
        """Wait for the turn of a request's host; give the request back if the fetcher ends before that."""
        spider, taken = self._spider, request.meta[_TAKEN]
        try:
            while not spider.is_ending:
                seconds = await spider.board.wait(spider.fetcher, taken)
                if seconds == 0:
                    return
                if seconds is None:
                    spider.done(taken)
                    raise IgnoreRequest("it is no longer this fetcher's")
                await asyncio.sleep(min(seconds, _NAP))
            spider.done(taken)
            await spider.board.give_back(spider.fetcher, taken)
        except BoardError as error:
            spider.end(str(error))
        raise IgnoreRequest("the fetcher ends")

    async def process_response(self, request: Request, response: Response) -> Response:
        """Archive an answer."""
        spider, taken = self._spider, request.meta[_TAKEN]
        header = response.headers.get("Retry-After")
        seconds = asked_to_wait(response.status, header.decode("latin-1") if header else None)
        async with self._turn:
            written = self._written(request, response, taken)
            spider.answers += 1
            latency = request.meta.get("download_latency")
            result = Result(taken.turn, taken.task.portal, written.warc, written.offset, latency)
            await self._post(taken, result, min(seconds or 0, LONGEST_WAIT))
        return response

    async def process_exception(self, request: Request, exception: Exception) -> None:
        """Say why there was no answer."""
        taken = request.meta[_TAKEN]
        if not isinstance(exception, IgnoreRequest):
            self._spider.silences += 1
            await self._post(taken, Result(taken.turn, taken.task.portal, error=no_answer(exception)))

    def _written(self, request: Request, response: Response, taken: Taken) -> Written:
        spider, known = self._spider, taken.task.known
        try:
            archive = spider.archive_of(taken.task)
            if known:
                archive.remember(*known)
            written = archive.write(request, response, now(), None)
            archive.sync()
        except OSError as error:
            # Another fetcher will ask again.
            spider.end(f"{spider.directory}: {error.strerror or error}")
            spider.done(taken)
            raise IgnoreRequest("it cannot be archived") from error
        return written

    async def _post(self, taken: Taken, result: Result, rest: float = 0) -> None:
        try:
            if rest:
                await self._spider.board.rest(taken.task, rest)
            await self._spider.board.post(taken, result)
        except BoardError as error:
            # The archive has it.
            self._spider.end(str(error))
        self._spider.done(taken)


def fetch(redis: str, archive: Path) -> str | None:
    """Fetch until Ctrl-C or SIGTERM; returns what else has ended it."""
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict({**_SETTINGS, "NIANBAO_REDIS": redis, "NIANBAO_ARCHIVE": str(archive)}, priority="cmdline")
    process = CrawlerProcess(settings)
    log_to_stderr(settings, FetchSpider.name)
    crawler = process.create_crawler(FetchSpider)
    process.crawl(crawler)
    process.start()
    spider = crawler.spider
    return spider.trouble if isinstance(spider, FetchSpider) else "the fetcher did not begin"
