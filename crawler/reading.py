"""Reading pages on the other cores: what came in becomes rows, in worker processes that may die.

A document that takes too long, or ends its worker, costs itself and nothing else.
"""

import asyncio
import ctypes
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Self

from pebble import ProcessExpired, ProcessPool

from crawler.links import Links, find_links
from crawler.recognise import Finding, by_content, looks_cut
from parsers.bundle import read_bundle
from parsers.charset import decode
from parsers.document import Unreadable
from parsers.kinds import is_html
from parsers.read import read
from parsers.report import Status
from parsers.rows import ReportRows, report_rows
from parsers.schema import tables

SECONDS = 120.0
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class Reading:
    """What a payload says: the rows of a report, or why it is none (``finding`` where that is of a known kind).

    ``attachments`` are the addresses of files that belong to it; ``origin`` says which of a bundle's files
    gave the cells. ``cut``: the page lacks its own end.
    """

    rows: ReportRows | None = None
    reason: str = ""
    finding: Finding | None = None
    links: Links = field(default_factory=Links)
    attachments: tuple[str, ...] = ()
    origin: int = 0
    cut: bool = False


def read_page(body: bytes, url: str, portal: str) -> Reading:
    """Read the payload of a report's address, with what it links to."""
    links = _links(body, url, portal)
    cut = looks_cut(body)
    try:
        report = read(body)
    except Unreadable as error:
        # The page of a report that is a file says little else.
        finding = None if links.titled and (links.files or links.downloads) else by_content(body)
        files = links.files or (() if finding else links.downloads)
        return Reading(None, str(error), finding, links, (*files, *links.pictures), cut=cut)
    wanted = (*links.files, *links.pictures) if report.status is Status.INCOMPLETE else links.files
    return Reading(report_rows(report), links=links, attachments=wanted, cut=cut)


def read_links(body: bytes, url: str, portal: str) -> Reading:
    """What a page links to that is not asked to be a report."""
    return Reading(None, "", by_content(body), _links(body, url, portal))


def read_files(bodies: Sequence[bytes]) -> Reading:
    """Read a page and its attachments as one report."""
    try:
        report, origin = read_bundle(bodies[0], bodies[1:])
    except Unreadable as error:
        return Reading(None, str(error))
    return Reading(report_rows(report), origin=origin)


def _links(body: bytes, url: str, portal: str) -> Links:
    try:
        text = decode(body)
    except Unreadable:
        return Links()
    return find_links(text, url, portal) if is_html(text) else Links()


class Readers:
    """A pool of worker processes; with no worker at all, reading happens in this process."""

    def __init__(self, workers: int, seconds: float = SECONDS) -> None:
        self.workers = workers
        self._seconds = seconds
        # A fork of a process that runs Twisted's reactor would inherit its sockets.
        context = multiprocessing.get_context("spawn")
        self._pool = ProcessPool(max_workers=workers, context=context, initializer=_begin) if workers else None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End the workers."""
        if self._pool:
            self._pool.stop()  # type: ignore[no-untyped-call]
            self._pool.join()

    def page(self, body: bytes, url: str, portal: str) -> "Future[Reading]":
        """Have the payload of a report's address read."""
        return self._submit(read_page, body, url, portal)

    def page_links(self, body: bytes, url: str, portal: str) -> "Future[Reading]":
        """Have the links of another page read."""
        return self._submit(read_links, body, url, portal)

    def files(self, bodies: Sequence[bytes]) -> "Future[Reading]":
        """Have a page and its attachments read together."""
        return self._submit(read_files, bodies)

    def _submit(self, function: Callable[..., Reading], *arguments: object) -> "Future[Reading]":
        if self._pool:
            future: Future[Reading] = self._pool.schedule(function, args=arguments, timeout=self._seconds)
            return future
        done: Future[Reading] = Future()
        done.set_result(function(*arguments))
        return done


async def awaited(future: "Future[Reading]") -> Reading:
    """What a worker made of a payload, even if it could not finish."""
    try:
        return await asyncio.wrap_future(future)
    except (ProcessExpired, TimeoutError) as error:
        return Reading(None, _ended(error))


def _ended(error: BaseException) -> str:
    if isinstance(error, ProcessExpired):
        return f"reading it ended the process that read it (exit code {error.exitcode})"
    return f"reading it took longer than {SECONDS:.0f} seconds"


def _begin() -> None:
    """Prepare a worker: it dies with its parent, leaves Ctrl-C to it, and has loaded the form and the schema."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() == 1:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    tables()
