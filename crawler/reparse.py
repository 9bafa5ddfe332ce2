"""Rebuild the database from the archive: the answers are ingested again, in their order, on all cores.

The result replaces the old database in one step.
"""

import asyncio
import itertools
import sqlite3
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path

from crawler.archive.exchange import Exchange
from crawler.archive.writer import Archive, crawl_of
from crawler.run.ingest import Ingests, Pending
from crawler.workers.readers import LocalReaders, PageResult, Readers
from database.lock import lock_of
from database.schema import tables
from database.store import Store, must_be_whole
from derived.update import update_derived

# Answers in one transaction; any number will do, since nobody sees the new database before it is whole.
_BATCH = 200
# Answers that are ingested while a report waits for all of its files to be read. A scan takes 14 s, in which one
# process ingests some 1,000 pages; twice as many would hold twice the memory for the rare one.
_WAITING = 512
# Answers read ahead are held in memory: fewer of them where they are larger than this.
_MEAN = 1 << 20

# What the archive does not know, and the old database does.
_CARRY_OVER = """
insert or replace into crawls ({crawls}) select {crawls} from old.crawls;
delete from fetches where exists (
  select 1 from old.fetches o where o.warc = fetches.warc and o.offset = fetches.offset);
update fetches set id = id + (select max(id) from fetches) + (select coalesce(max(id), 0) from old.fetches);
insert into fetches ({fetches}) select {fetches} from old.fetches;
insert or ignore into frontier ({frontier}) select {frontier} from old.frontier;
update frontier set (due, tries, asked, walked, location, etag, last_modified) =
  (select due, tries, asked, walked, location, etag, last_modified from old.frontier o
   where o.address = frontier.address)
where exists (select 1 from old.frontier o where o.address = frontier.address and o.state is frontier.state);
insert or ignore into failures ({failures}) select {failures} from old.failures
where key not in (select id from reports);
update failures set (first_at, last_at, tries) =
  (select first_at, last_at, tries from old.failures o where o.key = failures.key)
where exists (select 1 from old.failures o where o.key = failures.key and o.reason = failures.reason);
insert or ignore into documents ({documents}) select {documents} from old.documents where warc is null;
insert or ignore into decisions ({decisions}) select {decisions} from old.decisions;
"""
_MISSING = """
select warc, count(*) from old.fetches o where warc is not null
and not exists (select 1 from fetches f where f.warc = o.warc and f.offset = o.offset) group by warc order by warc
"""
_MOST_NAMED = 3
_FILES = (
    "insert or ignore into {table} ({columns}) select {columns} from old.{table} where {key} like 'file-%' and {own};"
)


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild found: answers in the archive, reports in the new database, and what could not be read."""

    answers: int
    reports: int
    damaged: tuple[str, ...] = ()


class Incomplete(Exception):  # noqa: N818 - says what the archive is
    """The archive lacks answers that the database has."""


def reparse(
    db: Path, archives: Sequence[Path], readers: Readers, progress: Callable[[int], None] = lambda _: None
) -> Rebuilt:
    """Rebuild a database from one archive or several.

    ``progress`` is called with the number of answers so far. The database is left as it is where this raises
    :class:`database.lock.Busy`, as a crawl is at work on it, :class:`database.store.Damaged`, as its file is damaged,
    :class:`Incomplete`, as the archive lacks what it was made of, or
    :class:`crawler.workers.readers.Unreachable`, as nothing can be read.
    """
    lock = lock_of(db)
    must_be_whole(db)
    new = db.with_name(f"{db.name}.new")
    # Readers elsewhere have working directories of their own.
    first, *further = (folder.absolute() for folder in archives)
    archive = Archive(first, further=further)
    try:
        _remove(new)
        with Store(new) as store:
            with store.unindexed():
                answers = asyncio.run(_ingest_all(Ingests(store, archive, readers), archive, readers, progress))
                if db.exists():
                    Store(db).close()
                    _compare(store, db)
                    _carry_over(store, db)
                update_derived(store)
            (reports,) = store.db.execute("select count(*) from reports").fetchone()
        _take_place(new, db)
    finally:
        _remove(new)
        lock.release()
    damaged = (f"{archive.path_of(name)}: {lost} bytes are damaged" for name, lost in sorted(archive.damaged.items()))
    return Rebuilt(answers, reports, tuple(damaged))


def take_in(db: Path, folder: Path, jobs: int, say: Callable[[str], None]) -> None:
    """Before a crawl: read what an archive has of runs that the database does not know, by a rebuild of both.

    Else a crawl whose database was lost would ask for everything again. ``say`` is called with a line before that.
    Raises what :func:`reparse` raises, and ``sqlite3.DatabaseError`` where the database cannot be opened.
    """
    must_be_whole(db)
    known: set[str] = set()
    if db.exists():
        with Store(db) as store:
            known = {row["id"] for row in store.db.table("crawls").rows}
    unknown = [path for path in Archive(folder).files() if crawl_of(path) not in known]
    if unknown:
        say(f"{folder} has {len(unknown)} files of runs that {db} does not know: reading them first")
        with LocalReaders(jobs if jobs > 1 else 0) as readers:
            reparse(db, [folder], readers)


def _compare(store: Store, old: Path) -> None:
    """Raise :class:`Incomplete` if the old database knows answers that were not found in the archive."""
    store.db.conn.execute("attach database ? as old", [str(old)])
    missing = store.db.execute(_MISSING).fetchall()
    store.db.conn.execute("detach database old")
    if missing:
        files = ", ".join(f"{warc} ({count})" for warc, count in missing[:_MOST_NAMED])
        more = f" and {len(missing) - _MOST_NAMED} more files" if len(missing) > _MOST_NAMED else ""
        raise Incomplete(f"{old} was made of answers that the archive lacks: {files}{more}; nothing was changed")


class _Writer:
    """Writes what the archive holds, in its order, while what follows is being read."""

    def __init__(self, ingests: Ingests, progress: Callable[[int], None]) -> None:
        self._ingests = ingests
        self._connection = ingests.store.db.conn
        self._progress = progress
        # Reports that are being read: as many whoever reads, since the order of all writes depends on it.
        self._pending: deque[tuple[int, Pending]] = deque()
        self._last: Exchange | None = None
        self.count = 0

    async def write(self, exchange: Exchange, reading: Future[PageResult] | None) -> None:
        """Write an answer, after the reports that have waited for their turn, or that it belongs to."""
        # An interrupt cancels the task at its next pause, and where all is read already there is no other.
        await asyncio.sleep(0)
        if self._last and exchange.crawl != self._last.crawl:
            await self._end_run(self._last)
        self._last = exchange
        await self._finish(self._turn(exchange))
        ingested = await self._ingests[exchange.portal].record_answer(exchange, reading)
        if isinstance(ingested, Pending):
            self._pending.append((self.count, ingested))
            if len(self._pending) == len(ingested.sources) == 1:
                await self._finish(1)
        self.count += 1
        if self.count % _BATCH == 0:
            self.commit()
            self._connection.execute("BEGIN")

    async def end(self) -> None:
        """Write what is still waiting."""
        if self._last:
            await self._end_run(self._last)
        self.commit()

    async def _end_run(self, last: Exchange) -> None:
        """Write what waits of a run, and judge it as a whole."""
        await self._finish(len(self._pending))
        self._ingests[last.portal].judge(last.crawl, last.at)

    def commit(self) -> None:
        """Commit what was written."""
        self._connection.commit()
        self._progress(self.count)

    def _turn(self, exchange: Exchange) -> int:
        """How many reports have to be written before an answer."""
        if not self._pending:
            return 0
        if self._ingests[exchange.portal].is_sheet(exchange):
            return len(self._pending)
        due = sum(begun <= self.count - _WAITING for begun, _ in self._pending)
        key = self._ingests[exchange.portal].key_of(exchange)
        return max(due, *(n for n, (_, pending) in enumerate(self._pending, 1) if pending.key == key), 0)

    async def _finish(self, count: int) -> None:
        for _ in range(count):
            _, pending = self._pending.popleft()
            await pending.ingest.finish(pending)


async def _ingest_all(ingests: Ingests, archive: Archive, readers: Readers, progress: Callable[[int], None]) -> int:
    """Ingest every answer of the archive, reading ahead; returns how many there were."""
    writer = _Writer(ingests, progress)
    ahead: deque[tuple[Exchange, Future[PageResult] | None]] = deque()
    size = 0
    ingests.store.db.execute("BEGIN")
    for exchange in _exchanges(archive, ingests.store):
        ahead.append((exchange, ingests[exchange.portal].begin(exchange)))
        size += len(exchange.body)
        while len(ahead) > readers.ahead or size > readers.ahead * _MEAN:
            first, reading = ahead.popleft()
            size -= len(first.body)
            await writer.write(first, reading)
    for first, reading in ahead:
        await writer.write(first, reading)
    await writer.end()
    return writer.count


def _exchanges(archive: Archive, store: Store) -> Iterator[Exchange]:
    """The answers of all runs, each of which gets its row."""
    for crawl, paths in itertools.groupby(archive.files(), crawl_of):
        last = None
        for exchange in archive.exchanges(paths, store.db):
            if last is None:
                row = {"id": crawl, "portal": exchange.portal, "started": exchange.at}
                store.db.table("crawls").insert({**row, "reason": "from the archive"})
            last = exchange.at
            yield exchange
        if last:
            store.db.table("crawls").update(crawl, {"finished": last})


def _carry_over(store: Store, old: Path) -> None:
    """Copy what only the old database knows: times, requests without an answer, local files."""
    columns = {table.name: ", ".join(f"[{column.name}]" for column in table.columns) for table in tables()}
    store.db.conn.execute("attach database ? as old", [str(old)])
    with store.transaction():
        for statement in filter(None, map(str.strip, _CARRY_OVER.format(**columns).split(";"))):
            store.db.conn.execute(statement)
        for table in tables():
            key = next((column.name for column in table.columns if column.name == "report"), None)
            if table.name == "reports" or (key and not table.view and table.name != "documents"):
                names = {"table": table.name, "columns": columns[table.name], "key": key or "id", "own": table.own}
                store.db.conn.execute(_FILES.format(**names))
        # Agencies are resolved once all reports are there; until then none is known.
        store.db.conn.execute("update reports set agency_id = null, region_code = null")
    store.db.conn.execute("detach database old")


def _take_place(new: Path, db: Path) -> None:
    """Copy a database over another in one transaction: readers see the old one until it is whole."""
    with sqlite3.connect(new) as source, sqlite3.connect(db) as target:
        source.backup(target)
    source.close()
    target.close()


def _remove(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
