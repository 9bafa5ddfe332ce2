"""Reports that are spread over several files."""

import zipfile
from io import BytesIO
from random import Random

import pytest

from parsers.attachments import read_bundle
from parsers.document.model import Unreadable
from parsers.document.values import Proof, State
from parsers.formats.paged.scans import scan
from parsers.report import Status
from tests.factory import html, office
from tests.factory.sheet import sheet_of
from tests.factory.truth import Truth, draw_truth

TRUTH = draw_truth(Random(11), 2021)
SHEET = sheet_of(TRUTH)
NOTHING = "<html><body><h1>示例</h1><p>正文见附件。</p></body></html>".encode()


def _agrees(cells: object, truth: Truth) -> bool:
    values = {key: reading.value for key, reading in cells.items()}  # type: ignore[attr-defined]
    return values == {key: cell.value for key, cell in truth.cells.items()}


def _zip(**files: bytes) -> bytes:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


def test_the_report_may_be_in_a_file_in_an_archive_in_an_archive() -> None:
    inner = _zip(readme=b"nothing", report=office.word_file(SHEET, Random(1)))
    report, origin = read_bundle(NOTHING, [b"\x00\x01 not a file", _zip(inner=inner)])
    assert origin == 2
    assert report.status is Status.VERIFIED
    assert _agrees(report.cells, TRUTH)
    assert report.title == TRUTH.title


def test_a_page_that_only_offers_files_tells_where_it_belongs() -> None:
    offer = NOTHING.replace(b"<p>", "<p>您的位置：首页 > 洛阳市 > 新安县</p><p>".encode())
    report, _ = read_bundle(offer, [office.word_file(SHEET, Random(1))])
    assert (report.hint, report.title) == ("洛阳市 > 新安县", TRUTH.title)
    alone, _ = read_bundle(NOTHING, [office.word_file(SHEET, Random(1))])
    assert alone.hint is None


def test_last_years_report_that_is_linked_too_is_another() -> None:
    other = next(truth for truth in (draw_truth(Random(n), 2021) for n in range(99)) if truth.year != TRUTH.year)
    attachments = [office.word_file(sheet_of(other), Random(1))]
    report, origin = read_bundle(html.plain_page(SHEET, Random(1)), attachments)
    assert (origin, report.status, report.year) == (0, Status.VERIFIED, TRUTH.year)
    assert _agrees(report.cells, TRUTH)


def test_a_figure_of_page_and_attachment_is_proved_twice_but_not_by_one_file_offered_twice() -> None:
    word = office.word_file(SHEET, Random(1))
    page_and_file, _ = read_bundle(html.plain_page(SHEET, Random(1)), [word])
    assert {cell.proof for cell in page_and_file.cells.values()} <= {Proof.SUM, Proof.TWICE}
    same_file, _ = read_bundle(NOTHING, [word, word])
    assert Proof.PLACED in {cell.proof for cell in same_file.cells.values()}
    assert Proof.TWICE not in {cell.proof for cell in same_file.cells.values()}


def test_what_is_no_report_keeps_the_pages_own_reason() -> None:
    with pytest.raises(Unreadable, match="no annual report"):
        read_bundle(NOTHING, [b"%PDF-1.7 broken", b"plain"])


def test_a_bomb_in_an_archive_is_left_alone() -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb", b"\x00" * (64 << 20))
    report, _ = read_bundle(html.plain_page(SHEET, Random(1)), [packed.getvalue()])
    assert report.status is Status.VERIFIED


@pytest.mark.skipif(not scan.is_installed(), reason="needs the extra ocr")
def test_tables_that_are_pictures_on_the_page_come_together_with_its_chapters() -> None:
    from tests.factory import scans

    pictures = []
    for page in scans.draw_pages(SHEET):
        data = BytesIO()
        page.save(data, "PNG", dpi=(scans.DPI, scans.DPI))
        pictures.append(data.getvalue())
    whole = html.plain_page(SHEET, Random(1)).decode()
    start, end = whole.index("<table"), whole.rindex("</table>")
    report, origin = read_bundle((whole[:start] + whole[end:]).encode(), pictures)
    assert origin == 1
    assert all(reading.state in (State.PRINTED, State.UNCERTAIN) for reading in report.cells.values())
    assert _agrees(report.cells, TRUTH)
    assert sorted(report.chapters) == [1, 2, 3, 4, 5, 6]
