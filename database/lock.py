"""The lock of a database: one crawl, or one reparse, works on it at a time."""

from pathlib import Path

from filelock import FileLock, Timeout


class Busy(Exception):  # noqa: N818 - says what the database is
    """Another crawl, or a reparse, works on the database."""


def lock_of(db: Path) -> FileLock:
    """Take the lock of a database for the rest of the process; raises :class:`Busy`."""
    db.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(f"{db}.lock", is_singleton=True)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise Busy(f"{db}: another crawl or reparse is at work on it") from error
    return lock
