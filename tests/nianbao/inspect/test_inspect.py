"""The picture of what was found: every cell with its state, and the values where the document has them."""

import re
from html import escape
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from click.testing import CliRunner, Result
from lxml import html

from nianbao.cli import main
from parsers.document.values import State, read_value
from parsers.form.model import form_of
from parsers.formats.paged.scans.scan import is_installed
from parsers.read import read
from tests.factory.layouts import make_named
from tests.factory.mutations import change_value, drop_row
from tests.factory.sheet import Sheet, sheet_of
from tests.factory.truth import draw_truth
from tests.sample_text import report_lines

MAKES = {
    "html": "html",
    "word html": "html",
    "docx of Word": "docx",
    "doc of Word": "doc",
    "markdown": "md",
    "pdf, ruled": "pdf",
    "pdf, no rules": "pdf",
    "text of pdfminer": "txt",
    "text, a cell a line": "txt",
}

CASES = Path(__file__).parents[2] / "cases"

needs_ocr = pytest.mark.skipif(not is_installed(), reason="needs the extra ocr")


def _sheet() -> Sheet:
    return sheet_of(draw_truth(Random(11)))


def _run(path: Path, out: Path) -> Result:
    return CliRunner().invoke(main, ["inspect", str(path), "-o", str(out)])


def _drawn(path: Path, exit_code: int = 0) -> html.HtmlElement:
    out = path.with_suffix(".out.html")
    result = _run(path, out)
    assert result.exit_code == exit_code, result.output
    return html.fromstring(out.read_bytes())


def _states(page: html.HtmlElement) -> list[tuple[str, str]]:
    return [(cell.get("data-cell"), cell.get("data-state")) for cell in page.iter("td") if cell.get("data-cell")]


def _written(element: html.HtmlElement) -> str:
    """The element's own text, without the notes beside it."""
    return element.text or ""


@pytest.mark.parametrize("name", MAKES)
def test_every_cell_is_named_once_with_its_state_and_every_value_is_marked_where_it_stands(
    tmp_path: Path, name: str
) -> None:
    sheet = _sheet()
    path = tmp_path / f"report.{MAKES[name]}"
    path.write_bytes(make_named(name).render(sheet, Random(2)))
    report, page = read(path.read_bytes()), _drawn(path)
    assert _states(page) == [(key, str(cell.state)) for key, cell in report.cells.items()]
    assert [key for key, _ in _states(page)] == list(form_of(2021).cells)
    document = page.get_element_by_id("document")
    for key, figure in sheet.figures().items():
        marked = document.xpath(f'.//*[@data-k="{key}"][self::td or self::span][contains(@class, "value")]')
        if figure is not None:
            shown = [read_value(_written(element)) for element in marked]
            assert [value and value.value for value in shown] == [figure], key


@pytest.mark.parametrize("name", ["html", "text of pdfminer", "pdf, ruled"])
def test_labels_stand_beside_the_codes_of_their_rows(tmp_path: Path, name: str) -> None:
    path = tmp_path / f"report.{MAKES[name]}"
    path.write_bytes(make_named(name).render(_sheet(), Random(2)))
    document = _drawn(path).get_element_by_id("document")
    codes = {tag.text for tag in document.xpath('.//*[contains(@class, "label")]/i')}
    assert codes == {row.code for row in form_of(2021).rows if row.path} | ({"disputes"} & codes)


def test_the_form_shows_which_rows_were_not_found_and_why(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    sheet = drop_row(_sheet(), Random(4))
    path.write_bytes(make_named("html").render(sheet, Random(2)))
    page = _drawn(path)
    (lost,) = page.xpath('//th[@class="lost"]')
    absent = [key for key, state in _states(page) if state == State.ABSENT]
    assert lost.get("data-k").split() == absent
    (flag,) = page.xpath("//section[@id='form']/ul/li[starts-with(b/@class, 'value')]")
    assert "文件中未找到本行" in flag.text_content()
    assert "the row was not found" in flag.text_content()


def test_a_check_that_fails_is_listed_with_both_sums_and_its_cells_are_marked(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    sheet = next(sheet for sheet in (change_value(_sheet(), Random(seed)) for seed in range(20)) if _breaks(sheet))
    path.write_bytes(make_named("html").render(sheet, Random(2)))
    page = _drawn(path)
    listed = {key for item in page.xpath("//section[@id='form']/ol/li") for key in item.get("data-k").split()}
    marked = {cell.get("data-cell") for cell in page.iter("td") if "broken" in cell.get("class", "")}
    assert listed == marked
    failing = [check for check in read(path.read_bytes()).checks if not check.holds]
    items = page.xpath("//section[@id='form']/ol/li")
    assert len(items) == len(failing)
    for item, check in zip(items, failing, strict=True):
        assert {str(check.left), str(check.right)} <= set(re.findall(r"[\d.]+", item.text_content()))


def _breaks(sheet: Sheet) -> bool:
    report = read(make_named("html").render(sheet, Random(2)))
    return any(not check.holds for check in report.checks)


def test_values_whose_cells_are_open_belong_to_all_of_them(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    lines = [re.sub(r"^规章 .*", "规章 41 43", line) for line in report_lines()]
    path.write_text("\n".join(lines), encoding="utf-8")
    document = _drawn(path).get_element_by_id("document")
    keys = [key for key in form_of(2021).cells if key.startswith("disclosure/regulations/")]
    for figure in ("41", "43"):
        (value,) = document.xpath(f'.//span[text()="{figure}"]')
        assert (value.get("class"), value.get("data-k").split()) == ("value uncertain", keys)


def test_a_number_that_no_row_took_stands_out(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    lines = report_lines()
    at = next(number for number, line in enumerate(lines) if line.startswith("行政许可"))
    path.write_text("\n".join([*lines[:at], "另有卷宗 4711 册，", *lines[at:]]), encoding="utf-8")
    document = _drawn(path).get_element_by_id("document")
    (stray,) = document.xpath('.//span[starts-with(text(), "4711")]')
    assert stray.get("class") in ("stray", "suspect")


def test_a_document_that_is_no_report_is_drawn_all_the_same(tmp_path: Path) -> None:
    path, out = tmp_path / "notice.html", tmp_path / "out.html"
    path.write_text("<h1>施工公告</h1><p>本月共 12 公里。</p><table><tr><td>甲<td>12</table>", encoding="utf-8")
    result = _run(path, out)
    assert result.exit_code == 1
    assert result.stderr.splitlines() == [
        f"{path}: no annual report: neither the chapters nor the tables of the form were found"
    ]
    page = html.fromstring(out.read_bytes())
    assert {state for _, state in _states(page)} == {"absent"}
    document = page.get_element_by_id("document")
    assert "施工公告" in document.text_content()
    assert not document.xpath('.//*[contains(@class, "label")]')


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("noise.bin", b"\x01\x00\x02", "a binary file of unknown kind"),
        ("report.pdf", b"%PDF-1.7\n", "damaged PDF: "),
        ("missing.txt", None, "no such file or directory"),
    ],
)
def test_what_cannot_be_read_is_one_line_and_no_picture(
    tmp_path: Path, name: str, data: bytes | None, reason: str
) -> None:
    path, out = tmp_path / name, tmp_path / "out.html"
    if data is not None:
        path.write_bytes(data)
    result = _run(path, out)
    assert result.exit_code == 1
    (line,) = result.stderr.splitlines()
    assert line.startswith(f"{path}: ")
    assert reason in line
    assert not result.stdout
    assert not out.exists()


def test_what_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    path = tmp_path / "report.txt"
    path.write_text("\n".join(report_lines()), encoding="utf-8")
    result = _run(path, tmp_path / "nowhere" / "out.html")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "cannot be written: no such file or directory" in result.stderr
    assert _run(path, tmp_path / "out.png").stderr.endswith(
        "only PDF files and pictures have pages that a PNG could show; give -o a name in .html\n"
    )
    assert _run(path, tmp_path / "out.gif").exit_code == 2


def test_the_page_needs_nothing_else_and_text_of_the_document_is_no_markup(tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    evil = "</script><script src=http://evil.example></script><img src=x>"
    path.write_text(f"<p>{escape(evil)}</p><table><tr><td>规章<td>{escape(evil)}<td>1<td>2</table>", encoding="utf-8")
    page = _drawn(path, exit_code=1)
    assert page.get_element_by_id("document").text_content().count(evil) == 2
    assert not page.xpath("//@src | //link | //img | //iframe")
    assert len(page.xpath("//script")) == 3


@needs_ocr
def test_the_pages_of_a_pdf_have_a_box_around_each_value(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(make_named("pdf, ruled").render(_sheet(), Random(2)))
    pages = _drawn(path).xpath("//*[local-name()='svg']")
    assert all(page.xpath("./*[local-name()='image']") for page in pages)
    boxes = [box.get("data-k") for page in pages for box in page.xpath("./*[starts-with(@class, 'value')]")]
    assert sorted(boxes) == sorted(form_of(2021).cells)
    result = _run(path, tmp_path / "out.png")
    assert (result.exit_code, len(list(tmp_path.glob("out-*.png")))) == (0, len(pages))


def test_without_the_extra_a_pdf_has_boxes_on_white_paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsers.formats.paged.scans.scan.is_installed", lambda: False)
    path = tmp_path / "report.pdf"
    path.write_bytes(make_named("pdf, ruled").render(_sheet(), Random(2)))
    page = _drawn(path)
    assert not page.xpath("//*[local-name()='image']")
    assert len(page.xpath("//*[local-name()='rect'][starts-with(@class, 'value')]")) == len(form_of(2021).cells)
    result = _run(path, tmp_path / "out.png")
    assert (result.exit_code, len(result.stderr.splitlines())) == (1, 1)
    assert "pip install 'nianbao[ocr]'" in result.stderr


@needs_ocr
@pytest.mark.parametrize("turn", [90, 180])
def test_a_page_that_is_turned_is_shown_with_its_text_upright(tmp_path: Path, turn: int) -> None:
    from PIL import Image, ImageChops, ImageStat
    from pypdfium2 import PdfDocument

    path, turned = tmp_path / "report.pdf", tmp_path / "turned.pdf"
    path.write_bytes(make_named("pdf, ruled").render(_sheet(), Random(2)))
    with PdfDocument(path) as document:
        for page in document:
            page.set_rotation(turn)
        document.save(turned)
    for one in (path, turned):
        assert _run(one, one.with_suffix(".png")).exit_code == 0
    with Image.open(tmp_path / "report-1.png") as one, Image.open(tmp_path / "turned-1.png") as other:
        assert one.size == other.size
        assert max(ImageStat.Stat(ImageChops.difference(one, other)).mean) < 2


@needs_ocr
def test_the_words_of_an_unruled_pdf_have_boxes_of_their_own(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(make_named("pdf, no rules").render(_sheet(), Random(2)))
    boxes = _drawn(path).xpath("//*[local-name()='rect'][starts-with(@class, 'value')]")
    row = [box for box in boxes if box.get("data-k").startswith("applications/received/")]
    edges = [(float(box.get("x")), float(box.get("width"))) for box in row]
    assert len(edges) == 7
    assert all(x + width < after for (x, width), (after, _) in pairwise(edges))


@needs_ocr
def test_a_scan_is_shown_as_it_was_looked_at(tmp_path: Path) -> None:
    from PIL import Image

    from tests.factory import scans

    if not scans.FONT.exists():
        pytest.skip("needs fonts-noto-cjk")
    path, out = tmp_path / "scan.png", tmp_path / "out.png"
    page = scans.draw_pages(_sheet())[0]
    page.crop((0, 0, page.width, page.height // 2)).rotate(90, expand=True).save(path)
    assert _run(path, out).exit_code == 0
    with Image.open(out) as picture:
        assert picture.height < picture.width
        colours = {colour for _, colour in picture.getcolors(1 << 20)}
    assert (0xA6, 0x7C, 0x00) in colours  # the edge of a cell that nothing proves


@pytest.mark.parametrize(("case", "kind", "says"), [
    ("pdf-tr3-figure", "unseen", "no one sees"),
    ("pdf-struck", "cover", "a line runs through the figure"),
])  # fmt: skip
def test_what_is_seen_on_a_page_and_what_is_not_is_shown(tmp_path: Path, case: str, kind: str, says: str) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes((CASES / case / "input.pdf").read_bytes())
    marked = _drawn(path).xpath("//*[local-name()='rect'][@class=$kind]", kind=kind)
    assert len(marked) >= len("24461")
    assert says in marked[0].text_content()
