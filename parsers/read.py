"""Bytes to report: the one way in for the command line, the crawl and the tests."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from zlib import crc32

from parsers import miner, pdfium
from parsers.charset import decode
from parsers.columns import with_columns
from parsers.doc import read_doc
from parsers.document import Document, Grid, Unreadable
from parsers.docx import read_docx
from parsers.form import head_sequences, heading_keys, known_labels
from parsers.html import read_html
from parsers.kinds import DOC, DOCX, MHTML, PDF, RTF, binary_kind, is_html
from parsers.mhtml import page_of
from parsers.page import Page
from parsers.pages import document_of
from parsers.printmarks import strip_print_marks
from parsers.reconcile import reconcile
from parsers.report import Report, Status, read_report
from parsers.rtf import read_rtf
from parsers.text import read_text

MAX_BYTES = 32 * 1024 * 1024
MAX_LINES = 20_000
_ONE_IN = 20

_READERS: dict[str | None, Callable[[bytes], Document]] = {
    DOC: read_doc,
    DOCX: read_docx,
    MHTML: lambda data: read_html(decode(page_of(data))),
    RTF: read_rtf,
}

PdfReader = Callable[[bytes], Iterator[Page]]


def read_document(data: bytes, pdf_reader: PdfReader = pdfium.read_pages) -> Document:
    """Read bytes of any kind that is known as a document; raises :class:`Unreadable` for others."""
    if not data.strip():
        raise Unreadable("the file is empty")
    if len(data) > MAX_BYTES:
        raise Unreadable(too_large(len(data)))
    kind = binary_kind(data)
    if kind == PDF:
        document = document_of(pdf_reader(data))
    elif kind in _READERS:
        document = _READERS[kind](data)
    elif kind:
        raise Unreadable(f"{kind}: this kind of document cannot be read yet")
    else:
        text = decode(data)
        document = read_html(text) if is_html(text) else read_text(text)
    lines = sum(len(block.rows) if isinstance(block, Grid) else 1 for block in document.blocks)
    if lines > MAX_LINES:
        raise Unreadable(f"too long: {lines:,} lines, and no report has more than {MAX_LINES:,}")
    document = strip_print_marks(document)
    if document.hard_wrapped:
        blocks = with_columns(document.blocks, head_sequences(), known_labels(), heading_keys())
        document = replace(document, blocks=tuple(blocks))
    return document


def too_large(size: int) -> str:
    """The reason why a file of ``size`` bytes is not read."""
    return f"too large: {size:,} bytes, and no report has more than {MAX_BYTES:,}"


def read(data: bytes) -> Report:
    """Read bytes as an annual report; raises :class:`Unreadable`, whose message says why not."""
    try:
        return _read_pdf(data) if binary_kind(data) == PDF else read_report(read_document(data))
    except Unreadable:
        raise
    except Exception as error:  # A fault of ours must cost one document, not the batch
        raise Unreadable(f"fault in nianbao, please report it: {type(error).__name__}: {error}") from error


def _read_pdf(data: bytes) -> Report:
    """Read a PDF with the quick reader, and with the other too unless the first reading proves itself.

    Of readings that do, every so manieth is checked all the same.
    """
    first = _attempt(data, pdfium.read_pages)
    proved = isinstance(first, Report) and first.status is Status.VERIFIED
    if isinstance(first, Report) and proved and crc32(data) % _ONE_IN:
        return first
    second = _attempt(data, miner.read_pages)
    if isinstance(first, Report) and isinstance(second, Report):
        return reconcile(first, second)
    if isinstance(first, Report):
        return first
    if isinstance(second, Report):
        return second
    raise first


def _attempt(data: bytes, reader: PdfReader) -> Report | Unreadable:
    try:
        return read_report(read_document(data, reader))
    except Unreadable as error:
        return error
