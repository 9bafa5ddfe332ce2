"""Which values belong to which row, and all the ways in which they may stand in its cells."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from math import comb, inf

from parsers.form import Row
from parsers.labels import Label
from parsers.tokens import Stream
from parsers.units import ABSENT, RowLabel, Unit
from parsers.values import BLANK, Reading, State

_MISFIT = 10
_BEFORE = 1
_MAX_GAP = 16
_MAX_PLACINGS = 2000

Placing = tuple[Reading, ...]


@dataclass(frozen=True, slots=True)
class RowReading:
    """A row of the form and every way to read it.

    One placing: its place is certain. More: the arithmetic has to choose; ``preferred`` is the one
    that stands unless the arithmetic objects. None: too many to try. ``seen`` is what was printed.
    """

    row: Row
    placings: tuple[Placing, ...]
    seen: str = ""
    line: int | None = None
    preferred: Placing | None = None
    doubt: str | None = None


@dataclass(slots=True)
class _Share:
    """The units that a row was given, and those near it that were given to nobody."""

    units: list[Unit] = field(default_factory=list)
    suspects: list[Unit] = field(default_factory=list)
    rivals: list[Unit] = field(default_factory=list)
    blanks: list[Unit] = field(default_factory=list)


def place_rows(
    stream: Stream, rows: Sequence[Row], labels: Sequence[Label], found: Sequence[RowLabel], units: Sequence[Unit]
) -> list[RowReading]:
    """Read every row of the form: found ones by their values, lost ones by what is left over."""
    shares, leftovers = _share_out(stream, labels, found, units)
    orphans = _orphans(rows, found, shares, leftovers)
    by_row = {label.row.key: label for label in found}
    readings = []
    for row in rows:
        label = by_row.get(row.key)
        if label:
            readings.append(_read_row(row, label, shares[row.key]))
        elif row.key in orphans:
            unit = orphans[row.key]
            doubt = "the row's label was not found; the values stand where the row should be"
            readings.append(RowReading(row, (unit.readings,), _seen([unit]), unit.line, doubt=doubt))
        else:
            readings.append(RowReading(row, (_absent(row, "the row was not found"),)))
    return readings


def _share_out(
    stream: Stream, labels: Sequence[Label], found: Sequence[RowLabel], units: Sequence[Unit]
) -> tuple[dict[str, _Share], list[tuple[int, Unit]]]:
    """Give each unit to the row before, around or after it; the rest is left over with its gap."""
    shares = {label.row.key: _Share() for label in found}
    stops = _stops(labels, found)
    gaps: list[list[Unit]] = [[] for _ in range(len(stops) + 1)]
    inside: list[list[Unit]] = [[] for _ in stops]
    for unit in units:
        before = sum(1 for _, label in stops if label.end <= unit.offset)
        around = before < len(stops) and stops[before][1].start < unit.offset
        near = [stops[index][0] for index in ((before,) if around else (before - 1, before)) if 0 <= index < len(stops)]
        if not any(_may_hold(stream, row_label, unit) for row_label in near):
            continue
        if unit.row:
            (shares[unit.row.key].units if unit.filled else shares[unit.row.key].blanks).append(unit)
        elif unit.suspect:
            for row_label in near:
                if row_label:
                    shares[row_label.row.key].suspects.append(unit)
        elif unit.filled:
            (inside[before] if around else gaps[before]).append(unit)
    wants = [_wanted(row_label, shares) for row_label, _ in stops]
    leftovers = []
    for index, (gap, (kept, given)) in enumerate(zip(gaps, _split(gaps, inside, wants), strict=True)):
        _give(shares, stops[index - 1][0] if index else None, gap[:kept])
        _give(shares, stops[index][0] if index < len(stops) else None, gap[given:])
        leftovers += [(index, unit) for unit in gap[kept:given]]
    for (row_label, _), held in zip(stops, inside, strict=True):
        _give(shares, row_label, held)
    return shares, leftovers


_Stop = tuple[RowLabel | None, Label]


def _stops(labels: Sequence[Label], found: Sequence[RowLabel]) -> list[_Stop]:
    by_entry = {row_label.label.entry: row_label for row_label in found}
    return [(by_entry.get(label.entry), label) for label in labels]


def _give(shares: dict[str, _Share], row_label: RowLabel | None, units: list[Unit]) -> None:
    if row_label:
        shares[row_label.row.key].units += units
        shares[row_label.row.key].units.sort(key=lambda unit: unit.line)


def _may_hold(stream: Stream, row_label: RowLabel | None, unit: Unit) -> bool:
    """Whether a row may have a unit: a number in running text is no value of a row in a grid."""
    return row_label is not None and bool(stream.lines[unit.line].grid or not stream.lines[row_label.last_line].grid)


def _wanted(row_label: RowLabel | None, shares: dict[str, _Share]) -> int:
    """How many values a label still wants."""
    if row_label is None:
        return 0
    owned = sum(len(unit.readings) for unit in shares[row_label.row.key].units)
    return max(0, len(row_label.row.columns) - owned)


def _split(gaps: list[list[Unit]], inside: list[list[Unit]], wants: list[int]) -> list[tuple[int, int]]:
    """For each gap, how many units stay with the label before it, and from which on they go to the next.

    Minimises misfit over the whole form: a value too few or too many costs ten, a value that stands
    before its label one. Every row's count thus votes on where a text puts its values.
    """
    best: dict[int, tuple[float, list[tuple[int, int]]]] = {}
    for kept, given in _cuts(gaps[0]):
        if kept == 0:
            best[given] = (_MISFIT * _size(gaps[0][:given]), [(0, given)])
    for index, want in enumerate(wants):
        held = _size(inside[index])
        following: dict[int, tuple[float, list[tuple[int, int]]]] = {}
        last = index == len(wants) - 1
        for start, (cost, path) in best.items():
            early = _size(gaps[index][start:])
            for kept, given in _cuts(gaps[index + 1]):
                if last and given < len(gaps[index + 1]):
                    continue
                count = early + held + _size(gaps[index + 1][:kept])
                total = cost + _MISFIT * (abs(want - count) + _size(gaps[index + 1][kept:given])) + _BEFORE * early
                if total < following.get(given, (inf, []))[0]:
                    following[given] = (total, [*path, (kept, given)])
        best = following
    return min(best.values(), key=lambda pair: pair[0])[1] if best else [(0, 0)]


def _cuts(gap: list[Unit]) -> Iterator[tuple[int, int]]:
    size = len(gap)
    near = [n for n in range(size + 1) if n <= _MAX_GAP or n >= size - _MAX_GAP]
    return ((kept, given) for kept in near for given in near if kept <= given)


def _size(units: Sequence[Unit]) -> int:
    return sum(len(unit.readings) for unit in units)


def _orphans(
    rows: Sequence[Row],
    found: Sequence[RowLabel],
    shares: dict[str, _Share],
    leftovers: list[tuple[int, Unit]],
) -> dict[str, Unit]:
    """Leftover rows of values: for a lost label if they fit just one, else rivals of their neighbours."""
    keys = [row.key for row in rows]
    orphans: dict[str, Unit] = {}
    for _, unit in leftovers:
        before = [keys.index(label.row.key) for label in found if label.label.end <= unit.offset]
        after = [keys.index(label.row.key) for label in found if label.label.start >= unit.offset]
        first, last = (before[-1] if before else -1), (after[0] if after else len(keys))
        lost = [row for row in rows[first + 1 : last] if len(row.columns) == len(unit.readings)]
        if len(lost) == 1 and len(rows[first + 1 : last]) == 1:
            orphans[lost[0].key] = unit
            continue
        for neighbour in (first, last):
            if 0 <= neighbour < len(keys) and len(rows[neighbour].columns) == len(unit.readings) > 1:
                shares[keys[neighbour]].rivals.append(unit)
    return orphans


def _read_row(row: Row, label: RowLabel, share: _Share) -> RowReading:
    units, size = share.units, len(row.columns)
    line = units[0].line if units else label.last_line
    if not units and share.blanks:
        return RowReading(row, (share.blanks[0].readings,), line=line)
    if len(units) == 1 and units[0].placed:
        return _placed_row(row, units[0], share)
    if not units and not share.suspects:
        return RowReading(row, (_absent(row, "no value stands beside the row's label"),), line=line)
    placings: list[Placing] = []
    for extra in _extras(units, share.suspects, size):
        readings = [r for unit in sorted([*units, *extra], key=lambda u: u.line) for r in unit.readings]
        if _count(len(readings), size) + len(placings) > _MAX_PLACINGS:
            return RowReading(row, (), _seen(units), line)
        placings += _spread(readings, size)
    placings += [rival.readings for rival in share.rivals]
    return RowReading(row, tuple(dict.fromkeys(placings)), _seen([*units, *share.suspects]), line)


def _placed_row(row: Row, unit: Unit, share: _Share) -> RowReading:
    placings = [unit.readings]
    if unit.shifted and ABSENT in unit.readings:
        # The row has lost a value; the last one, unless the arithmetic says otherwise.
        kept = [reading for reading in unit.readings if reading is not ABSENT]
        placings += _spread(kept, len(row.columns), ABSENT)
    placings += [rival.readings for rival in share.rivals if rival.placed]
    distinct = tuple(dict.fromkeys(placings))
    preferred = unit.readings if unit.shifted and not share.rivals else None
    return RowReading(row, distinct, _seen([unit]), unit.line, preferred=preferred)


def _extras(units: list[Unit], suspects: list[Unit], size: int) -> list[list[Unit]]:
    """The row's own values, and if they are too few, those with one suspect number added."""
    own: list[list[Unit]] = [[]]
    return own + ([[suspect] for suspect in suspects] if _size(units) < size else [])


def _count(values: int, size: int) -> int:
    return comb(max(values, size), min(values, size))


def _spread(readings: Sequence[Reading], size: int, filler: Reading = BLANK) -> Iterator[Placing]:
    """All ways to put readings into ``size`` cells in their order, with gaps or with some left out."""
    if not readings:
        return
    if len(readings) >= size:
        yield from combinations(readings, size)
        return
    for cells in combinations(range(size), len(readings)):
        placing = [filler] * size
        for cell, reading in zip(cells, readings, strict=True):
            placing[cell] = reading
        yield tuple(placing)


def _absent(row: Row, reason: str) -> Placing:
    return (Reading(None, State.ABSENT, reason=reason),) * len(row.columns)


def _seen(units: Sequence[Unit]) -> str:
    readings = (reading for unit in units for reading in unit.readings)
    return " ".join(str(reading.value) if reading.raw is None else reading.raw for reading in readings)
