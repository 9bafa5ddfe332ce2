"""The site as others reach it: its address, who asks, and what may be kept of its answers on the way."""

from collections.abc import MutableMapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from datasette.app import Datasette
from datasette.utils.asgi import Response

from publish.bounded.lanes import reader
from publish.room.security import App, Receive, Scope, Send

# In bytes, of an address; nginx takes as much. Datasette's own regular expressions take seconds for much longer ones.
_LONGEST = 8000
# In seconds: a new release of the data shows after an hour at the latest.
_KEPT = 3600
# The parts of a request that say, or claim to say, which host was asked.
_HOST = frozenset((b"host", b"forwarded", b"x-forwarded-host"))


@dataclass(frozen=True, slots=True)
class Site:
    """Where readers find the room (None: wherever they ask for it), and whether what it shows does not change."""

    url: str | None = None
    is_public: bool = False


def site_of(datasette: Datasette) -> Site:
    """The site of a room."""
    found: Site = datasette.site
    return found


def with_site(app: App, site: Site) -> App:
    """The application at its own address, whatever host a request names.

    Answers may be kept by caches between it and a reader only where the address is known: the links in them would
    else be what the first request says.
    """
    cache_control = f"{'public' if site.url else 'private'}, max-age={_KEPT}".encode()

    async def inner(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        if len(scope["query_string"]) + len(scope["path"]) > _LONGEST:
            await Response.text("地址太长 414: the address is too long\n", status=414).asgi_send(send)
            return

        async def kept(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start" and site.is_public and message["status"] == 200:
                message = {**message, "headers": _kept(message["headers"], cache_control)}
            await send(message)

        token = reader.set((scope.get("client") or ("",))[0])
        try:
            await app(_at(scope, site), receive, kept)
        finally:
            reader.reset(token)

    return inner


def _at(scope: Scope, site: Site) -> Scope:
    """The request as if the site's own address had been asked; in public no cookie matters, so none is seen."""
    headers = scope["headers"]
    if site.is_public:
        headers = [pair for pair in headers if pair[0] != b"cookie"]
    if site.url is None:
        return {**scope, "headers": headers}
    address = urlsplit(site.url)
    headers = [pair for pair in headers if pair[0] not in _HOST]
    return {**scope, "scheme": address.scheme, "headers": [(b"host", address.netloc.encode()), *headers]}


def _kept(headers: list[tuple[bytes, bytes]], cache_control: bytes) -> list[tuple[bytes, bytes]]:
    """The headers of an answer that may be kept, unless it says that it may not."""
    said = b"".join(value for name, value in headers if name.lower() == b"cache-control")
    if b"no-store" in said or b"private" in said:
        return headers
    return [*(pair for pair in headers if pair[0].lower() != b"cache-control"), (b"cache-control", cache_control)]
