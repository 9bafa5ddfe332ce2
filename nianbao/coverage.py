"""``nianbao coverage``: what reports there should be, and how many were found, read and verified."""

from collections.abc import Sequence
from pathlib import Path

from rich.box import SIMPLE
from rich.console import Console
from rich.table import Table

from database.store import Store
from derived.coverage import Assertion, Finding, check_coverage

PART = "for a demo or a part of a province add --assertions none"
_ROWS = "select region, year, expected, found, read, verified from coverage order by region_code, year"
_UNPLACED = "select count(*) from reports where agency_id is null or year is null"


def show(db: Path, assertions: Sequence[Assertion], console: Console) -> list[Finding]:
    """Print the coverage by city and year; returns the assertions that do not hold."""
    with Store(db) as store:
        table = Table(title="Coverage 覆盖情况", title_justify="left", box=SIMPLE, padding=(0, 1, 0, 0))
        for heading in ("city", "year", "expected", "found", "read", "verified"):
            table.add_column(heading, justify="right" if table.columns else "left", overflow="fold")
        for region, year, *counts in store.db.execute(_ROWS):
            table.add_row(region, str(year), *(f"{count:,}" for count in counts))
        console.print(table)
        (unplaced,) = store.db.execute(_UNPLACED).fetchone()
        if unplaced:
            console.print(f"{unplaced:,} reports whose agency or year is not known are not counted\n")
        return list(check_coverage(store.db, assertions))
