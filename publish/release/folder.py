"""A folder that appears whole or not at all."""

import hashlib
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SUMS = "SHA256SUMS"
_MARK = "datapackage.json"


class NoRelease(Exception):  # noqa: N818 - says what the folder is
    """What is there already is no release, and is left alone."""


@contextmanager
def whole(folder: Path) -> Iterator[Path]:
    """A folder beside the wanted one, which takes its place once everything in it is written.

    What a killed run left is removed. Raises :class:`NoRelease` where something else has the name, OSError where
    no folder can be made.
    """
    target = folder.absolute()
    if target.exists() and not _may_be_replaced(target):
        raise NoRelease(f"{folder}: is there already, and is no release")
    partial, former = (target.with_name(f".{target.name}.{what}") for what in ("partial", "former"))
    for left in (partial, former):
        shutil.rmtree(left, ignore_errors=True)
    partial.mkdir()
    try:
        yield partial
        if target.exists():
            target.rename(former)
        partial.rename(target)
    finally:
        shutil.rmtree(partial, ignore_errors=True)
        shutil.rmtree(former, ignore_errors=True)


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
