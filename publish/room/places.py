"""Places and agencies as a reader names them: the lists to choose from, and whom a name or a code means."""

from dataclasses import dataclass

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from publish.room.queries import Record, select, select_one

# As many as a list below a field can hold.
_SUGGESTED = 12
_LISTED = """
select g.code, g.name, p.name as within from regions g left join regions p on p.code = g.parent
where g.valid_to is null and g.level in ('province', 'city', 'county') and g.kind = 'region'
order by g.level = 'county', g.level = 'city', g.code
"""
_AGENCIES_LIKE = """
select a.name, g.name as within from agencies a left join regions g on g.code = a.region_code
where a.name like '%' || :said || '%' order by length(a.name), a.name limit :limit
"""
_REGION = """
select 'region' as what, code as key, name, level, kind from regions where :said in (code, name)
order by valid_to is not null, code limit 1
"""
_AGENCY = """
select 'agency' as what, id as key, name, level, kind from agencies where :said in (id, name) order by id limit 1
"""


@dataclass(frozen=True, slots=True)
class Place:
    """A region or an agency: ``what`` says which, ``key`` is its code or id."""

    what: str
    key: str
    name: str
    level: str | None
    kind: str | None


async def listed_places(datasette: Datasette) -> list[Record]:
    """The provinces, cities and counties of today, each with the region that holds it."""
    return await select(datasette, _LISTED)


async def years_of_reports(datasette: Datasette) -> list[int]:
    """The years that the panel has, the newest first."""
    return [row["year"] for row in await select(datasette, "select distinct year from panel order by year desc")]


async def place_of(datasette: Datasette, said: str) -> Place | None:
    """The region or agency that a name or a code means; a region goes first."""
    for sql in (_REGION, _AGENCY):
        if found := await select_one(datasette, sql, said=said):
            return Place(**found)
    return None


async def suggestions(datasette: Datasette, request: Request) -> Response:
    """The answer at /-/places.json?q=…: agencies whose names hold it."""
    said = (request.args.get("q") or "").strip()
    found = await select(datasette, _AGENCIES_LIKE, said=said, limit=_SUGGESTED) if len(said) > 1 else []
    return Response.json(found)
