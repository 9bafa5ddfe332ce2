"""What the property modifiers (Sprm) of a Word 97–2003 file say of the look of text ([MS-DOC] 2.6.1, 2.6.2, 2.6.3)."""

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from parsers.formats.office.look import NO_COLOUR, PALETTE, UNKNOWN_COLOUR, Marks, is_symbol_font, mixed
from parsers.formats.office.wordbin import Sprm, WordFile

_FONTS = 15
_SYMBOL_CHARSET = 2
# Switches may also say "as the style" (0x80) or "not as the style" (0x81).
_SWITCHES = {
    0x083C: "hidden", 0x0837: "struck", 0x0838: "effect", 0x0839: "effect", 0x0858: "effect", 0x0854: "effect",
}  # fmt: skip
_BOOLEANS = {0x2A53: "struck_twice", 0x085A: "reversed", 0x2441: "reversed"}
_NUMBERS = {
    0x4845: "shift", 0x4A43: "size", 0x4852: "scale", 0x840F: "left", 0x845E: "left", 0x840E: "right", 0x845D: "right",
    0x8411: "first", 0x8460: "first",
}  # fmt: skip
_SPACING, _POSITION, _FONT, _CHARACTER_STYLE, _AS_STYLE = 0x8840, 0x2A48, 0x4A4F, 0x4A30, 0x2A33
_COLOUR_NUMBERS, _COLOUR = {0x2A42: "colour", 0x2A0C: "highlight"}, 0x6870
# A text may be printed small, in two lines within the line.
_LAYOUT, _TWO_LINES = 0xCA78, 0x02
_SHADES = {0xCA71: "shade", 0x4866: "shade", 0xC64D: "paper", 0x442D: "paper"}
_LINE = 0x6412
_ROW_HEIGHT, _CELL_SHADE = 0x9407, 0xD62D
# The shades of a row's cells: old ones, from the first cell on; and in three parts, of 22 cells each.
_OLD_CELL_SHADES, _CELL_SHADES = 0xD609, {0xD612: 0, 0xD616: 22, 0xD60C: 44}
_COLOURS = (NO_COLOUR, *PALETTE.values())
# How much of a pattern is its first colour, percent ([MS-DOC] Ipat); others are stripes and grids.
_PATTERNS = {0: 0, 1: 100, 2: 5, 3: 10, 4: 20, 5: 25, 6: 30, 7: 40, 8: 50, 9: 60, 10: 70, 11: 75, 12: 80, 13: 90}
_NO_PATTERN = 0xFFFF
_TWIPS = 10  # of a half-point


class SprmReader:
    """Lays modifiers over marks, with a file's fonts and the marks of its character styles."""

    def __init__(self, file: WordFile, styles: Mapping[int, tuple[Sprm, ...]]) -> None:
        self._symbol_fonts = _symbol_fonts(file.structure(_FONTS))
        self._styles = styles
        self.laid = lru_cache(maxsize=8192)(self._laid)
        """Marks with modifiers over them; ``style`` are those of the paragraph's style."""

    def _laid(self, sprms: tuple[Sprm, ...], below: Marks, style: Marks) -> Marks:
        for number, operand in sprms:
            if number == _CHARACTER_STYLE:
                held = self._styles.get(_unsigned(operand), ())
                # The style's own switches are relative to that of the paragraph.
                below = self._laid(tuple(one for one in held if one[0] != _CHARACTER_STYLE), below, style)
                style = below
            elif number == _AS_STYLE:
                below = style
            else:
                below = below._replace(**self._said(number, operand, style))
        return below

    def _said(self, number: int, operand: bytes, style: Marks) -> dict[str, Any]:
        """What one modifier says."""
        value = _unsigned(operand)
        if name := _SWITCHES.get(number):
            before = bool(getattr(style, name))
            return {name: {0x80: before, 0x81: not before}.get(value, bool(value))}
        if name := _BOOLEANS.get(number):
            return {name: bool(value)}
        if name := _NUMBERS.get(number):
            return {name: _signed(operand)}
        if name := _SHADES.get(number):
            return {name: _shade(operand)}
        if number == _FONT:
            return {"symbols": value in self._symbol_fonts}
        return _others(number, operand, value)


def _others(number: int, operand: bytes, value: int) -> dict[str, Any]:
    if number == _LINE:
        height, is_multiple = (_signed(operand[:2]), _signed(operand[2:]))
        return {"room": None if is_multiple or height >= 0 else -height // _TWIPS}
    if number in _COLOUR_NUMBERS:
        return {_COLOUR_NUMBERS[number]: _palette(value)}
    said: dict[int, dict[str, Any]] = {
        _POSITION: {"raised": value in (1, 2)},
        _SPACING: {"spacing": _signed(operand) // _TWIPS},
        _COLOUR: {"colour": _colour(operand)},
        _LAYOUT: {"unclear": bool(value & _TWO_LINES)},
    }
    return said.get(number, {})


def cell_marks(sprms: Iterable[Sprm]) -> list[Marks]:
    """What a row's modifiers say of its cells, from the first on; those beyond are as the last one's row is."""
    old: list[int] = []
    shades: dict[int, int] = {}
    room: int | None = None
    for number, operand in sprms:
        if number == _OLD_CELL_SHADES:
            old = [_shade(operand[at : at + 2]) for at in range(0, len(operand) - 1, 2)]
        elif number in _CELL_SHADES:
            cells = (operand[at : at + 10] for at in range(0, len(operand) - 9, 10))
            shades |= {_CELL_SHADES[number] + index: _shade(cell) for index, cell in enumerate(cells)}
        elif number == _CELL_SHADE and len(operand) >= 12:
            shades |= dict.fromkeys(range(operand[0], operand[1]), _shade(operand[2:12]))
        elif number == _ROW_HEIGHT:
            height = _signed(operand)
            room = -height // _TWIPS if height < 0 else None
    shades = dict(enumerate(old)) | shades
    return [Marks(paper=shades.get(index), room=room) for index in range(max(shades, default=-1) + 1)] or [
        Marks(room=room)
    ]


def _shade(operand: bytes) -> int:
    """The colour of a shade: two colours and a pattern (Shd), or the same in two bytes (Shd80)."""
    if len(operand) >= 10:
        above, back, pattern = _colour(operand[:4]), _colour(operand[4:8]), _unsigned(operand[8:10])
    else:
        value = _unsigned(operand[:2])
        above, back, pattern = _palette(value & 31), _palette(value >> 5 & 31), value >> 10
        pattern = _NO_PATTERN if value == _NO_PATTERN else pattern
    if pattern in (0, _NO_PATTERN):
        return NO_COLOUR if pattern else back
    part = _PATTERNS.get(pattern)
    return UNKNOWN_COLOUR if part is None else mixed(above, back, part / 100)


def _colour(operand: bytes) -> int:
    """A COLORREF: red, green, blue, and whether the program chooses."""
    return NO_COLOUR if operand[3:4] == b"\xff" else int.from_bytes(operand[:3], "big")


def _palette(number: int) -> int:
    return _COLOURS[number] if number < len(_COLOURS) else UNKNOWN_COLOUR


def _symbol_fonts(table: bytes) -> frozenset[int]:
    """The fonts (SttbfFfn) that draw other signs than digits, by their numbers."""
    found = set()
    at, number = 4, 0
    while at < len(table):
        entry = table[at + 1 : at + 1 + table[at]]
        name = entry[39:].decode("utf-16-le", errors="replace").partition("\x00")[0]
        is_marked = entry[3:4] == bytes([_SYMBOL_CHARSET]) and name != "Symbol"
        if is_marked or is_symbol_font(name):
            found.add(number)
        at += 1 + table[at]
        number += 1
    return frozenset(found)


def _unsigned(operand: bytes) -> int:
    return int.from_bytes(operand, "little")


def _signed(operand: bytes) -> int:
    return int.from_bytes(operand, "little", signed=True)
