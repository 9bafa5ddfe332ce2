"""The home page, which starts from questions."""

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from publish.room.drawing.citation import database_citation
from publish.room.queries import DATABASE, select
from publish.room.rendering import page

_YEARS = """
select year, count(*) as reports, count(distinct agency_id) as agencies, sum(status = 'verified') as verified,
  sum(status = 'inconsistent') as inconsistent, sum(status in ('uncertain', 'incomplete')) as doubtful
from reports where year is not null group by year order by year desc
"""
_NEW = """
select id, coalesce(title, id) as title, status, first_seen from reports order by first_seen desc, id desc limit 8
"""
_REVISED = """
select r.id, coalesce(r.title, r.id) as title, v.seen_at, count(*) as changes
from revisions v join reports r on r.id = v.report
group by v.report, v.revision order by v.seen_at desc, r.id limit 8
"""
_PROVINCES = """
select p.code, p.name, c.code as city_code, c.name as city from regions p join regions c on c.parent = p.code
where p.level = 'province' and c.level in ('city', 'county') and c.kind = 'region' and c.valid_to is null
order by p.code, c.code
"""


async def home(datasette: Datasette, request: Request) -> Response:
    """The page at /."""
    context = {
        "years": await select(datasette, _YEARS),
        "new": await select(datasette, _NEW),
        "revised": await select(datasette, _REVISED),
        "cities": await select(datasette, _PROVINCES),
        "citation": database_citation(await select(datasette, "select max(last_seen) as day from reports")),
        "download": not datasette.get_database(DATABASE).is_mutable and datasette.setting("allow_download"),
    }
    return await page(datasette, request, "home.html", context)
