"""The stages of an alignment one after the other, for tests that look at what one of them hands on."""

from dataclasses import dataclass

from parsers.alignment.assignment import RowCandidates, assign_rows
from parsers.alignment.labels import entries_of, find_labels
from parsers.alignment.layouts import Layouts, row_labels
from parsers.alignment.runs import ValueRun
from parsers.alignment.tokens import Stream, tokenize
from parsers.alignment.value_runs import find_value_runs
from parsers.document.model import Block, Grid, Paragraph, expand
from parsers.document.values import CellValue, Number
from parsers.form.model import form_of

FORM = form_of(2021)
Cell = str | tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Stages:
    """What the stages made of some blocks."""

    stream: Stream
    runs: list[ValueRun]
    rows: dict[str, RowCandidates]


def stages_of(*blocks: Block | str) -> Stages:
    """Take blocks, or lines of text, through the stages up to the assignment."""
    stream = tokenize([Paragraph(one, at) if isinstance(one, str) else one for at, one in enumerate(blocks, start=1)])
    entries = entries_of(FORM)
    labels = find_labels(stream, entries)
    found = row_labels(stream, entries, labels)
    layouts = Layouts(stream, labels, found, 2023)
    runs = find_value_runs(stream, labels, found, layouts)
    assignment = assign_rows(stream, FORM.rows, labels, found, runs, layouts)
    return Stages(stream, runs, {row.row.code: row for row in assignment.rows})


def table(*rows: list[Cell]) -> Grid:
    """A table; a cell is its text, with width and height where it spans."""
    return expand(1, [[(cell, 1, 1) if isinstance(cell, str) else cell for cell in row] for row in rows])


def values(readings: tuple[CellValue, ...]) -> list[Number | str | None]:
    """Numbers, and the state of what is none."""
    return [reading.state.value if reading.value is None else reading.value for reading in readings]
