"""The archived bytes of documents, for the reading room."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from sqlite3 import connect

from sqlite_utils import Database

from crawler.archive.writer import Archive


def originals(db: Path, archive: Path) -> Callable[[str], bytes]:
    """Look documents up by their SHA-256; what comes back raises LookupError where the archive has none."""
    kept = Archive(archive)

    def payload(sha256: str) -> bytes:
        with closing(connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return kept.payload(Database(connection), sha256)

    return payload


def archive_beside(db: Path) -> Path | None:
    """The archive beside a database, where the crawl and the demo put it; None if there is none."""
    folders = (db.parent / "archive", db.with_name(f"{db.stem}-archive"))
    return next((folder for folder in reversed(folders) if folder.is_dir()), None)
