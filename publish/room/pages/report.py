"""A report's page: the official form as it looks, with flags, failed checks and where each figure stood."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from parsers.form.model import form_of
from publish.release.dictionary import meanings
from publish.room.drawing.citation import bibtex, citation
from publish.room.drawing.failed_checks import FailedCheck, failed_checks
from publish.room.drawing.form import cell_labels, chapter_headings, form_tables
from publish.room.drawing.formatting import printed_text
from publish.room.language import Words, said
from publish.room.pages.original import originals_of
from publish.room.queries import Record, select, select_one
from publish.room.rendering import page

REPORT = """
select r.*, a.name as agency_name, g.name as region
from reports r
left join agencies a on a.id = r.agency_id
left join regions g on g.code = r.region_code
where r.id = :id
"""
_NEIGHBOURS = """
select year, report from panel
where agency_id = :agency and year in (:year - 1, :year + 1)
"""
CELLS = """
select c.cell, c.value, c.state, c.proof, f.reason, f.reason_zh,
  iif(d.state is null or (d.text is null and d.decision in ('confirmed', 'misprint')), f.raw, d.text) as raw
from cells c left join flags f on f.report = c.report and f.cell = c.cell
left join decisions d on d.report = c.report and d.cell = c.cell and d.standing = 'applies'
where c.report = :id
"""
_FORM_TABLES = {2: "disclosure", 3: "applications", 4: "disputes"}
# States in which a cell says all that was printed.
_CERTAIN = ("printed", "blank", "dash")


@dataclass(frozen=True, slots=True)
class Figure:
    """A cell as the page shows it: what was printed, its state, and the number of the check that it breaks.

    ``row`` is the key of its row in table ``evidence``; ``before`` what last year's report has there.
    """

    label: str
    text: str
    state: str
    reason: str | None
    reason_zh: str | None
    proof: str | None
    row: str
    broken: int | None = None
    before: str | None = None

    @property
    def doubtful(self) -> bool:
        """Whether the cell is flagged as not certain."""
        return self.state not in _CERTAIN

    @property
    def why(self) -> str | None:
        """Why the cell is flagged; in Chinese as far as it was read with a version that told so."""
        return said(self.reason_zh or "", self.reason or "") or self.reason


async def report(datasette: Datasette, request: Request) -> Response:
    """The page at /nianbao/reports/<id>; ``?before=1`` shows last year's figures beside this year's."""
    found = await select_one(datasette, REPORT, id=request.url_vars["id"])
    if found is None:
        raise NotFound(Words(f"没有这份报告：{request.url_vars['id']}", f"No such report: {request.url_vars['id']}"))
    context = await _context(datasette, found, compare=bool(request.args.get("before")))
    return await page(datasette, request, "report.html", context)


async def _context(datasette: Datasette, found: Record, *, compare: bool) -> Record:
    key, edition = found["id"], found["edition"]
    years = await select(datasette, _NEIGHBOURS, agency=found["agency_id"], year=found["year"])
    neighbours = {row["year"] - found["year"]: row["report"] for row in years}
    cells = await select(datasette, CELLS, id=key)
    values = {cell["cell"]: cell["value"] for cell in cells}
    failed = failed_checks(edition, await _rows(datasette, "checks", key), values)
    before = await select(datasette, CELLS, id=neighbours.get(-1)) if compare else []
    figures = _figures(edition, cells, failed, {cell["cell"]: printed_text(cell) for cell in before})
    chapters = _chapters(await _rows(datasette, "sections", key))
    return {
        "report": found,
        "form": form_tables(edition),
        "figures": figures,
        "proofs": _proofs(figures.values()),
        "doubtful": {cell: figure for cell, figure in figures.items() if figure.doubtful},
        "broken": failed,
        "across": sum(check.previous is not None for check in failed),
        "evidence": {row["row"]: row for row in await _rows(datasette, "evidence", key)},
        "chapters": chapters,
        "statements": await _rows(datasette, "statements", key),
        "revisions": await _rows(datasette, "revisions", key),
        "labels": cell_labels(edition) | {f"section/{chapter['number']}": chapter["heading"] for chapter in chapters},
        "duplicate_of": await select_one(datasette, "select chosen, same from duplicates where report = :id", id=key),
        "document": await select_one(datasette, "select * from documents where sha256 = :sha", sha=found["document"]),
        "previous": neighbours.get(-1),
        "next": neighbours.get(1),
        "compare": compare,
        "citation": citation(found),
        "bibtex": bibtex(found),
        "originals": originals_of(datasette) is not None,
    }


async def _rows(datasette: Datasette, table: str, key: str) -> list[Record]:
    return await select(datasette, f"select * from [{table}] where report = :id order by rowid", id=key)


def _figures(
    edition: int, cells: Sequence[Record], failed: Sequence[FailedCheck], before: Mapping[str, str]
) -> dict[str, Figure]:
    labels = cell_labels(edition)
    rows = {cell: row.key for row in form_of(edition).rows for cell in row.cells}
    numbers = {cell: number for number, check in reversed([*enumerate(failed, start=1)]) for cell in check.cells}
    return {
        cell["cell"]: Figure(
            labels[cell["cell"]],
            printed_text(cell),
            cell["state"],
            cell["reason"],
            cell["reason_zh"],
            cell["proof"],
            rows[cell["cell"]],
            numbers.get(cell["cell"]),
            before.get(cell["cell"]),
        )
        for cell in cells
    }


def _proofs(figures: Iterable[Figure]) -> dict[str, tuple[str, int]]:
    """How the page's figures are known: what each proof means, and how many cells have it."""
    counts = Counter(figure.proof for figure in figures)
    return {proof: (said(*words), counts[proof]) for proof, words in meanings("cells.proof").items() if counts[proof]}


def _chapters(sections: Sequence[Record]) -> list[Record]:
    """The six chapters with their tables; one that was not found has its official heading and no text."""
    found = {section["number"]: section for section in sections}
    return [
        {
            "number": number,
            "heading": found[number]["heading"] if number in found else heading,
            "found": number in found,
            "table": _FORM_TABLES.get(number),
            "parts": paragraphs(found[number]["text"]) if number in found else [],
        }
        for number, heading in chapter_headings().items()
    ]


def paragraphs(text: str) -> list[tuple[str, list[Any]]]:
    """A chapter's text as paragraphs, and tables where its lines have tabs."""
    lines = (line for line in text.splitlines() if line.strip())
    return [
        ("table", [line.split("\t") for line in run]) if tabbed else ("text", list(run))
        for tabbed, run in groupby(lines, key=lambda line: "\t" in line)
    ]
