"""The structures of a Word 97–2003 file ([MS-DOC]): its text in pieces, and the properties laid over it.

Text is counted in characters (CP), properties hang on places in the stream (FC); pieces join the two.
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from parsers.document.model import Unreadable
from parsers.formats.office.ole import Container

_WORD_97, _WORD_95 = 0xA5EC, 0xA5DC
_OLDEST_FIB = 0xC0
_ENCRYPTED, _TABLE_1 = 0x0100, 0x0200
_COMPRESSED = 0x40000000
# Bytes of a page of formatting (FKP) in [MS-DOC].
_PAGE = 512
# Where the file says how long its main text is, the stories between that and its text boxes, and these.
_TEXT_LENGTH, _STORIES_BEFORE_BOXES, _BOXES_LENGTH = 76, (76, 80, 84, 92, 96), 100
# A report has some 10,000.
_MAX_CHARACTERS = 2_000_000
# [MS-DOC] 2.9.215: single properties that a piece itself may carry.
_PIECE_SPRMS = {0x18: 0x2416, 0x19: 0x2417, 0x41: 0x0800, 0x5C: 0x083C}
_SIZES = {0: 1, 1: 1, 2: 2, 3: 4, 4: 2, 5: 2, 7: 3}
_TABLE_DEFINITION, _TABS = (0xD608, 0xD606), 0xC615
_ELSEWHERE = frozenset({0x6646, 0x6645, 0x646B})  # sprmPHugePapx and kin: properties kept in the stream Data

Sprm = tuple[int, bytes]


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start`` to ``end`` stand from byte ``place`` on, ``width`` bytes each."""

    start: int
    end: int
    place: int
    width: int
    sprms: tuple[Sprm, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Properties of the bytes from ``start`` to ``end``; ``style`` is the index of the paragraphs' style."""

    start: int
    end: int
    sprms: tuple[Sprm, ...]
    style: int = 0


class WordFile:
    """The main text of a file and what is said of its paragraphs and characters.

    Raises :class:`Unreadable` for what is locked or older than Word 97.
    """

    def __init__(self, container: Container) -> None:
        self._word = container.stream("WordDocument")
        _check(self._word)
        flags = _number(self._word, 10, 2)
        self._table = container.stream("1Table" if flags & _TABLE_1 else "0Table")
        self._data = container.stream("Data")
        self.pieces = self._pieces(min(_number(self._word, _TEXT_LENGTH), _MAX_CHARACTERS))
        self.boxes = list(self._box_texts())
        """The paragraphs of the text boxes that lie on the pages."""
        self.units = [unit for piece in self.pieces for unit in self._units(piece)]
        self._paragraphs = self._runs(13, paragraphs=True)
        self._characters = self._runs(12, paragraphs=False)

    def structure(self, index: int) -> bytes:
        """A structure of the table stream, by its number in FibRgFcLcb97."""
        place, size = self._location(index)
        return self._table[place : place + size]

    def structure_on(self, index: int) -> bytes:
        """The same, with all that follows it."""
        place, size = self._location(index)
        return self._table[place:] if size else b""

    def paragraph(self, position: int) -> tuple[int, tuple[Sprm, ...]]:
        """The style and the properties of the paragraph that a character ends."""
        piece = self.pieces[bisect_right(self.pieces, position, key=lambda piece: piece.start) - 1]
        run = _run_at(self._paragraphs, piece.place + (position - piece.start) * piece.width)
        return (run.style, (*run.sprms, *piece.sprms)) if run else (0, piece.sprms)

    def character_runs(self) -> Iterator[tuple[int, int, tuple[Sprm, ...]]]:
        """Stretches of the text, in its order, that have properties of their own: start, end, properties."""
        for piece in self.pieces:
            if piece.sprms:
                yield piece.start, piece.end, piece.sprms
            last = piece.place + (piece.end - piece.start) * piece.width
            first = max(0, bisect_right(self._characters, piece.place, key=lambda run: run.start) - 1)
            for run in self._characters[first:]:
                if run.start >= last:
                    break
                start = piece.start + (max(run.start, piece.place) - piece.place) // piece.width
                end = piece.start + (min(run.end, last) - piece.place) // piece.width
                if start < end and run.sprms:
                    yield start, end, run.sprms

    def _box_texts(self) -> Iterator[str]:
        """The story of the text boxes, which follows those of main text, foot notes, heads, comments and end notes."""
        start = sum(_number(self._word, at) for at in _STORIES_BEFORE_BOXES)
        end = min(start + _number(self._word, _BOXES_LENGTH), _MAX_CHARACTERS)
        if start >= end:
            return
        units = [unit for piece in self._pieces(end) for unit in self._units(piece)][start:]
        yield from "".join(map(chr, units)).split("\r")

    def _location(self, index: int) -> tuple[int, int]:
        return _number(self._word, 154 + 8 * index), _number(self._word, 158 + 8 * index)

    def _pieces(self, length: int) -> list[Piece]:
        """The pieces of the main text, in its order."""
        clx = self.structure(33)
        groups: list[bytes] = []
        at = 0
        while at < len(clx) and clx[at] == 1:
            size = _number(clx, at + 1, 2)
            groups.append(clx[at + 3 : at + 3 + size])
            at += 3 + size
        if at >= len(clx) or clx[at] != 2:
            raise Unreadable("a damaged Word file: it has no table of its text")
        table = clx[at + 5 : at + 5 + _number(clx, at + 1)]
        count = (len(table) - 4) // 12
        starts = struct.unpack_from(f"<{count + 1}I", table)
        pieces: list[Piece] = []
        for number, (start, end) in enumerate(pairwise(starts)):
            place, modifier = struct.unpack_from("<IH", table, 4 * (count + 1) + 8 * number + 2)
            width = 1 if place & _COMPRESSED else 2
            place = (place & (_COMPRESSED - 1)) // (2 if width == 1 else 1)
            last = min(end, length, start + (len(self._word) - place) // width)
            if start < last and start == (pieces[-1].end if pieces else 0):
                pieces.append(Piece(start, last, place, width, tuple(self._modifiers(modifier, groups))))
        return pieces

    def _modifiers(self, modifier: int, groups: Sequence[bytes]) -> Iterator[Sprm]:
        """What a piece's Prm says: one property, or the number of a group."""
        if modifier & 1:
            yield from self.sprms(groups[modifier >> 1]) if modifier >> 1 < len(groups) else ()
        elif modifier >> 1 & 0x7F in _PIECE_SPRMS:
            yield _PIECE_SPRMS[modifier >> 1 & 0x7F], bytes([modifier >> 8])

    def _units(self, piece: Piece) -> Sequence[int]:
        """The characters of a piece as UTF-16 code units; narrow ones are Windows-1252, whatever the language."""
        data = self._word[piece.place : piece.place + (piece.end - piece.start) * piece.width]
        if piece.width == 2:
            return struct.unpack(f"<{len(data) // 2}H", data)
        return [ord(character) for character in data.decode("cp1252", errors="replace")]

    def _runs(self, index: int, *, paragraphs: bool) -> list[Run]:
        """The runs of all pages of properties (PapxFkp, ChpxFkp) that a bin table lists, in order."""
        table = self.structure(index)
        count = (len(table) - 4) // 8
        runs: list[Run] = []
        for (number,) in struct.iter_unpack("<I", table[4 * (count + 1) : 4 * (count + 1) + 4 * count]):
            page = self._word[(number & 0x3FFFFF) * _PAGE :][:_PAGE]
            if len(page) == _PAGE:
                runs += self._page_runs(page, paragraphs=paragraphs)
        # Runs never overlap; those of a hostile file must not be laid over the text again and again.
        apart: list[Run] = []
        for run in sorted(runs, key=lambda run: (run.start, run.end)):
            if run.start < run.end and (not apart or run.start >= apart[-1].end):
                apart.append(run)
        return apart

    def _page_runs(self, page: bytes, *, paragraphs: bool) -> Iterator[Run]:
        count = page[-1]
        offsets = 4 * (count + 1)
        each = 13 if paragraphs else 1
        if offsets + each * count >= _PAGE:
            return
        for number, (start, end) in enumerate(pairwise(struct.unpack_from(f"<{count + 1}I", page))):
            offset = page[offsets + each * number] * 2
            if not offset:
                yield Run(start, end, ())
            elif not paragraphs:
                yield Run(start, end, tuple(self.sprms(page[offset + 1 : offset + 1 + page[offset]])))
            else:
                size, begin = (2 * page[offset] - 1, offset + 1) if page[offset] else (2 * page[offset + 1], offset + 2)
                held = page[begin : begin + size]
                yield Run(start, end, tuple(self.sprms(held[2:])), _number(held, 0, 2))

    def sprms(self, group: bytes) -> Iterator[Sprm]:
        """The properties of a group (grpprl): number and operand; those kept elsewhere are fetched."""
        for number, operand in _sprms(group):
            if number in _ELSEWHERE:
                place = _number(operand, 0)
                yield from _sprms(self._data[place + 2 : place + 2 + _number(self._data, place, 2)])
            else:
                yield number, operand


def _sprms(group: bytes) -> Iterator[Sprm]:
    at = 0
    while at + 3 <= len(group):
        number = _number(group, at, 2)
        size, skip = _operand(group, at + 2, number)
        at += 2 + skip + size
        yield number, group[at - size : at]


def _operand(group: bytes, at: int, number: int) -> tuple[int, int]:
    """How long an operand is, and how many bytes before it say so."""
    if number >> 13 != 6:
        return _SIZES[number >> 13], 0
    if number in _TABLE_DEFINITION:
        return max(_number(group, at, 2) - 1, 0), 2
    size = group[at]
    if number == _TABS and size == 255:
        deleted = group[at + 1] if at + 1 < len(group) else 0
        added = at + 2 + 4 * deleted
        return 2 + 4 * deleted + 3 * (group[added] if added < len(group) else 0), 1
    return size, 1


def _check(word: bytes) -> None:
    identity, fib = _number(word, 0, 2), _number(word, 2, 2)
    if identity == _WORD_95 or (identity == _WORD_97 and fib < _OLDEST_FIB):
        raise Unreadable("a Word file older than Word 97")
    if identity != _WORD_97:
        raise Unreadable("a word processor's file of unknown kind")
    if _number(word, 10, 2) & _ENCRYPTED:
        raise Unreadable("a Word file locked with a password")


def _run_at(runs: Sequence[Run], place: int) -> Run | None:
    index = bisect_right(runs, place, key=lambda run: run.start) - 1
    return runs[index] if index >= 0 and place < runs[index].end else None


def _number(data: bytes, at: int, size: int = 4) -> int:
    """An unsigned number, low byte first."""
    return int.from_bytes(data[at : at + size], "little")
