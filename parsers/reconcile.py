"""Two readings of one file by independent readers: the better one stands, and where they differ, neither."""

from dataclasses import replace

from parsers.document.reasons import Reason, Why
from parsers.document.values import CellValue, State
from parsers.report import CERTAIN, Report, Status, with_cells

_RANKS = (Status.VERIFIED, Status.INCONSISTENT, Status.UNCERTAIN, Status.INCOMPLETE, Status.FAILED)


def reconcile(first: Report, second: Report, why: Why = Why.TWO_READERS) -> Report:
    """The better proved of two readings of the same report, the first of equals.

    A cell that both read with certainty, but differently, is ``uncertain``, for the reason ``why``; its raw text has
    both.
    """
    better, other = sorted((first, second), key=_worth)
    if better.edition != other.edition:
        return better
    cells = {cell: _agreed(reading, other.cells[cell], why) for cell, reading in better.cells.items()}
    return better if cells == better.cells else with_cells(better, cells)


def _worth(report: Report) -> tuple[int, int]:
    doubtful = sum(reading.state not in CERTAIN for reading in report.cells.values())
    return _RANKS.index(report.status), doubtful


def _agreed(one: CellValue, other: CellValue, why: Why) -> CellValue:
    certain = one.state in CERTAIN and other.state in CERTAIN
    if not certain or (one.value, one.state) == (other.value, other.state):
        return one
    seen = " or ".join(reading.shown or str(reading.state) for reading in (one, other))
    return replace(one, value=None, state=State.UNCERTAIN, raw=seen, reason=Reason(why))
