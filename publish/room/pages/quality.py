"""The page of coverage and quality: what has been found, how sound it is, what failed."""

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from publish.room import declarations
from publish.room.places import years_of_reports
from publish.room.queries import select, select_one
from publish.room.rendering import page

_FIGURES = """
select count(*) as reports, count(distinct agency_id) as agencies, avg(status = 'verified') as verified,
  sum(uncertain_cells) as uncertain, sum(broken_across > 0) as across
from panel where :year = '' or year = :year
"""


async def quality(datasette: Datasette, request: Request) -> Response:
    """The page at /-/quality; ``?year=`` keeps to a year."""
    years = await years_of_reports(datasette)
    year = next((str(year) for year in years if str(year) == request.args.get("year")), "")
    parts = [
        (question, await select(datasette, question.sql, **({"year": year} if ":year" in question.sql else {})))
        for question in declarations.quality().values()
    ]
    context = {
        "years": years,
        "year": year,
        "figures": await select_one(datasette, _FIGURES, year=year),
        "failures": await select_one(datasette, "select count(*) as inputs from failures"),
        "drawn": [part for part in parts if part[1]],
        "empty": [question for question, rows in parts if not rows],
    }
    return await page(datasette, request, "quality.html", context)
