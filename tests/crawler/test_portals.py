"""Portals of several shapes, in one database and one archive."""

import shutil
import sqlite3
import subprocess
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from crawler.answers.links import find_links
from crawler.frontier.frontier import AT_ONCE, Frontier
from crawler.frontier.outcomes import Outcome
from crawler.frontier.schedule import next_due
from crawler.portals.portals import FURTHER_FILE, PortalError, Shape, portal_of, portals
from crawler.run.summary import summarise
from database.store import Store
from derived.agencies import update_agencies
from nianbao.cli import main
from nianbao.portal.articles import ArticlePortal, articles, file_of
from nianbao.portal.server import SamplePortal
from parsers.formats.web.page import Page
from parsers.read import read
from parsers.report import Status
from tests.crawler.hostile_portal import report_page
from tests.crawler.hostile_server import Server, page
from tests.factory.articles import truth_of
from tools.chaos import command, differences, rows, run, state_of

# What they share is made once.
pytestmark = pytest.mark.xdist_group("portals")

SAMPLE2 = portal_of("sample2=http://127.0.0.1:8002")
REPORTS = {f"sample2-{article.number}" for article in articles() if article.agency}
NOTICE = next(article for article in articles() if not article.agency)
# As an engineer would write it who adds a portal.
THIRD = """
luoyang:
  home: http://127.0.0.1:9
  region: "410300"
  report: /article/{day}/{id}.shtml
  parts: {id: "[0-9a-f]{8}"}
  key: "{id}"
  lists: ["/list.jsp?column=7&page={page}"]
  start: ["/list.jsp?column=7&page=1"]
  delay: 0.01
"""


def _crawl_sample2(portal: ArticlePortal, folder: Path) -> subprocess.CompletedProcess[str]:
    return run(f"sample2={portal.url}", folder)


def _nianbao(*arguments: str | Path) -> str:
    result = CliRunner().invoke(main, list(map(str, arguments)))
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture(scope="module")
def grown(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A folder with a database and an archive of both sample portals, and what the last run asked for.

    The second portal is crawled when four of its articles are out, and again, after the first, when all are.
    """
    folder = tmp_path_factory.mktemp("both")
    with SamplePortal() as first, ArticlePortal(shown=4) as second:
        results = [_crawl_sample2(second, folder)]
        assert max(Counter(second.requests).values()) == 1, "what was linked to was asked for twice"
        results.append(run(first.url, folder, "--first", "20658", "--last", "20660"))
        assert len(rows(folder, "select id from reports where id glob 'sample2-*'")) == 3
        second.shown, asked = len(articles()), len(second.requests)
        with sqlite3.connect(folder / "test.db") as connection:
            connection.execute(
                "update frontier set due = ? where address = 'sample2:/col/col1234/index.html'", [AT_ONCE]
            )
        connection.close()
        results.append(_crawl_sample2(second, folder))
    assert [result.returncode for result in results] == [1, 0, 0], [result.stderr for result in results]
    lines = [line for line in results[0].stderr.splitlines() if line.startswith("sample2")]
    failed = [line.partition(": no annual report")[0] for line in lines]
    assert failed == [f"sample2-{NOTICE.number}"]
    return folder, second.requests[asked:]


@pytest.fixture(scope="module")
def both(grown: tuple[Path, list[str]]) -> Path:
    """That folder."""
    return grown[0]


def test_a_list_that_grows_is_followed_and_nothing_else_asked_for(grown: tuple[Path, list[str]]) -> None:
    """What was on the first page is on the second and third now; what is known and not due is left alone."""
    new = [article.path for article in articles()[4:]]
    lists = ["/col/col1234/index.html", *(f"/col/col1234/index_{number}.html" for number in (2, 3))]
    assert Counter(grown[1]) == Counter(["/robots.txt", *lists, *new])


def test_two_portals_stand_in_one_database_side_by_side(both: Path) -> None:
    statuses = dict(rows(both, "select id, status from reports"))
    assert statuses.keys() == REPORTS | {"henan-20659", "henan-33923"}
    assert {statuses[key] for key in REPORTS} == {"verified"}
    owners = Counter(rows(both, "select portal, substr(address, 1, 8) = 'sample2:' from frontier"))
    assert owners.keys() == {("henan", 0), ("sample2", 1)}
    assert {key for (key,) in rows(both, "select key from failures")} == {f"sample2-{NOTICE.number}"}
    article = next(article for article in articles() if article.file == "pdf")
    (found,) = rows(both, f"select url, agency from reports where id = 'sample2-{article.number}'")
    assert found == (f"http://127.0.0.1{found[0][16 : found[0].index('/art')]}{article.path}", article.agency)
    key = f"sample2-{article.number}"
    kinds = rows(both, f"select kind, address from frontier where key = '{key}' order by kind")
    assert kinds == [("attachment", f"sample2:{article.file_path}"), ("report", f"sample2:{article.path}")]


def test_every_figure_of_a_file_is_the_one_that_it_was_made_with(both: Path) -> None:
    for article in articles():
        if article.file:
            report, truth = read(file_of(article)), truth_of(article)
            assert report.status is Status.VERIFIED
            assert {key: cell.value for key, cell in report.cells.items()} == {
                key: cell.value for key, cell in truth.cells.items()
            }
            found = dict(rows(both, f"select cell, value from cells where report = 'sample2-{article.number}'"))
            assert found == {key: float(cell.value or 0) for key, cell in truth.cells.items()}


def test_one_archive_of_both_gives_the_same_rows(both: Path, tmp_path: Path) -> None:
    shutil.copytree(both / "archive", tmp_path / "archive")
    _nianbao("reparse", "--db", tmp_path / "test.db", "--archive", tmp_path / "archive", "--jobs", "1")
    assert differences(state_of(both, ""), state_of(tmp_path, "")) == []
    portals = "select distinct portal from crawls order by 1"
    assert rows(tmp_path, portals) == rows(both, portals)


def test_status_tells_the_portals_apart(both: Path) -> None:
    shown = _nianbao("status", "--db", both / "test.db")
    lines = [line.split() for line in shown.splitlines()]
    assert ["henan", "2021", "1", "1", "0", "0", "0", "0"] in lines
    assert ["sample2", "2021", "6", "6", "0", "0", "0", "0"] in lines
    assert ["sample2", "page", "page", "3", "0"] in [line[:5] for line in lines]


def test_killed_on_one_portal_the_next_run_on_another_takes_in_what_was_left(both: Path, tmp_path: Path) -> None:
    with ArticlePortal() as second, SamplePortal() as first:
        arguments = command(f"sample2={second.url}", tmp_path)
        process = subprocess.Popen(arguments, stderr=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
        while len(second.requests) < 7:
            time.sleep(0.005)
        process.kill()
        process.wait()
        with sqlite3.connect(tmp_path / "test.db") as connection:
            # The database has lost what it had; the archive has not.
            connection.execute("delete from fetches")
            connection.execute("delete from frontier")
        connection.close()
        assert run(first.url, tmp_path, "--first", "20658", "--last", "20660").returncode == 0
        assert rows(tmp_path, "select count(*) > 0 from reports where id glob 'sample2-*'") == [(1,)]
        assert _crawl_sample2(second, tmp_path).returncode == 1
    times = Counter(path for path in second.requests if path.startswith(("/art", "/attach")))
    assert sum(count - 1 for count in times.values()) <= 1
    ids = "select id, title, agency, status, hint, revision from reports order by id"
    assert rows(tmp_path, ids) == rows(both, ids)
    addresses = "select address, portal, kind, key, state from frontier order by address"
    assert rows(tmp_path, addresses) == rows(both, addresses)


def test_a_third_portal_is_a_few_lines_of_yaml_and_its_paging_may_loop(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "portals.yaml").write_text(THIRD, encoding="utf-8")
    monkeypatch.setenv(FURTHER_FILE, str(tmp_path / "portals.yaml"))
    turn = "".join(f'<a href="?column=7&page={number}">{number}</a>' for number in (2, 3))
    item = '<li><a href="/article/{}.shtml">年报</a> 2022-01-26</li><li><a href="/article/1/news.shtml">新闻</a></li>'
    news = f'<a href="/article/20220127/{"0" * 8}.shtml">要闻</a></body>'
    articles = {"20220126/00c0ffee": 20600, "20220127/0badcafe": 20602}
    bodies = {
        f"/list.jsp?column=7&page={number}": f"<html><body><ul>{item.format(path)}</ul>{turn}</body></html>".encode()
        for number, path in enumerate(articles, start=2)
    }
    for path, number in articles.items():
        bodies[f"/article/{path}.shtml"] = report_page(number).replace(b"</body>", news.encode())
    with Server({path: page(body) for path, body in bodies.items()}) as server:
        start = f"{server.url}/list.jsp?column=7&page=2"
        result = run(f"luoyang={server.url}", tmp_path, "--start", start)
    gone = "/list.jsp?column=7&page=1"
    asked = Counter(server.requests)
    # Where lists are walked, one that is gone is a failure, and is tried again.
    assert asked.pop(gone) == 3
    failed = [line for line in result.stderr.splitlines() if line.startswith("luoyang")]
    assert failed == [f"luoyang:{gone}: the server answered 404"]
    assert asked == dict.fromkeys(["/robots.txt", *bodies], 1)
    keys = [(f"luoyang-{path.partition('/')[2]}", "410300") for path in articles]
    assert sorted(rows(tmp_path, "select id, substr(hint, 1, 6) from reports")) == sorted(keys)
    assert rows(tmp_path, "select portal from crawls") == [(f"luoyang={server.url}",)]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--portal", "nowhere"), "nowhere: no portal of that name is declared (henan, sample2)"),
        (("--portal", "nowhere=http://127.0.0.1"), "nowhere: no portal of that name is declared"),
        (("--portal", "sample2=127.0.0.1"), "an address begins with http:// or https://"),
        (("--portal", "sample2", "--first", "1"), "sample2 is walked by its lists"),
    ],
)
def test_what_is_no_portal_is_wrong_usage_in_one_line(arguments: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(main, ["crawl", *arguments])
    assert result.exit_code == 2
    assert said in result.stderr.splitlines()[-1]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("x: {home: h, report: '/{a}', key: '{a}'}", "x: lacks start"),
        ("x: {home: h, report: '/{a}', key: '{b}', start: [/]}", "x: the key has b, which no report's address has"),
        ("x: {home: h, report: '/{a}', key: '{a}', start: [/], numbers: [1]}", "nothing else"),
        ("X-1: {home: h, report: /a, key: a, start: [/]}", "X-1: a portal's name has small letters and digits only"),
        ("x: {home: h, report: '/{a}', key: '{a}', start: [/], title: t}", "x: has no field title"),
        ("- x", "portals.yaml: "), ("x: [", "portals.yaml: "), ("x: 1", "portals.yaml: "), ("", "portals.yaml: "),
        ("x: {home: h, report: '/{a}{a}', key: '{a}', start: [/]}", "portals.yaml: "),
        ("x: {home: h, report: '/{a}', key: '{a', start: [/]}", "portals.yaml: "),
    ],
)  # fmt: skip
def test_a_portal_that_is_declared_wrong_is_told_in_one_line(
    text: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "portals.yaml"
    path.write_text(text, encoding="utf-8")
    monkeypatch.setenv(FURTHER_FILE, str(path))
    with pytest.raises(PortalError) as raised:
        portals.__wrapped__()
    assert str(raised.value).startswith(f"{path}: ")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_portal_is_written_as_a_name_an_address_or_both() -> None:
    assert portal_of("henan").spec == portal_of("https://nb.henan.gov.cn").spec == "https://nb.henan.gov.cn"
    assert portal_of("http://127.0.0.1:8000/?a=b").name == "henan"
    assert portal_of("http://127.0.0.1:8002").spec == portal_of("sample2").spec == SAMPLE2.spec
    assert portal_of("sample2=http://127.0.0.1:9").home == "http://127.0.0.1:9"
    with pytest.raises(PortalError):
        portal_of("elsewhere=http://127.0.0.1")


def test_the_same_path_on_two_portals_is_two_addresses() -> None:
    for path in ("/a.pdf", "/col/col1234/index.html", "https://files.example.org/a.pdf"):
        one, other = (portal.address_of(portal.url_of(path)) for portal in (portal_of("henan"), SAMPLE2))
        assert (one, other) == (path, f"sample2:{path}")
        assert SAMPLE2.url_of(other) == (path if "://" in path else SAMPLE2.home + path)


def test_a_report_is_known_by_the_shape_of_its_address() -> None:
    url = "http://127.0.0.1:8002/art/2022/1/26/art_1234_56789.html?from=list#top"
    found = SAMPLE2.report_at(url)
    assert found is not None
    assert (found.address, found.key, found.number) == (
        "sample2:/art/2022/1/26/art_1234_56789.html", "sample2-56789", None,
    )  # fmt: skip
    assert SAMPLE2.report_at(url.replace("_1234_", "_99_")) is None
    shape = Shape.parse("/list.jsp?column={column}&page={page}", {})
    assert shape.match("http://h/list.jsp?column=3&page=2") == {"column": "3", "page": "2"}
    assert shape.match("http://h/list.jsp?column=3") is None
    assert not SAMPLE2.is_further("sample2:/col/col1234/index.html")
    assert SAMPLE2.is_further("sample2:/col/col1234/index_2.html")


def test_relative_links_of_a_list_are_found() -> None:
    text = """<html><body><a href="../../art/2022/1/26/art_1234_5.html">a</a><a href="./index_2.html">2</a>
    <a href="/art/2022/1/26/art_77_6.html">b</a><a href="http://example.org/art/2022/1/26/art_1234_7.html">c</a>"""
    links = find_links(Page.of_text(text), f"{SAMPLE2.home}/col/col1234/index.html", SAMPLE2.spec)
    assert [report.key for report in links.reports] == ["sample2-5"]
    assert links.lists == (f"{SAMPLE2.home}/col/col1234/index_2.html",)


def test_files_on_hosts_that_the_portal_names_are_its_own() -> None:
    portal = replace(SAMPLE2, hosts=("files.example.org",))
    assert portal.is_near("https://files.example.org/a.pdf")
    assert not SAMPLE2.is_near("https://files.example.org/a.pdf")


def test_a_report_with_two_addresses_is_one_and_the_second_serves_when_the_first_is_gone(tmp_path: Path) -> None:
    with Store(tmp_path / "test.db") as store, store.transaction():
        frontier = Frontier(store, SAMPLE2)
        paths = ("/art/2022/1/26/art_1234_5.html", "/art/2022/2/1/art_1234_5.html")
        one, other = (SAMPLE2.report_at(path) for path in paths)
        assert one
        assert other
        assert [frontier.plan_reports([report]) for report in (one, other, one)] == [1, 0, 0]
        row = frontier.at(one.address)
        assert row is not None
        frontier.record_outcome(row, Outcome.MISSING, "2026-02-01T00:00:00Z")
        assert frontier.plan_reports([other]) == 1
        assert frontier.at(one.address) is None
        moved = frontier.at(other.address)
        assert moved is not None
        assert (moved.key, moved.due) == (one.key, AT_ONCE)


@pytest.mark.parametrize(("month", "further", "days"), [(2, False, 0.8), (2, True, 7), (7, True, 30), (7, False, 0.8)])
def test_the_first_page_of_a_list_is_due_daily_and_the_others_more_rarely(
    month: int, days: float, *, further: bool
) -> None:
    at = datetime(2026, month, 1, tzinfo=UTC)
    due = next_due(Outcome.PAGE, at, 1, key="/x", unchanged_for=None, above=False, further=further)
    assert due is not None
    assert (due - at).total_seconds() / 86_400 == pytest.approx(days, rel=0.101)


def test_a_frontier_from_before_there_were_portals_is_henans(tmp_path: Path) -> None:
    path = tmp_path / "test.db"
    with Store(path) as store:
        with store.transaction():
            Frontier(store).plan_numbers([7])
        store.db.execute("drop index idx_frontier_portal_due")
        store.db.execute("drop index idx_frontier_portal_state_number")
        store.db.execute("alter table frontier drop column portal")
        store.db.execute("drop table _sqlite_migrations")
    with Store(path) as store, store.transaction():
        assert store.db.execute("select address, portal from frontier").fetchall() == [
            ("/zw/public-report/view/7", "henan")
        ]
        assert Frontier(store).count_due("2026-01-01T00:00:00Z") == 1
        assert Frontier(store, SAMPLE2).count_due("2026-01-01T00:00:00Z") == 0
        Frontier(store, SAMPLE2).plan_page("sample2:/")


def test_numbers_of_one_portal_say_nothing_of_anothers(tmp_path: Path) -> None:
    other: Any = replace(portal_of("henan"), name="hubei", numbers=(5,))
    with Store(tmp_path / "test.db") as store, store.transaction():
        for portal, number in ((portal_of("henan"), 100), (other, 9_000)):
            frontier = Frontier(store, portal)
            frontier.plan_numbers([number])
            row = frontier.at(portal.numbered(number).address)
            assert row is not None
            frontier.record_outcome(row, Outcome.REPORT, "2026-01-01T00:00:00Z")
            assert frontier.highest() == number
        assert Frontier(store).highest() == 100


def test_a_run_is_compared_with_its_own_portals_past(tmp_path: Path) -> None:
    before, started, at = "2025-01-01T00:00:00Z", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z"
    with Store(tmp_path / "test.db") as store:
        for crawl, portal in (("1", SAMPLE2.spec), ("2", portal_of("henan").spec)):
            store.db.table("crawls").insert({"id": crawl, "portal": portal, "started": started})
        failures = (("henan-1", before, "x"), ("henan-2", started, "y"), ("sample2:/a", started, "z"))
        for key, first, reason in failures:
            store.save_failure(key, "fetch", reason, at=first)
        for number, (key, seen) in enumerate((("henan-3", before), ("sample2-3", started))):
            times = dict.fromkeys(("first_seen", "last_seen", "last_changed"), seen)
            report = {"id": key, "year": 2024 + number, "status": "verified", "revision": 1, **times}
            store.db.table("reports").insert(report)
        second, first = (summarise(store, crawl, {}, [], at) for crawl in ("1", "2"))
    assert (second.read, second.verified_before, second.new_failures) == ({"verified": 1}, None, [])
    assert (first.read, first.verified_before, first.new_failures) == ({}, 100.0, ["y"])
    assert (second.season.watched, second.season.found, second.season.last_year) == (False, 1, 0)
    assert (first.season.watched, first.season.found, first.season.last_year) == (False, 0, 1)


def test_the_region_of_a_portal_settles_names_that_leave_it_open(tmp_path: Path) -> None:
    with Store(tmp_path / "test.db") as store:
        for number, hint in enumerate(("410300", "410300 > 首页 > 法定主动公开", "410000", None)):
            times = dict.fromkeys(("first_seen", "last_seen", "last_changed"), "2026-01-01T00:00:00Z")
            report = {"id": f"x-{number}", "agency": "财政局", "hint": hint, "status": "verified", **times}
            store.db.table("reports").insert({**report, "revision": 1})
        update_agencies(store)
        found = [code for (code,) in store.db.execute("select region_code from reports order by id")]
    assert found == ["410300", "410300", None, None]
