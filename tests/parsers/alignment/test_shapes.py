"""The memory of shapes changes nothing but the time that reading takes."""

from collections.abc import Iterator
from dataclasses import replace
from random import Random

import pytest
from hypothesis import Phase, given, note, settings
from hypothesis import strategies as st

from parsers.alignment.align import align
from parsers.alignment.shapes import MEMORY, Mould, ShapeMemory, shape_of
from parsers.alignment.tokens import tokenize
from parsers.convert import read_document
from parsers.document.model import Grid, GridCell, Paragraph, SpannedCell, Unreadable, expand
from parsers.document.reasons import Why
from parsers.form.model import form_of
from parsers.read import read
from parsers.report import Report, Status
from tests.factory.html import plain_page
from tests.factory.layouts import HARD, MAKES, Make
from tests.factory.mutations import mutation_name
from tests.factory.sheet import sheet_of
from tests.factory.truth import SEEDS, draw_truth

# Only what has grids is ever remembered; the others are read to show that nothing is.
MOULDED = [make for make in (*MAKES, *HARD) if make.places]


@pytest.fixture(autouse=True)
def fresh_memory() -> Iterator[None]:
    MEMORY.clear()
    yield
    MEMORY.is_on = True
    MEMORY.clear()


def documents(make: Make, seed: int) -> list[bytes]:
    """One form, spoiled in the same ways, filled in three times: with zeros first, among which no place can be told."""
    rng = Random(seed)
    chosen = rng.sample(make.mutations, rng.choice((0, 1, 1, 2, 3)))
    note(f"{make.name}, {[mutation_name(mutation) for mutation in chosen]}")
    edition, empties = rng.choice((2021, 2021, 2019)), rng.random() < 0.3
    truths = [draw_truth(Random(seed), edition, empties=empties, shape=shape) for shape in ("all zero", "")]
    other = draw_truth(Random(seed + 1), edition, empties=empties)
    held = []
    for truth in (*truths, replace(truths[0], cells=other.cells)):
        sheet = sheet_of(truth)
        for number, mutation in enumerate(chosen):
            sheet = mutation(sheet, Random(f"{seed} {number}"))
        held.append(make.render(sheet, Random(seed)))
    return held


def told(data: bytes) -> Report | str:
    try:
        return read(data)
    except Unreadable as error:
        return str(error)


def both_ways(data: bytes) -> tuple[Report | str, Report | str]:
    MEMORY.is_on = True
    with_memory = told(data)
    MEMORY.is_on = False
    return with_memory, told(data)


def assert_alike(data: bytes) -> None:
    with_memory, without = both_ways(data)
    assert with_memory == without
    if isinstance(with_memory, Report) and isinstance(without, Report):  # equality ignores proofs
        assert [cell.proof for cell in with_memory.cells.values()] == [cell.proof for cell in without.cells.values()]


@settings(deadline=None, max_examples=8, phases=(Phase.explicit, Phase.generate), database=None)
@given(make=st.sampled_from(MOULDED), seed=SEEDS)
def test_with_memory_and_without_it_every_cell_state_proof_and_place_is_the_same(make: Make, seed: int) -> None:
    for data in documents(make, seed):
        assert_alike(data)


def pages(count: int, *, seed: int = 0) -> list[bytes]:
    """Pages of one template and year that differ in their figures."""
    truth = draw_truth(Random(seed), 2021)
    cells = (draw_truth(Random(f"{seed} {number}"), 2021).cells for number in range(count))
    return [plain_page(sheet_of(replace(truth, cells=held)), Random(seed)) for held in cells]


def test_pages_of_one_template_are_aligned_once() -> None:
    for page in pages(5):
        assert read(page).status is Status.VERIFIED
    assert (MEMORY.asked, MEMORY.poured, len(MEMORY)) == (5, 4, 1)


def test_what_is_switched_off_remembers_nothing() -> None:
    MEMORY.is_on = False
    for page in pages(2):
        read(page)
    assert (MEMORY.poured, len(MEMORY)) == (0, 0)


def test_the_memory_is_bounded_and_forgets_what_was_not_needed_for_the_longest_time() -> None:
    memory = ShapeMemory(most=2)
    mould = Mould(form_of(2021), (), {}, 0, broken=False, units={})
    memory.keep((1,), mould)
    memory.keep((2,), mould)
    assert memory.recall((1,), []) is not None
    memory.keep((3,), mould)
    assert [memory.recall((number,), []) is not None for number in (1, 2, 3)] == [True, False, True]


def test_a_year_that_stands_in_a_head_as_a_number_alone_is_no_figure_that_may_differ() -> None:
    page = pages(1)[0].decode()
    assert "本年制发件数" in page
    for head in ("2021", "2019", "2021"):
        assert_alike(page.replace("本年制发件数", head).encode())


def test_the_trace_of_a_poured_alignment_is_that_of_its_own_document() -> None:
    first, second = (read_document(page) for page in pages(2))
    align(first.blocks, 2021)
    poured = align(second.blocks, 2021)
    assert MEMORY.poured == 1
    assert poured.trace is poured.trace
    assert poured.trace.stream == tokenize(second.blocks)


@pytest.mark.parametrize(
    "grid",
    [
        expand(1, [[SpannedCell("一")]]),
        expand(1, [[SpannedCell("5", shows=Why.SHOWS_PICTURE)]]),
        Grid(1, ((GridCell("5", 0, 0, confidence=0.9),),)),
    ],
    ids=["one or a dash", "a picture", "OCR"],
)
def test_a_form_with_a_cell_in_doubt_has_no_shape(grid: Grid) -> None:
    assert shape_of([Paragraph("甲", 1), grid], 2021) is None


def test_a_shape_is_all_but_the_figures() -> None:
    def shape(*rows: str) -> object:
        return shape_of([expand(3, [[SpannedCell(text) for text in row.split("|")] for row in rows])], 2021)

    assert shape("甲|5|") == shape("甲|12,345|")
    differing = ["甲|5|", "甲|-|", "甲||5", "甲|暂缺|", "乙|5|", "甲|5"]
    assert len({shape(row) for row in differing} | {shape("甲", "5|")}) == len(differing) + 1
