"""How much of a narrative also appears elsewhere: in the agency's last report, or in another agency's.

The measure is containment: the share of a text's different runs of eight characters which the other text has
too (w-shingling; Broder 1997). Blanks, punctuation and digits are left out first, since a copied text gets new
numbers. Last year's report is always compared exactly. Neighbours are looked up by MinHash sketches (rensa):
of those that share most bands, a few are compared exactly.
"""

import re
import struct
import zlib
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from heapq import nlargest
from itertools import groupby
from operator import itemgetter

import numpy as np
from rensa import RMinHash
from sqlite_utils import Database

from database.rows import NARRATIVE
from derived.sql import run

RULES = f"rensa {RMinHash.ALGORITHM_VERSION}"
# tests/derived/test_thresholds.py shows either side of these three. A shorter text is a formula that all have alike.
LEAST_LENGTH = 100
# Half, because the sketches find nearly all such neighbours: at 60 % 99 in 100, at lower shares ever fewer (below).
LEAST_SHARE = 0.5
# Longer than the set phrases of the genre (政府信息公开工作), so that two texts that were written apart share few.
_RUN = 8
# Of fewer digits than a checksum has, bands of a hundred thousand texts would agree by chance.
# More bands of fewer hashes find more pairs, and more that turn out unlike; `python -m benchmarks.panel` prints the
# time that all takes, and how many of the texts that share 50 to 80 % with another are found.
_BANDS, _ROWS, _SEED, _DIGITS = 64, 3, 49, 8
# How many are compared exactly; test_province.py holds the neighbours named against a comparison with all.
_COMPARED = 3
# A report without a neighbour is compared with a new one that agrees in this many bands.
_SEVERAL = 3
# A text that half the province has copied shares bands with thousands; this many on either side are looked at.
# Both bound time and memory only: `python -m benchmarks.panel`.
_WINDOW = 100
_CACHED = 1024
# What the characters of a run count for: powers of an odd number without a pattern; and the constants of SplitMix64.
_FACTORS = np.array([pow(0x9E3779B97F4A7C15, place, 2**64) for place in range(_RUN)], dtype=np.uint64)
_MIXING = ((np.uint64(30), np.uint64(0xBF58476D1CE4E5B9)), (np.uint64(27), np.uint64(0x94D049BB133111EB)))
_LAST_SHIFT = np.uint64(31)
_NO_TEXT = re.compile(r"[\W\d_]+")

_STALE = """
select report from narratives
where neighbour in (select report from gone) and report not in (select report from gone)
"""
_TEXTS = f"""
select s.report, s.text from scope join sections s on s.report = scope.report and s.number in {NARRATIVE}
order by s.report, s.number
"""
_PREVIOUS = """
update narratives set previous = (
  select earlier.report from chosen later
  join chosen earlier on earlier.agency_id = later.agency_id and earlier.year = later.year - 1
  where later.report = narratives.report)
where report in (select report from scope)
"""
_ALL = """
select n.report, n.sketch, coalesce(r.agency_id, r.agency, r.id), coalesce(r.year, 0), n.neighbour, n.neighbour_share
from narratives n join reports r on r.id = n.report where n.sketch is not null order by n.report
"""


@dataclass(frozen=True, slots=True)
class _Narrative:
    """A narrative as it is looked up: its sketch, whose it is, and the neighbour known so far."""

    sketch: str
    owner: str
    year: int
    neighbour: str | None
    share: float | None


def plain(text: str) -> str:
    """A text without blanks, punctuation and digits."""
    return _NO_TEXT.sub("", text)


def runs(text: str) -> np.ndarray:
    """The different runs of eight characters of a plain text, as fingerprints of 64 bits in ascending order.

    Two runs that differ have the same fingerprint once in 2**64: no two texts of a province are compared otherwise
    than by their characters.
    """
    characters = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype="<u4").astype(np.uint64)
    count = max(0, len(characters) - _RUN + 1)
    found = np.zeros(count, dtype=np.uint64)
    for place, factor in enumerate(_FACTORS):
        found += factor * characters[place : place + count]
    # Sums are alike where texts are; mixed (SplitMix64), every bit depends on every character.
    for shift, factor in _MIXING:
        found = (found ^ (found >> shift)) * factor
    found ^= found >> _LAST_SHIFT
    found.sort()
    return found[np.concatenate(([True], found[1:] != found[:-1]))] if count else found


def bands(text: str) -> list[str]:
    """The MinHash sketch of a plain text: texts that share many runs agree in some of its bands."""
    found = runs(text)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(found, [0, len(found)], _BANDS * _ROWS, _SEED)
    packed = struct.pack(f"<{_BANDS * _ROWS}I", *matrix.to_rows()[0])
    size = 4 * _ROWS
    return [f"{zlib.crc32(packed[start : start + size]):0{_DIGITS}x}" for start in range(0, len(packed), size)]


def _count_common(runs: np.ndarray, others: np.ndarray) -> int:
    """How many fingerprints two texts have in common."""
    if not len(runs) or not len(others):
        return 0
    places = np.searchsorted(others, runs)
    places[places == len(others)] = 0
    return int(np.count_nonzero(others[places] == runs))


def write_narratives(db: Database) -> None:
    """Rewrite the narratives of changed reports and touched agencies, and of reports that had these as neighbours."""
    run(db, "narratives")
    stale = {report for (report,) in db.execute(_STALE)}
    db.execute("delete from narratives where report in (select report from gone)")
    db.conn.executemany("insert into narratives (report, length, sketch) values (?, ?, ?)", _measurements(db))
    db.execute(_PREVIOUS)
    texts = _Texts(db)
    _write_reuse(db, texts)
    _write_neighbours(db, texts, stale)


def _measurements(db: Database) -> list[tuple[str, int, str | None]]:
    rows = []
    for report, chapters in groupby(db.execute(_TEXTS), key=itemgetter(0)):
        text = plain("".join(text or "" for _, text in chapters))
        rows.append((report, len(text), "".join(bands(text)) if len(text) >= LEAST_LENGTH else None))
    return rows


class _Texts:
    """The narratives of the database as runs of characters."""

    def __init__(self, db: Database) -> None:
        self._db = db
        self.runs = lru_cache(_CACHED)(self._runs)

    def _runs(self, report: str) -> np.ndarray:
        sql = f"select text from sections where report = ? and number in {NARRATIVE} order by number"
        return runs(plain("".join(text or "" for (text,) in self._db.execute(sql, [report]))))

    def share(self, report: str, other: str) -> float:
        """The share of a report's runs that another has."""
        own = self.runs(report)
        return _count_common(own, self.runs(other)) / len(own)


def _write_reuse(db: Database, texts: _Texts) -> None:
    pairs = db.execute(
        "select n.report, n.previous from narratives n join chosen c on c.report = n.report"
        # In this order, a report's runs are still at hand when the next year's come.
        " where n.previous is not null and n.sketch is not null order by c.agency_id, c.year"
    ).fetchall()
    shares = ((texts.share(report, previous), report) for report, previous in pairs)
    db.conn.executemany("update narratives set reuse = ? where report = ?", shares)


def _write_neighbours(db: Database, texts: _Texts, stale: set[str]) -> None:
    known = {report: _Narrative(*facts) for report, *facts in db.execute(_ALL)}
    fresh = known.keys() & {report for (report,) in db.execute("select report from scope")}
    wanted = fresh | (known.keys() & stale)
    unaffected = known.keys() - wanted
    owned: dict[str, list[str]] = defaultdict(list)
    for report, narrative in known.items():
        owned[narrative.owner].append(report)
    pairs: set[tuple[str, str]] = set()
    for report, buckets in _buckets(known, sorted(wanted)).items():
        agreeing = _agreeing_reports(report, buckets, owned[known[report].owner])
        drawn = {other for other in agreeing.keys() & unaffected if _may_replace(report, other, agreeing[other], known)}
        others = _most_alike(report, agreeing, known) | drawn
        pairs.update((min(report, other), max(report, other)) for other in others)
    found = _new_neighbours(pairs, known, wanted, texts)
    rows = [(*found.get(report, (None, None)), report) for report in sorted(found.keys() | stale)]
    db.conn.executemany("update narratives set neighbour = ?, neighbour_share = ? where report = ?", rows)


def _buckets(known: Mapping[str, _Narrative], wanted: Iterable[str]) -> dict[str, list[list[str]]]:
    """For each wanted report, the groups of reports (in order) that agree with it in a band, itself included."""
    found: dict[str, list[list[str]]] = {report: [] for report in wanted}
    if not found:
        return found
    reports = list(known)
    sketches = np.frombuffer(bytes.fromhex("".join(narrative.sketch for narrative in known.values())), dtype=">u4")
    sketches = sketches.reshape(len(reports), _BANDS)
    sought = np.flatnonzero(np.isin(np.array(reports), np.array(list(found))))
    for band in range(_BANDS):
        column = sketches[:, band]
        buckets: dict[int, list[str]] = defaultdict(list)
        at = np.flatnonzero(np.isin(column, column[sought]))
        for place, value in zip(at.tolist(), column[at].tolist(), strict=True):
            buckets[value].append(reports[place])
        for place, value in zip(sought.tolist(), column[sought].tolist(), strict=True):
            if len(buckets[value]) > 1:
                found[reports[place]].append(buckets[value])
    return found


def _agreeing_reports(report: str, buckets: Iterable[list[str]], own: Iterable[str]) -> Counter[str]:
    """The reports that agree with a report in a band, and in how many; those of the same agency are left out."""
    counts: Counter[str] = Counter()
    for bucket in buckets:
        at = bisect_left(bucket, report)
        counts.update(bucket[max(0, at - _WINDOW) : at + _WINDOW + 1])
    for other in own:
        counts.pop(other, None)
    return counts


def _most_alike(report: str, agreeing: Mapping[str, int], known: Mapping[str, _Narrative]) -> set[str]:
    """The few that agree most with a report; of equals, those on the nearest year."""
    # Thousands may agree; only those that come into question are ranked.
    least = min(nlargest(_COMPARED, agreeing.values()), default=0)
    year = known[report].year
    ranked = sorted(
        (-count, abs(known[other].year - year), other) for other, count in agreeing.items() if count >= least
    )
    return {other for _, _, other in ranked[:_COMPARED]}


def _may_replace(report: str, other: str, count: int, known: Mapping[str, _Narrative]) -> bool:
    """Whether a report may be nearer to another than its neighbour is: they agree in as many bands."""
    own = known[other]
    if own.neighbour is None:
        return count >= _SEVERAL
    at_best = (-1.0, abs(known[report].year - own.year), report)
    return at_best < _neighbour_rank(own, known) and count >= _agreement(own.sketch, known[own.neighbour].sketch)


def _agreement(sketch: str, other: str) -> int:
    """In how many bands two sketches agree."""
    starts = range(0, _BANDS * _DIGITS, _DIGITS)
    return sum(sketch[start : start + _DIGITS] == other[start : start + _DIGITS] for start in starts)


def _new_neighbours(
    pairs: Iterable[tuple[str, str]], known: Mapping[str, _Narrative], fresh: Set[str], texts: _Texts
) -> dict[str, tuple[str, float]]:
    """The neighbour, with its share, of every report of a pair that has a new one."""
    best: dict[str, tuple[float, int, str]] = {}
    for pair in sorted(pairs):
        for report, other in (pair, pair[::-1]):
            share = texts.share(report, other)
            candidate = (-share, abs(known[other].year - known[report].year), other)
            if share >= LEAST_SHARE and candidate < best.get(report, _rank_to_beat(report, known, fresh)):
                best[report] = candidate
    return {report: (other, -share) for report, (share, _, other) in best.items()}


def _rank_to_beat(report: str, known: Mapping[str, _Narrative], fresh: Set[str]) -> tuple[float, int, str]:
    """What a new neighbour has to beat: the one that the database has, unless that is looked for anew."""
    own = known[report]
    return (0.0, 0, "") if report in fresh or own.neighbour is None else _neighbour_rank(own, known)


def _neighbour_rank(narrative: _Narrative, known: Mapping[str, _Narrative]) -> tuple[float, int, str]:
    """How near the neighbour of a narrative is, the lower the nearer."""
    neighbour = narrative.neighbour or ""
    return (-(narrative.share or 0.0), abs(known[neighbour].year - narrative.year), neighbour)
