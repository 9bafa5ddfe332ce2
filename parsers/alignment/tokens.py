"""A document's tables as one stream: words, which make up the labels, and values between them.

Grids and lines of text become the same thing here; from this point on, reading knows of no format.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from parsers.characters.folding import fold, label_key, spaced
from parsers.document.model import Block, Grid, Paragraph
from parsers.document.reasons import Reason, Why
from parsers.document.values import CellValue, State, as_sure, is_numeral, is_written_out, read_value


@dataclass(frozen=True, slots=True)
class Token:
    """A word (``key`` is its label key) or a value (``reading``), and where it stood.

    ``offset`` counts the label characters before it in the whole stream; ``column`` and ``width``
    are its grid columns, None and 1 in running text.
    """

    text: str
    key: str
    reading: CellValue | None
    line: int
    offset: int
    column: int | None = None
    width: int = 1

    @property
    def end(self) -> int:
        """The stream offset after the token."""
        return self.offset + len(self.key)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of text or a row of a grid, with its tokens in reading order."""

    tokens: tuple[Token, ...]
    block: Block
    row: int = 0

    @property
    def grid(self) -> Grid | None:
        """The grid that the line is a row of, if any."""
        return self.block if isinstance(self.block, Grid) else None

    @property
    def text(self) -> str:
        """The line as it stands, folded; tabs between the cells of a row."""
        return text_of(self.block, self.row)


def text_of(block: Block, row: int) -> str:
    """A line of text, or a row of a grid, as it stands, folded; tabs between the cells of a row."""
    if isinstance(block, Grid):
        return "\t".join(spaced(cell.text) for cell in block.origins(row))
    return spaced(block.text)


@dataclass(frozen=True, slots=True)
class Stream:
    """The lines of a region and their label characters as one string."""

    lines: tuple[Line, ...]
    text: str
    starts: frozenset[int]
    words: tuple[Token, ...]

    def word_at(self, offset: int) -> Token:
        """The word that holds the label character at ``offset``."""
        return self.words[bisect_right(self.words, offset, key=lambda word: word.offset) - 1]

    def is_edge(self, offset: int) -> bool:
        """Whether a word begins or the text ends at ``offset``."""
        return offset in self.starts or offset == len(self.text)


def tokenize(blocks: Sequence[Block]) -> Stream:
    """Cut blocks into lines of tokens; paragraphs at white space, grids at their cells.

    A lone 一 is a dash, unless figures are written as numerals: then it may be the number 1 as well.
    """
    stream = _tokenized(blocks)
    readings = [token.reading for line in stream.lines for token in line.tokens if token.reading]
    strokes = any(reading.reason == _STROKE for reading in readings)
    return _tokenized(blocks, as_dash=True) if strokes and not any(map(is_numeral, readings)) else stream


def _tokenized(blocks: Sequence[Block], *, as_dash: bool = False) -> Stream:
    lines: list[Line] = []
    words: list[Token] = []
    offset = 0
    for block in blocks:
        rows = range(len(block.rows)) if isinstance(block, Grid) else range(1)
        for row in rows:
            pieces = _cells(block, row) if isinstance(block, Grid) else _words(block)
            tokens = []
            for text, found, column, width in pieces:
                reading = found
                if found and as_dash and found.reason == _STROKE:
                    reading = replace(found, state=State.DASH, reason=None)
                key = "" if reading else label_key(text)
                tokens.append(Token(text, key, reading, len(lines), offset, column, width))
                if key:
                    words.append(tokens[-1])
                offset += len(key)
            lines.append(Line(tuple(tokens), block, row))
    text = "".join(word.key for word in words)
    starts = {offset for word in words for offset in (word.offset, *_notes_in(word))}
    return Stream(tuple(lines), text, frozenset(starts), tuple(words))


def _notes_in(word: Token) -> Iterator[int]:
    """Where notes begin in the text of a label's cell (规章（含网上申请）): the label ends there."""
    for match in _NOTE.finditer(word.text):
        yield word.offset + len(label_key(word.text[: match.start()]))


# No figure begins with a 0 before other digits: in a line of text this is the rest of one that is broken over lines.
_REST = re.compile(r"0\d")
_NOTE = re.compile(r"\s*[（(【\[]|\s+(?:备?注|说明|其中)")
_STROKE = Reason(Why.ONE_OR_DASH)
_POINTS = (".", "、", "．")
_NUMERALS = re.compile(r"(?!一$)[一二三四五六七八九十]{1,3}")
_Piece = tuple[str, CellValue | None, int | None, int]


def _cells(grid: Grid, row: int) -> Iterator[_Piece]:
    for cell in grid.origins(row):
        yield cell.text, as_sure(read_value(cell.text), cell.confidence), cell.column, cell.width


def _words(paragraph: Paragraph) -> Iterator[_Piece]:
    """A line's words; 无, 二十 and the like are values, and so a number before a point (4 .), only at its end.

    Numerals alone on a line may number the next one.
    """
    pieces: list[_Piece] = []
    only_values_follow = True
    following = ""
    words = fold(paragraph.text).split()
    for text in reversed(words):
        reading = read_value(text)
        is_ordinal = len(words) == 1 and _NUMERALS.fullmatch(text)
        if reading and is_written_out(text) and (is_ordinal or not only_values_follow):
            reading = None
        if following.startswith(_POINTS) and not only_values_follow:
            reading = None
        if reading and _REST.match(unicodedata.normalize("NFKC", text)):
            reading = CellValue(None, State.UNCERTAIN, text, Reason(Why.CUT_NUMBER))
        following = text
        only_values_follow = only_values_follow and reading is not None
        pieces.append((text, as_sure(reading, paragraph.confidence), None, 1))
    return reversed(pieces)
