"""Amounts of money in one unit, whatever unit stands in the cell or in the head of its column."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from parsers.alignment.tokens import Stream
from parsers.characters.folding import label_key
from parsers.document.reasons import Reason, Why
from parsers.document.values import (
    AMOUNT_UNITS,
    CHANGE,
    CURRENCY,
    SHORT_UNITS,
    WANYUAN,
    YUAN_SIGN,
    CellValue,
    State,
    leading_number,
    to_wanyuan,
)
from parsers.form.model import Column, Form, Row

_UNITS = "|".join(sorted(AMOUNT_UNITS, key=len, reverse=True))
# Nothing of a second unit (万元/元), nor of another currency (万美元), may follow.
_UNIT = re.compile(
    rf"(?:(?:计量|货币|金额)?单位)?[为是以按]?(?:人民币|RMB|CNY)?(?P<unit>{_UNITS})"
    r"(?![百千万亿元或以多余美港日欧英澳韩加]|新台|台币|卢布)"
)
_SIGN = re.compile(r"(?P<yuan>[¥￥])|[$€£＄]")
_MONEY = re.compile("单位|[元币圆]|美金|[A-Za-z]")
_MONEY_OF_CELLS = frozenset({*AMOUNT_UNITS, CURRENCY, YUAN_SIGN}) - SHORT_UNITS
# The unit of a head that names one which is not known, or several.
_UNKNOWN = "?"


def printed_units(form: Form, stream: Stream) -> dict[str, str | None]:
    """The unit printed for each amount of the form, by its cell's key; None where there is none."""
    return {
        cell: _printed_unit(stream, row, column)
        for row in form.rows
        for cell, column in zip(row.cells, row.columns, strict=True)
        if column.is_amount
    }


def in_units(form: Form, units: Mapping[str, str | None], cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """Amounts in 万元; one whose unit is not understood is uncertain, and one where a count belongs is text.

    ``units`` are those that :func:`printed_units` found.
    """
    converted = dict(cells)
    for row in form.rows:
        for cell, column in zip(row.cells, row.columns, strict=True):
            if column.is_amount:
                converted[cell] = _amount(cells[cell], units[cell])
            else:
                converted[cell] = _count(cells[cell], column)
    return converted


def _count(reading: CellValue, column: Column) -> CellValue:
    """A count, or in a column of changes what more or less there is; money and other changes are text."""
    if reading.unit == CHANGE and column.is_change:
        return replace(reading, unit=None)
    if reading.unit in _MONEY_OF_CELLS:
        return CellValue(None, State.TEXT, reading.raw, Reason(Why.NOT_A_COUNT))
    if reading.unit == CHANGE or reading.unit in SHORT_UNITS:
        return CellValue(None, State.TEXT, reading.raw, Reason(Why.NOT_A_NUMBER))
    return reading


def _amount(reading: CellValue, printed: str | None) -> CellValue:
    """An amount in the cell's own unit, else in the one printed beside its row or over its column."""
    if reading.value is None:
        return _without_value(reading, printed)
    unit = _unit_of(reading, printed)
    if unit == _UNKNOWN and reading.value:
        return _not_understood(reading)
    if unit in (WANYUAN, _UNKNOWN, None):  # nothing is nothing in any unit
        return replace(reading, unit=WANYUAN if unit else None)
    return replace(reading, value=to_wanyuan(reading.value, unit), raw=reading.shown, unit=WANYUAN)


def _unit_of(reading: CellValue, printed: str | None) -> str | None:
    if reading.unit in AMOUNT_UNITS:
        return reading.unit
    if reading.unit == YUAN_SIGN:  # ￥12.5 under 万元 may be either
        return "元" if printed in ("元", None) else _UNKNOWN
    return printed if reading.unit in (None, CURRENCY) else _UNKNOWN


def _without_value(reading: CellValue, printed: str | None) -> CellValue:
    number = leading_number(reading.raw or "") if reading.state is State.TEXT else None
    if number is not None:
        return _not_understood(replace(reading, value=number))
    return replace(reading, unit=WANYUAN if printed and reading.state is not State.ABSENT else None)


def _not_understood(reading: CellValue) -> CellValue:
    reason = Reason(Why.UNKNOWN_UNIT)
    return replace(reading, state=State.UNCERTAIN, raw=reading.shown, unit=None, reason=reason, proof=None)


def _printed_unit(stream: Stream, row: Row, column: Column) -> str | None:
    """The unit that stands in the head or beside the row's label; None where there is none."""
    head = label_key(column.label.split("（")[0])
    units = {*_units_after(head, stream), *(unit for unit in _units_after(row.keys[-1], stream) if unit != _UNKNOWN)}
    return units.pop() if len(units) == 1 else _UNKNOWN if units else None


def _units_after(label: str, stream: Stream) -> Iterator[str]:
    """The units that follow a label wherever it stands, _UNKNOWN for words that should be one."""
    for match in re.finditer(label, stream.text):
        unit = _UNIT.match(stream.text, match.end())
        word = stream.word_at(match.end() - 1)
        rest, sign = stream.text[match.end() : word.end], _SIGN.search(word.text)
        if sign and not (sign["yuan"] and unit):
            yield "元" if sign["yuan"] and not rest else _UNKNOWN
        elif unit:
            yield unit["unit"]
        elif stream.text.startswith("单位", match.end()) or (_MONEY.search(rest) and not re.search(r"\d", rest)):
            yield _UNKNOWN
