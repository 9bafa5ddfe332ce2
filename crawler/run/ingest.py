"""An answer is classified, read, and written with its outcome in one transaction.

A crawl ingests what it has just archived. After a crash, and for ``nianbao reparse``, the answers come from the
archive.
"""

import re
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import timedelta
from urllib.parse import urljoin, urlsplit

from crawler.answers.classify import Finding, Kind, by_answer, is_page, looks_cut
from crawler.answers.links import is_picture
from crawler.answers.listing import Listing
from crawler.archive.exchange import Exchange, Silence
from crawler.archive.reader import payload_at
from crawler.archive.writer import Archive
from crawler.frontier.frontier import ATTACHMENT, PAGE, REPORT, STYLE, Frontier, FrontierRow, moment_of, written
from crawler.frontier.outcomes import PASSING, Outcome
from crawler.portals.portals import Portal, portal_of
from crawler.portals.urls import is_address
from crawler.run.lists import Lists
from crawler.workers.readers import PageResult, Payload, Readers, Sheets, finished
from database.rows import ReportRows
from database.store import Source, Store
from parsers.narrative.page_context import JOINT

_LOGIN = re.compile(r"login|signin|passport|sso|/cas/|oauth", re.IGNORECASE)
# Chosen, not measured: one report may be taken down or spoilt by its publisher, and in a small run some of each; the
# reports of many agencies at once are the portal's doing.
_MANY, _MOST_DOUBTED = 2, 0.1
# A portal that was not believed is asked again by the run of the next night; what is still so after a week is believed,
# since no portal stays broken that long, and a crawl that never believed it would come to nothing else.
_NEXT_NIGHT, _LASTING = timedelta(days=0.8), timedelta(days=7)
_OUTCOMES = {
    Kind.MISSING: Outcome.MISSING,
    Kind.WALL: Outcome.WALL,
    Kind.LOGIN: Outcome.NOT_A_REPORT,
    Kind.SHELL: Outcome.NOT_A_REPORT,
    Kind.ERROR: Outcome.NOT_FETCHED,
    Kind.CUT: Outcome.NOT_FETCHED,
}


@dataclass(frozen=True, slots=True)
class Ingested:
    """The outcome of an address, and why; ``hop`` is where it redirects, ``linked`` the reports that its page names.

    ``undone`` is what a report's page came to, which had seemed to be one until this file of it was read.
    """

    row: FrontierRow
    outcome: Outcome | None
    reason: str = ""
    hop: str | None = None
    linked: tuple[str, ...] = ()
    undone: "Ingested | None" = None


@dataclass(frozen=True, slots=True)
class Pending:
    """A report that is being read: of which page and which payloads, and the answer that completed it.

    Until ``ingest`` has finished it, no other answer with its key may be ingested.
    """

    ingest: "Ingest"
    ingested: Ingested
    page: FrontierRow
    reading: "Future[PageResult]"
    sources: tuple[Source, ...]
    at: str
    crawl: str

    @property
    def key(self) -> str:
        """The report's id."""
        return self.page.key or ""


class Ingests(dict[str, "Ingest"]):
    """One :class:`Ingest` a portal, by how the portal is written; they share a database and an archive."""

    def __init__(self, store: Store, archive: Archive, readers: Readers) -> None:
        super().__init__()
        self.store = store
        self._archive = archive
        self._readers = readers

    def __missing__(self, portal: str) -> "Ingest":
        self[portal] = Ingest(self.store, self._archive, self._readers, portal_of(portal))
        return self[portal]


class Ingest:
    """Ingests the answers of one portal, one after the other, in the order of the archive."""

    def __init__(self, store: Store, archive: Archive, readers: Readers, portal: Portal) -> None:
        self.store = store
        self.frontier = Frontier(store, portal)
        self.lists = Lists(store, portal)
        self._portal = portal
        self._archive = archive
        self._readers = readers
        self._held: dict[str, Payload] = {}
        # The run whose answers are being ingested.
        self._crawl = ""

    def begin(self, exchange: Exchange, address: str | None = None) -> "Future[PageResult] | None":
        """Have the answer read if it may be a report that was not read before.

        ``address`` is what was asked for, if that is known; it may have led elsewhere.
        """
        row = self._row(exchange, address)
        if row:
            return self._begin_reading(row, exchange)
        if self._portal.report_at(exchange.url) is None or by_answer(exchange).kind is not Kind.CONTENT:
            return None
        return self._readers.page(self._payload(exchange), exchange.url, exchange.portal)

    async def ingest(
        self, exchange: Exchange, reading: "Future[PageResult] | None" = None, address: str | None = None
    ) -> Ingested | None:
        """Write the outcome of an answer; None for robots.txt, which is on no list."""
        ingested = await self.record_answer(exchange, reading, address)
        return await self.finish(ingested) if isinstance(ingested, Pending) else ingested

    async def record_answer(
        self, exchange: Exchange, reading: "Future[PageResult] | None" = None, address: str | None = None
    ) -> Ingested | Pending | None:
        """Write the outcome of an answer, but not yet the report that it completes."""
        self._crawl = exchange.crawl
        row = self._row(exchange, address) or self._adopt(exchange)
        reading = reading or (self._begin_reading(row, exchange) if row else None)
        read = await self._readers.awaited(reading) if reading else None
        with self.store.transaction():
            self._record_fetch(exchange, row)
            if row is None:
                return None
            ingested = self._record(row, exchange, read)
        await self.read_with_sheets(ingested, exchange.at)
        if row.key and ingested.outcome not in (None, Outcome.UNCHANGED, Outcome.DOUBTED):
            return self._complete(ingested, exchange, read)
        return ingested

    async def finish(self, pending: Pending) -> Ingested:
        """Write a report as soon as it has been read."""
        read = await self._readers.awaited(pending.reading)
        with self.store.transaction():
            reason = self._write_or_refuse(pending, read)
        if not reason:
            return pending.ingested
        outcome = Outcome.DOUBTED if pending.page.read else Outcome.NOT_A_REPORT
        if pending.ingested.row.kind == REPORT:
            return replace(pending.ingested, outcome=outcome, reason=reason)
        return replace(pending.ingested, undone=Ingested(pending.page, outcome, reason))

    async def go_without(self, ingested: Ingested, at: str) -> Ingested:
        """Read a report without a file of it that got no answer."""
        key = ingested.row.key if ingested.row.kind == ATTACHMENT else None
        page = self.frontier.page_of(key) if key else None
        if page is None or page.sha256 is None or page.state != Outcome.REPORT or self._waits(page.key or ""):
            return ingested
        done = self._assemble(page, at, ingested)
        return await self.finish(done) if isinstance(done, Pending) else done

    def unread(self) -> list[Ingested]:
        """The pages of reports that could not be read for want of their files, or not yet."""
        pages = filter(None, map(self.frontier.page_of, self.frontier.unread()))
        return [self._unread(page) for page in pages if page.state == Outcome.REPORT]

    def _unread(self, page: FrontierRow) -> Ingested:
        if self._waits(page.key or ""):
            return Ingested(page, Outcome.POSTPONED)
        reason = "not read: a file of it could not be had"
        with self.store.transaction():
            self.store.save_failure(page.name, "read", reason)
        return Ingested(page, Outcome.NOT_FETCHED, reason)

    def key_of(self, exchange: Exchange) -> str | None:
        """The report that an answer belongs to, as far as is known."""
        row = self._row(exchange, None)
        return row.key if row else None

    def is_sheet(self, exchange: Exchange) -> bool:
        """Whether an answer is that of a style sheet, for which reports may have to be read again."""
        row = self._row(exchange, None)
        return row is not None and row.kind == STYLE

    def record_silence(self, crawl: str, silence: Silence) -> Ingested:
        """Write that a request got no answer."""
        self._crawl = crawl
        row = self.frontier.at(silence.address)
        if row is None:
            raise LookupError(f"{silence.address} is not on the list")
        fetch = {"key": row.key, "url": silence.url, "crawl": crawl, "at": silence.at, "error": silence.error}
        with self.store.transaction():
            self.store.insert("fetches", [fetch])
            outcome = Outcome.FORBIDDEN if silence.forbidden else Outcome.NOT_FETCHED
            return self._failed(row, outcome, silence.at, silence.error)

    def record_fault(self, exchange: Exchange, address: str | None, error: Exception) -> Ingested | None:
        """Write that an answer could not be ingested because of a fault of ours; the run continues."""
        row = self._row(exchange, address)
        with self.store.transaction():
            self._record_fetch(exchange, row)
            reason = f"fault in nianbao, please report it: {type(error).__name__}: {error}"
            return self._failed(row, Outcome.NOT_A_REPORT, exchange.at, reason, exchange) if row else None

    async def catch_up(self, at: str, crawl: str) -> None:
        """Read what an interrupted run kept but did not read."""
        self._crawl = crawl
        for key in self.frontier.unread():
            page = self.frontier.page_of(key)
            assembled = self._assemble(page, at, Ingested(page, None)) if page and not self._waits(key) else None
            if isinstance(assembled, Pending):
                await self.finish(assembled)

    async def read_with_sheets(self, ingested: Ingested, at: str) -> None:
        """Once the last style sheet has its outcome, read the reports again that lacked one."""
        if ingested.row.kind == STYLE and not self.frontier.awaits_sheets():
            await self.catch_up(at, self._crawl)

    def judge(self, crawl: str, at: str) -> str:
        """At the end of a run, believe what came in place of known reports, or not; returns why not.

        One portal in which many reports are gone, or less than they were, is broken, and not revised: the run is not
        believed, and the next asks again.
        """
        doubts = self.frontier.doubts(crawl)
        fresh = [row for row in doubts if not is_lasting(row, at)]
        known = self.store.reports_asked_in(crawl)
        disbelieved = fresh if len(fresh) >= _MANY and len(fresh) > _MOST_DOUBTED * known else []
        with self.store.transaction():
            self.frontier.disbelieve(disbelieved, due=written(moment_of(at) + _NEXT_NIGHT))
            for row in doubts:
                if row.doubt == Outcome.GONE and row not in disbelieved:
                    self.store.withdraw(row.key or "", row.doubted_since or at)
        if not disbelieved:
            return ""
        return (
            f"{len(fresh)} of {known} known reports that were asked for are gone, less than they were, or others:"
            " this is not believed, and what was known of them stays"
        )

    def _row(self, exchange: Exchange, address: str | None) -> FrontierRow | None:
        asked = address or exchange.asked
        return (self.frontier.at(asked) if asked else None) or self.frontier.row(exchange.url)

    def _begin_reading(self, row: FrontierRow, exchange: Exchange) -> "Future[PageResult] | None":
        kind = by_answer(exchange).kind
        if kind is Kind.ERROR and exchange.status >= 500 and is_page(exchange.body):
            return self._readers.finding(self._payload(exchange), "error")
        if kind is not Kind.CONTENT or self._is_same(row, exchange):
            return None
        if row.kind in (ATTACHMENT, STYLE):
            return self._readers.finding(self._payload(exchange), row.kind) if is_page(exchange.body) else None
        url = self._portal.asked_at(row.address, exchange.url)
        if row.kind == REPORT:
            return self._readers.page(self._payload(exchange), url, exchange.portal, self._sheets())
        return self._readers.page_links(self._payload(exchange), url, exchange.portal)

    def _payload(self, exchange: Exchange) -> Payload:
        return exchange.held if exchange.held and self._readers.by_place else exchange.body

    def _adopt(self, exchange: Exchange) -> FrontierRow | None:
        """Add an address with an answer in the archive to the frontier, if the database does not have it."""
        url = self._portal.asked_at(exchange.asked or "", exchange.url)
        address = self._portal.address_of(url)
        report = self._portal.report_at(url)
        if urlsplit(exchange.url).path == "/robots.txt":
            return None
        with self.store.transaction():
            if report and address == report.address:
                self.frontier.plan_reports([report])
            else:
                self.frontier.plan_page(address)
        return self.frontier.at(address)

    def _record(self, row: FrontierRow, exchange: Exchange, read: PageResult | None) -> Ingested:
        finding = by_answer(exchange)
        if finding.kind is Kind.UNCHANGED and row.sha256 is None:
            return self._refused(row, exchange, Finding(Kind.ERROR, "unchanged, says the server, but it was never had"))
        if finding.kind is Kind.UNCHANGED or (finding.kind is Kind.CONTENT and self._is_same(row, exchange)):
            return self._unchanged(row, exchange)
        if finding.kind is Kind.CONTENT and row.kind == ATTACHMENT:
            return self._keep_attachment(row, exchange, read)
        if finding.kind is Kind.CONTENT and row.kind == STYLE:
            return self._keep_sheet(row, exchange, read)
        if finding.kind is Kind.CONTENT and read is not None:
            return self._page(row, exchange, read) if row.kind == REPORT else self._list(row, exchange, read)
        if read and read.finding:
            finding = replace(finding, kind=read.finding.kind)
        return self._refused(row, exchange, finding)

    def _is_same(self, row: FrontierRow, exchange: Exchange) -> bool:
        """Whether the bytes are those that the last reading was made of."""
        return row.sha256 is not None and row.sha256 == row.read == exchange.sha256

    def _unchanged(self, row: FrontierRow, exchange: Exchange) -> Ingested:
        no_doubt = dict.fromkeys(("doubt", "doubted", "doubted_since"))
        self.frontier.record_outcome(row, Outcome.UNCHANGED, exchange.at, **_validators(exchange, row), **no_doubt)
        if row.key:
            self.store.seen(row.key, exchange.at)
        if exchange.body:
            # The archive may have lost what it had of it.
            self.store.save_document(_source(row.name, exchange), None)
        self.store.clear_failure(row.name)
        return Ingested(row, Outcome.UNCHANGED)

    def _page(self, row: FrontierRow, exchange: Exchange, read: PageResult) -> Ingested:
        """A payload under a report's address."""
        linked = self._follow(row, read, exchange)
        if read.cut and not self._is_all_there_is(read, exchange):
            return self._failed(row, Outcome.NOT_FETCHED, exchange.at, "the page lacks its end")
        if read.rows is None and (read.finding or row.location):
            return self._refused(row, exchange, read.finding or Finding(Kind.MISSING))
        if read.rows is None and not read.attachments:
            return self._failed(row, Outcome.NOT_A_REPORT, exchange.at, read.reason, exchange)
        self._keep(row, exchange)
        key = row.key or ""
        before = {file.address for file in self.frontier.attachments(key)}
        files = [self._file_of(key, url) for url in read.attachments]
        if files or before:
            self.frontier.plan_attachments(key, files)
        self.frontier.plan_sheets(map(self._portal.address_of, read.lacking))
        return Ingested(row, Outcome.REPORT, linked=linked)

    def _file_of(self, key: str, url: str) -> str:
        """A report's file as the frontier keeps it: one that another report has too bears its report's name.

        Pictures that several have are the portal's own.
        """
        address = self._portal.address_of(url)
        there = self.frontier.at(address)
        shared = there is not None and there.kind == ATTACHMENT and there.key != key
        return self._portal.file_address(url, key) if shared and not is_picture(url) else address

    def _list(self, row: FrontierRow, exchange: Exchange, read: PageResult) -> Ingested:
        """A page that is no report, but may link to some."""
        if read.finding is not None and not read.links.reports:
            return self._refused(row, exchange, read.finding)
        linked = self._follow(row, read, exchange)
        if read.listing:
            self.lists.record(row.address, read.listing, exchange.at)
        self.frontier.record_outcome(row, Outcome.PAGE, exchange.at)
        self.store.clear_failure(row.name)
        return Ingested(row, Outcome.PAGE, linked=linked)

    def _follow(self, row: FrontierRow, read: PageResult, exchange: Exchange) -> tuple[str, ...]:
        """Add what a page links to to the frontier; further lists only if the page shows something new.

        On portals with lists only lists are followed, because an article links to news of any kind. Pages of a list
        that says how many it has are added in any case: they are no more than that.
        """
        if row.kind == REPORT and not self._portal.numbers:
            return ()
        listing = read.listing or Listing()
        further = [self._portal.address_of(url) for url in listing.further]
        linked = [self._portal.address_of(url) for url in (*read.links.lists, *filter(None, [listing.following]))]
        for address in further:
            self.frontier.plan_page(address)
        if self.frontier.plan_reports(read.links.reports):
            self.frontier.plan_lists([*further, *linked], since=self._start_of_run(exchange))
        if row.kind == PAGE:
            turned = filter(self._portal.is_further, linked)
            self.lists.assign(row.address, [*further, *(one for one in turned if self.frontier.at(one))])
        return tuple(report.address for report in read.links.reports)

    def _start_of_run(self, exchange: Exchange) -> str:
        """When the run of an answer began."""
        crawl = self.store.row("crawls", exchange.crawl)
        return str(crawl["started"]) if crawl else exchange.at

    def _keep_attachment(self, row: FrontierRow, exchange: Exchange, read: PageResult | None) -> Ingested:
        """The payload of a file that belongs to a report."""
        if read and read.finding:
            return self._refused(row, exchange, read.finding)
        if looks_cut(exchange.body) and not self._came_before(exchange):
            return self._failed(row, Outcome.NOT_FETCHED, exchange.at, "the file lacks its end")
        self._keep(row, exchange)
        self.store.clear_failure(row.name)
        return Ingested(row, Outcome.ATTACHMENT)

    def _keep_sheet(self, row: FrontierRow, exchange: Exchange, read: PageResult | None) -> Ingested:
        """The payload of a style sheet."""
        if is_page(exchange.body):
            finding = (read and read.finding) or Finding(Kind.MISSING, "a page in place of a style sheet")
            return self._refused(row, exchange, finding)
        self._keep(row, exchange)
        self.store.clear_failure(row.name)
        return Ingested(row, Outcome.STYLE)

    def _sheets(self) -> Sheets:
        """The style sheets of the portal that are at hand, as the readers take them."""
        held = []
        for row in self.frontier.sheets():
            sha256 = row.sha256 or ""
            if sha256 not in self._held and self._archive.has(self.store.db, sha256):
                place = self._archive.place(self.store.db, sha256)
                self._held[sha256] = place if self._readers.by_place else payload_at(place)
            if sha256 in self._held:
                held.append((self._portal.url_of(row.address), self._held[sha256]))
        return tuple(held)

    def _keep(self, row: FrontierRow, exchange: Exchange) -> None:
        """Note a payload that was not seen before."""
        changed = exchange.at if row.sha256 != exchange.sha256 else row.changed
        state = {ATTACHMENT: Outcome.ATTACHMENT, STYLE: Outcome.STYLE}.get(row.kind, Outcome.REPORT)
        facts = {"sha256": exchange.sha256, "changed": changed, **_validators(exchange, row)}
        self.frontier.record_outcome(row, state, exchange.at, **facts)
        self.store.save_document(_source(row.name, exchange), None)

    def _is_all_there_is(self, read: PageResult, exchange: Exchange) -> bool:
        """Whether a page without its end counts as whole: the same bytes came twice, and no chapter is missing."""
        chapters = {row["number"] for row in read.rows.content["sections"]} if read.rows else set()
        return self._came_before(exchange) and (read.rows is None or chapters == set(range(1, 7)))

    def _came_before(self, exchange: Exchange) -> bool:
        """Whether the same bytes had come from the same address before."""
        sql = "select count(*) from fetches where url = ? and sha256 = ?"
        (times,) = self.store.db.execute(sql, [exchange.url, exchange.wire_sha256]).fetchone()
        return bool(times > 1)

    def _moved(self, row: FrontierRow, exchange: Exchange) -> Ingested:
        target = _absolute(exchange.url, exchange.location or "")
        if target is None:
            return self._failed(row, Outcome.NOT_A_REPORT, exchange.at, f"it redirects to {exchange.location}")
        report = self._portal.report_at(target)
        if target == exchange.url:
            return self._failed(row, Outcome.WALL, exchange.at, "a bot wall: the page redirects to itself")
        if row.kind == REPORT and report and report.key != row.key:
            self.frontier.plan_reports([report])
            return self._gone(row, exchange, f"it redirects to {report.key}", linked=(report.address,))
        if _LOGIN.search(urlsplit(target).path):
            return self._failed(row, Outcome.NOT_A_REPORT, exchange.at, f"it redirects to a login: {target}")
        known = self.frontier.at(self._portal.address_of(target))
        home = known and known.kind == PAGE and row.kind != PAGE
        if home or not self._portal.is_near(target):
            return self._led_away(row, exchange, target)
        self.frontier.redirect(row, self._portal.address_of(target))
        return Ingested(row, None, hop=target)

    def _led_away(self, row: FrontierRow, exchange: Exchange, target: str) -> Ingested:
        """A redirect that is not followed. A file is somewhere, all the same."""
        if row.kind in (ATTACHMENT, STYLE) and not self._portal.is_near(target):
            reason = f"it redirects to {target}, which is not on a host of the portal"
            return self._failed(row, Outcome.NOT_A_REPORT, exchange.at, reason)
        return self._gone(row, exchange, f"it redirects to {target}")

    def _refused(self, row: FrontierRow, exchange: Exchange, finding: Finding) -> Ingested:
        if finding.kind is Kind.MOVED:
            return self._moved(row, replace(exchange, location=finding.reason or exchange.location))
        outcome = _OUTCOMES[finding.kind]
        if row.location and outcome is not Outcome.WALL:
            # A redirect led here; the next one to the same place need not be followed.
            self.frontier.record_page(self._portal.address_of(exchange.url), exchange.at)
            return self._gone(row, exchange, f"it redirects to {exchange.url}")
        starts = row.address in self._portal.start_addresses
        # Where numbers are walked, lists are a guess, and none is no failure; elsewhere all depends on them.
        guessed = starts and self._portal.numbers and exchange.status != 200
        if guessed or (outcome is Outcome.MISSING and (self._portal.numbers or not starts)):
            return self._gone(row, exchange, finding.reason)
        if outcome is Outcome.MISSING:
            outcome = Outcome.NOT_FETCHED
        return self._failed(row, outcome, exchange.at, finding.reason, exchange)

    def _gone(self, row: FrontierRow, exchange: Exchange, reason: str, linked: tuple[str, ...] = ()) -> Ingested:
        """Missing; a failure only if it existed before."""
        if row.sha256 is None:
            self.frontier.record_outcome(row, Outcome.MISSING, exchange.at, location=None)
            self.store.clear_failure(row.name)
            return Ingested(row, Outcome.MISSING, reason, linked=linked)
        again = row.state == Outcome.GONE
        reason = f"no longer there: {reason}"
        if row.kind == REPORT:
            self.frontier.doubt(row, Outcome.GONE, exchange.crawl, exchange.at)
        else:
            self.frontier.record_outcome(row, Outcome.GONE, exchange.at, location=None)
        self.store.save_failure(row.name, "fetch", reason, at=exchange.at)
        # What was told once is in table failures.
        return Ingested(row, Outcome.MISSING if again else Outcome.GONE, reason, linked=linked)

    def _failed(
        self, row: FrontierRow, outcome: Outcome, at: str, reason: str, exchange: Exchange | None = None
    ) -> Ingested:
        stage = "read" if outcome is Outcome.NOT_A_REPORT else "fetch"
        source = _source(row.name, exchange) if exchange and stage == "read" else None
        if stage == "read" and row.kind == REPORT and row.read:
            return Ingested(row, Outcome.DOUBTED, self._doubt(row, at, reason, self._crawl, source))
        self.frontier.record_outcome(row, outcome, at, location=None)
        self.store.save_failure(row.name, stage, reason, source, at=at)
        return Ingested(row, outcome, reason)

    def _waits(self, key: str) -> bool:
        """Whether a file of a report has not been asked for yet."""
        return any(file.state is None for file in self.frontier.attachments(key))

    def _complete(self, ingested: Ingested, exchange: Exchange, read: PageResult | None) -> Ingested | Pending:
        """Begin with the report that an answer completes."""
        key = ingested.row.key or ""
        page = self.frontier.page_of(key)
        if page is None or page.sha256 is None or page.state != Outcome.REPORT or self._waits(key):
            return ingested
        alone = ingested.row.kind == REPORT and not self.frontier.attachments(key)
        if alone and read and read.rows and not any(sheet.sha256 for sheet in self._lacking(read)):
            sources = (_source(key, exchange),)
            return Pending(self, ingested, page, finished(read), sources, exchange.at, exchange.crawl)
        if ingested.row.kind == ATTACHMENT or any(row.sha256 != row.read for row in self._parts(page)):
            return self._assemble(page, exchange.at, ingested)
        return ingested

    def _lacking(self, read: PageResult) -> list[FrontierRow]:
        """The style sheets that were not at hand when a page was read."""
        rows = (self.frontier.at(self._portal.address_of(url)) for url in read.lacking)
        return [row for row in rows if row and row.kind == STYLE]

    def _lacks(self, key: str) -> bool:
        """Whether a file of a report has not been fetched yet."""
        return any(file.sha256 is None and file.state in PASSING for file in self.frontier.attachments(key))

    def _parts(self, page: FrontierRow) -> list[FrontierRow]:
        return [page, *(file for file in self.frontier.attachments(page.key or "") if file.sha256)]

    def _assemble(self, page: FrontierRow, at: str, ingested: Ingested) -> Ingested | Pending:
        """Read a page and its files from the archive as one report, if all are there."""
        parts = self._parts(page)
        if lost := self._refetch_lost(parts, at):
            return (
                replace(ingested, outcome=Outcome.NOT_A_REPORT, reason=lost)
                if ingested.row.kind == REPORT
                else ingested
            )
        held = [self._archive.place(self.store.db, row.sha256 or "") for row in parts]
        payloads = held if self._readers.by_place else map(payload_at, held)
        url = self._portal.url_of(page.address)
        reading = self._readers.files(tuple(payloads), url, self._portal.spec, self._sheets())
        sources = (Source(page.key or "", row.sha256 or "", self._size(row), at, url) for row in parts)
        return Pending(self, ingested, page, reading, tuple(sources), at, self._crawl)

    def _size(self, row: FrontierRow) -> int:
        (size,) = self.store.db.execute("select size from documents where sha256 = ?", [row.sha256]).fetchone()
        return int(size)

    def _write_or_refuse(self, pending: Pending, read: PageResult) -> str:
        """Write a report; returns the reason if it is none, or less than what it would replace."""
        page = pending.page
        loss = self._loss(pending, read.rows) if read.rows else read.reason
        if loss and page.read:
            # A file that could not be had may hold the rest.
            waits = self._lacks(pending.key)
            return "" if waits else self._doubt(page, pending.at, loss, pending.crawl, pending.sources[0])
        if read.rows:
            self._write(page, read.rows, pending.sources[read.origin])
            self.frontier.mark_read(pending.key, again=any(sheet.state is None for sheet in self._lacking(read)))
        elif not self._lacks(pending.key):
            self._failed(page, Outcome.NOT_A_REPORT, pending.at, read.reason)
            self.frontier.forget_payloads(pending.key)
            return read.reason
        return ""

    def _loss(self, pending: Pending, rows: ReportRows) -> str:
        """What other bytes would take from a report; '' if nothing, or if an earlier run has seen the same."""
        revised = any(row.read not in (None, row.sha256) for row in self._parts(pending.page))
        page = pending.page
        confirmed = page.doubt == Outcome.DOUBTED and page.doubted != pending.crawl
        if not revised or confirmed or is_lasting(page, pending.at):
            return ""
        return self.store.losses(pending.key, rows)

    def _doubt(self, row: FrontierRow, at: str, loss: str, crawl: str, source: Source | None) -> str:
        """Keep a report as it was known; returns the reason."""
        reason = f"not believed, and kept as it was: {loss}"
        self.frontier.doubt(row, Outcome.DOUBTED, crawl, at)
        self.store.save_failure(row.name, "read", reason, source, at=at)
        return reason

    def _refetch_lost(self, parts: list[FrontierRow], at: str) -> str:
        """Have the next run fetch again what the archive has lost; returns what that is."""
        lost = [row for row in parts if not self._archive.has(self.store.db, row.sha256 or "")]
        with self.store.transaction():
            for row in lost:
                self.store.mark_lost(row.sha256 or "")
                self.frontier.record_outcome(
                    row, Outcome.NOT_FETCHED, at, sha256=None, read=None, etag=None, last_modified=None
                )
                self.store.save_failure(row.name, "fetch", "its payload is no longer in the archive", at=at)
        return f"no longer in the archive: {', '.join(row.address for row in lost)}" if lost else ""

    def _write(self, page: FrontierRow, rows: ReportRows, source: Source) -> None:
        """Write a report. It is a revision if bytes read before were replaced, not if more came."""
        revised = any(row.read not in (None, row.sha256) for row in self._parts(page))
        source = replace(source, url=self._portal.asked_at(page.address, source.url or ""))
        hint = JOINT.join(filter(None, (self._portal.region, rows.facts["hint"]))) or None
        self.store.save_report(source, replace(rows, facts={**rows.facts, "hint": hint}), revised=revised)
        for row in self._parts(page):
            self.store.assign_document(row.sha256 or "", page.key or "")

    def _record_fetch(self, exchange: Exchange, row: FrontierRow | None) -> None:
        fetch = {
            "key": row.key if row else None,
            "url": exchange.url,
            "crawl": exchange.crawl,
            "at": exchange.at,
            "status": exchange.status,
            "etag": exchange.etag,
            "last_modified": exchange.last_modified,
            "sha256": exchange.wire_sha256,
            "seconds": exchange.seconds,
            "warc": exchange.warc,
            "offset": exchange.offset,
        }
        self.store.insert("fetches", [fetch])


def is_lasting(row: FrontierRow, at: str) -> bool:
    """Whether what came in place of a report has done so for long."""
    return row.doubted_since is not None and moment_of(at) - moment_of(row.doubted_since) >= _LASTING


def _absolute(url: str, location: str) -> str | None:
    """The target of a redirect; None if it is no address."""
    try:
        target = urljoin(url, location.strip())
    except ValueError:
        return None
    return target if is_address(target) else None


def _validators(exchange: Exchange, row: FrontierRow) -> dict[str, str | None]:
    """The validators for the next conditional request; a 304 need not repeat them (RFC 9110, 15.4.5)."""
    if exchange.status == 304:
        return {"etag": exchange.etag or row.etag, "last_modified": exchange.last_modified or row.last_modified}
    return {"etag": exchange.etag, "last_modified": exchange.last_modified}


def _source(key: str, exchange: Exchange) -> Source:
    return Source(
        key=key,
        sha256=exchange.sha256,
        size=len(exchange.body),
        seen_at=exchange.at,
        url=exchange.url,
        media_type=exchange.media_type,
        warc=exchange.warc,
        offset=exchange.offset,
    )
