"""The kept questions' answers, on faults that were planted and on figures worked out by hand."""

import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from database.store import Store
from derived.update import update_panel
from publish.room.declarations import questions
from tests.factory.province import SMALL, YEARS, Planted, write_province

Answer = list[dict[str, Any]]
Ask = Callable[..., Answer]
_PANEL = {
    "reports": 1, "agency": "甲局", "summary": 0, "status": "verified", "edition": 2021, "city_code": "410100",
    "city": "郑州市", "flags": 0, "uncertain_cells": 0, "broken_checks": 0, "broken_across": 0, "sudden_changes": 0,
    "rival_reports": 0,
}  # fmt: skip


def asked(connection: sqlite3.Connection) -> Ask:
    connection.row_factory = sqlite3.Row

    def ask(name: str, **params: str) -> Answer:
        query = questions()[name]
        given = {**dict.fromkeys(query.params, ""), **params}
        return [dict(row) for row in connection.execute(query.sql, given)]

    return ask


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> tuple[Ask, Planted]:
    path = tmp_path_factory.mktemp("planted") / "province.db"
    planted = write_province(path, SMALL)
    with Store(path) as store:
        update_panel(store)
    return asked(sqlite3.connect(path)), planted


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    with Store(tmp_path / "hand.db") as store:
        # The rows that a test lays name reports and agencies that it does not need.
        store.db.execute("PRAGMA foreign_keys = OFF")
        yield store.db.conn


def add(connection: sqlite3.Connection, table: str, *rows: dict[str, Any]) -> None:
    for row in rows:
        names = ", ".join(f"[{name}]" for name in row)
        connection.execute(f"insert into {table} ({names}) values ({', '.join('?' * len(row))})", [*row.values()])


def add_year(connection: sqlite3.Connection, agency: str, year: int, **figures: Any) -> None:
    keys = {"agency_id": agency, "year": year, "report": f"{agency}-{year}"}
    add(connection, "panel", {**_PANEL, **keys, **figures})


def test_carry_over_breaks_are_those_planted(province: tuple[Ask, Planted]) -> None:
    ask, planted = province
    found = {(row["report"], row["carried_out_before"], row["carried_in"]) for row in ask("carry-over-breaks")}
    assert found == {(report, left, right) for report, scope, left, right in planted.carry_over if scope == "total"}
    years = [ask("carry-over-breaks", year=str(year)) for year in YEARS]
    assert sum(map(len, years)) == len(found)


def test_missing_years_are_those_planted(province: tuple[Ask, Planted]) -> None:
    ask, planted = province
    rows = ask("missing-years")
    assert {(row["agency_id"], row["missing_from"]) for row in rows} == planted.missing
    assert all(row["missing_to"] == row["missing_from"] for row in rows)


def test_sudden_changes_are_those_planted(province: tuple[Ask, Planted]) -> None:
    ask, planted = province
    found = {(row["report"], row["figure"], row["before"], row["value"]) for row in ask("sudden-changes")}
    assert found == planted.sudden


def test_counties_are_those_of_the_city_asked(province: tuple[Ask, Planted]) -> None:
    ask, _ = province
    for place in ("示例二市", "990200"):
        assert {row["region"] for row in ask("parts-compared", place=place)} == {"示例二县", "示例五县", "示例八县"}
    assert {row["year"] for row in ask("parts-compared")} == {YEARS[-1]}
    assert {row["year"] for row in ask("parts-compared", year="2021")} == {2021}
    assert not ask("parts-compared", place="无此市")


def test_refusals_leave_out_summaries_and_keep_editions_apart(empty: sqlite3.Connection) -> None:
    add_year(empty, "a", 2021, refused_internal=3, refused_enquiry=1)
    add_year(empty, "b", 2021, refused_internal=2, uncertain="refused refused_share", city="开封市", city_code="410200")
    add_year(empty, "c", 2021, refused_internal=50, summary=1)
    add_year(empty, "d", 2021, refused_internal=7, edition=2019)
    rows = asked(empty)("refusal-reasons")
    internal = [row for row in rows if row["figure"] == "refused_internal"]
    assert [(row["edition"], row["requests"], row["agencies"]) for row in internal] == [(2019, 7, 1), (2021, 5, 2)]
    assert [row["uncertain_agencies"] for row in internal] == [0, 1]
    assert internal[1]["share"] == pytest.approx(5 / 6, abs=1e-4)
    of_city = asked(empty)("refusal-reasons", place="开封市")
    assert sum(row["requests"] or 0 for row in of_city) == 2


def test_outcomes_are_shares_of_all_six(empty: sqlite3.Connection) -> None:
    add_year(empty, "a", 2022, granted=6, partly_granted=1, refused=2, unavailable=0, declined=0, other_outcomes=1)
    add_year(empty, "b", 2022, granted=4, refused=None, uncertain="refused")
    rows = asked(empty)("outcomes-by-year")
    assert [row["requests"] for row in rows] == [10, 1, 2, 0, 0, 1]
    assert [row["share"] for row in rows] == [0.7143, 0.0714, 0.1429, 0, 0, 0.0714]
    assert [row["uncertain_agencies"] for row in rows] == [0, 0, 1, 0, 0, 0]


def test_few_suits_stand_last_and_are_marked(empty: sqlite3.Connection) -> None:
    add_year(empty, "few", 2021, suits_decided=2, suits_corrected=2)
    add_year(empty, "many", 2021, suits_decided=8, suits_corrected=1)
    add_year(empty, "many", 2022, suits_decided=4, suits_corrected=2)
    add_year(empty, "unknown", 2022, suits_decided=30, suits_corrected=None)
    rows = asked(empty)("suits-corrected")
    kept = [(row["agency_id"], row["corrected"], row["decided"], row["rate"], row["small"]) for row in rows]
    assert kept == [("many", 3, 12, 0.25, 0), ("few", 2, 2, 1.0, 1)]


def test_late_publishers_count_dated_years_only(empty: sqlite3.Connection) -> None:
    add_year(empty, "a", 2021, published="2022-02-10", delay=10, late=1)
    add_year(empty, "a", 2022, published="2023-01-10", delay=-21, late=0)
    add_year(empty, "a", 2023)
    add_year(empty, "b", 2021, published="2022-01-10", delay=-21, late=0)
    (row,) = asked(empty)("late-publishers")
    assert (row["agency_id"], row["years_dated"], row["years_late"], row["longest_delay"]) == ("a", 2, 1, 10)
    assert row["years"] == "2021"


def test_only_reports_read_for_certain_contradict_themselves(empty: sqlite3.Connection) -> None:
    seen = dict.fromkeys(("first_seen", "last_seen", "last_changed"), "2022-02-01T00:00:00Z")
    for key, status in (("sure", "inconsistent"), ("doubtful", "uncertain")):
        add(empty, "reports", {"id": key, "status": status, "revision": 1, "year": 2021, **seen})
        add(empty, "checks", {"report": key, "identity": "balance", "scope": "total", "left": 9, "right": 7})
    add(empty, "checks", {"report": "sure", "identity": "stock", "scope": "x", "left": 1, "right": 2, "previous": "p"})
    rows = asked(empty)("self-contradicting")
    assert [(row["report"], row["identity"], row["difference"]) for row in rows] == [("sure", "balance", 2)]


def test_changes_are_counted_by_cells_and_chapters(empty: sqlite3.Connection) -> None:
    seen = dict.fromkeys(("first_seen", "last_seen", "last_changed"), "2022-02-01T00:00:00Z")
    add(empty, "reports", {"id": "r", "status": "verified", "revision": 3, "year": 2021, **seen})
    for revision, cell in ((2, "applications/granted/total"), (2, "section/1"), (3, "applications/granted/total")):
        at = f"2022-0{revision}-01T00:00:00Z"
        add(empty, "revisions", {"report": "r", "revision": revision, "seen_at": at, "cell": cell})
    (row,) = asked(empty)("changed-after-publication")
    assert (row["changes"], row["cells"], row["chapters"], row["seen"][:7]) == (2, 2, 1, "2022-03")


def test_repeated_prose_is_a_share_of_what_can_be_compared(empty: sqlite3.Connection) -> None:
    for number, reuse in enumerate((0.95, 0.6, 0.1, None)):
        add_year(empty, f"a{number}", 2022, reuse=reuse)
    (row,) = asked(empty)("repeats-last-year")
    assert (row["compared"], row["half"], row["nine_tenths"], row["half_share"]) == (3, 2, 1, 0.6667)
