"""A document's blocks in order, cut into pieces, each with what it was read as."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, zip_longest

from nianbao.inspect.marks import Kind, Mark, Marks, marks_of
from parsers.alignment.tokens import Line, Token
from parsers.assemble import Findings
from parsers.characters.folding import fold, spaced
from parsers.document.model import Block, Box, Grid, Paragraph


@dataclass(frozen=True, slots=True)
class Piece:
    """A cell of a grid or a word of a line; ``gap`` is the space before it.

    ``in_line``: the box is that of the whole line that the piece stands on.
    """

    text: str
    mark: Mark | None = None
    box: Box | None = None
    gap: str = ""
    width: int = 1
    height: int = 1
    in_line: bool = False


@dataclass(frozen=True, slots=True)
class Passage:
    """A line of text, or a table if ``table`` is its number; where a table has no cell stands None.

    ``role`` says of what it is the heading, ``aligned`` whether tables were looked for here.
    """

    rows: Sequence[Sequence[Piece | None]]
    table: int | None = None
    line: int = 0
    role: str = ""
    aligned: bool = False


def passages_of(found: Findings) -> list[Passage]:
    """The document's passages; where tables were looked for, as the reader saw them once page breaks were mended."""
    marks = marks_of(found.alignment)
    lines = [[*held] for _, held in groupby(found.alignment.trace.stream.lines, key=lambda line: id(line.block))]
    seen = iter(lines)
    roles = _roles(found)
    passages = []
    for index, block in enumerate(found.document.blocks):
        if isinstance(block, Grid) and not block.rows:
            continue
        held = next(seen) if index in found.aligned else []
        shown = held[0].block if held else block
        if isinstance(shown, Grid) or spaced(shown.text) or shown.embedded:
            passages.append(_passage(shown, held, marks, roles.get(index, "")))
    return passages


def _roles(found: Findings) -> dict[int, str]:
    roles = dict.fromkeys(found.title.lines if found.title else (), "title")
    for heading in found.headings:
        roles |= dict.fromkeys(range(heading.first, heading.last + 1), f"chapter {heading.chapter}")
    return roles


def _passage(block: Block, lines: Sequence[Line], marks: Marks, role: str) -> Passage:
    if isinstance(block, Paragraph):
        tokens = lines[0].tokens if lines else ()
        return Passage([[*_pieces(block, tokens, marks, role)]], None, block.line, role, bool(lines))
    tokens_at = {(line.row, token.column): token for line in lines for token in line.tokens}
    rows = [[*_cells(block, row, tokens_at, marks)] for row in range(len(block.rows))]
    return Passage(rows, block.number, block.lines[0] if block.lines else 0, role, bool(lines))


def _pieces(paragraph: Paragraph, tokens: Sequence[Token], marks: Marks, role: str) -> Iterator[Piece]:
    """A line's words with the space between them, as printed if folding left as many words."""
    printed = re.findall(r"(\s*)(\S+)", fold(paragraph.text)) or [("", f"[{paragraph.embedded}]")]
    for (gap, text), token in zip_longest(printed, tokens[: len(printed)]):
        mark = marks.get(id(token)) or (Mark(Kind.HEADING, role) if role else None)
        yield Piece(text, mark, paragraph.box, gap, in_line=True)


def _cells(
    grid: Grid, row: int, tokens: Mapping[tuple[int, int | None], Token], marks: Marks
) -> Iterator[Piece | None]:
    for column, cell in enumerate(grid.rows[row]):
        if cell is None:
            yield None
        elif (cell.row, cell.column) == (row, column):
            mark = marks.get(id(tokens.get((row, column))))
            yield Piece(cell.text.strip(), mark, cell.box, "", cell.width, cell.height, bool(grid.lines))
