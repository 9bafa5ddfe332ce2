"""A region's page: its years, the regions within it, and the agencies that report there."""

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from publish.room.drawing.charts import charts
from publish.room.language import Words
from publish.room.queries import Record, select, select_one
from publish.room.rendering import page

_REGION = """
select g.*, p.name as parent_name, s.name as successor_name
from regions g
left join regions p on p.code = g.parent
left join regions s on s.code = g.successor
where g.code = :code
"""
_YEARS = "select * from panel_regions where region_code = :code order by year"
# Counties without any report are listed too.
_WITHIN = """
select g.code, g.name, g.level, p.agencies, p.received, p.granted_share, p.refused, p.refused_share,
  p.concluded_small, p.reviews, p.suits
from regions g left join (
  select region_code, agencies, received, granted_share, refused, refused_share, concluded_small,
    review_total as reviews, suits_total as suits
  from panel_regions where year = :year
) p on p.region_code = g.code
where g.parent = :code and g.valid_to is null and g.level <> 'township'
order by g.code
"""
_LISTED = """
select agency_id, agency, level, kind, class, report, status, received, granted_share, concluded_small, uncertain,
  broken_across
from panel where year = :year
"""
_AGENCIES = f"""
{_LISTED} and region_code = :code
order by kind = 'government' desc, level, kind, agency_id
"""
_TOWNS = f"""
{_LISTED} and county_code = :code and region_code <> :code
order by kind, region_code, agency_id
"""


async def region(datasette: Datasette, request: Request) -> Response:
    """The page at /nianbao/regions/<code>; ``?year=`` chooses the year of its lists, else it is the newest."""
    code = request.url_vars["code"]
    found = await select_one(datasette, _REGION, code=code)
    if found is None:
        raise NotFound(Words(f"没有这个行政区划：{code}", f"No such region: {code}"))
    years = await select(datasette, _YEARS, code=code)
    year = _chosen_year(request.args.get("year"), years)
    context = {
        "region": found,
        "years": years,
        "year": year,
        "within": await select(datasette, _WITHIN, code=code, year=year),
        "agencies": await select(datasette, _AGENCIES, code=code, year=year),
        "towns": await select(datasette, _TOWNS, code=code, year=year),
        "charts": charts(years) if len(years) > 1 else [],
    }
    return await page(datasette, request, "region.html", context)


def _chosen_year(asked: str | None, years: list[Record]) -> int | None:
    known = [row["year"] for row in years]
    if asked and asked.isdecimal() and int(asked) in known:
        return int(asked)
    return known[-1] if known else None
