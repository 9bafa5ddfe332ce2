"""Settings in one file, the check of all that a crawl needs, and copies of the folder."""

import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest
from click.testing import CliRunner, Result

from crawler.portals.portals import portal_of
from database.store import Store
from nianbao.cli import main
from nianbao.operate import configuration
from nianbao.operate.doctor import Finding, examine
from tests.factory.rows import add_agency, add_report


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in configuration.KEYS.values():
        monkeypatch.setenv(name, "")
        monkeypatch.delenv(name)
    monkeypatch.setenv("NIANBAO_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def fill(home: Path, reports: int = 1) -> Path:
    db = home / "nianbao.db"
    with Store(db) as store:
        add_agency(store, "a")
        for number in range(reports):
            add_report(store, f"henan-{number}", "a", 2021 + number)
    (home / "archive").mkdir()
    (home / "archive" / "one.warc.gz").write_bytes(b"first")
    (home / "decisions.csv").write_text("report\n")
    return db


def test_the_settings_that_init_writes_are_read_and_change_nothing(home: Path) -> None:
    assert run("init").exit_code == 0
    assert (home / "nianbao.toml").read_text() == configuration.template()
    assert configuration.read(main.commands) == configuration.Configuration(
        {}, {"crawl": {}, "serve": {}, "coverage": {}, "publish": {}}
    )
    again = run("init")
    assert (again.exit_code, again.stderr) == (1, f"Error: {home}/nianbao.toml: is there already\n")


def test_every_setting_that_init_offers_is_one(home: Path) -> None:
    home.mkdir()
    lines = configuration.template().splitlines()
    offered = [line.removeprefix("# ") if line.startswith("# ") and " = " in line else line for line in lines]
    (home / "nianbao.toml").write_text("\n".join(offered))
    assert set(configuration.read(main.commands).environment) == set(configuration.KEYS.values())


def test_an_option_on_the_command_line_counts_more_than_the_file(home: Path) -> None:
    fill(home)
    (home / "nianbao.toml").write_text("[coverage]\nassertions = 'none'\n")
    assert run("coverage").exit_code == 0
    (home / "own.yaml").write_text("- {region: '990100', year: 2021, figure: found, least: 9, most: 9}\n")
    assert run("coverage", "--assertions", home / "own.yaml").exit_code == 1


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("contact = 3", "contact: 3 is not text"),
        ("kontakt = 'x'", "kontakt: neither a setting nor a command"),
        ("[crawl]\nwindows = 'x'", "crawl.windows: nianbao crawl has no such option"),
        ("contact = ", "Invalid value (at end of document)"),
    ],
)
def test_a_mistake_in_the_settings_is_one_line_that_names_the_file(home: Path, text: str, reason: str) -> None:
    home.mkdir()
    (home / "nianbao.toml").write_text(text)
    result = run("status")
    assert (result.exit_code, result.stderr) == (1, f"Error: {home}/nianbao.toml: {reason}\n")


def test_an_empty_folder_lacks_nothing_but_a_contact(home: Path) -> None:
    result = run("doctor", "--offline")
    assert result.exit_code == 1
    assert result.stderr == "! contact    none; write one into nianbao.toml, or set NIANBAO_CONTACT\n"


def findings(notify: str = "", contact: str = "mailto:nb@nianbao.org") -> dict[str, Finding]:
    found = examine(portal_of("henan"), contact, notify, online=False)
    return {finding.what: finding for finding in found}


def test_what_is_wrong_is_said_with_what_to_do(home: Path) -> None:
    db = fill(home)
    assert all(finding.well for finding in findings().values())
    assert findings()["database"].says == f"{db}: 1 reports"
    assert findings(notify="no-such-program -s x")["notify"].says.startswith("no-such-program: no such program")
    assert not findings(contact="mailto:you@example.org")["contact"].well
    (home / "archive" / "one.warc.gz").unlink()
    (home / "archive").rmdir()
    assert "restore it" in findings()["archive"].says
    data = bytearray(db.read_bytes())
    data[4096 * 2 : 4096 * 6] = b"\xff" * (4096 * 4)
    db.write_bytes(data)
    assert not findings()["database"].well


class _Late(BaseHTTPRequestHandler):
    """A portal whose clock is an hour behind, and which lets nobody in."""

    def do_GET(self) -> None:
        self.send_response_only(200)
        self.send_header("Date", format_datetime(datetime.now(UTC) - timedelta(hours=1), usegmt=True))
        self.end_headers()
        self.wfile.write(b"User-agent: *\nDisallow: /\n")

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture
def late() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), _Late) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_a_portal_that_forbids_and_a_clock_that_is_wrong_are_found(home: Path, late: str) -> None:
    lines = run("doctor", "--portal", f"henan={late}").stderr.splitlines()
    assert f"! portal     {portal_of(f'henan={late}').home}: robots.txt forbids it" in lines
    assert "! clock      60 minutes from the portal's; set it: timedatectl set-ntp true" in lines


def test_a_copy_that_is_made_again_copies_what_changed(home: Path, tmp_path: Path) -> None:
    fill(home)
    assert run("backup", tmp_path / "copy").stdout == f"{tmp_path}/copy: copied 3, as before 0\n"
    (home / "archive" / "one.warc.gz").write_bytes(b"first, and more")
    assert run("backup", tmp_path / "copy").stdout == f"{tmp_path}/copy: copied 2, as before 1\n"
    assert (tmp_path / "copy" / "archive" / "one.warc.gz").read_bytes() == b"first, and more"


def dump(db: Path) -> list[str]:
    with closing(sqlite3.connect(db)) as opened:
        return list(opened.iterdump())


def test_a_backup_killed_at_any_moment_leaves_a_copy_that_restores(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = dump(fill(home, reports=3))
    copy = tmp_path / "copy"
    assert run("backup", copy).exit_code == 0
    (home / "archive" / "two.warc.gz").write_bytes(b"second" * 1_000_000)
    for pause in (0.3, 0.5, 0.7):
        process = subprocess.Popen([sys.executable, "-m", "nianbao", "backup", str(copy)])
        time.sleep(pause)
        process.kill()
        process.wait()
    monkeypatch.setenv("NIANBAO_HOME", str(tmp_path / "restored"))
    assert run("restore", copy).exit_code == 0
    assert dump(tmp_path / "restored" / "nianbao.db") == before
    assert (tmp_path / "restored" / "archive" / "one.warc.gz").read_bytes() == b"first"
    assert (tmp_path / "restored" / "decisions.csv").read_text() == "report\n"


def test_nothing_is_restored_over_a_database_or_from_what_is_no_copy(home: Path, tmp_path: Path) -> None:
    fill(home)
    run("backup", tmp_path / "copy")
    again = run("restore", tmp_path / "copy")
    assert (again.exit_code, again.stderr) == (1, f"Error: {home}/nianbao.db: is there; move it away first\n")
    other = run("restore", tmp_path)
    assert (other.exit_code, other.stderr) == (1, f"Error: {tmp_path}: has no nianbao.db; it is no backup\n")
