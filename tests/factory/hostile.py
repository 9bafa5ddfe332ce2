"""SQL that means harm: known attacks, and random ones made of what is slow, large, or not for readers."""

from collections.abc import Iterator
from random import Random

# Each ended or froze a server, filled its memory, or told of the machine.
KNOWN = (
    "select fts3_tokenizer('simple', x'4141414141414141')",
    "select fts3_tokenizer('simple')",
    "select * from fts3tokenize('simple', 'a')",
    "select count(*) from fts3tokenize",
    "select load_extension('/tmp/x')",
    "select printf('%.*c', 2000000000, 'x')",
    "select length(replace(printf('%.*c', 900000, 'a'), 'a', printf('%.*c', 900000, 'b')))",
    "select instr(printf('%.*c', 900000, 'a'), printf('%.*c', 450000, 'a') || 'b')",
    "select printf('%.*c', 900000, 'a') like '%a%a%a%a%a%a%a%a%a%a%a%b'",
    "select printf('%.*c', 900000, 'a') glob '*a*a*a*a*a*a*a*a*a*a*a*b'",
    "select zeroblob(999000) from sqlite_master a, sqlite_master b limit 400",
    "select printf('%.*c', 999000, 'x') from sqlite_master a, sqlite_master b limit 400",
    "select group_concat(printf('%.*c', 999000, 'x')) from sqlite_master a, sqlite_master b",
    "select json_group_array(printf('%.*c', 999000, 'x')) from sqlite_master a, sqlite_master b",
    "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c",
    "with recursive c(n) as (select 1 union all select n + 1 from c) select * from c",
    "with recursive c(n, t) as (select 1, 'x' union all select n + 1, t || t from c) select length(t) from c",
    "with recursive c(n) as (select 1 union all select n + 1 from c) select n, random() as r from c order by r",
    "with recursive c(n) as (select 1 union all select n + 1 from c limit 5000000) select json_group_array(n) from c",
    "select * from pragma_database_list",
    "select * from pragma_function_list",
    "attach database '/etc/passwd' as p",
    "pragma hard_heap_limit=0",
    "/**/" + " " * 7000 + "x",
    "select " + "(" * 900 + "1" + ")" * 900,
    "select " + "||".join(["printf('%.*c', 900000, 'x')"] * 60),
    "select count(*) from sections a, sections b, sections c where a.text like b.text and b.text like c.text",
    "select * from sections a, sections b order by a.text || b.text desc",
    "select * from sections_fts where sections_fts match '" + " OR ".join(f'"{a}"*' for a in "公开政府信息一的") + "'",
    "select fts5(1)",
    "select * from dbstat",
)

_SOURCES = (
    "panel", "sections a, sections b", "cells", "reports a, reports b, reports c", "sqlite_master",
    "json_each('[1,2]')",     "fts3tokenize", "dbstat", "sections_fts_data", "pragma_table_info('panel')",
    "(with recursive c(n) as (select 1 union all select n + 1 from c limit 3000000) select n from c)",
)  # fmt: skip
_LEAVES = (
    "1", "null", "-9223372036854775808", "1e308", "x'00ff'", "'公开'", "char(0)", "printf('%.*c', {n}, 'x')",
    "zeroblob({n})", "randomblob({n})", "rowid", "(select group_concat(name) from sqlite_master)", "'%a%a%a%a%a%a%b'",
)  # fmt: skip
_CALLS = (
    "hex({a})", "replace({a}, {b}, {a})", "instr({a}, {b})", "({a} like {b})", "({a} glob {b})", "({a} || {b})",
    "quote({a})", "json_extract({a}, {b})", "json_quote({a})", "substr({a}, {b})", "fts3_tokenizer({a}, {b})",
    "load_extension({a})", "group_concat({a}, {b})", "max({a}, {b})", "upper({a})", "strftime({a}, {b})", "abs({a})",
    "unicode({a})", "escape_fts({a})",
    "printf('%{n}s%*.*f', {a}, {b}, 1)", "sum(length({a})) over (order by {b})",
    "json_patch({a}, {b})", "({a} match {b})",
)  # fmt: skip


def hostile_statements(rng: Random, number: int) -> Iterator[str]:
    """Statements, the known attacks among them."""
    for at in range(number):
        yield rng.choice(KNOWN) if at % 3 == 0 else _random_statement(rng)


def _random_statement(rng: Random) -> str:
    columns = ", ".join(_expression(rng, 3) for _ in range(rng.choice((1, 1, 2, 40))))
    order = f" order by {_expression(rng, 2)}" if rng.random() < 0.3 else ""
    limit = f" limit {rng.choice((1, 400, 10**9))}" if rng.random() < 0.7 else ""
    return f"select {columns} from {rng.choice(_SOURCES)}{order}{limit}"


def _expression(rng: Random, depth: int) -> str:
    n = rng.choice((0, 7, 60_000, 999_000, 2_000_000_000))
    if not depth or rng.random() < 0.3:
        return rng.choice(_LEAVES).replace("{n}", str(n))
    call = rng.choice(_CALLS).replace("{n}", str(n))
    return call.replace("{a}", _expression(rng, depth - 1)).replace("{b}", _expression(rng, depth - 1))
