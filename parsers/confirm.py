"""Which figures of a scan may be believed: those that the form's arithmetic confirms.

OCR misreads a digit now and then and is sure of it, so that its own confidence proves nothing. A
misread figure breaks the sums that it takes part in, unless another misreading makes up for it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from parsers.checks import evaluate_one
from parsers.form import Form, Identity
from parsers.values import Reading, State

# Below this, a copy of a figure may be misread in the same way as the figure itself.
_SURE = 0.9
_CLAIMS = frozenset({State.PRINTED, State.DASH})


def confirmed(form: Form, cells: Mapping[str, Reading]) -> dict[str, Reading]:
    """The cells, those that OCR read and no sum confirms ``uncertain``; their values stay as read.

    A figure is confirmed if every identity of it that can be evaluated holds, and one of these is
    evidence (see :func:`_is_evidence`). An empty cell is what it is unless a sum says otherwise.
    """
    if all(reading.confidence is None for reading in cells.values()):
        return dict(cells)
    broken, proved = _verdicts(form.identities, cells)
    return {cell: _judged(reading, cell in broken, cell in proved) for cell, reading in cells.items()}


def _verdicts(identities: Iterable[Identity], cells: Mapping[str, Reading]) -> tuple[set[str], set[str]]:
    """The cells that some identity contradicts, and those that one confirms."""
    broken: set[str] = set()
    proved: set[str] = set()
    for identity in identities:
        check = evaluate_one(identity, cells)
        if check and not check.holds:
            broken.update(identity.left, identity.right)
        elif check and _is_evidence(identity, cells):
            proved.update(identity.left, identity.right)
    return broken, proved


def _is_evidence(identity: Identity, cells: Mapping[str, Reading]) -> bool:
    """Whether a sum that holds would have been broken by a misreading.

    A true sum would. But where one figure alone makes up either side, as in 13 = 13 + 0 + 0, or all is 0,
    the same misreading on both sides goes unseen: then the engine must be sure of every figure.
    """
    sides = (identity.left, identity.right)
    if any(sum(bool(cells[key].value) for key in side) > 1 for side in sides):
        return True
    confidences = (cells[key].confidence for side in sides for key in side)
    return all(confidence is None or confidence >= _SURE for confidence in confidences)


def _judged(reading: Reading, broken: bool, proved: bool) -> Reading:
    if reading.confidence is None:
        return reading
    said = f"read by OCR with confidence {reading.confidence:.2f}"
    if reading.state is State.TEXT:
        return replace(reading, state=State.UNCERTAIN, reason=f"{said}; no number")
    if reading.state not in _CLAIMS or (proved and not broken):
        return reading
    raw = reading.raw if reading.raw is not None else str(reading.value)
    return replace(reading, state=State.UNCERTAIN, raw=raw, reason=f"{said}; {_doubt(broken)}")


def _doubt(broken: bool) -> str:
    return "a sum contradicts it" if broken else "no sum confirms it"
