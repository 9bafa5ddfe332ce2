"""A report as rows, straight from cells: for tests of what is worked out from many reports."""

from collections.abc import Mapping, Sequence
from typing import Any

from database.rows import Content, Record, digests
from database.store import Store
from parsers.form.model import form_of

_SEEN = {"revision": 1, "first_seen": "", "last_seen": "", "last_changed": ""}


def add_agency(store: Store, key: str, **facts: Any) -> None:
    """An agency of a county of 示例省, with the regions that it lies in."""
    regions = [("990000", "示例省", "province", None), ("990100", "示例市", "city", "990000")]
    regions += [("990200", "示例北市", "city", "990000")]
    regions += [("990101", "示例县", "county", "990100"), ("990102", "示例东县", "county", "990100")]
    names = ("code", "name", "level", "parent")
    rows = ({**dict(zip(names, region, strict=True)), "kind": "region"} for region in regions)
    store.db.table("regions").upsert_all(rows, pk="code")
    agency = {"name": f"示例县{key}", "level": "county", "kind": "department", "region_code": "990101"}
    store.db.table("agencies").insert({"id": key, **agency, **facts})


def add_report(
    store: Store,
    key: str,
    agency_id: str | None,
    year: int,
    cells: Mapping[str, float | None] | None = None,
    flags: Sequence[tuple[str, str]] = (),
    text: str = "示例",
    unit: str | None = "万元",
    **facts: Any,
) -> None:
    """A report whose cells are 0 where nothing else is said; ``flags`` are cells with their states."""
    edition = facts.get("edition", 2021)
    content = content_of(edition, cells or {}, flags, text, unit)
    row = {
        "id": key,
        "agency_id": agency_id,
        "agency": agency_id,
        "year": year,
        "edition": edition,
        "status": "verified",
    }
    with store.transaction():
        store.db.table("reports").insert({**row, **_SEEN, **facts, **digests(content)})
        for table, rows in content.items():
            store.db.table(table).insert_all({"report": key, **row} for row in rows)


def content_of(
    edition: int, cells: Mapping[str, float | None], flags: Sequence[tuple[str, str]], text: str, unit: str | None
) -> Content:
    """The content rows of a report with such cells, which their places alone prove."""
    content: Content = {table: [] for table in ("disclosure", "applications", "disputes", "evidence")}
    doubtful = {cell for cell, state in flags if state not in {"printed", "blank", "dash"}}
    for row in form_of(edition).rows:
        values = {column.code: cells.get(cell, 0) for cell, column in zip(row.cells, row.columns, strict=True)}
        content[row.table] += _rows(row.table, row.code, values, unit)
        content["evidence"].append({"row": row.key, "proof": "".join("-p"[cell not in doubtful] for cell in row.cells)})
    content["sections"] = [{"number": 1, "heading": "一、总体情况", "text": text}]
    content["flags"] = [{"cell": cell, "state": state, "raw": None, "reason": None} for cell, state in flags]
    return content


def _rows(table: str, code: str, values: Record, unit: str | None) -> list[Record]:
    if table == "applications":
        return [{"row": code, **values}]
    if table == "disclosure":
        units = {name: unit if name.endswith("_amount") else None for name in values}
        return [{"row": code, "column": name, "value": value, "unit": units[name]} for name, value in values.items()]
    procedures: dict[str, Record] = {}
    for name, value in values.items():
        procedure, outcome = name.split("/")
        procedures.setdefault(procedure, {"procedure": procedure})[outcome] = value
    return list(procedures.values())
