"""What bytes are, whatever their name says."""

from io import BytesIO
from random import Random
from zipfile import ZipFile

import pytest

from parsers.document.model import Unreadable
from parsers.formats.sniff import DOC, DOCX, MHTML, ODS, ODT, PDF, RTF, XLSX, binary_kind, is_archive, is_picture
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth
from tests.factory.word97 import word_binary


def zipped(*names: str, **parts: str) -> bytes:
    data = BytesIO()
    with ZipFile(data, "w") as archive:
        for name, content in {**dict.fromkeys(names, ""), **parts}.items():
            archive.writestr(name, content)
    return data.getvalue()


KINDS = {
    "PDF": (b"%PDF-1.7\n", PDF),
    "RTF": (b"{\\rtf1 a}", RTF),
    "DOCX": (zipped("_rels/.rels"), DOCX),
    "DOCX without its list of parts": (zipped("word/document.xml"), DOCX),
    "OFD": (zipped("Doc_0/Document.xml", "OFD.xml"), "an OFD file"),
    "ODT": (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.text"), ODT),
    "ODS": (zipped("content.xml", mimetype="application/vnd.oasis.opendocument.spreadsheet"), ODS),
    "ODP": (zipped("mimetype", "content.xml"), "an OpenDocument file"),
    "XLSX": (zipped("_rels/.rels", "xl/workbook.xml"), XLSX),
    "ZIP": (zipped("a.pdf"), "a ZIP archive"),
    "PNG": (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    "JPEG": (b"\xff\xd8\xff\xe0", "a JPEG picture"),
    "GIF": (b"GIF89a", "a GIF picture"),
    "BMP": (b"BM\x36\x00\x00\x00", "a BMP picture"),
    "TIFF": (b"II*\x00", "a TIFF picture"),
    "WebP": (b"RIFF\x10\x00\x00\x00WEBP", "a WebP picture"),
    "RAR": (b"Rar!\x1a\x07", "a RAR archive"),
    "gzip": (b"\x1f\x8b\x08", "a gzip file"),
    "MHTML": (b"MIME-Version: 1.0\r\nContent-Type: Multipart/Related; boundary=a\r\n", MHTML),
    "Word in XML": (
        b'<?xml version="1.0"?><w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml">',
        "a Word document in plain XML",
    ),
    "a text with a stray NUL": (b"a" * 200 + b"\x00", None),
    "bytes": (b"ab\x00cd", "a binary file of unknown kind"),
}


@pytest.mark.parametrize(("data", "kind"), KINDS.values(), ids=KINDS)
def test_kinds_are_told_by_content(data: bytes, kind: str | None) -> None:
    assert binary_kind(data) == kind


@pytest.mark.parametrize(
    "data",
    [
        "一、总体情况".encode(),
        "一、总体情况".encode("gb18030"),
        b"<html>",
        "\ufeff<html>".encode("utf-16-le"),
        "<html>".encode("utf-16-be"),
        b"BM 2021",  # No bitmap has letters only.
        b"RIFF, a word",
        b"Subject: a letter",
        b"<?xml version='1.0'?><html>",
    ],
)
def test_text_is_of_no_binary_kind(data: bytes) -> None:
    assert binary_kind(data) is None


def test_an_old_word_file_is_told_by_its_streams() -> None:
    assert binary_kind(word_binary(sheet_of(draw_truth(Random(1), 2021)), Random(1))) == DOC


@pytest.mark.parametrize("start", [b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"])
def test_a_damaged_container_is_refused_in_one_line(start: bytes) -> None:
    with pytest.raises(Unreadable) as caught:
        binary_kind(start + b"nothing")
    assert "\n" not in str(caught.value)


def test_pictures_and_archives() -> None:
    assert is_picture(b"GIF89a")
    assert not is_picture(b"%PDF-1.7")
    assert is_archive(zipped("a.pdf", "b.docx"))
    assert not is_archive(zipped("word/document.xml"))
    assert not is_archive(b"Rar!")
