"""Files behind what servers and programs put around them."""

from gzip import compress
from random import Random

import pytest

from parsers.convert import read_document
from parsers.document.model import Paragraph, Unreadable
from parsers.formats.wrapping import unwrapped
from parsers.read import read
from parsers.report import Status
from tests.factory.layouts import make_named
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n"
RTF = b"{\\rtf1 a}"
MAIL = b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=a\r\n\r\n"
PART = b'--x\r\nContent-Disposition: form-data; name="a"\r\nContent-Type: application/pdf\r\n\r\n'


@pytest.mark.parametrize(
    ("data", "inner"),
    [
        (b"\xef\xbb\xbf\r\n\r\n" + PDF, PDF),
        (b"\0\1junk" + PDF, PDF),
        (b"\xef\xbb\xbf" + RTF, RTF),
        (b" \r\n\n" + RTF, RTF),
        (b"\xef\xbb\xbf" + MAIL, MAIL),
        (PART + b"PK\x03\x04\r\n--x--\r\n", b"PK\x03\x04\r"),
        (compress(b"\xef\xbb\xbf" + RTF, mtime=0), RTF),
    ],
)
def test_what_stands_before_a_file_is_taken_off(data: bytes, inner: bytes) -> None:
    assert unwrapped(data, 1000) == inner


@pytest.mark.parametrize("data", [b"A text on %PDF-1.7", b"\xef\xbb\xbf# Heading", b"--x\nA text", b"\n\n{a}"])
def test_a_text_is_left_as_it_is(data: bytes) -> None:
    assert unwrapped(data, 1000) is data


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (compress(bytes(1001), mtime=0), "unpacks to more than 1,000 bytes"),
        (compress(PDF, mtime=0)[:-9], "damaged gzip"),
        (b"\x1f\x8bxyz", "damaged gzip"),
    ],
)
def test_gzip_is_bounded(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable, match=reason) as caught:
        unwrapped(data, 1000)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["html", "docx of Word", "doc of Word", "pdf, ruled", "markdown"])
def test_gzip_of_any_kind_is_read(name: str) -> None:
    data = make_named(name).render(sheet_of(draw_truth(Random(3), 2021)), Random(3))
    assert read(compress(data)).status is Status.VERIFIED


def test_a_stray_nul_in_a_page_shows_nothing_and_in_a_text_something_unknown() -> None:
    page, text = (read_document(start + b"24\x00461" + b" " * 300) for start in (b"<html><p>", b""))
    assert [block.text for block in page.blocks if isinstance(block, Paragraph)] == ["24461"]
    assert [block.text.strip() for block in text.blocks if isinstance(block, Paragraph)] == ["24\ufffd461"]
