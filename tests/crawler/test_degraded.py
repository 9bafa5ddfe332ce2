"""Portals that break politely, with 200s and 404s: what was known stays, and the run says what it saw."""

import asyncio
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.archive.exchange import Exchange
from crawler.archive.writer import Archive
from crawler.frontier.outcomes import FAILURES, Outcome
from crawler.portals.portals import portal_of
from crawler.run.ingest import Ingest, Ingested
from crawler.workers.readers import LocalReaders
from database.store import Store
from nianbao.cli import main
from tests.crawler.hostile_portal import VIEW, report_page
from tests.crawler.hostile_server import Server, page
from tools.chaos import differences, rows, run, state_of

PORTAL = "http://127.0.0.1:8000"
CONTENT = ("reports", "disclosure", "applications", "disputes", "sections", "flags", "revisions")
NUMBERS = range(20600, 20606)

Answer = tuple[int, bytes, str | None]


class Nights:
    """A portal's answers, ingested night by night as a crawl does."""

    def __init__(self, folder: Path) -> None:
        self.store = Store(folder / "test.db")
        self.ingest = Ingest(self.store, Archive(folder / "archive"), LocalReaders(0), portal_of(PORTAL))
        self.count = 0

    def crawl(self, answers: dict[int, Answer]) -> tuple[str, list[Ingested]]:
        """The answers of one night by number; returns what the run says in the end, and what each came to."""
        self.count += 1
        at = f"2026-01-{self.count:02}T00:00:00Z"
        crawl = f"{at}-{self.count:x}"
        with self.store.transaction():
            self.store.db.table("crawls").insert({"id": crawl, "started": at, "portal": PORTAL})
            self.ingest.frontier.plan_numbers(answers)
        exchanges = (self._exchange(crawl, number, *answer) for number, answer in answers.items())
        done = [asyncio.run(self.ingest.ingest(exchange)) for exchange in exchanges]
        return self.ingest.judge(crawl, at.replace("00Z", "02Z")), [ingested for ingested in done if ingested]

    def _exchange(self, crawl: str, number: int, status: int, body: bytes, location: str | None) -> Exchange:
        at = f"2026-01-{self.count:02}T00:00:01Z"
        made = Exchange(crawl, PORTAL, f"{PORTAL}{VIEW}{number}", at, status, body, "", "w", 0, location=location)
        return replace(made, wire_sha256=made.sha256)

    def content(self) -> dict[str, list[Any]]:
        """What is known of the reports; without when they were last seen."""
        return {table: self._rows(table) for table in CONTENT}

    def _rows(self, table: str) -> list[Any]:
        return [{**row, "last_seen": None} for row in self.store.db.table(table).rows]

    def withdrawn(self) -> dict[str, str]:
        return dict(self.store.db.execute("select id, withdrawn from reports where withdrawn is not null"))

    def failures(self) -> dict[str, str]:
        return dict(self.store.db.execute("select key, reason from failures"))


@pytest.fixture
def nights(tmp_path: Path) -> Nights:
    return Nights(tmp_path)


def good(number: int) -> Answer:
    return 200, report_page(number), None


def emptied(number: int) -> Answer:
    """The same page, whose cells have lost their figures."""
    return 200, re.sub(rb"(<td[^>]*>)\s*[\d.]+\s*(</td>)", rb"\1\2", report_page(number)), None


def cut(number: int) -> Answer:
    """Half a page that ends properly."""
    body = report_page(number)
    return 200, body[: body.index("五、".encode())] + b"</body></html>", None


def spoilt_in_chapter_six(number: int) -> Answer:
    """A page whose last chapter breaks off."""
    body = report_page(number)
    return 200, body[: body.rindex("的事项。".encode())] + b"</p></body></html>", None


SHELL = b"<html><head><script src=/app.js></script></head><body><div id=app>%s</div></body></html>"
BROKEN: dict[str, Callable[[int], Answer]] = {
    "gone": lambda _: (404, b"", None),
    "said to be gone": lambda _: (200, "<html><body>您访问的页面不存在</body></html>".encode(), None),
    "moved to another host": lambda _: (301, b"", "http://www.example.org/"),
    "moved by meta-refresh": lambda _: (
        200, b'<html><meta http-equiv=refresh content="0;url=http://www.example.org/"></html>', None,
    ),
    "emptied of figures": emptied,
    "cut but closed": cut,
    "all the same report": lambda _: good(20999),
    "a shell": lambda _: (200, SHELL % b"", None),
    "a shell with a title": lambda _: (200, SHELL % "示例门户：加载中…".encode(), None),
}  # fmt: skip


@pytest.mark.parametrize("count", [2, 6])
@pytest.mark.parametrize("kind", BROKEN)
def test_degraded_what_was_known_stays_and_the_run_is_not_believed(kind: str, count: int, nights: Nights) -> None:
    numbers = NUMBERS[:count]
    nights.crawl({number: good(number) for number in numbers})
    before = nights.content()
    for _ in range(2):
        finding, ingested = nights.crawl({number: BROKEN[kind](number) for number in numbers})
        assert nights.content() == before
        assert finding.startswith(f"{count} of {count} known reports that were asked for are gone, less than they were")
        assert {one.outcome for one in ingested} <= FAILURES
        assert nights.failures().keys() == {f"henan-{number}" for number in numbers}
    finding, ingested = nights.crawl({number: good(number) for number in numbers})
    assert (finding, {one.outcome for one in ingested}) == ("", {Outcome.UNCHANGED})
    assert nights.failures() == {}


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (emptied, "not believed, and kept as it was: 200 figures before, 0 now"),
        (cut, "not believed, and kept as it was: chapter 5 is missing"),
        (lambda _: good(20999), "not believed, and kept as it was: another report: "),
    ],
)
def test_a_report_is_replaced_by_less_only_when_a_later_run_confirms_it(
    kind: Callable[[int], Answer], reason: str, nights: Nights
) -> None:
    answers = {number: good(number) for number in NUMBERS}
    nights.crawl(answers)
    before = nights.content()
    changed = answers | {20600: kind(20600)}
    finding, (first, *_) = nights.crawl(changed)
    assert (finding, first.outcome) == ("", Outcome.DOUBTED)
    assert first.reason.startswith(reason)
    assert nights.content() == before
    _, (second, *_) = nights.crawl(changed)
    assert second.outcome is Outcome.REPORT
    assert nights.failures() == {}
    assert len(nights.content()["revisions"]) > 0


def test_what_a_portal_shows_for_a_week_is_believed(nights: Nights) -> None:
    nights.crawl({number: good(number) for number in NUMBERS})
    gone = {number: BROKEN["gone"](number) for number in NUMBERS}
    assert all(nights.crawl(gone)[0] for _ in range(7))
    assert nights.withdrawn() == {}
    finding, _ = nights.crawl(gone)
    assert finding == ""
    assert nights.withdrawn() == dict.fromkeys((f"henan-{number}" for number in NUMBERS), "2026-01-02T00:00:01Z")


def test_a_report_that_breaks_off_in_its_last_chapter_is_less(nights: Nights) -> None:
    answers = {number: good(number) for number in NUMBERS}
    nights.crawl(answers)
    _, (first, *_) = nights.crawl(answers | {20600: spoilt_in_chapter_six(20600)})
    assert first.reason == "not believed, and kept as it was: chapter 6 ends early"


def test_a_report_that_was_taken_down_stays_and_is_marked_withdrawn(nights: Nights) -> None:
    answers = {number: good(number) for number in NUMBERS}
    nights.crawl(answers)
    gone = answers | {20600: BROKEN["gone"](20600)}
    finding, (first, *_) = nights.crawl(gone)
    assert (finding, first.outcome) == ("", Outcome.GONE)
    assert nights.withdrawn() == {"henan-20600": "2026-01-02T00:00:01Z"}
    # Said once; the day on which it was first missing stays.
    _, (again, *_) = nights.crawl(gone)
    assert (again.outcome, nights.withdrawn()) == (Outcome.MISSING, {"henan-20600": "2026-01-02T00:00:01Z"})
    ((seen,),) = nights.store.db.execute("select last_seen from reports where id = 'henan-20600'")
    assert seen == "2026-01-01T00:00:01Z"
    _, (back, *_) = nights.crawl(answers)
    assert (back.outcome, nights.withdrawn(), nights.failures()) == (Outcome.UNCHANGED, {}, {})


def test_degraded_a_crawl_says_it_on_stderr_exits_with_1_and_a_rebuild_comes_to_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "0")
    bounds = ("--first", "20600", "--last", "20603", "--full")
    numbers = range(20600, 20604)
    answers = {f"{VIEW}{number}": page(report_page(number)) for number in numbers}
    with Server(answers) as server:
        assert run(server.url, tmp_path, *bounds).returncode == 0
        known = state_of(tmp_path, server.url)
        answers[f"{VIEW}20600"] = page(b"", status=404)
        answers[f"{VIEW}20601"] = page(emptied(20601)[1])
        answers[f"{VIEW}20602"] = page(b"", status=302, Location="http://www.example.org/")
        broken = run(server.url, tmp_path, *bounds)
        found = state_of(tmp_path, server.url)
    said = "3 of 4 known reports that were asked for are gone, less than they were, or others: this is not believed"
    assert broken.returncode == 1
    assert any(line.startswith(said) for line in broken.stderr.splitlines())
    assert said in (tmp_path / "test.crawl.html").read_text(encoding="utf-8")
    assert "Traceback" not in broken.stderr
    for table in CONTENT:
        assert found[table] == known[table], table
    assert rows(tmp_path, "select count(*) from failures") == [(3,)]
    paths = ("--db", str(tmp_path / "test.db"), "--archive", str(tmp_path / "archive"))
    assert CliRunner().invoke(main, ["reparse", "--jobs", "1", *paths]).exit_code == 0
    assert differences(found, state_of(tmp_path, server.url)) == []
