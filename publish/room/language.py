"""One language at a time: Chinese, or English where a reader asks with ``?lang=en``; a cookie remembers it."""

from collections.abc import MutableMapping
from contextvars import ContextVar
from http.cookies import CookieError, SimpleCookie
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode

from publish.room.security import App, Receive, Scope, Send

LANGUAGES = ("zh", "en")
_NAME = "lang"
_A_YEAR = 365 * 24 * 3600
# What an answer is made with: render_cell and the filters of templates are told nothing of the request.
_current: ContextVar[str] = ContextVar("language", default=LANGUAGES[0])


class Words(NamedTuple):
    """What a page says, in both languages."""

    zh: str
    en: str

    def __str__(self) -> str:
        return said(*self)


def language() -> str:
    """The language of the answer that is being made: ``zh`` or ``en``."""
    return _current.get()


def said(zh: str, en: str) -> str:
    """That of two texts which the reader reads."""
    return en if language() == "en" else zh


def in_language(query: str, wanted: str) -> str:
    """The query string that shows the same page in a language."""
    kept = [pair for pair in parse_qsl(query, keep_blank_values=True) if pair[0] != _NAME]
    return urlencode([*kept, (_NAME, wanted)])


def with_language(app: App) -> App:
    """The application in the reader's language.

    ``lang`` is taken out of the query, which Datasette would read as a filter. An answer that depends on the cookie
    says so, for whoever keeps answers to give them again.
    """

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return await app(scope, receive, send)
        asked, query = _asked(scope["query_string"])
        token = _current.set(asked or _remembered(scope["headers"]))

        async def marked(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and _is_page(message["headers"]):
                message["headers"] = [*message["headers"], (b"vary", b"cookie"), *_cookie(asked)]
            await send(message)

        try:
            await app({**scope, "query_string": query}, receive, marked)
        finally:
            _current.reset(token)

    return inner


def _asked(query: bytes) -> tuple[str | None, bytes]:
    """The language that an address asks for, and its query without it."""
    if _NAME.encode() not in query:
        return None, query
    pairs = parse_qsl(query.decode("latin-1"), keep_blank_values=True)
    asked = [value for name, value in pairs if name == _NAME and value in LANGUAGES]
    kept = urlencode([pair for pair in pairs if pair[0] != _NAME])
    return (asked[-1] if asked else None), kept.encode()


def _remembered(headers: list[tuple[bytes, bytes]]) -> str:
    cookies = SimpleCookie()
    try:
        cookies.load("; ".join(value.decode("latin-1") for name, value in headers if name == b"cookie"))
    except CookieError:
        return LANGUAGES[0]
    found = cookies.get(_NAME)
    return found.value if found and found.value in LANGUAGES else LANGUAGES[0]


def _cookie(asked: str | None) -> list[tuple[bytes, bytes]]:
    line = f"{_NAME}={asked}; Path=/; Max-Age={_A_YEAR}; SameSite=Lax"
    return [(b"set-cookie", line.encode())] if asked else []


def _is_page(headers: list[tuple[bytes, bytes]]) -> bool:
    return any(name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in headers)
