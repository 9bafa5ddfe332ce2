"""``nianbao review``: the queue, its page in a browser by keyboard alone, and what becomes of the decisions."""

import hashlib
import json
import re
import shutil
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from random import Random
from typing import Any
from unittest import mock

import pytest
from click.testing import CliRunner
from sqlite_utils import Database

from crawler.crawl import CrawlOptions, crawl
from database.decisions import NAME, Decision, add_decision, read_decisions
from database.rows import report_rows
from database.store import Source, Store
from derived.update import update_derived
from nianbao.cli import main
from nianbao.portal.server import SamplePortal
from nianbao.review.queue import asked_for, open_report, reports
from nianbao.review.run import review
from nianbao.review.server import ReviewServer
from parsers.read import read
from tests.factory.html import plain_page
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth
from tests.sample_text import draft_page

AT = "2026-12-01T09:00:00Z"
WORDS = "见附件"
# A line runs through 24461 (tests/cases/pdf-struck): 规章, 本年制发件数.
STRUCK = Path(__file__).parent.parent / "cases" / "pdf-struck" / "input.pdf"
ISSUED = "disclosure/regulations/issued"


def _page() -> tuple[bytes, list[str]]:
    """A page on which nine figures, from the row 予以公开 on, are words; and the figures that they were."""
    text = plain_page(sheet_of(draw_truth(Random(5))), Random(5)).decode()
    start = text.index("予以公开</td>")
    figures: list[str] = []

    def word(match: re.Match[str]) -> str:
        figures.append(match[1])
        return f"<td>{WORDS}</td>"

    return (text[:start] + re.sub(r"<td>([\d０-９,，]+)</td>", word, text[start:], count=9)).encode(), figures


DOCUMENTS = {hashlib.sha256(data).hexdigest(): data for data in (_page()[0], STRUCK.read_bytes())}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page with nine cells that hold words, and a PDF with a figure that is struck out."""
    path = tmp_path_factory.mktemp("review") / "nianbao.db"
    with Store(path) as store:
        for number, (sha256, data) in enumerate(DOCUMENTS.items(), start=1):
            source = Source(f"henan-{number}", sha256, len(data), AT, warc="nianbao.warc.gz", offset=0)
            store.save_report(source, report_rows(read(data)))
        update_derived(store)
    return path


@pytest.fixture
def db(tmp_path: Path, written: Path) -> Path:
    return Path(shutil.copy(written, tmp_path))


class Inline:
    """Looks documents up in this process: a new one takes seconds to begin."""

    def __init__(self, workers: int) -> None:
        pass

    def submit(self, work: Callable[[], Any]) -> Future[Any]:
        made: Future[Any] = Future()
        made.set_result(work())
        return made

    def close(self) -> None:
        pass


def _reviewed(db: Path, work: Callable[[str], None], by: str = "甲", **options: Any) -> int:
    """Run a session in which somebody works at its address."""
    begun: Queue[ReviewServer] = Queue()
    with ThreadPoolExecutor() as threads, mock.patch("nianbao.review.run.ReaderPool", Inline):
        session = threads.submit(review, db, DOCUMENTS.__getitem__, by, started=begun.put, **options)
        server = begun.get(timeout=60)
        try:
            work(server.url)
        finally:
            server.stop()
        return session.result()


def _asked(url: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    data = None if body is None else json.dumps(body).encode()
    with urllib.request.urlopen(urllib.request.Request(url, data)) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_ten_cells_are_decided_by_keyboard_and_stand_where_cells_are_published(db: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium")
    _, figures = _page()
    seen: list[str] = []

    def work(url: str) -> None:
        with sync_api.sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
            page = browser.new_page()
            complaints: list[str] = []
            page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
            page.goto(url)
            for number in range(10):
                page.wait_for_selector(f"body[data-count='{number}']:not([aria-busy])")
                seen.append(page.get_attribute("body", "data-cell"))
                if seen[-1].endswith(ISSUED):
                    assert page.locator("#picture").get_attribute("src").startswith("data:image/png;base64,")
                    page.keyboard.press("Enter")
                    continue
                assert page.locator("#lines td.cell, #lines td.row").first.inner_text()
                page.keyboard.type(figures[len([cell for cell in seen if not cell.endswith(ISSUED)]) - 1])
                page.keyboard.press("Enter")
            page.wait_for_selector("body[data-count='10']")
            assert "没有待核定的单元格了" in page.inner_text("main")
            assert not complaints
            browser.close()

    assert _reviewed(db, work) == 10
    assert len(set(seen)) == 10
    found = Database(db)
    cells = [*found.query("select * from cells where proof = 'person'")]
    assert len(cells) == 10
    assert {(row["read_state"], row["state"]) for row in cells} == {("text", "printed"), ("uncertain", "printed")}
    assert {row["value"] for row in cells if row["cell"] == ISSUED} == {24461}
    assert {status for (status,) in found.execute("select status from reports")} == {"reviewed"}
    found.close()


def test_every_key_has_its_decision(db: Path) -> None:
    def work(url: str) -> None:
        first = _asked(f"{url}next")
        cells = [first["cell"]]
        for decision, text in (
            ("confirmed", ""),
            ("typed", "1，362"),
            ("blank", ""),
            ("illegible", ""),
            ("misprint", ""),
        ):
            item = _asked(
                f"{url}decide",
                {"report": "henan-1", "cell": cells[-1], "decision": decision, "text": text, "why": "看过"},
            )
            cells.append(item["cell"])
        with pytest.raises(urllib.error.HTTPError) as refused:
            _asked(
                f"{url}decide",
                {"report": "henan-1", "cell": cells[-1], "decision": "typed", "text": "约三十", "why": ""},
            )
        assert "not a number" in json.load(refused.value)["error"]
        assert _asked(f"{url}back", {})["cell"] == cells[-2]

    _reviewed(db, work, report="henan-1")
    lines = read_decisions(db.with_name(NAME))
    assert [(line.decision, line.state, line.value) for line in lines] == [
        ("confirmed", "text", None),
        ("typed", "printed", 1362),
        ("blank", "blank", None),
        ("illegible", None, None),
        ("misprint", "text", None),
    ]
    assert {(line.by, line.why, line.read_raw) for line in lines} == {("甲", "看过", WORDS)}


def test_nobody_gets_in_without_the_token(db: Path) -> None:
    def work(url: str) -> None:
        host = url.rsplit("/", 2)[0]
        for path in ("/", "/next", "/wrong/next", "/wrong/"):
            with pytest.raises(urllib.error.HTTPError, match="404"):
                _asked(host + path)
        assert "script-src 'self'" in urllib.request.urlopen(url).headers["content-security-policy"]

    _reviewed(db, work)


def test_a_second_person_is_asked_without_being_told_what_the_first_said(db: Path) -> None:
    def decide(text: str) -> Callable[[str], None]:
        def work(url: str) -> None:
            item = _asked(f"{url}next")
            assert (item["cell"], item["others"]) == (ISSUED, [])
            _asked(f"{url}decide", {"report": "henan-2", "cell": ISSUED, "decision": "typed", "text": text, "why": ""})

        return work

    def nothing(url: str) -> None:
        assert _asked(f"{url}next") == {"done": True, "count": 0}

    _reviewed(db, decide("24461"), report="henan-2")
    _reviewed(db, nothing, by="乙", report="henan-2")
    _reviewed(db, decide("24467"), by="乙", double=True, report="henan-2")
    with Store(db) as store:
        found = open_report(store.db, "henan-2", "丙", double=False)
        assert [store.db.execute("select distinct standing from decisions").fetchall()] == [[("disputed",)]]
    assert found.why[ISSUED] == "disputed"
    assert [(row["by"], row["value"]) for row in found.others[ISSUED]] == [("甲", 24461), ("乙", 24467)]


def test_one_misprint_settles_the_sums_that_it_is_in(db: Path) -> None:
    # tests/sample_text.py: of 15 requests 16 are concluded; natural persons 14 of 13.
    data = draft_page().replace("约5".encode(), b"0")
    with Store(db) as store:
        source = Source("henan-3", "c" * 64, len(data), AT, warc="nianbao.warc.gz", offset=0)
        store.save_report(source, report_rows(read(data)))
        update_derived(store)

    def work(url: str) -> None:
        for cell in ("applications/concluded/natural_person", "applications/concluded/total"):
            item = _asked(f"{url}next")
            assert (item["cell"], item["open"]) == (cell, "contested")
            _asked(f"{url}decide", {"report": "henan-3", "cell": cell, "decision": "misprint", "text": "", "why": ""})
        assert _asked(f"{url}next")["done"]

    assert _reviewed(db, work, report="henan-3") == 2
    with Store(db) as store:
        found = store.db.execute("select status, read_status from reports where id = 'henan-3'").fetchall()
        assert found == [("reviewed", "inconsistent")]
        assert not open_report(store.db, "henan-3", "乙", double=False).open_cells()


def test_a_later_reading_that_differs_from_a_decision_is_asked_about(db: Path) -> None:
    with Store(db) as store:
        (document,) = store.db.execute("select document from reports where id = 'henan-2'").fetchone()
        seen = Decision(
            "henan-2", document, ISSUED, "uncertain", None, "24461", "typed", "24461", "printed", 24461, "甲", AT
        )
        add_decision(db.with_name(NAME), seen)
        update_derived(store)
        assert ISSUED not in open_report(store.db, "henan-2", "甲", double=False).queue
        store.db.execute("delete from flags where report = 'henan-2' and cell = ?", [ISSUED])
        for read_now, why in ((24461, ""), (24467, "read anew")):
            where = "report = 'henan-2' and row = 'regulations' and [column] = 'issued'"
            store.db.execute(f"update disclosure set value = ? where {where}", [read_now])
            assert open_report(store.db, "henan-2", "甲", double=False).why[ISSUED] == why


def test_the_reports_most_asked_for_come_first(db: Path, tmp_path: Path) -> None:
    log = tmp_path / "access.log"
    log.write_text('1.2.3.4 - - [01/Dec/2026] "GET /nianbao/reports/henan-2 HTTP/1.1" 200 5\n', encoding="utf-8")
    with Store(db) as store:
        store.db.execute("update reports set year = 2023")
        assert reports(store.db, None, asked_for(log)) == ["henan-2", "henan-1"]
        assert reports(store.db, None, Counter({"henan-1": 2}))[0] == "henan-1"


def test_decisions_survive_reparse(tmp_path: Path) -> None:
    db, archive = tmp_path / "nianbao.db", tmp_path / "archive"
    with SamplePortal() as portal:
        crawl(CrawlOptions(portal.url, db, archive, 20655, 20663, delay=0))
    before = Database(db)
    open_cells = "f.state in ('uncertain', 'absent')"
    sql = f"select report, document, cell, f.state, raw from flags f join reports r on r.id = report where {open_cells}"
    (found, *_) = before.query(sql)
    before.close()
    seen = (found["report"], found["document"], found["cell"], found["state"], None, found["raw"])
    add_decision(tmp_path / NAME, Decision(*seen, "typed", "3", "printed", 3, "甲", AT))
    for _ in range(2):
        result = CliRunner().invoke(main, ["reparse", "--db", str(db), "--archive", str(archive), "--jobs", "1"])
        assert result.exit_code == 0, result.output
        after = Database(db)
        where = [found["report"], found["cell"]]
        rows = after.execute("select value, state, proof, read_state from cells where report = ? and cell = ?", where)
        assert rows.fetchall() == [(3, "printed", "person", found["state"])]
        after.close()
        # Also where the file has gone, and the database alone has them.
        (tmp_path / NAME).unlink(missing_ok=True)


def test_a_file_that_is_none_of_decisions_is_named_before_anything_is_done(tmp_path: Path) -> None:
    (tmp_path / NAME).write_text("a,b\n", encoding="utf-8")
    db = tmp_path / "nianbao.db"
    for command in (["parse", "--db", str(db), "x.txt"], ["reparse", "--db", str(db), "--archive", str(tmp_path)]):
        result = CliRunner().invoke(main, command)
        assert result.exit_code == 1
        assert result.output.startswith(f"Error: {tmp_path / NAME}: the first line must be report,")
    assert not db.exists()
