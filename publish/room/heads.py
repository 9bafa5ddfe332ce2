"""What a column is called above its figures, and what its values are called, in the reader's language."""

import re
from collections.abc import Iterable
from functools import cache

from database.schema import Column, Table, table_of, tables
from publish.release.dictionary import meanings
from publish.room import declarations
from publish.room.language import Words, said

# Where a description goes on to explain.
_EXPLAINED = re.compile("[（【，；。：]")
# Where several tables have a column of a name, its meaning in these comes first.
_FIRST = ("panel", "panel_regions", "reports")


def head(name: str, table: str | None = None) -> str:
    """The head of a column, of this table or of any; a column of no table is its own head."""
    words = heads(table).get(name) if table else None
    return str(words or _heads_of_all().get(name) or name)


@cache
def heads(table: str) -> dict[str, Words]:
    """The heads of a table's columns by their names; none for other tables."""
    found = _table(table)
    return {column.name: _head(column) for column in found.columns} if found else {}


@cache
def _heads_of_all() -> dict[str, Words]:
    return {name: words for table in reversed(_ordered()) for name, words in heads(table.name).items()}


def _head(column: Column) -> Words:
    if figure := column.stated or column.checked:
        of = _head(_columns()[figure])
        said_zh, said_en = ("机关数", "agencies") if column.stated else ("核验无误", "verified")
        return Words(f"{of.zh}·{said_zh}", f"{of.en}, {said_en}")
    declared = declarations.heads().get(column.name)
    return Words(*declared) if declared else Words(_EXPLAINED.split(column.zh)[0], column.name.replace("_", " "))


def question_head(question: str, name: str) -> str:
    """The head of a column of a kept question's answer."""
    return head_in(declarations.questions()[question], name)


def head_in(question: declarations.Question, name: str) -> str:
    """The head of a column of a question's answer: as the question says, or as the tables do."""
    own = question.columns.get(name)
    return said(_EXPLAINED.split(own[0])[0], name.replace("_", " ")) if own else head(name)


def column_meanings(names: Iterable[str], question: str) -> dict[str, Words]:
    """What the columns of a question's answer mean: as the question says, or as the tables do."""
    own = declarations.questions()[question].columns
    known = _columns()
    return {name: Words(*own[name]) if name in own else Words(known[name].zh, known[name].en) for name in names}


@cache
def _columns() -> dict[str, Column]:
    return {column.name: column for table in reversed(_ordered()) for column in table.columns}


def _ordered() -> list[Table]:
    """All tables, those first whose columns are meant where a name alone is said."""
    return [*(table_of(name) for name in _FIRST), *(table for table in tables() if table.name not in _FIRST)]


def _table(name: str) -> Table | None:
    return next((table for table in tables() if table.name == name), None)


def column_of(name: str, table: str | None) -> Column | None:
    """A column as declared, in this table or, of a query, in the first that has it."""
    found = _table(table) if table else None
    return next((column for column in found.columns if column.name == name), None) if found else _columns().get(name)


def about(name: str, table: str) -> str:
    """What a column of a table means."""
    column = column_of(name, table)
    return said(column.zh, column.en) if column else ""


def is_number(name: str, table: str | None = None) -> bool:
    """Whether a column holds numbers to be compared, not marks and codes."""
    column = column_of(name, table)
    return bool(column and column.type in ("integer", "real", "number"))


def value_name(name: str, value: object, table: str | None = None) -> str | None:
    """What a value of a column is called, where it is one of a fixed set; else None."""
    column = column_of(name, table)
    if column and column.type == "boolean" and value in (0, 1):
        return said("是", "yes") if value else said("否", "no")
    words = _value_names(name, table).get(str(value))
    return said(words, str(value)) if words else None


@cache
def _value_names(name: str, table: str | None) -> dict[str, str]:
    """The Chinese names of a column's values: those that the release tells, of this table or of any that agree."""
    places = [table] if table else [one.name for one in _ordered()]
    found = next((names for place in places if (names := meanings(f"{place}.{name}"))), {})
    return {value: zh for value, (zh, _) in found.items()}
