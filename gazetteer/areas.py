"""The regions, towns and functional zones of the provinces under ``data/regions``."""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from typing import Self

Row = dict[str, str]


def regions_folder() -> Path:
    """Where the provinces' folders are: within the installed package, else ``data/regions`` of the checkout.

    Raises FileNotFoundError where neither exists.
    """
    for folder in (Path(str(files(__package__))) / "regions", Path(__file__).parents[1] / "data" / "regions"):
        if folder.is_dir():
            return folder
    raise FileNotFoundError("the gazetteer (data/regions) is not installed")


@dataclass(frozen=True, slots=True)
class Area:
    """A region, town or functional zone, of today or abolished.

    ``key`` identifies it: its code, or for a zone without one, its region's code and a word. ``code`` has
    six digits (nine for towns and some zones). ``parents`` come in order: the area that contains it, the
    zone that runs it, the county to which it belonged. ``valid_from`` and ``valid_to`` are years, both
    inclusive, None where unknown or not ended. ``former`` are earlier names, each with its last year if known.
    ``same_as`` is the region with which a zone shares one administration; ``absorbed`` an area whose
    agencies did not go on as those of its successor.
    """

    key: str
    code: str | None
    name: str
    level: str
    kind: str
    parents: tuple[str, ...]
    valid_from: int | None = None
    valid_to: int | None = None
    successor: str | None = None
    former: tuple[tuple[str, int | None], ...] = ()
    aliases: tuple[str, ...] = ()
    same_as: str | None = None
    absorbed: bool = False


class Gazetteer:
    """All areas by key, and what contains what."""

    def __init__(self, areas: Mapping[str, Area]) -> None:
        self.areas = dict(areas)
        self._above: dict[str, frozenset[str]] = {}

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read every province's folder."""
        found = [area for province in sorted(folder.glob("[0-9][0-9]")) for area in _province(province)]
        return cls({area.key: area for area in found})

    @cached_property
    def regions(self) -> tuple[Area, ...]:
        """The areas with a code, those that contain before those contained."""
        order = ("province", "city", "county", "township")
        coded = [area for area in self.areas.values() if area.code]
        return tuple(sorted(coded, key=lambda area: (order.index(area.level), len(area.key), area.key)))

    def today(self, area: Area) -> Area | None:
        """The area itself, or what took its place; None if it was divided among several."""
        while area.valid_to is not None:
            if area.successor is None:
                return None
            area = self.areas[area.successor]
        return area

    def above(self, area: Area) -> frozenset[str]:
        """The keys of everything that contains an area, or did."""
        if area.key not in self._above:
            keys: set[str] = set()
            for key in area.parents:
                for parent in {self.areas[key], self.today(self.areas[key]) or self.areas[key]}:
                    keys |= {parent.key} | self.above(parent)
            self._above[area.key] = frozenset(keys)
        return self._above[area.key]

    def contains(self, outer: Area, inner: Area) -> bool:
        """Whether an area lies in another, which may have been abolished since."""
        now = self.today(outer)
        return outer.key in self.above(inner) or (now is not None and now.key in self.above(inner))

    def region(self, area: Area) -> Area:
        """The area with a six-digit code that an area is, or lies in."""
        while area.code is None or len(area.code) != 6:
            area = self.areas[area.parents[0]]
        return area

    def full_name(self, area: Area) -> str:
        """An area's name as its agencies write it: districts, zones and towns after what contains them."""
        if area.kind == "region":
            parent = self.areas[area.parents[0]] if area.parents else None
            district = area.level == "county" and area.name.endswith("区")
            return f"{parent.name}{area.name}" if district and parent else area.name
        outer = self.areas[area.parents[0]]
        if area.kind == "zone" and area.level == "county" and area.name.startswith((outer.name[:2], "河南")):
            return area.name
        return f"{self.full_name(outer)}{area.name}"


@cache
def gazetteer() -> Gazetteer:
    """The gazetteer of every province that there is."""
    return Gazetteer.load(regions_folder())


def _province(folder: Path) -> Iterator[Area]:
    levels = {}
    for row in read_rows(folder / "regions.csv"):
        levels[row["code"]] = row["level"]
        yield _region(row)
    for row in read_rows(folder / "zones.csv"):
        yield _zone(row, "county" if levels.get(row["parent"]) in {"province", "city"} else "township")
    for row in read_rows(folder / "townships.csv"):
        yield _township(row)


def _region(row: Row) -> Area:
    return Area(
        key=row["code"],
        code=row["code"],
        name=row["name"],
        level=row["level"],
        kind="region",
        parents=tuple(filter(None, [row["parent"]])),
        valid_from=_year(row["valid_from"]),
        valid_to=_year(row["valid_to"]),
        successor=row["successor"] or None,
        former=_former(row["former"]),
        absorbed=bool(row["absorbed"]),
    )


def _zone(row: Row, level: str) -> Area:
    return Area(
        key=row["key"],
        code=row["code"] or None,
        name=row["name"],
        level=level,
        kind="zone",
        parents=(row["parent"],),
        valid_from=_year(row["valid_from"]),
        valid_to=_year(row["valid_to"]),
        aliases=tuple(row["aliases"].split()),
        same_as=row["same_as"] or None,
    )


def _township(row: Row) -> Area:
    return Area(
        key=row["code"],
        code=row["code"],
        name=row["name"],
        level="township",
        kind="township",
        parents=tuple(filter(None, [row["parent"], row["zone"], row["formerly_in"]])),
        former=_former(row["former"]),
    )


def _former(names: str) -> tuple[tuple[str, int | None], ...]:
    return tuple((name, _year(year)) for name, _, year in (one.partition(":") for one in names.split()))


def _year(text: str) -> int | None:
    return int(text) if text else None


def read_rows(path: Path) -> list[Row]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
