"""Item pipeline: pages go through the parsers into the store, failures into their table."""

import hashlib
from typing import Self

from scrapy.crawler import Crawler

from crawler.items import Failure, Page
from crawler.ledger import ledger_of
from crawler.outcomes import Outcome
from parsers.document import Unreadable
from parsers.read import read
from parsers.store import Source


class StorePipeline:
    """Reads each page and writes its rows in one transaction."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """The ledger of the crawl holds the store."""
        return cls(crawler)

    def process_item(self, item: Page | Failure) -> Page | Failure:
        """Store one item."""
        if isinstance(item, Page):
            self._read(item)
        else:
            self._fail(item.key, "fetch", item.reason, Outcome.NOT_FETCHED)
        return item

    def _read(self, page: Page) -> None:
        source = Source(
            key=page.key,
            sha256=hashlib.sha256(page.body).hexdigest(),
            size=len(page.body),
            seen_at=page.fetched_at,
            url=page.url,
            media_type=page.media_type,
            warc=page.warc,
            offset=page.offset,
        )
        ledger = ledger_of(self._crawler)
        try:
            report = read(page.body)
        except Unreadable as error:
            self._fail(page.key, "read", str(error), Outcome.NOT_A_REPORT, source)
            return
        ledger.store.save_report(source, report)
        ledger.settle(page.key, Outcome.REPORT)

    def _fail(self, key: str, stage: str, reason: str, outcome: Outcome, source: Source | None = None) -> None:
        ledger = ledger_of(self._crawler)
        ledger.store.save_failure(key, stage, reason, source)
        ledger.settle(key, outcome, reason)
