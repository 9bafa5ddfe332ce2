"""Every table, every question and the page of quality answer, and say in the reader's language what they show."""

import asyncio
import re
from html import unescape
from urllib.parse import urlencode

import pytest
from datasette.app import Datasette

from database.schema import Table, table_of, tables
from database.store import Store
from derived.update import update_panel
from publish.room.declarations import displays, quality, questions
from publish.room.drawing.charts import is_drawn
from publish.room.heads import heads
from publish.serve import ReadingRoom
from tests.factory.province import SMALL, write_province

QUERIES = questions()
# Scripts of the room's own pages are files; what stands in the page is data.
INLINE = re.compile(r"<script(?![^>]*(?:\bsrc=|application/json))")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    path = tmp_path_factory.mktemp("pages") / "province.db"
    write_province(path, SMALL)
    with Store(path) as store:
        update_panel(store)
    return ReadingRoom(path)


def text(served: Datasette, path: str) -> str:
    answer = asyncio.run(served.client.get(path))
    assert answer.status_code == 200, path
    return unescape(answer.text)


@pytest.mark.parametrize("name", [table.name for table in tables()])
def test_a_table_says_what_it_and_its_columns_are(served: Datasette, name: str) -> None:
    table, pages = table_of(name), [text(served, f"/nianbao/{name}?lang={lang}") for lang in ("zh", "en")]
    for described in (table, *table.columns):
        assert described.zh in pages[0]
        assert described.en in pages[1]
        assert described.en not in pages[0]


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_no_two_columns_of_a_table_have_the_same_head(table: Table) -> None:
    for language in zip(*heads(table.name).values(), strict=True):
        assert len({*language}) == len(table.columns)
    assert all(len(words.zh) <= 18 for words in heads(table.name).values()), "a head is cut by the screen"


def test_heads_of_columns_are_words_with_the_code_below(served: Datasette) -> None:
    assert re.search(r">级别</a><code>level</code>", text(served, "/nianbao/agencies"))
    assert re.search(r">办结总计</a><code>concluded</code>", text(served, "/nianbao/panel"))


def test_values_are_words_shares_per_cent_and_names_links(served: Datasette) -> None:
    row = text(served, "/nianbao/panel?level=county&year=2022&status=verified&_sort_desc=received&_size=1")
    body = row[row.index("<tbody>") : row.index("</tbody>")]
    assert re.search(r'<a href="/nianbao/agencies/[^"]+">示例', body)
    assert "县级" in body
    assert "核验无误" in body
    assert re.search(r"col-granted_share[^>]*>\d+\.\d%<", body)
    assert not re.search(r"col-(agency_id|county_code)[^>]*><a", body)
    assert ">county<" in text(served, "/nianbao/panel?level=county&year=2022&_size=1&lang=en")


def test_the_page_of_the_database_says_what_the_tables_are(served: Datasette) -> None:
    page = text(served, "/nianbao")
    assert "机关—年度面板</a> <code>panel</code>" in page
    assert "<code>frontier</code>" not in page


def test_all_cells_are_shown_without_their_count(served: Datasette) -> None:
    assert not re.search(r"<h2>\s*[\d,]+ 行", text(served, "/nianbao/cells"))
    assert re.search(r"<h2>\s*[\d,]+ 行", text(served, "/nianbao/flags"))
    assert "_nocount" not in text(served, "/nianbao/cells?report=henan-1")


def test_columns_selected_keep_the_filters(served: Datasette) -> None:
    page = text(served, "/nianbao/panel?year=2022&_col=agency")
    assert "/nianbao/panel?year=2022&_col=agency&_col=city" in page
    for name, shown in displays().items():
        columns = {column.name for column in table_of(name).columns}
        for chosen in shown.columns:
            assert {*chosen.of} <= columns, name


@pytest.mark.parametrize("name", QUERIES)
def test_a_question_says_what_it_asks_and_what_its_columns_mean(served: Datasette, name: str) -> None:
    page, english = text(served, f"/nianbao/{name}"), text(served, f"/nianbao/{name}?lang=en")
    question = QUERIES[name]
    assert question.zh in page
    assert question.about_zh in page
    assert question.en not in page
    assert question.en in english
    assert question.about_en in english
    assert question.zh not in english
    answer = asyncio.run(served.client.get(f"/nianbao/{name}.json")).json()
    assert all(f"<code>{column}</code></dt>" in page for column in answer["columns"])
    rows = [dict(zip(answer["columns"], row, strict=True)) for row in answer["rows"]]
    assert ('figure class="chart"' in page) == bool(question.chart and is_drawn(question.chart, rows))


def test_answers_link_to_reports_agencies_and_regions(served: Datasette) -> None:
    page = text(served, "/nianbao/carry-over-breaks")
    assert re.search(r'class="col-report"><a href="/nianbao/reports/henan-\d+">', page)
    assert re.search(r'class="col-previous"><a href="/nianbao/reports/henan-\d+">', page)
    assert re.search(r'class="col-agency"><a href="/nianbao/agencies/[\w-]+">', page)
    assert re.search(r'class="col-region"><a href="/nianbao/regions/990101">', text(served, "/nianbao/parts-compared"))


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.name)
def test_the_dictionary_has_every_column_of_a_table(served: Datasette, table: Table) -> None:
    pages = [text(served, f"/-/dictionary/{table.name}?lang={lang}") for lang in ("zh", "en")]
    for column in table.columns:
        for page, described in zip(pages, (column.zh, column.en), strict=True):
            at = page.index(f'<tr id="{column.name}">')
            row = page[at : page.index("</tr>", at)]
            assert all(said in row for said in filter(None, (described, column.label, column.unit)))
            if column.references:
                assert 'href="/-/dictionary/{}#{}"'.format(*column.references.split(".")) in row


def test_the_dictionary_is_searched_by_words(served: Datasette) -> None:
    page = text(served, "/-/dictionary?" + urlencode({"q": "panel 诉讼 纠正"}))
    assert "/-/dictionary/panel#suits_corrected" in page
    assert "/-/dictionary/panel#received" not in page
    assert "/-/dictionary/regions" not in page


@pytest.mark.parametrize(("lang", "own", "other"), [("zh", "zh", "en"), ("en", "en", "zh")])
def test_the_questions_page_lists_all_in_one_language(served: Datasette, lang: str, own: str, other: str) -> None:
    page = text(served, f"/-/questions?lang={lang}")
    assert not INLINE.search(page)
    for name, query in QUERIES.items():
        assert f'<a href="/nianbao/{name}">' in page
        assert getattr(query, own) in page
        assert getattr(query, other) not in page


@pytest.mark.parametrize("year", ["", "2022"])
def test_the_page_of_quality_draws_what_there_is_and_names_what_there_is_not(served: Datasette, year: str) -> None:
    page = text(served, f"/-/quality?year={year}")
    assert not INLINE.search(page)
    assert all(question.zh in page for question in quality().values())
    assert page.count("<figure") == page.count("<details><summary>数据")
    assert "没有可画的：" in page


def test_a_question_keeps_to_the_place_that_is_named(served: Datasette) -> None:
    for place in ("990100", "示例一市"):
        rows = asyncio.run(served.client.get(f"/nianbao/granted-shares.json?{urlencode({'place': place})}")).json()
        assert {row[2] for row in rows["rows"]} == {"示例一市"}
    assert "示例一市" in text(served, "/nianbao/granted-shares"), "the list of places"


def test_the_language_is_remembered_and_is_no_filter(served: Datasette) -> None:
    asked = asyncio.run(served.client.get("/nianbao/panel?year=2022&lang=en"))
    assert asked.headers["set-cookie"].startswith("lang=en;")
    assert "cookie" in asked.headers["vary"]
    assert '<html lang="en">' in asked.text
    remembered = asyncio.run(served.client.get("/nianbao/panel?year=2022", cookies={"lang": "en"}))
    assert '<html lang="en">' in remembered.text
    for cookie in ("fr", "\x00;=", ""):
        assert '<html lang="zh-Hans">' in asyncio.run(served.client.get("/", headers={"cookie": f"lang={cookie}"})).text


def test_a_chart_without_a_figure_is_not_drawn() -> None:
    spec = questions()["corrections-by-year"].chart or {}
    assert not is_drawn(spec, [{"year": 2022, "review_correction_rate": None, "suits_correction_rate": None}])
    assert is_drawn(spec, [{"year": 2022, "review_correction_rate": 0, "suits_correction_rate": None}])
