"""What other programs may rely on."""

from pathlib import Path

import pytest

import nianbao
from database.store import Store
from tests.factory.rows import add_agency, add_report


def test_what_is_offered_is_there() -> None:
    assert all(hasattr(nianbao, name) for name in nianbao.__all__)
    assert not hasattr(nianbao, "write")


def test_a_file_is_read_and_what_is_none_says_why() -> None:
    page = next((Path(__file__).parents[1] / "cases" / "page").glob("input.*"))
    report = nianbao.read(page.read_bytes())
    assert report.status in ("verified", "uncertain")
    with pytest.raises(nianbao.Unreadable):
        nianbao.read(b"\x00")


def test_a_database_is_opened_for_reading_only(tmp_path: Path) -> None:
    with Store(tmp_path / "test.db") as store:
        add_agency(store, "a")
        add_report(store, "henan-1", "a", 2021)
    db = nianbao.open_database(tmp_path / "test.db")
    assert [row["year"] for row in db.query("select year from reports")] == [2021]
    with pytest.raises(Exception, match="readonly"):
        db.execute("create table own (x)")
    with pytest.raises(FileNotFoundError, match="no such database"):
        nianbao.open_database(tmp_path / "other.db")
