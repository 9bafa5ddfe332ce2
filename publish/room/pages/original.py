"""The archived original of a report, as it was fetched, with nothing in it that could run."""

import asyncio
import re
from collections.abc import Callable

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from publish.room.language import Words
from publish.room.queries import select_one
from publish.room.security import SANDBOX

# The bytes of a document by its SHA-256; raises LookupError where the archive has none.
Originals = Callable[[str], bytes]

_DOCUMENT = "select sha256, report, media_type from documents where sha256 = :sha"
# What a browser shows by itself; all else is saved.
_SHOWN = re.compile(r"text/(html|plain)|application/(xhtml\+xml|pdf)|image/(png|jpeg|gif|webp)")


def originals_of(datasette: Datasette) -> Originals | None:
    """Where this room has its originals from; None where it is served without an archive."""
    return getattr(datasette, "originals", None)


async def original(datasette: Datasette, request: Request) -> Response:
    """The bytes at /-/original/<sha256>."""
    originals = originals_of(datasette)
    document = await select_one(datasette, _DOCUMENT, sha=request.url_vars["sha"])
    if originals is None or document is None:
        raise NotFound(Words("没有这份原件", "No such original"))
    try:
        body = await asyncio.to_thread(originals, document["sha256"])
    except LookupError as error:
        raise NotFound(Words("存档中没有这份原件", "The archive does not have it")) from error
    media_type = document["media_type"] or ""
    headers = {"content-security-policy": SANDBOX, "x-robots-tag": "noindex"}
    if not _SHOWN.fullmatch(media_type):
        media_type = "application/octet-stream"
        headers["content-disposition"] = f"attachment; filename={document['report'] or document['sha256'][:12]}"
    return Response(body, headers=headers, content_type=media_type)
