"""Bytes to report: the one way in for the command line, the crawl and the tests."""

from parsers.charset import decode
from parsers.document import Document, Grid
from parsers.html import PageError, read_html
from parsers.kinds import binary_kind, is_html
from parsers.printmarks import strip_print_marks
from parsers.report import Report, Unreadable, read_report
from parsers.text import read_text

MAX_BYTES = 32 * 1024 * 1024
MAX_LINES = 20_000


def read_document(data: bytes) -> Document:
    """Read bytes of any kind that is known as a document; raises :class:`Unreadable` for others."""
    if not data.strip():
        raise Unreadable("the file is empty")
    if len(data) > MAX_BYTES:
        raise Unreadable(too_large(len(data)))
    kind = binary_kind(data)
    if kind:
        raise Unreadable(f"{kind}: this kind of document cannot be read yet")
    text = decode(data)
    try:
        document = read_html(text, MAX_LINES) if is_html(text) else read_text(text)
    except PageError as error:
        raise Unreadable(str(error)) from error
    lines = sum(len(block.rows) if isinstance(block, Grid) else 1 for block in document.blocks)
    if lines > MAX_LINES:
        raise Unreadable(f"too long: {lines:,} lines, and no report has more than {MAX_LINES:,}")
    return strip_print_marks(document)


def too_large(size: int) -> str:
    """The reason why a file of ``size`` bytes is not read."""
    return f"too large: {size:,} bytes, and no report has more than {MAX_BYTES:,}"


def read(data: bytes) -> Report:
    """Read bytes as an annual report; raises :class:`Unreadable`, whose message says why not."""
    try:
        return read_report(read_document(data))
    except Unreadable:
        raise
    except Exception as error:  # A fault of ours must cost one document, not the batch
        raise Unreadable(f"fault in nianbao, please report it: {type(error).__name__}: {error}") from error
