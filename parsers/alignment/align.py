"""Align a document with the form: labels by meaning and order, values by place, arithmetic to decide.

``docs/reading.md`` explains how, with an example. Nothing here depends on the kind of document.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from parsers.alignment.arithmetic import resolve
from parsers.alignment.assignment import Assignment, assign_rows
from parsers.alignment.labels import Entry, Label, entries_of, find_labels, is_within
from parsers.alignment.layouts import Layouts, row_labels
from parsers.alignment.page_breaks import mend_breaks
from parsers.alignment.proof import proved
from parsers.alignment.runs import ValueRun
from parsers.alignment.shapes import MEMORY, FormRows, mould_of, shape_of
from parsers.alignment.stray_values import has_broken_numbers
from parsers.alignment.tokens import Stream, text_of, tokenize
from parsers.alignment.units import in_units, printed_units
from parsers.alignment.value_runs import find_value_runs
from parsers.document.model import Block, Box, Grid
from parsers.document.values import CellValue, State
from parsers.form.model import Form, Row, form_of, forms, known_labels


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row's values stood: grid and row of it, or line, each counted from 1; in print, also the box.

    ``text`` is what stands there: a grid row's cells with tabs between them, or the line.
    """

    text: str
    table: int | None = None
    row: int | None = None
    line: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """What an alignment rests on: the labels and runs of values found, and which row got which."""

    stream: Stream
    entries: Sequence[Entry]
    labels: Sequence[Label]
    runs: Sequence[ValueRun]
    assignment: Assignment


@dataclass(frozen=True, slots=True)
class Alignment:
    """Every cell of the form as the document has it, and where each row was read."""

    form: Form
    cells: Mapping[str, CellValue]
    places: Mapping[str, Place]
    rows_found: int
    traced: Callable[[], Trace]

    @property
    def trace(self) -> Trace:
        """What the alignment rests on, worked out where the memory of shapes had no need of it."""
        return self.traced()

    def lost_tables(self) -> tuple[str, ...]:
        """The tables of which the document has no cell at all."""
        return self._tables_of({State.ABSENT})

    def empty_tables(self) -> tuple[str, ...]:
        """The tables that the document prints without anything in them: an empty template is no report."""
        lost = self.lost_tables()
        return tuple(table for table in self._tables_of({State.ABSENT, State.BLANK}) if table not in lost)

    def _tables_of(self, states: Collection[State]) -> tuple[str, ...]:
        """The tables all of whose cells are in one of the states."""
        tables = dict.fromkeys(row.table for row in self.form.rows)
        others = {row.table for row in self.form.rows for cell in row.cells if self.cells[cell].state not in states}
        return tuple(table for table in tables if table not in others)


def align(blocks: Sequence[Block], year: int | None) -> Alignment:
    """Read the form's cells from blocks; ``year`` decides the edition only where no label does."""
    whole = mend_breaks(blocks, known_labels())
    shape = shape_of(whole, year) if MEMORY.is_on else None
    rows = MEMORY.recall(shape, whole)
    trace = None
    if rows is None:
        rows, trace = _rows(whole, year)
        MEMORY.keep(shape, mould_of(rows, trace.stream, trace.assignment))
    form = rows.form
    cells = in_units(form, rows.units, proved(form, rows.rows, resolve(form, rows.rows), broken=rows.broken))
    lines = [(block, row) for block in whole for row in range(len(block.rows) if isinstance(block, Grid) else 1)]
    places = {row.row.key: _place(*lines[row.line]) for row in rows.rows if row.line is not None}
    return Alignment(form, cells, places, rows.rows_found, cache(lambda: trace or _rows(whole, year)[1]))


def _rows(blocks: Sequence[Block], year: int | None) -> tuple[FormRows, Trace]:
    """The rows of the form with their candidates, and what they rest on."""
    stream = tokenize(blocks)
    form = _edition(stream, year)
    entries = entries_of(form)
    labels = find_labels(stream, entries)
    if others := _of_other_editions(form, stream, {entries[label.entry].row for label in labels}):
        entries = entries_of(form, others)
        labels = find_labels(stream, entries)
    found = row_labels(stream, entries, labels)
    layouts = Layouts(stream, labels, found, year)
    runs = find_value_runs(stream, labels, found, layouts)
    assignment = assign_rows(stream, [entry.row for entry in entries if entry.row], labels, found, runs, layouts)
    rows = [row for row in assignment.rows if row.row in form.rows]
    units, broken = printed_units(form, stream), has_broken_numbers(stream, found)
    return FormRows(form, rows, len(found), broken, units), Trace(stream, entries, labels, runs, assignment)


def _edition(stream: Stream, year: int | None) -> Form:
    """The edition whose own labels the document has most of; of equals that of the year, then the newest."""
    known = forms()
    shared = frozenset.intersection(*(form.labels() for form in known))
    of_year = next((form for form in known if year and form.edition <= year), known[0])

    def evidence(form: Form) -> tuple[int, bool]:
        return sum(len(label) for label in form.labels() - shared if label in stream.text), form is of_year

    return max(known, key=evidence)


def _of_other_editions(form: Form, stream: Stream, found: Collection[Row | None]) -> list[Row]:
    """Rows that another edition prints in place of a whole group of this one's, if the document does so too.

    Their values are no other row's.
    """
    return [
        group
        for group in _groups_elsewhere(form.edition)
        if group.keys[0] in stream.text and not any(row and is_within(row, group) for row in found)
    ]


@cache
def _groups_elsewhere(edition: int) -> tuple[Row, ...]:
    """The rows that other editions print in place of groups of this one."""
    own = form_of(edition).rows
    return tuple(row for other in forms() for row in other.rows if any(is_within(one, row) for one in own))


def _place(block: Block, row: int) -> Place:
    text = text_of(block, row)
    if isinstance(block, Grid) and block.lines:
        return Place(text, line=block.lines[row], box=_row_box(block, row))
    if isinstance(block, Grid):
        return Place(text, table=block.number, row=row + 1, box=_row_box(block, row))
    return Place(text, line=block.line, box=block.box)


def _row_box(grid: Grid, row: int) -> Box | None:
    """The box around the cells that a row has for itself."""
    own = [cell.box for cell in grid.origins(row) if cell.box and cell.height == 1]
    if not own:
        return None
    boxes = [box for box in own if box.page == own[0].page]
    return Box(
        own[0].page,
        min(box.x0 for box in boxes),
        min(box.top for box in boxes),
        max(box.x1 for box in boxes),
        max(box.bottom for box in boxes),
    )
