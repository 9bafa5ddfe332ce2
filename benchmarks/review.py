"""How many cells a minute `nianbao review` lets a person decide: what the machine takes of the time.

    python -m benchmarks.review

Chromium is worked by its keyboard alone, as fast as the page lets it: the figure is typed, Enter, and the next cell has
to be there with its place. First a scan, most of whose doubtful figures are confirmed, then web pages. What a person
takes to look and to type comes on top.
"""

import hashlib
import re
import shutil
import statistics
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from random import Random
from typing import Any

from playwright.sync_api import sync_playwright

from database.rows import report_rows
from database.store import Source, Store
from derived.update import update_derived
from nianbao.review.run import review
from nianbao.review.server import ReviewServer
from parsers.read import read
from tests.factory.html import plain_page
from tests.factory.scans import worn_scan
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth

PAGES, WORDS_A_PAGE = 8, 15


def _documents() -> list[bytes]:
    """A worn scan, and pages on which figures are words."""
    pages = []
    for seed in range(PAGES):
        text = plain_page(sheet_of(draw_truth(Random(seed))), Random(seed)).decode()
        start = text.index("予以公开</td>")
        words = re.sub(r"<td>[\d０-９,，]+</td>", "<td>见附件</td>", text[start:], count=WORDS_A_PAGE)
        pages.append((text[:start] + words).encode())
    return [worn_scan(sheet_of(draw_truth(Random(0))), Random(0)), *pages]


def _work(url: str) -> list[float]:
    """Decide everything; the seconds from each key to the next cell, the first one's from the opening of the page."""
    waits = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        began = time.perf_counter()
        page.goto(url)
        number = 0
        while True:
            page.wait_for_selector(f"body[data-count='{number}']:not([aria-busy])", timeout=300_000)
            waits.append(time.perf_counter() - began)
            if not page.get_attribute("body", "data-cell"):
                break
            page.keyboard.type("12")
            began = time.perf_counter()
            page.keyboard.press("Enter")
            number += 1
        browser.close()
    return waits


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        db, documents = Path(folder) / "nianbao.db", {}
        with Store(db) as store:
            for number, data in enumerate(_documents(), start=1):
                sha256 = hashlib.sha256(data).hexdigest()
                documents[sha256] = data
                source = Source(f"henan-{number}", sha256, len(data), "2026-12-01T00:00:00Z", warc="x", offset=0)
                store.save_report(source, report_rows(read(data)))
            update_derived(store)
        begun: Queue[ReviewServer] = Queue()
        with ThreadPoolExecutor() as threads:
            session: Any = threads.submit(review, db, documents.__getitem__, "benchmark", started=begun.put)
            server = begun.get()
            first, *waits, _ = _work(server.url)
            server.stop()
            count = session.result()
    print(f"{count} cells; the first after {first:.1f} s, then half within {statistics.median(waits) * 1000:.0f} ms,")
    print(f"19 of 20 within {statistics.quantiles(waits, n=20)[-1] * 1000:.0f} ms, the slowest {max(waits):.1f} s;")
    print(f"{60 * len(waits) / sum(waits):.0f} a minute for somebody who needs no time to look and type")


if __name__ == "__main__":
    main()
