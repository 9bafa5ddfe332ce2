"""The map of tiles: the province by county, coloured by any figure of the panel.

No package has boundaries of counties with a sound licence and the approval number (审图号) that public maps in
China need; so every county is a tile, and a city's tiles are about where the city lies.
"""

import csv
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import groupby
from statistics import quantiles

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from database.schema import Column, table_of
from gazetteer.areas import regions_folder
from publish.room.drawing.formatting import number_text
from publish.room.queries import Record, select
from publish.room.rendering import page

# As many as a reader tells apart at a glance; each has about as many counties.
_SHADES = 5
# Five columns are what a wide screen holds.
_COLUMNS = 5
_DEFAULT = "received"
# What a county's figure is: the sum over its agencies, or what its government reports on the whole of it.
_BASES = {
    "sum": ("各机关合计", "sum over the agencies"),
    "government": ("政府汇总报告", "the government's report on its region"),
}
_YEARS = "select distinct year from panel_regions order by year desc"
_TILES = """
select g.code, g.name, c.code as city_code, c.name as city
from regions g join regions c on c.code = case g.level when 'city' then g.code else g.parent end
where g.kind = 'region' and g.valid_to is null and c.level = 'city'
  and (g.level = 'county' or (g.level = 'city' and not exists (
    select 1 from regions within where within.parent = g.code and within.kind = 'region' and within.level = 'county')))
order by c.code, g.code
"""
_SUMS = "select region_code, [{column}] as value, {small} as small from panel_regions where year = :year"
_GOVERNMENTS = """
select region_code, [{column}] as value, {small} as small from panel
where year = :year and summary and kind = 'government'
"""


@dataclass(frozen=True, slots=True)
class Tile:
    """A county: its figure as text, and which shade it has; None where there is no figure."""

    code: str
    name: str
    text: str
    value: float | None
    shade: int | None
    small: bool


@dataclass(frozen=True, slots=True)
class City:
    """A city's tiles, and their column and row of the map."""

    code: str
    name: str
    column: int
    row: int
    tiles: Sequence[Tile]


async def tile_map(datasette: Datasette, request: Request) -> Response:
    """The page at /-/map, with ``column``, ``year`` and ``basis``; of what is not known the default is taken."""
    columns = {column.name: column for column in table_of("panel_regions").columns if column.cells or column.share}
    column = columns.get(request.args.get("column") or "", columns[_DEFAULT])
    basis = request.args.get("basis") if request.args.get("basis") in _BASES else "sum"
    years = [row["year"] for row in await select(datasette, _YEARS)]
    year = next((year for year in years if str(year) == request.args.get("year")), years[0] if years else None)
    sql = (_SUMS if basis == "sum" else _GOVERNMENTS).format(column=column.name, small=_small(column))
    values = {row["region_code"]: row for row in await select(datasette, sql, year=year)}
    cities = cities_with_tiles(await select(datasette, _TILES), values, is_share=bool(column.share))
    tiles = [tile for city in cities for tile in city.tiles]
    context = {
        "cities": cities,
        "ranked": sorted((tile for tile in tiles if tile.value is not None), key=lambda tile: -(tile.value or 0)),
        "missing": [tile for tile in tiles if tile.value is None],
        "legend": _legend(tiles, is_share=bool(column.share)),
        "columns": list(columns.values()),
        "column": column,
        "years": years,
        "year": year,
        "bases": _BASES,
        "basis": basis,
    }
    return await page(datasette, request, "map.html", context)


def _small(column: Column) -> str:
    """SQL that says whether a share's denominator is under 10."""
    marks = [mark.name for mark in table_of("panel").columns if column.share and mark.small == column.share[1]]
    return f"[{marks[0]}]" if marks else "0"


def cities_with_tiles(counties: Sequence[Record], values: Mapping[str, Record], *, is_share: bool) -> list[City]:
    """The cities with their tiles; cities without a place of their own follow below, in order of their codes."""
    known = [row["value"] for row in values.values() if row["region_code"] in {c["code"] for c in counties}]
    edges = shade_edges([value for value in known if value is not None])
    places = _places()
    groups = [(code, list(rows)) for code, rows in groupby(counties, key=lambda row: row["city_code"])]
    unplaced = [code for code, _ in groups if code not in places]
    below = 1 + max((places[code][1] for code, _ in groups if code in places), default=0)
    return [
        City(
            code,
            rows[0]["city"],
            *places.get(code) or _below(unplaced.index(code), below),
            [_tile(row, values.get(row["code"]), edges, is_share=is_share) for row in rows],
        )
        for code, rows in groups
    ]


def _below(index: int, first: int) -> tuple[int, int]:
    return index % _COLUMNS + 1, first + index // _COLUMNS


def _tile(county: Record, row: Record | None, edges: Sequence[float], *, is_share: bool) -> Tile:
    value = row["value"] if row else None
    text = "" if value is None else value_text(value, is_share=is_share)
    shade = None if value is None else bisect_right(edges, value)
    return Tile(county["code"], county["name"], text, value, shade, bool(row and row["small"]))


def value_text(value: float, *, is_share: bool) -> str:
    """A figure, or a share in per cent."""
    return f"{value:.1%}" if is_share else number_text(round(value, 4))


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
def _places() -> dict[str, tuple[int, int]]:
    """Columns and rows of the cities, from the gazetteer's files ``tiles.csv``."""
    files = sorted(regions_folder().glob("[0-9][0-9]/tiles.csv"))
    rows = (row for file in files for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines()))
    return {row["code"]: (int(row["column"]), int(row["row"])) for row in rows}
