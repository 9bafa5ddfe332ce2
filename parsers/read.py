"""Bytes to report: the one way in for the command line, the crawl and the tests."""

from parsers.charset import decode
from parsers.document import Document
from parsers.html import read_html
from parsers.kinds import binary_kind, is_html
from parsers.printmarks import strip_print_marks
from parsers.report import Report, Unreadable, read_report
from parsers.text import read_text

MAX_BYTES = 32 * 1024 * 1024


def read_document(data: bytes) -> Document:
    """Read bytes of any kind that is known as a document; raises :class:`Unreadable` for others."""
    if not data.strip():
        raise Unreadable("the file is empty")
    if len(data) > MAX_BYTES:
        raise Unreadable(f"too large: {len(data):,} bytes, and no report has more than {MAX_BYTES:,}")
    kind = binary_kind(data)
    if kind:
        raise Unreadable(f"{kind}: this kind of document cannot be read yet")
    text = decode(data)
    return strip_print_marks(read_html(text) if is_html(text) else read_text(text))


def read(data: bytes) -> Report:
    """Read bytes as an annual report; raises :class:`Unreadable`, whose message says why not."""
    return read_report(read_document(data))
