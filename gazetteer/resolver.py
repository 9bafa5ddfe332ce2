"""From the printed name of an agency to who and where it is.

The beginning of a name is read as a path of areas, each within the one before (河南省, 洛阳市, 西工区), the rest
as a body (人民政府办公室, 财政局). Every way to do so is tried and the plainest is taken. Where two are equally
plain and differ, only what they share is given; where a path contradicts the map, nothing of the region is.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from hashlib import sha256
from pathlib import Path

from gazetteer.area_names import AreaName, AreaNames, AreaPath, area_names
from gazetteer.areas import Area, Gazetteer, gazetteer, read_rows, regions_folder
from gazetteer.bodies import Bodies, bodies
from gazetteer.body_readings import Body, BodyReader, Rank
from gazetteer.spelling import name_key, unjoined

# What is longer is no name, and would take long. The longest of the 1,853 labelled names has 22 characters
# (tests/gazetteer/test_resolver.py); the second bound is with blanks, marks and remarks.
_LONGEST, _LONGEST_PRINTED = 60, 600
_CODE = re.compile(r"\d{6}")
_WORDS = re.compile(r"[\u3400-\u9fff]+")
# A place's name, but not 城区, 乡镇 or 市场 within the name of a body.
_PLACE = re.compile(
    r".{1,7}?(?<![市城地山库灌景园社辖矿林牧渔小校厂防片街新老郊湖滩乡县都夜超门返家集古灾洪])"
    r"(?:市(?!场|政(?!府)|容|民|直|区|级)|县(?!级|直|域)|区(?!域|块|直)|镇|乡(?!村|镇)|街道)"
)
_COUNTY = frozenset("县区")
_BEFORE_BODY = frozenset("省市县区镇乡道州盟旗")
_TOWN = re.compile(r"(?:(?:镇|乡|街道)(?:人民政府|政府)?|办事处)$")
_COMMITTEE = re.compile(r"(?:管理委员会|管委会|(?<=区)管理局)$")


@dataclass(frozen=True, slots=True)
class Agency:
    """Who a printed name is; what is not certain is None, and ``why`` says in a sentence how it was read.

    ``agency`` is its full name and ``agency_id`` its identity, the same for every spelling. ``region_code``
    is today's code of the region (six digits of GB/T 2260, or of the statistics bureau for a zone that has
    one), ``region`` its name. ``level`` is province, city, county or township; ``kind`` government,
    department, township, functional zone, institution, enterprise, people's organisation, party, assembly
    or judicial; ``department`` the class of a body that has one. ``successor`` is the id of the agency that
    took over from a dissolved one.
    """

    name: str
    agency: str | None = None
    agency_id: str | None = None
    region_code: str | None = None
    region: str | None = None
    level: str | None = None
    kind: str | None = None
    department: str | None = None
    successor: str | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class _Reading:
    """A way to read a name; ``area`` is whose body it is today, None for a region that was divided.

    ``place`` is the area that its path leads to; ``owner`` whose name and key the agency bears: ``area``, or
    the one that was absorbed by it and whose agencies did not go on.
    """

    path: AreaPath
    body: Body
    area: Area | None
    place: Area
    owner: Area

    @property
    def order(self) -> tuple[int, int, int]:
        """Less is plainer: the plainest names where the whole body is known, else the shortest rest."""
        cost, rest = self.path.cost, len(self.path.rest)
        return (self.body.rank, cost, rest) if self.body.rank is Rank.WHOLE else (self.body.rank, rest, cost)

    @property
    def agency_id(self) -> str:
        return f"{self.owner.key}-{self.body.slug}"


class Resolver:
    """Resolves names against one gazetteer; ``overrides`` maps a key to what to read in its place, and why."""

    def __init__(
        self, places: Gazetteer, kinds: Bodies, names: AreaNames, overrides: dict[str, tuple[str, str]]
    ) -> None:
        self._places = places
        self._kinds = kinds
        self._names = names
        self._overrides = overrides
        self._reader = BodyReader(places, kinds, names)

    def resolve(self, name: str, hints: Sequence[str] = ()) -> Agency:
        """See the function of that name."""
        key = name_key(name[:_LONGEST_PRINTED])
        if not key:
            return Agency(name, why="There is no name.")
        if len(key) > _LONGEST or len(name) > _LONGEST_PRINTED:
            return Agency(name, why=f"No agency's name has more than {_LONGEST} characters.")
        if key in self._overrides:
            read_as, reason = self._overrides[key]
            found = self.resolve(read_as, hints)
            return replace(found, name=name, why=f"Read as {read_as} by the list of overrides: {reason}.")
        hint = self._hinted_area(hints)
        readings = self._readings(key, hint) or self._readings(key.removeprefix("原"), hint)
        allowed = [reading for reading in readings if hint is None or self._agrees(reading, hint)]
        if readings and not allowed and hint:
            found = self._without_region(key, f"{readings[0].path.text} does not agree with the hint {hint.name}")
        else:
            found = self._plainest(key, allowed, hint)
        return replace(found, name=name, why=f"{found.why[:1].upper()}{found.why[1:]}.")

    def _hinted_area(self, hints: Sequence[str]) -> Area | None:
        """The innermost area that the hints name, if they lie within one another."""
        areas = [area for hint in hints for area in self._areas_named(hint)]
        inner = max(areas, key=lambda area: len(self._places.above(area)), default=None)
        agree = inner and all(area == inner or self._places.contains(area, inner) for area in areas)
        return inner if agree else None

    def _areas_named(self, hint: str) -> list[Area]:
        if _CODE.fullmatch(hint):
            area = self._places.areas.get(hint)
            today = self._places.today(area) if area else None
            return [today] if today else []
        return [area for words in _WORDS.findall(hint) if (area := self._outermost(name_key(words)))]

    def _outermost(self, key: str) -> Area | None:
        """The one area that words begin with, by their longest plain reading."""
        paths = [path for path in self._names.paths(key) if path.area and not path.short]
        if not paths:
            return None
        best = min((len(path.rest), path.cost) for path in paths)
        areas = {path.area for path in paths if (len(path.rest), path.cost) == best}
        area = areas.pop()
        return self._places.today(area) if area and not areas else None

    def _readings(self, key: str, hint: Area | None) -> list[_Reading]:
        marker = next((one for one in self._kinds.before_region if key.startswith(one)), "")
        readings = []
        for path in self._paths(key.removeprefix(marker), hint):
            area = path.area or hint
            if area:
                today = self._places.today(area)
                for body in self._reader.bodies(path, today or area, marker):
                    whose = body.area or area
                    now = self._places.today(whose)
                    owner = whose if whose.absorbed else now or whose
                    readings.append(_Reading(path, body, now, today or area, owner))
        return readings

    def _paths(self, key: str, hint: Area | None) -> Iterator[AreaPath]:
        yield from self._names.paths(key, hint)
        if key.startswith("市") and (city := self._reader.city_of_branch(key[1:])):
            how = "市 is the only city with a district or county of that name"
            yield AreaPath((AreaName(city, 2, how, short=True),), "市", key[1:], 2)

    def _agrees(self, reading: _Reading, hint: Area) -> bool:
        area = reading.area
        return area is None or self._is_within(area, hint) or self._places.contains(area, hint)

    def _is_within(self, area: Area, hint: Area) -> bool:
        return area == hint or self._places.contains(hint, area)

    def _plainest(self, key: str, readings: list[_Reading], hint: Area | None) -> Agency:
        if not readings:
            return self._without_region(key, "no region that the gazetteer knows stands at its beginning")
        best = min(reading.order for reading in readings)
        equal = [reading for reading in readings if reading.order == best]
        inner = [reading for reading in equal if hint and reading.area and self._is_within(reading.area, hint)]
        chosen = {reading.agency_id: reading for reading in inner or equal}
        if len(chosen) > 1:
            return self._common_facts(list(chosen.values()))
        reading = next(iter(chosen.values()))
        if reading.area is None:
            return self._without_region(
                key, f"{reading.owner.name} was divided among several in {reading.owner.valid_to}"
            )
        if reading.body.rank > Rank.WHOLE and (trouble := self._contradiction(reading)):
            return self._without_region(key, trouble)
        return self._agency(reading, reading.area)

    def _agency(self, reading: _Reading, area: Area) -> Agency:
        body, region = reading.body, self._places.region(area)
        known = body.rank < Rank.UNREAD
        return Agency(
            name="",
            agency=self._places.full_name(reading.owner) + body.name if known else None,
            agency_id=reading.agency_id if known else None,
            region_code=region.code,
            region=region.name,
            level=body.level or area.level,
            kind=body.kind,
            department=body.department,
            successor=self._successor(reading, area),
            why=f"{self._where(reading.path, reading.place)}; {body.why.format(reading.path.rest)}",
        )

    def _common_facts(self, readings: list[_Reading]) -> Agency:
        """What several equally plain readings have in common."""
        areas = [reading.area for reading in readings]
        regions = {self._places.region(area) if area else None for area in areas}
        region = regions.pop() if len(regions) == 1 else None
        names = [self._places.full_name(area) for area in areas if area]
        some = "、".join(names[:3]) + ("…" if len(names) > 3 else "")
        return Agency(
            name="",
            region_code=region.code if region else None,
            region=region.name if region else None,
            level=_common(area.level if area else None for area in areas),
            kind=_common(reading.body.kind for reading in readings),
            department=_common(reading.body.department for reading in readings),
            why=f"{readings[0].path.text} may be any of {len(readings)} ({some})",
        )

    def _contradiction(self, reading: _Reading) -> str | None:
        """What in the rest of a name speaks against its region: a place that is elsewhere, or on no map."""
        rest, place = reading.path.rest, reading.path.text
        if reading.body.area or reading.body.kind == "township":
            return None
        if rest[:1] in _COUNTY and self._kinds.department(unjoined(rest[1:])):
            return f"{rest[0]} is printed after {place}, but which one is not"
        for start in range(len(rest)):
            shortest = 3 if start else 2  # 新县 says something at the beginning only
            for end in range(len(rest), start + shortest - 1, -1):
                for called in self._names.called(rest[start:end]):
                    if not called.short and (called.area.kind == "region" or (called.bare and start == 0)):
                        if reading.area and self._places.contains(reading.area, called.area):
                            return f"{rest[start:end]} is named after {place}, but not right after it"
                        return (
                            f"{rest[start:end]} is printed after {place}, but is {self._places.full_name(called.area)}"
                        )
        zone = self._names.zone_of_kind(_COMMITTEE.sub("", rest))
        match = _PLACE.match(zone[0] if zone else rest)
        if match and not self._names.zone_of_kind(match[0]):
            return f"the gazetteer has no {match[0]} in {place}"
        return None

    def _without_region(self, key: str, reason: str) -> Agency:
        """What a name says of the body alone."""
        why = f"{reason}, so its region is unknown"
        starts = [0, *(place for place, char in enumerate(key, start=1) if char in _BEFORE_BODY)]
        departments = (self._kinds.department(unjoined(key[start:])) for start in starts)
        if department := next(filter(None, departments), None):
            why += f"; its body is of the class {department.zh}"
            return Agency("", kind=department.kind, department=department.zh, why=why)
        kind = self._kind(key)
        return Agency("", kind=kind, level=kind if kind == "township" else None, why=why)

    def _kind(self, key: str) -> str | None:
        if _TOWN.search(key) and "驻" not in key:
            return "township"
        if key.endswith((*self._kinds.government, *self._kinds.government_office)):
            return "government"
        return "functional zone" if _COMMITTEE.search(key) else self._kinds.kind_by_ending(key)

    def _successor(self, reading: _Reading, area: Area) -> str | None:
        """The id of the agency that took over the work of a dissolved one."""
        if reading.body.successor:
            return f"{reading.owner.key}-{reading.body.successor}"
        return f"{area.key}-{reading.body.slug}" if reading.owner != area else None

    def _where(self, path: AreaPath, place: Area) -> str:
        """In words, how a path leads to a place of today."""
        region, name = self._places.region(place), self._places.full_name(place)
        where = f"{name} ({region.code})" if place == region else f"{name} in {region.name} ({region.code})"
        if not path.steps:
            return f"its region is the hinted {where}"
        *outer, called = path.steps
        parts = [*(self._became(step.area) for step in outer if step.area.valid_to), *filter(None, [called.how])]
        if called.area.valid_to:
            parts.append(self._became(called.area))
        else:
            parts.append(where if called.how or path.text == name else f"{path.text} is {where}")
        return ", ".join(parts)

    def _became(self, old: Area) -> str:
        today = self._places.today(old)
        verb = "became part of" if old.absorbed else "became"
        now = f"{self._places.full_name(today)} ({today.code})" if today else "several"
        return f"{old.name} ({old.code}) {verb} {now} in {old.valid_to}"


def resolve(name: str, hints: Sequence[str] = ()) -> Agency:
    """Who a printed name is.

    ``hints`` are what is known of where it was printed: region codes, or words of the page (a breadcrumb, the
    agency above it). They choose between readings, and supply a region that the name leaves out; a name that
    contradicts them stays unknown. Hints that contradict each other are not heard.
    """
    return _resolver().resolve(name, hints)


@cache
def rules_version() -> str:
    """What identifies the gazetteer and the rules: another version may resolve a name otherwise."""
    parts = sorted(regions_folder().rglob("*.csv"))
    parts += sorted(part for part in Path(__file__).parent.iterdir() if part.suffix in {".py", ".yaml", ".tsv"})
    digest = sha256()
    for part in parts:
        digest.update(part.read_bytes())
    return digest.hexdigest()[:12]


@cache
def _resolver() -> Resolver:
    files = sorted(regions_folder().glob("*/overrides.csv"))
    rows = [row for file in files for row in read_rows(file)]
    overrides = {name_key(row["name"]): (row["reads_as"], row["reason"]) for row in rows}
    return Resolver(gazetteer(), bodies(), area_names(), overrides)


def _common(values: Iterable[str | None]) -> str | None:
    """The one value that all have."""
    different = set(values)
    return different.pop() if len(different) == 1 else None
