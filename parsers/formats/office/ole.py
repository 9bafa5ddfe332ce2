"""An OLE compound file ([MS-CFB]), the container of DOC, WPS, XLS and PPT: streams by name."""

import struct
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO

from olefile import OleFileIO

from parsers.document.model import Unreadable

# Twice the largest file that is read (convert.MAX_BYTES): a damaged directory states any size.
_MAX_STREAM = 64 * 1024 * 1024
_DAMAGE = (OSError, ValueError, IndexError, KeyError, TypeError, struct.error)


class Container:
    """The streams of an OLE file."""

    def __init__(self, file: OleFileIO) -> None:
        self._file = file

    def has(self, name: str) -> bool:
        """Whether there is such a stream at the top level."""
        return bool(self._file.exists(name))

    def stream(self, name: str) -> bytes:
        """A stream's bytes, b"" if there is none."""
        if not self.has(name) or self._file.get_size(name) > _MAX_STREAM:
            return b""
        with self._file.openstream(name) as stream:
            return bytes(stream.read())

    def title(self) -> str:
        """The title in the summary information, "" if there is none."""
        properties = self._file.get_metadata()
        title, codepage = properties.title or b"", properties.codepage or 0
        # The code page is stored as a signed number: 65001 is -535.
        names = {936: "gb18030", 65001: "utf-8", 1200: "utf-16-le"}
        return str(title.decode(names.get(codepage % 65536, "gb18030"), errors="replace")).strip("\x00 ")


@contextmanager
def open_ole(data: bytes) -> Iterator[Container]:
    """Open an OLE file; whatever is read from it, damage raises :class:`Unreadable`."""
    try:
        with OleFileIO(BytesIO(data)) as file:
            yield Container(file)
    except _DAMAGE as error:
        raise Unreadable(f"a damaged OLE file: {error}") from error
