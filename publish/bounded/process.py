"""The process that queries run in:  python -m publish.bounded.process FD FILE SETTINGS

It opens the file read only and answers one question after another. A query that takes too long is interrupted; where
SQLite cannot be, within a single call of a function, the kernel ends the process. So it does at more memory or larger
temporary files than a query may have. This module imports little, since a process that ended is replaced at once.
"""

import marshal
import os
import resource
import signal
import sqlite3
import sys
import time
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import Any

from database.ngrams import match
from publish.bounded.allowed import bound
from publish.bounded.csv_lines import csv_line

# In bytes: of SQLite's own memory, of all data of the process, of a temporary file (a sort of some million rows).
_HEAP, _DATA, _FILE = 48 << 20, 128 << 20, 512 << 20
# Instructions of SQLite between two looks at the clock: a millisecond or so.
_STEPS = 10_000
# Seconds from the limit, when a query is interrupted, to the end of its process.
_GRACE = 0.3
# A query waits for the disk, or for other processes, no longer than so many times what it may work.
_WAITING = 5
# The size of a row's value beside its own bytes.
_PER_VALUE = 16


class Answering:
    """A connection, and the rows of its current query that are still to come."""

    def __init__(self, address: str) -> None:
        self._connection = sqlite3.connect(address, uri=True)
        # Before the authorizer, which allows none of these.
        self._connection.execute(f"pragma hard_heap_limit={_HEAP}")
        self._connection.text_factory = lambda text: str(text, "utf-8", "replace")
        self._connection.create_function("escape_fts", 1, match, deterministic=True)
        bound(self._connection)
        self._cursor = self._connection.cursor()
        self._next: Sequence[Any] | None = None
        self._shaped: Callable[[Sequence[Any]], Any] = tuple
        self._until = 0.0

    def begin(
        self, seconds: float, sql: str, params: dict[str, Any] | list[Any], form: str, rows: int, size: int
    ) -> tuple[Any, ...]:
        """The columns of a query, its first rows, and whether more would come.

        ``seconds`` are what the whole query may work; ``form`` is ``rows``, or ``csv`` for lines of it; ``size`` is in
        bytes.
        """
        self._shaped = csv_line if form == "csv" else tuple
        self._until = time.process_time() + seconds
        # A new one: the old may be in the middle of another query.
        self._cursor = self._connection.cursor()
        self._watch()
        self._cursor.execute(sql, params)
        self._next = self._cursor.fetchone()
        columns = [column[0] for column in self._cursor.description or ()]
        return columns, *self._rows(rows, size)

    def more(self, rows: int, size: int) -> tuple[list[Any], bool]:
        """The next rows, and whether more would come."""
        self._watch()
        return self._rows(rows, size)

    def _rows(self, rows: int, size: int) -> tuple[list[Any], bool]:
        found: list[Any] = []
        while self._next is not None and len(found) < rows and size > 0:
            found.append(self._shaped(self._next))
            size -= sum(_PER_VALUE + (len(value) if isinstance(value, str | bytes) else 0) for value in self._next)
            self._next = self._cursor.fetchone()
        return found, self._next is not None

    def _watch(self) -> None:
        """Bound what comes next."""
        self._connection.set_progress_handler(lambda: time.process_time() > self._until, _STEPS)
        left = max(0.0, self._until - time.process_time()) + _GRACE
        signal.setitimer(signal.ITIMER_PROF, left)
        signal.setitimer(signal.ITIMER_REAL, left * _WAITING)


def answer(answering: Answering, asked: tuple[Any, ...]) -> tuple[Any, ...]:
    """The answer to one question: ``rows`` and what there is, or ``failed``, a class of ``sqlite3`` and the reason."""
    name, *rest = asked
    try:
        return "rows", *(answering.begin(*rest) if name == "begin" else answering.more(*rest))
    except MemoryError:
        return "failed", "OperationalError", "out of memory: the query needs too much"
    except sqlite3.DatabaseError as error:
        return "failed", type(error).__name__, str(error)
    except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
        return "failed", "OperationalError", str(error)
    finally:
        # No limit while nothing is asked.
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)


def main() -> None:
    """Answer until the other end is closed."""
    descriptor, address, nice = sys.argv[1:]
    # Ctrl-C is for the server, which then closes its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    os.nice(int(nice))
    for what, most in ((resource.RLIMIT_DATA, _DATA), (resource.RLIMIT_FSIZE, _FILE), (resource.RLIMIT_CORE, 0)):
        _, highest = resource.getrlimit(what)
        resource.setrlimit(what, (most if highest < 0 else min(most, highest), highest))
    answering = Answering(address)
    with Connection(int(descriptor)) as connection:
        while True:
            try:
                asked = marshal.loads(connection.recv_bytes())  # noqa: S302 - from the process that started this one
            except EOFError:
                return
            connection.send_bytes(marshal.dumps(answer(answering, asked)))


if __name__ == "__main__":
    main()
