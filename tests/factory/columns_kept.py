"""A sheet as ``pdftotext -layout`` and its like print a ruled table: columns kept by spaces, and no rules.

What is set in the middle of its cell has a line of its own, or stands on that of a neighbouring label or of a group's.
Heights are counted in half lines.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from random import Random
from unicodedata import east_asian_width

from tests.factory.html import Rows, Td, ends_of, starts_of, tables_of
from tests.factory.sheet import Sheet
from tests.factory.texts import text_of

_GAP = 2
# The tables, and how many letters wide their columns of labels and one of values are.
_COLUMNS: dict[int, tuple[str, tuple[int, ...], int]] = {
    2: ("disclosure", (26,), 22),
    3: ("applications", (8, 10, 32), 9),
    4: ("disputes", (), 8),
}


@dataclass(frozen=True, slots=True)
class Style:
    """How lines fall. ``snap``: what falls between two lines goes up (-1), down (1), or is a line itself (0).

    ``raised``: by how many half lines the last column of section 3 stands too high; ``all_rows``: in rows of a single
    line too, where it then stands on its neighbour's.
    """

    snap: int
    raised: int = 0
    all_rows: bool = False


@dataclass(frozen=True, slots=True)
class _Cell:
    td: Td
    row: int
    column: int
    lines: list[str]

    @property
    def end(self) -> int:
        return self.column + self.td.width


def columns_kept(sheet: Sheet, rng: Random) -> bytes:
    """Labels to the left, figures in the middle of their cells' height."""
    snap, raised = rng.choice((-1, 0, 0, 1)), rng.choice((0, 0, 0, -2, -1, 1, 2))
    styles = {3: Style(snap, raised, all_rows=rng.random() < 0.15)}
    pages = {}
    for number, rows in tables_of(sheet).items():
        pages[number] = list(_lines(rows, _widths(sheet, number), styles.get(number, Style(snap))))
    return text_of(sheet, pages, gap=False)


def _widths(sheet: Sheet, number: int) -> list[int]:
    """How many letters wide each column is."""
    table, labels, value = _COLUMNS[number]
    serial = [6] if table in sheet.numbered else []
    longest = max((len(text) for row in sheet.block(table) for text in row.texts), default=0)
    return [*serial, *labels, *[max(value, longest + _GAP)] * (sheet.columns(table) + 1)]


def _lines(rows: Rows, widths: Sequence[int], style: Style) -> Iterator[str]:
    """The lines of a table, from top to bottom."""
    edges = [sum(widths[:at]) for at in range(len(widths) + 1)]
    cells = [cell for number, row in enumerate(rows) for cell in _cells(number, row, starts_of(rows)[number], edges)]
    heights = [max([1, *(len(c.lines) for c in cells if c.row == n and c.td.height == 1)]) for n in range(len(rows))]
    tops = [2 * sum(heights[:at]) for at in range(len(heights) + 1)]
    printed: dict[int, list[tuple[int, str]]] = defaultdict(list)
    for cell in cells:
        height = tops[min(cell.row + cell.td.height, len(rows))] - tops[cell.row]
        y = tops[cell.row] + (height - 2 * len(cell.lines)) // 2
        y += style.snap if y % 2 else 0
        if cell.end == max(ends_of(rows)) and cell.td.height == 1 and (height > 2 or style.all_rows):
            y += style.raised
        for number, line in enumerate(cell.lines):
            printed[y + 2 * number].append((edges[cell.column], line))
    yield from (_set(printed[y]) for y in sorted(printed))


def _cells(number: int, row: Sequence[Td], starts: Sequence[int], edges: Sequence[int]) -> Iterator[_Cell]:
    for td, column in zip(row, starts, strict=True):
        room = edges[min(column + td.width, len(edges) - 1)] - edges[column] - _GAP
        yield _Cell(td, number, column, _wrapped(td.text, room))


def _wrapped(text: str, width: int) -> list[str]:
    lines = [""] if text else []
    for char in text:
        if char == "\n" or (lines[-1] and _wide(lines[-1] + char) > width and not char.isascii()):
            lines.append("")
        lines[-1] += char.strip("\n")
    return lines


def _wide(text: str) -> int:
    return sum(2 if east_asian_width(char) in "WF" else 1 for char in text)


def _set(pieces: list[tuple[int, str]]) -> str:
    """A line of text whose pieces begin where they should, or as soon as there is room."""
    line = ""
    for left, text in sorted(pieces):
        line += " " * max(left - _wide(line), _GAP if line else 0) + text
    return line
