"""Two readings of one file by independent readers: the better one counts; where they differ, the cell is uncertain."""

from dataclasses import replace

from parsers.alignment.proof import without_lost_sums
from parsers.document.reasons import SHOWN, Reason, Why
from parsers.document.values import CellValue, Proof, State
from parsers.form.model import form_of
from parsers.report import CERTAIN, Report, Status, with_cells

_RANKS = (Status.VERIFIED, Status.INCONSISTENT, Status.UNCERTAIN, Status.INCOMPLETE, Status.FAILED)


def reconcile(first: Report, second: Report, why: Why = Why.TWO_READERS, *, independent: bool = True) -> Report:
    """The better proved of two readings of the same report, the first of equals.

    A cell that both read with certainty, but differently, is ``uncertain``, for the reason ``why``; its raw text has
    both. One that both read alike is proved ``twice``, unless a sum proves it, or they are not ``independent``.
    """
    better, other = sorted((first, second), key=_worth)
    if better.edition != other.edition:
        return better
    cells = {cell: _agreed(reading, other.cells[cell], why) for cell, reading in better.cells.items()}
    cells = without_lost_sums(form_of(better.edition), cells)
    if independent:
        cells = {cell: _confirmed(reading, other.cells[cell]) for cell, reading in cells.items()}
    return with_cells(better, cells)


def _worth(report: Report) -> tuple[int, int]:
    doubtful = sum(reading.state not in CERTAIN for reading in report.cells.values())
    return _RANKS.index(report.status), doubtful


def _agreed(one: CellValue, other: CellValue, why: Why) -> CellValue:
    if why is Why.TWO_READERS and other.reason and other.reason.why in SHOWN and one.state in CERTAIN:
        # What one reader saw that is no text, the text of the other does not disprove.
        return replace(one, value=None, state=State.UNCERTAIN, raw=one.shown, reason=other.reason, proof=None)
    certain = one.state in CERTAIN and other.state in CERTAIN
    if not certain or (one.value, one.state) == (other.value, other.state):
        return one
    seen = " or ".join(reading.shown or str(reading.state) for reading in (one, other))
    return replace(one, value=None, state=State.UNCERTAIN, raw=seen, reason=Reason(why), proof=None)


def _confirmed(one: CellValue, other: CellValue) -> CellValue:
    if one.proof in (None, Proof.SUM) or other.state not in CERTAIN:
        return one
    return replace(one, proof=Proof.TWICE)
