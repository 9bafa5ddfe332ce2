"""The reading room in Chromium, every host but loopback blocked: no overlaps, no complaints, charts drawn."""

import csv
import io
import shutil
import sqlite3
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
import uvicorn

from database.store import Store
from derived.update import update_panel
from gazetteer.areas import regions_folder
from publish.serve import ReadingRoom
from tests.factory.province import SMALL, write_province

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="needs axe-playwright-python")
CHROMIUM = shutil.which("chromium")
pytestmark = [
    pytest.mark.skipif(CHROMIUM is None, reason="needs chromium"),
    # One browser and one server for all of them.
    pytest.mark.xdist_group("browser"),
]

WIDTHS = (1280, 390)
# Every line of text that can be seen, and where it stands on the page.
LINES = """() => {
  const hidden = "script, style, option, select, .skip, [hidden], details:not([open]) > :not(summary)";
  const seen = (box, element) => {
    for (let holder = element; holder && holder !== document.body; holder = holder.parentElement) {
      const style = getComputedStyle(holder);
      if (style.visibility === "hidden" || style.opacity === "0") return null;
      if (style.overflowX === "visible" && style.overflowY === "visible") continue;
      const frame = holder.getBoundingClientRect();
      box = [Math.max(box[0], frame.left), Math.max(box[1], frame.top),
             Math.min(box[2], frame.right), Math.min(box[3], frame.bottom)];
    }
    return box[2] - box[0] > 1 && box[3] - box[1] > 1 ? box : null;
  };
  const found = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    if (!node.data.trim() || node.parentElement.closest(hidden)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const { left, top, right, bottom } of range.getClientRects()) {
      const box = seen([left, top, right, bottom], node.parentElement);
      if (box) found.push([...box, node.data.trim().slice(0, 40)]);
    }
  }
  return found;
}"""


@dataclass
class Visit:
    """What a browser met while it was used: complaints, and requests that left this machine."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    abroad: list[str] = field(default_factory=list)


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("browser") / "province.db"
    write_province(path, SMALL)
    with Store(path) as store:
        store.db.table("regions").insert_all(_henan())
        update_panel(store)
    return path


def _henan() -> list[dict[str, str | None]]:
    """Henan's regions of today, for the map: no agency of them reports."""
    rows = csv.DictReader((regions_folder() / "41" / "regions.csv").read_text(encoding="utf-8").splitlines())
    names = ("code", "name", "level", "parent")
    return [{name: row[name] or None for name in names} | {"kind": "region"} for row in rows if not row["valid_to"]]


@pytest.fixture(scope="module")
def address(db: Path) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(ReadingRoom(db, public=True).app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        yield playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])


@pytest.fixture
def visit(browser: Any) -> Iterator[Visit]:
    context = browser.new_context(viewport={"width": WIDTHS[0], "height": 1000}, accept_downloads=True)
    visit = Visit(context.new_page())

    def check(route: Any) -> None:
        if urlsplit(route.request.url).hostname == "127.0.0.1":
            route.continue_()
        else:
            visit.abroad.append(route.request.url)
            route.abort()

    context.route("**/*", check)
    visit.page.on("console", lambda said: visit.complaints.append(said.text) if said.type == "error" else None)
    visit.page.on("pageerror", lambda error: visit.complaints.append(str(error)))
    yield visit
    context.close()
    assert not visit.complaints
    assert not visit.abroad


def _one(db: Path, sql: str) -> str:
    connection = sqlite3.connect(db)
    try:
        return str(connection.execute(sql).fetchone()[0])
    finally:
        connection.close()


def _overlaps(lines: list[list[Any]]) -> list[tuple[str, str]]:
    """The pairs of lines that cover a good part of each other."""
    found = []
    lines.sort(key=lambda line: line[1])
    for at, (left, top, right, bottom, text) in enumerate(lines):
        for other_left, other_top, other_right, other_bottom, other in lines[at + 1 :]:
            if other_top >= bottom:
                break
            across = min(right, other_right) - max(left, other_left)
            down = min(bottom, other_bottom) - other_top
            if across > 2 and down > 0.4 * min(bottom - top, other_bottom - other_top):
                found.append((text, other))
    return found


PAGES = {
    "home": "/",
    "home in English": "/?lang=en",
    "search": "/-/search?q=公开",
    "map": "/-/map?column=granted_share",
    "map of Henan": "/-/map?province=410000",
    "compare": "/-/compare?of=990100&of=990200&column=granted_share",
    "dictionary": "/-/dictionary",
    "dictionary of the panel": "/-/dictionary/panel",
    "questions": "/-/questions",
    "quality": "/-/quality",
    "region": "/nianbao/regions/990100",
    "question": "/nianbao/outcomes-by-year?place=990100",
    "reports": "/nianbao/reports",
    "panel": "/nianbao/panel?_size=5",
    "row of the panel": "/nianbao/panel/990101-dept-1,2022",
    "tables": "/nianbao",
    "SQL": "/nianbao?sql=select+agency,+year,+received+from+panel+limit+5",
    "error": "/nianbao/nothing",
}


def _fits(page: Any) -> None:
    """At every width no text covers another, and nothing stands beside the screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert not _overlaps(page.evaluate(LINES))
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_a_page_fits_the_screen_and_axe_finds_nothing_above_minor(visit: Visit, address: str, path: str) -> None:
    visit.page.goto(address + path, wait_until="networkidle")
    _fits(visit.page)
    found = axe.Axe().run(visit.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] != "minor"] == []
    # The page of an error is one; the browser says so.
    visit.complaints = [said for said in visit.complaints if "404" not in said]


def test_coverage_and_quality_are_drawn_at_every_width(visit: Visit, address: str) -> None:
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 900})
        visit.page.goto(f"{address}/-/quality")
        charts = visit.page.locator("figure.chart")
        for index in range(charts.count()):
            charts.nth(index).locator("svg").wait_for()
        assert charts.count() > 3
        assert not _overlaps(visit.page.evaluate(LINES))
        assert visit.page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_reports_flagged_cell_says_why_and_where(visit: Visit, address: str, db: Path) -> None:
    report, cell = _one(db, "select report || ' ' || cell from flags where state = 'uncertain'").split()
    visit.page.goto(f"{address}/nianbao/reports/{report}")
    _fits(visit.page)
    figure = visit.page.locator(f"[id='{cell}']")
    assert "doubtful" in figure.locator("..").get_attribute("class")
    card = visit.page.locator("#where")
    for width in WIDTHS:
        visit.page.set_viewport_size({"width": width, "height": 900})
        figure.focus()
        assert "存疑" in card.inner_text()
        box = card.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        visit.page.keyboard.press("Escape")
        assert card.is_hidden()
        figure.blur()


def test_a_figure_says_how_it_is_known(visit: Visit, address: str, db: Path) -> None:
    report, cell = _one(db, "select report || ' ' || cell from cells where proof = 'sum' and value > 0").split()
    visit.page.goto(f"{address}/nianbao/reports/{report}")
    _fits(visit.page)
    visit.page.locator(f"[id='{cell}']").hover()
    assert "印证方式" in visit.page.locator("#where .proof").inner_text()
    assert "勾稽关系印证" in visit.page.locator("#where .proof").inner_text()


def test_the_keyboard_goes_past_a_reports_table(visit: Visit, address: str, db: Path) -> None:
    report = _one(db, "select id from reports where edition = 2021")
    visit.page.goto(f"{address}/nianbao/reports/{report}")
    visit.page.locator("a.skip[href='#after-applications']").focus()
    visit.page.keyboard.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.closest('table.applications')") is None


def test_two_characters_are_found_from_the_home_page(visit: Visit, address: str, db: Path) -> None:
    word = _one(db, "select substr(text, 20, 2) from sections where number = 1")
    visit.page.goto(address)
    visit.page.locator("form.search input").fill(word)
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url("**/-/search?q=*")
    assert word in {mark.strip() for mark in visit.page.locator("mark").all_inner_texts()}
    visit.page.locator("a[href*='/nianbao/reports/']").first.click()
    assert visit.page.locator("table.official").count() == 3


def test_an_agencys_charts_are_drawn(visit: Visit, address: str, db: Path) -> None:
    # The made-up province has no reviews and no lawsuits: of four charts three have something to draw.
    agency = _one(db, "select agency_id from panel group by 1 having count(*) = 5 and sum(received) > 0")
    visit.page.goto(f"{address}/nianbao/agencies/{agency}")
    charts = visit.page.locator("figure.chart")
    assert charts.count() == 3
    for index in range(3):
        charts.nth(index).locator("svg").wait_for()
        assert charts.nth(index).locator("svg path, svg rect, canvas").count() > 0
    assert not _overlaps(visit.page.evaluate(LINES))


def test_a_question_is_answered_with_a_chart_and_as_csv(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/-/questions")
    visit.page.locator("main a[href*='/nianbao/']").first.click()
    visit.page.wait_for_url("**/nianbao/*")
    assert visit.page.locator("table.rows tbody tr").count() > 0
    with visit.page.expect_download() as started:
        visit.page.get_by_role("link", name="CSV", exact=True).click()
    rows = list(csv.reader(io.StringIO(Path(started.value.path()).read_text(encoding="utf-8-sig"))))
    assert rows[0][0] == "report"
    assert len(rows) > 1


def test_the_switch_of_language_holds_on_the_next_page(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/nianbao/panel?year=2022&_size=1")
    assert "核验状态" in visit.page.locator("thead").inner_text()
    visit.page.get_by_role("link", name="English").click()
    visit.page.wait_for_url("**lang=en")
    assert "核验状态" not in visit.page.locator("main").inner_text()
    assert "status" in visit.page.locator("thead").inner_text()
    assert visit.page.locator("tbody tr").count() == 1, "the language is no filter"
    visit.page.goto(f"{address}/-/compare")
    assert visit.page.locator("h1").inner_text() == "Compare"
    visit.page.get_by_role("link", name="中文").click()
    assert visit.page.locator("h1").inner_text() == "比较"


def test_places_are_compared_over_the_years_with_denominators_and_peers(visit: Visit, address: str, db: Path) -> None:
    visit.page.goto(f"{address}/-/compare")
    fields = visit.page.locator("input[name=of]")
    fields.nth(0).fill("示例一市")
    fields.nth(1).fill("990200")
    visit.page.locator("select[name=column]").select_option("granted_share")
    visit.page.get_by_role("button", name="比较").click()
    visit.page.wait_for_url("**of=*")
    visit.page.locator("figure.chart svg").wait_for()
    rows = visit.page.locator("table.sortable tbody tr")
    assert [name.strip() for name in rows.locator("th").all_inner_texts()] == ["示例一市", "示例二市"]
    share = "select printf('%.1f%% / %d', 100 * granted_share, concluded) from panel_regions"
    assert _one(db, f"{share} where region_code = '990100' and year = 2020") in rows.nth(0).inner_text()
    visit.page.get_by_role("link", name="示例三市").click()
    assert rows.count() == 3
    visit.page.goto(f"{address}/-/compare?of=无此地")
    assert "没有这个地方或机关" in visit.page.locator("[role=alert]").inner_text()


def test_an_agency_is_suggested_as_its_name_is_typed(visit: Visit, address: str, db: Path) -> None:
    name = _one(db, "select name from agencies where name like '%财政局' order by length(name), name limit 1")
    visit.page.goto(f"{address}/nianbao/granted-shares")
    visit.page.locator("input[name=place]").press_sequentially(name[:-1])
    visit.page.locator(f"#places option[value='{name}']").wait_for(state="attached")


def test_a_table_is_sorted_by_its_heads_and_keeps_its_first_column(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/nianbao/regions/990101")
    head = visit.page.locator("table.sortable").first.get_by_role("button", name="新收")
    column = visit.page.locator("table.sortable").first.locator("tbody td:nth-child(3)")
    for order, reverse in (("ascending", False), ("descending", True)):
        head.click()
        assert visit.page.locator(f"th[aria-sort={order}]").count() == 1
        figures = [int(text) for text in column.all_inner_texts() if text.strip()]
        assert figures == sorted(figures, reverse=reverse)
    visit.page.goto(f"{address}/nianbao/panel?_size=3")
    first = visit.page.locator("table.rows tbody td:first-child").first
    left = first.bounding_box()["x"]
    visit.page.locator(".table-wrapper").evaluate("element => element.scrollLeft = 2000")
    assert abs(first.bounding_box()["x"] - left) <= 1, "the table's own border"


def test_a_row_is_a_card_on_a_telephone(visit: Visit, address: str) -> None:
    visit.page.set_viewport_size({"width": 390, "height": 800})
    visit.page.goto(f"{address}/nianbao/agencies?_size=2")
    cell = visit.page.locator("table.rows tbody td.col-level").first
    assert cell.evaluate("element => getComputedStyle(element, '::before').content") == '"级别"'
    visit.page.goto(f"{address}/nianbao/panel/990101-dept-1,2022")
    assert visit.page.evaluate("document.documentElement.scrollHeight") < 12_000


def test_a_chart_is_taken_away_as_drawing_picture_and_data(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/nianbao/outcomes-by-year")
    begins = {"svg": b"<svg", "png": b"\x89PNG", "csv": "\ufeffyear,".encode()}
    for kind, first in begins.items():
        with visit.page.expect_download() as started:
            visit.page.locator(f"[data-take={kind}]").click()
        assert Path(started.value.path()).read_bytes().startswith(first)
        assert started.value.suggested_filename == f"申请是怎样办结的？.{kind}"


def test_the_map_is_one_screen_high_zooms_and_prints_in_patterns(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/-/map?province=410000")
    box = visit.page.locator(".atlas svg").bounding_box()
    assert box["y"] + box["height"] <= 1000
    visit.page.set_viewport_size({"width": 390, "height": 800})
    width = visit.page.locator(".atlas svg").bounding_box()["width"]
    visit.page.get_by_role("button", name="放大").click()
    assert visit.page.locator(".atlas svg").bounding_box()["width"] > width
    visit.page.goto(f"{address}/-/map")
    visit.page.emulate_media(media="print")
    fill = visit.page.locator(".atlas rect.shade-4").first.evaluate("element => getComputedStyle(element).fill")
    assert "ink-4" in fill


def test_the_map_leads_to_a_county_by_keyboard(visit: Visit, address: str) -> None:
    visit.page.goto(f"{address}/-/map")
    tile = visit.page.locator("a.tile").first
    code = tile.get_attribute("href").rpartition("/")[2]
    tile.focus()
    visit.page.keyboard.press("Enter")
    visit.page.wait_for_url(f"**/nianbao/regions/{quote(code)}")


def test_a_printed_report_is_the_form_alone(visit: Visit, address: str, db: Path) -> None:
    report = _one(db, "select id from reports where edition = 2021")
    visit.page.goto(f"{address}/nianbao/reports/{report}")
    visit.page.emulate_media(media="print")
    assert visit.page.locator("table.applications").is_visible()
    assert not visit.page.locator(".masthead").is_visible()
