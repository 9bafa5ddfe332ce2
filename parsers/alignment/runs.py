"""Runs of values: what stands together at one place."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import TypeVar

from parsers.alignment.labels import Label
from parsers.alignment.layouts import Basis
from parsers.alignment.tokens import Line, Token
from parsers.document.values import BLANK, CellValue, State
from parsers.form.model import Row
from parsers.formats.print_marks import is_lone_number

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class ValueRun:
    """Values that stand together at one place.

    ``placed``: one value for each column of the row, in the form's order; else as many as were found. ``others``
    are further ways in which they may stand in the columns, and ``last_lost`` says that they are those of a row
    whose last value the document lacks. ``loose``: the row may begin a cell earlier, unless a sum is right.
    ``basis`` is how the columns are known. ``label`` is the row label on the same grid row. ``suspect``: a number
    that may be a page number or part of a sentence. ``copy_of``: the row that the words beside it resemble, though
    its label stands elsewhere. ``beside_words``: words that are no label stand on the same grid row. ``sole``: no
    other way to place the values was tried. ``tokens``: where each of the readings stands, None for one that has no
    place of its own.
    """

    readings: tuple[CellValue, ...]
    line: int
    offset: int
    label: Label | None = None
    placed: bool = False
    basis: Basis = Basis.HEADS
    lone: bool = False
    suspect: bool = False
    copy_of: Row | None = None
    others: tuple[tuple[CellValue, ...], ...] = ()
    last_lost: bool = False
    loose: bool = False
    beside_words: bool = False
    sole: bool = field(default=False, compare=False)
    tokens: tuple[Token | None, ...] = field(default=(), compare=False)

    @property
    def filled(self) -> bool:
        """Whether anything but blanks and missing cells stands here."""
        return any(reading.state not in (State.BLANK, State.ABSENT) for reading in self.readings)


def ways_in_order(held: Sequence[_T], size: int, filler: _T) -> Iterator[tuple[_T, ...]]:
    """All ways to put things into ``size`` places in their order, with ``filler`` in the places left over."""
    for places in combinations(range(size), len(held)):
        way = [filler] * size
        for place, thing in zip(places, held, strict=True):
            way[place] = thing
        yield tuple(way)


def counted_runs(line: Line, number: int) -> Iterator[ValueRun]:
    """The runs of values of a line of text, or of a grid row whose columns are not known."""
    run: list[Token] = []
    for token in (*line.tokens, None):
        if token and token.reading:
            run.append(token)
        elif run:
            readings = tuple(t.reading for t in run if t.reading)
            if any(reading != BLANK for reading in readings):
                lone = len(line.tokens) == 1 and is_lone_number(run[0].text)
                in_words = token is not None and len(run) == 1
                yield ValueRun(readings, number, run[0].offset, lone=lone, suspect=in_words, tokens=tuple(run))
            run = []
