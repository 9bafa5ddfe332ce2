"""The published tables as data (``schema.yaml``), and the empty database made from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from sqlite_utils import Database

from parsers.form import codebook, forms

# ANY keeps integers and decimals apart in one column.
_TYPES = {"text": "TEXT", "integer": "INTEGER", "real": "REAL", "number": "ANY"}


@dataclass(frozen=True, slots=True)
class Column:
    """A published column; ``label`` is verbatim from the form, ``references`` is table.column."""

    name: str
    type: str
    zh: str
    en: str
    label: str | None = None
    unit: str | None = None
    references: str | None = None
    required: bool = False
    editions: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A published table or view."""

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    pk: tuple[str, ...] = ()
    fts: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    view: bool = False


@cache
def tables() -> tuple[Table, ...]:
    """All tables and views in the order in which they are declared."""
    text = (files(__package__) / "schema.yaml").read_text(encoding="utf-8")
    return tuple(_table(name, declared) for name, declared in yaml.safe_load(text).items())


def _table(name: str, declared: dict[str, Any]) -> Table:
    return Table(
        name=name,
        zh=declared["zh"],
        en=declared["en"],
        columns=tuple(_columns(declared["columns"])),
        pk=tuple(declared.get("pk", ())),
        fts=tuple(declared.get("fts", ())),
        indexes=tuple(map(tuple, declared.get("indexes", ()))),
        view=declared.get("view", False),
    )


def _columns(declared: dict[str, Any]) -> Iterator[Column]:
    for name, column in declared.items():
        if name == "cells_of":
            yield from _form_columns(column)
        else:
            yield Column(name, **column)


def _form_columns(table: str) -> Iterator[Column]:
    editions = tuple(sorted(form.edition for form in forms()))
    for code, label in codebook()[table].items():
        zh, en = f"{label}（空值见 flags）", f"{code.replace('_', ' ')}: the number printed, or empty (see flags)."
        yield Column(code, "number", zh, en, label=label, unit="件", editions=editions)


def create_schema(db: Database) -> None:
    """Create whatever table, index or view the database does not have yet."""
    existing = {*db.table_names(), *db.view_names()}
    forward: list[tuple[str, str, str, str]] = []
    for table in tables():
        if table.name in existing:
            if not table.view:
                _widen(db, table)
        elif table.view:
            db.create_view(table.name, _cells_sql())
        else:
            known = {*db.table_names(), table.name}
            keys = [_foreign_key(column) for column in table.columns if column.references]
            forward += [(table.name, *key) for key in keys if key[1] not in known]
            _create(db, table, [key for key in keys if key[1] in known])
    # Reports and documents name each other, so one of the two keys can only be added afterwards.
    db.add_foreign_keys(forward)


def _widen(db: Database, table: Table) -> None:
    """Add the columns and indexes that a database of an earlier version lacks."""
    there = db.table(table.name).columns_dict
    for column in table.columns:
        if column.name not in there:
            db.table(table.name).add_column(column.name, _TYPES[column.type])
    for columns in table.indexes:
        db.table(table.name).create_index(columns, if_not_exists=True)


def _create(db: Database, table: Table, foreign_keys: list[tuple[str, str, str]]) -> None:
    made = db.table(table.name).create(
        {column.name: _TYPES[column.type] for column in table.columns},
        pk=table.pk[0] if len(table.pk) == 1 else table.pk,
        foreign_keys=foreign_keys,
        not_null=[column.name for column in table.columns if column.required],
    )
    for columns in table.indexes:
        made.create_index(columns)
    if table.fts:
        made.enable_fts(table.fts, tokenize="trigram", create_triggers=True)


def _foreign_key(column: Column) -> tuple[str, str, str]:
    other, _, other_column = (column.references or "").partition(".")
    return column.name, other, other_column


def _cells_sql() -> str:
    """Every cell in long form, with its state from flags."""
    parts = ["select report, 'disclosure/' || row || '/' || \"column\" as cell, value from disclosure"]
    parts += [_unpivot("applications", "row", code) for code in codebook()["applicants"]]
    parts += [_unpivot("disputes", "procedure", code) for code in codebook()["dispute_outcomes"]]
    union = "\n  union all ".join(parts)
    return (
        "select c.report, c.cell, c.value, coalesce(f.state, 'printed') as state\n"
        f"from (\n  {union}\n) c left join flags f on f.report = c.report and f.cell = c.cell"
    )


def _unpivot(table: str, key: str, column: str) -> str:
    return f"select report, '{table}/' || {key} || '/{column}', {column} from {table}"
