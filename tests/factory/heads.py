"""The words of a report that are no row labels: chapter headings and the heads of its tables."""

from parsers.form.model import codebook, form_of
from tests.factory.sheet import PrintedRow

CHAPTERS = {
    number: f"{numeral}、{form_of(2021).chapters[number][0]}" for number, numeral in enumerate("一二三四五六", start=1)
}
CORNER = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
APPLICANT_HEAD = "申请人情况"
LEGAL_HEAD = "法人或其他组织"
ITEM = "信息内容"
SUIT_HEAD = "行政诉讼"


def applicant_labels() -> list[str]:
    """The heads of the seven columns of section 3."""
    return list(codebook().applicants.values())


def procedure_labels() -> list[str]:
    """The heads of the three groups of columns of section 4."""
    return list(codebook().dispute_procedures.values())


def outcome_labels() -> list[str]:
    """The heads of the five columns of each of these groups."""
    return list(codebook().dispute_outcomes.values())


def column_labels(row: PrintedRow) -> list[str]:
    """The column heads over a row of section 2; the amount's head is printed in full."""
    return [column.label.replace("万元）", "万元，保留4位小数）") for column in row.row.columns]


def blocks_of(rows: list[PrintedRow]) -> list[list[PrintedRow]]:
    """The rows of section 2 by the article that heads them, in print order."""
    blocks: list[list[PrintedRow]] = []
    for row in rows:
        if blocks and blocks[-1][0].row.head == row.row.head:
            blocks[-1].append(row)
        else:
            blocks.append([row])
    return blocks
