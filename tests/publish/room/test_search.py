"""Search as readers meet it: the page, Datasette's own box, and its JSON."""

import asyncio
import re
from importlib import import_module
from sqlite3 import OperationalError
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from datasette.database import QueryInterrupted

from database.store import Store
from derived.agencies import update_agencies
from publish.serve import ReadingRoom

HOSTILE = (
    *('"', '""', "*", "(", ")", "NEAR(", "a NEAR b", "NOT", "AND", "OR a", "-", "^", "+", ":", "text:公开", "{text}:x"),
    *("'", "\0", "公\0开", "%", "_", "\\", "🙂", "👨\u200d👩", "<script>alert(1)</script>", "\u202e", "\ufffe"),
    *("a" * 10_000, "a b " * 2_500, " ".join("公开政府信息工作年度报告机关办理服务群众"), "公" * 500),
)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    path = tmp_path_factory.mktemp("search") / "test.db"
    with Store(path) as store, store.transaction():
        for number in range(1, 31):
            agency = "卫辉市信访局" if number % 2 else "卫辉市<b>民政局"
            report = {
                "id": f"henan-{number}", "title": f"{agency}{2019 + number % 3}年度报告", "agency": agency,
                "year": 2019 + number % 3, "edition": 2021, "status": "verified", "revision": 1,
                "first_seen": "", "last_seen": "", "last_changed": "",
            }  # fmt: skip
            store.insert("reports", [report])
            text = f"收到申请１{number}件，逾期未答复<script>alert(1)</script>。\n依法处理。"
            headings = ((1, "一、总体情况", text), (3, "三、收到和处理政府信息公开申请情况", "逾期\t0"))
            rows = ({"number": number, "heading": heading, "text": said} for number, heading, said in headings)
            store.insert("sections", [{"report": report["id"], **row} for row in rows])
    with Store(path) as store:
        update_agencies(store)
    return ReadingRoom(path)


def _get(served: Datasette, path: str) -> Any:
    return asyncio.run(served.client.get(path))


def _page(served: Datasette, query: str, more: str = "") -> str:
    answer = _get(served, f"/-/search?q={quote(query)}{more}")
    assert answer.status_code == 200
    text: str = answer.text
    return text


def _total(page: str) -> int:
    found = re.search(r"([\d,]+) 处</small>", page)
    assert found, page
    return int(found[1].replace(",", ""))


def _passages(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<p class="passage"><a href="/nianbao/reports/([\w-]+)#chapter-(\d)">', page)


def test_a_hit_is_shown_marked_in_its_chapter_newest_year_first(served: Datasette) -> None:
    page = _page(served, "116件")
    assert _total(page) == 1
    assert _passages(page) == [("henan-16", "1")]
    assert "收到申请<mark>１16件</mark>，逾期未答复" in page
    years = re.findall(r'<p class="small">(20\d\d) ·', _page(served, "逾期"))
    assert years == sorted(years, reverse=True)


def test_no_markup_of_a_report_is_markup_of_the_page(served: Datasette) -> None:
    page = _page(served, "alert")
    assert "&lt;script&gt;<mark>alert</mark>(1)&lt;/script&gt;" in page
    assert "<script>alert" not in page
    assert "卫辉市&lt;b&gt;民政局" in page


def test_agencies_come_first_under_names_of_any_make(served: Datasette) -> None:
    page = _page(served, "信访")
    assert '<a href="/nianbao/agencies/410781-dept-petitions">卫辉市<mark>信访</mark>局</a>' in page
    assert "15 份报告" in page
    assert _total(page) == 15
    assert _passages(page) == []


def test_a_term_may_stand_in_the_agencys_name_and_another_in_a_chapter(served: Datasette) -> None:
    page = _page(served, "信访局 逾期", "&part=all")
    assert _total(page) == 30
    assert {int(report[6:]) % 2 for report, _ in _passages(page)} == {1}
    assert _total(_page(served, "逾期 卫辉市 116件")) == 1
    assert _total(_page(served, "信访局 逾期 此处无")) == 0
    # What every title says is no name: both stand in a title, and no chapter has one of them alone.
    assert _total(_page(served, "年度 报告")) == 30
    assert _total(_page(served, "年度 逾期")) == 0


def test_years_and_chapters_are_counted_and_kept_to(served: Datasette) -> None:
    page = _page(served, "逾期", "&part=all")
    assert _total(page) == 60
    assert [int(count) for count in re.findall(r"year=\d+&amp;part=all\">\d+</a> <small>(\d+)", page)] == [20, 20, 20]
    assert re.findall(r"part=(prose|\d)\">\S+?</a> <small>(\d+)", page) == [
        *[("prose", "30"), ("1", "30"), ("3", "30")]
    ]
    page = _page(served, "逾期", "&year=2020&part=3")
    assert _total(page) == 10
    assert {chapter for _, chapter in _passages(page)} == {"3"}
    assert _total(_page(served, "逾期", "&part=prose")) == 30
    assert _total(_page(served, "报告", "&part=0")) == 30


def test_what_only_the_form_says_is_found_on_request(served: Datasette) -> None:
    page = _page(served, "逾期")
    assert {chapter for _, chapter in _passages(page)} == {"1"}
    page = _page(served, "收到和处理")
    assert (_total(page), _passages(page)) == (0, [])
    assert 'part=all">在各章（含表格的行名）和各年度中有 30 处</a>' in page
    assert _total(_page(served, "收到和处理", "&part=all")) == 30


def test_reports_whose_title_matches_come_first(served: Datasette) -> None:
    titles = re.findall(r"<h3><a[^>]*>(.*?)</a></h3>", _page(served, "信访局"))
    assert len(titles) == 15
    assert all("<mark>信访局</mark>" in title for title in titles)


def test_where_nothing_is_found_a_region_an_agency_and_fewer_words_are_offered(served: Datasette) -> None:
    page = _page(served, "卫辉市信访局 此处无")
    assert '<a href="/nianbao/regions/410781">卫辉市</a>' in page
    assert '<a href="/nianbao/agencies/410781-dept-petitions">卫辉市信访局</a>' in page
    for fewer in ("卫辉市信访局", "此处无"):
        assert f'<a href="/-/search?q={quote(fewer)}">只查 {fewer}</a>' in page


def test_pages_show_everything_once(served: Datasette) -> None:
    pages = [_page(served, "逾期", f"&part=all&page={number}") for number in (1, 2, 3)]
    found = [passage for page in pages for passage in _passages(page)]
    assert len(found) == len(set(found)) == 60
    assert ('rel="prev"' in pages[1], 'rel="next"' in pages[1]) == (True, False)
    assert ('rel="prev"' in pages[0], 'rel="next"' in pages[0]) == (False, True)
    assert [page.count('<p class="passage">') for page in pages] == [40, 20, 0]
    assert _passages(_page(served, "逾期", "&page=999999")) == []


def test_frequent_and_rare_hits_are_found_alike(served: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    gathered = [_page(served, "逾期 答复", f"&page={number}") for number in (1, 2)]

    async def frequent(*_: object) -> bool:
        return True

    monkeypatch.setattr(import_module("publish.room.pages.search"), "_is_frequent", frequent)
    assert [_page(served, "逾期 答复", f"&page={number}") for number in (1, 2)] == gathered


def test_a_search_that_takes_too_long_says_so(served: Datasette, monkeypatch: pytest.MonkeyPatch) -> None:
    async def interrupted(*_: object) -> bool:
        raise QueryInterrupted(OperationalError("interrupted"), "select", {})

    monkeypatch.setattr(import_module("publish.room.pages.search"), "_is_frequent", interrupted)
    page = _page(served, "公 开 政 府")
    assert "查找超时" in page
    assert "select" not in page


def test_without_a_term_the_page_says_how_to_search(served: Datasette) -> None:
    for page in (_page(served, ""), _page(served, "公" * 501), _get(served, "/-/search").text):
        assert "022年政" in page
    assert "没有找到" in _page(served, "此处无")


@pytest.mark.parametrize("query", ["逾期", "期", "，逾", "116件", "総"])
def test_datasette_finds_the_same(served: Datasette, query: str) -> None:
    found = _get(served, f"/nianbao/sections.json?_search={quote(query)}&_shape=objects&_size=100").json()
    sql = "select count(*) as n from sections where replace(text, '１', '1') like ?"
    ((truth,),) = asyncio.run(served.get_database("nianbao").execute(sql, [f"%{query}%"])).rows
    assert (found["filtered_table_rows_count"], len(found["rows"])) == (truth, truth)
    assert f'value="{query}"' in _get(served, f"/nianbao/sections?_search={quote(query)}").text


@pytest.mark.parametrize("table", ["reports", "agencies", "agency_names"])
def test_names_and_titles_have_the_box_too(served: Datasette, table: str) -> None:
    found = _get(served, f"/nianbao/{table}.json?_search={quote('访局')}&_shape=objects").json()
    assert found["filtered_table_rows_count"] == (15 if table == "reports" else 1)
    assert 'name="_search"' in _get(served, f"/nianbao/{table}").text


def test_a_column_can_be_searched_alone(served: Datasette) -> None:
    for column, count in (("heading", 0), ("text", 60)):
        found = _get(served, f"/nianbao/sections.json?_search_{column}={quote('逾期')}").json()
        assert found["filtered_table_rows_count"] == count


@pytest.mark.parametrize("query", HOSTILE, ids=range(len(HOSTILE)))
def test_whatever_is_typed_is_answered(served: Datasette, query: str) -> None:
    typed = quote(query)
    for path in ("/-/search?q=", "/nianbao/sections?_search=", "/nianbao/reports.json?_search="):
        # Longer than any address may be; nginx says the same.
        assert _get(served, path + typed).status_code == (200 if len(typed) < 7000 else 414), path
    more = "&year=x&part=公&page=-1" if len(query) < 9 else "&page=0&year=99999999999999999999"
    assert _get(served, f"/-/search?q={typed[:6000]}{more}").status_code == 200


def test_the_index_is_no_table_of_its_own_to_readers(served: Datasette) -> None:
    database = _get(served, "/nianbao.json").json()
    assert {table["name"] for table in database["tables"] if "_fts" in table["name"] and not table["hidden"]} == set()
