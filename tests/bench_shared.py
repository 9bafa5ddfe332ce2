"""One crawl with no, one and two fetchers, on loopback:  python -m tests.bench_shared

A portal answers each request after a while, as one does that is far away or slow. What is compared takes turns; each
variant begins with an empty database. Then the same with a pause between requests, which is kept by all together.
"""

import statistics
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import click

from tests.chaos import command, rows
from tests.fleet import Fetchers, RedisServer
from tests.hostile import Server, page
from tests.hostile_portal import VIEW, report_page

FIRST = 20600
DISTINCT = 50


@dataclass(frozen=True, slots=True)
class Done:
    """What a crawl came to; seconds are those from the first request to the last answer."""

    seconds: float
    asked: Counter[str]
    reports: int
    gaps: list[float]


def crawled(count: int, fetchers: int, latency: float, *arguments: str) -> Done:
    """Crawl so many reports with so many fetchers; with none, the crawl asks itself."""
    bodies = [report_page(number) for number in range(FIRST, FIRST + DISTINCT)]
    moments: list[float] = []

    def respond(path: str) -> Any:
        moments.append(time.monotonic())
        if not path.startswith(VIEW):
            return page(b"", status=404)
        time.sleep(latency)
        number = int(path.removeprefix(VIEW))
        return page(bodies[number % DISTINCT].replace(b"</body>", b"<p>%d</p></body>" % number))

    with tempfile.TemporaryDirectory() as name, Server(respond) as portal:
        folder = Path(name)
        bounds = ("--first", str(FIRST), "--last", str(FIRST + count - 1))
        with RedisServer(folder, is_lasting=True) as redis, Fetchers(fetchers, redis.url, folder):
            shared = ("--redis", redis.url) if fetchers else ()
            line = command(portal.url, folder, *bounds, *shared, *arguments)
            subprocess.run(line, check=True, capture_output=True)
        ((reports,),) = rows(folder, "select count(*) from reports where status = 'verified'")
    asked = Counter(path for path in portal.requests if path.startswith(VIEW))
    return Done(moments[-1] - moments[0], asked, reports, [later - one for one, later in pairwise(moments)])


def compared(count: int, rounds: int, latency: float, connections: int) -> Iterator[str]:
    """The rate of each variant, as a median of the rounds, and whether each report was asked for once."""
    found: dict[int, list[Done]] = {0: [], 1: [], 2: []}
    for _ in range(rounds):
        for fetchers, done in found.items():
            done.append(crawled(count, fetchers, latency, "--connections", str(connections)))
    for fetchers, done in found.items():
        rate = statistics.median(count / one.seconds for one in done)
        twice = sum(one.asked.total() - len(one.asked) for one in done)
        missing = sum(count - one.reports for one in done)
        books = f"of {count * rounds} reports {twice} asked for twice, {missing} missing"
        yield f"{fetchers} fetchers: {rate:6.1f} pages/s; {books}"


@click.command()
@click.option("--pages", default=400, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--latency", default=0.2, show_default=True, help="Seconds until the portal answers.")
@click.option("--connections", default=8, show_default=True)
@click.option("--delay", default=0.25, show_default=True, help="Seconds between requests where a pause is kept.")
def main(pages: int, rounds: int, latency: float, connections: int, delay: float) -> None:
    """Measure and print."""
    click.echo(f"{latency} s until an answer, {connections} connections, no pause")
    for line in compared(pages, rounds, latency, connections):
        click.echo(line)
    click.echo(f"a pause of {delay} s, one connection")
    for fetchers in (0, 1, 2):
        done = crawled(40, fetchers, 0, "--delay", str(delay))
        click.echo(f"{fetchers} fetchers: {41 / done.seconds:6.2f} pages/s, least gap {min(done.gaps):.3f} s")


if __name__ == "__main__":
    main()
