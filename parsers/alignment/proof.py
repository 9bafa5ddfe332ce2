"""Which figures of a scan may be believed: those that the form's arithmetic confirms.

OCR misreads a digit now and then and is sure of it, so that its own confidence proves nothing. A
misread figure breaks the sums that it takes part in, unless another misreading makes up for it.
"""

from collections.abc import Mapping
from dataclasses import replace
from enum import Enum, auto

from parsers.document.reasons import Reason, Why
from parsers.document.values import BLANK, CellValue, State
from parsers.form.checks import evaluate_one
from parsers.form.model import Form, Identity

# Below this, a copy of a figure may be misread in the same way as the figure itself.
_SURE = 0.9
_CLAIMS = frozenset({State.PRINTED, State.DASH, State.TEXT})


def confirmed(form: Form, cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """The cells, those that OCR read and no sum confirms ``uncertain``; their values stay as read.

    A figure is confirmed by a true sum, which a misreading would have broken, or by a copy of it that is
    read with confidence, if no other sum contradicts that. A cell that was seen to have no ink is blank unless
    a broken sum suggests that it was lost; any other blank among figures of OCR may be a figure not found.
    """
    if all(reading.confidence is None for reading in cells.values()):
        return dict(cells)
    verdicts: dict[str, set[_Verdict]] = {}
    for identity in form.identities:
        verdict = _verdict(identity, cells)
        for cell in (*identity.left, *identity.right):
            verdicts.setdefault(cell, set()).add(verdict)
    unseen = _unseen(form, cells)
    return {
        cell: replace(reading, state=State.UNCERTAIN, reason=Reason(Why.SEEMS_BLANK))
        if cell in unseen
        else _judged(reading, verdicts.get(cell, set()))
        for cell, reading in cells.items()
    }


def _unseen(form: Form, cells: Mapping[str, CellValue]) -> set[str]:
    """The blanks that nobody looked at: those that stand in no row of text that the document itself states."""
    stated = {
        key
        for row in form.rows
        if any(cells[key].confidence is None and cells[key].state in _CLAIMS for key in row.cells)
        for key in row.cells
    }
    return {key for key in cells if cells[key] == BLANK and cells[key].confidence is None and key not in stated}


class _Verdict(Enum):
    """What an identity says of the figures in it."""

    NOTHING = auto()
    BROKEN = auto()
    COPY = auto()
    SUM = auto()


def _verdict(identity: Identity, cells: Mapping[str, CellValue]) -> _Verdict:
    check = evaluate_one(identity, cells)
    if check is None:
        return _Verdict.NOTHING
    if not check.holds:
        return _Verdict.BROKEN
    figures = [sorted(value for key in side if (value := cells[key].value)) for side in (identity.left, identity.right)]
    if figures[0] != figures[1]:
        return _Verdict.SUM
    # 13 = 13 + 0 + 0: the same misreading on both sides would go unseen.
    readings = [cells[key] for key in (*identity.left, *identity.right)]
    telling = [reading for reading in readings if reading.value] or readings
    sure = all(reading.confidence is None or reading.confidence >= _SURE for reading in telling)
    return _Verdict.COPY if sure else _Verdict.NOTHING


def _judged(reading: CellValue, verdicts: set[_Verdict]) -> CellValue:
    broken = _Verdict.BROKEN in verdicts
    if _Verdict.SUM in verdicts or (_Verdict.COPY in verdicts and not broken):
        return reading
    if reading.state is State.BLANK and broken:
        return replace(reading, state=State.UNCERTAIN, reason=Reason(Why.SEEMS_BLANK))
    if reading.confidence is None or reading.state not in _CLAIMS:
        return reading
    if reading.state is State.TEXT:
        doubt = Why.OCR_NO_NUMBER
    else:
        doubt = Why.OCR_CONTRADICTED if broken else Why.OCR_UNCONFIRMED
    raw = reading.raw if reading.raw is not None else str(reading.value)
    return replace(
        reading, state=State.UNCERTAIN, raw=raw, reason=Reason.of(doubt, confidence=f"{reading.confidence:.2f}")
    )
