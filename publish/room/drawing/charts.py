"""Charts: what is drawn of the rows of a query or of the panel, in the reader's language and the room's colours."""

from collections.abc import Iterable, Mapping, Sequence, Set
from typing import Any

from publish.room import declarations
from publish.room.drawing.values import word
from publish.room.heads import head, value_name
from publish.room.language import said
from publish.room.queries import Record

_BOTH = {"zh", "en"}


def chart_data(spec: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A Vega-Lite specification and the rows to draw, both in the reader's language; and the rows' columns in order."""
    shown = [{name: word(name, row[name]) for name in row} for row in map(dict, rows)]
    drawn = {value for row in shown for value in row.values()}
    return {"spec": _localised(spec, drawn), "columns": [*shown[0]] if shown else [], "rows": shown}


def is_drawn(spec: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> bool:
    """Whether any row has a figure for the chart to draw."""
    # A tooltip may be a list of fields.
    single = [channel for channel in spec["encoding"].values() if isinstance(channel, dict)]
    channels = [channel for channel in single if channel.get("type") == "quantitative"]
    folded = [name for step in spec.get("transform", ()) for name in step.get("fold", ())]
    names = {channel["field"] for channel in channels}.union(folded)
    return any(row[name] is not None for row in map(dict, rows) for name in names & row.keys())


def _localised(spec: Any, drawn: Set[Any]) -> Any:
    """A specification with its texts in the reader's language.

    A scale ``of`` a set becomes that set's colours, in its order; of the values, those that are drawn or columns.
    """
    if isinstance(spec, list):
        return [_localised(part, drawn) for part in spec]
    if not isinstance(spec, dict):
        return spec
    if spec.keys() == _BOTH:
        return said(**spec)
    if "of" in spec:
        return _scale(declarations.colours()[spec["of"]], drawn)
    return {name: _localised(part, drawn) for name, part in spec.items()}


def _scale(colours: Mapping[str, str], drawn: Set[Any]) -> dict[str, list[str]]:
    names = {value_name("status", value) or head(value): colour for value, colour in colours.items()}
    # Columns that a chart folds into values are not among the values of the rows.
    found = {name: colour for name, colour in names.items() if name in drawn} or {**colours}
    return {"domain": [*found], "range": [*found.values()]}


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
