"""A small server on this machine whose every answer a test decides."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

Respond = Callable[[BaseHTTPRequestHandler], None]


def page(body: bytes, status: int = 200, media_type: str = "text/html", **headers: str) -> Respond:
    """An ordinary answer."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", media_type)
        handler.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return respond


def cut_short(body: bytes) -> Respond:
    """A body without a length whose connection ends in the middle, as HTTP/1.0 allows."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.protocol_version = "HTTP/1.0"
        handler.send_response(200)
        handler.send_header("Content-Type", "text/html")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.close_connection = True

    return respond


class _Server(ThreadingHTTPServer):
    def handle_error(self, *_: Any) -> None:
        """A client that was killed is no error."""


class Server:
    """Serves ``answers`` by path while the context lasts; any other path answers 404."""

    def __init__(self, answers: dict[str, Respond] | Callable[[str], Respond]) -> None:
        self.requests: list[str] = []
        self.headers: list[dict[str, str]] = []
        self.handler = _handler(self, answers)
        self._server = _Server(("127.0.0.1", 0), self.handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(server: Server, answers: dict[str, Respond] | Callable[[str], Respond]) -> type[BaseHTTPRequestHandler]:
    missing = page("页面不存在".encode(), status=404)

    def answer(path: str) -> Respond:
        return answers.get(path, missing) if isinstance(answers, dict) else answers(path)

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            server.requests.append(self.path)
            server.headers.append(dict(self.headers))
            answer(self.path)(self)

        def do_POST(self) -> None:
            """What is posted stands after ``#``, as in a portal's entry."""
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            server.requests.append(f"{self.path}#{body}")
            server.headers.append(dict(self.headers))
            answer(f"{self.path}#{body}")(self)

        def log_message(self, *_: Any) -> None:
            pass

    return Handler
