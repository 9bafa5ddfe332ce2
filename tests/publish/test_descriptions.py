import asyncio
import re
from pathlib import Path

from database.schema import tables
from database.store import Store
from parsers.form.model import codebook
from publish.descriptions import metadata
from publish.serve import ReadingRoom


def test_declaration_and_database_agree(tmp_path: Path) -> None:
    with Store(tmp_path / "test.db") as store:
        for table in tables():
            assert [column.name for column in table.columns] == list(store.db[table.name].columns_dict), table.name
        published = {name for name in store.db.table_names() if "_fts" not in name} | set(store.db.view_names())
    assert published == {table.name for table in tables()}


def test_every_table_and_column_has_both_descriptions() -> None:
    for table in tables():
        for described in (table, *table.columns):
            assert re.search("[a-z]{3}", described.en), described
            assert re.search("[\u4e00-\u9fff]", described.zh), described


def test_form_columns_carry_the_official_label() -> None:
    labels = {c.name: c.label for table in tables() if table.name == "applications" for c in table.columns if c.label}
    assert labels == codebook().applicants


def test_datasette_answers_for_every_table(tmp_path: Path) -> None:
    db = tmp_path / "test.db"
    Store(db).close()
    served = ReadingRoom(db)

    async def pages() -> dict[str, tuple[int, str]]:
        answers = {table.name: await served.client.get(f"/nianbao/{table.name}") for table in tables()}
        return {name: (answer.status_code, answer.text) for name, answer in answers.items()}

    for name, (status, text) in asyncio.run(pages()).items():
        assert status == 200, name
        assert metadata("nianbao")["databases"]["nianbao"]["tables"][name]["description"].split(" · ")[0] in text
