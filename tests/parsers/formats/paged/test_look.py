"""Reading checked against the look: what no one sees is no figure, what is seen and is no character makes a doubt."""

from collections.abc import Callable
from io import BytesIO

import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab.lib.colors import Color
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from parsers.document.model import Grid
from parsers.document.reasons import Why
from parsers.formats.paged import pdfium, pdfminer
from parsers.formats.paged.pdf import read_pdf

Draw = Callable[[Canvas], object]
READERS = [pdfium.read_pages, pdfminer.read_pages]
SIZE = 10
# A row of four cells from 700 to 730: a label, the figure 24461 at 210, a blank one from 300, 24461 once more at 410.
EDGES = [100, 200, 300, 400, 500]
FIGURE = "24461"
WIDTH = 5 * 5.56


def row_of(reader, after: Draw, before: Draw = lambda _: None) -> list[tuple[str, Why | None]]:
    """The cells of a row with figures, of a page on which something is drawn before it, and something after."""
    held = BytesIO()
    canvas = Canvas(held, pagesize=(600, 800), pageCompression=0)
    before(canvas)
    canvas.setFillGray(0)
    canvas.setStrokeGray(0)
    canvas.setFont("Helvetica", SIZE)
    canvas.grid(EDGES, [700, 730])
    for x, text in ((110, "Rules"), (210, FIGURE), (410, FIGURE)):
        canvas.drawString(x, 711, text)
    after(canvas)
    canvas.save()
    (block,) = (block for block in read_pdf(held.getvalue(), reader).blocks if isinstance(block, Grid))
    return [(cell.text, cell.shows) for cell in block.origins(0)]


SOUND = [("Rules", None), (FIGURE, None), ("", None), (FIGURE, None)]


def digit(
    canvas: Canvas, text: str = "7", *, x: float = 210 + WIDTH, size: float = SIZE, mode: int | None = None
) -> None:
    """A digit after the first figure, or elsewhere."""
    canvas.setFont("Helvetica", size)
    canvas.drawString(x, 711, text, mode=mode)


def white(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    digit(canvas)


def nearly_white(canvas: Canvas) -> None:
    canvas.setFillGray(0.97)
    digit(canvas)


def white_over_all_of_it(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    digit(canvas, "88888", x=210, size=24)


def white_among_its_digits(canvas: Canvas) -> None:
    canvas.setFillGray(1)
    digit(canvas, "9", x=218)


def clear(canvas: Canvas) -> None:
    canvas.setFillAlpha(0)
    digit(canvas)


def invisible(canvas: Canvas) -> None:
    digit(canvas, mode=3)


def only_a_clip(canvas: Canvas) -> None:
    canvas.saveState()
    digit(canvas, mode=7)
    canvas.restoreState()


def clipped(canvas: Canvas) -> None:
    canvas.saveState()
    path = canvas.beginPath()
    path.rect(0, 0, 50, 50)
    canvas.clipPath(path, stroke=0)
    digit(canvas)
    canvas.restoreState()


def under_a_box(canvas: Canvas) -> None:
    digit(canvas)
    canvas.setFillGray(1)
    canvas.rect(210 + WIDTH, 704, 20, 20, stroke=0, fill=1)


def under_a_picture(canvas: Canvas) -> None:
    digit(canvas)
    canvas.drawImage(ImageReader(Image.new("RGB", (8, 8), "white")), 210 + WIDTH, 704, 20, 20)


def tiny(canvas: Canvas) -> None:
    digit(canvas, size=0.5)


def in_a_clear_form(canvas: Canvas) -> None:
    canvas.beginForm("ghost")
    digit(canvas)
    canvas.endForm()
    canvas.setFillAlpha(0)
    canvas.doForm("ghost")


def replaced(canvas: Canvas) -> None:
    """Another figure stood here, was painted over, and this one was printed on the paint."""
    canvas.setFillGray(1)
    canvas.rect(205, 704, 60, 20, stroke=0, fill=1)
    canvas.setFillGray(0)
    digit(canvas, FIGURE, x=212)


def pale(canvas: Canvas) -> None:
    canvas.setFillGray(0.85)
    for x in (206, 260, 410, 432):
        digit(canvas, "2023", x=x, size=8)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "draw",
    [
        white, nearly_white, clear, invisible, only_a_clip, clipped,
        under_a_box, under_a_picture, tiny, in_a_clear_form, replaced, pale,
    ],
)  # fmt: skip
def test_characters_that_no_one_sees_are_no_part_of_a_figure(draw: Draw, reader) -> None:
    assert row_of(reader, draw) == SOUND


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("draw", [white_over_all_of_it, white_among_its_digits])
def test_white_digits_beneath_a_figure_are_not_seen_and_above_it_they_spoil_it(draw: Draw, reader) -> None:
    assert row_of(reader, lambda _: None, draw) == SOUND
    assert [bool(why) for _, why in row_of(reader, draw)] == [False, True, False, False]


@pytest.mark.parametrize("reader", READERS)
def test_a_figure_that_no_one_sees_leaves_a_blank(reader) -> None:
    assert row_of(reader, lambda canvas: digit(canvas, "5", x=340, mode=3)) == SOUND


def lines(*points: tuple[float, float], width: float = 0.6, grey: float = 0) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setLineWidth(width)
        canvas.setStrokeGray(grey)
        path = canvas.beginPath()
        path.moveTo(*points[0])
        for point in points[1:]:
            path.lineTo(*point)
        canvas.drawPath(path)

    return draw


def seven(canvas: Canvas) -> None:
    """A picture of a digit in the blank cell."""
    picture = Image.new("RGB", (10, 16), "white")
    for at in range(2, 14):
        picture.putpixel((4, at), (0, 0, 0))
        picture.putpixel((5, at), (0, 0, 0))
    canvas.drawInlineImage(picture, 340, 710, 8, 12)


def bar(canvas: Canvas) -> None:
    """What stands in the blank cell is blacked out."""
    canvas.rect(300, 700, 100, 30, stroke=0, fill=1)


def pale_figure(canvas: Canvas) -> None:
    canvas.setFillGray(0.8)
    digit(canvas, "7", x=370)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "draw",
    [
        lines((343, 711), (343, 718)),
        lines((340, 718), (345, 718), (342, 711)),
        lines((340, 718), (345, 718), (342, 711), grey=0.75),
        lines((340, 714), (344, 714)),
        lines((305, 718), (305, 711), width=0.4),
        seven,
        bar,
        pale_figure,
    ],
)
def test_ink_without_characters_is_no_blank(draw: Draw, reader) -> None:
    assert [bool(why) for _, why in row_of(reader, draw)] == [False, False, True, False]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "draw",
    [
        lines((209, 714.5), (240, 714.5), width=0.5),
        lines((209, 714), (240, 714), width=1.5),
        lines((209, 709), (240, 721)),
        lines((205, 716), (212, 712), (219, 717), (226, 712), (233, 717), (240, 712)),
        lines((200, 714.5), (300, 714.5)),
        lines((209, 714.5), (240, 714.5), grey=0.5),
        lines((209, 713), (240, 713)),
        lines((209, 716), (240, 716)),
        lambda canvas: canvas.rect(209, 714, 31, 0.7, stroke=0, fill=1),
    ],
)
def test_a_line_through_a_figure_strikes_it(draw: Draw, reader) -> None:
    cells = row_of(reader, draw)
    assert (Why.STRUCK in [why for text, why in cells if "2" in text]) or cells[1][1] is Why.STRUCK
    assert cells[-1] == (FIGURE, None)


def seal(canvas: Canvas) -> None:
    canvas.setStrokeColorRGB(0.9, 0.1, 0.1)
    canvas.circle(225, 600, 60)


def watermark(canvas: Canvas) -> None:
    canvas.setFillGray(0.88)
    canvas.saveState()
    canvas.translate(150, 640)
    canvas.rotate(20)
    canvas.setFont("Helvetica-Bold", 90)
    path = canvas.beginPath()
    path.moveTo(0, 0)
    for x in range(0, 400, 40):
        path.lineTo(x, 60)
        path.lineTo(x + 20, 0)
    canvas.setStrokeGray(0.85)
    canvas.setLineWidth(8)
    canvas.drawPath(path)
    canvas.restoreState()


def shade(grey: float) -> Draw:
    def draw(canvas: Canvas) -> None:
        canvas.setFillGray(grey)
        canvas.rect(200, 700, 300, 30, stroke=0, fill=1)

    return draw


def words_across(canvas: Canvas) -> None:
    canvas.saveState()
    canvas.setFillGray(0.85)
    canvas.setFont("Helvetica", 60)
    canvas.translate(150, 640)
    canvas.rotate(30)
    canvas.drawString(0, 0, "SAMPLE CITY 2023")
    canvas.restoreState()


def tiles(canvas: Canvas) -> None:
    """A picture of pale words all over the page."""
    picture = Image.new("RGB", (600, 800), "white")
    words = ImageDraw.Draw(picture)
    for y in range(0, 800, 30):
        for x in range(0, 600, 70):
            words.text((x, y), "SAMPLE 2023", fill=(225, 225, 225))
    canvas.drawImage(ImageReader(picture), 0, 0, 600, 800)


def marker(canvas: Canvas) -> None:
    canvas.setFillColorRGB(1, 1, 0)
    canvas.rect(208, 708, 32, 12, stroke=0, fill=1)


def stripes(canvas: Canvas) -> None:
    canvas.linearGradient(200, 700, 500, 700, (Color(1, 1, 1), Color(0.8, 0.9, 1)), extend=False)


def twice(canvas: Canvas) -> None:
    canvas.drawString(210.3, 711, FIGURE)


def heavy(canvas: Canvas) -> None:
    canvas.drawString(210, 711, FIGURE, mode=2)


def double_borders(canvas: Canvas) -> None:
    for x in EDGES[:-1]:
        canvas.rect(x + 2.5, 702.5, 95, 25)


def dotted_borders(canvas: Canvas) -> None:
    canvas.setDash(1, 1)
    for x in EDGES[:-1]:
        canvas.rect(x + 1.5, 701.5, 97, 27)


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "draw",
    [
        lambda _: None,
        lines((209, 709.3), (240, 709.3)),
        lines((209, 709.5), (240, 709.5), width=1),
        lambda canvas: [lines((209, y), (240, y), width=0.4)(canvas) for y in (709.6, 708.2)],
        twice, heavy, double_borders, dotted_borders, seal,
        lambda canvas: canvas.linkURL("https://example.org", (210, 705, 290, 725)),
    ],
)  # fmt: skip
def test_what_is_drawn_for_a_table_and_under_a_figure_is_no_doubt(draw: Draw, reader) -> None:
    assert row_of(reader, draw) == SOUND


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "before", [shade(0.9), shade(0.6), watermark, words_across, tiles, marker, stripes, lambda canvas: canvas.drawImage(
        ImageReader(Image.new("RGB", (8, 8), "lightyellow")), 0, 0, 600, 800
    )],
)  # fmt: skip
def test_what_lies_beneath_is_no_doubt(before: Draw, reader) -> None:
    assert row_of(reader, lambda _: None, before) == SOUND


def coloured(text: tuple[float, float, float], ground: tuple[float, float, float] | None = None) -> Draw:
    """The figure is printed in the blank cell in some colours."""

    def draw(canvas: Canvas) -> None:
        if ground:
            canvas.setFillColorRGB(*ground)
            canvas.rect(300, 700, 100, 30, stroke=0, fill=1)
        canvas.setFillColorRGB(*text)
        canvas.drawString(310, 711, FIGURE)

    return draw


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    "draw",
    [
        coloured((1, 0, 0)),
        coloured((0.5, 0.5, 0.5)),
        coloured((1, 1, 1), (0, 0, 0)),
        coloured((1, 1, 1), (0.1, 0.3, 0.6)),
        coloured((1, 0, 0), (0, 0.51, 0)),
        coloured((0, 0, 0), (0.5, 0.5, 0.5)),
    ],
)
def test_figures_in_any_colour_that_is_seen(draw: Draw, reader) -> None:
    assert row_of(reader, draw) == [("Rules", None), (FIGURE, None), (FIGURE, None), (FIGURE, None)]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(("size", "rise"), [(6, 4), (6, 1.8), (5, 1), (SIZE, 2), (8.5, 3), (6, 0)])
def test_a_raised_or_smaller_digit_is_a_notes(size: float, rise: float, reader) -> None:
    def draw(canvas: Canvas) -> None:
        text = canvas.beginText(210 + WIDTH, 711)
        text.setFont("Helvetica", size)
        text.setRise(rise)
        text.textOut("1")
        canvas.drawText(text)

    text, _ = row_of(reader, draw)[1]
    assert text.split() in ([FIGURE, "1"], ["1", FIGURE])


def unruled(reader, after: Draw) -> list[str]:
    """The lines of a page with three rows of figures and no rules, of which the second is drawn upon."""
    held = BytesIO()
    canvas = Canvas(held, pagesize=(600, 800), pageCompression=0)
    canvas.setFont("Helvetica", SIZE)
    for y in (731, 711, 691):
        canvas.drawString(110, y, "Rules")
        for x in (210, 310, 410):
            canvas.drawString(x, y, FIGURE)
    after(canvas)
    canvas.save()
    return [block.text for block in read_pdf(held.getvalue(), reader).blocks if not isinstance(block, Grid)]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize(
    ("draw", "line"),
    [
        (white, "Rules 24461 24461 24461"),
        (replaced, "Rules 24461 24461 24461"),
        (lines((209, 714.5), (240, 714.5)), "Rules ����� 24461 24461"),
        (lambda canvas: canvas.linkURL("https://example.org", (210, 705, 290, 725)), "Rules 24461 24461 24461"),
        (pale_figure, "Rules 24461 24461 � 24461"),
    ],
)
def test_tables_without_rules_are_looked_at(draw: Draw, line: str, reader) -> None:
    other = "Rules 24461 24461 24461"
    assert unruled(reader, draw) == [other, line, other]


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_pages_that_are_turned_or_cut_are_looked_at(turn: int, reader) -> None:
    held = BytesIO()
    canvas = Canvas(held, pagesize=(700, 900), cropBox=(20, 30, 680, 890))
    canvas.setPageRotation(turn)
    canvas.grid(EDGES, [700, 730])
    canvas.drawString(210, 711, FIGURE)
    canvas.drawString(110, 711, "Rules")
    lines((410, 711), (410, 718))(canvas)
    invisible(canvas)
    canvas.save()
    with pypdfium2.PdfDocument(held.getvalue()) as document:
        document[0].set_mediabox(0, 0, 700, 900)
        out = BytesIO()
        document.save(out)
    (block,) = (block for block in read_pdf(out.getvalue(), reader).blocks if isinstance(block, Grid))
    cells = [(cell.text, cell.shows) for cell in block.origins(0)]
    assert cells == [("Rules", None), (FIGURE, None), ("", None), ("", Why.DRAWN)]
