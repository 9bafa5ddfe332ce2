"""Table panel_regions: the panel summed over the agencies of each county, city and province."""

from collections import defaultdict
from collections.abc import Iterator

from sqlite_utils import Database

from database.schema import Column, table_of
from derived.changes import drop
from derived.panel_figures import SMALL, columns

_LEVELS = ("county", "city", "province")
_NO_AREAS = "create temp table areas (region_code text, year integer, primary key (region_code, year))"
_AREAS = """
insert or ignore into areas select {level}_code, year from panel
where {level}_code is not null and agency_id in (select agency_id from touched)
"""
_FORGET = "delete from panel_regions where (region_code, year) in (select region_code, year from areas)"
_SUMS = """
select p.{level}_code as region_code, p.year, p.{level} as region, '{level}' as level,
  count(*) as agencies, sum(p.status = 'verified') as verified, sum(p.edition = 2021) as form_2021,
  sum(p.edition = 2019) as form_2019, sum(p.uncertain is not null) as uncertain_agencies, null as uncertain, {sums}
from panel p join areas on areas.region_code = p.{level}_code and areas.year = p.year
where not p.summary group by p.{level}_code, p.year
"""
_UNCERTAIN = """
select p.{level}_code, p.year, p.uncertain from panel p
join areas on areas.region_code = p.{level}_code and areas.year = p.year
where not p.summary and p.uncertain is not null
"""


def begin_areas(db: Database) -> None:
    """Start the temporary table ``areas``: the regions and years whose sums are to be written."""
    drop(db, "areas")
    db.execute(_NO_AREAS)
    add_areas(db)


def add_areas(db: Database) -> None:
    """Add those that the touched agencies' rows count in; to be called before and after these are written."""
    for level in _LEVELS:
        db.execute(_AREAS.format(level=level))


def write_regions(db: Database) -> None:
    """Write the rows of ``areas`` anew."""
    db.execute(_FORGET)
    names = ", ".join(f"[{column.name}]" for column in table_of("panel_regions").columns)
    sums = ", ".join(
        _share_sql(*column.share, column.name) if column.share else _sum_sql(column)
        for column in columns()
        if not column.small
    )
    values = ", ".join(_values())
    for level in _LEVELS:
        facts = _SUMS.format(level=level, sums=sums)
        db.execute(f"insert into panel_regions ({names}) select {values} from ({facts}) order by region_code, year")
    marks = [(" ".join(uncertain), *area) for area, uncertain in _uncertain(db).items()]
    db.conn.executemany("update panel_regions set uncertain = ? where region_code = ? and year = ?", marks)
    drop(db, "areas")


def _sum_sql(column: Column) -> str:
    total = f"sum(p.[{column.name}])"
    # Amounts are printed with four places; binary sums would add some of their own.
    return f"{f'round({total}, 4)' if column.unit == '万元' else total} as [{column.name}]"


def _share_sql(part: str, whole: str, share: str) -> str:
    """A share, and its denominator, over the agencies for which it is certain and that state the whole.

    The others count neither above nor below the line.
    """
    counts = f"p.[{whole}] is not null and (p.uncertain is null or instr(' ' || p.uncertain || ' ', ' {share} ') = 0)"
    above, below = (f"sum(case when {counts} then p.[{name}] end)" for name in (part, whole))
    return f"1.0 * {above} / nullif({below}, 0) as [{share}], {below} as [{share} of]"


def _values() -> Iterator[str]:
    for column in table_of("panel_regions").columns:
        yield f"{_small_sql(column.small)} as [{column.name}]" if column.small else f"[{column.name}]"


def _small_sql(whole: str) -> str:
    """The mark on a small denominator: of the whole, or of any share that leaves agencies out."""
    shares = [column.name for column in columns() if column.share and column.share[1] == whole]
    return " or ".join([f"[{whole}] < {SMALL}", *(f"coalesce([{share} of] < {SMALL}, 0)" for share in shares)])


def _uncertain(db: Database) -> dict[tuple[str, int], list[str]]:
    """The columns of each area in which an agency's figure is left out, in the order of the table."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for level in _LEVELS:
        for region, year, names in db.execute(_UNCERTAIN.format(level=level)):
            found[region, year].update(names.split())
    order = [column.name for column in columns()]
    return {area: [name for name in order if name in names] for area, names in found.items()}
