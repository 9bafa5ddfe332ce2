"""The SQL of the views: what ``schema.yaml`` declares as such."""

from database.cells_view import cells_sql
from database.schema import table_of
from parsers.document.values import State

_UNCERTAIN = ", ".join(f"'{state}'" for state in (State.UNCERTAIN, State.ABSENT, State.TEXT))
# What comes before a value's column in the key of its cell, for each table of the form.
_LINES = {
    "disclosure_certain": "'disclosure/' || t.row || '/' || t.[column]",
    "applications_certain": "'applications/' || t.row || '/{column}'",
    "disputes_certain": "'disputes/' || t.procedure || '/{column}'",
}
_LEVELS = {"panel_counties": "county", "panel_cities": "city", "panel_provinces": "province"}


def view_sql(name: str) -> str:
    """The select of a declared view; KeyError for any other."""
    if name in _LEVELS:
        return f"select * from panel_regions where level = '{_LEVELS[name]}'"
    return _certain_sql(name) if name in _LINES else {"cells": cells_sql}[name]()


def _certain_sql(name: str) -> str:
    """A table of the form in which a cell that is not certain has no value, and a decided one what was decided."""
    table = table_of(name.removesuffix("_certain"))
    columns = (
        _certain(column.name, name) if column.type == "number" else f"t.[{column.name}]" for column in table.columns
    )
    return f"select {', '.join(columns)} from {table.name} t"


def _certain(column: str, name: str) -> str:
    cell = _LINES[name].format(column=column)
    decided = f"from decisions d where d.report = t.report and d.cell = {cell} and d.standing = 'applies'"
    doubt = f"select 1 from flags f where f.report = t.report and f.cell = {cell} and f.state in ({_UNCERTAIN})"
    return (
        f"case when exists (select 1 {decided} and d.state not in ({_UNCERTAIN})) then (select d.value {decided})"
        f" when exists ({doubt}) then null else t.[{column}] end as [{column}]"
    )
