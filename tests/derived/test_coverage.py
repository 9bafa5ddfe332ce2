"""What reports there should be, against what was found."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from database.store import Store
from derived.coverage import OWN_ASSERTIONS, Assertion, check_coverage, read_assertions
from derived.update import update_panel
from nianbao.cli import main
from tests.factory.rows import add_agency, add_report


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "test.db") as opened:
        add_agency(opened, "a")
        yield opened


def coverage(store: Store) -> dict[tuple[str, int], tuple[int, ...]]:
    update_panel(store)
    rows = store.db.execute("select region_code, year, expected, found, read, verified from coverage")
    return {(region, year): tuple(counts) for region, year, *counts in rows}


def test_an_agency_of_the_year_before_or_after_is_expected(store: Store) -> None:
    add_agency(store, "b", region_code="990102")
    add_agency(store, "c", level="province", region_code="990000")
    for key in ("d", "e"):
        add_agency(store, key, level="city", region_code="990200")
    found = [("a", 2021), ("a", 2022), ("a", 2024), ("b", 2024), ("c", 2022)]
    others = [(key, year) for key in ("d", "e") for year in range(2021, 2025)]
    for number, (agency, year) in enumerate([*found, *others]):
        add_report(store, f"henan-{number}", agency, year)
    assert coverage(store) == {
        ("990100", 2021): (1, 1, 1, 1),
        ("990100", 2022): (1, 1, 1, 1),
        ("990100", 2023): (2, 0, 0, 0),
        ("990100", 2024): (2, 2, 2, 2),
        ("990000", 2021): (1, 0, 0, 0),
        ("990000", 2022): (1, 1, 1, 1),
        ("990000", 2023): (1, 0, 0, 0),
        **{("990200", year): (2, 2, 2, 2) for year in range(2021, 2025)},
    }


def test_what_was_found_need_not_have_been_read_nor_be_verified(store: Store) -> None:
    for agency, status in (("a", "incomplete"), ("b", "uncertain"), ("c", "inconsistent"), ("d", "verified")):
        if agency != "a":
            add_agency(store, agency)
        add_report(store, f"henan-{agency}", agency, 2022, status=status)
    assert coverage(store) == {("990100", 2022): (4, 4, 3, 1)}


def test_a_dissolved_agency_is_expected_only_where_it_reported(store: Store) -> None:
    add_agency(store, "b", successor="a")
    add_agency(store, "c")
    add_agency(store, "d")
    for number, (agency, year) in enumerate([("b", 2021), ("c", 2021), ("a", 2022), ("d", 2022)]):
        add_report(store, f"henan-{number}", agency, year)
    assert coverage(store) == {("990100", 2021): (4, 2, 2, 2), ("990100", 2022): (3, 2, 2, 2)}


def test_one_misprinted_2013_makes_no_expected_agencies_for_2014_to_2017(store: Store) -> None:
    add_agency(store, "b")
    found = [("a", 2013), ("a", 2018), ("a", 2019), ("b", 2018), ("b", 2019)]
    for number, (agency, year) in enumerate(found):
        add_report(store, f"henan-{number}", agency, year)
    assert coverage(store) == {
        ("990100", 2013): (1, 1, 1, 1),
        ("990100", 2018): (2, 2, 2, 2),
        ("990100", 2019): (2, 2, 2, 2),
    }


def test_coverage_of_a_county_counts_its_own_agencies(store: Store) -> None:
    add_agency(store, "b", region_code="990102")
    add_agency(store, "c", level="city", region_code="990100")
    for number, (agency, year) in enumerate([("a", 2021), ("a", 2022), ("b", 2022), ("b", 2023), ("c", 2021)]):
        add_report(store, f"henan-{number}", agency, year)
    update_panel(store)
    rows = store.db.execute("select region_code, region, year, expected, found from coverage_counties order by 1, 3")
    assert rows.fetchall() == [
        ("990101", "示例县", 2021, 1, 1),
        ("990101", "示例县", 2022, 1, 1),
        ("990102", "示例东县", 2021, 1, 0),
        ("990102", "示例东县", 2022, 1, 1),
        ("990102", "示例东县", 2023, 1, 1),
    ]


def test_year_that_was_not_over_when_its_report_was_seen_makes_nobody_expected(store: Store) -> None:
    add_agency(store, "b")
    for number, (agency, year) in enumerate([("a", 2021), ("a", 2022), ("b", 2032)]):
        add_report(store, f"henan-{number}", agency, year, first_seen="2023-02-01T00:00:00Z")
    assert coverage(store) == {
        ("990100", 2021): (1, 1, 1, 1),
        ("990100", 2022): (1, 1, 1, 1),
        ("990100", 2032): (1, 1, 1, 1),
    }


@pytest.mark.parametrize(
    ("region", "least", "most", "said"),
    [
        ("990000", 2, 2, None),
        ("990100", 3, 9, "990100, 2022: 2 found, fewer than 3"),
        ("990000", 0, 1, "990000, 2022: 2 found, more than 1"),
        ("990200", 1, 9, "990200, 2022: 0 found, fewer than 1"),
    ],
)
def test_too_few_fail_and_too_many_warn(store: Store, region: str, least: int, most: int, said: str | None) -> None:
    add_agency(store, "b")
    add_report(store, "henan-1", "a", 2022)
    add_report(store, "henan-2", "b", 2022)
    update_panel(store)
    findings = list(check_coverage(store.db, [Assertion(region, 2022, "found", least, most)]))
    assert [str(finding) for finding in findings] == ([said] if said else [])
    assert [finding.fails for finding in findings] == ([least > 0] if said else [])


def test_the_committed_assertions_can_be_read() -> None:
    assert {asserted.region for asserted in read_assertions(OWN_ASSERTIONS)} == {"410000"}


@pytest.mark.parametrize(
    "text",
    [
        "- 1",
        "5",
        "a: [",
        "- {region: x}",
        "- {region: x, year: 1, figure: y, least: 0, most: 1}",
        "- {region: x, year: 1, figure: [found], least: 0, most: 1}",
        "- {region: x, year: 1, figure: found, least: few, most: 1}",
        "- {region: x, year: 1, figure: found, least: 2, most: 1}",
    ],
)
def test_assertions_of_another_form_are_refused(tmp_path: Path, text: str) -> None:
    file = tmp_path / "wrong.yaml"
    file.write_text(text)
    with pytest.raises(ValueError, match=r"wrong\.yaml"):
        read_assertions(file)
    result = run(tmp_path / "none.db", file)
    assert result.exit_code == 1


def run(db: Path, assertions: Path) -> Result:
    return CliRunner().invoke(main, ["coverage", "--db", str(db), "--assertions", str(assertions)])


def test_the_command_fails_for_too_few_and_says_what_is_beyond(store: Store, tmp_path: Path) -> None:
    add_report(store, "henan-1", "a", 2022)
    add_report(store, "henan-2", None, 2022)
    update_panel(store)
    file = tmp_path / "assertions.yaml"
    line = "- {{region: '990100', year: 2022, figure: found, least: {}, most: {}}}\n"
    for least, most, code, said in ((1, 1, 0, ""), (0, 0, 0, "warning: 990100"), (2, 9, 1, "failed: 990100")):
        file.write_text(line.format(least, most))
        result = run(store.path, file)
        assert result.exit_code == code
        assert said in result.stderr
        assert "示例市" in result.stdout
        assert "1 reports whose agency or year is not known" in result.stdout
