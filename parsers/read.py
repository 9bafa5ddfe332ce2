"""Bytes to report: the one way in for the command line, the crawl and the tests."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from zlib import crc32

from parsers.assemble import Report, Status, read_report
from parsers.characters.charset import decode
from parsers.document.model import Block, Document, Grid, Paragraph, TooLarge, Unreadable
from parsers.form.model import head_sequences, heading_keys, known_labels
from parsers.formats.markdown import read_markdown
from parsers.formats.office.doc import read_doc
from parsers.formats.office.docx import read_docx
from parsers.formats.office.rtf import read_rtf
from parsers.formats.paged import pdfium
from parsers.formats.paged import pdfminer as miner
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.pdf import PdfReader, read_pdf
from parsers.formats.paged.scans import scan
from parsers.formats.print_marks import strip_print_marks
from parsers.formats.sniff import DOC, DOCX, MHTML, PDF, PICTURES, RTF, binary_kind, is_html
from parsers.formats.text_columns import with_columns
from parsers.formats.web.html import read_html
from parsers.formats.web.mhtml import page_of
from parsers.reconcile import reconcile

MAX_BYTES = 32 * 1024 * 1024
MAX_LINES = 20_000
# Of text without its markup; a report has some 10,000.
MAX_CHARACTERS = 1_000_000
_ONE_IN = 20

_READERS: dict[str | None, Callable[[bytes], Document]] = {
    DOC: read_doc,
    DOCX: read_docx,
    PDF: lambda data: read_pdf(data, pdfium.read_pages),
    MHTML: lambda data: read_html(decode(page_of(data)), MAX_LINES),
    RTF: read_rtf,
}


def read_document(data: bytes) -> Document:
    """Read bytes of any kind that is known as a document; raises :class:`Unreadable` for others."""
    kind = _kind(data)
    if kind in _READERS:
        return _finished(_READERS[kind](data))
    if kind in PICTURES:
        return _finished(document_of(scan.read_picture_files([data])))
    if kind:
        raise Unreadable(f"{kind}: this kind of document cannot be read")
    text = decode(data)
    if is_html(text):
        return _finished(read_html(text, MAX_LINES))
    _refuse_long(len(text))
    return _finished(read_markdown(text, MAX_LINES))


def _refuse_long(characters: int) -> None:
    if characters > MAX_CHARACTERS:
        raise TooLarge(f"too long: {characters:,} characters, and no report has more than {MAX_CHARACTERS:,}")


def _kind(data: bytes) -> str | None:
    """What binary kind bytes are, if any that is not too much of it."""
    if not data.strip():
        raise Unreadable("the file is empty")
    if len(data) > MAX_BYTES:
        raise Unreadable(too_large(len(data)))
    return binary_kind(data)


def _finished(document: Document) -> Document:
    """A document without print marks, and tables that were set by spaces as grids."""
    lines = sum(len(block.rows) if isinstance(block, Grid) else 1 for block in document.blocks)
    if lines > MAX_LINES:
        raise TooLarge(f"too long: {lines:,} lines, and no report has more than {MAX_LINES:,}")
    _refuse_long(sum(map(_characters, document.blocks)))
    document = strip_print_marks(document)
    if document.hard_wrapped:
        blocks = with_columns(document.blocks, head_sequences(), known_labels(), heading_keys())
        document = replace(document, blocks=tuple(blocks))
    return document


def _characters(block: Block) -> int:
    if isinstance(block, Paragraph):
        return len(block.text)
    return sum(len(cell.text) for row in range(len(block.rows)) for cell in block.origins(row))


def too_large(size: int) -> str:
    """The reason why a file of ``size`` bytes is not read."""
    return f"too large: {size:,} bytes, and no report has more than {MAX_BYTES:,}"


def read(data: bytes) -> Report:
    """Read bytes as an annual report; raises :class:`Unreadable`, whose message says why not."""
    try:
        return _read_pdf(data) if _kind(data) == PDF else read_report(read_document(data))
    except Unreadable:
        raise
    except Exception as error:  # A fault of ours must cost one document, not the batch
        raise Unreadable(f"fault in nianbao, please report it: {type(error).__name__}: {error}") from error


def read_pictures(files: Sequence[bytes]) -> Report:
    """Read pictures as the pages of one report; raises :class:`Unreadable`."""
    return read_report(_finished(document_of(scan.read_picture_files(files))))


def _read_pdf(data: bytes) -> Report:
    """Read a PDF with the quick reader, and with the other too unless the first reading proves itself.

    Of readings that do, every so manieth is checked all the same. Where a table is missing, it may stand
    in a picture on the page.
    """
    first = _attempt(data, pdfium.read_pages)
    if isinstance(first, TooLarge):
        raise first
    if isinstance(first, Report) and first.status is Status.INCOMPLETE and scan.is_installed():
        seen = _attempt(data, pdfium.read_pages, pictures=True)
        first = reconcile(first, seen) if isinstance(seen, Report) else first
    if isinstance(first, Report) and (_is_scanned(first) or (_is_proved(first) and crc32(data) % _ONE_IN)):
        return first
    second = _attempt(data, miner.read_pages)
    if isinstance(first, Report) and isinstance(second, Report):
        return reconcile(first, second)
    if isinstance(first, Report):
        return first
    if isinstance(second, Report):
        return second
    raise first


def _is_proved(report: Report) -> bool:
    return report.status is Status.VERIFIED


def _is_scanned(report: Report) -> bool:
    """Whether OCR had a part in it: that is slow, and both readers would leave it to the same engine."""
    return any(reading.confidence is not None for reading in report.cells.values())


def _attempt(data: bytes, reader: PdfReader, *, pictures: bool = False) -> Report | Unreadable:
    try:
        return read_report(_finished(read_pdf(data, reader, pictures=pictures)))
    except Unreadable as error:
        return error
