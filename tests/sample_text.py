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


def draft_page() -> bytes:
    """The report as a web page before it is filed, with faults.

    Of 15 requests 16 are concluded, the prose says that 16 came in, 规章 holds words, 行政强制 is left blank.
    """
    wrong = (
        ("（七）总计 13 2 0 0 0 0 15", "（七）总计 14 2 0 0 0 0 16"),
        (_PROSE[1], "全年共收到政府信息公开申请16件。"),
        ("规章 0 0 0", "规章 约5 0 0"),
    )
    body, within = "", False
    for line in report_text(*wrong).decode().splitlines():
        cells = line.split()
        in_table = len(cells) > 1 or (within and line.startswith("第二十条"))
        body += "" if in_table == within else "<table border=1>" if in_table else "</table>"
        body += f"<tr><td>{'</td><td>'.join(cells)}</td></tr>" if in_table else f"<p>{line}</p>"
        within = in_table
    return f"<!DOCTYPE html><meta charset=utf-8>{body}".replace("行政强制</td><td>0", "行政强制</td><td>").encode()


def last_years_text() -> bytes:
    """The report on 2020, which carries 3 requests of natural persons out, and had 40 documents in force."""
    return report_text(
        ("2021年", "2020年"),
        ("四、结转下年度继续办理 0 0 0 0 0 0 0", "四、结转下年度继续办理 3 0 0 0 0 0 3"),
        ("（七）总计 13 2 0 0 0 0 15", "（七）总计 10 2 0 0 0 0 12"),
        ("（一）予以公开 13 2 0 0 0 0 15", "（一）予以公开 10 2 0 0 0 0 12"),
        ("行政许可 0", "行政许可 700"),
    )
