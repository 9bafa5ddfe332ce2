"""Clocks that are set back, or were ahead."""

import sqlite3
from pathlib import Path

import pytest

from crawler.frontier.frontier import Bounds, Frontier, moment_of
from crawler.frontier.outcomes import Outcome
from database import clock
from database.store import Store
from tests.crawler.hostile_portal import VIEW, report_page
from tests.crawler.hostile_server import Server, page
from tools.chaos import rows, run


def test_a_clock_that_is_set_back_during_a_run_does_not_turn_back_the_present(monkeypatch: pytest.MonkeyPatch) -> None:
    before = clock.now()

    class Back(clock.datetime):  # type: ignore[misc, name-defined]
        @classmethod
        def now(cls, tz: object = None) -> object:
            return moment_of("2020-01-01T00:00:00Z")

    monkeypatch.setattr(clock, "datetime", Back)
    assert clock.now() >= before


@pytest.mark.parametrize("outcome", [Outcome.MISSING, Outcome.REPORT, Outcome.NOT_FETCHED, Outcome.FORBIDDEN])
def test_what_was_asked_for_is_not_due_again_in_a_run_whose_clock_was_set_back(
    outcome: Outcome, tmp_path: Path
) -> None:
    with Store(tmp_path / "test.db") as store:
        frontier = Frontier(store)
        frontier.begun = "2026-03-01T00:00:00Z"
        frontier.plan_numbers(range(1, 16))
        for row in frontier.due(frontier.begun, Bounds(), 99):
            frontier.record_outcome(row, outcome, "2025-03-01T00:00:00Z")
        assert frontier.due(frontier.begun, Bounds(), 99) == []
        assert len(frontier.due("2027-03-01T00:00:00Z", Bounds(), 99)) == 15


def test_dates_in_the_future_are_put_right_at_the_start_with_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "0")
    bounds = ("--first", "20600", "--last", "20600")
    with Server({f"{VIEW}20600": page(report_page(20600))}) as server:
        run(server.url, tmp_path, *bounds)
        with sqlite3.connect(tmp_path / "test.db") as connection:
            connection.execute("update frontier set asked = '2099-01-01T00:00:00Z', due = '2099-02-01T00:00:00Z'")
            connection.execute("update reports set last_seen = '2099-01-01T00:00:00Z'")
        connection.close()
        again = run(server.url, tmp_path, *bounds)
        assert server.requests.count(f"{VIEW}20600") == 2
    assert (again.returncode, again.stdout.strip()) == (0, "unchanged: 1")
    assert "2 dates of the database were in the future, and are set to " in again.stderr
    assert rows(tmp_path, "select count(*) from reports where last_seen > '2098'") == [(0,)]
