"""The page beside the SQL says who makes and who reads each temporary table: it is held to the files."""

import re
from pathlib import Path

import derived

FOLDER = Path(derived.__file__).parent
FILES = {path.name: path.read_text(encoding="utf-8") for path in (*FOLDER.glob("*.py"), *FOLDER.glob("sql/*.sql"))}
PAGE = (FOLDER / "sql/README.md").read_text(encoding="utf-8")
MADE = re.compile(r"create temp table (?:if not exists )?(\w+)")


def listed(cell: str) -> set[str]:
    return set(re.findall(r"`([\w.]+)`", cell))


def test_the_page_says_who_makes_and_who_reads_each_temporary_table() -> None:
    made = {table: name for name, text in FILES.items() for table in MADE.findall(text)}
    found = {
        table: ({maker}, {name for name, text in FILES.items() if re.search(rf"(?:from|join|update) {table}\b", text)})
        for table, maker in made.items()
    }
    rows = [line.strip("| ").split(" | ") for line in PAGE.partition("## Temporary tables")[2].splitlines()[4:]]
    assert {row[0].strip("`"): (listed(row[2]), listed(row[3])) for row in rows} == found


def test_the_page_has_every_file_and_all_temporary_tables_are_dropped() -> None:
    files = {name for row in PAGE.partition("## Temporary")[0].splitlines() for name in listed(row.partition("| ")[2])}
    assert {name for name in FILES if name.endswith(".sql")} - files == {"end.sql"}
    dropped = set(re.findall(r"drop table if exists temp\.(\w+)", FILES["end.sql"]))
    made = {table for text in FILES.values() for table in MADE.findall(text)}
    assert made - dropped == {"ranked"}
