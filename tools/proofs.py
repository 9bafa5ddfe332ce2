"""How figures are known (docs/reading.md): the share of cells with each proof.  python -m tools.accuracy --proofs N"""

import os
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from random import Random

from parsers.document.values import Proof
from parsers.read import read
from parsers.report import Report
from tests.factory.layouts import MAKES, make_named
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth
from tests.seeds import SEEDS
from tools.accuracy import Task, mixed

_UNKNOWN = "none"
# What a report by itself can show.
_PROOFS = (Proof.SUM, Proof.TWICE, Proof.STATED, Proof.PLACED, Proof.EMPTY)


def print_proofs(each: int) -> None:
    """Print the shares for so many clean documents of every make, as many such as the field has, and the real texts."""
    tasks = [Task(make.name, number) for make in MAKES for number in range(each)]
    rows = {make.name: Counter[str]() for make in MAKES}
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        for task, counts in zip(tasks, pool.map(_clean, tasks, chunksize=10), strict=True):
            rows[task.make].update(counts)
        field = sum(pool.map(_of_the_field, tasks, chunksize=10), Counter[str]())
    _print_table({**rows, "all makes": sum(rows.values(), Counter[str]()), "as in the field": field, **dict(_seeds())})


def _print_table(rows: dict[str, Counter[str]]) -> None:
    names = [*map(str, _PROOFS), _UNKNOWN]
    print(f"{'share of cells, %':<36}{'cells':>9}" + "".join(f"{name:>8}" for name in names))
    for title, counts in rows.items():
        shares = "".join(f"{100 * counts[name] / counts.total():>8.1f}" for name in names)
        print(f"{title:<36}{counts.total():>9}{shares}")


def _clean(task: Task) -> Counter[str]:
    make, rng = make_named(task.make), Random(f"proofs {task.make} {task.number}")
    return _counts(read(make.render(sheet_of(draw_truth(rng, (2021, 2019)[task.number % 2])), rng)))


def _of_the_field(task: Task) -> Counter[str]:
    return _counts(read(mixed(make_named(task.make), task.number)[2]))


def _seeds() -> Iterator[tuple[str, Counter[str]]]:
    for path in sorted(SEEDS.glob("*.txt")):
        yield f"seed {path.name.partition('_')[0]}", _counts(read(path.read_bytes()))


def _counts(report: Report) -> Counter[str]:
    return Counter(str(cell.proof or _UNKNOWN) for cell in report.cells.values())
