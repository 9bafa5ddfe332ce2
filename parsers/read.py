"""Bytes to report: the one way in for the command line, the crawl and the tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from parsers.assemble import Findings, find, read_report, report_of
from parsers.convert import finished, kind_of, opened, read_kind
from parsers.document.model import Document, NoReport, TooLarge, Unreadable
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
NO_MEMORY = "reading it takes more memory than it may"
"""The reason why a file is not read that has met the limit of its process."""


@dataclass(frozen=True, slots=True)
class Inspection:
    """A report, or the reason why there is none, and what was found in the document, if it could be opened."""

    result: Report | Unreadable
    findings: Findings | None = None

    @property
    def status(self) -> Status:
        """The report's status."""
        return self.result.status if isinstance(self.result, Report) else Status.FAILED


def read(data: bytes | Page) -> Report:
    """Read bytes as an annual report; raises :class:`Unreadable`, whose message says why not.

    Pass a :class:`Page` if there is one already, so that nothing is decoded or parsed again.
    """
    result = inspect(data).result
    if isinstance(result, Unreadable):
        raise result
    return result


def inspect(data: bytes | Page) -> Inspection:
    """Read bytes as an annual report, and keep what was found on the way; raises :class:`Unreadable` for a fault."""
    try:
        page = opened(data)
        kind = kind_of(page.body)
        return _read_pdf(page.body) if kind == PDF else _inspected(read_kind(page, kind))
    except Unreadable as error:
        return Inspection(error)
    except MemoryError as error:
        raise Unreadable(NO_MEMORY) from error
    except Exception as error:  # A fault of ours must cost one document, not the batch
        raise Unreadable(f"fault in nianbao, please report it: {type(error).__name__}: {error}") from error


def read_pictures(files: Sequence[bytes]) -> Report:
    """Read pictures as the pages of one report; raises :class:`Unreadable`."""
    return read_report(finished(document_of(scan.read_picture_files(files))))


def _inspected(document: Document) -> Inspection:
    findings = find(document)
    try:
        return Inspection(report_of(findings), findings)
    except NoReport as error:
        return Inspection(error, findings)


def _read_pdf(data: bytes) -> Inspection:
    """Read a PDF with the quick reader, and with the other too unless the first reading proves itself.

    One in 20 of these is read by both anyway. Where a table is missing, it may stand
    in a picture on the page.
    """
    first = _attempt(data, pdfium.read_pages)
    if isinstance(first.result, TooLarge):
        return first
    if first.status is Status.INCOMPLETE and scan.is_installed():
        # The same reader's text again: two readings, but no two witnesses.
        first = _better(first, _attempt(data, pdfium.read_pages, pictures=True), independent=False)
    if _is_scanned(first) or (first.status is Status.VERIFIED and crc32(data) % _ONE_IN):
        return first
    return _better(first, _attempt(data, pdfminer.read_pages))


def _better(first: Inspection, second: Inspection, *, independent: bool = True) -> Inspection:
    """The better of two readings, reconciled with the other; the first if neither is a report."""
    if not isinstance(first.result, Report) or not isinstance(second.result, Report):
        return second if isinstance(second.result, Report) else first
    report = reconcile(first.result, second.result, independent=independent)
    stands_on = first if report.places is first.result.places else second
    return Inspection(report, stands_on.findings)


def _is_scanned(reading: Inspection) -> bool:
    """Whether OCR had a part in it: that is slow, and both readers would leave it to the same engine."""
    report = reading.result
    return isinstance(report, Report) and any(cell.confidence is not None for cell in report.cells.values())


def _attempt(data: bytes, reader: PdfReader, *, pictures: bool = False) -> Inspection:
    try:
        return _inspected(finished(read_pdf(data, reader, pictures=pictures)))
    except Unreadable as error:
        return Inspection(error)
