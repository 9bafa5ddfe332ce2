"""An agency's page: its years as a table and as charts, its gaps, and its peers."""

from collections.abc import Mapping, Sequence

from datasette.app import Datasette
from datasette.utils import tilde_decode
from datasette.utils.asgi import NotFound, Request, Response

from publish.room.drawing.charts import charts
from publish.room.language import Words
from publish.room.queries import Record, select, select_one
from publish.room.rendering import page

_AGENCY = """
select a.*, g.name as region, s.name as successor_name
from agencies a
left join regions g on g.code = a.region_code
left join agencies s on s.id = a.successor
where a.id = :id
"""
_YEARS = "select * from panel where agency_id = :id order by year"
_SPAN = "select max(year) as last from reports"
_NAMES = "select name, min(why) as why from agency_names where agency_id = :id group by name order by name"
_OTHERS = """
select d.report, d.chosen, d.same, r.year from duplicates d join reports r on r.id = d.report
where r.agency_id = :id order by r.year, d.report
"""
# The same level and kind in the same city, or among the cities: the same class first, then the nearest in requests.
_PEERS = """
select agency_id, agency, received, concluded, granted_share, concluded_small, status, report, broken_across
from panel
where year = :year and level = :level and kind = :kind
and (city_code is :city or :level in ('province', 'city')) and agency_id <> :id
order by class is not :class, abs(coalesce(received, 0) - :received), agency_id
limit 15
"""


async def agency(datasette: Datasette, request: Request) -> Response:
    """The page at /nianbao/agencies/<id>."""
    key = tilde_decode(request.url_vars["id"])
    found = await select_one(datasette, _AGENCY, id=key)
    if found is None:
        raise NotFound(Words(f"没有这个机关：{key}", f"No such agency: {key}"))
    rows = await select(datasette, _YEARS, id=key)
    span = await select_one(datasette, _SPAN) or {}
    context = {
        "agency": found,
        "years": _with_gaps(rows, span),
        "latest": rows[-1] if rows else None,
        "peers": await _peers(datasette, rows[-1]) if rows else [],
        "names": await select(datasette, _NAMES, id=key),
        "others": await select(datasette, _OTHERS, id=key),
        "charts": charts(rows) if len(rows) > 1 else [],
    }
    return await page(datasette, request, "agency.html", context)


def _with_gaps(rows: Sequence[Record], span: Mapping[str, int | None]) -> list[Record]:
    """The agency's years in order, from its first to the newest of all; one without a report is a row of its own."""
    if not rows:
        return []
    of_year = {row["year"]: row for row in rows}
    last = max(span.get("last") or 0, rows[-1]["year"])
    return [of_year.get(year, {"year": year}) for year in range(rows[0]["year"], last + 1)]


async def _peers(datasette: Datasette, latest: Record) -> list[Record]:
    return await select(
        datasette,
        _PEERS,
        **{name: latest[name] for name in ("year", "level", "kind", "class")},
        city=latest["city_code"],
        id=latest["agency_id"],
        received=latest["received"] or 0,
    )
