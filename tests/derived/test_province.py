"""A made-up province with planted faults: every one is found, and nothing else."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from database.schema import tables
from database.store import Store
from derived.text_reuse import LEAST_SHARE, plain
from derived.update import Updated, update_panel
from tests.factory.province import SMALL, YEARS, Planted, main, numeral, write_province

DERIVED = [table.name for table in tables() if table.own == "false"]
# A cut between two texts costs the seven runs that go over it, in a text of 600.
CUT = 0.02


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Planted]:
    path = tmp_path_factory.mktemp("province") / "province.db"
    return path, write_province(path, SMALL, seed=3)


@pytest.fixture(scope="module")
def planted(written: tuple[Path, Planted]) -> Planted:
    return written[1]


@pytest.fixture(scope="module")
def store(written: tuple[Path, Planted], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    path = tmp_path_factory.mktemp("updated") / "province.db"
    shutil.copy(written[0], path)
    with Store(path) as opened:
        assert update_panel(opened) == Updated(written[1].reports, written[1].agencies)
        yield opened


def found(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return list(store.db.execute(sql).fetchall())


def state(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """All that is derived."""
    rows = {table: sorted(found(store, f"select * from {table}"), key=repr) for table in DERIVED}
    return rows | {"checks": sorted(found(store, "select * from checks"), key=repr)}


def test_every_kind_of_fault_is_planted(planted: Planted) -> None:
    kinds = (planted.carry_over, planted.stock, planted.sudden, planted.duplicates, planted.renamed, planted.repeated)
    assert all(len(kind) >= SMALL.faults for kind in (*kinds, planted.borrowed, planted.uncertain, planted.missing))


def test_figures_that_do_not_continue_are_found(store: Store, planted: Planted) -> None:
    for identity, expected in (("carry_over", planted.carry_over), ("stock", planted.stock)):
        sql = f"""select report, scope, "left", "right" from checks where identity = '{identity}'"""
        assert set(found(store, sql)) == expected
    assert found(store, "select * from checks where previous is null") == []


def test_figures_that_continue_prove_each_other(store: Store) -> None:
    figures = "select agency_id, year, report, carried_in, carried_out from panel"
    panel = {(agency, year): rest for agency, year, *rest in found(store, figures)}
    expected = set()
    for (agency, year), (report, carried_in, _) in panel.items():
        previous, _, carried_out = panel.get((agency, year - 1), (None, None, None))
        if previous and carried_in and carried_in == carried_out:
            expected.add((report, "applications/carried_in/total", previous))
            expected.add((previous, "applications/carried_out/total", report))
    assert len(expected) > 100
    assert set(found(store, "select * from series where cell like 'applications/carried_%/total'")) == expected


def test_a_check_across_years_names_the_report_on_the_year_before(store: Store) -> None:
    sql = """select a.agency_id, b.agency_id, a.year - b.year from checks c
    join reports a on a.id = c.report join reports b on b.id = c.previous"""
    assert all(one == other and years == 1 for one, other, years in found(store, sql))


def test_sudden_changes_are_found(store: Store, planted: Planted) -> None:
    assert set(found(store, "select report, figure, before, value from sudden_changes")) == planted.sudden


def test_reports_published_twice_are_recognised_and_one_is_used(store: Store, planted: Planted) -> None:
    assert set(found(store, "select report, chosen, same from duplicates")) == planted.duplicates
    unused = {report for report, _, _ in planted.duplicates}
    used = {report for (report,) in found(store, "select report from panel")}
    assert used == {report for (report,) in found(store, "select id from reports")} - unused


def test_an_agency_that_was_renamed_is_one(store: Store, planted: Planted) -> None:
    sql = """select agency_id, count(*), min(printed_agency), max(printed_agency) from panel group by 1
    having min(printed_agency) <> max(printed_agency)"""
    renamed = {agency: (years, {one, other}) for agency, years, one, other in found(store, sql)}
    assert renamed == {agency: (len(YEARS), set(names)) for agency, names in planted.renamed.items()}


def test_narratives_that_repeat_last_years_are_measured(store: Store, planted: Planted) -> None:
    repeated = dict(found(store, f"select report, reuse from panel where reuse > {CUT}"))
    assert repeated == {report: pytest.approx(share, abs=CUT) for report, share in planted.repeated.items()}


def test_narratives_copied_from_another_agency_lead_there(store: Store, planted: Planted) -> None:
    sql = "select report, neighbour, neighbour_share from panel where neighbour is not null"
    copied = {report: (other, share) for report, other, share in found(store, sql)}
    assert copied == {
        report: (other, pytest.approx(share, abs=CUT)) for report, (other, share) in planted.borrowed.items()
    }


def test_shares_of_text_are_those_of_a_count_by_hand(store: Store) -> None:
    sql = "select report, previous, reuse, neighbour, neighbour_share from narratives where reuse is not null"
    for report, previous, reuse, neighbour, share in Random(1).sample(found(store, sql), 20):
        assert reuse == pytest.approx(_share(store, report, previous), abs=1e-4)
        if neighbour:
            assert share == pytest.approx(_share(store, report, neighbour), abs=1e-4)


def _runs(text: str) -> set[str]:
    return {text[at : at + 8] for at in range(len(text) - 7)}


def _share(store: Store, report: str, other: str) -> float:
    texts = []
    for key in (report, other):
        sql = f"select text from sections where report = '{key}' and number in (1, 5, 6) order by number"
        texts.append("".join(character for (text,) in found(store, sql) for character in text if character.isalpha()))
    pieces = {texts[0][at : at + 8] for at in range(len(texts[0]) - 7)}
    return sum(piece in texts[1] for piece in pieces) / len(pieces)


def test_neighbours_are_those_of_comparing_with_all(store: Store, planted: Planted) -> None:
    sql = "select report, group_concat(text, '') from sections group by report"
    texts = {report: _runs(plain(text)) for report, text in found(store, sql)}
    agencies = dict(found(store, "select report, agency_id from panel"))
    sample = {*Random(2).sample(sorted(agencies), 40), *planted.borrowed}
    near = {
        report
        for report in sample
        for other, agency in agencies.items()
        if agency != agencies[report] and len(texts[report] & texts[other]) >= LEAST_SHARE * len(texts[report])
    }
    named = {report for (report,) in found(store, "select report from panel where neighbour is not null")}
    assert near == named & sample


def test_uncertain_figures_are_empty_and_named(store: Store, planted: Planted) -> None:
    marked = dict(found(store, "select report, uncertain from panel where uncertain is not null"))
    assert marked.keys() == planted.uncertain.keys()
    for report, cell in planted.uncertain.items():
        name = cell.split("/")[1]
        assert name in marked[report].split()
        assert found(store, f"select [{name}] from panel where report = '{report}'") == [(None,)]


def test_reports_that_are_missing_are_expected(store: Store, planted: Planted) -> None:
    sql = "select sum(expected), sum(found), sum(read), sum(verified) from coverage"
    verified = planted.agencies * len(YEARS) - len(planted.missing) - len(planted.uncertain)
    reported = planted.agencies * len(YEARS) - len(planted.missing)
    assert found(store, sql) == [(planted.agencies * len(YEARS), reported, reported, verified)]
    sql = "select region_code, year, expected - found from coverage where found < expected"
    lacking = {(region, year): count for region, year, count in found(store, sql)}
    assert sum(lacking.values()) == len(planted.missing)
    assert lacking.keys() == {(f"{agency[:4]}00", year) for agency, year in planted.missing}


def test_sums_over_regions_are_those_of_their_agencies(store: Store) -> None:
    rows = found(store, "select year, county_code, city_code, summary, received, granted, concluded from panel")
    for level, at, code in (("county", 1, "990101"), ("city", 2, "990200")):
        for year in YEARS:
            mine = [row for row in rows if row[0] == year and row[at] == code and not row[3]]
            sums = [sum(row[column] or 0 for row in mine) for column in (4, 5, 6)]
            sql = f"""select level, agencies, received, granted, concluded, granted_share from panel_regions
            where region_code = '{code}' and year = {year}"""
            assert found(store, sql) == [(level, len(mine), *sums, sums[1] / sums[2])]


def test_nothing_is_done_twice(store: Store) -> None:
    before = state(store)
    assert update_panel(store) == Updated(0, 0)
    assert state(store) == before


@pytest.mark.parametrize("seed", range(3))
def test_bit_by_bit_comes_to_the_same_as_all_at_once(
    written: tuple[Path, Planted], store: Store, tmp_path: Path, seed: int
) -> None:
    """Reports whose agency is known late, whose figures and texts were other ones: as nights would bring them."""
    shutil.copy(written[0], tmp_path / "test.db")
    rng = Random(seed)
    with Store(tmp_path / "test.db") as other:
        before = found(other, "select id, agency_id, year, cells_digest, text_digest from reports order by id")
        late = rng.sample(before, 150)
        for report, *_ in late:
            change = rng.choice(("agency_id = null", "year = null", f"agency_id = '{before[0][1]}'"))
            other.db.execute(f"update reports set {change} where id = ?", [report])
        texts = rng.sample(found(other, "select report, text from sections where number = 1"), 30)
        for report, _ in texts:
            other.db.execute("update reports set text_digest = '', cells_digest = '' where id = ?", [report])
            donor = rng.choice(before)[0]
            other.db.execute(
                "update sections set text = (select text from sections where report = ? and number = 1)"
                " where report = ? and number = 1",
                [donor, report],
            )
        update_panel(other)
        for night in range(2):
            for report, agency, year, cells, text in before[night::2]:
                other.db.execute(
                    "update reports set agency_id = ?, year = ?, cells_digest = ?, text_digest = ? where id = ?",
                    [agency, year, cells, text, report],
                )
            for report, text in texts:
                other.db.execute("update sections set text = ? where report = ? and number = 1", [text, report])
            update_panel(other)
        assert state(other) == state(store)
        assert found(other, "pragma foreign_key_check") == []


def test_asking_for_help_writes_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "[file]" in capsys.readouterr().out
    assert not list(tmp_path.iterdir())


def test_numerals_are_chinese() -> None:
    assert [numeral(number) for number in (1, 10, 157)] == ["一", "一〇", "一五七"]
