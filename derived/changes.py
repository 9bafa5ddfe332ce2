"""What has changed since the derived tables were last brought up to date.

The next steps work on temporary tables: ``changed`` (reports that are new, gone or other than they were) and
``touched`` (the agencies, then and now, whose reports these are).
"""

from sqlite_utils import Database

# To be raised whenever a rule of this package changes, so that everything is worked out anew.
VERSION = "3"

_BASIS = """
create temp table basis as
select r.id as report, r.agency_id, json_array(?, r.agency_id, r.agency, r.year, r.edition, r.status, r.published,
  r.cells_digest, r.text_digest, a.name, a.level, a.kind, a.class, a.region_code, a.successor, g.name,
  p.county_code, p.county, p.city_code, p.city, p.province_code, p.province) as basis
from reports r left join agencies a on a.id = r.agency_id left join regions g on g.code = a.region_code
left join places p on p.region_code = a.region_code
"""
_CHANGED = """
create temp table changed as
select b.report, b.agency_id, d.agency_id as agency_before
from basis b left join derivation_state d on d.report = b.report
where d.basis is not b.basis
union all
select report, null, agency_id from derivation_state where report not in (select report from basis)
"""
_TOUCHED = """
create temp table touched as
select agency_id from changed where agency_id is not null
union select agency_before from changed where agency_before is not null
"""
_REMEMBER = (
    "delete from derivation_state where report in (select report from changed)",
    "insert into derivation_state (report, agency_id, basis)"
    " select report, agency_id, basis from basis where report in (select report from changed)",
)
_TABLES = ("basis", "changed", "touched")


def find_changes(db: Database, rules: str) -> tuple[int, int]:
    """Fill the temporary tables; returns the numbers of changed reports and of touched agencies.

    Table ``places`` has to be there. ``rules`` is the version of whatever the derived rows rest on besides the reports.
    """
    drop(db, *_TABLES)
    db.execute(_BASIS, [rules])
    db.execute("create unique index temp.basis_report on basis (report)")
    db.execute(_CHANGED)
    db.execute("create unique index temp.changed_report on changed (report)")
    db.execute(_TOUCHED)
    db.execute("create unique index temp.touched_agency on touched (agency_id)")
    found = db.execute("select (select count(*) from changed), (select count(*) from touched)").fetchone()
    return int(found[0]), int(found[1])


def remember(db: Database) -> None:
    """Note what the reports are like now, and drop the temporary tables."""
    for statement in _REMEMBER:
        db.execute(statement)
    drop(db, *_TABLES)


def drop(db: Database, *names: str) -> None:
    """Drop temporary tables, where they exist."""
    for name in names:
        db.execute(f"drop table if exists temp.{name}")
