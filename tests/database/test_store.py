import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from database.rows import report_rows
from database.store import Source, Store
from parsers.form.model import form_of
from parsers.read import read
from tests.factory import html
from tests.factory.mutations import remove_cell
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth
from tests.sample_text import report_text


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "test.db") as opened:
        yield opened


def _source(sha: str, seen_at: str) -> Source:
    return Source("henan-1", sha, 100, seen_at, url="http://127.0.0.1/1", warc="a.warc.gz", offset=7)


def _save(store: Store, sha: str, seen_at: str, *replacements: tuple[str, str]) -> None:
    store.save_report(_source(sha, seen_at), report_rows(read(report_text(*replacements))))


def _all(store: Store, sql: str) -> list[tuple[Any, ...]]:
    return list(store.db.execute(sql).fetchall())


def test_every_cell_is_in_the_long_view(store: Store) -> None:
    _save(store, "a", "2022-01-26T00:00:00Z")
    cells = dict(_all(store, "select cell, value from cells where state = 'printed'"))
    assert set(cells) == set(form_of(2021).cells)
    assert cells["applications/granted/company"] == 2
    assert type(cells["applications/granted/company"]) is int


def test_blank_dash_and_raw_are_flags(store: Store) -> None:
    _save(store, "a", "2022-01-26T00:00:00Z", ("行政许可 0", "行政许可 /"), ("行政处罚 0", "行政处罚 1,362件"))
    assert _all(store, "select cell, state, raw from flags") == [
        ("disclosure/licensing/decisions", "dash", "/"),
        ("disclosure/penalties/decisions", "printed", "1,362件"),
    ]
    assert _all(store, "select value, state from cells where cell like '%penalties%'") == [(1362, "printed")]


@pytest.mark.parametrize("edition", [2021, 2019])
@pytest.mark.parametrize("number", range(4))
def test_view_and_flags_say_of_every_cell_how_it_is_known(store: Store, edition: int, number: int) -> None:
    rng = Random(number)
    sheet = sheet_of(draw_truth(rng, edition, empties=True))
    report = read(html.plain_page(remove_cell(sheet, rng) if number % 2 else sheet, rng))
    store.save_report(_source("a", "2022-01-26T00:00:00Z"), report_rows(report))
    known = {str(key): cell.proof for key, cell in report.cells.items()}
    assert dict(_all(store, "select cell, proof from cells")) == known
    flags = dict(_all(store, "select cell, proof from flags"))
    assert flags == {cell: known[cell] for cell in flags}


def test_a_report_that_is_known_better_is_not_revised(store: Store) -> None:
    said = ("本报告为示例，数字系虚构。", "本年制发规范性文件12件。")
    cell = "disclosure/normative_documents/issued"
    proof = f"select proof from cells where cell = '{cell}'"
    _save(store, "a", "2022-01-26T00:00:00Z", said)
    assert _all(store, proof) == [("stated",)]
    store.db.execute("update evidence set proof = replace(proof, 'd', 'p')")
    assert _all(store, proof) == [("placed",)]
    _save(store, "b", "2022-02-01T00:00:00Z", said)
    assert _all(store, proof) == [("stated",)]
    assert _all(store, "select revision, last_changed from reports") == [(1, "2022-01-26T00:00:00Z")]
    assert _all(store, "select * from revisions") == []


def test_only_broken_identities_are_kept(store: Store) -> None:
    old, new = "（七）总计 13 2 0 0 0 0 15", "（七）总计 13 2 0 0 0 0 16"
    _save(store, "a", "2022-01-26T00:00:00Z", (old, new))
    assert _all(store, 'select identity, scope, "left", "right" from checks order by identity') == [
        ("applicants", "concluded", 16, 15),
        ("balance", "total", 15, 16),
        ("outcomes", "total", 16, 15),
    ]
    assert _all(store, "select status from reports") == [("inconsistent",)]


@pytest.mark.parametrize("tabs", [False, True])
def test_the_row_as_it_stands_is_kept_with_its_place(store: Store, *, tabs: bool) -> None:
    row = ["一、本年新收政府信息公开申请数量", "13", "2", "0", "0", "0", "0", "15"]
    printed = "\t".join(row) if tabs else " ".join(row)
    _save(store, "a", "2022-01-26T00:00:00Z", (" ".join(row), printed))
    found = _all(store, "select text, line from evidence where row = 'applications/received'")
    lines = report_text((" ".join(row), printed)).decode().splitlines()
    assert found == [(printed, lines.index(printed) + 1)]


def test_a_changed_figure_is_a_revision_and_an_unchanged_page_is_none(store: Store) -> None:
    _save(store, "a", "2022-01-26T00:00:00Z")
    _save(store, "b", "2022-02-01T00:00:00Z")
    _save(store, "c", "2022-03-01T00:00:00Z", ("行政许可 0", "行政许可 8"))
    assert _all(store, "select cell, old, new, revision, seen_at from revisions where cell not like 'section/%'") == [
        ("disclosure/licensing/decisions", "0", "8", 2, "2022-03-01T00:00:00Z")
    ]
    assert _all(store, "select revision, first_seen, last_changed, document from reports") == [
        (2, "2022-01-26T00:00:00Z", "2022-03-01T00:00:00Z", "c")
    ]


def test_a_crash_in_the_middle_leaves_no_half_report(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(store, "save_document", crash)
    with pytest.raises(KeyboardInterrupt):
        _save(store, "a", "2022-01-26T00:00:00Z")
    assert _all(store, "select (select count(*) from reports) + (select count(*) from disclosure)") == [(0,)]


def test_foreign_keys_hold_and_are_enforced(store: Store) -> None:
    _save(store, "a", "2022-01-26T00:00:00Z")
    assert _all(store, "pragma foreign_key_check") == []
    with pytest.raises(sqlite3.IntegrityError), store.transaction():
        store.db.execute("delete from reports")


def test_what_the_prose_states_is_kept_beside_the_table_and_revised_with_the_report(store: Store) -> None:
    prose = "本报告为示例，数字系虚构。"
    for sha, stated in (("a", 15), ("a", 15), ("b", 16)):
        _save(store, sha, "2022-01-26T00:00:00Z", (prose, f"全年收到政府信息公开申请{stated}件。收取信息处理费50元。"))
        assert _all(store, "select number, quantity, cells, value, unit, table_value, outcome from statements") == [
            (
                1,
                "applications/received/total",
                "applications/received/total",
                stated,
                None,
                15,
                "agrees" if stated == 15 else "differs",
            ),
            (2, "fees/information_processing", None, 0.005, "万元", None, "not comparable"),
        ]
    assert _all(store, "select sentence from statements where number = 1") == [("全年收到政府信息公开申请16件。",)]
    _save(store, "c", "2022-01-26T00:00:00Z")
    assert _all(store, "select * from statements") == []
    assert _all(store, "pragma foreign_key_check") == []
