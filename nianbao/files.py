"""Local files as sources of reports."""

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from crawler.processes import SECONDS, apart, unfinished
from database.clock import now
from database.rows import report_rows
from database.store import Source, Store
from nianbao.words import printable, reason
from parsers.convert import MAX_BYTES, too_large
from parsers.document.model import Unreadable
from parsers.read import NO_MEMORY, read
from parsers.report import Report

# Files that are read ahead of the one that is printed, for each process.
_AHEAD = 8


@dataclass(frozen=True, slots=True)
class FileSource:
    """A file as it was named, its report or the reason why not, and hash and size if it could be opened."""

    name: str
    result: Report | str
    digest: str = ""
    size: int = 0

    def save(self, store: Store) -> None:
        """Write the report, or the failure, under an id made of the file's hash."""
        if not self.digest:
            store.save_failure(self.name, "read", str(self.result))
            return
        source = Source(f"file-{self.digest[:12]}", self.digest, self.size, now())
        if isinstance(self.result, Report):
            store.save_report(source, report_rows(self.result), revised=False)
            store.clear_failure(self.name)
        else:
            store.save_failure(self.name, "read", self.result, source)


def bytes_of(path: Path) -> bytes:
    """A file's bytes; raises :class:`Unreadable` where they cannot be had, or are too many."""
    try:
        if path.is_dir():
            raise Unreadable("this is a directory, not a file")
        if path.stat().st_size > MAX_BYTES:
            raise Unreadable(too_large(path.stat().st_size))
        return path.read_bytes()
    except OSError as error:
        raise Unreadable(reason(error)) from error


def read_file(given: str) -> FileSource:
    """Read one file; the result is a report or the reason why there is none."""
    name, digest, size = printable(given), "", 0
    try:
        data = bytes_of(Path(given))
        digest, size = hashlib.sha256(data).hexdigest(), len(data)
        return FileSource(name, read(data), digest, size)
    except Unreadable as error:
        return FileSource(name, str(error), digest, size)
    except MemoryError:
        return FileSource(name, NO_MEMORY, digest, size)


def read_all(given: Sequence[str], jobs: int, seconds: float = SECONDS) -> Iterator[FileSource]:
    """Read files in so many processes, each with the limits of the crawl; they come in the order of their names here.

    A file that is not read to its end is none, for a reason that says so; the others are read all the same.
    """
    if len(given) == 1:
        yield _ended(given[0], lambda: apart(partial(read_file, given[0]), seconds), seconds)
        return
    # Its library takes as long to load as a page to read.
    from crawler.workers.pool import ReaderPool

    pool = ReaderPool(min(jobs, len(given)), seconds, start="fork")
    try:
        reading: deque[tuple[str, Future[FileSource]]] = deque()
        for name in given:
            reading.append((name, pool.submit(partial(read_file, name))))
            if len(reading) > _AHEAD * jobs:
                first, future = reading.popleft()
                yield _ended(first, future.result, seconds)
        while reading:
            first, future = reading.popleft()
            yield _ended(first, future.result, seconds)
    finally:
        pool.close()


def _ended(given: str, result: Callable[[], FileSource], seconds: float) -> FileSource:
    try:
        return result()
    except OSError as error:  # Expired, ProcessExpired of the pool, TimeoutError
        return FileSource(printable(given), unfinished(error, seconds))
