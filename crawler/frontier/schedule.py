"""When an address is due to be asked again: pure rules, in days, written down in docs/crawl.md."""

from datetime import datetime, timedelta, timezone
from zlib import crc32

from crawler.frontier.outcomes import Outcome

BEIJING = timezone(timedelta(hours=8))
# Reports are due by 31 January (《条例》第四十九条, 第五十条); what comes late comes in the weeks after.
_SEASON = (1, 2, 3)

# All of these are in days. They were chosen for what they cost: with them a province's 260,000 reports of twenty years
# are some 1,500 requests a day in summer, 25 minutes at one a second. How often reports are revised is not known yet;
# table revisions will tell. tests/crawler/frontier/test_schedule.py has the days on either side of each.
# A report is asked for again after a quarter of the time for which it has stood unchanged.
_REVISIT_SHARE = 4
_REVISIT_LEAST, _REVISIT_MOST, _REVISIT_MOST_IN_SEASON = 2, 180, 60
# Under a day, so that a run every night finds it due although the one before took its time.
_PAGE = 0.8
# What comes new pushes the rest of a list from page to page, so that the first pages tell; an entry that was
# taken down may pull another out of sight.
_FURTHER_PAGE_IN_SEASON, _FURTHER_PAGE = 7, 30
_GAP_ABOVE_IN_SEASON, _GAP_ABOVE = 0.8, 4
# A gap is asked for after 1, 2, 4 … 128 days: eight requests in 255 days, then no more.
_GAP_DOUBLINGS = 8
_FORBIDDEN = 7
# A failure is tried again by the next runs; after these many tries in a row, more and more rarely.
_EAGER_TRIES = 9
_FAILURE_MOST = 32
_JITTER = 0.1


def next_due(
    outcome: Outcome,
    at: datetime,
    tries: int,
    *,
    key: str,
    unchanged_for: timedelta | None,
    above: bool,
    further: bool = False,
) -> datetime | None:
    """When to ask again after ``outcome`` at a moment, the ``tries``-th time in a row; None is never.

    ``unchanged_for`` is how long a report's bytes have been the same; ``above`` says whether a missing number
    is above the highest that is known, where the next report will appear; ``further``, whether a page is one of
    a list's that come after its first. ``key`` spreads what was found on one day over several.
    """
    if outcome in (Outcome.NOT_FETCHED, Outcome.WALL) and tries <= _EAGER_TRIES:
        return at + timedelta(seconds=1)
    days = _days(outcome, at, tries, unchanged_for, above=above, further=further)
    return None if days is None else at + timedelta(days=days * _spread(key))


def _days(
    outcome: Outcome, at: datetime, tries: int, unchanged_for: timedelta | None, *, above: bool, further: bool
) -> float | None:
    in_season = at.astimezone(BEIJING).month in _SEASON
    match outcome:
        case Outcome.REPORT | Outcome.ATTACHMENT | Outcome.STYLE | Outcome.UNCHANGED:
            most = _REVISIT_MOST_IN_SEASON if in_season else _REVISIT_MOST
            age = (unchanged_for or timedelta()) / timedelta(days=1)
            return min(max(age / _REVISIT_SHARE, _REVISIT_LEAST), most)
        case Outcome.PAGE | Outcome.DOUBTED:
            return (_FURTHER_PAGE_IN_SEASON if in_season else _FURTHER_PAGE) if further else _PAGE
        case Outcome.FORBIDDEN:
            return _FORBIDDEN
        case Outcome.NOT_FETCHED | Outcome.WALL:
            return min(2.0 ** min(tries - _EAGER_TRIES - 1, _GAP_DOUBLINGS), _FAILURE_MOST)
        case Outcome.MISSING | Outcome.NOT_A_REPORT if above:
            return _GAP_ABOVE_IN_SEASON if in_season else _GAP_ABOVE
        case _:
            return float(2 ** (tries - 1)) if tries <= _GAP_DOUBLINGS else None


def _spread(key: str) -> float:
    """A number close to 1 that is always the same for a key."""
    return 1 + _JITTER * (crc32(key.encode()) % 2001 / 1000 - 1)
