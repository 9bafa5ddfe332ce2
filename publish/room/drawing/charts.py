"""Charts: what is drawn of the rows of a query or of the panel, in the reader's language and the room's colours."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from publish.room import declarations
from publish.room.drawing.values import word
from publish.room.heads import head, value_name
from publish.room.language import said
from publish.room.queries import Record

_BOTH = {"zh", "en"}


def chart_data(spec: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A Vega-Lite specification and the rows to draw, both in the reader's language."""
    return {"spec": localised(spec), "rows": [{name: word(name, row[name]) for name in row} for row in map(dict, rows)]}


def localised(spec: Any) -> Any:
    """A specification with its texts in the reader's language, and each scale ``of`` a set in that set's colours."""
    if isinstance(spec, list):
        return [localised(part) for part in spec]
    if not isinstance(spec, dict):
        return spec
    if spec.keys() == _BOTH:
        return said(**spec)
    if "of" in spec:
        return _scale(declarations.colours()[spec["of"]])
    return {name: localised(part) for name, part in spec.items()}


def _scale(colours: Mapping[str, str]) -> dict[str, list[str]]:
    names = [value_name("status", value) or head(value) for value in colours]
    return {"domain": names, "range": [*colours.values()]}


def charts(rows: Sequence[Record]) -> list[dict[str, Any]]:
    """What is drawn of panel rows: for each chart its title, its specification, and its data in long form.

    A figure that is empty in the panel is no point of the chart; where all are 0 there is nothing to draw.
    """
    drawn: list[dict[str, Any]] = [
        {"title": said(chart.zh, chart.en), "spec": chart.spec, "rows": [*_long(chart.series, rows)]}
        for chart in declarations.charts().values()
    ]
    return [chart for chart in drawn if any(row["value"] for row in chart["rows"])]


def _long(series: Sequence[str], rows: Sequence[Record]) -> Iterable[Record]:
    for row in rows:
        for rank, column in enumerate(series):
            if row[column] is not None:
                yield {"year": str(row["year"]), "figure": column, "rank": rank, "value": row[column]}
