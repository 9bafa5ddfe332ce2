"""Reading pages on the other cores: payloads become rows, in processes that may die.

A document that takes too long, or ends its process, fails alone.
"""

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import lru_cache
from socket import gethostname
from typing import Self, TypeAlias

from pebble import ProcessExpired

from crawler.answers.classify import Finding, Kind, by_content, by_error, looks_cut
from crawler.answers.data_pages import list_page_of, page_of
from crawler.answers.links import Links, find_links, sheets_of
from crawler.answers.listing import Listing, listing_of
from crawler.archive.exchange import Place
from crawler.archive.reader import payload_at
from crawler.portals.portals import portal_of
from crawler.processes import unfinished
from crawler.workers.pool import ReaderPool
from database.rows import ReportRows, report_rows
from parsers.attachments import read_bundle
from parsers.characters.charset import decode
from parsers.document.model import Unreadable
from parsers.formats.web.page import Page
from parsers.read import read
from parsers.report import Status

# Answers that are being read ahead of the one that is written, for each process.
_AHEAD = 8

Payload: TypeAlias = bytes | Place
Sheets: TypeAlias = tuple[tuple[str, Payload], ...]
"""Style sheets with their addresses."""
_NO_SHEETS: Mapping[str, bytes] = {}


@dataclass(frozen=True, slots=True)
class PageResult:
    """The result of a payload: the rows of a report, or why it is none (``finding`` if that is of a known kind).

    ``attachments`` are the addresses of files that belong to it; ``origin`` says which of a bundle's files
    gave the cells. ``cut``: the page lacks its own end. ``lacking`` are the addresses of style sheets that it names,
    and that were not at hand.
    """

    rows: ReportRows | None = None
    reason: str = ""
    finding: Finding | None = None
    links: Links = field(default_factory=Links)
    attachments: tuple[str, ...] = ()
    origin: int = 0
    cut: bool = False
    lacking: tuple[str, ...] = ()
    listing: Listing | None = None


def read_page(body: bytes, url: str, portal: str, sheets: Mapping[str, bytes] = _NO_SHEETS) -> PageResult:
    """Read the payload of a report's address, with what it links to; ``sheets`` are style sheets by their addresses."""
    try:
        page, lacking = _dressed(body, url, portal, sheets)
    except Unreadable as error:
        return PageResult(None, str(error))
    links = find_links(page, url, portal)
    cut = looks_cut(body)
    try:
        report = read(page)
    except Unreadable as error:
        # The page of a report that is a file says little else.
        finding = None if links.titled and (links.files or links.downloads) else by_content(page)
        files = links.files or (() if finding else links.downloads)
        return PageResult(None, str(error), finding, links, (*files, *links.pictures), cut=cut, lacking=lacking)
    wanted = (*links.files, *links.pictures) if report.status is Status.INCOMPLETE else links.files
    return PageResult(report_rows(report), links=links, attachments=wanted, cut=cut, lacking=lacking)


def read_links(body: bytes, url: str, portal: str) -> PageResult:
    """The links of a page that is no report, and what it says of itself as a list."""
    site = portal_of(portal)
    try:
        page = list_page_of(body, site)
    except Unreadable as error:
        return PageResult(None, str(error), Finding(Kind.ERROR, str(error)))
    return PageResult(None, "", by_content(page), find_links(page, url, portal), listing=listing_of(page, url, site))


def read_finding(body: bytes, kind: str) -> PageResult:
    """What a page is that came in place of a file, or (``kind`` is "error") with an error."""
    return PageResult(None, "", by_error(Page(body)) if kind == "error" else by_content(Page(body)))


def read_files(page: bytes, *more: bytes | str, sheets: Mapping[str, bytes] = _NO_SHEETS) -> PageResult:
    """Read a page and its attachments as one report; its address and its portal's name come last."""
    *files, url, portal = more
    lacking: tuple[str, ...] = ()
    try:
        dressed, lacking = _dressed(page, str(url), str(portal), sheets)
        report, origin = read_bundle(dressed, [file for file in files if isinstance(file, bytes)])
    except Unreadable as error:
        return PageResult(None, str(error), lacking=lacking)
    return PageResult(report_rows(report), origin=origin, lacking=lacking)


def _dressed(body: bytes, url: str, portal: str, sheets: Mapping[str, bytes]) -> tuple[Page, tuple[str, ...]]:
    """A page with the style sheets that it names, and the addresses of those that are not at hand."""
    page = page_of(body, portal_of(portal))
    named = sheets_of(page, url, portal)
    page.sheets = {stated: decode(sheets[address]) for stated, address in named.items() if address in sheets}
    return page, tuple(address for address in named.values() if address not in sheets)


class Unreachable(Exception):  # noqa: N818 - says what the archive or a cluster is
    """Nothing can be read: the readers cannot reach the archive, or there are no readers."""


@dataclass(frozen=True, slots=True)
class Call:
    """A call to make in a reader: the function, its payloads, the arguments after them, and style sheets."""

    function: Callable[..., PageResult]
    payloads: tuple[Payload, ...]
    arguments: tuple[str, ...] = ()
    sheets: "Sheets" = ()

    def __call__(self) -> PageResult:
        """Read."""
        named = {"sheets": {address: _sheet(payload) for address, payload in self.sheets}} if self.sheets else {}
        return self.function(*map(_bytes, self.payloads), *self.arguments, **named)


class Readers(ABC):
    """Reads payloads while the caller continues; each method returns a future."""

    ahead: int
    """How many payloads are read ahead of the one that is awaited."""

    by_place: bool
    """Whether payloads should be passed by their place in the archive, not as bytes."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def page(self, payload: Payload, url: str, portal: str, sheets: "Sheets" = ()) -> "Future[PageResult]":
        """Read the payload of a report's address."""
        return self._submit(Call(read_page, (payload,), (url, portal), sheets))

    def page_links(self, payload: Payload, url: str, portal: str) -> "Future[PageResult]":
        """Read the links of another page."""
        return self._submit(Call(read_links, (payload,), (url, portal)))

    def finding(self, payload: Payload, kind: str) -> "Future[PageResult]":
        """Read what a page is that is neither a report's nor a list's; see :func:`read_finding`."""
        return self._submit(Call(read_finding, (payload,), (kind,)))

    def files(self, payloads: Sequence[Payload], url: str, portal: str, sheets: "Sheets") -> "Future[PageResult]":
        """Read a page and its attachments together."""
        return self._submit(Call(read_files, tuple(payloads), (url, portal), sheets))

    async def awaited(self, future: "Future[PageResult]") -> PageResult:
        """The result for a payload, even if reading it failed."""
        try:
            return await asyncio.wrap_future(future)
        except (ProcessExpired, TimeoutError) as error:
            return PageResult(None, unfinished(error))

    @abstractmethod
    def close(self) -> None:
        """End the readers."""

    @abstractmethod
    def _submit(self, call: Call) -> "Future[PageResult]":
        """Start a call."""


class LocalReaders(Readers):
    """A pool of processes on this machine; without workers, the caller's process reads."""

    def __init__(self, workers: int) -> None:
        self.ahead = _AHEAD * max(workers, 1)
        self.by_place = workers > 0
        self._pool = ReaderPool(workers) if workers else None

    def close(self) -> None:
        """End the processes."""
        if self._pool:
            self._pool.close()

    def _submit(self, call: Call) -> "Future[PageResult]":
        if self._pool:
            return self._pool.submit(call)
        return finished(call())


def finished(result: PageResult) -> "Future[PageResult]":
    """A future that has its result already."""
    reading: Future[PageResult] = Future()
    reading.set_result(result)
    return reading


def _bytes(payload: Payload) -> bytes:
    if isinstance(payload, bytes):
        return payload
    try:
        return payload_at(payload)
    except (OSError, LookupError) as error:
        # This is no fault of the document.
        raise Unreachable(f"{payload.folder / payload.warc} cannot be read by {gethostname()}: {error}") from error


@lru_cache(maxsize=64)
def _sheet(payload: Payload) -> bytes:
    """A style sheet, which the pages of a portal have in common."""
    return _bytes(payload)
