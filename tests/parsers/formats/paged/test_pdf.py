"""PDF files: ruled and unruled tables, pages that cut them, two readers, and files that cannot be read."""

import shutil
from dataclasses import replace
from io import BytesIO
from random import Random
from zlib import crc32

import pypdfium2 as pdfium2
import pytest
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from parsers.document.model import Document, Grid, Unreadable
from parsers.document.values import Proof, State
from parsers.formats.paged import pdfium, pdfminer
from parsers.formats.paged.page import Glyph, PrintedPage, Rectangle
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.pdf import read_pdf
from parsers.formats.paged.scans import scan
from parsers.read import read
from parsers.report import Status
from tests.factory import pdf
from tests.factory.judge import judge, misread_words
from tests.factory.layouts import make_named
from tests.factory.printers import chromium_pdf
from tests.factory.sheet import Sheet, sheet_of
from tests.factory.truth import draw_truth

RULED = make_named("pdf, ruled")
UNRULED = make_named("pdf, no rules")


def drawn_sheet(seed: int, *, empties: bool = False) -> Sheet:
    rng = Random(seed)
    return sheet_of(draw_truth(rng, rng.choice((2021, 2019)), empties=empties))


def contents(document: Document) -> list[object]:
    return [
        [[cell and cell.text for cell in row] for row in block.rows] if isinstance(block, Grid) else block.text.split()
        for block in document.blocks
    ]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("make", [RULED, UNRULED], ids=lambda make: make.name)
def test_both_readers_see_the_same_on_every_page(make, seed: int) -> None:
    data = make.render(drawn_sheet(seed), Random(seed))
    assert contents(document_of(pdfium.read_pages(data))) == contents(document_of(pdfminer.read_pages(data)))


@pytest.mark.parametrize("borders", ["lines", "boxes", "areas"])
@pytest.mark.parametrize("open_break", [False, True])
@pytest.mark.parametrize("turned", [False, True])
def test_every_way_to_draw_a_table_gives_its_cells(borders: str, open_break: bool, turned: bool) -> None:
    sheet = drawn_sheet(7, empties=True)
    for cut_rows in (False, True):
        style = pdf.Style(borders=borders, open_break=open_break, cut_rows=cut_rows, turned=turned, size=10.5)
        verdict = judge(sheet, RULED, pdf.draw(sheet, style, Random(3)))
        assert (verdict.wrong, verdict.flagged) == ([], [])
        assert verdict.verified


@pytest.mark.parametrize("both", [True, False])
def test_figures_that_both_readers_saw_are_proved_twice(both: bool) -> None:
    drawn = RULED.render(drawn_sheet(3), Random(3))
    # One proved PDF in twenty is read by both, by its checksum.
    data = next(data for n in range(999) if (crc32(data := drawn + b"%%%d" % n) % 20 == 0) is both)
    report = read(data)
    assert report.status is Status.VERIFIED
    assert {cell.proof for cell in report.cells.values()} & {Proof.TWICE, Proof.PLACED} == {
        Proof.TWICE if both else Proof.PLACED
    }


def test_a_page_cut_a_row_in_two_and_its_label_is_read_whole() -> None:
    sheet = drawn_sheet(11)
    for seed in range(6):
        data = pdf.draw(sheet, pdf.Style(cut_rows=True, size=10.5), Random(seed))
        report = read(data)
        assert report.status is Status.VERIFIED
        assert {place.box.page for place in report.places.values() if place.box} >= {1, 2}


@pytest.mark.parametrize("page", [1, 2])
def test_the_place_of_a_row_is_where_its_figures_are_printed(page: int) -> None:
    sheet = drawn_sheet(5)
    data = pdf.draw(sheet, pdf.Style(size=7.5), Random(1))
    report = read(data)
    pages = {held.number: held for held in pdfium.read_pages(data)}
    checked = 0
    for row in sheet.rows:
        box = report.places[row.row.key].box
        assert box is not None
        if box.page != page:
            continue
        inside = [g for g in pages[page].glyphs if box.x0 <= g.x0 and g.x1 <= box.x1]
        text = "".join(g.text for g in inside if box.top <= g.top and g.bottom <= box.bottom + 1)
        assert all(cell.text in text for cell in row.cells if cell)
        checked += 1
    assert checked > 3


def test_a_blank_in_a_table_without_rules_keeps_its_place() -> None:
    sheet = drawn_sheet(3, empties=True)
    report = read(UNRULED.render(sheet, Random(2)))
    blanks = [key for key, cell in sheet.truth.cells.items() if cell.state is State.BLANK]
    numbers = {key: cell.value for key, cell in sheet.truth.cells.items() if cell.value is not None}
    assert blanks
    assert all(report.cells[key].value is None for key in blanks)
    assert {key: report.cells[key].value for key in numbers} == numbers


def _page(words: list[tuple[str, float, float]], rules: list[Rectangle]) -> PrintedPage:
    glyphs = [
        Glyph(char, x + 5 * at, y - 8, x + 5 * at + 5, y + 2, None, y)
        for word, x, y in words
        for at, char in enumerate(word)
    ]
    return PrintedPage(1, 600.0, 800.0, tuple(glyphs), tuple(rules))


def _box(x0: float, top: float, x1: float, bottom: float) -> list[Rectangle]:
    return [
        Rectangle(x0, top, x1, top),
        Rectangle(x0, bottom, x1, bottom),
        Rectangle(x0, top, x0, bottom),
        Rectangle(x1, top, x1, bottom),
    ]


def _cells(page: PrintedPage) -> list[list[str]]:
    grid = next(block for block in document_of([page]).blocks if isinstance(block, Grid))
    return [[cell.text if cell else "-" for cell in row] for row in grid.rows]


def test_a_number_that_juts_out_of_its_cell_on_both_sides_is_one() -> None:
    rules = [*_box(100, 100, 120, 120), *_box(120, 100, 140, 120), *_box(140, 100, 160, 120)]
    page = _page([("123456", 115, 113), ("7", 147, 113)], rules)
    assert _cells(page) == [["", "123456", "7"]]


def test_numbers_that_touch_across_a_rule_are_not_believed() -> None:
    rules = [*_box(100, 100, 120, 120), *_box(120, 100, 140, 120)]
    grid = document_of([_page([("12345678", 100, 113)], rules)]).blocks[0]
    assert isinstance(grid, Grid)
    assert 0.0 in {cell.confidence for cell in grid.origins(0)}


def test_a_long_number_in_a_narrow_cell_is_one_and_two_numbers_are_two() -> None:
    rules = [*_box(100, 100, 130, 140), *_box(130, 100, 230, 140)]
    page = _page([("1234", 105, 113), ("56", 105, 128), ("12", 135, 113), ("34", 135, 128)], rules)
    assert _cells(page) == [["123456", "12\n34"]]


def test_letters_printed_twice_for_boldness_count_once() -> None:
    rules = [*_box(100, 100, 160, 120), *_box(160, 100, 220, 120)]
    page = _page([("13", 110, 113), ("13", 110.3, 113), ("7", 170, 113)], rules)
    assert _cells(page) == [["13", "7"]]


def test_a_character_that_the_font_does_not_name_is_not_a_blank() -> None:
    rules = [*_box(100, 100, 160, 120), *_box(160, 100, 220, 120)]
    assert _cells(_page([("\ufffd", 110, 113), ("7", 170, 113)], rules)) == [["\ufffd", "7"]]


@pytest.mark.parametrize("reader", [pdfium.read_pages, pdfminer.read_pages])
def test_damaged_and_locked_files_are_one_line(reader) -> None:
    locked = BytesIO()
    canvas = Canvas(locked, encrypt=StandardEncryption("示例".encode().hex(), canPrint=0))
    canvas.drawString(100, 100, "2021")
    canvas.save()
    for data, reason in ((b"%PDF-1.7\nnothing", "damaged PDF"), (locked.getvalue(), "encrypted")):
        with pytest.raises(Unreadable) as caught:
            list(reader(data))
        assert reason in str(caught.value)
        assert "\n" not in str(caught.value)


def test_a_cut_off_file_is_refused_or_read_but_never_verified() -> None:
    data = RULED.render(drawn_sheet(4), Random(4))
    for share in (0.2, 0.5, 0.8, 0.95):
        try:
            report = read(data[: int(share * len(data))])
        except Unreadable:
            continue
        assert report.status is not Status.VERIFIED


def scanned(printed: bytes, text: bytes) -> bytes:
    """Pages as pictures, with a text that is not shown."""
    with pdfium2.PdfDocument(printed) as shown, pdfium2.PdfDocument(text) as held:
        for number, page in enumerate(held):
            picture = pdfium2.PdfImage.new(held)
            picture.set_bitmap(shown[number].render(scale=1))
            picture.set_matrix(pdfium2.PdfMatrix().scale(*page.get_size()))
            page.insert_obj(picture)
            page.gen_content()
        out = BytesIO()
        held.save(out)
    return out.getvalue()


def test_text_of_a_picture_is_somebodys_ocr_and_without_ours_it_needs_the_sums(monkeypatch) -> None:
    monkeypatch.setattr(scan, "is_installed", lambda: False)
    sheet = drawn_sheet(7)
    style = pdf.Style(size=7.5, borders="none")
    report = read(scanned(*(pdf.draw(sheet, replace(style, hidden=hidden), Random(1)) for hidden in (False, True))))
    figures = {key: cell.value for key, cell in sheet.truth.cells.items()}
    assert {key: reading.value for key, reading in report.cells.items()} == figures
    assert report.status is Status.UNCERTAIN
    assert all(r.state is State.UNCERTAIN for key, r in report.cells.items() if key.startswith("disclosure/"))
    assert any(r.state is State.PRINTED for key, r in report.cells.items() if key.startswith("applications/"))


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs Chromium")
@pytest.mark.parametrize("seed", [1, 2])
def test_pages_printed_by_chromium(seed: int) -> None:
    sheet = drawn_sheet(3, empties=True)
    data = chromium_pdf(sheet, Random(seed))
    verdict = judge(sheet, RULED, data)
    assert (verdict.wrong, verdict.flagged) == ([], [])
    assert verdict.verified
    assert verdict.report is not None
    assert not misread_words(verdict.report, sheet)
    assert contents(read_pdf(data, pdfium.read_pages)) == contents(read_pdf(data, pdfminer.read_pages))


@pytest.mark.skipif(not scan.is_installed(), reason="needs the extra ocr")
def test_a_table_that_is_a_picture_is_read_where_it_stands() -> None:
    """Section 4's table is a picture in a page of text; its figures are those of its own sums."""
    sheet = drawn_sheet(9)
    style = pdf.Style(size=7.5, pictures=frozenset({4}))
    verdict = judge(sheet, RULED, pdf.draw(sheet, style, Random(1)))
    assert verdict.report is not None
    assert not verdict.wrong
    figures = {key: cell.value for key, cell in sheet.truth.cells.items() if key.startswith("disputes/")}
    assert {key: verdict.report.cells[key].value for key in figures} == figures
