"""Every table as ``csv.gz`` and as Parquet, in one reading, a batch of rows at a time."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from database.schema import Table
from publish.release.formats.csvfile import compressed
from publish.release.formats.snapshot import rows_of

CSV, PARQUET, STATA = "csv", "parquet", "stata"
# Rows a batch, and a row group of the Parquet file: bounds the memory (`python -m benchmarks.release` prints it).
_BATCH = 8192


def is_installed() -> bool:
    """Whether Parquet and Stata's format can be written here: that takes the extra ``release``."""
    return all(map(find_spec, ("pyarrow", "pandas")))


def export(db: sqlite3.Connection, table: Table, folder: Path) -> str:
    """Write both files of a table; returns the SHA-256 of its CSV."""
    from pyarrow.parquet import ParquetWriter

    schema, rows = _schema(table), rows_of(db, table)
    parquet = ParquetWriter(folder / PARQUET / f"{table.name}.parquet", schema, compression="zstd", version="2.6")
    with compressed(folder / CSV / f"{table.name}.csv.gz") as csv, parquet:
        csv.write([[column.name for column in table.columns]])
        while batch := list(islice(rows, _BATCH)):
            csv.write(batch)
            parquet.write_batch(_record_batch(batch, schema, table))
    return csv.digest


def _schema(table: Table) -> Any:
    import pyarrow as pa

    types = {
        "text": pa.string(),
        "integer": pa.int64(),
        "real": pa.float64(),
        "number": pa.float64(),
        "boolean": pa.bool_(),
        "date": pa.date32(),
    }
    keys = {*table.pk, *(column.name for column in table.columns if column.required)}
    return pa.schema(
        pa.field(column.name, types[column.type], nullable=column.name not in keys) for column in table.columns
    )


def _record_batch(rows: Sequence[tuple[object, ...]], schema: Any, table: Table) -> Any:
    import pyarrow as pa

    columns = zip(zip(*rows, strict=True), schema, table.columns, strict=True)
    arrays = [pa.array(map(_TYPED.get(column.type, _same), values), field.type) for values, field, column in columns]
    return pa.record_batch(arrays, schema=schema)


def _same(value: object) -> object:
    return value


def _boolean(value: object) -> object:
    return None if value is None else bool(value)


def _date(value: object) -> object:
    return None if value is None else date.fromisoformat(str(value))


_TYPED: Mapping[str, Callable[[object], object]] = {"boolean": _boolean, "date": _date}
