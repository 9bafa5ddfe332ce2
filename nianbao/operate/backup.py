"""Copies of an operator's folder: ``nianbao backup DIR`` while a crawl may be at work, and ``nianbao restore DIR``.

A copy is a folder like the one copied: the database, what people decided, the settings, and the archive. Each file
takes its place only when it is whole, so that a backup or restore that is killed harms nothing and is simply run again.
The database is copied first: all that it refers to was in the archive before.
"""

import os
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from database.decisions import NAME as DECISIONS
from database.home import archive, database, home
from database.lock import lock_of
from nianbao.operate.configuration import NAME as SETTINGS

# Pages of the database copied at a time; a crawl goes on between.
_PAGES = 4096


class Unrestorable(Exception):  # noqa: N818 - says what the copy, or the place for it, is
    """A folder that is no backup, or one in which something is already."""


@dataclass(frozen=True, slots=True)
class Copied:
    """How many files were copied, and how many were there and the same."""

    copied: int
    same: int


def back_up(folder: Path) -> Copied:
    """Copy the folder at hand; files that are there and the same are left alone."""
    folder.mkdir(parents=True, exist_ok=True)
    _copy_database(database(), folder / database().name)
    done = [_copy(source, folder / source.relative_to(home())) for source in _files(home())]
    return Copied(1 + sum(done), len(done) - sum(done))


def restore(folder: Path) -> Copied:
    """Copy a backup into the folder at hand, which must have neither database nor archive.

    Raises :class:`Unrestorable`, and :class:`database.lock.Busy` where a crawl is at work. What a restore that was
    killed has copied is kept: the database, without which nothing counts, comes last.
    """
    source = folder / database().name
    if not source.is_file():
        raise Unrestorable(f"{folder}: has no {source.name}; it is no backup")
    if database().exists():
        raise Unrestorable(f"{database()}: is there; move it away first")
    lock_of(database())
    done = [_copy(file, home() / file.relative_to(folder)) for file in _files(folder)]
    _copy_database(source, database())
    return Copied(1 + sum(done), len(done) - sum(done))


def _files(folder: Path) -> Iterator[Path]:
    """What is copied besides the database."""
    yield from (path for name in (DECISIONS, SETTINGS) if (path := folder / name).is_file())
    yield from sorted((folder / archive().name).glob("*.warc.gz"))


def _copy(source: Path, target: Path) -> bool:
    """Copy a file unless the same is there; returns whether it was copied. An archive's file only ever grows."""
    there = source.stat()
    if target.exists() and (target.stat().st_size, target.stat().st_mtime_ns) == (there.st_size, there.st_mtime_ns):
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f"{target.name}.part")
    shutil.copyfile(source, part)
    os.utime(part, ns=(there.st_atime_ns, there.st_mtime_ns))
    _settle(part, target)
    return True


def _copy_database(source: Path, target: Path) -> None:
    """A copy of one moment, in one file, also of a database that is being written to."""
    part = target.with_name(f"{target.name}.part")
    part.unlink(missing_ok=True)
    with (
        closing(sqlite3.connect(f"{source.resolve().as_uri()}?mode=ro", uri=True)) as db,
        closing(sqlite3.connect(part)) as copy,
    ):
        db.backup(copy, pages=_PAGES)
        copy.execute("pragma journal_mode = delete")
    _settle(part, target)


def _settle(part: Path, target: Path) -> None:
    """Put a finished file in its place for good."""
    with part.open("rb") as file:
        os.fsync(file.fileno())
    part.replace(target)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
