"""A reading against what the document prints."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from time import perf_counter

from parsers.document.model import Unreadable
from parsers.document.values import State
from parsers.read import read
from parsers.report import Report, Status
from tests.factory.layouts import Make
from tests.factory.mutations import TRADITIONAL
from tests.factory.sheet import Sheet
from tests.factory.truth import broken_identities

CLAIMED = frozenset({State.PRINTED, State.BLANK, State.DASH})
SLOW = 0.3


@dataclass(slots=True)
class Verdict:
    """How a reading fared. ``wrong`` cells are claimed to be certain and are not what is printed.

    ``values`` counts the cells whose number, certain or not, is the one that is printed. ``misnamed``: a title, agency
    or year that is claimed and is not the document's. ``hollow``: the tables in which nothing is printed.
    """

    report: Report | None = None
    right: int = 0
    values: int = 0
    flagged: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    misnamed: list[str] = field(default_factory=list)
    hollow: tuple[str, ...] = ()
    failure: str = ""
    seconds: float = 0.0

    @property
    def verified(self) -> bool:
        """Whether the report says that all is well."""
        return self.report is not None and self.report.status is Status.VERIFIED

    @property
    def false_proof(self) -> bool:
        """The worst: a verified report with a wrong cell, or with figures that contradict each other."""
        return self.verified and bool(self.wrong or self.flagged or self.broken)

    @property
    def hollow_proof(self) -> bool:
        """A form that was never filled in, or whose figures are lost, and yet verified."""
        return self.verified and bool(self.hollow)

    @property
    def false_charge(self) -> bool:
        """A misreading that is blamed on the publisher."""
        return bool(self.wrong) and self.report is not None and self.report.status is Status.INCONSISTENT

    @property
    def crashed(self) -> bool:
        """Whether the reader failed by a fault of its own."""
        return "fault" in self.failure


def judge(sheet: Sheet, make: Make, data: bytes) -> Verdict:
    """Read a document and compare every cell with the sheet that it was made from."""
    verdict = Verdict(broken=broken_identities(sheet.truth.form, sheet.figures()), hollow=sheet.hollow)
    start = perf_counter()
    try:
        verdict.report = read(data)
    except Unreadable as error:
        verdict.failure = str(error)
    verdict.seconds = perf_counter() - start
    if verdict.report:
        _compare(verdict, verdict.report, sheet, make)
        verdict.misnamed = list(_misnamed(verdict.report, sheet))
    return verdict


def expected_cells(sheet: Sheet, make: Make) -> dict[str, dict[str, object]]:
    """The cells of a sheet as a case's ``expected.json`` has them; what nobody can tell is uncertain."""
    cells: dict[str, dict[str, object]] = {}
    lost = make.lost(sheet)
    for key, meanings in sheet.meanings(places=make.places).items():
        values = sorted({value for value, _ in meanings}, key=str) or [None]
        unclaimed = {State.UNCERTAIN} if key in lost or not meanings else set()
        states = sorted(str(state) for state in {*(state for _, state in meanings), *unclaimed})
        cells[key] = {"value": values[0], "states": states}
    return cells


def _compare(verdict: Verdict, report: Report, sheet: Sheet, make: Make) -> None:
    expected = sheet.meanings(places=make.places)
    lost = make.lost(sheet)
    others = (key for key, cell in report.cells.items() if key not in expected and cell.state in CLAIMED)
    verdict.wrong += [f"{key}: no cell of edition {sheet.truth.edition}" for key in others]
    for key, meanings in expected.items():
        reading = report.cells.get(key)
        verdict.values += reading is not None and any(reading.value == value for value, _ in meanings)
        if reading is None:
            verdict.wrong.append(f"{key}: not in the report (edition {report.edition})")
        elif (reading.value, reading.state) in meanings or (key in lost and reading.state not in CLAIMED):
            verdict.right += 1
        else:
            printed = " or ".join(f"{value} {state}" for value, state in sorted(meanings, key=str)) or "two figures"
            line = f"{key}: read {reading.value} {reading.state}, printed {printed}"
            (verdict.wrong if reading.state in CLAIMED else verdict.flagged).append(line)


def _misnamed(report: Report, sheet: Sheet) -> Iterator[str]:
    truth = sheet.truth
    agencies = {None, truth.agency, truth.agency.translate(TRADITIONAL)}
    if report.title is not None and squeezed(report.title) != squeezed(truth.title):
        yield f"title: {report.title!r}, not {truth.title!r}"
    if report.agency not in agencies:
        yield f"agency: {report.agency!r}, not {truth.agency!r}"
    if report.year not in (None, truth.year):
        yield f"year: {report.year}, not {truth.year}"


def squeezed(text: str) -> str:
    """Text without white space, brackets and commas in their wide form: for comparing prose."""
    return "".join(text.split()).translate(str.maketrans("(),:", "（），："))


def misread_words(report: Report, sheet: Sheet) -> list[str]:
    """What is wrong about a report's title, agency, year and chapters."""
    truth = sheet.truth
    # A title in traditional characters names the agency in them too.
    traditional = truth.agency.translate(TRADITIONAL)
    agency = traditional if traditional in truth.title and report.agency == traditional else truth.agency
    pairs = (("title", report.title, truth.title), ("agency", report.agency, agency))
    faults = [f"{name}: {read!r}, not {said!r}" for name, read, said in pairs if read != said]
    if report.year != truth.year:
        faults.append(f"year: {report.year}, not {truth.year}")
    faults += [f"chapter {number} is missing" for number in range(1, 7) if number not in report.chapters]
    for number, paragraphs in truth.prose.items():
        text = squeezed(report.chapters[number].text) if number in report.chapters else ""
        faults += [f"chapter {number} lacks {line!r}" for line in paragraphs if squeezed(line) not in text]
    return faults


def render(sheet: Sheet, make: Make, seed: int) -> bytes:
    """The document that a seed gives."""
    return make.render(sheet, Random(seed))
