"""What a paper is built on: the release verifies itself, and loads into R, Stata, pandas and polars as it is."""

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from random import Random
from sqlite3 import connect
from typing import Any

import pandas as pd
import polars as pl
import pytest
from frictionless import Package

from database.schema import table_of, tables
from database.store import Store
from derived.update import update_panel
from parsers.form.model import form_of
from publish.release.build import publish
from publish.release.formats.stata import TABLES, english_label, label
from publish.release.short_names import MOST, short_name
from publish.release.tables import released_tables
from tests.factory.province import SMALL, write_province
from tests.factory.rows import add_agency, add_report

SEEN = dict.fromkeys(("first_seen", "last_seen", "last_changed"), "2024-02-01T00:00:00Z")
LEVELS = {"county": "990101", "city": "990100", "province": "990000"}


@pytest.fixture(scope="module")
def hard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of a province in which hard situations are piled up at random."""
    folder = tmp_path_factory.mktemp("hard")
    write_province(folder / "hard.db", replace(SMALL, counties=3, departments=3, towns=1, faults=1))
    with Store(folder / "hard.db") as store:
        _pile_up(store, Random(7))
        update_panel(store)
        # Nights on which something changes must come to the same.
        store.db.execute("update reports set status = 'inconsistent' where id = 'hard-7'")
        store.db.execute("update agencies set region_code = '990102' where id = 'agency-2'")
        update_panel(store)
    publish(folder / "hard.db", folder / "release", [])
    return folder / "release"


def _pile_up(store: Store, rng: Random) -> None:
    """Reports with uncertain, blank, negative and impossible figures, of doubtful years, twice, of every level."""
    agencies = []
    for level, code in LEVELS.items():
        for key in ("-government", "-government-office"):
            agencies.append(f"{code}{key}")
            if not store.row("agencies", agencies[-1]):
                add_agency(store, agencies[-1], level=level, kind="government", region_code=code)
    for number in range(8):
        level = rng.choice(list(LEVELS))
        agencies.append(f"agency-{number}")
        add_agency(store, agencies[-1], level=level, region_code=LEVELS[level])
    for number in range(60):
        edition = rng.choice((2021, 2021, 2019))
        cells = form_of(edition).cells
        figures: dict[str, float | None] = {cell: rng.choice((0, 1, 3, 12, 60)) for cell in rng.sample(cells, 70)}
        figures |= {cell: rng.choice((0.1, 0.02345, 7)) for cell in cells if cell.endswith("_amount")}
        status = rng.choice(("verified", "inconsistent", "uncertain", "incomplete"))
        if status != "verified":
            figures |= dict.fromkeys(rng.sample(cells, 3), -1)
        states = {cell: rng.choice(("blank", "dash", "absent")) for cell in rng.sample(cells, rng.choice((0, 4, 40)))}
        figures |= dict.fromkeys(states)
        states |= {cell: rng.choice(("uncertain", "text")) for cell in rng.sample(cells, rng.choice((0, 0, 2)))}
        if rng.random() < 0.1:
            states, figures = dict.fromkeys(cells, "absent"), dict.fromkeys(cells)
        add_report(
            store, f"hard-{number}", rng.choice(agencies), rng.choice((2016, 2020, 2021, 2022, 2023, 2031)), figures,
            list(states.items()), text=rng.choice("甲乙") * 90 + "丙丁戊己庚辛壬癸子丑" * rng.randint(1, 3),
            unit=rng.choice(("万元", None)), edition=edition, scanned=rng.choice((0, 1, None)),
            identities=rng.choice((40, None)), status=status, **SEEN,
            published=rng.choice((None, "2013-01-01", "2022-01-31", "2023-03-31", "2023-13-01", "2024-01-31")),
        )  # fmt: skip
        if states and number % 2:
            _decide(store, number, f"hard-{number}", next(iter(states)), rng.choice((5, -2, None)))
        if number % 3 == 0:
            identity, scope = rng.choice((("outcomes", "total"), ("applicants", "received"), ("disputes", "review")))
            store.db.execute("insert into checks values (?, ?, ?, 1, 2, null)", [f"hard-{number}", identity, scope])


def _decide(store: Store, number: int, report: str, cell: str, value: int | None) -> None:
    row = {"number": number, "report": report, "document": "0" * 64, "cell": cell, "read_state": "absent"}
    outcome = {"decision": "typed", "state": "blank" if value is None else "printed", "value": value}
    signed = {"by": "示例", "at": "2024-02-01T00:00:00Z", "standing": "applies"}
    with store.transaction():
        store.insert("decisions", [row | outcome | signed])


def verified(release: Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-W", "error", release / "verify.py"]
    return subprocess.run(line, capture_output=True, text=True, check=False, cwd="/", env={"PYTHONIOENCODING": "utf-8"})


def test_every_published_column_is_worked_out_from_the_words_of_the_dictionary(hard: Path) -> None:
    done = verified(hard)
    assert (done.returncode, done.stdout.splitlines()[-1], done.stderr) == (0, "0 differences", "")
    derived = {table.name for table in tables() if table.own == "false" and not table.internal and not table.view}
    seen = {line.partition(":")[0] for line in done.stdout.splitlines()[:-1]}
    # What people decided is no more derived than a document; shares of narratives are checked in the panel.
    assert derived - seen == {"decisions", "narratives", "series"}


def test_a_wrong_figure_is_found(hard: Path, tmp_path: Path) -> None:
    shutil.copytree(hard, tmp_path / "wrong")
    panel = pd.read_csv(hard / "csv/panel.csv.gz", dtype=object)
    at = panel.index[panel["received"].notna()][0]
    panel.loc[at, "received"] = str(int(panel.loc[at, "received"]) + 1)
    panel.to_csv(tmp_path / "wrong/csv/panel.csv.gz", index=False)
    done = verified(tmp_path / "wrong")
    assert done.returncode == 1
    assert f"panel.received: ('{panel.loc[at, 'agency_id']}', {panel.loc[at, 'year']}" in done.stdout


def stored(release: Path, table: str) -> Iterator[dict[str, Any]]:
    with closing(connect(release / "nianbao.db")) as db:
        columns = table_of(table).columns
        key = ", ".join(table_of(table).pk)
        for row in db.execute(f"select * from {table} order by {key}"):
            yield dict(zip((column.name for column in columns), row, strict=True))


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.filterwarnings("error")
def test_stata_has_what_the_database_has_with_labels_of_columns_and_values(hard: Path, table: str) -> None:
    path = hard / f"stata/{table}.dta"
    frame = pd.read_stata(path, convert_categoricals=False)
    labelled = pd.read_stata(path)
    with pd.read_stata(path, iterator=True) as reader:
        labels = reader.variable_labels()
    for column in table_of(table).columns:
        name = short_name(column.name)
        assert labels[name] == label(column)
        for found, meant, row in zip(frame[name], labelled[name], stored(hard, table), strict=True):
            value = row[column.name]
            if value is None:
                assert found == "" if column.type == "text" and not column.enum else pd.isna(found)
            elif column.type == "date":
                assert str(found.date()) == value
            elif column.type == "text" and column.enum:
                assert str(meant).endswith(f" {value}")
            else:
                assert found == value
                assert column.type != "boolean" or meant == {0: "否 no", 1: "是 yes"}[value]


def test_names_and_labels_fit_into_stata(hard: Path) -> None:
    for table in released_tables():
        names = [short_name(column.name) for column in table.columns]
        assert len(set(names)) == len(names)
        assert all(re.fullmatch(rf"[A-Za-z]\w{{0,{MOST - 1}}}", name) for name in names), table.name
    for name in TABLES:
        for column in table_of(name).columns:
            assert 0 < len(label(column)) <= 80
            assert 0 < len(english_label(column)) <= 80
    program = (hard / "load.do").read_text(encoding="utf-8")
    labels = re.findall(r"^capture label variable (\w+) `\"(.+)\"'$", program, re.MULTILINE)
    assert {name for name, _ in labels} == {short_name(c.name) for name in TABLES for c in table_of(name).columns}


def test_pandas_and_polars_find_booleans_and_dates_in_parquet(hard: Path) -> None:
    path = hard / "parquet/panel.parquet"
    expected = {(row["agency_id"], row["year"]): row for row in stored(hard, "panel")}
    polars = pl.read_parquet(path)
    assert (polars.schema["late"], polars.schema["published"], polars.schema["summary"]) == (
        pl.Boolean,
        pl.Date,
        pl.Boolean,
    )
    for row in polars.iter_rows(named=True):
        known = expected[row["agency_id"], row["year"]]
        assert (row["late"], row["published"] and row["published"].isoformat()) == (known["late"], known["published"])
    pandas = pd.read_parquet(path)
    assert pandas["received"].sum() == sum(row["received"] or 0 for row in expected.values())
    assert pandas["summary"].dtype == bool


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs Rscript")
def test_r_loads_every_table_with_types_levels_and_labels(hard: Path) -> None:
    program = """
    source("load.R"); release <- load_release("."); panel <- release$panel
    cat(length(release), nrow(panel), sum(panel$received, na.rm = TRUE), class(panel$published), class(panel$late),
        class(panel$status), levels(panel$status), class(panel$county_code), attr(panel$received, "label"), sep = "|")
    """
    line = ["Rscript", "-e", program]
    done = subprocess.run(line, cwd=hard, capture_output=True, text=True, check=True)
    rows = list(stored(hard, "panel"))
    received = next(column for column in table_of("panel").columns if column.name == "received")
    assert done.stdout.split("|") == [
        *(str(len(released_tables())), str(len(rows)), str(sum(row["received"] or 0 for row in rows))),
        *("Date", "logical", "factor", "verified", "reviewed", "inconsistent", "uncertain", "incomplete", "character"),
        received.zh,
    ]


def test_panel_csv_has_the_county_code_and_a_declared_key(hard: Path) -> None:
    package = Package(str(hard / "datapackage.json"))
    (panel,) = (resource for resource in package.resources if resource.path == "panel.csv")
    assert panel.schema.primary_key == ["机关标识 agency_id", "年度 year"]
    assert "县级代码 county_code" in panel.schema.field_names
    (whole,) = (resource for resource in package.resources if resource.path == "csv/panel.csv.gz")
    to_agencies = {"fields": ["agency_id"], "reference": {"resource": "agencies", "fields": ["id"]}}
    assert to_agencies in list(whole.schema.foreign_keys)


def test_misprinted_years_are_not_in_the_span_of_the_landing_page(hard: Path) -> None:
    assert {2016, 2031} <= {row["year"] for row in stored(hard, "panel") if row["year_doubt"]}
    with closing(connect(hard / "nianbao.db")) as db:
        ((span,),) = db.execute("select value from metadata where name = 'years'")
    # One of 2016 is on the form of that time.
    assert span == "2016–2024"
