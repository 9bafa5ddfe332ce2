"""Whether a database keeps what its declaration says: one query a table, made from the columns."""

import re
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from database.schema import Column, Table, tables
from database.search_index import index_name
from publish.release.tables import database_tables

_TYPES = {
    "text": ("text",),
    "integer": ("integer",),
    "real": ("real", "integer"),
    "number": ("integer", "real"),
    "boolean": ("integer",),
    "date": ("text",),
}
# What else makes a value one of its type.
_IS_OF_TYPE = {
    "text": "instr({name}, char(0)) = 0",
    "boolean": "{name} in (0, 1)",
    "date": "date({name}) = {name}",
}
# Beyond this a double does not hold every integer.
_LARGEST = 2**53


@dataclass(frozen=True, slots=True)
class _Rule:
    """What must be true of a column's value, and what is wrong where it is not."""

    column: str
    wrong: str
    condition: str


def violations(db: sqlite3.Connection) -> Iterator[str]:
    """What is wrong with the tables that a release has, one line for each rule that does not hold."""
    db.create_function("regexp", 2, _matches, deterministic=True)
    there = {name for (name,) in db.execute("select name from sqlite_master")}
    wanted = (table.name if table.view else index_name(table.name) for table in tables() if table.view or table.fts)
    yield from (f"{name}: no such view or index; nianbao reparse makes it" for name in wanted if name not in there)
    for table in database_tables():
        missing = _missing_parts(db, table)
        yield from missing or _table_violations(db, table)


def _matches(pattern: str, value: object) -> bool:
    return re.fullmatch(pattern, str(value)) is not None


def _missing_parts(db: sqlite3.Connection, table: Table) -> list[str]:
    there = {name for (name,) in db.execute("select name from pragma_table_info(?)", [table.name])}
    if not there:
        return [f"{table.name}: no such table; nianbao reparse makes it"]
    lacking = (column.name for column in table.columns if column.name not in there)
    return [f"{table.name}.{name}: no such column; nianbao reparse makes it" for name in lacking]


def _table_violations(db: sqlite3.Connection, table: Table) -> Iterator[str]:
    rules = [rule for column in table.columns for rule in _rules(column, table)]
    counts = ", ".join(f"total(not coalesce({rule.condition}, 0))" for rule in rules)
    found = db.execute(f"select {counts} from [{table.name}] t").fetchone()
    for rule, count in zip(rules, found, strict=True):
        if count:
            example = _example(db, table, rule)
            yield f"{table.name}.{rule.column}: {count:.0f} {rule.wrong}, the first in {example}"


def _example(db: sqlite3.Connection, table: Table, rule: _Rule) -> str:
    names = ", ".join(f"[{name}]" for name in table.pk)
    sql = f"select {names} from [{table.name}] t where not coalesce({rule.condition}, 0) order by {names} limit 1"
    return "/".join(str(key) for key in db.execute(sql).fetchone())


def _rules(column: Column, table: Table) -> Iterator[_Rule]:
    """The rules of a column; a value that is not there breaks only that it is required."""
    name = f"t.[{column.name}]"
    if column.name in table.pk:
        # An empty text may be a key's part: a name without a hint.
        yield _Rule(column.name, "without a value", f"{name} is not null")
    elif column.required:
        yield _Rule(column.name, "empty", f"{name} <> ''")
    for wrong, condition in (*_conditions(column, name), *_bounds(column, name, table)):
        yield _Rule(column.name, wrong, f"({name} is null or {condition})")


def _conditions(column: Column, name: str) -> Iterator[tuple[str, str]]:
    types = ", ".join(map(_quoted, _TYPES[column.type]))
    limits = _IS_OF_TYPE.get(column.type, f"abs({{name}}) <= {_LARGEST}").format(name=name)
    yield f"of another type than {column.type}", f"typeof({name}) in ({types}) and {limits}"
    if column.enum:
        yield "not among the allowed values", f"{name} in ({', '.join(map(_quoted, column.enum))})"
    if column.pattern:
        yield f"not of the pattern {column.pattern}", f"{name} regexp {_quoted(column.pattern)}"
    if column.references:
        table, _, key = column.references.partition(".")
        yield f"not in {table}", f"exists (select 1 from [{table}] o where o.[{key}] = {name})"


def _bounds(column: Column, name: str, table: Table) -> Iterator[tuple[str, str]]:
    elsewhere = "".join(f" or not coalesce({where}, 0)" for where in _bound_conditions(column, table))
    if column.minimum is not None:
        yield f"below {column.minimum}", f"({name} >= {column.minimum}{elsewhere})"
    if column.maximum is not None:
        yield f"above {column.maximum}", f"({name} <= {column.maximum}{elsewhere})"


def _bound_conditions(column: Column, table: Table) -> Iterator[str]:
    """Where the bounds hold; looked at only for values beyond them."""
    if column.where:
        yield column.where
    if column.verified:
        own = any(other.name == "status" for other in table.columns)
        status = "t.status" if own else "(select status from reports r where r.id = t.report)"
        yield f"{status} = 'verified'"


def _quoted(value: str | int) -> str:
    return f"'{value.replace(chr(39), chr(39) * 2)}'" if isinstance(value, str) else str(value)
