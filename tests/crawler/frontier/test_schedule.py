from datetime import UTC, datetime, timedelta

import pytest

from crawler.frontier.outcomes import Outcome
from crawler.frontier.schedule import next_due
from crawler.run.throttle import Throttle, Window

SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)
WINTER = datetime(2026, 2, 1, 12, tzinfo=UTC)
# Due dates are spread by a tenth.
TENTH = 0.101


def _days(
    outcome: Outcome, at: datetime, tries: int = 1, unchanged: float | None = None, *, above: bool = False
) -> float:
    since = None if unchanged is None else timedelta(days=unchanged)
    due = next_due(outcome, at, tries, key="/x", unchanged_for=since, above=above)
    assert due is not None
    return (due - at) / timedelta(days=1)


@pytest.mark.parametrize(
    ("at", "unchanged", "days"),
    [(SUMMER, 0, 2), (SUMMER, 40, 10), (SUMMER, 2000, 180), (WINTER, 0, 2), (WINTER, 2000, 60)],
)
def test_a_report_is_asked_for_often_while_young_and_rarely_later(at: datetime, unchanged: float, days: float) -> None:
    for outcome in (Outcome.REPORT, Outcome.UNCHANGED):
        assert _days(outcome, at, unchanged=unchanged) == pytest.approx(days, rel=TENTH)


def test_a_gap_is_asked_again_ever_more_rarely_and_given_up_in_the_end() -> None:
    waits = [_days(Outcome.MISSING, SUMMER, tries) for tries in range(1, 9)]
    assert waits == pytest.approx([1, 2, 4, 8, 16, 32, 64, 128], rel=TENTH)
    assert next_due(Outcome.MISSING, SUMMER, 9, key="/x", unchanged_for=None, above=False) is None


def test_a_gap_above_the_highest_report_is_never_given_up() -> None:
    assert _days(Outcome.MISSING, SUMMER, 99, above=True) == pytest.approx(4, rel=TENTH)
    assert _days(Outcome.MISSING, WINTER, 99, above=True) < 1


def test_what_failed_is_due_for_the_next_run_and_for_ever_but_more_rarely() -> None:
    assert _days(Outcome.NOT_FETCHED, SUMMER, 9) < 1e-4
    assert _days(Outcome.NOT_FETCHED, SUMMER, 10) == pytest.approx(1, rel=TENTH)
    assert _days(Outcome.WALL, SUMMER, 10_000) == pytest.approx(32, rel=TENTH)


def test_what_was_found_on_one_day_is_spread_over_several() -> None:
    dues = {
        next_due(Outcome.UNCHANGED, SUMMER, 1, key=f"/{n}", unchanged_for=timedelta(900), above=False)
        for n in range(99)
    }
    assert len({due.date() for due in dues if due}) > 20


@pytest.mark.parametrize(
    ("window", "clock", "inside"),
    [
        ("22:00-06:00", "15:00", True),  # 23:00 in Beijing
        ("22:00-06:00", "21:59", True),  # 05:59
        ("22:00-06:00", "22:00", False),  # 06:00
        ("22:00-06:00", "04:00", False),  # noon
        ("9:30-17:00", "01:29", False),
        ("9:30-17:00", "01:30", True),
        ("00:00-24:00", "16:00", True),
    ],
)
def test_a_window_is_in_beijing_time_and_may_reach_over_midnight(window: str, clock: str, *, inside: bool) -> None:
    hour, minute = map(int, clock.split(":"))
    assert Window.parse(window).holds(datetime(2026, 3, 1, hour, minute, tzinfo=UTC)) is inside


@pytest.mark.parametrize("text", ["", "22-6", "25:00-06:00", "22:00", "22:00-06:60", "night"])
def test_what_is_no_window_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="22:00-06:00"):
        Window.parse(text)


def test_three_walls_in_a_row_are_a_pause_and_three_pauses_the_end() -> None:
    throttle, at = Throttle(delay=1), 1000.0
    for _ in range(2):
        throttle.note(Outcome.WALL, "412", at)
    assert throttle.wait(at) <= 0
    throttle.note(Outcome.WALL, "412", at)
    assert throttle.wait(at) == 60
    throttle.note(Outcome.WALL, "412", at + 60)
    assert throttle.wait(at + 60) == 120
    assert throttle.may_ask()
    throttle.note(Outcome.WALL, "412", at + 180)
    assert not throttle.may_ask()
    assert throttle.failure == "a bot wall stands before the portal, also after 2 pauses: 412"


def test_what_was_asked_for_before_a_pause_does_not_make_it_longer() -> None:
    throttle = Throttle(delay=1)
    for _ in range(12):
        throttle.note(Outcome.WALL, "412", 0.0)
    assert throttle.may_ask()
    assert throttle.wait(0.0) == 60


def test_one_success_after_a_pause_and_all_is_forgotten() -> None:
    throttle = Throttle(delay=1)
    for outcome in (*[Outcome.WALL] * 3, Outcome.MISSING, *[Outcome.WALL] * 2):
        throttle.note(outcome, "412", 0.0)
    assert throttle.wait(60.0) <= 0


def test_a_portal_that_fails_for_many_addresses_in_a_row_is_given_a_pause_too() -> None:
    throttle = Throttle(delay=1)
    for _ in range(9):
        throttle.note(Outcome.NOT_FETCHED, "502", 0.0)
    assert throttle.wait(0.0) <= 0
    throttle.note(Outcome.NOT_FETCHED, "502", 0.0)
    assert throttle.wait(0.0) == 60


def test_retry_after_holds_up_every_request_in_seconds_or_until_a_date() -> None:
    throttle = Throttle(delay=0)
    throttle.heed(503, "7", 100.0)
    assert throttle.wait(100.0) == 7
    throttle.heed(200, "50", 100.0)
    throttle.heed(429, "soon", 100.0)
    assert throttle.wait(100.0) == 7
    throttle.heed(429, (datetime.now(UTC) + timedelta(seconds=60)).strftime("%a, %d %b %Y %H:%M:%S GMT"), 100.0)
    assert 55 < throttle.wait(100.0) <= 61
    assert throttle.failure is None
    throttle.heed(503, "86400", 100.0)
    assert throttle.failure == "the portal asks to come back in 86400 seconds"


def test_crawl_delay_counts_from_when_a_request_really_went_out() -> None:
    throttle = Throttle(delay=1)
    throttle.keep_apart(10)
    throttle.begin_request(100.0)
    # It waited for robots.txt.
    throttle.note_sent(104.0)
    assert throttle.wait(105.0) == 9


def test_a_budget_is_kept() -> None:
    throttle = Throttle(delay=0, budget=2)
    for _ in range(2):
        assert throttle.may_ask()
        throttle.begin_request(0.0)
    assert not throttle.may_ask()
    assert (throttle.ending, throttle.failure) == ("budget of 2 requests spent", None)
