"""Plain text and Markdown to a document: every line a paragraph; pipes and tabs make grids."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby
from math import gcd

from parsers.document.model import Block, Document, Paragraph, expand
from parsers.document.values import BLANK, State, read_value

# A form feed stays with the line that it opens: a number beside it is a page number.
_LINE_ENDS = re.compile(r"\r\n?|[\n\x0b\x85\u2028\u2029]|(?<=[^\n])(?=\f)")
# A row of single dashes, set apart by spaces, is a row of values.
_RULE = re.compile(r"(?=.*---|\S+$)\|(\s*:?-+:?\s*\|)+")
_MARKUP = re.compile(r"^\s{0,3}(#{1,6}\s+|>\s?|[*+]\s+(?=\S))|\*\*|__|`")
_CELL_BREAK = re.compile(r"(?<!\\)\|")
# Tables drawn with characters, as text browsers do: their uprights part cells, all else of them is ornament.
_UPRIGHT = re.compile("[│┃║]")
_ORNAMENT = re.compile(r"[─━═┄┅┈┉┌-╋═-╬]")

_TABS = re.compile("\t+")
# A line with one cell and the bars that close it, or with bars alone.
_CELL_A_LINE = re.compile(r"[^|]*\|+")
_LEAST_LINES = 6

_Row = tuple[int, str, list[str]]


def read_text(text: str) -> Document:
    """Read text as extracted from print, copied from a browser, or Markdown; lines are numbered from 1."""
    blocks: list[Block] = []
    grids = 0
    for kind, rows in map(_whole_rows, _runs(text)):
        if kind == "pipes" or (kind == "parted" and _is_table(rows)):
            grids += 1
            held = [(number, cells) for number, _, cells in rows if cells]
            grid = expand(grids, [[(cell, 1, 1) for cell in cells] for _, cells in held])
            blocks.append(replace(grid, lines=tuple(number for number, _ in held)))
        else:
            blocks += [Paragraph(_MARKUP.sub("", line), number) for number, line, _ in rows]
    return Document(tuple(blocks), hard_wrapped=True)


def _runs(text: str) -> Iterator[tuple[str, list[_Row]]]:
    """Neighbouring lines of one kind, each with its number and cells.

    A blank line, or one of nothing but bars, is of the kind before it. Where rows do not begin with a bar, a space
    before one is an empty cell.
    """
    rows: list[tuple[str, _Row]] = []
    for number, line in enumerate(_LINE_ENDS.split(text), start=1):
        kind, cells = _cells(line)
        goes_on = bool(rows) and rows[-1][0] == "parted"
        if goes_on and kind == "pipes" and line.startswith(" ") and "|" in rows[-1][1][1]:
            kind, cells = "parted", _piped(line.rstrip())
        blank = goes_on and not line.strip("| \t")
        rows.append((rows[-1][0] if blank else kind, (number, line, cells)))
    for kind, run in groupby(rows, key=lambda row: row[0]):
        yield kind, [row for _, row in run]


def _single_tabs(rows: list[_Row]) -> list[_Row]:
    """Rows as if one tab parted their cells, where all are parted by two of them or more, always as many."""
    steps = {len(run) for _, line, _ in rows for run in _TABS.findall(line.strip())}
    step = gcd(*steps)
    if step < 2:
        return rows
    return [(number, line, [cell.strip() for cell in line.split("\t" * step)]) for number, line, _ in rows]


def _unclosed(rows: list[_Row]) -> list[_Row]:
    """Rows without the empty cell after a bar that closes every one of them."""
    barred = [line.rstrip() for _, line, _ in rows if "|" in line]
    if not barred or not all(line.endswith("|") and not line.startswith("|") for line in barred):
        return rows
    return [(number, line, cells[:-1] if line.rstrip().endswith("|") else cells) for number, line, cells in rows]


def _is_a_cell_a_line(rows: list[_Row]) -> bool:
    """Whether a table has one cell a line, each with a bar after it."""
    lines = [line for _, line, _ in rows if line.strip()]
    closed = len(lines) >= _LEAST_LINES and all(_CELL_A_LINE.fullmatch(line.rstrip()) for line in lines)
    return closed and not lines[0].startswith("|")


def _whole_rows(run: tuple[str, list[_Row]]) -> tuple[str, list[_Row]]:
    """A run of lines with its table's rows whole: tabs doubled are one, and cells a line are put side by side.

    In a table with a cell a line, bars on a line of their own fill a row up. Where these do not tell how long the rows
    are, the cells are lines of text.
    """
    kind, rows = run
    if kind != "parted":
        return run
    if not _is_a_cell_a_line(rows):
        return kind, _single_tabs(_unclosed(rows))
    lines = [(number, line.rstrip()) for number, line, _ in rows if line.strip()]
    cells: list[tuple[int, str]] = []
    ends: list[int] = []
    for number, line in lines:
        text, bars = line.strip("|").strip(), line.count("|")
        held = [text] if text else []
        cells += [(number, cell) for cell in (*held, *[""] * (bars - len(held)))]
        if line.startswith("|"):  # An empty cell has a space before its bar.
            ends.append(len(cells))
    width = gcd(len(cells), *ends) if ends else 0
    if width < 2:
        return "text", [(number, line.strip("| "), []) for number, line in lines]
    starts = range(0, len(cells), width)
    return "parted", [(cells[at][0], "", [text for _, text in cells[at : at + width]]) for at in starts]


def _cells(line: str) -> tuple[str, list[str]]:
    """The kind of a line and its cells; a table's rule has none."""
    if _ORNAMENT.search(line) or _UPRIGHT.search(line):
        line = _UPRIGHT.sub("|", _ORNAMENT.sub("", line))
        return "pipes", [cell.strip() for cell in line.strip().split("|")[1:-1]]
    bare = line.strip()
    if len(bare) > 1 and bare.startswith("|") and bare.endswith("|"):
        return "pipes", [] if _RULE.fullmatch(bare) else _piped(bare)[1:-1]
    if "\t" in line.strip(" "):
        return "parted", [cell.strip() for cell in line.split("\t")]
    if "|" in bare:
        return "parted", [] if _RULE.fullmatch(f"|{bare}|") else _piped(bare)
    return "text", []


def _piped(line: str) -> list[str]:
    return [_MARKUP.sub("", cell).replace(r"\|", "|").strip() for cell in _CELL_BREAK.split(line)]


def _is_table(rows: list[_Row]) -> bool:
    """Whether lines parted by tabs or bars are a table's: somewhere a number, or after others a blank, ends one."""
    endings = [read_value(cells[-1]) for _, _, cells in rows if len(cells) > 2 or any(cells[:-1])]
    return BLANK in endings[1:] or any(reading and reading.state is State.PRINTED for reading in endings)
