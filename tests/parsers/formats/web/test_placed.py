"""Texts whose places alone say which rows and columns they stand in."""

import pytest

from parsers.formats.web.placed import PlacedText, tables_and_lines, text_width


def at(left: float, top: float, text: str, *, boxed: bool = False) -> PlacedText:
    return PlacedText(text, left, top, left + text_width(text, 16), 16, boxed)


def test_an_ideograph_is_as_wide_as_two_digits() -> None:
    assert text_width("公开12", 16) == 48


def test_values_below_each_other_are_columns() -> None:
    texts = [at(0, 0, "甲"), at(100, 0, "1"), at(200, 0, "20"), at(0, 30, "乙"), at(100, 30, "3"), at(200, 30, "4")]
    assert list(tables_and_lines(texts)) == [[("甲", "1", "20"), ("乙", "3", "4")]]


def test_a_place_without_a_value_is_none() -> None:
    texts = [at(0, 0, "甲"), at(100, 0, "1"), at(200, 0, "2"), at(0, 30, "乙"), at(200, 30, "4")]
    assert list(tables_and_lines(texts)) == [[("甲", "1", "2"), ("乙", None, "4")]]


def test_a_value_under_no_column_begins_another_table() -> None:
    texts = [at(0, 0, "甲"), at(100, 0, "1"), at(0, 30, "乙"), at(150, 30, "2")]
    assert list(tables_and_lines(texts)) == [[("甲", "1")], [("乙", "2")]]


def test_a_column_that_is_left_empty_is_known_by_its_head() -> None:
    texts = [at(100, 0, "本年"), at(200, 0, "上年"), at(0, 30, "甲"), at(200, 30, "2")]
    assert list(tables_and_lines(texts)) == [[(None, "本年", "上年"), ("甲", None, "2")]]


def test_the_label_of_a_group_beside_labels_is_no_empty_column() -> None:
    texts = [at(0, 0, "丙组"), at(80, 0, "丁组"), at(150, 30, "甲"), at(200, 30, "1")]
    assert list(tables_and_lines(texts)) == [[("丙组", "丁组", None), (None, "甲", "1")]]


def test_a_label_that_is_wrapped_around_its_values_is_one_label() -> None:
    texts = [at(0, 0, "甲"), at(100, 0, "1"), at(200, 0, "2")]
    texts += [at(0, 30, "行政"), at(100, 40, "3"), at(200, 40, "4"), at(0, 50, "许可")]
    texts += [at(0, 80, "乙"), at(100, 80, "5"), at(200, 80, "6")]
    assert list(tables_and_lines(texts)) == [[("甲", "1", "2"), ("行政许可", "3", "4"), ("乙", "5", "6")]]


def test_texts_that_touch_are_one_unless_they_are_boxes() -> None:
    words = [at(0, 0, "全年"), at(32, 0, "共收到")]
    assert list(tables_and_lines(words)) == ["全年共收到"]
    numbers = [at(0, 0, "12"), at(16, 0, "34")]
    assert list(tables_and_lines(numbers)) == ["12 34"]  # One number cut in two, or two: nobody can tell.
    boxes = [at(0, 0, "甲"), at(16, 0, "1", boxed=True), at(24, 0, "2", boxed=True)]
    assert list(tables_and_lines(boxes)) == [[("甲", "1", "2")]]


def test_a_chapters_heading_ends_a_table() -> None:
    texts = [at(0, 0, "甲"), at(100, 0, "1"), at(0, 30, "三、申请情况"), at(0, 60, "乙"), at(100, 60, "2")]
    assert list(tables_and_lines(texts)) == [[("甲", "1")], "三、申请情况", [("乙", "2")]]


@pytest.mark.parametrize(("gap", "line"), [(5.0, "全年共"), (6.0, "全年 共")])
def test_texts_a_third_of_a_letter_apart_touch(gap: float, line: str) -> None:
    assert list(tables_and_lines([at(0, 0, "全年"), at(32 + gap, 0, "共")])) == [line]


@pytest.mark.parametrize(("lower", "count"), [(6.0, 1), (7.0, 2)])
def test_texts_a_third_of_a_letter_lower_stand_on_the_same_line(lower: float, count: int) -> None:
    assert len(list(tables_and_lines([at(0, 0, "全年"), at(100, lower, "共收到")]))) == count
