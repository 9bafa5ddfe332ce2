"""WARC files (ISO 28500, version 1.1): a request and a response record for every answer, each its own gzip member.

A payload is the body as it was on the wire, content encoding included, without chunking. One that is in the
archive already is not stored again: its record is a ``revisit`` (6.7 of the standard).
"""

import base64
import fcntl
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from http import HTTPStatus
from io import BytesIO, FileIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from scrapy.http import Headers, Request, Response
from scrapy.utils.python import to_unicode
from sqlite_utils import Database
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from crawler.archive.exchange import Exchange, Place
from crawler.archive.reader import body_of, info_of, members, payload_at, record_at, records, sha256_of
from crawler.portals.urls import address_of

MAX_FILE = 1 << 30
_NAME = re.compile(r"nianbao-(?P<crawl>[0-9A-Za-z]+-[0-9a-f]+)-(?P<part>\d{5})\.warc\.gz")
# Scrapy hands over the body after transfer decoding, so these no longer describe it.
_TRANSFER_HEADERS = frozenset({"transfer-encoding", "content-length"})
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_SOFTWARE = {"software": "nianbao", "format": "WARC File Format 1.1"}
_INCOMPLETE = frozenset({"partial", "dataloss"})
# A field of our own (4 of the standard): what was asked for, where redirects led to the record's address.
_ASKED = "Nianbao-Asked"
# Another: the answer is the shell of a page that follows as a browser showed it.
_SHELL = "Nianbao-Shell"
_MOST_FRESH = 10_000


@dataclass(frozen=True, slots=True)
class Written:
    """Where an answer was archived; ``sha256`` is that of the body on the wire."""

    warc: str
    offset: int
    sha256: str


class Archive:
    """A directory of WARC files; a run appends to files of its own, which are rotated by size.

    ``further`` are directories to read as well. A file that stands in several is read in the first.
    """

    def __init__(self, directory: Path, most: int = MAX_FILE, further: Sequence[Path] = ()) -> None:
        self.directory = directory
        self._directories = (directory, *further)
        self._paths: dict[str, Path] = {}
        self._most = most
        self._crawl = ""
        self._portal = ""
        self._part = 0
        self._file: FileIO | None = None
        self._writer = WARCWriter(BytesIO(), gzip=True, warc_version="WARC/1.1")
        # Payloads of this run, which the database may not have heard of yet: URL and time of the record.
        self._fresh: dict[str, tuple[str, str]] = {}
        # Answers met while reading files, of which the database may not have heard either: where the payload is,
        # by its hash and by the record that speaks of it.
        self._met: dict[str | tuple[str, int], Place] = {}
        # By file, how many bytes could not be read, though records followed.
        self.damaged: Counter[str] = Counter()

    def begin(self, crawl: str, portal: str) -> None:
        """Begin a run: its files are made with their first records, so that an idle one leaves none."""
        self.directory.mkdir(parents=True, exist_ok=True)
        self._crawl, self._portal = crawl, portal

    def write(
        self, request: Request, response: Response, at: str, db: Database | None, shell: bytes | None = None
    ) -> Written:
        """Append an exchange; ``db`` knows which payloads the archive has.

        With a ``shell``, that is what the server sent, and the response's body is what a browser showed of it; both are
        kept, the latter as a ``conversion`` of the former (6.8 of the standard).
        """
        file, writer = self._open(), self._writer
        warc = Path(str(file.name)).name
        sent = response if shell is None else response.replace(body=shell)
        sha256 = hashlib.sha256(sent.body).hexdigest()
        answer = self._answer(writer, sent, sha256, at, db)
        asked = request.cb_kwargs.get("address")
        if asked and asked != address_of(response.url, self._portal):
            answer.rec_headers.add_header(_ASKED, asked)
        question = writer.create_warc_record(
            request.url, "request", payload=BytesIO(request.body), length=len(request.body),
            http_headers=_question(request),
            warc_headers_dict={"WARC-Date": at, "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID")},
        )  # fmt: skip
        records = [answer, question]
        if shell is not None:
            answer.rec_headers.add_header(_SHELL, "1")
            records.append(self._conversion(response, answer, at))
        try:
            offsets = self._append(file, *records)
        except OSError:
            self._fresh.pop(sha256, None)
            raise
        if shell is not None:
            return Written(warc, offsets[-1], hashlib.sha256(response.body).hexdigest())
        return Written(warc, offsets[0], sha256)

    def _conversion(self, response: Response, answer: ArcWarcRecord, at: str) -> ArcWarcRecord:
        """What a browser showed of an answer."""
        head = {
            "WARC-Date": at,
            "WARC-Payload-Digest": f"sha256:{_base32(hashlib.sha256(response.body).hexdigest())}",
            "WARC-Refers-To": answer.rec_headers.get_header("WARC-Record-ID"),
        }
        if asked := answer.rec_headers.get_header(_ASKED):
            head[_ASKED] = asked
        kind = media_type(to_unicode(response.headers.get("Content-Type") or b"", "latin-1")) or "text/html"
        return self._writer.create_warc_record(
            response.url, "conversion", payload=BytesIO(response.body), length=len(response.body),
            warc_content_type=kind, warc_headers_dict=head,
        )  # fmt: skip

    def sync(self) -> None:
        """Flush to disk; to be called before the database refers to what was written."""
        if self._file:
            os.fsync(self._file.fileno())

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._file:
            self.sync()
            self._file.close()
            self._file = None

    def files(self) -> list[Path]:
        """The files of every run, oldest first."""
        for directory in self._directories:
            for path in directory.glob("*.warc.gz"):
                if _NAME.fullmatch(path.name) and path.is_file():
                    self._paths.setdefault(path.name, path)
        return sorted(self._paths.values(), key=lambda path: path.name)

    def path_of(self, warc: str) -> Path:
        """Where a file is, or would be."""
        if warc not in self._paths:
            paths = (directory / warc for directory in self._directories)
            self._paths[warc] = next((path for path in paths if path.is_file()), self.directory / warc)
        return self._paths[warc]

    def _place(self, warc: str, offset: int) -> Place:
        return Place(self.path_of(warc).parent, warc, offset)

    def files_of(self, crawl: str) -> list[Path]:
        """The files of one run."""
        return [path for path in self.files() if crawl_of(path) == crawl]

    def exchanges(self, paths: Iterable[Path], db: Database) -> Iterator[Exchange]:
        """What the files of a run hold, in the order of the answers; a record that was cut off is left out.

        ``db`` says where the payload of a ``revisit`` is; it must know what came before.
        """
        for path in sorted(paths):
            portal, whole = "", 0
            shells: dict[str, StatusAndHeaders] = {}
            for record, member in records(path):
                if member.start > whole:
                    self.damaged[path.name] += member.start - whole
                whole = member.end
                if record is None:
                    continue
                if record.rec_type == "warcinfo":
                    portal = info_of(record).get("portal", "")
                elif record.rec_type in ("response", "revisit"):
                    if record.rec_headers.get_header(_SHELL):
                        shells[record.rec_headers.get_header("WARC-Record-ID")] = record.http_headers
                    else:
                        yield self._exchange(record, path.name, member.start, portal, db)
                elif record.rec_type == "conversion":
                    # Where the shell is damaged, the page as it was shown is still there.
                    sent = shells.pop(record.rec_headers.get_header("WARC-Refers-To"), None)
                    record.http_headers = sent or StatusAndHeaders("200 OK", [], protocol="HTTP/1.1")
                    yield self._exchange(record, path.name, member.start, portal, db)

    def lost_files(self, db: Database) -> dict[str, int]:
        """The files that the database refers to and no directory has, and how many documents each held."""
        there = {path.name for path in self.files()}
        sql = "select warc, count(*) from documents where warc is not null group by warc order by warc"
        return {warc: count for warc, count in db.execute(sql) if warc not in there}

    def payload(self, db: Database, sha256: str) -> bytes:
        """A document's bytes, without content encoding; raises LookupError where the archive has none."""
        return payload_at(self.place(db, sha256))

    def place(self, db: Database, sha256: str) -> Place:
        """Where a document's bytes are; raises LookupError where the archive has none, or no longer."""
        found = db.execute("select warc, offset from documents where sha256 = ?", [sha256]).fetchone()
        if found is None or found[0] is None:
            raise LookupError(f"document {sha256} is not in the archive")
        if found in self._met:
            return self._met[found]
        place = self._place(*found)
        record = record_at(place.folder / place.warc, place.offset)
        if record.rec_type == "revisit":
            place = self._original(sha256_of(record), db)
            record_at(place.folder / place.warc, place.offset)
        return place

    def has(self, db: Database, sha256: str) -> bool:
        """Whether the archive has a document's bytes."""
        try:
            self.place(db, sha256)
        except LookupError:
            return False
        return True

    def _known(self, sha256: str, db: Database | None) -> tuple[str, str] | None:
        """URL and time of the record that has a payload, by the hash of what was on the wire."""
        place = None if db is None or sha256 in self._fresh else self._stored(sha256, db)
        return (place[2], place[3]) if place else self._fresh.get(sha256)

    def _original(self, wire_sha256: str, db: Database) -> Place:
        if wire_sha256 in self._met:
            return self._met[wire_sha256]
        place = self._stored(wire_sha256, db)
        if place is None:
            raise LookupError(f"payload {wire_sha256} is not in the archive")
        return self._place(place[0], place[1])

    def _meet(self, place: Place, *names: str | tuple[str, int]) -> None:
        for name in names:
            self._met.setdefault(name, place)
            if len(self._met) > _MOST_FRESH:
                del self._met[next(iter(self._met))]

    def _stored(self, wire_sha256: str, db: Database) -> tuple[str, int, str, str] | None:
        """Where the archive has a payload: file, offset, URL and time. The first record has it, unless that is lost."""
        sql = "select warc, offset, url, at from fetches where sha256 = ? and warc is not null order by id"
        for number, place in enumerate(db.execute(sql, [wire_sha256])):
            path = self.path_of(place[0])
            if path.is_file() and (number == 0 or _is_response(path, place[1])):
                return tuple(place)
        return None

    def _exchange(self, record: ArcWarcRecord, warc: str, offset: int, portal: str, db: Database) -> Exchange:
        head, http = record.rec_headers, record.http_headers
        sha256 = sha256_of(record)
        status = int(http.get_statuscode())
        held = None
        if record.rec_type == "conversion":
            body, held = bytes(record.raw_stream.read()), self._place(warc, offset)
            self._meet(held, sha256, (warc, offset))
        elif record.rec_type == "response":
            body, held = body_of(record), self._place(warc, offset)
            self._meet(held, sha256, (warc, offset))
        elif status == HTTPStatus.NOT_MODIFIED:
            body = b""
        else:
            held = self._original(sha256, db)
            body = payload_at(held)
            self._meet(held, (warc, offset))
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
            held=held,
        )

    def _answer(
        self, writer: WARCWriter, response: Response, sha256: str, at: str, db: Database | None
    ) -> ArcWarcRecord:
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

    def _append(self, file: FileIO, *records: ArcWarcRecord) -> list[int]:
        """Append records to a file, all or none, as a full disk may take a part; returns their offsets."""
        self._writer.out = BytesIO()
        offset, offsets = file.tell(), []
        for record in records:
            offsets.append(offset + self._writer.out.tell())
            self._writer.write_record(record)
        rest = self._writer.out.getbuffer()
        try:
            while rest:
                rest = rest[file.write(rest) :]
        except OSError:
            file.truncate(offset)
            file.seek(offset)
            raise
        return offsets

    def _open(self) -> FileIO:
        if self._file and self._file.tell() > self._most:
            self.close()
        if self._file is None:
            self._part += 1
            path = self.directory / f"nianbao-{self._crawl}-{self._part:05d}.warc.gz"
            # Not buffered: what a killed process had written is there. Exclusive: no run writes into another's file.
            self._file = path.open("xb", buffering=0)
            # Held until it is closed, also by a death: nobody mends a file that is being written.
            with suppress(OSError):
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            info = {**_SOFTWARE, "isPartOf": self._crawl, "portal": self._portal}
            self._append(self._file, self._writer.create_warcinfo_record(path.name, info))
        return self._file


def loss_of(directory: Path, lost: Mapping[str, int]) -> str:
    """What to say of files that a directory has lost, by how many documents each held."""
    what = f"{len(lost)} of its files, which held {sum(lost.values())} originals ({next(iter(lost))} and so on)"
    return f"{directory} has lost {what}; nianbao crawl --full fetches them again"


def crawl_of(path: Path) -> str:
    """The run that a file belongs to."""
    match = _NAME.fullmatch(path.name)
    if match is None:
        raise ValueError(f"{path}: not an archive file of nianbao")
    return match["crawl"]


def mend(path: Path) -> int:
    """Remove an incomplete record from a file's end; returns how many bytes that were.

    A file that is damaged elsewhere is left alone: what stands after the damage can still be read. So is one that
    is still being written.
    """
    with path.open("r+b") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return 0
        whole, size = 0, path.stat().st_size
        for member in members(path):
            if member.start > whole:
                return 0
            whole = member.end
        file.truncate(whole)
    return size - whole


def is_complete(response: Response) -> bool:
    """Whether a body came whole, as far as the connection tells."""
    return not _INCOMPLETE.intersection(response.flags)


def media_type(header: str | None) -> str | None:
    """The media type of a Content-Type header, without its parameters."""
    return (header or "").partition(";")[0].strip() or None


def _revisit(writer: WARCWriter, url: str, http: StatusAndHeaders, head: dict[str, str]) -> ArcWarcRecord:
    return writer.create_warc_record(
        url, "revisit", payload=BytesIO(), length=0, http_headers=http, warc_headers_dict=head
    )


def _base32(sha256: str) -> str:
    return base64.b32encode(bytes.fromhex(sha256)).decode()


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


def _is_response(path: Path, offset: int) -> bool:
    try:
        return record_at(path, offset).rec_type in ("response", "conversion")
    except LookupError:
        return False
