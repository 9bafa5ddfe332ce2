"""Agencies and regions in the database."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import cycle, islice
from pathlib import Path

import pytest

from database.rows import report_rows
from database.store import Source, Store
from derived.agencies import Resolved, update_agencies
from gazetteer import resolver
from gazetteer.areas import gazetteer
from nianbao.portal.pages import report_page
from nianbao.portal.reports import sample_reports
from parsers.read import read
from tests.effort import sqlite_steps

SEEN = {"status": "verified", "revision": 1, "first_seen": "", "last_seen": "", "last_changed": ""}

TOWN = replace(sample_reports()[33923], title="城关镇人民政府2022年政府信息公开工作年度报告", agency="城关镇人民政府")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "test.db") as opened:
        yield opened


def add(store: Store, *agencies: str | None, first: int = 1) -> None:
    store.db.table("reports").insert_all(
        {"id": f"henan-{number}", "agency": agency, **SEEN} for number, agency in enumerate(agencies, start=first)
    )


def add_hinted(store: Store, *reports: tuple[str, str | None], first: int = 1) -> None:
    store.db.table("reports").insert_all(
        {"id": f"henan-{number}", "agency": agency, "hint": hint, **SEEN}
        for number, (agency, hint) in enumerate(reports, start=first)
    )


def names(store: Store) -> list[tuple[str, str, str | None]]:
    return store.db.execute("select name, hint, agency_id from agency_names order by name, hint").fetchall()


def marked(store: Store) -> dict[str, tuple[str | None, str | None]]:
    rows = store.db.execute("select id, agency_id, region_code from reports order by id")
    return {key: (agency, region) for key, agency, region in rows}


def test_reports_of_one_agency_get_one_id_whatever_they_are_headed_with(store: Store) -> None:
    add(
        store,
        "西工区政府办",
        "洛阳市西工区人民政府办公室",
        "许昌县财政局",
        "许昌市建安区财政局",
        "城关镇人民政府",
        None,
    )
    assert update_agencies(store) == Resolved(names=5, reports=4)
    office = ("410303-government-office", "410303")
    finance = ("411003-dept-finance", "411003")
    assert list(marked(store).values()) == [office, office, finance, finance, (None, None), (None, None)]
    agencies = list(store.db.table("agencies").rows_where(order_by="id"))
    assert [(row["name"], row["level"], row["kind"], row["class"]) for row in agencies] == [
        ("洛阳市西工区人民政府办公室", "county", "government", None),
        ("许昌市建安区财政局", "county", "department", "财政"),
    ]
    why = store.db.execute("select why from agency_names where name = '许昌县财政局'").fetchone()[0]
    assert "2016" in why
    assert "411023" in why


def test_a_second_update_looks_at_new_names_only(store: Store) -> None:
    add(store, "卫辉市信访局", "城关镇人民政府")
    update_agencies(store)
    assert update_agencies(store) == Resolved(names=0, reports=0)
    add(store, "卫辉市信访局", "新安县", first=3)
    assert update_agencies(store) == Resolved(names=1, reports=2)
    assert marked(store)["henan-3"] == marked(store)["henan-1"] == ("410781-dept-petitions", "410781")


def test_a_report_whose_name_changed_is_marked_anew_and_nothing_unused_stays(store: Store) -> None:
    add(store, "卫辉市信访局", "卫辉市财政局")
    update_agencies(store)
    store.db.execute("update reports set agency = '新安县信访局' where id = 'henan-1'")
    store.db.execute("update reports set agency = null where id = 'henan-2'")
    assert update_agencies(store) == Resolved(names=1, reports=2)
    assert marked(store) == {"henan-1": ("410323-dept-petitions", "410323"), "henan-2": (None, None)}
    assert [row["id"] for row in store.db.table("agencies").rows] == ["410323-dept-petitions"]
    assert [row["name"] for row in store.db.table("agency_names").rows] == ["新安县信访局"]


def test_other_rules_resolve_every_name_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, "卫辉市信访局")
    update_agencies(store)
    monkeypatch.setattr("derived.agencies.rules_version", lambda: "another")
    monkeypatch.setattr("derived.agencies.resolve", lambda name: resolver.Agency(name, why="No longer known."))
    assert update_agencies(store) == Resolved(names=1, reports=1)
    assert marked(store) == {"henan-1": (None, None)}
    assert store.db.table("agencies").count == 0


def test_table_of_regions_is_the_gazetteer(store: Store) -> None:
    update_agencies(store)
    places = gazetteer()
    assert store.db.table("regions").count == sum(area.code is not None for area in places.areas.values())
    county = store.db.table("regions").get("411023")
    assert (county["name"], county["valid_to"], county["successor"]) == ("许昌县", 2016, "411003")
    assert store.db.table("regions").get("419001")["level"] == "city"
    assert store.db.execute("pragma foreign_key_check").fetchall() == []


def test_a_database_of_an_earlier_version_gets_the_columns(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with sqlite3.connect(path) as old:
        old.execute("create table regions (code text primary key, name text not null, level text, parent text)")
        old.execute(
            "create table agencies (id text primary key, name text not null, level text, kind text, region_code)"
        )
    old.close()
    with Store(path) as store:
        add(store, "卫辉市信访局")
        update_agencies(store)
        assert store.db.table("regions").get("410728")["successor"] == "410783"
        assert store.db.table("agencies").get("410781-dept-petitions")["class"] == "信访"


def test_hints_settle_what_a_name_leaves_open(store: Store) -> None:
    add_hinted(
        store,
        ("城关镇人民政府", "洛阳市 > 嵩县 > 城关镇 > 河南省人民政府办公厅"),
        ("城关镇人民政府", "河南省人民政府办公厅"),
        ("城关镇人民政府", "洛阳市 > 嵩县 > 新乡市"),
        ("城关镇人民政府", None),
        ("财政局", "新安县人民政府"),
    )
    assert update_agencies(store) == Resolved(names=5, reports=2)
    town, unknown, finance = ("410325100-township", "410325"), (None, None), ("410323-dept-finance", "410323")
    assert [*marked(store).values()] == [town, unknown, unknown, unknown, finance]
    whys = dict(store.db.execute("select hint, why from agency_names where name = '城关镇人民政府'").fetchall())
    assert whys["洛阳市 > 嵩县 > 城关镇 > 河南省人民政府办公厅"].endswith(" decides it.")
    assert whys["洛阳市 > 嵩县 > 新乡市"].endswith("; the hint 洛阳市 > 嵩县 > 新乡市 does not decide it.")
    assert "hint" not in whys[""]


def test_a_name_that_is_whole_hears_no_hint(store: Store) -> None:
    add_hinted(store, ("卫辉市信访局", "洛阳市 > 新安县"), ("卫辉市信访局", "卫辉市"), ("卫辉市信访局", None))
    assert update_agencies(store) == Resolved(names=1, reports=3)
    assert set(marked(store).values()) == {("410781-dept-petitions", "410781")}
    assert names(store) == [("卫辉市信访局", "", "410781-dept-petitions")]
    assert update_agencies(store) == Resolved(0, 0)


def test_a_region_that_the_name_tells_stays(store: Store) -> None:
    add_hinted(store, ("洛阳市某某", "洛阳市 > 新安县"), ("郑州市西工区财政局", "洛阳市 > 西工区"))
    update_agencies(store)
    assert [*marked(store).values()] == [(None, "410300"), (None, None)]


def test_a_hint_that_changes_moves_the_report_and_nothing_unused_stays(store: Store) -> None:
    add_hinted(store, ("财政局", "新安县"), ("财政局", "新安县"), ("财政局", None))
    update_agencies(store)
    store.db.execute("update reports set hint = '卫辉市' where id in ('henan-1', 'henan-3')")
    assert update_agencies(store) == Resolved(names=1, reports=2)
    assert [region for _, region in marked(store).values()] == ["410781", "410323", "410781"]
    assert names(store) == [("财政局", "卫辉市", "410781-dept-finance"), ("财政局", "新安县", "410323-dept-finance")]
    store.db.execute("update reports set hint = null")
    assert update_agencies(store) == Resolved(names=1, reports=3)
    assert names(store) == [("财政局", "", None)]
    assert store.db.table("agencies").count == 0


def test_a_later_fetch_with_another_hint_is_no_revision(store: Store) -> None:
    for sha, crumbs in (("a", "新安县"), ("b", "嵩县")):
        page = report_page(TOWN).replace("<main>", f"<p>您的位置：首页 > 洛阳市 > {crumbs}</p><main>")
        source = Source("henan-1", sha, 1, f"2023-02-0{1 + (sha == 'b')}T00:00:00Z")
        store.save_report(source, report_rows(read(page.encode())))
        update_agencies(store)
    row = store.db.table("reports").get("henan-1")
    assert row["hint"] == "洛阳市 > 嵩县 > 城关镇人民政府"
    assert (row["agency_id"], row["revision"]) == ("410325100-township", 1)


def test_names_of_an_earlier_version_are_resolved_anew(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with Store(path) as store:
        add(store, "城关镇人民政府", "卫辉市信访局")
        update_agencies(store)
        store.db.table("agency_names").transform(pk="name", drop={"hint"})
        store.db.table("reports").transform(drop={"hint"})
        store.db.execute("drop table _sqlite_migrations")
    with Store(path) as store:
        assert update_agencies(store) == Resolved(names=2, reports=0)
        assert store.db.table("agency_names").pks == ["name", "hint"]
        store.db.execute("update reports set hint = '嵩县' where id = 'henan-1'")
        assert update_agencies(store) == Resolved(names=1, reports=1)
        assert marked(store)["henan-1"] == ("410325100-township", "410325")


def test_an_update_that_fails_leaves_everything_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store, "卫辉市信访局")
    update_agencies(store)
    before = marked(store)
    add(store, "新安县信访局", first=2)
    monkeypatch.setattr("derived.agencies._drop_unused", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        update_agencies(store)
    assert marked(store) == {**before, "henan-2": (None, None)}
    assert store.db.table("agencies").count == 1


COUNTIES = [area for area in gazetteer().areas.values() if area.level == "county" and area.kind == "region"]


def _whole_names(many: int) -> Iterator[tuple[str, None]]:
    """Names of agencies that are whole by themselves; more of them are more reports, not more names."""
    names = [gazetteer().full_name(area) + body for area in COUNTIES[:20] for body in ("财政局", "信访局", "教体局")]
    return ((name, None) for name in islice(cycle(names), many))


def _hinted_names(many: int) -> Iterator[tuple[str, str]]:
    """The same few names in many counties, which the hints tell apart."""
    pairs = [
        (name, f"{gazetteer().full_name(area)} > {column}")
        for area in COUNTIES[:20]
        for name in ("财政局", "信访局", f"{gazetteer().full_name(area)}财政局")
        for column in ("政府信息公开年报", "法定主动公开内容")
    ]
    return islice(cycle(pairs), many)


@pytest.mark.parametrize("reports", [_whole_names, _hinted_names])
def test_four_times_as_many_reports_cost_four_times_as_much(
    reports: Callable[[int], Iterable[tuple[str, str | None]]], tmp_path: Path
) -> None:
    costs = [_cost(tmp_path / f"{many}.db", reports(many)) for many in (1_000, 4_000)]
    (first, again), (first_of_more, again_of_more) = costs
    assert first_of_more < 5 * first
    assert again_of_more < 5 * again
    assert again_of_more < first_of_more


def _cost(path: Path, reports: Iterable[tuple[str, str | None]]) -> tuple[int, int]:
    """SQLite's steps for an update of a new database, and for another when nothing has changed."""
    with Store(path) as store:
        add_hinted(store, *reports)
        with sqlite_steps(store.db.conn) as steps:
            assert update_agencies(store).reports == store.db.table("reports").count
            first = steps()
            assert update_agencies(store) == Resolved(0, 0)
            return first, steps() - first
