"""What reports there should be, and how many of them were found, read and verified.

The agencies expected in a year are those that report on it, on the year before or on the year after. What the
database cannot know by itself stands in ``data/coverage.yaml``: numbers that must at least be reached, and
numbers beyond which something is strange.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sqlite_utils import Database

from parsers.declarations import parse

# A year that was not over when its report was first seen is a misprint: nobody else is expected to report on it.
# A dissolved agency is expected only where it did report: its successor reports instead.
_COVERAGE = """
with reported as (select agency_id, year from panel),
span as (
  select min(p.year) as first, max(p.year) as last from panel p join reports r on r.id = p.report
  where p.year < substr(r.first_seen, 1, 4)
),
expected as (
  select agency_id, year from reported
  union
  select r.agency_id, r.year + step.value from reported r, json_each('[-1, 1]') step, span
  join agencies a on a.id = r.agency_id
  where a.successor is null and r.year + step.value between span.first and span.last
)
insert into coverage (region_code, year, region, expected, found, read, verified)
select coalesce(l.city_code, l.province_code), e.year, coalesce(l.city, l.province), count(*), count(p.report),
  sum(coalesce(p.status <> 'incomplete', 0)), sum(coalesce(p.status = 'verified', 0))
from expected e
join agencies a on a.id = e.agency_id
join places l on l.region_code = a.region_code
left join panel p on p.agency_id = e.agency_id and p.year = e.year
group by coalesce(l.city_code, l.province_code), e.year
"""
_COUNT = """
select coalesce(sum([{figure}]), 0) from coverage c join regions r on r.code = c.region_code
where c.year = ? and (c.region_code = ? or r.parent = ?)
"""


@dataclass(frozen=True, slots=True)
class Assertion:
    """What a figure of the coverage should be, in a region (a province's code stands for all of it) and year."""

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
    """Write table coverage anew."""
    db.execute("delete from coverage")
    db.execute(_COVERAGE)


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
