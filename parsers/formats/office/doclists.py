"""Styles and numbered lists of a Word 97–2003 file ([MS-DOC] 2.9.271 STSH, 2.9.176 PlfLst, 2.9.175 PlfLfo)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from parsers.formats.office.docmarks import SprmReader
from parsers.formats.office.look import PLAIN
from parsers.formats.office.numbering import LEVELS, Level, Numbering
from parsers.formats.office.wordbin import Sprm, WordFile

_STYLES, _LISTS, _OVERRIDES = 1, 73, 74
_NO_STYLE = 0xFFF
# Styles that rest on each other; a damaged file has them rest on each other in a circle.
_MAX_ANCESTORS = 20
_SIMPLE = 0x01
CHARACTER_STYLE = 2
# Where styles of paragraphs and of tables keep the properties of paragraphs and of characters; others have one group.
_GROUPS = {1: (0, 1), 3: (1, 2)}
# MSONFC, [MS-OSHARED] 2.2.1.3, in the names of ST_NumberFormat.
_FORMATS = {
    0: "decimal", 1: "upperRoman", 2: "lowerRoman", 3: "upperLetter", 4: "lowerLetter", 10: "ideographDigital",
    11: "japaneseCounting", 14: "decimalFullWidth", 18: "decimalEnclosedCircle", 19: "decimalFullWidth2",
    22: "decimalZero", 23: "bullet", 26: "decimalEnclosedFullstop", 27: "decimalEnclosedParen",
    28: "decimalEnclosedCircleChinese", 29: "ideographEnclosedCircle", 30: "ideographTraditional",
    31: "ideographZodiac", 33: "taiwaneseCounting", 35: "taiwaneseCountingThousand", 36: "taiwaneseDigital",
    37: "chineseCounting", 38: "chineseLegalSimplified", 39: "chineseCountingThousand", 255: "none",
}  # fmt: skip


def number_format(code: int) -> str:
    """The name of a format for numbers that a file names by its code."""
    return _FORMATS.get(code, "decimal")


@dataclass(frozen=True, slots=True)
class DocStyle:
    """A style: its kind, the one it is based on, and its own properties of paragraphs and of characters."""

    kind: int
    parent: int
    paragraph: tuple[Sprm, ...]
    characters: tuple[Sprm, ...]


class _Bytes:
    """Bytes read from front to back; what is beyond the end is empty, and zero."""

    def __init__(self, data: bytes, at: int = 0) -> None:
        self.data = data
        self.at = at

    def read(self, size: int) -> bytes:
        self.at += size
        return self.data[self.at - size : self.at]

    def number(self, size: int = 4) -> int:
        return int.from_bytes(self.read(size), "little")

    @property
    def is_over(self) -> bool:
        return self.at >= len(self.data)


class DocStyles:
    """The styles of a file by their index."""

    def __init__(self, file: WordFile) -> None:
        self._styles = dict(_styles(file))

    def of_characters(self) -> dict[int, tuple[Sprm, ...]]:
        """All that each style of characters says, that of its ancestors first."""
        named = (index for index, style in self._styles.items() if style.kind == CHARACTER_STYLE)
        return {index: tuple(self.properties(index, lambda held: held.characters)) for index in named}

    def properties(self, index: int, kind: Callable[[DocStyle], tuple[Sprm, ...]]) -> Iterator[Sprm]:
        """The properties that a style gives, those of its ancestors first."""
        line: list[DocStyle] = []
        while index in self._styles and len(line) < _MAX_ANCESTORS:
            line.append(self._styles[index])
            index = line[-1].parent
        for style in reversed(line):
            yield from kind(style)


def _styles(file: WordFile) -> Iterator[tuple[int, DocStyle]]:
    table = _Bytes(file.structure(_STYLES))
    head = _Bytes(table.read(table.number(2)))
    count, base = head.number(2), head.number(2)
    for index in range(count):
        entry = _Bytes(table.read(table.number(2)))
        if table.is_over and not entry.data:
            return
        if not entry.data:
            continue
        entry.at = 2
        kind, parts = entry.number(2), entry.number(2)
        entry.at = base
        entry.read(2 * entry.number(2) + 2)
        groups = []
        for _ in range(parts & 0xF):
            groups.append(entry.read(entry.number(2)))
            entry.at += entry.at % 2
        groups += [b""] * 3
        of_paragraphs, characters = _GROUPS.get(kind & 0xF, (None, 0))
        paragraph = b"" if of_paragraphs is None else groups[of_paragraphs][2:]
        yield (
            index,
            DocStyle(kind & 0xF, kind >> 4, tuple(file.sprms(paragraph)), tuple(file.sprms(groups[characters]))),
        )


def numberings(file: WordFile, reader: SprmReader) -> dict[int, Numbering]:
    """The lists of a file by the number that its paragraphs state (sprmPIlfo), from 1."""
    families = _families(file, reader)
    table = _Bytes(file.structure(_OVERRIDES))
    heads = []
    for _ in range(min(table.number(), len(table.data) // 16)):
        entry = _Bytes(table.read(16))
        heads.append((entry.number(), entry.data[12]))
    found = {}
    for number, (family, overrides) in enumerate(heads, start=1):
        table.read(4)
        levels, starts = dict(families.get(family, {})), {}
        for _ in range(overrides):
            start, bits = table.number(), table.number()
            depth = bits & 0xF
            if bits & 0x20:
                levels[depth] = _level(table, file, reader)
                start = levels[depth].start
            if bits & 0x10:
                starts[depth] = start
        if family in families:
            found[number] = Numbering(number, family, levels, starts)
    return found


def _families(file: WordFile, reader: SprmReader) -> dict[int, dict[int, Level]]:
    """The levels of each list. The levels follow the heads of all lists, and are not counted in the size."""
    table = _Bytes(file.structure_on(_LISTS))
    heads = []
    for _ in range(min(table.number(2), len(table.data) // 28)):
        entry = table.read(28)
        heads.append((int.from_bytes(entry[:4], "little"), 1 if entry[26:27] and entry[26] & _SIMPLE else LEVELS))
    return {name: {depth: _level(table, file, reader) for depth in range(count)} for name, count in heads}


def _level(table: _Bytes, file: WordFile, reader: SprmReader) -> Level:
    """An LVL: 28 bytes (LVLF), properties, and the text with the numbers of levels as characters 0 to 8."""
    head = _Bytes(table.read(28).ljust(28, b"\x00"))
    start, name, flags = head.number(), head.number(1), head.number(1)
    head.at = 24
    character_size, paragraph_size, limit = head.number(1), head.number(1), head.number(1)
    table.read(paragraph_size)
    characters = tuple(file.sprms(table.read(character_size)))
    units = table.read(2 * table.number(2)).decode("utf-16-le", errors="replace")
    text = "".join(f"%{ord(unit) + 1}" if ord(unit) < LEVELS else unit for unit in units)
    restart = limit if flags & 0x08 else None
    marks = reader.laid(characters, PLAIN, PLAIN)
    return Level(text, number_format(name), start, restart, bool(flags & 0x04), marks)
