"""What every answer carries so that nothing in a report can ever run in a reader's browser.

Content-Security-Policy Level 3 (W3C). The room's own pages have no script but its files; the templates of Datasette and
of the dashboards have some inline. Charts are interpreted: no page compiles a script.
"""

from collections.abc import Awaitable, Callable, Iterable, MutableMapping
from typing import Any

from datasette.utils.asgi import Response

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Any]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_POLICY = (
    "default-src 'none'; script-src 'self'{scripts}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STRICT = _POLICY.format(scripts="")
_DATASETTE = _POLICY.format(scripts=" 'unsafe-inline'")
# An archived page as it was: no script, no form, nothing from anywhere.
SANDBOX = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox; frame-ancestors 'none'"

_HEADERS = (
    (b"content-security-policy", _DATASETTE.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
# Pages of Datasette that show paths of this machine, or are for those who write plugins; and those of the dashboards,
# of which the room uses the copies of Vega.
HIDDEN = (
    r"^/-/(databases|threads|permissions|allow-debug|messages|patterns|actor|logout)(\.json)?$",
    r"^/-/dashboards",
)


def with_security_headers(app: App) -> App:
    """The application with those headers on every answer; a page's own policy goes first."""

    async def guard(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_missing(message["headers"])]
            await send(message)

        await app(scope, receive, with_headers)

    return guard


def _missing(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    there = {name.lower() for name, _ in headers}
    return [(name, value) for name, value in _HEADERS if name not in there]


async def not_found() -> Response:
    """The answer in place of a page that is not for visitors."""
    return Response.text("404: no such page\n", status=404)
