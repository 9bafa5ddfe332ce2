from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.characters.numerals import NUMERALS
from parsers.document.reasons import Reason, Why
from parsers.document.values import AMOUNT_UNITS, CHANGE, State, read_value, to_wanyuan


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
        ("1\u2009362", 1362, "1\u2009362"),
        ("12\u202f345\u202f678", 12345678, "12\u202f345\u202f678"),
        ("1'362", 1362, "1'362"),
        ("1’362", 1362, "1’362"),
        ("1.362", Decimal("1.362"), None),
        ("１，３６２", 1362, "１，３６２"),
        ("三", 3, "三"),
        ("〇", 0, "〇"),
        ("十", 10, "十"),
        ("十五", 15, "十五"),
        ("二十", 20, "二十"),
        ("二十三", 23, "二十三"),
        ("九十九", 99, "九十九"),
        ("二三", 23, "二三"),
        ("一〇五", 105, "一〇五"),
        ("一二零", 120, "一二零"),
        ("三件", 3, "三件"),
        ("一件", 1, "一件"),
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


@pytest.mark.parametrize("raw", ["/", "-", "—", "——", "－", "无", "無", "不适用", "不適用", "\\"])
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
    "raw",
    [
        *("①", "10²", "1 3", "1\n3", "详见附件", "2/5", "1.", "第3", "2021年", "1,36", "3％", "9" * 13),
        *(
            "1\u200936",
            "1\u20093624",
            "1'36",
            "1,362'000",
            "1 362",
            "二三件",
            "一百二十",
            "二十十",
            "两",
            "持平",
            "不变",
        ),
        *("增", "增12减3", "增长12%", "增加", "约12", "12.5美元", "12万5千元", "12整", "12.5)", "()", "人民币", "10余"),
    ],
)
def test_what_is_no_number_is_not_made_one(raw: str) -> None:
    assert read_value(raw) is None


@pytest.mark.parametrize(
    ("value", "unit", "wanyuan"), [(251000, "元", Decimal("25.1")), (3, "亿元", 30000), (7, "万元", 7)]
)
def test_amounts_in_wanyuan(value: int, unit: str, wanyuan: int | Decimal) -> None:
    assert to_wanyuan(value, unit) == wanyuan


@pytest.mark.parametrize(
    ("raw", "value", "unit"),
    [
        ("12.5万元", Decimal("12.5"), "万元"),
        ("12.5 万 元", Decimal("12.5"), "万元"),
        ("12.5萬元", Decimal("12.5"), "万元"),
        ("12.5万元整", Decimal("12.5"), "万元"),
        ("12.5（万元）", Decimal("12.5"), "万元"),
        ("12.5万", Decimal("12.5"), "万"),
        ("3亿", 3, "亿"),
        ("3億元", 3, "亿元"),
        ("3百万元", 3, "百万元"),
        ("3佰万元", 3, "百万元"),
        ("125000元整", 125000, "元"),
        ("125,000.00元", 125000, "元"),
        ("125000圆", 125000, "元"),
        ("125仟元", 125, "千元"),
        ("人民币125000元", 125000, "元"),
        ("人民币：12.5万元", Decimal("12.5"), "万元"),
        ("12.5万元人民币", Decimal("12.5"), "万元"),
        ("12.5万元（人民币）", Decimal("12.5"), "万元"),
        ("RMB 12.5万元", Decimal("12.5"), "万元"),
        ("￥125,000元", 125000, "元"),
        ("￥125000", 125000, "¥"),
        ("¥12.5", Decimal("12.5"), "¥"),
        ("人民币12.5", Decimal("12.5"), "人民币"),
    ],
)
def test_amounts_say_their_unit(raw: str, value: int | Decimal, unit: str) -> None:
    reading = read_value(raw)
    assert reading is not None
    assert (reading.value, reading.state, reading.unit, reading.raw) == (value, State.PRINTED, unit, raw)


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("减3", -3),
        ("減3", -3),
        ("减少3", -3),
        ("减少了3", -3),
        ("下降3件", -3),
        ("↓3", -3),
        ("▼3", -3),
        ("3↓", -3),
        ("增12", 12),
        ("增 12", 12),
        ("增加12", 12),
        ("增加：12", 12),
        ("新增1,362项", 1362),
        ("上升12", 12),
        ("↑12", 12),
        ("12↑", 12),
        ("较上年增加12", 12),
        ("同比减少12件", -12),
        ("减0", 0),
    ],
)
def test_changes_in_words_have_their_sign(raw: str, value: int) -> None:
    reading = read_value(raw)
    assert reading is not None
    assert (reading.value, reading.state, reading.unit, reading.raw) == (value, State.PRINTED, CHANGE, raw)


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        ("▲12", Why.EITHER_SIGN),
        ("△3", Why.EITHER_SIGN),
        ("±3", Why.EITHER_SIGN),
        ("一", Why.ONE_OR_DASH),
        ("一一", Why.ONE_OR_DASH),
        ("—一", Why.ONE_OR_DASH),
    ],
)
def test_what_may_be_read_in_two_ways_is_uncertain(raw: str, why: Why) -> None:
    reading = read_value(raw)
    assert reading is not None
    assert (reading.value, reading.state, reading.raw, reading.reason) == (None, State.UNCERTAIN, raw, Reason(why))


@given(st.integers(0, 10**12 - 1), st.sampled_from([",", "，", "'", "’", "\u2009", "\u202f"]))
def test_any_separator_of_thousands_leaves_the_number(number: int, separator: str) -> None:
    reading = read_value(f"{number:,}".replace(",", separator))
    assert reading is not None
    assert (reading.value, reading.state) == (number, State.PRINTED)


@given(st.integers(2, 99))
def test_numerals_below_a_hundred(number: int) -> None:
    tens, ones = divmod(number, 10)
    written = ("" if tens < 2 else NUMERALS[tens]) + "十" * bool(tens) + NUMERALS[ones] * bool(ones or not tens)
    reading = read_value(written)
    assert reading is not None
    assert (reading.value, reading.state, reading.raw) == (number, State.PRINTED, written)


@given(st.integers(10, 999999).map(str).filter(lambda digits: set(digits) != {"1"}))
def test_numerals_digit_by_digit(digits: str) -> None:
    reading = read_value("".join(NUMERALS[int(digit)] for digit in digits))
    assert reading is not None
    assert reading.value == int(digits)


@given(st.text("0123456789一二三十〇零,.'’\u2009 +-−增减少加↑▲元万亿百千人民币￥¥（）件/—无", max_size=9))
def test_whatever_is_read_has_a_reason_a_raw_text_or_is_the_number_itself(text: str) -> None:
    reading = read_value(text)
    if reading is None or reading.state in (State.BLANK, State.DASH):
        return
    assert (reading.state is State.UNCERTAIN) == (reading.reason is not None)
    assert reading.raw is not None or str(reading.value) == "".join(text.split())


@given(st.decimals(0, 10**9, places=4), st.sampled_from(sorted(AMOUNT_UNITS)))
def test_amounts_are_converted_exactly(value: Decimal, unit: str) -> None:
    assert to_wanyuan(value, unit) == value * AMOUNT_UNITS[unit]
