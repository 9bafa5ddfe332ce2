"""``nianbao check``: a draft before it is filed."""

import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from database.rows import report_rows
from database.store import Source, Store
from derived.update import update_derived
from nianbao.cli import main
from nianbao.files import read_file
from parsers.read import read
from tests.sample_text import draft_page, last_years_text, report_text

# What is wrong with the draft, by hand from tests/sample_text.py.
_IN, _OUT = (
    ("一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量"),
    ("（七）总计", "四、结转下年度继续办理"),
)
SUMS = [
    f"{_IN[0]} 13 + {_IN[1]} 0 = 13 ≠ {_OUT[0]} 14 + {_OUT[1]} 0 = 14",
    "（七）总计 14 ≠ （一）予以公开 13",
    f"{_IN[0]} 15 + {_IN[1]} 0 = 15 ≠ {_OUT[0]} 16 + {_OUT[1]} 0 = 16",
    "（七）总计 16 ≠ （一）予以公开 15",
]
OF_LAST_YEAR = [
    "（自然人）：上年报告的结转下年度 3 ≠ 本年报告的上年结转 0",
    "（总计）：上年报告的结转下年度 3 ≠ 本年报告的上年结转 0",
    # 40 of last year, 12 issued, 3 repealed.
    "（行政规范性文件）：现行有效件数 40 ≠ 上年现行有效＋本年制发－本年废止 49",
]


@pytest.fixture(autouse=True)
def _elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No database is at hand unless a test makes one."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NIANBAO_HOME", str(tmp_path / "home"))
    for name, data in {"draft.html": draft_page(), "good.txt": report_text(), "last.txt": last_years_text()}.items():
        (tmp_path / name).write_bytes(data)


def _check(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", *arguments])


def test_a_broken_draft_is_told_what_is_wrong_with_it_and_where() -> None:
    result = _check("draft.html")
    lines = result.stdout.splitlines()
    assert result.exit_code == 1
    assert result.stderr == "draft.html: 7 findings\n"
    assert [line.partition("）：")[2] for line in lines if line.startswith("  ● 勾稽关系不成立")] == SUMS
    assert "  ● 与正文不一致 differs from the prose: “全年共收到政府信息公开申请16件。” 16 ≠ 15" in lines
    assert "  ● 读不出确定的数字 no certain figure: 规章 · 本年制发件数：此处所填不是数字 “约5”" in lines
    assert lines[-1] == "  ○ 空白 left blank: 行政强制 · 本年处理决定数量：没有填写"


def test_a_draft_without_fault_is_told_so() -> None:
    result = _check("good.txt")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines()[-1] == "  没有发现问题 nothing was found"


def test_last_years_report_is_compared_from_a_file_or_from_the_database(tmp_path: Path) -> None:
    db = tmp_path / "home" / "nianbao.db"
    with Store(db) as store:
        data = last_years_text()
        rows = report_rows(read(data))
        rows.facts["agency"] = "卫辉市信访局"
        store.save_report(Source("henan-1", "a" * 64, len(data), "2021-02-01T00:00:00Z"), rows)
        update_derived(store)
    (tmp_path / "ours.txt").write_bytes(report_text(("示例市信访局", "卫辉市信访局")))
    for arguments in (["good.txt", "--last", "last.txt"], ["ours.txt"]):
        lines = _check(*arguments).stdout.splitlines()
        found = [line for line in lines if line.startswith("  ● 与上年报告不符")]
        assert [line[line.rindex("（") :] for line in found] == OF_LAST_YEAR


def test_a_sudden_change_is_odd_and_no_fault() -> None:
    (Path("big.txt")).write_bytes(report_text(("行政许可 0", "行政许可 12")))
    last = _check("big.txt", "--last", "last.txt").stdout.splitlines()[-1]
    assert last == "  ○ 与上年相差很大 far from last year: 行政许可 · 本年处理决定数量：700 → 12"


def test_a_batch_names_what_it_cannot_read_and_goes_on() -> None:
    result = _check("missing.txt", "draft.html", "--json")
    lost, found = (json.loads(line) for line in result.stdout.splitlines())
    assert (lost["failure"], lost["findings"]) == ("no such file or directory", [])
    assert {one["kind"] for one in found["findings"]} == {"check", "prose", "open", "blank"}
    assert found["findings"][-1]["cells"] == ["disclosure/coercive_measures/decisions"]
    assert result.stderr.splitlines() == ["missing.txt: no such file or directory", "draft.html: 7 findings"]
    assert result.exit_code == 1


def test_nothing_is_kept_of_a_draft(tmp_path: Path) -> None:
    before = {*map(str, tmp_path.rglob("*"))}
    _check("draft.html")
    assert {*map(str, tmp_path.rglob("*"))} == before
    assert not os.path.exists("home")
    assert read_file("draft.html").digest
