from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from crawler.answers.links import find_links
from crawler.frontier.frontier import REACH_LEAST, Bounds, Frontier
from crawler.frontier.outcomes import Outcome
from crawler.portals.portals import portal_of
from crawler.portals.urls import address_of
from database.store import Store
from parsers.formats.web.page import Page
from tools.walk import AT, FIRST, MODELS, draw, walk

PORTAL = "http://127.0.0.1:8000"
VIEW = "/zw/public-report/view/"


@pytest.fixture
def frontier(tmp_path: Path) -> Iterator[Frontier]:
    with Store(tmp_path / "test.db") as store, store.transaction():
        yield Frontier(store)


def _due(frontier: Frontier, at: str = AT) -> list[int | None]:
    return [row.number for row in frontier.due(at, Bounds(), 10_000)]


def _settle(frontier: Frontier, number: int, outcome: Outcome, at: str = AT) -> None:
    row = frontier.at(f"{VIEW}{number}")
    assert row is not None
    frontier.record_outcome(row, outcome, at)


@pytest.mark.parametrize("name", ["one in two", "heavy tail, up to 400", "blocks of up to 250", "jumps of 1,000"])
def test_the_walk_finds_every_report_whatever_the_gaps(name: str) -> None:
    numbers = draw(MODELS[name], 300, Random(1))
    found, _ = walk(numbers)
    assert found == len(numbers)


def test_the_walk_ends() -> None:
    found, asked = walk({FIRST})
    assert found == 1
    assert asked < 2 * 300 + 13_000 / 25 + 3 * 201 + 10


def test_a_report_puts_the_numbers_around_it_on_the_list_and_a_long_gap_widens_the_reach(frontier: Frontier) -> None:
    frontier.plan_numbers([5000, 5500])
    _settle(frontier, 5000, Outcome.REPORT)
    frontier.walk_from(5000, Bounds())
    assert set(_due(frontier)) == set(range(5000 - REACH_LEAST, 5000 + REACH_LEAST + 1)) - {5000} | {5500}
    _settle(frontier, 5500, Outcome.REPORT)
    frontier.walk_from(5500, Bounds())
    assert max(number or 0 for number in _due(frontier)) == 5500 + 3 * 500


def test_bounds_are_kept(frontier: Frontier) -> None:
    bounds = Bounds(90, 110)
    frontier.plan_numbers([100])
    _settle(frontier, 100, Outcome.REPORT)
    frontier.walk_from(100, bounds)
    assert {row.number for row in frontier.due(AT, bounds, 999)} == set(range(90, 111)) - {100}


def test_a_missing_number_comes_back_when_it_is_due_and_not_before(frontier: Frontier) -> None:
    frontier.plan_numbers([7, 8])
    _settle(frontier, 8, Outcome.REPORT)
    _settle(frontier, 7, Outcome.MISSING)
    assert _due(frontier) == []
    assert _due(frontier, "2026-11-22T12:00:00Z") == [7]


def test_files_come_first_and_what_failed_last(frontier: Frontier) -> None:
    frontier.plan_numbers([1, 2, 3])
    _settle(frontier, 1, Outcome.NOT_FETCHED)
    frontier.plan_attachments("henan-9", ["/a.pdf"])
    rows = frontier.due("2026-11-22T00:00:00Z", Bounds(), 10)
    assert [row.address for row in rows] == ["/a.pdf", f"{VIEW}2", f"{VIEW}3", f"{VIEW}1"]


def test_a_file_that_is_no_longer_linked_is_forgotten(frontier: Frontier) -> None:
    frontier.plan_attachments("henan-9", ["/a.pdf", "/b.pdf"])
    assert [row.address for row in frontier.plan_attachments("henan-9", ["/b.pdf", "/c.pdf"])] == ["/b.pdf", "/c.pdf"]


def test_links_are_told_apart() -> None:
    page = f"""<html><head><title>示例县2023年政府信息公开工作年度报告</title>
    <base href="{PORTAL}/zw/public-report/"></head><body>
    <a href="view/12">上一篇</a><a href="/zw/public-report/view/13?from=list#top">下一篇</a><a href="?page=2">列表</a>
    <a href="/files/a.pdf">附件</a><a href="/down?id=7">2023年年度报告.docx</a><a href="javascript:void(0)">打印</a>
    <a href="http://example.org/b.pdf">别处</a><a href="/zw/public-report/view/x">坏</a>
    <iframe src="/viewer?file=%2Ffiles%2Fc.pdf"></iframe><img src="/logo.png"><img src="/files/page1.jpg">
    </body></html>"""
    links = find_links(Page.of_text(page), f"{PORTAL}{VIEW}1", PORTAL)
    assert [report.number for report in links.reports] == [12, 13]
    assert links.lists == (f"{PORTAL}/zw/public-report/?page=2",)
    assert links.files == (f"{PORTAL}/files/a.pdf", f"{PORTAL}/down?id=7", f"{PORTAL}/files/c.pdf")
    assert links.pictures == (f"{PORTAL}/files/page1.jpg",)


def test_files_of_a_page_about_something_else_are_left_alone() -> None:
    page = '<html><head><title>示例</title></head><body><a href="/a.pdf">操作手册</a></body></html>'
    assert find_links(Page.of_text(page), PORTAL, PORTAL).files == ()


def test_addresses_stay_the_same_when_the_portal_moves() -> None:
    assert address_of(f"{PORTAL}{VIEW}5#x", PORTAL) == f"{VIEW}5"
    assert address_of("http://other.example/a?b=1", PORTAL) == "http://other.example/a?b=1"


@pytest.mark.parametrize(
    ("url", "near"),
    [
        ("https://nb.henan.gov.cn/a.pdf", True), ("https://oss.henan.gov.cn/a.pdf", True),
        ("https://www.gov.cn/a.pdf", False), ("https://henan.gov.cn.example.org/a.pdf", False),
    ],
)  # fmt: skip
def test_files_may_stand_on_hosts_of_the_same_owner(url: str, *, near: bool) -> None:
    assert portal_of("https://nb.henan.gov.cn").is_near(url) is near
