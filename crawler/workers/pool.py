"""Processes that read documents: one that takes too long, too much memory, or ends its process, fails alone."""

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future
from typing import TypeVar

from pebble import ProcessExpired, ProcessPool

from crawler.processes import SECONDS, begin

Made = TypeVar("Made")


class ReaderPool:
    """Processes that may die of what they read; each is then replaced.

    Its document is tried once more, because a process may be killed for other reasons. For a single document,
    :func:`crawler.processes.apart` begins sooner.
    """

    def __init__(self, workers: int, seconds: float = SECONDS, start: str = "spawn") -> None:
        """``start``: a fork begins at once, but one of a process that runs Twisted's reactor inherits its sockets."""
        self._seconds = seconds
        context = multiprocessing.get_context(start)
        self._pool = ProcessPool(max_workers=workers, context=context, initializer=begin, initargs=[os.getpid()])

    def submit(self, work: Callable[[], Made]) -> "Future[Made]":
        """Run something in one of the processes."""
        made: Future[Made] = Future()
        # What has begun cannot be cancelled, so that nobody but the pool says how it ends.
        made.set_running_or_notify_cancel()
        self._start(work, made, again=True)
        return made

    def _start(self, work: Callable[[], Made], made: "Future[Made]", *, again: bool) -> None:
        def end(done: "Future[Made]") -> None:
            error = None if done.cancelled() else done.exception()
            if isinstance(error, ProcessExpired) and again and self._pool.active:
                self._start(work, made, again=False)
            elif error:
                made.set_exception(error)
            elif not done.cancelled():
                made.set_result(done.result())

        future: Future[Made] = self._pool.schedule(work, timeout=self._seconds)
        future.add_done_callback(end)

    def close(self) -> None:
        """End the processes."""
        self._pool.stop()  # type: ignore[no-untyped-call]
        self._pool.join()
