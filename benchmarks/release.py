"""How long a release takes, and how large it is:  python -m benchmarks.release [REPORTS ...]

Made-up provinces of 1,000, 10,000 and 46,000 reports (or so many), each published twice by a process of its own:
seconds, and those of the processor alone, the most memory, the sizes of the files. Then how long it takes to compare
the two.
"""

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from database.store import Store
from derived.update import update_panel
from tests.factory.province import WHOLE, Size, write_province

REPORTS = (1_000, 10_000, 46_000)
_FILES = ("nianbao.db", "csv", "parquet", "panel.csv")


def main() -> None:
    """Measure and print."""
    print(
        f"{'reports':>8}{'publish s':>11}{'CPU s':>8}{'diff s':>8}{'most MB':>9}  "
        + "".join(f"{name:>12}" for name in _FILES)
    )
    for wanted in map(int, sys.argv[1:]) if len(sys.argv) > 1 else REPORTS:
        with tempfile.TemporaryDirectory() as folder:
            _bench(Path(folder), wanted)


def _bench(folder: Path, wanted: int) -> None:
    db, none = folder / "province.db", folder / "none.yaml"
    none.write_text("[]")
    reports = write_province(db, _size(wanted)).reports
    with Store(db) as store:
        update_panel(store)
    command = ["publish", "--db", db, "--assertions", none]
    seconds, busy = _timed(*command, folder / "one")
    _timed(*command, folder / "two")
    compared, _ = _timed("diff", folder / "one", folder / "two")
    most = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1000
    sizes = "".join(f"{_size_of(folder / 'one' / name) / 1e6:9,.1f} MB" for name in _FILES)
    print(f"{reports:8,}{seconds:11.1f}{busy:8.1f}{compared:8.1f}{most:9,.0f}  {sizes}", flush=True)


def _size(wanted: int) -> Size:
    """A province of so many reports: a whole one's agencies in fewer counties."""
    share = wanted / 46_000
    counties = max(4, round(WHOLE.counties * share))
    return replace(WHOLE, cities=max(1, round(WHOLE.cities * share)), counties=counties, faults=round(40 * share) or 1)


def _timed(*arguments: str | Path) -> tuple[float, float]:
    """The seconds that a command takes, and those of the processor."""
    start, before = time.perf_counter(), resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-m", "nianbao", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    busy = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return time.perf_counter() - start, busy


def _size_of(path: Path) -> int:
    return sum(file.stat().st_size for file in ([path] if path.is_file() else path.iterdir()))


if __name__ == "__main__":
    main()
