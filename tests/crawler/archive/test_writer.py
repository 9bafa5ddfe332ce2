import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from scrapy.http import Headers, Request, Response
from warcio.archiveiterator import ArchiveIterator

from crawler.archive.exchange import Exchange
from crawler.archive.writer import Archive, Written, mend
from database.store import Store

URL = "http://127.0.0.1:8000/zw/public-report/view/"
CRAWL = "20260101T000000Z-0abc"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "test.db") as opened:
        yield opened


def _archive(tmp_path: Path, most: int = 1 << 30) -> Archive:
    archive = Archive(tmp_path / "archive", most)
    archive.begin(CRAWL, "http://127.0.0.1:8000")
    return archive


def _write(archive: Archive, store: Store, number: int, body: bytes, status: int = 200, *flags: str) -> Written:
    headers = Headers({"Content-Type": "text/html; charset=utf-8", "ETag": f'"{number}"'})
    response = Response(f"{URL}{number}", status=status, body=body, headers=headers, flags=list(flags))
    return archive.write(Request(response.url), response, f"2026-01-01T00:00:{number:02d}Z", store.db)


def _exchanges(archive: Archive, store: Store) -> list[Exchange]:
    return [exchange for path in archive.files() for exchange in archive.exchanges([path], store.db)]


def test_what_goes_in_comes_out(tmp_path: Path, store: Store) -> None:
    archive = _archive(tmp_path)
    written = [
        _write(archive, store, 1, "年报".encode()), _write(archive, store, 2, b"", 304),
        _write(archive, store, 3, b"half", 200, "dataloss"),
    ]  # fmt: skip
    archive.close()
    first, second, third = _exchanges(archive, store)
    assert (first.url, first.status, first.body, first.at) == (f"{URL}1", 200, "年报".encode(), "2026-01-01T00:00:01Z")
    assert (first.crawl, first.portal, first.media_type, first.etag) == (
        CRAWL,
        "http://127.0.0.1:8000",
        "text/html",
        '"1"',
    )
    assert (second.status, second.body) == (304, b"")
    assert [exchange.complete for exchange in (first, second, third)] == [True, True, False]
    places = [(exchange.warc, exchange.offset, exchange.wire_sha256) for exchange in (first, second, third)]
    assert places == [(one.warc, one.offset, one.sha256) for one in written]


def test_a_payload_is_stored_once_and_the_usual_tool_finds_nothing_amiss(tmp_path: Path, store: Store) -> None:
    archive = _archive(tmp_path)
    body = b"the same page" * 1000
    for number in (1, 2, 3):
        _write(archive, store, number, body)
    _write(archive, store, 4, b"", 304)
    archive.close()
    (path,) = archive.files()
    with path.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "response", "request", *["revisit", "request"] * 3]
    assert [exchange.body for exchange in _exchanges(archive, store)] == [body, body, body, b""]
    checked = subprocess.run(
        [sys.executable, "-m", "warcio.cli", "check", "-v", str(path)], capture_output=True, text=True, check=True
    )
    assert "digest pass" in checked.stdout
    assert "fail" not in checked.stdout


def test_a_file_that_is_large_enough_is_followed_by_the_next(tmp_path: Path, store: Store) -> None:
    archive = _archive(tmp_path, most=2000)
    for number in range(1, 9):
        _write(archive, store, number, str(number).encode() * 5000)
    archive.close()
    assert len(archive.files()) > 2
    assert [exchange.body[:1] for exchange in _exchanges(archive, store)] == [str(n).encode() for n in range(1, 9)]


def test_a_file_that_is_being_written_is_not_mended(tmp_path: Path, store: Store) -> None:
    archive = _archive(tmp_path)
    _write(archive, store, 1, b"page")
    (path,) = archive.files()
    whole = path.stat().st_size
    with path.open("ab") as file:
        file.write(b"\0" * 100)
    assert mend(path) == 0
    archive.close()
    assert (mend(path), path.stat().st_size) == (100, whole)


def test_a_record_that_was_cut_off_anywhere_costs_nothing_but_itself(tmp_path: Path, store: Store) -> None:
    archive = _archive(tmp_path)
    offsets = [_write(archive, store, number, f"page {number}".encode() * 50).offset for number in (1, 2, 3)]
    archive.close()
    (path,) = archive.files()
    whole = path.read_bytes()
    for cut in range(1, len(whole) - 1, 7):
        path.write_bytes(whole[:cut])
        assert mend(path) == cut - path.stat().st_size
        kept = sum(offset < path.stat().st_size for offset in offsets)
        assert len(_exchanges(archive, store)) == kept
        assert kept >= sum(following <= cut for following in offsets[1:])
    path.write_bytes(whole + b"\x00" * 512)
    assert mend(path) == 512
    assert path.read_bytes() == whole


def test_a_page_that_a_browser_showed_is_kept_beside_what_the_server_sent(tmp_path: Path, store: Store) -> None:
    archive = _archive(tmp_path)
    shell, shown = b'<div id="app"></div>', "<p>年报</p>".encode()
    written = []
    for number in (1, 2):
        url = f"{URL}{number}"
        response = Response(url, body=shown, headers=Headers({"Content-Type": "text/html"}), flags=["playwright"])
        request = Request(url, cb_kwargs={"address": f"/#/report/{number}"})
        written.append(archive.write(request, response, f"2026-01-01T00:00:0{number}Z", store.db, shell))
    archive.close()
    found = _exchanges(archive, store)
    assert [(one.warc, one.offset, one.wire_sha256) for one in found] == [
        (one.warc, one.offset, one.sha256) for one in written
    ]
    assert [(one.status, one.body, one.media_type, one.asked) for one in found] == [
        (200, shown, "text/html", f"/#/report/{number}") for number in (1, 2)
    ]
    (path,) = archive.files()
    with path.open("rb") as file:
        kinds = [record.rec_type for record in ArchiveIterator(file)]
    assert kinds == ["warcinfo", "response", "request", "conversion", "revisit", "request", "conversion"]
