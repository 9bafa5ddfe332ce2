"""The run's own records: crawls, requests and outcomes, in the same database as the reports."""

import asyncio
import json
import logging
import secrets
import sqlite3
import time
from collections import Counter
from concurrent.futures import Future
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout
from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.exceptions import UsageError
from scrapy.http import Response
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector
from sqlite_utils.db import NotFoundError
from twisted.python.failure import Failure

from crawler.archive.exchange import Exchange, Silence
from crawler.archive.writer import Archive, mend
from crawler.frontier.frontier import Bounds, Frontier
from crawler.frontier.outcomes import FAILURES, Outcome
from crawler.portals.portals import portal_of
from crawler.run.ingest import Ingested, Intake
from crawler.run.monitors import SUMMARY
from crawler.run.summary import Summary, summarise
from crawler.run.throttle import Throttle, Window
from crawler.workers.readers import LocalReaders, PageResult
from database.store import Store, now
from derived.agencies import update_agencies
from derived.update import update_panel

log = logging.getLogger("nianbao")

_COMMIT_SECONDS = 0.5
_COMMIT_ANSWERS = 100


class Busy(Exception):  # noqa: N818 - says what the database is
    """Another crawl, or a reparse, works on the database."""


def lock_of(db: Path) -> FileLock:
    """Take the lock of a database for the rest of the process; raises :class:`Busy`."""
    db.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{db}.lock", is_singleton=True)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Busy(f"{db}: another crawl or reparse is at work on it") from error
    return lock


class Run:
    """A Scrapy extension that holds the database and the archive, and writes what the run does as it does it.

    Answers are written in batches, at most half a second late: what a crash takes from the database, the
    archive still has, and the next run takes in.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self.portal = portal_of(settings["NIANBAO_PORTAL"]).spec
        self._agent: str = settings["USER_AGENT"]
        self._lock = lock_of(Path(settings["NIANBAO_DB"]))
        self.store = Store(Path(settings["NIANBAO_DB"]))
        self.archive = Archive(Path(settings["NIANBAO_ARCHIVE"]), settings.getint("NIANBAO_WARC_BYTES"))
        self.readers = LocalReaders(settings.getint("NIANBAO_READERS"))
        self.intake = Intake(self.store, self.archive, self.readers)
        window = settings.get("NIANBAO_WINDOW")
        self.throttle = Throttle(
            settings.getfloat("DOWNLOAD_DELAY"),
            Window.parse(window) if window else None,
            settings.getint("NIANBAO_BUDGET") or None,
        )
        self.crawl = f"{now().translate(str.maketrans('', '', '-:'))}-{secrets.token_hex(2)}"
        self.started = now()
        self.outcomes: Counter[Outcome] = Counter()
        self.failures: list[tuple[str, str]] = []
        self.planned = 0
        self.requests = 0
        self.fault: str | None = None
        self.summary: Summary | None = None
        self._stats: StatsCollector | None = None
        self._turn = asyncio.Lock()
        self._pending = 0

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the database and the archive that the settings name."""
        try:
            run = cls(crawler.settings)
        except Busy as error:
            raise UsageError(str(error)) from error
        run._stats = crawler.stats
        crawler.signals.connect(run.spider_opened, signals.spider_opened)
        crawler.signals.connect(run.spider_closed, signals.spider_closed)
        crawler.signals.connect(run.failed, signals.item_error)
        crawler.signals.connect(run.failed, signals.spider_error)
        crawler.signals.connect(run.robots_parsed, signals.robots_parsed)
        return run

    @property
    def frontier(self) -> Frontier:
        """The list of addresses."""
        return self.intake.of(self.portal).frontier

    def failed(self, failure: Failure) -> None:
        """Note that an answer could not be written, by a fault of ours or of the database."""
        self.broken(failure.value, self.store.path)

    def broken(self, error: BaseException | None, path: Path) -> None:
        """Note that the database or the archive cannot be written: the run ends, since it would only lose answers."""
        self.fault = self.throttle.failure = self.fault or f"{error} ({path})"

    def robots_parsed(self, robotparser: object) -> None:
        """Heed the Crawl-delay of robots.txt, which Scrapy leaves alone."""
        rules = getattr(robotparser, "rp", None)
        delay = rules.crawl_delay(self._agent) if rules else None
        if delay:
            self.throttle.keep_apart(float(delay))

    async def spider_opened(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Note the beginning of the run, and take in what runs that were cut off had left."""
        try:
            with self.store.transaction():
                self.store.db.table("crawls").insert({"id": self.crawl, "started": self.started, "portal": self.portal})
        except sqlite3.Error as error:
            # What a run fetches that is not in the list is taken in by no other.
            self.broken(error, self.store.path)
            return
        try:
            await self._catch_up()
        except (sqlite3.Error, OSError, LookupError) as error:
            self.fault = self.throttle.failure = f"what an earlier run had left could not be taken in: {error}"
        self.archive.begin(self.crawl, self.portal)

    async def _catch_up(self) -> None:
        sql = "select id, portal from crawls where finished is null and id <> ? order by id"
        for crawl, portal in self.store.db.execute(sql, [self.crawl]).fetchall():
            left = await self._take_in(self._mended(crawl))
            await self.intake.of(portal).catch_up(now())
            with self.store.transaction():
                self.store.db.table("crawls").update(crawl, {"finished": now(), "reason": "killed"})
            log.info("the run %s was cut off; %d of its answers were in the archive only", crawl, left)

    def _mended(self, crawl: str) -> list[Path]:
        files = self.archive.files_of(crawl)
        for path in files:
            if lost := mend(path):
                log.info("%s: a record of %d bytes was cut off", path, lost)
        return files

    async def _take_in(self, paths: list[Path]) -> int:
        """Take in the answers of a run's files that the database has not heard of."""
        taken = 0
        for exchange in self.archive.exchanges(paths, self.store.db):
            if not self._knows(exchange.warc, exchange.offset):
                taken += 1
                await self._taken(exchange, self.intake.begin(exchange), None)
        return taken

    def _knows(self, warc: str, offset: int) -> bool:
        """Whether the database has heard of an answer."""
        sql = "select 1 from fetches where warc = ? and offset = ?"
        return self.store.db.execute(sql, [warc, offset]).fetchone() is not None

    async def spider_closed(self, spider: Spider, reason: str) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Note the end of the run and what it came to."""
        async with self._turn:
            self._commit()
        at = now()
        try:
            self._write_end(reason, at)
        except (sqlite3.Error, NotFoundError) as error:
            self.broken(error, self.store.path)
        self.summary = summarise(self.store, self.crawl, self.counts(), self.failures, at)
        if self._stats:
            self._stats.set_value(SUMMARY, self.summary.as_json())
        self.close()

    def _write_end(self, reason: str, at: str) -> None:
        with self.store.transaction():
            end = {"reason": self.reason(reason), "counts": json.dumps(self.counts())}
            # A run with a fault has answers that only the archive knows; the next one takes them in.
            end |= {} if self.fault else {"finished": at}
            self.store.db.table("crawls").update(self.crawl, end)
        update_agencies(self.store)
        update_panel(self.store)

    def left(self, at: str) -> int:
        """How many addresses are still due; 0 once the database is closed."""
        return self.frontier.count_due(at) if self.summary is None else 0

    def close(self) -> None:
        """Close the files, and end the readers."""
        try:
            self.archive.close()
        except OSError as error:
            self.broken(error, self.archive.directory)
        self.readers.close()
        self.store.close()
        self._lock.release()

    def reason(self, reason: str) -> str:
        """Why the run ended."""
        return self.throttle.failure or self.throttle.ending or reason

    def counts(self) -> dict[str, int]:
        """What the run did: requests, planned addresses, and how many came to each outcome."""
        outcomes = {str(outcome): count for outcome, count in sorted(self.outcomes.items())}
        return {"requests": self.requests, "planned": self.planned, **outcomes}

    def answered(self, response: Response) -> None:
        """Note that an answer came, and heed it if it asks to wait."""
        self.requests += 1
        header = response.headers.get("Retry-After")
        self.throttle.heed(response.status, header.decode("latin-1") if header else None, time.monotonic())

    async def take(self, exchange: Exchange, address: str | None = None) -> Ingested | None:
        """Take in an answer; whoever comes first is written first."""
        reading = self.intake.begin(exchange, address)
        async with self._turn:
            self._begin()
            taken = await self._taken(exchange, reading, address)
            self._commit_soon()
        return taken

    async def _taken(
        self, exchange: Exchange, reading: "Future[PageResult] | None", address: str | None
    ) -> Ingested | None:
        try:
            return await self.intake.take(exchange, reading, address)
        except (sqlite3.Error, OSError, LookupError):
            raise
        except Exception as error:  # A fault of ours must cost one answer, not the run
            log.exception("%s", exchange.url)
            return self.intake.of(exchange.portal).take_fault(exchange, address, error)

    async def take_silence(self, silence: Silence) -> Ingested:
        """Note that no answer came."""
        self.requests += not silence.forbidden
        async with self._turn:
            self._begin()
            taken = self.intake.of(self.portal).take_silence(
                self.crawl, silence.url, silence.address, silence.at, silence.error, forbidden=silence.forbidden
            )
            self._commit_soon()
        return taken

    def settle(self, taken: Ingested) -> None:
        """Count what an address came to in the end; one that led elsewhere, where nobody asked, to nothing yet."""
        outcome = taken.outcome or Outcome.POSTPONED
        self.outcomes[outcome] += 1
        if outcome in FAILURES:
            self.failures.append((taken.row.name, taken.reason))

    async def walk_from(self, number: int, bounds: Bounds) -> None:
        """Put the numbers around a report on the list."""
        async with self._turn:
            self._begin()
            self.frontier.walk_from(number, bounds)
            self._commit_soon()

    def _begin(self) -> None:
        if not self.store.db.conn.in_transaction:
            self.store.db.execute("BEGIN IMMEDIATE")

    def _commit_soon(self) -> None:
        self._pending += 1
        if self._pending >= _COMMIT_ANSWERS:
            self._commit()
        elif self._pending == 1:
            asyncio.get_running_loop().call_later(_COMMIT_SECONDS, self._commit_later)

    def _commit_later(self) -> None:
        if self._turn.locked():
            asyncio.get_running_loop().call_later(_COMMIT_SECONDS / 10, self._commit_later)
        elif self._pending:
            self._commit()

    def _commit(self) -> None:
        """Make what was taken in last; the archive first, since the database speaks of it."""
        self._pending = 0
        if not self.store.db.conn.in_transaction:
            return
        try:
            self.archive.sync()
            self.store.db.conn.commit()
        except (sqlite3.Error, OSError) as error:
            self.broken(error, self.store.path)
            if self.store.db.conn.in_transaction:
                self.store.db.conn.rollback()


def run_of(crawler: Crawler | None) -> Run:
    """The run's records; every component of the crawl shares the one."""
    run = crawler.get_extension(Run) if crawler else None
    if run is None:
        raise RuntimeError("the crawl runs without crawler.run.run.Ledger; see EXTENSIONS in crawler/settings.py")
    return run
