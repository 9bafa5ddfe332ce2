"""A figure's own page: what it is, what proves it, where it was printed, who decided it, and how it is cited."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from parsers.form.model import Identity, form_of
from publish.release.dictionary import meanings
from publish.room.drawing.citation import cell_bibtex, cell_citation
from publish.room.drawing.failed_checks import NAMES
from publish.room.drawing.form import cell_labels
from publish.room.drawing.formatting import number_text, printed_text
from publish.room.language import Words, said
from publish.room.pages.original import originals_of
from publish.room.pages.report import CELLS, REPORT
from publish.room.queries import DATABASE, Record, select, select_one
from publish.room.rendering import page

# A picture (PNG) of a row's place in a document: by the document's SHA-256, the page and the sides of the row's box.
# None where there is none; raises LookupError where the archive has no such document.
Pictures = Callable[[str, int, tuple[float, float, float, float]], bytes | None]

_EVIDENCE = "select * from evidence where report = :id and row = :row"
_STATEMENTS = "select * from statements where report = :id and ' + ' || cells || ' + ' like '% + ' || :cell || ' + %'"
_SERIES = (
    "select s.other, r.year from series s join reports r on r.id = s.other where s.report = :id and s.cell = :cell"
)
_DECISIONS = "select * from decisions where report = :id and cell = :cell order by number desc"
_VERSION = "select value from metadata where name = 'version'"
# Pictures are drawn one at a time: a page may be large, and whoever asks for many shall not cost the others.
_drawing = asyncio.Semaphore(1)


@dataclass(frozen=True, slots=True)
class Sum:
    """An identity of the form that the figure is in, with both sides as they stand."""

    name: str
    left: str
    right: str
    holds: bool


async def cell(datasette: Datasette, request: Request) -> Response:
    """The page at /nianbao/reports/<id>/<table>/<row>/<column>."""
    key, name = request.url_vars["id"], request.url_vars["cell"]
    report = await select_one(datasette, REPORT, id=key)
    cells = {row["cell"]: row for row in await select(datasette, CELLS, id=key)} if report else {}
    if report is None or name not in cells:
        raise NotFound(Words(f"没有这个单元格：{key}/{name}", f"No such cell: {key}/{name}"))
    return await page(datasette, request, "cell.html", await _context(datasette, request, report, cells, name))


async def _context(
    datasette: Datasette, request: Request, report: Record, cells: Mapping[str, Record], name: str
) -> dict[str, Any]:
    key, found, form = report["id"], cells[name], form_of(report["edition"])
    row = next(one for one in form.rows if name in one.cells)
    evidence = await select_one(datasette, _EVIDENCE, id=key, row=row.key)
    label, text = cell_labels(report["edition"])[name], printed_text(found)
    address = datasette.absolute_url(request, datasette.urls.path(f"/{DATABASE}/reports/{key}/{name}"))
    cited = (report, label, _cited(found, text), address, await _version(datasette))
    return {
        "report": report,
        "cell": name,
        "found": found,
        "label": label,
        "path": " › ".join(row.path.split("/")),
        "text": text,
        "amount": next(one for key, one in zip(row.cells, row.columns, strict=True) if key == name).is_amount,
        "proof": meanings("cells.proof").get(found["proof"] or ""),
        "sums": [_sum(identity, cells) for identity in form.identities if name in (*identity.left, *identity.right)],
        "series": await select_one(datasette, _SERIES, id=key, cell=name),
        "statements": await select(datasette, _STATEMENTS, id=key, cell=name),
        "decisions": await select(datasette, _DECISIONS, id=key, cell=name),
        "decided": {of: meanings(f"decisions.{of}") for of in ("decision", "standing")},
        "evidence": evidence,
        "pictured": _pictures_of(datasette) is not None and bool(evidence and evidence["page"]),
        "row": row.key,
        "originals": originals_of(datasette) is not None,
        "citation": cell_citation(*cited),
        "bibtex": cell_bibtex(name, *cited),
        "address": address,
        "mistake": mistake_link(datasette, report, label, text, address),
    }


def _cited(found: Record, text: str) -> str:
    """What a citation says of the figure: never that a doubtful one is plain, nor that a decided one was read."""
    if found["state"] in ("uncertain", "absent", "text"):
        return f"{text}（{said('存疑', 'uncertain')}）"
    decided = f"（{said('人工核定', 'decided by people')}）" if found["proof"] == "person" else ""
    return f"{text or said('空白', 'blank')}{decided}"


async def _version(datasette: Datasette) -> str | None:
    """The version of the release that is served; None for a database that is none."""
    if not await datasette.get_database(DATABASE).table_exists("metadata"):
        return None
    found = await select_one(datasette, _VERSION)
    return found["value"] if found else None


def _sum(identity: Identity, cells: Mapping[str, Record]) -> Sum | None:
    """Both sides of an identity; None where it cannot be evaluated."""
    sides = [[cells[key]["value"] for key in keys] for keys in (identity.left, identity.right)]
    certain = all(cells[key]["state"] in ("printed", "blank", "dash") for key in (*identity.left, *identity.right))
    if not certain or not all(any(value is not None for value in side) for side in sides):
        return None
    left, right = (sum(value or 0 for value in side) for side in sides)
    return Sum(said(*NAMES[identity.name]), _terms(sides[0]), _terms(sides[1]), left == right)


def _terms(values: Sequence[float | None]) -> str:
    numbers = [number_text(value) for value in values if value] or ["0"]
    total = number_text(sum(value or 0 for value in values))
    return f"{' + '.join(numbers)} = {total}" if len(numbers) > 1 else total


def mistake_link(datasette: Datasette, report: Record, label: str, text: str, address: str) -> str | None:
    """Where a reader tells of a mistake, with everything filled in: an e-mail, or a page such as that of an issue.

    None where the site names no address.
    """
    contact = getattr(datasette, "contact", None)
    if not contact:
        return None
    subject = f"{report['title'] or report['id']}：{label}"
    lines = [
        f"{said('报告', 'report')}: {report['title'] or ''} ({report['id']})",
        f"{said('修订', 'revision')}: {report['revision']}",
        f"{said('单元格', 'cell')}: {label}",
        f"{said('本站显示', 'shown here')}: {text or said('空白', 'blank')}",
        f"{said('本页', 'this page')}: {address}",
        f"{said('原页', 'original')}: {report['url'] or ''}",
        f"{said('应为', 'it should be')}: ",
    ]
    body = "\n".join(lines)
    if contact.startswith(("http://", "https://")):
        return f"{contact}{'&' if '?' in contact else '?'}{urlencode({'title': subject, 'body': body})}"
    return f"mailto:{contact.removeprefix('mailto:')}?subject={quote(subject)}&body={quote(body)}"


def _pictures_of(datasette: Datasette) -> Pictures | None:
    return getattr(datasette, "pictures", None)


async def place_picture(datasette: Datasette, request: Request) -> Response:
    """The picture at /-/place/<id>/<table>/<row>.png: the strip of the page where the row was printed."""
    key, row, pictures = request.url_vars["id"], request.url_vars["row"], _pictures_of(datasette)
    nothing = Words("没有这个位置的图", "There is no picture of this place")
    place = await select_one(datasette, _EVIDENCE, id=key, row=row)
    report = await select_one(datasette, "select document from reports where id = :id", id=key)
    if pictures is None or report is None or place is None or place["page"] is None:
        raise NotFound(nothing)
    box = (place["x0"], place["top"], place["x1"], place["bottom"])
    try:
        async with _drawing:
            picture = await asyncio.to_thread(pictures, report["document"], place["page"], box)
    except LookupError as error:
        raise NotFound(nothing) from error
    if picture is None:
        raise NotFound(nothing)
    return Response(picture, content_type="image/png", headers={"cache-control": "public, max-age=86400"})
