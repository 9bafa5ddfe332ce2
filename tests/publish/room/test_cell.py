"""A figure's own page: what proves it, where it was printed, who decided it, how it is cited."""

import asyncio
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from lxml.html import HtmlElement, document_fromstring

from database.decisions import NAME, Decision, add_decision
from database.rows import report_rows
from database.store import Source, Store
from derived.decisions import update_decisions
from derived.update import update_panel
from parsers.read import read
from publish.room.security import STRICT
from publish.serve import ReadingRoom
from tests.sample_text import report_text

SHA = "a" * 64
REPORT = "/nianbao/reports/henan-1"
RECEIVED, REGULATIONS = "applications/received/total", "disclosure/regulations/issued"
URL = "http://127.0.0.1/zw/public-report/view/1"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("cell") / "nianbao.db"
    with Store(path) as store:
        store.save_report(Source("henan-1", SHA, 9, "2022-02-01T00:00:00Z", url=URL), report_rows(read(report_text())))
        store.db.execute(
            "update evidence set page = 2, x0 = 1, top = 2, x1 = 3, bottom = 4 where row = 'disclosure/regulations'"
        )
        seen = Decision(
            "henan-1",
            SHA,
            REGULATIONS,
            "printed",
            0,
            None,
            "typed",
            "7",
            "printed",
            7,
            "甲",
            "2026-12-01T09:00:00Z",
            "<b>看过</b>",
        )
        add_decision(path.with_name(NAME), seen)
        update_decisions(store)
        update_panel(store)
    return path


@pytest.fixture(scope="module")
def room(db: Path) -> ReadingRoom:
    def picture(sha256: str, page: int, sides: tuple[float, float, float, float]) -> bytes:
        return repr((sha256, page, sides)).encode()

    return ReadingRoom(db, pictures=picture, contact="mailto:data@example.org")


def _page(room: ReadingRoom, path: str) -> HtmlElement:
    answer = asyncio.run(room.client.get(path))
    assert answer.status_code == 200, answer.text[:1000]
    assert answer.headers["content-security-policy"] == STRICT
    assert "<b>看过" not in answer.text
    return document_fromstring(answer.text)


def _text(element: HtmlElement) -> str:
    return " ".join(element.text_content().split())


def test_a_figure_says_what_proves_it_and_which_sentence_states_it(room: ReadingRoom) -> None:
    text = _text(_page(room, f"{REPORT}/{RECEIVED}"))
    # tests/sample_text.py: 15 requests.
    assert "总计＝各类申请人之和：15 ＝ 13 + 2 = 15" in text
    assert "本年新收＋上年结转＝总计＋结转下年度：15 ＝ 15" in text
    assert "勾稽关系" in text


def test_a_figure_is_cited_at_its_own_address(room: ReadingRoom) -> None:
    document = _page(room, f"{REPORT}/{RECEIVED}")
    (cited,) = document.xpath("//p[@class='citation']")
    assert "：本年新收政府信息公开申请数量 · 总计，15[DS/OL]." in _text(cited).replace("一、", "")
    assert f"http://localhost{REPORT}/{RECEIVED}. nianbao, henan-1, 修订 1." in _text(cited)
    (entry,) = document.xpath("//section[@id='cite']//pre")
    assert entry.text_content().startswith("@misc{henan-1-applications-received-total,")
    (canonical,) = document.xpath("//link[@rel='canonical']/@href")
    assert canonical == f"http://localhost{REPORT}/{RECEIVED}"


def test_a_citation_says_that_a_figure_was_decided(room: ReadingRoom) -> None:
    (cited,) = _page(room, f"{REPORT}/{REGULATIONS}").xpath("//p[@class='citation']")
    assert "本年制发件数，7（人工核定）[DS/OL]." in _text(cited)


def test_what_people_decided_stands_beside_what_was_read(room: ReadingRoom) -> None:
    text = _text(_page(room, f"{REPORT}/{REGULATIONS}"))
    assert "2026-12-01甲0 7 另行录入<b>看过</b>采用" in text
    figure = _page(room, REPORT).xpath("//a[@id=$cell]", cell=REGULATIONS)[0]
    assert (figure.text_content().strip(), figure.get("data-proof")) == ("7", "person")


def test_the_picture_of_the_place_is_that_of_the_row(room: ReadingRoom) -> None:
    (source,) = _page(room, f"{REPORT}/{REGULATIONS}").xpath("//img[@class='place']/@src")
    answer = asyncio.run(room.client.get(source))
    assert answer.headers["content-type"] == "image/png"
    assert answer.text == repr((SHA, 2, (1.0, 2.0, 3.0, 4.0)))
    assert not _page(room, f"{REPORT}/{RECEIVED}").xpath("//img[@class='place']")
    assert asyncio.run(room.client.get("/-/place/henan-1/applications/received.png")).status_code == 404


def test_a_mistake_is_reported_with_everything_filled_in(room: ReadingRoom, db: Path) -> None:
    def link(room: ReadingRoom) -> list[str]:
        found: list[str] = _page(room, f"{REPORT}/{RECEIVED}").xpath("//a[contains(., '报告一处错误')]/@href")
        return found

    (mail,) = link(room)
    assert mail.startswith("mailto:data@example.org?subject=")
    body = unquote(mail.partition("&body=")[2])
    assert "本站显示: 15" in body
    assert URL in body
    assert f"http://localhost{REPORT}/{RECEIVED}" in body
    (issue,) = link(ReadingRoom(db, contact="https://example.org/issues/new?labels=data"))
    asked = parse_qs(urlsplit(issue).query)
    assert asked["labels"] == ["data"]
    assert asked["body"] == [body]
    assert link(ReadingRoom(db)) == []


@pytest.mark.parametrize("path", ["/nianbao/reports/henan-9/" + RECEIVED, f"{REPORT}/applications/received/nobody"])
def test_a_cell_that_is_not_there_is_not_found(room: ReadingRoom, path: str) -> None:
    assert asyncio.run(room.client.get(path)).status_code == 404
