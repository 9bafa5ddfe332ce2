"""Crawls of a portal that misbehaves, as its operator sees them."""

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest

from crawler.frontier.frontier import AT_ONCE
from database.clock import now
from tests.crawler.hostile_portal import KINDS, VIEW, WALL, HostilePortal, attachment, draw_kinds, report_page, truth_of
from tests.crawler.hostile_server import Respond, Server, page
from tools.chaos import STEADY, claims_are_kept, command, differences, killed, rows, run, state_of, undisturbed

BOUNDS = ("--first", "20600", "--last", "20660")


def _make_due(folder: Path) -> None:
    """Let all the waiting be over."""
    with sqlite3.connect(folder / "test.db") as connection:
        connection.execute("update frontier set due = ?", [AT_ONCE])
    connection.close()


def _nianbao(*arguments: str) -> str:
    """What a command prints."""
    command = [sys.executable, "-m", "nianbao", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _views(requests: list[str]) -> Counter[str]:
    return Counter(path for path in requests if path.startswith(VIEW))


def test_a_first_run_finds_its_own_way_and_the_second_asks_for_nothing_that_is_not_due(tmp_path: Path) -> None:
    kinds = {number: kind for number, kind in draw_kinds(Random(2), 30).items() if kind != "dead"}
    with HostilePortal(kinds) as portal:
        first = run(portal.url, tmp_path)
        asked = list(portal.requests)
        second = run(portal.url, tmp_path)
        assert portal.requests == asked
    assert (first.returncode, second.returncode) == (1 if "wall" in first.stderr else 0, 0), first.stderr
    assert {key for (key,) in rows(tmp_path, "select id from reports")} == {f"henan-{number}" for number in kinds}
    assert rows(tmp_path, "select distinct status from reports") == [("verified",)]
    counts = json.loads(rows(tmp_path, "select counts from crawls order by id")[0][0])
    assert counts.pop("requests") == len(asked)
    assert counts.pop("planned") == sum(counts.values())
    assert "nothing was due" in second.stdout
    assert max(_views(asked).values()) <= 3


def test_every_figure_is_the_one_that_was_printed_whatever_the_page_went_through(tmp_path: Path) -> None:
    kinds = dict(zip(range(20600, 20600 + len(KINDS)), KINDS, strict=True))
    with HostilePortal(kinds) as portal:
        result = run(portal.url, tmp_path, *BOUNDS)
        readable = portal.readable()
    assert result.returncode == 1
    dead = next(number for number, kind in kinds.items() if kind == "dead")
    assert f"henan-{dead}: the server answered 500" in result.stderr.splitlines()
    for number in readable:
        truth = truth_of(number)
        found = dict(rows(tmp_path, f"select cell, value from cells where report = 'henan-{number}'"))
        assert found == {
            key: cell.value if cell.value is None else float(cell.value) for key, cell in truth.cells.items()
        }
        assert rows(tmp_path, f"select title, year from reports where id = 'henan-{number}'") == [
            (truth.title, truth.year)
        ]
    assert rows(tmp_path, "select count(*) from revisions") == [(0,)]


def test_what_the_server_can_vouch_for_is_asked_conditionally_and_not_read_again(tmp_path: Path) -> None:
    kinds = {20600: "etag", 20601: "modified", 20602: "plain", 20603: "counter"}
    with HostilePortal(kinds, gaps=("404",)) as portal:
        run(portal.url, tmp_path, "--first", "20600", "--last", "20603")
        seen = rows(tmp_path, "select id, last_changed from reports order by id")
        _make_due(tmp_path)
        second = run(portal.url, tmp_path, "--first", "20600", "--last", "20603")
    assert second.stdout.split() == ["report:", "1", "unchanged:", "3"]
    statuses = "select status from fetches where key is not null order by id desc limit 4"
    assert [status for (status,) in reversed(rows(tmp_path, statuses))] == [304, 304, 200, 200]
    assert rows(tmp_path, "select id, last_changed from reports order by id") == seen
    assert rows(tmp_path, "select count(*) from revisions") == [(0,)]
    # The page that counts its visitors is another payload each time; the others are stored once.
    assert rows(tmp_path, "select count(*) from documents") == [(5,)]
    assert rows(tmp_path, "select count(*) from reports where last_seen < (select max(started) from crawls)") == [(0,)]


def test_a_figure_changed_in_silence_is_a_revision_and_both_versions_are_kept(tmp_path: Path) -> None:
    before = report_page(20600)
    figure = str(truth_of(20600).cells["applications/received/total"].value)
    after = before.replace(f">{figure}<".encode(), b">987654<")
    assert after != before
    for body in (before, after):
        with Server({f"{VIEW}20600": page(body)}) as server:
            run(server.url, tmp_path, "--first", "20600", "--last", "20600", "--full")
    changes = dict(rows(tmp_path, "select cell, new from revisions"))
    assert changes["applications/received/total"] == "987654"
    assert rows(tmp_path, "select old from revisions where cell = 'applications/received/total'") == [(figure,)]
    assert rows(tmp_path, "select revision from reports") == [(2,)]
    assert rows(tmp_path, "select count(*) from documents where report = 'henan-20600'") == [(2,)]


def test_where_page_and_attachment_disagree_the_cell_is_flagged(tmp_path: Path) -> None:
    cell, row = "applications/received/total", truth_of(20600)
    link = f'<a href="{VIEW}20600/report.docx">{row.title}</a></body>'.encode()
    figure = str(row.cells[cell].value).encode()
    wrong = report_page(20600).replace(b">" + figure + b"<", b">987654<").replace(b"</body>", link)
    answers = {
        f"{VIEW}20600": page(wrong),
        f"{VIEW}20600/report.docx": page(attachment(20600, "docx"), media_type="application/msword"),
    }
    with Server(answers) as server:
        run(server.url, tmp_path, "--first", "20600", "--last", "20600")
    assert rows(tmp_path, "select status from reports") == [("uncertain",)]
    ((state, raw, reason),) = rows(tmp_path, f"select state, raw, reason from flags where cell = '{cell}'")
    assert state == "uncertain"
    assert {"987654", figure.decode()} == set(raw.split(" or "))
    assert reason == "the page and its attachment disagree about the cell"


def test_an_attachment_that_comes_later_is_no_revision(tmp_path: Path) -> None:
    title = truth_of(20600).title
    body = f"<html><head><title>{title}</title></head><body><a href='/a.docx'>{title}</a></body></html>".encode()
    for answer in (page(b"", status=500), page(attachment(20600, "docx"))):
        with Server({f"{VIEW}20600": page(body), "/a.docx": answer}) as server:
            run(server.url, tmp_path, "--first", "20600", "--last", "20600")
    assert rows(tmp_path, "select id, status, revision from reports") == [("henan-20600", "verified", 1)]
    assert rows(tmp_path, "select count(*) from revisions") == [(0,)]
    assert rows(tmp_path, "select count(*) from failures") == [(0,)]


def test_a_file_without_a_name_is_found_and_two_numbers_may_lead_to_one_report(tmp_path: Path) -> None:
    title = truth_of(20600).title
    head = f"<html><head><title>{title}</title></head>"
    answers = {
        f"{VIEW}20600": page(f"{head}<body><a href='/file/7'>点击下载附件</a></body></html>".encode()),
        "/file/7": page(attachment(20600, "docx")),
        f"{VIEW}20601": page(b"", status=301, Location="/new/1.html"),
        f"{VIEW}20602": page(b"", status=302, Location="/new/1.html"),
        "/new/1.html": page(report_page(20601)),
        f"{VIEW}20603": page(b"", status=302, Location="http://[::1"),
        f"{VIEW}20604": page(b"", status=304, ETag='"x"'),
        f"{VIEW}20605": page(pytest.importorskip("brotli").compress(report_page(20605)), Content_Encoding="br"),
    }
    with Server(answers) as server:
        run(server.url, tmp_path, "--first", "20600", "--last", "20605")
        assert server.headers[1]["Accept-Encoding"] == "gzip, deflate"
    expected = [(f"henan-{number}", "verified") for number in (20600, 20601, 20602, 20605)]
    state = state_of(tmp_path, server.url)
    assert rows(tmp_path, "select id, status from reports order by id") == expected
    assert rows(tmp_path, "select key from failures order by key") == [("henan-20603",), ("henan-20604",)]
    _nianbao("reparse", "--db", str(tmp_path / "test.db"), "--archive", str(tmp_path / "archive"))
    assert differences(state, state_of(tmp_path, server.url)) == []


def test_a_stretch_of_broken_addresses_does_not_hide_what_is_behind_it(tmp_path: Path) -> None:
    kinds = dict.fromkeys(range(20600, 20645), "dead") | dict.fromkeys((20595, 20650), "plain")
    with HostilePortal(kinds, gaps=("404",)) as portal:
        result = run(portal.url, tmp_path, "--first", "20595", "--last", "20650")
    assert rows(tmp_path, "select id from reports order by id") == [("henan-20595",), ("henan-20650",)]
    assert rows(tmp_path, "select reason from crawls") == [("finished",)]
    assert len(result.stderr.splitlines()) == 45


def test_what_the_archive_has_lost_is_fetched_again_and_a_rebuild_from_less_is_refused(tmp_path: Path) -> None:
    title = truth_of(20600).title
    body = f"<html><head><title>{title}</title></head><body><a href='/a.docx'>{title}</a>%d</body></html>"
    bounds = ("--first", "20600", "--last", "20600", "--full")
    for time_ in range(3):
        with Server(
            {f"{VIEW}20600": page((body % time_).encode()), "/a.docx": page(attachment(20600, "docx"))}
        ) as server:
            result = run(server.url, tmp_path, *bounds)
        assert (result.returncode, "Traceback" in result.stderr) == (int(time_ == 1), False)
        if time_ == 0:
            next((tmp_path / "archive").glob("*.warc.gz")).unlink()
    paths = ["--db", str(tmp_path / "test.db"), "--archive", str(tmp_path / "archive")]
    command = [sys.executable, "-m", "nianbao", "reparse", *paths]
    refused = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (refused.returncode, "that the archive lacks" in refused.stderr) == (1, True)
    assert rows(tmp_path, "select id, status from reports") == [("henan-20600", "verified")]


def test_a_disk_that_is_full_ends_the_run_with_a_line(tmp_path: Path) -> None:
    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))

    with HostilePortal(dict.fromkeys(range(20600, 20640), "plain")) as portal:
        run(portal.url, tmp_path, "--first", "20600", "--last", "20600")
        arguments = command(portal.url, tmp_path, "--first", "20600", "--last", "20639")
        broken = subprocess.run(arguments, capture_output=True, text=True, check=False, preexec_fn=limited)
        assert (broken.returncode, "Traceback" in broken.stderr) == (1, False)
        assert run(portal.url, tmp_path, "--first", "20600", "--last", "20639").returncode == 0
    assert rows(tmp_path, "select count(*) from reports") == [(40,)]
    assert claims_are_kept(tmp_path) > 40


def test_a_wall_that_lasts_ends_the_run_and_is_nobodys_report(tmp_path: Path) -> None:
    with Server(lambda path: page(WALL, status=412) if path.startswith(VIEW) else page(b"", status=404)) as server:
        result = run(server.url, tmp_path, "--first", "20600", "--last", "20700")
        assert len(_views(server.requests)) <= 5
    assert result.returncode == 1
    assert "a bot wall stands before the portal" in result.stderr.splitlines()[-1]
    assert rows(tmp_path, "select count(*) from reports") == [(0,)]
    assert rows(tmp_path, "select reason like 'a bot wall%' from crawls") == [(1,)]


# What failed is asked again after a tenth of a second: before the next number only if that is held up for longer.
HELD_UP = ["/robots.txt", f"{VIEW}1", f"{VIEW}1", f"{VIEW}2", f"{VIEW}3"]


def _asked_after_a_failure(folder: Path, failure: Respond, robots: bytes = b"") -> list[str]:
    """The order of a run's requests, of which the first for a report comes to a failure."""
    answers = iter([page(robots, media_type="text/plain"), failure])
    with Server(lambda _: next(answers, page(b"", status=404))) as server:
        run(server.url, folder, "--first", "1", "--last", "3")
    return server.requests


def test_retry_after_is_heeded(tmp_path: Path) -> None:
    assert _asked_after_a_failure(tmp_path, page(b"", status=503, Retry_After="2")) == HELD_UP


def test_a_portal_that_asks_to_come_back_much_later_is_left_alone(tmp_path: Path) -> None:
    assert _asked_after_a_failure(tmp_path, page(b"", status=429, Retry_After="901")) == HELD_UP[:2]
    assert rows(tmp_path, "select reason from crawls") == [("the portal asks to come back in 901 seconds",)]


def test_crawl_delay_of_robots_txt_is_heeded(tmp_path: Path) -> None:
    robots = b"User-agent: *\nCrawl-delay: 3\n"
    assert _asked_after_a_failure(tmp_path, page(b"", status=503), robots) == HELD_UP


def test_a_budget_ends_the_run_and_the_next_goes_on(tmp_path: Path) -> None:
    with HostilePortal(dict.fromkeys(range(20600, 20620), "plain"), gaps=("404",)) as portal:
        results = [run(portal.url, tmp_path, "--first", "20600", "--last", "20619", "--budget", "8") for _ in range(3)]
        assert len(_views(portal.requests)) == len(portal.requests) - 3 == 20
    assert [result.returncode for result in results] == [0, 0, 0]
    assert "ended early: budget of 8 requests spent" in results[0].stdout
    assert rows(tmp_path, "select count(*) from reports") == [(20,)]


def test_a_second_crawl_on_the_same_database_is_refused(tmp_path: Path) -> None:
    with HostilePortal(dict.fromkeys(range(20600, 20900), "plain")) as portal:
        first = subprocess.Popen(
            command(portal.url, tmp_path, *BOUNDS), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        while not portal.requests:
            time.sleep(0.02)
        first.send_signal(signal.SIGSTOP)  # It is at work for as long as the second takes.
        second = run(portal.url, tmp_path, *BOUNDS)
        first.send_signal(signal.SIGCONT)
        first.wait()
    assert second.returncode == 1
    assert second.stderr.strip().endswith("test.db: another crawl or reparse is at work on it")
    assert "Traceback" not in second.stderr
    assert rows(tmp_path, "select count(*), count(finished) from crawls") == [(1, 1)]


def test_killed_again_and_again_it_comes_to_the_same(tmp_path: Path) -> None:
    kinds = draw_kinds(Random(3), 40, kinds=STEADY)
    bounds = ("--first", str(min(kinds) - 3), "--last", str(max(kinds) + 3))
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
    expected, _ = undisturbed(kinds, tmp_path / "one", *bounds)
    state, kills, _ = killed(kinds, tmp_path / "other", Random(3), 4, *bounds)
    assert kills
    assert differences(expected, state) == []
    assert claims_are_kept(tmp_path / "other") > len(kinds)


def test_what_only_the_archive_has_is_not_fetched_again(tmp_path: Path) -> None:
    numbers = range(20600, 20640)
    with HostilePortal(dict.fromkeys(numbers, "plain")) as portal:
        arguments = ("--first", "20600", "--last", "20639")
        process = subprocess.Popen(command(portal.url, tmp_path, *arguments), stderr=subprocess.DEVNULL)
        while len(portal.requests) < 25:
            time.sleep(0.005)
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        # The database has lost all that it had; the archive has not.
        connection = sqlite3.connect(tmp_path / "test.db")
        for table in ("fetches", "frontier"):
            connection.execute(f"delete from {table}")
        connection.commit()
        connection.close()
        result = run(portal.url, tmp_path, *arguments)
        asked = _views(portal.requests)
    assert result.returncode == 0
    assert sum(count - 1 for count in asked.values()) <= 1
    assert rows(tmp_path, "select count(*) from reports") == [(40,)]
    assert rows(tmp_path, "select reason from crawls order by id") == [("killed",), ("finished",)]


def test_reparse_gives_the_same_rows_from_the_archive_alone(tmp_path: Path) -> None:
    with HostilePortal(draw_kinds(Random(4), 30)) as portal:
        run(portal.url, tmp_path, *BOUNDS)
        _make_due(tmp_path)
        run(portal.url, tmp_path, *BOUNDS)
        expected = state_of(tmp_path, portal.url)
        times = rows(tmp_path, "select id, first_seen, last_seen, last_changed from reports order by id")
        (tmp_path / "test.db").rename(tmp_path / "old.db")
        arguments = ["--db", str(tmp_path / "test.db"), "--archive", str(tmp_path / "archive")]
        _nianbao("reparse", *arguments)
        assert differences(expected, state_of(tmp_path, portal.url)) == []
    assert rows(tmp_path, "select id, first_seen, last_seen, last_changed from reports order by id") == times
    assert not [path for path in tmp_path.iterdir() if path.name.startswith("test.db.new")]


def test_reparse_keeps_what_the_archive_does_not_know(tmp_path: Path) -> None:
    local = tmp_path / "示例.html"
    local.write_bytes(report_page(1))
    database = ["--db", str(tmp_path / "test.db")]
    with HostilePortal({20600: "plain", 20601: "dead"}) as portal:
        run(portal.url, tmp_path, "--first", "20600", "--last", "20602")
        subprocess.run(
            [sys.executable, "-m", "nianbao", "parse", str(local), *database], capture_output=True, check=True
        )
        tables = ("reports", "fetches", "crawls", "frontier", "failures", "disclosure", "documents")
        before = {table: sorted(map(str, rows(tmp_path, f"select * from {table}"))) for table in tables}
        archive = ["--archive", str(tmp_path / "archive"), "--jobs", "1"]
        subprocess.run(
            [sys.executable, "-m", "nianbao", "reparse", *database, *archive], capture_output=True, check=True
        )
    assert {table: sorted(map(str, rows(tmp_path, f"select * from {table}"))) for table in tables} == before
    assert len(before["reports"]) == 2


def test_status_fits_a_screen_and_a_summary_page_is_written(tmp_path: Path) -> None:
    with HostilePortal({20600: "plain", 20601: "dead"}) as portal:
        run(portal.url, tmp_path, "--first", "20600", "--last", "20605")
    shown = subprocess.run(
        [sys.executable, "-m", "nianbao", "status", "--db", str(tmp_path / "test.db")],
        capture_output=True, text=True, check=True,
    ).stdout  # fmt: skip
    assert len(shown.splitlines()) < 50
    for part in ("verified", "the server answered 500", "due now", now()[:10]):
        assert part in shown
    summary = (tmp_path / "test.crawl.html").read_text()
    assert "henan-20601" in summary
    assert portal.url in summary


def test_an_alarm_is_told_to_whoever_asked_for_it(tmp_path: Path) -> None:
    told = tmp_path / "told.txt"
    with Server(lambda path: page(WALL, status=412)) as server:
        subprocess.run(
            command(server.url, tmp_path, "--first", "1", "--last", "9"), capture_output=True, check=False,
            env={**os.environ, "NIANBAO_NOTIFY": f"tee {told}"},
        )  # fmt: skip
    assert "addresses met a bot wall" in told.read_text()


def test_a_home_page_that_refuses_is_no_failure_and_one_with_a_login_still_has_links(tmp_path: Path) -> None:
    home = (
        f'<html><body><form>用户名<input type="password"></form><a href="{VIEW}50000">年报</a></body></html>'.encode()
    )
    answers = {"/": page(home), "/zw/public-report": page(b"", status=403), f"{VIEW}50000": page(report_page(50000))}
    with Server(answers) as server:
        result = run(server.url, tmp_path)
    assert result.returncode == 0, result.stderr
    assert rows(tmp_path, "select id from reports") == [("henan-50000",)]
