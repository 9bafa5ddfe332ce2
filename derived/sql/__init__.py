"""The statements by which the derived tables are worked out; README.md says who makes and who reads which table."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from sqlite_utils import Database


def run(db: Database, name: str, parameters: Mapping[str, object] | None = None, **parts: str) -> None:
    """Execute the statements of ``<name>.sql``; ``parts`` replace the names in braces."""
    for statement in statements(name):
        db.execute(statement.format(**parts), dict(parameters or {}))


@cache
def statements(name: str) -> tuple[str, ...]:
    """The statements of ``<name>.sql``, in their order."""
    text = (files(__package__) / f"{name}.sql").read_text(encoding="utf-8")
    return tuple(filter(str.strip, text.split(";\n")))
