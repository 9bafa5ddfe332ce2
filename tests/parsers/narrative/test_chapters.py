"""Where chapters begin, and the text that each of them has."""

import pytest

from parsers.document.model import Block, Document, Paragraph, expand
from parsers.form.model import form_of
from parsers.narrative.chapters import (
    chapter_blocks,
    find_headings,
    joined_text,
    outside_chapters,
    plain_text,
    print_width,
)

CHAPTERS = form_of(2021).chapters


def document(*blocks: str | Block) -> Document:
    return Document(
        tuple(Paragraph(one, number) if isinstance(one, str) else one for number, one in enumerate(blocks, start=1)),
        hard_wrapped=False,
    )


def headings(*blocks: str | Block) -> list[tuple[int, int]]:
    """Chapters with the number of the block, from 0, that heads them."""
    return [(heading.chapter, heading.first) for heading in find_headings(document(*blocks), CHAPTERS)]


def test_headings_come_in_the_order_of_the_chapters() -> None:
    assert headings(
        "标题", "一、总体情况", "正文", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"
    ) == [
        (1, 1),
        (2, 3),
        (3, 4),
    ]


@pytest.mark.parametrize(
    ("line", "chapter"),
    [
        ("一、概述", 1),
        ("第二部分 主动公开政府信息情况", 2),
        ("三．收到和处理政府信息公开申请情况", 3),
        ("四 行政复议、行政诉讼情况", 4),
        ("五、存在的主要问题及改进措施", 5),
        ("总体情况", 1),
        ("其他需要报告的事项", 6),
    ],
)
def test_a_heading_may_vary(line: str, chapter: int) -> None:
    assert headings("正文", line) == [(chapter, 1)]


@pytest.mark.parametrize(
    "line",
    [
        "二、主动公开政府信息情况详见下表。",
        "二、主动公开政府信息情况，",
        "二、示例县概貌",
        "七、总体情况",
        "本年度总体情况良好",
        "二、" + "主动公开政府信息情况" * 6,
    ],
)
def test_a_line_that_is_no_heading(line: str) -> None:
    assert headings("正文", line) == []


def test_a_heading_cut_in_two_is_one() -> None:
    (heading,) = find_headings(
        document("正文", "四、因政府信息公开工作被申请行政复议、", "提起行政诉讼情况", "正文"), CHAPTERS
    )
    assert (heading.chapter, heading.first, heading.last) == (4, 1, 2)


def test_a_heading_in_a_table_s_only_cell_counts() -> None:
    table = expand(1, [[("六、其他需要报告的事项", 3, 1)], [("1", 1, 1), ("2", 1, 1), ("3", 1, 1)]])
    assert headings("一、总体情况", table) == [(1, 0), (6, 1)]


def test_the_text_beside_the_last_headings_is_theirs() -> None:
    (heading,) = find_headings(document("六、其他需要报告的事项：无"), CHAPTERS)
    assert (heading.title, heading.text) == ("六、其他需要报告的事项", "无")


def test_a_list_of_contents_heads_nothing() -> None:
    contents = ["一、总体情况", "二、主动公开政府信息情况", "三、收到和处理政府信息公开申请情况"]
    assert headings(*contents, "一、总体情况", "正文", "二、主动公开政府信息情况", "正文")[:2] == [(1, 3), (2, 5)]


def test_each_chapter_has_what_stands_up_to_the_next() -> None:
    made = document("标题", "一、总体情况", "甲", "乙", "二、主动公开政府信息情况", "丙")
    blocks = chapter_blocks(made, find_headings(made, CHAPTERS))
    assert {number: plain_text(some) for number, some in blocks.items()} == {1: "甲\n乙", 2: "丙"}


def test_the_last_chapter_ends_with_the_element_that_holds_the_chapters() -> None:
    made = Document(
        (
            Paragraph("首页 > 公开", 1, path=(1, 1)),
            Paragraph("一、总体情况", 2, path=(1, 2, 1)),
            Paragraph("甲", 3, path=(1, 2, 2)),
            Paragraph("二、主动公开政府信息情况", 4, path=(1, 2, 3)),
            Paragraph("乙", 5, path=(1, 2, 4)),
            Paragraph("版权所有", 6, path=(1, 3)),
        ),
        hard_wrapped=False,
    )
    found = find_headings(made, CHAPTERS)
    assert plain_text(chapter_blocks(made, found)[2]) == "乙"
    assert [number for number, _ in outside_chapters(made, found)] == [0, 5]


def test_where_chapter_one_is_lost_nothing_before_the_chapters_is_outside() -> None:
    made = document("甲", "二、主动公开政府信息情况", "乙")
    assert outside_chapters(made, find_headings(made, CHAPTERS)) == []


def test_a_row_of_a_table_is_a_line_with_tabs() -> None:
    blocks: list[Block] = [Paragraph("  示例　机关 ", 1), Paragraph(" ", 2), expand(1, [[("规章", 1, 1), ("3", 1, 1)]])]
    assert plain_text(blocks) == "示例 机关\n规章\t3"


def test_lines_of_print_are_joined_to_paragraphs() -> None:
    full = "示例县财政局认真贯彻执行条例，"
    lines = [
        Paragraph(line, number)
        for number, line in enumerate([full, "稳步推进各项工作。", "（一）主动公开。", full, "3", "", "按期答复。"])
    ]
    made = Document(tuple(lines), hard_wrapped=True)
    assert print_width(made) == 30
    assert joined_text(lines, 30) == f"{full}稳步推进各项工作。\n（一）主动公开。\n{full}按期答复。"


def test_words_of_latin_letters_keep_a_space_where_they_were_cut() -> None:
    lines = [Paragraph("annual report of", 1), Paragraph("the agency", 2)]
    assert joined_text(lines, 16) == "annual report of the agency"
