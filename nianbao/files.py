"""Local files as sources of reports."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

from database.clock import now
from database.rows import report_rows
from database.store import Source, Store
from parsers.convert import MAX_BYTES, too_large
from parsers.document.model import Unreadable
from parsers.read import read
from parsers.report import Report


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file as it was named, its bytes if it could be opened, and its report or the reason why not."""

    name: str
    result: Report | str
    data: bytes | None = None

    def save(self, store: Store) -> None:
        """Write the report, or the failure, under an id made of the file's hash."""
        if self.data is None:
            store.save_failure(self.name, "read", str(self.result))
            return
        digest = hashlib.sha256(self.data).hexdigest()
        source = Source(f"file-{digest[:12]}", digest, len(self.data), now())
        if isinstance(self.result, Report):
            store.save_report(source, report_rows(self.result), revised=False)
            store.clear_failure(self.name)
        else:
            store.save_failure(self.name, "read", self.result, source)


def decoded(word: str) -> str:
    """A word of the command line as Unicode, also where its bytes are not."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def printable(name: str) -> str:
    """A file's name as one line of Unicode, also where its bytes are not."""
    return "".join(char if char.isprintable() else ascii(char)[1:-1] for char in decoded(name))


def bytes_of(path: Path) -> bytes:
    """A file's bytes; raises :class:`Unreadable` where they cannot be had, or are too many."""
    try:
        if path.is_dir():
            raise Unreadable("this is a directory, not a file")
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(too_large(path.stat().st_size))
        return path.read_bytes()
    except OSError as error:
        raise Unreadable((error.strerror or str(error)).lower()) from error


def read_file(given: str) -> FileSource:
    """Read one file; the result is a report or the reason why there is none."""
    name, data = printable(given), None
    try:
        data = bytes_of(Path(given))
        return FileSource(name, read(data), data)
    except Unreadable as error:
        return FileSource(name, str(error), data)
