"""What something costs, counted in events instead of seconds, so that a test says the same on every machine."""

import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from types import FrameType
from typing import Any

# Of SQLite's virtual machine; a step costs much the same whatever it does.
_STEPS = 100


def calls(action: Callable[[], object]) -> int:
    """How many functions, of Python and of C, an action calls."""
    counter = count()

    def profile(_: FrameType, event: str, __: object) -> None:
        if event in ("call", "c_call"):
            next(counter)

    before = sys.getprofile()
    sys.setprofile(profile)
    try:
        action()
    finally:
        sys.setprofile(before)
    return next(counter)


@contextmanager
def sqlite_steps(connection: sqlite3.Connection) -> Iterator[Callable[[], int]]:
    """Counts the steps that SQLite takes on a connection; what is yielded says how many there were so far."""
    hundreds = 0

    def progress() -> int:
        nonlocal hundreds
        hundreds += 1
        return 0

    connection.set_progress_handler(progress, _STEPS)
    try:
        yield lambda: hundreds * _STEPS
    finally:
        connection.set_progress_handler(None, 0)


def lines(action: Callable[[], object]) -> int:
    """How many lines of Python an action runs, each turn of a loop or a comprehension counted as one."""
    counter = count()

    def trace(_: FrameType, event: str, __: object) -> Any:
        if event == "line":
            next(counter)
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        action()
    finally:
        sys.settrace(before)
    return next(counter)
