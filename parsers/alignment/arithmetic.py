"""The form's arithmetic chooses among the ways to read a row, where it can."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import product
from math import prod

from parsers.alignment.assignment import Placing, RowCandidates
from parsers.document.reasons import Reason, Why
from parsers.document.values import BLANK, CellValue, State
from parsers.form.checks import evaluate_one
from parsers.form.model import Form, Identity

_MAX_COMBINATIONS = 1024


def resolve(form: Form, rows: Sequence[RowCandidates]) -> dict[str, CellValue]:
    """Choose a reading for every cell of the form.

    A row with one placing is certain. Of several, those remain that the row's own identities prove,
    else those that they do not contradict; of these, those that the identities across rows allow. A cell
    that is the same in all of them is certain, any other is ``uncertain``.
    """
    cells = {cell: reading for row in rows for cell, reading in _before_arithmetic(row)}
    open_rows = [row for row in rows if _is_open(row) and not _stands(form, row, cells)]
    standing = []
    for row in open_rows:
        placings = _uncontradicted(form, row)
        if placings:
            standing.append((row, placings))
        else:
            cells |= dict.fromkeys(row.row.cells, CellValue(None, State.UNCERTAIN, row.seen, Reason(Why.NO_WAY)))
    for row, placings in _uncontradicted_together(form, standing, cells):
        proved = len(placings) > 1 or _proved(form, row, placings[0])
        fitting = placings if proved else row.placings
        cells |= _agreed(row, fitting, Reason.of(Why.SEVERAL_WAYS, count=len(fitting)))
    for row in rows:
        if row.loose and (_broken(_touching(form, row.row.cells), cells) or not _summed(form, row, cells)):
            cells |= {
                cell: replace(cells[cell], state=State.UNCERTAIN, reason=Reason(Why.LOOSE)) for cell in row.row.cells
            }
    return {cell: cells[cell] for cell in form.cells}


def _is_open(row: RowCandidates) -> bool:
    return len(row.placings) > 1 and not row.contested


def _before_arithmetic(row: RowCandidates) -> Iterable[tuple[str, CellValue]]:
    """A row's cells by themselves; open ones have no value until they are decided."""
    unknown = CellValue(None, State.UNCERTAIN, row.seen, Reason(row.doubt or Why.TOO_MANY_WAYS))
    if row.contested:
        return _agreed(row, row.placings, Reason(row.doubt or Why.CONTESTED)).items()
    if row.doubt and row.placings:
        doubted = (replace(unknown, value=reading.value) for reading in row.placings[0])
        return zip(row.row.cells, doubted, strict=True)
    if _is_open(row) or not row.placings:
        return zip(row.row.cells, row.preferred or (unknown,) * len(row.row.columns), strict=True)
    return zip(row.row.cells, row.placings[0], strict=True)


def _touching(form: Form, keys: Iterable[str]) -> list[Identity]:
    touched = set(keys)
    return [i for i in form.identities if touched.intersection(i.left) or touched.intersection(i.right)]


def _broken(identities: Iterable[Identity], cells: Mapping[str, CellValue]) -> bool:
    checks = (evaluate_one(identity, cells) for identity in identities)
    return any(check is not None and not check.holds for check in checks)


def _stands(form: Form, row: RowCandidates, cells: Mapping[str, CellValue]) -> bool:
    """Whether no identity contradicts a row's preferred placing."""
    return row.preferred is not None and not _broken(_touching(form, row.row.cells), cells)


def _with(cells: Mapping[str, CellValue], row: RowCandidates, placing: Placing) -> dict[str, CellValue]:
    return {**cells, **dict(zip(row.row.cells, placing, strict=True))}


def _own(form: Form, row: RowCandidates) -> list[Identity]:
    """The identities that hold within the row."""
    cells = set(row.row.cells)
    return [i for i in _touching(form, cells) if cells.issuperset((*i.left, *i.right))]


def _proved(form: Form, row: RowCandidates, placing: Placing) -> bool:
    """Whether every identity of the row's own can be evaluated and holds, one of them not as 0 = 0."""
    checks = [evaluate_one(identity, _with({}, row, placing)) for identity in _own(form, row)]
    whole = all(check is not None and check.holds for check in checks)
    return whole and any(check is not None and check.left for check in checks)


def _summed(form: Form, row: RowCandidates, cells: Mapping[str, CellValue]) -> bool:
    """Whether any identity of the row's own can be evaluated, if it has one."""
    own = _own(form, row)
    return not own or any(evaluate_one(identity, cells) is not None for identity in own)


def _uncontradicted(form: Form, row: RowCandidates) -> list[Placing]:
    """The placings that the row's own identities do not contradict.

    One that fills the row and is proved by figures other than 0 beats those that leave cells empty: a
    page number is hardly ever the total that its row lacks.
    """
    identities = _own(form, row)
    fitting = [placing for placing in row.placings if not _broken(identities, _with({}, row, placing))]
    full = [placing for placing in fitting if BLANK not in placing and any(reading.value for reading in placing)]
    return [placing for placing in full if _proved(form, row, placing)] or fitting


def _uncontradicted_together(
    form: Form, standing: list[tuple[RowCandidates, list[Placing]]], cells: Mapping[str, CellValue]
) -> list[tuple[RowCandidates, list[Placing]]]:
    """The placings that occur in combinations which break no identity; all of them if none does."""
    rows = [row for row, _ in standing]
    if not rows or prod(len(placings) for _, placings in standing) > _MAX_COMBINATIONS:
        return standing
    identities = _touching(form, (cell for row in rows for cell in row.row.cells))
    kept: list[tuple[Placing, ...]] = []
    for combination in product(*(placings for _, placings in standing)):
        trial = dict(cells)
        for row, placing in zip(rows, combination, strict=True):
            trial.update(zip(row.row.cells, placing, strict=True))
        if not _broken(identities, trial):
            kept.append(combination)
    if not kept:
        return standing
    return [(row, list(dict.fromkeys(column))) for row, column in zip(rows, zip(*kept, strict=True), strict=True)]


def _agreed(row: RowCandidates, placings: Sequence[Placing], reason: Reason) -> dict[str, CellValue]:
    """Each cell as all placings have it, or uncertain where they differ."""
    cells = {}
    for cell, *readings in zip(row.row.cells, *placings, strict=True):
        distinct = {(reading.value, reading.state) for reading in readings}
        cells[cell] = readings[0] if len(distinct) == 1 else CellValue(None, State.UNCERTAIN, row.seen, reason)
    return cells
