"""Cases as data: ``NAME/input.*`` beside ``NAME/expected.json``, and what a reading of the input is worth.

README.md in this folder describes the format.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from parsers.document.model import Unreadable
from parsers.document.values import CellValue, Number, State
from parsers.read import read
from parsers.report import CERTAIN, Report, Status

HEAD = ("title", "agency", "year", "edition")
# Cells of a reading: as expected; not claimed to be certain; claimed to be certain, and not as expected.
READ, FLAGGED, WRONG = "read", "flagged", "wrong"
_STATUS = re.compile("|".join(Status))


@dataclass(frozen=True, slots=True)
class Case:
    """An input and what is right for it: ``cells`` have a ``value`` and ``states``, ``facts`` is expected.json."""

    name: str
    input: Path
    cells: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Any]

    @property
    def expected_failure(self) -> str | None:
        """Why the input is not read right yet, and which issue takes that up."""
        return self.facts.get("expected_failure")

    @property
    def must_be_read(self) -> bool:
        """Whether flagged cells are not enough; they are while a case is marked as an expected failure."""
        return bool(self.facts.get("must", "safe" if self.expected_failure else "read") == "read")


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a reading came to; ``kinds`` has READ, FLAGGED or WRONG for every expected cell."""

    report: Report | None
    kinds: Mapping[str, str]
    head: tuple[str, ...] = ()
    refusal: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether everything was read."""
        return self.report is not None and not self.head and set(self.kinds.values()) <= {READ}


def cases(folder: Path) -> Iterator[Case]:
    """The cases in a folder, by name."""
    for expected in sorted(folder.glob("*/expected.json")):
        yield case(expected.parent)


def case(folder: Path) -> Case:
    """The case that a folder holds."""
    facts = _facts(folder / "expected.json")
    (source,) = folder.glob("input.*")
    return Case(folder.name, source, facts.pop("cells"), facts)


def _facts(path: Path) -> dict[str, Any]:
    """What a file expects, and below it what the file expects that it is like; one with cells alone has only these."""
    facts = json.loads(path.read_text("utf-8"))
    if "cells" not in facts:
        return {"cells": facts}
    like = _facts(path.parent / facts["like"]) if facts.get("like") else {}
    below = {key: {**like.get(key, {}), **facts.get(key, {})} for key in ("cells", "chapters")}
    return {**like, **facts, **below}


def judged(one: Case) -> Verdict:
    """Read the input of a case and compare."""
    try:
        report = read(one.input.read_bytes())
    except Unreadable as error:
        return Verdict(None, {}, refusal=str(error))
    kinds = {key: kind_of_cell(report.cells.get(key), want) for key, want in one.cells.items()}
    head = tuple(key for key in HEAD if key in one.facts and getattr(report, key) != one.facts[key])
    return Verdict(report, kinds, head)


def kind_of_cell(found: CellValue | None, want: Mapping[str, Any]) -> str:
    """READ, FLAGGED or WRONG; a cell that the report has not is one that claims to be printed."""
    value, state, unit = (found.value, found.state, found.unit) if found else (None, State.PRINTED, None)
    if _is_same(value, want["value"]) and state in want["states"] and unit == want.get("unit", unit):
        return READ
    return WRONG if state in CERTAIN else FLAGGED


def _is_same(found: Number | None, want: float | None) -> bool:
    if found is None or want is None:
        return found is want
    return abs(float(found) - float(want)) < 1e-9


def problems(one: Case, verdict: Verdict) -> list[str]:
    """Why a verdict does not satisfy its case, a line each; none where it does."""
    if verdict.report is None:
        allowed = one.facts.get("refused")
        return [] if allowed and allowed in (verdict.refusal or "") else [f"refused: {verdict.refusal}"]
    bad = {WRONG, FLAGGED} if one.must_be_read else {WRONG}
    lines = [describe(one, verdict, key) for key, kind in verdict.kinds.items() if kind in bad]
    lines += [f"{key}: {getattr(verdict.report, key)!r}, not {one.facts[key]!r}" for key in verdict.head]
    return [*lines, *_other_problems(one.facts, verdict.report)]


def _other_problems(facts: Mapping[str, Any], report: Report) -> Iterator[str]:
    """What is said of the report besides cells and head: status, chapters, what is missing."""
    allowed = _STATUS.findall(facts.get("status", ""))
    if allowed and report.status not in allowed:
        yield f"status: {report.status}, not {facts['status']}"
    for number, text in facts.get("chapters", {}).items():
        chapter = report.chapters.get(int(number))
        if chapter is None or text not in (None, chapter.text):
            yield f"chapter {number}: {chapter.text if chapter else None!r}, not {text!r}"
    for words in facts.get("missing", ()):
        if not any(words in str(reason) for reason in report.missing):
            yield f"missing: {report.missing}, nothing with {words!r}"


def describe(one: Case, verdict: Verdict, key: str) -> str:
    """What a cell is, and what it should be."""
    assert verdict.report is not None
    found, want = verdict.report.cells.get(key), one.cells[key]
    what = f"{found.value} {found.state}" if found else "no such cell"
    return f"{verdict.kinds[key]}: {key}: {what}, not {want['value']} {'/'.join(want['states'])}"


def line(one: Case, verdict: Verdict) -> str | None:
    """What there is to say of a case that was not wholly read."""
    if verdict.report is None:
        return f"{one.name:40} refused: {verdict.refusal}"
    if verdict.is_whole:
        return None
    n = Counter(verdict.kinds.values())
    first = next((describe(one, verdict, key) for key, kind in verdict.kinds.items() if kind == WRONG), "")
    counts = f"read {n[READ]} flagged {n[FLAGGED]} WRONG {n[WRONG]}"
    return f"{one.name:40} {verdict.report.status:12} {counts} {' '.join(verdict.head)} {first}".rstrip()


def totals(verdicts: Iterable[Verdict | None]) -> Counter[str]:
    """Cases and cells by what became of them; a verdict that is None is a case that hung."""
    total: Counter[str] = Counter()
    for verdict in verdicts:
        total["cases"] += 1
        total["hung"] += verdict is None
        if verdict is not None:
            total.update(_counts(verdict))
    return total


def _counts(verdict: Verdict) -> Counter[str]:
    if verdict.report is None:
        return Counter(refused=1)
    counts = Counter(verdict.kinds.values())
    worst = "verified" if verdict.report.status is Status.VERIFIED else "certain"
    counts[worst] += bool(counts[WRONG])
    counts["whole"] += verdict.is_whole
    counts["heads"] += bool(verdict.head)
    return counts


def summary(total: Counter[str]) -> str:
    """The totals as one line."""
    return (
        f"{total['cases']} cases: {total['whole']} whole, {total['verified']} wrong and verified, "
        f"{total['certain']} wrong and certain, {total['hung']} hung, {total['refused']} refused, "
        f"{total['heads']} heads off; cells {total[READ]} read, {total[FLAGGED]} flagged, {total[WRONG]} wrong"
    )
