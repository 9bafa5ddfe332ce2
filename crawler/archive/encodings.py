"""Content encodings, undone the same way when an answer comes and when it is read from the archive."""

import zlib

from crawler.compat import DECODERS, TooLarge

# As large as DOWNLOAD_MAXSIZE in crawler/settings.py lets an answer be.
_MOST = 64 << 20


def decoded(body: bytes, header: str | None) -> bytes:
    """A body without the encodings that its Content-Encoding header names.

    One that is not what the header says, or would be larger than any report, is left as it is.
    """
    plain = body
    for name in reversed((header or "").lower().replace(",", " ").split()):
        if name == "identity":
            continue
        if name not in DECODERS:
            return body
        try:
            plain = DECODERS[name](plain, max_size=_MOST)
        except (TooLarge, OSError, EOFError, ValueError, zlib.error):
            return body
        except Exception:  # noqa: BLE001 - the classes of brotli and zstd are named by neither
            return body
    return plain
