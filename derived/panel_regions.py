"""Table panel_regions: the panel summed over the agencies of each county, city and province."""

from collections import defaultdict

from sqlite_utils import Database

from database.schema import Column, table_of
from derived.panel_figures import SMALL, figure_columns
from derived.sql import run

_LEVELS = ("county", "city", "province")
_UNCERTAIN = """
select p.{level}_code, p.year, p.uncertain from panel p
join region_years d on d.region_code = p.{level}_code and d.year = p.year
where not p.summary and p.uncertain is not null
"""


def write_regions(db: Database) -> None:
    """Write the rows of ``region_years`` anew."""
    db.execute("delete from panel_regions where (region_code, year) in (select region_code, year from region_years)")
    names = ", ".join(f"[{column.name}]" for column in table_of("panel_regions").columns)
    sums = ", ".join(
        _share_sql(*column.share, column.name) if column.share else _sum_sql(column)
        for column in figure_columns()
        if not column.small
    )
    values = ", ".join(map(_value_sql, table_of("panel_regions").columns))
    for level in _LEVELS:
        run(db, "panel_regions", names=names, values=values, level=level, sums=sums)
    marks = [(" ".join(uncertain), *region_year) for region_year, uncertain in _uncertain(db).items()]
    db.conn.executemany("update panel_regions set uncertain = ? where region_code = ? and year = ?", marks)


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


def _value_sql(column: Column) -> str:
    return f"{_small_sql(column.small)} as [{column.name}]" if column.small else f"[{column.name}]"


def _small_sql(whole: str) -> str:
    """The mark on a small denominator: of the whole, or of any share that leaves agencies out."""
    shares = [column.name for column in figure_columns() if column.share and column.share[1] == whole]
    return " or ".join([f"[{whole}] < {SMALL}", *(f"coalesce([{share} of] < {SMALL}, 0)" for share in shares)])


def _uncertain(db: Database) -> dict[tuple[str, int], list[str]]:
    """By region and year, the columns in which an agency's figure is left out, in the order of the table."""
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for level in _LEVELS:
        for region, year, names in db.execute(_UNCERTAIN.format(level=level)):
            found[region, year].update(names.split())
    order = [column.name for column in figure_columns()]
    return {where: [name for name in order if name in names] for where, names in found.items()}
