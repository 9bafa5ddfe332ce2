"""A folder that appears complete or not at all."""

import fcntl
import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from errno import EAGAIN
from pathlib import Path

SUMS = "SHA256SUMS"
_MARK = "datapackage.json"


class NoRelease(Exception):  # noqa: N818 - says what the folder is
    """What is there already is no release, and is left alone."""


@contextmanager
def replaced_folder(folder: Path) -> Iterator[Path]:
    """A folder beside the wanted one, which takes its place once everything in it is written.

    What a killed run left is removed. Raises :class:`NoRelease` where something else has the name, OSError where
    no folder can be made or another run is making it.
    """
    # A link stays a link to what is replaced.
    target = folder.resolve()
    if target.exists() and not _may_be_replaced(target):
        raise NoRelease(f"{folder}: is there already, and is no release")
    partial, former, lock = (target.with_name(f".{target.name}.{what}") for what in ("partial", "former", "lock"))
    with _exclusive(lock, folder):
        try:
            _clean(target, partial, former)
            partial.mkdir()
            yield partial
            if target.exists():
                target.rename(former)
            partial.rename(target)
        finally:
            _clean(target, partial, former)


@contextmanager
def _exclusive(lock: Path, folder: Path) -> Iterator[None]:
    """Held by one run at a time; raises BlockingIOError for all others."""
    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            held = os.fstat(file.fileno()).st_nlink > 0
        except BlockingIOError:
            held = False
        # A file without a name is that of a run which ended a moment ago.
        if not held:
            raise BlockingIOError(EAGAIN, "another run is publishing into it", str(folder))
        try:
            yield
        finally:
            lock.unlink()


def _clean(target: Path, partial: Path, former: Path) -> None:
    """Remove what is not wanted, and put the former folder back where nothing has taken its place."""
    if former.exists() and not target.exists():
        former.rename(target)
    for left in (partial, former):
        shutil.rmtree(left, ignore_errors=True)


def _may_be_replaced(folder: Path) -> bool:
    if not folder.is_dir():
        return False
    return not any(folder.iterdir()) or all((folder / name).is_file() for name in (SUMS, _MARK))


def files_of(folder: Path) -> list[str]:
    """The files in a folder by their paths from it, in order."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def write_sums(folder: Path) -> None:
    """Write the file that ``sha256sum -c`` reads."""
    lines = [f"{sha256_of(folder / name)}  {name}\n" for name in files_of(folder)]
    (folder / SUMS).write_text("".join(lines), encoding="utf-8")
