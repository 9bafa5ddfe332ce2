"""What reading on several cores, and many reports, cost:  python -m benchmarks.scale [--sizes 1000,10000]

First the kinds of documents. Then an archive of made-up pages is read by one process, by two, and by two workers of
a Dask cluster on this machine, in turns. Where other work shares the cores, seconds say little; so the processor time
of all processes is given too, and the efficiency that follows from it: two cores are done after half of it, or when
the writer is.

Last, made-up provinces of so many reports go through the store, the search index and the panel, each in a process of
its own. What grows in step has the same figures a report in every line.
"""

import logging
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from resource import RUSAGE_SELF, getrusage

import click
import psutil
from distributed import LocalCluster
from scrapy.http import Request, Response

from benchmarks.reading import Render, drawn
from crawler.archive.writer import Archive
from crawler.reparse import reparse
from crawler.workers.cluster import ClusterReaders
from crawler.workers.readers import LocalReaders, Readers
from database.store import Store
from derived.update import update_panel
from parsers.formats.paged.scans import scan
from parsers.read import read
from tests.factory import html, office, pdf, word97
from tests.factory.province import WHOLE, YEARS, Size, write_province

_DRAWN = 200
_PORTAL = "http://127.0.0.1"


@dataclass(frozen=True, slots=True)
class Cost:
    """Seconds on the clock, and seconds of processors: of all processes, and of the one that writes."""

    seconds: float
    busy: float
    writer: float

    @property
    def at_best(self) -> float:
        """Seconds on two cores that do nothing else."""
        return max(self.busy / 2, self.writer)


def write_pages(folder: Path, count: int) -> Path:
    """An archive of so many made-up pages; returns its directory."""
    archive = Archive(folder / "archive")
    archive.begin("20261121T000000Z-0000", _PORTAL)
    bodies = drawn(html.plain_page, _DRAWN)
    with Store(folder / "crawl.db") as store:
        for number in range(count):
            body = bodies[number % _DRAWN] + b"<!-- %d -->" % number
            url = f"{_PORTAL}/zw/public-report/view/{number}"
            archive.write(Request(url), Response(url, body=body), "2026-11-21T00:00:00Z", store.db)
    archive.close()
    return archive.directory


def measured(directory: Path, readers: Callable[[], Readers]) -> Cost:
    """The cost of reading an archive into a new database, without start-up."""
    with tempfile.TemporaryDirectory() as folder, readers() as at_work:
        _begin(at_work)
        before, own, start = _busy(), time.process_time(), time.perf_counter()
        reparse(Path(folder) / "test.db", [directory], at_work)
        seconds, own = time.perf_counter() - start, time.process_time() - own
        return Cost(seconds, _busy() - before, own)


def _begin(readers: Readers) -> None:
    """Have every process load what it needs."""
    (page,) = drawn(html.plain_page, 1)
    pages = [readers.page(page, f"{_PORTAL}/zw/public-report/view/1", _PORTAL) for _ in range(4 * readers.ahead)]
    for reading in pages:
        reading.result()


def _busy() -> float:
    here = psutil.Process()
    times = [process.cpu_times() for process in (here, *here.children(recursive=True))]
    return sum(time.user + time.system for time in times)


def efficiency(pages: int, rounds: int) -> Iterator[str]:
    """How much of two cores is used, on this machine alone and by a cluster."""
    with tempfile.TemporaryDirectory() as folder, _cluster() as cluster:
        directory = write_pages(Path(folder), pages)
        methods: dict[str, Callable[[], Readers]] = {
            "one process": lambda: LocalReaders(0),
            "two processes": lambda: LocalReaders(2),
            "two workers of a Dask cluster": lambda: ClusterReaders(cluster.scheduler_address),
        }
        costs: dict[str, list[Cost]] = {name: [] for name in methods}
        for _ in range(rounds + 1):
            for name, readers in methods.items():
                costs[name].append(measured(directory, readers))
    alone = costs["one process"]
    yield f"{pages} pages, {rounds} rounds after one that does not count; load {os.getloadavg()[0]:.1f}"
    first = alone[1:]
    for name, (_, *found) in costs.items():
        yield (
            f"{name:30}{_median(cost.seconds for cost in found) * 1000 / pages:7.1f} ms a page,"
            f" of processors {_median(cost.busy for cost in found) * 1000 / pages:5.1f},"
            f" the writer's {_median(cost.writer for cost in found) * 1000 / pages:5.1f}"
        )
        if name != "one process":
            clock = [one.seconds / two.seconds / 2 for one, two in zip(first, found, strict=True)]
            best = [one.busy / two.at_best / 2 for one, two in zip(first, found, strict=True)]
            yield f"  efficiency on two cores: by the clock {_spread(clock)}, by processors {_spread(best)}; aim: 0.85"


def _cluster() -> LocalCluster:
    return LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address="127.0.0.1:0",
        silence_logs=logging.CRITICAL,
    )  # fmt: skip


def _median(values: Iterator[float]) -> float:
    return statistics.median(list(values))


def _spread(values: list[float]) -> str:
    return f"{statistics.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def kinds() -> Iterator[str]:
    """Core time to read a report by kind of document, and the size of such files."""
    makes: dict[str, tuple[Render, int]] = {
        "HTML": (html.plain_page, 40), "DOCX": (office.word_file, 10), "DOC": (word97.word_binary, 10),
        "PDF": (pdf.ruled_page, 10),
    }  # fmt: skip
    if scan.is_installed():
        from tests.factory import scans

        makes["scan"] = (scans.clean_scan, 1)
    for name, (render, count) in makes.items():
        files = drawn(render, count)
        read(files[0])
        start = time.process_time()
        for data in files:
            read(data)
        seconds, size = (time.process_time() - start) / count, sum(map(len, files)) / count
        rate = f"{seconds * 1000:10.1f} ms of a core a report, {3600 / seconds:11,.0f} an hour"
        yield f"{name:6}{rate}; {size / 1000:8.1f} KB"


def growth(wanted: int) -> Iterator[str]:
    """Store, search index and panel of a made-up province; these two in a process that has made up nothing."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "province.db"
        start = time.process_time()
        count = write_province(path, size_of(wanted)).reports
        seconds = time.process_time() - start
        yield f"{count:,} reports: made up and stored in {seconds:.0f} s, {seconds * 1000 / count:.2f} ms each"
        yield f"  {path.stat().st_size / 1e6:,.0f} MB, {path.stat().st_size / 1000 / count:.1f} KB each"
        command = [sys.executable, "-m", "benchmarks.scale", "--database", str(path)]
        yield from subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def derived(path: Path) -> Iterator[str]:
    """The search index and the panel of a database, and this process's memory after each."""
    with Store(path) as store:
        (count,) = store.db.execute("select count(*) from reports").fetchone()
        for what in ("search index", "panel"):
            start = time.process_time()
            if what == "panel":
                update_panel(store)
            else:
                with store.unindexed():
                    pass
            seconds = time.process_time() - start
            memory = getrusage(RUSAGE_SELF).ru_maxrss / 1000
            yield f"  {what} in {seconds:.0f} s, {seconds * 1000 / count:.2f} ms each; {memory:,.0f} MB of memory"
        store.db.execute("pragma wal_checkpoint(truncate)")
    yield f"  {path.stat().st_size / 1e6:,.0f} MB with all of it, {path.stat().st_size / 1000 / count:.1f} KB each"


def size_of(wanted: int) -> Size:
    """A province of about so many reports: counties first, then departments, then towns."""
    agencies = wanted // len(YEARS)
    counties = min(WHOLE.counties, max(agencies // 20, 9))
    cities = min(WHOLE.cities, max(counties // 9, 1))
    departments = min(WHOLE.departments, max(agencies // (cities + counties) - 2, 1))
    towns = max(round((agencies - (cities + counties) * (departments + 2)) / counties), 0)
    faults = min(WHOLE.faults, agencies // 50)
    return replace(
        WHOLE, cities=cities, counties=counties, departments=departments, towns=towns, length=1000, faults=faults
    )


@click.command()
@click.option("--pages", default=1000, show_default=True, help="Pages of the archive; 0 leaves out what is read.")
@click.option("--rounds", default=3, show_default=True)
@click.option("--sizes", default="1000,10000,100000", show_default=True, help="Reports of the provinces.")
@click.option("--database", type=click.Path(path_type=Path), hidden=True)
def main(pages: int, rounds: int, sizes: str, database: Path | None) -> None:
    """Measure and print."""
    reading = chain(kinds(), efficiency(pages, rounds)) if pages else ()
    growing = chain.from_iterable(growth(int(wanted)) for wanted in sizes.split(",") if wanted)
    for line in derived(database) if database else chain(reading, growing):
        click.echo(line)


if __name__ == "__main__":
    main()
