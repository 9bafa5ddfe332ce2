"""The tables that papers are computed from, in Stata's format: with labels of columns and of values."""

import re
import sqlite3
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from database.schema import Column, Table
from publish.release.dictionary import meanings
from publish.release.facts import Facts
from publish.release.formats.export import STATA
from publish.release.formats.snapshot import rows_of
from publish.release.short_names import short_name

TABLES = ("panel", "panel_counties", "panel_cities", "panel_provinces", "summaries", "coverage", "coverage_counties")
# What Stata takes of a label, and of a text that is not of variable length.
_LABEL, _TEXT = 80, 200
_YES_NO = {0: "否 no", 1: "是 yes"}


def write_stata(db: sqlite3.Connection, table: Table, folder: Path, facts: Facts) -> None:
    """Write a table for Stata 14 and later.

    Codes become numbers with labels in the order of the dictionary, booleans 0 and 1 with labels, dates days.
    """
    import pandas as pd

    rows = pd.DataFrame(list(rows_of(db, table)), columns=[column.name for column in table.columns], dtype=object)
    frame = pd.DataFrame({short_name(column.name): _values(rows[column.name], column) for column in table.columns})
    texts = [name for name in frame if frame[name].dtype == object and frame[name].str.len().max() > _TEXT]
    frame.to_stata(
        folder / STATA / f"{table.name}.dta",
        write_index=False,
        version=118,
        # Nothing in a release depends on the clock.
        time_stamp=datetime.fromisoformat(facts.date),
        data_label=f"nianbao {facts.version}: {table.zh}"[:_LABEL],
        variable_labels={short_name(column.name): label(column) for column in table.columns},
        value_labels=_value_labels(table),
        convert_dates={short_name(column.name): "td" for column in table.columns if column.type == "date"},
        convert_strl=texts,
    )


def label(column: Column) -> str:
    """The Chinese description of a column, as long as Stata takes it: the form's label where there is one."""
    told = column.label if column.label and column.cells else re.split("[（【]", column.zh)[0]
    return told if len(told) <= _LABEL else f"…{told[1 - _LABEL :]}"


def english_label(column: Column) -> str:
    """The first words of a column's English description, as many as Stata takes."""
    told = re.split(r"[:;.] |[.;]$", column.en)[0]
    return told if len(told) <= _LABEL else f"{told[: _LABEL - 1]}…"


def _values(values: Any, column: Column) -> Any:
    """A column as Stata has it; what is missing is missing, of a text it is an empty one."""
    import pandas as pd

    if column.type == "date":
        return pd.to_datetime(values)
    if column.type != "text":
        return pd.to_numeric(values)
    if column.enum:
        codes = {str(code): number for number, code in enumerate(column.enum, start=1)}
        return pd.to_numeric(values.map(codes))
    return values.fillna("").astype(object)


def _value_labels(table: Table) -> Mapping[str, Mapping[int, str]]:
    labels = {short_name(column.name): _YES_NO for column in table.columns if column.type == "boolean"}
    for column in table.columns:
        if column.type == "text" and column.enum:
            meant = meanings(f"{table.name}.{column.name}")
            texts = (f"{meant[str(code)][0]} {code}" for code in column.enum)
            labels[short_name(column.name)] = dict(enumerate(texts, start=1))
    return labels
