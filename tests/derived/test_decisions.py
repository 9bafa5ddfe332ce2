"""What people decide about cells: kept apart from what was read, and published in its place."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from database.decisions import NAME, Decision, Unusable, add_decision, read_decisions, typed_value
from database.store import Store
from derived.decisions import update_decisions
from derived.update import update_panel
from tests.factory.rows import add_agency, add_report

DOCUMENT = "a" * 64
RECEIVED, PERSON = "applications/received/total", "applications/received/natural_person"
CONCLUDED = ("applications/concluded/natural_person", "applications/concluded/total")
GRANTED = ("applications/granted/natural_person", "applications/granted/total")
# A person saw 13 where the reader was left with 13 or 18: all sums hold with 13.
CELLS = {**dict.fromkeys((PERSON, *CONCLUDED, *GRANTED), 13), RECEIVED: None}
LINE = Decision(
    "henan-1", DOCUMENT, RECEIVED, "uncertain", None, "13 or 18", "typed", "13", "printed", 13, "甲",
    "2026-12-01T09:00:00Z",
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "nianbao.db") as store:
        add_agency(store, "示例局")
        store.db.table("documents").insert({"sha256": DOCUMENT})
        add_report(
            store, "henan-1", "示例局", 2022, CELLS, [(RECEIVED, "uncertain")], status="uncertain", document=DOCUMENT
        )
        yield store


def _decide(store: Store, *lines: Decision) -> None:
    for line in lines:
        add_decision(store.path.with_name(NAME), line)
    update_decisions(store)
    update_panel(store)


def _one(store: Store, sql: str) -> object:
    return store.db.execute(sql).fetchone()


def _cell(store: Store) -> object:
    return _one(store, f"select value, state, proof, read_value, read_state from cells where cell = '{RECEIVED}'")


def test_a_decision_stands_in_cells_and_panel_beside_what_was_read(store: Store) -> None:
    update_panel(store)
    assert _one(store, "select received, uncertain like 'received %', decided from panel") == (None, 1, None)
    _decide(store, LINE)
    assert _cell(store) == (13, "printed", "person", None, "uncertain")
    assert _one(store, "select total from applications where row = 'received' and report = 'henan-1'") == (None,)
    assert _one(store, "select state from flags") == ("uncertain",)
    assert _one(store, "select received, uncertain, status, uncertain_cells from panel") == (13, None, "reviewed", 0)
    assert _one(store, "select natural_person_share, decided like '%received%' from panel") == (1.0, 1)


def test_a_report_that_people_closed_is_reviewed_never_verified(store: Store) -> None:
    _decide(store, LINE)
    assert _one(store, "select status, read_status from reports") == ("reviewed", "uncertain")


def test_a_decision_that_breaks_a_sum_leaves_the_report_inconsistent_unless_the_publisher_erred(store: Store) -> None:
    _decide(store, replace(LINE, text="18", value=18))
    assert _one(store, "select status from reports") == ("inconsistent",)
    # 18 = 13 of the applicants; received and carried in, 18, are not concluded and carried out, 13.
    assert store.db.execute('select identity, "left", "right" from checks order by 1').fetchall() == [
        ("applicants", 18, 13),
        ("balance", 18, 13),
    ]
    _decide(store, replace(LINE, decision="misprint", text="18", value=18))
    assert _one(store, "select status from reports") == ("reviewed",)


def test_an_illegible_cell_stays_as_it_was_read(store: Store) -> None:
    _decide(store, replace(LINE, decision="illegible", text=None, state=None, value=None))
    assert _cell(store) == (None, "uncertain", None, None, "uncertain")
    assert _one(store, "select status from reports") == ("uncertain",)


def test_two_people_who_differ_decide_nothing_until_they_agree(store: Store) -> None:
    other = replace(LINE, by="乙", text="18", value=18)
    _decide(store, LINE, other)
    assert [*store.db.query("select standing from decisions")] == [{"standing": "disputed"}] * 2
    assert _one(store, "select status from reports") == ("uncertain",)
    _decide(store, replace(LINE, by="乙"))
    standings = [row["standing"] for row in store.db.query("select standing from decisions order by number")]
    assert standings == ["agrees", "superseded", "applies"]
    assert _one(store, "select status from reports") == ("reviewed",)


def test_a_new_document_makes_a_decision_outdated(store: Store) -> None:
    _decide(store, LINE)
    store.db.table("documents").insert({"sha256": "b" * 64})
    store.db.execute("update reports set document = ?", ["b" * 64])
    update_decisions(store)
    update_panel(store)
    assert _one(store, "select standing from decisions") == ("outdated",)
    assert _one(store, "select r.status, received from reports r join panel p on p.report = id") == ("uncertain", None)


def test_decisions_stay_where_the_file_is_gone(store: Store) -> None:
    _decide(store, LINE)
    store.path.with_name(NAME).unlink()
    update_decisions(store)
    assert _one(store, "select standing from decisions") == ("applies",)


def test_the_file_is_only_added_to_and_reads_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / NAME
    lines = [
        LINE,
        replace(LINE, value=2.5, why='看到"13"，\n两行', by="乙"),
        replace(LINE, read_raw=None, read_value=7),
    ]
    for line in lines:
        add_decision(path, line)
    path.write_bytes(path.read_bytes().removesuffix(b"\r\n"))
    add_decision(path, LINE)
    assert read_decisions(path) == [*lines, LINE]


@pytest.mark.parametrize(
    ("change", "wrong"),
    [
        ({"value": None}, "a printed cell, and no other, has a value"),
        ({"at": "yesterday"}, "at yesterday: a moment is written"),
        ({"cell": "received"}, "cell received: a key is table/row/column"),
        ({"decision": "guessed"}, "'guessed' is not a valid Verdict"),
        ({"by": ""}, "by is empty"),
    ],
)
def test_a_line_that_cannot_be_is_named(tmp_path: Path, change: dict[str, str | None], wrong: str) -> None:
    add_decision(tmp_path / NAME, replace(LINE, **change))  # type: ignore[arg-type]
    with pytest.raises(Unusable, match=f"{NAME}, line 2: {wrong}"):
        read_decisions(tmp_path / NAME)


def test_a_file_of_something_else_is_no_file_of_decisions(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Unusable, match="the first line must be report,document,cell"):
        read_decisions(tmp_path / NAME)


FEES = "disclosure/administrative_fees/fee_amount"


def test_what_is_typed_is_a_number_a_blank_or_a_dash() -> None:
    assert typed_value("1，362", 2021, RECEIVED) == ("printed", 1362)
    assert typed_value("/", 2021, RECEIVED) == ("dash", None)
    assert typed_value("251000元", 2021, FEES) == ("printed", 25.1)
    assert typed_value("25.1", 2021, FEES) == ("printed", 25.1)
    for text in ("-3", "2.5", "五十几", "13元", "13 8"):
        with pytest.raises(ValueError, match=r"a count|not a number"):
            typed_value(text, 2021, RECEIVED)
