"""An answer in, what it came to out, and what the database says of it afterwards."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest
from scrapy.http import Headers, Request, Response

from crawler.archive.exchange import Exchange, Silence
from crawler.archive.writer import Archive
from crawler.frontier.frontier import Bounds
from crawler.frontier.outcomes import Outcome
from crawler.portals.portals import portal_of
from crawler.run.ingest import Ingest, Ingested, Pending
from crawler.workers.readers import LocalReaders
from database.store import Store
from nianbao.portal.pages import page, report_page
from nianbao.portal.reports import sample_reports
from tests.factory.html import plain_page
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth
from tests.sample_text import report_text

PORTAL = "http://127.0.0.1:8000"
VIEW = "/zw/public-report/view/"
SAMPLE = sample_reports()[33923]
REPORT = report_page(SAMPLE).encode()
CRAWL = "20260101T000000Z-0abc"


@pytest.fixture
def ingest(tmp_path: Path) -> Iterator[Ingest]:
    archive = Archive(tmp_path / "archive")
    archive.begin(CRAWL, PORTAL)
    with Store(tmp_path / "test.db") as store, LocalReaders(0) as readers:
        made = Ingest(store, archive, readers, portal_of(PORTAL))
        with store.transaction():
            store.db.table("crawls").insert({"id": CRAWL, "started": "2026-01-01T00:00:00Z", "portal": PORTAL})
            made.frontier.plan_numbers([1, 2])
        yield made
    archive.close()


def answer(body: bytes, status: int = 200, path: str = f"{VIEW}1", **more: object) -> Exchange:
    made = Exchange(CRAWL, PORTAL, PORTAL + path, "2026-01-01T00:00:00Z", status, body, "", "w", 0)
    made = replace(made, wire_sha256=made.sha256)
    return replace(made, **more)


def taken(ingest: Ingest, exchange: Exchange) -> Ingested:
    ingested = asyncio.run(ingest.ingest(exchange))
    assert ingested
    return ingested


def failures(ingest: Ingest) -> list[tuple[str, str, str]]:
    return ingest.store.db.execute("select key, stage, reason from failures").fetchall()


def reports(ingest: Ingest) -> list[tuple[str, str, int]]:
    return ingest.store.db.execute("select id, agency, revision from reports").fetchall()


def test_a_report_is_written_with_its_outcome(ingest: Ingest) -> None:
    ingested = taken(ingest, answer(REPORT))
    assert (ingested.outcome, ingested.row.number) == (Outcome.REPORT, 1)
    assert reports(ingest) == [("henan-1", SAMPLE.agency, 1)]
    assert failures(ingest) == []
    assert ingest.frontier.unread() == []
    assert ingest.store.db.execute("select url, status from fetches").fetchall() == [(f"{PORTAL}{VIEW}1", 200)]


def test_the_same_bytes_again_are_unchanged(ingest: Ingest) -> None:
    taken(ingest, answer(REPORT))
    assert taken(ingest, answer(REPORT)).outcome is Outcome.UNCHANGED
    assert reports(ingest) == [("henan-1", SAMPLE.agency, 1)]


def test_other_bytes_are_a_revision(ingest: Ingest) -> None:
    taken(ingest, answer(REPORT))
    assert taken(ingest, answer(REPORT.replace("930条".encode(), "931条".encode()))).outcome is Outcome.REPORT
    assert reports(ingest) == [("henan-1", SAMPLE.agency, 2)]


def test_not_modified_is_unchanged_only_where_something_was_had(ingest: Ingest) -> None:
    ingested = taken(ingest, answer(b"", 304))
    assert ingested.outcome is Outcome.NOT_FETCHED
    assert failures(ingest) == [("henan-1", "fetch", "unchanged, says the server, but it was never had")]
    taken(ingest, answer(REPORT, etag='"a"'))
    assert taken(ingest, answer(b"", 304)).outcome is Outcome.UNCHANGED
    row = ingest.frontier.at(f"{VIEW}1")
    assert row
    assert row.etag == '"a"'


def test_what_is_missing_is_a_failure_only_where_it_had_been(ingest: Ingest) -> None:
    assert taken(ingest, answer(b"", 404)).outcome is Outcome.MISSING
    assert failures(ingest) == []
    taken(ingest, answer(REPORT))
    assert taken(ingest, answer(b"", 404)).outcome is Outcome.GONE
    assert failures(ingest) == [("henan-1", "fetch", "no longer there: the server answered 404")]


@pytest.mark.parametrize(
    ("exchange", "outcome", "stage", "reason"),
    [
        (answer(b"", 503), Outcome.NOT_FETCHED, "fetch", "the server answered 503"),
        (answer(b"", 412), Outcome.WALL, "fetch", "the server answered 412"),
        (answer(b" "), Outcome.NOT_FETCHED, "fetch", "the answer is empty"),
        (answer(b"", 401), Outcome.NOT_A_REPORT, "read", "the server answered 401"),
        (
            answer(REPORT[:3000], complete=False),
            Outcome.NOT_FETCHED,
            "fetch",
            "the connection closed before the page was complete",
        ),
        (answer(REPORT[:-40]), Outcome.NOT_FETCHED, "fetch", "the page lacks its end"),
        (
            answer(page("示例新闻", "<p>示例市召开会议。</p>" * 200).encode()),
            Outcome.NOT_A_REPORT,
            "read",
            "no annual report: neither the chapters nor the tables of the form were found",
        ),
    ],
    ids=lambda value: str(value) if isinstance(value, Outcome) else "",
)
def test_an_answer_that_gives_no_report_leaves_one_failure(
    exchange: Exchange, outcome: Outcome, stage: str, reason: str, ingest: Ingest
) -> None:
    ingested = taken(ingest, exchange)
    assert (ingested.outcome, ingested.reason) == (outcome, reason)
    assert failures(ingest) == [("henan-1", stage, reason)]
    assert reports(ingest) == []


def test_a_failure_is_forgotten_when_the_report_comes(ingest: Ingest) -> None:
    taken(ingest, answer(b"", 503))
    taken(ingest, answer(REPORT))
    assert failures(ingest) == []


def test_a_redirect_to_another_report_puts_that_on_the_list(ingest: Ingest) -> None:
    ingested = taken(ingest, answer(b"", 302, location=f"{VIEW}7"))
    assert (ingested.outcome, ingested.reason) == (Outcome.MISSING, "it redirects to henan-7")
    assert ingested.linked == (f"{VIEW}7",)
    assert ingest.frontier.at(f"{VIEW}7")


def test_a_redirect_elsewhere_is_followed_once(ingest: Ingest) -> None:
    ingested = taken(ingest, answer(b"", 302, location="/zw/other.html"))
    assert (ingested.outcome, ingested.hop) == (None, f"{PORTAL}/zw/other.html")
    assert taken(ingest, answer(REPORT, path="/zw/other.html", asked=f"{VIEW}1")).outcome is Outcome.REPORT
    assert reports(ingest) == [("henan-1", SAMPLE.agency, 1)]


@pytest.mark.parametrize(
    ("location", "outcome", "reason"),
    [
        (f"{VIEW}1", Outcome.WALL, "a bot wall: the page redirects to itself"),
        ("/sso/start", Outcome.NOT_A_REPORT, f"it redirects to a login: {PORTAL}/sso/start"),
        ("javascript:x", Outcome.NOT_A_REPORT, "it redirects to javascript:x"),
        ("http://example.invalid/", Outcome.MISSING, "it redirects to http://example.invalid/"),
    ],
)
def test_a_redirect_that_leads_nowhere(location: str, outcome: Outcome, reason: str, ingest: Ingest) -> None:
    ingested = taken(ingest, answer(b"", 302, location=location))
    assert (ingested.outcome, ingested.reason) == (outcome, reason)


def test_a_page_of_links_plans_what_it_links_to(ingest: Ingest) -> None:
    with ingest.store.transaction():
        ingest.frontier.plan_page("/zw/public-report")
    body = page("示例门户", f'<a href="{VIEW}8">示例局2022年政府信息公开工作年度报告</a>').encode()
    ingested = taken(ingest, answer(body, path="/zw/public-report"))
    assert (ingested.outcome, ingested.linked) == (Outcome.PAGE, (f"{VIEW}8",))
    assert ingest.frontier.at(f"{VIEW}8")


def test_what_the_database_has_lost_is_put_on_its_list_again(ingest: Ingest) -> None:
    assert taken(ingest, answer(REPORT, path=f"{VIEW}9")).outcome is Outcome.REPORT
    assert reports(ingest) == [("henan-9", SAMPLE.agency, 1)]


def test_robots_txt_comes_to_nothing(ingest: Ingest) -> None:
    assert asyncio.run(ingest.ingest(answer(b"User-agent: *", path="/robots.txt"))) is None
    assert ingest.store.db.table("fetches").count == 1


@pytest.mark.parametrize(("forbidden", "outcome"), [(False, Outcome.NOT_FETCHED), (True, Outcome.FORBIDDEN)])
def test_silence_is_recorded_with_its_reason(outcome: Outcome, ingest: Ingest, *, forbidden: bool) -> None:
    silence = Silence(f"{VIEW}1", f"{PORTAL}{VIEW}1", "2026-01-01T00:00:00Z", "no answer in time", forbidden)
    assert ingest.record_silence(CRAWL, silence).outcome is outcome
    assert failures(ingest) == [("henan-1", "fetch", "no answer in time")]
    assert ingest.store.db.execute("select key, error from fetches").fetchall() == [("henan-1", "no answer in time")]


def test_silence_of_what_was_never_asked_is_a_fault(ingest: Ingest) -> None:
    with pytest.raises(LookupError):
        ingest.record_silence(CRAWL, Silence("/x", f"{PORTAL}/x", "2026-01-01T00:00:00Z", "no answer in time"))


def test_a_fault_of_ours_costs_the_answer_and_says_so(ingest: Ingest) -> None:
    ingested = ingest.record_fault(answer(REPORT), None, ValueError("示例"))
    assert ingested
    assert ingested.outcome is Outcome.NOT_A_REPORT
    assert failures(ingest) == [("henan-1", "read", "fault in nianbao, please report it: ValueError: 示例")]


def test_a_report_that_is_a_file_is_written_when_the_file_has_come(ingest: Ingest, tmp_path: Path) -> None:
    body = page(SAMPLE.title, f'<p><a href="/files/1.txt">{SAMPLE.title}.txt</a></p>').encode()
    first = asyncio.run(ingest.record_answer(archived(ingest, tmp_path, f"{VIEW}1", body)))
    assert isinstance(first, Ingested)
    assert (first.outcome, reports(ingest)) == (Outcome.REPORT, [])
    assert [file.address for file in ingest.frontier.attachments("henan-1")] == ["/files/1.txt"]
    second = asyncio.run(ingest.record_answer(archived(ingest, tmp_path, "/files/1.txt", report_text())))
    assert isinstance(second, Pending)
    assert (second.key, reports(ingest)) == ("henan-1", [])
    assert asyncio.run(ingest.finish(second)).outcome is Outcome.ATTACHMENT
    assert reports(ingest) == [("henan-1", "示例市信访局", 1)]


# A page on which the sheet /a.css hides a digit of the licensing decisions; without it, nobody can tell.
SHEET = sheet_of(draw_truth(Random(11), 2021))
DRESSED = re.sub(
    rb'(\xe8\xae\xb8\xe5\x8f\xaf</td><td colspan="3">)[^<]*',
    rb"\g<1>13<i>7</i>",
    plain_page(SHEET, Random(3)).replace(b"</head>", b'<link rel="stylesheet" href="/a.css"></head>'),
)


def test_a_report_is_read_with_the_style_sheet_that_its_page_names(ingest: Ingest, tmp_path: Path) -> None:
    taken(ingest, archived(ingest, tmp_path, f"{VIEW}1", DRESSED))
    assert cell(ingest) == (None, "uncertain")
    assert ingest.frontier.unread() == ["henan-1"]
    assert [row.address for row in ingest.frontier.due("2026-01-01T00:00:01Z", Bounds(2, 2), 9)] == [
        "/a.css",
        f"{VIEW}2",
    ]
    sheet = taken(ingest, archived(ingest, tmp_path, "/a.css", b"td i { display: none }"))
    assert sheet.outcome is Outcome.STYLE
    assert cell(ingest) == (13, "printed")
    assert (ingest.frontier.unread(), reports(ingest)) == ([], [("henan-1", SHEET.truth.agency, 1)])


def test_a_style_sheet_that_cannot_be_had_leaves_its_figures_in_doubt(ingest: Ingest, tmp_path: Path) -> None:
    taken(ingest, archived(ingest, tmp_path, f"{VIEW}1", DRESSED))
    silence = ingest.record_silence(
        CRAWL, Silence("/a.css", f"{PORTAL}/a.css", "2026-01-01T00:00:00Z", "no answer in time")
    )
    asyncio.run(ingest.read_with_sheets(silence, "2026-01-01T00:00:00Z"))
    assert failures(ingest) == [("/a.css", "fetch", "no answer in time")]
    assert cell(ingest) == (None, "uncertain")
    assert ingest.frontier.unread() == []


def test_a_page_in_place_of_a_style_sheet_is_none(ingest: Ingest, tmp_path: Path) -> None:
    taken(ingest, archived(ingest, tmp_path, f"{VIEW}1", DRESSED))
    assert taken(ingest, archived(ingest, tmp_path, "/a.css", page("示例", "欢迎").encode())).outcome is Outcome.MISSING
    assert ingest.frontier.sheets() == []


def cell(ingest: Ingest) -> tuple[object, str]:
    """The value and state of the figure that is in two elements."""
    sql = "select value, state from cells where report = 'henan-1' and cell = 'disclosure/licensing/decisions'"
    (found,) = ingest.store.db.execute(sql).fetchall()
    return found


def archived(ingest: Ingest, tmp_path: Path, path: str, body: bytes) -> Exchange:
    """An answer that the archive has."""
    archive = ingest._archive
    response = Response(PORTAL + path, body=body, headers=Headers({"Content-Type": "text/html; charset=utf-8"}))
    archive.write(Request(response.url), response, "2026-01-01T00:00:00Z", ingest.store.db)
    archive.sync()
    return list(archive.exchanges(archive.files(), ingest.store.db))[-1]
