"""Ruled lines in, frames and the areas that they part out."""

import pytest

from parsers.document.model import TooLarge
from parsers.formats.paged.page import Rectangle, is_thin, rules_of_path
from parsers.formats.paged.rules import Frame, areas, extents, frames_of
from tests.parsers.formats.paged.drawing import across, down, grid

XS, YS = (100.0, 200.0, 300.0), (100.0, 120.0, 140.0, 160.0)


def only(rules: list[Rectangle]) -> Frame:
    (frame,) = frames_of(rules)
    return frame


def cells(frame: Frame) -> list[tuple[int, int, int, int]]:
    """First row and column, last row and column of each area."""
    return sorted(extents(areas(frame), len(frame.xs) - 1).values())


def test_a_table_is_what_crossing_rules_make() -> None:
    frame = only(grid(XS, YS))
    assert (frame.xs, frame.ys) == (XS, YS)
    assert cells(frame) == [(row, column, row, column) for row in range(3) for column in range(2)]


def test_where_no_rule_runs_a_cell_spans() -> None:
    rules = [rule for rule in grid(XS, YS) if rule not in (down(200, 100, 160), across(140, 100, 300))]
    rules += [down(200, 120, 160), across(140, 200, 300)]
    assert cells(only(rules)) == [(0, 0, 0, 1), (1, 0, 2, 0), (1, 1, 1, 1), (2, 1, 2, 1)]


def test_borders_drawn_twice_are_one() -> None:
    frame = only([*grid(XS, YS), *grid([x + 1 for x in XS], [y + 1 for y in YS])])
    assert (len(frame.xs), len(frame.ys)) == (3, 4)


def test_borders_drawn_cell_by_cell_are_whole() -> None:
    rules = [across(y, x + 0.5, x + 99.5) for y in YS for x in XS[:-1]]
    rules += [down(x, y + 0.5, y + 19.5) for x in XS for y in YS[:-1]]
    frame = only(rules)
    assert len(cells(frame)) == 6


def test_tables_apart_are_frames_of_their_own_the_smaller_first() -> None:
    large, small = grid(XS, YS), grid((100, 150, 200), (400, 420))
    assert [frame.ys for frame in frames_of([*large, *small])] == [(400, 420), YS]


@pytest.mark.parametrize(
    "rules",
    [
        [across(100, 50, 500)],
        [across(100, 50, 500), across(700, 50, 500)],
        grid((100, 300), (100, 160)),
        grid((100, 102), (100, 102)),
        [],
    ],
    ids=["a line", "two lines", "a box", "a dot", "nothing"],
)
def test_what_parts_nothing_is_no_table(rules: list[Rectangle]) -> None:
    assert frames_of(rules) == []


def test_an_edge_that_was_left_out_at_a_page_break_is_added() -> None:
    rules = [across(y, 100, 300) for y in YS[:-1]] + [down(x, 100, 160) for x in XS]
    assert only(rules).ys == YS


def test_sides_that_were_left_open_are_added() -> None:
    rules = [across(y, 100, 300) for y in YS] + [down(200, 100, 160)]
    assert only(rules).xs == XS


def test_too_many_tables_are_refused() -> None:
    rules = [rule for n in range(1001) for rule in grid((0, 20, 40), (n * 30, n * 30 + 15))]
    with pytest.raises(TooLarge):
        frames_of(rules)


def test_lines_are_thin_shapes_and_the_edges_of_drawn_ones() -> None:
    box = [(0.0, 0.0), (50.0, 0.0), (50.0, 20.0), (0.0, 20.0), (0.0, 0.0)]
    assert len(list(rules_of_path([box], stroked=True))) == 4
    assert list(rules_of_path([box], stroked=False)) == []
    line = [(0.0, 0.0), (50.0, 0.0), (50.0, 1.0), (0.0, 1.0)]
    assert list(rules_of_path([line], stroked=False)) == [Rectangle(0, 0, 50, 1)]
    assert [is_thin(Rectangle(0, 0, 2, 2)), is_thin(Rectangle(0, 0, 2, 90)), is_thin(Rectangle(0, 0, 9, 9))] == [
        False,
        True,
        False,
    ]
