"""A draft is checked on the site, where its operator wants that, and nothing of it is kept."""

import asyncio
import shutil
import threading
import time
from pathlib import Path

import httpx
import pytest
import uvicorn
from lxml.html import HtmlElement, document_fromstring

from database.store import Store
from parsers.convert import MAX_BYTES
from parsers.read import read
from publish.room.pages.check import _MOST
from publish.serve import ReadingRoom
from tests.sample_text import draft_page, report_text


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("check") / "nianbao.db"
    Store(path).close()
    return path


@pytest.fixture(scope="module")
def room(db: Path) -> ReadingRoom:
    return ReadingRoom(db, public=True, reader=read)


def _sent(room: ReadingRoom, data: bytes, status: int = 200, name: str = "草稿<b>.html") -> HtmlElement:
    async def send() -> httpx.Response:
        async with httpx.AsyncClient(
            transport=httpx.ASGITransport(app=room.app()), base_url="http://localhost"
        ) as client:
            return await client.post("/-/check", files={"file": (name, data)})

    answer = asyncio.run(send())
    assert answer.status_code == status, answer.text[:500]
    assert answer.headers["cache-control"] == "no-store"
    assert "<b>.html" not in answer.text
    return document_fromstring(answer.text)


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_broken_draft_is_shown_as_the_form_with_what_is_wrong(room: ReadingRoom) -> None:
    document = _sent(room, draft_page())
    findings = [_text(one) for one in document.xpath("//ol[@class='findings']/li")]
    assert len(findings) == 7
    assert findings[0].startswith("勾稽关系不成立 本年新收＋上年结转＝总计＋结转下年度（自然人）：")
    assert findings[4] == "与正文不一致 “全年共收到政府信息公开申请16件。” 16 ≠ 15"
    assert findings[-1] == "空白 行政强制 · 本年处理决定数量：没有填写"
    marked = {_text(one) for one in document.xpath("//td[contains(@class, 'broken')]")}
    assert {"约56", "·7"} <= marked, "a cell has the number of what is wrong with it"


def test_a_draft_without_fault_is_told_so(room: ReadingRoom) -> None:
    assert "没有发现问题。" in _text(_sent(room, report_text()))


def test_what_is_no_report_is_told_why(room: ReadingRoom) -> None:
    assert "草稿<b>.html：no annual report" in _text(_sent(room, "今天天气很好。".encode(), 422))
    assert "请先选择文件" in _text(_sent(room, b"", 400))
    assert MAX_BYTES == _MOST
    assert "文件太大" in _text(_sent(room, b"0" * (MAX_BYTES + 20_000), 413))


def test_drafts_beyond_those_that_wait_are_asked_to_come_again(db: Path) -> None:
    full = ReadingRoom(db, reader=read)
    while not full.drafts.full():
        full.drafts.put_nowait(None)
    assert "请稍后再试" in _text(_sent(full, report_text(), 503))


def test_without_the_option_there_is_no_such_page(db: Path) -> None:
    assert asyncio.run(ReadingRoom(db).client.get("/-/check")).status_code == 404


def test_a_broken_draft_is_checked_in_a_browser(room: ReadingRoom, tmp_path: Path) -> None:
    sync_api = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    chromium = shutil.which("chromium")
    if chromium is None:
        pytest.skip("needs chromium")
    (tmp_path / "draft.html").write_bytes(draft_page())
    server = uvicorn.Server(uvicorn.Config(room.app(), port=0, log_level="error"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page()
        complaints: list[str] = []
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.goto(f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}/-/check")
        page.set_input_files("input[type=file]", tmp_path / "draft.html")
        page.get_by_role("button", name="核对").click()
        page.wait_for_selector("ol.findings")
        assert page.locator("ol.findings li").count() == 7
        page.locator("td.broken a").first.click()
        assert page.evaluate("location.hash").startswith("#finding-")
        page.emulate_media(media="print")
        assert page.locator("ol.findings").is_visible()
        assert not page.locator("form.check").is_visible()
        assert not complaints
        browser.close()
    server.should_exit = True
    thread.join()
