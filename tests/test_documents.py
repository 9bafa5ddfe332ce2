"""Whatever the figures and the layout: clean reports come back exactly, spoilt ones never in silence."""

import os
from dataclasses import replace
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parsers.read import read
from parsers.report import Status
from parsers.values import State
from tests.attack import attempt, compare
from tests.documents import AGENCY, FEET, GRIDS, SPOILERS, TEXTS, Sample, dash_a_cell, draw_sample, text
from tests.documents import blank_a_cell as blank

settings.register_profile("ci", derandomize=True, deadline=None)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

randoms = st.randoms(use_true_random=False)
editions = st.sampled_from((2021, 2019))
feet = st.lists(st.tuples(st.floats(0, 1), st.sampled_from(FEET[:3])), max_size=3)


def _laid_out(sample: Sample, layout: str) -> bytes:
    return GRIDS[layout](sample) if layout in GRIDS else text(sample, TEXTS[layout])


def _is_exact(sample: Sample, data: bytes) -> None:
    report = read(data)
    assert {key: (cell.value, cell.state) for key, cell in report.cells.items()} == sample.truth()
    assert (report.status, report.edition) == (Status.VERIFIED, sample.form.edition)
    assert (report.title, report.agency, report.year) == (sample.title, AGENCY, sample.year)
    assert sorted(report.chapters) == [1, 2, 3, 4, 5, 6]
    for chapter in (1, 5, 6):
        assert report.chapters[chapter].text.replace("\n", "") == "".join(sample.prose(chapter))


@pytest.mark.parametrize("layout", [*GRIDS, *TEXTS])
@settings(max_examples=15)
@given(random=randoms, edition=editions)
def test_drawn_figures_come_back_exactly(layout: str, random: Random, edition: int) -> None:
    sample = draw_sample(random, edition)
    _is_exact(sample, _laid_out(sample, layout))


@pytest.mark.parametrize("layout", [name for name in TEXTS if "one cell" not in name])
@settings(max_examples=15)
@given(random=randoms, where=feet)
def test_printed_heads_and_feet_leave_no_trace(layout: str, random: Random, where: list[tuple[float, int]]) -> None:
    sample = draw_sample(random)
    marks = tuple((share, foot(sample)) for share, foot in where)  # type: ignore[operator]
    _is_exact(sample, text(sample, replace(TEXTS[layout], feet=marks)))


@pytest.mark.parametrize("layout", GRIDS)
@settings(max_examples=15)
@given(random=randoms)
def test_blanks_and_dashes_in_a_grid_are_what_they_are(layout: str, random: Random) -> None:
    sample = dash_a_cell(blank(draw_sample(random), random), random)
    report = read(GRIDS[layout](sample))
    assert {key: (cell.value, cell.state) for key, cell in report.cells.items()} == sample.truth()


@pytest.mark.parametrize("name", SPOILERS)
@settings(max_examples=40)
@given(random=randoms, layout=st.sampled_from([*GRIDS, *TEXTS]))
def test_a_spoilt_report_is_never_verified_with_a_wrong_cell(name: str, random: Random, layout: str) -> None:
    if name == "drop_a_value" and layout in TEXTS:
        name = "blank_a_cell"
    sample = SPOILERS[name](draw_sample(random), random)
    report = read(_laid_out(sample, layout))
    _, wrong, flagged = compare(sample, report)
    assert report.status is not Status.VERIFIED or not (wrong or flagged)


@settings(max_examples=100)
@given(seed=st.integers(10**9, 2 * 10**9))
def test_combinations_with_feet_are_never_verified_with_a_wrong_cell(seed: int) -> None:
    assert not attempt(seed).worst


@pytest.mark.parametrize("layout", GRIDS)
def test_a_misprint_is_the_publishers_contradiction_and_not_ours(layout: str) -> None:
    random = Random(7)
    for _ in range(20):
        sample = SPOILERS["misprint_a_cell"](draw_sample(random), random)
        report = read(GRIDS[layout](sample))
        assert {key: (cell.value, cell.state) for key, cell in report.cells.items()} == sample.truth()
        broken = [check for check in report.checks if not check.holds]
        assert report.status is (Status.INCONSISTENT if broken else Status.VERIFIED)


def test_a_lost_row_is_absent_and_the_others_are_read() -> None:
    random = Random(1)
    for layout in (*GRIDS, *TEXTS):
        sample = draw_sample(random)
        index = next(i for i, printed in enumerate(sample.rows) if printed.row.key == "applications/declined_duplicate")
        report = read(_laid_out(replace(sample, rows=sample.rows[:index] + sample.rows[index + 1 :]), layout))
        lost = {key for key, cell in report.cells.items() if cell.state is State.ABSENT}
        assert lost == set(sample.rows[index].row.cells), layout
        assert report.status is Status.UNCERTAIN
