"""What a run asks, and when, with a clock of the test's own."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from scrapy.http import Request
from scrapy.settings import Settings

from crawler.frontier.frontier import AT_ONCE, Bounds, Frontier, FrontierRow
from crawler.frontier.outcomes import Outcome
from crawler.portals.portals import portal_of
from crawler.run import scheduler as module
from crawler.run.ingest import Ingested
from crawler.run.scheduler import NOT_BEFORE, SO_FAR, FrontierScheduler
from crawler.run.throttle import Throttle
from database.store import Store

# In a month without a season, and long after the run begins, so that nothing comes due again.
AT = "2099-07-01T00:00:00Z"
VIEW = "/zw/public-report/view/"


class FakeRun:
    """The run as the scheduler knows it."""

    def __init__(self, store: Store, throttle: Throttle) -> None:
        self.store = store
        self.throttle = throttle
        self.frontier = Frontier(store)
        self.open: set[str] = set()
        self.outcomes: list[Ingested] = []

    def plan(self, row: FrontierRow) -> None:
        self.open.add(row.address)

    def count_outcome(self, ingested: Ingested) -> None:
        self.open.discard(ingested.row.address)
        self.outcomes.append(ingested)


@dataclass
class FakeSpider:
    bounds: Bounds = field(default_factory=Bounds)
    full: bool = False
    sweep: bool = False

    def request(self, address: str, **meta: Any) -> Request:
        return Request(portal_of("henan").url_of(address), cb_kwargs={"address": address}, meta=meta)


class Bench:
    """A scheduler, whose clock stands still unless the test moves it."""

    def __init__(self, store: Store, patch: pytest.MonkeyPatch) -> None:
        self.moment = 1000.0
        self.alarms: list[float] = []
        self.throttle = Throttle(delay=1)
        self.run = FakeRun(store, self.throttle)
        self.spider = FakeSpider()
        loop = SimpleNamespace(call_later=self._alarm)
        patch.setattr(module, "time", SimpleNamespace(monotonic=lambda: self.moment))
        patch.setattr(module, "asyncio", SimpleNamespace(get_running_loop=lambda: loop))
        crawler: Any = SimpleNamespace(
            get_extension=lambda _: self.run,
            settings=Settings({"NIANBAO_PORTAL": "henan", "NIANBAO_START": "", "CONCURRENT_REQUESTS": 1}),
        )
        self.scheduler = FrontierScheduler(crawler)

    def _alarm(self, seconds: float, *_: object) -> SimpleNamespace:
        self.alarms.append(seconds)
        return SimpleNamespace(cancel=lambda: None)

    def begin(self, *numbers: int, **spider: Any) -> None:
        """Open the scheduler on a frontier that has these numbers due."""
        self.spider = FakeSpider(Bounds(min(numbers), max(numbers)), **spider)
        self.scheduler.open(self.spider)

    def next(self) -> int | None:
        """The number that is asked for next."""
        request = self.scheduler.next_request()
        return None if request is None else int(request.url.rpartition("/")[2])

    def end(self, number: int, outcome: Outcome = Outcome.MISSING) -> None:
        """Have a number come to an outcome."""
        row = self.row(number)
        self.run.frontier.record_outcome(row, outcome, AT)
        self.run.count_outcome(Ingested(row, outcome))

    def again(self, number: int, seconds: float) -> None:
        """Have a number asked for again in some seconds."""
        row = self.row(number)
        meta = {NOT_BEFORE: self.moment + seconds, SO_FAR: Ingested(row, Outcome.NOT_FETCHED, "502")}
        self.scheduler.enqueue_request(self.spider.request(row.address, **meta))

    def row(self, number: int) -> FrontierRow:
        row = self.run.frontier.at(f"{VIEW}{number}")
        assert row is not None
        return row


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    with Store(tmp_path / "test.db") as store:
        yield Bench(store, monkeypatch)


def test_what_is_due_is_asked_once_in_order(bench: Bench) -> None:
    bench.begin(1, 3)
    assert [bench.next() for _ in range(4)] == [1, 2, 3, None]
    for number in (1, 2, 3):
        bench.end(number)
    assert bench.next() is None
    assert not bench.scheduler.has_pending_requests()


def test_no_more_is_asked_while_twenty_answers_wait_to_be_read(bench: Bench) -> None:
    bench.begin(1, 30)
    asked = [bench.next() for _ in range(21)]
    assert asked == [*range(1, 21), None]
    assert bench.scheduler.has_pending_requests()
    bench.end(1)
    assert (bench.next(), bench.next()) == (21, None)
    bench.again(2, seconds=5)
    assert (bench.next(), bench.next()) == (22, None)


def test_another_try_waits_for_its_moment_and_keeps_the_run_alive(bench: Bench) -> None:
    bench.begin(1, 1)
    assert bench.next() == 1
    bench.again(1, seconds=5)
    assert bench.next() is None
    assert bench.alarms == [5]
    assert bench.scheduler.has_pending_requests()
    bench.moment += 5
    assert bench.next() == 1
    bench.end(1)
    assert not bench.scheduler.has_pending_requests()


def test_another_try_comes_before_what_is_due(bench: Bench) -> None:
    bench.begin(1, 3)
    assert bench.next() == 1
    bench.again(1, seconds=0)
    assert [bench.next(), bench.next()] == [1, 2]


def test_a_pause_that_the_portal_asks_for_holds_up_everything_and_sets_an_alarm(bench: Bench) -> None:
    bench.begin(1, 2)
    assert bench.next() == 1
    bench.throttle.heed(503, "7", bench.moment)
    bench.again(1, seconds=0)
    assert (bench.next(), bench.alarms) == (None, [7])
    bench.moment += 6
    assert (bench.next(), bench.alarms) == (None, [7, 1])
    bench.moment += 1
    assert [bench.next(), bench.next()] == [1, 2]


def test_crawl_delay_keeps_requests_apart(bench: Bench) -> None:
    bench.begin(1, 2)
    bench.throttle.keep_apart(10)
    assert (bench.next(), bench.next(), bench.alarms) == (1, None, [10])
    bench.moment += 10
    assert bench.next() == 2


def test_what_waits_when_the_budget_is_spent_is_left_with_what_it_came_to(bench: Bench) -> None:
    bench.throttle = bench.run.throttle = Throttle(delay=1, budget=1)
    bench.begin(1, 2)
    assert bench.next() == 1
    bench.again(1, seconds=5)
    assert (bench.next(), bench.scheduler.has_pending_requests()) == (None, False)
    bench.scheduler.close("finished")
    assert [(ingested.row.number, ingested.outcome) for ingested in bench.run.outcomes] == [(1, Outcome.NOT_FETCHED)]


def test_numbers_far_ahead_are_tried_when_nothing_else_is_open(bench: Bench) -> None:
    bench.begin(1)
    bench.spider.bounds = Bounds()
    bench.run.frontier.plan_numbers([1000])
    bench.run.frontier.record_outcome(bench.row(1000), Outcome.REPORT, AT)
    asked: list[int] = []
    while request := bench.scheduler.next_request():
        row = bench.run.frontier.at(request.cb_kwargs["address"])
        assert row is not None
        bench.run.frontier.record_outcome(row, Outcome.MISSING, AT)
        bench.run.count_outcome(Ingested(row, Outcome.MISSING))
        if row.number is not None:
            asked.append(row.number)
    assert set(range(700, 1000)) <= set(asked)
    assert max(asked) > 13_000
    assert len(asked) == len(set(asked))


def test_a_link_out_of_bounds_is_asked_for_if_it_is_due(bench: Bench) -> None:
    bench.begin(1, 2)
    assert bench.next() == 1
    bench.run.frontier.plan_numbers([90, 91])
    bench.run.frontier.record_outcome(bench.row(91), Outcome.MISSING, AT)
    for number in (90, 91):
        bench.scheduler.enqueue_request(bench.spider.request(f"{VIEW}{number}"))
    assert [bench.next(), bench.next(), bench.next()] == [2, 90, None]


def test_after_a_pause_something_known_is_asked_first(bench: Bench) -> None:
    bench.begin(1, 3)
    assert bench.next() == 1
    bench.end(1, Outcome.REPORT)
    bench.throttle.doubts = True
    assert [bench.next(), bench.next()] == [1, 2]


def test_a_payload_that_was_read_is_asked_for_conditionally_but_every_twentieth_time(bench: Bench) -> None:
    bench.begin(1, 1)
    bench.run.frontier.plan_numbers([1])
    facts = {"sha256": "a", "read": "a", "etag": '"x"'}
    conditions = []
    for tries in (18, 19):
        with bench.run.store.transaction():
            bench.run.frontier.record_outcome(bench.row(1), Outcome.REPORT, AT, **facts)
            bench.run.store.db.execute("update frontier set tries = ?, due = ?", [tries, AT_ONCE])
        request = bench.scheduler.next_request()
        assert request is not None
        conditions.append(request.headers.get("If-None-Match"))
        bench.run.open.clear()
    assert conditions == [b'"x"', None]
