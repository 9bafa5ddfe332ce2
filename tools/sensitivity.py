"""The effect of a threshold: documents are read again with other values of it, and the cells counted.

    python -m tools.sensitivity parsers.formats.paged.rules:_SNAP 1 2 4 6 8 --make pdf --documents 20

``--make`` is a part of the names of makes (see tools/accuracy.py). A value between others that read as well is
well chosen; where no value differs, nothing that the factory draws needs the threshold.
"""

import argparse
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import import_module
from random import Random

from tests.factory.judge import judge
from tests.factory.layouts import Make
from tests.factory.sheet import Sheet, sheet_of
from tests.factory.truth import draw_truth
from tools.accuracy import ENTRIES

Drawn = tuple[Sheet, Make, bytes]


def drawn(part: str, count: int) -> Iterator[Drawn]:
    """So many documents of each make that has ``part`` in its name, every third with empty cells."""
    for entry in ENTRIES:
        if part not in entry.name or entry.lacks():
            continue
        make = entry.make()
        for number in range(max(1, round(count * entry.share))):
            rng = Random(f"{entry.name} {number}")
            truth = draw_truth(rng, (2021, 2019)[number % 2], empties=make.places and number % 3 == 0)
            sheet = sheet_of(truth)
            yield sheet, make, make.render(sheet, rng)


def counted(documents: Sequence[Drawn]) -> Counter[str]:
    """What is read of the documents."""
    counts: Counter[str] = Counter()
    for document in documents:
        verdict = judge(*document)
        counts += Counter({
            "right": verdict.right,
            "wrong": len(verdict.wrong),
            "flagged": len(verdict.flagged),
            "verified": verdict.verified,
            "unread": verdict.report is None,
        })  # fmt: skip
    return counts


def main(arguments: Sequence[str] | None = None) -> int:
    """Read the documents with each value, and print a line of counts for it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("constant", help="module:NAME")
    parser.add_argument("values", nargs="+", type=float)
    parser.add_argument("--make", default="", help="a part of the names of makes")
    parser.add_argument("--documents", type=int, default=20, help="of each make")
    options = parser.parse_args(arguments)
    module_name, _, name = options.constant.partition(":")
    module = import_module(module_name)
    now = getattr(module, name)
    documents = list(drawn(options.make, options.documents))
    print(f"{options.constant} is {now}; {len(documents)} documents of {options.make or 'every make'}")
    for value in sorted({*options.values, now}):
        setattr(module, name, type(now)(value))
        counts = counted(documents)
        setattr(module, name, now)
        mark = "*" if value == now else " "
        print(
            f"{mark}{value:>10g}", *(f"{kind} {counts[kind]:,}" for kind in ("right", "wrong", "flagged", "verified"))
        )
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
