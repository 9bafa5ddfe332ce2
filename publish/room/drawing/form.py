"""The official form as it looks: the place of each label and figure, by edition."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from parsers.form.model import Form, Row, codebook, form_of

# 国办公开办函〔2021〕30号 and 〔2019〕60号 print section 3 with three columns of labels and these heads.
_LABELS = 3
_SUM_RULE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_ORGANISATIONS = "法人或其他组织"
_SUITS = "行政诉讼"
_NUMERALS = "一二三四五六"


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of the drawn form: a label, or the place of the figure that ``cell`` is the key of."""

    text: str = ""
    width: int = 1
    height: int = 1
    cell: str | None = None


Table = list[list[Slot]]


@cache
def form_tables(edition: int) -> dict[str, Table]:
    """The three tables of an edition, by their codes in the codebook."""
    form = form_of(edition)
    return {
        "disclosure": list(_disclosure(_rows(form, "disclosure"))),
        "applications": list(_applications(_rows(form, "applications"))),
        "disputes": list(_disputes(_rows(form, "disputes")[0])),
    }


def _rows(form: Form, table: str) -> list[Row]:
    return [row for row in form.rows if row.table == table]


def _figures(row: Row) -> list[Slot]:
    return [Slot(cell=cell) for cell in row.cells]


def _disclosure(rows: list[Row]) -> Iterator[list[Slot]]:
    most = max(len(row.columns) for row in rows)
    for head, block in groupby(rows, key=lambda row: row.head):
        held = list(block)
        yield [Slot(head, most + 1)]
        columns = held[0].columns
        # The last column of a narrow block takes the room that is left, as on the form.
        widths = [*[1] * (len(columns) - 1), most - len(columns) + 1]
        heads = [Slot(column.label, width) for column, width in zip(columns, widths, strict=True)]
        yield [Slot("信息内容"), *heads]
        for row in held:
            figures = [Slot(width=width, cell=cell) for cell, width in zip(row.cells, widths, strict=True)]
            yield [Slot(row.path), *figures]


def _applications(rows: list[Row]) -> Iterator[list[Slot]]:
    natural, *organisations, total = (column.label for column in rows[0].columns)
    yield [Slot(_SUM_RULE, _LABELS, 3), Slot("申请人情况", len(organisations) + 2)]
    yield [Slot(natural, 1, 2), Slot(_ORGANISATIONS, len(organisations)), Slot(total, 1, 2)]
    yield [Slot(label) for label in organisations]
    for index, row in enumerate(rows):
        *groups, label = row.path.split("/")
        begun = [
            Slot(group, 1, _height(rows, index, groups[: depth + 1]))
            for depth, group in enumerate(groups)
            if index == 0 or not _within(rows[index - 1], groups[: depth + 1])
        ]
        yield [*begun, Slot(label, _LABELS - len(groups)), *_figures(row)]


def _within(row: Row, groups: list[str]) -> bool:
    return row.path.split("/")[:-1][: len(groups)] == groups


def _height(rows: list[Row], index: int, groups: list[str]) -> int:
    """How many rows from ``index`` on belong to the same groups."""
    following = (_within(row, groups) for row in rows[index:])
    return next((count for count, within in enumerate(following) if not within), len(rows) - index)


def _disputes(row: Row) -> Iterator[list[Slot]]:
    outcomes = list(codebook().dispute_outcomes.values())
    review, *suits = codebook().dispute_procedures.values()
    size = len(outcomes)
    yield [Slot(review, size), Slot(_SUITS, size * len(suits))]
    yield [*(Slot(outcome, 1, 2) for outcome in outcomes), *(Slot(suit, size) for suit in suits)]
    yield [Slot(outcome) for _ in suits for outcome in outcomes]
    yield _figures(row)


@cache
def chapter_headings() -> dict[int, str]:
    """The official headings of the six chapters by their numbers: 一、总体情况."""
    return {number: f"{_NUMERALS[number - 1]}、{names[0]}" for number, names in codebook().chapters.items()}


@cache
def cell_labels(edition: int) -> dict[str, str]:
    """What each cell of an edition is called, by its labels on the form: 予以公开 · 自然人."""
    procedures = codebook().dispute_procedures
    labels: dict[str, str] = {}
    for row in form_of(edition).rows:
        for cell, column in zip(row.cells, row.columns, strict=True):
            name = row.path.rpartition("/")[2] or procedures[cell.row]
            labels[cell] = f"{name} · {column.label}"
    return labels
