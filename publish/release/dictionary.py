"""What every table, column, code and value means, as rows."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from database.schema import Column, Table
from parsers.declarations import declared
from parsers.form.model import Row, codebook, forms
from publish.release.short_names import short_name

Line = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class _Values:
    """What the values of some columns mean, in Chinese and English."""

    of: tuple[str, ...]
    values: dict[str, tuple[str, str]]


def dictionary(tables: Iterable[Table]) -> Iterator[Line]:
    """A row for each column of the tables, as table ``dictionary`` declares them."""
    return (
        _column_line(table, position, column) for table in tables for position, column in enumerate(table.columns, 1)
    )


def _column_line(table: Table, position: int, column: Column) -> Line:
    primary = "primary" if column.name in table.pk else None
    key = " ".join(filter(None, (primary, column.references))) or None
    required = int(column.required or primary is not None)
    editions = " ".join(map(str, column.editions)) or None
    described = (column.type, column.unit, column.zh, column.en, column.label, editions)
    return (table.name, position, column.name, *described, key, required, allowed(column), short_name(column.name))


def allowed(column: Column) -> str | None:
    """The allowed values of a column, in short."""
    if column.enum:
        return " | ".join(map(str, column.enum))
    if column.pattern:
        return column.pattern
    if column.minimum is None and column.maximum is None:
        return None
    least, most = ("" if bound is None else str(bound) for bound in (column.minimum, column.maximum))
    where = f" where {column.where}" if column.where else ""
    return f"{least}..{most}{where}{' in verified reports' if column.verified else ''}"


def codes() -> list[Line]:
    """A row for each code of the form and each value of a fixed set, as table ``codes`` declares them."""
    positions: dict[str, int] = defaultdict(int)
    rows: list[Line] = []
    for of, *rest in (*_of_form(), *_values()):
        positions[of] += 1
        rows.append((of, positions[of], *rest))
    return rows


def _values() -> Iterator[tuple[str, str, str, str, None]]:
    for one in declared(__package__, "values.yaml", tuple[_Values, ...]):
        for of in one.of:
            yield from ((of, value, zh, en, None) for value, (zh, en) in one.values.items())


def meanings(of: str) -> dict[str, tuple[str, str]]:
    """What each value of a column (``table.column``) means, in Chinese and English."""
    return {value: (zh, en) for column, value, zh, en, _ in _values() if column == of}


def _of_form() -> Iterator[tuple[str, str, str, str, str]]:
    """The codes of the form, newest edition first, whose labels count."""
    labels: dict[tuple[str, str], str] = {}
    editions: dict[tuple[str, str], set[int]] = defaultdict(set)
    for form in forms():
        for row in form.rows:
            for of, code, label in _codes(row):
                labels.setdefault((of, code), label)
                editions[of, code].add(form.edition)
    for (of, code), label in labels.items():
        yield of, code, label, _english(of, code), " ".join(map(str, sorted(editions[of, code])))


def _english(of: str, code: str) -> str:
    parts = code.split("/")[1:] if of == "cell" else [code]
    return ", ".join(codebook().english[part] for part in parts)


def _codes(row: Row) -> Iterator[tuple[str, str, str]]:
    if row.table == "disputes":
        yield from (("disputes.procedure", code, label) for code, label in codebook().dispute_procedures.items())
    else:
        yield f"{row.table}.row", row.code, row.path
    for cell, column in zip(row.cells, row.columns, strict=True):
        if row.table == "disclosure":
            yield "disclosure.column", column.code, column.label
        procedure = codebook().dispute_procedures.get(cell.row)
        yield "cell", cell, "/".join(filter(None, (row.path, procedure, column.label)))
