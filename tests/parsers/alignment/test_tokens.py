"""Blocks in, one stream of words and values out."""

from parsers.alignment.tokens import Stream, tokenize
from parsers.document.model import Block, Paragraph, expand
from parsers.document.values import State


def words_and_values(stream: Stream) -> list[str | tuple[object, State]]:
    """Words by their keys, values as pairs."""
    tokens = (token for line in stream.lines for token in line.tokens)
    return [(token.reading.value, token.reading.state) if token.reading else token.key for token in tokens]


def of_lines(*lines: str) -> Stream:
    return tokenize([Paragraph(line, number) for number, line in enumerate(lines, start=1)])


def test_a_line_is_cut_at_white_space_into_words_and_values() -> None:
    assert words_and_values(of_lines("行政许可 12　 / 1,362")) == [
        "行政许可",
        (12, State.PRINTED),
        (None, State.DASH),
        (1362, State.PRINTED),
    ]


def test_a_grid_is_cut_at_its_cells_and_an_empty_cell_is_a_value() -> None:
    grid = expand(1, [[("规章 制度", 1, 1), ("3", 2, 1), ("", 1, 1)]])
    stream = tokenize([grid])
    assert words_and_values(stream) == ["规章制度", (3, State.PRINTED), (None, State.BLANK)]
    assert [(token.column, token.width) for token in stream.lines[0].tokens] == [(0, 1), (1, 2), (3, 1)]


def test_a_cell_that_spans_rows_is_a_token_of_its_first_row_only() -> None:
    stream = tokenize([expand(1, [[("三、办理结果", 1, 2), ("1", 1, 1)], [("2", 1, 1)]])])
    assert [[token.text for token in line.tokens] for line in stream.lines] == [["三、办理结果", "1"], ["2"]]


def test_the_text_is_all_words_without_spaces_punctuation_and_values() -> None:
    blocks: list[Block] = [Paragraph("二、上年 结转：", 1), expand(1, [[("（一）予以公开", 1, 1), ("7", 1, 1)]])]
    stream = tokenize([*blocks, Paragraph("部分公开", 2)])
    assert stream.text == "二上年结转一予以公开部分公开"


def test_offsets_lead_back_to_words_and_their_lines() -> None:
    stream = of_lines("规章 1 行政", "许可 2")
    assert stream.text == "规章行政许可"
    assert [(stream.word_at(at).text, stream.word_at(at).line) for at in (0, 1, 2, 4, 5)] == [
        ("规章", 0),
        ("规章", 0),
        ("行政", 0),
        ("许可", 1),
        ("许可", 1),
    ]
    assert [at for at in range(len(stream.text) + 1) if stream.is_edge(at)] == [0, 2, 4, 6]


def test_a_word_that_means_none_is_a_dash_only_where_nothing_but_values_follows() -> None:
    assert words_and_values(of_lines("行政许可 无 0")) == ["行政许可", (None, State.DASH), (0, State.PRINTED)]
    assert words_and_values(of_lines("无 行政许可")) == ["无", "行政许可"]


def test_a_number_before_a_point_is_an_ordinal() -> None:
    assert words_and_values(of_lines("4 .保护第三方合法权益 0")) == ["4", "保护第三方合法权益", (0, State.PRINTED)]


def test_what_ocr_read_keeps_its_confidence() -> None:
    (line,) = tokenize([Paragraph("规章 7", 1, confidence=0.8)]).lines
    assert [token.reading.confidence for token in line.tokens if token.reading] == [0.8]


def test_a_line_says_what_it_stands_on() -> None:
    grid = expand(1, [[("规章 ", 1, 1), ("3", 1, 1)]])
    row, line = tokenize([grid, Paragraph(" 第　1 页", 1)]).lines
    assert (row.text, line.text) == ("规章\t3", "第 1 页")
    assert (row.grid, line.grid) == (grid, None)
