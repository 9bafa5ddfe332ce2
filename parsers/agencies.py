"""Who and where the reports of a database are by: tables regions, agencies and agency_names."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from parsers.places.gazetteer import Gazetteer, Unit, gazetteer
from parsers.places.resolver import Agency, resolve, rules_version
from parsers.rows import Record
from parsers.store import Store


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an update did: names looked at, and reports whose agency or region it set or changed."""

    names: int
    reports: int


def update_agencies(store: Store) -> Resolved:
    """Give every report its agency and region, in one transaction.

    Only names are resolved that no report bore before, or that were resolved by other rules; reports whose
    agency and region are right already are left alone.
    """
    rules = rules_version()
    with store.transaction():
        if _outdated(store, rules):
            _write_regions(store, gazetteer())
        found = [resolve(name) for name in _unresolved(store, rules)]
        _write_agencies(store, found, rules)
        changed = _mark_reports(store)
        _drop_unused(store)
    return Resolved(len(found), changed)


def _outdated(store: Store, rules: str) -> bool:
    known = store.db.execute("select count(*), count(*) filter (where rules <> ?) from agency_names", [rules])
    names, outdated = known.fetchone()
    return not names or bool(outdated)


def _unresolved(store: Store, rules: str) -> list[str]:
    rows = store.db.execute(
        "select distinct agency from reports where agency is not null"
        " and agency not in (select name from agency_names where rules = ?)",
        [rules],
    )
    return [name for (name,) in rows]


def _write_regions(store: Store, places: Gazetteer) -> None:
    # A table made by an earlier version lacks columns; hence alter, here and below.
    store.db.table("regions").upsert_all((_region(unit) for unit in places.regions), pk="code", alter=True)


def _region(unit: Unit) -> Record:
    return {
        "code": unit.code,
        "name": unit.name,
        "level": unit.level,
        "kind": unit.kind,
        "parent": unit.parents[0] if unit.parents else None,
        "valid_from": unit.valid_from,
        "valid_to": unit.valid_to,
        "successor": unit.successor,
    }


def _write_agencies(store: Store, found: Iterable[Agency], rules: str) -> None:
    found = list(found)
    store.db.table("agencies").upsert_all(_agencies(found), pk="id", alter=True)
    store.db.table("agency_names").upsert_all((_name(agency, rules) for agency in found), pk="name")


def _agencies(found: Iterable[Agency]) -> Iterator[Record]:
    for agency in found:
        if agency.agency_id:
            yield {
                "id": agency.agency_id,
                "name": agency.agency,
                "level": agency.level,
                "kind": agency.kind,
                "class": agency.department,
                "region_code": agency.region_code,
                "successor": agency.successor,
            }


def _name(agency: Agency, rules: str) -> Record:
    return {
        "name": agency.name,
        "agency_id": agency.agency_id,
        "region_code": agency.region_code,
        "kind": agency.kind,
        "why": agency.why,
        "rules": rules,
    }


def _mark_reports(store: Store) -> int:
    """Set what differs from the names' agencies; a report without a name has none."""
    named = store.db.execute(
        "update reports set agency_id = n.agency_id, region_code = n.region_code from agency_names n"
        " where n.name = reports.agency"
        " and (reports.agency_id is not n.agency_id or reports.region_code is not n.region_code)"
    )
    nameless = store.db.execute(
        "update reports set agency_id = null, region_code = null"
        " where agency is null and (agency_id is not null or region_code is not null)"
    )
    return int(named.rowcount) + int(nameless.rowcount)


def _drop_unused(store: Store) -> None:
    """Forget names that no report bears any more, and agencies that no name leads to."""
    store.db.execute("delete from agency_names where name not in (select agency from reports where agency is not null)")
    store.db.execute(
        "delete from agencies where id not in (select agency_id from agency_names where agency_id is not null)"
    )
