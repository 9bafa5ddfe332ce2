"""What kind of file some bytes are, by their content; the file's name is not believed."""

import re

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\x00", "a TIFF picture"),
    (b"MM\x00*", "a TIFF picture"),
    (b"%PDF-", "a PDF file"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Office document (DOC, WPS)"),
    (b"Rar!", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x1f\x8b", "a gzip file"),
)
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|div|p|span|meta|article|center|dl|font|frameset|h[1-6]|iframe|link|main|ol"
    r"|pre|script|section|style|title|ul)\b",
    re.IGNORECASE,
)
_HEAD = 1 << 16
# Byte order marks, and markup in UTF-16 that has none.
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")


def binary_kind(data: bytes) -> str | None:
    """The name of the binary format that the bytes begin as, or None for text."""
    for magic, name in _MAGIC:
        if data.startswith(magic) and (magic != b"BM" or b"\x00" in data[:64]):
            return name
    if b"\x00" in data[:_HEAD] and not data.startswith(_UTF16):
        return "a binary file of unknown kind"
    return None


def is_html(text: str) -> bool:
    """Whether text is HTML markup rather than plain text or Markdown."""
    return bool(_HTML.search(text[:_HEAD]))
