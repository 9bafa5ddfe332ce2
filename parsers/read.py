"""Bytes to report: the one way in for the command line, the crawl and the tests."""

from parsers import pdfium
from parsers.charset import decode
from parsers.document import Document, Grid, Unreadable
from parsers.html import read_html
from parsers.kinds import PDF, binary_kind, is_html
from parsers.pages import document_of
from parsers.printmarks import strip_print_marks
from parsers.report import Report, read_report
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
    if kind == PDF:
        document = document_of(pdfium.read_pages(data))
    elif kind:
        raise Unreadable(f"{kind}: this kind of document cannot be read yet")
    else:
        text = decode(data)
        document = read_html(text) if is_html(text) else read_text(text)
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
