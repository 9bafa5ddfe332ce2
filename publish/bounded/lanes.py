"""Lanes of processes that run queries: readers' own queries never stand in the way of the room's pages."""

import asyncio
import contextlib
import logging
import marshal
import multiprocessing
import queue
import signal
import sqlite3
import subprocess
import sys
import weakref
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Any

_log = logging.getLogger(__name__)
# Who asks: the address that a request is from.
reader: ContextVar[str] = ContextVar("reader", default="")
# In bytes, of one answer: some thousand rows of the panel.
MOST = 8 << 20


class Busy(Exception):  # noqa: N818 - says what became of a question, not whose fault it is
    """No process became free in time."""


class _Ended(Exception):  # noqa: N818
    """A process ended in the middle of a query; ``code`` is negative for a signal."""

    def __init__(self, code: int | None) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Query:
    """A query with what it may cost: seconds of work in all; rows and bytes of an answer.

    ``form`` is ``rows`` or ``csv``.
    """

    sql: str
    params: Mapping[str, Any] | Sequence[Any]
    seconds: float
    rows: int
    size: int = MOST
    form: str = "rows"


@dataclass(frozen=True, slots=True)
class Answer:
    """The rows of a query, or lines of CSV, and whether there are more."""

    columns: Sequence[str]
    rows: Sequence[Any]
    more: bool


class Process:
    """A process that runs queries on one file; SQLite's address of it, and how far it stands back for others."""

    def __init__(self, address: str, nice: int) -> None:
        self._ours, theirs = multiprocessing.Pipe()
        with theirs:
            command = [sys.executable, "-m", "publish.bounded.process", str(theirs.fileno()), address, str(nice)]
            self._process = subprocess.Popen(command, pass_fds=[theirs.fileno()], stdin=subprocess.DEVNULL)  # noqa: S603 - ourselves

    def begin(self, query: Query) -> Answer:
        """Run a query; raises errors of ``sqlite3``, and :class:`_Ended`."""
        # Of Datasette, some are a kind of mapping of its own.
        params = dict(query.params) if isinstance(query.params, Mapping) else list(query.params)
        return Answer(*self._ask("begin", query.seconds, query.sql, params, query.form, query.rows, query.size))

    def more(self, query: Query) -> Answer:
        """The next rows of the query that has begun."""
        return Answer((), *self._ask("more", query.rows, query.size))

    def _ask(self, *asked: Any) -> Any:
        try:
            self._ours.send_bytes(marshal.dumps(asked))
            said, *rest = marshal.loads(self._ours.recv_bytes())  # noqa: S302 - from our own process
        except (EOFError, OSError) as error:
            raise _Ended(self.end()) from error
        if said == "failed":
            name, reason = rest
            raise getattr(sqlite3, name)(reason)
        return rest

    def end(self) -> int:
        """End the process, whatever it does."""
        self._ours.close()
        self._process.kill()
        return self._process.wait()


class Turns:
    """How many may be at work at a time, of all and of each reader; the others wait so many seconds."""

    def __init__(self, *, places: int, each: int, patience: float) -> None:
        self._most = {"": places}
        self._each, self._patience = each, patience
        self._taken: weakref.WeakValueDictionary[Any, asyncio.Semaphore] = weakref.WeakValueDictionary()

    @contextlib.asynccontextmanager
    async def turn(self) -> AsyncIterator[None]:
        """Wait for a place; raises :class:`Busy`."""
        own, all_places = self._places(f"reader {_network(reader.get())}"), self._places("")
        async with contextlib.AsyncExitStack() as held:
            try:
                async with asyncio.timeout(self._patience):
                    await held.enter_async_context(own)
                    await held.enter_async_context(all_places)
            except TimeoutError as error:
                raise Busy from error
            yield

    def _places(self, whose: str) -> asyncio.Semaphore:
        # A semaphore is of one event loop.
        key = asyncio.get_running_loop(), whose
        return self._taken.setdefault(key, asyncio.Semaphore(self._most.get(whose, self._each)))


def _network(address: str) -> str:
    """Whom an address belongs to: of IPv6, everybody has 2**64 of them."""
    try:
        return str(ip_address(address).packed[:8])
    except ValueError:
        return address


class Lane:
    """A few processes that are kept, and the turns at them."""

    def __init__(self, address: str, *, processes: int, each: int, nice: int = 0, patience: float = 10) -> None:
        self._address, self._nice = address, nice
        self._turns = Turns(places=processes, each=each, patience=patience)
        self._threads = ThreadPoolExecutor(processes, thread_name_prefix="query")
        # Processes begin when they are first needed.
        self._idle: queue.SimpleQueue[Process | None] = queue.SimpleQueue()
        for _ in range(processes):
            self._idle.put(None)
        weakref.finalize(self, _end_all, self._idle)

    async def ask(self, query: Query) -> Answer:
        """Run a query when its turn comes; raises :class:`Busy`, and errors of ``sqlite3``."""
        async with self._turns.turn():
            return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, query)

    def _run(self, query: Query) -> Answer:
        process = self._idle.get() or Process(self._address, self._nice)
        try:
            answer = process.begin(query)
        except _Ended as ended:
            self._idle.put(None)
            raise error_of(ended, query) from ended
        except BaseException:
            self._idle.put(process)
            raise
        self._idle.put(process)
        return answer


def _end_all(idle: queue.SimpleQueue[Process | None]) -> None:
    while not idle.empty():
        if process := idle.get():
            process.end()


def error_of(ended: _Ended, query: Query) -> sqlite3.OperationalError:
    """Why a query ended its process, as the error that SQLite would raise."""
    if ended.code in (-signal.SIGPROF, -signal.SIGALRM):
        return sqlite3.OperationalError("interrupted")
    _log.error("a query ended its process (%s): %.1000s", ended.code, query.sql)
    return sqlite3.OperationalError("the query ended its process")


class Stream:
    """A whole answer in batches: each has a process of its own, which ends with it."""

    def __init__(self, address: str, *, places: int, each: int, patience: float, nice: int) -> None:
        self._address, self._nice = address, nice
        self._turns = Turns(places=places, each=each, patience=patience)

    async def batches(self, query: Query) -> AsyncGenerator[Answer, None]:
        """Answers of ``query.rows`` each, until there are no more."""
        async with self._turns.turn():
            process = await asyncio.to_thread(Process, self._address, self._nice)
            try:
                answer = await asyncio.to_thread(process.begin, query)
                yield answer
                while answer.more:
                    answer = await asyncio.to_thread(process.more, query)
                    yield answer
            except _Ended as ended:
                raise error_of(ended, query) from ended
            finally:
                process.end()
