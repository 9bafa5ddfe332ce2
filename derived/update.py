"""All that is worked out from the reports together, brought up to date in one transaction."""

from dataclasses import dataclass

from sqlite_utils import Database

from database.store import Store
from derived import text_reuse as reuse
from derived.agencies import update_agencies
from derived.changes import VERSION, drop, find_changes, remember
from derived.coverage import write_coverage
from derived.duplicates import choose
from derived.panel_figures import gather
from derived.panel_regions import add_areas, begin_areas, write_regions
from derived.panel_table import write_panel
from derived.region_ancestors import place
from derived.year_checks import compare_years

_RULES = f"{VERSION}; {reuse.RULES}"


@dataclass(frozen=True, slots=True)
class Updated:
    """What an update did: reports that had changed, and agencies whose rows it wrote anew."""

    reports: int
    agencies: int


def update_derived(store: Store) -> Updated:
    """Bring everything up to date that is worked out from the reports: first who they are by, then the panel."""
    update_agencies(store)
    return update_panel(store)


def update_panel(store: Store) -> Updated:
    """Bring the derived tables up to date, from duplicates to coverage.

    Call it after :func:`derived.agencies.update_agencies`. Only agencies with a report that is new, gone or
    other than it was are worked out again, and the regions that they count in. Nothing here changes a report.
    """
    db = store.db
    with store.transaction():
        place(db)
        reports, agencies = find_changes(db, _RULES)
        if reports:
            begin_areas(db)
            choose(db)
            reuse.write_narratives(db)
            gather(db)
            compare_years(db)
            write_panel(db)
            add_areas(db)
            write_regions(db)
            write_coverage(db)
        remember(db)
        drop(db, "chosen", "figures", "places")
    return Updated(reports, agencies)


def count_outdated(db: Database) -> int:
    """The number of reports that are new, gone or other than the derived tables have them."""
    place(db)
    reports, _ = find_changes(db, _RULES)
    return reports
