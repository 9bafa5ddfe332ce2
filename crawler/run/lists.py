"""What lists say of their length, kept in table ``lists``, and what of them was not reached."""

from collections.abc import Iterable, Iterator

from crawler.answers.listing import Listing
from crawler.frontier.frontier import Frontier
from crawler.frontier.outcomes import Outcome
from crawler.portals.portals import Portal
from database.store import Store

_MOST_NAMED = 3
# The first pages of lists: what they and their further pages say, of those that were read. Entries are counted where
# every page of the list was read.
_LISTS_SQL = """
select l.first, max(l.pages), max(l.total), count(l.asked), count(*), sum(l.entries), max(l.pager)
from lists l where l.portal = ? group by l.first order by l.first
"""
_OPEN_SQL = """
select count(*) from lists l join frontier f using (address) where l.first = ? and (f.state is null or f.state <> ?)
"""
_PAGES_SQL = (
    "select address, onward, strays from lists where portal = ? and (onward <> '' or strays <> '') order by address"
)


class Lists:
    """The rows of table ``lists`` of one portal; the store's transactions commit them."""

    def __init__(self, store: Store, portal: Portal) -> None:
        self._db = store.db
        self._portal = portal

    def record(self, address: str, listing: Listing, at: str) -> None:
        """Note what a page says, if it is one of a list."""
        first = self._first(address)
        if first is None and not (listing.entries or listing.counts.last or listing.strays or listing.onward):
            return
        row = {
            "address": address,
            "portal": self._portal.name,
            "first": first or address,
            "asked": at,
            "total": listing.counts.total,
            "pages": listing.counts.last,
            "entries": listing.entries,
            "onward": listing.onward,
            "strays": "\n".join(listing.strays),
            "pager": listing.pager,
        }
        self._db.table("lists").insert(row, pk="address", replace=True)

    def assign(self, address: str, further: Iterable[str]) -> None:
        """Note that pages belong to the list of the page ``address``."""
        first = self._first(address) or address
        own = {first, *self._portal.start_addresses}
        rows = [(one, self._portal.name, first) for one in further if one not in own]
        # A page that was met before the one that leads to it was taken for a list of its own.
        sql = """
        insert into lists (address, portal, first) values (?, ?, ?)
        on conflict (address) do update set first = excluded.first where first = address
        """
        self._db.conn.executemany(sql, rows)

    def _first(self, address: str) -> str | None:
        found = self._db.execute("select first from lists where address = ?", [address]).fetchone()
        return str(found[0]) if found else None

    def shortfalls(self) -> list[str]:
        """A line for each thing that a list has and the crawl did not reach; none while pages are still to be asked."""
        return [*self._short_lists(), *self._dead_ends()]

    def are_empty(self) -> bool:
        """Whether no list has an entry."""
        sql = "select 1 from lists where portal = ? and entries > 0 limit 1"
        return self._db.execute(sql, [self._portal.name]).fetchone() is None

    def unlooked(self, frontier: Frontier) -> str:
        """Which numbers were not looked at, in a line; '' if none, and where no numbers are walked."""
        count, first, last = frontier.unlooked() if self._portal.numbers else (0, 0, 0)
        above = frontier.highest() or last
        said = f"{count:,} numbers between {first} and {last} were not looked at, and few above {above}"
        return f"{said}; crawl --sweep asks for all" if count else ""

    def _short_lists(self) -> Iterator[str]:
        if not self._portal.counts:
            return
        for first, pages, total, read, known, entries, pager in self._db.execute(
            _LISTS_SQL, [self._portal.name]
        ).fetchall():
            (still_open,) = self._db.execute(_OPEN_SQL, [first, Outcome.PAGE]).fetchone()
            remedy = f"; pager: {pager} in its entry may reach the others" if pager and not self._portal.pager else ""
            if pages and known < pages and not self._portal.numbers:
                yield f"{first} says that it has {pages} pages, {read} {'was' if read == 1 else 'were'} reached{remedy}"
            elif total and not still_open and self._seen(entries) < total:
                yield f"{first} says that it has {total} entries, {entries or 0} were found{remedy}"

    def _seen(self, entries: int | None) -> int:
        """How many entries of a list are known; where numbers are walked, every report is one, however it was found."""
        if not self._portal.numbers:
            return entries or 0
        sql = "select count(*) from frontier where portal = ? and state = ?"
        (reports,) = self._db.execute(sql, [self._portal.name, Outcome.REPORT]).fetchone()
        return max(entries or 0, int(reports))

    def _dead_ends(self) -> Iterator[str]:
        for address, onward, strays in self._db.execute(_PAGES_SQL, [self._portal.name]).fetchall():
            if onward and not self._portal.numbers:
                yield f"{address} goes on to a next page that its entry has no form for: {onward}"
            if found := strays.splitlines():
                named = ", ".join(found[:_MOST_NAMED])
                yield f"{address} calls this an annual report, but its entry has no such address: {named}"
