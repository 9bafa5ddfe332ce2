"""How a report is cited: after GB/T 7714-2015, and as BibTeX."""

import re
from collections.abc import Sequence

from publish.room.queries import Record

_SPECIAL = re.compile(r"([&%$#_{}])")


def citation(report: Record) -> str:
    """A report as an electronic source ([R/OL]) of GB/T 7714-2015, with the revision that was read."""
    who = report["agency"] or "佚名"
    day = f"({report['published']})" if report["published"] else ""
    where = f". {report['url']}" if report["url"] else ""
    source = f"nianbao {report['id']}, 修订 {report['revision']}"
    return f"{who}. {report['title']}[R/OL]. {day}[{report['last_seen'][:10]}]{where}. {source}."


def bibtex(report: Record) -> str:
    """A report as an entry for BibTeX."""
    fields = {
        "author": f"{{{_escaped(report['agency'] or '')}}}",
        "title": f"{{{_escaped(report['title'] or '')}}}",
        "year": str((report["published"] or report["last_seen"])[:4]),
        "url": report["url"] or "",
        "urldate": report["last_seen"][:10],
        "note": f"nianbao {report['id']}, revision {report['revision']}",
    }
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@techreport{{{report['id']},", *lines, "}"])


def cell_citation(report: Record, label: str, text: str, address: str, version: str | None) -> str:
    """A figure of a report, at its own address, after GB/T 7714-2015."""
    who = report["agency"] or "佚名"
    day = f"({report['published']})" if report["published"] else ""
    source = f"nianbao {version or ''}".rstrip()
    where = f"{report['id']}, 修订 {report['revision']}"
    what = f"{report['title'] or report['id']}：{label}，{text}"
    return f"{who}. {what}[DS/OL]. {day}[{report['last_seen'][:10]}]. {address}. {source}, {where}."


def cell_bibtex(cell: str, report: Record, label: str, text: str, address: str, version: str | None) -> str:
    """A figure of a report as an entry for BibTeX."""
    fields = {
        "author": f"{{{_escaped(report['agency'] or '')}}}",
        "title": f"{{{_escaped(report['title'] or report['id'])}：{_escaped(label)}}}",
        "year": str((report["published"] or report["last_seen"])[:4]),
        "url": address,
        "urldate": report["last_seen"][:10],
        "version": version or "",
        "note": f"{text}; nianbao {report['id']}, revision {report['revision']}",
    }
    key = re.sub(r"[^a-z0-9]+", "-", f"{report['id']}-{cell}")
    lines = [f"  {name} = {{{value}}}," for name, value in fields.items() if value]
    return "\n".join([f"@misc{{{key},", *lines, "}"])


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def database_citation(newest: Sequence[Record]) -> str:
    """The database itself as an electronic source ([DB/OL]) of GB/T 7714-2015."""
    day = next((f" 数据截至 {row['day'][:10]}." for row in newest if row["day"]), "")
    return f"nianbao. 政府信息公开工作年度报告数据库[DB/OL].{day} 数字以各报告原文为准."
