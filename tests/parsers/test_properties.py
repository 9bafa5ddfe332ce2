"""What must hold for every document: clean ones are read exactly, and no error passes as verified.

The documents come from ``tests.factory``: figures are drawn at random, laid out in many makes, spoiled
in many ways. ``python -m tools.attack`` does the same in bulk.
"""

import os
from dataclasses import replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, assume, given, note, settings
from hypothesis import strategies as st

from parsers.report import Status
from tests.factory.judge import Verdict, judge, misread_words
from tests.factory.layouts import MAKES, Make, make_named
from tests.factory.mutations import Mutation, mutation_name
from tests.factory.sheet import FEET, Sheet, draw_foot, sheet_of
from tests.factory.truth import SEEDS, Truth, draw_truth, truths
from tests.factory.unready import SOUND, ready_mutations

_SLOW_DRAWS = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]
_PHASES = (Phase.explicit, Phase.generate)
settings.register_profile(
    "local", deadline=None, max_examples=20, phases=_PHASES, database=None, suppress_health_check=_SLOW_DRAWS
)
settings.register_profile("ci", settings.get_profile("local"), derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "local")

MUTATIONS = sorted({mutation for make in MAKES for mutation in ready_mutations(make)}, key=mutation_name)
# There a number alone on its line, be it a page's or a cell's, is told by nothing but the arithmetic.
_NUMBERS_STAND_ALONE = ("text, a cell a line", "text, narrow", "html, a cell a paragraph")

each_make = pytest.mark.parametrize("make", MAKES, ids=lambda make: make.name)
each_edition = pytest.mark.parametrize("edition", [2021, 2019])


def read_sheet(sheet: Sheet, make: Make, rng: Random) -> Verdict:
    """Lay a sheet out and judge how it is read."""
    data = make.render(sheet, rng)
    note(f"{make.name}:\n{data.decode('utf-8', errors='replace')}")
    return judge(sheet, make, data)


def assert_exact(verdict: Verdict, sheet: Sheet) -> None:
    """All cells, title, agency, year and chapters are what the document says, and it is verified."""
    assert verdict.report is not None, verdict.failure
    assert not [*verdict.wrong, *verdict.flagged]
    assert not misread_words(verdict.report, sheet)
    assert verdict.report.edition == sheet.truth.edition
    assert verdict.report.status is Status.VERIFIED


def assert_honest(verdict: Verdict) -> None:
    """No verified report has a wrong cell, no misreading is blamed on the publisher, nothing crashes."""
    assert not verdict.crashed, verdict.failure
    assert not (verdict.verified and verdict.wrong)
    assert not (verdict.verified and verdict.broken)
    assert not (verdict.false_charge and verdict.wrong)


@each_edition
@each_make
@given(data=st.data())
def test_a_clean_document_is_read_exactly(make: Make, edition: int, data: st.DataObject) -> None:
    sheet = sheet_of(data.draw(truths(edition)))
    assert_exact(read_sheet(sheet, make, Random(data.draw(SEEDS))), sheet)


@pytest.mark.parametrize("make", [make for make in MAKES if make.feet], ids=lambda make: make.name)
@given(truth=truths(), seed=SEEDS)
def test_page_breaks_change_nothing(make: Make, truth: Truth, seed: int) -> None:
    rng = Random(seed)
    kinds = FEET[:-1] if make.name in _NUMBERS_STAND_ALONE else FEET
    sheet = replace(sheet_of(truth), feet=tuple(draw_foot(rng, kinds) for _ in range(rng.randint(1, 4))))
    verdict = read_sheet(sheet, make, rng)
    if make.name in _NUMBERS_STAND_ALONE:
        # A page's first figure may be its number, as far as anybody can tell: its row is in doubt, and no other.
        assert not verdict.wrong
        assert len({_printed_row(cell) for cell in verdict.flagged}) <= len(sheet.feet)
    else:
        assert_exact(verdict, sheet)


def _printed_row(fault: str) -> str:
    """The printed row of a faulty cell: section 4 is one."""
    return "disputes" if fault.startswith("disputes/") else fault.rpartition("/")[0]


@each_edition
@pytest.mark.parametrize("make", [make for make in MAKES if make.places], ids=lambda make: make.name)
@given(data=st.data())
def test_blanks_and_dashes_of_a_table_are_told_apart(make: Make, edition: int, data: st.DataObject) -> None:
    sheet = sheet_of(data.draw(truths(edition, empties=True)))
    # The columns of a table that is wholly blank can only be told by its heads, and not every make keeps those.
    assume(all(any(any(row.texts) for row in sheet.block(table)) for table in ("disclosure", "disputes")))
    assert_exact(read_sheet(sheet, make, Random(data.draw(SEEDS))), sheet)


@pytest.mark.parametrize("mutation", MUTATIONS, ids=mutation_name)
@settings(max_examples=30)
@given(seed=SEEDS)
def test_no_error_passes_in_silence(mutation: Mutation, seed: int) -> None:
    rng = Random(seed)
    make = rng.choice([make for make in MAKES if mutation in ready_mutations(make)])
    sheet = mutation(sheet_of(draw_truth(rng, rng.choice((2021, 2019)))), rng)
    assert_honest(read_sheet(sheet, make, rng))


@pytest.mark.parametrize("mutation", SOUND, ids=mutation_name)
@settings(max_examples=15)
@given(seed=SEEDS)
def test_what_loses_nothing_is_read_exactly(mutation: Mutation, seed: int) -> None:
    rng = Random(seed)
    make = make_named(rng.choice(("html", "word html", "docx of Word", "docx of WPS", "doc of Word", "pdf, ruled")))
    sheet = mutation(sheet_of(draw_truth(rng, rng.choice((2021, 2019)))), rng)
    assert_exact(read_sheet(sheet, make, rng), sheet)


@each_make
@settings(max_examples=30)
@given(seed=SEEDS)
def test_no_two_errors_pass_in_silence(make: Make, seed: int) -> None:
    rng = Random(seed)
    sheet = sheet_of(draw_truth(rng, empties=rng.random() < 0.3))
    for mutation in (rng.choice(ready_mutations(make)), rng.choice(ready_mutations(make))):
        note(mutation_name(mutation))
        sheet = mutation(sheet, rng)
    assert_honest(read_sheet(sheet, make, rng))


@settings(max_examples=100)
@given(truth=truths(), seed=SEEDS)
def test_figures_that_do_not_add_up_are_never_verified(truth: Truth, seed: int) -> None:
    rng = Random(seed)
    make = rng.choice(MAKES)
    sheet = sheet_of(truth)
    index = rng.randrange(len(sheet.rows))
    cells = list(sheet.rows[index].cells)
    column = rng.randrange(len(cells))
    value = rng.randint(0, 9999)
    old = cells[column]
    assert old is not None
    cells[column] = replace(old, text=str(value), value=value)
    rows = [*sheet.rows]
    rows[index] = replace(rows[index], cells=tuple(cells))
    spoiled = replace(sheet, rows=tuple(rows))
    verdict = read_sheet(spoiled, make, rng)
    assert verdict.report is not None
    assert not verdict.wrong
    if make.name in _NUMBERS_STAND_ALONE and verdict.broken:
        assert verdict.report.status in (Status.INCONSISTENT, Status.UNCERTAIN)
    else:
        assert not verdict.flagged
        assert verdict.report.status is (Status.INCONSISTENT if verdict.broken else Status.VERIFIED)
