"""Bytes to report: the one way in for the command line, the crawl and the tests."""

from collections.abc import Sequence
from zlib import crc32

from parsers.assemble import read_report
from parsers.convert import finished, kind_of, read_document
from parsers.document.model import TooLarge, Unreadable
from parsers.formats.paged import pdfium, pdfminer
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.pdf import PdfReader, read_pdf
from parsers.formats.paged.scans import scan
from parsers.formats.sniff import PDF
from parsers.formats.web.page import Page
from parsers.reconcile import reconcile
from parsers.report import Report, Status

# One PDF in so many is read by both readers although the first reading proves itself.
_ONE_IN = 20


def read(data: bytes | Page) -> Report:
    """Read bytes as an annual report; raises :class:`Unreadable`, whose message says why not.

    Whoever has made a :class:`Page` of the bytes gives that, so that nothing is decoded or parsed again.
    """
    page = data if isinstance(data, Page) else Page(data)
    try:
        return _read_pdf(page.body) if kind_of(page.body) == PDF else read_report(read_document(page))
    except Unreadable:
        raise
    except Exception as error:  # A fault of ours must cost one document, not the batch
        raise Unreadable(f"fault in nianbao, please report it: {type(error).__name__}: {error}") from error


def read_pictures(files: Sequence[bytes]) -> Report:
    """Read pictures as the pages of one report; raises :class:`Unreadable`."""
    return read_report(finished(document_of(scan.read_picture_files(files))))


def _read_pdf(data: bytes) -> Report:
    """Read a PDF with the quick reader, and with the other too unless the first reading proves itself.

    One in 20 of these is read by both anyway. Where a table is missing, it may stand
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
    second = _attempt(data, pdfminer.read_pages)
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
        return read_report(finished(read_pdf(data, reader, pictures=pictures)))
    except Unreadable as error:
        return error
