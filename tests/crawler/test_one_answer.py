"""One answer cannot stop a crawl, and a slow or shared file is read all the same."""

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest

from crawler.answers.classify import Kind, by_answer
from crawler.archive.exchange import Exchange
from crawler.archive.writer import Archive
from crawler.frontier.outcomes import Outcome
from crawler.portals.portals import portal_of
from crawler.run.ingest import Ingest
from crawler.workers import readers
from crawler.workers.pool import ReaderPool
from database.store import Store
from tests.crawler.hostile_portal import VIEW, attachment, report_page, truth_of
from tests.crawler.hostile_server import Respond, Server, page
from tests.crawler.test_crawl import scrapy_crawl
from tools.chaos import rows, run

PORTAL = "http://127.0.0.1:8000"
BOMB = b"<html><body><p " + b" ".join(b"a%d" % number for number in range(60_000)) + b">x</p></body></html>"


@pytest.fixture
def ingest(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Ingest]:
    """With a process that reads, which may take a second."""
    monkeypatch.setattr(readers, "ReaderPool", partial(ReaderPool, seconds=1.0))
    with Store(tmp_path / "test.db") as store, readers.LocalReaders(1) as pool:
        store.db.table("crawls").insert({"id": "c", "started": "2026-01-01T00:00:00Z", "portal": PORTAL})
        made = Ingest(store, Archive(tmp_path / "archive"), pool, portal_of(PORTAL))
        made.frontier.plan_numbers([1])
        yield made


def test_an_error_with_60000_attributes_is_looked_into_by_another_process_within_limits(ingest: Ingest) -> None:
    answer = Exchange("c", PORTAL, f"{PORTAL}{VIEW}1", "2026-01-01T00:00:00Z", 500, BOMB, "", "w", 0)
    assert by_answer(answer).kind is Kind.ERROR
    ingested = asyncio.run(ingest.ingest(answer))
    assert ingested
    assert (ingested.outcome, ingested.reason) == (Outcome.NOT_FETCHED, "the server answered 500")


def _dripping(body: bytes, pieces: int) -> Respond:
    """A body that takes longer than any single silence may last."""

    def respond(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        size = len(body) // pieces + 1
        for start in range(0, len(body), size):
            handler.wfile.write(body[start : start + size])
            time.sleep(0.5)

    return respond


def test_a_file_that_comes_slowly_arrives_since_silence_is_what_times_out(tmp_path: Path) -> None:
    answers = {f"{VIEW}20600": _dripping(report_page(20600), 10)}
    with Server(answers) as server:
        scrapy_crawl(tmp_path, server.url, "-a", "first=20600", "-a", "last=20600", "-s", "DOWNLOAD_TIMEOUT=3")
    assert rows(tmp_path, "select id, status from reports") == [("henan-20600", "verified")]
    assert rows(tmp_path, "select count(*) from fetches where error is not null") == [(0,)]


def test_one_file_that_two_reports_link_to_is_read_for_both(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "0")
    title = truth_of(20600).title
    body = f"<html><head><title>{title}</title></head><body><a href='/a.docx'>{title}</a></body></html>".encode()
    answers = {f"{VIEW}{number}": page(body + b" " * number) for number in (1, 2)}
    answers["/a.docx"] = page(attachment(20600, "docx"), media_type="application/msword")
    with Server(answers) as server:
        result = run(server.url, tmp_path, "--first", "1", "--last", "2")
    assert (result.returncode, result.stderr) == (0, "")
    assert rows(tmp_path, "select id, status from reports order by id") == [
        ("henan-1", "verified"),
        ("henan-2", "verified"),
    ]
