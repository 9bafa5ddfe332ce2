"""Whatever an answer is, its body is decoded once and parsed at most once."""

from collections.abc import Callable

import pytest
from lxml import etree

from crawler.answers.classify import Kind
from crawler.workers.readers import read_finding, read_links, read_page
from parsers.formats.web import page as pages
from tests.crawler.hostile_portal import SOFT, WALL, report_page

URL, PORTAL = "http://127.0.0.1/zw/public-report/view/1", "http://127.0.0.1"
LOGIN = '<html><body><form>用户名<input name="u">密码<input type="password"></form></body></html>'.encode()
LIST = f"<html><body><a href='{URL}'>年报</a><a href='/zw/public-report?page=2'>2</a></body></html>".encode()
FILE = (
    "<html><head><title>示例县2023年政府信息公开工作年度报告</title></head>"
    "<body><a href='/a.pdf'>年报</a></body></html>"
).encode()
CHALLENGE = b"<html><script>document.cookie='a=1';location.reload()</script></html>"


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What has been done to pages."""
    done: list[str] = []

    def counted(name: str, function: Callable[..., object]) -> Callable[..., object]:
        return lambda *arguments, **named: done.append(name) or function(*arguments, **named)

    monkeypatch.setattr(etree, "fromstring", counted("parsed", etree.fromstring))
    monkeypatch.setattr(pages, "decode", counted("decoded", pages.decode))
    return done


@pytest.mark.parametrize(
    ("body", "kind"),
    [(report_page(20600), None), (SOFT, Kind.MISSING), (WALL, Kind.WALL), (LOGIN, Kind.LOGIN), (FILE, None)],
    ids=["good report", "soft 404", "wall", "login", "page of a file"],
)
def test_a_page_under_a_reports_address(body: bytes, kind: Kind | None, work: list[str]) -> None:
    result = read_page(body, URL, PORTAL)
    assert (result.finding.kind if result.finding else None) is kind
    assert sorted(work) == ["decoded", "parsed"]


def test_a_list(work: list[str]) -> None:
    result = read_links(LIST, f"{PORTAL}/zw/public-report", PORTAL)
    assert (len(result.links.reports), len(result.links.lists)) == (1, 1)
    assert sorted(work) == ["decoded", "parsed"]


def test_a_challenge_that_comes_with_an_error(work: list[str]) -> None:
    finding = read_finding(CHALLENGE, "error").finding
    assert finding
    assert finding.kind is Kind.WALL
    assert sorted(work) == ["decoded", "parsed"]
