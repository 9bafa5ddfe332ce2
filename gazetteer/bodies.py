"""What an agency can be, apart from where it is (``bodies.yaml``)."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from gazetteer.spelling import name_key, unjoined
from parsers.declarations import declared

_SHORTER = (("委员会", "委"), ("办公室", "办"), ("局", "厅"))


@dataclass(frozen=True, slots=True)
class Department:
    """A class of departments: its Chinese name, its bodies' full names by level, and its code.

    ``province`` and ``county`` are as ``name`` where they are not declared. ``lowest`` is the level below which
    regions have no such body. ``successor`` is the class that took over the work of one that ``ended`` in that year.
    """

    zh: str
    name: str
    province: str = ""
    county: str = ""
    also: tuple[str, ...] = ()
    kind: str = "department"
    vertical: bool = False
    lowest: str = "county"
    ended: int | None = None
    successor: str | None = None
    code: str = ""

    def full_name(self, level: str) -> str:
        """The name of such a body at a level."""
        return {"province": self.province, "city": self.name}.get(level, self.county)


@dataclass(frozen=True, slots=True)
class _Declaration:
    """The parts of ``bodies.yaml``, which explains them."""

    departments: dict[str, Department]
    halls: tuple[str, ...]
    government: tuple[str, ...]
    government_office: tuple[str, ...]
    township: tuple[str, ...]
    committee: tuple[str, ...]
    committee_office: tuple[str, ...]
    before_region: dict[str, str]
    after_region: tuple[str, ...]
    between: dict[str, str]
    endings: dict[str, tuple[str, ...]]
    zones: tuple[tuple[str, ...], ...]
    zones_never_bare: tuple[str, ...]


class Bodies:
    """The names of bodies, by key."""

    def __init__(self, declaration: _Declaration) -> None:
        self.departments = {
            code: _completed(code, one, hall=code in declaration.halls) for code, one in declaration.departments.items()
        }
        self._by_name: dict[str, Department] = {}
        for department in self.departments.values():
            for name in _names(department):
                self._by_name.setdefault(unjoined(name_key(name)), department)
        self.government = _keys(declaration.government)
        self.government_office = _keys(declaration.government_office)
        self.township = _keys(declaration.township)
        self.committee = _keys(declaration.committee)
        self.committee_office = _keys(declaration.committee_office)
        self.before_region = declaration.before_region
        self.between = declaration.between
        self.after_region = _keys(declaration.after_region)
        self.endings = declaration.endings
        self.zones = [[name_key(name) for name in names] for names in declaration.zones]
        self.zone_names = tuple(name for names in self.zones for name in names)
        self.zones_never_bare = _keys(declaration.zones_never_bare)

    def department(self, key: str) -> Department | None:
        """The class whose bodies bear the name with this key."""
        return self._by_name.get(key)

    def kind_by_ending(self, key: str) -> str | None:
        """The kind of body by the last characters of a name."""
        return next((kind for kind, ends in self.endings.items() if key.endswith(ends)), None)


@cache
def bodies() -> Bodies:
    """The bodies as declared."""
    return Bodies(declared(__package__, "bodies.yaml", _Declaration))


def _completed(code: str, one: Department, *, hall: bool) -> Department:
    at_province = f"{one.name.removesuffix('局')}厅" if hall else one.name
    return replace(one, code=code, province=one.province or at_province, county=one.county or one.name)


def _names(department: Department) -> Iterator[str]:
    for name in (department.name, department.province, department.county, *department.also):
        yield name
        for long, short in _SHORTER:
            if name.endswith(long):
                yield name.removesuffix(long) + short


def _keys(names: Iterable[str]) -> frozenset[str]:
    return frozenset(unjoined(name_key(name)) for name in names)
