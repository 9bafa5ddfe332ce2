"""WARC files (ISO 28500, version 1.1): a request and a response record for every answer, each its own gzip member.

A payload is the body as it was on the wire, content encoding included, without chunking. One that is in the
archive already is not stored again: its record is a ``revisit`` (6.7 of the standard).
"""

import base64
import hashlib
import os
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from scrapy.http import Headers, Request, Response
from scrapy.utils.python import to_unicode
from sqlite_utils import Database
from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.encodings import decoded
from crawler.exchange import Exchange
from crawler.urls import address_of

MAX_FILE = 1 << 30
_NAME = re.compile(r"nianbao-(?P<crawl>[0-9A-Za-z]+-[0-9a-f]+)-(?P<part>\d{5})\.warc\.gz")
# Scrapy hands over the body after transfer decoding, so these no longer describe it.
_TRANSFER_HEADERS = frozenset({"transfer-encoding", "content-length"})
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_SOFTWARE = {"software": "nianbao", "format": "WARC File Format 1.1"}
_INCOMPLETE = frozenset({"partial", "dataloss"})
_CHUNK = 1 << 20
# A field of our own (4 of the standard): what was asked for, where redirects led to the record's address.
_ASKED = "Nianbao-Asked"
_MOST_FRESH = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """Where an answer was archived; ``sha256`` is that of the body on the wire."""

    warc: str
    offset: int
    sha256: str


class Archive:
    """A directory of WARC files; a run appends to files of its own, which are rotated by size."""

    def __init__(self, directory: Path, most: int = MAX_FILE) -> None:
        self.directory = directory
        self._most = most
        self._crawl = ""
        self._portal = ""
        self._part = 0
        self._writer: WARCWriter | None = None
        # Payloads of this run, which the database may not have heard of yet: URL and time of the record.
        self._fresh: dict[str, tuple[str, str]] = {}
        # Payloads met while reading files, of which the database may not have heard either: file and offset.
        self._met: dict[str, tuple[str, int]] = {}

    def begin(self, crawl: str, portal: str) -> None:
        """Begin a run: its files are made with their first records, so that an idle one leaves none."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._crawl, self._portal = crawl, portal

    def write(self, request: Request, response: Response, at: str, db: Database) -> Written:
        """Append an exchange; ``db`` knows which payloads the archive has."""
        writer = self._open()
        warc, offset = Path(writer.out.name).name, writer.out.tell()
        sha256 = hashlib.sha256(response.body).hexdigest()
        answer = self._answer(writer, response, sha256, at, db)
        asked = request.cb_kwargs.get("address")
        if asked and asked != address_of(response.url, self._portal):
            answer.rec_headers.add_header(_ASKED, asked)
        question = writer.create_warc_record(
            request.url, "request", payload=BytesIO(request.body), http_headers=_question(request),
            warc_headers_dict={"WARC-Date": at, "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID")},
        )  # fmt: skip
        writer.write_record(answer)
        writer.write_record(question)
        return Written(warc, offset, sha256)

    def sync(self) -> None:
        """Have what was written survive a power cut; to be called before the database speaks of it."""
        if self._writer:
            self._writer.out.flush()
            os.fsync(self._writer.out.fileno())

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._writer:
            self.sync()
            self._writer.out.close()
            self._writer = None

    def files(self) -> list[Path]:
        """The files of every run, oldest first."""
        return sorted(path for path in self.directory.glob("*.warc.gz") if _NAME.fullmatch(path.name))

    def files_of(self, crawl: str) -> list[Path]:
        """The files of one run."""
        return [path for path in self.files() if crawl_of(path) == crawl]

    def exchanges(self, path: Path, db: Database) -> Iterator[Exchange]:
        """What a file holds, in the order of the answers; a record that was cut off is left out.

        ``db`` says where the payload of a ``revisit`` is; it must know what came before.
        """
        portal = ""
        for record, offset in _records(path):
            if record.rec_type == "warcinfo":
                portal = _info(record).get("portal", "")
            elif record.rec_type in ("response", "revisit"):
                yield self._exchange(record, path.name, offset, portal, db)

    def payload(self, db: Database, sha256: str) -> bytes:
        """A document's bytes, without content encoding; raises LookupError where the archive has none."""
        place = db.execute("select warc, offset from documents where sha256 = ?", [sha256]).fetchone()
        if place is None or place[0] is None:
            raise LookupError(f"document {sha256} is not in the archive")
        return self._payload_at(place[0], place[1], db)

    def _payload_at(self, warc: str, offset: int, db: Database) -> bytes:
        record, _ = next(_records(self.directory / warc, offset))
        if record.rec_type == "revisit":
            return self._original(_sha256_of(record), db)
        return _body(record)

    def _original(self, wire_sha256: str, db: Database) -> bytes:
        sql = "select warc, offset from fetches where sha256 = ? and warc is not null order by id limit 1"
        place = self._met.get(wire_sha256) or db.execute(sql, [wire_sha256]).fetchone()
        if place is None:
            raise LookupError(f"payload {wire_sha256} is not in the archive")
        return self._payload_at(place[0], place[1], db)

    def _exchange(self, record: ArcWarcRecord, warc: str, offset: int, portal: str, db: Database) -> Exchange:
        head, http = record.rec_headers, record.http_headers
        sha256 = _sha256_of(record)
        status = int(http.get_statuscode())
        if record.rec_type == "response":
            body = _body(record)
            self._met.setdefault(sha256, (warc, offset))
        else:
            body = b"" if status == HTTPStatus.NOT_MODIFIED else self._original(sha256, db)
        return Exchange(
            crawl=_NAME.fullmatch(warc)["crawl"],  # type: ignore[index]
            portal=portal,
            url=head.get_header("WARC-Target-URI"),
            at=head.get_header("WARC-Date"),
            status=status,
            body=body,
            wire_sha256=sha256,
            warc=warc,
            offset=offset,
            media_type=media_type(http.get_header("Content-Type")),
            etag=http.get_header("ETag"),
            last_modified=http.get_header("Last-Modified"),
            location=http.get_header("Location"),
            complete=head.get_header("WARC-Truncated") is None,
            asked=head.get_header(_ASKED),
        )

    def _answer(self, writer: WARCWriter, response: Response, sha256: str, at: str, db: Database) -> ArcWarcRecord:
        head = {"WARC-Date": at, "WARC-Payload-Digest": f"sha256:{_base32(sha256)}"}
        if response.ip_address:
            head["WARC-IP-Address"] = str(response.ip_address)
        if not is_complete(response):
            head["WARC-Truncated"] = "disconnect"
        http = _answered(response)
        if response.status == HTTPStatus.NOT_MODIFIED:
            return _revisit(writer, response.url, http, {**head, "WARC-Profile": f"{_PROFILE}server-not-modified"})
        original = self._known(sha256, db) if response.body else None
        if original:
            url, date = original
            head |= {"WARC-Profile": f"{_PROFILE}identical-payload-digest"}
            head |= {"WARC-Refers-To-Target-URI": url, "WARC-Refers-To-Date": date}
            return _revisit(writer, response.url, http, head)
        self._fresh[sha256] = (response.url, at)
        if len(self._fresh) > _MOST_FRESH:
            del self._fresh[next(iter(self._fresh))]
        return writer.create_warc_record(
            response.url, "response", payload=BytesIO(response.body), length=len(response.body), http_headers=http,
            warc_headers_dict=head,
        )  # fmt: skip

    def _known(self, sha256: str, db: Database) -> tuple[str, str] | None:
        """URL and time of the record that has a payload."""
        sql = "select url, at from fetches where sha256 = ? and warc is not null order by id limit 1"
        return self._fresh.get(sha256) or db.execute(sql, [sha256]).fetchone()

    def _open(self) -> WARCWriter:
        if self._writer and self._writer.out.tell() > self._most:
            self.close()
        if self._writer is None:
            self._part += 1
            path = self.directory / f"nianbao-{self._crawl}-{self._part:05d}.warc.gz"
            # Flushed after each record: what a killed process had written is there.
            self._writer = WARCWriter(path.open("ab"), gzip=True, warc_version="WARC/1.1")
            info = {**_SOFTWARE, "isPartOf": self._crawl, "portal": self._portal}
            self._writer.write_record(self._writer.create_warcinfo_record(path.name, info))
        return self._writer


def crawl_of(path: Path) -> str:
    """The run that a file belongs to."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise ValueError(f"{path}: not an archive file of nianbao")
    return match["crawl"]


def mend(path: Path) -> int:
    """Cut a record that was cut off in the middle from a file's end; returns how many bytes that were."""
    whole = _whole_members(path)
    size = path.stat().st_size
    if whole < size:
        with path.open("r+b") as file:
            file.truncate(whole)
    return size - whole


def is_complete(response: Response) -> bool:
    """Whether a body came whole, as far as the connection tells."""
    return not _INCOMPLETE.intersection(response.flags)


def media_type(header: str | None) -> str | None:
    """The media type of a Content-Type header, without its parameters."""
    return (header or "").partition(";")[0].strip() or None


def _whole_members(path: Path) -> int:
    """Where the last whole gzip member of a file ends."""
    end = 0
    with path.open("rb") as file:
        inflate, read = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), 0
        while data := file.read(_CHUNK):
            while data:
                read += len(data)
                try:
                    inflate.decompress(data)
                except zlib.error:
                    return end
                data = inflate.unused_data
                if not inflate.eof:
                    break
                read -= len(data)
                end += read
                inflate, read = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16), 0
    return end


def _records(path: Path, offset: int = 0) -> Iterator[tuple[ArcWarcRecord, int]]:
    """Records and their offsets; ends where the file does, or where it is damaged."""
    with path.open("rb") as file:
        file.seek(offset)
        records = ArchiveIterator(file)
        try:
            for record in records:
                yield record, records.offset
        except (ArchiveLoadFailed, EOFError, zlib.error):
            return


def _body(record: ArcWarcRecord) -> bytes:
    """A record's payload without its content encoding; warcio knows too few."""
    header = record.http_headers.get_header("Content-Encoding") if record.http_headers else None
    return decoded(bytes(record.raw_stream.read()), header)


def _info(record: ArcWarcRecord) -> dict[str, str]:
    lines = record.content_stream().read().decode().splitlines()
    return {name: value.strip() for name, _, value in (line.partition(":") for line in lines)}


def _revisit(writer: WARCWriter, url: str, http: StatusAndHeaders, head: dict[str, str]) -> ArcWarcRecord:
    return writer.create_warc_record(url, "revisit", http_headers=http, warc_headers_dict=head)


def _base32(sha256: str) -> str:
    return base64.b32encode(bytes.fromhex(sha256)).decode()


def _sha256_of(record: ArcWarcRecord) -> str:
    return base64.b32decode(record.rec_headers.get_header("WARC-Payload-Digest").partition(":")[2]).hex()


def _headers(headers: Headers) -> list[tuple[str, str]]:
    return [(to_unicode(name), to_unicode(value, "latin-1")) for name in headers for value in headers.getlist(name)]


def _answered(response: Response) -> StatusAndHeaders:
    kept = [(name, value) for name, value in _headers(response.headers) if name.lower() not in _TRANSFER_HEADERS]
    kept.append(("Content-Length", str(len(response.body))))
    return StatusAndHeaders(
        f"{response.status} {_reason(response.status)}", kept, protocol=response.protocol or "HTTP/1.1"
    )


def _question(request: Request) -> StatusAndHeaders:
    parts = urlsplit(request.url)
    target = urlunsplit(("", "", parts.path or "/", parts.query, ""))
    headers = [("Host", parts.netloc), *_headers(request.headers)]
    return StatusAndHeaders(f"{request.method} {target} HTTP/1.1", headers, is_http_request=True)


def _reason(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else "Unknown"
