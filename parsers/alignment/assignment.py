"""Which values belong to which row, and all the ways in which they may stand in its cells."""

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import accumulate, chain, combinations, pairwise
from math import comb

from parsers.alignment.labels import Label
from parsers.alignment.layouts import Basis, Layout, Layouts, RowLabel, plain_layout
from parsers.alignment.runs import ValueRun, ways_in_order
from parsers.alignment.tokens import Stream
from parsers.document.reasons import Reason, Why
from parsers.document.values import BLANK, CellValue, State, joined_number
from parsers.form.model import Row

# What a sharing of the values costs, a value: one that a row lacks, one too many in it, one left
# over, one that stands before its label; and each lone number left over, each gap that two rows share.
_LACK = 10
_EXCESS = 15
_LEFT = 10
_BEFORE = 1
_LONE = 20
_SHARED = 25
_MAX_GAP = 16
# How many characters of a label its ordinal has at most.
_ORDINAL = 2
_MAX_PLACINGS = 2000
# With more numbers too many, a row is as likely two rows.
_MOST_BROKEN = 3

Placing = tuple[CellValue, ...]
_Path = tuple["_Path | None", tuple[int, int]]


@dataclass(frozen=True, slots=True)
class RowCandidates:
    """A row of the form and every way to read it.

    One placing: its place is certain. More: the arithmetic has to choose; ``preferred`` is used
    unless an identity contradicts it. None: too many to try. ``contested``: the document
    prints different values for the row, and nothing may choose between them. ``loose``: one of its values
    may be a page number, or all may be another row's. ``basis`` is how the columns are known;
    ``counted``: the values have no columns, and were counted.
    ``seen`` is what was printed.
    """

    row: Row
    placings: tuple[Placing, ...]
    seen: str = ""
    line: int | None = None
    preferred: Placing | None = None
    doubt: Why | None = None
    contested: bool = False
    loose: bool = False
    basis: Basis = Basis.HEADS
    counted: bool = False

    @property
    def is_empty(self) -> bool:
        """Whether the row is empty."""
        return all(reading.state in (State.BLANK, State.ABSENT) for placing in self.placings for reading in placing)


@dataclass(slots=True)
class LabelAnchor:
    """A label, and the runs near it: its row's own, suspects, blanks, and rivals that may be its own too."""

    label: Label
    row_label: RowLabel | None
    runs: list[ValueRun] = field(default_factory=list)
    inside: list[ValueRun] = field(default_factory=list)
    suspects: list[ValueRun] = field(default_factory=list)
    rivals: list[ValueRun] = field(default_factory=list)
    blanks: list[ValueRun] = field(default_factory=list)
    unsettled: bool = False
    displaced: bool = False
    before_lost: bool = False
    after_lost: bool = False
    mixed: bool = False
    layout: Layout | None = None

    @property
    def wanted(self) -> int:
        """How many values the label still lacks."""
        return max(0, self.size - _size(self.runs))

    @property
    def size(self) -> int:
        """How many values the label's row has; none for a heading."""
        if self.row_label is None or self.layout is None:
            return 0
        return len(self.row_label.row.columns if self.layout.columns else self.layout.slots)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Every row with its candidates; the labels with the runs near them; the runs that stand for a lost label."""

    rows: Sequence[RowCandidates]
    anchors: Sequence[LabelAnchor]
    orphans: Mapping[str, ValueRun]


def assign_rows(
    stream: Stream,
    rows: Sequence[Row],
    labels: Sequence[Label],
    found: Sequence[RowLabel],
    runs: Sequence[ValueRun],
    layouts: Layouts,
) -> Assignment:
    """Read every row of the form: found ones by their values, lost ones by the runs left over."""
    by_label = {row_label.label: row_label for row_label in found}
    stops = [_anchor(stream, label, by_label.get(label), layouts) for label in labels]
    _mark_beside_lost(rows, stops)
    leftovers = _share_out(stream, stops, runs)
    orphans = _orphans(stream, rows, stops, leftovers) | _headless(rows, stops, runs)
    readings: dict[str, list[RowCandidates]] = {}
    for stop in stops:
        if stop.row_label:
            reading = _unsettled(stop.row_label, stop) if stop.unsettled else _read_row(stop.row_label, stop)
            readings.setdefault(stop.row_label.row.key, []).append(reading)
    candidates = [
        _merged(readings[row.key]) if row.key in readings else _lost_row(row, orphans.get(row.key)) for row in rows
    ]
    return Assignment(candidates, stops, orphans)


def _anchor(stream: Stream, label: Label, row_label: RowLabel | None, layouts: Layouts) -> LabelAnchor:
    if row_label is None:
        return LabelAnchor(label, None)
    grid = stream.lines[row_label.last_line].grid
    return LabelAnchor(label, row_label, layout=layouts.of(grid, row_label.row))


def _mark_beside_lost(rows: Sequence[Row], stops: Sequence[LabelAnchor]) -> None:
    """Mark the labels before and after rows of the form that have none: values beside them may be those rows'."""
    found = {stop.row_label.row.key for stop in stops if stop.row_label}
    lost = [row.key not in found for row in rows]
    before_lost = {row.key for row, after in zip(rows, [*lost[1:], False], strict=True) if after}
    after_lost = {row.key for row, before in zip(rows, [False, *lost], strict=False) if before}
    for stop in stops:
        stop.before_lost = stop.row_label is not None and stop.row_label.row.key in before_lost
        stop.after_lost = stop.row_label is not None and stop.row_label.row.key in after_lost


def _lost_row(row: Row, orphan: ValueRun | None) -> RowCandidates:
    if orphan is None:
        return RowCandidates(row, (_absent(row, Why.NO_ROW),))
    doubt = None if not row.path and _adds_up(orphan.readings) else Why.LABEL_LOST
    return RowCandidates(row, (orphan.readings,), _seen([orphan]), orphan.line, doubt=doubt, basis=orphan.basis)


def _headless(rows: Sequence[Row], stops: Sequence[LabelAnchor], runs: Sequence[ValueRun]) -> dict[str, ValueRun]:
    """For a row whose label are its heads, if these are lost: the only values after all labels that are as many."""
    end = max((stop.label.end for stop in stops), default=0)
    found = {stop.row_label.row.key for stop in stops if stop.row_label}
    orphans = {}
    for row in rows:
        whole = [run for run in runs if run.offset >= end and len(run.readings) == len(row.columns)]
        if not row.path and row.key not in found and len(whole) == 1:
            orphans[row.key] = whole[0]
    return orphans


def _adds_up(readings: Sequence[CellValue]) -> bool:
    """Whether the fifth number of each five is the sum of the others."""
    numbers = [reading.value for reading in readings]
    fives = [numbers[start : start + 5] for start in range(0, len(numbers), 5)]
    return all(five[-1] is not None and five[-1] == sum(n for n in five[:-1] if n is not None) for five in fives)


def _merged(readings: list[RowCandidates]) -> RowCandidates:
    """One reading of a row that is printed more than once; what differs is contested."""
    telling = [reading for reading in readings if not reading.is_empty]
    placings = dict.fromkeys(placing for reading in telling for placing in reading.placings)
    if len(telling) < 2 or (len(placings) == 1 and all(reading.placings for reading in telling)):
        return (telling or readings)[0]
    seen = "; ".join(reading.seen for reading in telling)
    basis = max((reading.basis for reading in telling), key=lambda basis: basis.value)
    return RowCandidates(
        telling[0].row, tuple(placings), seen, telling[0].line, doubt=Why.CONTESTED, contested=True, basis=basis
    )


def _share_out(stream: Stream, stops: list[LabelAnchor], runs: Sequence[ValueRun]) -> list[ValueRun]:
    """Give each run to the row before, around or after it; returns those left over."""
    gaps = _sorted_out(stream, stops, runs)
    leftovers = []
    for index, (gap, (kept, given)) in enumerate(zip(gaps, _split(gaps, stops), strict=True)):
        if index:
            stops[index - 1].runs += [*stops[index - 1].inside, *gap[:kept]]
        if index < len(stops):
            stops[index].runs += gap[given:]
        leftovers += gap[kept:given]
    for stop in stops:
        stop.runs.sort(key=lambda run: run.line)
    _mark_unsettled(stream, stops, gaps)
    _mark_displaced(stream, stops)
    _mark_crowded(stream, stops)
    _mark_below_label(stops)
    _mark_mixed(stops)
    return leftovers


def _mark_unsettled(stream: Stream, stops: Sequence[LabelAnchor], gaps: Sequence[Sequence[ValueRun]]) -> None:
    """Mark the rows whose values stand above their label without a good reason.

    They may also be those of the row before; and above a label of one line there are none unless that is usual.
    """
    held = [set(map(id, stop.runs)) for stop in stops]
    early = [any(id(run) in own for run in gap) for own, gap in zip(held, gaps, strict=False)]
    short = [on for stop, on in zip(stops, early, strict=True) if _is_short(stream, stop)]
    usual = 2 * sum(short) > len(short)
    for before, stop, on in zip([None, *stops], stops, early, strict=False):
        claimed = before is not None and before.row_label is not None and _size(before.runs) != before.size
        stop.unsettled = on and (claimed or (not usual and _is_short(stream, stop)))


def _mark_displaced(stream: Stream, stops: Sequence[LabelAnchor]) -> None:
    """Mark the rows whose values stand below a label of one line although beside it is usual."""
    short = [stop for stop in stops if stop.runs and _is_short(stream, stop)]
    off = [stop for stop in short if stop.row_label and all(u.line != stop.row_label.last_line for u in stop.runs)]
    for stop in off:
        stop.displaced = 2 * len(off) < len(short)


def _mark_crowded(stream: Stream, stops: Sequence[LabelAnchor]) -> None:
    """Mark the rows whose values stand in a grid row that has another row's label, or part of it, as well."""
    found = [stop.row_label for stop in stops if stop.row_label and stop.row_label.row.path]
    times = Counter(number for label in found for number in range(label.first_line, label.last_line + 1))
    for stop in stops:
        if any(stream.lines[run.line].grid and times[run.line] > 1 for run in stop.runs):
            stop.unsettled = True


def _mark_below_label(stops: Sequence[LabelAnchor]) -> None:
    """Mark the rows that have nothing but values below their label, where the next row of the form has no label."""
    for stop in stops:
        label, counted = stop.row_label, stop.runs and not any(run.placed for run in stop.runs)
        if label and counted and stop.before_lost and all(run.line > label.last_line for run in stop.runs):
            stop.unsettled = True


def _mark_mixed(stops: Sequence[LabelAnchor]) -> None:
    """Mark the rows that have values towards a row that lacks some: these may be its.

    That is so if others stand beside their label, and a sum tells, unless all are alike; or if the other row lacks all.
    """
    for before, stop, after in zip([None, *stops], stops, [*stops[1:], None], strict=False):
        if stop.row_label is None or stop.unsettled:
            continue
        above = [run for run in stop.runs if run.line < stop.row_label.first_line]
        below = [run for run in stop.runs if run.line > stop.row_label.last_line]
        open_to = [other for other, runs in ((before, above), (after, below)) if other and runs and other.wanted]
        if open_to and len(above) + len(below) < len(stop.runs):
            alike = len({reading.value for run in stop.runs for reading in run.readings}) == 1
            stop.unsettled, stop.mixed = alike, not alike
        elif any(not other.runs and not other.blanks for other in open_to):
            stop.unsettled = True


def _is_short(stream: Stream, stop: LabelAnchor) -> bool:
    """Whether all of a row's label stands on a single line of text.

    A label of which only the beginning was found may continue, and heads that are a label have no values beside them.
    """
    found = stop.row_label
    if found is None or not found.row.path or stream.lines[found.first_line].grid:
        return False
    whole = found.label.end - found.label.start >= len(found.row.keys[0]) - _ORDINAL
    return whole and found.first_line == found.last_line


def _sorted_out(stream: Stream, stops: list[LabelAnchor], runs: Sequence[ValueRun]) -> list[list[ValueRun]]:
    """Note each run at the stops that it stands beside; returns those between labels, by their gap."""
    by_label = {stop.label: stop for stop in stops}
    ends = [stop.label.end for stop in stops]
    gaps: list[list[ValueRun]] = [[] for _ in range(len(stops) + 1)]
    for run in runs:
        before = bisect_right(ends, run.offset)
        around = before < len(stops) and stops[before].label.start < run.offset
        near = [stops[before]] if around else stops[max(before - 1, 0) : before + 1]
        if run.label:
            (by_label[run.label].runs if run.filled else by_label[run.label].blanks).append(run)
            continue
        near = [stop for stop in near if _may_hold(stream, stop, run)]
        if run.suspect:
            for stop in near:
                stop.suspects.append(run)
        elif run.copy_of:
            # A copy may stand anywhere in the row's table: rows change places.
            tables = {stop.row_label.row.table for stop in near if stop.row_label}
            for stop in stops if run.copy_of.table in tables else ():
                if stop.row_label and stop.row_label.row is run.copy_of:
                    stop.rivals.append(run)
        elif run.filled and near:
            (stops[before].inside if around else gaps[before]).append(run)
    return gaps


def _may_hold(stream: Stream, stop: LabelAnchor, run: ValueRun) -> bool:
    """Whether a row may have a run: a number in running text is no value of a row in a grid."""
    return stop.row_label is not None and bool(
        stream.lines[run.line].grid or not stream.lines[stop.row_label.last_line].grid
    )


def _split(gaps: list[list[ValueRun]], stops: list[LabelAnchor]) -> list[tuple[int, int]]:
    """For each gap, how many runs stay with the label before it, and from which on they go to the next.

    Minimises the cost over the whole form, so that every row's count votes on where a text puts its
    values. That a gap is shared by two rows costs more than one stray value saves, or the stray would
    move the values of all the rows after it. What stands on a label's own line is never given to the
    next.
    """
    sizes = [_sums(len(run.readings) for run in gap) for gap in gaps]
    costs = [_sums(map(_leftover, gap)) for gap in gaps]
    best: dict[int, tuple[int, _Path]] = {
        given: (costs[0][given], (None, (0, given))) for kept, given in _cuts(gaps[0]) if kept == 0
    }
    for index, stop in enumerate(stops):
        gap, size, cost, lacking = gaps[index + 1], sizes[index + 1], costs[index + 1], stop.wanted - _size(stop.inside)
        attached = sum(stop.row_label is not None and run.line == stop.row_label.last_line for run in gap)
        least = len(gap) if index == len(stops) - 1 else attached
        begun = [(sizes[index][-1] - sizes[index][start], *reached) for start, reached in best.items()]
        begun = [held for held in begun if stop.row_label or not held[0]]
        following: dict[int, tuple[int, _Path]] = {}
        for kept, given in _cuts(gap):
            if given < least or (kept and not stop.row_label):
                continue
            own = cost[given] - cost[kept] + (_SHARED if kept and given < len(gap) else 0)
            for early, so_far, path in begun:
                lack = lacking - early - size[kept]
                total = so_far + own + (_LACK * lack if lack > 0 else -_EXCESS * lack) + _BEFORE * early
                if given not in following or total < following[given][0]:
                    following[given] = (total, (path, (kept, given)))
        best = following
    _, path = min(best.values(), key=lambda pair: pair[0])
    return _in_order(path)


def _in_order(path: "_Path | None") -> list[tuple[int, int]]:
    """The cuts of a path, the first one first."""
    cuts = []
    while path is not None:
        path, cut = path
        cuts.append(cut)
    return cuts[::-1]


def _sums(numbers: Iterable[int]) -> list[int]:
    """The sums of the first numbers: of none, of one, and so on."""
    return [0, *accumulate(numbers)]


def _cuts(gap: list[ValueRun]) -> Iterator[tuple[int, int]]:
    size = len(gap)
    near = [n for n in range(size + 1) if n <= _MAX_GAP or n >= size - _MAX_GAP]
    return ((kept, given) for kept in near for given in near if kept <= given)


def _leftover(run: ValueRun) -> int:
    """The cost of a run left over: a lone number is more likely part of a row than several."""
    return _LONE if len(run.readings) == 1 else _LEFT * len(run.readings)


def _size(runs: Sequence[ValueRun]) -> int:
    return sum(len(run.readings) for run in runs)


def _orphans(
    stream: Stream, rows: Sequence[Row], stops: list[LabelAnchor], leftovers: list[ValueRun]
) -> dict[str, ValueRun]:
    """Leftover values: for a lost label if they fit just one, else rivals of the rows beside them."""
    keys = [row.key for row in rows]
    printed = {stop.row_label.row.key for stop in stops if stop.row_label}
    orphans: dict[str, ValueRun] = {}
    for run in leftovers:
        before = [stop for stop in stops if stop.label.end <= run.offset]
        after = [stop for stop in stops if stop.label.start >= run.offset]
        first = max((keys.index(stop.row_label.row.key) + 1 for stop in before if stop.row_label), default=0)
        last = min((keys.index(stop.row_label.row.key) for stop in after if stop.row_label), default=len(keys))
        lost = [row for row in rows[first:last] if row.key not in printed]
        if len(lost) == 1 and len(lost[0].columns) == len(run.readings):
            orphans[lost[0].key] = run
            continue
        for stop in (*before[-1:], *after[:1]):
            bare = not any(token.key for token in stream.lines[run.line].tokens)
            if stop.row_label and (bare or 2 * len(run.readings) > len(stop.row_label.row.columns)):
                stop.rivals.append(run)
    return orphans


def _unsettled(label: RowLabel, share: LabelAnchor) -> RowCandidates:
    return RowCandidates(label.row, (), _seen(share.runs), share.runs[0].line, doubt=Why.UNSETTLED, contested=True)


def _read_row(label: RowLabel, share: LabelAnchor) -> RowCandidates:
    row, runs, size = label.row, share.runs, len(label.row.columns)
    line = runs[0].line if runs else label.last_line
    if not runs and share.blanks and not share.rivals:
        return RowCandidates(row, (share.blanks[0].readings,), line=line)
    # Where the row's own line is empty, values beside other words may be those of a row that no one knows.
    empty = share.blanks if not runs or any(run.beside_words for run in runs) else []
    rivals = [rival for rival in (*share.rivals, *empty) if [rival.readings] != [run.readings for run in runs]]
    if rivals and (runs or empty):
        seen = "; ".join(_seen([run]) for run in (*runs, *rivals))
        placings = dict.fromkeys(run.readings for run in (*runs, *rivals) if len(run.readings) == size)
        # Others contest all cells of the row, and so do values without any words, which may be parts of broken numbers.
        whole = len(placings) == len(runs) + len(rivals) and all(map(_is_named, rivals))
        return _contested(row, tuple(placings) if whole else (), seen, line)
    if len(runs) == 1 and runs[0].placed and len(runs[0].readings) == size:
        # The values above or below an empty row may be another's; in section 2 nothing proves that they are not.
        off = runs[0].label is None and bool(share.blanks)
        if off and (share.before_lost if runs[0].line > label.last_line else share.after_lost):
            return _contested(row, (runs[0].readings, share.blanks[0].readings), _seen(runs), line)
        others = (share.blanks[0].readings,) if off and row.table == "disclosure" else ()
        run = replace(runs[0], others=(*runs[0].others, *others), last_lost=runs[0].last_lost and not others)
        return replace(_placed_row(row, run), loose=off or run.loose)
    if not runs and not share.suspects:
        return RowCandidates(row, (_absent(row, Why.NO_VALUE),), line=line)
    return _counted_row(row, share, line)


def _is_named(rival: ValueRun) -> bool:
    """Whether words say whose values these are."""
    return bool(rival.label or rival.copy_of or rival.beside_words)


def _contested(row: Row, placings: tuple[Placing, ...], seen: str, line: int) -> RowCandidates:
    return RowCandidates(row, placings, seen, line, doubt=Why.CONTESTED, contested=bool(placings))


def _counted_row(row: Row, share: LabelAnchor, line: int) -> RowCandidates:
    """A row whose values have no columns: all ways to place them, the suspects that may be missing among them."""
    runs, layout = share.runs, share.layout or plain_layout(row)
    size = len(layout.slots)
    doubt = Why.OVERFULL if 2 * (_size(runs) - size) > size else None
    # A number that may be a page number does not prove that the row has any.
    spread: list[Placing] = [] if runs else [_absent(row, Why.NO_VALUE)]
    for chosen in chain(_extras(runs, share.suspects, size), _exchanged(row, runs, share.suspects)):
        for readings in _orders(chosen, size):
            if doubt or _count(len(readings), size) + len(spread) > _MAX_PLACINGS:
                return RowCandidates(row, (), _seen(runs), line, doubt=doubt)
            spread += (layout.in_form(placing, len(row.columns)) for placing in _spread(readings, size))
    placings, seen = tuple(dict.fromkeys(spread)), _seen([*runs, *share.suspects])
    if share.displaced and row.table == "disclosure":  # No sum proves whose values these are.
        return RowCandidates(row, placings if len(placings) == 1 else (), seen, line, doubt=Why.DISPLACED)
    loose = share.displaced or share.mixed or len(runs) > 1
    return RowCandidates(row, placings, seen, line, loose=loose, basis=layout.basis, counted=True)


def _placed_row(row: Row, run: ValueRun) -> RowCandidates:
    placings = tuple(dict.fromkeys((run.readings, *run.others)))
    # A row that has lost a value has lost the last one, unless the arithmetic objects; in section 2 it cannot.
    preferred = run.readings if run.last_lost and row.table != "disclosure" else None
    seen = _seen([run]) if run.others else ""
    return RowCandidates(row, placings, seen, run.line, preferred=preferred, basis=run.basis)


def _orders(runs: Sequence[ValueRun], size: int) -> Iterator[list[CellValue]]:
    """The values of runs from top to bottom; and from bottom to top where one of two holds a single value.

    A total that is set a little higher than the rest of its row stands on the line above it. Where there are too many,
    neighbours may be one number that is broken.
    """
    ordered = sorted(runs, key=lambda run: run.line)
    readings = [reading for run in ordered for reading in run.readings]
    yield readings
    if size < len(readings) <= size + _MOST_BROKEN:
        yield from _joined(readings, size)
    if len(ordered) == 2 and _size(ordered) == size > 2 and len(ordered[0].readings) == 1:
        yield [reading for run in reversed(ordered) for reading in run.readings]


def _joined(readings: Sequence[CellValue], size: int) -> Iterator[list[CellValue]]:
    """All ways to make ``size`` numbers of more by joining neighbours."""
    for breaks in combinations(range(1, len(readings)), size - 1):
        parts = [readings[start:end] for start, end in pairwise((0, *breaks, len(readings)))]
        joined = [_one_number(part) for part in parts]
        if all(joined):
            yield [value for value in joined if value]


def _one_number(parts: Sequence[CellValue]) -> CellValue | None:
    """Neighbouring numbers as one; None where they cannot be."""
    if len(parts) == 1:
        return parts[0]
    whole = joined_number(" ".join(part.shown for part in parts))
    return whole and replace(whole, state=State.PRINTED, reason=None)


def _extras(runs: list[ValueRun], suspects: list[ValueRun], size: int) -> Iterator[list[ValueRun]]:
    """The row's own values, and if they are too few, those with one suspect number added."""
    yield runs
    if _size(runs) < size:
        yield from ([*runs, suspect] for suspect in suspects)


def _exchanged(row: Row, runs: list[ValueRun], suspects: list[ValueRun]) -> Iterator[list[ValueRun]]:
    """The row's values with one exchanged for the suspect number beside it: either may be the page number.

    In sections 3 and 4 a wrong choice breaks a sum; in section 2 nothing would tell.
    """
    if row.table != "disclosure":
        return
    ordered = sorted([*runs, *suspects], key=lambda run: run.line)
    own, doubted = set(map(id, runs)), set(map(id, suspects))
    for one, other in pairwise(ordered):
        for run, suspect in ((one, other), (other, one)):
            if run.lone and id(run) in own and id(suspect) in doubted:
                yield [*(kept for kept in runs if kept is not run), suspect]


def _count(values: int, size: int) -> int:
    return comb(max(values, size), min(values, size))


def _spread(readings: Sequence[CellValue], size: int) -> Iterator[Placing]:
    """All ways to put readings into ``size`` cells in their order, with gaps or with some left out."""
    if not readings:
        return
    if len(readings) >= size:
        yield from combinations(readings, size)
    else:
        yield from ways_in_order(readings, size, BLANK)


def _absent(row: Row, why: Why) -> Placing:
    return (CellValue(None, State.ABSENT, reason=Reason(why)),) * len(row.columns)


def _seen(runs: Sequence[ValueRun]) -> str:
    return " ".join(reading.shown for run in runs for reading in run.readings if reading.shown)
