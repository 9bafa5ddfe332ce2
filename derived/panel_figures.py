"""The figures of the chosen reports, one row a report: what table panel is made of.

``database/schema.yaml`` declares how each column is worked out.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlite_utils import Database

from database.schema import Column, table_of
from parsers.form.cell_key import CellKey
from parsers.form.model import forms

# States of a cell that holds no certain number, unlike a blank or a dash (design: what a cell can be).
UNCERTAIN = "('uncertain', 'absent', 'text')"
# A decision that gives a cell a certain number, or a blank or dash.
_SETTLED = f"d.standing = 'applies' and d.state not in {UNCERTAIN}"
_DECIDED = f"select report, cell from decisions d where {_SETTLED} and report in (select report from chosen)"
# A convention: of nine decisions one more or less moves a share by eleven points. The mark removes nothing:
# the denominators are in the same row (tests/derived/test_thresholds.py).
SMALL = 10
# What tells the rows of a report apart in each table of the form.
_ROW_KEYS = {"applications": "row", "disputes": "procedure", "disclosure": "row || '/' || [column]"}
_AMOUNTS = frozenset(
    cell
    for form in forms()
    for row in form.rows
    for cell, column in zip(row.cells, row.columns, strict=True)
    if column.is_amount
)


def figure_columns() -> tuple[Column, ...]:
    """The columns of table panel that hold figures."""
    return tuple(column for column in table_of("panel").columns if column.is_figure)


def sum_columns() -> tuple[Column, ...]:
    """Those that are sums of cells."""
    return tuple(column for column in figure_columns() if column.cells)


def write_figures(db: Database) -> None:
    """Fill the temporary table ``figures`` for the chosen reports; what rests on an uncertain cell is empty."""
    db.execute("drop table if exists temp.figures")
    parts = "".join(f" left join ({_pivot(table)}) using (report)" for table in _ROW_KEYS)
    names = ", ".join(f"[{column.name}]" for column in sum_columns())
    db.execute(
        f"create temp table figures as select report, {names}, null as uncertain, null as decided,"
        f" null as conflict, null as conflicting from chosen{parts}"
    )
    db.execute("create unique index temp.figures_report on figures (report)")
    _empty_uncertain(db)
    _put_decided(db)


def _pivot(table: str) -> str:
    figures = [column for column in sum_columns() if column.cells[0].startswith(f"{table}/")]
    sums = ", ".join(f"{_sum_sql(table, column.cells)} as [{column.name}]" for column in figures)
    return f"select report, {sums} from {table} where report in (select report from chosen) group by report"


def _sum_sql(table: str, cells: Iterable[str]) -> str:
    """The sum of cells over a report's rows of a table: NULL where none holds a number."""
    rows: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        key = CellKey(cell)
        rows[key.row].append(key.column)
    if table == "disclosure":
        cases = (f"when '{row}/{column}' then value" for row, wanted in rows.items() for column in wanted)
    else:
        cases = (f"when '{row}' then {_row_sql(wanted)}" for row, wanted in rows.items())
    return f"sum(case {_ROW_KEYS[table]} {' '.join(cases)} end)"


def _row_sql(wanted: Sequence[str]) -> str:
    if len(wanted) == 1:
        return f"[{wanted[0]}]"
    values = ", ".join(f"[{column}]" for column in wanted)
    total = " + ".join(f"coalesce([{column}], 0)" for column in wanted)
    return f"case when coalesce({values}) is null then null else {total} end"


def _empty_uncertain(db: Database) -> None:
    """Empty what rests on cells that are not certain, or on amounts without a unit, and name it."""
    cells: dict[str, set[str]] = defaultdict(set)
    for report, cell in _uncertain_cells(db):
        cells[report].add(cell)
    reports: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for report, doubtful in cells.items():
        reports[_columns_on(doubtful)].append(report)
    sums = {column.name for column in sum_columns()}
    for names, found in reports.items():
        emptied = "".join(f"[{name}] = null, " for name in names if name in sums)
        sql = f"update temp.figures set {emptied}uncertain = ? where report = ?"
        db.conn.executemany(sql, [(" ".join(names) or None, report) for report in found])


def _put_decided(db: Database) -> None:
    """Put the figures that rest on cells which people decided in the place of those read, and name them."""
    decided: dict[str, set[str]] = defaultdict(set)
    for report, cell in db.execute(_DECIDED):
        decided[report].add(cell)
    for report, cells in decided.items():
        (names,) = db.execute("select uncertain from temp.figures where report = ?", [report]).fetchone()
        open_columns = frozenset((names or "").split())
        values = dict(db.execute("select cell, value from cells where report = ?", [report]).fetchall())
        figures = {
            column.name: None if column.name in open_columns else _total(values, column.cells)
            for column in sum_columns()
            if cells.intersection(column.cells)
        }
        put = "".join(f"[{name}] = ?, " for name in figures)
        sql = f"update temp.figures set {put}decided = ? where report = ?"
        db.execute(sql, [*figures.values(), " ".join(_columns_on(cells)), report])


def _total(values: Mapping[str, float | None], cells: Iterable[str]) -> float | None:
    found = [value for value in map(values.get, cells) if value is not None]
    return sum(found) if found else None


def _uncertain_cells(db: Database) -> Iterator[tuple[str, str]]:
    yield from db.execute(
        f"select report, cell from flags f where state in {UNCERTAIN} and report in (select report from chosen)"
        f" and not exists (select 1 from decisions d where d.report = f.report and d.cell = f.cell and {_SETTLED})"
    )
    for amount in sorted(_AMOUNTS):
        key = CellKey(amount)
        yield from db.execute(
            "select report, ? from disclosure a where row = ? and [column] = ? and value <> 0 and unit is null"
            " and report in (select report from chosen)"
            f" and not exists (select 1 from decisions d where d.report = a.report and d.cell = ? and {_SETTLED})",
            [amount, key.row, key.column, amount],
        )


def _columns_on(cells: set[str]) -> tuple[str, ...]:
    """The columns that rest on any of the cells, in the order of the table."""
    names = {column.name for column in sum_columns() if cells.intersection(column.cells)}
    return tuple(
        column.name
        for column in figure_columns()
        if column.name in names or column.small in names or names.intersection(column.share or ())
    )
