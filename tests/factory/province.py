"""A made-up province as rows of a database:  python -m tests.factory.province [FILE]

Cities, counties, towns and their agencies, all named 示例…, with five years of reports that agree with each
other, written without any document. Into these, faults are planted and noted: what the package ``panel`` has
to find, and nothing else. The first year is on the 2019 form, the others on that of 2021.
"""

import argparse
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache, lru_cache
from itertools import islice
from pathlib import Path
from random import Random
from typing import Any

from database.rows import Content, Record, digests
from database.store import Store
from derived.update import update_panel
from parsers.form.model import form_of
from tests.factory.truth import APPLICANTS

FILE = Path("data/province.db")
YEARS = (2020, 2021, 2022, 2023, 2024)
PROVINCE = "990000"
_CLASSES = (
    "财政 公安 信访 教育 民政 司法 审计 统计 水利 农业 林业 商务 文化 卫生 交通 住建 人社 自然资源 生态环境 应急 市监 "
    "医保 发改 工信 科技 退役军人 城管 体育 档案 粮食 国资 金融 人防 气象 地震 税务 烟草 邮政 民族宗教 机关事务 营商"
)
_DEPARTMENTS = tuple(_CLASSES.split())
_NUMERALS = "〇一二三四五六七八九"
_COLUMNS = (*APPLICANTS, "total")
_BATCH = 2000


@dataclass(frozen=True, slots=True)
class Size:
    """How large a province is: agencies of each kind, characters of a narrative, faults of each kind.

    ``repeating`` and ``sharing`` are the shares of reports that repeat three quarters of the agency's last
    narrative, or of one that goes round in its region: beyond those planted, to see how long it takes.
    """

    cities: int = 18
    counties: int = 157
    departments: int = 36
    towns: int = 16
    length: int = 600
    faults: int = 40
    repeating: float = 0.0
    sharing: float = 0.0


WHOLE = Size()
SMALL = Size(cities=3, counties=9, departments=4, towns=3, faults=4)


@dataclass(slots=True)
class Planted:
    """What was planted, in the terms of the derived tables; of an agency by its id, of a report by its own."""

    agencies: int = 0
    reports: int = 0
    carry_over: set[tuple[str, str, int, int]] = field(default_factory=set)
    stock: set[tuple[str, str, int, int]] = field(default_factory=set)
    sudden: set[tuple[str, str, int, int]] = field(default_factory=set)
    duplicates: set[tuple[str, str, str]] = field(default_factory=set)
    renamed: dict[str, tuple[str, str]] = field(default_factory=dict)
    repeated: dict[str, float] = field(default_factory=dict)
    borrowed: dict[str, tuple[str, float]] = field(default_factory=dict)
    uncertain: dict[str, str] = field(default_factory=dict)
    missing: set[tuple[str, int]] = field(default_factory=set)


@dataclass(slots=True)
class _Agency:
    """An agency, and what its next report follows on."""

    id: str
    name: str
    level: str
    kind: str
    department: str | None
    region: str
    base: int
    pending: tuple[int, int] = (0, 0)
    in_force: int = 0
    decisions: int = 0
    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Report:
    """A report to be written."""

    id: str
    agency: _Agency
    name: str
    year: int
    status: str
    received: tuple[int, int]
    carried_in: tuple[int, int]
    carried_out: tuple[int, int]
    documents: tuple[int, int, int]
    decisions: int
    words: list[str]
    flags: list[Record] = field(default_factory=list)

    @property
    def edition(self) -> int:
        return 2021 if self.year >= 2021 else 2019


def write_province(path: Path, size: Size = WHOLE, seed: int = 0) -> Planted:
    """Write a province into a new database; returns what was planted in it."""
    rng, planted = Random(seed), Planted()
    with Store(path) as store:
        store.db.execute("PRAGMA synchronous = OFF")
        regions = list(_regions(size))
        agencies = list(_agencies(rng, size, regions))
        planted.agencies = len(agencies)
        with store.transaction():
            store.db.table("regions").insert_all(regions)
            store.db.table("agencies").insert_all(map(_agency_row, agencies))
            reports = _reports(rng, size, agencies, planted)
            while batch := list(islice(reports, _BATCH)):
                planted.reports += len(batch)
                _write(store, batch)
    return planted


def numeral(number: int) -> str:
    """A number under 1,000 in Chinese digits: 一五七."""
    return "".join(_NUMERALS[int(digit)] for digit in str(number))


def _regions(size: Size) -> Iterator[Record]:
    yield _region(PROVINCE, "示例省", "province", None)
    cities = [f"99{city:02}00" for city in range(1, size.cities + 1)]
    for number, code in enumerate(cities, start=1):
        yield _region(code, f"示例{numeral(number)}市", "city", PROVINCE)
    for number in range(size.counties):
        city = cities[number % len(cities)]
        code = f"{city[:4]}{number // len(cities) + 1:02}"
        yield _region(code, f"示例{numeral(number + 1)}县", "county", city)


def _region(code: str, name: str, level: str, parent: str | None) -> Record:
    return {"code": code, "name": name, "level": level, "kind": "region", "parent": parent}


def _agencies(rng: Random, size: Size, regions: list[Record]) -> Iterator[_Agency]:
    for region in regions:
        code, name, level = region["code"], region["name"], region["level"]
        if level != "province":
            yield _drawn(rng, f"{code}-government", f"{name}人民政府", level, "government", None, code)
        yield _drawn(rng, f"{code}-government-office", f"{name}人民政府办公室", level, "government", None, code)
        for number, department in enumerate(_DEPARTMENTS[: size.departments]):
            yield _drawn(rng, f"{code}-dept-{number}", f"{name}{department}局", level, "department", department, code)
        for town in range(1, size.towns + 1) if level == "county" else ():
            title = f"{name}示例{numeral(town)}镇人民政府"
            yield _drawn(rng, f"{code}{town:03}-township", title, "township", "township", None, code)


def _drawn(rng: Random, key: str, name: str, level: str, kind: str, department: str | None, code: str) -> _Agency:
    # Six agencies of ten receive nothing or next to nothing, as in truth.
    base = rng.choice((0, 0, 0, 1, 3, 6, 12, 20, 40, 90))
    return _Agency(key, name, level, kind, department, code, base, in_force=rng.randint(0, 60), decisions=base * 7)


def _agency_row(agency: _Agency) -> Record:
    return {
        "id": agency.id, "name": agency.name, "level": agency.level, "kind": agency.kind,
        "class": agency.department, "region_code": agency.region,
    }  # fmt: skip


def _reports(rng: Random, size: Size, agencies: list[_Agency], planted: Planted) -> Iterator[_Report]:
    """Year by year, in the order of their numbers."""
    faults = _Faults(rng, size, agencies)
    numbers = iter(range(1, 10**6))
    written: dict[tuple[str, int], _Report] = {}
    for year in YEARS:
        for agency in agencies:
            if (agency.id, year) in faults.missing:
                planted.missing.add((agency.id, year))
                continue
            report = _drawn_report(rng, agency, year, f"henan-{next(numbers)}", size)
            faults.plant(report, written, planted)
            written[agency.id, year] = report
            yield report
        for original, same in faults.copied(year):
            copy = _copy(written[original, year], f"henan-{next(numbers)}", same)
            planted.duplicates.add(_choice(written[original, year], copy, same))
            yield copy


def _drawn_report(rng: Random, agency: _Agency, year: int, key: str, size: Size) -> _Report:
    """A report that agrees with the agency's last one; the agency goes on from it."""
    received = (_near(rng, agency.base), _near(rng, agency.base // 4))
    pending = tuple(min(rng.randint(0, 5), new + old) for new, old in zip(received, agency.pending, strict=True))
    made, repealed = rng.randint(0, 3), rng.randint(0, min(2, agency.in_force))
    in_force = agency.in_force + made - repealed
    words = _prose(rng, agency, size)
    report = _Report(
        key, agency, agency.name, year, "verified", received, agency.pending, (pending[0], pending[1]),
        (made, repealed, in_force), _near(rng, agency.decisions), words,
    )  # fmt: skip
    agency.pending, agency.in_force, agency.words = report.carried_out, in_force, words
    return report


def _near(rng: Random, figure: int) -> int:
    """A figure of the same size: never five times as much as another such, nor a fifth."""
    return round(figure * rng.uniform(0.7, 1.4))


def _prose(rng: Random, agency: _Agency, size: Size) -> list[str]:
    words = rng.choices(vocabulary(), k=size.length // 4)
    kind = rng.random()
    if agency.words and kind < size.repeating:
        return [*agency.words[: len(words) * 3 // 4], *words[: len(words) // 4]]
    if kind > 1 - size.sharing:
        return [*_going_round(agency.region, len(words) * 3 // 4), *words[: len(words) // 4]]
    return words


@lru_cache(1)
def _going_round(region: str, count: int) -> list[str]:
    return Random(region).choices(vocabulary(), k=count)


@cache
def vocabulary() -> list[str]:
    """Made-up words of four characters."""
    rng, characters = (
        Random(20),
        "政务信息公开工作机关办理群众服务平台规范制度培训监督解读回应目录审查网站内容发布时间部门保障推进",
    )
    return ["".join(rng.choices(characters, k=4)) for _ in range(900)]


class _Faults:
    """Which report gets which fault: every kind has its own agencies, so that none hides another."""

    def __init__(self, rng: Random, size: Size, agencies: list[_Agency]) -> None:
        self._rng = rng
        pool = [agency for agency in agencies if agency.base < 40 and agency.kind != "government"]
        rng.shuffle(pool)
        kinds = ("carry_over", "stock", "sudden", "renamed", "repeated", "borrowed", "uncertain", "missing")
        chosen = iter(pool)
        self._of: dict[str, dict[str, int]] = {
            kind: {next(chosen).id: rng.choice(YEARS[2:]) for _ in range(size.faults)} for kind in kinds
        }
        # Not the first year nor the last, so that the years beside it tell what is missing.
        self.missing = {(agency, min(year, YEARS[-2])) for agency, year in self._of["missing"].items()}
        same = ("cells and text", "cells", "text", "uncertain", "nothing")
        self._copies = {next(chosen).id: (rng.choice(YEARS[2:]), same[n % len(same)]) for n in range(size.faults)}
        self._lenders = {borrower: next(chosen).id for borrower in self._of["borrowed"]}

    def plant(self, report: _Report, written: dict[tuple[str, int], _Report], planted: Planted) -> None:
        """Plant whatever is due in a report."""
        for kind, years in self._of.items():
            if report.agency.id in years and kind != "missing":
                getattr(self, f"_{kind}")(report, years[report.agency.id], written, planted)

    def copied(self, year: int) -> Iterator[tuple[str, str]]:
        """The agencies whose report on a year is published twice, and what is the same."""
        return ((agency, same) for agency, (when, same) in self._copies.items() if when == year)

    def _carry_over(self, report: _Report, year: int, _: Any, planted: Planted) -> None:
        if report.year == year:
            before, more = report.carried_in, self._rng.randint(1, 4)
            report.carried_in = (before[0] + more, before[1])
            planted.carry_over.add((report.id, "natural_person", before[0], before[0] + more))
            planted.carry_over.add((report.id, "total", sum(before), sum(before) + more))

    def _stock(self, report: _Report, year: int, _: Any, planted: Planted) -> None:
        if report.year == year:
            made, repealed, in_force = report.documents
            report.documents = (made, repealed, in_force + 2)
            report.agency.in_force += 2
            planted.stock.add((report.id, "normative_documents", in_force + 2, in_force))

    def _sudden(self, report: _Report, year: int, written: dict[tuple[str, int], _Report], planted: Planted) -> None:
        if report.year == YEARS[-1]:
            before = written[report.agency.id, report.year - 1].decisions
            report.decisions = max(50, 9 * before)
            planted.sudden.add((report.id, "penalties_decisions", before, report.decisions))

    def _renamed(self, report: _Report, year: int, _: Any, planted: Planted) -> None:
        if report.year >= year:
            report.name = report.agency.name.replace("县", "区", 1).replace("示例", "示例新", 1)
            planted.renamed[report.agency.id] = (report.agency.name, report.name)

    def _repeated(self, report: _Report, year: int, written: dict[tuple[str, int], _Report], planted: Planted) -> None:
        if report.year == year:
            before = written[report.agency.id, year - 1].words
            kept = round(len(before) * self._rng.choice((0.5, 0.75, 0.9, 1)))
            report.words = report.agency.words = [*before[:kept], *report.words[kept:]]
            planted.repeated[report.id] = kept / len(before)

    def _borrowed(self, report: _Report, year: int, written: dict[tuple[str, int], _Report], planted: Planted) -> None:
        if report.year == year:
            lender = written[self._lenders[report.agency.id], year - 1]
            kept = round(len(lender.words) * self._rng.choice((0.75, 0.9, 1)))
            report.words = report.agency.words = [*lender.words[:kept], *report.words[kept:]]
            planted.borrowed[report.id] = (lender.id, kept / len(lender.words))
            planted.borrowed[lender.id] = (report.id, kept / len(lender.words))

    def _uncertain(self, report: _Report, year: int, _: Any, planted: Planted) -> None:
        if report.year == year:
            cell = self._rng.choice(("applications/received/total", "applications/refused_internal/total"))
            report.status = "uncertain"
            report.flags.append({"cell": cell, "state": "uncertain", "raw": "1?", "reason": "more than one reading"})
            planted.uncertain[report.id] = cell


def _copy(report: _Report, key: str, same: str) -> _Report:
    """The report once more under another number."""
    words = [*report.words[1:], "另附说明"] if same in ("cells", "nothing") else report.words
    decisions = report.decisions + (same in ("text", "nothing"))
    copy = _Report(
        key, report.agency, report.name, report.year, report.status, report.received, report.carried_in,
        report.carried_out, report.documents, decisions, words,
    )  # fmt: skip
    if same == "uncertain":
        cell = "applications/concluded/total"
        copy.status = "uncertain"
        copy.flags = [{"cell": cell, "state": "uncertain", "raw": "", "reason": "more than one reading"}]
    return copy


def _choice(report: _Report, copy: _Report, same: str) -> tuple[str, str, str]:
    """The one that is not used, the one that is, and what is the same: the later one, unless it is uncertain."""
    return (copy.id, report.id, "text") if same == "uncertain" else (report.id, copy.id, same)


def _write(store: Store, reports: list[_Report]) -> None:
    rows: dict[str, list[Record]] = {"reports": []}
    for report in reports:
        content = _content(report)
        rows["reports"].append(_report_row(report, content))
        for table, found in content.items():
            rows.setdefault(table, []).extend({"report": report.id, **row} for row in found)
    for table, found in rows.items():
        if found:
            names = ", ".join(f"[{name}]" for name in found[0])
            marks = ", ".join("?" * len(found[0]))
            values = (tuple(row.values()) for row in found)
            store.db.conn.executemany(f"insert into [{table}] ({names}) values ({marks})", values)


def _report_row(report: _Report, content: Content) -> Record:
    at = f"{report.year + 1}-02-01T00:00:00Z"
    return {
        "id": report.id, "title": f"{report.name}{report.year}年政府信息公开工作年度报告", "agency": report.name,
        "agency_id": report.agency.id, "region_code": report.agency.region, "year": report.year,
        "edition": report.edition, "status": report.status, "published": f"{report.year + 1}-01-21", "revision": 1,
        "first_seen": at, "last_seen": at, "last_changed": at, **digests(content),
    }  # fmt: skip


def _content(report: _Report) -> Content:
    text = "".join(report.words)
    cut = len(text) * 3 // 4
    chapters = (
        (1, "一、总体情况", text[:cut]),
        (5, "五、存在的主要问题及改进情况", text[cut:]),
        (6, "六、其他需要报告的事项", "无。"),
    )
    return {
        "disclosure": _disclosure(report),
        "applications": _applications(report),
        "disputes": [
            {"procedure": procedure, "upheld": 0, "corrected": 0, "other_outcome": 0, "pending": 0, "total": 0}
            for procedure in ("review", "suit_direct", "suit_after_review")
        ],
        "sections": [{"number": number, "heading": heading, "text": body} for number, heading, body in chapters],
        "flags": [{"proof": None, **flag} for flag in report.flags],
        "evidence": _evidence(report),
    }


def _disclosure(report: _Report) -> list[Record]:
    made, repealed, in_force = report.documents
    figures = {
        "normative_documents/issued": made,
        "normative_documents/repealed": repealed,
        "normative_documents/in_force": in_force,
        "penalties/decisions": report.decisions,
    }
    return [
        {
            "article": row.head, "row": row.code, "column": column.code,
            "value": figures.get(f"{row.code}/{column.code}", 0), "unit": "万元" if column.is_amount else None,
        }
        for row in form_of(report.edition).rows
        if row.table == "disclosure"
        for column in row.columns
    ]  # fmt: skip


def _applications(report: _Report) -> list[Record]:
    """Requests by persons and by companies: half of them granted, the others not held or internal."""
    arrived = [new + old for new, old in zip(report.received, report.carried_in, strict=True)]
    concluded = [all_ - left for all_, left in zip(arrived, report.carried_out, strict=True)]
    granted = [figure // 2 for figure in concluded]
    internal = [(figure - part) // 3 for figure, part in zip(concluded, granted, strict=True)]
    not_held = [figure - one - two for figure, one, two in zip(concluded, granted, internal, strict=True)]
    figures = {
        "received": report.received, "carried_in": report.carried_in, "carried_out": report.carried_out,
        "concluded": concluded, "granted": granted, "refused_internal": internal, "unavailable_not_held": not_held,
    }  # fmt: skip
    rows = (row.code for row in form_of(report.edition).rows if row.table == "applications")
    return [_application(code, *figures.get(code, (0, 0))) for code in rows]


def _evidence(report: _Report) -> list[Record]:
    """Where each row stands, all in one table, and how its cells are known: rows that are not 0 by their sums."""
    applications = {f"applications/{row['row']}": list(row.values())[1:] for row in _applications(report)}
    flagged = {flag["cell"] for flag in report.flags}
    return [
        {
            "row": row.key, "table": 1, "table_row": number,
            "text": "\t".join([row.path, *map(str, figures)]),
            "proof": "".join("-" if cell in flagged else "s" if any(figures) else "p" for cell in row.cells),
        }
        for number, row in enumerate(form_of(report.edition).rows, start=1)
        for figures in [applications.get(row.key, [0] * len(row.cells))]
    ]  # fmt: skip


def _application(code: str, persons: int, companies: int) -> Record:
    figures = {"natural_person": persons, "company": companies, "total": persons + companies}
    return {"row": code, **dict.fromkeys(_COLUMNS, 0), **figures}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write a whole province and what is worked out from it, and say what is in it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("file", nargs="?", type=Path, default=FILE, help=f"the database, made anew ({FILE})")
    path = parser.parse_args(arguments).file
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    start = time.perf_counter()
    planted = write_province(path)
    written = time.perf_counter()
    with Store(path) as store:
        update_panel(store)
    print(f"{path}: {planted.reports:,} reports by {planted.agencies:,} agencies of a made-up province")
    print(f"written in {written - start:.0f} s, panel in {time.perf_counter() - written:.0f} s; planted in it:")
    for kind, found in sorted(asdict(planted).items()):
        if not isinstance(found, int):
            print(f"  {kind}: {len(found)}")


if __name__ == "__main__":
    main()
