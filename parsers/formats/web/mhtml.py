"""A web page saved as a single file (MHTML, RFC 2557), which Word writes under the name .doc."""

import email
from email import policy

from parsers.document.model import Unreadable


def page_of(data: bytes) -> bytes:
    """The bytes of the page within; raises :class:`Unreadable` where there is none."""
    message = email.message_from_bytes(data, policy=policy.default)
    for part in message.walk():
        if part.get_content_type() == "text/html":
            payload = part.get_payload(decode=True)
            if isinstance(payload, bytes):
                return payload
    raise Unreadable("a web archive (MHTML) that holds no page")
