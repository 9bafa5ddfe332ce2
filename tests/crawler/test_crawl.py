import gzip
import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator

from crawler.reparse import reparse
from crawler.workers.readers import LocalReaders
from nianbao.portal.pages import report_page
from nianbao.portal.reports import sample_reports
from nianbao.portal.server import SamplePortal
from tests.crawler.hostile_server import Server, cut_short, page
from tests.crawler.run.test_ingest import DRESSED
from tools.chaos import rows, run

ROOT = Path(__file__).parents[2]
REPORT = report_page(sample_reports()[20662]).encode()
FIGURES = "select report, value, state from cells where cell = 'disclosure/licensing/decisions' order by report"


def _view(number: int) -> str:
    return f"/zw/public-report/view/{number}"


def test_the_walk_finds_reports_by_number_and_by_link_and_asks_for_nothing_twice(tmp_path: Path) -> None:
    with SamplePortal() as portal:
        first = run(portal.url, tmp_path, "--first", "20658", "--last", "20660")
        asked = list(portal.requests)
        second = run(portal.url, tmp_path, "--first", "20658", "--last", "20660")
        assert portal.requests == asked
        full = run(portal.url, tmp_path, "--first", "20659", "--last", "20659", "--full")
        assert portal.requests.count(_view(20659)) == 2
    assert (first.returncode, second.returncode, full.returncode) == (0, 0, 0)
    assert asked == ["/robots.txt", *(_view(number) for number in (20658, 20659, 20660, 33923))]
    assert rows(tmp_path, "select id, year, revision from reports order by id") == [
        ("henan-20659", 2021, 1),
        ("henan-33923", 2022, 1),
    ]
    assert rows(tmp_path, "select count(*) from revisions") == [(0,)]


def test_every_bad_page_is_a_failure_with_its_reason_and_the_rest_is_read(tmp_path: Path) -> None:
    answers = {
        _view(1): page(REPORT),
        _view(2): page("<html><body>请开启JavaScript并刷新该页</body></html>".encode()),
        _view(3): page(b"", status=412),
        _view(4): page(b"PK\x03\x04\x00\x00\x00", media_type="application/zip"),
        _view(5): page(b""),
        _view(6): page(b"oops", status=500),
        _view(7): cut_short(REPORT),
    }
    with Server(answers) as server:
        result = run(server.url, tmp_path, "--first", "1", "--last", "8")
    assert result.returncode == 1
    failures = {
        key: (stage, reason) for key, stage, reason in rows(tmp_path, "select key, stage, reason from failures")
    }
    assert failures == {
        "henan-2": ("fetch", "a bot wall: 请开启JavaScript并刷新该页"),
        "henan-3": ("fetch", "the server answered 412"),
        "henan-4": ("read", "a damaged ZIP archive: File is not a zip file"),
        "henan-5": ("fetch", "the answer is empty"),
        "henan-6": ("fetch", "the server answered 500"),
        "henan-7": ("fetch", "the connection closed before the page was complete"),
    }
    assert rows(tmp_path, "select id, status from reports") == [("henan-1", "verified")]
    for number in range(2, 8):
        assert sum(line.startswith(f"henan-{number}: ") for line in result.stderr.splitlines()) == 1
    assert "Traceback" not in result.stderr
    # Number 8, and the one that the report's page links to.
    assert "missing: 2" in result.stdout


def test_a_page_that_was_bad_is_read_once_it_is_good(tmp_path: Path) -> None:
    for answer, failures in ((page(b"", status=502), 1), (page(REPORT), 0)):
        with Server({_view(1): answer}) as server:
            run(server.url, tmp_path, "--first", "1", "--last", "1")
        assert rows(tmp_path, "select count(*) from failures") == [(failures,)]
    assert rows(tmp_path, "select id from reports") == [("henan-1",)]


def test_the_archive_holds_every_answer_as_it_was_on_the_wire(tmp_path: Path) -> None:
    squeezed = gzip.compress(REPORT)
    with Server({_view(1): page(squeezed, Content_Encoding="gzip"), _view(2): page(b"", status=500)}) as server:
        run(server.url, tmp_path, "--first", "1", "--last", "3")
        asked = server.requests
    (archive,) = (tmp_path / "archive").iterdir()
    with archive.open("rb") as file:
        records = [
            (record.rec_type, record.rec_headers.get_header("WARC-Target-URI"), record.raw_stream.read())
            for record in ArchiveIterator(file)
        ]
    answers = [url for kind, url, _ in records if kind in ("response", "revisit")]
    assert answers == [server.url + path for path in asked]
    assert [url for kind, url, _ in records if kind == "request"] == [server.url + path for path in asked]
    assert squeezed in [payload for _, _, payload in records]
    (document,) = rows(tmp_path, "select sha256, warc, offset from documents")
    assert document[:2] == (hashlib.sha256(REPORT).hexdigest(), archive.name)
    with archive.open("rb") as file:
        file.seek(document[2])
        record = next(iter(ArchiveIterator(file)))
        assert record.content_stream().read() == REPORT


def test_robots_txt_is_obeyed_and_the_agent_is_honest(tmp_path: Path) -> None:
    with Server({"/robots.txt": page(b"User-agent: *\nDisallow: /zw/", media_type="text/plain")}) as server:
        run(server.url, tmp_path, "--first", "1", "--last", "2")
    assert server.requests == ["/robots.txt"]
    assert server.headers[0]["User-Agent"].startswith("nianbao/")
    assert rows(tmp_path, "select count(*) from failures where reason like '%robots.txt%'") == [(2,)]


def test_a_portal_that_is_not_there_is_a_failure(tmp_path: Path) -> None:
    with Server({}) as server:
        pass
    result = run(server.url, tmp_path, "--first", "1", "--last", "1")
    assert result.returncode == 1
    reason = "robots.txt cannot be had, which forbids all (RFC 9309): connection refused"
    assert f"henan-1: {reason}" in result.stderr.splitlines()
    assert "Traceback" not in result.stderr
    assert rows(tmp_path, "select stage from failures") == [("fetch",)]


def test_links_to_other_hosts_are_not_followed(tmp_path: Path) -> None:
    with Server({_view(9): page(REPORT)}) as other:
        link = f'<a href="{other.url}{_view(9)}">x</a>'.encode()
        with Server({_view(1): page(REPORT + link)}) as server:
            run(server.url, tmp_path, "--first", "1", "--last", "1")
    assert other.requests == []


def test_scrapys_own_command_knows_the_spider() -> None:
    result = subprocess.run(
        [sys.executable, "-m", "scrapy", "list"], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True
    )
    assert result.stdout == "public_report\n"


def scrapy_crawl(folder: Path, portal: str, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    options = {"PORTAL": portal, "DB": folder / "test.db", "ARCHIVE": folder / "archive"}
    settings = [part for name, value in options.items() for part in ("-s", f"NIANBAO_{name}={value}")]
    command = [sys.executable, "-m", "scrapy", "crawl", "public_report", *settings, "-s", "DOWNLOAD_DELAY=0"]
    return subprocess.run(
        [*command, "-s", "AUTOTHROTTLE_ENABLED=0", "-s", "LOG_LEVEL=WARNING", *arguments], cwd=ROOT,
        capture_output=True, text=True, timeout=60, check=False, env={**os.environ, **environment},
    )  # fmt: skip


def test_scrapys_own_command_refuses_in_one_line(tmp_path: Path) -> None:
    refused = scrapy_crawl(tmp_path, "henan", NIANBAO_CONTACT="")
    assert refused.stderr == "set NIANBAO_CONTACT to an address at which the portal's operator can reach you\n"
    bounded = scrapy_crawl(tmp_path, "sample2", "-a", "first=1")
    assert bounded.stderr == "sample2 is walked by its lists, so that first, last and sweep mean nothing there\n"
    unknown = scrapy_crawl(tmp_path, "nowhere")
    assert unknown.stderr.startswith("nowhere: no portal of that name is declared")
    assert [result.returncode for result in (refused, bounded, unknown)] == [2, 2, 2]
    assert unknown.stderr.count("\n") == 1
    assert list(tmp_path.iterdir()) == []


def test_scrapys_own_command_exits_with_1_when_monitors_fail(tmp_path: Path) -> None:
    with Server(lambda path: page(b"", status=412) if path.startswith(_view(1)) else page(b"", status=404)) as server:
        walled = scrapy_crawl(tmp_path, server.url, "-a", "first=1", "-a", "last=2")
    assert walled.returncode == 1
    assert walled.stderr.splitlines()[-2:] == ["henan-1: the server answered 412", "1 addresses met a bot wall"]
    assert "Traceback" not in walled.stderr


def test_scrapys_own_command_crawls(tmp_path: Path) -> None:
    with SamplePortal() as portal:
        result = scrapy_crawl(tmp_path, portal.url, "-a", "first=20659", "-a", "last=20659")
    assert result.returncode == 0, result.stderr
    assert len(rows(tmp_path, "select id from reports")) == 2


def test_style_sheets_are_asked_for_once_and_read_with_the_pages_also_from_the_archive(tmp_path: Path) -> None:
    links = b'<link rel=stylesheet href="../../../css/a.css"><link rel=stylesheet media=print href=/css/print.css>'
    links += b'<link rel=stylesheet href="http://css.example/b.css"></head>'
    answers = {_view(number): page(re.sub(b"<link[^>]*></head>", links, DRESSED)) for number in (1, 2)}
    answers["/css/a.css"] = page(b"td i { display: none }", media_type="text/css")
    with Server(answers) as server:
        result = run(server.url, tmp_path, "--first", "1", "--last", "2")
        again = run(server.url, tmp_path, "--first", "1", "--last", "2", "--full")
    assert (result.returncode, again.returncode) == (0, 0)
    asked = [path for path in server.requests if "css" in path]
    assert asked == ["/css/a.css"]
    crawled = rows(tmp_path, FIGURES)
    assert [value for _, value, _ in crawled] == [13, 13]
    reparse(tmp_path / "test.db", [tmp_path / "archive"], LocalReaders(0))
    assert rows(tmp_path, FIGURES) == crawled
    (tmp_path / "test.db").unlink()
    reparse(tmp_path / "test.db", [tmp_path / "archive"], LocalReaders(0))
    assert rows(tmp_path, FIGURES) == crawled
