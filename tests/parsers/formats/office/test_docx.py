"""DOCX: what Word prints is read, what it does not print is not; hostile files are refused."""

from io import BytesIO
from zipfile import ZIP_DEFLATED, ZipFile

import pytest

from parsers.convert import read_document
from parsers.document.model import Document, Grid, Unreadable
from parsers.document.reasons import Why
from parsers.formats.office.docx import read_docx
from parsers.formats.office.numbering import format_number
from parsers.formats.office.package import MAX_PART
from parsers.read import read

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
NAMESPACES = (
    f'xmlns:w="{WORD}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"'
)


def packed(body: str, head: str = "", numbering: str = "", styles: str = "", core: str = "") -> bytes:
    """A DOCX file with this body."""
    related = (
        f'<Relationships><Relationship Type="{OFFICE}/numbering" Target="numbering.xml"/>'
        f'<Relationship Type="{OFFICE}/styles" Target="styles.xml"/></Relationships>'
    )
    parts = {
        "_rels/.rels": f'<Relationships><Relationship Type="{OFFICE}/officeDocument" Target="word/document.xml"/>'
        '<Relationship Type="http://example.org/metadata/core-properties" Target="core.xml"/></Relationships>',
        "word/document.xml": f"{head}<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": related,
        "word/numbering.xml": f'<w:numbering xmlns:w="{WORD}">{numbering}</w:numbering>',
        "word/styles.xml": f'<w:styles xmlns:w="{WORD}">{styles}</w:styles>',
        "core.xml": f'<c xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{core}</dc:title></c>',
    }
    return zipped(parts)


def zipped(parts: dict[str, str]) -> bytes:
    buffer = BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return buffer.getvalue()


def run(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def paragraph(content: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr>{content}</w:p>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(run(text))}</w:tc>"


def table(*rows: str, widths: tuple[int, ...] = ()) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    return f"<w:tbl><w:tblGrid>{grid}</w:tblGrid>{''.join(f'<w:tr>{row}</w:tr>' for row in rows)}</w:tbl>"


def texts(document: Document) -> list[str]:
    """Paragraphs as they are, grids as rows with bars: a cell's text in each column, . for no cell."""
    lines = []
    for block in document.blocks:
        if isinstance(block, Grid):
            lines += ["|".join("." if held is None else held.text for held in row) for row in block.rows]
        else:
            lines.append(block.text)
    return lines


def read_body(body: str) -> list[str]:
    return texts(read_docx(packed(body)))


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (f"{run('13')}<w:del>{run('4')}</w:del><w:moveFrom>{run('5')}</w:moveFrom><w:ins>{run('6')}</w:ins>", "136"),
        (run("1") + run("9", "<w:vanish/>") + run("3", '<w:vanish w:val="0"/>'), "13"),
        (run("1") + run("9", '<w:rStyle w:val="hidden"/>') + run("3"), "13"),
        ("<w:r><w:t>1</w:t><w:br/><w:t>3</w:t></w:r>", "1\n3"),
        ("<w:r><w:t>a</w:t><w:tab/><w:noBreakHyphen/><w:softHyphen/><w:t>b</w:t></w:r>", "a\t-b"),
        ('<w:r><w:sym w:font="Symbol" w:char="F02D"/><w:sym w:font="Wingdings" w:char="F031"/></w:r>', "-"),
        ("<w:smartTag><w:r><w:t>1</w:t></w:r></w:smartTag><w:hyperlink><w:r><w:t>3</w:t></w:r></w:hyperlink>", "13"),
        ('<w:fldSimple w:instr="SUM(ABOVE)"><w:r><w:t>13</w:t></w:r></w:fldSimple>', "13"),
        (run("15") + run("1", '<w:vertAlign w:val="superscript"/>'), "15¹"),
        (run("1", "<w:strike/>") + run("3"), "1\u03363"),
        ("<w:sdt><w:sdtPr/><w:sdtContent><w:r><w:t>13</w:t></w:r></w:sdtContent></w:sdt>", "13"),
        (
            "<w:r><w:ruby><w:rt><w:r><w:t>shi</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>示</w:t></w:r></w:rubyBase>"
            "</w:ruby></w:r>",
            "示",
        ),
    ],
)
def test_what_is_printed_is_the_text(content: str, text: str) -> None:
    styles = '<w:style w:type="character" w:styleId="hidden"><w:rPr><w:vanish/></w:rPr></w:style>'
    assert texts(read_docx(packed(paragraph(content), styles=styles))) == [text]


def test_a_field_shows_its_result_even_within_another() -> None:
    def mark(kind: str) -> str:
        return f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>'

    inner = mark("begin") + run("9") + mark("separate") + run("7") + mark("end")
    outer = mark("begin") + inner + mark("separate") + run("13") + mark("end")
    assert read_body(paragraph(run("共") + outer + run("件"))) == ["共13件"]


def test_a_paragraph_whose_mark_was_deleted_goes_on_in_the_next() -> None:
    assert read_body(paragraph(run("一、"), "<w:rPr><w:del/></w:rPr>") + paragraph(run("总体情况"))) == ["一、总体情况"]


def test_of_two_versions_of_a_text_box_one_is_read() -> None:
    box = f"<w:txbxContent>{paragraph(run('示例市信访局'))}</w:txbxContent>"
    versions = f"<mc:Choice>{box}</mc:Choice><mc:Fallback><w:pict>{box}</w:pict></mc:Fallback>"
    content = f"<w:r><w:drawing><mc:AlternateContent>{versions}</mc:AlternateContent></w:drawing></w:r>"
    assert read_body(paragraph(run("前") + content)) == ["前", "示例市信访局"]


def test_a_cell_that_holds_a_picture_is_not_blank() -> None:
    picture = "<w:r><w:drawing><wp:inline/></w:drawing></w:r>"
    seal = "<w:r><w:drawing><wp:anchor/></w:drawing></w:r>"
    row = "".join(f"<w:tc>{paragraph(content)}</w:tc>" for content in (picture, seal, picture + run("13")))
    assert read_body(table(row)) == ["\ufffc||13"]


def test_merged_cells_cover_their_columns() -> None:
    rows = (
        cell("总", '<w:gridSpan w:val="2"/><w:vMerge w:val="restart"/>') + cell("三"),
        cell("9", '<w:gridSpan w:val="2"/><w:vMerge/>') + cell("1"),
        cell("并", '<w:hMerge w:val="restart"/>') + cell("9", "<w:hMerge/>") + cell("2"),
        '<w:trPr><w:gridBefore w:val="1"/></w:trPr>' + cell("x") + cell("y"),
    )
    document = read_docx(packed(table(*rows)))
    assert texts(document) == ["总|总|三", "总|总|1", "并|并|2", ".|x|y"]
    grid = document.blocks[0]
    assert isinstance(grid, Grid)
    assert grid.rows[0][0] is not None
    assert (grid.rows[0][0].width, grid.rows[0][0].height) == (2, 2)


def test_a_merge_that_continues_nothing_is_a_cell() -> None:
    assert read_body(table(cell("1", "<w:vMerge/>") + cell("2"), cell("3", "<w:vMerge/>") + cell("4"))) == [
        "1|2",
        "1|4",
    ]


def test_a_dragged_border_makes_no_column_but_a_narrow_cell_is_one() -> None:
    widths = (1000, 60, 940, 1000)
    rows = (
        cell("a") + cell("b", '<w:gridSpan w:val="2"/>') + cell("c"),
        cell("1", '<w:gridSpan w:val="2"/>') + cell("2") + cell("3"),
    )
    assert read_body(table(*rows, widths=widths)) == ["a|b|c", "1|2|3"]
    assert read_body(table(cell("a") + cell("b") + cell("c"), widths=(1000, 60, 1000))) == ["a|b|c"]


def test_deleted_and_hidden_rows_are_not_there() -> None:
    rows = (cell("1"), f"<w:trPr><w:del/></w:trPr>{cell('2')}", f"<w:trPr><w:hidden/></w:trPr>{cell('3')}", cell("4"))
    assert read_body(table(*rows)) == ["1", "4"]


def test_a_table_that_holds_tables_is_layout_but_one_around_a_text_is_a_frame() -> None:
    inner = table(cell("1") + cell("2"))
    assert read_body(table(cell("甲") + f"<w:tc>{inner}<w:p/></w:tc>")) == ["甲", "1|2"]
    assert read_body(table(cell("甲") + f"<w:tc>{table(cell('5'))}<w:p/></w:tc>")) == ["甲|5"]


def level(depth: int, name: str, text: str, more: str = "") -> str:
    shape = f'<w:numFmt w:val="{name}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/>{shape}</w:lvl>'


def listed(number: int, depth: int = 0) -> str:
    return f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'


def test_numbers_that_word_makes_are_text() -> None:
    levels = level(0, "chineseCountingThousand", "%1、") + level(1, "decimal", "（%1.%2）", "<w:isLgl/>")
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
        '<w:num w:numId="2"><w:abstractNumId w:val="0"/>'
        '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/></w:lvlOverride></w:num>'
    )
    plan = [(1, 0), (1, 1), (1, 1), (1, 0), (1, 1), (2, 0), (2, 0), (0, 0)]
    body = "".join(paragraph(run("甲"), listed(number, depth)) for number, depth in plan)
    expected = ["一、甲", "（1.1）甲", "（1.2）甲", "二、甲", "（2.1）甲", "五、甲", "六、甲", "甲"]
    assert texts(read_docx(packed(body, numbering=numbering))) == expected


def test_a_style_numbers_its_paragraphs_and_those_of_its_children() -> None:
    levels = level(0, "decimal", "%1.") + level(1, "ideographDigital", "%2、", '<w:pStyle w:val="h2"/>')
    numbering = (
        f'<w:abstractNum w:abstractNumId="0">{levels}</w:abstractNum>'
        '<w:num w:numId="4"><w:abstractNumId w:val="0"/></w:num>'
    )
    style = '<w:style w:type="paragraph" w:styleId="{}">{}</w:style>'
    styles = style.format("h2", '<w:pPr><w:numPr><w:numId w:val="4"/></w:numPr></w:pPr>')
    styles += style.format("child", '<w:basedOn w:val="h2"/>')
    body = paragraph(run("5"), listed(4)) + paragraph(run("甲"), '<w:pStyle w:val="child"/>')
    assert texts(read_docx(packed(body, numbering=numbering, styles=styles))) == ["1. 5", "一、甲"]


@pytest.mark.parametrize(
    ("name", "number", "text"),
    [
        ("chineseCounting", 10, "十"),
        ("chineseCounting", 21, "二十一"),
        ("chineseCountingThousand", 103, "一百零三"),
        ("japaneseCounting", 12, "十二"),
        ("ideographDigital", 10, "一〇"),
        ("decimalEnclosedParen", 3, "⑶"),
        ("decimalEnclosedCircle", 25, "25"),
        ("chineseLegalSimplified", 12, "壹拾贰"),
        ("upperRoman", 4, "IV"),
        ("lowerLetter", 28, "bb"),
        ("ideographTraditional", 3, "丙"),
        ("unheardOf", 7, "7"),
    ],
)
def test_formats_of_numbers(name: str, number: int, text: str) -> None:
    assert format_number(number, name) == text


def test_a_stated_title_of_another_year_is_left_out() -> None:
    body = paragraph(run("2021年，示例市信访局认真贯彻执行条例。"))
    assert read_docx(packed(body, core="示例市信访局2021年年报")).titles == ("示例市信访局2021年年报",)
    assert read_docx(packed(body, core="示例市信访局2019年年报")).titles == ()


def bomb() -> bytes:
    return zipped({"word/document.xml": " " * (MAX_PART + 1)})


def entities() -> bytes:
    doctype = '<!DOCTYPE w [<!ENTITY a "11"><!ENTITY b "&a;&a;">]>'
    return packed(paragraph(run("&b;")), head=doctype)


def locked() -> bytes:
    data = bytearray(packed(""))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(signature)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(signature, at + 4)
    return bytes(data)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (bomb(), "too large"),
        (entities(), "document type declaration"),
        (locked(), "password"),
        (packed("")[:-40], "damaged"),
        (packed("<w:p>"), "damaged XML"),
        (zipped({"示例.txt": "13"}), "a ZIP archive: this kind"),
        (zipped({"OFD.xml": ""}), "damaged XML"),
        (zipped({"mimetype": "", "content.xml": ""}), "an OpenDocument file"),
        (
            zipped(
                {
                    "_rels/.rels": f'<r><r Type="{OFFICE}/officeDocument" Target="/ppt/presentation.xml"/></r>',
                    "ppt/presentation.xml": "<presentation/>",
                }
            ),
            "a PowerPoint presentation",
        ),
    ],
    ids=["bomb", "entities", "locked", "cut off", "XML", "archive", "OFD", "ODT", "PPTX"],
)
def test_what_is_no_docx_is_refused_in_one_line(data: bytes, reason: str) -> None:
    with pytest.raises(Unreadable) as error:
        read(data)
    assert reason in str(error.value)
    assert "fault" not in str(error.value)
    assert "\n" not in str(error.value)


@pytest.mark.parametrize("depth", [60, 1000])
def test_deep_nesting_is_read_or_refused(depth: int) -> None:
    body = "<w:tbl><w:tr><w:tc>" * depth + "<w:p/>" + "</w:tc></w:tr></w:tbl>" * depth
    with pytest.raises(Unreadable) as error:
        read(packed(body))
    assert "fault" not in str(error.value)


def test_the_order_of_parts_does_not_matter() -> None:
    with ZipFile(BytesIO(packed(paragraph(run("示例"))))) as archive:
        parts = {name.replace("/", "\\"): archive.read(name).decode() for name in reversed(archive.namelist())}
    assert texts(read_document(zipped(parts))) == ["示例"]


def shows(document: Document) -> list[list[Why | None]]:
    """What each cell of the grids of a document shows besides text, a row a list."""
    grids = [block for block in document.blocks if isinstance(block, Grid)]
    return [[held.shows if held else None for held in row] for grid in grids for row in grid.rows]


def shown(body: str) -> list[list[Why | None]]:
    return shows(read_docx(packed(body)))


def held(*contents: str) -> str:
    """A row of cells, each with a paragraph."""
    return "".join(f"<w:tc>{paragraph(content)}</w:tc>" for content in contents)


def field(code: str, result: str = "") -> str:
    marks = [f'<w:r><w:fldChar w:fldCharType="{kind}"/></w:r>' for kind in ("begin", "separate", "end")]
    return f"{marks[0]}<w:r><w:instrText>{code}</w:instrText></w:r>{marks[1]}{run(result)}{marks[2]}"


SEAL = "<w:r><w:drawing><wp:anchor/></w:drawing></w:r>"
TO_FILL_IN = "<w:sdtPr><w:showingPlcHdr/></w:sdtPr>"


def test_a_figure_in_a_picture_beside_text_is_not_lost() -> None:
    picture = "<w:r><w:drawing><wp:inline/></w:drawing></w:r>"
    assert shown(table(held(picture, picture + run("13"), run("13")))) == [
        [Why.SHOWS_PICTURE, Why.SHOWS_PICTURE, None],
    ]


def test_a_floating_picture_may_lie_over_any_blank_cell_of_its_table() -> None:
    assert shown(table(held(SEAL, "", run("13")))) == [[Why.SHOWS_BOX, Why.SHOWS_BOX, None]]
    assert shown(paragraph(run("二、") + SEAL) + table(held("", run("13")))) == [[Why.SHOWS_BOX, None]]
    assert shown(table(held("", run("13"))) + paragraph("") + paragraph(SEAL)) == [[Why.SHOWS_BOX, None]]


def test_a_letterhead_and_a_seal_away_from_the_table_cover_nothing() -> None:
    title, text = paragraph(run("年度报告") + SEAL), paragraph(run("一、总体情况"))
    assert shown(title + text + table(held("", run("13"))) + text + paragraph(SEAL)) == [[None, None]]


def test_a_text_box_around_the_table_covers_nothing() -> None:
    box = f"<wp:anchor><w:txbxContent>{table(held('', run('13')))}</w:txbxContent></wp:anchor>"
    assert shown(paragraph(f"<w:r><w:drawing>{box}</w:drawing></w:r>")) == [[None, None]]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (field("FORMTEXT", "12"), None),
        (field("FORMTEXT"), Why.SHOWS_FIELD),
        (field("FORMDROPDOWN"), Why.SHOWS_FIELD),
        (field(r"EQ \o(2,4)") + run("5"), Why.SHOWS_FIELD),
        (field("XE 规章") + run("5"), None),
        ('<w:fldSimple w:instr="=SUM(LEFT)"/>', Why.SHOWS_FIELD),
        (f'<w:fldSimple w:instr="=SUM(LEFT)">{run("12")}</w:fldSimple>', None),
        (f"<w:sdt>{TO_FILL_IN}<w:sdtContent>{run('0')}</w:sdtContent></w:sdt>", Why.SHOWS_FIELD),
        (f"<w:sdt><w:sdtPr/><w:sdtContent>{run('0')}</w:sdtContent></w:sdt>", None),
        ('<w:bookmarkStart w:id="1"/><w:r><w:lastRenderedPageBreak/></w:r><w:bookmarkEnd w:id="1"/>', None),
    ],
)  # fmt: skip
def test_a_field_that_states_no_text_is_no_blank(content: str, why: Why | None) -> None:
    assert shown(table(held(content, run("13")))) == [[why, None]]


def style(kind: str, name: str, content: str, parent: str = "") -> str:
    based = f'<w:basedOn w:val="{parent}"/>' if parent else ""
    return f'<w:style w:type="{kind}" w:styleId="{name}"><w:name w:val="{name}"/>{based}{content}</w:style>'


def marks(text: str) -> str:
    return f"<w:rPr>{text}</w:rPr>"


def shade(fill: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'


WHITE_TEXT = '<w:color w:val="FFFFFF"/>'
STYLES = (
    style("character", "gone", marks("<w:vanish/>"))
    + style("character", "child", marks("<w:b/>"), "gone")
    + style("character", "note", marks('<w:vertAlign w:val="superscript"/>'))
    + style("character", "struck", marks("<w:strike/>"))
    + style("character", "signs", marks('<w:rFonts w:ascii="Wingdings 2"/>'))
    + style("paragraph", "struck-text", marks("<w:strike/>"))
    + style("paragraph", "white", f"<w:pPr>{shade('1F4E79')}</w:pPr>{marks(WHITE_TEXT)}")
    + style(
        "table",
        "grid",
        f'<w:tblStylePr w:type="firstRow">{marks(WHITE_TEXT)}<w:tcPr>{shade("1F4E79")}</w:tcPr></w:tblStylePr>'
        f'<w:tblStylePr w:type="firstCol">{marks("<w:strike/>")}</w:tblStylePr>',
    )
)


@pytest.mark.parametrize(
    ("content", "properties", "text", "why"),
    [
        (run("13") + run("8", '<w:rStyle w:val="child"/>'), "", "13", None),
        (run("13") + run("8", '<w:rStyle w:val="note"/>'), "", "13⁸", None),
        (run("13") + run("8", '<w:rStyle w:val="struck"/>'), "", "138\u0336", None),
        (run("13") + run("8", '<w:position w:val="10"/>'), "", "13⁸", None),
        (run("13", '<w:position w:val="10"/>'), "", "13", None),
        (run("13") + run("8", WHITE_TEXT), "", "13", None),
        (run("13", WHITE_TEXT), "", "", Why.SHOWS_FAINT),
        (run("13", WHITE_TEXT), shade("1F4E79"), "13", None),
        (run("13"), '<w:pStyle w:val="white"/>', "13", None),
        (run("13", '<w:strike w:val="0"/>'), '<w:pStyle w:val="struck-text"/>', "13", None),
        (run("13", '<w:rStyle w:val="struck"/>'), '<w:pStyle w:val="struck-text"/>', "13", Why.SHOWS_FAINT),
        (run("13", '<w:sz w:val="2"/>'), "", "", Why.SHOWS_FAINT),
        (run("13", '<w:rStyle w:val="signs"/>'), "", "", Why.SHOWS_SYMBOLS),
        (run("13", "<w:rtl/>"), "", "13", None),
        (run("-13", "<w:rtl/>"), "", "-13", Why.SHOWS_REVERSED),
        (f'<w:bdo w:val="rtl">{run("31")}</w:bdo>', "", "31", Why.SHOWS_REVERSED),
        (run("13"), '<w:spacing w:line="20" w:lineRule="exact"/>', "13", Why.SHOWS_FAINT),
        (run("13"), '<w:spacing w:line="400" w:lineRule="exact"/>', "13", None),
        (run("13"), '<w:ind w:left="-3000"/>', "13", Why.SHOWS_FAINT),
        (run("1", '<w:eastAsianLayout w:combine="1"/>') + run("3"), "", "13", Why.SHOWS_FAINT),
        (f"<w:unheardOf>{run('13')}</w:unheardOf>", "", "\ufffc", Why.SHOWS_PICTURE),
        ("<w:r><w:pgNum/></w:r>", "", "", Why.SHOWS_FIELD),
        (run("13"), '<w:framePr w:x="5000" w:y="900"/>', "13", Why.SHOWS_BOX),
        (run("13", '<w:color w:val="C00000" w:themeColor="background1"/>'), "", "13", None),
    ],
)
def test_a_figure_is_what_is_seen_of_it(content: str, properties: str, text: str, why: Why | None) -> None:
    row = f"<w:tc>{paragraph(content, properties)}</w:tc>{cell('7')}"
    document = read_docx(packed(table(row), styles=STYLES))
    assert (texts(document), shows(document)) == ([f"{text}|7"], [[why, None]])


def test_all_text_is_struck_by_the_defaults() -> None:
    defaults = f"<w:docDefaults><w:rPrDefault>{marks('<w:strike/>')}</w:rPrDefault></w:docDefaults>"
    document = read_docx(packed(paragraph(run("1") + run("3", '<w:strike w:val="0"/>')), styles=defaults))
    assert texts(document) == ["1\u03363"]


@pytest.mark.parametrize(("switches", "texts_"), [("0020", ["|2", "3|4"]), ("00A0", ["|2", "3\u0336|4"])])
def test_parts_of_a_table_look_as_its_style_says(switches: str, texts_: list[str]) -> None:
    """The head's text is white on its dark shade, and on none where a cell says so."""
    head = f"<w:tc><w:tcPr>{shade('auto')}</w:tcPr>{paragraph(run('1'))}</w:tc>{cell('2')}"
    look = f'<w:tblPr><w:tblStyle w:val="grid"/><w:tblLook w:val="{switches}"/></w:tblPr>'
    body = f"<w:tbl>{look}<w:tr>{head}</w:tr><w:tr>{cell('3')}{cell('4')}</w:tr></w:tbl>"
    assert texts(read_docx(packed(body, styles=STYLES))) == texts_


def test_a_line_across_a_cell_may_strike_its_figure() -> None:
    crossed = '<w:tcBorders><w:tl2br w:val="single"/></w:tcBorders>'
    row = cell("13", crossed) + cell("", crossed) + cell("7", crossed.replace("single", "nil"))
    assert shows(read_docx(packed(table(row)))) == [[Why.SHOWS_FAINT, None, None]]


def test_a_cell_that_was_deleted_is_not_there() -> None:
    row = cell("甲") + cell("999", '<w:cellDel w:id="1"/>') + cell("13", '<w:cellIns w:id="2"/>')
    assert read_body(table(row, cell("乙") + cell("7"))) == ["甲|13", "乙|7"]


@pytest.mark.parametrize(
    ("level_", "text", "why"),
    [
        (level(0, "decimal", "%1."), "1. 24461", Why.SHOWS_NUMBER),
        (level(0, "bullet", "-"), "24461", Why.SHOWS_NUMBER),
        (level(0, "decimal", "%1.", marks(WHITE_TEXT)), "24461", None),
        (level(0, "none", ""), "24461", None),
    ],
)
def test_a_number_before_a_figure_is_no_part_of_it(level_: str, text: str, why: Why | None) -> None:
    numbering = f'<w:abstractNum w:abstractNumId="0">{level_}</w:abstractNum>'
    numbering += '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    row = f"<w:tc>{paragraph(run('24461'), listed(1))}</w:tc>"
    document = read_docx(packed(table(row), numbering=numbering))
    assert (texts(document), shows(document)) == ([text], [[why]])


SHAPES = (
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape"'
)


def floating(shape: str, place: str = "", behind: int = 0) -> str:
    drawing = f'<wp:anchor behindDoc="{behind}" {SHAPES}>{place}{shape}</wp:anchor>'
    return f"<w:r><w:drawing>{drawing}</w:drawing></w:r>"


def box_of(text: str) -> str:
    return f"<wps:txbx><w:txbxContent>{paragraph(run(text))}</w:txbxContent></wps:txbx>"


def geometry(kind: str, fill: str = "solidFill") -> str:
    return f'<wps:spPr><a:prstGeom prst="{kind}"/><a:{fill}/></wps:spPr>'


AT_THE_FOOT = '<wp:positionV relativeFrom="page"><wp:posOffset>10300000</wp:posOffset></wp:positionV>'
BOX = Why.SHOWS_BOX


@pytest.mark.parametrize(
    ("content", "whys"),
    [
        (floating(box_of("24461")), [BOX, BOX]),
        (floating(box_of("注")), [BOX, None]),
        (floating(box_of("2"), AT_THE_FOOT), [None, None]),
        (floating(geometry("rect")), [BOX, BOX]),
        (floating(geometry("rect"), behind=1), [BOX, None]),
        (floating(geometry("rect", "noFill")), [BOX, None]),
        (floating(geometry("line")), [BOX, None]),
        (
            '<w:r><w:pict><v:shape xmlns:v="urn:schemas-microsoft-com:vml" style="position:absolute">'
            '<v:textpath string="24461"/></v:shape></w:pict></w:r>',
            [BOX, BOX],
        ),
    ],
)
def test_what_shows_or_hides_a_figure_may_lie_over_any_cell(content: str, whys: list[Why | None]) -> None:
    assert shown(table(held(run("7") + content, run("13")))) == [whys]


def chunked(kind: str, data: str, body: str = '<w:altChunk xmlns:r="x" r:id="a"/>') -> bytes:
    """A file that puts another in its place."""
    target = f"chunk.{kind}"
    relations = f'<Relationships><Relationship Id="a" Type="{OFFICE}/aFChunk" Target="{target}"/></Relationships>'
    return zipped({
        "word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relations,
        f"word/{target}": data,
    })  # fmt: skip


def test_a_file_within_the_file_is_read_in_its_place() -> None:
    page = "<html><body><p>二、主动公开</p><table><tr><td>甲</td><td>13</td></tr></table></body></html>"
    assert texts(read_document(chunked("html", page))) == ["二、主动公开", "甲|13"]
    inner = f"<w:tc><w:altChunk xmlns:r='x' r:id='a'/></w:tc>{cell('7')}"
    document = read_document(chunked("html", page, table(inner)))
    assert shows(document) == [[Why.SHOWS_PICTURE, None]]
