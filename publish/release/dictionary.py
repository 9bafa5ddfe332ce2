"""What every table, column and code means, as rows."""

from collections.abc import Iterable, Iterator

from parsers.form import Row, codebook, forms
from parsers.schema import Column, Table

Line = tuple[object, ...]


def dictionary(tables: Iterable[Table]) -> Iterator[Line]:
    """A row for each column of the tables, as table ``dictionary`` declares them."""
    return (_line(table, column) for table in tables for column in table.columns)


def _line(table: Table, column: Column) -> Line:
    key = "primary" if column.name in table.pk else None
    required = int(column.required or key is not None)
    editions = " ".join(map(str, column.editions)) or None
    return (
        *(table.name, column.name, column.type, column.unit, column.zh, column.en, column.label, editions),
        *(" ".join(filter(None, (key, column.references))) or None, required, allowed(column)),
    )


def allowed(column: Column) -> str | None:
    """What may stand in a column, in short."""
    if column.enum:
        return " | ".join(map(str, column.enum))
    if column.pattern:
        return column.pattern
    if column.minimum is None and column.maximum is None:
        return None
    least, most = ("" if bound is None else str(bound) for bound in (column.minimum, column.maximum))
    return f"{least}..{most}{f' where {column.where}' if column.where else ''}"


def codes() -> Iterator[Line]:
    """A row for each code of a row, a column or a cell, as table ``codes`` declares them; the newest label counts."""
    found: dict[tuple[str, str], tuple[str, str]] = {}
    editions: dict[tuple[str, str], list[str]] = {}
    for form in forms():
        for row in form.rows:
            for of, code, label in _codes(row):
                english = ", ".join(codebook()["english"].get(part, part) for part in _parts(of, code))
                found.setdefault((of, code), (label, english))
                years = editions.setdefault((of, code), [])
                years.extend({str(form.edition)} - {*years})
    return ((*key, *labels, " ".join(reversed(editions[key]))) for key, labels in found.items())


def _parts(of: str, code: str) -> list[str]:
    return code.split("/")[1:] if of == "cell" else [code]


def _codes(row: Row) -> Iterator[tuple[str, str, str]]:
    if row.table == "disputes":
        yield from (("disputes.procedure", code, label) for code, label in codebook()["dispute_procedures"].items())
    else:
        yield f"{row.table}.row", row.code, row.path
    for cell, column in zip(row.cells, row.columns, strict=True):
        if row.table == "disclosure":
            yield "disclosure.column", column.code, column.label
        procedure = codebook()["dispute_procedures"].get(cell.split("/")[1])
        yield "cell", cell, "/".join(filter(None, (row.path, procedure, column.label)))
