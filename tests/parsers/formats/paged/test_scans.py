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
from parsers.formats.paged.page import PrintedPage
from parsers.formats.paged.pages import document_of
from parsers.formats.paged.scans import raster
from parsers.formats.paged.scans.images import read_image_file
from parsers.formats.paged.scans.scan import read_picture_files, read_scan
from tests.factory import scans

needs_font = pytest.mark.skipif(not scans.FONT.exists(), reason="needs fonts-noto-cjk")

FIGURES = (("规章", "1", "0", "37"), ("行政许可", "/", "", "20184"), ("总计", "0", "8", "105"))


def drawn(rule: int = 1) -> Image.Image:
    """A table of figures on a page, and a line of text above it."""
    page = Image.new("L", (1240, 800), 255)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(str(scans.FONT), 20, index=2)
    draw.text((200, 60), "示例市信访局政府信息公开工作年度报告，共三项", fill=20, font=font)
    for row, texts in enumerate(FIGURES):
        for column, text in enumerate(texts):
            x, y = 150 + 200 * column, 200 + 60 * row
            draw.rectangle((x, y, x + 200, y + 60), outline=20, width=rule)
            draw.text((x + 90, y + 18), text, fill=20, font=font)
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


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    data = io.BytesIO()
    image.save(data, kind, **options)  # type: ignore[arg-type]
    return data.getvalue()


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP", "GIF", "WebP"])
def test_picture_files_are_opened(kind: str) -> None:
    (picture,) = read_image_file(saved(Image.new("L", (827, 1169), 200), kind))
    assert picture.pixels.shape == (1169, 827)
    assert abs(int(picture.pixels[0, 0]) - 200) < 3
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
