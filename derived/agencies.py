"""Who and where the reports of a database are by: tables regions, agencies and agency_names."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from operator import itemgetter

from database.rows import Record
from database.store import Store
from gazetteer.areas import Area, Gazetteer, gazetteer
from gazetteer.resolver import Agency, resolve, rules_version
from parsers.narrative.page_context import JOINT

# A name that is whole by itself has one row, for reports with any hint; others have one a hint, '' for none.
_IS_WHOLE = "(n.hint = '' and n.agency_id is not null)"
_PAIRS = "select agency, coalesce(hint, '') from reports where agency is not null"


@dataclass(frozen=True, slots=True)
class Resolved:
    """What an update did: names looked at, each with every hint it needs, and reports that it set or changed."""

    names: int
    reports: int


def update_agencies(store: Store) -> Resolved:
    """Give every report its agency and region, in one transaction.

    Only names are resolved that no report bore before, or not with that hint, or that were resolved by other
    rules; reports whose agency and region are right already are left alone.
    """
    rules = rules_version()
    with store.transaction():
        if _forget_outdated(store, rules):
            _write_regions(store, gazetteer())
        found = list(_resolutions(_unresolved_names(store)))
        _write_agencies(store, found, rules)
        changed = _mark_reports(store)
        _drop_unused(store)
    return Resolved(len(found), changed)


def agency_with_hints(alone: Agency, hints: Sequence[str]) -> Agency:
    """An agency, and what hints add to it where its name leaves something open.

    Hints never change an agency or a region that the name itself determines.
    """
    if alone.agency_id or not hints:
        return alone
    hinted = resolve(alone.name, hints)
    tells_more = hinted.agency_id or (hinted.region_code and not alone.region_code)
    decides = tells_more and alone.region_code in (None, hinted.region_code)
    found, what = (hinted, "decides it") if decides else (alone, "does not decide it")
    return replace(found, why=f"{found.why.removesuffix('.')}; the hint {JOINT.join(hints)} {what}.")


def _forget_outdated(store: Store, rules: str) -> bool:
    """Drop the names that other rules resolved; returns whether nothing, or not all, was resolved by these."""
    outdated = store.db.execute("delete from agency_names where rules <> ?", [rules]).rowcount
    return outdated > 0 or not store.db.table("agency_names").count


def _unresolved_names(store: Store) -> list[tuple[str, str]]:
    """Names of reports that are not resolved, each with the hints of its reports."""
    return store.db.execute(
        f"{_PAIRS} and agency not in (select name from agency_names n where {_IS_WHOLE})"
        " except select name, hint from agency_names order by 1, 2"
    ).fetchall()


def _resolutions(pairs: Iterable[tuple[str, str]]) -> Iterator[tuple[str, Agency]]:
    """The agencies of names, each with the hint that it needs: '' for a name that is whole."""
    for name, group in groupby(pairs, key=itemgetter(0)):
        alone = resolve(name)
        for hint in [""] if alone.agency_id else [hint for _, hint in group]:
            yield hint, agency_with_hints(alone, hint.split(JOINT) if hint else [])


def _write_regions(store: Store, places: Gazetteer) -> None:
    # A table made by an earlier version lacks columns; hence alter, here and below.
    store.db.table("regions").upsert_all((_region_row(area) for area in places.regions), pk="code", alter=True)


def _region_row(area: Area) -> Record:
    return {
        "code": area.code,
        "name": area.name,
        "level": area.level,
        "kind": area.kind,
        "parent": area.parents[0] if area.parents else None,
        "valid_from": area.valid_from,
        "valid_to": area.valid_to,
        "successor": area.successor,
    }


def _write_agencies(store: Store, found: Sequence[tuple[str, Agency]], rules: str) -> None:
    store.db.table("agencies").upsert_all(_agency_rows(agency for _, agency in found), pk="id", alter=True)
    store.insert("agency_names", [_name_row(agency, hint, rules) for hint, agency in found])


def _agency_rows(found: Iterable[Agency]) -> Iterator[Record]:
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


def _name_row(agency: Agency, hint: str, rules: str) -> Record:
    return {
        "name": agency.name,
        "hint": hint,
        "agency_id": agency.agency_id,
        "region_code": agency.region_code,
        "kind": agency.kind,
        "why": agency.why,
        "rules": rules,
    }


def _mark_reports(store: Store) -> int:
    """Set agency and region of reports where they differ; a report without a name has none."""
    named = store.db.execute(
        "update reports set agency_id = n.agency_id, region_code = n.region_code from agency_names n"
        f" where n.name = reports.agency and (n.hint = coalesce(reports.hint, '') or {_IS_WHOLE})"
        " and (reports.agency_id is not n.agency_id or reports.region_code is not n.region_code)"
    )
    nameless = store.db.execute(
        "update reports set agency_id = null, region_code = null"
        " where agency is null and (agency_id is not null or region_code is not null)"
    )
    return int(named.rowcount) + int(nameless.rowcount)


def _drop_unused(store: Store) -> None:
    """Delete names that no report has any more with that hint, and agencies without a name."""
    store.db.execute(
        "delete from agency_names as n where name not in (select agency from reports where agency is not null)"
        f" or (not {_IS_WHOLE} and (name, hint) not in ({_PAIRS}))"
    )
    store.db.execute(
        "delete from agencies where id not in (select agency_id from agency_names where agency_id is not null)"
    )
