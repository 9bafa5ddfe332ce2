"""Two to six places or agencies beside each other, over the years: any row of the form, with what it is a share of."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from database.schema import Column, table_of
from parsers.form.cell_key import CellKey
from publish.room.drawing.groups import grouped
from publish.room.language import Words
from publish.room.places import Place, place_of
from publish.room.queries import Record, select
from publish.room.rendering import page

_MOST = 6
_DEFAULT = "received"
_SERIES = {
    "region": "select * from panel_regions where region_code = :key order by year",
    "agency": "select * from panel where agency_id = :key order by year",
}
# Of the same level and kind: in the same city first, then the nearest in requests.
_PEERS = {
    "agency": """
select p.agency as name from panel p join panel own on own.agency_id = :key and own.year = p.year
where p.year = (select max(year) from panel where agency_id = :key) and p.agency_id <> :key
  and p.level = own.level and p.kind = own.kind and p.summary = own.summary
order by p.class is not own.class, p.city_code is not own.city_code,
  abs(coalesce(p.received, 0) - coalesce(own.received, 0)), p.agency_id limit 8
""",
    "region": """
select g.name from regions g join regions own on own.code = :key
where g.level = own.level and g.kind = own.kind and g.valid_to is null and g.code <> own.code
order by g.parent is not own.parent, g.code limit 8
""",
}


@dataclass(frozen=True, slots=True)
class Compared:
    """A place or agency with its rows of the panel by year."""

    place: Place
    rows: dict[int, Record]


async def compare(datasette: Datasette, request: Request) -> Response:
    """The page at /-/compare: ``of``, as often as something is compared, and ``column`` of the panel."""
    columns = {column.name: column for column in table_of("panel_regions").columns if column.cells or column.share}
    column = columns.get(request.args.get("column") or "", columns[_DEFAULT])
    asked = [said.strip() for said in request.args.getlist("of") if said.strip()]
    found = {said: await place_of(datasette, said) for said in asked[:_MOST]}
    compared = [await _compared(datasette, place) for place in dict.fromkeys(filter(None, found.values()))]
    years = sorted({year for one in compared for year in one.rows})
    below = denominator(column)
    context = {
        "asked": _fields([place.name if place else said for said, place in found.items()]),
        "too_many": len(asked) > _MOST,
        "unknown": [said for said, place in found.items() if place is None],
        "compared": compared,
        "mixed": len({(one.place.what, one.place.level, one.place.kind) for one in compared}) > 1,
        "years": years,
        "columns": columns,
        "groups": grouped(columns.values()),
        "column": column,
        "below": below,
        "peers": await _peers(datasette, compared),
        "rows": long_rows(compared, column, below),
        "spec": _spec(column),
    }
    return await page(datasette, request, "compare.html", context)


def _fields(named: Sequence[str]) -> list[str]:
    """What stands in the fields: what is compared, and one more that is empty; two at least, six at most."""
    return [*named, *[""] * max(1, 2 - len(named))][:_MOST]


async def _compared(datasette: Datasette, place: Place) -> Compared:
    rows = await select(datasette, _SERIES[place.what], key=place.key)
    return Compared(place, {row["year"]: row for row in rows})


async def _peers(datasette: Datasette, compared: Sequence[Compared]) -> list[str]:
    """Who may stand beside the first: of its level and kind, and not there yet."""
    if not compared or len(compared) >= _MOST:
        return []
    first = compared[0].place
    found = await select(datasette, _PEERS[first.what], key=first.key)
    return [row["name"] for row in found if row["name"] not in {one.place.name for one in compared}]


def denominator(column: Column) -> str | None:
    """The column that says how much a figure is of: a share's own, else all requests of its kind; none for those."""
    if column.share:
        return column.share[1]
    if column.name in ("received", "carried_in", "carried_out", "concluded") or not column.cells:
        return None
    cell = CellKey(column.cells[0])
    if cell.table == "disputes":
        return "review_total" if cell.row == "review" and column.name != "review_total" else None
    if cell.table != "applications":
        return None
    return "received" if cell.row == "received" else "concluded"


def long_rows(compared: Sequence[Compared], column: Column, below: str | None) -> list[Record]:
    """What is drawn: a row for each place and year that has the figure."""
    return [
        {
            "place": one.place.name,
            "year": str(year),
            "value": row[column.name],
            **({"of": row[below]} if below else {}),
        }
        for one in compared
        for year, row in sorted(one.rows.items())
        if row[column.name] is not None
    ]


def _spec(column: Column) -> dict[str, Any]:
    axis = {"format": ".0%"} if column.share else {"tickMinStep": 1}
    title = Words("占比", "share") if column.share else Words(column.unit or "", column.unit or "")
    return {
        "mark": {"type": "line", "point": {"size": 60}, "tooltip": True},
        "height": 300,
        "encoding": {
            "x": {"field": "year", "type": "ordinal", "title": None, "axis": {"labelAngle": 0}},
            "y": {"field": "value", "type": "quantitative", "title": title._asdict(), "axis": axis},
            "color": {"field": "place", "type": "nominal", "sort": None, "title": None},
            "strokeDash": {"field": "place", "type": "nominal", "sort": None, "title": None},
        },
    }
