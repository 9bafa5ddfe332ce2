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
from publish.serve import ReadingRoom
from tests.factory.province import SMALL, write_province

sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
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
        update_panel(store)
    return path


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
    "search": "/-/search?q=公开",
    "map": "/-/map?column=granted_share",
    "dictionary": "/-/dictionary",
    "questions": "/-/questions",
    "reports": "/nianbao/reports",
    "panel": "/nianbao/panel",
    "tables": "/nianbao",
}


def _fits(page: Any) -> None:
    """At every width no text covers another, and nothing stands beside the screen."""
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert not _overlaps(page.evaluate(LINES))
        assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES)
def test_no_text_overlaps_and_no_page_is_wider_than_the_screen(visit: Visit, address: str, path: str) -> None:
    visit.page.goto(address + path)
    _fits(visit.page)


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
