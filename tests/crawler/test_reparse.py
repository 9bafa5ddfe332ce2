"""The loop that rebuilds a database from the archive."""

import asyncio
import sqlite3
from types import SimpleNamespace
from typing import Any

import pytest

from crawler.reparse import _Writer


class Ingests:
    """Every answer was read already; the interrupt comes while the first is written."""

    def __init__(self) -> None:
        self.store = SimpleNamespace(db=SimpleNamespace(conn=sqlite3.connect(":memory:")))
        self.written: list[Any] = []

    def __getitem__(self, portal: str) -> "Ingests":
        return self

    async def record_answer(self, exchange: Any, reading: None) -> None:
        self.written.append(exchange)
        task = asyncio.current_task()
        assert task
        task.cancel()


async def write_all(writer: _Writer, exchanges: list[Any]) -> None:
    for exchange in exchanges:
        await writer.write(exchange, None)


def test_an_interrupt_is_heeded_where_nothing_has_to_be_waited_for() -> None:
    ingests: Any = Ingests()
    with pytest.raises(asyncio.CancelledError):
        asyncio.run(write_all(_Writer(ingests, lambda _: None), [SimpleNamespace(portal="henan")] * 3))
    assert len(ingests.written) == 1
