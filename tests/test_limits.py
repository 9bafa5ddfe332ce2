"""Files that would take all memory or all day: each is read or refused in one line, within bounds.

Each is made on the fly and read by a process of its own, so that its memory can be told.
"""

import re
import subprocess
import sys
import zlib
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="memory is told by /proc")

SECONDS = 60
MEBIBYTES = 1024

# Prints how much more memory (MiB) reading took at most than the imports, then what it came to.
READER = """
import sys
from nianbao.files import read_file

def held(name):
    with open("/proc/self/status") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(name + ":")) // 1024

before = held("VmRSS")
result = read_file(sys.argv[1]).result
print(held("VmHWM") - before)
print(result if isinstance(result, str) else f"a report: {result.status}")
"""

A4 = (595, 842)


def stream(entries: bytes, data: bytes) -> bytes:
    """A compressed stream object."""
    packed = zlib.compress(data)
    return b"<<%s/Filter/FlateDecode/Length %d>>stream\n%s\nendstream" % (entries, len(packed), packed)


def pdf(content: bytes, pages: int = 1, size: tuple[int, int] = A4) -> bytes:
    """A PDF each of whose pages has this content; /F is a font, /I a white picture."""
    kids = b" ".join(b"%d 0 R" % (6 + page) for page in range(pages))
    page = b"<</Type/Page/Parent 2 0 R/Contents 3 0 R/Resources<</Font<</F 4 0 R>>/XObject<</I 5 0 R>>>>>>"
    picture = b"/Type/XObject/Subtype/Image/Width 1240/Height 1754/ColorSpace/DeviceGray/BitsPerComponent 1"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%s]/MediaBox[0 0 %d %d]>>" % (pages, kids, *size),
        stream(b"", content),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        stream(picture, b"\xff" * (155 * 1754)),
        *[page] * pages,
    ]
    return in_file(objects)


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
    "HTML of 100 MB": (lambda: b"<html>" + b"<p>1</p>" * (100_000_000 // 8), "too large: 100,000,006 bytes"),
    "HTML, one paragraph of 30 MB": (lambda: b"<html><p>" + b"1 " * 15_000_000, "too long: 29,999,999 characters"),
    "HTML, an endless row": (lambda: b"<html><table><tr>" + b"<td>1" * 200_000, "too long: 20,001 lines"),
    "HTML, an endless table": (lambda: b"<html><table>" + b"<tr><td>1" * 5_000_000, "too (many elements|large)"),
    "HTML, endless spans": (
        lambda: b"<html><table>" + b"<tr><td colspan=1000 rowspan=65534>1</td></tr>" * 1_000,
        "no annual report|a table of more than",
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
    command = [sys.executable, "-c", READER, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=True)
    memory, *said = done.stdout.splitlines()
    assert int(memory) < MEBIBYTES
    assert len(said) == 1, said
    assert re.match(reason, said[0]), said[0]
    assert done.stderr == ""
