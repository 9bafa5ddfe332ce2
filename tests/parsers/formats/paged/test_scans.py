"""Pictures of pages: what is drawn on them comes back, or is flagged."""

import io
import struct
import zlib
from collections.abc import Callable
from random import Random

import pytest

pytest.importorskip("rapidocr", reason="needs the extra ocr")

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from parsers.document.model import Grid, Unreadable
from parsers.document.reasons import Why
from parsers.formats.paged.page import PrintedPage, Rectangle
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.ruled_tables import RuledTable, page_blocks
from parsers.formats.paged.scans import raster, stamps
from parsers.formats.paged.scans.images import read_image_file
from parsers.formats.paged.scans.scan import read_picture_files, read_scan
from tests.factory import scans

needs_font = pytest.mark.skipif(not scans.FONT.exists(), reason="needs fonts-noto-cjk")

FIGURES = (("规章", "1", "0", "37"), ("行政许可", "/", "", "20184"), ("总计", "0", "8", "105"))


def drawn(rule: int = 1, gap: int = 0, ink: int | tuple[int, int, int] = 20) -> Image.Image:
    """A table of figures on a page, and a line of text above it; ``gap`` parts double rules."""
    page = Image.new("L" if ink == 20 else "RGB", (1240, 800), "white")
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(scans.FONT), 20, index=2)
    draw.text((200, 60), "示例市信访局政府信息公开工作年度报告，共三项", fill=20, font=font)
    for row, texts in enumerate(FIGURES):
        for column, text in enumerate(texts):
            x, y = 150 + 200 * column, 200 + 60 * row
            if gap:
                scans.draw_box(draw, (x, y, x + 200, y + 60), gap)
            else:
                draw.rectangle((x, y, x + 200, y + 60), outline=20 if ink == 20 else "black", width=rule)
            draw.text((x + 90, y + 18), text, fill=ink, font=font)
    return page


def table_of(page: PrintedPage) -> tuple[tuple[str, ...], ...]:
    grids = [block for block in document_of([page]).blocks if isinstance(block, Grid)]
    return tuple(tuple(cell.text if cell else "" for cell in row) for grid in grids for row in grid.rows)


@needs_font
def test_a_page_comes_back_with_places_in_points_and_confidences() -> None:
    page = read_scan(np.asarray(drawn()), 7, 150)
    assert table_of(page) == FIGURES
    assert (page.number, page.width, page.height) == (7, 1240 * 0.48, 800 * 0.48)
    (glyph,) = (glyph for glyph in page.glyphs if glyph.text == "20184")
    assert glyph.confidence is not None
    assert 0.9 < glyph.confidence <= 1
    assert 750 * 0.48 < glyph.x0 < glyph.x1 < 950 * 0.48
    assert 260 * 0.48 < glyph.top < glyph.bottom < 320 * 0.48


@needs_font
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(lambda: scans.wear(drawn(), Random(3)), id="worn"),
        pytest.param(
            lambda: drawn(3).rotate(86.5, Image.Resampling.BICUBIC, True, fillcolor=255),
            id="on its side, upside down and askew",
        ),
    ],
)
def test_a_page_is_read_however_it_lies(page: Callable[[], Image.Image]) -> None:
    assert table_of(read_scan(np.asarray(page()), 1, 150)) == FIGURES


@needs_font
def test_ink_in_a_cell_is_never_taken_for_a_blank_and_dust_never_for_ink() -> None:
    page = drawn()
    draw = ImageDraw.Draw(page)
    scribble = [(560, 290), (575, 280), (590, 298), (600, 275), (620, 300)]
    draw.line(scribble, fill=60, width=3)
    draw.ellipse((200, 215, 202, 217), fill=0)
    table = table_of(read_scan(np.asarray(page), 1, 150))
    assert table[1][2] != ""
    assert (*table[0], *table[2]) == (*FIGURES[0], *FIGURES[2])


def test_an_empty_page_has_nothing_on_it() -> None:
    page = read_scan(np.full((400, 300), 255, np.uint8), 1, 150)
    assert (page.glyphs, page.rules) == ((), ())


@needs_font
def test_rules_are_found_to_the_point_and_text_is_none() -> None:
    lines = raster.ruled_lines(raster.dark(np.asarray(drawn())))
    assert sorted((rule.top + rule.bottom) // 2 for rule in lines.across) == pytest.approx([200, 260, 320, 380], abs=2)
    assert sorted((rule.x0 + rule.x1) // 2 for rule in lines.down) == pytest.approx(range(150, 951, 200), abs=2)


@needs_font
@pytest.mark.parametrize("angle", [-4.6, -0.7, 0.0, 2.2])
def test_skew_is_measured(angle: float) -> None:
    turned = drawn().rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    assert raster.skew(raster.dark(np.asarray(turned))) == pytest.approx(-angle, abs=0.1)


def boxes_of(page: Image.Image) -> list[tuple[int, ...]]:
    """The cells that the rules of a page enclose, in steps of 10 pixels, stamps lifted."""
    clean, stain = stamps.lifted(np.asarray(page))
    lines = raster.ruled_lines(raster.dark(clean), raster.dark(clean) | stain)
    rules = tuple(
        Rectangle(*(side * 0.48 for side in (s.x0, s.top, s.x1, s.bottom))) for s in lines.across + lines.down
    )
    blocks = page_blocks(PrintedPage(1, page.width * 0.48, page.height * 0.48, (), rules))
    cells = [cell.box for block in blocks if isinstance(block, RuledTable) for cell in block.cells]
    return sorted(tuple(round(side / 4.8) for side in box) for box in cells)


CELLS = sorted(
    (15 + 20 * column, 20 + 6 * row, 35 + 20 * column, 26 + 6 * row) for column in range(4) for row in range(3)
)


@needs_font
@pytest.mark.parametrize("gap", [1, 2, 3, 4])
@pytest.mark.parametrize("worn", [False, True])
def test_double_rules_enclose_the_cells_that_single_ones_do(gap: int, worn: bool) -> None:
    page = drawn(gap=gap)
    if worn:
        page = scans.wear(page, Random(1))
        angle = raster.skew(raster.dark(np.asarray(page)))
        page = Image.fromarray(raster.turned(np.asarray(page), angle))
    assert boxes_of(page) == CELLS


@needs_font
@pytest.mark.parametrize(
    ("mode", "middle"), [("RGB", (650, 290)), ("RGB", (735, 310)), ("L", (650, 290)), ("L", (850, 380))]
)
def test_no_part_of_a_seal_is_a_rule_and_rules_go_on_beneath_it(mode: str, middle: tuple[int, int]) -> None:
    assert boxes_of(scans.stamp(drawn(), middle, 120).convert(mode)) == CELLS


@needs_font
def test_a_slanted_frame_is_no_rule() -> None:
    page, frame = drawn(), Image.new("L", (300, 300), 0)
    ImageDraw.Draw(frame).rectangle((40, 90, 260, 210), outline=255, width=4)
    page.paste(80, (540, 150), frame.rotate(4, Image.Resampling.BICUBIC))
    assert boxes_of(page) == CELLS


@needs_font
def test_red_ink_of_a_seal_is_lifted_off_the_print_beneath() -> None:
    page = drawn()
    clean, stain = stamps.lifted(np.asarray(scans.stamp(page, (735, 300), 120)))
    before, after = raster.dark(np.asarray(page)) > 0, raster.dark(clean) > 0
    assert (before & ~after).sum() < 0.02 * before.sum()
    assert (after & ~before).sum() < 0.02 * before.sum()
    assert 0.9 < stain[300 - 120, 735] / 255 <= 1
    assert not stain[:, :600].any()


@needs_font
@pytest.mark.parametrize("size", [20, 90])
def test_red_text_is_no_seal(size: int) -> None:
    page = drawn(ink=(210, 30, 30))
    font = ImageFont.truetype(str(scans.FONT), size, index=2)
    ImageDraw.Draw(page).text((60, 500), "示例市人民政府文件", fill=(210, 30, 30), font=font)
    clean, stain = stamps.lifted(np.asarray(page))
    assert (clean == stamps.grey(np.asarray(page))).all()
    assert not stain.any()


@needs_font
def test_under_a_seal_figures_are_read_and_what_seems_blank_is_not_sure_to_be() -> None:
    page = read_scan(np.asarray(scans.stamp(drawn(), (760, 300), 100)), 1, 150)
    assert table_of(page) == FIGURES
    (grid,) = (block for block in document_of([page]).blocks if isinstance(block, Grid))
    shown = {(cell.row, cell.column): cell.shows for row in grid.rows for cell in row if cell and cell.shows}
    assert shown[1, 2] is Why.SHOWS_STAMP
    assert (1, 3) not in shown
    assert not {(row, 0) for row in range(3)} & shown.keys()


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)  # type: ignore[arg-type]
    return data.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WebP"])
def test_picture_files_are_opened(kind: str) -> None:
    (picture,) = read_image_file(saved(Image.new("L", (827, 1169), 200), kind))
    assert picture.pixels.shape[:2] == (1169, 827)
    assert abs(int(picture.pixels[0, 0].max()) - 200) < 3
    assert picture.dpi == pytest.approx(100, abs=5)


def test_a_tiff_has_as_many_pages_as_it_has() -> None:
    pages = [Image.new("1", (1654, 2339), shade) for shade in (0, 1, 1)]
    data = saved(pages[0], "TIFF", save_all=True, append_images=pages[1:], dpi=(200, 200), compression="group4")
    assert [(int(picture.pixels[0, 0]), picture.dpi) for picture in read_image_file(data)] == [
        (0, 200), (255, 200), (255, 200),
    ]  # fmt: skip


def test_a_stated_resolution_is_believed_only_if_it_makes_a_page() -> None:
    (picture,) = read_image_file(saved(Image.new("L", (2480, 3508)), "PNG", dpi=(72, 72)))
    assert picture.dpi == pytest.approx(300, abs=0.5)


def test_a_photograph_is_turned_as_its_exif_says() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    (picture,) = read_image_file(saved(Image.new("L", (300, 200)), "JPEG", exif=exif))
    assert picture.pixels.shape == (300, 200)


def test_what_is_transparent_is_paper() -> None:
    (picture,) = read_image_file(saved(Image.new("RGBA", (60, 60), (0, 0, 0, 0)), "PNG"))
    assert int(picture.pixels.min()) == 255


def png_of_size(side: int) -> bytes:
    """The head of a PNG and no more: what it promises is what counts."""
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", b"")


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("data", [png_of_size(11_000), png_of_size(60_000)], ids=["large", "vast"])
def test_a_decompression_bomb_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"^too large: a picture of"):
        list(read_image_file(data))


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\nnonsense", saved(Image.new("L", (90, 90)), "PNG")[:60]])
def test_a_damaged_picture_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="damaged picture"):
        list(read_image_file(data))


def test_without_the_extra_a_scan_is_refused_with_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("parsers.formats.paged.scans.scan.is_installed", lambda: False)
    with pytest.raises(Unreadable, match=r"^a scan: reading it needs the extra ocr: pip install 'nianbao\[ocr\]'$"):
        list(read_picture_files([b"\xff\xd8\xff"]))
