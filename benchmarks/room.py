"""How quick the reading room is:  python -m benchmarks.room [REPORTS]

A made-up province of 13,000 reports (or so many), each with six chapters: narratives of some 1,200 characters
recombined from the sample reports' sentences and made-up words, and their tables. Of search: the size of the index,
how long it takes to make, how long a page takes, and what it finds beside a look through every folded text. Of every
kind of page: how long it takes alone, and what 20 readers at once get from a server on this machine in 20 seconds.
"""

import asyncio
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from urllib.parse import quote

import httpx
from datasette.app import Datasette
from datasette.utils import tilde_encode

from database.ngrams import folded, match, terms
from database.rows import NARRATIVE, Record
from database.schema import tables
from database.search_index import index_name
from database.store import Store
from derived.update import update_panel
from gazetteer.areas import gazetteer
from nianbao.portal.pages import report_page
from nianbao.portal.reports import sample_reports
from parsers.read import read
from publish.room.declarations import questions
from publish.serve import ReadingRoom
from tests.factory.province import WHOLE, YEARS, write_province

REPORTS = 13_000
_LENGTHS = dict(zip(NARRATIVE, (800, 350, 50), strict=True))
_SENTENCE = re.compile("(?<=[。；])|\n")
_FREQUENT = ("公开", "信息", "政府", "公", "的", "一", "无", "0", "2", "。", "政府信息公开", "信息 公开", "公 开 政 府")
_DRAWN = 40
_READERS, _SECONDS = 20, 20


@dataclass(frozen=True, slots=True)
class Material:
    """What chapters are made of: a sample report's chapters, sentences, and words, the most frequent first."""

    chapters: dict[int, tuple[str, str]]
    sentences: list[str]
    words: list[str]


def main() -> None:
    """Measure and print."""
    wanted = int(sys.argv[1]) if len(sys.argv) > 1 else REPORTS
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "province.db"
        _write(path, wanted)
        _bench_index(path)
        _bench_search(path)
        with Store(path) as store:
            update_panel(store)
            store.db.execute("pragma wal_checkpoint(truncate)")
            pages = _pages(store)
        asyncio.run(_bench_pages(ReadingRoom(path, public=True), pages))
        start = time.perf_counter()
        with serving(path) as (url, _):
            up = time.perf_counter()
            httpx.get(url).raise_for_status()
            page = (time.perf_counter() - up) * 1000
            print(f"a server is up after {up - start:.1f} s; its first page {page:.0f} ms; aim: under 300 ms")
            asyncio.run(_bench_readers(url, list(pages.values())))


def _write(path: Path, wanted: int) -> None:
    regions, agencies = WHOLE.cities + WHOLE.counties + 1, wanted // len(YEARS)
    departments = min(WHOLE.departments, max(1, agencies // regions - 2))
    towns = max(0, round((agencies - regions * (departments + 2)) / WHOLE.counties))
    write_province(path, replace(WHOLE, departments=departments, towns=towns, length=4))
    rng = Random(0)
    with Store(path) as store, store.transaction():
        _drop_indexes(store)
        store.db.execute("delete from sections")
        for (report,) in store.db.execute("select id from reports").fetchall():
            store.insert("sections", [{"report": report, **chapter} for chapter in _chapters(rng)])


def _drop_indexes(store: Store) -> None:
    for table in tables():
        if table.fts:
            index = index_name(table.name)
            for what in (f"trigger {index}_insert", f"trigger {index}_delete", f"trigger {index}_update"):
                store.db.execute(f"drop {what}")
            store.db.execute(f"drop table {index}")


@cache
def _material() -> Material:
    reports = [read(report_page(sample).encode()) for sample in sample_reports().values()]
    chapters = {number: (chapter.heading, chapter.text) for number, chapter in reports[0].chapters.items()}
    prose = "\n".join(report.chapters[number].text for report in reports for number in NARRATIVE)
    characters = prose + "".join(sorted(area.name for area in gazetteer().areas.values()))
    rng = Random(1)
    words = ["".join(rng.choices(characters, k=2)) for _ in range(4000)]
    return Material(chapters, [sentence for sentence in _SENTENCE.split(prose) if sentence.strip()], words)


def _chapters(rng: Random) -> Iterator[Record]:
    for number, (heading, table) in _material().chapters.items():
        text = _narrative(rng, _LENGTHS[number]) if number in _LENGTHS else _other_digits(rng, table)
        yield {"number": number, "heading": heading, "text": text}


def _narrative(rng: Random, length: int) -> str:
    material, text = _material(), ""
    while len(text) < length:
        if rng.random() < 0.5:
            text += _other_digits(rng, rng.choice(material.sentences))
        else:
            # A few words are in every second text, most in few.
            text += "".join(material.words[int(4000 * rng.random() ** 3)] for _ in range(8)) + rng.choice("。，；\n")
    return text


def _other_digits(rng: Random, text: str) -> str:
    return re.sub(r"(?<![\d.])[1-9]\d*", lambda _: str(int(rng.paretovariate(0.6)) % 10**5), text)


def _bench_index(path: Path) -> None:
    bare = path.stat().st_size
    start = time.perf_counter()
    with Store(path) as store:
        seconds = time.perf_counter() - start
        store.db.execute("pragma wal_checkpoint(truncate)")
        reports, chapters = store.db.table("reports").count, store.db.table("sections").count
    print(f"{reports:,} reports with {chapters:,} chapters: {bare / 1e6:,.0f} MB")
    print(f"search index: {(path.stat().st_size - bare) / 1e6:,.0f} MB, made in {seconds:.1f} s")


def _bench_search(path: Path) -> None:
    with Store(path) as store:
        texts = [
            (row, "\0".join(map(folded, columns)))
            for row, *columns in store.db.execute("select rowid, heading, text from sections")
        ]
        queries = [*_FREQUENT, *_drawn([text for _, text in texts])]
        found = wanted = right = 0
        for query in queries:
            sql = "select rowid from sections_fts where sections_fts match ?"
            got = {row for (row,) in store.db.execute(sql, [match(query)])}
            asked = terms(query)
            true = {row for row, text in texts if all(term in text for term in asked)}
            found, wanted, right = found + len(got), wanted + len(true), right + len(got & true)
    print(f"{len(queries)} queries, {wanted:,} hits: recall {right / wanted:.4f}, precision {right / found:.4f}")
    asyncio.run(_time_pages(ReadingRoom(path, public=True), queries))


def _drawn(texts: list[str]) -> Iterator[str]:
    """Fragments of 1 to 12 characters from all over the texts."""
    rng = Random(2)
    for number in range(_DRAWN):
        runs = rng.choice(texts).split()
        run = rng.choice([run for run in runs if run != "\0"] or ["无"])
        at = rng.randrange(len(run))
        yield run[at : at + 1 + number % 12].replace("\0", "")


async def _time_pages(served: Datasette, queries: list[str]) -> None:
    seconds: dict[str, float] = {}
    await served.client.get("/-/search?q=%20")
    for query in queries:
        start = time.perf_counter()
        answer = await served.client.get(f"/-/search?q={quote(query)}")
        assert answer.status_code == 200, answer.text
        seconds[query] = time.perf_counter() - start
        if "查找超时" in answer.text:
            print(f"given up: {query}")
    slowest = sorted(seconds, key=lambda query: -seconds[query])[:3]
    named = ", ".join(f"{query} {seconds[query] * 1000:.0f}" for query in slowest)
    print(f"a page of search: {statistics.mean(seconds.values()) * 1000:.0f} ms, at worst {named}; aim: under 200 ms")


def _pages(store: Store) -> dict[str, str]:
    """An address of each kind of page."""
    found = "select report, agency_id, region_code, city_code from panel where city_code <> region_code"
    one = f"{found} order by received desc, agency_id limit 1"
    ((report, agency, region, city),) = store.db.execute(one)
    pages = {
        "home": "/",
        "search": f"/-/search?q={quote('信访')}",
        "search in a name": f"/-/search?q={quote('信访局 公开')}",
        "report": f"/nianbao/reports/{quote(report)}",
        "report, beside last year's": f"/nianbao/reports/{quote(report)}?before=1",
        "agency": f"/nianbao/agencies/{tilde_encode(agency)}",
        "region": f"/nianbao/regions/{region}",
        "city": f"/nianbao/regions/{city}",
        "province": f"/nianbao/regions/{city[:2]}0000",
        "map": "/-/map?column=granted_share",
        "questions": "/-/questions",
        "dictionary": "/-/dictionary",
        "quality": "/-/quality",
        "tables": "/nianbao",
    }
    queries = {f"question {name}": f"/nianbao/{name}" for name in questions()}
    return pages | {f"table {table.name}": f"/nianbao/{table.name}" for table in tables()} | queries


async def _bench_pages(served: Datasette, pages: dict[str, str]) -> None:
    await served.client.get("/")
    milliseconds = {}
    for name, address in pages.items():
        start = time.perf_counter()
        answer = await served.client.get(address)
        milliseconds[name] = (time.perf_counter() - start) * 1000
        if answer.status_code != 200:
            print(f"{answer.status_code}: {name} {address}")
    for name in sorted(pages, key=lambda name: -milliseconds[name])[:8]:
        print(f"  {name} {milliseconds[name]:.0f} ms")
    print(f"home {milliseconds['home']:.0f} ms; {len(pages)} kinds of pages, median", end=" ")
    print(f"{statistics.median(milliseconds.values()):.0f} ms; aim: any under 1,000")


@contextmanager
def serving(path: Path) -> Iterator[tuple[str, int]]:
    """The address of the room in a process of its own, which is up, and the number of that process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = str(free.getsockname()[1])
    command = [sys.executable, "-m", "nianbao", "serve", "--public", "--db", str(path), "--port", port]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            url = f"http://127.0.0.1:{port}"
            while not _is_up(url):
                time.sleep(0.05)
            yield url, server.pid
        finally:
            server.terminate()


async def _bench_readers(url: str, pages: list[str]) -> None:
    limits = httpx.Limits(max_connections=_READERS)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        start = time.perf_counter()
        readers = (_read(client, Random(seed), pages, start + _SECONDS) for seed in range(_READERS))
        answers = [answer for read in await asyncio.gather(*readers) for answer in read]
        seconds = time.perf_counter() - start
    times = [took * 1000 for took, _ in answers]
    failed = Counter(status for _, status in answers if status != 200)
    print(
        f"{_READERS} readers at once for {seconds:.0f} s: {len(answers) / seconds:.0f} pages a second, median", end=" "
    )
    print(
        f"{statistics.median(times):.0f} ms, 95th percentile {statistics.quantiles(times, n=20)[-1]:.0f} ms", end=", "
    )
    print(f"{failed.total()} errors {dict(failed) or ''}; load {os.getloadavg()[0]:.1f}")


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/robots.txt").is_success
    except httpx.TransportError:
        return False


async def _read(client: httpx.AsyncClient, rng: Random, pages: list[str], until: float) -> list[tuple[float, int]]:
    """How long each page took that a reader asked for, and its status."""
    read = []
    while time.perf_counter() < until:
        start = time.perf_counter()
        answer = await client.get(rng.choice(pages))
        read.append((time.perf_counter() - start, answer.status_code))
    return read


if __name__ == "__main__":
    main()
