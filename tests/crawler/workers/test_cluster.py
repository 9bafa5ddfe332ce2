"""Archives read by several processes, on this machine and on a Dask cluster, whatever happens to them."""

import logging
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import dask
import pytest
from click.testing import CliRunner
from distributed import LocalCluster
from scrapy.http import Request, Response
from upath import UPath

from crawler.archive.writer import Archive
from crawler.portals.portals import FURTHER_FILE, portal_of, portals
from crawler.reparse import reparse
from crawler.workers import cluster
from crawler.workers.cluster import ClusterReaders
from crawler.workers.readers import LocalReaders, Readers, Unreachable
from database.store import Store
from nianbao.cli import main
from nianbao.portal.articles import ArticlePortal
from nianbao.portal.server import SamplePortal
from tests.crawler.hostile_portal import attachment, report_page, truth_of
from tests.crawler.hostile_server import Server, page
from tools.chaos import command

# The cluster is started once.
pytestmark = pytest.mark.xdist_group("scale")

PORTAL = "http://127.0.0.1"
LUOYANG = """
luoyang:
  home: http://127.0.0.1:9
  report: "/article/{id}.shtml"
  parts: {id: "[0-9a-f]{8}"}
  key: "{id}"
  lists: [/list.html]
  start: [/list.html]
"""
AT = "2026-11-21T00:00:00Z"
ROOT = Path(__file__).parents[3]
# What it takes to read a document that holds such a word; run by every process of a worker as it starts.
DEADLY = """
import os, signal, time
from pathlib import Path
import parsers.read
honest = parsers.read.read
died = Path(__file__).with_name("died")

def read(page):
    data = page if isinstance(page, bytes) else page.body
    if "其一致命".encode() in data:
        os._exit(9)
    if "其二致命".encode() in data:
        os.kill(os.getppid(), signal.SIGKILL)
    if "其三致命".encode() in data and not died.exists():
        died.touch()
        os._exit(9)
    if "缓慢".encode() in data:
        time.sleep(0.3)
    return honest(page)

parsers.read.read = read
"""


def write_archive(folder: Path, pages: dict[int, bytes], files: dict[str, bytes] | None = None) -> Path:
    """An archive with so many answers of one run; returns its directory."""
    archive = Archive(folder / "archive")
    archive.begin("20261121T000000Z-0000", PORTAL)
    answers = {f"{PORTAL}/zw/public-report/view/{number}": body for number, body in pages.items()}
    answers |= {f"{PORTAL}{path}": body for path, body in (files or {}).items()}
    with Store(folder / "crawl.db") as store:
        for url, body in answers.items():
            response = Response(url, body=body, headers={"Content-Type": "text/html"})
            written = archive.write(Request(url), response, AT, store.db)
            fetch = {"url": url, "at": AT, "sha256": written.sha256, "warc": written.warc, "offset": written.offset}
            store.insert("fetches", [fetch])
    archive.close()
    return archive.directory


def mixed(folder: Path) -> Path:
    """Pages, pages with a file, the same page twice, a file that is lost, and something that is no report."""
    linked = "<html><head><title>{}</title></head><body><a href='/{}'>{}</a></body></html>"
    titles = {number: truth_of(number).title for number in (20630, 20631)}
    pages = {number: report_page(number) for number in range(20600, 20630)}
    pages |= {number: linked.format(title, f"{number}.docx", title).encode() for number, title in titles.items()}
    pages |= {20640: report_page(20600), 20641: "<html><body>通知公告</body></html>".encode()}
    return write_archive(folder, pages, {"/20630.docx": attachment(20630, "docx")})


def tables(db: Path) -> dict[str, list[tuple[Any, ...]]]:
    """All that a database says, table by table."""
    with closing(sqlite3.connect(db)) as connection:
        names = [
            name
            for (name,) in connection.execute(
                "select name from sqlite_master where type = 'table' and name not like '%_fts%'"
                " and name <> '_sqlite_migrations' order by name"
            )
        ]
        return {name: sorted(connection.execute(f"select * from [{name}]"), key=repr) for name in names}


def rebuilt(folder: Path, readers: Readers, *directories: Path) -> dict[str, list[tuple[Any, ...]]]:
    """What a database says that was made of archives."""
    db = folder / "test.db"
    db.unlink(missing_ok=True)
    with readers:
        reparse(db, directories, readers)
    return tables(db)


@pytest.fixture(scope="module")
def cluster_of_two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCluster]:
    """Two workers whose processes die of some documents; a worker's first death makes its tasks suspects."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "sitecustomize.py").write_text(DEADLY)
    (folder / "portals.yaml").write_text(LUOYANG)
    with pytest.MonkeyPatch.context() as patch, ExitStack() as stack:
        patch.setenv(FURTHER_FILE, str(folder / "portals.yaml"))
        for cached in (portals, portal_of):
            cached.cache_clear()
            stack.callback(cached.cache_clear)
        patch.setenv("PYTHONPATH", os.pathsep.join([str(folder), str(ROOT)]))
        stack.enter_context(dask.config.set({"distributed.scheduler.allowed-failures": 0}))
        yield stack.enter_context(
            LocalCluster(
                n_workers=2,
                threads_per_worker=1,
                dashboard_address="127.0.0.1:0",
                host="127.0.0.1",
                silence_logs=logging.CRITICAL,
            )
        )


def test_whoever_reads_the_database_is_the_same(tmp_path: Path, cluster_of_two: LocalCluster) -> None:
    directory = mixed(tmp_path)
    alone = rebuilt(tmp_path, LocalReaders(0), directory)
    assert [len(alone["reports"]), len(alone["failures"])] == [32, 1]
    memory = UPath("memory://archive")
    memory.mkdir(exist_ok=True)
    for file in directory.iterdir():
        (memory / file.name).write_bytes(file.read_bytes())
    assert rebuilt(tmp_path, LocalReaders(0), memory) == alone
    assert rebuilt(tmp_path, LocalReaders(2), directory) == alone
    readers = ClusterReaders(cluster_of_two.scheduler_address)
    assert rebuilt(tmp_path, readers, UPath(directory.as_uri())) == alone


def test_what_kills_its_reader_fails_and_nothing_else_does(tmp_path: Path, cluster_of_two: LocalCluster) -> None:
    pages = {number: report_page(number) for number in range(20600, 20640)}
    pages[20610] += "<!-- 其一致命 -->".encode()
    pages[20611] += "<!-- 其二致命 -->".encode()
    # A process may be killed for no fault of what it reads.
    pages[20612] += "<!-- 其三致命 -->".encode()
    found = rebuilt(tmp_path, ClusterReaders(cluster_of_two.scheduler_address), write_archive(tmp_path, pages))
    assert {key: reason for key, _, reason, *_ in found["failures"]} == {
        "henan-20610": "reading it ended the process that read it (exit code 9)",
        "henan-20611": "reading it ended the worker that read it, again and again",
    }
    assert {row[0] for row in found["reports"]} == {f"henan-{number}" for number in pages} - {
        "henan-20610", "henan-20611",
    }  # fmt: skip


def test_a_worker_that_is_killed_costs_no_report(tmp_path: Path, cluster_of_two: LocalCluster) -> None:
    slow = "<!-- 缓慢 -->".encode()
    pages = {number: report_page(number) + (slow if number % 4 == 0 else b"") for number in range(20600, 20640)}
    directory = write_archive(tmp_path, pages)
    killed: list[int] = []

    def kill() -> None:
        while not (busy := [state for state in cluster_of_two.scheduler.workers.values() if state.processing]):
            time.sleep(0.01)
        nanny = next(nanny for nanny in cluster_of_two.workers.values() if nanny.worker_address == busy[0].address)
        killed.append(nanny.pid)
        os.kill(nanny.pid, signal.SIGKILL)

    threading.Thread(target=kill, daemon=True).start()
    found = rebuilt(tmp_path, ClusterReaders(cluster_of_two.scheduler_address), directory)
    assert killed
    assert found["failures"] == []
    assert found == rebuilt(tmp_path, LocalReaders(0), directory)
    assert len(found["reports"]) == len(pages)


def test_readers_that_differ_or_have_no_way_to_the_archive_change_nothing(
    tmp_path: Path, cluster_of_two: LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = UPath("memory://archive")
    memory.mkdir(exist_ok=True)
    for file in write_archive(tmp_path, {20600: report_page(20600)}).iterdir():
        (memory / file.name).write_bytes(file.read_bytes())
    before = rebuilt(tmp_path, LocalReaders(0), memory)
    address = cluster_of_two.scheduler_address
    with ClusterReaders(address) as readers, pytest.raises(Unreachable, match="cannot be read by"):
        reparse(tmp_path / "test.db", [memory], readers)
    other = {**cluster.identity(), "lxml": "1.0"}
    monkeypatch.setattr(cluster, "identity", lambda: other)
    with ClusterReaders(address) as readers, pytest.raises(Unreachable, match=r"has another lxml \(.*, here 1.0\)$"):
        reparse(tmp_path / "test.db", [memory], readers)
    assert tables(tmp_path / "test.db") == before
    assert not list(tmp_path.glob("test.db.new*"))


def test_an_interrupted_run_leaves_everything_as_it_was(tmp_path: Path, cluster_of_two: LocalCluster) -> None:
    slow = "<!-- 缓慢 -->".encode()
    directory = write_archive(tmp_path, {number: report_page(number) + slow for number in range(20600, 20640)})
    db = tmp_path / "test.db"
    command = [sys.executable, "-m", "nianbao", "reparse", "--db", str(db), "--archive", directory.as_uri()]
    process = subprocess.Popen(
        [*command, "--scheduler", cluster_of_two.scheduler_address], stderr=subprocess.PIPE, text=True
    )
    while not any(state.processing for state in cluster_of_two.scheduler.workers.values()):
        time.sleep(0.05)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert (process.returncode, said.split()) == (1, ["Aborted!"])
    assert not list(tmp_path.glob("test.db*[!k]"))


def test_three_provinces_are_three_crawls_and_one_reparse_of_their_archives(
    tmp_path: Path, cluster_of_two: LocalCluster
) -> None:
    """Two of them write to one directory, and all begin at the same time."""
    articles = {f"/article/0000000{number}.shtml": page(report_page(20600 + number)) for number in (1, 2)}
    links = "".join(f"<li><a href='{path}'>年报</a></li>" for path in articles)
    listed = page(f"<html><body><ul>{links}</ul></body></html>".encode())
    shared, own = tmp_path / "shared", tmp_path / "own"
    with SamplePortal() as first, ArticlePortal() as second, Server({"/list.html": listed, **articles}) as third:
        crawls = [
            (first.url, shared, "--first", "20658", "--last", "20660"),
            (f"sample2={second.url}", own),
            (f"luoyang={third.url}", shared),
        ]
        folders = [tmp_path / str(number) for number in range(len(crawls))]
        processes = []
        for folder, (portal, archive, *bounds) in zip(folders, crawls, strict=True):
            folder.mkdir()
            arguments = command(portal, folder, *bounds, "--archive", str(archive))
            processes.append(subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True))
        said = [process.communicate()[1] for process in processes]
    assert [process.returncode for process in processes] == [0, 1, 0], said
    assert [len(list(folder.glob("*.warc.gz"))) for folder in (shared, own)] == [2, 1]
    archives = [part for folder in (shared, own) for part in ("--archive", folder.as_uri())]
    scheduler = ("--scheduler", cluster_of_two.scheduler_address)
    result = CliRunner().invoke(main, ["reparse", "--db", str(tmp_path / "all.db"), *archives, *scheduler])
    assert result.exit_code == 0, result.output
    together = tables(tmp_path / "all.db")
    alone = [tables(folder / "test.db") for folder in folders]
    for name in ("disclosure", "applications", "disputes", "sections"):
        assert together[name] == sorted((row for database in alone for row in database[name]), key=repr)
    assert sorted(Counter(row[0].partition("-")[0] for row in together["reports"]).items()) == [
        ("henan", 2), ("luoyang", 2), ("sample2", 6),
    ]  # fmt: skip
    assert together == rebuilt(tmp_path, LocalReaders(0), own, shared)


def test_what_is_missing_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    directory = write_archive(tmp_path, {20600: report_page(20600)})
    monkeypatch.setattr(cluster, "_SECONDS", 1.0)

    def said(archive: object, *arguments: str) -> tuple[int, str]:
        result = CliRunner().invoke(
            main, ["reparse", "--db", str(tmp_path / "test.db"), "--archive", str(archive), *arguments]
        )
        return result.exit_code, result.output.removeprefix("Error: ").strip()

    nobody = "tcp://127.0.0.1:1"
    assert said(directory, "--scheduler", nobody) == (1, f"no Dask scheduler answers at {nobody}")
    assert said(directory, "--scheduler", "here://") == (1, "no Dask scheduler answers at here://")
    assert said("memory://nowhere") == (1, "memory://nowhere: no such directory")
    assert said("nowhere://x") == (1, "nowhere://x: Unsupported filesystem: 'nowhere'")
    assert said(directory, "--scheduler", nobody, "--jobs", "2")[0] == 2
    monkeypatch.delitem(sys.modules, "crawler.workers.cluster")
    monkeypatch.setitem(sys.modules, "distributed", None)
    needs = "this needs an extra that is not installed: pip install 'nianbao[dask]'"
    assert said(directory, "--scheduler", nobody) == (1, needs)
    assert not (tmp_path / "test.db").exists()
