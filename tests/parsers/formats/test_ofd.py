"""OFD: what a reader of official documents shows of its pages."""

from collections.abc import Callable
from random import Random

import pytest

from parsers.convert import read_document
from parsers.document.model import Document, Grid, Paragraph, TooLarge, Unreadable
from parsers.document.reasons import Why
from parsers.read import read
from parsers.report import Status
from tests.factory.ofd import NAMESPACE, ofd_file, packed
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth


def text(said: str, x: float = 20.0, y: float = 20.0, about: str = "", inner: str = "", step: float = 1.8) -> str:
    code = f'<ofd:TextCode X="0" Y="3" DeltaX="g {len(said)} {step}">{said}</ofd:TextCode>'
    return f'<ofd:TextObject ID="1" Boundary="{x} {y} 50 4" Font="3" Size="3.5" {about}>{inner}{code}</ofd:TextObject>'


def path(data: str, box: str = "0 0 210 297", about: str = "", inner: str = "") -> str:
    return (
        f'<ofd:PathObject ID="2" Boundary="{box}" LineWidth="0.2" {about}>{inner}'
        f"<ofd:AbbreviatedData>{data}</ofd:AbbreviatedData></ofd:PathObject>"
    )


def lines_of(document: Document) -> list[str]:
    return [block.text for block in document.blocks if isinstance(block, Paragraph)]


GRID = "".join(path(f"M {x} 40 L {x} 60") for x in (20, 60, 100)) + "".join(
    path(f"M 20 {y} L 100 {y}") for y in (40, 50, 60)
)
FIGURES = "".join(text(said, x, y, step=1.8) for said, x, y in (("10", 22, 42), ("20", 62, 42), ("30", 22, 52)))


def cells_of(page: str, **more: str) -> list[tuple[str, Why | None]]:
    (grid,) = (block for block in read_document(packed([page], **more)).blocks if isinstance(block, Grid))
    return [(cell.text, cell.shows) for row in grid.rows for cell in row if cell]


@pytest.mark.parametrize("seed", range(8))
def test_a_sound_file_is_read_completely(seed: int) -> None:
    rng = Random(seed)
    sheet = sheet_of(draw_truth(rng, (2021, 2019)[seed % 2], empties=seed % 3 == 0))
    assert read(ofd_file(sheet, rng)).status is Status.VERIFIED


def test_a_table_and_its_empty_cell() -> None:
    assert cells_of(GRID + FIGURES) == [("10", None), ("20", None), ("30", None), ("", None)]


@pytest.mark.parametrize(
    "drawn",
    [
        text("24461", about='CTM="0.5 0 0 0.5 0 0" ', step=3.6).replace('Size="3.5"', 'Size="7"'),
        text("24461").replace('DeltaX="g 5 1.8"', 'DeltaX="1.8 g 2 1.8 1.8"'),
        text("24461").replace('DeltaX="g 5 1.8"', ""),
        text("24461", about='Visible="true" Alpha="200"'),
        f'<ofd:PageBlock ID="4">{text("24461")}</ofd:PageBlock>',
        '<ofd:CompositeObject ID="4" Boundary="0 0 210 297" ResourceID="77"/>',
        text("24461") + text("13", about='Visible="false"'),
    ],
)
def test_one_line_of_text(drawn: str) -> None:
    unit = f'<ofd:CompositeGraphicUnit ID="77" Width="210" Height="297"><ofd:Content>{text("24461")}</ofd:Content>'
    units = f"<ofd:CompositeGraphicUnits>{unit}</ofd:CompositeGraphicUnit></ofd:CompositeGraphicUnits>"
    extra = {"Doc_0/DocumentRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res">{units}</ofd:Res>'}
    assert lines_of(read_document(packed([drawn], extra=extra))) == ["24461"]


def test_a_templates_text_is_the_pages() -> None:
    assert lines_of(read_document(packed([text("24461", y=60)], template=text("机关")))) == ["机关", "24461"]


WHITE, BLACK = (f'<ofd:FillColor Value="{tone} {tone} {tone}"/>' for tone in (255, 0))
BOX = "M 60 50 L 100 50 L 100 60 L 60 60 C"


@pytest.mark.parametrize(
    ("page", "last"),
    [
        (text("40", 62, 52, inner=WHITE), ("", Why.SHOWS_FAINT)),
        (text("40", 62, 52, about='Alpha="10"'), ("", Why.SHOWS_FAINT)),
        (text("40", 62, 52) + path(BOX, about='Fill="true" Stroke="false"', inner=WHITE), ("", Why.SHOWS_FAINT)),
        (path(BOX, about='Fill="true" Stroke="false"', inner=WHITE) + text("40", 62, 52, step=1.8), ("40", None)),
        (
            path(BOX, about='Fill="true" Stroke="false"', inner=BLACK) + text("40", 62, 52, inner=WHITE, step=1.8),
            ("40", None),
        ),
        ('<ofd:ImageObject ID="7" Boundary="65 52 8 6" ResourceID="3"/>', ("", Why.SHOWS_PICTURE)),
    ],
    ids=["white", "clear", "covered", "on white", "white on black", "picture"],
)
def test_what_is_seen_of_a_cell(page: str, last: tuple[str, Why | None]) -> None:
    assert cells_of(GRID + FIGURES + page) == [("10", None), ("20", None), ("30", None), last]


def test_a_line_that_is_not_seen_is_none() -> None:
    hidden = path("M 40 40 L 40 60", inner='<ofd:StrokeColor Value="255 255 255"/>') + path(
        "M 80 40 L 80 60", about='Alpha="0"'
    )
    assert cells_of(GRID + FIGURES + hidden) == cells_of(GRID + FIGURES)


def test_a_seal_and_a_note_lie_over_cells() -> None:
    stamp = f'<ofd:StampAnnot {NAMESPACE} PageRef="100" ID="1" Boundary="70 52 20 6"/>'
    note = '<ofd:Appearance Boundary="30 42 20 6"/>'
    extra = {
        "Doc_0/Signs/Signatures.xml": f"<ofd:Signatures {NAMESPACE}>"
        '<ofd:Signature BaseLoc="Sign_0/Signature.xml"/></ofd:Signatures>',
        "Doc_0/Signs/Sign_0/Signature.xml": f"<ofd:Signature {NAMESPACE}>"
        f"<ofd:SignedInfo>{stamp}</ofd:SignedInfo></ofd:Signature>",
        "Doc_0/Annots/A.xml": f"<ofd:Annotations {NAMESPACE}>"
        '<ofd:Page PageID="100"><ofd:FileLoc>B.xml</ofd:FileLoc></ofd:Page></ofd:Annotations>',
        "Doc_0/Annots/B.xml": f'<ofd:PageAnnot {NAMESPACE}><ofd:Annot ID="1" Type="Path">{note}</ofd:Annot>'
        '<ofd:Annot ID="2" Type="Watermark"><ofd:Appearance Boundary="0 0 210 297"/></ofd:Annot></ofd:PageAnnot>',
    }
    listed = "<ofd:Annotations>Annots/A.xml</ofd:Annotations>"
    covered = cells_of(GRID + FIGURES, extra=extra, listed=listed)
    assert [shows for _, shows in covered] == [Why.SHOWS_BOX, None, None, Why.SHOWS_BOX]


def test_a_page_that_is_a_picture_is_not_blank() -> None:
    page = '<ofd:ImageObject ID="7" Boundary="0 0 210 297" ResourceID="3" CTM="210 0 0 297 0 0"/>'
    media = '<ofd:MultiMedia ID="3" Type="Image"><ofd:MediaFile>a.jb2</ofd:MediaFile></ofd:MultiMedia>'
    media = f"<ofd:MultiMedias>{media}</ofd:MultiMedias>"
    extra = {
        "Doc_0/DocumentRes.xml": f'<ofd:Res {NAMESPACE} BaseLoc="Res">{media}</ofd:Res>',
        "Doc_0/Res/a.jb2": b"\x97JB2",
    }
    with pytest.raises(Unreadable):
        read_document(packed([page], extra=extra))


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: packed([text("1")], extra={"OFD.xml": "<a/>"}), "damaged OFD"),
        (lambda: packed([text("1", about='CTM="1 2"')]), "damaged OFD"),
        (lambda: packed([path("M 1 x")]), "damaged OFD"),
        (lambda: packed([path("Z 1 1")]), "damaged OFD"),
        (lambda: packed([text("1").replace("20.0 20.0", "20")]), "damaged OFD"),
        (lambda: packed([text("1")], extra={"Doc_0/Pages/Page_0/Content.xml": "<a"}), "damaged XML"),
    ],
)
def test_what_is_damaged_is_refused_in_one_line(make: Callable[[], bytes], reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        read_document(make())
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "page",
    [
        text("1" * 300_001),
        path("M 0 0 " + "L 1 1 " * 400_000),
        path("M 0 0 L 9 9") * 100_001,
        text("1" * 2_000) + path("M 0 0 L 9 0 L 9 9 C", about='Fill="true"') * 6_000,
    ],
    ids=["characters", "points", "objects", "areas"],
)
def test_too_much_on_a_page_is_refused(page: str) -> None:
    with pytest.raises(TooLarge):
        read_document(packed([page]))


def test_steps_that_repeat_without_end_cost_nothing() -> None:
    code = text("1").replace("g 1 1.8", "g 10000000 3 " * 50_000)
    assert lines_of(read_document(packed([code]))) == ["1"]


def test_too_many_pages_are_refused() -> None:
    with pytest.raises(TooLarge):
        read_document(packed([text("1")] * 301))
