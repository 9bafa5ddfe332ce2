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


@pytest.mark.parametrize(("gap", "columns"), [(3.9, 3), (4.1, 4)])
def test_rules_up_to_4_points_apart_are_one_and_farther_apart_a_narrow_column(gap: float, columns: int) -> None:
    assert len(only([*grid(XS, YS), down(200 + gap, 100, 160)]).xs) == columns


@pytest.mark.parametrize(("gap", "tables"), [(4.0, 1), (5.0, 0)])
def test_rules_that_miss_each_other_by_less_than_4_and_a_half_points_touch(gap: float, tables: int) -> None:
    rules = [across(100, 100, 300), across(160, 100, 300), *(down(x, 100 + gap, 160 - gap) for x in XS)]
    assert len(frames_of(rules)) == tables


@pytest.mark.parametrize(("overshoot", "columns"), [(6.0, 2), (8.0, 3)])
def test_rules_that_run_past_the_outermost_one_by_7_points_show_an_edge(overshoot: float, columns: int) -> None:
    rules = [*(across(y, 100, 200 + overshoot) for y in YS), *(down(x, 100, 160) for x in (100, 200))]
    assert len(only(rules).xs) == columns


@pytest.mark.parametrize(("share", "count"), [(0.55, 1), (0.65, 2)])
def test_a_rule_parts_two_cells_if_it_runs_along_most_of_their_edge(share: float, count: int) -> None:
    rules = [*grid((100, 300), (100, 150, 200)), down(200, 100, 100 + 50 * share)]
    assert len(set(areas(only(rules))[:2])) == count


def test_beside_a_row_that_is_too_short_there_is_no_cell() -> None:
    frame = only([*grid((100, 200, 300), (100, 120)), *grid((100, 200), (120, 140)), across(140, 200, 300)])
    assert frame.is_shut(0, 1, Rectangle(100, 120, 200, 140))
    assert not frame.is_shut(1, 2, Rectangle(200, 120, 300, 140))


def test_a_page_of_too_many_crossings_is_refused() -> None:
    places = [5.0 * n for n in range(2_100)]
    with pytest.raises(TooLarge, match="more ruled lines"):
        frames_of(grid(places, places))
