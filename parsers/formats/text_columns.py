"""Tables without rules, set in columns by spaces: from lines of text to grids, where the columns are certain.

The heads tell where the columns stand, and how many there are; rows that fill them all refine that.
What stands between two columns leaves the lines as they are: then values are counted, not placed.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from parsers.characters.folding import display_width, fold, label_key
from parsers.document.model import Block, Box, Grid, GridCell, Paragraph
from parsers.document.reasons import Why
from parsers.document.values import is_part, read_value

# From half to twice each of these the factory's texts are read alike; tests/parsers/formats/test_text_columns.py shows
# what happens on either side. Lines that heads may take, columns that make a table, rows that must fill all columns to
# tell where these stand:
_MAX_HEAD_LINES = 12
_LEAST_COLUMNS = 2
_LEAST_FULL = 3
# A value belongs to the nearest column if the next one is this much farther, or if it is as near as this (columns of
# print). Values are set off if they stand so far (columns of print) from the word before.
_MARGIN = 1.5
_NEAR = 1.0
_GAP = 2
# What no figure begins with: the rest of one.
_REST = re.compile(r"0\d")
# A column of print (points).
_COLUMN = 4.0
# More than any page is high (points).
_PAGE = 100_000.0

Heads = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _PlacedWord:
    """A word of a line: its first column of print and the one after its last, and how far down it stands."""

    text: str
    start: float
    end: float
    down: float
    box: Box | None = None

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    def overlaps(self, other: "_PlacedWord") -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class _Line:
    """A line: the words before its values, and the values at its end."""

    block: Paragraph
    at: int
    words: tuple[_PlacedWord, ...]
    values: tuple[_PlacedWord, ...]

    @property
    def down(self) -> float:
        return _down(self.block)

    @property
    def is_spread(self) -> bool:
        """Whether any of its values is set off by more than a space."""
        every = (*self.words, *self.values)
        return any(word.start - before.end >= _GAP for before, word in pairwise(every) if word in self.values)


@dataclass(slots=True)
class _Region:
    """A table's lines: from the one after its heads to the last before other heads."""

    heads: tuple[_PlacedWord, ...]
    head_lines: tuple[_Line, ...]
    lines: list[_Line] = field(default_factory=list)

    @property
    def rows(self) -> list[_Line]:
        """The lines that have values."""
        return [line for line in self.lines if line.values]


def with_columns(
    blocks: Sequence[Block], sequences: Collection[Heads], labels: Collection[str], ends: Collection[str]
) -> list[Block]:
    """Put grids in the place of lines that are set in columns.

    ``sequences`` are the heads, as label keys, that a table may have from left to right, ``labels`` the
    keys of its rows; ``ends`` are those of words that end a table (other heads, headings).
    """
    result: list[Block] = []
    done = 0
    for region in _regions(blocks, sequences, ends):
        grid = _grid(region, labels)
        if grid and region.head_lines[0].at >= done:
            lines = (*region.head_lines, *region.lines)
            result += [*blocks[done : lines[0].at], *_beside_heads(region), grid]
            done = lines[-1].at + 1
    return _renumbered([*result, *blocks[done:]])


def _renumbered(blocks: Sequence[Block]) -> list[Block]:
    grids = iter(range(1, len(blocks) + 1))
    return [replace(block, number=next(grids)) if isinstance(block, Grid) else block for block in blocks]


def _regions(blocks: Sequence[Block], sequences: Collection[Heads], ends: Collection[str]) -> Iterator[_Region]:
    region: _Region | None = None
    pending: list[_Line] = []
    for at, block in enumerate(blocks):
        line = _line(at, block) if isinstance(block, Paragraph) else None
        closing = line is None or _opens_page(line) or any(label_key(word.text) in ends for word in line.words)
        if region and closing:
            yield _trimmed(region)
            region = None
        if line is None:
            pending = []
        elif region:
            region.lines.append(line)
        elif not line.values:
            pending = [*pending, line][-_MAX_HEAD_LINES:]
        else:
            region = _opened(pending, line, sequences)
            pending = []
    if region:
        yield _trimmed(region)


def _opens_page(line: _Line) -> bool:
    """Whether a page of a text begins, in which columns stand at other places; in print they do not."""
    return line.block.box is None and line.block.text.startswith("\f")


def _line(at: int, block: Paragraph) -> _Line:
    words = list(_words(block))
    first = len(words)
    while first and read_value(words[first - 1].text):
        first -= 1
    return _Line(block, at, tuple(words[:first]), tuple(words[first:]))


def _down(block: Paragraph) -> float:
    """How far down a line stands in its whole document: in points of print, or in lines of text."""
    return block.box.page * _PAGE + block.box.top if block.box else float(block.line)


def _words(block: Paragraph) -> Iterator[_PlacedWord]:
    """A line's words. Ideographs are twice as wide as digits, though a text counts them as one column."""
    down = _down(block)
    if block.words:
        yield from (_PlacedWord(fold(text), box.x0 / _COLUMN, box.x1 / _COLUMN, down, box) for text, box in block.words)
        return
    matches = [*re.finditer(r"\S+", fold(block.text)), None]
    for match, following in pairwise(matches):
        if match:
            end = match.start() + display_width(match[0])
            yield _PlacedWord(match[0], match.start(), min(end, following.start()) if following else end, down)


def _opened(pending: Sequence[_Line], line: _Line, sequences: Collection[Heads]) -> _Region | None:
    """A region whose heads stand in the lines before its first row of values."""
    for start in reversed(range(len(pending))):
        heads = _heads(pending[start:], sequences)
        if heads:
            bottom = max(head.down for head in heads)
            head_lines = tuple(other for other in pending[start:] if other.down <= bottom)
            below = [other for other in pending[start:] if other.down > bottom]
            return _Region(heads, head_lines, [*below, line])
    return None


def _heads(lines: Sequence[_Line], sequences: Collection[Heads]) -> tuple[_PlacedWord, ...] | None:
    """The heads of a table, each put together from the words that stand above one another."""
    columns: list[_PlacedWord] = []
    for word in (word for line in reversed(lines) for word in line.words):
        under = [at for at, column in enumerate(columns) if column.overlaps(word)]
        if not under:
            columns.append(word)
        elif len(under) == 1:
            column = columns[under[0]]
            joined = word.text + column.text
            # A head over several columns may stand above the middle one: it is no part of that.
            if not any(label_key(column.text) == head for heads in sequences for head in heads):
                columns[under[0]] = _PlacedWord(
                    joined, min(word.start, column.start), max(word.end, column.end), column.down
                )
    columns.sort(key=lambda column: column.start)
    keys = tuple(label_key(column.text) for column in columns)
    for heads in sorted(sequences, key=len, reverse=True):
        if len(heads) >= _LEAST_COLUMNS and keys[-len(heads) :] == heads:
            return tuple(columns[-len(heads) :])
    return None


def _trimmed(region: _Region) -> _Region:
    """The region without the lines after its last row that are nearer to what follows."""
    last = max(at for at, line in enumerate(region.lines) if line.values)
    after = region.lines[last + 1 :]
    kept = [line for line in after if line.words and line.at == region.lines[last].at + 1]
    return replace(region, lines=[*region.lines[: last + 1], *kept])


def _grid(region: _Region, labels: Collection[str]) -> Grid | None:
    """The region as a grid; None where a value's column is not certain."""
    if 2 * sum(line.is_spread for line in region.rows) < len(region.rows):
        return None
    middles = _middles(region)
    placed = {line.at: _placed(line.values, middles) for line in region.rows}
    among_values = any(word.end > middles[0] for line in region.rows for word in line.words)
    # A first value that touches its label is part of that word.
    first_missing = [line for line in region.rows if line.words and 0 not in (placed[line.at] or ())]
    glued = any(line.words[-1].text[-1].isdigit() for line in first_missing)
    if among_values or glued or any(places is None for places in placed.values()):
        return None
    bands = _bands(region, labels)
    if bands is None:
        return None
    texts = [_side_by_side([word for line in band.lines for word in line.words]) for band in bands]
    width = max(1, *(len(cells) for cells in texts))
    head = [GridCell(head.text, 0, width + at, box=head.box) for at, head in enumerate(region.heads)]
    rows: list[tuple[GridCell | None, ...]] = [(*[None] * width, *head)]
    for number, (band, labelled) in enumerate(zip(bands, texts, strict=True), start=1):
        rows.append(_row(number, band.main.block, labelled, placed.get(band.main.at) or {}, (width, len(head))))
    parts = _parts(region)
    if _has_broken_numbers(region, parts):
        open_rows = [False, *(not parts.isdisjoint(range(band.main.at - 1, band.main.at + 2)) for band in bands)]
        rows = [
            tuple(cell and _in_doubt(cell, width, blank=blank) for cell in row)
            for row, blank in zip(rows, open_rows, strict=True)
        ]
    lines = (region.head_lines[-1].block.line, *(band.main.block.line for band in bands))
    return Grid(0, tuple(rows), region.head_lines[0].block.path, lines=lines)


def _has_broken_numbers(region: _Region, parts: set[int]) -> bool:
    """Whether numbers too wide for their columns go on in the next line: as the rest of one, as units, by themselves.

    Which of two lines is the other's rest, and of which number, nothing tells: sums of what is left may be right too.
    """
    rests = any(_REST.match(fold(value.text)) for line in region.rows for value in line.values)
    units = any(line.words and all(is_part(word.text) for word in line.words) for line in region.lines)
    whole = [line.at for line in region.rows if line.words and len(line.values) == len(region.heads)]
    return rests or units or any({at - 1, at + 1} & parts for at in whole)


def _parts(region: _Region) -> set[int]:
    """The lines of nothing but values and units."""
    return {line.at for line in region.lines if all(is_part(word.text) for word in line.words)}


def _in_doubt(cell: GridCell, first: int, *, blank: bool) -> GridCell:
    """A cell of values with its doubt; an empty one (``blank``) has it beside lines that may hold part of it."""
    doubtful = cell.row and cell.column >= first and (cell.text or blank)
    return cell._replace(shows=Why.CUT_NUMBER) if doubtful else cell


def _row(
    number: int, line: Paragraph, labels: Sequence[str], values: dict[int, _PlacedWord], size: tuple[int, int]
) -> tuple[GridCell | None, ...]:
    """A row's labels, and its values in their columns; ``size`` is how many columns there are of each."""
    box, sure = line.box, line.confidence
    cells: list[GridCell | None] = [
        GridCell(text, number, at, box=box, confidence=sure) for at, text in enumerate(labels)
    ]
    cells += [None] * (size[0] - len(cells))
    for at in range(size[1]):
        value = values.get(at)
        if value:
            cells.append(GridCell(value.text, number, len(cells), box=value.box, confidence=sure))
        else:
            cells.append(GridCell("", number, len(cells), box=box))
    return tuple(cells)


def _middles(region: _Region) -> list[float]:
    """Where each column's values stand: by the rows that fill all columns, if there are enough, else by its head."""
    full = [line.values for line in region.rows if len(line.values) == len(region.heads)]
    if len(full) < _LEAST_FULL:
        return [head.middle for head in region.heads]
    return [sum(values[at].middle for values in full) / len(full) for at in range(len(region.heads))]


def _placed(values: Sequence[_PlacedWord], middles: Sequence[float]) -> dict[int, _PlacedWord] | None:
    """The values by their column; None where one stands between two, or two in one."""
    places: dict[int, _PlacedWord] = {}
    for value in values:
        far = sorted((abs(value.middle - middle), at) for at, middle in enumerate(middles))
        (near, at), (other, _) = far[0], far[1]
        doubtful = near > _NEAR and other < _MARGIN * near
        if doubtful or at <= max(places, default=-1) or _covers(value, middles) > 1:
            return None
        places[at] = value
    return places


def _covers(value: _PlacedWord, middles: Sequence[float]) -> int:
    """How many columns' middles a value lies upon; numbers that touch look like one."""
    return sum(value.start <= middle <= value.end for middle in middles)


@dataclass(slots=True)
class _Band:
    """The lines of one row; ``main`` is the one with its values, or the first if it has none."""

    main: _Line
    lines: list[_Line]


def _bands(region: _Region, labels: Collection[str]) -> list[_Band] | None:
    """The rows with the lines nearest to them, and rows that were left empty; None if these are not told apart."""
    rows = region.rows
    held: list[list[_Line]] = [[] for _ in rows]
    for line in region.lines:
        nearest = min(range(len(rows)), key=lambda at: (abs(rows[at].down - line.down), at))
        held[nearest].append(line)
    bands: list[_Band] = []
    for main, lines in zip(rows, held, strict=True):
        others, rest = _other_labels(main, lines, labels)
        if others and _key(rest) in labels:
            bands += [_Band(part[0], part) for part in others]
            bands.append(_Band(main, rest))
        elif len(others) < 2:
            bands.append(_Band(main, lines))
        else:
            return None
    return sorted(bands, key=lambda band: band.main.at)


def _other_labels(
    main: _Line, lines: Sequence[_Line], labels: Collection[str]
) -> tuple[list[list[_Line]], list[_Line]]:
    """The lines before and after a row's values that make whole labels by themselves, and the rest of its lines."""
    others: list[list[_Line]] = []
    rest = [main]
    for side in (
        [line for line in lines if line.at < main.at],
        [line for line in lines if line.at > main.at],
    ):
        part: list[_Line] = []
        for line in side:
            part.append(line)
            if _key(part) in labels:
                others.append(part)
                part = []
        rest += part
    return others, sorted(rest, key=lambda line: line.at)


def _key(lines: Sequence[_Line]) -> str:
    """The last of the texts that stand side by side on some lines, as a label key: the row's own label."""
    return label_key("".join(_side_by_side([word for line in lines for word in line.words])[-1:]))


def _side_by_side(words: Sequence[_PlacedWord]) -> list[str]:
    """Words as texts that stand beside each other: those above one another are one text."""
    groups: list[list[_PlacedWord]] = []
    for word in words:
        touching = [group for group in groups if any(word.overlaps(other) for other in group)]
        merged = [other for group in touching for other in group]
        groups = [group for group in groups if group not in touching] + [[*merged, word]]
    groups.sort(key=lambda group: min(word.start for word in group))
    return ["".join(word.text for word in sorted(group, key=lambda word: (word.down, word.start))) for group in groups]


def _beside_heads(region: _Region) -> list[Paragraph]:
    """The lines of the heads, with only what is no head of a column."""
    named = {id(word) for word in region.heads}
    rest = []
    for line in region.head_lines:
        left = [
            word.text
            for word in line.words
            if id(word) not in named and not any(head.overlaps(word) for head in region.heads)
        ]
        if left:
            rest.append(replace(line.block, text=" ".join(left)))
    return rest
