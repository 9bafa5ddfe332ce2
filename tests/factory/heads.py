"""The words of a report that are no row labels: chapter headings and the heads of its tables."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from parsers.form.model import Row, codebook, form_of

CHAPTERS = {
    number: f"{numeral}、{form_of(2021).chapters[number][0]}" for number, numeral in enumerate("一二三四五六", start=1)
}
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
APPLICANT_HEAD = "申请人情况"
LEGAL_HEAD = "法人或其他组织"
ITEM = "信息内容"
SUIT_HEAD = "行政诉讼"
SERIAL = "序号"
# How many rows of heads a table has below the one that heads them all.
DEPTHS = {"applications": 2, "disputes": 3}


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column, and the heads that span it together with its neighbours."""

    label: str
    above: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeadCell:
    """A head as it is set: ``column`` is its first one, ``width`` how many it spans, ``height`` how many rows."""

    text: str
    column: int
    width: int
    height: int


def block_of(row: Row) -> str:
    """The name of a row's block: rows of one block stand under the same heads."""
    return row.head or row.table


def heads_of(row: Row) -> tuple[Head, ...]:
    """The heads over a row, left to right, as the form has them; an amount's head is printed in full."""
    if row.table == "applications":
        apart = ("natural_person", "total")
        return tuple(Head(c.label, () if c.code in apart else (LEGAL_HEAD,)) for c in row.columns)
    if row.table == "disputes":
        procedures = codebook().dispute_procedures
        above = {code: (name,) if code == "review" else (SUIT_HEAD, name) for code, name in procedures.items()}
        return tuple(Head(c.label, above[c.code.partition("/")[0]]) for c in row.columns)
    return tuple(Head(column.label.replace("万元）", "万元，保留4位小数）")) for column in row.columns)


def head_rows(heads: Sequence[Head], depth: int) -> list[list[HeadCell]]:
    """The rows of a table's heads, each cell with its spans; a head with none above it fills its column."""
    return [list(_head_row(heads, level, depth)) for level in range(depth)]


def _head_row(heads: Sequence[Head], level: int, depth: int) -> Iterator[HeadCell]:
    at = 0
    while at < len(heads):
        path = (*heads[at].above, heads[at].label)
        width = 1
        if level < len(path) - 1:
            width = _span(heads[at:], level + 1)
            yield HeadCell(path[level], at, width, 1)
        elif level == len(path) - 1:
            yield HeadCell(path[level], at, 1, depth - level)
        at += width


def _span(heads: Sequence[Head], depth: int) -> int:
    """How many of the heads, from the first on, stand under the same ones."""
    group = heads[0].above[:depth]
    return len([*takewhile(lambda head: head.above[:depth] == group, heads)])


def applicant_labels() -> list[str]:
    """The heads of the seven columns of section 3."""
    return list(codebook().applicants.values())


def procedure_labels() -> list[str]:
    """The heads of the three groups of columns of section 4."""
    return list(codebook().dispute_procedures.values())


def outcome_labels() -> list[str]:
    """The heads of the five columns of each of these groups."""
    return list(codebook().dispute_outcomes.values())
