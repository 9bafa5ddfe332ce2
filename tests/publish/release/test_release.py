"""Releases: what is in their files, that they are the same twice, and what is not let out."""

import gzip
import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow.csv as pacsv
import pytest
from click.testing import CliRunner, Result
from frictionless import Package, validate
from lxml.html import document_fromstring
from pyarrow import bool_, date32, float64, int64, parquet, string

from database.decisions import Decision, add_decision
from database.schema import Table, tables
from database.store import Store
from derived.decisions import update_decisions
from derived.update import update_panel
from nianbao.cli import main
from publish.release.dictionary import codes
from publish.release.folder import replaced_folder
from publish.release.formats.csvfile import text_of, write_plain
from publish.release.formats.excel import column_heads, small_panel
from publish.release.tables import described_tables, released_tables
from tests.factory.province import SMALL, write_province
from tests.factory.rows import add_agency, add_report

SEEN = "2024-02-01T00:00:00Z"
FACTS = dict.fromkeys(("first_seen", "last_seen", "last_changed"), SEEN)
RECEIVED = "applications/received/total"
SHA = "a" * 64
TINY = replace(SMALL, cities=2, counties=2, departments=4, towns=1, faults=1)
TRICKY = '示例："引号"，逗号,\n换行\r回车'


def run(command: str, *arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [command, *map(str, arguments)])


def publish(db: Path, folder: Path, *arguments: str | Path) -> Result:
    assertions = db.parent / "none.yaml"
    assertions.write_text("[]")
    return run("publish", folder, "--db", db, "--assertions", assertions, *arguments)


@pytest.fixture(scope="module")
def province(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A made-up province with every kind of value."""
    path = tmp_path_factory.mktemp("province") / "province.db"
    write_province(path, TINY)
    with Store(path) as store:
        update_panel(store)
        change = store.db.execute
        change("insert into documents (sha256, report, size) values (?, 'henan-1', 0)", [SHA])
        change("update reports set document = ?, url = '' where id = 'henan-1'", [SHA])
        change("update sections set text = ?, heading = '' where report = 'henan-1' and number = 1", [TRICKY])
        change("update disclosure set value = 0.1234 where report = 'henan-2' and row = 'central_procurement'")
        change("update disclosure set value = -3 where report = 'henan-2' and [column] = 'change'")
        change("update applications set company = null where report = 'henan-3'")
        change("insert into failures values ('/home/somebody/file.pdf', 'read', 'damaged', ?, ?, 1)", [SEEN, SEEN])
    return path


@pytest.fixture(scope="module")
def release(province: Path) -> Path:
    folder, assertions = province.parent / "release", province.parent / "none.yaml"
    assertions.write_text("[]")
    # As users do it: what the command leaves out when it starts, pyarrow looks for.
    line = ["publish", str(folder), "--db", str(province), "--assertions", str(assertions)]
    done = subprocess.run([sys.executable, "-m", "nianbao", *line], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return folder


def in_sqlite(release: Path, table: Table) -> list[tuple[Any, ...]]:
    names = ", ".join(f"[{column.name}]" for column in table.columns)
    key = ", ".join(f"[{name}]" for name in table.pk)
    with closing(sqlite3.connect(release / "nianbao.db")) as db:
        return db.execute(f"select {names} from [{table.name}] order by {key}").fetchall()


@pytest.mark.parametrize("table", released_tables(), ids=lambda table: table.name)
def test_values_are_the_same_in_sqlite_csv_and_parquet(release: Path, table: Table) -> None:
    types = {"text": string(), "integer": int64(), "real": float64(), "number": float64()}
    types |= {"boolean": bool_(), "date": date32()}
    kept_apart = pacsv.ConvertOptions(
        column_types={column.name: types[column.type] for column in table.columns},
        strings_can_be_null=True,
        quoted_strings_can_be_null=False,
        null_values=[""],
        true_values=["1"],
        false_values=["0"],
    )
    parsing = pacsv.ParseOptions(newlines_in_values=True)
    csv = pacsv.read_csv(release / f"csv/{table.name}.csv.gz", convert_options=kept_apart, parse_options=parsing)
    stored = in_sqlite(release, table)
    assert [as_stored(row) for row in csv.to_pylist()] == stored
    columns = parquet.read_table(release / f"parquet/{table.name}.parquet")
    assert [as_stored(row) for row in columns.to_pylist()] == stored
    assert columns.schema.types == [types[column.type] for column in table.columns]


def as_stored(row: dict[str, Any]) -> tuple[Any, ...]:
    """A row's values as SQLite has them: a date is its text, true is 1."""
    return tuple(value.isoformat() if isinstance(value, date) else value for value in row.values())


def test_no_value_zero_and_empty_text_are_three_things(release: Path) -> None:
    with gzip.open(release / "csv/sections.csv.gz", "rt", encoding="utf-8", newline="") as file:
        assert '\r\nhenan-1,1,"","示例：""引号""，逗号,\n换行\r回车"\r\n' in file.read()
    with gzip.open(release / "csv/applications.csv.gz", "rt") as file:
        assert "henan-3,refused_security,0,,0,0,0,0,0\n" in file.read()
    assert text_of([(None, "", 0, 13, 0.5)]) == ',"",0,13,0.5\r\n'


def test_crawl_machinery_stays_behind(release: Path) -> None:
    with closing(sqlite3.connect(release / "nianbao.db")) as db:
        there = {name for (name,) in db.execute("select name from sqlite_master where name not like '%_fts%'")}
        columns = {name for (name,) in db.execute("select name from pragma_table_info('narratives')")}
        triggers = db.execute("select count(*) from sqlite_master where type = 'trigger'").fetchone()
        assert db.execute("pragma integrity_check").fetchone() == ("ok",)
        assert db.execute("pragma foreign_key_check").fetchall() == []
    internal = {table.name for table in tables() if table.internal}
    assert internal == {"_sqlite_migrations", "crawls", "derivation_state", "failures", "fetches", "frontier", "lists"}
    assert not there & internal
    assert "sketch" not in columns
    assert triggers == (0,)
    for table in released_tables():
        assert not {(column.references or "").split(".")[0] for column in table.columns} & internal
    assert not any(b"somebody" in path.read_bytes() for path in release.iterdir() if path.is_file())


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::pytest.PytestUnraisableExceptionWarning")
def test_the_package_is_valid_and_its_keys_are_checked(release: Path, tmp_path: Path) -> None:
    report = validate(str(release / "datapackage.json"))
    assert report.valid, report.flatten(["name", "fieldName", "note"])[:9]
    package = Package(str(release / "datapackage.json"))
    assert {resource.path for resource in package.resources} | {
        *("CITATION.cff", "LICENSE.txt", "README.md", "SHA256SUMS"),
        *("datapackage.json", "dictionary.html", "index.html", "metadata.json"),
        *("load.do", "load.R", "verify.py"),
    } == files(release)
    broken = tmp_path / "broken"
    shutil.copytree(release, broken)
    agencies = broken / "csv/agencies.csv.gz"
    agencies.write_bytes(gzip.compress(b"".join(gzip.decompress(agencies.read_bytes()).splitlines(keepends=True)[:-1])))
    described_ = json.loads((broken / "datapackage.json").read_text())
    wanted = ("csv/agencies.csv.gz", "csv/regions.csv.gz", "csv/reports.csv.gz", "csv/documents.csv.gz")
    described_["resources"] = [one for one in described_["resources"] if one["path"] in wanted]
    (broken / "datapackage.json").write_text(json.dumps(described_))
    kinds = {error for (error,) in validate(str(broken / "datapackage.json")).flatten(["type"])}
    assert "foreign-key" in kinds


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_two_runs_write_the_same_bytes(province: Path, release: Path, tmp_path: Path) -> None:
    assert publish(province, tmp_path / "again").exit_code == 0
    assert files(tmp_path / "again") == files(release)
    for name in files(release):
        assert (tmp_path / "again" / name).read_bytes() == (release / name).read_bytes(), name


def test_every_year_has_every_measure_of_quality(release: Path) -> None:
    with closing(sqlite3.connect(release / "nianbao.db")) as db:
        counts = db.execute("select count(*) from quality where year <> 'all' group by year").fetchall()
    assert len(counts) == 5
    assert set(counts) == {(16,)}


def test_checksums_hold(release: Path) -> None:
    checked = subprocess.run(["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"], cwd=release, check=False)
    assert checked.returncode == 0
    summed = {line.split("  ", 1)[1] for line in (release / "SHA256SUMS").read_text().splitlines()}
    assert summed | {"SHA256SUMS"} == files(release)


def test_excel_gets_utf8_with_a_mark_and_nothing_to_execute_or_to_round(release: Path, tmp_path: Path) -> None:
    data = (release / "panel.csv").read_bytes()
    assert data.startswith("\ufeff机关标识 agency_id,年度 year,".encode())
    assert data.count(b"\r\n") == len(in_sqlite(release, small_panel())) + 1
    assert len(list(column_heads())) == len(small_panel().columns)
    write_plain(tmp_path / "x.csv", ["x", "y"], [("=1+1", "-3"), ("@x", None), ("-x", -3)])
    assert (tmp_path / "x.csv").read_text(encoding="utf-8-sig").split() == ["x,y", "'=1+1,-3", "'@x,", "'-x,-3"]
    text = [column.name for column in small_panel().columns if column.type == "text"]
    for row in in_sqlite(release, small_panel()):
        values = dict(zip((column.name for column in small_panel().columns), row, strict=True))
        for name in text:
            assert not (values[name] or "").isdigit() or len(values[name]) <= 9


def test_the_landing_page_names_every_file_for_search_engines(release: Path) -> None:
    page = document_fromstring((release / "index.html").read_bytes())
    (script,) = page.xpath("//script[@type='application/ld+json']/text()")
    dataset = json.loads(script)
    assert dataset["@type"] == "Dataset"
    assert dataset["temporalCoverage"] == "2020-01-01/2024-12-31"
    assert dataset["spatialCoverage"] == [{"@type": "Place", "name": "示例省", "identifier": "990000"}]
    assert {"zh", "en"} == {name["@language"] for name in dataset["name"]}
    named = {one["contentUrl"] for one in dataset["distribution"]}
    assert named == files(release) - {"index.html"}
    assert named <= set(page.xpath("//a/@href"))
    assert dataset["version"] in page.text_content()


def test_a_stock_datasette_opens_it_with_its_descriptions(release: Path) -> None:
    command = [sys.executable, "-m", "datasette", "nianbao.db", "-m", "metadata.json", "--get"]
    page = subprocess.run([*command, "/nianbao/reports"], cwd=release, capture_output=True, text=True, check=True)
    assert "年度报告" in page.stdout
    assert "核验状态" in page.stdout
    questions = json.loads((release / "metadata.json").read_text())["databases"]["nianbao"]["queries"]
    with closing(sqlite3.connect(release / "nianbao.db")) as db:
        for question in questions.values():
            db.execute(f"explain {question['sql']}", dict.fromkeys(question.get("params", ()), ""))


def test_the_reading_room_shows_a_release_and_leaves_it_as_it_is(
    release: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("publish.serve.serve", lambda *_: None)
    before = (release / "nianbao.db").read_bytes()
    result = run("serve", "--db", release / "nianbao.db")
    assert (result.exit_code, "earlier version" in result.output) == (0, False)
    assert (release / "nianbao.db").read_bytes() == before


def test_every_column_and_every_value_is_in_the_dictionary(release: Path) -> None:
    dictionary = (release / "DICTIONARY.csv").read_text(encoding="utf-8-sig")
    page = (release / "dictionary.html").read_text()
    meant = {(str(of), str(code)) for of, _, code, *_ in codes()}
    for table in described_tables():
        for column in table.columns:
            assert f"\n{table.name}," in dictionary
            assert column.zh in page
            for value in column.enum:
                number = isinstance(value, int)
                assert number or (f"{table.name}.{column.name}", value) in meant, (table.name, column.name, value)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Two reports of one agency, in a database that keeps all its promises."""
    path = tmp_path / "small.db"
    with Store(path) as store:
        add_agency(store, "a")
        for year in (2021, 2022):
            add_report(store, f"henan-{year}", "a", year, {"applications/received/total": 3}, **FACTS)
        update_panel(store)
    return path


REFUSED = {
    "of another type": ("update reports set year = 'MMXXI' where id = 'henan-2021'", "reports.year: 1 of another type"),
    "decimal": ("update reports set revision = 1.5", "reports.revision: 2 of another type than integer"),
    "text in a number": (
        "update applications set total = 'x' where row = 'granted'",
        "applications.total: 2 of another",
    ),
    "too large": ("update applications set total = 9e99 where row = 'granted'", "applications.total: 2 of another"),
    "null byte": ("update panel set region = 'a' || char(0) || 'b'", "panel.region: 2 of another type than text"),
    "required": ("update reports set first_seen = ''", "reports.first_seen: 2 empty, the first in henan-2021"),
    "key": ("update flags set cell = null", "flags.cell: 1 without a value"),
    "status": (
        "update reports set status = 'good' where year = 2022",
        "reports.status: 1 not among the allowed values",
    ),
    "state": ("update flags set state = 'lost'", "flags.state: 1 not among the allowed values"),
    "proof": ("update flags set proof = 'seen'", "flags.proof: 1 not among the allowed values"),
    "proofs of a row": (
        "update evidence set proof = 'ppq' where row = 'applications/granted'",
        "evidence.proof: 2 not of the pattern",
    ),
    "level": ("update agencies set level = 'village'", "agencies.level: 1 not among the allowed values"),
    "kind": ("update agencies set kind = 'people''s'", "agencies.kind: 1 not among the allowed values"),
    "outcome": (
        "insert into statements values ('henan-2021', 1, 1, '句', 'q', null, 1, null, null, 'perhaps')",
        "statements.outcome: 1 not among the allowed values, the first in henan-2021/1",
    ),
    "year": (
        "update reports set year = 1021 where id = 'henan-2021'",
        "reports.year: 1 below 2000, the first in henan-",
    ),
    "share": (
        "update panel set granted_share = 1.5 where year = 2021",
        "panel.granted_share: 1 above 1, the first in a/2021",
    ),
    "pattern": ("update regions set code = '99' where code = '990102'", r"regions.code: 1 not of the pattern \d{6}"),
    "count": ("update applications set company = -1 where row = 'granted'", "applications.company: 2 below 0"),
    "amount": ("update disclosure set value = -1 where row = 'penalties'", "disclosure.value: 2 below 0"),
    "foreign key": ("update reports set region_code = '123456'", "reports.region_code: 2 not in regions"),
    "table": ("drop table summaries", "summaries: no such table; nianbao reparse makes it"),
    "column": ("alter table reports drop column text_digest", "reports.text_digest: no such column"),
    "view": ("drop view cells", "cells: no such view or index"),
    "index": ("drop table sections_fts", "sections_fts: no such view or index"),
    "panel": ("update reports set status = 'incomplete' where year = 2022", "panel: behind in 1 of the reports"),
}


@pytest.mark.parametrize(("sql", "reason"), REFUSED.values(), ids=REFUSED)
def test_a_database_that_breaks_a_promise_is_refused(small: Path, sql: str, reason: str) -> None:
    with closing(sqlite3.connect(small, isolation_level=None)) as db:
        db.execute(
            "insert into flags values ('henan-2021', 'applications/granted/total', 'printed', '0件', null, null, 'sum')"
        )
        db.execute(sql)
    refused(small, f"refused: {reason}")


def refused(db: Path, reason: str) -> None:
    """Publishing says why not, and leaves nothing."""
    result = publish(db, db.parent / "release")
    assert result.exit_code == 1
    assert result.stderr.startswith(reason)
    assert all(line.startswith("refused: ") for line in result.stderr.splitlines())
    # Whoever reads a database with a write-ahead log may leave that beside it.
    assert {path.name for path in db.parent.iterdir() if not path.name.startswith(db.name)} == {"none.yaml"}


def test_what_the_form_allows_and_what_the_publisher_misprinted_is_let_out(small: Path) -> None:
    with Store(small) as store:
        # What a publisher misprints is published as printed, but not as verified.
        store.db.execute("update reports set status = 'inconsistent' where year = 2021")
        update_panel(store)
    with closing(sqlite3.connect(small, isolation_level=None)) as db:
        db.execute("insert into disclosure values ('henan-2022', null, 'licensing', 'change', -5, null)")
        db.execute("update panel set licensing_change = -5")
        db.execute("update applications set total = -3 where report = 'henan-2021' and row = 'received'")
        db.execute("update panel set received = -3, granted_share = 1.5 where year = 2021")
    assert publish(small, small.parent / "release").exit_code == 0


def test_too_few_reports_are_refused_and_too_many_are_not(small: Path) -> None:
    line = "- {{region: '990100', year: 2022, figure: found, least: {}, most: {}}}\n"
    assertions = small.parent / "coverage.yaml"
    assertions.write_text(line.format(2, 3))
    folder = small.parent / "release"
    result = run("publish", folder, "--db", small, "--assertions", assertions)
    assert (result.exit_code, result.stderr.splitlines()) == (
        1,
        [
            "refused: coverage: 990100, 2022: 1 found, fewer than 2",
            "for a demo or a part of a province add --assertions none",
        ],
    )
    assert not folder.exists()
    assert run("publish", folder.parent / "part", "--db", small, "--assertions", "none").exit_code == 0
    assertions.write_text(line.format(0, 0))
    result = run("publish", folder, "--db", small, "--assertions", assertions)
    assert (result.exit_code, result.stderr) == (0, "warning: coverage: 990100, 2022: 1 found, more than 0\n")


def test_nothing_is_no_release(tmp_path: Path) -> None:
    Store(tmp_path / "empty.db").close()
    refused(tmp_path / "empty.db", "refused: reports: there are none")


def test_what_is_no_release_is_left_alone(small: Path, release: Path) -> None:
    folder = small.parent / "release"
    folder.mkdir()
    (folder / "thesis.tex").write_text("ten years of work")
    result = publish(small, folder)
    assert (result.exit_code, result.stderr) == (1, f"Error: {folder}: is there already, and is no release\n")
    assert files(folder) == {"thesis.tex"}
    shutil.rmtree(folder)
    shutil.copytree(release, folder)
    (folder / "left.txt").write_text("of the release before")
    assert publish(small, folder).exit_code == 0
    assert "left.txt" not in files(folder)
    assert sorted(path.name for path in small.parent.iterdir() if path.is_dir()) == ["release"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("none.db", "x"), "no such database"),
        (("small.db", "missing/x"), "missing/.x.lock: no such file or directory"),
        (("small.db", "x", "--since", "nowhere"), "nowhere: no such release"),
        (("small.db", "x", "--since", "none.yaml"), "none.yaml: no release, nor its SQLite file"),
    ],
)
def test_what_cannot_be_is_said_in_one_line(small: Path, arguments: tuple[str, ...], said: str) -> None:
    db, folder, *rest = arguments
    places = [small.parent / one if one in ("nowhere", "none.yaml") else one for one in rest]
    result = publish(small.parent / db, small.parent / folder, *places)
    assert result.exit_code == 1
    assert said in result.stderr
    assert len(result.stderr.splitlines()) == 1


def test_without_the_extra_its_name_is_told(small: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nianbao.release.is_installed", lambda: False)
    result = publish(small, small.parent / "release")
    assert result.exit_code == 1
    assert "pip install 'nianbao[release]'" in result.stderr


def test_a_kill_leaves_no_half_release_and_the_next_run_cleans_up(small: Path) -> None:
    folder = small.parent / "release"
    assert publish(small, folder).exit_code == 0
    before = {name: (folder / name).read_bytes() for name in files(folder)}
    (small.parent / "none.yaml").write_text("[]")
    program = (
        "import os; from nianbao.__main__ import main; from publish.release import build\n"
        "build.write_sums = lambda folder: os._exit(9); main()"
    )
    arguments = ["publish", folder, "--db", small, "--assertions", small.parent / "none.yaml"]
    killed = subprocess.run([sys.executable, "-c", program, *map(str, arguments)], check=False, env={**os.environ})
    assert killed.returncode == 9
    assert (small.parent / ".release.partial/index.html").exists()
    assert {name: (folder / name).read_bytes() for name in files(folder)} == before
    assert publish(small, folder).exit_code == 0
    assert not (small.parent / ".release.partial").exists()


def test_one_run_at_a_time_publishes_into_a_folder(small: Path) -> None:
    folder = small.parent / "release"
    with replaced_folder(folder) as partial:
        (partial / "half.csv").write_text("of the first run")
        result = publish(small, folder)
        assert (result.exit_code, result.stderr) == (1, f"Error: {folder}: another run is publishing into it\n")
    assert files(folder) == {"half.csv"}
    assert not [path for path in small.parent.iterdir() if path.name.startswith(".")]


def test_what_a_run_that_is_killed_has_put_aside_is_put_back(small: Path) -> None:
    folder, link = small.parent / "release", small.parent / "latest"
    assert publish(small, folder).exit_code == 0
    folder.rename(small.parent / ".release.former")
    link.symlink_to("release")
    with pytest.raises(ZeroDivisionError), replaced_folder(link):
        raise ZeroDivisionError
    assert "SHA256SUMS" in files(folder)
    assert publish(small, link).exit_code == 0
    assert link.is_symlink()


def compared(tmp_path: Path, change: Callable[[Store], object]) -> tuple[Path, Path]:
    """Two databases of which the second has been changed."""
    paths = tmp_path / "old.db", tmp_path / "new.db"
    with Store(paths[0]) as store:
        add_agency(store, "a")
        add_agency(store, "b", region_code="990102")
        store.db.execute("insert into documents (sha256) values (?), (?)", [SHA, "b" * 64])
        for number, year in ((1, 2021), (2, 2022), (3, 2023), (4, 2024)):
            add_report(store, f"henan-{number}", "a", year, document=SHA, text="旧文", **FACTS)
        update_panel(store)
    shutil.copy(paths[0], paths[1])
    with Store(paths[1]) as store:
        change(store)
    return paths


def _changed(store: Store) -> None:
    """Report 1 is gone and 5 new; the publisher changed 2, and 3 is read in another way; of 4 nobody knows."""
    change = store.db.execute
    change("PRAGMA foreign_keys = OFF")
    for table in ("reports", "applications", "disputes", "disclosure", "sections", "flags"):
        change(f"delete from {table} where {'id' if table == 'reports' else 'report'} = 'henan-1'")
    add_report(store, "henan-5", "b", 2021, **FACTS)
    change("update reports set revision = 2, document = ? where id = 'henan-2'", ["b" * 64])
    change("update applications set total = 7 where report = 'henan-2' and row = 'received'")
    change("update sections set text = '新的正文' where report = 'henan-2'")
    for cell, old, new in (("applications/received/total", "0", "7"), ("section/1", "旧文", "新的正文")):
        change("insert into revisions values ('henan-2', 2, ?, ?, ?, ?)", [SEEN, cell, old, new])
    change("update disclosure set value = null where report = 'henan-3' and row = 'penalties'")
    change(
        "insert into flags (report, cell, state, raw, reason, reason_zh)"
        " values ('henan-3', 'disclosure/penalties/decisions', 'uncertain', '3 8', 'two ways', '两读')"
    )
    change("update reports set status = 'uncertain' where id = 'henan-3'")
    change("update reports set document = ? where id = 'henan-4'", ["b" * 64])
    change("delete from disputes where report = 'henan-4' and procedure = 'review'")


def test_a_diff_tells_what_changed_and_whose_change_it_is(tmp_path: Path) -> None:
    old, new = compared(tmp_path, _changed)
    result = run("diff", old, new, "--json", "--csv", tmp_path / "changes.csv")
    found = [tuple(json.loads(line).values()) for line in result.stdout.splitlines()]
    gone = [
        ("henan-4", "a", 2024, "cell", f"disputes/review/{column}", "printed", "0", None, None, "unclear")
        for column in ("upheld", "corrected", "other_outcome", "pending", "total")
    ]
    assert sorted(found, key=str) == sorted(
        [
            ("henan-1", "a", 2021, "removed", *[None] * 6),
            ("henan-2", "a", 2022, "revised", None, None, "1", None, "2", "publisher"),
            *[
                (
                    "henan-2",
                    "a",
                    2022,
                    "cell",
                    "applications/received/total",
                    "printed",
                    "0",
                    "printed",
                    "7",
                    "publisher",
                )
            ],
            ("henan-2", "a", 2022, "chapter", "section/1", None, "2", None, "4", "publisher"),
            ("henan-3", "a", 2023, "fact", "status", None, "verified", None, "uncertain", "reading"),
            *[
                ("henan-3", "a", 2023, "cell", "disclosure/penalties/decisions", *rest)
                for rest in [("printed", "0", "uncertain", None, "reading")]
            ],
            *gone,
            ("henan-5", "b", 2021, "added", *[None] * 6),
        ],
        key=str,
    )
    lines = (tmp_path / "changes.csv").read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "report,agency,year,change,what,old_state,old,new_state,new,cause"
    assert len(lines) == len(found) + 1
    summary = run("diff", old, new).stdout
    assert (
        "       7 cells 单元格变动: 1 by the publisher 发布者改动, 1 read differently 读取方式改变, 5 unclear 原因不明"
        in summary
    )
    assert "henan-3 a 2023: disclosure/penalties/decisions: 0 → uncertain (reading)" in summary


def _decided(store: Store) -> None:
    seen = Decision("henan-2", SHA, RECEIVED, "printed", 0, None, "typed", "7", "printed", 7, "甲", SEEN)
    add_decision(store.path.with_name("decisions.csv"), seen)
    update_decisions(store)


def test_a_figure_that_people_decided_differs_for_that_reason(tmp_path: Path) -> None:
    old, new = compared(tmp_path, _decided)
    with closing(sqlite3.connect(old)) as earlier:
        earlier.execute("drop view cells")
        earlier.execute("drop table decisions")
        earlier.execute(
            f"create view cells as select 'henan-2' as report, '{RECEIVED}' as cell, 0 as value, 'printed' as state"
        )
    found = [json.loads(line) for line in run("diff", old, new, "--json").stdout.splitlines()]
    assert ["0", "7", "decision"] in [
        [one["old"], one["new"], one["cause"]] for one in found if one["what"] == RECEIVED
    ]


def test_nothing_differs_from_itself(small: Path) -> None:
    result = run("diff", small, small)
    assert result.exit_code == 0
    assert "0 reports added" in result.stdout
    assert "→" not in result.stdout.split("\n", 1)[1]


def test_a_release_says_what_changed_since_another(tmp_path: Path) -> None:
    old, new = compared(
        tmp_path, lambda store: store.db.execute("update reports set title = '新题' where id = 'henan-2'")
    )
    assert publish(old, tmp_path / "one").exit_code == 0
    assert publish(new, tmp_path / "two", "--since", tmp_path / "one").exit_code == 0
    _, line = (tmp_path / "two/CHANGES.csv").read_text(encoding="utf-8-sig").splitlines()
    assert line == "henan-2,a,2022,fact,title,,,,新题,reading"
    said = {name: dict(in_sqlite(tmp_path / name, released_tables()[-1])) for name in ("one", "two")}
    assert said["two"]["previous_version"] == said["one"]["version"]
    assert said["two"]["version"] != said["one"]["version"]
    for wrong in ("none.yaml", "nowhere"):
        result = run("diff", tmp_path / wrong, new)
        assert result.exit_code == 1
        assert len(result.stderr.splitlines()) == 1
