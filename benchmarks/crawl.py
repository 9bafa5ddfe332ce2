"""Speed of the crawl, on loopback:  python -m benchmarks.crawl

A portal in a process of its own serves reports, each in a page of 60 KB. What is compared takes turns within a
round: a bare Scrapy spider that only downloads, the same with our archive, and the whole crawl. Then a refresh
of reports that have not changed, and memory as the number of reports grows.
"""

import asyncio
import json
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import scrapy
from scrapy.crawler import Crawler, CrawlerProcess
from scrapy.http import Request, Response
from scrapy.settings import Settings

from crawler.archive.writer import Archive
from crawler.crawl import CrawlOptions, settings_of
from crawler.spiders.public_report import PublicReportSpider
from database.clock import now
from database.store import Store
from tests.crawler.hostile_portal import VIEW, report_page

FIRST = 20600
DISTINCT = 50
PAGE_BYTES = 60_000
CONCURRENCY = 16
VARIANTS = ("bare", "archive", "whole")
_FAST = {
    "CONCURRENT_REQUESTS": CONCURRENCY, "CONCURRENT_REQUESTS_PER_DOMAIN": CONCURRENCY, "DOWNLOAD_DELAY": 0,
    "AUTOTHROTTLE_ENABLED": False, "ROBOTSTXT_OBEY": False, "LOG_LEVEL": "ERROR", "TELNETCONSOLE_ENABLED": False,
    "REMOTE_CONTROL_ENABLED": False, "CONCURRENT_ITEMS": 1,
}  # fmt: skip


def pages() -> list[bytes]:
    """Reports in pages as large as those of a government site, menus and scripts included."""
    menu = "".join(f'<li><a href="/zwgk/{n}.html">办事服务栏目{n}</a></li>' for n in range(150)).encode()
    made = []
    for number in range(DISTINCT):
        body = report_page(number).replace(b"<body>", b"<body><ul>" + menu + b"</ul>", 1)
        script = b"<script>" + b"var counted=1;" * ((PAGE_BYTES - len(body)) // 14) + b"</script></body>"
        made.append(body.replace(b"</body>", script))
    return made


async def serve() -> None:
    """Answer every number with a page, and conditional requests with 304; the port is printed."""
    answers = [
        b'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nETag: "%d"\r\nContent-Length: %d\r\n\r\n' % (n, len(body))
        + body
        for n, body in enumerate(pages())
    ]
    unchanged = b"HTTP/1.1 304 Not Modified\r\n\r\n"

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                path = head.split(b" ", 2)[1].decode()
                if not path.startswith(VIEW):
                    writer.write(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
                elif b"If-None-Match" in head:
                    writer.write(unchanged)
                else:
                    writer.write(answers[int(path.rpartition("/")[2]) % DISTINCT])
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


@contextmanager
def portal() -> Iterator[str]:
    """The portal's address, while the context lasts."""
    process = subprocess.Popen([sys.executable, "-m", "benchmarks.crawl", "serve"], stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
    finally:
        process.kill()
        process.wait()


class BareSpider(scrapy.Spider):
    """Downloads the numbers and does nothing else."""

    name = "bare"

    async def start(self) -> AsyncIterator[Request]:
        """A request for each."""
        for number in range(FIRST, FIRST + self.settings.getint("COUNT")):
            yield Request(f"{self.settings['PORTAL']}{VIEW}{number}", dont_filter=True)

    def parse(self, response: Response) -> None:
        """Do nothing with it."""


class ArchivingMiddleware:
    """Writes what the bare spider downloads to the archive."""

    def __init__(self, crawler: Crawler) -> None:
        self._store = Store(Path(crawler.settings["NIANBAO_DB"]))
        self._archive = Archive(Path(crawler.settings["NIANBAO_ARCHIVE"]))
        self._archive.begin("20260101T000000Z-0000", crawler.settings["PORTAL"])

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> "ArchivingMiddleware":
        """One archive a run."""
        return cls(crawler)

    def process_response(self, request: Request, response: Response) -> Response:
        """Write one answer."""
        self._archive.write(request, response, now(), self._store.db)
        return response


def one_run(variant: str, url: str, count: int, folder: Path, *, full: bool = False) -> dict[str, float]:
    """One crawl in a process of its own: seconds of the crawl, and peak memory in MiB."""
    arguments = [variant, url, str(count), str(folder), *(["--full"] if full else [])]
    command = [sys.executable, "-m", "benchmarks.crawl", "crawl", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


@click.group(invoke_without_command=True)
@click.option("--pages", "count", default=600, show_default=True)
@click.option("--rounds", default=5, show_default=True)
@click.option("--refresh", default=20_000, show_default=True)
@click.pass_context
def main(context: click.Context, count: int, rounds: int, refresh: int) -> None:
    """Measure and print."""
    if context.invoked_subcommand is None:
        with portal() as url:
            compare(url, count, rounds)
            grow(url, refresh)


def compare(url: str, count: int, rounds: int) -> None:
    """Pages a second of each variant, as ratios to the bare spider of the same round."""
    rates: dict[str, list[float]] = {variant: [] for variant in VARIANTS}
    for _ in range(rounds):
        for variant in VARIANTS:
            with tempfile.TemporaryDirectory() as folder:
                rates[variant].append(count / one_run(variant, url, count, Path(folder))["seconds"])
    click.echo(
        f"{f'{rounds} rounds of {count} pages of {PAGE_BYTES // 1000} KB':62}{'median':>9}{'least':>9}{'most':>9}"
    )
    bare = rates["bare"]
    click.echo(f"{'bare Scrapy':62}{statistics.median(bare):9.0f}{min(bare):9.0f}{max(bare):9.0f}  pages/s")
    for variant, target in (("archive", "at least 0.7"), ("whole", "at least 0.5")):
        ratios = [one / other for one, other in zip(rates[variant], bare, strict=True)]
        name = {"archive": "fetch and archive / bare", "whole": "the whole crawl / bare"}[variant]
        click.echo(f"{name:62}{statistics.median(ratios):9.2f}{min(ratios):9.2f}{max(ratios):9.2f}  {target}")


def grow(url: str, most: int) -> None:
    """First crawl and refresh of more and more reports."""
    click.echo(
        f"\n{'reports':>10}{'first: s':>10}{'MiB':>8}{'refresh: requests':>20}{'s':>8}{'MiB':>8}{'nothing due: s':>16}"
    )
    for count in (most // 20, most // 4, most):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            first = one_run("whole", url, count, folder)
            again = one_run("whole", url, count, folder, full=True)
            begun = time.perf_counter()
            nothing = one_run("whole", url, count, folder)
            idle = time.perf_counter() - begun
        click.echo(
            f"{count:10,}{first['seconds']:10.1f}{first['memory']:8.0f}{again['requests']:20,.0f}{again['seconds']:8.1f}"
            f"{again['memory']:8.0f}{idle:16.1f}"
        )
        assert nothing["requests"] == 0


@main.command("serve")
def serve_command() -> None:
    """Serve until killed."""
    asyncio.run(serve())


@main.command("crawl")
@click.argument("variant")
@click.argument("url")
@click.argument("count", type=int)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--full", is_flag=True)
def crawl_command(variant: str, url: str, count: int, folder: Path, *, full: bool) -> None:
    """One crawl; prints its figures as JSON."""
    paths = {"NIANBAO_DB": str(folder / "test.db"), "NIANBAO_ARCHIVE": str(folder / "archive")}
    arguments: dict[str, str] = {}
    spider: type[scrapy.Spider]
    if variant == "whole":
        settings = settings_of(CrawlOptions(url, folder / "test.db", folder / "archive", delay=0))
        settings.setdict(_FAST, priority="cmdline")
        spider = PublicReportSpider
        arguments = {"first": str(FIRST), "last": str(FIRST + count - 1)}
    else:
        settings = Settings({**_FAST, **paths, "COUNT": count, "PORTAL": url})
        spider = BareSpider
        if variant == "archive":
            settings.set("DOWNLOADER_MIDDLEWARES", {"benchmarks.crawl.ArchivingMiddleware": 950})
    if full:
        make_due(folder)
    process = CrawlerProcess(settings)
    crawler = process.create_crawler(spider)
    process.crawl(crawler, **arguments)
    process.start()
    stats = crawler.stats.get_stats() if crawler.stats else {}
    memory = sum(resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)) / 1024
    requests = stats.get("downloader/request_count", 0)
    print(json.dumps({"seconds": stats["elapsed_time_seconds"], "memory": memory, "requests": requests}))


def make_due(folder: Path) -> None:
    """Make everything due again, as after half a year."""
    with Store(folder / "test.db") as store, store.transaction():
        store.db.execute("update frontier set due = '1970-01-01T00:00:00Z', tries = 1")


if __name__ == "__main__":
    main()
