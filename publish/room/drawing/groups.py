"""The parts of the form that columns belong to."""

from collections.abc import Iterable

from database.schema import Column, table_of
from parsers.form.cell_key import CellKey
from publish.room.language import Words

_ABOUT = Words("标识与质量", "identity and quality")
_SHARES = Words("占比", "shares")
_SMALL = Words("分母过小的标记", "marks of small denominators")


def grouped(columns: Iterable[Column]) -> dict[Words, list[Column]]:
    """Columns by the part of the form that they belong to, or what else they are, in the order of the columns."""
    groups: dict[Words, list[Column]] = {}
    for column in columns:
        groups.setdefault(_group(column), []).append(column)
    return groups


def _group(column: Column) -> Words:
    if column.share:
        return _SHARES
    if column.small:
        return _SMALL
    if column.cells:
        part = table_of(CellKey(column.cells[0]).table)
        return Words(part.zh, part.en.partition(":")[0])
    return _ABOUT
