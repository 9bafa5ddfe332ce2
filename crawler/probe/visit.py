"""Ask for a handful of pages, one after the other, as a crawl would: with its delay, its robots.txt and its limits."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

import scrapy
from scrapy import signals
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request, Response
from scrapy.settings import Settings

from crawler.answers.classify import no_answer
from crawler.archive.exchange import Exchange
from crawler.archive.writer import Archive, Written
from crawler.logs import log_to_stderr
from crawler.run.hosts import Refused
from crawler.run.middlewares import exchange_of
from crawler.run.run import crawl_id
from database.clock import now

# Robots, home, a list, its second page, three reports, and what scripts ask for.
_MOST = 16
_MOST_DELAY = 30.0


@dataclass(slots=True)
class Visit:
    """What was asked and what came: answers in their order, and why others did not come."""

    answers: list[Exchange] = field(default_factory=list)
    silences: list[tuple[str, str]] = field(default_factory=list)
    shown: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The addresses that the scripts of a page asked for while a browser showed it."""

    def robots(self) -> Exchange | None:
        """The answer to the request for robots.txt."""
        return next((one for one in self.answers if one.url.endswith("/robots.txt")), None)


class Visitor:
    """Asks for pages; more than a handful are refused."""

    def __init__(self, crawler: Crawler, visit: Visit) -> None:
        self._crawler = crawler
        self._left = _MOST
        self._delay = 0.0
        self.visit = visit
        crawler.signals.connect(self._heed, signals.robots_parsed)

    async def ask(self, url: str, *, shown: bool = False) -> Exchange | None:
        """The answer for an address, as a browser shows it if that is asked for; None where there is none."""
        if self._left <= 0 or self._crawler.engine is None:
            return None
        self._left -= 1
        await asyncio.sleep(self._delay)
        meta: dict[str, Any] = {"dont_retry": True}
        showing = None
        if shown:
            from crawler.run.browser import Showing

            showing = Showing()
            meta |= showing.meta
        request = Request(url, meta=meta, dont_filter=True)
        try:
            await self._crawler.engine.download_async(request)
        except Exception as error:  # noqa: BLE001 - whatever kept an answer from coming is what a probe is to find
            self.visit.silences.append((url, _why(error)))
            return None
        if showing:
            self.visit.shown[url] = tuple(showing.asked)
        return self.visit.answers[-1]

    def _heed(self, robotparser: object) -> None:
        """Apply the Crawl-delay of robots.txt, which Scrapy ignores, as far as somebody who waits can bear it."""
        rules = getattr(robotparser, "rp", None)
        delay = rules.crawl_delay(self._crawler.settings["USER_AGENT"]) if rules else None
        self._delay = min(float(delay or 0), _MOST_DELAY)


def _why(error: BaseException) -> str:
    if isinstance(error, Refused):
        return str(error)
    return "robots.txt forbids it" if isinstance(error, IgnoreRequest) else no_answer(error)


Walk = Callable[[Visitor], Awaitable[None]]


class ProbeSpider(scrapy.Spider):
    """Makes a walk instead of following links."""

    name = "probe"

    def __init__(self, walk: Walk, visit: Visit, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._walk = walk
        self.visit = visit

    async def start(self) -> Any:
        """Walk; nothing is left to request afterwards."""
        await self._walk(Visitor(self.crawler, self.visit))
        for request in list[Request]():
            yield request


class KeepMiddleware:
    """Keeps every answer, and writes it to an archive where one is wanted."""

    def __init__(self, visit: Visit, archive: Archive | None, portal: str) -> None:
        self._visit = visit
        self._archive = archive
        self._portal = portal

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For the visit that the spider makes."""
        visit, folder = crawler.spider.visit, crawler.settings["NIANBAO_ARCHIVE"]  # type: ignore[union-attr]
        portal: str = crawler.settings["NIANBAO_PORTAL"]
        archive = Archive(Path(folder)) if folder else None
        if archive:
            archive.begin(crawl_id(now()), portal)
        return cls(visit, archive, portal)

    def process_response(self, request: Request, response: Response) -> Response:
        """Keep an answer."""
        at, showing = now(), request.meta.get("showing")
        written = Written("", 0, "")
        if self._archive:
            written = self._archive.write(request, response, at, None, showing.shell if showing else None)
        exchange = exchange_of(response, written, at, "", self._portal)
        self._visit.answers.append(exchange)
        response.headers.pop("Content-Encoding", None)
        return response.replace(body=exchange.body)


def visited(walk: Walk, home: str, delay: float, save: Path | None, *, browser: bool) -> Visit:
    """Make a walk over the portal at ``home``, in this process; Twisted's reactor allows one a process."""
    visit = Visit()
    settings = Settings()
    settings.setmodule("crawler.settings", priority="project")
    settings.setdict(
        {
            "NIANBAO_PORTAL": home,
            "NIANBAO_ARCHIVE": str(save) if save else "",
            "DOWNLOAD_DELAY": delay,
            "AUTOTHROTTLE_ENABLED": False,
            "LOG_LEVEL": "ERROR",
            "SCHEDULER": "scrapy.core.scheduler.Scheduler",
            "EXTENSIONS": {},
            "DOWNLOADER_MIDDLEWARES": {
                "crawler.run.hosts.OwnHosts": 50,
                "crawler.probe.visit.KeepMiddleware": 950,
            },
        },
        priority="cmdline",
    )
    if browser:
        from crawler.run.browser import use_browser

        use_browser(settings)
    process = CrawlerProcess(settings)
    log_to_stderr(settings, ProbeSpider.name)
    process.crawl(process.create_crawler(ProbeSpider), walk=walk, visit=visit)
    process.start()
    return visit
