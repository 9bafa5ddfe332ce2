"""What the monitors let pass and what not, on either side of each threshold."""

from types import SimpleNamespace
from typing import Any

import pytest

from crawler.run import monitors


def _passes(monitor: type[Any], test: str, **summary: Any) -> bool:
    looking = monitor(test)
    looking.data = SimpleNamespace(stats={monitors.SUMMARY: summary})
    try:
        getattr(looking, test)()
    except AssertionError:
        return False
    return True


@pytest.mark.parametrize(("read", "verified", "passes"), [(20, 80.0, True), (20, 79.9, False), (19, 0.0, True)])
def test_verified_may_fall_by_ten_per_cent_of_twenty_reports(read: int, verified: float, *, passes: bool) -> None:
    facts = {"read": {"verified": read}, "verified": verified, "verified_before": 90.0}
    assert _passes(monitors.Reports, "test_as_many_are_verified_as_before", **facts) is passes


@pytest.mark.parametrize(("read", "lost", "passes"), [(20, 3.0, True), (20, 3.1, False), (19, 50.0, True)])
def test_two_per_cent_more_cells_may_be_lost(read: int, lost: float, *, passes: bool) -> None:
    facts = {"read": {"uncertain": read}, "lost_cells": lost, "lost_cells_before": 1.0}
    assert _passes(monitors.Form, "test_no_more_cells_are_lost_than_before", **facts) is passes


@pytest.mark.parametrize(
    ("found", "a_year_ago", "watched", "passes"),
    [(80, 100, True, True), (79, 100, True, False), (0, 19, True, True), (0, 100, False, True)],
)
def test_a_fifth_fewer_reports_than_a_year_ago_may_be_there(
    found: int, a_year_ago: int, *, watched: bool, passes: bool
) -> None:
    season = {"watched": watched, "year": 2025, "found": found, "last_year_by_now": a_year_ago}
    assert _passes(monitors.Reports, "test_as_many_as_last_year_by_this_day", season=season) is passes
