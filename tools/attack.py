"""Spoiled documents in bulk: ``python -m tools.attack --tries 2000 --seed 1``.

Prints a table by make and mutation, then every document that was read wrongly and yet believed.
``--only SEED`` prints one document and how it was read.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from random import Random

from parsers.report import Status
from tests.factory.judge import SLOW, Verdict, judge
from tests.factory.layouts import MAKES, Make
from tests.factory.sheet import Mutation, Sheet, mutation_name, sheet_of
from tests.factory.truth import draw_truth

_COLUMNS = (
    "reports", "verified", "inconsistent", "right", "flagged", "wrong", "unreadable",
    "WRONG AND VERIFIED", "wrong and inconsistent",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """A spoiled document, all of it given by its seed."""

    seed: int
    make: Make
    mutations: tuple[str, ...]
    sheet: Sheet
    data: bytes


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a case came to, small enough to send between processes."""

    seed: int
    make: str
    mutations: tuple[str, ...]
    counts: Counter[str]
    faults: tuple[str, ...]


def case_of(seed: int, make: Make | None = None) -> Case:
    """The case that a seed stands for."""
    rng = Random(seed)
    make = make or rng.choice(MAKES)
    truth = draw_truth(rng, rng.choice((2021, 2021, 2019)), empties=rng.random() < 0.25)
    sheet = sheet_of(truth)
    chosen: list[Mutation] = [rng.choice(make.mutations) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
    for mutation in chosen:
        sheet = mutation(sheet, rng)
    names = tuple(sorted(mutation_name(mutation) for mutation in chosen))
    return Case(seed, make, names, sheet, make.render(sheet, rng))


def outcome_of(seed: int) -> Outcome:
    """Make, read and judge one case."""
    case = case_of(seed)
    verdict = judge(case.sheet, case.make, case.data)
    return Outcome(seed, case.make.name, case.mutations, counts_of(verdict), tuple(_faults(verdict)))


def counts_of(verdict: Verdict) -> Counter[str]:
    """What a verdict adds to a table."""
    status = verdict.report.status if verdict.report else None
    return Counter({
        "reports": 1,
        "verified": int(verdict.verified),
        "inconsistent": int(status is Status.INCONSISTENT),
        "unreadable": int(status is None),
        "right": verdict.right,
        "values": verdict.values,
        "flagged": len(verdict.flagged),
        "wrong": len(verdict.wrong),
        "WRONG AND VERIFIED": int(verdict.false_proof),
        "wrong and inconsistent": int(verdict.false_charge),
    })  # fmt: skip


def _faults(verdict: Verdict) -> Iterable[str]:
    detail = "; ".join([*verdict.wrong[:3], *verdict.broken[:2]])
    if verdict.false_proof:
        yield f"WRONG AND VERIFIED: {detail}"
    if verdict.false_charge:
        yield f"wrong and inconsistent: {detail}"
    if verdict.crashed:
        yield f"crash: {verdict.failure}"
    if verdict.seconds > SLOW:
        yield f"slow: {verdict.seconds:.2f} s"


def print_table(title: str, rows: dict[str, Counter[str]]) -> None:
    """A table of counts, one line a key."""
    print(f"\n{title:<44}" + "".join(f"{name[:12]:>13}" for name in _COLUMNS))
    for key, counts in sorted(rows.items()):
        print(f"{key:<44}" + "".join(f"{counts[name]:>13,}" for name in _COLUMNS))


def summarise(outcomes: Sequence[Outcome]) -> None:
    """Print the tables and every fault."""
    by_make: dict[str, Counter[str]] = {}
    by_mutation: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    for outcome in outcomes:
        name = " + ".join(outcome.mutations) if len(outcome.mutations) == 1 else "several"
        for key, rows in ((outcome.make, by_make), (name, by_mutation)):
            rows.setdefault(key, Counter()).update(outcome.counts)
        total.update(outcome.counts)
    print_table("make", by_make)
    print_table("mutation", by_mutation)
    print_table("", {"all": total})
    for outcome in outcomes:
        for fault in outcome.faults:
            print(f"seed {outcome.seed}: {outcome.make}, {' + '.join(outcome.mutations)}: {fault}")


def show(seed: int) -> None:
    """Print one document and its verdict."""
    case = case_of(seed)
    verdict = judge(case.sheet, case.make, case.data)
    print(case.data.decode(errors="replace"))
    print("=" * 40, case.make.name, case.mutations, case.sheet.feet, sep="\n")
    status = verdict.report.status if verdict.report else verdict.failure
    print(f"{status}; {verdict.right} cells right; {verdict.seconds:.3f} s")
    print("wrong:", *verdict.wrong, "flagged:", *verdict.flagged, "broken:", *verdict.broken, sep="\n  ")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 if a document was read wrongly and yet verified."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="SEED", help="show one document")
    options = parser.parse_args(arguments)
    if options.only is not None:
        show(options.only)
        return 0
    seeds = range(options.seed * 10**7, options.seed * 10**7 + options.tries)
    with ProcessPoolExecutor(2) as pool:
        outcomes = list(pool.map(outcome_of, seeds, chunksize=50))
    summarise(outcomes)
    return int(any(outcome.counts["WRONG AND VERIFIED"] for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
