"""A sheet as a Word 97–2003 file, written by hand after [MS-DOC] and [MS-CFB].

It has what LibreOffice does not write: text saved fast, in pieces out of order and of one or two bytes a
character; properties of long rows in the stream Data; merges by flags; deletions, hidden text and fields.
"""

import struct
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from random import Random

from tests.factory import heads
from tests.factory.html import tables_of
from tests.factory.office import Slot, laid_out
from tests.factory.sheet import Sheet

_SECTOR, _FREE, _END, _FAT = 512, 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_LEAST_STREAM = 4096
_TEXT_AT = 2048
_IN_TABLE = bytes.fromhex("162401 496601000000")
_ROW_END = _IN_TABLE + bytes.fromhex("172401")
_DELETED, _HIDDEN = bytes.fromhex("000801"), bytes.fromhex("3c0801")
_WIDTH = 9000


@dataclass(frozen=True, slots=True)
class Part:
    """A run of text, with its properties; ``ending`` are those of the paragraph that it ends, if it does."""

    text: str
    characters: bytes = b""
    ending: bytes | None = None


def word_binary(sheet: Sheet, rng: Random) -> bytes:
    """A whole report."""
    return doc_file(list(_parts(sheet, rng)), rng)


def _parts(sheet: Sheet, rng: Random) -> Iterator[Part]:
    soup = rng.random() < 0.6
    legacy = rng.random() < 0.5
    yield from _paragraph(sheet.truth.title, rng, soup=soup)
    tables = tables_of(sheet)
    for number, heading in heads.CHAPTERS.items():
        for text in (heading, *sheet.truth.prose.get(number, ())):
            yield from _paragraph(text, rng, soup=soup)
        rows = list(laid_out(tables.get(number, [])))
        columns = max((slot.column + slot.td.width for row in rows for slot in row), default=0)
        for row in rows:
            for slot in row:
                *above, last = ("" if slot.above else slot.td.text).split("\n")
                for line in above:
                    yield from _paragraph(line, rng, rng.choice("\r\x0b"), _IN_TABLE, soup=soup)
                yield from _paragraph(last, rng, "\x07", _IN_TABLE, soup=soup)
                if legacy:
                    yield from (Part("\x07", ending=_IN_TABLE) for _ in range(slot.td.width - 1))
            yield Part("\x07", ending=_ROW_END + _definition(row, _WIDTH // columns, legacy=legacy))
        yield Part("\r", ending=b"")


def _paragraph(text: str, rng: Random, end: str = "\r", ending: bytes = b"", *, soup: bool) -> Iterator[Part]:
    cut = rng.randint(0, len(text)) if soup else 0
    yield Part(text[:cut])
    if soup:
        fields = Part("\x13 ADDIN 9\x14\x15"), Part("\x13 NOTE 9\x15")
        yield rng.choice((Part("7", _DELETED), Part("8", _HIDDEN), *fields, Part("\x02")))
    yield Part(text[cut:])
    yield Part(end, ending=ending)


def _definition(row: Sequence[Slot], width: int, *, legacy: bool) -> bytes:
    """A sprmTDefTable: merged cells sideways are wide ones, or cells of their own with flags."""
    edges, flags = [0], []
    for slot in row:
        vertical = (1 if slot.above else 3 if slot.td.height > 1 else 0) << 5
        for part in range(slot.td.width if legacy else 1):
            wide = legacy and slot.td.width > 1
            flags.append(vertical | (int(wide) if part == 0 else 2))
            edges.append(edges[-1] + width * (1 if legacy else slot.td.width))
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    body = bytes([len(flags)]) + struct.pack(f"<{len(edges)}h", *edges) + cells
    return struct.pack("<HH", 0xD608, len(body) + 1) + body


def doc_file(parts: Sequence[Part], rng: Random, *, flags: int = 0) -> bytes:
    """A file of these runs of text; ``flags`` are those of the FIB, beside the place of the table stream."""
    text = "".join(part.text for part in parts)
    pieces = _pieces(text, rng)
    order = list(range(len(pieces)))
    rng.shuffle(order)
    stream, places = b"", {}
    for index in order:
        start, end, narrow = pieces[index]
        places[index] = _TEXT_AT + len(stream)
        stream += text[start:end].encode("cp1252" if narrow else "utf-16-le", "surrogatepass")
    runs = list(_runs(parts))
    physical = [
        (places[index] + (max(start, pieces[index][0]) - pieces[index][0]) * (1 if pieces[index][2] else 2), held)
        for index in order
        for start, end, held in runs
        if max(start, pieces[index][0]) < min(end, pieces[index][1])
    ]
    data = bytearray(8)
    last = _TEXT_AT + len(stream)
    paragraph_pages = list(_pages([(place, _papx(held[0], data, rng)) for place, held in physical], last, each=13))
    character_pages = list(_pages([(place, _chpx(held[1])) for place, held in physical], last, each=1))
    first_page = -(-last // _SECTOR)
    word = bytearray(first_page * _SECTOR) + b"".join(page for _, page in paragraph_pages + character_pages)
    word[_TEXT_AT:last] = stream
    clx = _clx(pieces, places)
    paragraph_bins = _bins(paragraph_pages, last, first_page)
    character_bins = _bins(character_pages, last, first_page + len(paragraph_pages))
    struct.pack_into("<HH", word, 0, 0xA5EC, 0xC1)
    struct.pack_into("<H", word, 10, 0x0200 | flags)
    struct.pack_into("<I", word, 76, len(text))
    table = b""
    for index, structure in ((12, character_bins), (13, paragraph_bins), (33, clx)):
        struct.pack_into("<II", word, 154 + 8 * index, len(table), len(structure))
        table += structure
    return compound({"WordDocument": bytes(word), "1Table": table, "Data": bytes(data)})


def _pieces(text: str, rng: Random) -> list[tuple[int, int, bool]]:
    """Where the text is cut, and whether a piece is of one byte a character."""
    cuts = sorted({0, len(text), *(rng.randrange(len(text) + 1) for _ in range(rng.randint(0, 40)))})
    return [(start, end, text[start:end].isascii() and rng.random() < 0.9) for start, end in pairwise(cuts)]


def _runs(parts: Sequence[Part]) -> Iterator[tuple[int, int, tuple[bytes, bytes]]]:
    """The runs with the properties of their paragraph and their own."""
    ends = list(accumulate(len(part.text) for part in parts))
    endings: list[bytes] = []
    ending = b""
    for part in reversed(parts):
        ending = ending if part.ending is None else part.ending
        endings.append(ending)
    for part, end, held in zip(parts, ends, reversed(endings), strict=True):
        if part.text:
            yield end - len(part.text), end, (held, part.characters)


def _papx(properties: bytes, data: bytearray, rng: Random) -> bytes:
    """A PapxInFkp; long properties, and some others, are kept in the stream Data (sprmPHugePapx)."""
    if len(properties) > 200 or (properties and rng.random() < 0.1):
        place = len(data)
        data += struct.pack("<H", len(properties)) + properties
        properties = struct.pack("<HI", 0x6646, place)
    held = b"\x00\x00" + properties
    return bytes([(len(held) + 1) // 2]) + held if len(held) % 2 else bytes([0, len(held) // 2]) + held


def _chpx(properties: bytes) -> bytes:
    return bytes([len(properties)]) + properties


def _pages(runs: Sequence[tuple[int, bytes]], last: int, each: int) -> Iterator[tuple[int, bytes]]:
    """Pages of properties, each with the place where its first run begins."""
    waiting = list(runs)
    while waiting:
        taken, size = 0, 0
        while taken < len(waiting) and taken < 100:
            needed = len(waiting[taken][1]) + 1
            if size + needed + 4 * (taken + 2) + each * (taken + 1) > 500:
                break
            size, taken = size + needed, taken + 1
        held, waiting = waiting[:taken], waiting[taken:]
        page, at = bytearray(_SECTOR), _SECTOR - 1
        page[-1] = taken
        places = [place for place, _ in held] + [waiting[0][0] if waiting else last]
        struct.pack_into(f"<{taken + 1}I", page, 0, *places)
        for index, (_, properties) in enumerate(held):
            at = (at - len(properties)) // 2 * 2
            page[at : at + len(properties)] = properties
            page[4 * (taken + 1) + each * index] = at // 2
        yield held[0][0], bytes(page)


def _bins(pages: Sequence[tuple[int, bytes]], last: int, first: int) -> bytes:
    places = [place for place, _ in pages] + [last]
    return struct.pack(f"<{len(places)}I", *places) + struct.pack(f"<{len(pages)}I", *range(first, first + len(pages)))


def _clx(pieces: Sequence[tuple[int, int, bool]], places: Mapping[int, int]) -> bytes:
    table = struct.pack(f"<{len(pieces) + 1}I", *(start for start, _, _ in pieces), pieces[-1][1])
    for index, (_, _, narrow) in enumerate(pieces):
        table += struct.pack("<HIH", 0, places[index] * 2 | 0x40000000 if narrow else places[index], 0)
    return b"\x02" + struct.pack("<I", len(table)) + table


def compound(streams: Mapping[str, bytes]) -> bytes:
    """An OLE file with these streams; each is padded so that none goes into the ministream."""
    names = sorted(streams, key=lambda name: (len(name), name.upper()))
    bodies = [streams[name].ljust(_LEAST_STREAM, b"\x00") for name in names]
    sizes = [-(-len(body) // _SECTOR) for body in bodies]
    directory_size = -(-(len(names) + 1) // 4)
    fat_size = 1
    while fat_size * 128 < fat_size + directory_size + sum(sizes):
        fat_size += 1
    fat = [_FAT] * fat_size
    starts = []
    for size in (directory_size, *sizes):
        starts.append(len(fat))
        fat += [*range(len(fat) + 1, len(fat) + size), _END]
    directory = _entry("Root Entry", 5, _FREE, 1 if names else _FREE, _END, 0)
    for index, (name, body) in enumerate(zip(names, bodies, strict=True), start=1):
        directory += _entry(name, 2, index + 1 if index < len(names) else _FREE, _FREE, starts[index], len(body))
    head = bytes.fromhex("d0cf11e0a1b11ae1").ljust(24, b"\x00")
    head += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, fat_size, starts[0], 0, _LEAST_STREAM, _END, 0, _END, 0)
    head += struct.pack("<109I", *[*range(fat_size), *([_FREE] * (109 - fat_size))])
    sectors = struct.pack(f"<{len(fat)}I", *fat).ljust(fat_size * _SECTOR, b"\xff")
    sectors += directory.ljust(directory_size * _SECTOR, b"\x00")
    return head + sectors + b"".join(body.ljust(-(-len(body) // _SECTOR) * _SECTOR, b"\x00") for body in bodies)


def _entry(name: str, kind: int, right: int, child: int, start: int, size: int) -> bytes:
    encoded = name.encode("utf-16-le") + b"\x00\x00"
    head = encoded.ljust(64, b"\x00") + struct.pack("<HBB", len(encoded), kind, 1)
    return head + struct.pack("<III", _FREE, right, child).ljust(48, b"\x00") + struct.pack("<IQ", start, size)
