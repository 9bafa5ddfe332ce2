"""HTML tables: their rows as a browser shows them, and which of them are rows of data at all."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, islice

from lxml.etree import _Element as Element

from parsers.document.model import SpannedCell, expand
from parsers.formats.web.shown import Shown

_SPAN = re.compile(r"\s*(\d{1,6})")
# The form's widest table has 15 columns; some editors of pages write ten columns for one.
_MAX_SPAN = 100
_MAX_WIDTH = 300
# As many as of a whole document are read (convert.MAX_LINES).
_MAX_ROWS = 20_000
# The longest text of an official cell has 40 characters; a longer one is an article, not a cell
# (tests/parsers/formats/web/test_tables.py).
_MAX_TEXT = 300
_SECTIONS = frozenset({"thead", "tbody", "tfoot"})
_STRUCTURE = _SECTIONS | {"caption", "table", "td", "th", "tr"}


@dataclass(frozen=True, slots=True)
class DataRows:
    """Rows of data.

    ``right``: rows of unequal length end in the same column, and None stands where there is no cell.
    """

    cells: Sequence[Sequence[SpannedCell | None]]
    right: bool = False


@dataclass(frozen=True, slots=True)
class _SectionRow:
    """A row's shown cells; ``below`` is how many rows of its section follow it."""

    cells: tuple[Element, ...]
    below: int


def table_parts(table: Element, shown: Shown) -> list[DataRows | Element]:
    """What a table holds in the order shown: rows of data, and elements that are not rows but content.

    A row with an article or a table of several cells in it is layout, and so are rows of single cells.
    """
    captions, sections = _sections(table, shown)
    rows = [_SectionRow(row, len(held) - at - 1) for held in sections for at, row in enumerate(held)]
    read = [(row, _read(row, shown)) for row in rows]
    mixed = any(cells is None for _, cells in read)
    parts: list[DataRows | Element] = list(captions)
    for is_layout, run in groupby(read, key=lambda pair: pair[1] is None):
        held = list(run)
        data = [cells for _, cells in held if cells is not None]
        if is_layout or sum(len(cells) > 1 for cells in data) <= mixed:
            parts += [cell for row, _ in held for cell in row.cells]
        else:
            parts.append(DataRows(_without(data, _collapsed(table, shown))))
    return parts


def _collapsed(table: Element, shown: Shown) -> frozenset[int]:
    """The columns, from 0, that are not seen, but keep their place."""
    found: set[int] = set()
    at = 0
    for group in table.iterchildren("col", "colgroup"):
        for column in group.findall("col") or [group]:
            width = _span(column, "span") or 1
            if "collapse" in (shown.style(one).get("visibility") for one in (group, column)):
                found.update(range(at, at + width))
            at += width
    return frozenset(found)


def _without(rows: Sequence[Sequence[SpannedCell]], columns: frozenset[int]) -> Sequence[Sequence[SpannedCell]]:
    """Rows whose cells in columns that are not seen are empty."""
    if not columns:
        return rows
    placed = expand(0, rows)
    return [
        [
            held._replace(text="", shows=None) if columns.issuperset(range(at.column, at.column + at.width)) else held
            for held, at in zip(row, placed.origins(number), strict=True)
        ]
        for number, row in enumerate(rows)
    ]


def _sections(table: Element, shown: Shown) -> tuple[list[Element], list[list[tuple[Element, ...]]]]:
    """Captions and what else stands outside all rows, and rows by section, the head first and the foot last."""
    captions: list[Element] = []
    heads: list[list[tuple[Element, ...]]] = []
    bodies: list[list[tuple[Element, ...]]] = []
    feet: list[list[tuple[Element, ...]]] = []
    loose: list[Element] = []
    for part in [*_structure(table, shown), None]:
        if part is not None and part.tag in ("tr", "td", "th"):
            loose.append(part)
            continue
        if loose:
            bodies.append(_rows(loose, shown))
            loose = []
        if part is None:
            break
        if part.tag not in _SECTIONS:
            captions.append(part)
        else:
            place = {"thead": heads, "tfoot": feet}.get(part.tag, bodies)
            place.append(_rows(_structure(part, shown), shown))
    return captions, [*heads, *bodies, *feet]


def _rows(parts: Iterable[Element], shown: Shown) -> list[tuple[Element, ...]]:
    """Rows of a section; cells that stand in no row are one of their own."""
    rows: list[tuple[Element, ...]] = []
    for in_row, run in groupby(parts, key=lambda part: part.tag == "tr"):
        if in_row:
            rows += [tuple(cell for cell in _structure(row, shown) if cell.tag in ("td", "th")) for row in run]
        else:
            rows.append(tuple(cell for cell in run if cell.tag in ("td", "th")))
    return rows


def _structure(element: Element, shown: Shown) -> Iterator[Element]:
    """The nearest parts of a table below an element that are shown, whatever stands between (a form, a div)."""
    rest = shown.children(element)[::-1]
    while rest:
        part = rest.pop()
        if part.tag in _STRUCTURE or not any(inner.tag in _STRUCTURE for inner in part.iterdescendants()):
            yield part
        else:
            rest += shown.children(part)[::-1]


def _read(row: _SectionRow, shown: Shown) -> list[SpannedCell] | None:
    """A row's cells; None where one of them is no cell of a form, but holds an article or a table."""
    cells: list[SpannedCell] = []
    for cell in row.cells:
        inner = _inner_rows(cell, shown)
        if inner is None:
            return None
        for held in inner:
            text = shown.text(held)
            if len(text) > _MAX_TEXT:
                return None
            width, height = _span(held, "colspan") or 1, min(_span(held, "rowspan") or _MAX_ROWS, row.below + 1)
            cells.append(SpannedCell(text, width, height, shown.besides(held, text)))
    return cells if sum(cell.width for cell in cells) <= _MAX_WIDTH else None


def _inner_rows(cell: Element, shown: Shown) -> Sequence[Element] | None:
    """The cell itself; of a table of one row in it that row's cells; None where it holds more."""
    if not len(cell):
        return (cell,)
    tables = list(islice((table for table in cell.iter("table") if not shown.is_hidden(table)), 2))
    if not tables:
        return (cell,)
    if len(tables) > 1:
        return None
    rows = [row for held in _sections(tables[0], shown)[1] for row in held if row]
    if len(rows) != 1:
        return None
    return (cell,) if len(rows[0]) == 1 else rows[0]


def _span(cell: Element, name: str) -> int:
    """A stated span; 0, which stands for all rows that are left, as it is."""
    stated = cell.get(name)
    match = _SPAN.match(stated) if stated else None
    return min(int(match[1]), _MAX_SPAN) if match else 1
