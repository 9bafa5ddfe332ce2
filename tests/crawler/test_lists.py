"""Lists of the usual systems and JSON interfaces by a line of the entry, and whether all of them was reached."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from click.testing import CliRunner

from crawler.answers.data_pages import content_of, list_page_of, page_of
from crawler.answers.listing import Listing, listing_of
from crawler.frontier.frontier import Bounds, Frontier
from crawler.frontier.outcomes import Outcome
from crawler.portals.portals import FURTHER_FILE, Portal, PortalError, portal_of, portals, read_portals
from crawler.run.lists import Lists
from database.store import Store
from nianbao.cli import main
from parsers.document.model import Unreadable
from tests.crawler.hostile_portal import report_page
from tests.crawler.hostile_server import Respond, Server, page
from tools.chaos import rows, run

pytestmark = pytest.mark.xdist_group("portals")

HOME = "http://127.0.0.1:9"
ENTRY = (
    'demo: {{home: "{home}", report: "/art/{{number}}.html", key: "{{number}}", start: [{start}], delay: 0.001{more}}}'
)
API = """
demo:
  home: http://127.0.0.1:9
  report: '/api/article#{"id":"{id}"}'
  parts: {id: "[0-9a-f]{8}"}
  key: "{id}"
  start: ['/api/search#{"channel":"年报","pageNo":1}']
  pager: '/api/search#{"channel":"年报","pageNo":{page}}'
  json: {items: data.list, parts: {id: docId}, name: title, total: data.total, size: data.size,
         title: data.title, published: data.time, html: [data.content]}
  delay: 0.001
"""


def portal(more: str = "", start: str = "/ndbg/index.html") -> Portal:
    """The portal of an entry."""
    return declared(ENTRY.format(home=HOME, start=start, more=f", {more}" if more else ""))


def declared(text: str) -> Portal:
    return read_portals(text, "portals.yaml")["demo"]


def items(*numbers: int) -> str:
    """Entries of a list."""
    return "".join(f'<li><a href="/art/{number}.html">示例局{number}</a></li>' for number in numbers)


def listed(content: str, *numbers: int) -> bytes:
    return f"<html><body><ul>{items(*numbers)}</ul>{content}</body></html>".encode()


def listing(body: bytes, site: Portal, path: str = "/ndbg/index.html") -> Listing:
    return listing_of(list_page_of(body, site), HOME + path, site)


TRS = '<script>createPageHTML(3, 0, "index", "html");</script>'
UCAP = '<script>createPageHTML("page_div", 3, 1, "index", "shtml", 5);</script>'
JCMS = """<script type="text/xml"><datastore><nextgroup>
<![CDATA[<a href="/module/web/jpage/dataproxy.jsp?page=1&webid=7&path=/&columnid=1234&unitid=567"></a>]]></nextgroup>
<recordset><record><![CDATA[<li><a href="/art/3.html">示例局</a></li>]]></record>
<record>
<![CDATA[<li><a href="/art/4.html">示例局</a></li>]]></record></recordset></datastore></script>
<script>$("#567").jpage({totalRecord:5, perPage:2, proxyUrl:'/module/web/jpage/dataproxy.jsp'});</script>"""
PROXY = (
    f"{HOME}/module/web/jpage/dataproxy.jsp?startrecord={{}}&endrecord={{}}&perpage=2&col=1&appid=1&webid=7&path=/"
    "&columnid=1234&sourceContentType=1&unitid=567&permissiontype=0"
)


@pytest.mark.parametrize(
    ("entry", "path", "content", "further"),
    [
        ("pager: trs", "/ndbg/index.html", TRS, ["/ndbg/index_1.html", "/ndbg/index_2.html"]),
        ("pager: ucap", "/ndbg/index.shtml", UCAP, ["/ndbg/index_2.shtml", "/ndbg/index_3.shtml"]),
        ("pager: jcms", "/col/col1234/index.html", JCMS, [PROXY.format(3, 4), PROXY.format(5, 5)]),
        ("pager: boda", "/ndbg.htm", '共5条 1/3 <a href="ndbg/2.htm">下页</a>', ["/ndbg/2.htm", "/ndbg/1.htm"]),
        ("pager: '?page={page}'", "/list", "<p>共<b>3</b>页</p>", ["/list?page=2", "/list?page=3"]),
        ("pager: '?page={page}', second: 1", "/list", "<p>第1/3页</p>", ["/list?page=1", "/list?page=2"]),
        ("pager: '/list/{page}'", "/list/1", '共5条，每页2条 <a href="javascript:go(2)">2</a>', ["/list/2", "/list/3"]),
    ],
)
def test_the_further_pages_of_a_usual_system_are_a_line_of_the_entry(
    entry: str, path: str, content: str, further: list[str]
) -> None:
    found = listing(listed(content, 1, 2), portal(entry), path)
    assert list(found.further) == [one if "://" in one else HOME + one for one in further]
    assert found.onward == ""


def test_records_of_jcms_that_stand_in_a_script_or_in_xml_are_entries() -> None:
    site = portal("pager: jcms")
    xml = (
        b"<?xml version='1.0' encoding='UTF-8'?>"
        + JCMS.partition("</script>")[0].removeprefix('<script type="text/xml">').encode()
    )
    assert listing(listed(JCMS), site).entries == listing(xml, site).entries == 2


def test_html_in_json_is_a_list_as_jpaas_has_it() -> None:
    site = portal("json: {html: [data.html]}, pager: '/unit?pageNo={page}'")
    body = json.dumps({"data": {"html": f"<ul>{items(1, 2)}</ul><p>共5条，每页2条</p>"}}).encode()
    found = listing(body, site, "/unit?pageNo=1")
    assert (found.entries, found.further) == (2, (f"{HOME}/unit?pageNo=2", f"{HOME}/unit?pageNo=3"))


def test_a_list_that_goes_on_and_reports_at_other_addresses_are_findings(tmp_path: Path) -> None:
    with Store(tmp_path / "test.db") as store, store.transaction():
        lists = Lists(store, portal())
        stray = f"{HOME}/b/2021.pdf"
        found = Listing(entries=2, onward="javascript:next()", strays=(stray,))
        lists.record("demo:/list", found, "2026-01-01T00:00:00Z")
        assert lists.shortfalls() == [
            "demo:/list goes on to a next page that its entry has no form for: javascript:next()",
            f"demo:/list calls this an annual report, but its entry has no such address: {stray}",
        ]
        lists.record("demo:/list", Listing(entries=2), "2026-01-02T00:00:00Z")
        assert lists.shortfalls() == []


def test_a_pager_without_an_end_is_followed_a_page_at_a_time() -> None:
    site = portal("pager: '?page={page}'")
    assert listing(listed("", 1), site, "/list").following == f"{HOME}/list?page=2"
    assert listing(listed("", 1), site, "/list?page=7").following == f"{HOME}/list?page=8"
    assert listing(listed("共9页", 1), site, "/list").following is None


def test_what_a_list_says_of_itself_is_found_without_a_pager() -> None:
    site = portal()
    found = listing(listed(f'{TRS}<a href="javascript:next()">下一页</a>', 1, 2), site)
    assert (found.counts.last, found.entries, found.onward, found.pager) == (3, 2, "javascript:next()", "trs")
    file = '<li><a href="/b/2021.pdf">示例局2021年政府信息公开工作年度报告</a></li>'
    others = f'<ul><li><a href="/art/a.html">x</a></li>{file}</ul>'
    found = listing(listed(f"总记录数：4{others}", 1, 2), site)
    assert (found.counts.total, found.entries, found.strays) == (4, 4, (f"{HOME}/b/2021.pdf",))


@pytest.fixture(autouse=True)
def _declared_anew() -> Iterator[None]:
    """What a process knows of portals is of its first look at them; here each test declares its own."""
    for cached in (portals, portal_of):
        cached.cache_clear()
    yield
    for cached in (portals, portal_of):
        cached.cache_clear()


def crawl(
    entry: str, answers: dict[str, Respond], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> tuple[CompletedProcess[str], list[str]]:
    """A run over a portal of that entry, and what was asked for."""
    (folder / "portals.yaml").write_text(entry, encoding="utf-8")
    monkeypatch.setenv(FURTHER_FILE, str(folder / "portals.yaml"))
    with Server(answers) as server:
        return run(f"demo={server.url}", folder), server.requests


def reports(*numbers: int) -> dict[str, Respond]:
    return {f"/art/{number}.html": page(report_page(20600 + number)) for number in numbers}


def test_two_of_four_reports_on_a_trs_list_were_found_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script = TRS.replace("3", "2", 1)
    answers = {
        "/ndbg/index.html": page(listed(script, 1, 2)), "/ndbg/index_1.html": page(listed(script, 3, 4)),
        **reports(1, 2, 3, 4),
    }  # fmt: skip
    entry = ENTRY.format(home=HOME, start="/ndbg/index.html", more="")
    result, _ = crawl(entry, answers, tmp_path, monkeypatch)
    said = "demo:/ndbg/index.html says that it has 2 pages, 1 was reached; pager: trs in its entry may reach the others"
    assert (result.returncode, result.stderr.splitlines()[-1]) == (1, said)
    with Store(tmp_path / "test.db") as store, store.transaction():
        store.db.execute("update frontier set due = '1970-01-01T00:00:00Z' where kind = 'page'")
    result, _ = crawl(entry.replace("}}", "}").removesuffix("}") + ", pager: trs}", answers, tmp_path, monkeypatch)
    assert (result.returncode, result.stderr) == (0, "")
    assert rows(tmp_path, "select count(*) from reports") == [(4,)]


def test_entries_that_a_list_counts_and_does_not_show_are_a_finding(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = {"/list": page(listed("共3条", 1, 2)), **reports(1, 2)}
    for more, code in (("", 1), (", counts: false", 0)):
        entry = ENTRY.format(home=HOME, start="/list", more=more)
        folder = tmp_path / str(code)
        folder.mkdir()
        result, _ = crawl(entry, answers, folder, monkeypatch)
        assert result.returncode == code
        assert ("demo:/list says that it has 3 entries, 2 were found" in result.stderr) is bool(code)


def test_a_portal_that_answers_in_json_is_declared_and_rebuilt_from_the_archive(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ids = [f"{number:08x}" for number in range(3)]
    answers = {}
    for number, start in enumerate((0, 2), start=1):
        found = [{"docId": one, "title": "年报"} for one in ids[start : start + 2]]
        content = {"data": json.dumps({"list": found, "total": 3, "size": 2})}
        answers[f'/api/search#{{"channel":"年报","pageNo":{number}}}'] = page(json.dumps(content).encode())
    for number, one in enumerate(ids):
        content = {
            "data": {
                "title": f"示例{number}局2021年政府信息公开工作年度报告",
                "time": "2022-01-26",
                "content": report_page(number).decode(),
            }
        }
        answers[f'/api/article#{{"id":"{one}"}}'] = page(json.dumps(content).encode(), media_type="application/json")
    result, asked = crawl(API, answers, tmp_path, monkeypatch)
    assert (result.returncode, result.stderr) == (0, "")
    assert sorted(asked) == sorted(["/robots.txt", *answers])
    written = rows(tmp_path, "select id, title, published, substr(url, 23) from reports order by id")
    assert [row[:3] for row in written] == [
        (f"demo-{one}", f"示例{n}局2021年政府信息公开工作年度报告", "2022-01-26") for n, one in enumerate(ids)
    ]
    frontier = "select address, kind, key, state from frontier order by address"
    before = rows(tmp_path, frontier)
    (tmp_path / "test.db").unlink()
    arguments = ["reparse", "--db", str(tmp_path / "test.db"), "--archive", str(tmp_path / "archive"), "--jobs", "1"]
    rebuilt = CliRunner().invoke(main, arguments)
    assert (rebuilt.exit_code, rebuilt.stderr) == (0, "")
    assert rows(tmp_path, "select id, title, published, substr(url, 23) from reports order by id") == written
    assert rows(tmp_path, frontier) == before


def test_a_line_end_in_a_json_string_is_not_two_characters_of_a_chapter() -> None:
    site = declared(API)
    text = "一、总体情况\n公开了3条。\n二、主动公开情况"
    shown = page_of(json.dumps({"data": {"title": "t", "content": text}}).encode(), site)
    assert shown.selector is not None
    assert shown.selector.css("p::text").getall() == text.splitlines()
    assert content_of('cb({"a": "{\\"b\\": [1]}"});') == {"a": {"b": [1]}}
    with pytest.raises(Unreadable, match="the portal's entry does not say what it holds"):
        page_of(b'{"data": {}}', portal())
    assert page_of('{"msg": "内容不存在"}'.encode(), site).text.count("内容不存在") == 1


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ("pager: dede", "demo: the pager is neither one of trs, ucap, jcms, boda nor an address with {page}: dede"),
        ("json: {items: 'a['}", "demo: a[: no JMESPath"),
    ],
)
def test_a_pager_or_a_path_that_is_none_is_told_in_one_line(more: str, said: str) -> None:
    with pytest.raises(PortalError) as raised:
        portal(more)
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


def test_numbers_far_apart_are_told_and_swept_after_everything_else(tmp_path: Path) -> None:
    """One of 14 reports was found, and the run ended as if that were all."""
    site = declared('demo: {home: h, report: "/{number}", key: "{number}", start: [], numbers: [20659]}')
    with Store(tmp_path / "test.db") as store, store.transaction():
        frontier = Frontier(store, site)
        frontier.plan_first()
        found = frontier.at("demo:/20659")
        assert found
        frontier.record_outcome(found, Outcome.REPORT, "2026-01-01T00:00:00Z")
        frontier.walk_from(20659, Bounds())
        assert frontier.is_sparse()
        assert frontier.unlooked() == (20359, 0, 20358)
        said = "20,359 numbers between 0 and 20358 were not looked at, and few above 20659; crawl --sweep asks for all"
        assert Lists(store, site).unlooked(frontier) == said
        assert frontier.plan_sweep() == 20359 + 13_000 - 301
        assert frontier.unlooked()[0] == 0
        due = [row.number for row in frontier.due("2026-01-01T00:00:00Z", Bounds(), 602)]
        assert due[:600] == [number for number in range(20359, 20960) if number != 20659]
        assert due[600:] == [0, 1]
        near = frontier.at("demo:/20700")
        assert near
        frontier.record_outcome(near, Outcome.REPORT, "2026-01-01T00:00:00Z")
        assert not frontier.is_sparse()


def test_a_portal_of_scripts_names_the_extra_that_shows_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "portals.yaml"
    path.write_text(ENTRY.format(home=HOME, start="/", more=", render: true"), encoding="utf-8")
    monkeypatch.setenv(FURTHER_FILE, str(path))
    monkeypatch.setitem(sys.modules, "crawler.run.browser", None)
    result = CliRunner().invoke(main, ["crawl", "--portal", "demo", "--db", str(tmp_path / "test.db")])
    assert result.exit_code == 1
    assert result.stderr == "Error: this needs an extra that is not installed: pip install 'nianbao[browser]'\n"
