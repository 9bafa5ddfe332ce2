"""An annual report as read: title, agency, year, chapters, cells, checks and status."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from parsers.alignment.align import Place
from parsers.document.values import CellValue, Proof, State
from parsers.form.checks import Check, evaluate
from parsers.form.model import form_of
from parsers.narrative.statements import Outcome, Prose, Statement, find_statements

# States of a cell about which nothing is in doubt.
CERTAIN = frozenset({State.PRINTED, State.BLANK, State.DASH})


class Status(StrEnum):
    """What a report's cells, taken together, are worth (see docs/reading.md)."""

    VERIFIED = "verified"
    INCONSISTENT = "inconsistent"
    UNCERTAIN = "uncertain"
    INCOMPLETE = "incomplete"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Chapter:
    """A chapter's heading and text, folded; a paragraph, or a row of a table, is a line."""

    heading: str
    text: str


@dataclass(frozen=True, slots=True)
class Report:
    """An annual report as read.

    ``cells`` has every cell of the edition; ``checks`` every identity that could be evaluated;
    ``places`` where each row stood; ``prose`` the figures that the prose states of the same quantities, and
    how much of it was understood; ``missing`` says in words what makes the report incomplete; ``hint`` what the
    page says around the report of where it belongs.
    """

    title: str | None
    agency: str | None
    year: int | None
    edition: int
    status: Status
    chapters: Mapping[int, Chapter]
    cells: Mapping[str, CellValue]
    checks: Sequence[Check]
    places: Mapping[str, Place]
    prose: Prose
    missing: tuple[str, ...]
    published: str | None
    printed_url: str | None
    printed_on: str | None
    hint: str | None = None

    @property
    def statements(self) -> Sequence[Statement]:
        """The figures that the prose states of the table's quantities."""
        return self.prose.statements


def with_cells(report: Report, cells: Mapping[str, CellValue]) -> Report:
    """The report with other readings of its cells, checked anew."""
    checks = evaluate(form_of(report.edition).identities, cells)
    prose = prose_of(report.chapters, cells, report.edition, report.year, report.agency)
    return replace(
        report,
        cells=with_stated(cells, prose.statements),
        checks=checks,
        prose=prose,
        status=status_of(cells, checks, report.missing),
    )


def with_chapters(report: Report, chapters: Mapping[int, Chapter]) -> Report:
    """The report with chapters that it lacked, out of the same report elsewhere."""
    before = lost_chapters(report.chapters)
    missing = (*(reason for reason in report.missing if reason not in before), *lost_chapters(chapters))
    prose = prose_of(chapters, report.cells, report.edition, report.year, report.agency)
    return replace(
        report,
        chapters=chapters,
        cells=with_stated(report.cells, prose.statements),
        missing=missing,
        prose=prose,
        status=status_of(report.cells, report.checks, missing),
    )


def prose_of(
    chapters: Mapping[int, Chapter], cells: Mapping[str, CellValue], edition: int, year: int | None, agency: str | None
) -> Prose:
    """The figures that the chapters state, beside those of the cells."""
    texts = {number: chapter.text for number, chapter in chapters.items()}
    return find_statements(texts, cells, edition, year, agency)


def with_stated(cells: Mapping[str, CellValue], statements: Sequence[Statement]) -> dict[str, CellValue]:
    """The cells; a printed one that its place alone proves is ``stated`` where the prose says the same of it.

    That there were 0 is a statement too. One that contradicts another of the same cell proves nothing.
    """
    of_one = [statement for statement in statements if len(statement.cells) == 1]
    denied = {statement.cells[0] for statement in of_one if statement.outcome is Outcome.DIFFERS}
    agreed = {statement.cells[0] for statement in of_one if statement.outcome is Outcome.AGREES} - denied
    return {
        key: replace(cell, proof=Proof.STATED)
        if key in agreed and cell.state is State.PRINTED and cell.proof is Proof.PLACED
        else cell
        for key, cell in cells.items()
    }


def status_of(cells: Mapping[str, CellValue], checks: Sequence[Check], missing: Sequence[str]) -> Status:
    """The status that follows from cells, checks and what is missing."""
    if missing:
        return Status.INCOMPLETE
    if any(reading.state not in CERTAIN for reading in cells.values()):
        return Status.UNCERTAIN
    if not all(check.holds for check in checks):
        return Status.INCONSISTENT
    return Status.VERIFIED


def lost_chapters(chapters: Collection[int]) -> tuple[str, ...]:
    """Which chapters are missing, if more than one is."""
    lost = [str(number) for number in range(1, 7) if number not in chapters]
    return (f"chapters {', '.join(lost)} are missing",) if len(lost) > 1 else ()
