"""The quality summary: how many reports there are of each year, and how many doubts about them."""

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

import yaml


def quality(db: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    """The rows of table ``quality``; the crawl's own tables have to be there."""
    measures = yaml.safe_load((files(__package__) / "quality.yaml").read_text(encoding="utf-8"))
    for measure in measures:
        for year, count in db.execute(measure["sql"]).fetchall():
            name = "unknown" if year is None else str(year)
            yield name, measure["measure"], measure["zh"], measure["en"], count
