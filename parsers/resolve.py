"""Let the form's arithmetic choose among readings, and say where it cannot."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product
from math import prod

from parsers.checks import evaluate_one
from parsers.form import Form, Identity
from parsers.placing import Placing, RowReading
from parsers.values import Reading, State

_MAX_COMBINATIONS = 4096


def resolve(form: Form, rows: Sequence[RowReading]) -> dict[str, Reading]:
    """Choose a reading for every cell of the form.

    A row with one placing is certain. Of several, those stand that the row's own identities prove,
    else those that they do not contradict; then those that the identities across rows leave. A cell
    on which all that stand agree is certain, any other is ``uncertain``.
    """
    cells = {cell: reading for row in rows for cell, reading in _first(row)}
    doubtful = [row for row in rows if not row.placings or row.doubt]
    open_rows = [row for row in rows if len(row.placings) > 1]
    for row in doubtful:
        cells |= _undecided(row)
    open_rows = [row for row in open_rows if not _stands(form, row, cells)]
    for row in [row for row in open_rows if not _proved_alone(form, row)]:
        cells |= _refuted(row)
        open_rows.remove(row)
    standing = [_proved_alone(form, row) for row in open_rows]
    for row, placings in zip(open_rows, _proved_together(form, open_rows, standing, cells), strict=True):
        cells |= _agreed(row, placings)
    return {cell: cells[cell] for cell in form.cells}


def _first(row: RowReading) -> Iterator[tuple[str, Reading]]:
    placing = row.preferred or (row.placings[0] if row.placings else ())
    return zip(row.row.cells, placing, strict=bool(placing))


def _undecided(row: RowReading) -> dict[str, Reading]:
    reason = row.doubt or "too many ways to place the row's values"
    placing = row.placings[0] if row.placings else (Reading(None, State.UNCERTAIN),) * len(row.row.columns)
    return {
        cell: Reading(reading.value, State.UNCERTAIN, row.seen, reason)
        for cell, reading in zip(row.row.cells, placing, strict=True)
    }


def _touching(form: Form, keys: Iterable[str]) -> list[Identity]:
    touched = set(keys)
    return [i for i in form.identities if touched.intersection(i.left) or touched.intersection(i.right)]


def _verdicts(identities: Iterable[Identity], cells: Mapping[str, Reading]) -> tuple[int, int]:
    """How many of the identities are broken, and how many are proved."""
    checks = [evaluate_one(identity, cells) for identity in identities]
    return sum(1 for c in checks if c and not c.holds), sum(1 for c in checks if c and c.holds)


def _stands(form: Form, row: RowReading, cells: Mapping[str, Reading]) -> bool:
    """Whether a row's preferred placing meets no objection."""
    return row.preferred is not None and _verdicts(_touching(form, row.row.cells), cells)[0] == 0


def _with(cells: Mapping[str, Reading], row: RowReading, placing: Placing) -> dict[str, Reading]:
    return {**cells, **dict(zip(row.row.cells, placing, strict=True))}


def _refuted(row: RowReading) -> dict[str, Reading]:
    reason = "no way to place the row's values satisfies the form's arithmetic"
    return dict.fromkeys(row.row.cells, Reading(None, State.UNCERTAIN, row.seen, reason))


def _proved_alone(form: Form, row: RowReading) -> list[Placing]:
    """The placings that the row's own identities do not contradict, and of those the best proved."""
    own = set(row.row.cells)
    identities = [i for i in _touching(form, own) if own.issuperset((*i.left, *i.right))]
    scores = [_verdicts(identities, _with({}, row, placing)) for placing in row.placings]
    best = max((proved for broken, proved in scores if not broken), default=0)
    return [p for p, score in zip(row.placings, scores, strict=True) if score == (0, best)]


def _proved_together(
    form: Form, rows: Sequence[RowReading], standing: list[list[Placing]], cells: Mapping[str, Reading]
) -> list[list[Placing]]:
    """The placings that occur in combinations which break no identity; all of them if none does."""
    if not rows or prod(len(placings) for placings in standing) > _MAX_COMBINATIONS:
        return standing
    identities = _touching(form, (cell for row in rows for cell in row.row.cells))
    kept: list[tuple[Placing, ...]] = []
    for combination in product(*standing):
        trial = dict(cells)
        for row, placing in zip(rows, combination, strict=True):
            trial.update(zip(row.row.cells, placing, strict=True))
        if not _verdicts(identities, trial)[0]:
            kept.append(combination)
    return [list(dict.fromkeys(placings)) for placings in zip(*kept, strict=True)] if kept else standing


def _agreed(row: RowReading, placings: list[Placing]) -> dict[str, Reading]:
    """Each cell as all placings have it, or uncertain where they differ."""
    cells = {}
    reason = f"{len(placings)} ways to place the values of the row fit"
    for cell, *readings in zip(row.row.cells, *placings, strict=True):
        distinct = {(reading.value, reading.state) for reading in readings}
        cells[cell] = readings[0] if len(distinct) == 1 else Reading(None, State.UNCERTAIN, row.seen, reason)
    return cells
