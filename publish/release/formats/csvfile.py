"""CSV as a release writes it: an empty field is no value, a quoted empty one an empty text."""

import csv
import gzip
import hashlib
import io
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

BOM = "\ufeff"
# Stands for an empty text while rows are written: the csv module writes None in the same way. No text has it (checked).
_EMPTY = "\0"
# What spreadsheets take for a formula; a number is none.
_FORMULA = re.compile(r"(?![+-]?\d+(?:\.\d+)?$)[=+\-@\t\r]")


def text_of(rows: Iterable[Iterable[object]]) -> str:
    """Rows as lines of CSV."""
    lines = io.StringIO()
    # With both, the module quotes a text that has either.
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerows([_EMPTY if value == "" else value for value in row] for row in rows)
    return lines.getvalue().replace(_EMPTY, '""')


class Compressed:
    """A ``csv.gz`` file that grows by batches; it bears no time and no name, so the same rows are the same bytes."""

    def __init__(self, file: gzip.GzipFile) -> None:
        self._file = file
        self._digest = hashlib.sha256()

    def write(self, rows: Iterable[Iterable[object]]) -> None:
        """Add rows."""
        data = text_of(rows).encode()
        self._digest.update(data)
        self._file.write(data)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written, before it is compressed."""
        return self._digest.hexdigest()


@contextmanager
def compressed(path: Path) -> Iterator[Compressed]:
    """A ``csv.gz`` file to be written."""
    with path.open("wb") as raw, gzip.GzipFile("", "wb", 6, raw, mtime=0) as file:
        yield Compressed(file)


def write_plain(path: Path, head: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    """A small file that Excel opens as UTF-8 and executes nothing of."""
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(BOM + text_of([head]))
        for row in rows:
            file.write(text_of([map(_harmless, row)]))


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
