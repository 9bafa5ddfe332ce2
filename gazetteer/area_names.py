"""The names by which areas are called, and how a printed name leads down through them."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from gazetteer.areas import Area, Gazetteer, gazetteer
from gazetteer.bodies import Bodies, bodies
from gazetteer.spelling import name_key

_SUFFIXES = ("地区", "省", "市", "县", "区")
_PEOPLES = ("回族区", "回族乡", "回族镇", "蒙古族乡", "满族乡")
_TOWN_END = re.compile("(?:乡|镇|街道)$")
# Province, city, county, zone, town. The plainest readings of the 1,853 labelled names have four at most
# (tests/gazetteer/test_resolver.py).
_MOST_AREAS = 5
_PROVINCE = "省"


@dataclass(frozen=True, slots=True)
class AreaName:
    """An area under one of its names.

    ``cost`` says how far that is from its plain name of today: 0 for that; ``how`` says it in words.
    ``bare`` names need nothing before them, ``near`` ones the very area that contains them; ``short`` ones
    lack their 省, 市, 县 or 区.
    """

    area: Area
    cost: int = 0
    how: str = ""
    bare: bool = True
    near: bool = False
    short: bool = False


@dataclass(frozen=True, slots=True)
class AreaPath:
    """A reading of the beginning of a name as areas, each within the one before.

    ``text`` is what names the innermost, ``rest`` what follows.
    """

    steps: tuple[AreaName, ...]
    text: str
    rest: str
    cost: int = 0

    @property
    def area(self) -> Area | None:
        """The innermost area."""
        return self.steps[-1].area if self.steps else None

    @property
    def short(self) -> bool:
        """Whether the innermost area is named by a short form."""
        return bool(self.steps) and self.steps[-1].short


class AreaNames:
    """Areas by the keys of their names."""

    def __init__(self, places: Gazetteer, kinds: Bodies) -> None:
        self.places = places
        self._zones = kinds.zones
        self._never_bare = kinds.zones_never_bare
        self._between = kinds.between
        self._districts = {area.name for area in places.areas.values() if area.kind == "region"}
        self._called: dict[str, list[AreaName]] = {}
        for area in places.areas.values():
            for name, called in self._names(area):
                self._called.setdefault(name_key(name), []).append(called)
        self._name_only_province()
        self._longest = max(map(len, self._called))

    def _name_only_province(self) -> None:
        """Where there is one province only, 省发改委 is its."""
        provinces = [area for area in self.places.areas.values() if area.level == "province"]
        if len(provinces) == 1:
            how = f"{_PROVINCE} is the only province of the gazetteer"
            self._called[_PROVINCE] = [AreaName(provinces[0], 2, how, short=True)]

    def called(self, key: str) -> list[AreaName]:
        """The areas that bear a name."""
        return self._called.get(key, [])

    def paths(self, key: str, hint: Area | None = None) -> Iterator[AreaPath]:
        """Every reading of a name's beginning, the empty one first; ``hint`` is where it is thought to begin."""
        yield from self._onward(AreaPath((), "", key), hint)

    def _onward(self, path: AreaPath, hint: Area | None) -> Iterator[AreaPath]:
        yield path
        if len(path.steps) == _MOST_AREAS:
            return
        yield from self._steps(path, path.rest, {"region", "zone", "township"}, hint)
        if path.area and path.area.kind == "region":
            for body, kind in self._between.items():
                if path.rest.startswith(body):
                    yield from self._steps(path, path.rest.removeprefix(body), {kind}, hint)

    def _steps(self, path: AreaPath, key: str, kinds: set[str], hint: Area | None) -> Iterator[AreaPath]:
        """Every reading of what follows a path that begins with one more area."""
        for length in range(min(len(key), self._longest), 0, -1):
            for called in self._called.get(key[:length], ()):
                cost = self._step(path.area, called, hint)
                if cost is not None and called.area.kind in kinds:
                    yield from self._onward(
                        AreaPath((*path.steps, called), key[:length], key[length:], path.cost + cost), hint
                    )

    def _step(self, outer: Area | None, called: AreaName, hint: Area | None = None) -> int | None:
        """What it costs to name an area right after another; None if it does not lie in it."""
        if outer is None:
            if called.bare:
                return called.cost
            return self._step(hint, called) if hint else None
        if called.near and outer.key not in called.area.parents:
            return None
        if self.places.contains(outer, called.area):
            return called.cost
        # A city's zone runs towns that the ministry lists under districts, and may be printed after a district.
        in_zone = outer.kind == "zone" and called.area.kind != "zone"
        citys_own = called.area.kind == "zone" and called.area.level == "county"
        in_district = citys_own and outer.kind == "region" and outer.name.endswith("区")
        if outer.level == "county" and (in_zone or in_district):
            city = self.places.areas[outer.parents[0]]
            return called.cost + 1 if self.places.contains(city, called.area) else None
        return called.cost + 1 if called.area == outer else None

    def _names(self, area: Area) -> Iterator[tuple[str, AreaName]]:
        if area.kind == "zone":
            yield from self._zone_names(area)
            return
        old = int(area.valid_to is not None)
        yield area.name, AreaName(area, old)
        for name, year in area.former:
            yield name, AreaName(area, 1, f"{area.name} was called {name} " + (f"until {year}" if year else "before"))
        for name in _without_people(area.name):
            yield name, AreaName(area, 1, f"{name} is short for {area.name}")
        if area.kind == "region":
            for name in _without_suffix(area.name):
                yield name, AreaName(area, 2 + old, f"{name} is short for {area.name}", short=True)
        elif area.name.endswith("街道"):
            yield area.name.removesuffix("街道") + "办事处", AreaName(area, 1)

    def _zone_names(self, area: Area) -> Iterator[tuple[str, AreaName]]:
        county = area.level == "county"
        # 西工区 in 获嘉县 must not be what follows 新乡市: a district of that name is elsewhere.
        namesake = not county and area.name in self._districts
        if not county:  # Some are named after their city, which is not printed before them then.
            kind_only = any(area.name in names for names in self._zones)
            yield area.name, AreaName(area, 1, bare=False, near=namesake or kind_only)
        for name in (area.name, *area.aliases):
            core = self._core(area, name)
            for variant, stem in self._variants(core):
                own = len(stem) > (1 if county else 2)  # 嵖岈山, but not 工业 or 城阳
                bare = own and variant not in self._never_bare
                # A kind alone (产业集聚区) is not the city's own where a county is printed before it.
                near = namesake or not stem
                yield variant, AreaName(area, 1 + (variant != core) + (not county), bare=bare, near=near)

    def _core(self, area: Area, name: str) -> str:
        """A zone's name without the names of what contains it."""
        name = name_key(name)
        prefixes = [
            prefix
            for key in (area.key, *self.places.above(area))
            for prefix in (self.places.areas[key].name, *_without_suffix(self.places.areas[key].name))
            if key != area.key
        ]
        shorter = True
        while shorter:
            shorter = False
            for prefix in sorted(prefixes, key=len, reverse=True):
                if name.startswith(prefix) and len(name) > len(prefix) + 1:
                    name, shorter = name.removeprefix(prefix), True
        return name

    def town_of_stem(self, county: Area, name: str) -> Area | None:
        """The one town of a county that is called like ``name`` but for 乡, 镇 or 街道."""
        stem = _TOWN_END.sub("", name)
        towns = {
            called.area.key: called.area
            for end in ("乡", "镇", "街道")
            for called in self.called(stem + end)
            if called.area.kind == "township" and self.places.contains(county, called.area)
        }
        return next(iter(towns.values())) if len(towns) == 1 else None

    def zone_of_kind(self, key: str) -> tuple[str, list[str]] | None:
        """What a zone's name has before the name of its kind, and all names of that kind."""
        for names in self._zones:
            for name in names:
                if key.endswith(name):
                    return key.removesuffix(name), names
        return None

    def _variants(self, core: str) -> Iterator[tuple[str, str]]:
        """A zone's name with every name of its kind, and what is its own in it."""
        stem, names = self.zone_of_kind(core) or (core, [""])
        yield from ((stem + name, stem) for name in names)


@cache
def area_names() -> AreaNames:
    """The names of the areas of all provinces."""
    return AreaNames(gazetteer(), bodies())


def _without_suffix(name: str) -> Iterator[str]:
    for suffix in ("回族区", *_SUFFIXES):
        if name.endswith(suffix):
            if len(name) - len(suffix) > 1:
                yield name.removesuffix(suffix)
            return


def _without_people(name: str) -> Iterator[str]:
    for ending in _PEOPLES:
        if name.endswith(ending):
            yield name.removesuffix(ending) + ending[-1]
