"""Damaged documents in bulk: ``python -m tools.attack --tries 2000 --seed 1``.

A cell that claims to be certain (printed, blank, dash) and is not what the document says is wrong, whatever the
status of its report. Prints totals by make and by mutation, then every document with a fault; exit 1 if a cell is
wrong.
``--only SEED`` prints one document and how it was read; ``--keep DIR`` writes the smallest failing document of each
kind there, as a case: an input beside ``expected.json``.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from random import Random

from parsers.report import Status
from tests.factory.converters import CONVERTED
from tests.factory.judge import SLOW, Verdict, expected_cells, judge
from tests.factory.layouts import HARD, MAKES, Make
from tests.factory.mutations import Mutation, mutation_name
from tests.factory.sheet import Sheet, sheet_of
from tests.factory.truth import SHAPES, draw_truth

ATTACKED = (*MAKES, *HARD, *CONVERTED)
WRONG = "WRONG"
_SILENT = ("WRONG AND VERIFIED", "EMPTY AND VERIFIED")
_COLUMNS = (
    "reports", "verified", "inconsistent", "right", "flagged", "unreadable", WRONG, "wrong", *_SILENT,
    "WRONG AND INCONSISTENT", "misnamed",
)  # fmt: skip
# What only the look of a page or its bytes tell, and no mutation makes yet: kinds, and the cases that show them.
NOT_ATTACKED = {
    "hidden or shown by CSS": """attr-hidden sibling-hidden html-media-screen-hidden fontsize0-parent html-indent-em
        html-left-static col-collapse tabs wechat-js-content-hidden md-hidden html-css-big""",
    "white, struck, raised or turned by CSS": """html-font-white white-noise div-struck note-position rtl-css rtl-bdo
        order-digits""",
    "drawn by what is no text": "css-content-lit bg-image digit-images html-svgtext html-input-mask",
    "written by a script": "html-js-all html-td-js-id input-js",
    "ink and characters of a PDF": """pdf-tiny pdf-alpha0-digit pdf-bbox-clipped pdf-clipped-digit pdf-ocg-digit
        pdf-struck pdf-tr3-figure pdf-whiteout-replace pdf-wm-tiles0 pdf-note-r18 pdf-note-r24 pdf-stamp-over""",
    "fields and annotations of a PDF": "pdf-acro-all pdf-acro-one pdf-freetext pdf-freetext-cover",
    "fonts of a PDF": "pdf-t3-ctrl-all pdf-t3-noname pdf-tou-shy pdf-tou-zwsp",
    "pictures with text beneath, stamps": "ocr-mixed-page ocr-under-norules scan-seal-blank2",
    "boxes, fields and looks of office files": """doc-lo-textbox-incell doc-lo-textbox-over rtf-lo-textbox-over rtf-shp
        docx-wordart docx-float-pic docx-ole-float docx-font-wingdings docx-rtl-run docx-celldel docx-note-position
        rtf-up doc-lo-note-position doc-lo-strike-style doc-lo-white rtf-lo-white docx-autonum-cell doc-lo-autonum""",
    "bytes before the document or in it": "mht-bom rtf-bom pdf-junk-mime nul-byte late-tag",
}
_EXTENSIONS = {b"%PDF": "pdf", b"PK\x03\x04": "docx", b"\xd0\xcf\x11\xe0": "doc", b"{\\rt": "rtf"}


@dataclass(frozen=True, slots=True)
class Case:
    """A damaged document, determined by its seed and the mutations applied."""

    seed: int
    make: Make
    mutations: tuple[Mutation, ...]
    sheet: Sheet
    data: bytes

    @property
    def names(self) -> tuple[str, ...]:
        """The names of the mutations."""
        return tuple(sorted(mutation_name(mutation) for mutation in self.mutations))


@dataclass(frozen=True, slots=True)
class Outcome:
    """The outcome of a case, small enough to send between processes."""

    seed: int
    make: str
    mutations: tuple[str, ...]
    counts: Counter[str]
    faults: tuple[str, ...]

    @property
    def kind(self) -> tuple[str, tuple[str, ...]]:
        """What was made, and how it was spoiled."""
        return self.make, self.mutations


def case_of(seed: int, kept: Sequence[int] | None = None) -> Case:
    """The case that a seed stands for, with all of its mutations or with those of the numbers ``kept``.

    Each mutation has a generator of its own, so that to leave one out does not change what the others do.
    """
    rng = Random(seed)
    make = rng.choice(ATTACKED)
    edition, shape = rng.choice((2021, 2021, 2019)), rng.choice(SHAPES) if rng.random() < 0.5 else ""
    truth = draw_truth(rng, edition, empties=rng.random() < 0.25, shape=shape)
    chosen: list[Mutation] = [rng.choice(make.mutations) for _ in range(rng.choice((1, 1, 2, 2, 3)))]
    applied = [(n, mutation) for n, mutation in enumerate(chosen) if kept is None or n in kept]
    sheet = sheet_of(truth)
    for number, mutation in applied:
        sheet = mutation(sheet, Random(f"{seed} {number}"))
    data = make.render(sheet, Random(f"{seed} render"))
    return Case(seed, make, tuple(mutation for _, mutation in applied), sheet, data)


def outcome_of(seed: int) -> Outcome:
    """Make, read and judge one case."""
    if (make := Random(seed).choice(ATTACKED)).lacks():
        return Outcome(seed, make.name, (), Counter(), ())
    case = case_of(seed)
    verdict = judge(case.sheet, case.make, case.data)
    return Outcome(seed, case.make.name, case.names, counts_of(verdict), tuple(_faults(verdict)))


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
        WRONG: int(bool(verdict.wrong)),
        "WRONG AND VERIFIED": int(verdict.false_proof),
        "EMPTY AND VERIFIED": int(verdict.hollow_proof),
        "misnamed": int(bool(verdict.misnamed)),
        "WRONG AND INCONSISTENT": int(verdict.false_charge),
    })  # fmt: skip


def _faults(verdict: Verdict) -> Iterable[str]:
    detail = "; ".join([*verdict.wrong[:3], *verdict.broken[:2]])
    if verdict.false_proof:
        yield f"WRONG AND VERIFIED: {detail}"
    elif verdict.wrong:
        yield f"{len(verdict.wrong)} wrong, {verdict.report and verdict.report.status}: {detail}"
    if verdict.hollow_proof:
        yield f"EMPTY AND VERIFIED: nothing is printed in {', '.join(verdict.hollow)}"
    if verdict.misnamed:
        yield f"misnamed: {'; '.join(verdict.misnamed)}"
    if verdict.crashed:
        yield f"crash: {verdict.failure}"
    if verdict.seconds > SLOW:
        yield f"slow: {verdict.seconds:.2f} s"


def print_table(title: str, rows: dict[str, Counter[str]]) -> None:
    """A table of counts, one line a key."""
    print(f"\n{title:<44}" + "".join(f"{_short(name):>13}" for name in _COLUMNS))
    for key, counts in sorted(rows.items()):
        print(f"{key:<44}" + "".join(f"{counts[name]:>13,}" for name in _COLUMNS))


def _short(name: str) -> str:
    return {WRONG: "WRONG", "wrong": "wrong cells"}.get(name, name.replace(" AND ", "+"))[:12]


def summarise(outcomes: Sequence[Outcome]) -> None:
    """Print the tables and every fault; a document counts once for each of its mutations."""
    by_make: dict[str, Counter[str]] = {}
    by_mutation: dict[str, Counter[str]] = {}
    total: Counter[str] = Counter()
    for outcome in outcomes:
        by_make.setdefault(outcome.make, Counter()).update(outcome.counts)
        for name in set(outcome.mutations):
            by_mutation.setdefault(name, Counter()).update(outcome.counts)
        total.update(outcome.counts)
    print_table("make", by_make)
    print_table("mutation, alone or among others", by_mutation)
    print_table("", {"all": total})
    for outcome in outcomes:
        for fault in outcome.faults:
            print(f"seed {outcome.seed}: {outcome.make}, {' + '.join(outcome.mutations)}: {fault}")


def smallest(seed: int) -> Case:
    """A failing case with as few of its mutations as possible."""
    whole = case_of(seed)
    count = len(whole.mutations)
    tried = (kept for size in range(count) for kept in combinations(range(count), size))
    return next((case for case in (case_of(seed, kept) for kept in tried) if _is_wrong(case)), whole)


def _is_wrong(case: Case) -> bool:
    verdict = judge(case.sheet, case.make, case.data)
    return fails(counts_of(verdict))


def fails(counts: Mapping[str, int]) -> bool:
    """Whether a cell claims to be certain and is wrong, or a report without figures is verified."""
    return any(counts[name] for name in (WRONG, *_SILENT))


def keep(outcomes: Iterable[Outcome], folder: Path) -> None:
    """Write the smallest failing document of every make and set of mutations as a case."""
    cases: dict[tuple[str, tuple[str, ...]], Case] = {}
    for outcome in outcomes:
        if fails(outcome.counts):
            case = smallest(outcome.seed)
            other = cases.get((case.make.name, case.names))
            if other is None or len(case.data) < len(other.data):
                cases[case.make.name, case.names] = case
    for case in cases.values():
        _write(case, folder / "-".join((case.make.name, *case.names)).replace(" ", "_").replace(",", ""))
    print(f"{len(cases)} cases kept in {folder}")


def _write(case: Case, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    start = case.data[:2000].lower()
    kind = _EXTENSIONS.get(case.data[:4]) or ("html" if b"<html" in start else "txt")
    (folder / f"input.{kind}").write_bytes(case.data)
    truth = case.sheet.truth
    expected = {"title": truth.title, "agency": truth.agency, "year": truth.year, "edition": truth.edition}
    cells = {"cells": expected_cells(case.sheet, case.make)}
    text = json.dumps(expected | cells, ensure_ascii=False, indent=1, default=_plain)
    (folder / "expected.json").write_text(text + "\n", encoding="utf-8")
    why = f"{case.make.name}: {' + '.join(case.names) or 'nothing done to it'}. Attack, seed {case.seed}.\n"
    (folder / "why.md").write_text(why, encoding="utf-8")


def _plain(value: object) -> float | str:
    return float(value) if isinstance(value, Decimal) else str(value)


def show(seed: int) -> None:
    """Print one document and its verdict."""
    case = case_of(seed)
    verdict = judge(case.sheet, case.make, case.data)
    print(case.data.decode(errors="replace"))
    print("=" * 40, case.make.name, case.names, case.sheet.feet, sep="\n")
    status = verdict.report.status if verdict.report else verdict.failure
    print(f"{status}; {verdict.right} cells right; {verdict.seconds:.3f} s")
    print("wrong:", *verdict.wrong, "flagged:", *verdict.flagged, "broken:", *verdict.broken, sep="\n  ")


def attacked(seeds: Sequence[int]) -> Iterator[Outcome]:
    """The outcomes of many cases, from as many processes as there are cores."""
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        yield from pool.map(outcome_of, seeds, chunksize=20)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; 1 if a cell that claims to be certain is wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--tries", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", type=int, metavar="SEED", help="show one document")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="write the smallest failing documents there")
    options = parser.parse_args(arguments)
    if options.only is not None:
        show(options.only)
        return 0
    seeds = range(options.seed * 10**7, options.seed * 10**7 + options.tries)
    outcomes = list(attacked(seeds))
    summarise(outcomes)
    if options.keep:
        keep(outcomes, options.keep)
    return int(any(fails(outcome.counts) for outcome in outcomes))


if __name__ == "__main__":
    sys.exit(main())
