"""What kind of file some bytes are, by their content; the file's name is not believed."""

import re

from parsers.formats.office.ole import open_ole
from parsers.formats.office.package import Package

PDF = "a PDF file"
DOCX = "an Office Open XML file"
DOC = "an old Office document (DOC, WPS)"
RTF = "an RTF file"
MHTML = "a web archive (MHTML)"
WORD_XML = "a Word document in plain XML"
OFD = "an OFD file"
XLSX = "an Excel workbook (XLSX)"
XLS = "an Excel workbook (XLS)"
ODT = "an OpenDocument text (ODT)"
ODS = "an OpenDocument workbook (ODS)"
_ZIP = "a ZIP archive"
_OLE = "an OLE file of unknown kind"

PICTURES = frozenset(f"a {name} picture" for name in ("PNG", "JPEG", "GIF", "BMP", "TIFF", "WebP"))

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"RIFF", "a WebP picture"),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", _ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", _OLE),
    (b"{\\rtf", RTF),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip file"),
)
# A locked file of any kind is this one first.
_STREAMS = (
    ("EncryptedPackage", "an Office file locked with a password"),
    ("WordDocument", DOC),
    ("Workbook", XLS),
    ("Book", XLS),
    ("PowerPoint Document", "a PowerPoint presentation (PPT)"),
)
_OPEN_DOCUMENTS = ((b"opendocument.text", ODT), (b"opendocument.spreadsheet", ODS))
_MAIL_HEAD = re.compile(rb"\s*(?:MIME-Version|Content-Type|Date|From|Message-ID|Subject|X-[\w-]+)\s*:", re.IGNORECASE)
_WORD_XML = re.compile(rb"schemas\.microsoft\.com/office/(?:word/2003/wordml|2006/xmlPackage)")
_HEAD = 1 << 16
# Byte order marks, and markup in UTF-16 that has none.
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")
# Control characters that no text has: one byte in ten of a binary file, one in a thousand of a text with a stray NUL.
_CONTROLS = bytes({*range(32), 127} - set(b"\t\n\v\f\r\x1a\x1b"))
_MOST_CONTROLS = 0.01


def _fits(magic: bytes, data: bytes) -> bool:
    """Whether what follows a short mark fits it too."""
    return {b"BM": b"\x00" in data[:64], b"RIFF": data[8:12] == b"WEBP"}.get(magic, True)


def binary_kind(data: bytes) -> str | None:
    """The name of the format, other than text and its markup, that the bytes are, or None for text.

    Raises :class:`Unreadable` for an archive or an OLE file so damaged that it cannot be told.
    """
    for magic, name in _MAGIC:
        if data.startswith(magic) and _fits(magic, data):
            inside = {_ZIP: _zip_kind, _OLE: _ole_kind}.get(name)
            return inside(data) if inside else name
    if _MAIL_HEAD.match(data) and b"multipart/related" in data[:_HEAD].lower():
        return MHTML
    if _WORD_XML.search(data[:_HEAD]) and b"<?xml" in data[:64]:
        return WORD_XML
    return None if data.startswith(_UTF16) or _is_text(data[:_HEAD]) else "a binary file of unknown kind"


def _is_text(head: bytes) -> bool:
    """Whether bytes without a mark are text, but for a stray control character."""
    return b"\x00" not in head or len(head) - len(head.translate(None, _CONTROLS)) <= _MOST_CONTROLS * len(head)


def is_picture(data: bytes) -> bool:
    """Whether bytes are a picture of a known kind."""
    return any(data.startswith(magic) and name in PICTURES and _fits(magic, data) for magic, name in _MAGIC)


def is_archive(data: bytes) -> bool:
    """Whether bytes are a ZIP archive of files, and not a document that is kept in one."""
    return data.startswith(b"PK\x03\x04") and _zip_kind(data) == _ZIP


def _zip_kind(data: bytes) -> str:
    """What an archive is, by the files that such a kind must have, wherever they stand in it."""
    package = Package(data)
    if package.has("xl/workbook.xml") or package.has("xl/workbook.bin"):
        return XLSX
    if package.has("_rels/.rels") or package.has("word/document.xml"):
        return DOCX
    if package.has("OFD.xml"):
        return OFD
    if package.has("mimetype") and package.has("content.xml"):
        kind = package.part("mimetype") or b""
        return next((name for mark, name in _OPEN_DOCUMENTS if mark in kind), "an OpenDocument file")
    return _ZIP


def _ole_kind(data: bytes) -> str:
    with open_ole(data) as container:
        return next((kind for name, kind in _STREAMS if container.has(name)), _OLE)
