"""The archived bytes of documents, for the reading room."""

import atexit
from collections.abc import Callable
from contextlib import closing
from functools import cache, lru_cache, partial
from pathlib import Path
from sqlite3 import connect
from typing import TYPE_CHECKING

from sqlite_utils import Database

from crawler.processes import SECONDS
from parsers.document.model import Box, Unreadable

if TYPE_CHECKING:
    from crawler.workers.pool import ReaderPool

# Pictures that are kept for those who ask again, some 30 kB each.
_KEPT = 256


def originals(db: Path, archive: Path) -> Callable[[str], bytes]:
    """Look documents up by their SHA-256; what comes back raises LookupError where the archive has none."""
    from crawler.archive.writer import Archive

    kept = Archive(archive)

    def payload(sha256: str) -> bytes:
        with closing(connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            return kept.payload(Database(connection), sha256)

    return payload


def pictures(
    originals: Callable[[str], bytes],
) -> Callable[[str, int, tuple[float, float, float, float]], bytes | None]:
    """Cut rows out of pages in another process, which is given a fifth of the time that a document may take."""

    @cache
    def pool() -> "ReaderPool":
        from crawler.workers.pool import ReaderPool

        made = ReaderPool(1, SECONDS / 5)
        atexit.register(made.close)
        return made

    @lru_cache(maxsize=_KEPT)
    def picture(sha256: str, page: int, sides: tuple[float, float, float, float]) -> bytes | None:
        data = originals(sha256)
        try:
            return pool().submit(partial(_row_picture, data, Box(page, *sides))).result()
        except (OSError, Unreadable) as error:  # a page that takes too long, or ends its process
            raise LookupError(f"{sha256}, page {page}: {error}") from error

    return picture


def _row_picture(data: bytes, box: Box) -> bytes | None:
    # What draws takes a second to load, which the server's own process need not.
    from nianbao.inspect.places import row_picture

    return row_picture(data, box)


def archive_beside(db: Path) -> Path | None:
    """The archive beside a database, where the crawl and the demo put it; None if there is none."""
    folders = (db.parent / "archive", db.with_name(f"{db.stem}-archive"))
    return next((folder for folder in reversed(folders) if folder.is_dir()), None)
