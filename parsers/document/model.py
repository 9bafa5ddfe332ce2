"""What a file says, whatever its kind: paragraphs and grids of cells, in reading order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import starmap
from typing import NamedTuple

from parsers.document.reasons import Why


class Unreadable(Exception):  # noqa: N818 - says what the input is
    """The input is no annual report, or cannot be read as one; the message is one line and says why."""


class TooLarge(Unreadable):
    """The input is readable, but far larger than any report; no other reader need try it."""


class NoReport(Unreadable):
    """The input is no annual report; ``hint`` is what it still states of where it belongs."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class Box(NamedTuple):
    """A place on a printed page: its number from 1, and points (1/72 inch) from its top left corner."""

    page: int
    x0: float
    top: float
    x1: float
    bottom: float


class Word(NamedTuple):
    """A word of a printed line, and where it stands."""

    text: str
    box: Box


class GridCell(NamedTuple):
    """A table cell at its origin; ``width`` and ``height`` are its spans in columns and rows.

    ``box`` is where it was printed, if on pages; ``confidence``, 0 to 1, is that of the OCR, if any. ``shows`` says
    what stands in the cell, or may lie over it, besides its text: then the text does not tell what is seen there.
    """

    text: str
    row: int
    column: int
    width: int = 1
    height: int = 1
    box: Box | None = None
    confidence: float | None = None
    shows: Why | None = None


@dataclass(frozen=True, slots=True)
class Grid:
    """A table with its spans expanded.

    Every row lists what covers each column: the same :class:`GridCell` wherever it spans, or None
    where the document has no cell at all (which is not the same as an empty one). ``breaks`` are the
    rows, from 0, with which a new page begins: what stands there may be the rest of the row before.
    ``lines`` are those of a text, from 1, on which the rows stand, if it is a text.
    """

    number: int
    rows: tuple[tuple[GridCell | None, ...], ...]
    path: tuple[int, ...] = ()
    breaks: tuple[int, ...] = ()
    lines: tuple[int, ...] = ()

    def origins(self, row: int) -> Iterator[GridCell]:
        """The cells that begin in ``row``, left to right."""
        cells = enumerate(self.rows[row])
        return iter([cell for column, cell in cells if cell is not None and cell.column == column and cell.row == row])


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a line of a hard-wrapped text; ``line`` is its number, from 1.

    ``path`` numbers the elements of a page that hold it, outermost first; () where nothing does.
    ``words`` are those of a printed line, left to right; () where the text alone is known.
    ``box`` and ``confidence`` are as for a :class:`GridCell`. ``embedded`` names what stands here in
    place of text (``a picture``, ``another page``); '' for text.
    """

    text: str
    line: int
    path: tuple[int, ...] = ()
    box: Box | None = None
    confidence: float | None = None
    embedded: str = ""
    words: tuple[Word, ...] = ()


Block = Paragraph | Grid


@dataclass(frozen=True, slots=True)
class Document:
    """The blocks of a file in reading order, and the facts that it states about itself.

    ``hard_wrapped``: the paragraphs are lines of print, cut wherever the paper ended.
    ``titles``: what the file names as its own title (``<title>``, a printed head), best first.
    ``published``: the day of publication that the file states apart from its text, ``YYYY-MM-DD``.
    """

    blocks: tuple[Block, ...]
    hard_wrapped: bool
    titles: tuple[str, ...] = ()
    printed_url: str | None = None
    printed_on: str | None = None
    published: str | None = None


def day_of(year: str, month: str, day: str) -> str | None:
    """A day as ``YYYY-MM-DD``; None for one that is in no calendar."""
    try:
        return date(int(year), int(month), int(day)).isoformat()
    except ValueError:
        return None


class SpannedCell(NamedTuple):
    """A cell by its text and its spans in columns and rows; ``shows`` is as for a :class:`GridCell`."""

    text: str
    width: int = 1
    height: int = 1
    shows: Why | None = None


def expand(
    number: int, rows: Sequence[Sequence[SpannedCell | tuple[str, int, int]]], path: tuple[int, ...] = ()
) -> Grid:
    """Build a grid from rows of cells as HTML lays them out.

    A cell takes the first free column of its row; spans that overlap keep the earlier cell.
    """
    table: list[list[GridCell | None]] = [[] for _ in rows]
    for row_number, row in enumerate(rows):
        column = 0
        for text, width, height, shows in starmap(SpannedCell, row):
            while column < len(table[row_number]) and table[row_number][column] is not None:
                column += 1
            within = min(height, len(rows) - row_number)
            _cover(table, GridCell(text, row_number, column, width, within, shows=shows))
            column += width
    return Grid(number, tuple(tuple(row) for row in table), path)


def _cover(table: list[list[GridCell | None]], cell: GridCell) -> None:
    for row in table[cell.row : cell.row + cell.height]:
        row.extend([None] * (cell.column + cell.width - len(row)))
        for column in range(cell.column, cell.column + cell.width):
            if row[column] is None:
                row[column] = cell
