"""What servers and programs put around a file, taken off: gzip, a form's head, bytes before the mark of its kind."""

import re
import zlib
from gzip import GzipFile
from io import BytesIO

from parsers.document.model import TooLarge, Unreadable

_GZIP = b"\x1f\x8b"
# Programs that open PDF files look for the mark in so many bytes.
_PDF_WITHIN = 1024
# The head of one part of a form as a browser sends it, which some servers keep with the file (RFC 7578).
_PART = re.compile(rb"\s*(--[^\r\n]{1,70})\r?\n(?:Content-[\w-]+:[^\r\n]*\r?\n)+\r?\n", re.IGNORECASE)
_LEADING = re.compile(rb"(?:\xef\xbb\xbf|\s)+(?=\{\\rtf|[A-Za-z][\w-]+:)")


def unwrapped(data: bytes, most: int) -> bytes:
    """The file itself; raises :class:`Unreadable` for a gzip file that is damaged or unpacks to over ``most`` bytes."""
    if data.startswith(_GZIP):
        data = _gunzipped(data, most)
    if part := _PART.match(data):
        end = data.rfind(b"\n" + part[1])
        data = data[part.end() : end if end > part.end() else len(data)]
    mark = data.find(b"%PDF-", 0, _PDF_WITHIN)
    if mark > 0 and b"endobj" in data:
        return data[mark:]
    leading = _LEADING.match(data)
    return data[leading.end() :] if leading else data


def _gunzipped(data: bytes, most: int) -> bytes:
    try:
        with GzipFile(fileobj=BytesIO(data)) as stream:
            inner = stream.read(most + 1)
    except (EOFError, OSError, zlib.error) as error:
        raise Unreadable(f"a damaged gzip file: {str(error).lower()}") from error
    if len(inner) > most:
        raise TooLarge(f"a gzip file that unpacks to more than {most:,} bytes, and no report has so many")
    return inner
