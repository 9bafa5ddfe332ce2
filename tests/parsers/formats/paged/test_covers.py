"""What cells of a PDF show besides their text: notes, form fields, pictures, characters without names."""

from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from parsers.document.model import Grid
from parsers.document.reasons import Why
from parsers.formats.paged import pdfium
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.pdf import read_pdf
from tests.parsers.formats.paged.drawing import grid, page, text

Draw = Callable[[Canvas], object]


def shows(draw: Draw) -> list[Why | None]:
    """What the three cells of a row show: one with a label, a blank one from 200 to 300, one with a number."""
    held = BytesIO()
    canvas = Canvas(held, pagesize=(600, 800), pageCompression=0)
    canvas.grid([100, 200, 300, 400], [700, 730])
    canvas.drawString(110, 710, "Rules")
    canvas.drawString(310, 710, "13")
    draw(canvas)
    canvas.save()
    (block,) = (block for block in read_pdf(held.getvalue(), pdfium.read_pages).blocks if isinstance(block, Grid))
    return [cell.shows for cell in block.origins(0)]


def note(canvas: Canvas, box: list[int]) -> None:
    canvas.freeTextAnnotation("24461", "/Helv 10 Tf", Rect=box)


def picture(canvas: Canvas, x: float, y: float, width: float, height: float) -> None:
    canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), "red")), x, y, width, height)


@pytest.mark.parametrize(
    ("draw", "why"),
    [
        (lambda canvas: note(canvas, [210, 705, 290, 725]), Why.SHOWS_BOX),
        (lambda canvas: canvas.acroForm.textfield(value="24461", x=210, y=705, width=80, height=20), Why.SHOWS_FIELD),
        (lambda canvas: picture(canvas, 210, 705, 60, 20), Why.SHOWS_PICTURE),
    ],
)
def test_a_figure_that_is_no_text_makes_its_cell_uncertain_and_no_other(draw: Draw, why: Why) -> None:
    assert shows(draw) == [None, why, None]


def test_a_note_that_covers_a_figure_makes_it_uncertain() -> None:
    assert shows(lambda canvas: note(canvas, [305, 705, 390, 725])) == [None, None, Why.SHOWS_BOX]


@pytest.mark.parametrize(
    "draw",
    [
        lambda _: None,
        lambda canvas: canvas.linkURL("https://example.org", (210, 705, 390, 725)),
        lambda canvas: canvas.textAnnotation("24461", Rect=[210, 705, 230, 725]),
        lambda canvas: note(canvas, [110, 600, 290, 620]),
        lambda canvas: picture(canvas, 200, 760, 100, 30),
        lambda canvas: picture(canvas, 150, 728, 100, 30),
        lambda canvas: picture(canvas, 240, 714, 2, 2),
    ],
)
def test_links_closed_notes_letterheads_and_paper_show_no_figure(draw: Draw) -> None:
    assert shows(draw) == [None, None, None]


@pytest.mark.parametrize("nameless", ["\ufffd", "\ue012", "\x03", "\U000f0001"])
def test_characters_that_the_file_does_not_name(nameless: str) -> None:
    drawn = page(
        [*text(10, 15, "规"), *text(110, 15, f"1{nameless}"), *text(210, 15, "13")], grid((0, 100, 200, 300), (0, 40))
    )
    (block,) = document_of([drawn]).blocks
    assert isinstance(block, Grid)
    assert [cell.shows for cell in block.origins(0)] == [None, Why.NAMELESS, None]
