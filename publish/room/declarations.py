"""What the reading room declares as data: questions, charts, dashboards, how tables are shown, translations."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from parsers.declarations import declared


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
    """A chart of an agency's or a region's page (``charts.yaml``): legends by column, and its specification."""

    zh: str
    en: str
    series: dict[str, str]
    spec: dict[str, Any]


@cache
def questions() -> dict[str, Question]:
    """The kept questions by name."""
    return declared(__package__, "queries.yaml", dict[str, Question])


@cache
def displays() -> dict[str, Display]:
    """How tables are shown, by their names."""
    return declared(__package__, "tables.yaml", dict[str, Display])


@cache
def charts() -> dict[str, Chart]:
    """The charts by name."""
    return declared(__package__, "charts.yaml", dict[str, Chart])


@cache
def dashboards() -> dict[str, dict[str, Any]]:
    """The dashboards as datasette-dashboards wants them."""
    return declared(__package__, "dashboards.yaml", dict[str, dict[str, Any]])


@cache
def translations() -> dict[str, dict[str, str]]:
    """By Datasette's template, its phrases and what replaces them."""
    return declared(__package__, "translations.yaml", dict[str, dict[str, str]])
