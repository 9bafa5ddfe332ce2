"""Sound reports in the dress that Word and WPS give them are read whole: it hides nothing."""

import shutil
from io import BytesIO
from random import Random
from zipfile import ZipFile

import pytest

from tests.factory.judge import judge, misread_words
from tests.factory.layouts import make_named
from tests.factory.office import converted, wps_file
from tests.factory.sheet import Sheet, sheet_of
from tests.factory.truth import draw_truth
from tests.parsers.formats.office.test_docx import marks, shade, style, zipped

W14 = "http://schemas.microsoft.com/office/word/2010/wordml"
# What WPS writes of a run in a table: black by value, by theme and as a fill; a little tighter and higher, on white.
RUN = marks(
    '<w:rFonts w:ascii="仿宋_GB2312" w:eastAsia="仿宋_GB2312" w:hAnsi="宋体" w:cs="宋体" w:hint="eastAsia"/>'
    '<w:color w:val="000000" w:themeColor="text1"/><w:spacing w:val="-6"/><w:position w:val="1"/><w:sz w:val="21"/>'
    f'{shade("FFFFFF")}<w14:textFill xmlns:w14="{W14}"><w14:solidFill><w14:schemeClr w14:val="tx1"/></w14:solidFill>'
    "</w14:textFill>"
)
PARAGRAPH = (
    '<w:spacing w:line="300" w:lineRule="exact"/><w:ind w:left="-107" w:right="-107" w:firstLine="0"/>'
    '<w:jc w:val="center"/>'
)
GRID = style(
    "table",
    "grid",
    '<w:tblStylePr w:type="firstRow">'
    + marks('<w:color w:val="FFFFFF" w:themeColor="background1"/>')
    + f"<w:tcPr>{shade('4472C4')}</w:tcPr></w:tblStylePr>"
    + f'<w:tblStylePr w:type="band1Horz"><w:tcPr>{shade("D9E2F3")}</w:tcPr></w:tblStylePr>',
)
TABLE = '<w:tblStyle w:val="grid"/><w:tblLook w:val="04A0"/>'


def dressed(sheet: Sheet, rng: Random) -> bytes:
    """A report of WPS in this dress."""
    with ZipFile(BytesIO(wps_file(sheet, rng))) as archive:
        parts = {name: archive.read(name).decode() for name in archive.namelist()}
    for name, text in parts.items():
        plain = text.replace('<w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr>', RUN)
        plain = plain.replace('<w:jc w:val="both"/>', PARAGRAPH).replace("<w:tblPr>", f"<w:tblPr>{TABLE}")
        parts[name] = plain.replace("</w:styles>", f"{GRID}</w:styles>")
    return zipped(parts)


def assert_read(sheet: Sheet, data: bytes) -> None:
    verdict = judge(sheet, make_named("docx of WPS"), data)
    assert verdict.report is not None, verdict.failure
    assert not [*verdict.wrong, *verdict.flagged, *misread_words(verdict.report, sheet)]


@pytest.mark.parametrize("seed", range(6))
def test_a_dressed_report_is_read_whole(seed: int) -> None:
    rng = Random(seed)
    sheet = sheet_of(draw_truth(rng, empties=seed % 2 == 0))
    assert_read(sheet, dressed(sheet, rng))


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")
@pytest.mark.parametrize("extension", ["doc", "rtf"])
def test_a_dressed_report_is_read_whole_in_all_formats(extension: str) -> None:
    rng = Random(8)
    sheet = sheet_of(draw_truth(rng))
    (data,) = converted([("docx", dressed(sheet, rng))], extension)
    assert_read(sheet, data)
