"""Table panel: one row an agency and year, with names, codes, figures and what they are worth."""

from sqlite_utils import Database

from database.schema import Column, table_of
from derived.panel_figures import SMALL, UNCERTAIN, sum_columns
from derived.sql import run
from parsers.form.model import forms


def write_panel(db: Database) -> None:
    """Rewrite the rows of the touched agencies, and update the neighbours of the others."""
    panel = table_of("panel").columns
    run(
        db,
        "panel",
        names=", ".join(f"[{column.name}]" for column in panel),
        values=", ".join(map(_value_sql, panel)),
        sums=", ".join(f"x.[{column.name}]" for column in sum_columns()),
        uncertain=UNCERTAIN,
        cells=f"case r.edition {' '.join(f'when {form.edition} then {len(form.cells)}' for form in forms())} end",
    )


def _value_sql(column: Column) -> str:
    """A share, which is empty where its two figures are in conflict, a mark on a small denominator, or as it is."""
    if column.share:
        part, whole = column.share
        is_free = f"conflicting is null or instr(conflicting, ' {column.name} ') = 0"
        return f"iif({is_free}, 1.0 * [{part}] / nullif([{whole}], 0), null) as [{column.name}]"
    return f"[{column.small}] < {SMALL} as [{column.name}]" if column.small else f"[{column.name}]"
