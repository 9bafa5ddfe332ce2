"""A web page saved as a single file (MHTML, RFC 2557), which Word writes under the name .doc."""

import email
from email import policy

from parsers.characters.charset import decode
from parsers.document.model import Unreadable
from parsers.formats.web.page import Page


def page_of(data: bytes) -> Page:
    """The page within, with the style sheets beside it; raises :class:`Unreadable` where there is none."""
    pages: list[bytes] = []
    sheets: dict[str, str] = {}
    for part in email.message_from_bytes(data, policy=policy.default).walk():
        payload = part.get_payload(decode=True)
        if not isinstance(payload, bytes):
            continue
        if part.get_content_type() == "text/html":
            pages.append(payload)
        elif part.get_content_type() == "text/css":
            names = (part.get("Content-Location", ""), f"cid:{part.get('Content-ID', '').strip('<>')}")
            sheets.update((str(name), decode(payload)) for name in names)
    if not pages:
        raise Unreadable("a web archive (MHTML) that holds no page")
    return Page(pages[0], sheets)
