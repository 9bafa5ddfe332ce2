"""Which reports count a whole region: told from the title, and from the figures of the region's other agencies."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from sqlite_utils import Database

from database.schema import Column
from derived.exact_sums import sum_sql
from derived.panel_figures import sum_columns
from derived.panel_regions import COUNTED, LEVELS
from derived.sql import run

# Fewer agencies, or figures that are not 0, agree or differ by chance; equal ones are to be of three sizes.
_LEAST_AGENCIES, _LEAST_FIGURES, _LEAST_EQUAL = 2, 5, 3
# What departments decide and collect; a government's office has nothing of it but in a report on the whole region.
_OF_DEPARTMENTS = ("licensing_", "penalties_", "coercive_", "administrative_fees_")


@dataclass(frozen=True, slots=True)
class _Compared:
    """A figure of a report on a region beside the sum over the region's other agencies that state it."""

    figure: str
    stated: float
    sum: float
    agencies: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A government's report, or its office's; ``agencies`` are the others of the region.

    ``known`` is what the panel has of it: whether it is a summary, and why.
    """

    report: str
    region: str
    year: int
    is_governments: bool
    known: tuple[bool, str]
    agencies: int
    figures: tuple[_Compared, ...]


def write_summaries(db: Database) -> None:
    """Set ``summary`` in the rows of governments whose region has changed, and write table ``summaries``.

    From below: what a county's agencies add up to is settled before the city's.
    """
    db.execute("delete from summaries where (region_code, year) in (select region_code, year from region_years)")
    for level in LEVELS:
        sums = ", ".join(map(_sum_sql, _compared_columns()))
        run(db, "subordinates", level=level, sums=sums, counted=COUNTED)
        for candidate in list(_candidates(db, level)):
            _write(db, candidate)


def _sum_sql(column: Column) -> str:
    name = f"p.[{column.name}]"
    return f"{sum_sql(column, name)} as [{column.name}], count({name}) as [{column.name} by]"


def _candidates(db: Database, level: str) -> Iterator[_Candidate]:
    names = [column.name for column in _compared_columns()]
    figures = ", ".join(f"g.[{name}], s.[{name}], s.[{name} by]" for name in names)
    for report, region, year, is_governments, summary, basis, agencies, *values in db.execute(
        "select g.report, g.region_code, g.year, g.agency_id like '%-government', g.summary, g.summary_basis,"
        f" coalesce(s.agencies, 0), {figures} from panel g"
        " join region_years d on d.region_code = g.region_code and d.year = g.year"
        " left join subordinates s on s.region_code = g.region_code and s.year = g.year"
        f" where g.level = '{level}' and g.kind = 'government' order by g.report"
    ):
        triples = zip(names, values[::3], values[1::3], values[2::3], strict=True)
        compared = tuple(_Compared(*triple) for triple in triples if None not in triple)
        known = (bool(summary), basis)
        yield _Candidate(report, region, year, bool(is_governments), known, agencies, compared)


def _write(db: Database, candidate: _Candidate) -> None:
    by_figures = _adds_up(candidate)
    is_summary = candidate.is_governments if by_figures is None else by_figures
    agree = "title and figures" if is_summary == candidate.is_governments else "figures"
    basis = "title" if by_figures is None else agree
    if (is_summary, basis) != candidate.known:
        sql = "update panel set summary = ?, summary_basis = ? where report = ?"
        db.execute(sql, [is_summary, basis, candidate.report])
    if candidate.agencies >= _LEAST_AGENCIES:
        own = (candidate.report, candidate.region, candidate.year)
        db.conn.executemany(
            "insert into summaries (report, region_code, year, figure, stated, sum, difference, agencies)"
            " values (?, ?, ?, ?, ?, ?, ?, ?)",
            [
                (*own, one.figure, one.stated, one.sum, one.stated - one.sum, one.agencies)
                for one in candidate.figures
                if one.stated or one.sum
            ],
        )


def _adds_up(candidate: _Candidate) -> bool | None:
    """Whether the figures of a report are those of its whole region; None if they do not tell."""
    found = [one for one in candidate.figures if one.sum > 0]
    if candidate.agencies < _LEAST_AGENCIES:
        return None
    if all(one.stated == one.sum for one in found) and len({one.sum for one in found}) >= _LEAST_EQUAL:
        return True
    if len(found) < _LEAST_FIGURES:
        return None
    if candidate.is_governments:
        # Half, since governments count some things in another way than their departments do.
        reached = sum(2 * one.stated >= one.sum for one in found)
        return 2 * reached >= len(found)
    return all(one.stated >= one.sum for one in found) and any(one.figure.startswith(_OF_DEPARTMENTS) for one in found)


@cache
def _compared_columns() -> tuple[Column, ...]:
    """The figures that a report on a region adds up: totals of requests and disputes, and those of section 2."""
    return tuple(
        column
        for column in sum_columns()
        if all(cell.endswith("/total") or cell.startswith("disclosure/") for cell in column.cells)
    )
