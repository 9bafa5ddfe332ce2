"""What the crawl uses of Linux and multiprocessing for its processes beyond their public interfaces, each with why."""

import ctypes
import logging
import multiprocessing
import os
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import TypeVar

# A scan of ten pages takes 14 s (docs/scale.md): eight times that is no document but a trap, or a machine in trouble.
SECONDS = 120.0
# Of data. No document takes more than one (tests/parsers/formats/test_limits.py); a scan's models and buffers one more.
GIBIBYTES = 4
_PR_SET_PDEATHSIG = 1

Made = TypeVar("Made")


def count_of(text: str) -> int:
    """The number of processes that NIANBAO_READERS asks for; raises ValueError where it is none."""
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f"NIANBAO_READERS={text}: not a number of processes")
    return int(text)


class Expired(OSError):  # noqa: N818 - says what became of a process, as that of pebble does
    """A process ended before it had a result; ``exitcode`` is negative for a signal."""

    def __init__(self, exitcode: int | None) -> None:
        super().__init__(exitcode)
        self.exitcode = exitcode


def die_with_parent(parent: int) -> None:
    """Have Linux kill this process when its parent dies, even by SIGKILL; multiprocessing has no way to ask for it."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def allow_children() -> None:
    """Let this process start others, though it is a daemon, as Dask's workers are.

    Daemons may not, lest their children outlive them; ours call :func:`die_with_parent`.
    """
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]


def begin(parent: int) -> None:
    """Prepare a process that reads: it dies with its parent, leaves Ctrl-C to it, and its memory is bounded."""
    die_with_parent(parent)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.disable(logging.CRITICAL)
    most = GIBIBYTES << 30
    _, highest = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (most if highest < 0 else min(most, highest), highest))


def apart(work: Callable[[], Made], seconds: float = SECONDS) -> Made:
    """Run something in a process of its own; if that ends without a result, once more in another.

    Raises :class:`Expired` or :class:`TimeoutError`.
    """
    try:
        return _apart(work, seconds)
    except Expired:
        return _apart(work, seconds)


def _apart(work: Callable[[], Made], seconds: float) -> Made:
    context = multiprocessing.get_context("fork")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_send, args=(work, sender, os.getpid()))
    process.start()
    sender.close()
    try:
        if not receiver.poll(seconds):
            raise TimeoutError
        made: Made = receiver.recv()
    except EOFError:
        process.join()
        raise Expired(process.exitcode) from None
    finally:
        process.kill()
        process.join()
        receiver.close()
    return made


def _send(work: Callable[[], object], sender: Connection, parent: int) -> None:
    begin(parent)
    sender.send(work())


def unfinished(error: BaseException, seconds: float = SECONDS) -> str:
    """Why a reading was not finished: its process ended, or had to be ended."""
    if isinstance(error, TimeoutError):
        return f"reading it took longer than {seconds:.0f} seconds"
    return f"reading it ended the process that read it (exit code {getattr(error, 'exitcode', None)})"
