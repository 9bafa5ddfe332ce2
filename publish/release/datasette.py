"""Datasette's metadata for the SQLite file of a release, for a stock Datasette too."""

from pathlib import Path
from typing import Any

from publish.descriptions import description
from publish.release.changes import DATABASE
from publish.release.facts import LICENCE, LICENCE_URL, TITLE_EN, TITLE_ZH, Facts
from publish.release.tables import inside

_LABELS = {"reports": "agency", "agencies": "name", "regions": "name"}


def datasette_metadata(facts: Facts) -> dict[str, Any]:
    """``metadata.json``: every table and column of the file with both descriptions, and the licence."""
    tables = {table.name: description(table) for table in inside()}
    for name, column in _LABELS.items():
        tables[name]["label_column"] = column
    return {
        "title": f"{TITLE_ZH} · {TITLE_EN}",
        "description": facts.citation,
        "license": LICENCE,
        "license_url": LICENCE_URL,
        "databases": {Path(DATABASE).stem: {"tables": tables}},
    }
