"""Reading on a Dask cluster: the workers fetch payloads from the archive themselves, and send back rows.

A worker reads in processes of its own, as one machine alone does, so that what a document does to its process is
reported in the same words. If the worker itself dies, Dask has another one do what it was at. What was at work in
several deaths is tried again with nothing beside it, so that no document answers for another one's doing.
"""

import hashlib
import logging
import pickle
import time
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from importlib.resources.abc import Traversable
from threading import Lock, RLock

from distributed import Client, KilledWorker, get_worker
from distributed import Future as Task
from pebble import ProcessExpired

from crawler.processes import allow_children, unfinished
from crawler.workers.pool import ReaderPool
from crawler.workers.readers import Call, PageResult, Readers, Unreachable, read_files

_SECONDS = 10.0
# Pages travel together, since a task costs the scheduler a third of what it costs to read one.
_TOGETHER = 16
_AHEAD = 4 * _TOGETHER
# What decides how a document is read: our own code, and the libraries that open files.
_ROOMS = ("crawler", "database", "parsers")
_LIBRARIES = (
    "cssselect2", "lxml", "olefile", "onnxruntime", "parsel", "pdfminer.six", "pypdfium2", "rapidfuzz", "rapidocr",
    "tinycss2",
)  # fmt: skip

_KILLED = "reading it ended the worker that read it, again and again"

Identity = dict[str, str]
_LOCK = Lock()


@dataclass(frozen=True, slots=True)
class _Asked:
    """What is to be read, and who waits for it."""

    call: Call
    reading: "Future[PageResult]" = field(default_factory=Future)

    def tell(self, result: PageResult | Unreachable) -> None:
        """Deliver the result."""
        if isinstance(result, Unreachable):
            self.reading.set_exception(result)
        else:
            self.reading.set_result(result)


class ClusterReaders(Readers):
    """The workers of a Dask cluster, also those that join it later; raises :class:`Unreachable` if there are none."""

    by_place = True

    def __init__(self, address: str) -> None:
        # Each of its troubles ends as one line of ours.
        for name in ("distributed", "distributed.client"):
            logging.getLogger(name).setLevel(logging.CRITICAL)
        self._address = address
        self._client = _client(address)
        self._lock = RLock()
        self._gathered: list[_Asked] = []
        self._waiting: deque[list[_Asked]] = deque()
        # What was at work when workers died, to be tried alone.
        self._suspects: deque[_Asked] = deque()
        self._on_trial = self._is_closed = False
        self._at_work: set[Task] = set()
        self._count()

    def close(self) -> None:
        """Leave the cluster; pending calls are cancelled."""
        with self._lock:
            self._is_closed = True
        self._client.close()

    async def awaited(self, future: "Future[PageResult]") -> PageResult:
        """The result for a payload; its batch is sent now if it was still waiting."""
        if any(asked.reading is future for asked in self._gathered):
            self._send_off()
        return await Readers.awaited(self, future)

    def _submit(self, call: Call) -> "Future[PageResult]":
        asked = _Asked(call)
        if call.function is read_files:
            self._queue([asked])
        else:
            self._gathered.append(asked)
            if len(self._gathered) >= _TOGETHER:
                self._send_off()
        return asked.reading

    def _send_off(self) -> None:
        gathered, self._gathered = self._gathered, []
        self._queue(gathered)
        if time.monotonic() - self._counted > _SECONDS:
            self._count()

    def _count(self) -> None:
        self._counted = time.monotonic()
        self.ahead = _AHEAD * max(sum(self._client.nthreads().values()), 1)

    def _queue(self, batch: list[_Asked]) -> None:
        with self._lock:
            self._waiting.append(batch)
            self._go_on()

    def _go_on(self) -> None:
        """Start the next calls: if there are suspects, one of them alone."""
        if self._suspects:
            if not self._at_work:
                self._start([self._suspects.popleft()], on_trial=True)
        elif not self._on_trial:
            while self._waiting:
                self._start(self._waiting.popleft())

    def _start(self, batch: list[_Asked], *, on_trial: bool = False) -> None:
        calls = pickle.dumps([asked.call for asked in batch])
        task = self._client.submit(read_all, calls, identity(), pure=False)
        self._at_work.add(task)
        self._on_trial = on_trial
        task.add_done_callback(partial(self._ended, batch))

    def _ended(self, batch: list[_Asked], task: Task) -> None:
        """Deliver the results of a task, in a thread of Dask."""
        if self._is_closed:
            return
        error = None if task.status == "finished" else self._error(task)
        readings: list[PageResult | Unreachable] = [] if error else list(map(pickle.loads, task.result()))
        with self._lock:
            self._at_work.discard(task)
            if isinstance(error, KilledWorker) and not self._on_trial:
                self._suspects.extend(batch)
                batch = []
            self._on_trial = False
            self._go_on()
        if isinstance(error, KilledWorker):
            readings = [PageResult(None, _KILLED) for _ in batch]
        elif error:
            readings = [self._unreachable(error) for _ in batch]
        for asked, reading in zip(batch, readings, strict=True):
            asked.tell(reading)

    def _error(self, task: Task) -> BaseException:
        if task.status == "error":
            error: BaseException = task.exception()
            return error
        return Unreachable(f"the Dask scheduler at {self._address} is gone")

    def _unreachable(self, error: BaseException) -> Unreachable:
        if isinstance(error, Unreachable):
            return error
        return Unreachable(f"the cluster at {self._address} cannot read: {type(error).__name__}: {error}")


def _client(address: str) -> Client:
    try:
        client = Client(address, timeout=_SECONDS, set_as_default=False)
    except (OSError, ValueError) as error:
        raise Unreachable(f"no Dask scheduler answers at {address}") from error
    try:
        client.wait_for_workers(1, timeout=_SECONDS)
    except TimeoutError as error:
        client.close()
        raise Unreachable(f"the Dask scheduler at {address} has no workers") from error
    return client


def read_all(calls: bytes, wanted: Identity) -> list[bytes]:
    """On a worker: read some payloads and pack the results; ``wanted`` is the reader's identity."""
    here = identity()
    if differing := [f"{name} ({here[name]}, here {wanted[name]})" for name in wanted if here[name] != wanted[name]]:
        raise Unreachable(f"the worker {get_worker().address} has another {', '.join(differing)}")
    pool = _pool()
    asked = pickle.loads(calls)  # noqa: S301 - of our own making, like every task of Dask
    return list(map(_made, [pool.submit(_Packed(call)) for call in asked]))


@dataclass(frozen=True, slots=True)
class _Packed:
    """The packed result of a call, which the worker passes on unchanged."""

    call: Call

    def __call__(self) -> bytes:
        return pickle.dumps(self.call())


def _made(reading: "Future[bytes]") -> bytes:
    try:
        return reading.result()
    except (ProcessExpired, TimeoutError) as error:
        return pickle.dumps(PageResult(None, unfinished(error)))


def _pool() -> ReaderPool:
    """The processes of this worker, as many as it has threads."""
    with _LOCK:
        return _pool_of(get_worker().state.nthreads)


@cache
def _pool_of(threads: int) -> ReaderPool:
    allow_children()
    return ReaderPool(threads)


@cache
def identity() -> Identity:
    """What makes a reader: a digest of the code, and the versions of the libraries, by name."""
    digest = hashlib.sha256()
    for room in _ROOMS:
        for source in _sources(files(room)):
            digest.update(source.read_bytes())
    return {"nianbao": digest.hexdigest()[:12], **{name: _version(name) for name in _LIBRARIES}}


def _sources(folder: Traversable) -> Iterator[Traversable]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.name.endswith((".py", ".yaml")):
            yield entry
        elif entry.is_dir():
            yield from _sources(entry)


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:
        return "none"
