"""How well the documents of a folder of cases are read:  python -m tools.score [DIR]

A line for each case that is not wholly read, totals last; exit 1 if a cell is wrong or a document hangs.
``tests/cases/README.md`` says what a case is.
"""

import argparse
import sys
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import TimeoutError as LateError
from pathlib import Path

from pebble import ProcessPool

from tests.cases.scoring import Case, Verdict, cases, judged, line, summary, totals

CASES = Path(__file__).parent.parent / "tests" / "cases"
SECONDS = 120


def verdicts(
    some: Sequence[Case], seconds: int, jobs: int, judge: Callable[[Case], Verdict] = judged
) -> Iterator[tuple[Case, Verdict | None]]:
    """Every case with its verdict; None for one that took longer than it may."""
    with ProcessPool(jobs) as pool:
        futures = [pool.schedule(judge, args=[one], timeout=seconds) for one in some]
        for one, future in zip(some, futures, strict=True):
            try:
                yield one, future.result()
            except LateError:
                yield one, None


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", default=CASES)
    parser.add_argument("--seconds", type=int, default=SECONDS, help="a case that takes longer hangs")
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args(arguments)
    found = []
    for one, verdict in verdicts(list(cases(given.folder)), given.seconds, given.jobs):
        found.append(verdict)
        said = line(one, verdict) if verdict else f"{one.name:40} HANG"
        if said:
            print(said, flush=True)
    total = totals(found)
    print(summary(total))
    return int(bool(total["wrong"] or total["hung"]))


if __name__ == "__main__":
    sys.exit(main())
