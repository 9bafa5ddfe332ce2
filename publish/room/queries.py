"""What every page needs of the database."""

from typing import Any

from datasette.app import Datasette

Record = dict[str, Any]

# Whatever the file's name: the addresses of reports and agencies are there to be cited.
DATABASE = "nianbao"


async def select(datasette: Datasette, sql: str, **params: Any) -> list[Record]:
    """The rows of a query, within the limits that Datasette sets."""
    result = await datasette.get_database(DATABASE).execute(sql, params)
    return [dict(row) for row in result.rows]


async def select_one(datasette: Datasette, sql: str, **params: Any) -> Record | None:
    """The first row of a query, if there is one."""
    return next(iter(await select(datasette, sql, **params)), None)
