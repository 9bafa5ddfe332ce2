"""Whether the crawl finds every report, for several kinds of gaps:  python -m tools.walk

Numbers are drawn from several models of gaps; a made-up portal has reports at those. The frontier itself decides
what is asked. The table says what share of the reports was found, and how many numbers were asked for each.
"""

from collections.abc import Callable
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import click

from crawler.frontier.frontier import Bounds, Frontier
from crawler.frontier.outcomes import Outcome
from database.store import Store

AT = "2026-11-21T00:00:00Z"
FIRST = 20659

Gaps = Callable[[Random], int]


def geometric(share: float) -> Gaps:
    """Every number is a report's with the same probability: others belong to other kinds of pages."""

    def gap(rng: Random) -> int:
        length = 1
        while rng.random() > share:
            length += 1
        return length

    return gap


def pareto(exponent: float, most: int) -> Gaps:
    """Mostly neighbours, now and then a long stretch: drafts, deletions, imports."""
    return lambda rng: min(int(rng.paretovariate(exponent)), most)


def blocks(every: int, length: int) -> Gaps:
    """Neighbours, and after every so many reports a block of numbers that was given up."""
    return lambda rng: rng.randrange(length // 2, length) if rng.random() < 1 / every else 1


def jump(every: int, length: int) -> Gaps:
    """A numbering that jumps ahead once in a while, as an auto-increment does after a failover."""
    return lambda rng: length if rng.random() < 1 / every else rng.choice((1, 1, 2))


MODELS: dict[str, Gaps] = {
    "no gaps": lambda rng: 1,
    "one in two": geometric(0.5),
    "one in ten": geometric(0.1),
    "one in thirty": geometric(1 / 30),
    "heavy tail, up to 400": pareto(0.9, 400),
    "heavy tail, up to 2,000": pareto(0.9, 2000),
    "blocks of up to 250": blocks(200, 250),
    "blocks of up to 900": blocks(500, 900),
    "jumps of 1,000": jump(1500, 1000),
    "jumps of 5,000": jump(1500, 5000),
}


def draw(gaps: Gaps, count: int, rng: Random) -> set[int]:
    """The numbers of ``count`` reports."""
    numbers, number = set[int](), FIRST
    while len(numbers) < count:
        numbers.add(number)
        number += gaps(rng)
    return numbers


def walk(numbers: set[int]) -> tuple[int, int]:
    """How many of the numbers a first run finds, and how many it asks for."""
    bounds, asked, found = Bounds(), 0, 0
    with TemporaryDirectory() as folder, Store(Path(folder) / "walk.db") as store, store.transaction():
        frontier = Frontier(store)
        frontier.plan_first()
        while rows := frontier.due(AT, bounds, 5000) or (frontier.probe_ahead() and frontier.due(AT, bounds, 5000)):
            for row in rows:
                asked += 1
                there = row.number in numbers
                frontier.record_outcome(row, Outcome.REPORT if there else Outcome.MISSING, AT)
                if there and row.number is not None:
                    found += 1
                    frontier.walk_from(row.number, bounds)
    return found, asked


@click.command()
@click.option("--reports", default=3000, show_default=True)
@click.option("--trials", default=10, show_default=True)
def main(reports: int, trials: int) -> None:
    """Print the table."""
    click.echo(f"{'gaps':26}{'found, %':>10}{'at least, %':>13}{'asked for each':>16}")
    for name, gaps in MODELS.items():
        results = [walk(draw(gaps, reports, Random(trial))) for trial in range(trials)]
        shares = [100 * found / reports for found, _ in results]
        asked = sum(asked for _, asked in results) / sum(found for found, _ in results)
        click.echo(f"{name:26}{sum(shares) / trials:10.2f}{min(shares):13.2f}{asked:16.1f}")


if __name__ == "__main__":
    main()
