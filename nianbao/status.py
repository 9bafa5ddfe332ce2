"""``nianbao status``: the whole state of a database in one screen."""

import json
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from crawler.archive.writer import Archive, loss_of
from crawler.frontier.outcomes import FAILURES
from crawler.portals.portals import name_of
from crawler.run.summary import kinds_of
from database.clock import TIME, now
from database.store import Damaged, Store, must_be_whole

_STATUSES = ("verified", "reviewed", "inconsistent", "uncertain", "incomplete")
_MOST_REASONS = 12
_MOST_RUNS = 6
_YEARS_SQL = """
select substr(id, 1, instr(id, '-') - 1), year, status, count(*) from reports group by 1, 2, 3 order by 1, 2
"""
_DUE_SQL = """
select portal, kind, coalesce(state, 'never asked'), count(*), sum(due <= ?), sum(due > ? and due <= ?),
  sum(due is null)
from frontier group by 1, 2, 3 order by 1, 2, 3
"""
_RUNS_SQL = "select portal, started, finished, reason, counts from crawls order by id desc limit ?"

_LOST_SQL = "select count(*) from documents where warc is null and sha256 in (select sha256 from frontier)"


def show(db: Path, console: Console) -> None:
    """Print coverage by portal and year, what is due, failures by reason, and the last runs."""
    with Store(db) as store:
        for table in (_years(store), _due(store), _failures(store), _runs(store)):
            if table.row_count:
                console.print(table)
            else:
                console.print(f"{table.title}: none\n")


def damages(db: Path, archive: Path) -> list[str]:
    """What is wrong with a database and its archive, a line each; every page of the database is looked at."""
    try:
        must_be_whole(db)
    except Damaged as error:
        return [str(error)]
    with Store(db) as store:
        found = [
            f"{db}: a row of {table} refers to one of {other} that is not there" for table, other in _orphans(store)
        ]
        if lost := Archive(archive).lost_files(store.db):
            found.append(loss_of(archive, lost))
        ((count,),) = store.db.execute(_LOST_SQL)
        if count:
            found.append(f"{count} originals are in no archive; nianbao crawl --full fetches them again")
    return found


def _orphans(store: Store) -> list[tuple[str, str]]:
    """The tables with references to rows that do not exist, and those that lack the rows."""
    return sorted({(table, other) for table, _, other, _ in store.db.execute("pragma foreign_key_check")})


def _table(title: str, *headings: str) -> Table:
    table = Table(title=title, title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="left" if number == 0 else "right", overflow="fold")
    return table


def _years(store: Store) -> Table:
    found: dict[tuple[str, int | None], Counter[str]] = {}
    for portal, year, status, count in store.db.execute(_YEARS_SQL):
        found.setdefault((portal, year), Counter())[status] = count
    table = _table("Reports by portal and year 门户、年度", "portal", "year", "found", *_STATUSES)
    for (portal, year), statuses in found.items():
        counts = [statuses.total(), *(statuses[status] for status in _STATUSES)]
        table.add_row(portal, "unknown" if year is None else str(year), *map(_number, counts))
    return table


def _due(store: Store) -> Table:
    at = now()
    week = (datetime.now(UTC) + timedelta(days=7)).strftime(TIME)
    table = _table("What is due", "portal", "address", "last came to", "known", "due now", "within a week", "given up")
    for portal, kind, state, *counts in store.db.execute(_DUE_SQL, [at, at, week]):
        table.add_row(portal, kind, state, *map(_number, counts))
    return table


def _failures(store: Store) -> Table:
    rows = store.db.execute("select stage, reason from failures").fetchall()
    table = _table("Failures by reason", "reason", "stage", "count")
    stages = {kind: stage for stage, reason in rows for kind in kinds_of([reason])}
    reasons = kinds_of(reason for _, reason in rows).most_common()
    for kind, count in reasons[:_MOST_REASONS]:
        table.add_row(kind, stages[kind], _number(count))
    if len(reasons) > _MOST_REASONS:
        table.add_row(f"… and {len(reasons) - _MOST_REASONS} more", "", "")
    return table


def _runs(store: Store) -> Table:
    table = _table("Last runs", "portal", "began (UTC)", "took", "asked", "reports", "unchanged", "failed", "ended")
    table.columns[1].no_wrap = True
    for portal, started, finished, reason, counts in store.db.execute(_RUNS_SQL, [_MOST_RUNS]):
        count = Counter(json.loads(counts or "{}"))
        failed = sum(count[name] for name in FAILURES)
        figures = map(_number, (count["requests"], count["report"], count["unchanged"], failed))
        began = started[:16].replace("T", " ")
        table.add_row(name_of(portal), began, _duration(started, finished), *figures, reason or "not ended")
    return table


def _duration(started: str, finished: str | None) -> str:
    if finished is None:
        return ""
    return str(datetime.fromisoformat(finished) - datetime.fromisoformat(started))


def _number(count: int | None) -> str:
    return f"{count:,}" if count else "0"
