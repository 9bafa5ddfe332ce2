"""The summary of a run beside earlier ones: for the log, table ``crawls`` and the monitors."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from crawler.frontier.schedule import BEIJING
from crawler.portals.portals import FIRST, name_of
from database.store import Store
from parsers.form.model import forms

# Status codes are a kind of their own.
_NUMBERS = re.compile(r"(?<!answered )\b\d+(?:\.\d+)*")
_QUOTED = re.compile(r"(?<=: ).*|https?://\S+|\b[a-z][a-z0-9]*-\d[\w-]*")
_PERCENT = 100.0


@dataclass(frozen=True, slots=True)
class Season:
    """Reports of the season's year, and of the year before: by the same day of it, and in all.

    ``watched``: the database saw last year's season itself, so that the two can be compared.
    """

    watched: bool
    year: int
    found: int
    last_year_by_now: int
    last_year: int


@dataclass(frozen=True, slots=True)
class Summary:
    """A run in figures, and the same portal's other reports; shares are in per cent, None where nothing was read.

    ``read`` counts the reports that were new or changed, by status; the ``_before`` figures are those of all
    other reports. ``lost_cells`` is the share of cells whose row or table was not found in the document.
    """

    crawl: str
    portal: str
    started: str
    finished: str
    reason: str
    counts: dict[str, int]
    read: dict[str, int]
    revised: int
    verified: float | None
    verified_before: float | None
    lost_cells: float | None
    lost_cells_before: float | None
    new_failures: list[str]
    season: Season
    failures: list[tuple[str, str]] = field(default_factory=list)
    findings: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The summary as plain values."""
        return asdict(self)


def summarise(
    store: Store,
    crawl: str,
    counts: dict[str, int],
    failures: list[tuple[str, str]],
    at: str,
    findings: Sequence[str] = (),
) -> Summary:
    """Sum up the run ``crawl``, which ends at a moment; ``findings`` are what it said was amiss."""
    row = store.row("crawls", crawl) or {}
    started = str(row.get("started"))
    name = name_of(str(row.get("portal")))
    ids = f"{name}-*"
    statuses = "select status, count(*) from reports where id glob ? and last_changed {} ? group by 1"
    read = dict(_all(store, statuses.format(">="), ids, started))
    before = dict(_all(store, statuses.format("<"), ids, started))
    return Summary(
        crawl=crawl,
        portal=str(row.get("portal")),
        started=started,
        finished=at,
        reason=str(row.get("reason")),
        counts=counts,
        read=read,
        revised=len(
            _all(store, "select distinct report from revisions where report glob ? and seen_at >= ?", ids, started)
        ),
        verified=_share(read.get("verified", 0), sum(read.values())),
        verified_before=_share(before.get("verified", 0), sum(before.values())),
        lost_cells=_lost(store, ids, started, ">=") if read else None,
        # Every report is looked at for this, which a run that read none need not do.
        lost_cells_before=_lost(store, ids, started, "<") if read else None,
        new_failures=_new_kinds(store, name, started),
        season=_season(store, ids, at),
        failures=failures,
        findings=list(findings),
    )


def kind_of(reason: str) -> str:
    """A reason for failure without what is special to one page."""
    return _NUMBERS.sub("N", _QUOTED.sub("…", reason))


def kinds_of(reasons: Iterable[str]) -> Counter[str]:
    """How often each kind of reason occurs."""
    return Counter(map(kind_of, reasons))


def _all(store: Store, sql: str, *values: object) -> list[tuple[Any, ...]]:
    rows: list[tuple[Any, ...]] = store.db.execute(sql, list(values)).fetchall()
    return rows


def _share(part: int, whole: int) -> float | None:
    return round(_PERCENT * part / whole, 1) if whole else None


def _lost(store: Store, ids: str, started: str, side: str) -> float | None:
    """Cells that were not found, of all that the forms have of the reports on one side of a moment."""
    sql = f"""
    select r.edition, count(distinct r.id), count(f.report)
    from reports r left join flags f on f.report = r.id and f.state = 'absent'
    where r.id glob ? and r.last_changed {side} ? group by r.edition
    """
    counts = _all(store, sql, ids, started)
    cells = {form.edition: len(form.cells) for form in forms()}
    printed = sum(reports * cells.get(edition, max(cells.values())) for edition, reports, _ in counts)
    return _share(sum(lost for *_, lost in counts), printed)


def _new_kinds(store: Store, name: str, started: str) -> list[str]:
    keys = [f"{name}-*", f"{name}:*", *(("/*", "http*://*") if name == FIRST else ())]
    own = " or ".join("key glob ?" for _ in keys)
    sql = f"select reason from failures where ({own}) and first_at {{}} ?"
    new = kinds_of(reason for (reason,) in _all(store, sql.format(">="), *keys, started))
    old = kinds_of(reason for (reason,) in _all(store, sql.format("<"), *keys, started))
    return sorted(new.keys() - old.keys()) if old else []


def _season(store: Store, ids: str, at: str) -> Season:
    """The reports that this year's season is about are on the year before."""
    today = datetime.fromisoformat(at).astimezone(BEIJING)
    year = today.year - 1
    same_day = f"{today.year - 1}-{today:%m-%d}"
    sql = "select count(*), sum(coalesce(published, substr(first_seen, 1, 10)) <= ?) from reports"
    sql += " where id glob ? and year = ?"
    ((found, _),) = _all(store, sql, same_day, ids, year)
    ((last_year, by_now),) = _all(store, sql, same_day, ids, year - 1)
    ((first,),) = _all(store, "select min(first_seen) from reports where id glob ?", ids)
    return Season((first or at) < f"{today.year - 1}-01-01", year, found, by_now or 0, last_year)
