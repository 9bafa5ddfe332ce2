"""The attack attacks: a wrong cell counts in any report, and what is spoiled still says what the sheet says."""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from parsers.document.values import State
from parsers.read import read
from parsers.report import Status
from tests.factory import html
from tests.factory.columns import COLUMNS, lose_heads, permute_columns
from tests.factory.heads import block_of, heads_of
from tests.factory.html import Td, ends_of, starts_of, tables_of
from tests.factory.judge import judge
from tests.factory.layouts import Make, make_named
from tests.factory.mutations import Mutation, cut_numbers, empty_template, mutation_name, one_other_row, other_unit
from tests.factory.sheet import PrintedRow, Sheet, sheet_of
from tests.factory.truth import SHAPES, Cell, broken_identities, draw_truth
from tools import attack

HTML = make_named("html")
_NUMBERS = {"disclosure": 2, "applications": 3, "disputes": 4}


def _wrong_figure(sheet: Sheet, rng: Random) -> bytes:
    """A page whose last figure of a row without a sum is not the sheet's."""
    page, label = html.plain_page(sheet, rng).decode(), "<td>行政许可</td>"
    start = page.index("</td>", page.index(label) + len(label))
    return (page[:start] + "7" + page[start:]).encode()


def _grid(rows: html.Rows) -> dict[tuple[int, int], str]:
    """The texts of a table by row and column, a spanning cell's in all of its places."""
    texts = {}
    for number, (row, starts) in enumerate(zip(rows, starts_of(rows), strict=True)):
        for td, start in zip(row, starts, strict=True):
            places = ((down, right) for down in range(td.height) for right in range(td.width))
            texts |= {(number + down, start + right): td.text for down, right in places}
    return texts


def _figures_by_head(sheet: Sheet, row: PrintedRow) -> dict[tuple[str, ...], str]:
    """What stands in a row under each path of heads, worked out from the page's table alone."""
    rows = tables_of(sheet)[_NUMBERS[row.row.table]]
    texts = _grid(rows)
    at = _row_number(rows, row)
    found = {}
    for column in range(ends_of(rows)[at]):
        path = tuple(dict.fromkeys(texts[n, column] for n in _heads_over(rows, at, row)))
        found[path] = texts[at, column]
    return found


def _row_number(rows: html.Rows, row: PrintedRow) -> int:
    if row.row.table == "disputes":
        return len(rows) - 1
    return next(n for n, tds in enumerate(rows) if any(td.text == row.label_text for td in tds))


def _heads_over(rows: html.Rows, at: int, row: PrintedRow) -> range:
    """The rows of a table that hold the heads over its row ``at``."""
    if row.row.table == "disclosure":
        last = max(n for n, tds in enumerate(rows[:at]) if any(td.text == "信息内容" for td in tds))
        return range(last, last + 1)
    return range(1 if row.row.table == "applications" else 0, 3)


@pytest.mark.parametrize("mutation", [one for one in COLUMNS if one is not lose_heads], ids=mutation_name)
def test_figures_stand_under_their_heads(mutation: Mutation) -> None:
    for seed in range(12):
        rng = Random(seed)
        sheet = mutation(mutation(sheet_of(draw_truth(rng, (2021, 2019)[seed % 2])), rng), rng)
        for row in sheet.rows:
            found = _figures_by_head(sheet, row)
            for cell, head in zip(row.cells, heads_of(row.row), strict=True):
                path = (*head.above, head.label)
                assert found.get(path) == (cell.text if cell else None), (seed, row.row.key, path)


def test_a_document_without_heads_has_none() -> None:
    sheet = sheet_of(draw_truth(Random(1)))
    bare = lose_heads(sheet, Random(2))
    (block,) = bare.headless
    row = next(row.row for row in sheet.rows if block_of(row.row) == block)
    whole, rest = (tables_of(one)[_NUMBERS[row.table]] for one in (sheet, bare))
    assert len(rest) < len(whole)
    assert bare.meanings(places=True) == sheet.meanings(places=True)


def test_columns_whose_heads_are_lost_are_not_moved() -> None:
    sheet = sheet_of(draw_truth(Random(1)))
    bare = Sheet(sheet.truth, sheet.rows, headless=frozenset({"applications", "disputes"}))
    for seed in range(20):
        moved = permute_columns(bare, Random(seed))
        assert all(not row.order for row in moved.rows if row.row.table != "disclosure")


def test_a_cut_figure_is_still_the_whole_one() -> None:
    sheet = sheet_of(draw_truth(Random(3)))
    for seed in range(30):
        cut = cut_numbers(sheet, Random(seed))
        texts = [cell.text for row in cut.rows for cell in row.cells if cell and "\n" in cell.text]
        assert cut.meanings(places=True) == sheet.meanings(places=True)
        assert all(f"<td>{text.replace(chr(10), '<br>')}</td>" in html.plain_table([[Td(text)]]) for text in texts)
    assert texts


def test_an_amount_in_another_unit_is_converted_or_open() -> None:
    sheet = sheet_of(draw_truth(Random(5)))
    key = "disclosure/administrative_fees/fee_amount"
    sheet = _with_amount(sheet, key, "12")
    found = {}
    for seed in range(300):
        other = other_unit(sheet, Random(seed))
        row = next(row for row in other.rows if key in row.row.cells)
        label = other.heads_over(row.row)[0].label
        unit = next(u for u in ("百万元", "千元", "美元", "亿元", "元") if u in label + row.texts[0])
        (found[unit],) = other.meanings(places=True)[key] if unit not in found else (found[unit],)
    assert float(found["千元"][0] or 0) == 1.2
    assert found["百万元"] == (1200, State.PRINTED)
    assert found["亿元"] == (120000, State.PRINTED)
    assert found["美元"] == (None, State.UNCERTAIN)


def _with_amount(sheet: Sheet, key: str, text: str) -> Sheet:
    return sheet_of(replace(sheet.truth, cells={**sheet.truth.cells, key: Cell(text, int(text))}))


def test_one_row_for_three_leaves_the_three_absent_and_the_sums_hold() -> None:
    sheet = one_other_row(sheet_of(draw_truth(Random(7))), Random(7))
    meanings = sheet.meanings(places=True)
    absent = {key for key, meaning in meanings.items() if meaning == {(None, State.ABSENT)}}
    assert {key.split("/")[1] for key in absent} == {"other_not_corrected", "other_fee_unpaid", "other_rest"}
    assert set(meanings) == set(sheet.truth.form.cells)
    assert not broken_identities(sheet.truth.form, sheet.figures())


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("edition", [2021, 2019])
def test_the_identities_hold_in_every_shape(shape: str, edition: int) -> None:
    for seed in range(10):
        truth = draw_truth(Random(seed), edition, shape=shape)
        assert not broken_identities(truth.form, sheet_of(truth).figures())


def test_an_empty_form_has_three_hollow_tables() -> None:
    sheet = empty_template(sheet_of(draw_truth(Random(1))), Random(1))
    assert sheet.hollow == ("disclosure", "applications", "disputes")
    assert not sheet_of(draw_truth(Random(1))).hollow


def test_every_make_can_be_spoiled_in_each_of_its_ways() -> None:
    for make in attack.ATTACKED:
        rng = Random(make.name)
        sheet = sheet_of(draw_truth(rng))
        for mutation in rng.sample(make.mutations, 3):
            sheet = mutation(sheet, rng)
        assert make.lacks() or make.render(sheet, rng)


def test_a_wrong_cell_of_an_uncertain_report_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    sheet = sheet_of(draw_truth(Random(2)))
    report = read(HTML.render(sheet, Random(2)))
    key = "disclosure/regulations/issued"
    cells = {**report.cells, key: replace(report.cells[key], value=4711)}
    wrong = replace(report, cells=cells, status=Status.UNCERTAIN)
    monkeypatch.setattr("tests.factory.judge.read", lambda _: wrong)
    verdict = judge(sheet, HTML, b"")
    assert [line.partition(":")[0] for line in verdict.wrong] == [key]
    assert attack.fails(attack.counts_of(verdict))


def test_what_fails_is_kept_as_a_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(attack, "ATTACKED", (Make("spoiled", _wrong_figure, feet=False),))
    monkeypatch.setattr(attack, "attacked", lambda seeds: map(attack.outcome_of, seeds))
    assert attack.main(["--tries", "6", "--keep", str(tmp_path)]) == 1
    assert "spoiled" in capsys.readouterr().out
    (case, *_) = sorted(tmp_path.iterdir())
    expected = json.loads((case / "expected.json").read_text(encoding="utf-8"))
    assert set(expected) == {"title", "agency", "year", "edition", "cells"}
    assert (case / "input.html").read_bytes().startswith(b"<!DOCTYPE")
    assert "seed" in (case / "why.md").read_text(encoding="utf-8")


def test_a_sound_document_does_not_fail() -> None:
    sheet = sheet_of(draw_truth(Random(4)))
    assert not attack.fails(attack.counts_of(judge(sheet, HTML, HTML.render(sheet, Random(4)))))
    assert not attack.fails(Counter())
