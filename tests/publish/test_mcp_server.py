"""The database for language models, asked by the SDK's own client."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

import pytest

from database.store import Store
from tests.factory.rows import add_agency, add_report

mcp = pytest.importorskip("mcp", reason="needs the package mcp")


@pytest.fixture(scope="module")
def db(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("mcp") / "test.db"
    with Store(path) as store:
        add_agency(store, "a")
        add_report(store, "henan-1", "a", 2021)
        store.db.execute("update applications set total = 35 where row = 'received'")
        store.db.execute(
            "insert into flags (report, cell, state, raw, reason) values "
            "('henan-1', 'applications/granted/total', 'uncertain', '1l', 'not a number')"
        )
    return path


def ask(db: Path, tool: str, **arguments: object) -> Any:
    async def run() -> Any:
        command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "nianbao", "mcp", "--db", str(db)])
        async with mcp.Client(command) as client:
            names = {tool.name for tool in (await client.list_tools()).tools}
            assert names == {"find_agencies", "reports", "figures"}
            answer = await client.call_tool(tool, arguments)
            assert not answer.is_error
            return answer.structured_content["result"]

    return asyncio.run(run())


def test_a_client_gets_a_figure_with_its_state_proof_and_citation(db: Path) -> None:
    figures = {row["cell"]: row for row in ask(db, "figures", agency="a", year=2021, rows=["received", "granted"])}
    assert len(figures) == 14
    received = figures["applications/received/total"]
    assert (received["value"], received["state"], received["year"]) == (35, "printed", 2021)
    assert "35" in received["citation"]
    assert "henan-1" in received["citation"]
    granted = figures["applications/granted/total"]
    assert (granted["state"], granted["reason"]) == ("uncertain", "not a number")
    assert "存疑" in granted["citation"]
    assert all("state" in row and "proof" in row for row in figures.values())
    json.dumps(list(figures.values()))


def test_agencies_are_found_by_a_part_of_their_name(db: Path) -> None:
    with Store(db) as store:
        (name,) = store.db.execute("select name from agencies").fetchone()
    assert [row["id"] for row in ask(db, "find_agencies", name=name[:3])] == ["a"]
    assert ask(db, "find_agencies", name="没有的机关") == []
