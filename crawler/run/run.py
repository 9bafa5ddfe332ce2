"""The run's own records: crawls, requests and outcomes, in the same database as the reports."""

import asyncio
import json
import logging
import secrets
import sqlite3
import time
from collections import Counter
from concurrent.futures import Future
from datetime import timedelta
from pathlib import Path
from typing import Self

from scrapy import Spider, signals
from scrapy.crawler import Crawler
from scrapy.http import Request, Response
from scrapy.settings import BaseSettings
from scrapy.statscollectors import StatsCollector
from sqlite_utils.db import NotFoundError
from twisted.python.failure import Failure

from crawler.archive.exchange import Exchange, Silence
from crawler.archive.writer import Archive, loss_of, mend
from crawler.frontier.frontier import REPORT, Bounds, Frontier, FrontierRow, moment_of, written
from crawler.frontier.outcomes import FAILURES, Outcome
from crawler.portals.portals import portal_of
from crawler.processes import count_of
from crawler.run.hosts import Hosts
from crawler.run.ingest import Ingested, Ingests, is_lasting
from crawler.run.monitors import SUMMARY
from crawler.run.summary import Summary, summarise
from crawler.run.throttle import Throttle, Window
from crawler.workers.readers import LocalReaders, PageResult
from database.clock import now
from database.lock import lock_of
from database.store import Store
from derived.update import update_derived

log = logging.getLogger("nianbao")

_COMMIT_SECONDS = 0.5
_COMMIT_ANSWERS = 100
# Known reports that are gone or spoilt before a run ends that met fewer good ones: half a minute at one a second.
_MOST_DOUBTED = 30

# Keys of Scrapy's stats, in docs/crawl.md; what every other counter of the run is made of.
_REQUESTS, _PLANNED, _OUTCOME = "nianbao/requests", "nianbao/planned", "nianbao/outcome/"


# A date that is further ahead than this is wrong; the clocks of two machines may differ by less. No run was before this
# program was written.
_AHEAD, _MADE = timedelta(hours=1), "2026-01-01T00:00:00Z"


class Run:
    """A Scrapy extension that holds the database and the archive, and records the run.

    Answers are written in batches, at most half a second late: what a crash takes from the database, the
    archive still has, and the next run ingests.
    """

    def __init__(self, settings: BaseSettings, stats: StatsCollector) -> None:
        self.portal = portal_of(settings["NIANBAO_PORTAL"]).spec
        self._hosts = Hosts(settings)
        self._agent: str = settings["USER_AGENT"]
        self._lock = lock_of(Path(settings["NIANBAO_DB"]))
        self.store = Store(Path(settings["NIANBAO_DB"]))
        self.archive = Archive(Path(settings["NIANBAO_ARCHIVE"]), settings.getint("NIANBAO_WARC_BYTES"))
        self.readers = LocalReaders(count_of(str(settings["NIANBAO_READERS"])))
        self.ingests = Ingests(self.store, self.archive, self.readers)
        window = settings.get("NIANBAO_WINDOW")
        self.throttle = Throttle(
            settings.getfloat("DOWNLOAD_DELAY"),
            Window.parse(window) if window else None,
            settings.getint("NIANBAO_BUDGET") or None,
        )
        self.started = now()
        self.crawl = crawl_id(self.started)
        self.failures: list[tuple[str, str]] = []
        # What the run saw that no single address accounts for: a line each, for stderr and the monitors.
        self.findings: list[str] = []
        # The numbers that were not looked at, in a line.
        self.unlooked = ""
        # Addresses that are being asked for, or wait for another try: planned, and not come to an outcome yet.
        self.open: set[str] = set()
        self.fault: str | None = None
        self.summary: Summary | None = None
        self._stats = stats
        self._turn = asyncio.Lock()
        self._pending = 0
        self._doubted = 0
        # Addresses that were counted as reports.
        self._read: set[str] = set()

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Open the database and the archive that the settings name."""
        run = cls(crawler.settings, crawler.stats)
        crawler.signals.connect(run.spider_opened, signals.spider_opened)
        crawler.signals.connect(run.spider_closed, signals.spider_closed)
        crawler.signals.connect(run.failed, signals.item_error)
        crawler.signals.connect(run.failed, signals.spider_error)
        crawler.signals.connect(run.robots_parsed, signals.robots_parsed)
        crawler.signals.connect(run.request_sent, signals.request_reached_downloader)
        return run

    @property
    def frontier(self) -> Frontier:
        """The list of addresses."""
        return self.ingests[self.portal].frontier

    def failed(self, failure: Failure) -> None:
        """Note that an answer could not be written, by a fault of ours or of the database."""
        self.broken(failure.value, self.store.path)

    def broken(self, error: BaseException | None, path: Path) -> None:
        """Note that the database or the archive cannot be written: the run ends, since it would only lose answers."""
        self.fault = self.throttle.failure = self.fault or f"{error} ({path})"

    def robots_parsed(self, robotparser: object) -> None:
        """Apply the Crawl-delay of robots.txt, which Scrapy ignores."""
        rules = getattr(robotparser, "rp", None)
        delay = rules.crawl_delay(self._agent) if rules else None
        if delay:
            self.throttle.keep_apart(float(delay))

    def request_sent(self, request: Request) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Note when a request really goes out: the first waits for robots.txt, which has the Crawl-delay."""
        self.throttle.note_sent(time.monotonic())

    async def spider_opened(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Record the start of the run, and ingest what interrupted runs left."""
        try:
            with self.store.transaction():
                self.store.db.table("crawls").insert({"id": self.crawl, "started": self.started, "portal": self.portal})
        except sqlite3.Error as error:
            # What a run fetches that is not in the list is ingested by no other.
            self.broken(error, self.store.path)
            return
        try:
            await self._catch_up()
        except (sqlite3.Error, OSError, LookupError) as error:
            self.fault = self.throttle.failure = f"what an earlier run had left could not be ingested: {error}"
        self._put_dates_right()
        self._miss_files()
        self.archive.begin(self.crawl, self.portal)
        if objection := await self._hosts.objection_to(portal_of(self.portal).home):
            self.throttle.failure = objection

    async def _catch_up(self) -> None:
        sql = "select id, portal from crawls where finished is null and id <> ? order by id"
        for crawl, portal in self.store.db.execute(sql, [self.crawl]).fetchall():
            left = await self._ingest_files(self._mend(crawl))
            await self.ingests[portal].catch_up(now(), crawl)
            self._judge(portal, crawl)
            with self.store.transaction():
                self.store.db.table("crawls").update(crawl, {"finished": now(), "reason": "killed"})
            log.info("the run %s was cut off; %d of its answers were in the archive only", crawl, left)

    def _judge(self, portal: str, crawl: str) -> None:
        """Say so if a run is not to be believed."""
        try:
            if line := self.ingests[portal].judge(crawl, now()):
                self.finding(line)
        except sqlite3.Error as error:
            self.broken(error, self.store.path)

    def finding(self, line: str) -> None:
        """Say at once what is amiss; the monitors repeat it at the end."""
        if line not in self.findings:
            self.findings.append(line)
            log.warning("%s", line)

    def _put_dates_right(self) -> None:
        """Correct what a clock that was ahead has written: it would not be due for as long."""
        limit = written(moment_of(self.started) + _AHEAD)
        if self.started < _MADE:
            self.throttle.failure = f"the clock of this machine says {self.started}: set it first"
            return
        with self.store.transaction():
            count = self.store.put_right(self.started, limit)
        if count:
            log.warning("%d dates of the database were in the future, and are set to %s", count, self.started)

    def _miss_files(self) -> None:
        """Note that files of the archive are gone: what they had is asked for without conditions, when it is due."""
        lost = self.archive.lost_files(self.store.db)
        if not lost:
            return
        with self.store.transaction():
            for warc in lost:
                self.frontier.forget_validators(warc)
                self.store.mark_file_lost(warc)
        self.finding(loss_of(self.archive.directory, lost))

    def _mend(self, crawl: str) -> list[Path]:
        files = self.archive.files_of(crawl)
        for path in files:
            if lost := mend(path):
                log.info("%s: a record of %d bytes was cut off", path, lost)
        return files

    async def _ingest_files(self, paths: list[Path]) -> int:
        """Ingest those answers of a run's files that the database lacks; returns how many."""
        count = 0
        for exchange in self.archive.exchanges(paths, self.store.db):
            if not self._knows(exchange.warc, exchange.offset):
                count += 1
                await self._ingest(exchange, self.ingests[exchange.portal].begin(exchange), None)
        return count

    def _knows(self, warc: str, offset: int) -> bool:
        """Whether the database has an answer."""
        sql = "select 1 from fetches where warc = ? and offset = ?"
        return self.store.db.execute(sql, [warc, offset]).fetchone() is not None

    async def spider_closed(self, spider: Spider, reason: str) -> None:
        """Record the end of the run and its counts."""
        async with self._turn:
            for unread in self.ingests[self.portal].unread():
                if unread.row.address in self._read:
                    self._recount(unread)
            self._commit()
            self._judge(self.portal, self.crawl)
        at = now()
        try:
            self._write_end(reason, at)
            self._look_back(spider, reason)
        except (sqlite3.Error, NotFoundError) as error:
            self.broken(error, self.store.path)
        self.summary = summarise(self.store, self.crawl, self.counts(), self.failures, at, self.findings)
        self._stats.set_value(SUMMARY, self.summary.as_json())
        self.close()

    def _look_back(self, spider: Spider, reason: str) -> None:
        """Note what lists have and was not reached; and which numbers were not looked at, once all was that was due."""
        ingest = self.ingests[self.portal]
        for line in ingest.lists.shortfalls():
            self.finding(line)
        if getattr(spider, "bounds", Bounds()).are_open and self.reason(reason) == "finished":
            self.unlooked = ingest.lists.unlooked(self.frontier)
            if self.unlooked and ingest.lists.are_empty() and self.frontier.is_sparse():
                self.finding(f"reports stand far apart, and no list has them: {self.unlooked}")
                self.unlooked = ""

    def _write_end(self, reason: str, at: str) -> None:
        with self.store.transaction():
            end = {"reason": self.reason(reason), "counts": json.dumps(self.counts())}
            # A run with a fault has answers that only the archive knows; the next one ingests them.
            end |= {} if self.fault else {"finished": at}
            self.store.db.table("crawls").update(self.crawl, end)
        update_derived(self.store)

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

    @property
    def outcomes(self) -> Counter[str]:
        """How many addresses had each outcome."""
        stats = self._stats.get_stats()
        return Counter({key.removeprefix(_OUTCOME): n for key, n in sorted(stats.items()) if key.startswith(_OUTCOME)})

    @property
    def planned(self) -> int:
        """How many addresses the run planned to ask for."""
        return int(self._stats.get_value(_PLANNED, 0))

    def counts(self) -> dict[str, int]:
        """The counts of the run: requests, planned addresses, and addresses with each outcome."""
        return {"requests": self._stats.get_value(_REQUESTS, 0), "planned": self.planned, **self.outcomes}

    def answered(self, response: Response) -> None:
        """Record that an answer came, and apply its Retry-After."""
        self._stats.inc_value(_REQUESTS)
        header = response.headers.get("Retry-After")
        self.throttle.heed(response.status, header.decode("latin-1") if header else None, time.monotonic())

    async def ingest(self, exchange: Exchange, address: str | None = None) -> Ingested | None:
        """Ingest an answer; answers are written in the order in which they come."""
        reading = self.ingests[exchange.portal].begin(exchange, address)
        async with self._turn:
            self._begin()
            ingested = await self._ingest(exchange, reading, address)
            self._commit_soon()
        return ingested

    async def _ingest(
        self, exchange: Exchange, reading: "Future[PageResult] | None", address: str | None
    ) -> Ingested | None:
        ingest = self.ingests[exchange.portal]
        try:
            return await ingest.ingest(exchange, reading, address)
        except (sqlite3.Error, OSError, LookupError):
            raise
        except Exception as error:  # A fault of ours must cost one answer, not the run
            log.exception("%s", exchange.url)
            return ingest.record_fault(exchange, address, error)

    async def ingest_silence(self, silence: Silence) -> Ingested:
        """Note that no answer came."""
        self._stats.inc_value(_REQUESTS, not silence.forbidden)
        async with self._turn:
            self._begin()
            ingest = self.ingests[self.portal]
            ingested = await ingest.go_without(ingest.record_silence(self.crawl, silence), silence.at)
            await ingest.read_with_sheets(ingested, silence.at)
            self._commit_soon()
        return ingested

    def plan(self, row: FrontierRow) -> None:
        """Note that an address is to be asked for; :meth:`count_outcome` must follow."""
        self._stats.inc_value(_PLANNED)
        self.open.add(row.address)

    def count_outcome(self, ingested: Ingested) -> None:
        """Count the final outcome of an address; a redirect not followed yet counts as postponed."""
        outcome = ingested.outcome or Outcome.POSTPONED
        self.open.discard(ingested.row.address)
        self._stats.inc_value(f"{_OUTCOME}{outcome}")
        if outcome is Outcome.REPORT and ingested.row.kind == REPORT:
            self._read.add(ingested.row.address)
        if outcome in FAILURES:
            self.failures.append((ingested.row.name, ingested.reason))
        if ingested.undone:
            self._recount(ingested.undone)
        if outcome in (Outcome.GONE, Outcome.DOUBTED) and not is_lasting(ingested.row, now()):
            self._doubted += 1
            self._stop_believing()

    def _recount(self, undone: Ingested) -> None:
        """Count a page as what it turned out to be, once its files were there, and no longer as a report."""
        if undone.row.address in self._read:
            self._read.remove(undone.row.address)
            self._stats.inc_value(f"{_OUTCOME}{Outcome.REPORT}", -1)
            self._stats.inc_value(f"{_OUTCOME}{undone.outcome}")
        if undone.outcome in FAILURES:
            self.failures.append((undone.row.name, undone.reason))

    def _stop_believing(self) -> None:
        """End a run that only does damage: most of what was known is gone, or less than it was."""
        good = self.outcomes[Outcome.REPORT] + self.outcomes[Outcome.UNCHANGED]
        if self._doubted >= _MOST_DOUBTED and self._doubted > good:
            self.throttle.failure = f"{self._doubted} known reports are gone, less than they were, or others"

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
        """Commit what was ingested; the archive first, because the database refers to it."""
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


def crawl_id(started: str) -> str:
    """A name for a run that sorts by its start, and that no other has which starts in the same second elsewhere."""
    return f"{started.translate(str.maketrans('', '', '-:'))}-{secrets.token_hex(8)}"


def run_of(crawler: Crawler | None) -> Run:
    """The run's records; every component of the crawl shares the one."""
    run = crawler.get_extension(Run) if crawler else None
    if run is None:
        raise RuntimeError("the crawl runs without crawler.run.run.Run; see EXTENSIONS in crawler/settings.py")
    return run
