"""The page of ``nianbao review``: a server for one person, on this machine, behind a token in its address."""

import json
import secrets
import sqlite3
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs, urlsplit

from sqlite_utils import Database

from crawler.workers.pool import ReaderPool
from database.clock import now
from database.decisions import add_decision, decisions_beside
from nianbao.inspect.places import Shown, places_of
from nianbao.review.queue import OpenReport, decision_of, item, open_report
from nianbao.words import reason

_STATIC = {
    "": ("review.html", "text/html"),
    "review.js": ("review.js", "text/javascript"),
    "review.css": ("review.css", "text/css"),
}
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:; connect-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
# An archived original as it was: no script, no form, nothing from anywhere.
_SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"
# What a browser shows by itself; all else is saved.
_KINDS = {b"%PDF-": "application/pdf", b"\xff\xd8\xff": "image/jpeg", b"\x89PNG": "image/png", b"<": "text/html"}
_MOST_BYTES = 100_000
Originals = Callable[[str], bytes]


class Session:
    """One person's work on the queue; every decision is on the disk before the next cell is shown."""

    def __init__(
        self, db: Path, queue: list[str], originals: Originals, by: str, *, double: bool, pool: ReaderPool
    ) -> None:
        self._file, self._originals, self._by, self._double, self._pool = db, originals, by, double, pool
        # Each request is answered in a thread of its own, one at a time.
        uri = f"{db.absolute().as_uri()}?mode=ro"
        self._db = Database(sqlite3.connect(uri, uri=True, check_same_thread=False))
        self._queue = queue
        self._at = 0
        self._opened: dict[str, OpenReport] = {}
        self._places: dict[str, Future[dict[str, Shown]]] = {}
        self._skipped: set[tuple[str, str]] = set()
        self._history: list[tuple[str, str]] = []
        self._lock = Lock()
        self.count = 0

    def next(self) -> dict[str, Any]:
        """The next open cell, with its place; ``done`` if there is none."""
        with self._lock:
            found = self._next()
            return self._described(*found) if found else {"done": True, "count": self.count}

    def back(self) -> dict[str, Any]:
        """The cell that was decided or skipped last, to be decided anew."""
        with self._lock:
            if not self._history:
                return self._described(*found) if (found := self._next()) else {"done": True, "count": self.count}
            key, cell = self._history.pop()
            self._skipped.discard((key, cell))
            self._opened[key].decided.pop(cell, None)
            self._at = self._queue.index(key)
            return self._described(self._opened[key], cell)

    def skip(self, key: str, cell: str) -> None:
        """Leave a cell open for another time."""
        with self._lock:
            self._skipped.add((key, cell))
            self._history.append((key, cell))

    def decide(self, key: str, cell: str, verdict: str, text: str, why: str) -> None:
        """Write a decision; raises ValueError for one that cannot be."""
        with self._lock:
            report = self._opened.get(key)
            if report is None or cell not in report.cells:
                raise ValueError("no such cell is being decided")
            decision = decision_of(report, cell, verdict, text, self._by, now(), why.strip())
            add_decision(decisions_beside(self._file), decision)
            report.decided[cell] = decision
            self._history.append((key, cell))
            self.count += 1

    def original(self, key: str) -> bytes:
        """The archived document of a report that is open; raises LookupError."""
        return self._originals(self._opened[key].facts["document"])

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _next(self) -> tuple[OpenReport, str] | None:
        while self._at < len(self._queue):
            key = self._queue[self._at]
            report = self._open(key)
            skipped = frozenset(cell for where, cell in self._skipped if where == key)
            if cells := report.open_cells(skipped):
                self._ahead()
                return report, cells[0]
            self._places.pop(key, None)
            self._at += 1
        return None

    def _open(self, key: str) -> OpenReport:
        if key not in self._opened:
            self._opened[key] = open_report(self._db, key, self._by, double=self._double)
        return self._opened[key]

    def _ahead(self) -> None:
        """Have the places of this report and of the next one with open cells looked up."""
        self._look(self._queue[self._at])
        following = (key for key in self._queue[self._at + 1 : self._at + 20] if self._open(key).queue)
        if key := next(following, None):
            self._look(key)

    def _look(self, key: str) -> None:
        if key in self._places:
            return
        report = self._opened[key]
        try:
            data = self._originals(report.facts["document"])
        except LookupError:
            self._places[key] = Future()
            self._places[key].set_result({})
            return
        rows = {cell: report.row_of(cell) for cell in report.queue}
        self._places[key] = self._pool.submit(partial(places_of, data, rows, report.boxes))

    def _described(self, report: OpenReport, cell: str) -> dict[str, Any]:
        self._look(report.key)
        shown, trouble = Shown(), ""
        try:
            shown = self._places[report.key].result().get(cell, shown)
        except Exception as error:  # noqa: BLE001 - whatever its process died of, the person can open the document
            trouble = f"{type(error).__name__}: {error}"
        picture = f"data:image/png;base64,{b64encode(shown.picture).decode()}" if shown.picture else ""
        place = {"picture": picture, "page": shown.page, "lines": shown.lines, "exact": shown.exact, "trouble": trouble}
        rest = sum(len(self._opened[key].open_cells()) for key in self._queue[self._at :] if key in self._opened)
        return {**item(report, cell), "place": place, "count": self.count, "by": self._by, "rest": rest,
                "reports": len(self._queue) - self._at}  # fmt: skip


class ReviewServer:
    """Serves a session under an address that only who started it knows."""

    def __init__(self, session: Session, port: int = 0) -> None:
        self._token = secrets.token_urlsafe(16)
        handler = type("Handler", (_Handler,), {"session": session, "token": self._token})
        self._server = ThreadingHTTPServer(("127.0.0.1", port), handler)

    @property
    def url(self) -> str:
        """The address to open."""
        return f"http://127.0.0.1:{self._server.server_port}/{self._token}/"

    def run(self) -> None:
        """Serve until :meth:`stop`, or an interrupt."""
        with suppress(KeyboardInterrupt):
            self._server.serve_forever()
        self._server.server_close()

    def stop(self) -> None:
        """End :meth:`run`; to be called from another thread."""
        self._server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    session: Session
    token: str
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        name, asked = self._asked()
        if name in _STATIC:
            file, kind = _STATIC[name]
            self._answer(
                HTTPStatus.OK, (files(__package__) / "templates" / file).read_bytes(), f"{kind}; charset=utf-8"
            )
        elif name == "next":
            self._json(self.session.next())
        elif name == "original":
            self._original(asked.get("report", [""])[0])
        else:
            self._answer(HTTPStatus.NOT_FOUND, b"404\n", "text/plain")

    def do_POST(self) -> None:
        name, _ = self._asked()
        size = int(self.headers.get("Content-Length") or 0)
        if name not in ("decide", "skip", "back") or size > _MOST_BYTES:
            self.close_connection = True
            self._answer(HTTPStatus.NOT_FOUND, b"404\n", "text/plain")
            return
        try:
            asked = json.loads(self.rfile.read(size) or b"{}")
            if name == "decide":
                given = (asked[part] for part in ("report", "cell", "decision", "text", "why"))
                self.session.decide(*map(str, given))
            elif name == "skip":
                self.session.skip(str(asked["report"]), str(asked["cell"]))
            self._json(self.session.back() if name == "back" else self.session.next())
        except (KeyError, TypeError, ValueError) as error:
            self._json({"error": str(error)}, HTTPStatus.BAD_REQUEST)
        except OSError as error:
            self._json({"error": f"not written: {error.filename}: {reason(error)}"}, HTTPStatus.INTERNAL_SERVER_ERROR)

    def _asked(self) -> tuple[str | None, dict[str, list[str]]]:
        """What is asked for behind the token; None without it."""
        split = urlsplit(self.path)
        given, _, name = split.path.removeprefix("/").partition("/")
        known = secrets.compare_digest(given.encode(), self.token.encode())
        return (name if known else None), parse_qs(split.query)

    def _original(self, report: str) -> None:
        try:
            body = self.session.original(report)
        except LookupError:
            self._answer(
                HTTPStatus.NOT_FOUND,
                "存档中没有这份原件 The archive does not have it".encode(),
                "text/plain; charset=utf-8",
            )
            return
        kind = next(
            (kind for start, kind in _KINDS.items() if body.lstrip().startswith(start)), "application/octet-stream"
        )
        self._answer(HTTPStatus.OK, body, kind, _SANDBOX if kind == "text/html" else _POLICY)

    def _json(self, said: dict[str, Any], status: HTTPStatus = HTTPStatus.OK) -> None:
        self._answer(status, json.dumps(said, ensure_ascii=False).encode(), "application/json")

    def _answer(self, status: HTTPStatus, body: bytes, kind: str, policy: str = _POLICY) -> None:
        self.send_response(status)
        headers = {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff",
            "Referrer-Policy": "no-referrer",
            "Cache-Control": "no-store",
        }
        for header, value in headers.items():
            self.send_header(header, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Keep quiet: the terminal says what was decided at the end."""
