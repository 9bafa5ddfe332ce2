"""What a run says is what its tables hold."""

import json
import socket
from collections import Counter
from pathlib import Path

import pytest

from tests.crawler.hostile_portal import VIEW, attachment, report_page, truth_of
from tests.crawler.hostile_server import Respond, Server, page
from tools.chaos import rows, run

TITLE = truth_of(20600).title


def _with_file(name: str, body: bytes = b"") -> Respond:
    """The page of a report that is a file, or has one besides."""
    link = f"<a href='/{name}'>{TITLE}</a></body>".encode()
    head = f"<html><head><title>{TITLE}</title></head><body></body></html>".encode()
    return page((body or head).replace(b"</body>", link))


def test_counts_agree_and_a_page_whose_file_is_none_is_counted_once_as_that(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "0")
    answers: dict[str, Respond] = {
        f"{VIEW}1": page(report_page(20600)),
        f"{VIEW}2": _with_file("good.docx"),
        "/good.docx": page(attachment(20600, "docx")),
        f"{VIEW}3": _with_file("none.docx"),
        "/none.docx": page(b"%PDF-1.4 nothing of the kind\n%%EOF"),
        f"{VIEW}4": _with_file("silent.docx"),
        "/silent.docx": lambda handler: handler.connection.shutdown(socket.SHUT_RDWR),
        f"{VIEW}5": _with_file("silent2.docx", report_page(20600)),
        "/silent2.docx": lambda handler: handler.connection.shutdown(socket.SHUT_RDWR),
    }
    with Server(answers) as server:
        result = run(server.url, tmp_path, "--first", "1", "--last", "5")
    said = {name: int(count) for name, count in (part.split(": ") for part in result.stdout.strip().split("  "))}
    assert said["report"] == 3
    assert rows(tmp_path, "select id from reports order by id") == [("henan-1",), ("henan-2",), ("henan-5",)]
    assert said["not_a_report"] == 1
    ((counts,),) = rows(tmp_path, "select counts from crawls")
    found = json.loads(counts)
    found.pop("requests")
    assert found.pop("planned") == sum(found.values())
    named = Counter(line.partition(": ")[0] for line in result.stderr.splitlines())
    kept = {key for (key,) in rows(tmp_path, "select key from failures")}
    assert kept == {"henan-3", "henan-4", "/silent.docx", "/silent2.docx"}
    assert {key: named[key] for key in kept} == dict.fromkeys(kept, 1)
