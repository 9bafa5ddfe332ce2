"""``datapackage.json``: the release as Frictionless describes data, with types, constraints and keys."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from database.schema import Column, Table
from publish.release.dictionary import allowed
from publish.release.facts import CREATOR, KEYWORDS, LICENCE, LICENCE_URL, TITLE_EN, TITLE_ZH, Facts
from publish.release.folder import sha256_of
from publish.release.formats.export import CSV, PARQUET, STATA

Json = dict[str, Any]
_TYPES = {
    "text": "string",
    "integer": "integer",
    "real": "number",
    "number": "number",
    "boolean": "boolean",
    "date": "date",
}


@dataclass(frozen=True, slots=True)
class File:
    """A file of a release: what it is, in both languages; ``table`` where it is described column by column.

    ``heads`` are the names that the file gives the columns, where they are others than the table's.
    """

    path: str
    media_type: str
    zh: str
    en: str
    table: Table | None = None
    heads: tuple[str, ...] = ()


def csv_of(table: Table) -> File:
    """The ``csv.gz`` file of a table."""
    return File(f"{CSV}/{table.name}.csv.gz", "text/csv", table.zh, table.en, table)


def parquet_of(table: Table) -> File:
    """The Parquet file of a table."""
    return File(f"{PARQUET}/{table.name}.parquet", "application/vnd.apache.parquet", table.zh, table.en)


def stata_of(table: Table) -> File:
    """The Stata file of a table."""
    return File(f"{STATA}/{table.name}.dta", "application/x-stata-dta", table.zh, table.en)


def datapackage(facts: Facts, files: Iterable[File], folder: Path) -> Json:
    """The description of a release whose data files are written."""
    return {
        "name": "nianbao",
        "title": f"{TITLE_ZH} · {TITLE_EN}",
        "version": facts.version,
        "created": f"{facts.date}T00:00:00Z",
        "licenses": [{"name": LICENCE, "path": LICENCE_URL}],
        "contributors": [{"title": CREATOR, "role": "author"}],
        "keywords": KEYWORDS,
        "resources": [_resource(file, folder / file.path) for file in files],
    }


def _resource(file: File, path: Path) -> Json:
    name = file.path.lower().removeprefix(f"{CSV}/").replace("/", "-").removesuffix(".csv.gz").replace(".", "-")
    format_ = Path(file.path.removesuffix(".gz")).suffix.removeprefix(".")
    described = {
        "name": name,
        "path": file.path,
        "format": format_,
        "mediatype": file.media_type,
        "description": f"{file.zh} · {file.en}",
        "bytes": path.stat().st_size,
        "hash": f"sha256:{sha256_of(path)}",
    }
    if file.table is None:
        return described | {"type": "file"}
    compression = {"compression": "gz"} if file.path.endswith(".gz") else {}
    schema = _schema(file.table, file.heads)
    return described | compression | {"type": "table", "encoding": "utf-8", "schema": schema}


def _schema(table: Table, heads: tuple[str, ...]) -> Json:
    own = tuple(column.name for column in table.columns)
    names = dict(zip(own, heads or own, strict=True))
    fields = [_field(column, names[column.name], table) for column in table.columns]
    schema: Json = {"fields": fields, "missingValues": [""]}
    if table.pk:
        schema["primaryKey"] = [names[name] for name in table.pk]
        schema["foreignKeys"] = list(_foreign_keys(table, names))
    return schema


def _field(column: Column, name: str, table: Table) -> Json:
    field: Json = {
        "name": name,
        "type": _TYPES[column.type],
        "title": column.zh,
        "description": f"{column.en}{_remarks(column)}",
    }
    if column.type == "boolean":
        field |= {"trueValues": ["1"], "falseValues": ["0"]}
    if column.type == "text" and column.name in table.pk:
        # An empty text in a key is a value: a name without a hint.
        field["missingValues"] = []
    constraints = _constraints(column, table)
    return field | ({"constraints": constraints} if constraints else {})


def _remarks(column: Column) -> str:
    """The unit, and the bounds that are no constraint."""
    unit = f" [{column.unit}]" if column.unit else ""
    return f"{unit} [{allowed(column)}]" if _is_partial(column) else unit


def _is_partial(column: Column) -> bool:
    """Whether the bounds hold in some rows only, which a constraint cannot say."""
    return bool(column.where or column.verified)


def _constraints(column: Column, table: Table) -> Json:
    least, most = (None, None) if _is_partial(column) else (column.minimum, column.maximum)
    said = {
        "required": column.required or column.name in table.pk or None,
        "enum": list(column.enum) or None,
        "pattern": column.pattern,
        "minimum": least,
        "maximum": most,
    }
    return {name: value for name, value in said.items() if value is not None}


def _foreign_keys(table: Table, names: Mapping[str, str]) -> Iterator[Json]:
    for column in table.columns:
        if column.references:
            other, _, key = column.references.partition(".")
            resource = "" if other == table.name else other
            yield {"fields": [names[column.name]], "reference": {"resource": resource, "fields": [key]}}
