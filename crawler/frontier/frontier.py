"""The frontier: every address that the crawl knows of, in the same database as the reports.

A report is put on the list because another was found near its number, or because a page links to it; what it
came to decides when it is asked again (``crawler.frontier.schedule``). Nothing of this is held in memory between
answers, so a run that is cut off is continued by the next.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from crawler.frontier.outcomes import Outcome
from crawler.frontier.schedule import next_due
from crawler.portals.portals import FIRST, Portal, ReportAddress, portal_of
from database.clock import TIME
from database.store import Store

# Numbers in a row that may be missing before the walk believes that nothing follows: three times the longest
# gap that it has seen near the highest number, within bounds. docs/crawl.md has the simulation.
REACH_LEAST, REACH_MOST = 300, 2000
_GAPS_SEEN = 3
_NEAR_THE_MARK = 10_000
# Before anything is known, so many numbers on both sides of each that may exist: some 500 requests, eight minutes.
PROBE = 100
# Beyond the reach, one in 25 numbers up to a year's worth of them: numbering may jump. That is 520 requests a walk.
_AHEAD, _STRIDE = 13_000, 25

REPORT, PAGE, ATTACHMENT, STYLE = "report", "page", "attachment", "style"
# When an address is due that was never asked for.
AT_ONCE = "1970-01-01T00:00:00Z"
# The same for a number that only a sweep asks for: after everything else.
_SWEPT = "1970-01-02T00:00:00Z"
_KEPT = {REPORT: Outcome.REPORT, PAGE: Outcome.REPORT, ATTACHMENT: Outcome.ATTACHMENT, STYLE: Outcome.STYLE}
_KNOWN = (Outcome.REPORT, Outcome.ATTACHMENT, Outcome.STYLE)


@dataclass(frozen=True, slots=True)
class FrontierRow:
    """A row of table ``frontier``; times are UTC, ISO 8601."""

    address: str
    portal: str
    kind: str
    key: str | None
    number: int | None
    state: str | None
    due: str | None
    tries: int
    asked: str | None
    changed: str | None
    location: str | None
    etag: str | None
    last_modified: str | None
    sha256: str | None
    read: str | None
    doubt: str | None
    doubted: str | None
    doubted_since: str | None
    walked: int

    @property
    def name(self) -> str:
        """What the address is called in messages and in table ``failures``."""
        return self.key if self.kind == REPORT and self.key else self.address


_COLUMNS = ", ".join(FrontierRow.__slots__)
_NO_DOUBT = "doubt = null, doubted = null, doubted_since = null"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The numbers that a run walks; None leaves a side open."""

    first: int | None = None
    last: int | None = None

    @property
    def are_open(self) -> bool:
        """Whether neither side is given, so that the crawl finds numbers by itself."""
        return self.first is None and self.last is None

    @property
    def are_closed(self) -> bool:
        """Whether both sides are given."""
        return self.first is not None and self.last is not None

    def holds(self, number: int) -> bool:
        """Whether a number is within them."""
        return (self.first is None or number >= self.first) and (self.last is None or number <= self.last)


class Frontier:
    """The rows of table ``frontier`` of one portal; the store's transactions commit them."""

    def __init__(self, store: Store, portal: Portal | None = None) -> None:
        self._db = store.db
        self._portal = portal or portal_of(FIRST)
        self._listed: set[int] = set()
        # The moment until which a run asks for what is due; what it has asked for is never due again by then.
        self.begun = ""
        self._reach: int | None = None

    def row(self, url: str) -> FrontierRow | None:
        """What is known of an address, or of the one that redirects to it."""
        address = self._portal.address_of(url)
        return self.at(address) or self._one("location = ? order by number", [address])

    def at(self, address: str) -> FrontierRow | None:
        """What is known of an address as the frontier keeps it."""
        return self._one("address = ?", [address])

    def attachments(self, key: str) -> list[FrontierRow]:
        """The files that belong to a report, in the order of its page."""
        return list(self._rows("key = ? and kind = ? order by rowid", [key, ATTACHMENT]))

    def page_of(self, key: str) -> FrontierRow | None:
        """The page of a report."""
        return self._one("key = ? and kind = ?", [key, REPORT])

    def unread(self) -> list[str]:
        """The reports of which a payload was kept, but not read yet."""
        rows = self._db.execute(
            "select distinct key from frontier where sha256 is not null and read is not sha256 and key is not null"
            " and portal = ?",
            [self._portal.name],
        )
        return [key for (key,) in rows]

    def due(self, at: str, bounds: Bounds, most: int) -> list[FrontierRow]:
        """What is due at a moment: style sheets, then the files of reports, then what was asked least often, by number.

        A run with bounds asks for the numbers within them, for sheets and for files.
        """
        where, values = "portal = ? and due <= ?", list[str | int]([self._portal.name, at])
        if not bounds.are_open:
            values += [bounds.first or 0, _last(bounds)]
            where += f" and (kind in ('{STYLE}', '{ATTACHMENT}') or number between ? and ?)"
        kinds = f"kind <> '{STYLE}', kind <> '{ATTACHMENT}', kind = '{REPORT}'"
        order = f"{kinds}, due = '{_SWEPT}', tries * (state is '{Outcome.NOT_FETCHED}'), number"
        return list(self._rows(f"{where} order by {order} limit ?", [*values, most]))

    def count_due(self, at: str) -> int:
        """How many addresses are due at a moment."""
        sql = "select count(*) from frontier where portal = ? and due <= ?"
        (count,) = self._db.execute(sql, [self._portal.name, at]).fetchone()
        return int(count)

    def known_good(self) -> FrontierRow | None:
        """What the portal answered properly of late, a report if there is one."""
        states = (Outcome.REPORT, Outcome.PAGE, Outcome.MISSING)
        return self._one(
            f"portal = ? and state in (?, ?, ?) and kind not in ('{ATTACHMENT}', '{STYLE}')"
            f" order by state = '{Outcome.REPORT}' desc, asked desc",
            [self._portal.name, *states],
        )

    def is_empty(self) -> bool:
        """Whether no report has been found yet."""
        return self.highest() is None

    def highest(self) -> int | None:
        """The high-water mark: the highest number that is a report."""
        sql = "select max(number) from frontier where portal = ? and state = ?"
        (number,) = self._db.execute(sql, [self._portal.name, Outcome.REPORT]).fetchone()
        return None if number is None else int(number)

    def plan_numbers(self, numbers: Iterable[int], due: str = AT_ONCE) -> int:
        """Put numbers on the list that are not on it; returns how many were new."""
        fresh = [number for number in numbers if number >= 0 and number not in self._listed]
        self._listed.update(fresh)
        found = map(self._portal.numbered, fresh)
        rows = [(one.address, self._portal.name, REPORT, one.key, one.number, due) for one in found]
        return self._insert(
            "(address, portal, kind, key, number, due, tries, walked) values (?, ?, ?, ?, ?, ?, 0, 0)", rows
        )

    def plan_reports(self, reports: Iterable[ReportAddress]) -> int:
        """Put reports that were linked to on the list; returns how many were new.

        One that stands at two addresses is asked for at the first, and at the other once that is gone.
        """
        return sum(self._plan_report(report) for report in reports)

    def _plan_report(self, report: ReportAddress) -> int:
        there = self.page_of(report.key)
        if there is None:
            row = (report.address, self._portal.name, REPORT, report.key, report.number, AT_ONCE)
            return self._insert(
                "(address, portal, kind, key, number, due, tries, walked) values (?, ?, ?, ?, ?, ?, 0, 0)", [row]
            )
        if there.state != Outcome.MISSING or there.address == report.address:
            return 0
        values = [report.address, AT_ONCE, there.address]
        sql = "update or ignore frontier set address = ?, due = ?, location = null where address = ?"
        return int(self._db.execute(sql, values).rowcount)

    def plan_page(self, address: str) -> int:
        """Put a page that may link to reports on the list."""
        row = (address, self._portal.name, PAGE, AT_ONCE)
        return self._insert("(address, portal, kind, due, tries, walked) values (?, ?, ?, ?, 0, 0)", [row])

    def plan_sheets(self, addresses: Iterable[str]) -> None:
        """Put style sheets on the list that reports are shown with."""
        rows = [(address, self._portal.name, STYLE, AT_ONCE) for address in addresses]
        self._insert("(address, portal, kind, due, tries, walked) values (?, ?, ?, ?, 0, 0)", rows)

    def sheets(self) -> list[FrontierRow]:
        """The style sheets that are at hand."""
        rows = self._rows("portal = ? and state = ?", [self._portal.name, Outcome.STYLE])
        return [row for row in rows if row.sha256]

    def awaits_sheets(self) -> bool:
        """Whether a style sheet has not been asked for yet."""
        return self._one("portal = ? and state is null and kind = ?", [self._portal.name, STYLE]) is not None

    def plan_lists(self, addresses: Iterable[str], since: str) -> None:
        """Have lists asked for that a page with new reports links to, unless they were asked since a moment."""
        for address in addresses:
            self.plan_page(address)
            self._db.execute(
                "update frontier set due = ? where address = ? and kind = ? and asked < ?",
                [AT_ONCE, address, PAGE, since],
            )

    def record_page(self, address: str, at: str) -> None:
        """Record a page that need not be asked for, so that redirects to it are recognised."""
        self._insert(
            "(address, portal, kind, state, asked, tries, walked) values (?, ?, ?, ?, ?, 1, 0)",
            [(address, self._portal.name, PAGE, Outcome.PAGE, at)],
        )

    def plan_attachments(self, key: str, addresses: Iterable[str]) -> list[FrontierRow]:
        """Make these the files of a report, due at once as its page has changed; others are forgotten."""
        wanted = list(dict.fromkeys(addresses))
        for row in self.attachments(key):
            if row.address not in wanted:
                self._db.execute("delete from frontier where address = ?", [row.address])
        rows = [(address, self._portal.name, ATTACHMENT, key, AT_ONCE) for address in wanted]
        self._insert("(address, portal, kind, key, due, tries, walked) values (?, ?, ?, ?, ?, 0, 0)", rows)
        self._db.execute("update frontier set due = ? where key = ? and kind = ?", [AT_ONCE, key, ATTACHMENT])
        return self.attachments(key)

    def plan_run(self, bounds: Bounds, starts: Iterable[str], *, full: bool, sweep: bool = False) -> None:
        """Put on the list what a run begins with; with ``full``, all that is known, with ``sweep``, every number."""
        for url in starts:
            self.plan_page(self._portal.address_of(url))
        if bounds.first is not None and bounds.last is not None:
            self.plan_numbers(range(bounds.first, bounds.last + 1))
        elif bounds.first is not None:
            self.walk_from(bounds.first, bounds)
        elif self.is_empty():
            self.plan_first()
        if bounds.are_open:
            for address in self._portal.start_addresses:
                self.plan_page(address)
        if not bounds.are_closed:
            self.walk_on(bounds)
        if sweep:
            self.plan_sweep()
        if full:
            self.make_due(bounds)

    def plan_first(self) -> None:
        """Plan the numbers around those known from printed pages, for the first run."""
        for number in self._portal.numbers:
            self.plan_numbers(range(number - PROBE, number + PROBE + 1))

    def walk_on(self, bounds: Bounds) -> None:
        """Plan the numbers around reports for which this has not been done."""
        sql = "select number from frontier where portal = ? and state = ? and walked = 0 and number is not null"
        for (number,) in self._db.execute(sql, [self._portal.name, Outcome.REPORT]).fetchall():
            self.walk_from(number, bounds)

    def walk_from(self, number: int, bounds: Bounds) -> None:
        """Put the numbers around a report on the list."""
        reach = self._widened(number)
        around = range(max(number - reach, 0), number + reach + 1)
        self.plan_numbers(other for other in around if bounds.holds(other))
        self._db.execute("update frontier set walked = 1 where address = ?", [self._portal.numbered(number).address])

    def probe_ahead(self) -> int:
        """Put one in 25 numbers above the high-water mark on the list; returns how many were new."""
        mark = self.highest()
        if mark is None:
            return 0
        return self.plan_numbers(range(mark - mark % _STRIDE + _STRIDE, mark + _AHEAD, _STRIDE))

    def plan_sweep(self) -> int:
        """Put every number up to the highest that is known on the list, and a year's worth above.

        Returns how many were new. They are asked for after everything else, by this run and the next ones.
        """
        return self.plan_numbers(range(self._last_known() + _AHEAD), _SWEPT)

    def _last_known(self) -> int:
        return max(self.highest() or 0, *self._portal.numbers)

    def unlooked(self) -> tuple[int, int, int]:
        """How many numbers up to the highest that is known were never on the list, the first and the last of them."""
        sql = """
        select coalesce(sum(number - before - 1), 0), min(before + 1), max(number - 1) from (
          select number, lag(number, 1, -1) over (order by number) as before from (
            select number from frontier where portal = ? and number <= ? union select ?))
        where number - before > 1
        """
        last = self._last_known()
        count, first, last = self._db.execute(sql, [self._portal.name, last, last + 1]).fetchone()
        return int(count), int(first or 0), int(last or 0)

    def is_sparse(self) -> bool:
        """Whether a report stands so far from any other that a walk from it would not have met one."""
        sql = """
        select 1 from (select number, lag(number) over w as before, lead(number) over w as after
          from frontier where portal = ? and state = ? and number is not null window w as (order by number))
        where coalesce(number - before, 1e9) > ? and coalesce(after - number, 1e9) > ? limit 1
        """
        values = [self._portal.name, Outcome.REPORT, REACH_LEAST, REACH_LEAST]
        return self._db.execute(sql, values).fetchone() is not None

    def make_due(self, bounds: Bounds) -> None:
        """Make everything found before due, or every number within bounds, and what belongs to its report."""
        where, values = "(state in (?, ?, ?) or sha256 is not null)", list[str | int](_KNOWN)
        if not bounds.are_open:
            within = "select key from frontier where portal = ? and number between ? and ?"
            where, values = f"key in ({within})", [self._portal.name, bounds.first or 0, _last(bounds)]
        sql = f"update frontier set due = ? where portal = ? and {where}"
        self._db.execute(sql, [AT_ONCE, self._portal.name, *values])

    def redirect(self, row: FrontierRow, location: str | None) -> None:
        """Note where an address leads."""
        self._db.execute("update frontier set location = ? where address = ?", [location, row.address])

    def mark_read(self, key: str, *, again: bool = False) -> None:
        """Note that the newest payloads of a report have been read; ``again``: they will have to be once more."""
        read = "null" if again else "sha256"
        self._db.execute(f"update frontier set read = {read}, {_NO_DOUBT} where key = ?", [key])

    def doubt(self, row: FrontierRow, outcome: Outcome, crawl: str, at: str) -> None:
        """Record what came in place of a known report, without giving up what is known of it."""
        sight = {"doubt": outcome, "doubted": row.doubted if row.doubt == outcome else crawl}
        since = row.doubted_since or at
        # The next request is without conditions: what the server vouches for is not what is known.
        no_validators = {"etag": None, "last_modified": None, "location": None}
        self.record_outcome(row, outcome, at, **sight, doubted_since=since, **no_validators)
        self._db.execute("update frontier set sha256 = read where key = ? and sha256 is not read", [row.key])

    def doubts(self, crawl: str) -> list[FrontierRow]:
        """The reports that a run was the first to find gone, or less than they were."""
        return list(self._rows("portal = ? and doubted = ? order by rowid", [self._portal.name, crawl]))

    def disbelieve(self, rows: Iterable[FrontierRow], due: str) -> None:
        """Have reports stand as they were before something else came in their place, and ask for them again later."""
        sql = "update frontier set state = ?, due = ?, doubt = null, doubted = null where address = ?"
        self._db.conn.executemany(sql, [(Outcome.REPORT, due, row.address) for row in rows])

    def forget_validators(self, warc: str) -> None:
        """Have what a file of the archive held asked for without conditions."""
        self._db.execute(
            "update frontier set etag = null, last_modified = null"
            " where sha256 in (select sha256 from documents where warc = ?)",
            [warc],
        )

    def forget_payloads(self, key: str) -> None:
        """Note that the payloads are not those of a report."""
        self._db.execute("update frontier set sha256 = null, read = null where key = ?", [key])

    def record_outcome(self, row: FrontierRow, outcome: Outcome, at: str, **changed: str | None) -> None:
        """Record the outcome of an address, and when it is due again; ``changed`` are columns of the row."""
        state = str(_KEPT[row.kind] if outcome in (Outcome.UNCHANGED, Outcome.DOUBTED) else outcome)
        tries = row.tries + 1 if state == row.state else 1
        moment = moment_of(at)
        since = changed.get("changed") or row.changed
        due = next_due(
            outcome,
            moment,
            tries,
            key=row.address,
            unchanged_for=moment - moment_of(since) if since else None,
            above=row.number is not None and row.number > (self.highest() or 0),
            further=row.kind == PAGE and self._portal.is_further(row.address),
        )
        values = {"state": state, "tries": tries, "asked": at, "due": self._later(due), **changed}
        names = ", ".join(f"{name} = ?" for name in values)
        self._db.execute(f"update frontier set {names} where address = ?", [*values.values(), row.address])

    def _later(self, due: datetime | None) -> str | None:
        """When something is due, after the moment until which this run asks, even if the clock has been set back."""
        if due is None:
            return None
        if not self.begun:
            return written(due)
        return max(written(due), written(moment_of(self.begun) + timedelta(seconds=1)))

    def _widened(self, number: int) -> int:
        """The reach, widened by the gap below a report if that is the longest so far."""
        if self._reach is None:
            self._reach = self._longest_gap()
        below = self._db.execute(
            "select max(number) from frontier where portal = ? and state = ? and number < ?",
            [self._portal.name, Outcome.REPORT, number],
        ).fetchone()[0]
        if below is not None:
            self._reach = max(self._reach, number - below)
        return min(max(_GAPS_SEEN * self._reach, REACH_LEAST), REACH_MOST)

    def _longest_gap(self) -> int:
        """The longest gap among the newest numbers."""
        sql = """
        select max(gap) from (
          select number - lag(number) over (order by number) as gap from frontier
          where portal = ? and state = ? and number > ?)
        """
        values = [self._portal.name, Outcome.REPORT, (self.highest() or 0) - _NEAR_THE_MARK]
        (gap,) = self._db.execute(sql, values).fetchone()
        return gap or 0

    def _insert(self, what: str, rows: Iterable[tuple[Any, ...]]) -> int:
        before = self._db.conn.total_changes
        self._db.conn.executemany(f"insert or ignore into frontier {what}", rows)
        return int(self._db.conn.total_changes) - int(before)

    def _one(self, where: str, values: list[Any]) -> FrontierRow | None:
        return next(self._rows(f"{where} limit 1", values), None)

    def _rows(self, where: str, values: list[Any]) -> Iterator[FrontierRow]:
        for row in self._db.execute(f"select {_COLUMNS} from frontier where {where}", values):
            yield FrontierRow(*row)


def moment_of(at: str) -> datetime:
    """A moment as the database writes it."""
    return datetime.strptime(at, TIME).replace(tzinfo=UTC)


def written(moment: datetime) -> str:
    """A moment as the database writes it, rounded up to the second."""
    return (moment.astimezone(UTC) + timedelta(microseconds=999_999)).strftime(TIME)


def _last(bounds: Bounds) -> int:
    return 2**62 if bounds.last is None else bounds.last
