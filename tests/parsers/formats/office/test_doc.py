"""DOC, WPS, RTF and MHTML: the other bytes that a file named .doc may be."""

import shutil
import struct
from random import Random

import pytest

from parsers.convert import read_document
from parsers.document.model import Unreadable
from parsers.document.reasons import Why
from parsers.formats.office.doc import read_doc
from parsers.formats.office.rtf import read_rtf
from parsers.read import read
from tests.factory.html import plain_page
from tests.factory.judge import judge, misread_words
from tests.factory.layouts import make_named
from tests.factory.office import OFFICE_MAKES, converted, numbered_file
from tests.factory.sheet import sheet_of
from tests.factory.truth import draw_truth
from tests.factory.word97 import Part, compound, doc_file
from tests.parsers.formats.office.test_docx import shows, texts

IN_TABLE = bytes.fromhex("162401")
ROW_END = bytes.fromhex("162401172401")
NESTED = bytes.fromhex("162401 496602000000")
NESTED_CELL = NESTED + bytes.fromhex("4b2401")
NESTED_ROW_END = NESTED_CELL + bytes.fromhex("4c2401")

needs_office = pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice")


def read_parts(*parts: Part) -> list[str]:
    """The same text, however it lies in the file."""
    readings = [texts(read_doc(doc_file(parts, Random(seed)))) for seed in range(8)]
    assert all(reading == readings[0] for reading in readings)
    return readings[0]


def definition(*edges: int, flags: tuple[int, ...] = ()) -> bytes:
    cells = b"".join(struct.pack("<H18x", flag) for flag in flags)
    body = bytes([len(edges) - 1]) + struct.pack(f"<{len(edges)}h", *edges) + cells
    return struct.pack("<HH", 0xD608, len(body) + 1) + body


def row(*cells: str, ending: bytes = b"") -> list[Part]:
    return [*(Part(f"{text}\x07", ending=IN_TABLE) for text in cells), Part("\x07", ending=ROW_END + ending)]


def test_an_empty_cell_is_no_end_of_a_row() -> None:
    assert read_parts(*row("甲", "", "2"), *row("", "", "")) == ["甲||2", "||"]


def test_cells_stand_where_their_edges_are() -> None:
    heads = row("总", "三", ending=definition(0, 2000, 3000))
    values = row("1", "2", "3", ending=definition(0, 990, 2030, 3000))
    assert read_parts(*heads, *values) == ["总|总|三", "1|2|3"]


@pytest.mark.parametrize(("first", "merged"), [(1, 2), (2, 1)])
def test_merges_by_flags(first: int, merged: int) -> None:
    upper = row("总", "9", "三", ending=definition(0, 10, 2000, 3000, flags=(first | 0x60, merged | 0x60, 0)))
    lower = row("9", "9", "3", ending=definition(0, 10, 2000, 3000, flags=(first | 0x20, merged | 0x20, 0)))
    plain = row("1", "2", "3", ending=definition(0, 10, 2000, 3000))
    assert read_parts(*upper, *lower, *plain) == ["总|总|三", "总|总|3", "1|2|3"]


def test_merges_by_properties_of_their_own() -> None:
    merge, upright = bytes.fromhex("245600 02"), bytes.fromhex("2bd6020201")
    rows = [*row("1", "9", "3"), *row("1", "2", "9", ending=definition(0, 1, 2, 3) + upright)]
    rows[3] = Part("\x07", ending=ROW_END + definition(0, 1, 2, 3) + merge)
    assert read_parts(*rows) == ["1|1|3", "1|2|3"]


def test_a_table_within_a_cell_is_read_as_one() -> None:
    parts = [
        Part("甲\x07", ending=IN_TABLE),
        Part("1\r", ending=NESTED_CELL),
        Part("2\r", ending=NESTED_CELL),
        Part("\r", ending=NESTED_ROW_END),
        Part("乙\x07", ending=IN_TABLE),
        Part("\x07", ending=ROW_END),
        Part("完\r", ending=b""),
    ]
    assert read_parts(*parts) == ["甲", "1|2", "乙", "完"]


def test_what_is_printed_is_the_text() -> None:
    strike, raise_ = bytes.fromhex("370801"), bytes.fromhex("482a01")
    parts = [Part("15"), Part("1", raise_), Part("\r", ending=b"")]
    assert read_parts(*parts) == ["15¹"]
    assert read_parts(Part("1", strike), Part("3"), Part("\r", ending=b"")) == ["1\u03363"]
    assert read_parts(Part("a\x13 X \x13 Y \x147\x15\x14b\x15\x1ec\x0bd\x02\x05\r", ending=b"")) == ["ab-c\nd"]
    assert read_parts(Part("\ud842\udfb7\x1f例\r", ending=b"")) == ["𠮷例"]


def shaded(*colours: str) -> bytes:
    """The shades of a row's cells."""
    cells = b"".join(bytes.fromhex(f"000000ff {colour} 0000") for colour in colours)
    return struct.pack("<HB", 0xD612, len(cells)) + cells


@pytest.mark.parametrize(
    ("sprm", "text", "why"),
    [
        ("7068 ffffff00", "", Why.SHOWS_FAINT),
        ("422a 08", "", Why.SHOWS_FAINT),
        ("7068 000000ff", "13", None),
        ("434a 0200", "", Why.SHOWS_FAINT),
        ("4548 0c00", "13", None),
        ("372a 00 3708 01", "1\u03363\u0336", None),
        ("3708 81", "1\u03363\u0336", None),
        ("3708 80", "13", None),
        ("532a 01", "1\u03363\u0336", None),
        ("5a08 01", "13", None),
        ("0c2a 01 422a 01", "", Why.SHOWS_FAINT),
        ("71ca 0a ffffff00 00000000 0000 7068 ffffff00", "13", None),
        ("78ca 06 020000000000", "13", Why.SHOWS_FAINT),
        ("4088 88ff", "13", Why.SHOWS_FAINT),
    ],
)
def test_a_figure_of_a_doc_file_is_what_is_seen_of_it(sprm: str, text: str, why: Why | None) -> None:
    parts = [Part("13", bytes.fromhex(sprm)), Part("\x07", ending=IN_TABLE), *row("7")]
    document = read_doc(doc_file(parts, Random(1)))
    assert (texts(document), shows(document)) == ([f"{text}|7"], [[why, None]])


def test_white_text_is_seen_on_the_dark_shade_of_its_own_cell() -> None:
    white = bytes.fromhex("7068 ffffff00")
    cells = [part for text in "123" for part in (Part(text, white), Part("\x07", ending=IN_TABLE))]
    end = Part("\x07", ending=ROW_END + definition(0, 1000, 2000, 3000) + shaded("1f4e7900", "000000ff", "1f4e7900"))
    assert read_parts(*cells, end) == ["1||3"]


def test_what_a_paragraph_says_of_characters_is_not_about_its_own() -> None:
    assert read_parts(Part("13"), Part("\r", ending=bytes.fromhex("3c0801"))) == ["13"]


def test_what_a_doc_moves_up_is_a_note_mark() -> None:
    up, down = bytes.fromhex("4548 0a00"), bytes.fromhex("4548 f6ff")
    assert read_parts(Part("24461"), Part("1", up), Part("\r", ending=b"")) == ["24461¹"]
    assert read_parts(Part("24461"), Part("1", down), Part("\r", ending=b"")) == ["24461¹"]


def test_a_field_that_never_ends_hides_nothing() -> None:
    assert read_parts(Part("\x13共13件\r", ending=b"")) == ["共13件"]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (doc_file([Part("示例\r", ending=b"")], Random(1), flags=0x0100), "locked with a password"),
        (compound({"EncryptedPackage": b"", "EncryptionInfo": b""}), "locked with a password"),
        (compound({"WordDocument": struct.pack("<HH", 0xA5DC, 101)}), "older than Word 97"),
        (compound({"WordDocument": b"\x00" * 600}), "of unknown kind"),
        (compound({"WordDocument": struct.pack("<HH", 0xA5EC, 0xC1)}), "damaged"),
        (compound({"Workbook": b""}), "a damaged Excel workbook"),
        (compound({"PowerPoint Document": b""}), "a PowerPoint presentation (PPT)"),
        (compound({"示例": b""}), "an OLE file of unknown kind"),
        (compound({"WordDocument": b""})[:700], "damaged"),
        (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\n--a\n\nx\n--a--", "holds no page"),
    ],
    ids=["locked", "locked package", "Word 95", "unknown", "no text", "XLS", "PPT", "OLE", "cut", "MHTML"],
)
def test_what_cannot_be_read_is_refused_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(data)
    assert reason in str(error.value)
    assert "fault" not in str(error.value)
    assert "\n" not in str(error.value)


def test_damage_never_becomes_a_verified_report() -> None:
    make = make_named("doc of Word")
    for seed in range(30):
        rng = Random(seed)
        sheet = sheet_of(draw_truth(rng))
        data = bytearray(make.render(sheet, rng))
        at = rng.randrange(512, len(data))
        data[at : at + rng.randint(1, 600)] = rng.randbytes(rng.randint(1, 600))
        verdict = judge(sheet, make, bytes(data))
        assert not verdict.false_proof, (seed, verdict.wrong)
        assert not verdict.crashed, (seed, verdict.failure)


RTF_TABLE = (
    r"{\trowd\trleft-10\clvmgf\cellx1000\clmgf\cellx2000\clmrg\cellx3000\intbl \'d7\'dc\cell \u20845?\cell 9\cell\row"
    r"\trowd\trleft-10\clvmrg\cellx1000\cellx2000\cellx3010 9\cell 1\cell{\v 8}\cell\row}\pard "
)


def test_rtf_tables_and_text() -> None:
    head = (
        r"{\rtf1\ansi\ansicpg936{\fonttbl{\f0\fcharset134 \'cb\'ce;}}{\*\generator 示例;}{\info{\title \'ca\'be 2021}}"
    )
    text = (
        r"{\listtext\pard 1.\tab}\'ca\'be\'c0\'fd\uc2 \u8212\'a1\'aa\uc1 {\deleted 7}1{\super 2}"
        r"{\field{\*\fldinst PAGE}{\fldrslt 3}}\par 2021\par}"
    )
    document = read_rtf((head + RTF_TABLE + text).encode())
    assert texts(document) == ["总|六|六", "总|1|", "1.\t示例—1²3", "2021"]
    assert document.titles == ("示 2021",)


def rtf_row(*cells: str) -> str:
    edges = "".join(rf"\cellx{1000 * at}" for at in range(1, len(cells) + 1))
    return rf"{{\rtf1\trowd\intbl{edges} " + "".join(rf"{cell}\cell " for cell in cells) + r"\row\pard}"


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (r"{\shp{\*\shpinst{\shptxt \'d7\'a2}}}", Why.SHOWS_BOX),
        (r"{\*\do\dobxpage{\dptxbxtext \'d7\'a2}}", Why.SHOWS_BOX),
        (r"{\*\shppict{\pict 00}}{\nonshppict{\pict 00}}12", Why.SHOWS_PICTURE),
        (r"{\object{\*\objdata 00}{\result 12}}", Why.SHOWS_PICTURE),
        (r"{\field{\*\fldinst FORMTEXT{\*\formfield\fftype0}}{\fldrslt 12}}", None),
        (r"{\field{\*\fldinst FORMDROPDOWN{\*\formfield\fftype2}}{\fldrslt }}", Why.SHOWS_FIELD),
        (r"{\field{\*\fldinst EQ o(2,4)}}5", Why.SHOWS_FIELD),
        (r"{\*\bkmkstart a}12{\*\bkmkend a}", None),
    ],
)
def test_an_rtf_cell_that_shows_more_than_text_is_marked(content: str, why: Why | None) -> None:
    assert shows(read_rtf(rtf_row(content, "13").encode())) == [[why, None]]


@pytest.mark.parametrize(
    "box", [r"{\shp{\*\shpinst{\sp{\sn a}{\sv 1}}{\shptxt\pard{ 24461}\par}}}", r"{\*\do\dobxpage{\dptxbxtext 24461}}"]
)
def test_a_box_that_shows_a_figure_may_lie_over_any_cell_of_its_table(box: str) -> None:
    assert shows(read_rtf(rtf_row(box, "13").encode())) == [[Why.SHOWS_BOX, Why.SHOWS_BOX]]


def test_a_doc_cell_that_shows_more_than_text_is_marked() -> None:
    cells = row("甲", "\x08", "", "12", "\x13FORMDROPDOWN\x14\x15", "\x13FORMTEXT\x1412\x15")
    found = shows(read_doc(doc_file(cells, Random(1))))
    assert found == [[None, Why.SHOWS_BOX, Why.SHOWS_BOX, None, Why.SHOWS_FIELD, None]]


def test_a_seal_at_the_end_of_a_doc_covers_no_blank_cell() -> None:
    parts = [*row("甲", "", "12"), Part("三、其他\r"), Part("\x08\r")]
    assert shows(read_doc(doc_file(parts, Random(1)))) == [[None, None, None]]


RTF_HEAD = (
    r"{\rtf1\ansi{\fonttbl{\f0 Arial;}{\f2\fnil\fcharset2{\*\panose 05}Wingdings;}{\f3\fcharset2 Symbol;}}"
    r"{\colortbl;\red255\green255\blue255;\red31\green78\blue121;}"
    r"{\stylesheet{\s0 Normal;}{\s4\strike x;}{\*\cs5\strike y;}{\*\cs6\v z;}{\*\cs7\super n;}}"
)


@pytest.mark.parametrize(
    ("content", "text", "why"),
    [
        (r"13{\up6\fs12 1}", "13¹", None),
        (r"13{\dn6 1}", "13¹", None),
        (r"{\up6 13}", "13", None),
        (r"13{\cf1 8}", "13", None),
        (r"{\cf1 13}", "", Why.SHOWS_FAINT),
        (r"{\cf1\chcbpat2 13}", "13", None),
        (r"{\cf1\cbpat2 13}", "13", None),
        (r"{\cf2\highlight2 13}", "", Why.SHOWS_FAINT),
        (r"13{\fs2 8}", "13", None),
        (r"13{\v 8}", "13", None),
        (r"{\striked1 8}13", "8\u033613", None),
        (r"{\cs5 13}", "1\u03363\u0336", None),
        (r"\s4 13", "1\u03363\u0336", None),
        (r"13{\cs6 8}", "138", Why.SHOWS_FAINT),
        (r"13{\cs7 8}", "13⁸", None),
        (r"{\f2 13}", "", Why.SHOWS_SYMBOLS),
        (r"{\f3 13}", "13", None),
        (r"{\rtlch\af0 \ltrch 13}", "13", None),
        (r"{\ltrch\af0 \rtlch 13}", "13", None),
        (r"{\ltrch\af0 \rtlch -13}", "-13", Why.SHOWS_REVERSED),
        (r"{\listtext\pard 1.\tab}24461", "1.\t24461", Why.SHOWS_NUMBER),
        (r"{\listtext\pard\cf1 1.\tab}24461", "24461", None),
        (r"\sl-20\slmult0 13", "13", Why.SHOWS_FAINT),
        (r"\sl-400\slmult0 13", "13", None),
        (r"\li-3000 13", "13", Why.SHOWS_FAINT),
        (r"{\twoinone0 13}", "13", Why.SHOWS_FAINT),
        (r"13\chpgn", "13", Why.SHOWS_FIELD),
    ],
)
def test_a_figure_of_an_rtf_file_is_what_is_seen_of_it(content: str, text: str, why: Why | None) -> None:
    document = read_rtf((RTF_HEAD + rtf_row(content, r"\pard\intbl 7").removeprefix(r"{\rtf1")).encode())
    assert (texts(document), shows(document)) == ([f"{text}|7"], [[why, None]])


def test_white_text_of_rtf_is_seen_on_the_dark_shade_of_its_own_cell() -> None:
    shades = r"\clcbpat2\cellx1000\cellx2000\clcfpat2\clcbpat1\clshdng10000\cellx3000"
    cells = r"\pard\intbl\cf1 1\cell 2\cell 3\cell\row"
    assert texts(read_rtf(f"{RTF_HEAD}\\trowd{shades}{cells}}}".encode())) == ["1||3"]


def test_a_line_across_a_cell_of_rtf_may_strike_its_figure() -> None:
    data = r"{\rtf1\trowd\cldglu\clbrdrb\cellx1000\cellx2000\intbl 13\cell 7\cell\row}"
    assert shows(read_rtf(data.encode())) == [[Why.SHOWS_FAINT, None]]


def test_rtf_binary_data_are_no_text() -> None:
    assert texts(read_rtf(rb"{\rtf1 a{\pict\bin3 }}}}b}")) == ["ab"]


def test_a_web_page_in_a_single_file() -> None:
    rng = Random(3)
    sheet = sheet_of(draw_truth(rng))
    page = plain_page(sheet, rng).decode().encode("gb18030")
    quoted = b"".join(b"\n" if byte == 10 else b"=%02X" % byte for byte in page)
    head = b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=a\n\nThis is a web archive\n\n--a\n"
    part = b"Content-Transfer-Encoding: quoted-printable\nContent-Type: text/html; charset=gb2312\n\n"
    data = head + part + quoted + b"\n--a\nContent-Type: image/png\n\nx\n--a--\n"
    verdict = judge(sheet, make_named("html"), data)
    assert verdict.verified
    assert not verdict.wrong


@needs_office
@pytest.mark.parametrize("extension", OFFICE_MAKES)
def test_what_libreoffice_writes_is_read_exactly(extension: str) -> None:
    rng = Random(20)
    sheets = [sheet_of(draw_truth(rng, edition, empties=empties)) for edition in (2021, 2019) for empties in (0, 1, 1)]
    sources = [("html", plain_page(sheet, rng)) for sheet in sheets[:4]]
    sources += [("docx", numbered_file(sheet, rng)) for sheet in sheets[4:]]
    for sheet, data in zip(sheets, converted(sources, extension), strict=True):
        verdict = judge(sheet, make_named("html"), data)
        assert verdict.report is not None, verdict.failure
        assert not [*verdict.wrong, *verdict.flagged]
        assert not misread_words(verdict.report, sheet)
        assert verdict.verified


def test_a_wps_file_is_told_by_its_content() -> None:
    assert texts(read_document(doc_file([Part("示例\r", ending=b"")], Random(1)))) == ["示例"]
