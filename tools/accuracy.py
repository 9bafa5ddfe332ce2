"""How much is read right, make by make and oddity by oddity:  make accuracy

Clean documents of every make, then documents with each oddity that the make can show. All follow from
seeds, so two runs of the same code print the same. Last the labelled names of agencies. Exit 1 if a wrong
cell was ever verified, or a name read wrong.
``--write-baseline`` keeps the figures in ``accuracy.json``; ``--check`` exits 1, naming them, if any fell.
"""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from random import Random

from tests.factory.judge import judge, misread_words
from tests.factory.layouts import MAKES, Make, missing
from tests.factory.mutations import Mutation, mutation_name
from tests.factory.names import print_names
from tests.factory.sheet import Sheet, sheet_of
from tests.factory.truth import draw_truth
from tests.factory.unready import UNREADY_MAKES, ready_mutations
from tools.attack import counts_of

BASELINE = Path(__file__).with_suffix(".json")
CLEAN = 60
SPOILED = 8
FALSE_PROOF = "WRONG AND VERIFIED"
# How much (percent) the figures of another program's documents may fall.
_VARIANCE = 2.0
_WORDS = ("title", "agency", "year", *(f"chapter {number}" for number in range(1, 7)))
# Share, what it is a share of, and whether more is better.
_SHARES = (
    ("right", "cells", True), ("values", "cells", True), ("wrong", "cells", False), ("flagged", "cells", None),
    ("words", "facts", True), ("verified", "reports", True),
)  # fmt: skip

Shares = dict[str, float]
Tables = dict[str, dict[str, Counter[str]]]


@dataclass(frozen=True, slots=True)
class Entry:
    """A make that is measured. ``needs``: programs or modules without which it is skipped.

    ``make`` is made on demand, so that what draws it is imported only where it can be; ``share`` of
    the usual number of documents is measured (a scan takes seconds).
    """

    name: str
    make: Callable[[], Make]
    needs: tuple[str, ...] = ()
    share: float = 1.0

    def lacks(self) -> tuple[str, ...]:
        """What of its needs this machine does not have."""
        return missing(self.needs)


def entry(make: Make) -> Entry:
    """The entry of a make."""
    return Entry(make.name, lambda: make, make.needs)


def drawn_by(
    maker: str, name: str, *, needs: tuple[str, ...], share: float, places: bool = True, feet: bool = False
) -> Entry:
    """The entry of a make that ``maker`` ("module:function", taking a sheet and a Random) draws."""

    def make() -> Make:
        module, _, function = maker.partition(":")
        return Make(name, getattr(import_module(module), function), places=places, feet=feet)

    return Entry(name, make, needs, share)


ENTRIES: tuple[Entry, ...] = (
    *(entry(make) for make in MAKES),
    drawn_by("tests.factory.printers:chromium_pdf", "pdf of Chromium", needs=("chromium",), share=0.1),
    drawn_by("tests.factory.printers:libreoffice_pdf", "pdf of LibreOffice", needs=("soffice",), share=0.1),
    drawn_by("tests.factory.printers:libreoffice_docx", "docx of LibreOffice", needs=("soffice",), share=0.1),
    drawn_by("tests.factory.printers:libreoffice_doc", "doc of LibreOffice", needs=("soffice",), share=0.1),
    drawn_by("tests.factory.printers:libreoffice_odt", "odt of LibreOffice", needs=("soffice",), share=0.1),
    drawn_by("tests.factory.office:plain_xml", "word in plain xml", needs=(), share=0.2),
    drawn_by("tests.factory.workbook:workbook", "xlsx", needs=(), share=0.2),
    drawn_by("tests.factory.ofd:ofd_file", "ofd", needs=(), share=0.2),
    drawn_by("tests.factory.scans:clean_scan", "scan, clean", needs=("rapidocr",), share=0.1),
    drawn_by("tests.factory.scans:worn_scan", "scan, worn", needs=("rapidocr",), share=0.1),
    drawn_by("tests.factory.scans:double_ruled_scan", "scan, double rules", needs=("rapidocr",), share=0.1),
    drawn_by("tests.factory.scans:stamped_scan", "scan, stamped", needs=("rapidocr",), share=0.1),
)


UNREADY: tuple[Entry, ...] = tuple(entry(make) for make in UNREADY_MAKES)
"""Makes that no baseline counts yet: ``--unready`` measures them alone, and nothing that they show is a failure."""
# What reports of the field are mostly like, for --verified.
_MIX = ("all zero", "all zero", "all zero", "few figures", "few figures", "one applicant", "totals alone", "", "")


@dataclass(frozen=True, slots=True)
class Task:
    """One document to be measured: a make's number ``number``, clean or with the oddity named."""

    make: str
    number: int
    oddity: str = ""


def tasks_of(one: Entry, clean: int, spoiled: int) -> Iterator[Task]:
    """The documents of an entry: so many clean ones, and so many with each oddity, times its share."""
    yield from (Task(one.name, number) for number in range(_count(clean, one)))
    oddities = sorted(mutation_name(mutation) for mutation in ready_mutations(one.make()))
    # In turns, so that a small share has something of each
    rounds = [Task(one.name, number, oddity) for number in range(spoiled) for oddity in oddities]
    yield from rounds[: _count(len(rounds), one)]


def _count(number: int, one: Entry) -> int:
    return max(1, round(number * one.share))


def measure(task: Task, entries: Sequence[Entry] = (*ENTRIES, *UNREADY)) -> Counter[str]:
    """Make, read and judge one document."""
    make = next(one for one in entries if one.name == task.make).make()
    rng = Random(f"{task.oddity} {task.make} {task.number}")
    truth = draw_truth(rng, (2021, 2019)[task.number % 2], empties=make.places and task.number % 3 == 0)
    sheet = _mutation(make, task.oddity)(sheet_of(truth), rng)
    verdict = judge(sheet, make, make.render(sheet, rng))
    counts = counts_of(verdict)
    counts["facts"] = len(_WORDS)
    if verdict.report is None:
        counts["flagged"] = len(truth.form.cells)
    else:
        faults = misread_words(verdict.report, sheet)
        counts["words"] = sum(not any(fault.startswith(word) for fault in faults) for word in _WORDS)
    counts["cells"] = counts["right"] + counts["wrong"] + counts["flagged"]
    return counts


def _mutation(make: Make, oddity: str) -> Mutation:
    return next((mutation for mutation in make.mutations if mutation_name(mutation) == oddity), _unspoiled)


def _unspoiled(sheet: Sheet, _: Random) -> Sheet:
    return sheet


def totals(tasks: Iterable[Task], counts: Iterable[Counter[str]], everywhere: Container[str]) -> Tables:
    """The counts of clean documents by make, and of spoiled ones by make and by oddity.

    Only makes that can be measured ``everywhere`` count by oddity, so that a table of oddities does not
    depend on what a machine has.
    """
    tables: Tables = {"clean": {}, "spoiled": {}, "oddity": {}}
    for task, counted in zip(tasks, counts, strict=True):
        tables["spoiled" if task.oddity else "clean"].setdefault(task.make, Counter()).update(counted)
        if task.oddity and task.make in everywhere:
            tables["oddity"].setdefault(task.oddity, Counter()).update(counted)
    return tables


def shares_of(counts: Counter[str]) -> Shares:
    """The shares of a row in percent, to the hundredth."""
    return {name: round(100 * counts[name] / counts[of], 2) if counts[of] else 0.0 for name, of, _ in _SHARES}


def fallen(
    baseline: Mapping[str, Mapping[str, Shares]], now: Mapping[str, Mapping[str, Shares]], varying: Container[str] = ()
) -> list[str]:
    """Each figure that is worse than before, or no longer measured, a line each.

    ``varying`` makes come from programs that differ a little from machine to machine.
    """
    worse = []
    for table, rows in baseline.items():
        for key, before in rows.items():
            after = now[table].get(key)
            if after is None:
                worse.append(f"{table} {key}: not measured")
                continue
            for name, _, more_is_better in _SHARES:
                loss = before[name] - after[name] if more_is_better else after[name] - before[name]
                if more_is_better is not None and loss > (_VARIANCE if key in varying else 0):
                    worse.append(f"{table} {key}: {name} {before[name]} % before, {after[name]} % now")
    return worse


def print_table(title: str, rows: Mapping[str, Counter[str]]) -> None:
    """A table, one line a make or oddity."""
    names = [name for name, _, _ in _SHARES]
    print(f"\n{title + ', %':<28}{'documents':>10}" + "".join(f"{name:>10}" for name in names) + f"{FALSE_PROOF:>21}")
    for key, counts in rows.items():
        shares = "".join(f"{share:>10.2f}" for share in shares_of(counts).values())
        print(f"{key:<28}{counts['reports']:>10}{shares}{counts[FALSE_PROOF]:>21}")


def main(arguments: Sequence[str] | None = None, entries: Sequence[Entry] = ENTRIES, baseline: Path = BASELINE) -> int:
    """Run the command."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--clean", type=int, default=CLEAN, help="clean documents a make")
    parser.add_argument("--spoiled", type=int, default=SPOILED, help="documents a make and oddity")
    parser.add_argument("--write-baseline", action="store_true", help=f"keep the figures in {BASELINE.name}")
    parser.add_argument("--check", action="store_true", help="exit 1 if a figure is worse than the one kept")
    parser.add_argument("--unready", action="store_true", help="measure only the makes that no baseline counts yet")
    parser.add_argument(
        "--verified", type=int, metavar="N", help="print the share of verified reports, N clean ones a make"
    )
    parser.add_argument("--proofs", type=int, metavar="N", help="print how cells are known, of N documents a make")
    options = parser.parse_args(arguments)
    if options.proofs:
        from tools.proofs import print_proofs

        print_proofs(options.proofs)
        return 0
    if options.verified:
        print_verified(options.verified)
        return 0
    entries = UNREADY if options.unready else entries
    skipped = {one.name: lacks for one in entries if (lacks := one.lacks())}
    tasks = [
        task for one in entries if one.name not in skipped for task in tasks_of(one, options.clean, options.spoiled)
    ]
    everywhere = {one.name for one in entries if not one.needs}
    tables = totals(tasks, _measured(tasks, entries), everywhere)
    for title, rows in tables.items():
        print_table(title, rows)
    for name, lacks in skipped.items():
        print(f"{name}: skipped: {', '.join(lacks)} missing")
    if options.unready:
        return 0
    now = {title: {key: shares_of(counts) for key, counts in rows.items()} for title, rows in tables.items()}
    failures = [*_false_proofs(tables), *print_names()]
    if options.check:
        failures += fallen(_kept(baseline, skipped), now, {one.name for one in entries if one.needs})
    if options.write_baseline:
        baseline.write_text(json.dumps(now, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    for failure in failures:
        print(failure, file=sys.stderr)
    return int(bool(failures))


def _false_proofs(tables: Tables) -> Iterator[str]:
    for title, rows in tables.items():
        for key, counts in rows.items():
            if counts[FALSE_PROOF]:
                yield f"{title} {key}: {FALSE_PROOF}: {counts[FALSE_PROOF]}"


def _kept(baseline: Path, skipped: Container[str]) -> dict[str, dict[str, Shares]]:
    """The figures kept of what this machine can measure."""
    kept = json.loads(baseline.read_text(encoding="utf-8"))
    return {title: {key: row for key, row in rows.items() if key not in skipped} for title, rows in kept.items()}


def _measured(tasks: Sequence[Task], entries: Sequence[Entry]) -> list[Counter[str]]:
    """The counts of every task, in order; entries other than the module's own stay in this process."""
    if entries not in (ENTRIES, UNREADY):
        return [measure(task, entries) for task in tasks]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        return list(pool.map(measure, tasks, chunksize=20))


def mixed(make: Make, number: int) -> tuple[str, Sheet, bytes]:
    """A clean document like most real ones, with its shape."""
    rng = Random(f"mix {make.name} {number}")
    shape = _MIX[number % len(_MIX)]
    edition, empties = 2019 if rng.random() < 0.2 else 2021, make.places and rng.random() < 0.2
    sheet = sheet_of(draw_truth(rng, edition, empties=empties, shape=shape))
    return shape, sheet, make.render(sheet, rng)


def _is_verified(task: Task) -> tuple[str, bool]:
    """A document's shape, and whether it is verified; what has a table without any figure need not be."""
    make = next(make for make in MAKES if make.name == task.make)
    shape, sheet, data = mixed(make, task.number)
    return shape, judge(sheet, make, data).verified or bool(sheet.hollow)


def print_verified(each: int) -> None:
    """The share of verified reports among so many clean documents of every make, by what figures they have."""
    tasks = [Task(make.name, number) for make in MAKES for number in range(each)]
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(_is_verified, tasks, chunksize=10))
    for shape in dict.fromkeys(_MIX):
        _print_share(shape or "any figures", [verified for of, verified in found if of == shape])
    _print_share("all", [verified for _, verified in found])


def _print_share(name: str, verified: Sequence[bool]) -> None:
    print(f"{name:<20}{len(verified):>8}{100 * sum(verified) / len(verified):>10.2f} % verified")


if __name__ == "__main__":
    sys.exit(main())
