"""What misled a careful reader of the panel, each situation under its name: what sums leave out, and let in."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from database.schema import table_of, tables
from database.store import Store
from derived.update import update_panel
from parsers.form.model import form_of
from tests.factory.rows import add_agency, add_report

RECEIVED, CONCLUDED, GRANTED = (f"applications/{row}/total" for row in ("received", "concluded", "granted"))
REFUSED = "applications/refused_internal/total"
FEES = "disclosure/administrative_fees/fee_amount"
LICENCES, PENALTIES = "disclosure/licensing/decisions", "disclosure/penalties/decisions"
SEEN = {"first_seen": "2024-02-01T00:00:00Z"}


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "test.db") as opened:
        for key in "abcdefg":
            add_agency(opened, key)
        yield opened


def found(store: Store, sql: str) -> list[tuple[Any, ...]]:
    update_panel(store)
    return list(store.db.execute(sql).fetchall())


def county(store: Store, columns: str) -> tuple[Any, ...]:
    (row,) = found(store, f"select {columns} from panel_counties")
    return row


# What a sum rests on


def test_county_where_seven_agencies_report_and_four_state_the_figure_says_so(store: Store) -> None:
    """Refused 32 of the 60 concluded by those that state it is 0.53; 32 of all 80 would be 0.40."""
    for number, key in enumerate("abcdefg"):
        blanks = [] if number < 4 else [cell for cell in form_of(2021).cells if "refused_" in cell]
        cells = {CONCLUDED: 15 if number < 4 else (6, 7, 7)[number - 4], REFUSED: 8} | dict.fromkeys(blanks)
        add_report(store, f"henan-{key}", key, 2022, cells, [(cell, "blank") for cell in blanks])
    columns = (
        "agencies, concluded, concluded_agencies, refused, refused_agencies, refused_share, refused_share_agencies"
    )
    assert county(store, columns) == (7, 80, 7, 32, 4, 32 / 60, 4)


def test_sum_of_the_verified_reports_alone_stands_beside_each_sum(store: Store) -> None:
    for key, status in (("a", "verified"), ("b", "inconsistent"), ("c", "verified"), ("d", "uncertain")):
        add_report(store, f"henan-{key}", key, 2022, {RECEIVED: 10}, status=status)
    assert county(store, "received, received_agencies, received_verified") == (40, 4, 20)


def test_sum_of_the_verified_reports_is_empty_where_there_are_none(store: Store) -> None:
    add_report(store, "henan-1", "a", 2022, {RECEIVED: 10}, status="inconsistent")
    assert county(store, "received, received_verified") == (10, None)


def test_one_incomplete_report_does_not_name_92_columns_uncertain(store: Store) -> None:
    lost = [(cell, "absent") for cell in form_of(2021).cells if cell.startswith("applications/")]
    add_report(store, "henan-a", "a", 2022, dict.fromkeys(cell for cell, _ in lost), lost, status="incomplete")
    add_report(store, "henan-b", "b", 2022, {RECEIVED: 3}, [(RECEIVED, "uncertain")], status="uncertain")
    for key in "cd":
        add_report(store, f"henan-{key}", key, 2022, {RECEIVED: 5})
    columns = "agencies, incomplete_agencies, uncertain_agencies, received_agencies, refused_agencies"
    assert county(store, columns) == (4, 1, 2, 2, 3)
    ((uncertain,),) = found(store, "select uncertain from panel_counties")
    marks = re.findall(r"(\w+) (\d+/\d+)", uncertain)
    assert marks[0] == ("received", "1/4")
    assert {mark for _, mark in marks} == {"1/4"}
    assert all(name == "received" or name.endswith(("_share", "received_small")) for name, _ in marks)


# Figures that cannot be


def test_granted_50_of_5_concluded_is_a_conflict_and_no_share_of_10(store: Store) -> None:
    add_report(store, "henan-a", "a", 2022, {GRANTED: 50, CONCLUDED: 5})
    add_report(store, "henan-b", "b", 2022, {GRANTED: 3, CONCLUDED: 12})
    panel = found(store, "select granted, concluded, granted_share, conflict, uncertain from panel order by agency_id")
    assert panel == [(50, 5, None, "part/granted", None), (3, 12, 0.25, None, None)]
    columns = "granted, granted_share, granted_share_agencies, conflict_agencies, conflict"
    assert county(store, columns) == (53, 0.25, 1, 1, "part/granted 1/2")


def test_printed_minus_one_is_a_conflict(store: Store) -> None:
    add_report(store, "henan-a", "a", 2022, {REFUSED: -1, CONCLUDED: 4, "disclosure/licensing/change": -3})
    columns = "refused_internal, refused_share, granted_share, licensing_change, conflict"
    assert found(store, f"select {columns} from panel") == [(-1, None, 0.0, None, f"negative/{REFUSED}")]


def test_minus_one_that_is_not_certain_is_no_conflict(store: Store) -> None:
    add_report(store, "henan-a", "a", 2022, {REFUSED: -1}, [(REFUSED, "uncertain")], status="uncertain")
    assert found(store, "select refused_internal, conflict from panel") == [(None, None)]


def test_shares_of_a_city_do_not_add_to_more_than_1(store: Store) -> None:
    """The outcomes of one agency add to 21 of 20 concluded: 1.05."""
    add_report(store, "henan-a", "a", 2022, {GRANTED: 13, REFUSED: 8, CONCLUDED: 20}, status="inconsistent")
    add_report(store, "henan-b", "b", 2022, {GRANTED: 5, REFUSED: 5, CONCLUDED: 10})
    store.db.execute("insert into checks values ('henan-a', 'outcomes', 'total', 20, 21, null)")
    ((conflict, *shares),) = found(
        store, "select conflict, granted_share, refused_share, natural_person_share from panel where agency_id = 'a'"
    )
    assert (conflict, *shares) == ("outcomes/total", None, None, None)
    ((granted, refused, conflict),) = found(store, "select granted_share, refused_share, conflict from panel_cities")
    assert (granted + refused, conflict) == (1.0, "outcomes/total 1/2")


def test_identity_of_applicants_leaves_the_shares_of_outcomes_alone(store: Store) -> None:
    cells = {RECEIVED: 9, "applications/received/natural_person": 5, CONCLUDED: 4, GRANTED: 1}
    add_report(store, "henan-a", "a", 2022, cells, status="inconsistent")
    store.db.execute("insert into checks values ('henan-a', 'applicants', 'received', 9, 5, null)")
    assert found(store, "select natural_person_share, granted_share from panel") == [(None, 0.25)]


# Years and dates


@pytest.mark.parametrize(
    ("year", "edition", "published", "doubt"),
    [
        (2024, 2021, "2024-01-20", "not over"),
        (2032, 2021, None, "not over"),
        (2016, 2021, "2023-01-20", "no form"),
        (2020, 2021, "2021-01-20", "no form"),
        (2018, 2019, "2019-01-20", "no form"),
        (2022, 2021, "2021-06-01", "early"),
        (2022, 2021, "2022-12-31", "early"),
        (2022, 2021, "2023-01-01", None),
        (2022, 2019, "2023-01-20", None),
    ],
)
def test_report_dated_609_days_before_or_of_a_year_that_cannot_be_is_marked_and_not_punctual(
    store: Store, year: int, edition: int, published: str | None, doubt: str | None
) -> None:
    add_report(store, "henan-a", "a", year, edition=edition, published=published, **SEEN)
    ((found_doubt, late, delay),) = found(store, "select year_doubt, late, delay from panel")
    assert found_doubt == doubt
    assert (late is None, delay is None) == (doubt is not None, doubt is not None)


def test_year_that_is_not_over_is_in_no_sum_of_a_region(store: Store) -> None:
    add_report(store, "henan-a", "a", 2032, **SEEN)
    add_report(store, "henan-b", "b", 2022, **SEEN)
    assert found(store, "select distinct year from panel_regions") == [(2022,)]
    assert found(store, "select max(year) from panel where year_doubt is null") == [(2022,)]


def test_early_date_is_counted_beside_the_sum(store: Store) -> None:
    add_report(store, "henan-a", "a", 2022, {RECEIVED: 3}, published="2022-12-30", **SEEN)
    assert county(store, "received, early_agencies") == (3, 1)


# Two reports, one row


def test_two_different_reports_that_claim_a_year_stand_in_the_row_with_the_first_date(store: Store) -> None:
    add_report(store, "henan-1", "a", 2022, {RECEIVED: 1}, text="示例一", published="2023-01-10")
    add_report(store, "henan-2", "a", 2022, {RECEIVED: 2}, text="示例二", published="2023-03-05")
    add_report(store, "henan-3", "a", 2022, {RECEIVED: 2}, text="示例三", published="2023-03-06")
    columns = "report, reports, rival_reports, published, first_published, late"
    assert found(store, f"select {columns} from panel") == [("henan-3", 3, 1, "2023-03-06", "2023-01-10", 0)]


# Levels


def test_naive_sum_over_one_level_counts_a_request_once(store: Store) -> None:
    for key in "abc":
        add_report(store, f"henan-{key}", key, 2022, {RECEIVED: 7})
    assert found(store, "select sum(received) from panel_regions") == [(63,)]
    for view in ("panel_counties", "panel_cities", "panel_provinces"):
        assert found(store, f"select sum(received), count(*) from {view}") == [(21, 1)]


def of_departments(store: Store) -> None:
    """Three departments of 示例县, which received 30, concluded 27 and granted 18 together."""
    for key, figure in (("a", 5), ("b", 3), ("c", 1)):
        cells = {RECEIVED: 30 * figure // 9 + (key == "a") * 1, CONCLUDED: 3 * figure, GRANTED: 2 * figure}
        add_report(store, f"henan-{key}", key, 2022, cells | {LICENCES: 100 * figure, PENALTIES: 10 * figure})


def test_report_of_an_office_that_adds_up_its_departments_is_a_summary_by_its_figures(store: Store) -> None:
    add_agency(store, "990101-government-office", kind="government")
    of_departments(store)
    cells = {RECEIVED: 30, CONCLUDED: 27, GRANTED: 18, LICENCES: 900, PENALTIES: 90}
    add_report(store, "henan-9", "990101-government-office", 2022, cells, published="2023-03-20")
    row = "select summary, summary_basis, late from panel where report = 'henan-9'"
    assert found(store, row) == [(1, "figures", 0)]
    assert county(store, "agencies, received") == (3, 30)


def test_large_office_without_licences_is_no_summary(store: Store) -> None:
    add_agency(store, "990101-government-office", kind="government")
    of_departments(store)
    add_report(store, "henan-9", "990101-government-office", 2022, {RECEIVED: 300, CONCLUDED: 290, GRANTED: 200})
    assert found(store, "select summary, summary_basis from panel where report = 'henan-9'") == [
        (0, "title and figures")
    ]
    assert county(store, "agencies, received") == (4, 330)


def test_governments_report_with_less_than_its_departments_is_no_summary(store: Store) -> None:
    add_agency(store, "990101-government", kind="government")
    of_departments(store)
    add_report(store, "henan-9", "990101-government", 2022, {RECEIVED: 3, CONCLUDED: 2})
    assert found(store, "select summary, summary_basis from panel where report = 'henan-9'") == [(0, "figures")]
    assert county(store, "agencies, received") == (4, 33)


def test_governments_totals_stand_beside_the_sum_of_departments_with_the_difference(store: Store) -> None:
    add_agency(store, "990101-government", kind="government")
    of_departments(store)
    cells = {RECEIVED: 35, CONCLUDED: 27, GRANTED: 18, LICENCES: 900, PENALTIES: 90}
    add_report(store, "henan-9", "990101-government", 2022, cells)
    columns = "report, region_code, year, figure, stated, sum, difference, agencies"
    assert found(store, f"select {columns} from summaries where figure in ('received', 'granted') order by figure") == [
        ("henan-9", "990101", 2022, "granted", 18, 18, 0, 3),
        ("henan-9", "990101", 2022, "received", 35, 30, 5, 3),
    ]
    assert found(store, "select summary, summary_basis from panel where report = 'henan-9'") == [
        (1, "title and figures")
    ]


def test_summary_of_a_county_is_told_anew_when_its_departments_come_later(store: Store) -> None:
    add_agency(store, "990101-government-office", kind="government")
    cells = {RECEIVED: 30, CONCLUDED: 27, GRANTED: 18, LICENCES: 900, PENALTIES: 90}
    add_report(store, "henan-9", "990101-government-office", 2022, cells, published="2023-03-20")
    assert found(store, "select summary, late from panel") == [(0, 1)]
    of_departments(store)
    assert found(store, "select summary, late from panel where report = 'henan-9'") == [(1, 0)]


# Old forms


def test_report_on_the_form_of_2014_is_none_of_2021(store: Store) -> None:
    cells = form_of(2021).cells
    lost = [(cell, "absent") for cell in cells]
    add_report(store, "henan-a", "a", 2016, dict.fromkeys(cells), lost, status="incomplete", **SEEN)
    assert found(store, "select edition, year_doubt from panel") == [(None, None)]
    assert county(store, "agencies, form_2021, form_2019, received, received_agencies") == (1, 0, 0, None, 0)


# The code and its words


def test_dictionary_names_the_ten_columns_that_sudden_changes_watches(store: Store) -> None:
    (figure,) = (column for column in table_of("sudden_changes").columns if column.name == "figure")
    assert len(figure.enum) == 10
    names = {column.name for column in table_of("panel").columns}
    assert set(figure.enum) <= names
    for year, value in ((2021, 10), (2022, 100)):
        cells = dict.fromkeys(form_of(2021).cells, value)
        add_report(store, f"henan-{year}", "a", year, cells)
    assert {name for (name,) in found(store, "select figure from sudden_changes")} == set(figure.enum)


@pytest.mark.parametrize("amounts", [(0.1, 0.2), (0.00001, 0.00002), (1234567.12345, 0.00005)])
def test_amounts_are_summed_as_printed_without_rounding_to_four_places(
    store: Store, amounts: tuple[float, float]
) -> None:
    for key, amount in zip("ab", amounts, strict=True):
        add_report(store, f"henan-{key}", key, 2022, {FEES: amount})
    total = {0.1: 0.3, 0.00001: 0.00003, 1234567.12345: 1234567.1235}[amounts[0]]
    assert county(store, "administrative_fees_fee_amount, administrative_fees_fee_amount_verified") == (total, total)


def test_every_share_of_a_region_has_its_formula_in_the_dictionary() -> None:
    columns = {column.name: column for column in table_of("panel_regions").columns}
    shares = [column for column in columns.values() if column.share]
    assert len(shares) == 14
    for column in shares:
        part, whole = column.share or ("", "")
        assert f"sum of {part} / sum of {whole}" in column.en
        assert f"{part} 合计 / {whole} 合计" in column.zh


@pytest.mark.parametrize("state", ["uncertain", "absent", "text"])
def test_plain_sum_does_not_mix_in_an_uncertain_cell_that_keeps_its_value(store: Store, state: str) -> None:
    add_report(store, "henan-a", "a", 2022, {RECEIVED: 5, LICENCES: 7, "disputes/review/total": 2})
    cells = {RECEIVED: 900, LICENCES: 900, "disputes/review/total": 900}
    add_report(store, "henan-b", "b", 2022, cells, [(cell, state) for cell in cells], status="uncertain")
    sums = {"applications": "row = 'received'", "disclosure": "row = 'licensing' and [column] = 'decisions'"}
    for table, where in (sums | {"disputes": "procedure = 'review'"}).items():
        column = "value" if table == "disclosure" else "total"
        certain = {"applications": 5, "disclosure": 7, "disputes": 2}[table]
        assert found(store, f"select sum({column}) from {table}_certain where {where}") == [(certain,)]
        assert found(store, f"select count(*) from {table}_certain") == found(store, f"select count(*) from {table}")


def test_view_has_the_columns_that_are_declared(store: Store) -> None:
    for table in tables():
        if table.view:
            rows = store.db.execute(f"select * from {table.name}")
            assert [name for name, *_ in rows.description] == [column.name for column in table.columns], table.name


# For the paper


@pytest.mark.parametrize(
    ("media_type", "scanned", "medium"),
    [
        ("text/html; charset=utf-8", 0, "page"),
        ("application/pdf", 0, "file"),
        ("application/pdf", 1, "scan"),
        (None, 0, "file"),
    ],
)
def test_medium_of_a_report_says_page_file_or_scan(
    store: Store, media_type: str | None, scanned: int, medium: str
) -> None:
    store.db.execute("insert into documents (sha256, media_type) values (?, ?)", ["0" * 64, media_type])
    add_report(store, "henan-a", "a", 2022, document="0" * 64, scanned=scanned, identities=46)
    assert found(store, "select medium, identities from panel") == [(medium, 46)]


def test_every_agency_of_the_panel_is_one(store: Store) -> None:
    add_report(store, "henan-a", "a", 2022)
    update_panel(store)
    assert ("agency_id", "agencies") in {(key.column, key.other_table) for key in store.db["panel"].foreign_keys}
