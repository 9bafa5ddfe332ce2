"""Bytes to text. The declared charset is not believed: GB18030 is often declared as gb2312 or utf-8."""

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Markup in UTF-16 that has no byte order mark.
_UTF16 = ((b"<\x00", "utf-16-le"), (b"\x00<", "utf-16-be"))
_MOST_BROKEN = 4


def decode(data: bytes) -> str:
    """Decode by byte order mark, else as UTF-8, else as GB18030.

    Bytes that are none of these become U+FFFD, so that a reader can see where the text was broken.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    unmarked = next((name for mark, name in _UTF16 if data.startswith(mark)), None)
    if unmarked:
        return data.decode(unmarked, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("utf-8", errors="replace")
    # A character that was cut in two leaves all others whole; GB18030 read as UTF-8 leaves none.
    if _MOST_BROKEN * text.count("\ufffd") <= len(text) - _ascii(text):
        return text
    return data.decode("gb18030", errors="replace")


def _ascii(text: str) -> int:
    return len(text.encode("ascii", errors="ignore"))
