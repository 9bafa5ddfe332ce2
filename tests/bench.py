"""Speed, as measured here and now:  make bench

Reports a second on one core for HTML pages, and where the time goes. Each figure is the median of
several rounds over the same made-up reports, in one process.
"""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from parsers.align import align
from parsers.charset import decode
from parsers.read import read
from parsers.store import Source, Store
from parsers.web.html import read_html
from tests.factory.html import plain_page
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth

REPORTS = 200
ROUNDS = 5


def seconds(action: Callable[[], object]) -> float:
    """Median time of an action over the rounds, after one that does not count."""
    times = []
    for _ in range(ROUNDS + 1):
        start = time.perf_counter()
        action()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:])


def main() -> None:
    """Measure and print a table."""
    pages = [plain_page(sheet_of(draw_truth(Random(seed), 2021)), Random(seed)) for seed in range(REPORTS)]
    texts = [decode(page) for page in pages]
    documents = [read_html(text) for text in texts]
    reports = [read(page) for page in pages]

    with tempfile.TemporaryDirectory() as folder:
        rounds = iter(range(ROUNDS + 1))

        def write() -> None:
            with Store(Path(folder) / f"{next(rounds)}.db") as store:
                for number, report in enumerate(reports):
                    store.save_report(Source(f"henan-{number}", f"{number}", 0, "2022-01-26T00:00:00Z"), report)

        parts = {
            "HTML parser (lxml and document)": seconds(lambda: [read_html(text) for text in texts]),
            "alignment (labels, values, arithmetic)": seconds(lambda: [align(doc.blocks, 2021) for doc in documents]),
        }
        reading = seconds(lambda: [read(page) for page in pages])
        parts["rest of reading (title, chapters, checks)"] = reading - sum(parts.values())
        parts["writing rows (one transaction a report)"] = seconds(write)
    total = reading + parts["writing rows (one transaction a report)"]
    size = statistics.mean(map(len, pages)) / 1024
    print(f"{REPORTS} HTML reports of {size:.0f} KiB, median of {ROUNDS} rounds, one core")
    print(f"{'read (bytes to report)':44}{REPORTS / reading:8.0f} reports/s")
    print(f"{'read and write (bytes to rows)':44}{REPORTS / total:8.0f} reports/s")
    for name, part in parts.items():
        print(f"  {name:42}{1000 * part / REPORTS:8.2f} ms {part / total:6.0%}")


if __name__ == "__main__":
    main()
