"""Files that are read by the command: each has its limits, and none costs another one its place."""

import os
import signal
import time
from collections.abc import Sequence
from io import StringIO
from pathlib import Path

import pytest
from click.testing import CliRunner

from crawler import processes
from nianbao import cli, files
from nianbao.files import read_all
from parsers.document.model import Unreadable
from parsers.formats.web.page import Page
from parsers.read import NO_MEMORY
from parsers.report import Report

MEBIBYTE = 1 << 20


def trap(data: bytes | Page) -> Report:
    """In place of reading: what a file says, it does."""
    word = data.decode() if isinstance(data, bytes) else ""
    if word == "hang":
        time.sleep(60)
    if word == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if word == "eat":
        bytearray(256 * MEBIBYTE)
    raise Unreadable(f"it says {word}")


@pytest.fixture
def said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of files that do what they say."""
    monkeypatch.setattr(files, "read", trap)
    words = ["one", "hang", "two", "die", "three", "four"]
    for word in words:
        (tmp_path / word).write_text(word)
    return [str(tmp_path / word) for word in words]


def reasons(given: Sequence[str], jobs: int) -> list[tuple[str, object]]:
    return [(Path(source.name).name, source.result) for source in read_all(given, jobs, seconds=3.0)]


@pytest.mark.parametrize("jobs", [1, 3])
def test_a_file_that_hangs_or_kills_its_process_is_one_line_and_the_others_are_read(said: list[str], jobs: int) -> None:
    assert reasons(said, jobs) == [
        ("one", "it says one"),
        ("hang", "reading it took longer than 3 seconds"),
        ("two", "it says two"),
        ("die", f"reading it ended the process that read it (exit code -{signal.SIGSEGV.value})"),
        ("three", "it says three"),
        ("four", "it says four"),
    ]


@pytest.mark.parametrize("number", range(4))
def test_a_single_file_has_the_same_limits(said: list[str], number: int) -> None:
    assert reasons(said[number : number + 1], 2) == reasons(said, 2)[number : number + 1]


def test_memory_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "eat").write_text("eat")

    def bounded(parent: int) -> None:
        import resource

        processes.die_with_parent(parent)
        lines = Path("/proc/self/status").read_text().splitlines()
        held = next(int(line.split()[1]) for line in lines if line.startswith("VmData"))
        limit = held * 1024 + 64 * MEBIBYTE
        resource.setrlimit(resource.RLIMIT_DATA, (limit, limit))

    monkeypatch.setattr(files, "read", trap)
    monkeypatch.setattr(processes, "begin", bounded)
    ((_, reason),) = reasons([str(tmp_path / "eat")], 1)
    assert reason == NO_MEMORY


def test_the_limit_of_memory_is_set_in_the_process_that_reads_alone() -> None:
    before = processes.resource.getrlimit(processes.resource.RLIMIT_DATA)
    assert processes.apart(_limit) == processes.GIBIBYTES << 30
    assert processes.resource.getrlimit(processes.resource.RLIMIT_DATA) == before


def _limit() -> int:
    return processes.resource.getrlimit(processes.resource.RLIMIT_DATA)[0]


def test_lines_come_in_the_order_of_the_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "read", trap)
    given = [tmp_path / f"{number}" for number in range(40)]
    for path in given:
        path.write_text(path.name)
    result = CliRunner().invoke(cli.main, ["parse", "--jobs", "3", *map(str, given)])
    assert [line.rpartition(" ")[2] for line in result.stderr.splitlines()] == [path.name for path in given]
    assert result.exit_code == 1


def test_a_terminal_sees_how_far_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(StringIO):
        def isatty(self) -> bool:
            return True

    seen: list[int] = []
    monkeypatch.setattr(cli.sys, "stderr", Terminal())
    monkeypatch.setattr("rich.progress.Progress.track", lambda bar, sources, count, **_: seen.append(count) or sources)
    sources = [files.FileSource(str(number), "") for number in range(9)]
    assert list(cli._with_progress(iter(sources), 9)) == sources
    assert list(cli._with_progress(iter(sources), 1)) == sources
    assert seen == [9]
