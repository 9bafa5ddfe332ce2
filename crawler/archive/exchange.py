"""A request and its answer, as the archive keeps them."""

import hashlib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from parsers.formats.web.page import Page


@dataclass(frozen=True, slots=True)
class Place:
    """Where an archive holds a payload: its folder, a file there, and the offset of the record."""

    folder: Path
    warc: str
    offset: int


@dataclass(frozen=True)
class Exchange:
    """One answer of a server.

    ``at`` is UTC, ISO 8601; ``body`` is without its content encoding; ``wire_sha256`` is that of the body with
    it; ``complete`` is False where the connection ended before the body did. ``warc`` and ``offset`` say
    where the archive holds the record. ``asked`` is the address whose request led here, where redirects did.
    ``held`` says where the payload is, also where the record only refers to an earlier one.
    """

    crawl: str
    portal: str
    url: str
    at: str
    status: int
    body: bytes
    wire_sha256: str
    warc: str
    offset: int
    media_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    location: str | None = None
    complete: bool = True
    seconds: float | None = None
    asked: str | None = None
    held: Place | None = None

    @cached_property
    def page(self) -> Page:
        """The body as a web page; a crawl leaves it to its readers, which may die of it."""
        return Page(self.body)

    @cached_property
    def sha256(self) -> str:
        """That of the body without its content encoding."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True)
class Silence:
    """A request for ``address`` that got no answer, and why; ``forbidden`` if robots.txt kept it from being made."""

    address: str
    url: str
    at: str
    error: str
    forbidden: bool = False
