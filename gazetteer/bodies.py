"""What an agency can be, apart from where it is (``bodies.yaml``)."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from gazetteer.spelling import name_key, unjoined

_SHORTER = (("委员会", "委"), ("办公室", "办"), ("局", "厅"))


@dataclass(frozen=True, slots=True)
class Department:
    """A class of departments: its code, its Chinese name, and its bodies' full names by level.

    ``lowest`` is the level below which regions have no such body. ``successor`` is the class that took over
    the work of one that ``ended`` in that year.
    """

    code: str
    zh: str
    name: str
    province: str
    county: str
    also: tuple[str, ...]
    kind: str
    vertical: bool
    lowest: str
    ended: int | None
    successor: str | None

    def full_name(self, level: str) -> str:
        """The name of such a body at a level."""
        return {"province": self.province, "city": self.name}.get(level, self.county)


class Bodies:
    """The names of bodies, by key."""

    def __init__(self, declared: Mapping[str, Any]) -> None:
        self.departments = {
            code: _department(code, one, code in declared["halls"]) for code, one in declared["departments"].items()
        }
        self._by_name: dict[str, Department] = {}
        for department in self.departments.values():
            for name in _names(department):
                self._by_name.setdefault(unjoined(name_key(name)), department)
        self.government = _keys(declared["government"])
        self.government_office = _keys(declared["government_office"])
        self.township = _keys(declared["township"])
        self.committee = _keys(declared["committee"])
        self.committee_office = _keys(declared["committee_office"])
        self.before_region: dict[str, str] = declared["before_region"]
        self.between: dict[str, str] = declared["between"]
        self.after_region = _keys(declared["after_region"])
        self.endings: dict[str, tuple[str, ...]] = {kind: tuple(ends) for kind, ends in declared["endings"].items()}
        self.zones: list[list[str]] = [[name_key(name) for name in names] for names in declared["zones"]]
        self.zone_names = tuple(name for names in self.zones for name in names)
        self.zones_never_bare = _keys(declared["zones_never_bare"])

    def department(self, key: str) -> Department | None:
        """The class whose bodies bear the name with this key."""
        return self._by_name.get(key)

    def kind_by_ending(self, key: str) -> str | None:
        """The kind that the last characters of a name tell."""
        return next((kind for kind, ends in self.endings.items() if key.endswith(ends)), None)


@cache
def bodies() -> Bodies:
    """The bodies as declared."""
    return Bodies(yaml.safe_load((files(__package__) / "bodies.yaml").read_text(encoding="utf-8")))


def _department(code: str, declared: Mapping[str, Any], hall: bool) -> Department:
    name: str = declared["name"]
    at_province = f"{name.removesuffix('局')}厅" if hall else name
    return Department(
        code=code,
        zh=declared["zh"],
        name=name,
        province=declared.get("province", at_province),
        county=declared.get("county", name),
        also=tuple(declared.get("also", ())),
        kind=declared.get("kind", "department"),
        vertical=declared.get("vertical", False),
        lowest=declared.get("lowest", "county"),
        ended=declared.get("ended"),
        successor=declared.get("successor"),
    )


def _names(department: Department) -> Iterator[str]:
    for name in (department.name, department.province, department.county, *department.also):
        yield name
        for long, short in _SHORTER:
            if name.endswith(long):
                yield name.removesuffix(long) + short


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(unjoined(name_key(name)) for name in names)
