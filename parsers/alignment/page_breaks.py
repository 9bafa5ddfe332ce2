"""Rows of a table that a page break cut in two, put together again before the table is read."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from parsers.characters.folding import label_key
from parsers.document.model import Block, Grid, GridCell

_Row = tuple[GridCell | None, ...]


def mend_breaks(blocks: Sequence[Block], labels: Collection[str]) -> list[Block]:
    """Join the rows on both sides of a page break wherever only both together make one of the labels.

    ``labels`` are label keys. A row of which no cell does so is left alone: it may well be a row of its own.
    """
    return [_mended(block, labels) if isinstance(block, Grid) and block.breaks else block for block in blocks]


def _mended(grid: Grid, labels: Collection[str]) -> Grid:
    rows = grid.rows
    for number in sorted(grid.breaks, reverse=True):
        pairs = _pairs(rows[number - 1], rows[number])
        begun = {id(cell) for cell in rows[number] if cell and cell.row == number and cell.text}
        whole = begun <= {id(below) for _, below in pairs}
        if whole and any(_completes(above, below, labels) for above, below in pairs):
            rows = _without_row(rows, number, pairs)
    return replace(grid, rows=rows)


def _pairs(upper: _Row, lower: _Row) -> list[tuple[GridCell, GridCell]]:
    """Cells that meet at the break between two rows and are equally wide."""
    met = {id(below): (above, below) for above, below in zip(upper, lower, strict=True) if above and below}
    return [
        (above, below)
        for above, below in met.values()
        if above is not below and (above.column, above.width) == (below.column, below.width)
    ]


def _completes(above: GridCell, below: GridCell, labels: Collection[str]) -> bool:
    parts = label_key(above.text), label_key(below.text)
    return all(parts) and "".join(parts) in labels and not any(part in labels for part in parts)


def _without_row(rows: Sequence[_Row], number: int, pairs: Sequence[tuple[GridCell, GridCell]]) -> tuple[_Row, ...]:
    """The rows but for one, whose cells go to those above them."""
    moved: dict[int, GridCell] = {}
    for above, below in pairs:
        moved[id(above)] = moved[id(below)] = _joined(above, below)
    for cell in (cell for row in rows for cell in row if cell and id(cell) not in moved):
        height = cell.height - (cell.row <= number < cell.row + cell.height)
        moved[id(cell)] = cell._replace(row=cell.row - (cell.row > number), height=max(height, 1))
    kept = [*rows[:number], *rows[number + 1 :]]
    return tuple(tuple(moved[id(cell)] if cell else None for cell in row) for row in kept)


def _joined(above: GridCell, below: GridCell) -> GridCell:
    text = "\n".join(part for part in (above.text, below.text) if part)
    known = [cell.confidence for cell in (above, below) if cell.confidence is not None]
    return above._replace(text=text, height=above.height + below.height - 1, confidence=min(known, default=None))
