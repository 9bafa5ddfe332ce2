"""The questions of docs/questions.md, asked of the sample portal's reports."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from database.rows import report_rows
from database.schema import table_of
from database.store import Source, Store
from derived.agencies import update_agencies
from derived.update import update_panel
from nianbao.portal.pages import report_page
from nianbao.portal.reports import SampleReport, sample_reports
from parsers.read import read

_GUIDE = Path(__file__).parents[2] / "docs" / "questions.md"
_QUESTION = re.compile(r"^## (\d+\. .+?)\n.*?```sql\n(.+?)```\n\n(\|.+?\n)(?=\n|\Z)", re.DOTALL | re.MULTILINE)
QUESTIONS = [match.groups() for match in _QUESTION.finditer(_GUIDE.read_text(encoding="utf-8"))]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("questions") / "demo.db") as opened:
        for number, sample in sample_reports().items():
            source = Source(f"henan-{number}", str(number), 0, "2023-03-01T00:00:00Z", media_type="text/html")
            opened.save_report(source, report_rows(read(report_page(sample).encode())))
        update_agencies(opened)
        update_panel(opened)
        yield opened


def test_every_question_is_found() -> None:
    headings = re.findall(r"^## (\d+)\.", _GUIDE.read_text(encoding="utf-8"), re.MULTILINE)
    assert [int(title.split(".")[0]) for title, _, _ in QUESTIONS] == list(range(1, len(headings) + 1))
    assert len(QUESTIONS) >= 10


@pytest.mark.parametrize(("sql", "answer"), [question[1:] for question in QUESTIONS], ids=[q[0] for q in QUESTIONS])
def test_the_answer_is_as_printed(store: Store, sql: str, answer: str) -> None:
    cursor = store.db.execute(sql)
    rows = [[column[0] for column in cursor.description]]
    rows += [["" if value is None else str(value) for value in row] for row in cursor]
    printed = [[cell.strip() for cell in line.strip("|").split("|")] for line in answer.splitlines()]
    assert rows == [printed[0], *printed[2:]]


@pytest.mark.parametrize("sample", sample_reports().values(), ids=lambda sample: str(sample.id))
def test_the_panel_has_the_figures_read_by_hand(store: Store, sample: SampleReport) -> None:
    (row,) = store.db.query("select * from panel where report = ?", [f"henan-{sample.id}"])
    checked = 0
    for column in table_of("panel").columns:
        if column.name not in (row["uncertain"] or "").split() and len(column.cells) == 1:
            table, code, *_ = column.cells[0].split("/")
            if table == "applications" and code in row and f"{table}/{code}" in sample.figures:
                assert row[code] == sample.figures[f"{table}/{code}"][-1], code
                checked += 1
    assert checked >= 24
