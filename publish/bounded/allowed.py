"""What a query may use. What is not named here is refused, so nothing that a later SQLite brings is open by itself.

SQLite calls an authorizer for each thing that a statement uses, while it is prepared
(https://www.sqlite.org/c3ref/set_authorizer.html); of limits see https://www.sqlite.org/limits.html.
"""

import sqlite3

# In bytes. No chapter is as long.
LONGEST_VALUE = 1_000_000
_LIMITS = {
    sqlite3.SQLITE_LIMIT_LENGTH: LONGEST_VALUE,
    sqlite3.SQLITE_LIMIT_SQL_LENGTH: 50_000,
    # The panel has some 300 columns.
    sqlite3.SQLITE_LIMIT_COLUMN: 1000,
    sqlite3.SQLITE_LIMIT_EXPR_DEPTH: 200,
    sqlite3.SQLITE_LIMIT_COMPOUND_SELECT: 50,
    sqlite3.SQLITE_LIMIT_ATTACHED: 0,
    # What a pattern costs grows with its length times that of the text, for each of its wildcards.
    sqlite3.SQLITE_LIMIT_LIKE_PATTERN_LENGTH: 500,
    sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER: 1000,
    sqlite3.SQLITE_LIMIT_WORKER_THREADS: 0,
}

# https://www.sqlite.org/lang_corefunc.html, and the pages of dates, aggregates, windows, JSON and mathematics.
# Not among them: what loads code or takes a pointer (load_extension, fts3_tokenizer, fts5), what belongs to other
# kinds of tables (snippet, offsets, matchinfo, rtreecheck), and what tells of the machine or makes up contents
# (sqlite_compileoption_get, randomblob, zeroblob).
_FUNCTIONS = """
    -> ->> abs char coalesce concat concat_ws format glob hex ifnull iif instr length like likelihood likely lower
    ltrim match max min nullif octet_length printf quote random replace round rtrim sign soundex sqlite_version substr
    substring trim typeof unhex unicode unlikely upper
    avg count group_concat string_agg sum total
    cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number
    current_date current_time current_timestamp date datetime julianday strftime time timediff unixepoch
    json json_array json_array_length json_error_position json_extract json_group_array json_group_object json_insert
    json_object json_patch json_quote json_remove json_replace json_set json_type json_valid
    acos acosh asin asinh atan atan2 atanh ceil ceiling cos cosh degrees exp floor ln log log10 log2 mod pi pow power
    radians sin sinh sqrt tan tanh trunc
    bm25 escape_fts
    """
FUNCTIONS = frozenset(_FUNCTIONS.split())
# Beside the tables and views of the file itself.
TABLES = frozenset(("sqlite_master", "sqlite_schema", "json_each", "json_tree"))
# What Datasette and the search index ask about tables; none of it with a value to set.
_DESCRIBING = frozenset(
    ("table_info", "table_xinfo", "index_list", "index_info", "index_xinfo", "foreign_key_list", "table_list")
)
_VERSIONS = frozenset(("schema_version", "data_version"))


def bound(connection: sqlite3.Connection) -> None:
    """From now on the connection takes only what is allowed, and nothing that grows beyond the limits."""
    for limit, most in _LIMITS.items():
        connection.setlimit(limit, most)
    tables = TABLES | _names(connection, "select name from sqlite_master where type in ('table', 'view')")
    modules = _names(connection, "select name from pragma_module_list") - tables

    def authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
        first, second = (first or "").lower(), (second or "").lower()
        return sqlite3.SQLITE_OK if is_allowed(action, first, second) else sqlite3.SQLITE_DENY

    def is_allowed(action: int, first: str, second: str) -> bool:
        match action:
            case sqlite3.SQLITE_SELECT | sqlite3.SQLITE_RECURSIVE:
                return True
            case sqlite3.SQLITE_UPDATE:
                # The search index declares itself so when its table is first met; the file is open for reading only.
                return first == "sqlite_master"
            case sqlite3.SQLITE_READ:
                # Of a part of the statement itself (with … as) only the name is told, and no column.
                is_part = not second and first not in modules and not first.startswith("pragma_")
                return first in tables or is_part
            case sqlite3.SQLITE_FUNCTION:
                return second in FUNCTIONS
            case sqlite3.SQLITE_PRAGMA:
                return first in _DESCRIBING or (first in _VERSIONS and not second)
        return False

    connection.set_authorizer(authorize)


def _names(connection: sqlite3.Connection, sql: str) -> frozenset[str]:
    return frozenset(name.lower() for (name,) in connection.execute(sql))
