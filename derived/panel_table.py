"""Table panel: one row an agency and year, with names, codes, figures and what they are worth."""

from sqlite_utils import Database

from database.schema import Column, table_of
from derived.panel_figures import UNCERTAIN, derived_sql, figure_columns
from derived.sql import run


def write_panel(db: Database) -> None:
    """Rewrite the rows of the touched agencies, and update the neighbours of the others."""
    panel = table_of("panel").columns
    run(
        db,
        "panel",
        names=", ".join(f"[{column.name}]" for column in panel),
        values=", ".join(map(_value_sql, panel)),
        sums=", ".join(f"x.[{column.name}]" for column in figure_columns() if column.cells),
        uncertain=UNCERTAIN,
    )


def _value_sql(column: Column) -> str:
    return derived_sql(column) if column.share or column.small else f"[{column.name}]"
