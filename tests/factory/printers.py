"""Sheets through programs that print and convert: Chromium and LibreOffice, one document a call."""

import subprocess
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from tests.factory import html, office
from tests.factory.sheet import Sheet

_CHROMIUM = (
    "chromium", "--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
)  # fmt: skip


def chromium_pdf(sheet: Sheet, rng: Random) -> bytes:
    """A portal's page or one pasted from Word, as Chromium prints it, heads and feet included."""
    page = _web_page(sheet, rng)
    with TemporaryDirectory() as folder:
        source, printed = Path(folder, "page.html"), Path(folder, "page.pdf")
        source.write_bytes(page)
        options = (f"--user-data-dir={folder}/profile", f"--print-to-pdf={printed}")
        subprocess.run([*_CHROMIUM, *options, source.as_uri()], check=True, capture_output=True, timeout=120)
        return printed.read_bytes()


def _web_page(sheet: Sheet, rng: Random) -> bytes:
    """A page of either kind that says which charset it is in."""
    page = html.plain_page(sheet, rng) if rng.random() < 0.5 else html.word_page(sheet, rng)
    try:
        text = page.decode()
    except UnicodeDecodeError:
        text = page.decode("gb18030")
    return text.replace("<html>", "<html><meta charset='utf-8'>", 1).encode()


def libreoffice_pdf(sheet: Sheet, rng: Random) -> bytes:
    """A page as LibreOffice prints it, borders included."""
    return office.converted([("html", _web_page(sheet, rng))], "pdf")[0]


def libreoffice_docx(sheet: Sheet, rng: Random) -> bytes:
    """A DOCX file that LibreOffice wrote."""
    return office.converted([("docx", office.word_file(sheet, rng))], "docx")[0]


def document_source(sheet: Sheet, rng: Random) -> tuple[str, bytes]:
    """A page, or a file whose headings the program numbers."""
    page = rng.random() < 0.5
    return ("html", _web_page(sheet, rng)) if page else ("docx", office.wps_file(sheet, rng))


def libreoffice_odt(sheet: Sheet, rng: Random) -> bytes:
    """An ODT file that LibreOffice wrote."""
    return office.converted([document_source(sheet, rng)], "odt")[0]


def libreoffice_doc(sheet: Sheet, rng: Random) -> bytes:
    """A DOC file that LibreOffice wrote."""
    return office.converted([("docx", office.word_file(sheet, rng))], "doc")[0]
