"""What the reading room is worth under attack:  python -m benchmarks.attack [DB]

20 readers send 500 hostile queries to a server on this machine without a pause while another reads reports: how long a
report's page takes, before and meanwhile, how much memory the server and its processes have at most, and what became of
the queries. Without a DB, on a small made-up province.
"""

import asyncio
import os
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from random import Random

import httpx

from benchmarks.room import serving
from database.store import Store
from derived.update import update_panel
from tests.factory.hostile import hostile_statements
from tests.factory.province import SMALL, write_province

_ATTACKERS, _STATEMENTS = 20, 500


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(sys.argv[1]) if len(sys.argv) > 1 else _small(Path(folder) / "province.db")
        with serving(path) as (url, server):
            asyncio.run(_attack(url, server))


def _small(path: Path) -> Path:
    write_province(path, SMALL)
    with Store(path) as store:
        update_panel(store)
        store.db.execute("pragma wal_checkpoint(truncate)")
    return path


async def _attack(url: str, server: int) -> None:
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=120, limits=limits) as client:
        ids = [row[0] for row in (await client.get("/nianbao/reports.json?_shape=arrays&_size=50")).json()["rows"]]
        before, _ = await _read(client, server, ids, lambda: False)
        statements = iter(hostile_statements(Random(0), _STATEMENTS))
        answers: Counter[str] = Counter()
        attackers = [asyncio.create_task(_send(client, at, statements, answers)) for at in range(_ATTACKERS)]
        meanwhile, most = await _read(client, server, ids, lambda: not all(task.done() for task in attackers))
    print(f"{answers.total()} hostile statements by {_ATTACKERS} readers at once: {dict(answers)}")
    for when, times in (("before", before), ("meanwhile", meanwhile)):
        print(f"{len(times)} pages of reports {when}: median {statistics.median(times):.0f} ms,", end=" ")
        print(f"99 of 100 within {statistics.quantiles(times, n=100)[-1]:.0f} ms, at most {max(times):.0f} ms")
    print(f"memory at most {most / 1e6:.0f} MB; load {os.getloadavg()[0]:.1f}")


async def _read(
    client: httpx.AsyncClient, server: int, ids: list[str], goes_on: Callable[[], bool]
) -> tuple[list[float], int]:
    """Read reports, a hundred or as long as something goes on: what each took, in milliseconds; the most memory."""
    times: list[float] = []
    most, rng = 0, Random(1)
    while len(times) < 100 or goes_on():
        start = time.perf_counter()
        (await client.get(f"/nianbao/reports/{rng.choice(ids)}")).raise_for_status()
        times.append((time.perf_counter() - start) * 1000)
        most = max(most, memory(server))
        await asyncio.sleep(0.05)
    return times, most


async def _send(client: httpx.AsyncClient, at: int, statements: Iterator[str], answers: Counter[str]) -> None:
    """Send statements from an address of one's own, in turn as a page, as JSON and as CSV."""
    headers = {"x-forwarded-for": f"198.51.100.{at}"}
    for number, sql in enumerate(statements):
        form = ("", ".json", ".csv")[number % 3]
        try:
            answer = await client.get(f"/nianbao{form}", params={"sql": sql}, headers=headers)
            answers[str(answer.status_code)] += 1
        except httpx.TransportError as error:
            answers[type(error).__name__] += 1


def memory(pid: int) -> int:
    """What a process and those that it started hold of the machine's memory, in bytes; what they share counts once."""
    held = 0
    for one in [pid, *_children(pid)]:
        try:
            text = Path(f"/proc/{one}/smaps_rollup").read_text(encoding="utf-8")
        except OSError:
            continue
        held += next(int(line.split()[1]) for line in text.splitlines() if line.startswith("Pss:")) * 1024
    return held


def _children(pid: int) -> list[int]:
    found = []
    # Of each thread, those that it started.
    for file in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(OSError):
            found += [int(one) for one in file.read_text(encoding="utf-8").split()]
    return found


if __name__ == "__main__":
    main()
