"""Crawls whose requests are made by fetchers, with a real Redis server between them."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import suppress
from itertools import pairwise
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any, Self

import pytest
from click.testing import CliRunner
from redis import Redis
from scrapy.http import Request, Response

from crawler.archive import Archive, mend
from crawler.dispatch.board import Board, BoardError, Result, Task, cancel
from nianbao.cli import main
from parsers.store import Store
from tests.chaos import (
    STEADY,
    claims_are_kept,
    command,
    differences,
    rows,
    run,
    shared_and_killed,
    state_of,
    undisturbed,
)
from tests.fleet import Fetchers, RedisServer, needs_redis
from tests.hostile import Server, page
from tests.hostile_portal import VIEW, HostilePortal, draw_kinds, report_page

AT = "2026-11-21T00:00:00Z"
RUN = "20261121T000000Z-0000"
PORTAL = "http://127.0.0.1"


def task(number: int = 1, **changes: Any) -> Task:
    """A request of a number's page."""
    facts = {"delay": 0.0, "connections": 1, **changes}
    return Task(RUN, PORTAL, f"{PORTAL}{VIEW}{number}", f"{VIEW}{number}", [("Accept", "*/*")], **facts)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[RedisServer]:
    """A Redis server that keeps what it is told."""
    with RedisServer(tmp_path, is_lasting=True) as server:
        yield server


def on(url: str, work: Callable[[Board], Coroutine[Any, Any, Any]], lease: float = 0.3) -> Any:
    """What some work on a board comes to."""

    async def run() -> Any:
        board = Board(url, lease)
        try:
            return await work(board)
        finally:
            await board.close()

    return asyncio.run(run())


@needs_redis
def test_a_request_is_given_to_one_fetcher_and_to_nobody_else_while_that_lives(server: RedisServer) -> None:
    async def work(board: Board) -> None:
        await board.issue("1000-0", task())
        # Once more, as after a broken connection.
        await board.issue("1000-0", task())
        assert await board.take("a") is None, "the group of fetchers is made with the first"
        taken = await board.take("a")
        assert taken is not None
        assert (taken.turn, taken.task) == ("1000-0", task())
        assert await board.take("b") is None
        assert await board.wait("b", taken) is None
        for _ in range(3):
            await asyncio.sleep(0.2)
            await board.keep("a", [taken.turn])
        assert [entry.is_lost for entry in (await board.entries()).values()] == [False]
        assert await board.fetchers() == 1
        await asyncio.sleep(0.4)
        assert [entry.is_lost for entry in (await board.entries()).values()] == [True]
        assert await board.fetchers() == 0
        await board.post(taken, Result(taken.turn, PORTAL, "some.warc.gz", 17, 0.5))
        ((name, result),) = await board.results()
        assert result == Result("1000-0", PORTAL, "some.warc.gz", 17, 0.5)
        await board.forget(name)
        assert (await board.entries(), await board.results()) == ({}, [])

    on(server.url, work)


@needs_redis
def test_a_host_is_asked_by_all_fetchers_together_as_by_one(server: RedisServer) -> None:
    async def asked(board: Board, fetcher: str, done: list[float]) -> None:
        while taken := await board.take(fetcher):
            while wait := await board.wait(fetcher, taken):
                await asyncio.sleep(wait)
            done.append(time.monotonic())
            await asyncio.sleep(0.05)
            done.append(time.monotonic())
            await board.post(taken, Result(taken.turn, PORTAL, error="no answer"))

    async def work(board: Board) -> list[float]:
        await board.take("a")
        for number in range(6):
            await board.issue(f"{1000 + number}-0", task(number, delay=0.2))
        done: list[float] = []
        await asyncio.gather(*(asked(board, name, done) for name in "abc"))
        await board.rest(task(), 0.7)
        await board.issue("2000-0", task(7, delay=0.2))
        before = time.monotonic()
        await asked(board, "a", done)
        assert done[-2] - before >= 0.69
        return done

    done = on(server.url, work, lease=10)
    begun, ended = done[:12:2], done[1:12:2]
    # Redis counts in milliseconds.
    assert all(later - one >= 0.198 for one, later in pairwise(begun))
    assert all(later >= one for one, later in zip(ended, begun[1:], strict=False)), "one connection at a time"


def test_a_loop_ends_although_a_cancellation_was_swallowed() -> None:
    async def deaf() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(10)
        await asyncio.sleep(10)

    async def run() -> None:
        loop = asyncio.ensure_future(deaf())
        await asyncio.sleep(0)
        await cancel([loop])
        assert loop.cancelled()

    asyncio.run(run())


@needs_redis
@pytest.mark.parametrize("is_lasting", [True, False])
def test_nothing_that_a_server_was_told_before_it_was_restarted_is_asked_for(
    tmp_path: Path, *, is_lasting: bool
) -> None:
    async def before(board: Board) -> Any:
        await board.take("a")
        await board.issue("1000-0", task(1))
        await board.issue("1001-0", task(2))
        taken = await board.take("a")
        assert await board.hold("one", 30)
        assert not await board.hold("other", 30)
        return taken

    async def after(board: Board) -> None:
        await board.keep("a", [taken.turn])
        lost = {turn: entry.is_lost for turn, entry in (await board.entries()).items()}
        assert lost == ({"1000-0": False, "1001-0": True} if is_lasting else {})
        assert await board.wait("a", taken) is None if is_lasting else True
        another = await board.take("b")
        assert (another is not None) == is_lasting
        assert another is None or await board.wait("b", another) is None
        await board.post(taken, Result(taken.turn, PORTAL, error="no answer"))
        assert [result.turn for _, result in await board.results()] == ["1000-0"]
        assert await board.hold("one", 30)

    with RedisServer(tmp_path, is_lasting=is_lasting) as server:
        taken = on(server.url, before, lease=10)
        server.stop(signal.SIGKILL)
        server.start()
        on(server.url, after, lease=10)


@needs_redis
def test_what_is_not_ours_is_taken_off_and_a_complaint_of_redis_is_one_line(server: RedisServer) -> None:
    async def work(board: Board) -> None:
        with Redis.from_url(server.url) as client:
            client.xadd("nianbao:tasks", {"task": b"\xff{"}, id="5-0")
            client.xadd("nianbao:tasks", {"task": b"{}"}, id="6-0")
            client.xadd("nianbao:results", {"other": "1"})
            assert await board.take("a") is None
            assert await board.take("a") is None
            assert (await board.entries(), await board.results(), await board.results()) == ({}, [], [])
            assert (client.xlen("nianbao:tasks"), client.xlen("nianbao:results")) == (0, 0)
            client.set("nianbao:results", "a string")
            with pytest.raises(BoardError, match="WRONGTYPE"):
                await board.results()
            client.config_set("maxmemory", 1)
            with pytest.raises(BoardError, match="maxmemory"):
                await board.keep("a", [])

    on(server.url, work)


@needs_redis
def test_a_board_that_is_wiped_while_a_fetcher_waits_is_used_again(server: RedisServer) -> None:
    async def work(board: Board) -> None:
        await board.take("a")
        waiting = asyncio.ensure_future(board.take("a"))
        await asyncio.sleep(0.2)
        with Redis.from_url(server.url) as client:
            client.flushall()
        assert await waiting is None
        await board.issue("1000-0", task())
        assert not (await board.entries())["1000-0"].was_taken
        assert await board.take("a")
        assert (await board.entries())["1000-0"].was_taken

    on(server.url, work)


@needs_redis
def test_what_is_being_asked_for_stays_when_a_crawl_leaves_and_so_does_another_crawl(server: RedisServer) -> None:
    async def work(board: Board) -> None:
        await board.take("a")
        tasks = {f"{1000 + number}-0": task(number) for number in range(3)}
        for turn, one in tasks.items():
            await board.issue(turn, one)
        begun, taken = await board.take("a"), await board.take("a")
        assert begun is not None
        assert taken is not None
        assert await board.wait("a", begun) == 0
        assert await board.recall({}) == []
        assert await board.hold("one", 30)
        await board.leave("other", {})
        assert not await board.hold("other", 30)
        await board.leave("one", tasks)
        assert await board.hold("other", 30)
        assert list(await board.entries()) == [begun.turn]
        assert await board.wait("a", taken) is None

    on(server.url, work)


def test_answers_of_several_writers_come_in_the_order_in_which_one_follows_from_another(tmp_path: Path) -> None:
    writers = [Archive(tmp_path, writer=name) for name in ("aaaaaaaa", "bbbbbbbb")]
    order = [("1000-0", 1), ("1001-0", 0), ("1003-0", 0), ("1002-0", 0), ("1004-0", 1)]
    for writer in writers:
        writer.begin(RUN, PORTAL)
    for number, (turn, which) in enumerate(order):
        url = f"{PORTAL}{VIEW}{number}"
        # The payload of the last is that of the first: a record that refers to it.
        body = b"page 0" if number == 4 else b"page %d" % number
        writers[which].write(Request(url, meta={"turn": turn}), Response(url, body=body), AT, None)
    assert mend(writers[0].files()[0]) == 0, "it is being written"
    found = writers[0].found(RUN, {"1002-0", "1004-0", "9999-0"})
    for writer in writers:
        writer.close()
    archive = Archive(tmp_path)
    with Store(tmp_path / "test.db") as store:
        exchanges = list(archive.exchanges(archive.files_of(RUN), store.db))
    assert [exchange.body for exchange in exchanges] == [b"page 0", b"page 1", b"page 2", b"page 3", b"page 0"]
    assert found == {turn: (e.warc, e.offset) for turn, e in zip(["1002-0", "1004-0"], exchanges[3:], strict=True)}
    files = archive.files()
    whole = files[0].stat().st_size
    with files[0].open("ab") as file:
        file.write(b"\0" * 100)
    assert (mend(files[0]), files[0].stat().st_size) == (100, whole)


class Loop:
    """Does some work on a board, in a thread of its own, while the context lasts."""

    def __init__(self, url: str, work: Callable[[Board], Coroutine[Any, Any, Any]]) -> None:
        self._url, self._work = url, work
        self._thread = Thread(target=lambda: asyncio.run(self._run()))
        self._begun = Event()

    def __enter__(self) -> Self:
        self._thread.start()
        self._begun.wait()
        return self

    def __exit__(self, *_: object) -> None:
        self._end()
        self._thread.join()

    async def _run(self) -> None:
        board, loop = Board(self._url, 1), asyncio.get_running_loop()
        working = loop.create_task(self._work(board))
        self._end = lambda: loop.call_soon_threadsafe(working.cancel)
        self._begun.set()
        with suppress(asyncio.CancelledError):
            await working
        await board.close()


def crawl(portal: str, folder: Path, redis: str, *arguments: str, lease: str = "2") -> subprocess.CompletedProcess[str]:
    """A crawl that has others ask."""
    line = [*command(portal, folder), "--redis", redis, *arguments]
    environment = {**os.environ, "NIANBAO_LEASE": lease, "NIANBAO_PATIENCE": "3"}
    return subprocess.run(line, capture_output=True, text=True, check=False, env=environment)


@needs_redis
def test_two_fetchers_bring_what_one_crawl_brings_and_reparse_reads_the_same(
    tmp_path: Path, server: RedisServer
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    kinds = draw_kinds(Random(3), 14, kinds=STEADY)
    bounds = ("--first", str(min(kinds)), "--last", str(max(kinds)))
    with HostilePortal(kinds) as portal:
        run(portal.url, one, *bounds)
        expected, alone = state_of(one, portal.url), Counter(portal.requests)
    with HostilePortal(kinds) as portal, Fetchers(2, server.url, two, lease=2):
        crawl(portal.url, two, server.url, "--connections", "4", *bounds)
        assert differences(expected, state_of(two, portal.url)) == []
        asked = Counter(portal.requests)
        # What is asked for after a pause, and how often a redirect is followed, depends on the moment.
        steady = {path for path in alone if kinds.get(_number(path)) not in (None, "walled", "dead")}
        assert {path: asked[path] for path in steady} == {path: alone[path] for path in steady}
        crawl(portal.url, two, server.url, "--full", *bounds)
        before = state_of(two, portal.url)
        assert Counter(portal.requests).total() > asked.total()
        line = ["reparse", "--db", str(two / "test.db"), "--archive", str(two / "archive")]
        subprocess.run([sys.executable, "-m", "nianbao", *line], check=True, capture_output=True)
        assert differences(before, state_of(two, portal.url)) == []
        agents = {headers["User-Agent"].partition("/")[0] for headers in portal.server.headers}
    assert agents == {"nianbao"}
    # What came again is referred to, not stored again.
    stored = rows(two, "select count(*) from fetches where sha256 is not null group by sha256 having count(*) > 1")
    sizes = sorted(path.stat().st_size for path in (two / "archive").glob("*.gz"))
    assert len(sizes) == 4
    assert len(stored) >= len(kinds) / 2
    assert sum(sizes[:2]) < sum(sizes[2:]) / 2


def _number(path: str) -> int:
    return int(re.sub(rf"{VIEW}(\d+).*|.*", r"0\1", path))


@needs_redis
def test_whatever_is_killed_nothing_is_lost(tmp_path: Path) -> None:
    alone, shared = tmp_path / "alone", tmp_path / "shared"
    shared.mkdir()
    kinds = draw_kinds(Random(5), 16, kinds=STEADY)
    bounds = ("--first", str(min(kinds)), "--last", str(max(kinds)))
    expected, _ = undisturbed(kinds, alone, *bounds)
    state, kills, requests = shared_and_killed(kinds, shared, Random(9), 3, 2, *bounds)
    assert kills.total() == 3
    assert differences(expected, state) == []
    # What had come when something was killed may have come too late to be archived, but for nothing else.
    claims = claims_are_kept(shared)
    assert requests - claims <= 4 * kills.total()


@needs_redis
def test_politeness_holds_for_all_of_them(tmp_path: Path, server: RedisServer) -> None:
    asked: list[float] = []
    pages = {f"{VIEW}{number}": page(report_page(number)) for number in range(20600, 20606)}
    slow = page(b"", status=503, Retry_After="2")

    def respond(path: str) -> Any:
        asked.append(time.monotonic())
        return slow if len(asked) == 4 else pages.get(path, page(b"", status=404))

    bounds = ("--first", "20600", "--last", "20605", "--delay", "0.3")
    with Server(respond) as portal, Fetchers(3, server.url, tmp_path):
        result = crawl(portal.url, tmp_path, server.url, *bounds)
    assert result.returncode == 0, result.stderr
    assert rows(tmp_path, "select count(*) from reports") == [(6,)]
    gaps = [later - one for one, later in pairwise(asked)]
    # A request may take a moment to leave; the next does not for that.
    assert min(gaps) >= 0.15
    assert sum(gaps) - gaps[3] >= 0.29 * (len(gaps) - 1)
    assert gaps[3] >= 1.9


@needs_redis
def test_a_crawl_without_fetchers_ends_with_a_word_and_all_of_it_stays_due(tmp_path: Path, server: RedisServer) -> None:
    with HostilePortal(dict.fromkeys(range(20600, 20603), "plain")) as portal:
        bounds = ("--first", "20600", "--last", "20602")
        result = crawl(portal.url, tmp_path, server.url, *bounds)
        assert result.returncode == 1
        assert f"no fetcher has been at work for 3 seconds; nianbao fetch {server.url} starts one" in result.stderr
        assert "Traceback" not in result.stderr
        assert portal.requests == []
        assert rows(tmp_path, "select count(*) from failures") == [(0,)]
        assert rows(tmp_path, "select count(*) from frontier where state is null and due is not null") == [(3,)]


@needs_redis
def test_what_fetchers_had_archived_when_redis_went_away_for_good_is_taken_in_by_the_next(
    tmp_path: Path, server: RedisServer
) -> None:
    asked: list[str] = []

    def respond(path: str) -> Any:
        asked.append(path)
        if path == f"{VIEW}20601":
            server.stop(signal.SIGKILL)
        number = _number(path)
        return page(report_page(number)) if number else page(b"", status=404)

    bounds = ("--first", "20600", "--last", "20602")
    with Server(respond) as portal:
        with Fetchers(1, server.url, tmp_path):
            result = crawl(portal.url, tmp_path, server.url, *bounds)
        assert result.returncode == 1
        assert f"no Redis server answers at {server.url}" in result.stderr.splitlines()[-1]
        assert "Traceback" not in result.stderr
        run(portal.url, tmp_path, *bounds)
    assert Counter(asked).pop(f"{VIEW}20601") == 1
    assert rows(tmp_path, "select count(*) from reports") == [(3,)]
    assert rows(tmp_path, "select count(*) from crawls where finished is null") == [(0,)]


@needs_redis
def test_a_portal_that_asks_to_come_back_much_later_is_left_alone_at_once(tmp_path: Path, server: RedisServer) -> None:
    asked: list[str] = []

    def respond(path: str) -> Any:
        asked.append(path)
        return page(b"", status=404) if path == "/robots.txt" else page(b"", status=503, Retry_After="5000")

    with Server(respond) as portal, Fetchers(1, server.url, tmp_path):
        result = crawl(portal.url, tmp_path, server.url, "--first", "20600", "--last", "20605", lease="1")
    assert "the portal asks to come back in 5000 seconds" in result.stderr
    assert asked == ["/robots.txt", f"{VIEW}20600"]
    with Redis.from_url(server.url) as client:
        assert client.xlen("nianbao:tasks") == 0


@needs_redis
def test_what_ends_every_fetcher_that_asks_for_it_is_a_failure(tmp_path: Path, server: RedisServer) -> None:
    deaths: list[str] = []

    async def fetch(board: Board) -> None:
        while True:
            await board.keep("a", [])
            taken = await board.take("a")
            if taken and taken.task.address:
                deaths.append(taken.task.address)
            elif taken:
                await board.post(taken, Result(taken.turn, PORTAL, error="no robots.txt"))

    with HostilePortal({20600: "plain"}) as portal, Loop(server.url, fetch):
        result = crawl(portal.url, tmp_path, server.url, "--first", "20600", "--last", "20600", lease="0.6")
    assert result.returncode == 1
    assert "henan-20600: 2 fetchers ended while they asked for it" in result.stderr.splitlines()
    assert deaths == [f"{VIEW}20600"] * 6, "two of each of the three tries that there are"
    reasons = rows(tmp_path, "select key, reason from failures")
    assert reasons == [("henan-20600", "2 fetchers ended while they asked for it")]


@needs_redis
def test_a_fetcher_with_another_archive_ends_the_crawl_with_a_word(tmp_path: Path, server: RedisServer) -> None:
    with HostilePortal({20600: "plain"}) as portal, Fetchers(1, server.url, tmp_path / "elsewhere"):
        result = crawl(portal.url, tmp_path, server.url, "--first", "20600", "--last", "20600")
    assert result.returncode == 1
    assert "the crawl and its fetchers must be given one archive" in result.stderr
    assert "Traceback" not in result.stderr


@needs_redis
def test_what_is_wrong_with_redis_is_said_in_one_line_and_no_password(tmp_path: Path, server: RedisServer) -> None:
    with Redis.from_url(server.url) as client:
        client.config_set("requirepass", "secret")
    wrong = server.url.replace("//", "//:guessed@")
    for url, said in {
        wrong: "invalid username-password pair or user is disabled.",
        server.url: "Authentication required.",
        "redis://127.0.0.1:1/0": "no Redis server answers at redis://127.0.0.1:1/0",
        "http://127.0.0.1:1": "Redis URL must specify one of the following schemes",
        "redis://:gue/guessed@127.0.0.1:1": "in a password, / ? # and @ are written as %2F %3F %23 and %40",
        "redis://:gue?guessed@127.0.0.1:1": "in a password, / ? # and @ are written as %2F %3F %23 and %40",
        "redis://127.0.0.1:1/0?password=guessed": "no Redis server answers at redis://127.0.0.1:1/0",
        "redis://127.0.0.1:1/0?unknown=1": "unexpected keyword argument 'unknown'",
        "redis://[::1": "Invalid IPv6 URL",
    }.items():
        result = CliRunner().invoke(main, ["fetch", url, "--archive", str(tmp_path)])
        assert (result.exit_code, result.output.count("\n")) == (1, 1), result.output
        assert said in result.output
        assert "guessed" not in result.output
    on(server.url.replace("//", "//:secret@"), Board.ping)
    with pytest.raises(BoardError):
        on(wrong, Board.ping)


def test_without_the_extra_its_name_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in sys.modules if name.startswith("crawler.dispatch")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "redis", None)
    result = CliRunner().invoke(main, ["fetch", "redis://127.0.0.1:1/0"])
    assert result.exit_code == 1
    assert "pip install 'nianbao[redis]'" in result.output
