"""A server under attack: it does not crash or freeze, its memory is bounded, and it says nothing that it must not."""

import asyncio
import os
import signal
import sqlite3
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

import httpx
import pytest
import uvicorn

from benchmarks.attack import memory
from database.store import Store
from derived.update import update_panel
from publish.bounded.lanes import Lane, Query
from publish.serve import ReadingRoom
from tests.factory.hostile import KNOWN, hostile_statements
from tests.factory.province import Size, write_province

pytestmark = pytest.mark.xdist_group("attack")
URL = "https://nianbao.example.org"
FORMULA = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("attack") / "province.db"
    write_province(path, Size(cities=1, counties=2, departments=2, towns=0, length=50, faults=0))
    with Store(path) as store:
        update_panel(store)
        store.db.execute("update reports set title = ? where id = 'henan-1'", [FORMULA])
    return path


@pytest.fixture(scope="module")
def address(db: Path) -> Iterator[str]:
    room = ReadingRoom(db, public=True, url=URL)
    # A tenth of what it is, so that many queries reach it in a short test.
    room.sql_time_limit_ms = 100
    server = uvicorn.Server(uvicorn.Config(room.app(), port=0, log_level="critical", timeout_graceful_shutdown=1))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    server.should_exit = True
    thread.join()


def _get(address: str, path: str, **more: object) -> httpx.Response:
    return httpx.get(f"{address}{path}", timeout=60, **more)  # type: ignore[arg-type]


def _ask(address: str, sql: str, form: str = ".json") -> httpx.Response:
    return _get(address, f"/nianbao{form}", params={"sql": sql})


@pytest.mark.parametrize(
    "sql",
    [
        "select fts3_tokenizer('simple', x'4141414141414141')",
        "select * from fts3tokenize('simple', 'a')",
        "select count(*) from fts3tokenize",
        "with fts3tokenize as materialized (select 1) select count(*) from main.fts3tokenize",
        "select load_extension('x')",
        "select zeroblob(1)",
        "select * from dbstat",
        "select file from pragma_database_list",
        "select count(*) from pragma_function_list",
        "with a as (select 1) insert into reports select * from reports",
    ],
)
def test_what_a_reader_does_not_need_is_refused(address: str, sql: str) -> None:
    answer = _ask(address, sql)
    assert answer.status_code == 400
    assert "not authorized" in answer.text or "prohibited" in answer.text or "no such" in answer.text


def test_what_a_reader_needs_is_not_refused(address: str) -> None:
    sql = (
        "with recursive c(n) as (select 1 union all select n + 1 from c limit 3), found as materialized (select 1) "
        "select (select count(*) from found), count(*), json_extract('{\"a\": 5}', '$.a'), printf('%.2f', 2), "
        "(select count(*) from json_each('[1,2]')), "
        "strftime('%Y', '2022-01-01'), group_concat(n), round(sqrt(2), 3) from c"
    )
    rows = _ask(address, sql).json()["rows"]
    assert rows == [[1, 3, 5, "2.00", 2, "2022", "1,2,3", 1.414]]


def test_a_segmentation_fault_ends_one_query(db: Path) -> None:
    lane, query = Lane(f"file:{db}?immutable=1", processes=1, each=1), Query("select 1 as a", {}, 1, 1)
    assert asyncio.run(lane.ask(query)).rows == [(1,)]
    process = lane._idle.get()
    assert process is not None
    process._process.send_signal(signal.SIGSEGV)
    lane._idle.put(process)
    with pytest.raises(sqlite3.OperationalError, match="ended its process"):
        asyncio.run(lane.ask(query))
    assert asyncio.run(lane.ask(query)).rows == [(1,)]


def test_reports_are_read_while_hostile_queries_run(address: str) -> None:
    async def attack() -> tuple[list[int], list[int], int]:
        async with httpx.AsyncClient(
            base_url=address, timeout=120, limits=httpx.Limits(max_connections=None)
        ) as client:
            before = memory(os.getpid())
            statements = [*KNOWN, *hostile_statements(Random(1), 20)]
            attacks = [
                asyncio.create_task(
                    client.get(
                        "/nianbao" + ("", ".json")[at % 2],
                        params={"sql": sql},
                        headers={"x-forwarded-for": f"198.51.100.{at}"},
                    )
                )
                for at, sql in enumerate(statements)
            ]
            read, most = [], before
            while not all(attack.done() for attack in attacks):
                read.append((await client.get("/nianbao/reports/henan-2")).status_code)
                most = max(most, memory(os.getpid()))
            return read, [attack.result().status_code for attack in attacks], most - before

    read, attacked, more = asyncio.run(attack())
    assert set(read) == {200}
    assert set(attacked) <= {200, 400, 503}
    # A server that rests has some 120 MB.
    assert more < 480e6


def test_a_query_that_no_clock_of_sqlite_stops_is_ended(address: str) -> None:
    answer = _ask(address, "select printf('%.*c', 2000000000, 'x')")
    assert (answer.status_code, "查询超时" in answer.json()["error"]) == (400, True)


def test_a_long_run_of_blanks_does_not_stop_the_server(address: str) -> None:
    assert _ask(address, "/**/" + " " * 7000 + "x").status_code == 400
    assert _ask(address, "select 1 --" + " " * 9000).status_code == 414


def test_an_answer_has_a_bound_and_says_so(address: str) -> None:
    answer = _ask(address, "select printf('%.*c', 900000, 'x') from reports limit 400").json()
    assert answer["truncated"]
    assert 0 < len(answer["rows"]) < 20


def test_a_host_header_changes_no_link(address: str) -> None:
    for path in ("/", "/nianbao/reports", "/nianbao/reports.json?_size=2", "/nianbao", "/nianbao/reports/henan-2"):
        answer = _get(address, path, headers={"host": "evil.example", "x-forwarded-host": "evil.example"})
        assert "evil.example" not in answer.text + str(answer.headers), path
    assert _get(address, "/nianbao/reports.json?_size=2").json()["next_url"].startswith(f"{URL}/nianbao/reports.json?")


def test_pages_may_be_kept_where_the_sites_address_is_known(db: Path) -> None:
    for url, kept in ((URL, "public, max-age=3600"), (None, "private, max-age=3600")):
        room = ReadingRoom(db, public=True, url=url)
        for path in ("/", "/nianbao/reports/henan-2", "/-/map", "/nianbao/regions", "/static/room.css"):
            answer = asyncio.run(room.client.get(path, cookies={"lang": "en"}))
            assert answer.headers["cache-control"] == kept, path
    assert "max-age=3600" not in asyncio.run(ReadingRoom(db).client.get("/")).headers.get("cache-control", "")


def test_a_download_and_an_error_are_not_kept(address: str) -> None:
    assert _get(address, "/nianbao/reports.csv").headers["cache-control"] == "no-store"
    assert "max-age" not in _get(address, "/none").headers.get("cache-control", "")


def test_no_sql_beside_the_one_database(address: str) -> None:
    for path in ("/_memory?sql=select+1", "/_memory.json?sql=select+1", "/_internal?sql=select+1"):
        assert _get(address, path).status_code in (403, 404), path


def test_a_csv_starts_no_formula(address: str) -> None:
    values = "select '-' as a, '-3' as b, '+1036' as c, '=1+1' as d, '@x' as e, x'00' as f, '—' as g, null as h"
    line = _ask(address, values, ".csv").text.splitlines()[1]
    assert line == "-,-3,+1036,'=1+1,'@x,二进制 binary,—,"
    assert f"'{FORMULA}" in _get(address, "/nianbao/reports.csv").text


def test_a_csv_has_all_rows_of_a_table_a_question_and_a_query(db: Path, address: str) -> None:
    with Store(db) as store:
        cells = store.db.execute("select count(*) from cells").fetchone()[0]
        reports = store.db.execute("select count(*) from reports where year = 2022").fetchone()[0]
    assert cells > 1000
    for path, rows in (
        ("/nianbao/cells.csv", cells),
        ("/nianbao.csv?sql=select+*+from+cells", cells),
        ("/nianbao.csv?sql=select+id+from+reports+where+year=:year&year=2022", reports),
        ("/nianbao/reports.csv?year=2022&_size=2", reports),
    ):
        assert len(_get(address, path).text.splitlines()) == rows + 1, path
    assert _get(address, "/nianbao/status-by-year.csv").text.startswith("year,edition,status,reports,share\r\n")


def test_a_csv_names_what_keys_lead_to_if_asked(address: str) -> None:
    head, *lines = _get(address, "/nianbao/reports.csv?_labels=on&_col=agency_id&_sort=year").text.splitlines()
    plain = _get(address, "/nianbao/reports.csv?_col=agency_id&_sort=year").text.splitlines()
    assert head == "id,agency_id,agency_id_label"
    assert [line.rsplit(",", 1)[0] for line in lines] == plain[1:]
    assert all(line.rsplit(",", 1)[1].startswith("示例") for line in lines)


def test_a_csv_that_cannot_be_made_says_why(address: str) -> None:
    for path, status in (("/nianbao.csv?sql=select+none", 400), ("/nianbao/none.csv", 404), ("/nianbao.csv", 400)):
        assert _get(address, path).status_code == status, path
