"""What the part of a name after its region can be, read at that region, town or zone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import IntEnum

from gazetteer.area_names import AreaNames, AreaPath
from gazetteer.areas import Area, Gazetteer
from gazetteer.bodies import Bodies, Department
from gazetteer.spelling import unjoined

_BRANCH = re.compile(r"(?P<body>.+?局)(?P<district>.{2,12}?)分局")
# What a printed name of such a district may leave out.
_DISTRICT_ENDS = ("", "区", "新区", "示范区")
# That a government or department itself is meant, not what belongs to it.
_ITSELF = re.compile(r"(?:本级|(?<=[厅局委办室府])机关)$")
# Party and government of one region, whose joint body follows (洛阳市委市政府信访局, 洛阳市委洛阳市人民政府信访局).
_JOINT = re.compile(r"委(?:员会)?(?P<again>[^政]{0,9}?)(?:人民)?政府")
_TOWN = re.compile(r"(?P<town>[^政府委局办驻]{1,7}(?:街道|镇|乡))(?P<body>.*)")
_LEVELS = {"省": "province", "市": "city", "县": "county", "区": "county"}
# What an id calls a body of a kind.
_SLUGS = {"department": "dept", "people's organisation": "org"}


class Rank(IntEnum):
    """How well a body is known: by its whole name, by a rule, by its last characters, or not at all."""

    WHOLE = 0
    RULE = 1
    ENDING = 2
    UNREAD = 3


@dataclass(frozen=True, slots=True)
class Body:
    """What a body is: its part of an agency's id, its full name without its region, and why.

    ``why`` has {} where the printed name of the body goes.
    ``area`` is whose body it is and ``level`` its level, where they are not those of the area that it was
    printed after. ``successor`` is the slug of the body that took over from a dissolved one.
    """

    rank: Rank
    kind: str | None
    slug: str
    name: str
    why: str
    department: str | None = None
    area: Area | None = None
    level: str | None = None
    successor: str | None = None


class BodyReader:
    """Reads bodies at areas."""

    def __init__(self, places: Gazetteer, kinds: Bodies, names: AreaNames) -> None:
        self._places = places
        self._kinds = kinds
        self._names = names

    def bodies(self, path: AreaPath, area: Area, marker: str) -> Iterator[Body]:
        """What follows a path, as a body of ``area``; ``marker`` is what was printed before the region.

        A path without any area is read at a hinted one; only a body's whole name is known there.
        """
        rest = _ITSELF.sub("", unjoined(path.rest))
        if path.area is None and rest == (rest := _without_level(rest, area)) and area.level == "province":
            return  # That a page is the province's does not make every 财政局 its own.
        body = (self._body_after_marker(rest, area, marker) if marker else None) or self._body_by_name(rest, area)
        if body is None and len(rest) > 1 and rest[0] == area.name[-1]:  # 西工区区政府
            body = self._body_by_name(rest[1:], area)
        if body and (rest or (path.area and not path.short)):
            yield body
        elif path.area and not path.short:
            yield self._by_rule(rest, area) or self._by_ending(rest, path.rest)
        elif path.area and (short := self._after_short(path, rest, area)):
            yield short

    def _body_after_marker(self, rest: str, area: Area, marker: str) -> Body | None:
        due = self._kinds.departments[self._kinds.before_region[marker]]
        if not _may_have(area, due):
            return None
        department = self._kinds.department(rest)
        if department and (department == due or department.kind == "party" == due.kind):
            return self._department(department, area)
        return self._department(due, area) if rest in self._kinds.after_region else None

    def _body_by_name(self, rest: str, area: Area) -> Body | None:
        own = {"region": self._of_region, "zone": self._of_zone, "township": self._of_town}[area.kind](rest, area)
        if own:
            return own
        name = self._after_government(rest, area)
        department = self._kinds.department(name)
        return self._department(department, area) if department and _may_have(area, department) else None

    def _of_region(self, rest: str, area: Area) -> Body | None:
        if not rest or rest in self._kinds.government:
            why = "{} is" if rest else "a region's bare name stands for"
            return Body(Rank.WHOLE, "government", "government", "人民政府", f"{why} its people's government as a whole")
        if rest in self._kinds.government_office:
            name = "人民政府办公厅" if area.level == "province" else "人民政府办公室"
            why = "{} is the office of its people's government"
            return Body(Rank.WHOLE, "government", "government-office", name, why)
        return None

    def _of_town(self, rest: str, area: Area) -> Body | None:
        return self._town(area.name, rest, "township") if not rest or rest in self._kinds.township else None

    @staticmethod
    def _town(town: str, rest: str, slug: str) -> Body:
        name = "办事处" if town.endswith("街道") else "人民政府"
        why = "{} is its own administration" if rest else "its bare name stands for its own administration"
        return Body(Rank.WHOLE, "township", slug, name, why, level="township")

    def _of_zone(self, rest: str, area: Area) -> Body | None:
        office = rest in self._kinds.committee_office
        if rest and not office and rest not in self._kinds.committee:
            return None
        if area.same_as:
            region = self._places.areas[area.same_as]
            body = self._of_region("政府办公室" if office else "政府", region)
            why = f"{area.name} and {region.name} are one administration under two names"
            return body and replace(body, area=region, why=why)
        if office:
            why = "{} is the office of its committee"
            return Body(Rank.WHOLE, "functional zone", "committee-office", "管理委员会办公室", why)
        why = "{} is its committee" if rest else "a zone's bare name stands for its committee"
        return Body(Rank.WHOLE, "functional zone", "committee", "管理委员会", why)

    def _after_government(self, rest: str, area: Area) -> str:
        """The rest without a government's or committee's name before that of its department."""
        if self._kinds.department(rest):
            return rest
        before = ("管理委员会", "管委会") if area.kind == "zone" else ("人民政府", "政府")
        joint = _JOINT.match(rest)
        if joint and joint["again"] in {"", area.name, area.name[-1]}:
            return rest[joint.end() :]
        return next((rest.removeprefix(name) for name in before if rest.startswith(name)), rest)

    def _department(self, department: Department, area: Area) -> Body:
        owner = self._places.areas[area.same_as] if area.same_as else area
        why, successor = f"{{}} is its body of the class {department.zh}", None
        if department.ended:
            why += f", which was dissolved by {department.ended}"
        if department.successor:
            heir = self._kinds.departments[department.successor]
            why, successor = f"{why} and succeeded by {heir.name}", _slug(heir)
        return Body(
            Rank.WHOLE,
            department.kind,
            _slug(department),
            department.full_name(owner.level),
            why,
            department=department.zh,
            area=owner if area.same_as else None,
            successor=successor,
        )

    def _by_rule(self, rest: str, area: Area) -> Body | None:
        return self._branch(rest, area) or self._unlisted_town(rest, area) or self._unlisted_zone(rest, area)

    def _branch(self, rest: str, area: Area) -> Body | None:
        """公安局西工分局 after 洛阳市 is 西工区's police."""
        match = _BRANCH.fullmatch(rest)
        department = self._kinds.department(match["body"]) if match else None
        if match is None or department is None:
            return None
        districts = [one for one in self._districts(match["district"]) if self._places.contains(area, one)]
        if len(districts) != 1:
            return None
        (district,) = districts
        why = f"{{}} is the branch of its body of the class {department.zh} for {district.name}"
        return replace(self._department(department, district), rank=Rank.RULE, area=district, why=why)

    def _districts(self, name: str) -> set[Area]:
        """The counties and cities' zones that a branch may be called after; a renamed one as of today."""
        called = [one.area for end in _DISTRICT_ENDS for one in self._names.called(name + end)]
        today = {area if area.absorbed else self._places.today(area) for area in called}
        return {area for area in today if area and area.level == "county"}

    def city_of_branch(self, rest: str) -> Area | None:
        """The city whose body has a branch (公安局西工分局): the only one with a district or county of that name."""
        match = _BRANCH.fullmatch(rest)
        districts = self._districts(match["district"]) if match else set()
        cities = {district.parents[0] for district in districts if district.kind == "region"}
        return self._places.areas[cities.pop()] if len(cities) == 1 else None

    def _after_short(self, path: AreaPath, rest: str, area: Area) -> Body | None:
        """What need not be known by its whole name to follow a region's short form.

        A branch; a zone, unless the short form may be the beginning of another word (红旗 in 红旗渠); a
        company of the province or a city, as the law has its name begin with its region.
        """
        if branch := self._branch(rest, area):
            return branch
        zone = self._unlisted_zone(rest, area)
        if zone and area.level != "province":
            surely = len(path.steps) > 1 and rest.startswith(self._kinds.zone_names)
            return zone if surely or not area.name.endswith("区") else None
        body = self._by_ending(rest, path.rest)
        namesakes = [called for called in self._names.called(path.text) if not called.area.valid_to]
        company = body.kind == "enterprise" and len(namesakes) == 1
        return body if company and area.level in {"province", "city"} else None

    def _unlisted_town(self, rest: str, area: Area) -> Body | None:
        """A town printed after its county that the gazetteer has there under 乡, 镇 or 街道, or nowhere."""
        match = _TOWN.fullmatch(rest.removesuffix("办事处") + "街道" if _is_office(rest) else rest)
        if match is None or area.level != "county" or (match["body"] and match["body"] not in self._kinds.township):
            return None
        if town := self._names.town_of_stem(area, match["town"]):
            why = f"{match['town']} is {town.name} before or after it changed its kind"
            return replace(self._town(town.name, rest, "township"), rank=Rank.RULE, why=why, area=town)
        if len(self._names.called(match["town"])) == 1:
            return None
        body = self._town(match["town"], rest, f"township-{match['town']}")
        why = f"{match['town']} is a town that the gazetteer does not have there"
        return replace(body, rank=Rank.RULE, name=match["town"] + body.name, why=why)

    def _unlisted_zone(self, rest: str, area: Area) -> Body | None:
        """A zone that the gazetteer does not have; it counts to the region that it is printed after."""
        office = rest.endswith(("管理委员会办公室", "管委会办公室"))
        committees = sorted(self._kinds.committee, key=len, reverse=True)
        zone = rest.removesuffix("办公室") if office else rest
        zone = zone.removesuffix(next((name for name in committees if zone.endswith(name)), ""))
        kind = self._names.zone_of_kind(zone)
        if area.kind != "region" or kind is None:
            return None
        stem, names = kind
        why = f"{zone} is a zone that the gazetteer does not have, and counts to the region that it is printed after"
        slug, name = f"zone-{stem}{names[0]}", f"{stem}{names[0]}管理委员会"
        level = "township" if area.level == "county" else "county"
        if office:
            slug, name = f"{slug}-office", f"{name}办公室"
        return Body(Rank.RULE, "functional zone", slug, name, why, level=level)

    def _by_ending(self, rest: str, printed: str) -> Body:
        kind, name = self._kinds.kind_by_ending(rest), _ITSELF.sub("", printed)
        if kind in {"department", None} and re.match("委(?!员会)..", rest):
            kind = "party"
        if kind is None:
            return Body(Rank.UNREAD, None, "", "", "what {} is, is unknown")
        why = "{} is in no known class, but its last characters say what kind of body it is"
        return Body(Rank.ENDING, kind, f"body-{rest}", name, why)


def _slug(department: Department) -> str:
    kind = department.kind
    return f"{_SLUGS.get(kind, kind)}-{department.code.removeprefix('party-')}"


def _may_have(area: Area, department: Department) -> bool:
    return department.lowest == "county" or area.level in {"province", department.lowest}


def _is_office(rest: str) -> bool:
    return rest.endswith("办事处") and not rest.endswith(("街道办事处", "镇办事处", "乡办事处"))


def _without_level(rest: str, area: Area) -> str:
    """What follows 省, 市, 县 or 区 where that means the hinted region."""
    level = _LEVELS.get(rest[:1])
    if level == area.level or (level and rest[0] == area.name[-1]):
        return rest[1:]
    return rest
