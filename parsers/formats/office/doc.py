"""DOC and WPS, the binary files of Word 97–2003 and WPS ([MS-DOC]), to a document.

Deleted and hidden text is left out, fields show their results, and the numbers that the program itself
puts before paragraphs are part of the text. Heads, feet, notes and text boxes are stories of their own,
and no text.
"""

import struct
from collections.abc import Iterable, Iterator, Sequence

from parsers.document.model import Document
from parsers.formats.office.doclists import DocStyles, numberings
from parsers.formats.office.flow import FLOATING, OBJECT, Builder, Flow, RowShape, document_of, field_sign, set_apart
from parsers.formats.office.numbering import Counters, labelled
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
_LIST, _LIST_LEVEL = 0x460B, 0x260A
_DELETED, _HIDDEN, _SYMBOL_SPRM, _CHARACTER_STYLE = 0x0800, 0x083C, 0x6A09, 0x4A30
_STRUCK, _STRUCK_TWICE, _RAISED = 0x0837, 0x2A53, 0x2A48
_CELLS, _MERGE, _VERTICAL_MERGE = (0xD608, 0xD606), 0x5624, 0xD62B


def read_doc(data: bytes) -> Document:
    """Read a DOC or WPS file; raises :class:`Unreadable` with one line for what is locked, older or damaged.

    ``titles`` is the title of the file's summary information, if it has one.
    """
    with open_ole(data) as container:
        flow = _Story(WordFile(container)).flow()
        return document_of(flow, [container.title()])


class _Story:
    """The main text of a file, paragraph by paragraph."""

    def __init__(self, file: WordFile) -> None:
        self._file = file
        self._styles = DocStyles(file)
        self._lists = numberings(file)
        self._counters = Counters()

    def flow(self) -> list[Flow]:
        """Its paragraphs and tables."""
        builder = Builder()
        units = self._file.units
        shown = self._shown()
        start = 0
        for position, unit in enumerate(units):
            if unit in _PARAGRAPH_ENDS or position == len(units) - 1:
                style, direct = self._file.paragraph(position)
                sprms = [*self._styles.properties(style, lambda held: held.paragraph), *direct]
                end = position + (unit not in _PARAGRAPH_ENDS)
                label = self._label(dict(sprms)) if shown[position] is not None else ""
                text = _text(units[start:end], shown[start:end])
                _add(builder, labelled(label, text), unit, sprms)
                start = position + 1
        return builder.finished()

    def _label(self, sprms: dict[int, bytes]) -> str:
        numbering = self._lists.get(_unsigned(sprms.get(_LIST)))
        return self._counters.label(numbering, _unsigned(sprms.get(_LIST_LEVEL))) if numbering else ""

    def _shown(self) -> list[str | None]:
        """For each character: None if it is not printed, a symbol that stands for it, or "" for itself."""
        units = self._file.units
        shown: list[str | None] = [""] * len(units)
        start = 0
        for position, unit in enumerate(units):
            if unit in _PARAGRAPH_ENDS:
                style, _ = self._file.paragraph(position)
                if _is_on(dict(self._styles.properties(style, lambda held: held.characters)).get(_HIDDEN)):
                    shown[start : position + 1] = [None] * (position + 1 - start)
                start = position + 1
        for first, end, sprms in self._file.character_runs():
            held = dict(sprms)
            for position in range(first, min(end, len(units))):
                shown[position] = self._look(held, shown[position], units[position])
        for first, end, last in _fields(units):
            begins, code = shown[first], units[first + 1 : end][:_FIELD_TEXT]
            result = _text(units[end:last][:_FIELD_TEXT], shown[end:last][:_FIELD_TEXT])
            shown[first:end] = [None] * (end - first)
            if begins is not None:
                shown[first] = field_sign(_text(code, [""] * len(code)), result) or None
        return shown

    def _look(self, sprms: dict[int, bytes], before: str | None, unit: int) -> str | None:
        hidden = sprms.get(_HIDDEN)
        if _CHARACTER_STYLE in sprms and hidden is None:
            style = _unsigned(sprms[_CHARACTER_STYLE])
            hidden = dict(self._styles.properties(style, lambda held: held.characters)).get(_HIDDEN)
        if _is_on(sprms.get(_DELETED)) or _is_on(hidden) or (before is None and hidden is None):
            return None
        if unit == _SYMBOL and _SYMBOL_SPRM in sprms:
            return _symbol(sprms[_SYMBOL_SPRM])
        struck = _is_on(sprms.get(_STRUCK)) or _is_on(sprms.get(_STRUCK_TWICE))
        raised = _unsigned(sprms.get(_RAISED)) > 0
        return set_apart(chr(unit), raised=raised, struck=struck) if (struck or raised) and unit >= 0x20 else ""


def _add(builder: Builder, text: str, unit: int, sprms: Sequence[Sprm]) -> None:
    """Add a paragraph with what its last character and its properties say of the table around it."""
    last = dict(sprms)
    inside = _is_on(last.get(_IN_TABLE)) or unit == 0x07
    depth = min(max(_unsigned(last.get(_DEPTH)), int(inside)), _MAX_DEPTH)
    if _is_on(last.get(_INNER_ROW_END if depth > 1 else _ROW_END)) and depth:
        builder.end_row(_shape(sprms), depth)
    else:
        ends_cell = _is_on(last.get(_INNER_CELL)) if depth > 1 else unit == 0x07
        builder.add(text, depth, ends_cell=ends_cell)


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


def _text(units: Sequence[int], shown: Sequence[str | None]) -> str:
    parts = []
    for unit, look in zip(units, shown, strict=True):
        if look is not None:
            parts.append(look or (_SIGNS.get(unit, "") if unit < 0x20 else chr(unit)))
    # Characters beyond 16 bits are two units, which only together are one.
    return "".join(parts).encode("utf-16-le", "surrogatepass").decode("utf-16-le", errors="replace")


def _symbol(operand: bytes) -> str:
    """The character of a symbol font (sprmCSymbol), if it is a plain character and not a place in that font."""
    character = chr(_unsigned(operand[2:4]))
    return character if character.isprintable() else OBJECT


def _is_on(operand: bytes | None) -> bool:
    return operand is not None and operand[:1] in (b"\x01", b"\x81")


def _unsigned(operand: bytes | None) -> int:
    return int.from_bytes(operand or b"", "little")
