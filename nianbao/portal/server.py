"""The HTTP server of the sample portals, on a free port of this machine."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from crawler.portals.portals import FIRST, portal_of
from nianbao.portal.pages import home_page, missing_page, report_page
from nianbao.portal.reports import sample_reports

# Status, media type and body.
Answer = tuple[int, str, bytes]

_ROBOTS = b"User-agent: *\nAllow: /\n"


class SamplePortal:
    """Serves while the context lasts; ``requests`` has the paths asked for, ``respond`` the answer to a path."""

    def __init__(self, port: int = 0, respond: Callable[[str], Answer] | None = None) -> None:
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self.requests, respond or answer))
        self._thread = Thread(target=self._server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        """The portal's address."""
        return f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def html_answer(status: int, text: str) -> Answer:
    """An answer that is a web page."""
    return status, "text/html; charset=utf-8", text.encode()


def answer(path: str) -> Answer:
    """What the first sample portal answers to a path."""
    if path == "/":
        return html_answer(200, home_page())
    at = portal_of(FIRST).report_at(path)
    report = sample_reports().get(at.number or -1) if at else None
    return html_answer(200, report_page(report)) if report else html_answer(404, missing_page())


def _handler(requests: list[str], respond: Callable[[str], Answer]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            requests.append(self.path)
            is_robots = self.path == "/robots.txt"
            status, media_type, body = (200, "text/plain", _ROBOTS) if is_robots else respond(self.path)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet: the crawl has its own log."""

    return Handler
