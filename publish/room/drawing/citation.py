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


def _escaped(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def database_citation(newest: Sequence[Record]) -> str:
    """The database itself as an electronic source ([DB/OL]) of GB/T 7714-2015."""
    day = next((f" 数据截至 {row['day'][:10]}." for row in newest if row["day"]), "")
    return f"nianbao. 政府信息公开工作年度报告数据库[DB/OL].{day} 数字以各报告原文为准."
