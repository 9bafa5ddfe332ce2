"""Kill the crawl at random moments, again and again:  make chaos

Each round crawls the same hostile portal twice: once undisturbed, and once with ``kill -9`` after ``kill -9``
until a run comes to its end. What the databases then say must be the same.
"""

import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from contextlib import closing
from pathlib import Path
from random import Random
from subprocess import DEVNULL
from typing import Any

import click
from warcio.archiveiterator import ArchiveIterator

from tests.crawler.hostile_portal import KINDS, HostilePortal, draw_kinds

# A page that counts its visitors is never the same twice.
STEADY = tuple(kind for kind in KINDS if kind != "counter")
# Times, and what depends on how often a run was begun; places in the archive, which has other files then.
_PASSING = frozenset(
    {"first_seen", "last_seen", "last_changed", "seen_at", "fetched_at", "warc", "offset", "due", "asked", "changed",
     "tries", "first_at", "last_at"}
)  # fmt: skip
_TABLES = (
    "reports", "disclosure", "applications", "disputes", "sections", "flags", "evidence", "checks", "statements",
    "revisions", "documents", "frontier", "failures",
)  # fmt: skip


def command(portal: str, folder: Path, *arguments: str) -> list[str]:
    """The crawl of a portal into a folder, without a pause between requests."""
    paths = ["--db", str(folder / "test.db"), "--archive", str(folder / "archive")]
    return [sys.executable, "-m", "nianbao", "crawl", "--portal", portal, "--delay", "0", *paths, *arguments]


def state_of(folder: Path, portal: str) -> dict[str, list[tuple[Any, ...]]]:
    """The content of the database of a finished crawl, without what differs from run to run."""
    connection = sqlite3.connect(folder / "test.db")
    state = {}
    for table in _TABLES:
        columns = [row[1] for row in connection.execute(f"pragma table_info([{table}])") if row[1] not in _PASSING]
        names = ", ".join(f"[{name}]" for name in columns)
        rows = connection.execute(f"select {names} from [{table}]").fetchall()
        state[table] = sorted(tuple(str(value).replace(portal, "") for value in row) for row in rows)
    broken = connection.execute("pragma foreign_key_check").fetchall()
    whole = connection.execute("pragma integrity_check").fetchall()
    connection.close()
    assert (broken, whole) == ([], [("ok",)])
    return state


def claims_are_kept(folder: Path) -> int:
    """Every payload that the database claims to have is in the archive, under its place; returns how many."""
    connection = sqlite3.connect(folder / "test.db")
    claims = connection.execute("select url, warc, offset from fetches where warc is not null").fetchall()
    connection.close()
    for url, warc, offset in claims:
        with (folder / "archive" / warc).open("rb") as file:
            file.seek(offset)
            assert next(iter(ArchiveIterator(file))).rec_headers.get_header("WARC-Target-URI") == url
    return len(claims)


def undisturbed(kinds: dict[int, str], folder: Path, *arguments: str) -> tuple[dict[str, list[tuple[Any, ...]]], int]:
    """The end of an undisturbed crawl, and its number of requests."""
    with HostilePortal(kinds) as portal:
        subprocess.run(command(portal.url, folder, *arguments), capture_output=True, check=False)
        return state_of(folder, portal.url), len(portal.requests)


def killed(
    kinds: dict[int, str], folder: Path, rng: Random, most: int, *arguments: str
) -> tuple[dict[str, list[tuple[Any, ...]]], int, int]:
    """The end of a crawl that is killed up to ``most`` times, the kills, and the requests."""
    kills = 0
    with HostilePortal(kinds) as portal:
        while True:
            process = subprocess.Popen(command(portal.url, folder, *arguments), stdout=DEVNULL, stderr=DEVNULL)
            try:
                process.wait(rng.uniform(0.7, 4) if kills < most else None)
                break
            except subprocess.TimeoutExpired:
                os.kill(process.pid, signal.SIGKILL)
                process.wait()
                kills += 1
        return state_of(folder, portal.url), kills, len(portal.requests)


def differences(one: dict[str, list[tuple[Any, ...]]], other: dict[str, list[tuple[Any, ...]]]) -> list[str]:
    """The rows that only one of two states has."""
    return [f"{table}: {row}" for table in one for row in sorted(set(one[table]) ^ set(other[table]))]


def run(portal: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """One crawl, as a user runs it; Twisted's reactor runs once a process."""
    return subprocess.run(command(portal, folder, *arguments), cwd=folder, capture_output=True, text=True, check=False)


def rows(folder: Path, sql: str) -> list[tuple[Any, ...]]:
    """What the database of a crawl answers."""
    with closing(sqlite3.connect(folder / "test.db")) as connection:
        return connection.execute(sql).fetchall()


@click.command()
@click.option("--kills", default=200, show_default=True)
@click.option("--reports", default=250, show_default=True)
@click.option("--seed", default=0, show_default=True)
def main(kills: int, reports: int, seed: int) -> None:
    """Kill until the number is reached; exit 1 at the first difference."""
    done, rounds, begun = 0, 0, time.monotonic()
    while done < kills:
        rng = Random(seed + rounds)
        kinds = draw_kinds(rng, reports, kinds=STEADY)
        bounds = ("--first", str(min(kinds) - 3), "--last", str(max(kinds) + 3))
        with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as other:
            expected, asked = undisturbed(kinds, Path(one), *bounds)
            state, times, asked_again = killed(kinds, Path(other), rng, kills - done, *bounds)
            found = differences(expected, state)
            claims = claims_are_kept(Path(other))
        done, rounds = done + times, rounds + 1
        click.echo(
            f"round {rounds}: {len(expected['reports'])} reports, {times} kills, {done} so far, {asked} requests"
            f" undisturbed, {asked_again} with kills, {claims} claims kept, {len(found)} differences,"
            f" {time.monotonic() - begun:.0f} s"
        )
        for line in found[:10]:
            click.echo(f"  {line[:200]}")
        if found:
            sys.exit(1)


if __name__ == "__main__":
    main()
