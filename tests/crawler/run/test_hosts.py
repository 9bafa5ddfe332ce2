"""A portal cannot send the crawl into somebody's network, whatever its pages, redirects and name servers say."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from scrapy.http import Request
from scrapy.settings import Settings

from crawler.run import hosts
from crawler.run.hosts import OwnHosts, Refused, is_private
from tests.crawler.hostile_portal import VIEW, report_page
from tests.crawler.hostile_server import Server, page
from tools.chaos import rows, run

TITLE = "示例市人民政府2021年政府信息公开工作年度报告"


def test_ssrf_no_link_picture_frame_sheet_or_redirect_leads_the_crawl_to_another_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "0")
    with Server({f"/{name}": page(b"%PDF-1.4 secret %%EOF") for name in "abcdefgh"}) as victim:
        go = victim.url + "/"
        links = f'<a href="{go}a.pdf">年度报告.pdf</a><a href="/own.pdf">年度报告.pdf</a><img src="{go}b.png">'
        links += f'<img src="/own.png"><iframe src="/viewer.html?file={go}c.pdf"></iframe>'
        head = f"<html><head><title>{TITLE}</title>"
        head += f"<link rel=stylesheet href='{go}d.css'><link rel=stylesheet href='/o.css'>"
        answers = {
            "/robots.txt": page(b"", status=302, Location=go + "robots.txt"),
            f"{VIEW}1": page(f"{head}</head><body><h1>{TITLE}</h1>{links}</body></html>".encode()),
            "/own.pdf": page(b"", status=302, Location=go + "e"),
            "/own.png": page(b"", status=307, Location=go + "f"),
            "/o.css": page(b"", status=301, Location=go + "f"),
            "/viewer.html?file=" + go + "c.pdf": page(b"", status=302, Location=go + "c"),
            f"{VIEW}2": page(b"", status=302, Location=go + "g"),
            f"{VIEW}3": page(f'<html><meta http-equiv=refresh content="0; url={go}h"></html>'.encode()),
            f"{VIEW}4": page(f'<html><script>location.href = "{go}h";</script></html>'.encode()),
            f"{VIEW}5": page(report_page(20600)),
        }
        with Server(answers) as server:
            result = run(server.url, tmp_path, "--first", "1", "--last", "5")
    assert victim.requests == []
    assert {"/own.pdf", "/own.png", "/o.css"} <= {*server.requests}
    assert (result.returncode, "Traceback" in result.stderr) == (1, False)
    assert f"/own.pdf: it redirects to {go}e, which is not on a host of the portal" in result.stderr.splitlines()
    assert rows(tmp_path, "select id from reports") == [("henan-5",)]


def test_ssrf_a_portal_whose_name_leads_to_a_private_address_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NIANBAO_READERS", "0")
    monkeypatch.setenv("NIANBAO_CONTACT", "me@example.org")
    with Server({f"{VIEW}1": page(report_page(20600))}) as server:
        # A name like any other to whoever does not look it up.
        named = server.url.replace("127.0.0.1", "2130706433")
        refused = run(named, tmp_path, "--first", "1", "--last", "9")
        assert server.requests == []
        monkeypatch.setenv("NIANBAO_PRIVATE", "2130706433")
        assert run(named, tmp_path, "--first", "1", "--last", "1").returncode == 0
    reason = "2130706433 leads to 127.0.0.1, which is no public address; NIANBAO_PRIVATE=2130706433 allows it"
    assert refused.returncode == 1
    assert refused.stderr.splitlines() == [f"the crawl was ended: {reason}"]
    assert rows(tmp_path, "select id from reports") == [("henan-1",)]


def _guard(**settings: Any) -> OwnHosts:
    named = {"NIANBAO_PORTAL": "henan", "NIANBAO_START": "", "NIANBAO_PRIVATE": "", **settings}
    return OwnHosts(Settings(named))


def _refusal(guard: OwnHosts, url: str) -> str:
    try:
        asyncio.run(guard.process_request(Request(url)))
    except Refused as error:
        return str(error)
    return ""


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {"nb.henan.gov.cn": ["1.2.4.8"], "oa.henan.gov.cn": ["1.2.4.8", "10.1.2.3"]}

    async def addresses_of(host: str) -> list[str]:
        return found.get(host, [])

    monkeypatch.setattr(hosts, "addresses_of", addresses_of)
    monkeypatch.setattr(hosts, "getproxies", dict)
    return found


def test_ssrf_a_host_of_the_owner_that_leads_to_a_private_address_is_refused(names: dict[str, list[str]]) -> None:
    guard = _guard()
    assert _refusal(guard, "https://nb.henan.gov.cn/zw/public-report/view/1") == ""
    assert _refusal(guard, "https://oa.henan.gov.cn/a.pdf").startswith("oa.henan.gov.cn leads to 10.1.2.3, which is")
    assert "not on a host of the portal" in _refusal(guard, "http://169.254.169.254/latest/meta-data/")
    assert "not on a host of the portal" in _refusal(guard, "https://nb.henan.gov.cn.example.org/")
    assert _refusal(_guard(NIANBAO_PRIVATE="oa.henan.gov.cn"), "https://oa.henan.gov.cn/a.pdf") == ""


def test_the_operators_own_pages_may_be_anywhere_but_lead_nowhere_else(names: dict[str, list[str]]) -> None:
    guard = _guard(NIANBAO_START="http://127.0.0.1:81/list,http://lists.example.org/")
    assert _refusal(guard, "http://127.0.0.1:81/other") == ""
    assert _refusal(guard, "http://lists.example.org/") == ""
    assert "not on a host" in _refusal(guard, "http://127.0.0.1:82/other")


def test_behind_a_proxy_only_what_stands_in_the_address_can_be_checked(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hosts, "getproxies", lambda: {"https": "http://10.0.0.1:3128"})
    assert _refusal(_guard(), "https://oa.henan.gov.cn/a.pdf") == ""
    assert _refusal(_guard(), "http://oa.henan.gov.cn/a.pdf") != ""


@pytest.mark.parametrize(
    ("address", "private"),
    [
        ("127.0.0.1", True),
        ("10.0.0.1", True),
        ("169.254.169.254", True),
        ("100.100.100.200", True),
        ("168.63.129.16", True),
        ("0.0.0.0", True),
        ("224.0.0.1", True),
        ("::1", True),
        ("fe80::1%eth0", True),
        ("fd00:ec2::254", True),
        ("::ffff:127.0.0.1", True),
        ("64:ff9b::a00:1", True),
        ("64:ff9b::102:408", False),
        ("2002:a00:1::", True),
        ("1.2.4.8", False),
        ("240c::6666", False),
        ("nb.henan.gov.cn", False),
    ],
)
def test_which_addresses_are_not_public(address: str, *, private: bool) -> None:
    assert is_private(address) is private


@pytest.mark.parametrize("url", ["http://10.0.0.1/", "http://127.0.0.1:81/"])
def test_ssrf_an_address_of_numbers_has_no_owner_whose_other_hosts_are_near(url: str) -> None:
    assert not hosts.portal_of("http://127.0.0.1:80").is_near(url)
