"""The quality summary: how many reports there are of each year, and how many doubts about them."""

import sqlite3
from collections.abc import Iterator
from importlib.resources import files

import yaml


def quality(db: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    """The rows of table ``quality``; the crawl's own tables have to be there."""
    measures = yaml.safe_load((files(__package__) / "quality.yaml").read_text(encoding="utf-8"))
    years = [year for (year,) in db.execute("select distinct year from reports")]
    for measure in measures:
        found = dict(db.execute(measure["sql"]).fetchall())
        # A year of which nothing was to be counted has a 0.
        for year in found if "all" in found else years:
            name = "unknown" if year is None else str(year)
            yield name, measure["measure"], measure["zh"], measure["en"], found.get(year, 0)
