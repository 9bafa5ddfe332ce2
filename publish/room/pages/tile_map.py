"""The map of tiles: the province by county, coloured by any figure of the panel.

No package has boundaries of counties with a sound licence and the approval number (审图号) that public maps in
China need; so every county is a square, placed by ``data/regions/<province>/tiles.csv``.
"""

import csv
import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import quantiles

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from database.schema import Column, table_of
from gazetteer.areas import regions_folder
from publish.room.drawing.formatting import number_text, share_text
from publish.room.drawing.groups import grouped
from publish.room.language import Words
from publish.room.queries import Record, select
from publish.room.rendering import page

# As many as a reader tells apart at a glance; each has about as many counties.
_SHADES = 5
# Counties that no file places stand in rows of this width: as wide as Henan is.
_COLUMNS = 17
_DEFAULT = "received"
# What a county's figure is: the sum over its agencies, or what its government reports on the whole of it.
_BASES = {
    "sum": Words("各机关合计", "sum over the agencies"),
    "government": Words("政府汇总报告", "the government's report on its region"),
}
_SUMS = "select year, region_code as code, [{column}] as value, {small} as small from panel_regions"
_GOVERNMENTS = """
select year, region_code as code, [{column}] as value, {small} as small from panel where summary and kind = 'government'
"""
_TILES = """
select g.code, g.name, c.code as city_code, c.name as city
from regions g join regions c on c.code = case g.level when 'city' then g.code else g.parent end
where g.kind = 'region' and g.valid_to is null and c.level = 'city'
  and (g.level = 'county' or (g.level = 'city' and not exists (
    select 1 from regions within where within.parent = g.code and within.kind = 'region' and within.level = 'county')))
order by c.code, g.code
"""
_PROVINCES = "select code, name from regions where level = 'province' order by code"
# What all names of counties end with, and what a few have before it.
_ENDING = re.compile("(?:(?:回族|满族|蒙古族)?(?:自治)?)[区县市]$")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Tile:
    """A county: its place, its figure as text, and which shade it has; None where there is no figure."""

    code: str
    name: str
    city: str
    column: int
    row: int
    text: str
    value: float | None
    shade: int | None
    small: bool

    @property
    def short(self) -> str:
        """The name as it fits into a tile: 中原区 is 中原, but 滑县 stays."""
        return (_ENDING.sub("", self.name) if len(self.name) > 2 else self.name)[:3]


async def tile_map(datasette: Datasette, request: Request) -> Response:
    """The page at /-/map, with ``column``, ``year``, ``basis`` and ``province``; else where most figures are."""
    columns = {column.name: column for column in table_of("panel_regions").columns if column.cells or column.share}
    column = columns.get(request.args.get("column") or "", columns[_DEFAULT])
    basis = request.args.get("basis") if request.args.get("basis") in _BASES else "sum"
    sql = (_SUMS if basis == "sum" else _GOVERNMENTS).format(column=column.name, small=_small(column))
    counties = await select(datasette, _TILES)
    known = {county["code"] for county in counties}
    figures = [row for row in await select(datasette, sql) if row["code"] in known and row["value"] is not None]
    years = sorted({row["year"] for row in figures}, reverse=True)
    year = next((year for year in years if str(year) == request.args.get("year")), years[0] if years else None)
    values = {row["code"]: row for row in figures if row["year"] == year}
    provinces = await select(datasette, _PROVINCES)
    province = _province(request.args.get("province"), provinces, values)
    here = [county for county in counties if county["code"][:2] == province[:2]]
    tiles = tiles_of(here, values, is_share=bool(column.share))
    context = {
        "tiles": tiles,
        "borders": borders({(tile.column, tile.row): tile.city for tile in tiles}),
        "width": max((tile.column for tile in tiles), default=1),
        "height": max((tile.row for tile in tiles), default=1),
        "placed": any(tile.code in _places() for tile in tiles),
        "ranked": sorted((tile for tile in tiles if tile.value is not None), key=lambda tile: -(tile.value or 0)),
        "missing": [tile for tile in tiles if tile.value is None],
        "legend": _legend(tiles, is_share=bool(column.share)),
        "groups": grouped(columns.values()),
        "column": column,
        "years": years,
        "year": year,
        "bases": _BASES,
        "basis": basis,
        "provinces": provinces,
        "province": province,
    }
    return await page(datasette, request, "map.html", context)


def _province(asked: str | None, provinces: Sequence[Record], values: Mapping[str, Record]) -> str:
    """The code of the province that is asked for, else of the one with most figures."""
    codes = [row["code"] for row in provinces]
    if asked and asked in codes:
        return asked
    return max(codes, key=lambda code: sum(county[:2] == code[:2] for county in values), default="")


def _small(column: Column) -> str:
    """SQL that says whether a share's denominator is under 10."""
    marks = [mark.name for mark in table_of("panel").columns if column.share and mark.small == column.share[1]]
    return f"[{marks[0]}]" if marks else "0"


def tiles_of(counties: Sequence[Record], values: Mapping[str, Record], *, is_share: bool) -> list[Tile]:
    """The counties in their places; those without a place of their own follow below, in order of their codes."""
    edges = shade_edges([values[county["code"]]["value"] for county in counties if county["code"] in values])
    places = _places()
    below = max((places[county["code"]][1] for county in counties if county["code"] in places), default=0)
    free = iter((index % _COLUMNS + 1, below + index // _COLUMNS + 1) for index in range(len(counties)))
    return [
        _tile(county, places.get(county["code"]) or next(free), values.get(county["code"]), edges, is_share=is_share)
        for county in counties
    ]


def _tile(county: Record, place: Place, row: Record | None, edges: Sequence[float], *, is_share: bool) -> Tile:
    value = row["value"] if row else None
    text = "" if value is None else value_text(value, is_share=is_share)
    shade = None if value is None else bisect_right(edges, value)
    small = bool(row and row["small"])
    return Tile(county["code"], county["name"], county["city"], *place, text, value, shade, small)


def borders(city: Mapping[Place, str]) -> str:
    """The path of an SVG drawing, in tiles, along all sides between two cities and around the whole."""
    return " ".join(line for place in city for line in _sides(place, city))


def _sides(place: Place, city: Mapping[Place, str]) -> Iterator[str]:
    """The sides of a tile that part cities; one between two tiles is the left tile's, or the upper one's."""
    x, y = place
    for other, line in (
        ((x + 1, y), f"M{x} {y - 1}v1"),
        ((x, y + 1), f"M{x - 1} {y}h1"),
        ((x - 1, y), f"M{x - 1} {y - 1}v1"),
        ((x, y - 1), f"M{x - 1} {y - 1}h1"),
    ):
        is_first = other > place or other not in city
        if is_first and city.get(other) != city[place]:
            yield line


def value_text(value: float, *, is_share: bool) -> str:
    """A figure, or a share in per cent."""
    return share_text(value) if is_share else number_text(round(value, 4))


def shade_edges(values: Sequence[float]) -> list[float]:
    """Where one shade ends and the next begins, so that each has about as many counties."""
    if len(set(values)) < 2:
        return []
    return sorted(set(quantiles(values, n=_SHADES, method="inclusive")) - {min(values)})


def _legend(tiles: Sequence[Tile], *, is_share: bool) -> list[tuple[int, str]]:
    """Each shade that occurs, with its least and its greatest figure."""
    found: dict[int, list[float]] = {}
    for tile in tiles:
        if tile.shade is not None and tile.value is not None:
            found.setdefault(tile.shade, []).append(tile.value)
    return [
        (shade, " – ".join(dict.fromkeys(value_text(end, is_share=is_share) for end in (min(values), max(values)))))
        for shade, values in sorted(found.items())
    ]


@cache
def _places() -> dict[str, Place]:
    """Columns and rows of the counties, from the gazetteer's files ``tiles.csv``."""
    files = sorted(regions_folder().glob("[0-9][0-9]/tiles.csv"))
    rows = (row for file in files for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    return {row["code"]: (int(row["column"]), int(row["row"])) for row in rows}
