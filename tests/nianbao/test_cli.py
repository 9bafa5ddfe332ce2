import json
import socket
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from database.store import is_current
from nianbao.cli import main
from parsers.convert import MAX_BYTES
from parsers.form.model import form_of
from parsers.formats.paged.scans.scan import is_installed
from tests.sample_text import TITLE, report_lines, report_text


def _run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.txt"
    path.write_bytes(report_text())
    return path


def test_a_batch_names_every_bad_input_in_one_line_and_reads_the_rest(tmp_path: Path, good: Path) -> None:
    bad = {
        "empty.txt": (b"", "the file is empty"),
        "picture.png": (b"\x89PNG\r\n\x1a\n\x00\x00", "damaged picture" if is_installed() else "needs the extra ocr"),
        "report.pdf": (b"%PDF-1.7\n", "damaged PDF: "),
        "huge.txt": (b"0 0 0 0\n" * (MAX_BYTES // 8 + 1), "too large"),
        "long.txt": ("行政许可 0\n".encode() * 30_000, "too long"),
        "noise.bin": (b"\x01\x00\x02", "a binary file of unknown kind"),
        "other.txt": ("今天天气很好。\n".encode(), "no annual report"),
        "half.txt": ("\n".join(report_lines()[:20]).encode(), "incomplete: table of section 4 (disputes) is missing"),
    }
    for name, (data, _) in bad.items():
        (tmp_path / name).write_bytes(data)
    inputs = [*(tmp_path / name for name in bad), tmp_path, tmp_path / "missing.txt", good]
    result = _run("parse", *inputs)
    lines = result.stderr.splitlines()
    assert result.exit_code == 1
    assert len(lines) == len(inputs) - 1
    for line, path in zip(lines, inputs, strict=False):
        assert line.startswith(f"{path}: ")
    for line, (_, reason) in zip(lines, bad.values(), strict=False):
        assert reason in line
    assert f"{good}: verified: 示例市信访局, 2021" in result.stdout
    assert "Traceback" not in result.output


def test_json_has_one_object_for_every_input_in_order(tmp_path: Path, good: Path) -> None:
    result = _run("parse", "--json", tmp_path / "missing.txt", good)
    failed, read = (json.loads(line) for line in result.stdout.splitlines())
    assert (failed["source"], failed["status"], failed["failure"]) == (
        str(tmp_path / "missing.txt"),
        "failed",
        "no such file or directory",
    )
    assert failed.keys() == read.keys()
    assert list(read["cells"]) == list(form_of(2021).cells)
    assert read["cells"]["applications/received/total"] == {"value": 15, "proof": "sum"}
    assert (read["title"], read["year"], read["edition"], read["status"]) == (TITLE, 2021, 2021, "verified")
    assert sorted(read["sections"]) == list("123456")
    assert {"identity": "balance", "scope": "company", "left": 2, "right": 2, "holds": True} in read["checks"]
    assert len(read["checks"]) == 42
    assert read["failure"] is None


def test_json_has_what_the_prose_states(tmp_path: Path) -> None:
    path = tmp_path / "stated.txt"
    path.write_bytes(report_text(("本报告为示例，数字系虚构。", "收到政府信息公开申请16件。")))
    assert json.loads(_run("parse", "--json", path).stdout)["statements"] == [
        {
            "chapter": 1,
            "sentence": "收到政府信息公开申请16件。",
            "quantity": "applications/received/total",
            "value": 16,
            "table": 15,
            "outcome": "differs",
        }
    ]


def test_json_keeps_the_printed_digits_of_decimals(tmp_path: Path) -> None:
    path = tmp_path / "fees.txt"
    path.write_bytes(report_text(("行政事业性收费 0", "行政事业性收费 12.5000")))
    assert (
        '"disclosure/administrative_fees/fee_amount": {"value": 12.5000, "proof": "placed"}'
        in _run("parse", "--json", path).stdout
    )


def test_parsing_the_same_bytes_twice_changes_nothing(tmp_path: Path, good: Path) -> None:
    db = tmp_path / "reports.db"
    dumps = []
    for _ in range(2):
        assert _run("parse", "--db", db, good).exit_code == 0
        with sqlite3.connect(db) as connection:
            dumps.append(list(connection.iterdump()))
        connection.close()
    assert dumps[0] == dumps[1]


def test_a_failure_stays_until_the_file_can_be_read(tmp_path: Path) -> None:
    db, path = tmp_path / "reports.db", tmp_path / "late.txt"
    for expected in (
        [(f"{path}", "read", "no such file or directory", 1)],
        [(f"{path}", "read", "the file is empty", 2)],
        [],
    ):
        _run("parse", "--db", db, path)
        with sqlite3.connect(db) as connection:
            assert connection.execute("select key, stage, reason, tries from failures").fetchall() == expected
        connection.close()
        path.write_bytes(report_text() if path.exists() else b"")


def test_a_database_that_is_none_is_one_line(tmp_path: Path, good: Path) -> None:
    db = tmp_path / "notes.db"
    db.write_text("these are notes, not a database, and they are long enough to have no valid header at all")
    result = _run("parse", "--db", db, good)
    assert result.exit_code == 1
    assert result.stderr == f"Error: {db}: file is not a database\n"


def test_serving_a_missing_database_is_one_line(tmp_path: Path) -> None:
    result = _run("serve", "--db", tmp_path / "none.db")
    assert result.exit_code == 1
    assert "no such database" in result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["parse"],
        ["crawl"],
        ["crawl", "--first", "9", "--last", "3"],
        ["crawl", "--first", "1", "--last", "2"],
        ["nonsense"],
    ],
)
def test_wrong_usage_exits_2(arguments: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIANBAO_CONTACT", raising=False)
    assert _run(*arguments).exit_code == 2


def test_nobody_is_crawled_without_a_contact(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NIANBAO_CONTACT", raising=False)
    assert "set NIANBAO_CONTACT" in _run("crawl", "--first", "1", "--last", "2").stderr


@pytest.mark.parametrize("option", ["--db", "--archive"])
def test_a_crawl_that_cannot_write_says_so_before_it_begins(option: str, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("示例")
    paths = {"--db": tmp_path / "reports.db", "--archive": tmp_path / "archive"} | {option: taken}
    result = _run("crawl", "--portal", "http://127.0.0.1:9", *(part for pair in paths.items() for part in pair))
    assert result.exit_code == 1
    assert result.stderr.startswith(f"Error: {taken}: ")
    assert result.stderr.count("\n") == 1


def test_a_portal_without_a_scheme_is_wrong_usage() -> None:
    assert "http:// or https://" in _run("crawl", "--portal", "nb.example").stderr


def test_a_taken_port_is_one_line(tmp_path: Path, good: Path) -> None:
    db = tmp_path / "reports.db"
    _run("parse", "--db", db, good)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = _run("serve", "--db", db, "--port", str(port))
    assert result.exit_code == 1
    assert result.stderr == f"Error: 127.0.0.1 port {port}: address already in use\n"


def test_a_database_of_an_earlier_version_is_brought_up_to_date_before_it_is_served(tmp_path: Path, good: Path) -> None:
    db = tmp_path / "reports.db"
    _run("parse", "--db", db, good)
    assert is_current(db)
    with closing(sqlite3.connect(db)) as connection:
        connection.executescript(
            "alter table reports drop column hint; drop table _sqlite_migrations;"
            + "".join(f"drop trigger sections_fts_{what};" for what in ("insert", "delete", "update"))
            + "drop table sections_fts;"
        )
    assert not is_current(db)
    with socket.create_server(("127.0.0.1", 0)) as taken:
        result = _run("serve", "--db", db, "--port", str(taken.getsockname()[1]))
    assert "of an earlier version" in result.stdout
    assert is_current(db)
