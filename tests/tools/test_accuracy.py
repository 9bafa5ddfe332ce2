"""The measure of accuracy measures: what is misread shows, what fell is named, what is missing is said."""

import json
from pathlib import Path
from random import Random

import pytest

from tests.factory import html
from tests.factory.layouts import MAKES, Make
from tests.factory.mutations import mutation_name
from tests.factory.sheet import Sheet
from tests.factory.unready import ready_mutations
from tools import accuracy, proofs
from tools.accuracy import Entry, drawn_by, entry

PLAIN = entry(Make("plain", html.plain_page, places=True, feet=False))
FEW = ["--clean", "2", "--spoiled", "1"]


def _missing_a_title(sheet: Sheet, rng: Random) -> bytes:
    return html.plain_page(sheet, rng).replace(sheet.truth.title.encode(), "示例".encode())


def _with_another_figure(sheet: Sheet, rng: Random) -> bytes:
    """A page whose last figure is not the sheet's, in a row without a sum of its own."""
    page, label = html.plain_page(sheet, rng).decode(), "<td>规章</td><td>"
    start = page.index(label) + len(label)
    return (page[:start] + "7" + page[start:]).encode()


def _run(tmp_path: Path, entries: tuple[Entry, ...], *options: str) -> int:
    return accuracy.main([*FEW, *options], entries, tmp_path / "baseline.json")


def _figures(tmp_path: Path, made: Make) -> dict[str, float]:
    _run(tmp_path, (entry(made),), "--write-baseline")
    figures: dict[str, float] = json.loads((tmp_path / "baseline.json").read_text())["clean"][made.name]
    return figures


def test_a_clean_make_is_all_right(tmp_path: Path) -> None:
    assert _run(tmp_path, (PLAIN,), "--write-baseline") == 0
    kept = json.loads((tmp_path / "baseline.json").read_text())
    assert kept["clean"]["plain"] == {
        "right": 100,
        "values": 100,
        "wrong": 0,
        "flagged": 0,
        "words": 100,
        "verified": 100,
    }
    assert set(kept["oddity"]) == {mutation_name(mutation) for mutation in ready_mutations(PLAIN.make())}
    assert _run(tmp_path, (PLAIN,), "--check") == 0


def test_words_that_are_lost_count(tmp_path: Path) -> None:
    figures = _figures(tmp_path, Make("untitled", _missing_a_title, places=True, feet=False))
    assert figures["right"] == 100
    assert 66 <= figures["words"] < 80  # title, agency and perhaps the year of nine


def test_a_wrong_cell_that_is_verified_is_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    spoiled = entry(Make("spoiled", _with_another_figure, places=True, feet=False))
    assert _run(tmp_path, (spoiled,)) == 1
    assert "clean spoiled: WRONG AND VERIFIED: 2" in capsys.readouterr().err


def test_each_figure_that_fell_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _run(tmp_path, (PLAIN,), "--write-baseline")
    untitled = entry(Make("plain", _missing_a_title, places=True, feet=False))
    assert _run(tmp_path, (untitled,), "--check") == 1
    named = capsys.readouterr().err.splitlines()
    assert any(line.startswith("clean plain: words 100.0 % before") for line in named)
    assert not any(line.startswith("clean plain: right") for line in named)


def test_a_make_that_is_gone_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = entry(Make("other", html.plain_page, places=True, feet=False))
    _run(tmp_path, (PLAIN, other), "--write-baseline")
    assert _run(tmp_path, (PLAIN,), "--check") == 1
    assert "clean other: not measured" in capsys.readouterr().err


def test_what_a_make_needs_and_lacks_is_said_and_is_no_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drawer = "tests.factory.html:plain_page"
    there = drawn_by(drawer, "scan", needs=("json",), share=0.5)
    assert _run(tmp_path, (PLAIN, there), "--write-baseline") == 0
    assert " scan" not in capsys.readouterr().err
    gone = drawn_by("tests.factory.nowhere:page", "scan", needs=("示例程序", "json"), share=0.5)
    assert _run(tmp_path, (PLAIN, gone), "--check") == 0
    assert "scan: skipped: 示例程序 missing" in capsys.readouterr().out


def test_the_figures_kept_are_of_all_makes_and_oddities() -> None:
    kept = json.loads(accuracy.BASELINE.read_text(encoding="utf-8"))
    assert {make.name for make in MAKES} <= set(kept["clean"])
    assert {make.name for make in MAKES} <= set(kept["spoiled"])
    assert set(kept["oddity"]) == {mutation_name(mutation) for make in MAKES for mutation in ready_mutations(make)}


def test_the_shares_of_proofs_add_up(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(proofs, "MAKES", MAKES[:2])
    assert accuracy.main(["--proofs", "1"]) == 0
    _, *lines = capsys.readouterr().out.splitlines()
    titles = [line[:36].strip() for line in lines]
    assert titles[:4] == [MAKES[0].name, MAKES[1].name, "all makes", "as in the field"]
    for line in lines:
        _, *shares = map(float, line[36:].split())
        assert sum(shares) == pytest.approx(100, abs=0.5), line
