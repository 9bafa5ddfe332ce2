"""The derived tables, brought up to date in one transaction."""

from dataclasses import dataclass

from sqlite_utils import Database

from database.store import Store
from derived import text_reuse
from derived.agencies import update_agencies
from derived.conflicts import write_conflicts
from derived.coverage import write_coverage
from derived.decisions import update_decisions
from derived.exact_sums import create_exact_sum
from derived.panel_figures import write_figures
from derived.panel_regions import write_regions
from derived.panel_table import write_panel
from derived.sql import run
from derived.summaries import write_summaries
from derived.text_reuse import write_narratives
from derived.year_checks import compare_years

# To be raised whenever a rule of this package changes, so that everything is worked out anew.
VERSION = "6"
_RULES = f"{VERSION}; {text_reuse.RULES}"


@dataclass(frozen=True, slots=True)
class Updated:
    """The result of an update: reports that had changed, and agencies whose rows were rewritten."""

    reports: int
    agencies: int


def update_derived(store: Store) -> Updated:
    """Bring everything derived from the reports up to date: their agencies, what people decided, then the panel.

    Raises :class:`database.decisions.Unusable` where the file of decisions is none.
    """
    # The panel names agencies; one that is forgotten goes together with its rows.
    with store.transaction():
        update_agencies(store)
        update_decisions(store)
        return update_panel(store)


def update_panel(store: Store) -> Updated:
    """Bring the derived tables up to date, from duplicates to coverage.

    Call it after :func:`derived.agencies.update_agencies`. Only agencies with a report that is new, gone or
    other than it was are worked out again, and the regions that they count in. Nothing here changes a report.
    """
    db = store.db
    create_exact_sum(db)
    with store.transaction():
        found = _find_changes(db)
        if found.reports:
            run(db, "region_years")
            run(db, "duplicates")
            write_narratives(db)
            write_figures(db)
            write_conflicts(db)
            compare_years(db)
            write_panel(db)
            run(db, "region_years")
            write_summaries(db)
            run(db, "deadlines")
            write_regions(db)
            write_coverage(db)
        run(db, "derivation_state")
        run(db, "end")
    return found


def count_outdated(db: Database) -> int:
    """The number of reports that are new, gone or other than the derived tables have them."""
    return _find_changes(db).reports


def _find_changes(db: Database) -> Updated:
    """Find the reports that have changed since the last update, and the agencies, then and now, that they are of."""
    run(db, "region_ancestors")
    run(db, "changes", {"rules": _RULES})
    return Updated(*db.execute("select (select count(*) from changed), (select count(*) from touched)").fetchone())
