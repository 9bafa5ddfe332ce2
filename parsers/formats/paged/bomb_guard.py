"""How much the streams of a PDF unpack to, checked before a reader unpacks them.

PDFium makes up to a hundred bytes of one of a page's description, pdfminer.six up to three hundred, so neither
can be left alone with a stream that unpacks to gigabytes. The file is looked through as it lies, without its
table of objects: that costs as little as unpacking does, stops at the limit, and works on damaged files too.
Reading in a process of its own, with a limit on memory, would hold against more (one form drawn in another,
many times over; streams that are encrypted), but such a process is slow to start, and its pages slow to fetch.
"""

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO

from pdfminer.lzw import CorruptDataError, LZWDecoder

from parsers.document.model import TooLarge

_MEBIBYTE = 1 << 20
_CHUNK = 1 << 15
# A dictionary that is longer than this lies before no stream that matters.
_LONGEST_DICTIONARY = 4096
# No packing makes more than 1.4 million bytes of fewer than this; only an array of them does.
_HARMLESS = 1000
_STREAM = re.compile(rb">>\s*stream\r?\n?")
_FILTERS = re.compile(rb"/(?:Filter|F)\s*(\[[^\]]*\]|/[^\s/<>\[\]()]+)")
_NAME = re.compile(rb"/([^\s/<>\[\]()]+)")
_ESCAPE = re.compile(rb"#([0-9A-Fa-f]{2})")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\s+\d+\s+R)")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_FONT = re.compile(rb"/Length1\b|/Subtype\s*/(?:Type1C|CIDFontType0C|OpenType)\b")
_FONT_STARTS = (b"\0\1\0\0", b"\1\0", b"OTTO", b"true", b"ttcf", b"%!", b"\x80\1")

Chunks = Iterator[bytes]


@dataclass(slots=True)
class _Share:
    """What the streams of one use may unpack to, in bytes: one of them, and what is left for all."""

    name: str
    most: int
    left: int

    def counted(self, chunks: Iterable[bytes]) -> Chunks:
        """The chunks of one stream as they are unpacked; raises :class:`TooLarge` once they are too many."""
        held = 0
        for chunk in chunks:
            held += len(chunk)
            self.left -= len(chunk)
            if held > self.most or self.left < 0:
                raise TooLarge(f"too much: {self.name} that unpack to more than any report's")
            yield chunk


def refuse_bombs(data: bytes) -> None:
    """Raise :class:`TooLarge` for a PDF whose streams unpack to far more than those of any report.

    A page's description has some 50,000 bytes, a whole Chinese font up to 20 million, a colour scan of A4
    at 600 dpi 100 million.
    """
    pictures = _Share("pictures", 128 * _MEBIBYTE, 2048 * _MEBIBYTE)
    fonts = _Share("fonts", 64 * _MEBIBYTE, 128 * _MEBIBYTE)
    others = _Share("pages or lists", 9 * _MEBIBYTE, 9 * _MEBIBYTE)
    for head, body in _streams(data):
        if len(body) < _HARMLESS and b"[" not in head:
            continue
        share = pictures if _PICTURE.search(head) else fonts if _FONT.search(head) else others
        chunks: Chunks = (bytes(body[at : at + _CHUNK]) for at in range(0, len(body), _CHUNK))
        for name in _filters(head):
            if name not in _UNPACKERS:
                break
            chunks = share.counted(_UNPACKERS[name](chunks))
        start = next(chunks, b"")
        if share is fonts and not start.startswith(_FONT_STARTS):
            chunks = others.counted(chunks)
        for _ in chunks:
            pass


def _streams(data: bytes) -> Iterator[tuple[bytes, memoryview]]:
    """The dictionary and the packed bytes of each stream; raises :class:`TooLarge` if they overlap time and again."""
    whole = memoryview(data)
    spare = len(data)
    before = mark = 0
    for found in _STREAM.finditer(data):
        at, start = found.span()
        if mark < start:
            found_mark = data.find(b"endstream", start)
            mark = found_mark if found_mark >= 0 else len(data)
        head = data[max(data.rfind(b"obj", max(at - _LONGEST_DICTIONARY, 0), at), 0) : at]
        length = _LENGTH.search(head)
        # The longer of the two, since either may be a lie.
        end = min(max(mark, start + int(length[1]) if length else 0), len(data))
        spare -= max(before - start, 0)
        if spare < 0:
            raise TooLarge("too much: streams that overlap each other")
        yield head, whole[start:end]
        before = max(before, end)


def _filters(head: bytes) -> list[bytes]:
    """How a stream is packed, outermost first; taken for the usual way where the dictionary does not say it itself."""
    stated = _FILTERS.search(head)
    if stated is None:
        return [b"FlateDecode"] if b"/Filter" in head else []
    return [_ESCAPE.sub(lambda escape: bytes([int(escape[1], 16)]), name) for name in _NAME.findall(stated[1])]


def _inflated(chunks: Iterable[bytes]) -> Chunks:
    inflater = zlib.decompressobj()
    try:
        for chunk in chunks:
            rest = chunk
            while rest and not inflater.eof:
                yield inflater.decompress(rest, _CHUNK)
                rest = inflater.unconsumed_tail
            if inflater.eof:
                return
    except zlib.error:
        return


def _from_lzw(chunks: Iterable[bytes]) -> Chunks:
    try:
        yield from LZWDecoder(BytesIO(b"".join(chunks))).run()
    except (CorruptDataError, LookupError, TypeError):
        return


def _from_runs(chunks: Iterable[bytes]) -> Chunks:
    """Runs of bytes, each a length and what it is the length of (ISO 32000-1, 7.4.5)."""
    data = b"".join(chunks)
    at = 0
    while at + 1 < len(data) and data[at] != 128:
        length = data[at]
        yield data[at + 1 : at + 2 + length] if length < 128 else data[at + 1 : at + 2] * (257 - length)
        at += 2 + length if length < 128 else 2


def _from_ascii85(chunks: Iterable[bytes]) -> Chunks:
    text = b"".join(b"".join(chunks).partition(b"~")[0].split()).replace(b"z", b"!!!!!")
    for start in range(0, len(text), 5 * _CHUNK):
        digits = iter(text[start : start + 5 * _CHUNK] + b"uuuu")
        words = [
            (((a * 85 + b) * 85 + c) * 85 + d) * 85 + e - 33 * 52_822_061 & 0xFFFFFFFF  # 85⁴ + 85³ + 85² + 85 + 1
            for a, b, c, d, e in zip(digits, digits, digits, digits, digits, strict=False)
        ]
        yield struct.pack(f">{len(words)}I", *words)


def _from_hex(chunks: Iterable[bytes]) -> Chunks:
    digits = re.sub(rb"[^0-9A-Fa-f]", b"", b"".join(chunks).partition(b">")[0])
    yield bytes.fromhex(digits[: len(digits) // 2 * 2].decode())


_UNPACKERS: dict[bytes, Callable[[Iterable[bytes]], Chunks]] = {
    b"FlateDecode": _inflated,
    b"Fl": _inflated,
    b"LZWDecode": _from_lzw,
    b"LZW": _from_lzw,
    b"RunLengthDecode": _from_runs,
    b"RL": _from_runs,
    b"ASCII85Decode": _from_ascii85,
    b"A85": _from_ascii85,
    b"ASCIIHexDecode": _from_hex,
    b"AHx": _from_hex,
}
