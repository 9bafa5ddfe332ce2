"""Spoil made-up reports in bulk and look for the worst bug: a wrong cell in a report called verified.

python -m tests.attack --tries 10000 --seed 1
"""

import argparse
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from random import Random

from parsers.read import read
from parsers.report import Report, Status, Unreadable
from parsers.values import State
from tests.documents import FEET, GRIDS, SPOILERS, TEXTS, Sample, draw_sample, text


@dataclass(frozen=True, slots=True)
class Try:
    """One spoilt document: how it was laid out and spoilt, and what became of its cells."""

    seed: int
    layout: str
    spoilt: tuple[str, ...]
    status: str
    right: int
    wrong: tuple[str, ...]
    flagged: int

    @property
    def worst(self) -> bool:
        return self.status == Status.VERIFIED and bool(self.wrong or self.flagged)


def attempt(seed: int) -> Try:
    """Draw, spoil by up to two spoilers, lay out with up to two feet, and read one report."""
    random = Random(seed)
    sample = draw_sample(random, random.choice((2021, 2021, 2019)))
    layout = random.choice([*GRIDS, *TEXTS])
    spoilers = [name for name in SPOILERS if layout in GRIDS or name != "drop_a_value"]
    spoilt = tuple(random.choice(spoilers) for _ in range(random.choice((0, 1, 1, 2))))
    for name in spoilt:
        sample = SPOILERS[name](sample, random)
    feet = tuple((random.random(), random.choice(FEET)(sample)) for _ in range(random.choice((0, 1, 2))))
    data = GRIDS[layout](sample) if layout in GRIDS else text(sample, replace(TEXTS[layout], feet=feet))
    if layout in TEXTS and feet:
        spoilt += ("feet",)
    try:
        report = read(data)
    except Unreadable as error:
        return Try(seed, layout, spoilt, f"failed: {error}", 0, (), 0)
    return Try(seed, layout, spoilt, str(report.status), *compare(sample, report))


def compare(sample: Sample, report: Report) -> tuple[int, tuple[str, ...], int]:
    """Cells right, cells given with certainty but wrong, and cells flagged or of another state."""
    right, wrong, flagged = 0, [], 0
    truth = sample.truth()
    for cell in sample.form.cells:
        reading = report.cells.get(cell)
        expected = truth.get(cell, (None, State.ABSENT))
        if reading and (reading.value, reading.state) == expected:
            right += 1
        elif reading and reading.state is State.PRINTED:
            wrong.append(cell)
        else:
            flagged += 1
    return right, tuple(wrong), flagged


def _rows(tries: list[Try], key: str) -> Iterator[str]:
    groups: dict[str, list[Try]] = {}
    for one in tries:
        for name in (one.layout,) if key == "layout" else (one.spoilt or ("nothing",)):
            groups.setdefault(name, []).append(one)
    for name, members in sorted(groups.items()):
        statuses = Counter(one.status for one in members)
        cells = (
            sum(one.right for one in members),
            sum(len(one.wrong) for one in members),
            sum(one.flagged for one in members),
        )
        worst = sum(one.worst for one in members)
        verified = statuses[str(Status.VERIFIED)]
        yield f"{name:36}{len(members):8}{verified:10}{cells[0]:10}{cells[1]:8}{cells[2]:9}{worst:8}"


def main() -> None:
    """Print a table by layout and one by what was spoilt; exit 1 if the worst bug was met."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    seeds = range(arguments.seed * 1_000_000, arguments.seed * 1_000_000 + arguments.tries)
    with ProcessPoolExecutor() as pool:
        tries = list(pool.map(attempt, seeds, chunksize=50))
    for key in ("layout", "spoilt"):
        print(f"{key:36}{'reports':>8}{'verified':>10}{'right':>10}{'wrong':>8}{'flagged':>9}{'WORST':>8}")
        print("\n".join(_rows(tries, key)), end="\n\n")
    worst = [one for one in tries if one.worst]
    for one in worst[:20]:
        print(f"wrong and verified: seed {one.seed}: {one.layout}, {one.spoilt}: {one.wrong[:3]} {one.flagged}")
    raise SystemExit(bool(worst))


if __name__ == "__main__":
    main()
