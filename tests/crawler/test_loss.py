"""Databases and archives that were lost or damaged, as their operator sees it."""

import subprocess
import sys
from pathlib import Path

import pytest

from crawler.reparse import reparse
from crawler.workers.readers import LocalReaders
from tests.crawler.hostile_portal import HostilePortal
from tools.chaos import claims_are_kept, differences, rows, run, state_of

BOUNDS = ("--first", "20600", "--last", "20603")
KINDS = {20600: "etag", 20601: "modified", 20602: "plain", 20603: "docx"}


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "0")


def _nianbao(folder: Path, command: str) -> subprocess.CompletedProcess[str]:
    paths = ["--db", str(folder / "test.db"), "--archive", str(folder / "archive")]
    arguments = [sys.executable, "-m", "nianbao", *command.split(), *paths]
    return subprocess.run(arguments, capture_output=True, text=True, check=False)


def _lose(path: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)


def test_an_archive_whose_database_was_lost_is_taken_in_and_not_asked_for_again(tmp_path: Path) -> None:
    with HostilePortal(KINDS, gaps=("404",)) as portal:
        run(portal.url, tmp_path, *BOUNDS)
        before, asked = state_of(tmp_path, portal.url), len(portal.requests)
        _lose(tmp_path / "test.db")
        again = run(portal.url, tmp_path, *BOUNDS)
        assert len(portal.requests) == asked
        assert differences(before, state_of(tmp_path, portal.url)) == []
    assert (again.returncode, "nothing was due" in again.stdout) == (0, True)
    said = f"{tmp_path}/archive has 1 files of runs that {tmp_path}/test.db does not know: reading them first"
    assert again.stderr.splitlines() == [said]


def test_a_rebuild_works_where_the_database_knows_the_last_of_several_runs_only(tmp_path: Path) -> None:
    with HostilePortal(KINDS, gaps=("404",)) as portal:
        run(portal.url, tmp_path, *BOUNDS)
        _lose(tmp_path / "test.db")
        (tmp_path / "archive").rename(tmp_path / "aside")
        run(portal.url, tmp_path, *BOUNDS)
        for path in (tmp_path / "aside").iterdir():
            path.rename(tmp_path / "archive" / path.name)
        expected = len(portal.requests)
    rebuilt = reparse(tmp_path / "test.db", [tmp_path / "archive"], LocalReaders(0))
    assert (rebuilt.answers, rebuilt.reports) == (expected, 4)
    assert rows(tmp_path, "select count(*), count(distinct id) from fetches") == [(expected, expected)]


def test_an_archive_that_is_lost_is_said_at_once_and_full_makes_the_originals_good(tmp_path: Path) -> None:
    with HostilePortal(KINDS, gaps=("404",)) as portal:
        run(portal.url, tmp_path, *BOUNDS)
        (file,) = (tmp_path / "archive").iterdir()
        file.unlink()
        checked = _nianbao(tmp_path, "status --check")
        noticed = run(portal.url, tmp_path, *BOUNDS)
        full = run(portal.url, tmp_path, *BOUNDS, "--full")
    lost = f"{tmp_path}/archive has lost 1 of its files, which held 5 originals ({file.name} and so on)"
    assert checked.returncode == noticed.returncode == 1
    assert f"{lost}; nianbao crawl --full fetches them again" in checked.stderr.splitlines()
    assert f"{lost}; nianbao crawl --full fetches them again" in noticed.stderr.splitlines()
    assert full.returncode == 0, full.stderr
    assert rows(tmp_path, "select count(*), count(warc) from documents") == [(5, 5)]
    assert rows(tmp_path, "select count(*) from revisions") == [(0,)]
    assert _nianbao(tmp_path, "status --check").returncode == 0


def test_a_database_whose_pages_are_damaged_is_noticed_before_anything_is_asked(tmp_path: Path) -> None:
    db = tmp_path / "test.db"
    with HostilePortal(KINDS, gaps=("404",)) as portal:
        run(portal.url, tmp_path, *BOUNDS)
        asked = len(portal.requests)
        data = bytearray(db.read_bytes())
        # Every page but the first eight, so that the file still opens.
        for page in range(8 * 4096, len(data), 4096):
            data[page : page + 64] = b"\xff" * 64
        db.write_bytes(data)
        results = [
            run(portal.url, tmp_path, *BOUNDS),
            _nianbao(tmp_path, "reparse"),
            _nianbao(tmp_path, "status --check"),
        ]
        assert len(portal.requests) == asked
    for result in results:
        (line,) = result.stderr.splitlines()
        assert line.removeprefix("Error: ").startswith(f"{db}: database disk image is malformed")
        assert line.endswith("move it away, and nianbao reparse makes it anew from the archive")
        assert result.returncode == 1
    db.unlink()
    assert _nianbao(tmp_path, "reparse").returncode == 0
    assert rows(tmp_path, "select count(*) from reports") == [(4,)]
    assert claims_are_kept(tmp_path) > 4
