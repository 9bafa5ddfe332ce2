"""The reading room's pages: what they say of a report, an agency and a region, and that nothing in them runs."""

import asyncio
import csv
import re
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from lxml.html import HtmlElement, document_fromstring

from database.rows import report_rows
from database.schema import tables
from database.store import Source, Store
from derived.update import update_panel
from gazetteer.areas import regions_folder
from parsers.document.reasons import Reason, Why
from parsers.form.model import codebook, form_of
from parsers.read import read
from publish.release.dictionary import meanings
from publish.room.drawing.citation import bibtex, citation
from publish.room.drawing.form import form_tables
from publish.room.drawing.formatting import web_address
from publish.room.pages.tile_map import borders, shade_edges, tiles_of
from publish.room.security import STRICT
from publish.serve import ReadingRoom
from tests.factory.rows import add_agency, add_report
from tests.sample_text import report_text

AGENCY = "示例局"
SCRIPT = "<script>alert(1)</script>"
HOSTILE = f"\"'><img src=x onerror=alert(1)>{SCRIPT}{{{{ 7 * 7 }}}}\u202e\0" + "长" * 5000
# 2021 was read from text; 2022 says 5 = 4, has one cell each that is blank, a dash and uncertain, and a changed figure.
CELLS_2022 = {
    "applications/received/natural_person": 5,
    "applications/received/total": 5,
    "applications/concluded/natural_person": 4,
    "applications/concluded/total": 4,
    "applications/granted/total": 4,
    "disclosure/normative_documents/in_force": 40,
}
FLAGS_2022 = {
    "disclosure/regulations/issued": ("blank", None, None),
    "disclosure/regulations/repealed": ("dash", "/", None),
    "disclosure/licensing/decisions": ("uncertain", "3 8", Reason.of(Why.SEVERAL_WAYS, count=2)),
}


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("room") / "small.db"
    with Store(path) as store:
        add_agency(store, AGENCY)
        source = Source("henan-1", "a" * 64, 9, "2022-02-01T00:00:00Z", url="http://127.0.0.1/zw/public-report/view/1")
        store.save_report(source, report_rows(read(report_text())))
        store.db.execute("update reports set agency_id = ?, region_code = '990101'", [AGENCY])
        facts = {"title": f"示例局{SCRIPT}2022年政府信息公开工作年度报告", "url": "http://127.0.0.1/2"}
        cells = {**CELLS_2022, **dict.fromkeys(FLAGS_2022, None)}
        flags = [(cell, state) for cell, (state, _, _) in FLAGS_2022.items()]
        add_report(store, "henan-2", AGENCY, 2022, cells, flags, text=f"示例{SCRIPT}正文", **facts)
        for cell, (_, raw, reason) in FLAGS_2022.items():
            words = [reason and reason.en, reason and reason.zh]
            store.db.execute("update flags set raw = ?, reason = ?, reason_zh = ? where cell = ?", [raw, *words, cell])
        check = {"report": "henan-2", "identity": "balance", "scope": "natural_person", "left": 5, "right": 4}
        store.db.table("checks").insert(check)
        changed = {"report": "henan-2", "revision": 2, "seen_at": "2023-05-01T00:00:00Z", "old": "3", "new": "4"}
        store.db.table("revisions").insert({**changed, "cell": "applications/granted/total"})
        update_panel(store)
    return path


@pytest.fixture(scope="module")
def room(db: Path) -> ReadingRoom:
    return ReadingRoom(db, public=True, originals=_originals)


def _originals(sha256: str) -> bytes:
    if sha256 == "a" * 64:
        return SCRIPT.encode()
    raise LookupError(sha256)


def page(room: ReadingRoom, path: str, status: int = 200) -> HtmlElement:
    """A page as a document; the policy that keeps scripts out is checked on the way."""
    answer = asyncio.run(room.client.get(path))
    assert answer.status_code == status, (path, answer.text[:2000])
    assert "alert(1)</script>" not in answer.text
    if status == 200:
        assert answer.headers["content-security-policy"] == STRICT
    return document_fromstring(answer.text)


def text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def figure(document: HtmlElement, cell: str) -> HtmlElement:
    (anchor,) = document.xpath("//table[contains(@class, 'official')]//a[@id=$cell]", cell=cell)
    return anchor


@pytest.mark.parametrize("edition", [2021, 2019])
def test_the_drawn_form_has_every_cell_once_and_every_label(edition: int) -> None:
    form = form_of(edition)
    slots = [slot for table in form_tables(edition).values() for row in table for slot in row]
    assert [slot.cell for slot in slots if slot.cell] == list(form.cells)
    said = "".join(slot.text for slot in slots)
    for row in form.rows:
        assert all(part in said for part in row.path.split("/"))
        assert all(column.label in said for column in row.columns)


@pytest.mark.parametrize("edition", [2021, 2019])
def test_the_drawn_form_has_no_hole_and_no_overlap(edition: int) -> None:
    for table in form_tables(edition).values():
        covered: set[tuple[int, int]] = set()
        for down, row in enumerate(table):
            across = 0
            for slot in row:
                while (down, across) in covered:
                    across += 1
                places = {(down + y, across + x) for y in range(slot.height) for x in range(slot.width)}
                assert not places & covered
                covered |= places
        width = 1 + max(x for _, x in covered)
        assert covered == {(y, x) for y in range(len(table)) for x in range(width)}


def test_a_report_shows_the_figures_in_their_places(room: ReadingRoom) -> None:
    document = page(room, "/nianbao/reports/henan-1")
    granted = "applications/granted"
    shown = [text(figure(document, f"{granted}/{code}")) for code in codebook().applicants]
    assert shown == ["13", "2", "0", "0", "0", "0", "15"]
    assert text(document.xpath("//h1")[0]) == "示例市信访局2021年政府信息公开工作年度报告"


def test_a_figure_leads_to_the_place_where_it_stood(room: ReadingRoom) -> None:
    document = page(room, "/nianbao/reports/henan-1")
    anchor = figure(document, "disclosure/normative_documents/issued")
    assert anchor.get("href") == "/nianbao/reports/henan-1/disclosure/normative_documents/issued"
    (row,) = document.xpath("//tr[@id=$row]", row=f"at-{anchor.get('data-row')}")
    number = report_text().decode().splitlines().index("行政规范性文件 12 3 40") + 1
    assert text(row.find_class("place")[0]) == f"第 {number} 行"
    assert text(row.find_class("source")[0]) == "行政规范性文件 12 3 40"


def test_blank_dash_and_zero_are_told_apart_and_a_doubt_says_why(room: ReadingRoom) -> None:
    document = page(room, "/nianbao/reports/henan-2")
    states = {cell: figure(document, cell).getparent().get("class").split() for cell in FLAGS_2022}
    assert [states[cell][1] for cell in FLAGS_2022] == ["blank", "dash", "uncertain"]
    assert [text(figure(document, cell)) for cell in FLAGS_2022] == ["", "/", "3 8?"]
    assert text(figure(document, "disclosure/regulations/in_force")) == "0"
    doubt = figure(document, "disclosure/licensing/decisions")
    assert doubt.get("data-reason") == "本行数字有 2 种填入各格的方式都成立"
    english = figure(page(room, "/nianbao/reports/henan-2?lang=en"), doubt.get("id"))
    assert english.get("data-reason") == str(FLAGS_2022[doubt.get("id")][2])
    assert "doubtful" in doubt.getparent().get("class")
    (said,) = document.xpath("//section[@class='doubts']/ul/li")
    assert text(said).startswith("行政许可 · 本年处理决定数量")


def test_a_figure_says_how_it_is_known_in_the_declared_words(room: ReadingRoom) -> None:
    document = page(room, "/nianbao/reports/henan-1")
    proofs = [figure(document, cell).get("data-proof") for cell in form_of(2021).cells]
    assert figure(document, "applications/granted/total").get("data-proof") == "sum"
    assert figure(document, "disclosure/normative_documents/issued").get("data-proof") == "placed"
    for proof, (zh, _) in meanings("cells.proof").items():
        lines = [text(line) for line in document.xpath("//dd[span[@id=$name]]", name=f"proof-{proof}")]
        assert lines == ([f"{zh} {proofs.count(proof)}"] if proof in proofs else []), proof


def test_a_failed_check_stands_where_it_fails_with_both_sides(room: ReadingRoom) -> None:
    document = page(room, "/nianbao/reports/henan-2")
    (check,) = document.xpath("//li[@id='check-1']")
    said = text(check)
    assert said.startswith("自然人：本年新收＋上年结转＝总计＋结转下年度")
    assert "新收政府信息公开申请数量 5 + 二、上年结转政府信息公开申请数量 0 = 5 ≠" in said
    assert said.endswith("（七）总计 4 + 四、结转下年度继续办理 0 = 4")
    marked = {cell.get("id") for cell in document.xpath("//td[contains(@class, 'broken')]/a")}
    rows = ("received", "carried_in", "concluded", "carried_out")
    assert marked == {f"applications/{row}/natural_person" for row in rows}


def test_last_years_figures_stand_beside_this_years_on_request(room: ReadingRoom) -> None:
    received = "applications/received/total"
    assert not page(room, "/nianbao/reports/henan-2").find_class("before")
    cell = figure(page(room, "/nianbao/reports/henan-2?before=1"), received).getparent()
    assert [text(part) for part in cell] == ["5", "15"]


def test_a_revision_is_shown_with_old_and_new(room: ReadingRoom) -> None:
    (row,) = page(room, "/nianbao/reports/henan-2").xpath("//section[@id='revisions']//tr[td]")
    assert [text(cell) for cell in row] == ["2023-05-01", "（一）予以公开 · 总计", "3", "4"]


def test_a_report_that_is_not_there_is_404(room: ReadingRoom) -> None:
    page(room, "/nianbao/reports/henan-3", 404)
    page(room, "/nianbao/agencies/none", 404)
    page(room, "/nianbao/regions/123456", 404)


@pytest.mark.parametrize("form", ["", ".json"])
def test_the_first_part_of_a_key_leads_to_its_rows(room: ReadingRoom, form: str) -> None:
    answer = asyncio.run(room.client.get(f"/nianbao/flags/henan-2{form}"))
    assert (answer.status_code, answer.headers["location"]) == (302, "/nianbao/flags?report=henan-2")


def test_an_error_says_nothing_of_the_query_or_the_machine(
    room: ReadingRoom, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    endless = "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c"
    for form in ("", ".json"):
        answer = asyncio.run(room.client.get(f"/nianbao{form}", params={"sql": endless}))
        assert answer.status_code == 400
        assert "查询超时" in answer.json()["error"] if form else "查询超时" in answer.text
    assert "recursive" not in asyncio.run(room.client.get("/nianbao", params={"sql": endless})).text
    for path, status in (("/none", 404), ("/nianbao/reports?_sort=none", 400), ("/nianbao/sections_fts", 403)):
        page(room, path, status)
    assert capfd.readouterr().out == ""

    async def failing(*_: object) -> None:
        raise LookupError("/secret/path")

    monkeypatch.setattr(import_module("publish.room.pages.home"), "select", failing)
    assert "/secret" not in text(page(room, "/", 500))


def test_only_addresses_of_the_web_are_linked() -> None:
    assert web_address("HTTPS://a") == "HTTPS://a"
    assert [web_address(one) for one in ("javascript:alert(1)", " http://a", "data:text/html,a", "", None)] == [
        None
    ] * 5


def test_a_saved_csv_opens_in_excel(room: ReadingRoom) -> None:
    for asked, marked in (("?_dl=1", True), ("?_dl=1&_stream=1", True), ("", False)):
        answer = asyncio.run(room.client.get(f"/nianbao/panel.csv{asked}"))
        assert answer.content.startswith("\ufeffagency_id".encode() if marked else b"agency_id"), asked


def test_an_agency_has_its_years_and_names_its_gaps(db: Path, tmp_path: Path) -> None:
    path = tmp_path / "gaps.db"
    with Store(path) as store:
        add_agency(store, AGENCY)
        for year in (2020, 2022):
            add_report(store, f"henan-{year}", AGENCY, year, {"applications/received/total": year - 2000})
        update_panel(store)
    table = page(ReadingRoom(path), "/nianbao/agencies/~E7~A4~BA~E4~BE~8B~E5~B1~80").find_class("years")[0]
    rows = [[text(cell) for cell in row] for row in table.xpath("tbody/tr")]
    assert [row[0] for row in rows] == ["2020", "2021", "2022"]
    assert [row[2] for row in (rows[0], rows[2])] == ["20", "22"]
    assert rows[1][1].startswith("库中没有这一年的报告")


def test_a_region_lists_its_agencies_and_regions(room: ReadingRoom) -> None:
    document = page(room, "/nianbao/regions/990101")
    assert document.xpath("//a[contains(@href, '/nianbao/agencies/')]")
    assert "示例东县" in text(page(room, "/nianbao/regions/990100"))


def test_home_names_the_years_and_what_was_revised(room: ReadingRoom) -> None:
    document = page(room, "/")
    rows = [[text(cell) for cell in row] for row in document.find_class("years")[0].xpath(".//tr[td]")]
    assert rows == [["2022", "1", "1", "1", "0", "0"], ["2021", "1", "1", "1", "0", "0"]]
    assert "2023-05-01 · 1" in text(document)


def test_the_map_shades_by_fifths_and_hatches_what_is_missing(room: ReadingRoom) -> None:
    assert shade_edges([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]) == pytest.approx([2.8, 4.6, 6.4, 8.2])
    assert shade_edges([7, 7, 7]) == []
    counties = [
        {"code": code, "name": code, "city_code": city, "city": city}
        for code, city in (("410302", "410300"), ("410303", "410300"), ("990101", "990100"))
    ]
    values = {"410302": {"code": "410302", "value": 0.25, "small": 1}}
    old_town, west, unplaced = tiles_of(counties, values, is_share=True)
    assert [(tile.text, tile.shade, tile.small) for tile in (old_town, west)] == [("25.0%", 0, True), ("", None, False)]
    assert unplaced.row > max(old_town.row, west.row)
    tiles = page(room, "/-/map?column=received&year=2022&province=990000").find_class("tile")
    shown = {text(tile.find("title")).split()[0]: text(tile.find_class("figure")[0]) for tile in tiles}
    # A city without counties has a tile of its own.
    assert shown == {"示例县": "5", "示例东县": "–", "示例北市": "–"}


def test_the_map_shows_the_newest_year_that_has_the_figure(room: ReadingRoom) -> None:
    # The report on 2022 has an uncertain number of licensing decisions.
    assert text(page(room, "/-/map?province=990000").xpath("//h1/small")[0]).startswith("2022")
    licences = page(room, "/-/map?province=990000&column=licensing_decisions")
    assert text(licences.xpath("//h1/small")[0]).startswith("2021")
    assert licences.xpath("//select[@name='column']/optgroup[@label='占比']/option[@value='granted_share']")


def test_borders_part_cities_and_go_round_the_whole() -> None:
    sides = re.findall(r"M(\S+ \S+)", borders({(1, 1): "a", (2, 1): "a", (2, 2): "b"}))
    around = ["0 0h1", "1 0h1", "0 0v1", "0 1h1", "2 0v1", "1 1v1", "2 1v1", "1 2h1"]
    assert sorted(sides) == sorted([*around, "1 1h1"])


def test_henans_counties_are_one_piece_and_so_is_each_city() -> None:
    folder = regions_folder() / "41"
    regions, tiles = (
        list(csv.DictReader((folder / name).read_text(encoding="utf-8").splitlines()))
        for name in ("regions.csv", "tiles.csv")
    )
    city = {row["code"]: row["parent"] if row["level"] == "county" else row["code"] for row in regions}
    today = {row["code"] for row in regions if not row["valid_to"] and row["level"] != "province"} - {*city.values()}
    place = {row["code"]: (int(row["column"]), int(row["row"])) for row in tiles}
    assert {*place} == today | {"419001"}
    assert len({*place.values()}) == len(place)
    for part in ({*place}, *({code for code in place if city[code] == one} for one in {city[code] for code in place})):
        assert _in_one_piece({place[code] for code in part}), part


def _in_one_piece(cells: set[tuple[int, int]]) -> bool:
    reached, edge = set[tuple[int, int]](), {min(cells)}
    while edge:
        reached |= edge
        edge = {(x + dx, y + dy) for x, y in edge for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1))} & cells - reached
    return reached == cells


def test_an_original_is_shown_where_nothing_in_it_can_run(room: ReadingRoom) -> None:
    answer = asyncio.run(room.client.get(f"/-/original/{'a' * 64}"))
    assert answer.content == SCRIPT.encode()
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "script" not in answer.headers["content-security-policy"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert asyncio.run(room.client.get(f"/-/original/{'b' * 64}")).status_code == 404


@pytest.mark.parametrize("path", ["/-/databases.json", "/-/databases", "/-/threads.json", "/-/permissions"])
def test_no_page_shows_paths_of_this_machine(room: ReadingRoom, path: str) -> None:
    assert asyncio.run(room.client.get(path)).status_code == 404


@pytest.mark.parametrize(
    "function",
    ["replace(hex(char(48)), '3', hex(printf('%.*c', 900000, 'x')))", "json_quote(printf('%.*c', 999999, '\"'))"],
)
def test_a_query_cannot_fill_the_memory(room: ReadingRoom, function: str) -> None:
    answer = asyncio.run(room.client.get("/nianbao.json", params={"sql": f"select length({function}) as n"}))
    assert answer.status_code == 400
    assert "too big" in answer.text


def test_a_query_does_not_tell_where_the_file_is(room: ReadingRoom, db: Path) -> None:
    for sql in ("select * from pragma_database_list", "select file from main.pragma_database_list() as t"):
        answer = asyncio.run(room.client.get("/nianbao.json", params={"sql": sql}))
        assert db.name not in answer.text


def test_nothing_that_is_stored_becomes_markup(db: Path, tmp_path: Path) -> None:
    path = tmp_path / "hostile.db"
    shutil.copy(db, path)
    with Store(path) as store:
        store.db.execute("pragma foreign_keys = off")
        for table in tables():
            keys = {"state", "status", "level", "identity", "outcome", "counts", *table.pk}
            texts = [c.name for c in table.columns if c.type == "text" and not c.references and c.name not in keys]
            # The steps that the database has taken are the program's own words, each but once.
            if texts and not table.view and table.name != "_sqlite_migrations":
                changes = ", ".join(f"[{name}] = :text" for name in texts if not name.endswith("_id"))
                store.db.execute(f"update [{table.name}] set {changes}", {"text": HOSTILE})
        store.db.execute("update reports set url = 'javascript:alert(1)'")
    hostile = ReadingRoom(path)
    for address in ("/", "/-/search?q=alert", "/nianbao/reports/henan-2", "/nianbao/regions/990101", "/-/map"):
        document = page(hostile, address)
        assert "{{ 7" in text(document) or "henan" not in address
        assert not document.xpath("//img | //@onerror | //*[starts-with(@href, 'javascript:')]"), address
    for table in tables():
        assert b"<img" not in asyncio.run(hostile.client.get(f"/nianbao/{table.name}")).content, table.name


def test_the_public_room_is_read_only_and_bounded(room: ReadingRoom, db: Path) -> None:
    database = room.get_database("nianbao")
    assert not database.is_mutable
    assert room.setting("sql_time_limit_ms") <= 1000
    for sql in ("delete from reports", "attach database 'x.db' as x", "pragma table_info(reports)"):
        assert asyncio.run(room.client.get("/nianbao.json", params={"sql": sql})).status_code == 400
    endless = "with recursive c(n) as (select 1 union all select n + 1 from c) select count(*) from c"
    assert asyncio.run(room.client.get("/nianbao.json", params={"sql": endless})).status_code == 400
    assert ReadingRoom(db).get_database("nianbao").is_mutable


@pytest.mark.parametrize(("indexed", "line"), [(False, "Disallow: /"), (True, "Allow: /")])
def test_one_setting_lets_search_engines_in(db: Path, line: str, *, indexed: bool) -> None:
    answer = asyncio.run(ReadingRoom(db, indexed=indexed).client.get("/robots.txt"))
    assert line in answer.text.splitlines()


def test_a_citation_names_who_what_when_and_where() -> None:
    report = {"id": "henan-7", "agency": "示例局", "title": "示例局 50% 报告", "url": "http://127.0.0.1/7"}
    report |= {"published": "2022-01-26", "last_seen": "2022-02-01T00:00:00Z", "revision": "2"}
    said = citation(report)
    assert (
        said == "示例局. 示例局 50% 报告[R/OL]. (2022-01-26)[2022-02-01]. http://127.0.0.1/7. nianbao henan-7, 修订 2."
    )
    assert "title = {{示例局 50\\% 报告}}" in bibtex(report)


def test_a_database_without_reports_says_so(tmp_path: Path) -> None:
    Store(tmp_path / "empty.db").close()
    empty = ReadingRoom(tmp_path / "empty.db")
    assert "库中还没有报告" in text(page(empty, "/"))
    for path in ("/-/search?q=公开", "/-/map"):
        page(empty, path)
