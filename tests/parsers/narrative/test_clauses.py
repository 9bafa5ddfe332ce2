"""A paragraph in, sentences; a sentence in, clauses in plain form; a clause in, pieces of one figure each."""

from decimal import Decimal

import pytest

from parsers.document.values import Number
from parsers.narrative.clauses import AMOUNT_UNIT, INEXACT, Piece, aside_clauses, clauses, heading_of, pieces, sentences


def test_a_sentence_ends_with_its_mark() -> None:
    assert list(sentences(" 全年公开12条。收到申请3件！ 均已办结")) == ["全年公开12条。", "收到申请3件！", "均已办结"]
    assert list(sentences("")) == []


@pytest.mark.parametrize(
    ("line", "heading"),
    [
        ("（二）依申请公开情况。全年收到申请3件。", "依申请公开情况"),
        ("二、依申请公开：3件", "依申请公开"),
        ("3.依申请公开 共3件", "依申请公开"),
        ("3.5万元用于改造", None),
        ("全年收到申请3件", None),
    ],
)
def test_what_a_paragraph_is_headed_with(line: str, heading: str | None) -> None:
    assert heading_of(line) == heading


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("全年共收到申请 3 件，均已办结；无复议。", ["全年共收到申请3件", "均已办结", "无复议"]),
        ("（一）公开“政务”信息12条。", ["公开政务信息12条"]),
        ("根据《条例》，收到3件。", ["根据", "收到3件"]),
        ("公开1,362条", ["公开1362条"]),
    ],
)
def test_clauses_in_plain_form(sentence: str, plain: list[str]) -> None:
    assert list(clauses(sentence, 2023)) == plain


@pytest.mark.parametrize(
    ("sentence", "plain"),
    [
        ("2022年收到3件", "上年收到3件"),
        ("2023年度收到3件", "本年收到3件"),
        ("结转2024年1件", "结转下年1件"),
        ("去年收到3件", "上年收到3件"),
        ("结转下一年度1件", "结转下年1件"),
        ("2019年收到3件", "2019年收到3件"),
        ("2023年1月1日至12月31日收到3件", "本年收到3件"),
    ],
)
def test_years_are_as_seen_from_the_reports_own(sentence: str, plain: str) -> None:
    assert list(clauses(sentence, 2023)) == [plain]


def test_years_stay_where_the_reports_own_is_not_known() -> None:
    assert list(clauses("2022年收到3件", None)) == ["2022年收到3件"]


def test_what_stands_in_brackets_belongs_to_the_figure_before_it() -> None:
    (clause,) = clauses("收到3件（网上2件，当面1件）、办结2件", 2023)
    assert list(pieces(clause)) == [
        Piece("收到#", 3, asides=("网上2件，当面1件",)),
        Piece("办结#", 2),
    ]
    assert list(aside_clauses("网上2件，当面1件")) == ["网上2件", "当面1件"]


def test_figures_may_stand_before_their_words() -> None:
    assert [piece.text for piece in pieces("其中6件予以公开、1件部分公开")] == ["其中#予以公开", "#部分公开"]
    assert [piece.text for piece in pieces("行政复议、行政诉讼0件")] == ["行政复议、行政诉讼#"]


def test_an_endless_clause_is_left_out() -> None:
    assert list(clauses("甲" * 121 + "，收到3件", 2023)) == ["收到3件"]


@pytest.mark.parametrize(
    ("clause", "text", "value"),
    [
        ("收到申请3件", "收到申请#", 3),
        ("收到申请十二件", "收到申请#", 12),
        ("收到申请一百零二件", "收到申请#", 102),
        ("收到申请两千三百四十五件", "收到申请#", 2345),
        ("收到申请0", "收到申请#", 0),
        ("收到申请零", "收到申请#", 0),
    ],
)
def test_a_count_has_its_mark(clause: str, text: str, value: Number) -> None:
    assert list(pieces(clause)) == [Piece(text, value)]


@pytest.mark.parametrize(
    ("clause", "value"), [("收费0.5万元", "0.5"), ("收费3200元", "0.32"), ("收费1.2亿元", "12000")]
)
def test_an_amount_is_in_wanyuan(clause: str, value: str) -> None:
    assert list(pieces(clause)) == [Piece("收费¥", Decimal(value), AMOUNT_UNIT)]


@pytest.mark.parametrize(
    "clause", ["收到申请约20件", "收到申请20余件", "收到申请20件以上", "收到申请近百件", "收到第3件"]
)
def test_a_figure_that_is_not_exact_has_no_value(clause: str) -> None:
    (piece,) = pieces(clause)
    assert INEXACT in piece.text
    assert piece.value is None


def test_a_number_without_a_unit_is_no_figure() -> None:
    assert list(pieces("平台12345上线")) == [Piece("平台12345上线")]


def test_each_figure_has_a_piece_of_its_own_and_the_last_keeps_the_rest() -> None:
    assert list(pieces("收到3件、办结2件完毕")) == [Piece("收到#", 3), Piece("办结#完毕", 2)]
