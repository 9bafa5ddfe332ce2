"""What is worked out from all reports together."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from crawler.reparse import reparse
from crawler.workers.readers import LocalReaders
from database.rows import report_rows
from database.schema import table_of, tables
from database.store import Source, Store
from derived.agencies import update_agencies
from derived.update import Updated, update_panel
from parsers.read import read
from tests.factory.rows import add_agency, add_report
from tests.sample_text import report_text

RECEIVED = "applications/received/total"
CONCLUDED = "applications/concluded/total"
GRANTED = "applications/granted/total"
STOCK = "disclosure/normative_documents/"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "test.db") as opened:
        add_agency(opened, "a")
        yield opened


def found(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return list(store.db.execute(sql).fetchall())


def panel(store: Store, *columns: str) -> list[tuple[Any, ...]]:
    update_panel(store)
    return found(store, f"select {', '.join(columns)} from panel order by agency_id, year")


def test_figure_of_an_uncertain_cell_is_empty_and_named_with_all_that_rests_on_it(store: Store) -> None:
    cells = {GRANTED: 4, CONCLUDED: 12, "applications/refused_internal/total": 8, RECEIVED: 12}
    add_report(store, "henan-1", "a", 2022, cells, flags=[("applications/refused_internal/total", "uncertain")])
    columns = (
        "granted",
        "granted_share",
        "refused_internal",
        "refused",
        "refused_share",
        "uncertain",
        "uncertain_cells",
    )
    assert panel(store, *columns) == [
        (4, 4 / 12, None, None, None, "refused_internal refused refused_share", 1),
    ]


@pytest.mark.parametrize("state", ["uncertain", "absent", "text"])
def test_denominator_that_is_not_certain_leaves_no_share_and_no_mark(store: Store, state: str) -> None:
    add_report(store, "henan-1", "a", 2022, {GRANTED: 4, CONCLUDED: 12}, flags=[(CONCLUDED, state)])
    ((share, small, uncertain),) = panel(store, "granted_share", "concluded_small", "uncertain")
    assert (share, small) == (None, None)
    assert {"concluded", "granted_share", "other_outcomes_share", "concluded_small"} <= set(uncertain.split())
    assert "granted" not in uncertain.split()


def test_blank_and_dash_are_empty_but_certain_and_count_for_nothing_in_a_sum(store: Store) -> None:
    cells = {"applications/refused_internal/total": None, "applications/refused_security/total": 3, RECEIVED: None}
    flags = [("applications/refused_internal/total", "blank"), (RECEIVED, "dash")]
    add_report(store, "henan-1", "a", 2022, cells, flags)
    columns = ("received", "refused_internal", "refused", "uncertain", "flags", "uncertain_cells")
    assert panel(store, *columns) == [(None, None, 3, None, 2, 0)]


def test_sum_of_blanks_alone_is_empty(store: Store) -> None:
    names = ("not_held", "not_existing", "unclear")
    cells = {f"applications/unavailable_{name}/total": None for name in names}
    add_report(store, "henan-1", "a", 2022, cells, [(cell, "blank") for cell in cells])
    assert panel(store, "unavailable", "uncertain") == [(None, None)]


def test_number_printed_with_a_unit_is_certain(store: Store) -> None:
    add_report(store, "henan-1", "a", 2022, {RECEIVED: 13}, [(RECEIVED, "printed")])
    assert panel(store, "received", "flags", "uncertain") == [(13, 0, None)]


def test_shares_over_less_than_ten_are_marked(store: Store) -> None:
    add_agency(store, "b")
    add_report(store, "henan-1", "a", 2022, {GRANTED: 9, CONCLUDED: 9, "disputes/review/corrected": 3})
    add_report(store, "henan-2", "b", 2022, {GRANTED: 5, CONCLUDED: 10})
    columns = ("granted_share", "concluded_small", "review_correction_rate", "review_small", "suits_correction_rate")
    assert panel(store, *columns) == [(1.0, 1, 1.0, 1, None), (0.5, 0, None, 1, None)]


def test_amount_without_a_unit_is_not_taken_for_ten_thousands(store: Store) -> None:
    cell = "disclosure/central_procurement/procurement_amount"
    add_report(store, "henan-1", "a", 2019, {cell: 251000}, edition=2019, unit=None)
    add_report(store, "henan-2", "a", 2020, {cell: 25.1}, edition=2019)
    add_report(store, "henan-3", "a", 2021, {cell: 0}, edition=2019, unit=None)
    name = "central_procurement_procurement_amount"
    ((first, uncertain), *others) = panel(store, name, "uncertain")
    assert (first, *others) == (None, (25.1, None), (0, None))
    assert name in uncertain.split()


def test_columns_of_one_edition_are_empty_in_reports_on_the_other(store: Store) -> None:
    add_report(store, "henan-1", "a", 2020, {"applications/other_handling/total": 2}, edition=2019)
    add_report(store, "henan-2", "a", 2021, {"applications/other_rest/total": 3})
    update_panel(store)
    assert panel(store, "other_outcomes", "other_handling", "other_rest") == [(2, 2, None), (3, None, 3)]
    for column in table_of("panel").columns:
        if column.cells:
            sql = f"select edition from panel where [{column.name}] is not null order by edition"
            assert tuple(edition for (edition,) in found(store, sql)) == column.editions, column.name


@pytest.mark.parametrize(
    ("agency", "published", "delay", "late"),
    [
        ("990101-dept-finance", "2023-01-31", 0, 0),
        ("990101-dept-finance", "2023-02-10", 10, 1),
        ("990101-government-office", "2023-02-01", 1, 1),
        ("990101-government", "2023-03-31", 59, 0),
        ("990101-government", "2023-04-01", 60, 1),
        ("990101-dept-finance", "2022-12-30", None, None),
        ("990101-dept-finance", None, None, None),
        ("990101-dept-finance", "2023-13-01", None, None),
    ],
)
def test_delay_counts_from_31_january_and_a_government_has_until_31_march(
    store: Store, agency: str, published: str | None, delay: int | None, late: int | None
) -> None:
    add_agency(store, agency)
    add_report(store, "henan-1", agency, 2022, published=published)
    assert panel(store, "delay", "late", "summary") == [(delay, late, int(agency.endswith("-government")))]


def test_a_report_that_was_taken_down_stays_in_the_panel_which_says_when_until_it_is_back(store: Store) -> None:
    add_report(store, "henan-1", "a", 2022)
    assert panel(store, "report", "withdrawn") == [("henan-1", None)]
    store.withdraw("henan-1", "2026-01-02T00:00:00Z")
    assert panel(store, "report", "withdrawn") == [("henan-1", "2026-01-02T00:00:00Z")]
    store.seen("henan-1", "2026-01-03T00:00:00Z")
    assert panel(store, "report", "withdrawn") == [("henan-1", None)]


def test_report_that_is_published_once_more_is_not_late_for_that(store: Store) -> None:
    for number, published in enumerate(("2022-06-01", "2023-01-20", "2023-05-04")):
        add_report(store, f"henan-{number}", "a", 2022, published=published)
    assert panel(store, "report", "published", "delay", "late") == [("henan-2", "2023-05-04", -11, 0)]


def test_names_and_codes_are_merged_in(store: Store) -> None:
    add_agency(store, "b", level="city", region_code="990100")
    add_agency(store, "c", level="province", region_code="990000")
    for number, agency in enumerate("abc"):
        add_report(store, f"henan-{number}", agency, 2022)
    columns = ("region", "county_code", "county", "city_code", "city", "province_code")
    assert panel(store, *columns) == [
        ("示例县", "990101", "示例县", "990100", "示例市", "990000"),
        ("示例市", None, None, "990100", "示例市", "990000"),
        ("示例省", None, None, None, None, "990000"),
    ]


def test_carry_over_is_checked_for_all_seven_columns_and_names_both_reports(store: Store) -> None:
    columns = table_of("applications").columns[2:]
    pending = {f"applications/carried_out/{column.name}": number for number, column in enumerate(columns, start=1)}
    arrived = {cell.replace("carried_out", "carried_in"): number + 1 for cell, number in pending.items()}
    add_report(store, "henan-1", "a", 2021, pending)
    add_report(store, "henan-2", "a", 2022, arrived, status="inconsistent")
    assert panel(store, "broken_checks", "broken_across", "status") == [(0, 0, "verified"), (0, 7, "inconsistent")]
    assert found(store, 'select report, identity, scope, "left", "right", previous from checks order by "left"') == [
        ("henan-2", "carry_over", column.name, number, number + 1, "henan-1")
        for number, column in enumerate(columns, start=1)
    ]


@pytest.mark.parametrize("state", ["uncertain", "absent", "blank", "dash"])
@pytest.mark.parametrize("report", ["henan-1", "henan-2"])
def test_what_is_blank_or_not_certain_is_not_compared_across_years(store: Store, state: str, report: str) -> None:
    cells = {"henan-1": "applications/carried_out/total", "henan-2": "applications/carried_in/total"}
    for number, year in (("henan-1", 2021), ("henan-2", 2022)):
        value = None if state in ("blank", "dash") else 5
        if number == report:
            add_report(store, number, "a", year, {cells[number]: value}, [(cells[number], state)])
        else:
            add_report(store, number, "a", year, {cells[number]: 3})
    update_panel(store)
    assert found(store, "select * from checks") == []


def test_years_with_a_gap_between_are_not_compared(store: Store) -> None:
    add_report(store, "henan-1", "a", 2021, {"applications/carried_out/total": 5})
    add_report(store, "henan-2", "a", 2023)
    update_panel(store)
    assert found(store, "select * from checks") == []


def test_stock_is_last_years_with_what_was_made_less_what_was_repealed(store: Store) -> None:
    add_report(store, "henan-1", "a", 2021, {f"{STOCK}in_force": 10})
    add_report(store, "henan-2", "a", 2022, {f"{STOCK}in_force": 11, f"{STOCK}issued": 3, f"{STOCK}repealed": 2})
    add_report(store, "henan-3", "a", 2023, {f"{STOCK}in_force": 11, f"{STOCK}issued": 1})
    update_panel(store)
    assert found(store, 'select report, identity, scope, "left", "right", previous from checks') == [
        ("henan-3", "stock", "normative_documents", 11, 12, "henan-2")
    ]


def series(store: Store) -> dict[tuple[str, str], str]:
    """Which report confirms which cell of which."""
    update_panel(store)
    return {(report, cell): other for report, cell, other in found(store, "select report, cell, other from series")}


def test_what_was_carried_over_is_proved_in_both_reports_unless_it_is_nothing(store: Store) -> None:
    add_report(
        store, "henan-1", "a", 2021, {"applications/carried_out/total": 7, "applications/carried_out/company": 3}
    )
    add_report(store, "henan-2", "a", 2022, {"applications/carried_in/total": 7, "applications/carried_in/company": 4})
    assert series(store) == {
        ("henan-1", "applications/carried_out/total"): "henan-2",
        ("henan-2", "applications/carried_in/total"): "henan-1",
    }
    proofs = "select report, cell, proof from cells where proof <> 'placed' order by report"
    assert found(store, proofs) == [
        ("henan-1", "applications/carried_out/total", "series"),
        ("henan-2", "applications/carried_in/total", "series"),
    ]


def test_a_stock_proves_all_that_it_is_made_of_and_last_years(store: Store) -> None:
    add_report(store, "henan-1", "a", 2021, {f"{STOCK}in_force": 9})
    add_report(store, "henan-2", "a", 2022, {f"{STOCK}in_force": 11, f"{STOCK}issued": 2, f"{STOCK}repealed": None})
    add_report(store, "henan-3", "a", 2023, {f"{STOCK}in_force": 12, f"{STOCK}issued": 1})
    assert series(store) == {
        ("henan-1", f"{STOCK}in_force"): "henan-2",
        ("henan-2", f"{STOCK}in_force"): "henan-1",
        ("henan-2", f"{STOCK}issued"): "henan-1",
        ("henan-3", f"{STOCK}in_force"): "henan-2",
        ("henan-3", f"{STOCK}issued"): "henan-2",
        ("henan-3", f"{STOCK}repealed"): "henan-2",
    }


@pytest.mark.parametrize("doubtful", ["henan-1", "henan-2"])
def test_a_doubtful_cell_proves_nothing_across_years(store: Store, doubtful: str) -> None:
    out, into = "applications/carried_out/total", "applications/carried_in/total"
    flags = {"henan-1": [(out, "uncertain")], "henan-2": [(into, "uncertain")]}
    add_report(store, "henan-1", "a", 2021, {out: 7}, flags["henan-1"] if doubtful == "henan-1" else ())
    add_report(store, "henan-2", "a", 2022, {into: 7}, flags["henan-2"] if doubtful == "henan-2" else ())
    assert series(store) == {}


def test_a_report_that_changes_proves_no_more_what_it_did(store: Store) -> None:
    out, into = "applications/carried_out/total", "applications/carried_in/total"
    add_report(store, "henan-1", "a", 2021, {out: 7})
    add_report(store, "henan-2", "a", 2022, {into: 7})
    assert len(series(store)) == 2
    store.db.execute("update applications set total = 8 where report = 'henan-2' and row = 'carried_in'")
    store.db.execute("update reports set cells_digest = 'another' where id = 'henan-2'")
    assert series(store) == {}


def test_a_sum_proves_more_than_another_year(store: Store) -> None:
    out, into = "applications/carried_out/total", "applications/carried_in/total"
    add_report(store, "henan-1", "a", 2021, {out: 7})
    add_report(store, "henan-2", "a", 2022, {into: 7})
    store.db.execute(
        "update evidence set proof = 'sssssss' where report = 'henan-2' and row = 'applications/carried_in'"
    )
    assert len(series(store)) == 2
    assert found(store, f"select proof from cells where report = 'henan-2' and cell = '{into}'") == [("sum",)]


def test_documents_disclosed_by_2020_are_no_stock_to_compare_with(store: Store) -> None:
    add_report(store, "henan-1", "a", 2020, {f"{STOCK}disclosed_total": 10}, edition=2019)
    add_report(store, "henan-2", "a", 2021, {f"{STOCK}in_force": 99})
    add_report(store, "henan-0", "a", 2019, {f"{STOCK}disclosed_total": 4}, edition=2019)
    update_panel(store)
    assert found(store, "select * from checks") == []


@pytest.mark.parametrize(
    ("before", "value", "sudden"), [(10, 50, True), (11, 50, False), (0, 50, True), (9, 49, False), (60, 12, True)]
)
def test_fivefold_change_of_a_figure_that_is_not_small_is_sudden(
    store: Store, before: int, value: int, sudden: bool
) -> None:
    add_report(store, "henan-1", "a", 2021, {RECEIVED: before})
    add_report(store, "henan-2", "a", 2022, {RECEIVED: value})
    assert panel(store, "sudden_changes", "broken_across") == [(0, 0), (int(sudden), 0)]
    change = ("henan-2", "received", "sudden change", "henan-1", before, value)
    assert found(store, "select * from sudden_changes") == ([change] if sudden else [])


def test_an_agency_is_followed_across_the_renaming_of_its_county(store: Store) -> None:
    names = {2015: "许昌县财政局", 2016: "许昌市建安区财政局", 2017: "建安区财政局"}
    for year, name in names.items():
        pending = {f"applications/{row}/total": value for row, value in (("carried_in", 1), ("carried_out", 2))}
        add_report(store, f"henan-{year}", None, year, pending)
        store.db.execute("update reports set agency = ? where year = ?", [name, year])
    update_agencies(store)
    columns = ("agency", "printed_agency", "region_code", "city", "broken_across")
    facts = ("许昌市建安区财政局", "411003", "许昌市")
    assert panel(store, *columns) == [(facts[0], name, *facts[1:], int(year > 2015)) for year, name in names.items()]


def test_rebuilding_from_the_archive_keeps_no_derived_row_of_the_old_database(tmp_path: Path) -> None:
    (tmp_path / "archive").mkdir()
    with Store(tmp_path / "test.db") as store:
        for key, year in (("file-1", 2021), ("file-2", 2022), ("henan-3", 2020)):
            add_report(store, key, None, year, {"applications/carried_out/total": 2}, agency="卫辉市财政局")
        update_agencies(store)
        update_panel(store)
        assert [report for report, *_ in found(store, "select report from checks order by 1")] == ["file-1", "file-2"]
    reparse(tmp_path / "test.db", [tmp_path / "archive"], LocalReaders(0))
    with Store(tmp_path / "test.db") as store:
        # henan-3 is not in the archive, so there is nothing left for file-1 to follow on.
        assert found(store, "select report, previous from checks") == [("file-2", "file-1")]
        assert found(store, "select report from panel order by year") == [("file-1",), ("file-2",)]
        assert found(store, "pragma foreign_key_check") == []


def test_saving_a_report_again_leaves_its_checks_across_years_alone(store: Store) -> None:
    source = Source("henan-2", "x", 1, "2022-01-26T00:00:00Z")
    rows = report_rows(read(report_text()))
    store.save_report(source, rows)
    store.db.execute("update reports set agency_id = 'a'")
    add_report(store, "henan-1", "a", 2020, {"applications/carried_out/total": 7}, edition=2019)
    update_panel(store)
    across = [("henan-2", "carry_over", "total", 7, 0, "henan-1")]
    assert found(store, "select * from checks") == across
    store.save_report(source, rows)
    assert found(store, "select * from checks") == across
    assert update_panel(store) == Updated(0, 0)


@pytest.mark.parametrize(
    ("one", "other", "used"),
    [
        ({"status": "uncertain"}, {}, "henan-9"),
        ({}, {"status": "inconsistent"}, "henan-10"),
        ({"published": "2023-01-01"}, {"published": "2023-01-05"}, "henan-9"),
        ({}, {}, "henan-10"),
    ],
)
def test_of_two_reports_on_one_year_the_better_then_the_later_is_used(
    store: Store, one: dict[str, str], other: dict[str, str], used: str
) -> None:
    add_report(store, "henan-10", "a", 2022, {RECEIVED: 1}, **one)
    add_report(store, "henan-9", "a", 2022, {RECEIVED: 2}, **other)
    add_report(store, "file-0123456789ab", "a", 2022, published="2023-02-01")
    assert panel(store, "report", "reports", "received") == [(used, 3, 1 if used == "henan-10" else 2)]


def test_what_copies_share_is_said(store: Store) -> None:
    add_report(store, "henan-1", "a", 2022, {RECEIVED: 1}, text="示例一")
    add_report(store, "henan-2", "a", 2022, {RECEIVED: 1}, text="示例 一")
    add_report(store, "henan-3", "a", 2022, {RECEIVED: 2}, text="示例一")
    add_report(store, "henan-4", "a", 2022, {RECEIVED: 3}, text="示例二")
    add_report(store, "henan-5", "a", 2022, {RECEIVED: 1}, text="示例一")
    add_report(store, "henan-6", "a", 2021, {RECEIVED: 1}, text="示例一")
    update_panel(store)
    assert found(store, "select report, chosen, same from duplicates order by report") == [
        ("henan-1", "henan-5", "cells and text"),
        ("henan-2", "henan-5", "cells and text"),
        ("henan-3", "henan-5", "text"),
        ("henan-4", "henan-5", "nothing"),
    ]


def test_region_sums_leave_out_governments_and_name_what_is_uncertain(store: Store) -> None:
    add_agency(store, "990101-government")
    add_agency(store, "b", region_code="990102")
    add_agency(store, "c", level="city", region_code="990100")
    add_agency(store, "d")
    add_report(store, "henan-1", "a", 2022, {RECEIVED: 5, CONCLUDED: 4, GRANTED: 2})
    add_report(store, "henan-2", "990101-government", 2022, {RECEIVED: 100})
    add_report(store, "henan-3", "b", 2022, {RECEIVED: 7, CONCLUDED: 8, GRANTED: 1}, status="inconsistent")
    add_report(store, "henan-4", "c", 2022, {RECEIVED: 11}, [(CONCLUDED, "blank")])
    add_report(store, "henan-5", "d", 2022, {RECEIVED: 13}, [(RECEIVED, "uncertain")], status="uncertain")
    update_panel(store)
    columns = "region, agencies, verified, received, concluded, granted_share, concluded_small, uncertain_agencies"
    assert found(store, f"select {columns} from panel_regions order by region_code") == [
        ("示例省", 4, 2, 23, 12, 0.25, 0, 1),
        ("示例市", 4, 2, 23, 12, 0.25, 0, 1),
        ("示例县", 2, 1, 5, 4, 0.5, 1, 1),
        ("示例东县", 1, 0, 7, 8, 0.125, 1, 0),
    ]
    named = dict(found(store, "select region, uncertain from panel_regions"))
    assert "received" in named["示例市"].split()
    assert named["示例东县"] is None


def test_share_of_a_region_counts_an_uncertain_agency_neither_above_nor_below_the_line(store: Store) -> None:
    add_agency(store, "b")
    add_report(store, "henan-1", "a", 2022, {GRANTED: 3, CONCLUDED: 12})
    add_report(store, "henan-2", "b", 2022, {GRANTED: 900, CONCLUDED: 900}, [(GRANTED, "uncertain")])
    update_panel(store)
    sql = "select granted, concluded, granted_share, refused_share from panel_regions where level = 'county'"
    assert found(store, sql) == [(3, 912, 0.25, 0.0)]


def test_agency_that_leaves_its_total_blank_is_not_above_the_line_of_a_regions_share(store: Store) -> None:
    add_agency(store, "b")
    add_report(store, "henan-1", "a", 2022, {GRANTED: 5, CONCLUDED: None}, [(CONCLUDED, "blank")])
    add_report(store, "henan-2", "b", 2022, {GRANTED: 1, CONCLUDED: 10})
    update_panel(store)
    sql = "select granted, concluded, granted_share from panel_regions where level = 'county'"
    assert found(store, sql) == [(6, 10, 0.1)]


def test_share_of_a_region_that_rests_on_few_is_marked_though_many_were_concluded(store: Store) -> None:
    add_agency(store, "b")
    add_report(store, "henan-1", "a", 2022, {GRANTED: 1, CONCLUDED: 5})
    add_report(store, "henan-2", "b", 2022, {GRANTED: 900, CONCLUDED: 900}, [(GRANTED, "uncertain")])
    update_panel(store)
    sql = "select concluded, granted_share, concluded_small from panel_regions where level = 'county'"
    assert found(store, sql) == [(905, 0.2, 1)]


def test_report_that_changes_or_changes_hands_takes_its_rows_along(store: Store) -> None:
    add_agency(store, "b", region_code="990102")
    add_report(store, "henan-1", "a", 2022, {RECEIVED: 5})
    assert update_panel(store) == Updated(1, 1)
    store.db.execute("update reports set agency_id = 'b'")
    assert update_panel(store) == Updated(1, 2)
    assert found(store, "select agency_id, received from panel") == [("b", 5)]
    assert found(store, "select region_code from panel_regions order by 1") == [("990000",), ("990100",), ("990102",)]
    store.db.execute("update reports set agency_id = null")
    update_panel(store)
    tables_left = ("panel", "panel_regions", "coverage")
    assert [found(store, f"select * from {table}") for table in tables_left] == [[], [], []]


def test_agency_whose_name_is_resolved_otherwise_is_written_anew(store: Store) -> None:
    add_report(store, "henan-1", "a", 2022)
    update_panel(store)
    store.db.execute("update agencies set name = '示例新名'")
    assert panel(store, "agency") == [("示例新名",)]


def test_city_that_is_renamed_and_agency_that_is_dissolved_are_written_anew(store: Store) -> None:
    add_agency(store, "b")
    add_agency(store, "c")
    for number, (agency, year) in enumerate([("a", 2021), ("a", 2022), ("b", 2021), ("c", 2022)]):
        add_report(store, f"henan-{number}", agency, year)
    update_panel(store)
    assert found(store, "select year, expected from coverage") == [(2021, 3), (2022, 3)]
    store.db.execute("update agencies set successor = 'a' where id = 'b'")
    store.db.execute("update regions set name = '示例新市' where code = '990100'")
    assert panel(store, "distinct city") == [("示例新市",)]
    assert found(store, "select year, expected, region from coverage") == [(2021, 3, "示例新市"), (2022, 2, "示例新市")]


def test_report_that_comes_later_is_the_neighbour_of_those_that_it_is_nearest_to(store: Store) -> None:
    """Three others are nearer to the new one than the old one is, but to the old one the new one is nearest."""
    own, more = ("".join(map(chr, range(start, start + 200))) for start in (0x4E00, 0x5E00))
    texts = {"old": own} | {f"other{number}": own[10:] + more + chr(0x7E00 + number) * 9 for number in range(3)}
    for name, text in (*texts.items(), ("new", own + more)):
        add_agency(store, name)
        add_report(store, f"henan-{name}", name, 2022, text=text)
        update_panel(store)
    sql = "select neighbour, neighbour_share from panel where agency_id = 'old'"
    assert found(store, sql) == [("henan-new", 1.0)]


def test_update_that_fails_leaves_everything_as_it_was(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    add_report(store, "henan-1", "a", 2022)
    monkeypatch.setattr("derived.update.write_regions", lambda _: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        update_panel(store)
    assert found(store, "select (select count(*) from panel) + (select count(*) from derivation_state)") == [(0,)]
    monkeypatch.undo()
    assert update_panel(store) == Updated(1, 1)


def test_database_of_an_earlier_version_is_widened(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with Store(path) as old:
        for view in (table.name for table in tables() if table.view):
            old.db.execute(f"drop view {view}")
        for table in reversed(tables()):
            if table.own == "false" and not table.view:
                old.db.execute(f"drop table {table.name}")
        old.db.execute("drop index idx_checks_previous")
        old.db.execute("alter table reports drop column cells_digest")
        old.db.execute("alter table checks drop column previous")
        old.db.execute("drop table _sqlite_migrations")
    with Store(path) as store:
        add_agency(store, "a")
        add_report(store, "henan-1", "a", 2022)
        assert update_panel(store) == Updated(1, 1)


def test_a_column_whose_label_differs_between_the_editions_says_both() -> None:
    """国办公开办函〔2021〕30号 prints 本年处理决定数量, that of 2019 (〔2019〕60号) 处理决定数量."""
    differing = {column.name: column for column in table_of("panel").columns if "2019版作" in column.zh}
    assert differing.keys() == {"licensing_decisions", "penalties_decisions", "coercive_measures_decisions"}
    assert differing["licensing_decisions"].label == "行政许可/本年处理决定数量"
    assert "in 2019 the label is 行政许可/处理决定数量" in differing["licensing_decisions"].en


def test_sums_of_regions_are_not_described_as_an_agencys_figures() -> None:
    for column in table_of("panel_regions").columns:
        if column.is_figure:
            begin = ("Sum over the agencies", "Of the agencies together", "Agencies whose", "Agencies that", "Sum of ")
            assert column.en.startswith(begin), column.name
            assert column.zh.startswith(("各机关", "有 ", "核验无误报告的 ")), column.name


def test_figures_of_the_panel_say_in_which_editions_they_exist() -> None:
    for column in (*table_of("panel").columns, *table_of("panel_regions").columns):
        assert bool(column.editions) == column.is_figure, column.name
        for edition in column.editions:
            assert str(edition) in column.zh.rpartition("【")[2], column.name
            assert str(edition) in column.en.rpartition("In the form")[2], column.name
    assert table_of("panel").columns[-1].name == table_of("panel_regions").columns[-1].name == "suits_small"
