"""What of Datasette is replaced, and why."""

import re

import datasette.views.database
from datasette.utils import InvalidSql

_STATEMENT = re.compile(r"select|with|explain|values|/\*|--", re.IGNORECASE)


def replace_validation() -> None:
    """Datasette tells a query by regular expressions that run for a minute on some thousand blanks after a comment.

    What a statement does, the authorizer sees (``publish.bounded.allowed``); here only the first word is looked at.
    """
    datasette.views.database.validate_sql_select = validate_sql_select


def validate_sql_select(sql: str) -> None:
    """Refuse what does not even begin as a query."""
    if not _STATEMENT.match(sql.lstrip()):
        raise InvalidSql("Statement must be a SELECT")
