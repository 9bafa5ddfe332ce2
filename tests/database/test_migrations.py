"""``previous_build.sql`` is a database of the build before tables were renamed, dumped without its search index.

Three reports of one agency: one is not used, and a figure changed suddenly. Evidence and figures are of one report.
"""

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from database.schema import tables
from database.store import Store, is_current

RENAMED = {"copies": "duplicates", "hints": "sudden_changes", "derived": "derivation_state"}


@pytest.fixture
def previous(tmp_path: Path) -> Path:
    path = tmp_path / "previous.db"
    with closing(sqlite3.connect(path)) as db:
        db.executescript((Path(__file__).parent / "previous_build.sql").read_text(encoding="utf-8"))
    return path


def contents(path: Path) -> dict[str, list[dict[str, Any]]]:
    """The rows of every table that is not of the search index."""
    with closing(sqlite3.connect(path)) as db:
        db.row_factory = sqlite3.Row
        names = [name for (name,) in db.execute("select name from sqlite_master where type = 'table'")]
        return {
            name: list(map(dict, db.execute(f"select * from [{name}] order by rowid")))
            for name in names
            if "_fts" not in name
        }


def test_a_database_of_the_previous_build_keeps_all_it_has_under_the_new_names(previous: Path) -> None:
    before = contents(previous)
    assert not is_current(previous)
    Store(previous).close()
    assert is_current(previous)
    after = contents(previous)
    assert after.keys() - {
        "_sqlite_migrations",
        "sqlite_sequence",
        "series",
        "decisions",
        "lists",
        "summaries",
        "coverage_counties",
    } == {RENAMED.get(name, name) for name in before}
    for name, rows in before.items():
        for old, new in zip(rows, after[RENAMED.get(name, name)], strict=True):
            if name == "panel":
                old["sudden_changes"] = old.pop("hints")
            assert old.items() <= new.items(), name
            assert not any(value for column, value in new.items() if column not in old), name


def test_it_has_every_column_and_index_that_is_declared(previous: Path, tmp_path: Path) -> None:
    Store(tmp_path / "new.db").close()
    with Store(previous) as old, Store(tmp_path / "new.db") as new:
        for table in tables():
            assert old.db[table.name].columns_dict == new.db[table.name].columns_dict, table.name
        assert old.db.execute("pragma foreign_key_check").fetchall() == []
        indexes = "select name from sqlite_master where type = 'index' order by name"
        assert old.db.execute(indexes).fetchall() == new.db.execute(indexes).fetchall()


def test_what_it_has_is_found_again(previous: Path) -> None:
    with Store(previous) as store:
        panel = "select year, report, reports, sudden_changes from panel order by year"
        assert store.db.execute(panel).fetchall() == [(2021, "henan-1", 1, 0), (2022, "henan-3", 2, 1)]
        assert store.db.execute("select report, chosen from duplicates").fetchall() == [("henan-2", "henan-3")]
        assert store.db.execute("select figure, before, value from sudden_changes").fetchall() == [
            ("licensing_decisions", 10, 61)
        ]
        search = "select count(*) from reports where rowid in (select rowid from reports_fts)"
        assert store.db.execute(search).fetchone() == (3,)


def test_how_cells_are_known_is_empty_until_they_are_read_again(previous: Path) -> None:
    with Store(previous) as store:
        assert store.db.execute("select distinct proof from cells").fetchall() == [(None,)]


def test_a_new_database_has_taken_every_step(tmp_path: Path) -> None:
    with Store(tmp_path / "new.db") as store:
        first = store.db.execute("select * from _sqlite_migrations").fetchall()
        assert len(first) > 3
    with Store(tmp_path / "new.db") as store:
        assert store.db.execute("select * from _sqlite_migrations").fetchall() == first
