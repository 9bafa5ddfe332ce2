"""Characters in, words and lines of print out."""

import pytest

from parsers.formats.paged.page import Glyph
from parsers.formats.paged.words import Word, least_confidence, line_text, lines_of, text_lines, words_of
from tests.parsers.formats.paged.drawing import text


def texts(words: list[Word]) -> list[str]:
    return [word.text for word in words]


def lines(glyphs: list[Glyph]) -> list[str]:
    return [line.text for line in text_lines(1, words_of(glyphs))]


def test_characters_side_by_side_are_a_word_whatever_their_order_in_the_file() -> None:
    glyphs = [*text(100, 50, "行政许可"), *text(200, 50, "34695")]
    assert texts(words_of(glyphs)) == ["行政许可", "34695"]
    assert texts(words_of(glyphs[::-1])) == texts(words_of(glyphs))


def test_a_gap_parts_two_numbers() -> None:
    assert texts(words_of([*text(100, 50, "12"), *text(125, 50, "7")])) == ["12", "7"]
    assert lines([*text(100, 50, "12"), *text(125, 50, "7")]) == ["12 7"]


def test_kerning_parts_none() -> None:
    assert texts(words_of([*text(100, 50, "12"), *text(121, 50, "7")])) == ["127"]


def test_ideographs_a_little_apart_stay_one_word_of_a_line() -> None:
    assert lines([*text(100, 50, "总"), *text(113, 50, "计")]) == ["总计"]
    assert lines([*text(100, 50, "总"), *text(120, 50, "计")]) == ["总 计"]


def test_characters_printed_twice_for_boldness_count_once() -> None:
    assert texts(words_of([*text(100, 50, "11"), *text(100.4, 50, "11")])) == ["11"]


def test_baselines_near_each_other_are_one_line() -> None:
    assert lines([*text(100, 50, "规章"), *text(150, 52, "12")]) == ["规章 12"]
    assert lines([*text(100, 50, "规章"), *text(150, 58, "12")]) == ["规章", "12"]


def test_lines_come_from_top_to_bottom_and_words_from_left_to_right() -> None:
    glyphs = [*text(300, 90, "丁"), *text(100, 90, "丙"), *text(300, 50, "乙"), *text(100, 50, "甲")]
    assert lines(glyphs) == ["甲 乙", "丙 丁"]


def test_blanks_are_no_words() -> None:
    assert words_of([Glyph(" ", 0, 0, 10, 10), Glyph("\u3000", 10, 0, 20, 10)]) == []


def test_a_line_knows_its_box_and_the_least_confidence_of_its_characters() -> None:
    glyphs = [*text(100, 50, "规章", 0.9), *text(200, 50, "7", 0.6)]
    (line,) = text_lines(1, words_of(glyphs))
    assert (line.box, line.top, line.confidence) == ((100, 50, 210, 60), 50, 0.6)
    assert [word for word, _ in line.words] == ["规章", "7"]


def test_text_that_the_file_states_has_no_confidence() -> None:
    assert least_confidence(words_of([*text(100, 50, "7")])) is None


def test_a_line_of_a_cell_has_a_space_where_a_gap_is() -> None:
    (line,) = lines_of(words_of([*text(100, 50, "1."), *text(140, 50, "属于"), *text(163, 50, "国家")]))
    assert line_text(line) == "1. 属于国家"


@pytest.mark.parametrize(("gap", "words"), [(1.1, ["12"]), (1.3, ["1", "2"])])
def test_a_gap_of_more_than_an_eighth_of_the_height_parts_numbers(gap: float, words: list[str]) -> None:
    assert texts(words_of([*text(100, 50, "1"), *text(110 + gap, 50, "2")])) == words


@pytest.mark.parametrize(("gap", "line"), [(4.4, "公开"), (4.6, "公 开")])
def test_a_gap_of_nearly_half_the_height_parts_ideographs(gap: float, line: str) -> None:
    assert lines([*text(100, 50, "公"), *text(110 + gap, 50, "开")]) == [line]


@pytest.mark.parametrize(("lower", "count"), [(2.4, 1), (2.6, 2)])
def test_baselines_up_to_two_and_a_half_points_apart_are_one_line(lower: float, count: int) -> None:
    assert len(lines([*text(100, 50, "1"), *text(200, 50 + lower, "2")])) == count


def test_the_words_of_a_line_have_their_places() -> None:
    (line,) = text_lines(7, words_of([*text(100, 50, "规章"), *text(200, 50, "12"), *text(300, 50, "3")]))
    assert (line.page, line.text) == (7, "规章 12 3")
    assert [(word, box.x0, box.x1) for word, box in line.words] == [
        ("规章", 100, 120),
        ("12", 200, 220),
        ("3", 300, 310),
    ]
