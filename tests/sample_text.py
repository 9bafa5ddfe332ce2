"""A small made-up report as plain text, and ways to spoil it."""

from parsers.form.model import form_of

TITLE = "示例市信访局2021年政府信息公开工作年度报告"

_HEADINGS = {
    1: "一、总体情况",
    2: "二、主动公开政府信息情况",
    3: "三、收到和处理政府信息公开申请情况",
    4: "四、政府信息公开行政复议、行政诉讼情况",
    5: "五、存在的主要问题及改进情况",
    6: "六、其他需要报告的事项",
}
_PROSE = {1: "本报告为示例，数字系虚构。", 5: "示例机关将继续改进工作。", 6: "无其他事项。"}

# 15 requests came in, 13 of natural persons and 2 of companies, and all were granted.
_FIGURES = {
    "disclosure/normative_documents": (12, 3, 40),
    "applications/received": (13, 2, 0, 0, 0, 0, 15),
    "applications/granted": (13, 2, 0, 0, 0, 0, 15),
    "applications/concluded": (13, 2, 0, 0, 0, 0, 15),
}


def report_lines() -> list[str]:
    """The report, a row of the form a line."""
    lines = [TITLE, _HEADINGS[1], _PROSE[1], _HEADINGS[2]]
    table, head = "disclosure", ""
    for row in form_of(2021).rows:
        if row.table != table:
            lines.append(_HEADINGS[{"applications": 3, "disputes": 4}[row.table]])
        if row.head != head and row.head:
            lines += [row.head, " ".join(["信息内容", *(column.label for column in row.columns)])]
        if row.table == "disputes":
            lines.append(" ".join(column.label for column in row.columns))
        table, head = row.table, row.head
        values = _FIGURES.get(row.key, (0,) * len(row.columns))
        lines.append(" ".join([row.path.rpartition("/")[2], *map(str, values)]).strip())
    return [*lines, _HEADINGS[5], _PROSE[5], _HEADINGS[6], _PROSE[6]]


def report_text(*replacements: tuple[str, str]) -> bytes:
    """The report as bytes, with some of its text replaced; what is to be replaced must be there."""
    text = "\n".join(report_lines())
    for old, new in replacements:
        assert old in text, old
        text = text.replace(old, new)
    return text.encode()
