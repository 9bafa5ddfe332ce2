"""What happens on either side of the thresholds that decide what a derived table says."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from database.store import Store
from derived.text_reuse import LEAST_LENGTH, LEAST_SHARE
from derived.update import update_panel
from tests.factory.province import vocabulary
from tests.factory.rows import add_agency, add_report


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "test.db") as opened:
        add_agency(opened, "a")
        add_agency(opened, "b")
        yield opened


def text(length: int, seed: int = 1) -> str:
    return "".join(Random(seed).choices(vocabulary(), k=length))[:length]


def narratives(store: Store, *columns: str) -> list[tuple[object, ...]]:
    update_panel(store)
    return store.db.execute(f"select {', '.join(columns)} from narratives order by report").fetchall()


@pytest.mark.parametrize(("concluded", "small"), [(9, 1), (10, 0)])
def test_shares_of_fewer_than_ten_are_marked(store: Store, concluded: int, small: int) -> None:
    add_report(store, "henan-1", "a", 2022, {"applications/concluded/total": concluded})
    update_panel(store)
    assert store.db.execute("select concluded_small from panel").fetchall() == [(small,)]


@pytest.mark.parametrize(("length", "reuse"), [(LEAST_LENGTH - 1, None), (LEAST_LENGTH, 1.0)])
def test_a_narrative_of_fewer_characters_is_not_compared(store: Store, length: int, reuse: float | None) -> None:
    for year in (2021, 2022):
        add_report(store, f"henan-{year}", "a", year, text=text(length))
    assert narratives(store, "length", "reuse") == [(length, None), (length, reuse)]


@pytest.mark.parametrize(("common", "found"), [(499, None), (505, "henan-2")])
def test_a_neighbour_holds_half_of_the_narrative(store: Store, common: int, found: str | None) -> None:
    own = text(1000)
    add_report(store, "henan-1", "a", 2022, text=own)
    # All of the common part is in the other, which is longer: of that, it is less than half.
    add_report(store, "henan-2", "b", 2022, text=own[:common] + text(1500, seed=4))
    (neighbour, share), _ = narratives(store, "neighbour", "neighbour_share")
    assert neighbour == found
    assert share is None or share >= LEAST_SHARE


@pytest.mark.parametrize(("common", "reuse"), [(7, 0.0), (8, 1 / 193)])
def test_what_two_narratives_share_is_runs_of_eight_characters(store: Store, common: int, reuse: float) -> None:
    phrase = text(common, seed=3)
    add_report(store, "henan-1", "a", 2021, text="甲" * 200 + phrase)
    other = "".join(chr(0x4E00 + number) for number in range(200 - common))
    add_report(store, "henan-2", "a", 2022, text=other + phrase)
    assert narratives(store, "reuse")[1] == (reuse,)
