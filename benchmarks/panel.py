"""How long the derived tables take:  python -m benchmarks.panel [REPORTS ...]

Made-up provinces of 13,000 and of 80,000 reports (or so many) over five years, with narratives of 1,000
characters, of which three in ten repeat the agency's last and three in ten one that goes round in their
region. Everything is worked out once from nothing, then again after a night on which 300 reports changed.
Last, how many copied texts the sketches of two texts bring together, and how many names of agencies are resolved.
"""

import resource
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from random import Random

from database.store import Store
from derived.text_reuse import bands
from derived.update import update_panel
from gazetteer.resolver import resolve
from tests.factory.names import labelled
from tests.factory.province import WHOLE, YEARS, Size, vocabulary, write_province

REPORTS = (13_000, 80_000)
NIGHT = 300
_MOST_DEPARTMENTS = 42
_PAIRS = 200


def main() -> None:
    """Measure and print."""
    for wanted in map(int, sys.argv[1:]) if len(sys.argv) > 1 else REPORTS:
        with tempfile.TemporaryDirectory() as folder:
            _bench(Path(folder) / "province.db", wanted)
    _recall()
    _names()
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000:,.0f} MB at most")


def _bench(path: Path, wanted: int) -> None:
    planted = write_province(path, _size(wanted))
    print(f"{planted.reports:,} reports by {planted.agencies:,} agencies, {path.stat().st_size / 1e6:,.0f} MB")
    with Store(path) as store:
        _measure("all of it from nothing", store, "80,000 in 300 s, 13,000 well under 60 s")
        store.db.execute(
            "update reports set cells_digest = 'changed' where id in"
            f" (select id from reports order by length(id) desc, id desc limit {NIGHT})"
        )
        _measure(f"after {NIGHT} reports changed", store, "seconds")
        _measure("with nothing changed", store, "")


def _names() -> None:
    names = [label.name for label in labelled()]
    resolve(names[0])
    busy = time.process_time()
    for name in names:
        resolve(name)
    print(f"names of agencies: {len(names) / (time.process_time() - busy):,.0f} resolved a second (aim: 5,000)")


def _recall() -> None:
    rng = Random(5)
    for longer in (1, 2):
        for share in (0.5, 0.6, 0.7, 0.8):
            found = sum(_meet(*_pair(rng, share, longer)) for _ in range(_PAIRS))
            print(f"{share:.0%} of a text in one {longer} times as long: {found / _PAIRS:.0%} found")


def _pair(rng: Random, share: float, longer: int) -> tuple[str, str]:
    """A text of 1,000 characters, and one of so many times its length that has a share of it."""
    text, other = ("".join(rng.choices(vocabulary(), k=250 * times)) for times in (1, longer))
    kept = round(1000 * share)
    return text, text[:kept] + other[kept:]


def _meet(text: str, other: str) -> bool:
    """Whether two texts agree in a band of their sketches."""
    return any(one == two for one, two in zip(bands(text), bands(other), strict=True))


def _size(wanted: int) -> Size:
    """A whole province with as many departments, and then towns, as it takes."""
    regions, agencies = WHOLE.cities + WHOLE.counties, wanted // len(YEARS)
    departments = min(_MOST_DEPARTMENTS, agencies // regions - 2)
    towns = round((agencies - regions * (departments + 2)) / WHOLE.counties)
    return replace(WHOLE, departments=departments, towns=towns, length=1000, repeating=0.3, sharing=0.3)


def _measure(what: str, store: Store, target: str) -> None:
    start, busy = time.perf_counter(), time.process_time()
    updated = update_panel(store)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    print(f"{what:28}{seconds:8.1f} s{busy:8.1f} s of CPU {updated.agencies:8,} agencies  {target}", flush=True)


if __name__ == "__main__":
    main()
