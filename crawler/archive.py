"""WARC files (ISO 28500, version 1.1): a request and a response record for every answer."""

import re
from http import HTTPStatus
from io import BytesIO
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from scrapy.http import Headers, Request, Response
from scrapy.utils.python import to_unicode
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

# Scrapy hands over the body after transfer decoding, so these no longer describe it.
_TRANSFER_HEADERS = frozenset({"transfer-encoding", "content-length"})
_UNSAFE = re.compile(r"[^0-9A-Za-z]+")


class Archive:
    """One gzipped WARC file, written record by record and flushed after each.

    The payload is the body as it was on the wire, content encoding included, without chunking.
    """

    def __init__(self, directory: Path, crawl: str) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.path = directory / f"nianbao-{_UNSAFE.sub('', crawl)}.warc.gz"
        self._software = {"software": "nianbao", "format": "WARC File Format 1.1"}
        self._writer: WARCWriter | None = None

    def write(self, request: Request, response: Response, at: str) -> int:
        """Append an exchange; returns the offset of the response's record."""
        writer = self._open()
        offset: int = writer.out.tell()
        date = {"WARC-Date": at}
        if response.ip_address:
            date["WARC-IP-Address"] = str(response.ip_address)
        answer = writer.create_warc_record(
            response.url,
            "response",
            payload=BytesIO(response.body),
            http_headers=_answer(response),
            warc_headers_dict=date,
        )
        question = writer.create_warc_record(
            request.url, "request", payload=BytesIO(request.body), http_headers=_question(request)
        )
        writer.write_request_response_pair(question, answer)
        return offset

    def close(self) -> None:
        """Close the file, if there is one."""
        if self._writer:
            self._writer.out.close()
            self._writer = None

    def _open(self) -> WARCWriter:
        """The writer; the file is made with its first record, so that an idle run leaves none."""
        if self._writer is None:
            self._writer = WARCWriter(self.path.open("ab"), gzip=True, warc_version="WARC/1.1")
            self._writer.write_record(self._writer.create_warcinfo_record(self.path.name, self._software))
        return self._writer


def _headers(headers: Headers) -> list[tuple[str, str]]:
    return [(to_unicode(name), to_unicode(value, "latin-1")) for name in headers for value in headers.getlist(name)]


def _answer(response: Response) -> StatusAndHeaders:
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
