"""Every table, question and dashboard answers, and says in both languages what it shows."""

import asyncio
import re
from html import unescape
from pathlib import Path
from urllib.parse import urlencode

import datasette
import pytest
from datasette.app import Datasette
from datasette_dashboards import replace_opts_in_query

from database.schema import table_of, tables
from database.store import Store
from derived.update import update_panel
from publish.room.declarations import dashboards, displays, questions, translations
from publish.room.translations import phrases
from publish.serve import ReadingRoom
from tests.factory.province import SMALL, write_province

QUERIES = questions()
CHARTS = dashboards()["quality"]["charts"]
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
    table, page = table_of(name), text(served, f"/nianbao/{name}")
    for described in (table, *table.columns):
        assert described.zh in page
        assert described.en in page
    assert "column-descriptions" not in page, "the list of all columns buries the rows"


@pytest.mark.parametrize("template", translations())
def test_datasettes_own_words_are_where_they_are_translated(template: str) -> None:
    source = (Path(datasette.__file__).parent / "templates" / template).read_text(encoding="utf-8")
    for phrase, said in phrases(template).items():
        assert phrase in source, phrase
        source = source.replace(phrase, said)


def test_heads_of_columns_have_a_name_under_their_code(served: Datasette) -> None:
    assert "<small>级别</small>" in text(served, "/nianbao/agencies")


def test_the_page_of_the_database_says_what_the_tables_are(served: Datasette) -> None:
    page = text(served, "/nianbao")
    assert "<code>panel</code></a> 机关—年度面板" in page
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
    page = text(served, f"/nianbao/{name}")
    for key in ("zh", "en", "about_zh", "about_en"):
        assert getattr(QUERIES[name], key) in page
    answer = asyncio.run(served.client.get(f"/nianbao/{name}.json")).json()
    assert all(f"<dt><code>{column}</code></dt>" in page for column in answer["columns"])
    assert ('figure class="chart"' in page) == bool(QUERIES[name].chart and answer["rows"])


def test_answers_link_to_reports_agencies_and_regions(served: Datasette) -> None:
    page = text(served, "/nianbao/carry-over-breaks")
    assert re.search(r'<td class="col-report"><a href="/nianbao/reports/henan-\d+">', page)
    assert re.search(r'<td class="col-previous"><a href="/nianbao/reports/henan-\d+">', page)
    assert re.search(r'<td class="col-agency_id"><a href="/nianbao/agencies/[\w-]+">', page)
    assert '<a href="/nianbao/regions/990101">990101</a>' in text(served, "/nianbao/counties-compared")


def test_the_dictionary_has_every_column_in_both_languages(served: Datasette) -> None:
    page = text(served, "/-/dictionary")
    assert not INLINE.search(page)
    for table in tables():
        assert f'<section id="{table.name}"' in page
        for column in table.columns:
            at = page.index(f'<tr id="{table.name}.{column.name}">')
            row = page[at : page.index("</tr>", at)]
            for said in filter(None, (column.zh, column.en, column.label, column.unit)):
                assert said in row, column
            if column.references:
                assert f'href="#{column.references}"' in row


def test_the_dictionary_is_filtered_by_words(served: Datasette) -> None:
    page = text(served, "/-/dictionary?" + urlencode({"q": "panel 诉讼 纠正"}))
    assert 'id="panel.suits_corrected"' in page
    assert 'id="panel.received"' not in page
    assert 'id="regions"' not in page


def test_the_questions_page_lists_all(served: Datasette) -> None:
    page = text(served, "/-/questions")
    assert not INLINE.search(page)
    for name, query in QUERIES.items():
        assert f'<a href="/nianbao/{name}">' in page
        assert query.zh in page
        assert query.en in page


@pytest.mark.parametrize("year", ["", "2022"])
def test_every_chart_of_the_dashboard_has_an_answer(served: Datasette, year: str) -> None:
    page = text(served, f"/-/dashboards/quality?year={year}")
    for name, chart in CHARTS.items():
        assert chart["title"] in page
        assert chart["library"] in ("vega-lite", "metric"), "others write values into the page as markup"
        sql = replace_opts_in_query(chart["query"], {"year": year})
        asked = urlencode({"sql": sql, "year": year, "_shape": "objects"})
        answer = asyncio.run(served.client.get(f"/nianbao.json?{asked}")).json()
        assert answer["ok"], name
        assert answer["rows"], name
        text(served, f"/-/dashboards/quality/{name}")
