"""What the reading room declares as data: questions, charts, colours, how tables are shown, heads of columns."""

import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any

from parsers.declarations import declared

# {place}, or {p.place} where the panel goes by another name in the query.
_PLACE = re.compile(r"\{(\w+\.)?place\}")
_LEVELS = ("province", "city", "county")
_PLACE_COLUMNS = (*_LEVELS, *(f"{level}_code" for level in _LEVELS), "agency", "agency_id")


@dataclass(frozen=True, slots=True)
class Question:
    """A kept question (``queries.yaml``): in both languages, its SQL, what its columns mean."""

    zh: str
    en: str
    about_zh: str
    about_en: str
    sql: str
    params: tuple[str, ...] = ()
    columns: dict[str, tuple[str, str]] = field(default_factory=dict)
    chart: dict[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Selection:
    """Columns of a table that are worth a link, and what they are together."""

    zh: str
    en: str
    of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Display:
    """How Datasette shows a table (``tables.yaml``), in its own terms, and selections of its columns."""

    label_column: str | None = None
    facets: tuple[str, ...] | None = None
    sort_desc: str | None = None
    sortable_columns: tuple[str, ...] | None = None
    size: int | None = None
    hidden: bool | None = None
    columns: tuple[Selection, ...] = ()


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of an agency's or a region's page (``charts.yaml``): the columns it draws, and its specification."""

    zh: str
    en: str
    series: tuple[str, ...]
    spec: dict[str, Any]


@cache
def questions() -> dict[str, Question]:
    """The kept questions by name, each with the condition on its place written out."""
    kept = declared(__package__, "queries.yaml", dict[str, Question])
    return {name: replace(one, sql=_PLACE.sub(_is_place, one.sql)) for name, one in kept.items()}


def _is_place(found: re.Match[str]) -> str:
    columns = ", ".join(f"{found[1] or ''}{column}" for column in _PLACE_COLUMNS)
    return f"(:place = '' or :place in ({columns}))"


@cache
def displays() -> dict[str, Display]:
    """How tables are shown, by their names."""
    return declared(__package__, "tables.yaml", dict[str, Display])


@cache
def colours() -> dict[str, dict[str, str]]:
    """By set of values, each value's colour, in order."""
    return declared(__package__, "colours.yaml", dict[str, dict[str, str]])


@cache
def heads() -> dict[str, tuple[str, str]]:
    """Heads of columns in Chinese and English, by the columns' names."""
    return declared(__package__, "heads.yaml", dict[str, tuple[str, str]])


@cache
def charts() -> dict[str, Chart]:
    """The charts by name."""
    return declared(__package__, "charts.yaml", dict[str, Chart])


@cache
def quality() -> dict[str, Question]:
    """What the page of coverage and quality shows, by name."""
    return declared(__package__, "quality.yaml", dict[str, Question])
