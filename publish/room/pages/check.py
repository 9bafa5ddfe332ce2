"""A draft is checked before it is filed; nothing of it is kept."""

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response
from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import parse_options_header

from parsers.document.model import Unreadable
from publish.room.drawing.form import form_tables
from publish.room.language import Words, said
from publish.room.queries import select
from publish.room.rendering import page

if TYPE_CHECKING:
    from parsers.report import Report

# Bytes to a report, in a process with limits; raises Unreadable.
DraftReader = Callable[[bytes], "Report"]

PATH = "/-/check"
# In bytes: as much as is read of any document (parsers/convert.py), and what a form adds to it.
_MOST, _FORM = 32 << 20, 10_000
# Drafts that wait for their turn: one takes seconds, a scan a minute.
_MOST_WAITING = 4
_LAST = """
select c.cell, c.value from panel p join cells c on c.report = p.report
where p.agency_id = :agency and p.year = :year and c.state in ('printed', 'blank', 'dash')
"""


class _Refused(Exception):  # noqa: N818 - says what became of the file
    """A file that is not looked at; the words say why."""

    def __init__(self, status: int, why: Words) -> None:
        super().__init__(why)
        self.status, self.why = status, why


async def check(datasette: Datasette, request: Request) -> Response:
    """The page at /-/check: a form for a file, and what was found in the one that was sent."""
    reader: DraftReader | None = getattr(datasette, "reader", None)
    if reader is None:
        raise NotFound(Words("本站不提供草稿核对", "Drafts are not checked here"))
    context: dict[str, Any] = {"draft": None, "failure": None, "status": 200}
    if request.method == "POST":
        try:
            data, name = await _file(request)
            context |= {"name": name, "draft": await _draft(datasette, reader, data)}
        except Unreadable as error:
            context |= {"name": name, "failure": str(error), "status": 422}
        except _Refused as refused:
            context |= {"name": "", "failure": str(refused.why), "status": refused.status}
    answer = await page(datasette, request, "check.html", context, status=context["status"])
    answer.headers["cache-control"] = "no-store"
    return answer


async def _file(request: Request) -> tuple[bytes, str]:
    """The file that the form holds, and its name; raises _Refused."""
    body = bytearray()
    while True:
        message = await request.receive()
        body += message.get("body", b"")
        if len(body) > _MOST + _FORM:
            raise _Refused(413, Words("文件太大", f"the file is larger than {_MOST >> 20} MiB"))
        if not message.get("more_body"):
            break
    files: list[Any] = []
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    try:
        config = {"MAX_MEMORY_FILE_SIZE": 2 * _MOST, "MAX_FIELDS": 10}
        form = FormParser(kind.decode(), lambda _: None, files.append, boundary=options.get(b"boundary"), config=config)
        form.write(bytes(body))
        form.finalize()
    except (FormParserError, ValueError) as error:
        raise _Refused(400, Words("没有收到文件", "no file came")) from error
    if not files or not files[0].size:
        raise _Refused(400, Words("请先选择文件", "choose a file first"))
    files[0].file_object.seek(0)
    return files[0].file_object.read(), (files[0].file_name or b"").decode("utf-8", "replace")


async def _draft(datasette: Datasette, reader: DraftReader, data: bytes) -> dict[str, Any]:
    """What was found in a file."""
    # Half a second to load, and few sites check drafts.
    from gazetteer.resolver import resolve
    from publish.room.drawing.draft import KINDS, ODD, findings_of

    waiting = datasette.drafts
    if waiting.full():
        raise _Refused(
            503, Words("正在核对的文件太多，请稍后再试", "too many files are being checked; try again later")
        )
    waiting.put_nowait(None)
    try:
        report = await asyncio.to_thread(reader, data)
    finally:
        waiting.get_nowait()
    agency = resolve(report.agency).agency_id if report.agency else None
    rows = await select(datasette, _LAST, agency=agency, year=(report.year or 0) - 1)
    findings = findings_of(report, {row["cell"]: row["value"] for row in rows} or None)
    return {
        "report": report,
        "holding": sum(one.holds for one in report.checks),
        "compared": bool(rows),
        "findings": [(*KINDS[one.kind], one.kind in ODD, said(one.zh, one.en), one.cells) for one in findings],
        "marked": {cell: number for number, one in reversed([*enumerate(findings, 1)]) for cell in one.cells},
        "form": form_tables(report.edition),
    }


def queue() -> "asyncio.Queue[None]":
    """Room for the drafts that wait for their turn."""
    return asyncio.Queue(_MOST_WAITING)
