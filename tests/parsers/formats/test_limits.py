"""Files that would take all memory or all day: each is read or refused in one line, within bounds.

Each is made on the fly and read by a process of its own, so that its memory can be told.
"""

import base64
import multiprocessing
import os
import re
import resource
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from nianbao.files import read_file
from parsers.document.model import TooLarge
from parsers.formats.paged import pdfium, pdfminer
from parsers.formats.paged.bomb_guard import refuse_bombs
from parsers.formats.paged.pdf import PdfReader, read_pdf
from parsers.formats.paged.scans.scan import is_installed

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")

# Of processor time, which other work on the machine does not shorten.
SECONDS = 60
MEBIBYTES = 1024

# Its processes begin with everything imported, so that each costs little and shows its own memory only.
PROCESSES = multiprocessing.get_context("forkserver")
PROCESSES.set_forkserver_preload(["nianbao.files"])


def read_alone(path: Path, result: Path) -> None:
    """Write how much more memory (MiB) reading a file took at most than the imports, and what it came to."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    with result.with_suffix(".stderr").open("w") as errors:
        os.dup2(errors.fileno(), 2)
        before = held("VmRSS")
        said = read_file(str(path)).result
        more = held("VmHWM") - before
        result.write_text(f"{more}\n{said if isinstance(said, str) else f'a report: {said.status}'}", "utf-8")


def held(name: str) -> int:
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:")) // 1024


A4 = (595, 842)


def stream(entries: bytes, data: bytes) -> bytes:
    """A compressed stream object."""
    return as_stream(entries + b"/Filter/FlateDecode", zlib.compress(data))


def as_stream(entries: bytes, packed: bytes) -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)


FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
PICTURE = b"/Type/XObject/Subtype/Image/Width %d/Height %d/ColorSpace/DeviceGray/BitsPerComponent %d"


def pdf(content: bytes, pages: int = 1, size: tuple[int, int] = A4) -> bytes:
    """A PDF each of whose pages has this content; /F is a font, /I a white picture."""
    return pdf_of(stream(b"", content), FONT, stream(PICTURE % (1240, 1754, 1), b"\xff" * (155 * 1754)), pages, size)


def pdf_of(
    content: bytes,
    font: bytes = FONT,
    picture: bytes = b"null",
    pages: int = 1,
    size: tuple[int, int] = A4,
    more: Sequence[bytes] = (),
) -> bytes:
    """A PDF of these objects; those of ``more`` are numbered from 6."""
    first = 6 + len(more)
    kids = b" ".join(b"%d 0 R" % (first + page) for page in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/Contents 3 0 R/Resources<</Font<</F 4 0 R>>/XObject<</I 5 0 R>>>>>>"
    tree = b"<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 %d %d]>>" % (pages, kids, *size)
    return in_file([b"<</Type/Catalog/Pages 2 0 R>>", tree, content, font, picture, *more, *[page] * pages])


def in_file(objects: Sequence[bytes]) -> bytes:
    """A PDF file of objects, numbered from 1; the first is the catalogue."""
    out = b"%PDF-1.4\n"
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n%s%s" % (size, table, trailer)


def pages_of_text() -> bytes:
    lines = b"".join(b"1 0 0 1 50 %d Tm (1 2 3 4 5 6 7 8 9) Tj " % (800 - 20 * line) for line in range(36))
    return pdf(b"BT /F 9 Tf " + lines + b"ET", pages=500)


def scan(pages: int, size: tuple[int, int] = A4) -> bytes:
    return pdf(b"q %d 0 0 %d 0 0 cm /I Do Q" % size, pages, size)


def paths() -> bytes:
    steps = b"".join(
        b"%d %d m %d %d l S " % (n % 590, n % 829, n % 590 + 9, n % 829 + n % 2 * 9) for n in range(200_000)
    )
    return pdf(b"BT /F 9 Tf (1) Tj ET " + steps)


def one_path_of_boxes() -> bytes:
    return pdf(b"".join(b"%d %d 5 5 re " % (n % 590, n % 829) for n in range(300_000)) + b"S")


def lattice() -> bytes:
    """A grid of millions of cells, on a page as large as any may be."""
    lines = b"".join(b"0 %d m 14400 %d l S %d 0 m %d 14400 l S " % (n, n, n, n) for n in range(0, 14_400, 5))
    return pdf(b"BT /F 9 Tf (1) Tj ET " + lines, size=(14_400, 14_400))


def hatching() -> bytes:
    """Dashes across and down that nearly all cross another."""
    places = [(x, y) for x in range(0, 590, 6) for y in range(0, 840, 6)]
    steps = b"".join(b"%d %d m %d %d l S %d %d m %d %d l S " % (x, y, x + 5, y, x, y, x, y + 5) for x, y in places)
    return pdf(b"BT /F 9 Tf (1) Tj ET " + steps)


def characters() -> bytes:
    lines = b"".join(b"1 0 0 1 %d %d Tm (%s) Tj " % (n // 800, n % 800, b"12" * 100) for n in range(8_000))
    return pdf(b"BT /F 1 Tf " + lines + b"ET", size=(1_000, 842))


def endless(entries: bytes, start: bytes, unit: bytes) -> bytes:
    """A stream object that inflates to 300 MB of a repeated unit."""
    packer = zlib.compressobj()
    part = unit * (1_000_000 // len(unit))
    packed = b"".join([packer.compress(start), *(packer.compress(part) for _ in range(300)), packer.flush()])
    return as_stream(entries + b"/Filter/FlateDecode", packed)


def twice_inflated() -> bytes:
    once = zlib.compress(b"q\n" * 50_000_000)
    return pdf_of(as_stream(b"/Filter [/FlateDecode /Fl#61teDecode]", zlib.compress(once)))


def by_lzw() -> bytes:
    """Every code stands for one more character than the one before; each time the table is full, 7 MB."""
    bits = []
    for code in (256, ord("q"), *range(258, 4095)):
        width = 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12
        bits.append(f"{code:0{width}b}")
    turn = "".join(bits)
    packed = int((turn * 40).ljust(-(-40 * len(turn) // 8) * 8, "0"), 2)
    return pdf_of(as_stream(b"/Filter/LZWDecode", packed.to_bytes(-(-40 * len(turn) // 8), "big")))


def by_runs() -> bytes:
    return pdf_of(as_stream(b"/Filter[/FlateDecode/RunLengthDecode]", zlib.compress(b"\x81q" * 2_400_000)))


def endless_objects() -> bytes:
    return pdf_of(stream(b"", b""), more=[endless(b"/Type/ObjStm/N 1/First 4", b"9 0 ", b"[ ]")])


TYPE0 = (
    b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/ToUnicode 6 0 R/DescendantFonts[<</Type/Font"
    b"/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
    b"/FontDescriptor<</Type/FontDescriptor/FontName/X/Flags 4/FontFile2 7 0 R>>>>]>>"
)
SHOWN = stream(b"", b"BT /F 9 Tf 50 700 Td <00410042> Tj ET")


def endless_names() -> bytes:
    names = endless(b"", b"begincmap\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n", b"<0041> <0042>\n")
    return pdf_of(SHOWN, TYPE0, more=[names, stream(b"/Length1 4", b"\0\1\0\0")])


def endless_font(start: bytes) -> bytes:
    return pdf_of(SHOWN, TYPE0, more=[stream(b"", b""), endless(b"/Length1 300000000", start, b"q\n")])


def endless_picture() -> bytes:
    return pdf_of(
        stream(b"", b"q 595 0 0 842 0 0 cm /I Do Q"), picture=endless(PICTURE % (15_000, 20_000, 8), b"", b"\xff")
    )


def docx(part: bytes, times: int) -> bytes:
    """A DOCX file whose text is one part, repeated."""
    relations = "http://schemas.openxmlformats.org/{}/2006/relationships"
    data = BytesIO()
    with ZipFile(data, "w", ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{relations.format("package")}"><Relationship Id="a" '
            f'Type="{relations.format("officeDocument")}/officeDocument" Target="word/document.xml"/></Relationships>',
        )
        with archive.open("word/document.xml", "w") as text:
            text.write(b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>')
            for _ in range(times):
                text.write(part)
            text.write(b"</w:body></w:document>")
    return data.getvalue()


def tiff(side: int, pages: int = 1) -> bytes:
    image = pytest.importorskip("PIL.Image", reason="the extra ocr is not installed")
    page, data = image.new("1", (side, side), 1), BytesIO()
    page.save(data, "TIFF", compression="group4", save_all=True, append_images=[page] * (pages - 1))
    return data.getvalue()


PAGES_UNPACK = "too much: pages or lists that unpack to more than any report's$"

BOMBS = {
    "a PDF of 500 pages": (pages_of_text, "too long: more than 300 pages"),
    "a scan of 500 pages": (lambda: scan(500), "too long: more than 300 pages"),
    "a scan of 100 pages": (lambda: scan(100), "too long a scan: 100 pages"),
    "a scan as large as a wall": (lambda: scan(1, (14_400, 14_400)), "too large: page 1 is 14,400 × 14,400 points"),
    "200,000 paths on a page": (paths, "too much: more than 100,000 drawn objects"),
    "a path of 1,500,000 points": (one_path_of_boxes, "too much: more than 1,000,000 points of lines"),
    "1,600,000 characters on a page": (characters, "too much: more than 300,000 characters"),
    "a lattice": (lattice, "too much on a page: more ruled lines"),
    "hatching": (hatching, "no annual report|too much on a page"),
    "a page that inflates to 300 MB": (lambda: pdf_of(endless(b"", b"", b"q\n")), PAGES_UNPACK),
    "a page of 300 MB of text": (lambda: pdf_of(endless(b"", b"BT /F 9 Tf ", b"(1)Tj ")), PAGES_UNPACK),
    "a page that inflates twice": (twice_inflated, PAGES_UNPACK),
    "a page of nothing but nesting": (lambda: pdf(b"q\n" * 4_600_000), "no annual report"),
    "a page of nothing but brackets": (lambda: pdf(b"[" * 9_200_000), "no annual report"),
    "a page packed by LZW": (by_lzw, PAGES_UNPACK),
    "a page of runs": (by_runs, PAGES_UNPACK),
    "a list of objects that inflates to 300 MB": (endless_objects, PAGES_UNPACK),
    "a list of names that inflates to 300 MB": (endless_names, PAGES_UNPACK),
    "a font that inflates to 300 MB": (lambda: endless_font(b"\0\1\0\0"), "too much: fonts that unpack"),
    "a page said to be a font": (lambda: endless_font(b"q"), PAGES_UNPACK),
    "a picture that inflates to 300 MB": (endless_picture, "too much: pictures that unpack"),
    "HTML of 100 MB": (lambda: b"<html>" + b"<p>1</p>" * (100_000_000 // 8), "too large: 100,000,006 bytes"),
    "HTML, one paragraph of 30 MB": (lambda: b"<html><p>" + b"1 " * 15_000_000, "too long: 29,999,999 characters"),
    "HTML, an endless row": (lambda: b"<html><table><tr>" + b"<td>1" * 200_000, "too long: 20,001 lines"),
    "HTML, an endless table": (lambda: b"<html><table>" + b"<tr><td>1" * 5_000_000, "too (many elements|large)"),
    "HTML, endless spans": (
        lambda: b"<html><table>" + b"<tr><td colspan=1000 rowspan=65534>1</td></tr>" * 1_000,
        "no annual report|a table of more than",
    ),
    "HTML, 60,000 rules of style": (
        lambda: b"<html><style>" + b"td:not(.a) { width: 1px }" * 60_000 + b"</style><p>1",
        "too much style: rules of more than 500,000 characters bear on the page$",
    ),
    "text of 30 MB": (lambda: b"1\n" * 15_000_000, "too long: 30,000,000 characters"),
    "RTF of 6 MB": (lambda: b"{\\rtf1 " + b"1\\par " * 1_000_000, "too long: more than 1,000,000 words and signs"),
    "DOCX of half a gigabyte": (lambda: docx(bytes(1 << 20), 512), "too large: a part of 536,871,"),
    "TIFF of 144 million pixels": (lambda: tiff(12_000), "too large: a picture of"),
    "TIFF of 64 million pixels": (lambda: tiff(8_000), "no annual report"),
    "TIFF of 500 pages": (lambda: tiff(900, 500), "too long: a picture of more than 60 pages"),
}


@pytest.mark.parametrize(("make", "reason"), BOMBS.values(), ids=BOMBS)
def test_a_bomb_costs_little_and_is_answered_in_one_line(
    make: Callable[[], bytes], reason: str, tmp_path: Path
) -> None:
    path = tmp_path / "report"
    path.write_bytes(make())
    if path.read_bytes()[:4] in (b"II*\0", b"MM\0*") and not is_installed():
        pytest.skip("needs the extra ocr")
    result = tmp_path / "result"
    process = PROCESSES.Process(target=read_alone, args=[path, result])
    process.start()
    process.join()
    assert process.exitcode == 0
    memory, *said = result.read_text("utf-8").splitlines()
    assert int(memory) < MEBIBYTES
    assert len(said) == 1, said
    assert re.match(reason, said[0]), said[0]
    assert result.with_suffix(".stderr").read_text() == ""


@pytest.mark.parametrize("reader", [pdfium.read_pages, pdfminer.read_pages])
def test_neither_reader_is_left_alone_with_a_bomb(reader: PdfReader) -> None:
    with pytest.raises(TooLarge):
        read_pdf(twice_inflated(), reader)


def test_what_a_large_report_may_hold_is_no_bomb() -> None:
    """A whole Chinese font, a colour scan of A4 at 600 dpi, a page drawn as outlines."""
    font = stream(b"/Length1 20000000", b"\0\1\0\0" + b"glyf" * 5_000_000)
    scan_of_a4 = stream(PICTURE.replace(b"Gray", b"RGB") % (4_960, 7_016, 8), b"\xff" * (3 * 4_960 * 7_016))
    outlines = stream(b"", b"123.45 678.90 l\n" * 400_000)
    refuse_bombs(pdf_of(outlines, TYPE0, scan_of_a4, more=[stream(b"", b""), font]))
    refuse_bombs(in_file([font] * 6))
    with pytest.raises(TooLarge):
        refuse_bombs(in_file([font] * 7))


@pytest.mark.parametrize("packing", ["ASCII85Decode", "ASCIIHexDecode", "A85", "AHx"])
def test_packing_as_letters_hides_nothing(packing: str) -> None:
    inner = zlib.compress(b"q\n" * 5_000_000)
    letters = base64.a85encode(inner) + b"~>" if "85" in packing else inner.hex().encode() + b">"
    data = pdf_of(as_stream(f"/Filter[/{packing}/FlateDecode]".encode(), letters))
    with pytest.raises(TooLarge):
        refuse_bombs(data)


def test_streams_without_an_end_are_not_looked_through_again_and_again() -> None:
    for entries in (b"/Filter/LZWDecode", b"/Filter/ASCII85Decode/Length 99999999", b"/Filter[/FlateDecode]"):
        with pytest.raises(TooLarge):
            refuse_bombs(b"%PDF-1.4\n" + b"1 0 obj<<%s>>stream\n" % entries * 500_000)


def test_a_stream_that_lies_about_its_length_is_unpacked_whole() -> None:
    honest = endless(b"", b"", b"q\n")
    for length in (b"0", b"999999999", b"9 0 R"):
        with pytest.raises(TooLarge):
            refuse_bombs(pdf_of(re.sub(rb"/Length \d+", b"/Length " + length, honest)))
