"""Feeds of what is new, revised, withdrawn and decided, and all of it since a date."""

import asyncio
import json
from pathlib import Path
from typing import Any

import feedparser
import pytest

from database.decisions import NAME, Decision, add_decision
from database.store import Store
from derived.decisions import update_decisions
from publish.serve import ReadingRoom
from tests.factory.rows import add_agency, add_report

SHA = "a" * 64
CELL = "applications/received/total"
EXPECTED = [
    ("new", "henan-1", "2026-01-10T00:00:00Z"),
    ("new", "henan-2", "2026-02-10T00:00:00Z"),
    ("withdrawn", "henan-2", "2026-02-20T00:00:00Z"),
    ("revised", "henan-1", "2026-03-01T00:00:00Z"),
    ("decided", "henan-1", "2026-04-01T09:00:00Z"),
]


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> ReadingRoom:
    path: Path = tmp_path_factory.mktemp("changes") / "nianbao.db"
    with Store(path) as store:
        add_agency(store, "示例局")
        add_agency(store, "示例东局", region_code="990102")
        store.db.execute("insert into documents (sha256) values (?)", [SHA])
        add_report(
            store, "henan-1", "示例局", 2025, {CELL: 5}, text="专区建设", document=SHA, title="示例\x0b&<局>报告",
            region_code="990101",
            first_seen="2026-01-10T00:00:00Z", last_seen="2026-05-01T00:00:00Z",
        )  # fmt: skip
        seen = {"first_seen": "2026-02-10T00:00:00Z", "last_seen": "2026-02-12T00:00:00Z", "url": "http://127.0.0.1/2"}
        add_report(store, "henan-2", "示例东局", 2025, region_code="990102", **seen)
        revision = {"report": "henan-1", "revision": 2, "seen_at": "2026-03-01T00:00:00Z", "cell": CELL}
        store.db.table("revisions").insert({**revision, "old": "4", "new": "5"})
        store.withdraw("henan-2", "2026-02-20T00:00:00Z")
        seen_there = ("printed", 5, None, "typed", "7", "printed", 7, "甲", "2026-04-01T09:00:00Z")
        add_decision(path.with_name(NAME), Decision("henan-1", SHA, CELL, *seen_there))
        update_decisions(store)
    return ReadingRoom(path)


def _asked(room: ReadingRoom, path: str, status: int = 200) -> Any:
    answer = asyncio.run(room.client.get(path))
    assert answer.status_code == status, answer.text[:500]
    return answer


def test_the_atom_feed_is_well_formed_and_has_what_the_standard_asks_for(room: ReadingRoom) -> None:
    answer = _asked(room, "/-/feed.atom")
    assert answer.headers["content-type"] == "application/atom+xml; charset=utf-8"
    feed = feedparser.parse(answer.content, response_headers={"content-type": answer.headers["content-type"]})
    assert not feed.bozo, feed.get("bozo_exception")
    assert feed.version == "atom10"
    assert feed.feed.id == feed.feed.links[0].href == "http://localhost/-/feed.atom"
    assert [entry.updated for entry in feed.entries] == [at for _, _, at in reversed(EXPECTED)]
    assert len({entry.id for entry in feed.entries}) == len(EXPECTED)
    # RFC 4287, 4.1.2: an entry has id, title and updated; without content it has an alternate link.
    assert all(entry.title and entry.link and entry.author for entry in feed.entries)
    assert feed.entries[-1].title == "新收录：示例\ufffd&<局>报告"
    assert "总计：4 → 5" in feed.entries[1].summary


def test_the_json_feed_has_what_its_version_asks_for(room: ReadingRoom) -> None:
    answer = _asked(room, "/-/feed.json?lang=en")
    feed = answer.json()
    assert answer.headers["content-type"].startswith("application/feed+json")
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["title"]
    assert [item["tags"] for item in feed["items"]] == [[kind] for kind, _, _ in reversed(EXPECTED)]
    # Of an item, id and one of content_text and content_html are required, all of them strings.
    assert all(isinstance(item[name], str) for item in feed["items"] for name in ("id", "url", "title", "content_text"))
    assert feed["items"][0]["title"].startswith("decided by people：")


@pytest.mark.parametrize(
    ("query", "reports"),
    [
        ("region=990101", {"henan-1"}),
        ("region=990100", {"henan-1", "henan-2"}),
        ("region=990103", set()),
        ("agency=示例东局", {"henan-2"}),
        ("q=专区", {"henan-1"}),
        ("kind=withdrawn", {"henan-2"}),
    ],
)
def test_a_feed_is_of_a_region_an_agency_a_search_or_a_kind(room: ReadingRoom, query: str, reports: set[str]) -> None:
    items = _asked(room, f"/-/feed.json?{query}").json()["items"]
    assert {item["url"].split("/")[-1].partition("#")[0] for item in items} == reports


def test_changes_since_a_date_come_in_order_page_by_page_each_once(room: ReadingRoom) -> None:
    path, found = "/-/changes.json?since=2026-02-01&size=2", []
    while path:
        answer = _asked(room, path).json()
        found += answer["changes"]
        path = (answer["next"] or "").removeprefix("http://localhost")
    assert [(row["kind"], row["report"], row["at"]) for row in found] == EXPECTED[1:]
    assert found[2]["cells"] == [{"what": CELL, "old": "4", "new": "5"}]
    assert found[3]["cells"] == [{"what": CELL, "old": 5, "new": 7}]
    assert found[3]["page"] == "http://localhost/nianbao/reports/henan-1"


@pytest.mark.parametrize("query", ["since=yesterday", "kind=lost", "size=0", "size=5000"])
def test_what_cannot_be_asked_is_refused_in_one_line(room: ReadingRoom, query: str) -> None:
    answer = _asked(room, f"/-/changes.json?{query}", 400)
    assert query.partition("=")[0] in json.loads(answer.text)["error"]


def test_a_release_says_what_was_withdrawn_though_it_has_no_list_of_addresses(tmp_path: Path) -> None:
    path = tmp_path / "release.db"
    with Store(path) as store:
        add_agency(store, "示例局")
        add_report(store, "henan-1", "示例局", 2025, first_seen="2026-01-10T00:00:00Z")
        store.withdraw("henan-1", "2026-02-20T00:00:00Z")
        store.db.table("frontier").drop()
    room = ReadingRoom(path)
    assert len(_asked(room, "/-/feed.json").json()["items"]) == 2
    assert len(_asked(room, "/-/feed.json?kind=withdrawn").json()["items"]) == 1
