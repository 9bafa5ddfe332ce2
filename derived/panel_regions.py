"""Table panel_regions: the panel summed over the agencies of each county, city and province."""

from collections import Counter, defaultdict

from sqlite_utils import Database

from database.schema import Column, table_of
from derived.exact_sums import sum_sql
from derived.panel_figures import SMALL, figure_columns
from derived.sql import run

LEVELS = ("county", "city", "province")
# A government's report on its region counts what its departments count too; a year that is no year is nobody's.
COUNTED = "not p.summary and coalesce(p.year_doubt, '') not in ('not over', 'no form')"
_MARKED = """
select p.{level}_code, p.year, p.status, p.uncertain, p.conflict from panel p
join region_years d on d.region_code = p.{level}_code and d.year = p.year
where {counted} and (p.uncertain is not null or p.conflict is not null)
"""
# The names under which the SQL sums what only the shares need.
_OF = "{share} of"


def write_regions(db: Database) -> None:
    """Write the rows of ``region_years`` anew."""
    db.execute("delete from panel_regions where (region_code, year) in (select region_code, year from region_years)")
    names = ", ".join(f"[{column.name}]" for column in table_of("panel_regions").columns)
    values = ", ".join(map(_value_sql, table_of("panel_regions").columns))
    for level in LEVELS:
        run(db, "panel_regions", names=names, values=values, level=level, sums=_sums_sql(), counted=COUNTED)
    _write_marks(db)


def _sums_sql() -> str:
    return ", ".join(
        _share_sql(*column.share, column.name) if column.share else _figure_sql(column)
        for column in figure_columns()
        if not column.small
    )


def _figure_sql(column: Column) -> str:
    """The sum of a figure, how many agencies state it, and the sum of verified reports alone."""
    name = f"p.[{column.name}]"
    verified = f"case when p.status in ('verified', 'reviewed') then {name} end"
    return (
        f"{sum_sql(column, name)} as [{column.name}], count({name}) as [{column.name}_agencies],"
        f" {sum_sql(column, verified)} as [{column.name}_verified]"
    )


def _share_sql(part: str, whole: str, share: str) -> str:
    """A share over the agencies that have one of their own, its denominator and their number.

    The others count neither above nor below the line.
    """
    above, below = (f"sum(case when p.[{share}] is not null then p.[{name}] end)" for name in (part, whole))
    of = _OF.format(share=share)
    return f"1.0 * {above} / {below} as [{share}], {below} as [{of}], count(p.[{share}]) as [{share}_agencies]"


def _value_sql(column: Column) -> str:
    return f"{_small_sql(column.small)} as [{column.name}]" if column.small else f"[{column.name}]"


def _small_sql(whole: str) -> str:
    """The mark on a small denominator: of the whole, or of any share that leaves agencies out."""
    shares = [column.name for column in figure_columns() if column.share and column.share[1] == whole]
    rest = (f"coalesce([{_OF.format(share=share)}] < {SMALL}, 0)" for share in shares)
    return " or ".join([f"[{whole}] < {SMALL}", *rest])


def _write_marks(db: Database) -> None:
    """Say how many agencies' figures are uncertain, or in conflict; of incomplete reports there is a count already."""
    uncertain: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    conflicts: dict[tuple[str, int], Counter[str]] = defaultdict(Counter)
    for level in LEVELS:
        for region, year, status, names, conflict in db.execute(_MARKED.format(level=level, counted=COUNTED)):
            if status != "incomplete":
                uncertain[region, year].update((names or "").split())
            conflicts[region, year].update((conflict or "").split())
    order = {column.name: position for position, column in enumerate(figure_columns())}
    for region, year in uncertain.keys() | conflicts.keys():
        row = "where region_code = ? and year = ?"
        (agencies,) = db.execute(f"select agencies from panel_regions {row}", [region, year]).fetchone()
        named = sorted(uncertain[region, year].items(), key=lambda mark: order[mark[0]])
        marks = [
            " ".join(f"{name} {count}/{agencies}" for name, count in found) or None
            for found in (named, sorted(conflicts[region, year].items()))
        ]
        db.execute(f"update panel_regions set uncertain = ?, conflict = ? {row}", [*marks, region, year])
