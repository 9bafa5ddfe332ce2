"""The progress of a run: a bar on a terminal, else a line a minute in the log."""

import asyncio
import contextlib
import logging
import sys
import time
from datetime import timedelta
from typing import Self

from rich.console import Console
from rich.live import Live
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from scrapy import Spider, signals
from scrapy.crawler import Crawler

from crawler.frontier.outcomes import FAILURES, Outcome
from crawler.run.run import run_of
from database.clock import now

log = logging.getLogger("nianbao")
_MINUTE = 60.0
_REFRESH = 0.5


class ProgressReport:
    """A Scrapy extension that says what the run has counted."""

    def __init__(self, crawler: Crawler) -> None:
        self._crawler = crawler
        self._begun = time.monotonic()
        self._task: asyncio.Task[None] | None = None

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """Start with the spider, and end with it."""
        extension = cls(crawler)
        crawler.signals.connect(extension.spider_opened, signals.spider_opened)
        crawler.signals.connect(extension.spider_closed, signals.spider_closed)
        return extension

    def spider_opened(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Begin to report."""
        self._begun = time.monotonic()
        self._task = asyncio.ensure_future(self._draw() if sys.stderr.isatty() else self._tell())

    async def spider_closed(self, spider: Spider) -> None:  # noqa: ARG002 - Scrapy passes it by name
        """Stop."""
        if self._task:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    def line(self) -> str:
        """The state of the run in one line."""
        asked, left, seconds = self._figures()
        rate = asked / seconds if seconds else 0.0
        remaining = timedelta(seconds=round(left / rate)) if rate else "?"
        return f"{asked} asked ({rate:.1f}/s), {self._found()}, {left} to go, about {remaining}"

    def _found(self) -> str:
        outcomes = run_of(self._crawler).outcomes
        failed = sum(outcomes[outcome] for outcome in FAILURES)
        counted = [(outcomes[outcome], outcome) for outcome in (Outcome.REPORT, Outcome.UNCHANGED, Outcome.MISSING)]
        return ", ".join(f"{count} {name}" for count, name in [*counted, (failed, "failed")])

    def _figures(self) -> tuple[int, int, float]:
        """Addresses asked for, those still due, and seconds so far."""
        run = run_of(self._crawler)
        return sum(run.outcomes.values()), run.left(now()), time.monotonic() - self._begun

    async def _tell(self) -> None:
        while True:
            await asyncio.sleep(_MINUTE)
            log.info("%s", self.line())

    async def _draw(self) -> None:
        bar = Progress(BarColumn(), MofNCompleteColumn(), TextColumn("{task.description}"), TimeRemainingColumn())
        task = bar.add_task("")
        with Live(bar, console=Console(stderr=True), refresh_per_second=4):
            while True:
                asked, left, seconds = self._figures()
                rate = asked / seconds if seconds else 0.0
                bar.update(task, completed=asked, total=asked + left, description=f"{rate:.1f}/s  {self._found()}")
                await asyncio.sleep(_REFRESH)
