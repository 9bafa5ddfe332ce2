"""HTML pages in the manner of a government site, with the tables of the official form of 2021.

Labels come from the codebook; spans are those of the form (国办公开办函〔2021〕30号).
"""

from collections.abc import Iterator, Sequence
from html import escape
from itertools import groupby

from nianbao.portal.reports import SampleReport
from parsers.form.model import Row, codebook, form_of

EDITION = 2021

_STYLE = """
body { font: 16px/1.8 sans-serif; margin: 0; color: #222; }
header, footer { background: #b00; color: #fff; padding: .6em 2em; }
footer { background: #666; }
main { max-width: 60em; margin: 1em auto; padding: 0 1em; }
h1 { text-align: center; font-size: 1.5em; }
.facts { text-align: center; color: #666; }
table { border-collapse: collapse; width: 100%; margin: 1em 0; }
td { border: 1px solid #444; padding: .2em .4em; text-align: center; }
"""
_SITE = "示例门户（nianbao sample portal）"


def report_page(report: SampleReport) -> str:
    """The page of one report."""
    link = f'<p>相关报告：<a href="/zw/public-report/view/{report.see_also}">{report.see_also}</a></p>'
    article = f'<div class="article">{report_body(report)}</div>'
    return page(report.title, f'{article}<div class="related">{link}</div>')


def report_body(report: SampleReport) -> str:
    """A report from its title to the end of its last chapter."""
    headings = {number: titles[0] for number, titles in form_of(EDITION).chapters.items()}
    tables = {2: _disclosure(report), 3: _applications(report), 4: _disputes(report)}
    parts = [f"<h1>{escape(report.title)}</h1>"]
    parts.append(f'<p class="facts">发布机构：{escape(report.agency)}　发布时间：{report.published}</p>')
    for numeral, (number, heading) in zip("一二三四五六", headings.items(), strict=True):
        parts.append(f"<h2>{numeral}、{escape(heading)}</h2>")
        parts += [f"<p>　　{escape(paragraph)}</p>" for paragraph in report.chapters.get(number, ())]
        parts.append(tables.get(number, ""))
    return "".join(parts)


def home_page() -> str:
    """The page at ``/``."""
    text = "<p>本站是 nianbao 的示例门户，仅供试用：页面样式并非真实门户的样式。</p>"
    return page(_SITE, f'{text}<p><a href="/zw/public-report/view/20659">示例</a></p>')


def missing_page() -> str:
    """The body of an answer for a number without a report."""
    return page("页面不存在", "<p>您访问的页面不存在。</p>")


def page(title: str, body: str) -> str:
    """A page of the site around what it says."""
    return (
        f'<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{escape(title)} - {_SITE}</title>'
        f"<style>{_STYLE}</style></head><body><header>{_SITE}</header><main>{body}</main>"
        "<footer>示例门户，非政府网站。访问量：12345</footer></body></html>"
    )


_Cell = tuple[str, int, int]


def _table(rows: Sequence[Sequence[_Cell]]) -> str:
    return f"<table>{''.join(_row(row) for row in rows)}</table>"


def _row(cells: Sequence[_Cell]) -> str:
    return f"<tr>{''.join(_cell(*cell) for cell in cells)}</tr>"


def _cell(text: str, width: int = 1, height: int = 1) -> str:
    spans = (f' colspan="{width}"' if width > 1 else "") + (f' rowspan="{height}"' if height > 1 else "")
    return f"<td{spans}>{escape(text)}</td>"


def _plain(texts: Sequence[object]) -> list[_Cell]:
    return [(str(text), 1, 1) for text in texts]


def _form_rows(table: str) -> list[Row]:
    return [row for row in form_of(EDITION).rows if row.table == table]


def _disclosure(report: SampleReport) -> str:
    """Section 2: four columns, the single values of most blocks across three of them."""
    rows: list[list[_Cell]] = []
    for head, block in groupby(_form_rows("disclosure"), key=lambda row: row.head):
        members = list(block)
        columns = members[0].columns
        width = 3 // len(columns)
        rows.append([(head, 4, 1)])
        rows.append([("信息内容", 1, 1), *((column.label, width, 1) for column in columns)])
        for row in members:
            rows.append([(row.path, 1, 1), *((str(value), width, 1) for value in report.figures[row.key])])
    return _table(rows)


def _applications(report: SampleReport) -> str:
    """Section 3: three label columns and seven of values."""
    applicants = list(codebook().applicants.values())
    note = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
    rows: list[list[_Cell]] = [
        [(note, 3, 3), ("申请人情况", 7, 1)],
        [(applicants[0], 1, 2), ("法人或其他组织", 5, 1), (applicants[-1], 1, 2)],
        _plain(applicants[1:-1]),
    ]
    paths = {row.key: row.path.split("/") for row in _form_rows("applications")}
    for row in _form_rows("applications"):
        rows.append([*_labels(row.key, paths), *_plain(report.figures[row.key])])
    return _table(rows)


def _labels(key: str, paths: dict[str, list[str]]) -> Iterator[_Cell]:
    """The label cells that begin in a row; a group's cell stands in its first row and spans the others."""
    path = paths[key]
    for depth, label in enumerate(path):
        group = [other for other, labels in paths.items() if labels[: depth + 1] == path[: depth + 1]]
        if group[0] == key:
            yield label, 1 if depth + 1 < len(path) else 3 - depth, len(group)


def _disputes(report: SampleReport) -> str:
    """Section 4: three groups of five columns and one row of values."""
    procedures, outcomes = codebook().dispute_procedures, list(codebook().dispute_outcomes.values())
    review, *suits = procedures.values()
    values = [value for _, row in report.rows("disputes") for value in row]
    return _table(
        [
            [(review, 5, 1), ("行政诉讼", 10, 1)],
            [*((outcome, 1, 2) for outcome in outcomes), *((suit, 5, 1) for suit in suits)],
            _plain(outcomes * 2),
            _plain(values),
        ]
    )
