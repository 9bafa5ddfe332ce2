"""Plain text and Markdown to a document: every line a paragraph, pipe tables as grids."""

import re

from parsers.document import Block, Document, Grid, Paragraph, expand

# A form feed stays with the line that it opens: a number beside it is a page number.
_LINE_ENDS = re.compile(r"\r\n?|[\n\x0b\x85\u2028\u2029]|(?<=[^\n])(?=\f)")
# A row of single dashes, set apart by spaces, is a row of values.
_RULE = re.compile(r"(?=.*---|\S+$)\|(\s*:?-+:?\s*\|)+")
_MARKUP = re.compile(r"^\s{0,3}(#{1,6}\s+|>\s?|[*+]\s+(?=\S))|\*\*|__|`")
_CELL_BREAK = re.compile(r"(?<!\\)\|")


def read_text(text: str) -> Document:
    """Read text as extracted from print, or Markdown; lines are numbered from 1."""
    blocks: list[Block] = []
    table: list[list[str]] = []
    grids = 0
    for number, line in enumerate(_LINE_ENDS.split(text), start=1):
        cells = _pipe_cells(line)
        if cells is not None:
            table.append(cells)
            continue
        if table:
            grids += 1
            blocks.append(_grid(grids, table))
            table = []
        blocks.append(Paragraph(_MARKUP.sub("", line), number))
    if table:
        blocks.append(_grid(grids + 1, table))
    return Document(tuple(blocks), hard_wrapped=True)


def _pipe_cells(line: str) -> list[str] | None:
    """The cells of a Markdown table row, [] for its rule, None for any other line."""
    line = line.strip()
    if len(line) < 2 or not (line.startswith("|") and line.endswith("|")):
        return None
    if _RULE.fullmatch(line):
        return []
    return [_MARKUP.sub("", cell).replace(r"\|", "|").strip() for cell in _CELL_BREAK.split(line)[1:-1]]


def _grid(number: int, table: list[list[str]]) -> Grid:
    return expand(number, [[(cell, 1, 1) for cell in row] for row in table if row])
