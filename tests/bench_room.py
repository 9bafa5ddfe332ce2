"""How quick the reading room is:  python -m tests.bench_room [REPORTS]

A made-up province of 13,000 reports (or so many), each with six chapters: narratives of some 1,200 characters
recombined from the sample reports' sentences and made-up words, and their tables. Of search: the size of the index,
how long it takes to make, how long a page takes, and what it finds beside a look through every folded text.
"""

import asyncio
import re
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from random import Random
from urllib.parse import quote

from datasette.app import Datasette

from nianbao.portal.pages import report_page
from nianbao.portal.reports import sample_reports
from parsers.fulltext import index_name
from parsers.places.gazetteer import gazetteer
from parsers.read import read
from parsers.rows import NARRATIVE, Record
from parsers.schema import tables
from parsers.search import folded, match, terms
from parsers.store import Store
from publish.serve import ReadingRoom
from tests.factory.province import WHOLE, YEARS, write_province

REPORTS = 13_000
_LENGTHS = dict(zip(NARRATIVE, (800, 350, 50), strict=True))
_SENTENCE = re.compile("(?<=[。；])|\n")
_FREQUENT = ("公开", "信息", "政府", "公", "的", "一", "无", "0", "2", "。", "政府信息公开", "信息 公开", "公 开 政 府")
_DRAWN = 40


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
    characters = prose + "".join(sorted(unit.name for unit in gazetteer().units.values()))
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


if __name__ == "__main__":
    main()
