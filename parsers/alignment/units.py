"""Amounts of money in one unit, whatever unit stands in the cell or in the head of its column."""

import re
from collections.abc import Mapping
from dataclasses import replace

from parsers.alignment.tokens import Stream
from parsers.characters.folding import label_key
from parsers.document.reasons import Reason, Why
from parsers.document.values import AMOUNT_UNITS, CellValue, State, to_wanyuan
from parsers.form.model import Column, Form

WANYUAN = "万元"


def in_units(form: Form, stream: Stream, cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """Amounts in 万元, whatever unit stands in the cell or the head; an amount where a count belongs is text."""
    converted = dict(cells)
    for row in form.rows:
        for cell, column in zip(row.cells, row.columns, strict=True):
            if column.is_amount:
                converted[cell] = _amount(cells[cell], _head_unit(stream, column))
            elif cells[cell].unit in AMOUNT_UNITS:
                converted[cell] = CellValue(None, State.TEXT, cells[cell].raw, Reason(Why.NOT_A_COUNT))
    return converted


def _head_unit(stream: Stream, column: Column) -> str | None:
    stem = label_key(column.label.split("（")[0])
    units = "|".join(sorted(AMOUNT_UNITS, key=len, reverse=True))
    match = re.search(rf"{stem}(?:计量)?(?:单位)?(?:为)?({units})", stream.text)
    return match[1] if match else None


def _amount(reading: CellValue, head_unit: str | None) -> CellValue:
    unit = reading.unit if reading.unit in AMOUNT_UNITS else head_unit
    if reading.value is None or unit is None:
        return replace(reading, unit=WANYUAN if unit and reading.state is not State.ABSENT else None)
    if unit == WANYUAN:
        return replace(reading, unit=WANYUAN)
    return replace(reading, value=to_wanyuan(reading.value, unit), raw=reading.shown, unit=WANYUAN)
