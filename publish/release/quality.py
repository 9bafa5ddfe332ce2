"""The quality summary: how many reports there are of each year, and how many doubts about them."""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from parsers.declarations import declared


@dataclass(frozen=True, slots=True)
class _Measure:
    """What is counted, and the select of year and number that counts it."""

    measure: str
    zh: str
    en: str
    sql: str


def quality(db: sqlite3.Connection) -> Iterator[tuple[object, ...]]:
    """The rows of table ``quality``; the crawl's own tables have to be there."""
    years = [year for (year,) in db.execute("select distinct year from reports")]
    for one in declared(__package__, "quality.yaml", tuple[_Measure, ...]):
        found = dict(db.execute(one.sql).fetchall())
        # A year of which nothing was to be counted has a 0.
        for year in found if "all" in found else years:
            name = "unknown" if year is None else str(year)
            yield name, one.measure, one.zh, one.en, found.get(year, 0)
