"""Bytes to text. The declared charset is not believed: GB18030 is often declared as gb2312 or utf-8."""

import codecs

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)


def decode(data: bytes) -> str:
    """Decode by byte order mark, else as strict UTF-8, else as GB18030.

    Bytes that are none of these become U+FFFD, so that a reader can see where the text was broken.
    """
    for mark, encoding in _BOMS:
        if data.startswith(mark):
            return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # A download cut off in the middle of a character is still UTF-8.
        if error.start >= len(data) - 3:
            return data.decode("utf-8", errors="replace")
    return data.decode("gb18030", errors="replace")
