"""What keeps a crawl from asking is one line, and nothing is asked."""

import socket
from http.server import ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from crawler.answers.classify import no_answer
from crawler.run.throttle import Throttle
from tests.crawler.hostile_portal import VIEW, report_page
from tests.crawler.hostile_server import Server, cut_short, page
from tools.chaos import rows, run

BOUNDS = ("--first", "20600", "--last", "20609")
REPORTS = {f"{VIEW}20600": page(report_page(20600))}


@pytest.fixture(autouse=True)
def _read_here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "0")


def test_a_robots_txt_that_answers_5xx_forbids_all_and_the_next_run_asks_again(tmp_path: Path) -> None:
    answers = {**REPORTS, "/robots.txt": page(b"User-agent: *\nAllow: /", status=503)}
    with Server(answers) as server:
        refused = run(server.url, tmp_path, *BOUNDS)
        assert {*server.requests} == {"/robots.txt"}
        del answers["/robots.txt"]
        again = run(server.url, tmp_path, *BOUNDS)
    reason = "robots.txt cannot be had, which forbids all (RFC 9309): the server answered 503"
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [f"henan-20600: {reason}", f"the crawl was ended: {reason}"]
    assert again.returncode == 0
    assert rows(tmp_path, "select id from reports") == [("henan-20600",)]


def test_a_robots_txt_that_does_not_answer_forbids_all(tmp_path: Path) -> None:
    with Server({**REPORTS, "/robots.txt": lambda handler: handler.connection.shutdown(socket.SHUT_RDWR)}) as server:
        refused = run(server.url, tmp_path, *BOUNDS)
    assert {*server.requests} == {"/robots.txt"}
    assert refused.stderr.splitlines()[-1].startswith(
        "the crawl was ended: robots.txt cannot be had, which forbids all (RFC 9309): the connection was "
    )


def test_a_robots_txt_that_is_missing_or_no_robots_txt_allows_all(tmp_path: Path) -> None:
    for number, answer in enumerate((page(b"", status=404), page("<html>首页</html>".encode()), cut_short(b"# x" * 9))):
        folder = tmp_path / str(number)
        folder.mkdir()
        with Server({**REPORTS, "/robots.txt": answer}) as server:
            assert run(server.url, folder, "--first", "20600", "--last", "20600").returncode == 0


def test_a_crawl_delay_beyond_the_runs_patience_ends_it_with_a_message(tmp_path: Path) -> None:
    robots = page(b"User-agent: *\nCrawl-delay: 86400\n", media_type="text/plain")
    with Server({**REPORTS, "/robots.txt": robots}) as server:
        ended = run(server.url, tmp_path, *BOUNDS)
    said = "robots.txt asks for 86400 seconds between two requests (Crawl-delay), and a run waits 900 at most"
    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (1, f"the crawl was ended: {said}")
    patient = Throttle(1.0)
    patient.keep_apart(900.0)
    assert patient.failure is None


class _Six(ThreadingHTTPServer):
    address_family = socket.AF_INET6


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 here")
def test_a_host_of_ipv6_is_crawled_like_any_other(tmp_path: Path) -> None:
    with Server(REPORTS) as server:
        six = _Six(("::1", 0), server.handler)
        Thread(target=six.serve_forever, daemon=True).start()
        result = run(f"http://[::1]:{six.server_port}", tmp_path, "--first", "20600", "--last", "20600")
        six.shutdown()
        six.server_close()
    assert (result.returncode, result.stderr) == (0, "")


def test_a_certificate_of_another_host_is_said_to_be_that() -> None:
    error = OSError("[<twisted.python.failure.Failure service_identity.exceptions.VerificationError: …]")
    assert no_answer(error) == "the server's certificate is that of another host; NIANBAO_VERIFY=0 accepts it"


def test_readers_that_are_no_number_are_wrong_usage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "abc")
    refused = run("http://127.0.0.1:9", tmp_path)
    assert (refused.returncode, refused.stderr.splitlines()[-1]) == (
        2,
        "Error: NIANBAO_READERS=abc: not a number of processes",
    )


@pytest.mark.parametrize("option", ["--db", "--archive"])
def test_a_folder_that_cannot_be_written_is_named_in_one_line(option: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    refused = run("http://127.0.0.1:9", tmp_path, option, str(tmp_path / "file" / "x"))
    (line,) = refused.stderr.splitlines()
    assert (refused.returncode, line.startswith(f"Error: {tmp_path}/file/x: ")) == (1, True)
