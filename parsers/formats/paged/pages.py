"""Pages to a document: page heads and feet removed, tables that page breaks cut joined."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from parsers.characters.folding import squeeze
from parsers.document.model import Block, Box, Document, Grid, GridCell, Paragraph, Word
from parsers.document.values import read_value
from parsers.formats.paged.page import PrintedPage, Rectangle
from parsers.formats.paged.ruled_tables import PageBlock, RuledTable, page_blocks
from parsers.formats.paged.words import TextLine
from parsers.formats.print_marks import is_print_mark

# Parts of the height of a page in which heads and feet stand (42 mm of A4; GB/T 9704 leaves 37 free), how far (points)
# theirs may wander, and how many lines they have.
_MARGIN = 0.14
_WANDER = 8.0
_FURNITURE_LINES = 3
# The sides of a table on two pages are the same if they are nearer than this (points).
_SAME_EDGE = 6.0
# Edges of columns nearer than this (points) on two pages are one.
_SAME_COLUMN = 4.0


class LaidOut(NamedTuple):
    """A page once its characters are put together: its height (points), its blocks from top to bottom."""

    height: float
    blocks: Sequence[PageBlock]


def laid_out(page: PrintedPage) -> LaidOut:
    """The tables and lines of a page, which hold much less than its characters."""
    return LaidOut(page.height, page_blocks(page))


def document_of(pages: Iterable[PrintedPage]) -> Document:
    """The document of some pages; lines of text are numbered from 1 through all of them."""
    return joined([laid_out(page) for page in pages])


def joined(pages: Sequence[LaidOut]) -> Document:
    """The same of pages that are laid out."""
    return Document(tuple(_assembled(_without_furniture(pages))), hard_wrapped=True)


def _without_furniture(pages: Sequence[LaidOut]) -> list[list[PageBlock]]:
    """Pages without the lines that stand at the same height of several of them and differ in digits only."""
    marginal = [
        {id(line): _mark_of(line, page.height) for line in _marginal(page.blocks, page.height)} for page in pages
    ]
    count = Counter(mark for marks in marginal for mark in set(marks.values()))
    near = Counter({mark: sum(count[text, at] for text, at in _neighbours(mark)) for mark in count})
    return [
        [block for block in page.blocks if near[marks.get(id(block), ("", 0))] < 2]
        for page, marks in zip(pages, marginal, strict=True)
    ]


def _marginal(blocks: Sequence[PageBlock], height: float) -> Iterator[TextLine]:
    """The outermost lines of a page, but for print marks and rows of values, which are known by what they say."""
    for outermost in (blocks[:_FURNITURE_LINES], blocks[::-1][:_FURNITURE_LINES]):
        for block in outermost:
            at_edge = block.top < _MARGIN * height or block.top > (1 - _MARGIN) * height
            if not isinstance(block, TextLine) or not at_edge:
                break
            if not is_print_mark(block.text) and not _is_row(block.text):
                yield block


def _is_row(text: str) -> bool:
    """Whether a line is several values and nothing else: rows of other pages differ from it in digits only."""
    values = text.split()
    return len(values) > 1 and all(map(read_value, values))


def _mark_of(line: TextLine, height: float) -> tuple[str, int]:
    """What a line says but for its digits, and how high it stands; feet are measured from the bottom."""
    at = line.top if line.top < height / 2 else line.top - height
    return re.sub(r"\d+", "#", squeeze(line.text)), round(at / _WANDER)


def _neighbours(mark: tuple[str, int]) -> list[tuple[str, int]]:
    return [(mark[0], mark[1] + step) for step in (-1, 0, 1)]


def _assembled(pages: Sequence[Sequence[PageBlock]]) -> Iterator[Block]:
    """Blocks in order; a table waits for its rest on the next page, and print marks do not end it."""
    lines = 0
    grids = 0
    table: list[RuledTable] = []
    for block in (block for blocks in pages for block in blocks):
        goes_on = bool(table) and isinstance(block, RuledTable) and _goes_on(table[-1], block)
        if table and not goes_on and not (isinstance(block, TextLine) and is_print_mark(block.text)):
            grids += 1
            yield _grid(grids, table)
            table = []
        if isinstance(block, RuledTable):
            table.append(block)
        else:
            lines += 1
            yield _paragraph(block, lines)
    if table:
        yield _grid(grids + 1, table)


def _paragraph(line: TextLine, number: int) -> Paragraph:
    words = tuple(Word(text, _box(line.page, box)) for text, box in line.words)
    return Paragraph(line.text, number, box=_box(line.page, line.box), confidence=line.confidence, words=words)


def _goes_on(table: RuledTable, following: RuledTable) -> bool:
    """Whether a table at the top of a page is the rest of the one that ended the page before."""
    if following.page != table.page + 1 or abs(table.xs[-1] - following.xs[-1]) > _SAME_EDGE:
        return False
    fewer, more = sorted((table.xs, following.xs), key=len)
    # A group's cell that fills the page has no rule across it, and seems no part of the table.
    within = all(min(abs(x - other) for other in more) < _SAME_EDGE for x in fewer)
    return within or abs(table.xs[0] - following.xs[0]) < _SAME_EDGE


def _grid(number: int, tables: Sequence[RuledTable]) -> Grid:
    edges = _columns(tables)
    rows: list[list[GridCell | None]] = []
    breaks = []
    for table in tables:
        first = len(rows)
        breaks.append(first)
        downs = {y: first + at for at, y in enumerate(table.ys)}
        acrosses = {x: _nearest(edges, x) for x in table.xs}
        rows += [[None] * (len(edges) - 1) for _ in table.ys[1:]]
        for cell in table.cells:
            top, bottom = downs[cell.box.top], downs[cell.box.bottom]
            left, right = acrosses[cell.box.x0], acrosses[cell.box.x1]
            box = _box(table.page, cell.box)
            placed = GridCell(cell.text, top, left, right - left, bottom - top, box, cell.confidence, cell.shows)
            for row in rows[top:bottom]:
                row[left:right] = [placed] * (right - left)
    kept, breaks = _without_slivers(rows, breaks[1:])
    return Grid(number, tuple(tuple(row) for row in kept), breaks=tuple(breaks))


_Rows = list[list[GridCell | None]]


def _without_slivers(rows: _Rows, breaks: Sequence[int]) -> tuple[_Rows, list[int]]:
    """Rows without those that only a group's cell, drawn in parts, cut off from the one above."""
    kept: _Rows = []
    starts = []
    for number, row in enumerate(rows):
        above = kept[-1] if kept else []
        crossing = sum(cell is not None and cell is other for cell, other in zip(above, row, strict=False))
        if number not in breaks and 2 * crossing > len(row) and all(map(_may_join, above, row)):
            kept[-1] = [one if one and one.text else other or one for one, other in zip(above, row, strict=True)]
            continue
        if number in breaks:
            starts.append(len(kept))
        kept.append(list(row))
    return _respanned(kept) if len(kept) < len(rows) else kept, starts


def _may_join(above: GridCell | None, below: GridCell | None) -> bool:
    return above is below or not (above and below and above.text and below.text)


def _respanned(rows: _Rows) -> _Rows:
    """Cells with the rows and columns that they have now."""
    slots: dict[int, list[tuple[int, int]]] = {}
    for number, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                slots.setdefault(id(cell), []).append((number, column))
    placed: dict[int, GridCell] = {}
    for cell in (cell for row in rows for cell in row if cell and id(cell) not in placed):
        held = slots[id(cell)]
        (top, left), (bottom, right) = held[0], (max(row for row, _ in held), max(column for _, column in held))
        placed[id(cell)] = cell._replace(row=top, column=left, width=right - left + 1, height=bottom - top + 1)
    return [[placed[id(cell)] if cell else None for cell in row] for row in rows]


def _columns(tables: Sequence[RuledTable]) -> list[float]:
    """The edges of the columns of all the parts of a table."""
    edges: list[float] = []
    for x in sorted(x for table in tables for x in table.xs):
        if not edges or x - edges[-1] > _SAME_COLUMN:
            edges.append(x)
    return edges


def _nearest(edges: Sequence[float], x: float) -> int:
    return min(range(len(edges)), key=lambda at: abs(edges[at] - x))


def _box(page: int, box: Rectangle) -> Box:
    return Box(page, box.x0, box.top, box.x1, box.bottom)
