"""The proof of each cell; a cell without one is uncertain.

A figure of a scan may be believed if the form's arithmetic confirms it.
OCR sometimes misreads a digit with high confidence, so its confidence proves nothing. A
misread figure breaks the sums that it takes part in, unless another misreading makes up for it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from itertools import pairwise

from parsers.alignment.assignment import RowCandidates
from parsers.alignment.layouts import Basis
from parsers.document.reasons import Reason, Why
from parsers.document.values import BLANK, CellValue, Proof, State
from parsers.form.checks import evaluate_one
from parsers.form.model import Form, Identity, Row

# The states of a cell that claim to be right.
_CERTAIN = frozenset({State.PRINTED, State.BLANK, State.DASH})
# A figure may be in several parts, over lines or in elements that a missing style sheet may hide.
_IN_PARTS = frozenset({Reason(Why.CUT_NUMBER), Reason(Why.LACKS_STYLE)})
# Below this, a copy of a figure may be misread in the same way as the figure itself.
_SURE = 0.9
_CLAIMS = frozenset({State.PRINTED, State.DASH, State.TEXT})


def _confirmed(form: Form, cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
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
    """The blanks that were not looked at: those in rows without any text of the document itself."""
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
    reason = Reason.of(doubt, confidence=f"{reading.confidence:.2f}")
    return replace(reading, state=State.UNCERTAIN, raw=reading.shown, reason=reason)


def proved(
    form: Form, rows: Sequence[RowCandidates], cells: Mapping[str, CellValue], *, broken: bool
) -> dict[str, CellValue]:
    """The cells with their proofs; one that nothing proves is ``uncertain``, its value as read.

    Where no head names the columns, sums have to prove the form's order, unless it makes no difference. Where numbers
    are ``broken`` over lines, no counted value is sure to be whole.
    """
    cells = _line_off(form, rows, _with_joined(form, _confirmed(form, cells)))
    summed = _summed(form, cells)
    known: dict[str, CellValue] = {}
    for row in rows:
        doubt = _doubt_of_order(form, row, [cells[key] for key in row.row.cells], cells)
        doubt = Why.CUT_NUMBER if broken and row.counted else doubt
        chosen = _chosen(row)
        for key in row.row.cells:
            cell = cells[key]
            if cell.state not in _CERTAIN:
                known[key] = cell
            elif doubt or (key in chosen and key not in summed):
                reason = Reason(doubt) if doubt else Reason.of(Why.SEVERAL_WAYS, count=len(row.placings))
                known[key] = replace(cell, state=State.UNCERTAIN, raw=cell.shown, reason=reason)
            else:
                known[key] = cell.known_by(_proof(cell, counted=row.counted, summed=key in summed))
    return {key: known[key] for key in cells}


def _chosen(row: RowCandidates) -> set[str]:
    """The cells of a row that ways to place its values have differently: arithmetic chose, and has to prove it.

    That no identity speaks against a way is no proof: where a total is left blank, none is evaluated.
    """
    if len(row.placings) < 2 or row.preferred:
        return set()
    columns = zip(row.row.cells, *row.placings, strict=True)
    return {key for key, *values in columns if len({(value.value, value.state) for value in values}) > 1}


def _proof(cell: CellValue, *, counted: bool, summed: bool) -> Proof:
    if cell.state is State.BLANK:
        return Proof.SUM if counted and summed else Proof.EMPTY
    return Proof.SUM if summed and cell.state is State.PRINTED else Proof.PLACED


def without_lost_sums(form: Form, cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """The cells after some became uncertain; one whose sums can no longer be worked out has the proof of its place."""
    summed = _summed(form, cells)
    return {
        key: replace(cell, proof=_proof(cell, counted=False, summed=False))
        if cell.proof is Proof.SUM and key not in summed
        else cell
        for key, cell in cells.items()
    }


def _summed(form: Form, cells: Mapping[str, CellValue]) -> set[str]:
    """The cells of the identities that hold, and would not hold with another value: 0 = 0 says nothing of a place."""
    summed: set[str] = set()
    for identity in form.identities:
        check = evaluate_one(identity, cells)
        if check and check.holds and check.left:
            summed.update((*identity.left, *identity.right))
    return summed


def _with_joined(form: Form, cells: Mapping[str, CellValue]) -> dict[str, CellValue]:
    """The cells with the numbers that are in several parts, where a sum holds only for the whole numbers."""
    cut = {key: cell for key, cell in cells.items() if cell.reason in _IN_PARTS and cell.value is not None}
    whole = {
        key: replace(cell, state=State.PRINTED, reason=None, raw=None if cell.raw == str(cell.value) else cell.raw)
        for key, cell in cut.items()
    }
    trial = {**cells, **whole}
    proved_by_sum = _summed(form, trial) if cut else set()
    broken = {
        key
        for identity in form.identities
        if cut and (check := evaluate_one(identity, trial)) and not check.holds
        for key in (*identity.left, *identity.right)
    }
    return {
        **cells,
        **{key: replace(cell, value=None) for key, cell in cut.items()},
        **{key: cell for key, cell in whole.items() if key in proved_by_sum - broken},
    }


def _line_off(form: Form, rows: Sequence[RowCandidates], cells: dict[str, CellValue]) -> dict[str, CellValue]:
    """The cells, totals of counted rows ``uncertain`` where each completes the sum of a neighbour and not its own."""
    counted = {row.row.key for row in rows if row.counted}
    sums = [identity for identity in form.identities if identity.name == _ACROSS[0]]
    broken = {
        identity.totals[0]: check
        for identity in sums
        if (check := evaluate_one(identity, cells)) and not check.holds
        if identity.totals[0].rpartition("/")[0] in counted
    }
    off = {
        total
        for one, other in pairwise(identity.totals[0] for identity in sums)
        if one in broken and other in broken
        if broken[one].left == broken[other].right or broken[other].left == broken[one].right
        for total in (one, other)
    }
    doubted = {key: replace(cells[key], state=State.UNCERTAIN, reason=Reason(Why.LINE_OFF)) for key in off}
    return {**cells, **doubted}


def _doubt_of_order(
    form: Form, row: RowCandidates, held: Sequence[CellValue], cells: Mapping[str, CellValue]
) -> Why | None:
    """Why it is not known which column each of a row's values stands in."""
    if row.basis is Basis.CONTRADICTED:
        return Why.OTHER_HEADS
    alike = len({(cell.value, cell.state) for cell in held}) == 1
    if row.basis is Basis.HEADS or alike:
        return None
    return None if _order_is_proved(form, row.row, cells) else Why.NO_HEADS


def _order_is_proved(form: Form, row: Row, cells: Mapping[str, CellValue]) -> bool:
    """Whether sums of several figures, of every total that rows of the block have, leave no place but the form's."""
    totals = {key for identity in form.identities if identity.name in _ACROSS for key in identity.totals}
    block = [other for other in form.rows if other.columns == row.columns]
    wanted = {key.rpartition("/")[0] if row.path else key for other in block for key in other.cells if key in totals}
    proving = [
        identity
        for identity in form.identities
        if identity.name in _ACROSS
        and wanted.intersection((*identity.totals, *(key.rpartition("/")[0] for key in identity.totals)))
        and (check := evaluate_one(identity, cells))
        and check.holds
        and sum(bool(cells[key].value) for key in identity.right) > 1
    ]
    return bool(proving) if row.path else len(proving) == len(wanted) > 0


# The identities of which the total stands in a row, beside what it sums up.
_ACROSS = ("applicants", "disputes")
