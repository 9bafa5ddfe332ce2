"""The charts of an agency's and a region's page, as ``charts.yaml`` declares them."""

from collections.abc import Sequence
from typing import Any

from publish.room import declarations
from publish.room.queries import Record


def charts(rows: Sequence[Record]) -> list[dict[str, Any]]:
    """What is drawn of panel rows: for each chart its titles, its Vega-Lite spec, and its data in long form.

    A figure that is empty in the panel is no point of the chart; where all are 0 there is nothing to draw.
    """
    drawn: list[dict[str, Any]] = [
        {
            "zh": chart.zh,
            "en": chart.en,
            "spec": chart.spec,
            "rows": [
                {"年度": str(row["year"]), "项目": label, "件数": row[column]}
                for row in rows
                for column, label in chart.series.items()
                if row[column] is not None
            ],
        }
        for chart in declarations.charts().values()
    ]
    return [chart for chart in drawn if any(row["件数"] for row in chart["rows"])]
