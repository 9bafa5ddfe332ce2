"""The crawl's own records: runs, requests and outcomes, in the same database as the reports."""

import json
import secrets
from collections import Counter
from pathlib import Path
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.statscollectors import StatsCollector
from twisted.python.failure import Failure

from crawler.outcomes import Outcome
from crawler.urls import FIRST_KNOWN, PORTAL_NAME
from parsers.store import Store, now

# What was not there, or was no report, is not asked for again on the same day.
_NOT_AGAIN_BEFORE = "-1 day"

_SETTLED_SQL = f"""
select 1 from reports where id = :key
union all
select 1 from failures
where key = :key and stage = 'read' and julianday(last_at) > julianday(:now, '{_NOT_AGAIN_BEFORE}')
union all
select 1 from fetches
where key = :key and status in (404, 410) and julianday(at) > julianday(:now, '{_NOT_AGAIN_BEFORE}')
"""


class Ledger:
    """A Scrapy extension that holds the store, and writes what the run does as it does it."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.crawl = f"{now().translate(str.maketrans('', '', '-:'))}-{secrets.token_hex(2)}"
        self.outcomes: Counter[Outcome] = Counter()
        self.failures: list[tuple[str, str]] = []
        self.stats: StatsCollector | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the database that the setting ``NIANBAO_DB`` names."""
        ledger = cls(Store(Path(crawler.settings["NIANBAO_DB"])))
        crawler.signals.connect(ledger.spider_opened, signals.spider_opened)
        crawler.signals.connect(ledger.spider_closed, signals.spider_closed)
        crawler.signals.connect(ledger.failed, signals.item_error)
        crawler.signals.connect(ledger.failed, signals.spider_error)
        ledger.stats = crawler.stats
        return ledger

    def failed(self, failure: Failure) -> None:
        """Note that a page could not be stored, by a fault of ours or of the database."""
        if self.stats:
            self.stats.inc_value("nianbao/faults")
            self.stats.set_value("nianbao/last_fault", f"{failure.getErrorMessage()} ({self.store.path})")

    def spider_opened(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Note the beginning of the run."""
        with self.store.transaction():
            self.store.db.table("crawls").insert({"id": self.crawl, "started": now()})

    def spider_closed(self, spider: Spider, reason: str) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Note its end and what it came to."""
        counts = json.dumps({str(outcome): count for outcome, count in sorted(self.outcomes.items())})
        with self.store.transaction():
            end = {"finished": now(), "reason": reason, "counts": counts}
            self.store.db.table("crawls").update(self.crawl, end)
        self.store.close()

    def is_settled(self, key: str) -> bool:
        """Whether the report is known already, or was asked for in vain within the last day."""
        return bool(self.store.db.execute(_SETTLED_SQL, {"key": key, "now": now()}).fetchone())

    def highest_number(self) -> int:
        """The highest number of a report known, or the one before the first that is known to exist."""
        keys = self.store.db.execute("select id from reports where id like ?", [f"{PORTAL_NAME}-%"])
        return max((int(key.rpartition("-")[2]) for (key,) in keys), default=FIRST_KNOWN - 1)

    def fetched(self, row: dict[str, object]) -> None:
        """Note one request and its answer, or the lack of one."""
        with self.store.transaction():
            self.store.db.table("fetches").insert({"crawl": self.crawl, **row})

    def settle(self, key: str, outcome: Outcome, reason: str | None = None) -> None:
        """Count what became of a page; ``reason`` says why it failed."""
        self.outcomes[outcome] += 1
        if reason:
            self.failures.append((key, reason))


def ledger_of(crawler: Crawler | None) -> Ledger:
    """The run's ledger; every component of the crawl shares the one."""
    ledger = crawler.get_extension(Ledger) if crawler else None
    if ledger is None:
        raise RuntimeError("the crawl runs without crawler.ledger.Ledger; see EXTENSIONS in crawler/settings.py")
    return ledger
