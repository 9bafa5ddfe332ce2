"""What every page needs of the database."""

from typing import Any

from datasette.app import Datasette

from publish.bounded.database import BoundedDatabase

Record = dict[str, Any]

# Whatever the file's name: the addresses of reports and agencies are there to be cited.
DATABASE = "nianbao"


async def select(datasette: Datasette, sql: str, **params: Any) -> list[Record]:
    """The rows of a query of the room's own, within the limits that Datasette sets."""
    result = await database_of(datasette).execute_for_page(sql, params)
    return [dict(row) for row in result.rows]


async def select_typed(datasette: Datasette, sql: str, **params: Any) -> list[Record]:
    """The rows of a query whose cost is up to what a reader typed: it runs among the readers' own."""
    result = await database_of(datasette).execute(sql, params)
    return [dict(row) for row in result.rows]


def database_of(datasette: Datasette) -> BoundedDatabase:
    """The database that the room shows."""
    found: BoundedDatabase = datasette.get_database(DATABASE)
    return found


async def select_one(datasette: Datasette, sql: str, **params: Any) -> Record | None:
    """The first row of a query, if there is one."""
    return next(iter(await select(datasette, sql, **params)), None)
