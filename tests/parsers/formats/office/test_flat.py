"""Word documents in one XML file: of 2003, and Office Open XML that is not zipped."""

import base64
from io import BytesIO
from random import Random
from zipfile import ZipFile

import pytest

from parsers.convert import read_document
from parsers.document.model import Grid, Paragraph, Unreadable
from parsers.read import read
from parsers.report import Status
from tests.factory import office
from tests.factory.layouts import missing
from tests.factory.printers import document_source
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth

HEAD = '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
NAMES = (
    'xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
    'xmlns:aml="http://schemas.microsoft.com/aml/2001/core" '
    'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint" '
    'xmlns:st1="urn:schemas-microsoft-com:office:smarttags"'
)
LISTS = (
    '<w:lists><w:listDef w:listDefId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
    '<w:nfc w:val="37"/><w:lvlText w:val="%1、"/>'
    '</w:lvl></w:listDef><w:list w:ilfo="2"><w:ilst w:val="1"/></w:list></w:lists>'
)


def lines_of(body: str) -> list[str]:
    data = f"{HEAD}<w:wordDocument {NAMES}>{LISTS}<w:body>{body}</w:body></w:wordDocument>".encode()
    return [block.text for block in read_document(data).blocks if isinstance(block, Paragraph)]


def changed(kind: str, text: str) -> str:
    return f"<aml:annotation w:type='Word.{kind}'><aml:content>{run(text)}</aml:content></aml:annotation>"


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (f"<wx:sect><wx:sub-section><w:p>{run('甲')}</w:p></wx:sub-section></wx:sect>", "甲"),
        (f"<w:p><st1:chsdate>{run('2023年')}</st1:chsdate>{run('3')}</w:p>", "2023年3"),
        (f"<w:p>{run('1')}{run('2', '<w:vanish/>')}</w:p>", "1"),
        (
            f"<w:p>{run('1')}{changed('Deletion', '2')}</w:p>",
            "1",
        ),
        (
            f"<w:p>{run('1')}{changed('Insertion', '2')}</w:p>",
            "12",
        ),
        (
            f"<w:p><w:pPr><w:listPr><w:ilvl w:val='0'/><w:ilfo w:val='2'/></w:listPr></w:pPr>{run('总体情况')}</w:p>",
            "一、总体情况",
        ),
    ],
)
def test_what_word_2003_prints_is_the_text(body: str, text: str) -> None:
    assert lines_of(body) == [text]


def test_merged_cells_of_2003() -> None:
    merged, other = "<w:tcPr><w:vmerge w:val='restart'/></w:tcPr>", "<w:tcPr><w:vmerge/></w:tcPr>"
    top = f"<w:tr><w:tc>{merged}<w:p>{run('a')}</w:p></w:tc><w:tc><w:p>{run('1')}</w:p></w:tc></w:tr>"
    end = f"<w:tr><w:tc>{other}<w:p/></w:tc><w:tc><w:p>{run('2')}</w:p></w:tc></w:tr>"
    data = f"{HEAD}<w:wordDocument {NAMES}><w:body><w:tbl>{top}{end}</w:tbl></w:body></w:wordDocument>".encode()
    (grid,) = read_document(data).blocks
    assert isinstance(grid, Grid)
    assert [[cell and cell.text for cell in row] for row in grid.rows] == [["a", "1"], ["a", "2"]]


def flat(data: bytes) -> bytes:
    """A DOCX file as Word saves it in one XML file."""
    parts = []
    with ZipFile(BytesIO(data)) as archive:
        for name in archive.namelist():
            content = archive.read(name)
            if name.endswith("styles.xml"):
                held = f"<pkg:binaryData>{base64.b64encode(content).decode()}</pkg:binaryData>"
            else:
                held = f"<pkg:xmlData>{content.decode()}</pkg:xmlData>"
            parts.append(f'<pkg:part pkg:name="/{name}">{held}</pkg:part>')
    package = "http://schemas.microsoft.com/office/2006/xmlPackage"
    return f'{HEAD}<pkg:package xmlns:pkg="{package}">{"".join(parts)}</pkg:package>'.encode()


@pytest.mark.parametrize("seed", range(6))
def test_an_office_open_xml_file_that_is_not_zipped_is_read_as_its_zipped_form(seed: int) -> None:
    data = office.word_file(sheet_of(draw_truth(Random(seed), 2021)), Random(seed))
    assert read_document(flat(data)) == read_document(data)


@pytest.mark.parametrize("seed", range(6))
def test_a_sound_file_of_2003_is_read_completely(seed: int) -> None:
    sheet = sheet_of(draw_truth(Random(seed), (2021, 2019)[seed % 2], empties=True))
    assert read(office.plain_xml(sheet, Random(seed))).status is Status.VERIFIED


@pytest.mark.skipif(bool(missing(["soffice"])), reason="needs LibreOffice")
def test_a_text_that_libreoffice_writes_is_read_completely() -> None:
    rng = Random(1)
    sources = [document_source(sheet_of(draw_truth(rng, edition)), rng) for edition in (2021, 2019, 2021)]
    assert {kind for kind, _ in sources} == {"docx", "html"}
    for data in office.converted(sources, "odt"):
        assert read(data).status is Status.VERIFIED


@pytest.mark.parametrize(
    "data",
    [
        f"{HEAD}<w:wordDocument {NAMES}/>".encode(),
        f"{HEAD}<w:x {NAMES}/>".encode(),
        f"{HEAD}<w:wordDocument {NAMES}><w:body>".encode(),
        f'{HEAD}<!DOCTYPE a [<!ENTITY b "c">]><w:wordDocument {NAMES}/>'.encode(),
        flat(office.word_file(sheet_of(draw_truth(Random(1), 2021)), Random(1))).replace(
            b"<pkg:binaryData>", b"<pkg:binaryData>a"
        ),
    ],
    ids=["empty", "other", "cut", "entities", "base64"],
)
def test_what_is_damaged_is_refused_in_one_line(data: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        read_document(data)
    assert "\n" not in str(caught.value)
