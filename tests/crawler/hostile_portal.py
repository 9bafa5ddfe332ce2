"""A portal that does what portals do: gaps of every kind, nights of 502, a wall that comes and goes, files for text.

Every answer is drawn from a seed; the reports are made up (示例…).
"""

import hashlib
import zipfile
from collections import Counter
from functools import cache
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from random import Random
from typing import Self

from tests.crawler.hostile_server import Respond, Server, cut_short, page
from tests.factory import html, office, pdf
from tests.factory.sheet import sheet_of
from tests.factory.truth import Truth, draw_truth

VIEW = "/zw/public-report/view/"
WALL = b"<html><head><script>document.cookie='__jsl_clearance=1';location.reload();</script></head><body></body></html>"
SOFT = "<html><head><title>提示</title></head><body><p>您访问的页面不存在或已删除。</p></body></html>".encode()
HOME = "<html><head><title>示例门户</title></head><body><h1>示例门户</h1><p>欢迎。</p></body></html>".encode()

GAPS = ("404", "soft", "home")
KINDS = ("plain", "etag", "modified", "counter", "flaky", "cut", "half", "walled", "pdf", "docx", "zip", "dead")


def truth_of(number: int) -> Truth:
    """The report that a number holds."""
    return draw_truth(Random(number), 2021)


def report_page(number: int) -> bytes:
    """A report's page."""
    return html.plain_page(sheet_of(truth_of(number)), Random(number))


@cache
def attachment(number: int, kind: str) -> bytes:
    """A report as a file."""
    sheet = sheet_of(truth_of(number))
    if kind == "pdf":
        return pdf.ruled_page(sheet, Random(number))
    document = office.word_file(sheet, Random(number))
    if kind == "docx":
        return document
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("示例年度报告.docx", document)
    return packed.getvalue()


class HostilePortal:
    """Serves the numbers of ``kinds``, each with the troubles of its kind, while the context lasts."""

    def __init__(self, kinds: dict[int, str], gaps: tuple[str, ...] = GAPS) -> None:
        self.kinds = kinds
        self._gaps = gaps
        self._times: Counter[str] = Counter()
        self.server = Server(self._respond)

    def __enter__(self) -> Self:
        self.server.__enter__()
        return self

    def __exit__(self, *details: object) -> None:
        self.server.__exit__(*details)

    @property
    def url(self) -> str:
        """The portal's address."""
        return self.server.url

    @property
    def requests(self) -> list[str]:
        """The paths asked for."""
        return self.server.requests

    def readable(self) -> set[int]:
        """The numbers whose reports can be had."""
        return {number for number, kind in self.kinds.items() if kind != "dead"}

    def _respond(self, path: str) -> Respond:
        self._times[path] += 1
        if path in ("/", "/index.html"):
            return page(HOME)
        number, _, name = path.removeprefix(VIEW).partition("/")
        if not path.startswith(VIEW) or not number.isdigit():
            return page("页面不存在".encode(), status=404)
        kind = self.kinds.get(int(number))
        if name:
            return page(attachment(int(number), name.rpartition(".")[2]), media_type="application/octet-stream")
        return self._gap(int(number)) if kind is None else getattr(self, f"_{kind}")(int(number), self._times[path])

    def _gap(self, number: int) -> Respond:
        kind = self._gaps[number % len(self._gaps)]
        if kind == "404":
            return page("页面不存在".encode(), status=404)
        return page(SOFT) if kind == "soft" else page(b"", status=302, Location="/index.html")

    def _plain(self, number: int, time: int) -> Respond:
        return page(report_page(number))

    def _etag(self, number: int, time: int) -> Respond:
        body = report_page(number)
        return conditional(body, "If-None-Match", "ETag", f'"{hashlib.sha256(body).hexdigest()[:12]}"')

    def _modified(self, number: int, time: int) -> Respond:
        return conditional(report_page(number), "If-Modified-Since", "Last-Modified", "Wed, 26 Jan 2022 00:00:00 GMT")

    def _counter(self, number: int, time: int) -> Respond:
        return page(report_page(number).replace(b"</body>", f"<p>访问量：{time}</p></body>".encode()))

    def _flaky(self, number: int, time: int) -> Respond:
        return page(b"Bad Gateway", status=502) if time == 1 else page(report_page(number))

    def _cut(self, number: int, time: int) -> Respond:
        return cut_short(report_page(number)) if time == 1 else page(report_page(number))

    def _half(self, number: int, time: int) -> Respond:
        body = report_page(number)
        return without_length(body[: len(body) // 2]) if time == 1 else page(body)

    def _walled(self, number: int, time: int) -> Respond:
        return (page(WALL, status=412) if number % 2 else page(WALL)) if time == 1 else page(report_page(number))

    def _attached(self, number: int, suffix: str) -> Respond:
        title = truth_of(number).title
        link = f'<a href="{VIEW}{number}/report.{suffix}">附件：{title}</a>'
        return page(f"<html><head><title>{title}</title></head><body><h1>{title}</h1>{link}</body></html>".encode())

    def _pdf(self, number: int, time: int) -> Respond:
        return self._attached(number, "pdf")

    def _docx(self, number: int, time: int) -> Respond:
        return self._attached(number, "docx")

    def _zip(self, number: int, time: int) -> Respond:
        return self._attached(number, "zip")

    def _dead(self, number: int, time: int) -> Respond:
        return page("系统错误".encode(), status=500)


def conditional(body: bytes, asked: str, given: str, validator: str) -> Respond:
    """An answer with a validator, and 304 to whoever sends it back."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        if handler.headers.get(asked) == validator:
            handler.send_response(304)
            handler.send_header(given, validator)
            handler.end_headers()
        else:
            page(body, **{given.replace("-", "_"): validator})(handler)

    return respond


def without_length(body: bytes) -> Respond:
    """A body whose only end is that of the connection, as HTTP/1.0 allows."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.0"
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return respond


def draw_kinds(rng: Random, count: int, first: int = 20600, kinds: tuple[str, ...] = KINDS) -> dict[int, str]:
    """Numbers with gaps between them, and what kind of trouble each is."""
    numbers: dict[int, str] = {}
    number = first
    while len(numbers) < count:
        number += 1 + (rng.randrange(1, 12) if rng.random() < 0.15 else 0)
        numbers[number] = rng.choice(kinds)
    return numbers
