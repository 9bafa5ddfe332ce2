"""The small table for spreadsheets: the most wanted columns of the panel, with a head in Chinese and the code."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from database.schema import Table, table_of
from parsers.declarations import declared

NAME = "panel.csv"


@cache
def small_panel() -> Table:
    """Its columns, named as table panel has them."""
    panel = table_of("panel")
    columns = {column.name: column for column in panel.columns}
    return replace(panel, columns=tuple(columns[name] for name in _zh_heads()))


def column_heads() -> Iterator[str]:
    """The heads of its columns, each with a blank before the code."""
    return (f"{zh} {name}" for name, zh in _zh_heads().items())


@cache
def _zh_heads() -> dict[str, str]:
    return declared(__package__, "excel.yaml", dict[str, str])
