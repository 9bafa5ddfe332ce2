"""What reports there should be, and how many of them were found, read and verified.

The agencies expected in a year are those that report on it, on the year before or on the year after.
``coverage.yaml`` beside this file, or an operator's own, asserts what the database cannot know by itself:
numbers that must be reached, and numbers that must not be passed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from derived.sql import run
from parsers.declarations import parse

OWN_ASSERTIONS = Path(__file__).with_suffix(".yaml")
_COUNT = """
select coalesce(sum([{figure}]), 0) from coverage c join regions r on r.code = c.region_code
where c.year = ? and (c.region_code = ? or r.parent = ?)
"""


@dataclass(frozen=True, slots=True)
class Assertion:
    """The bounds of a coverage figure in a region and year; a province's code means the whole province."""

    region: str
    year: int
    figure: Literal["expected", "found", "read", "verified"]
    least: int
    most: int

    def __post_init__(self) -> None:
        if self.least > self.most:
            raise ValueError("least is more than most")


@dataclass(frozen=True, slots=True)
class Finding:
    """An assertion that does not hold: too few is a failure, too many a warning."""

    assertion: Assertion
    count: int

    @property
    def fails(self) -> bool:
        """Whether the least is not reached."""
        return self.count < self.assertion.least

    def __str__(self) -> str:
        asserted = self.assertion
        bound = f"fewer than {asserted.least}" if self.fails else f"more than {asserted.most}"
        return f"{asserted.region}, {asserted.year}: {self.count} {asserted.figure}, {bound}"


def write_coverage(db: Database) -> None:
    """Write both tables anew: by city (the province's own agencies under its code), and by county."""
    city, name = "coalesce(l.city_code, l.province_code)", "coalesce(l.city, l.province)"
    run(db, "coverage", table="coverage", code=city, region=name)
    run(db, "coverage", table="coverage_counties", code="l.county_code", region="l.county")


def read_assertions(path: Path) -> tuple[Assertion, ...]:
    """The assertions of a file; raises OSError, or ValueError where it is none of that form."""
    return parse(path.read_text(encoding="utf-8"), tuple[Assertion, ...], str(path))


def check_coverage(db: Database, assertions: Iterable[Assertion]) -> Iterator[Finding]:
    """The assertions that do not hold."""
    for asserted in assertions:
        sql = _COUNT.format(figure=asserted.figure)
        (count,) = db.execute(sql, [asserted.year, asserted.region, asserted.region]).fetchone()
        if not asserted.least <= count <= asserted.most:
            yield Finding(asserted, count)
