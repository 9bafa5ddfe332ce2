"""DOC and WPS, the binary files of Word 97–2003 and WPS ([MS-DOC]), to a document.

Deleted and hidden text is left out, fields show their results, and the numbers that the program itself
puts before paragraphs are part of the text. Heads, feet, notes and text boxes are stories of their own,
and no text.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from parsers.document.model import Document
from parsers.formats.office.doclists import DocStyles, numberings
from parsers.formats.office.docmarks import SprmReader, cell_marks
from parsers.formats.office.flow import Builder, Flow, RowShape, document_of, field_sign, shows_figure
from parsers.formats.office.look import COVERING, FLOATING, NO_COLOUR, OBJECT, PLAIN, SIGNS, Marks, Piece, as_seen
from parsers.formats.office.numbering import Counters, labelled, seen_label
from parsers.formats.office.ole import open_ole
from parsers.formats.office.wordbin import Sprm, WordFile

_PARAGRAPH_ENDS = frozenset({0x07, 0x0C, 0x0D})
_FIELD_BEGIN, _FIELD_RESULT, _FIELD_END = 0x13, 0x14, 0x15
_SIGNS = {0x01: OBJECT, 0x08: FLOATING, 0x09: "\t", 0x0B: "\n", 0x0E: "\n", 0x1E: "-"}
# How much of a field is looked at to tell whether it shows a text.
_FIELD_TEXT = 1000
_SYMBOL = 0x28
# Bytes that a row's definition has for each cell, [MS-DOC] TC80.
_CELL_SIZE = 20
# Tables in tables: a layout, the form, a table in a cell, and some more.
_MAX_DEPTH = 20
# Single property modifiers, [MS-DOC] 2.6.
_IN_TABLE, _ROW_END, _DEPTH, _INNER_CELL, _INNER_ROW_END = 0x2416, 0x2417, 0x6649, 0x244B, 0x244C
_OF_PARAGRAPHS = 1  # The kind of a modifier, in its bits 10 to 12
_LIST, _LIST_LEVEL = 0x460B, 0x260A
_DELETED, _SYMBOL_SPRM, _TABLE_STYLE = 0x0800, 0x6A09, 0x563A
# sprmPDxaAbs, sprmPDyaAbs: a frame that stands by itself. Tables that text runs around have them too.
_FRAME = frozenset({0x8418, 0x8419})
_CELLS, _MERGE, _VERTICAL_MERGE = (0xD608, 0xD606), 0x5624, 0xD62B


def read_doc(data: bytes) -> Document:
    """Read a DOC or WPS file; raises :class:`Unreadable` with one line for what is locked, older or damaged.

    ``titles`` is the title of the file's summary information, if it has one.
    """
    with open_ole(data) as container:
        flow = _Story(WordFile(container)).flow()
        return document_of(flow, [container.title()])


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """The characters from ``start`` to ``end``, the last included, and what is said of the whole.

    ``depth`` is how deep in tables it stands, ``ends`` what it ends there: a cell, a row, or nothing.
    """

    start: int
    end: int
    style: int
    sprms: tuple[Sprm, ...]
    held: dict[int, bytes]
    depth: int
    ends: str

    @classmethod
    def of(cls, start: int, end: int, unit: int, style: int, sprms: tuple[Sprm, ...]) -> "_Paragraph":
        """A paragraph with what its last character and its properties say of the table around it."""
        held = dict(sprms)
        inside = _is_on(held.get(_IN_TABLE)) or unit == 0x07
        depth = min(max(_unsigned(held.get(_DEPTH)), int(inside)), _MAX_DEPTH)
        ends_cell = _is_on(held.get(_INNER_CELL)) if depth > 1 else unit == 0x07
        ends_row = bool(depth) and _is_on(held.get(_INNER_ROW_END if depth > 1 else _ROW_END))
        return cls(start, end, style, sprms, held, depth, "row" if ends_row else "cell" if ends_cell else "")


class _Story:
    """The main text of a file, paragraph by paragraph."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._styles = DocStyles(file)
        self._reader = SprmReader(file, self._styles.of_characters())
        self._lists = numberings(file, self._reader)
        self._counters = Counters()
        self._paragraphs = list(self._read_paragraphs())
        self._signs = dict(_SIGNS)
        if any(map(shows_figure, file.boxes)):
            self._signs[0x08] = COVERING

    def flow(self) -> list[Flow]:
        """Its paragraphs and tables."""
        builder = Builder()
        shown = self._shown()
        for paragraph in self._paragraphs:
            if paragraph.ends == "row":
                builder.end_row(_shape(paragraph.sprms), paragraph.depth)
                continue
            last = shown[paragraph.end]
            label = None if last is None or last[1].hidden else self._label(paragraph.held, last[1])
            text = labelled(label, as_seen(_joined(shown[paragraph.start : paragraph.end + 1])))
            framed = FLOATING if not paragraph.depth and _FRAME & paragraph.held.keys() else ""
            builder.add(text + framed, paragraph.depth, ends_cell=paragraph.ends == "cell")
        return builder.finished()

    def _read_paragraphs(self) -> Iterator[_Paragraph]:
        units = self._file.units
        start = 0
        for position, unit in enumerate(units):
            if unit in _PARAGRAPH_ENDS or position == len(units) - 1:
                style, direct = self._file.paragraph(position)
                sprms = (*self._styles.properties(style, lambda held: held.paragraph), *direct)
                yield _Paragraph.of(start, position, unit, style, sprms)
                start = position + 1

    def _label(self, sprms: dict[int, bytes], mark: Marks) -> str | None:
        numbering = self._lists.get(_unsigned(sprms.get(_LIST)))
        if not numbering:
            return None
        depth = _unsigned(sprms.get(_LIST_LEVEL))
        return seen_label(self._counters.label(numbering, depth), numbering.marks(depth).over(mark))

    def _arounds(self) -> list[Marks]:
        """For each paragraph the look of the cell that it stands in, which only the end of the row tells."""
        arounds = [PLAIN] * len(self._paragraphs)
        open_rows: dict[int, list[list[int]]] = {}
        for number, paragraph in enumerate(self._paragraphs):
            cells = open_rows.setdefault(paragraph.depth, [[]])
            if paragraph.ends == "row":
                marks = cell_marks(paragraph.sprms)
                style = _unsigned(paragraph.held.get(_TABLE_STYLE))
                text = self._style_marks(style, PLAIN) if style else PLAIN
                for index, held in enumerate(open_rows.pop(paragraph.depth)):
                    for one in held:
                        arounds[one] = marks[min(index, len(marks) - 1)].over(text)
            elif paragraph.depth:
                cells[-1].append(number)
                if paragraph.ends == "cell":
                    cells.append([])
        return arounds

    def _style_marks(self, style: int, below: Marks) -> Marks:
        """What a style of paragraphs or tables says, over what is said already."""
        paragraph = tuple(self._styles.properties(style, lambda held: held.paragraph))
        characters = tuple(self._styles.properties(style, lambda held: held.characters))
        return _with_paper(self._reader.laid(characters + paragraph, below, below), below)

    def _shown(self) -> list[Piece | None]:
        """For each character what is printed and how it looks; None if it is not printed."""
        units = self._file.units
        looks = [PLAIN] * len(units)
        for paragraph, around in zip(self._paragraphs, self._arounds(), strict=True):
            style = self._style_marks(paragraph.style, around)
            # A piece may say things of characters too, which hold for that piece alone.
            own = tuple(sprm for sprm in paragraph.sprms if sprm[0] >> 10 & 7 == _OF_PARAGRAPHS)
            base = _with_paper(self._reader.laid(own, style, style), style)
            looks[paragraph.start : paragraph.end + 1] = [base] * (paragraph.end + 1 - paragraph.start)
        styles = list(looks)
        shown: list[Piece | None] = [(self._sign(unit), look) for unit, look in zip(units, looks, strict=True)]
        for first, end, sprms in self._file.character_runs():
            held = dict(sprms)
            is_deleted = _is_on(held.get(_DELETED))
            for position in range(first, min(end, len(units))):
                looks[position] = self._reader.laid(sprms, looks[position], styles[position])
                is_symbol = units[position] == _SYMBOL and _SYMBOL_SPRM in held
                text = _symbol(held[_SYMBOL_SPRM]) if is_symbol else self._sign(units[position])
                # Of two properties of a piece and of a run each may delete.
                gone = is_deleted or shown[position] is None
                shown[position] = None if gone else (text, looks[position])
        for first, end, last in _fields(units):
            begins, code = shown[first], units[first + 1 : end][:_FIELD_TEXT]
            result = "".join(piece[0] for piece in shown[end:last][:_FIELD_TEXT] if piece and not piece[1].hidden)
            shown[first:end] = [None] * (end - first)
            if begins is not None:
                sign = field_sign("".join(map(self._sign, code)), result)
                shown[first] = (sign, begins[1]) if sign else None
        return shown

    def _sign(self, unit: int) -> str:
        """What a character stands for."""
        return self._signs.get(unit, "") if unit < 0x20 else chr(unit)


def _with_paper(marks: Marks, below: Marks) -> Marks:
    """Marks of a paragraph, of which one without a shade of its own has that of what it stands in."""
    return marks._replace(paper=below.paper) if marks.paper == NO_COLOUR else marks


def _joined(shown: Iterable[Piece | None]) -> Iterator[Piece]:
    """Characters of one look as one piece, signs apart; those beyond 16 bits come as two units."""
    pieces = (piece for piece in shown if piece is not None)
    for (marks, _), held in groupby(pieces, key=lambda piece: (piece[1], piece[0] in SIGNS)):
        text = "".join(text for text, _ in held)
        yield text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", errors="replace"), marks


def _shape(sprms: Iterable[Sprm]) -> RowShape:
    """A row by its definition (sprmTDefTable) and the merges that modify it."""
    edges: list[int] = []
    above: set[int] = set()
    beside: set[int] = set()
    for number, operand in sprms:
        if number in _CELLS and operand:
            edges, above, beside = _definition(operand)
        elif number == _MERGE and len(operand) == 2:
            beside.update(range(operand[0] + 1, operand[1]))
        elif number == _VERTICAL_MERGE and len(operand) == 2:
            above = above | {operand[0]} if operand[1] == 1 else above - {operand[0]}
    return RowShape(tuple(edges), frozenset(above), frozenset(beside))


def _definition(operand: bytes) -> tuple[list[int], set[int], set[int]]:
    """The edges of a row's cells, and which cells continue the one above, or on the left ([MS-DOC] TDefTable)."""
    count = min(operand[0], (len(operand) - 3) // 2)
    edges = list(struct.unpack_from(f"<{count + 1}h", operand, 1))
    above, beside = set(), set()
    first = 0
    for index in range(count):
        at = 1 + 2 * (count + 1) + _CELL_SIZE * index
        flags = int.from_bytes(operand[at : at + 2], "little")
        if flags >> 5 & 3 == 1:
            above.add(index)
        # The specification and its readers disagree on which of 1 and 2 begins a merge: whichever comes first does.
        merge = flags & 3
        if merge and first and merge != first:
            beside.add(index)
        first = (first or merge) if merge else 0
    return edges, above, beside


def _fields(units: Sequence[int]) -> Iterator[tuple[int, int, int]]:
    """Fields, inner ones first: where each begins, where its instruction ends and its result begins, where it ends."""
    fields: list[list[int]] = []
    for position, unit in enumerate(units):
        if unit == _FIELD_BEGIN:
            fields.append([position])
        elif unit == _FIELD_RESULT and fields:
            fields[-1].append(position)
        elif unit == _FIELD_END and fields:
            begin, *result = fields.pop()
            yield begin, (result[0] if result else position) + 1, position


def _symbol(operand: bytes) -> str:
    """The character of a symbol font (sprmCSymbol), if it is a plain character and not a place in that font."""
    character = chr(_unsigned(operand[2:4]))
    return character if character.isprintable() else OBJECT


def _is_on(operand: bytes | None) -> bool:
    return operand is not None and operand[:1] in (b"\x01", b"\x81")


def _unsigned(operand: bytes | None) -> int:
    return int.from_bytes(operand or b"", "little")
