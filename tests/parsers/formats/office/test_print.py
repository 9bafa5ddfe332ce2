"""What is read of office files against what LibreOffice prints of them."""

import shutil
from collections import Counter
from collections.abc import Sequence
from itertools import groupby
from random import Random

import pypdfium2
import pytest

from parsers.convert import read_document
from parsers.document.model import Document, Grid
from tests.factory.html import plain_page
from tests.factory.office import converted, wps_file
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth
from tests.parsers.formats.office.test_docx import (
    OFFICE,
    STYLES,
    WHITE_TEXT,
    WORD,
    listed,
    marks,
    paragraph,
    run,
    shade,
    style,
    zipped,
)

pytestmark = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")

_COLUMNS, _WIDTH, _HEIGHT, _MARGIN = 4, 2200, 560, 1440
_TWIPS = 1440
# Pixels for a point; how far ink is from the paper, of 255; the pixels across below which nobody sees a sign.
_SCALE, _CONTRAST, _SPECK = 4, 60, 5


def grey(text: str, colour: str) -> str:
    return run(text, f'<w:color w:val="{colour}"/>')


# The content of a cell, its paragraph's properties and its own.
LOOKS: dict[str, tuple[str, str, str]] = {
    "plain": (run("24461"), "", ""),
    "white": (run("24461") + run("7", WHITE_TEXT), "", ""),
    "all white": (run("24461", WHITE_TEXT), "", ""),
    "white on dark": (run("24461", WHITE_TEXT), "", shade("1F4E79")),
    "in the shade's colour": (run("24461", WHITE_TEXT) + grey("7", "1F4E79"), "", shade("1F4E79")),
    "on a dark paragraph": (run("24461", WHITE_TEXT), shade("1F4E79"), ""),
    "program's colour on dark": (run("24461"), "", shade("000000")),
    "highlighted": (run("24461", f'{WHITE_TEXT}<w:highlight w:val="black"/>'), "", ""),
    "shaded run": (run("24461", WHITE_TEXT + shade("1F4E79")), "", ""),
    "half pattern": (
        run("24461") + grey("7", "808080"),
        "",
        '<w:shd w:val="pct50" w:color="000000" w:fill="FFFFFF"/>',
    ),
    "red": (grey("24461", "C00000"), "", ""),
    "hidden": (run("24461") + run("7", "<w:vanish/>"), "", ""),
    "hidden by a style": (run("24461") + run("7", '<w:rStyle w:val="child"/>'), "", ""),
    "tiny": (run("24461") + run("7", '<w:sz w:val="2"/>'), "", ""),
    "struck by a style": (run("24461", '<w:rStyle w:val="struck"/>'), "", ""),
    "struck by its paragraph": (run("24461"), '<w:pStyle w:val="struck-text"/>', ""),
    "not struck after all": (run("24461", '<w:strike w:val="0"/>'), '<w:pStyle w:val="struck-text"/>', ""),
    "white by its paragraph": (run("24461"), '<w:pStyle w:val="pale"/>', ""),
    "raised": (run("24461") + run("7", '<w:position w:val="12"/><w:sz w:val="12"/>'), "", ""),
    "raised by a style": (run("24461") + run("7", '<w:rStyle w:val="note"/>'), "", ""),
    "from the right": (run("24461", "<w:rtl/>"), "", ""),
    "turned round": (run("\u202e16442\u202c"), "", ""),
    "numbered": (run("24461"), listed(1), ""),
    "its number is white": (run("24461"), listed(2), ""),
    "a gap": (run("24") + run("7", WHITE_TEXT) + run("461"), "", ""),
    "one line, fixed": (run("24461"), '<w:spacing w:line="320" w:lineRule="exact"/>', ""),
    "chosen from a list": (
        f"<w:sdt><w:sdtPr><w:dropDownList/></w:sdtPr><w:sdtContent>{run('24461')}</w:sdtContent></w:sdt>",
        "",
        "",
    ),
    "in a row": (run("24461"), "", '<w:vAlign w:val="center"/>'),
}
# What is read of these is not what a figure looks like: struck, raised, faint or behind a number.
DOUBTFUL = frozenset({
    "all white", "struck by a style", "struck by its paragraph", "white by its paragraph", "raised",
    "raised by a style", "numbered", "a gap",
})  # fmt: skip


def file_of(cells: Sequence[tuple[str, str, str]]) -> bytes:
    """A table of rows and columns of fixed sizes."""
    rows = [cells[at : at + _COLUMNS] for at in range(0, len(cells), _COLUMNS)]
    height = f'<w:trPr><w:trHeight w:val="{_HEIGHT}" w:hRule="exact"/></w:trPr>'
    width = f'<w:tcW w:w="{_WIDTH}" w:type="dxa"/>'
    laid = "".join(
        f"<w:tr>{height}"
        + "".join(f"<w:tc><w:tcPr>{width}{own}</w:tcPr>{paragraph(held, of)}</w:tc>" for held, of, own in row)
        + "</w:tr>"
        for row in rows
    )
    grid = f'<w:gridCol w:w="{_WIDTH}"/>' * _COLUMNS
    width = f'<w:tblW w:w="{_WIDTH * _COLUMNS}" w:type="dxa"/>'
    fixed = f'<w:tblPr>{width}<w:tblLayout w:type="fixed"/></w:tblPr>'
    sides = " ".join(f'w:{side}="{_MARGIN}"' for side in ("top", "right", "bottom", "left"))
    page = f'<w:sectPr><w:pgSz w:w="11906" w:h="16838"/><w:pgMar {sides} w:header="0" w:footer="0"/></w:sectPr>'
    body = f"<w:tbl>{fixed}<w:tblGrid>{grid}</w:tblGrid>{laid}</w:tbl><w:p/>{page}"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    named = {"document": "document.main", "styles": "styles", "numbering": "numbering"}
    types = "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{kind}.{of}+xml"/>' for name, of in named.items()
    )
    relations = "http://schemas.openxmlformats.org/package/2006/relationships"
    related = "".join(
        f'<Relationship Id="r{name}" Type="{OFFICE}/{name}" Target="{name}.xml"/>' for name in ("styles", "numbering")
    )
    pale = style("paragraph", "pale", marks(WHITE_TEXT))
    return zipped({
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        f'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{relations}"><Relationship Id="r" Type="{OFFICE}/officeDocument" '
        'Target="word/document.xml"/></Relationships>',
        "word/document.xml": f'<w:document xmlns:w="{WORD}"><w:body>{body}</w:body></w:document>',
        "word/_rels/document.xml.rels": f'<Relationships xmlns="{relations}">{related}</Relationships>',
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{STYLES}{pale}</w:styles>',
        "word/numbering.xml": f'<w:numbering xmlns:w="{WORD}">{_LISTS}</w:numbering>',
    })  # fmt: skip


def _list(number: int, look: str) -> str:
    level = '<w:start w:val="1"/><w:numFmt w:val="decimal"/><w:suff w:val="space"/><w:lvlText w:val="%1."/>'
    return f'<w:abstractNum w:abstractNumId="{number}"><w:lvl w:ilvl="0">{level}{look}</w:lvl></w:abstractNum>'


_LISTS = _list(1, "") + _list(2, marks(WHITE_TEXT))
_LISTS += "".join(f'<w:num w:numId="{n}"><w:abstractNumId w:val="{n}"/></w:num>' for n in (1, 2))


def figures(document: Document) -> dict[str, str | None]:
    """What is read in the cell of each look; None where that is not certain."""
    (grid,) = (block for block in document.blocks if isinstance(block, Grid))
    cells = [cell for row in range(len(grid.rows)) for cell in grid.origins(row)]
    return {
        name: cell.text if not cell.shows and cell.text.isdecimal() else None
        for name, cell in zip(LOOKS, cells, strict=False)
    }


def signs(pdf: bytes) -> dict[str, int]:
    """For each look how many signs stand side by side in its cell, as columns of ink with gaps between."""
    page = pypdfium2.PdfDocument(pdf)[0].render(scale=_SCALE, grayscale=True)
    pixels, stride = bytes(page.buffer), page.stride
    step = 72 * _SCALE / _TWIPS
    found = {}
    for number, name in enumerate(LOOKS):
        left = _MARGIN + number % _COLUMNS * _WIDTH
        top = _MARGIN + number // _COLUMNS * _HEIGHT
        columns = slice(round((left + 60) * step), round((left + _WIDTH - 300) * step))
        rows = range(round((top + 60) * step), round((top + _HEIGHT - 60) * step))
        found[name] = _count([pixels[row * stride :][columns] for row in rows])
    return found


def _count(lines: list[bytes]) -> int:
    """The signs of a picture; where a shade lies on the paper, those on the shade."""
    inked = _inked(lines)
    rows = [at for at, line in enumerate(inked) if any(line)]
    columns = [at for at in range(len(lines[0])) if any(line[at] for line in inked)]
    if rows:
        inked = _inked([line[columns[0] : columns[-1] + 1] for line in lines[rows[0] : rows[-1] + 1]])
    stripes = groupby(any(column) for column in zip(*inked, strict=True))
    return sum(is_inked and len(list(stripe)) >= _SPECK for is_inked, stripe in stripes)


def _inked(lines: list[bytes]) -> list[list[bool]]:
    """The pixels that differ from what most of them are."""
    paper, _ = Counter(b"".join(lines)).most_common(1)[0]
    return [[abs(pixel - paper) > _CONTRAST for pixel in line] for line in lines]


@pytest.fixture(scope="module")
def looks() -> bytes:
    return file_of(list(LOOKS.values()))


def test_a_figure_as_read_looks_as_the_print_of_its_file(looks: bytes) -> None:
    """What is read with certainty is printed once more, as plain text; both prints look alike."""
    read = figures(read_document(looks))
    assert {name for name, figure in read.items() if figure is None} == DOUBTFUL
    plain = file_of([(run(figure or ""), "", "") for figure in read.values()])
    printed, again = map(signs, converted([("docx", looks), ("docx", plain)], "pdf"))
    assert {name: printed[name] for name in LOOKS if name not in DOUBTFUL} == {
        name: again[name] for name in LOOKS if name not in DOUBTFUL
    }
    assert set(again.values()) == {0, len("24461")}


@pytest.mark.parametrize("extension", ["doc", "rtf"])
def test_a_figure_looks_the_same_in_all_formats(looks: bytes, extension: str) -> None:
    (data,) = converted([("docx", looks)], extension)
    assert figures(read_document(data)) == figures(read_document(looks))


def test_what_is_read_of_a_report_is_what_is_printed_of_it() -> None:
    """Every character of it, in DOCX, DOC and RTF."""
    rng = Random(7)
    sheets = [sheet_of(draw_truth(rng)) for _ in range(2)]
    written = [("docx", wps_file(sheets[0], rng))]
    written += [(kind, converted([("html", plain_page(sheets[1], rng))], kind)[0]) for kind in ("doc", "rtf")]
    for (kind, data), pdf in zip(written, converted(written, "pdf"), strict=True):
        pages = pypdfium2.PdfDocument(pdf)
        printed = Counter("".join(page.get_textpage().get_text_bounded() for page in pages))
        read = Counter(_text(read_document(data)))
        marks_ = {character for character in printed | read if character.isspace() or not character.isprintable()}
        assert {one: n for one, n in printed.items() if one not in marks_} == {
            one: n for one, n in read.items() if one not in marks_
        }, kind


def _text(document: Document) -> str:
    parts = []
    for block in document.blocks:
        if isinstance(block, Grid):
            parts += [cell.text for row in range(len(block.rows)) for cell in block.origins(row)]
        else:
            parts.append(block.text)
    return "".join(parts)
