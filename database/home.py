"""The folder of an operator's files: database, archive, decisions, lock and settings are all in it."""

import os
from pathlib import Path


def home() -> Path:
    """``$NIANBAO_HOME``, else ``data`` in the current folder."""
    return Path(os.environ.get("NIANBAO_HOME") or "data")


def database() -> Path:
    """The database; its lock and the decisions of people are beside it."""
    return home() / "nianbao.db"


def archive() -> Path:
    """The folder of the WARC files."""
    return home() / "archive"
