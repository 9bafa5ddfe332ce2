"""Spider of nb.henan.gov.cn: report pages by their numbers, and by the links between them."""

from collections.abc import AsyncIterator, Iterator
from typing import Any, Self
from urllib.parse import urlsplit

import scrapy
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.http import Request, Response, TextResponse
from scrapy.linkextractors import LinkExtractor
from twisted.python.failure import Failure as TwistedFailure

from crawler.items import Failure, Page
from crawler.ledger import ledger_of
from crawler.outcomes import Outcome, missing, no_answer, refusal
from crawler.urls import is_loopback, report_key, report_number, report_url

_BATCH = 1000


class PublicReportSpider(scrapy.Spider):
    """Asks for the reports ``first`` to ``last`` and for every other report that a page links to.

    Without ``first``, it goes on after the highest number known; without ``last``, for a thousand
    numbers. With ``full``, it also asks for reports that are known already.
    """

    name = "public_report"

    def __init__(self, first: str = "", last: str = "", full: str = "", **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.first = int(first) if first else None
        self.last = int(last) if last else None
        self.full = bool(full)
        self.portal = ""
        self._asked: set[int] = set()
        self._links = LinkExtractor(allow=r"/zw/public-report/view/\d+")

    @classmethod
    def from_crawler(cls, crawler: Crawler, *args: Any, **kwargs: Any) -> Self:
        """Refuses a portal that is not on this machine as long as nobody says who is asking."""
        settings = crawler.settings
        if not is_loopback(settings["NIANBAO_PORTAL"]) and not settings["NIANBAO_CONTACT"]:
            raise UsageError("set NIANBAO_CONTACT to an address at which the portal's operator can reach you")
        spider = super().from_crawler(crawler, *args, **kwargs)
        spider.portal = settings["NIANBAO_PORTAL"]
        return spider

    async def start(self) -> AsyncIterator[Request]:
        """The numbers in ascending order."""
        first = ledger_of(self.crawler).highest_number() + 1 if self.first is None else self.first
        last = first + _BATCH - 1 if self.last is None else self.last
        for number in range(first, last + 1):
            for request in self._ask(number):
                yield request

    def _ask(self, number: int) -> Iterator[Request]:
        """A request for a report, unless it was asked for in this run or is not due."""
        key = report_key(number)
        if number in self._asked or (not self.full and ledger_of(self.crawler).is_settled(key)):
            return
        self._asked.add(number)
        url = report_url(self.portal, number)
        # A page may redirect to itself with a cookie, which the duplicate filter would drop in silence.
        yield Request(url, self.parse, errback=self.failed, cb_kwargs={"key": key}, dont_filter=True)

    def parse(self, response: Response, key: str) -> Iterator[Page | Failure | Request]:
        """Hand over a page that may be a report, and follow its links to others."""
        reason = refusal(response.status, response.flags)
        if missing(response.status):
            ledger_of(self.crawler).settle(key, Outcome.MISSING)
        elif reason:
            yield Failure(key, response.url, reason)
        else:
            yield self._page(response, key)
        yield from self._linked(response)

    def _page(self, response: Response, key: str) -> Page:
        warc, offset, fetched_at = response.meta["archived"]
        header = response.headers.get("Content-Type") or b""
        media_type = header.decode("latin-1").partition(";")[0].strip() or None
        return Page(key, response.url, media_type, response.body, fetched_at, warc, offset)

    def _linked(self, response: Response) -> Iterator[Request]:
        if isinstance(response, TextResponse):
            for link in self._links.extract_links(response):
                number = report_number(link.url)
                if number is not None and urlsplit(link.url).netloc == urlsplit(self.portal).netloc:
                    yield from self._ask(number)

    def failed(self, failure: TwistedFailure) -> Iterator[Failure]:
        """Name the reason why a page could not be fetched."""
        request = failure.request  # type: ignore[attr-defined]
        yield Failure(request.cb_kwargs["key"], request.url, no_answer(failure.value or TimeoutError()))
