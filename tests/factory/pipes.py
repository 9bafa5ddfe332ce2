"""A sheet whose tables are text with bars or tabs, or rows of a web page, and have lost the spans of their cells.

A cell that spans rows stands in its first row only, one that spans columns is a single cell. What such programs put
in the place of the spans (nothing, bars, empty cells at the end of a row) is what the makes differ in.
"""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.factory.html import Rows, Td, ends_of, page_with, plain_table, tables_of
from tests.factory.markdown import on_page
from tests.factory.sheet import PrintedRow, Sheet
from tests.factory.texts import tabbed_text, text_of


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table: the texts of its cells, and how many cells the widest row has more."""

    texts: tuple[str, ...]
    fill: int


Writer = Callable[[Line], list[str]]


def closing_bar(sheet: Sheet, rng: Random) -> bytes:
    """A bar after every cell, none before the first."""
    return _text(sheet, rng, lambda line: ["".join(f"{text} | " for text in line.texts).rstrip()])


def padded(sheet: Sheet, rng: Random) -> bytes:
    """Rows filled up at their end to the widest one, with bars or with empty cells."""
    opening, tight = rng.choice(("| ", "")), rng.random() < 0.5

    def line(row: Line) -> list[str]:
        cells = "".join(f"{text} | " for text in row.texts)
        return [opening + cells + ("|" * row.fill if tight else " | " * row.fill)]

    return _text(sheet, rng, line)


def bar_after_cell(sheet: Sheet, rng: Random) -> bytes:
    """A cell a line with a bar after it; the bars that fill a row stand on a line of their own."""
    return _text(sheet, rng, lambda row: [*(f"{text} |" for text in row.texts), *filter(None, ["|" * row.fill])])


def cell_after_bar(sheet: Sheet, rng: Random) -> bytes:
    """Each cell on the line after its bar, and a bar after the last one."""
    filled = rng.random() < 0.5
    gap = [""] if rng.random() < 0.3 else []

    def line(row: Line) -> list[str]:
        cells = [part for text in row.texts for part in ("|", *gap, *filter(None, [text]), *gap)]
        return [*cells, "|" * (row.fill + 1) if filled else "|", *gap]

    return _text(sheet, rng, line)


def tabs_doubled(sheet: Sheet, rng: Random) -> bytes:
    """Two tabs between cells."""
    return tabbed_text(sheet, rng, "\t\t")


def empty_cells_dropped(sheet: Sheet, rng: Random) -> bytes:
    """Empty cells are left out, and rows filled up at their end: where a cell stood cannot be told any more."""

    def line(row: Line) -> list[str]:
        texts = [text for text in row.texts if text]
        return ["".join(f"{text} | " for text in texts) + "|" * (row.fill + len(row.texts) - len(texts))]

    return _text(sheet, rng, line)


def markdown_rows(sheet: Sheet, rng: Random) -> bytes:
    """Markdown without spans: a label, its values; perhaps filled up with empty cells."""
    fill = rng.random() < 0.5
    tables = {}
    for number, rows in _lines(sheet).items():
        cells = ([*line.texts, *[""] * (line.fill * fill)] for line in rows)
        first, *others = (f"| {' | '.join(row)} |".replace("\n", "<br>") for row in cells)
        width = len(rows[0].texts) + rows[0].fill
        tables[number] = [first, "|" + "---|" * width, *others]
    return on_page(sheet, tables, rng)


def labels_astray(sheet: Sheet, rng: Random) -> bytes:
    """What turns print into Markdown: a long label stands before the table, and the row has its figures alone."""
    tables = {}
    for number, rows in _lines(sheet).items():
        lines, inside = [], False
        for row, printed in zip(rows, printed_rows(sheet)[number], strict=True):
            texts = list(row.texts)
            if printed and len(printed.name) > 14 and rng.random() < 0.7:
                before = texts[: len(texts) - len(printed.texts)]
                wrapped = [text[at : at + 20] for text in before for at in range(0, len(text), 20)]
                lines, inside, texts = [*lines, "", *wrapped], False, texts[len(before) :]
            lines.append(f"| {' | '.join(texts)} |".replace("\n", " "))
            if not inside:
                lines, inside = [*lines, "|" + "---|" * len(texts)], True
        tables[number] = lines
    return on_page(sheet, tables, rng)


def spans_stripped(sheet: Sheet, rng: Random) -> bytes:
    """A web page whose spans an editor took away; short rows may be filled up with empty cells."""
    fill = rng.random() < 0.7
    tables = iter(_lines(sheet).values())

    def table(_: Rows) -> str:
        return plain_table([[Td(text) for text in (*row.texts, *[""] * (row.fill * fill))] for row in next(tables)])

    return page_with(sheet, rng, table)


def _text(sheet: Sheet, rng: Random, write: Writer) -> bytes:
    """A text whose tables have rows written by ``write``."""
    pages = {number: [part for line in lines for part in write(line)] for number, lines in _lines(sheet).items()}
    return text_of(sheet, pages, gap=False)


def _lines(sheet: Sheet) -> dict[int, list[Line]]:
    """The rows of each table. A row that lacks a cell is not filled up in its place: it would have an empty one."""
    tables = {}
    for number, rows in tables_of(sheet).items():
        width = max(ends_of(rows))
        lines = []
        for row, printed in zip(rows, printed_rows(sheet)[number], strict=True):
            missing = len(printed.printed_order) - len(printed.texts) if printed else 0
            lines.append(Line(tuple(td.text for td in row), max(width - len(row) - missing, 0)))
        tables[number] = lines
    return tables


def printed_rows(sheet: Sheet) -> dict[int, list[PrintedRow | None]]:
    """What each row of the tables prints; None for a row of heads."""
    disclosure: list[PrintedRow | None] = []
    for block in sheet.blocks():
        disclosure += [None, *([None] if sheet.heads_over(block[0].row) else []), *block]
    tables = {2: disclosure}
    for number, table in ((3, "applications"), (4, "disputes")):
        over = len(tables_of(sheet)[number]) - len(sheet.block(table))
        tables[number] = [*[None] * over, *sheet.block(table)]
    return tables
