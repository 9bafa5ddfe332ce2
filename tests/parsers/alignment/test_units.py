"""Amounts in 万元: the unit of the cell, of the head, or of neither."""

from decimal import Decimal

import pytest

from parsers.alignment.tokens import tokenize
from parsers.alignment.units import in_units, printed_units
from parsers.document.model import Paragraph
from parsers.document.reasons import Reason, Why
from parsers.document.values import CHANGE, CellValue, Number, State, read_value
from parsers.form.model import form_of

ABSENT = CellValue(None, State.ABSENT)
FEE = "disclosure/administrative_fees/fee_amount"
PURCHASE = "disclosure/central_procurement/procurement_amount"


def amount(head: str, cell: str, edition: int = 2021) -> CellValue:
    """What a cell says under a head; text that is no value is text."""
    form, key = form_of(edition), FEE if edition == 2021 else PURCHASE
    value = read_value(cell) or CellValue(None, State.TEXT, cell, Reason(Why.NOT_A_NUMBER))
    cells = {**dict.fromkeys(form.cells, ABSENT), key: value}
    return in_units(form, printed_units(form, tokenize([Paragraph(head, 1)])), cells)[key]


@pytest.mark.parametrize(
    ("head", "cell", "value"),
    [
        ("本年收费金额（单位：万元）", "12.5", Decimal("12.5")),
        ("本年收费金额（单位：元）", "125000", Decimal("12.5")),
        ("本年收费金额（单位：千元）", "125", Decimal("12.5")),
        ("本年收费金额（千元）", "125", Decimal("12.5")),
        ("本年收费金额（单位：百元）", "1250", Decimal("12.5")),
        ("本年收费金额（单位：十万元）", "12.5", 125),
        ("本年收费金额（单位：百万元）", "12.5", 1250),
        ("本年收费金额（单位：千万元）", "12.5", 12500),
        ("本年收费金额（单位：亿元）", "0.5", 5000),
        ("本年收费金额（单位：万）", "12.5", Decimal("12.5")),
        ("本年收费金额（单位：萬元）", "12.5", Decimal("12.5")),
        ("本年收费金额（单位：人民币元）", "125000", Decimal("12.5")),
        ("本年收费金额（单位：万元人民币）", "12.5", Decimal("12.5")),
        ("本年收费金额（RMB：元）", "125000", Decimal("12.5")),
        ("本年收费金额（￥）", "125000", Decimal("12.5")),
        ("本年收费金额（￥万元）", "12.5", Decimal("12.5")),
        ("本年收费金额（计量单位：千元）", "125", Decimal("12.5")),
        ("本年收费金额（以千元为单位）", "125", Decimal("12.5")),
        ("本年收费金额（按千元计）", "125", Decimal("12.5")),
        ("本年收费金额（单位：万元，保留4位小数）", "12.5000", Decimal("12.5")),
        ("本年收费金额 （单位： 千元）", "125", Decimal("12.5")),
        ("本年收费金额 行政事业性收费（千元）", "125", Decimal("12.5")),
        ("本年收费金额（单位：元）", "12.5万元", Decimal("12.5")),
        ("本年收费金额（单位：元）", "12.5万", Decimal("12.5")),
        ("本年收费金额（单位：万元）", "125000元", Decimal("12.5")),
        ("本年收费金额（单位：万元）", "人民币125,000元整", Decimal("12.5")),
        ("本年收费金额（单位：万元）", "人民币12.5", Decimal("12.5")),
        ("本年收费金额（单位：元）", "￥125,000.00", Decimal("12.5")),
        ("本年收费金额", "￥125,000.00", Decimal("12.5")),
        ("本年收费金额（单位：美元）", "12.5万元", Decimal("12.5")),
        ("本年收费金额（单位：美元）", "0", 0),
        ("本年收费金额（单位：万元）", "0件", 0),
    ],
)
def test_amounts_are_in_wanyuan(head: str, cell: str, value: Number) -> None:
    read = amount(head, cell)
    assert (read.value, read.state, read.unit) == (value, State.PRINTED, "万元")


@pytest.mark.parametrize(
    ("head", "cell", "value"),
    [
        ("本年收费金额（单位：美元）", "12.5", Decimal("12.5")),
        ("本年收费金额（单位：万美元）", "12.5", Decimal("12.5")),
        ("本年收费金额（万港元）", "12.5", Decimal("12.5")),
        ("本年收费金额（$）", "12.5", Decimal("12.5")),
        ("本年收费金额（$万）", "12.5", Decimal("12.5")),
        ("本年收费金额（单位：件）", "12", 12),
        ("本年收费金额（单位：万元/元）", "12", 12),
        ("本年收费金额（单位：万元或元）", "12", 12),
        ("本年收费金额（万元） 本年收费金额（元）", "12", 12),
        ("本年收费金额（万元） 行政事业性收费（元）", "12", 12),
        ("本年收费金额（单位：万元）", "￥125000", 125000),
        ("本年收费金额（单位：万元）", "12件", 12),
        ("本年收费金额（单位：万元）", "12.5美元", Decimal("12.5")),
        ("本年收费金额（单位：万元）", "US$12.5", Decimal("12.5")),
        ("本年收费金额（单位：万元）", "3w", 3),
        ("本年收费金额（单位：万元）", "12.5万元（含税）", Decimal("12.5")),
        ("本年收费金额（单位：万元）", "减3", -3),
    ],
)
def test_an_amount_whose_unit_is_not_understood_is_uncertain_and_kept_as_printed(
    head: str, cell: str, value: Number
) -> None:
    read = amount(head, cell)
    assert (read.value, read.state, read.unit, read.raw) == (value, State.UNCERTAIN, None, cell)
    assert read.reason == Reason(Why.UNKNOWN_UNIT)


@pytest.mark.parametrize("cell", ["1 3", "10²", "①", "约12", "12%", "2021年", "12万5千元", "详见附件1"])
def test_what_is_no_amount_stays_text(cell: str) -> None:
    assert (amount("本年收费金额（单位：万元）", cell).state, amount("本年收费金额", cell).value) == (State.TEXT, None)


@pytest.mark.parametrize("head", ["采购总金额", "采购总金额120万元", "政府集中采购项目3个"])
def test_words_around_that_are_no_heads_give_no_unit(head: str) -> None:
    read = amount(head, "12.5", 2019)
    assert (read.value, read.state, read.unit) == (Decimal("12.5"), State.PRINTED, None)


@pytest.mark.parametrize(
    ("key", "cell", "value", "state"),
    [
        ("disclosure/licensing/change", "减3", -3, State.PRINTED),
        ("disclosure/licensing/change", "+3", 3, State.PRINTED),
        ("disclosure/licensing/change", "−3", -3, State.PRINTED),
        ("disclosure/licensing/change", "▲3", None, State.UNCERTAIN),
        ("disclosure/licensing/decisions", "减3", None, State.TEXT),
        ("disclosure/licensing/decisions", "▲3", None, State.TEXT),
        ("disclosure/licensing/decisions", "3万元", None, State.TEXT),
        ("disclosure/licensing/decisions", "￥3", None, State.TEXT),
        ("disclosure/licensing/decisions", "3万", None, State.TEXT),
        ("disclosure/licensing/decisions", "3件", 3, State.PRINTED),
        ("applications/received/total", "增3", None, State.TEXT),
    ],
)
def test_changes_are_numbers_only_in_their_column(key: str, cell: str, value: Number | None, state: State) -> None:
    form, reading = form_of(2019), read_value(cell)
    assert reading is not None
    cells = in_units(form, printed_units(form, tokenize([])), {**dict.fromkeys(form.cells, ABSENT), key: reading})
    assert (cells[key].value, cells[key].state) == (value, state)
    assert cells[key].unit != CHANGE
    assert (state is State.PRINTED) == (cells[key].reason is None)
