"""Bytes of any kind of file to one document."""

from collections.abc import Callable
from dataclasses import replace

from parsers.document.model import Block, Document, Grid, Paragraph, TooLarge, Unreadable
from parsers.form.model import head_sequences, heading_keys, known_labels
from parsers.formats.markdown import read_markdown
from parsers.formats.ofd import read_ofd
from parsers.formats.office.doc import read_doc
from parsers.formats.office.docx import read_docx
from parsers.formats.office.flat import read_flat
from parsers.formats.office.odf import read_odt
from parsers.formats.office.rtf import read_rtf
from parsers.formats.paged import pdfium
from parsers.formats.paged.page import UNKNOWN
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.pdf import read_pdf
from parsers.formats.paged.scans import scan
from parsers.formats.print_marks import strip_print_marks
from parsers.formats.sheets.ods import read_ods
from parsers.formats.sheets.xls import read_xls
from parsers.formats.sheets.xlsx import read_xlsx
from parsers.formats.sniff import DOC, DOCX, MHTML, ODS, ODT, OFD, PDF, PICTURES, RTF, WORD_XML, XLS, XLSX, binary_kind
from parsers.formats.text_columns import with_columns
from parsers.formats.web.html import read_html
from parsers.formats.web.mhtml import page_of
from parsers.formats.web.page import Page
from parsers.formats.wrapping import unwrapped

MAX_BYTES = 32 * 1024 * 1024
MAX_LINES = 20_000
# Of text without its markup; a report has some 10,000.
MAX_CHARACTERS = 1_000_000


def _read_inserted(data: bytes) -> Document:
    """A file within a DOCX file; one of the same kind within it may hold no other."""
    kind = kind_of(data)
    return read_docx(data) if kind == DOCX else read_kind(Page(data), kind)


_READERS: dict[str | None, Callable[[bytes], Document]] = {
    DOC: read_doc,
    DOCX: lambda data: read_docx(data, _read_inserted),
    WORD_XML: lambda data: read_flat(data, _read_inserted),
    PDF: lambda data: read_pdf(data, pdfium.read_pages),
    MHTML: lambda data: read_html(page_of(data), MAX_LINES),
    RTF: read_rtf,
    OFD: read_ofd,
    ODT: read_odt,
    XLSX: read_xlsx,
    XLS: read_xls,
    ODS: read_ods,
}


def read_document(data: bytes | Page) -> Document:
    """Read bytes of any kind that is known as a document; raises :class:`Unreadable` for others."""
    page = opened(data)
    return read_kind(page, kind_of(page.body))


def opened(data: bytes | Page) -> Page:
    """The file itself, without what a server or a program put around it; raises :class:`Unreadable` where it cannot."""
    page = data if isinstance(data, Page) else Page(data)
    _refuse_large(page.body)
    body = unwrapped(page.body, MAX_BYTES)
    return page if body is page.body else Page(body, page.sheets)


def read_kind(page: Page, kind: str | None) -> Document:
    """Read bytes whose kind is known already, as :func:`kind_of` says it."""
    if kind in _READERS:
        return finished(_READERS[kind](page.body))
    if kind in PICTURES:
        return finished(document_of(scan.read_picture_files([page.body])))
    if kind:
        raise Unreadable(f"{kind}: this kind of document cannot be read")
    if page.is_html:
        return finished(read_html(page, MAX_LINES))
    _refuse_long(len(page.text))
    return finished(read_markdown(page.text.replace("\0", UNKNOWN), MAX_LINES))


def _refuse_long(characters: int) -> None:
    if characters > MAX_CHARACTERS:
        raise TooLarge(f"too long: {characters:,} characters, and no report has more than {MAX_CHARACTERS:,}")


def kind_of(data: bytes) -> str | None:
    """What binary kind bytes are, if any; raises :class:`Unreadable` for none at all and for too many."""
    if not data.strip():
        raise Unreadable("the file is empty")
    _refuse_large(data)
    return binary_kind(data)


def _refuse_large(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise Unreadable(too_large(len(data)))


def finished(document: Document) -> Document:
    """A document without print marks, with its tables that were set by spaces as grids; :class:`TooLarge` bounds it."""
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
