"""A probe of seven portals of different make: what each is, and whether the draft of its entry crawls as it is."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any

import pytest

from crawler.portals.portals import FURTHER_FILE
from tests.crawler.hostile_portal import WALL, report_page, truth_of
from tests.crawler.hostile_server import Respond, Server, page
from tests.crawler.scripted import Scripted, needs_browser
from tools.chaos import rows, run

pytestmark = pytest.mark.xdist_group("probe")

ROOT = Path(__file__).parents[3]
SHELL = ["pages that a script makes", "ask for GET http", "render: true"]
NUMBERS = [20601, 20602, 20603, 20604]


def item(href: str, number: int) -> str:
    return f'<li><a href="{href}">{truth_of(number).title}</a><span>2022-01-26</span></li>'


def html(content: str, title: str = "政府信息公开年报") -> Respond:
    return page(f"<html><head><title>{title}</title></head><body>{content}</body></html>".encode())


def reports(form: str) -> dict[str, Respond]:
    return {form.format(number): page(report_page(number)) for number in NUMBERS}


def listed(form: str, *numbers: int) -> str:
    return f'<ul class="list">{"".join(item(form.format(number), number) for number in numbers)}</ul>'


def plain() -> dict[str, Respond]:
    """Home leads to the list, whose pages are links."""
    form, turn = "/article/{}.html", '<a href="/nb/list_1.html">1</a> <a href="/nb/list_2.html">2</a>'
    return {
        "/": html('<a href="/nb/list_1.html">政府信息公开年报</a><a href="/news/1.html">要闻</a>', "示例市人民政府"),
        "/nb/list_1.html": html(listed(form, *NUMBERS[:2]) + turn),
        "/nb/list_2.html": html(listed(form, *NUMBERS[2:]) + turn),
        **reports(form),
    }


def trs() -> dict[str, Respond]:
    form, turn = "/xxgk/202201/t20220126_{}.html", '<script>createPageHTML(2, 0, "index", "html");</script>'
    return {
        "/xxgk/ndbg/": html(listed(form, *NUMBERS[:2]) + turn),
        "/xxgk/ndbg/index_1.html": html(listed(form, *NUMBERS[2:]) + turn),
        **reports(form),
    }


def jcms() -> dict[str, Respond]:
    form, proxy = "/art/2022/1/26/art_1234_{}.html", "/module/web/jpage/dataproxy.jsp"
    records = [f"<record><![CDATA[{item(form.format(number), number)}]]></record>" for number in NUMBERS]
    query = "webid=7&path=/&columnid=1234&unitid=567"
    script = (
        f'<script type="text/xml"><datastore><nextgroup><![CDATA[<a href="{proxy}?page=1&{query}"></a>]]></nextgroup>'
        f"<recordset>{''.join(records[:3])}</recordset></datastore></script>"
        f"<script>$('#567').jpage({{totalRecord:4, perPage:3, proxyUrl:'{proxy}'}});</script>"
    )
    rest = f"<?xml version='1.0' encoding='UTF-8'?><datastore><recordset>{records[3]}</recordset></datastore>"
    address = (
        f"{proxy}?startrecord=4&endrecord=4&perpage=3&col=1&appid=1&webid=7&path=/&columnid=1234&sourceContentType=1"
        "&unitid=567&permissiontype=0"
    )
    return {
        "/col/col1234/index.html": html(script),
        address: page(rest.encode(), media_type="text/xml"),
        **reports(form),
    }


def data() -> dict[str, Respond]:
    """A page whose script asks for the list, and for a report by its id."""
    script = (
        'fetch("/api/search?page=1&size=2").then(show); function open(id) { fetch("/api/article/" + id).then(draw); }'
    )
    found = {"/": html(f"<p>欢迎访问示例门户。</p><script>{script}</script>", "示例门户")}
    for number in (1, 2):
        items = [
            {"docId": f"{one:08x}", "docTitle": truth_of(one).title} for one in NUMBERS[2 * number - 2 : 2 * number]
        ]
        content = {"code": 200, "data": {"list": items, "total": 4, "pageSize": 2}}
        found[f"/api/search?page={number}&size=2"] = page(json.dumps(content).encode(), media_type="application/json")
    for one in NUMBERS:
        content = {
            "code": 200,
            "data": {"title": truth_of(one).title, "pubDate": "2022-01-26", "body": report_page(one).decode()},
        }
        found[f"/api/article/{one:08x}"] = page(json.dumps(content).encode(), media_type="application/json")
    return found


def nianbao(*arguments: str | Path) -> CompletedProcess[str]:
    command = [sys.executable, "-m", "nianbao", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=300, check=False)


@pytest.mark.parametrize(
    ("make", "path", "said"),
    [
        (plain, "/", ["plain pages", "2 entries on this page, its second page has 2 others"]),
        (trs, "/xxgk/ndbg/", ["plain pages", "拓尔思 TRS WCM", "2 entries on this page, 2 pages", "pager: trs"]),
        (jcms, "/col/col1234/index.html", ["plain pages", "大汉 jcms", "it says 4 in all", "pager: jcms"]),
        (data, "/", ["a JSON interface", "/api/search?page=1&size=2", "pager: /api/search?page={page}&size=2"]),
        (lambda: Scripted("vue", NUMBERS), "/#/list", [*SHELL, "Vue"]),
        (lambda: Scripted("react", NUMBERS), "/list", [*SHELL, "React"]),
    ],
    ids=["plain", "trs", "jcms", "json", "vue", "react"],
)  # fmt: skip
def test_the_draft_of_a_probe_crawls_as_it_is(
    make: Callable[[], Any], path: str, said: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if "render: true" in said:
        needs_browser()
    with Server(make()) as server:
        result = nianbao(
            "probe", server.url + path, "--delay", "0", "-o", tmp_path / "portals.yaml", "--save", tmp_path / "seen"
        )
        assert (result.returncode, result.stderr) == (0, "")
        assert [one for one in said if one not in result.stdout] == []
        assert [*(tmp_path / "seen").glob("*.warc.gz")]
        monkeypatch.setenv(FURTHER_FILE, str(tmp_path / "portals.yaml"))
        (tmp_path / "crawl").mkdir()
        crawled = run(f"portal={server.url}", tmp_path / "crawl")
    assert (crawled.returncode, crawled.stderr) == (0, "")
    found = rows(tmp_path / "crawl", "select title from reports")
    assert sorted(title for (title,) in found) == sorted(truth_of(number).title for number in NUMBERS)


def test_a_wall_is_called_one_and_not_evaded(tmp_path: Path) -> None:
    with Server(lambda path: page(WALL, status=412)) as server:
        result = nianbao("probe", f"{server.url}/list", "--delay", "0", "-o", tmp_path / "portals.yaml")
    assert result.returncode == 1
    assert "a bot wall: the server answered 412" in result.stdout
    assert result.stderr.splitlines() == [
        f"{server.url}: the server answered 412; nianbao does not evade walls: ask the portal's operator"
    ]
    assert len([path for path in server.requests if path != "/robots.txt"]) == 1
    assert not (tmp_path / "portals.yaml").exists()
