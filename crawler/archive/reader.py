"""Records of WARC files, on a disk or an object store: found, read in one pass, damage left out.

Each record is a gzip member of its own (ISO 28500, annex D), so any of them can be read by its offset alone.
"""

import base64
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path, PosixPath
from typing import BinaryIO

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord

from crawler.archive.encodings import decoded
from crawler.archive.exchange import Place

_CHUNK = 1 << 18
# Most records fit; what a store is asked for one of them should not be a whole chunk.
_GLANCE = 1 << 16
_MEMBER = b"\x1f\x8b\x08"
_QUESTION = b"WARC-Type: request\r\n"
_HEAD = 1000


@dataclass(frozen=True, slots=True)
class Member:
    """A whole gzip member: where it begins and ends, and what it holds."""

    start: int
    end: int
    data: bytes


def members(path: Path, offset: int = 0, chunk: int = _CHUNK) -> Iterator[Member]:
    """The whole gzip members of a file from an offset on; damage is skipped."""
    with _opened(path, chunk) as file:
        start: int | None = offset
        rest = b""
        while start is not None:
            found = _inflated(file, start, rest, chunk)
            if found:
                data, end, rest = found
                yield Member(start, end, data)
                start = end
            else:
                start, rest = _next_member(file, start + 1), b""


def records(path: Path) -> Iterator[tuple[ArcWarcRecord | None, Member]]:
    """The records of a file, each with the member that holds it; None for requests, which are not needed."""
    for member in members(path):
        if _QUESTION in member.data[:_HEAD]:
            yield None, member
        elif record := _record(member):
            yield record, member


def record_at(path: Path, offset: int) -> ArcWarcRecord:
    """The record at an offset; raises LookupError where there is none."""
    try:
        member = next(members(path, offset, _GLANCE))
    except (FileNotFoundError, StopIteration) as error:
        raise LookupError(f"{path.name} has no record at {offset}") from error
    record = _record(member) if member.start == offset else None
    if record is None:
        raise LookupError(f"{path.name} is damaged at {offset}")
    return record


def payload_at(place: Place) -> bytes:
    """The body of the answer at a place of the archive; raises LookupError where there is none."""
    return body_of(record_at(place.folder / place.warc, place.offset))


def body_of(record: ArcWarcRecord) -> bytes:
    """A record's payload without its content encoding; warcio knows too few."""
    header = record.http_headers.get_header("Content-Encoding") if record.http_headers else None
    return decoded(bytes(record.raw_stream.read()), header)


def info_of(record: ArcWarcRecord) -> dict[str, str]:
    """What a ``warcinfo`` record says."""
    lines = record.content_stream().read().decode().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def sha256_of(record: ArcWarcRecord) -> str:
    """The SHA-256 of a record's payload as it was on the wire, by its head."""
    return base64.b32decode(record.rec_headers.get_header("WARC-Payload-Digest").partition(":")[2]).hex()


def _opened(path: Path, chunk: int) -> BinaryIO:
    """A file, of which no more is fetched ahead than one chunk."""
    # Paths that are not of this machine are those of fsspec, which has a word for that.
    return path.open("rb", **({} if isinstance(path, PosixPath) else {"block_size": chunk}))  # type: ignore[call-overload,no-any-return]


def _record(member: Member) -> ArcWarcRecord | None:
    with suppress(ArchiveLoadFailed, StopIteration):
        record: ArcWarcRecord = next(iter(ArchiveIterator(BytesIO(member.data))))
        return record
    return None


def _inflated(file: BinaryIO, start: int, rest: bytes, chunk: int) -> tuple[bytes, int, bytes] | None:
    """What the member at ``start`` holds, where it ends, and what was read beyond; None if it is damaged.

    ``rest`` was read before.
    """
    inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    parts: list[bytes] = []
    read = start
    try:
        while not inflate.eof:
            # Opened twice, some of fsspec's files are one, with one position.
            file.seek(read + len(rest))
            data = rest or file.read(chunk)
            if not data:
                return None
            parts.append(inflate.decompress(data))
            read, rest = read + len(data), b""
    except zlib.error:
        return None
    return b"".join(parts), read - len(inflate.unused_data), inflate.unused_data


def _next_member(file: BinaryIO, start: int) -> int | None:
    """Where the next gzip member may begin."""
    file.seek(start)
    before = b""
    while data := file.read(_CHUNK):
        found = (before + data).find(_MEMBER)
        if found >= 0:
            return file.tell() - len(data) - len(before) + found
        before = data[-len(_MEMBER) + 1 :]
    return None
