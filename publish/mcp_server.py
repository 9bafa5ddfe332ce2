"""A database for language models, over the Model Context Protocol: agencies, reports, and figures.

No figure is given without its state, its proof and a citation, so there is no tool for queries in SQL.
"""

import sqlite3
from pathlib import Path
from typing import Any

from mcp.server import MCPServer

from parsers.form.model import form_of
from publish.bounded.allowed import bound
from publish.room.drawing.citation import cell_citation
from publish.room.drawing.form import cell_labels

INSTRUCTIONS = """Annual reports on government information disclosure (政府信息公开工作年度报告).
Find an agency, then its figures by year. A figure counts only in the states printed, blank and dash. Say where one is
uncertain, absent or text, or where the report's status is not verified. Blank and dash are not 0. Cite each figure with
its citation."""

_MOST = 50
_AGENCIES = """
select a.id, a.name, r.name as region, a.region_code, a.level, a.kind, group_concat(distinct p.year) as years
from agencies a left join regions r on r.code = a.region_code left join reports p on p.agency_id = a.id
where a.id in (select agency_id from agency_names where instr(name, :name)) or instr(a.name, :name)
group by a.id order by length(a.name), a.id limit :most
"""
_REPORTS = """
select id, title, agency, year, edition, status, published, url, revision, last_seen, last_changed
from reports where agency_id = :agency and (:year is null or year = :year) order by year, id
"""
_FIGURES = """
select c.cell, c.value, c.state, c.proof, f.raw, f.reason from cells c
left join flags f on f.report = c.report and f.cell = c.cell where c.report = :report
"""
Record = dict[str, Any]


class Reader:
    """What the tools ask of a database that is open for reading only, under the bounds of the public site."""

    def __init__(self, path: Path) -> None:
        self._db = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, check_same_thread=False)
        self._db.row_factory = sqlite3.Row
        bound(self._db)

    def find_agencies(self, name: str) -> list[Record]:
        """Agencies whose name, or another spelling of it, has these characters (新乡市), with their reports' years."""
        return self._select(_AGENCIES, name=name, most=_MOST)

    def reports(self, agency: str) -> list[Record]:
        """The reports of an agency, by its id. Status says how far their figures can be relied on."""
        return self._select(_REPORTS, agency=agency, year=None)

    def figures(self, agency: str, year: int, rows: list[str] | None = None) -> list[Record]:
        """The figures of an agency's report on a year, each with label, state, proof and citation.

        ``rows`` are codes of the form (received, granted, disputes …), all of them if it is not given; a figure's cell
        is table/row/column. Amounts are in 万元 (10,000 yuan).
        """
        reports = self._select(_REPORTS, agency=agency, year=year)
        return [figure for report in reports for figure in self._figures(report, rows)]

    def _figures(self, report: Record, rows: list[str] | None) -> list[Record]:
        labels = cell_labels(report["edition"])
        wanted = {
            cell for row in form_of(report["edition"]).rows for cell in row.cells if rows is None or row.code in rows
        }
        found = [row for row in self._select(_FIGURES, report=report["id"]) if row["cell"] in wanted]
        return [
            row
            | {
                "label": labels[row["cell"]],
                "report": report["id"],
                "year": report["year"],
                "report_status": report["status"],
            }
            | {"citation": cell_citation(report, labels[row["cell"]], _said(row), report["url"] or report["id"], None)}
            for row in found
        ]

    def _select(self, sql: str, **values: object) -> list[Record]:
        return [dict(row) for row in self._db.execute(sql, values)]


def _said(row: Record) -> str:
    """What a citation says of a figure: a doubtful one is called so."""
    doubt = "" if row["state"] in ("printed", "blank", "dash") else "（存疑）"
    value = "空白" if row["state"] == "blank" else "/" if row["state"] == "dash" else row["value"]
    return f"{'—' if value is None else value}{doubt}"


def server(path: Path) -> MCPServer[Any]:
    """The server of a database; ``run()`` speaks on stdin and stdout."""
    reader = Reader(path)
    made: MCPServer[Any] = MCPServer("nianbao", instructions=INSTRUCTIONS, log_level="WARNING")
    for tool in (reader.find_agencies, reader.reports, reader.figures):
        made.tool()(tool)
    return made
