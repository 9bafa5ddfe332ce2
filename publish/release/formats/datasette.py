"""Datasette's metadata for the SQLite file of a release, for a stock Datasette too."""

from pathlib import Path
from typing import Any

from database.schema import Table
from publish.descriptions import description, metadata
from publish.release.changes import DATABASE
from publish.release.facts import LICENCE, LICENCE_URL, TITLE_EN, TITLE_ZH, Facts
from publish.release.tables import file_tables


def datasette_metadata(facts: Facts) -> dict[str, Any]:
    """``metadata.json``: every table and column of the file with both descriptions, the questions, the licence."""
    name = Path(DATABASE).stem
    questions = metadata(name)["databases"][name]["queries"]
    tables = {table.name: _description(table) for table in file_tables()}
    return {
        "title": f"{TITLE_ZH} · {TITLE_EN}",
        "description": facts.citation,
        "license": LICENCE,
        "license_url": LICENCE_URL,
        "databases": {name: {"tables": tables, "queries": questions}},
    }


def _description(table: Table) -> dict[str, Any]:
    # The index wants its queries in pairs of characters, which only nianbao's own reading room makes of them.
    return {key: value for key, value in description(table).items() if key != "fts_table"}
