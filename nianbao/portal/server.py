"""The sample portal's HTTP server, on a free port of this machine."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

from crawler.portals import FIRST, portal_of
from nianbao.portal.pages import home_page, missing_page, report_page
from nianbao.portal.reports import sample_reports

_ROBOTS = "User-agent: *\nAllow: /\n"


class SamplePortal:
    """Serves while the context lasts; ``requests`` has the paths asked for."""

    def __init__(self, port: int = 0) -> None:
        self.requests: list[str] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(self.requests))
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


def answer(path: str) -> tuple[int, str, str]:
    """Status, media type and body for a path."""
    if path == "/robots.txt":
        return 200, "text/plain", _ROBOTS
    if path == "/":
        return 200, "text/html", home_page()
    at = portal_of(FIRST).report_at(path)
    report = sample_reports().get(at.number or -1) if at else None
    return (200, "text/html", report_page(report)) if report else (404, "text/html", missing_page())


def _handler(requests: list[str]) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            requests.append(self.path)
            status, media_type, text = answer(self.path)
            body = text.encode()
            self.send_response(status)
            self.send_header("Content-Type", f"{media_type}; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Keep quiet: the crawl has its own log."""

    return Handler
