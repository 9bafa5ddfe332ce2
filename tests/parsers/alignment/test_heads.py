"""Which column of the form each printed head names."""

from collections.abc import Sequence

import pytest

from parsers.alignment.heads import Head, head_of, heads_in_order, match_heads
from parsers.form.model import form_of

ROWS = {row.code: row for form in (form_of(2019), form_of(2021)) for row in form.rows}
ISSUED = ROWS["regulations"].columns
APPLICANTS = ROWS["received"].columns
DISPUTES = ROWS["disputes"].columns
LICENSING_2019 = ROWS["other_services"].columns


def matched(heads: Sequence[str | tuple[str, ...]], columns: object = ISSUED, year: int | None = 2023) -> list[object]:
    return list(match_heads([Head((head,) if isinstance(head, str) else head) for head in heads], columns, year))


def test_heads_name_columns_in_any_order() -> None:
    assert matched(["本年制发件数", "本年废止件数", "现行有效件数"]) == [0, 1, 2]
    assert matched(["现行有效件数", "本年制发件数", "本年废止件数"]) == [2, 0, 1]


def test_a_head_that_is_missing_leaves_the_others_where_they_are() -> None:
    assert matched(["本年废止件数", "现行有效件数"]) == [1, 2]


def test_a_head_that_the_form_does_not_have_names_none() -> None:
    assert matched(["本年制发件数", "责任科室", "本年废止件数", "现行有效件数"]) == [0, None, 1, 2]
    assert matched([(), "本年制发件数"]) == [None, 0]


def test_a_head_may_lack_the_words_for_this_year_or_name_it() -> None:
    assert matched(["制发件数", "2023年废止件数", "现行有效件数"]) == [0, 1, 2]


@pytest.mark.parametrize("other", ["上年制发件数", "2022年制发件数", "制发件数同比增减"])
def test_a_head_of_another_year_names_none(other: str) -> None:
    assert matched([other, "本年制发件数", "本年废止件数", "现行有效件数"]) == [None, 0, 1, 2]


def test_a_head_of_another_year_may_be_a_column_of_the_form() -> None:
    assert matched(["上一年项目数量", "本年增/减", "处理决定数量"], LICENSING_2019, 2019) == [0, 1, 2]


def test_the_year_that_is_not_known_is_the_latest_of_the_heads() -> None:
    assert matched(["2022年制发件数", "2023年制发件数"], year=None) == [None, 0]


def test_a_worn_head_names_the_column_that_it_is_most_like() -> None:
    assert matched(["本年制友件数", "本年废正件数", "现行有效件数"]) == [0, 1, 2]


def test_a_piece_that_is_as_like_several_columns_names_none() -> None:
    assert matched([("行政复议", "结果"), ("行政复议", "结采维持")], DISPUTES) == [None, 0]


def test_the_pieces_of_a_head_that_is_broken_over_cells_are_one_head() -> None:
    assert head_of(["行政复议", "结果维", "持"], DISPUTES) == Head(("行政复议", "结果维持"))
    assert head_of(["行政复议", "总计"], DISPUTES) == Head(("行政复议", "总计"))
    assert head_of([], DISPUTES) == Head(())


def test_a_column_that_two_heads_name_has_none() -> None:
    heads = ["本年制发件数", "本年废止件数", "现行有效件数", "现行有效件数"]
    assert matched(heads) == [0, 1, None, None]


def test_of_columns_with_the_same_label_a_head_names_that_of_its_spanning_head() -> None:
    heads = [("行政复议", "总计"), ("行政诉讼", "复议后起诉", "总计"), ("行政诉讼", "未经复议直接起诉", "总计")]
    found = matched(heads, DISPUTES)
    codes = [DISPUTES[number].code for number in found if isinstance(number, int)]
    assert codes == ["review/total", "suit_after_review/total", "suit_direct/total"]


def test_texts_below_a_spanning_head_stand_where_it_stands() -> None:
    lines = [["自然人", "法人或其他组织", "总计"], ["商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他"]]
    heads = heads_in_order(lines, APPLICANTS)
    assert [head.path[-1] for head in heads] == [
        "自然人",
        "商业企业",
        "科研机构",
        "社会公益组织",
        "法律服务机构",
        "其他",
        "总计",
    ]
    assert heads[1].path == ("法人或其他组织", "商业企业")
