from decimal import Decimal

import pytest

from parsers.document.values import State, read_value, to_wanyuan


@pytest.mark.parametrize(
    ("raw", "value", "kept"),
    [
        ("13", 13, None),
        ("0", 0, None),
        ("007", 7, "007"),
        ("２１", 21, "２１"),
        ("1,362", 1362, "1,362"),
        ("1，362", 1362, "1，362"),
        ("13件", 13, "13件"),
        ("13 件", 13, "13 件"),
        ("21.0", 21, "21.0"),
        ("12.5", Decimal("12.5"), None),
        ("+1036", 1036, "+1036"),
        ("-3", -3, None),
        ("－3", -3, "－3"),
        ("零", 0, "零"),
        ("9" * 12, 999_999_999_999, None),
        ("\u200b8\u00a0", 8, "\u200b8"),
    ],
)
def test_numbers(raw: str, value: int | Decimal, kept: str | None) -> None:
    reading = read_value(raw)
    assert reading is not None
    assert (reading.value, reading.state, reading.raw) == (value, State.PRINTED, kept)


def test_printed_decimals_keep_their_digits() -> None:
    reading = read_value("12.5000")
    assert reading is not None
    assert str(reading.value) == "12.5000"


@pytest.mark.parametrize("raw", ["/", "-", "—", "——", "－", "无", "不适用", "\\"])
def test_dashes_are_neither_zero_nor_blank(raw: str) -> None:
    reading = read_value(raw)
    assert reading is not None
    assert (reading.value, reading.state, reading.raw) == (None, State.DASH, raw)


@pytest.mark.parametrize("raw", ["", "  ", "\u00a0", "\u200b"])
def test_blanks(raw: str) -> None:
    reading = read_value(raw)
    assert reading is not None
    assert reading.state is State.BLANK


@pytest.mark.parametrize(
    "raw", ["①", "10²", "1 3", "1\n3", "详见附件", "2/5", "1.", "第3", "2021年", "1,36", "3％", "9" * 13]
)
def test_what_is_no_number_is_not_made_one(raw: str) -> None:
    assert read_value(raw) is None


@pytest.mark.parametrize(
    ("value", "unit", "wanyuan"), [(251000, "元", Decimal("25.1")), (3, "亿元", 30000), (7, "万元", 7)]
)
def test_amounts_in_wanyuan(value: int, unit: str, wanyuan: int | Decimal) -> None:
    assert to_wanyuan(value, unit) == wanyuan
