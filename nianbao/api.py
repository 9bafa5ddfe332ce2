"""What other programs may rely on: reading a file, and opening a database or a release."""

import sqlite3
from pathlib import Path

from sqlite_utils import Database

from parsers.document.model import Unreadable
from parsers.read import read
from parsers.report import Report

__all__ = ["Report", "Unreadable", "open_database", "read"]


def open_database(path: str | Path) -> Database:
    """Open a database, or the SQLite file of a release, read only.

    Raises FileNotFoundError where there is none. Tables are described in ``docs/database.md``; view ``cells`` has every
    cell with its state and proof.
    """
    file = Path(path)
    if not file.is_file():
        raise FileNotFoundError(f"{file}: no such database")
    return Database(sqlite3.connect(f"{file.resolve().as_uri()}?mode=ro", uri=True))
