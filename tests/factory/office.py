"""A sheet as an office document: DOCX built by hand, as Word and WPS write it.

What LibreOffice writes of a web page (DOCX, DOC, RTF) is a make of its own, see ``converted``.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from zipfile import ZIP_DEFLATED, ZipFile

from tests.factory import heads
from tests.factory.html import Td, tables_of
from tests.factory.sheet import Sheet

OFFICE_MAKES = {"docx": "MS Word 2007 XML", "doc": "MS Word 97", "rtf": "Rich Text Format"}
"""The formats that LibreOffice writes, and the names of its filters."""

PRINTED = {"pdf": "writer_pdf_Export"}

OTHERS = {
    "odt": "writer8", "xlsx": "Calc MS Excel 2007 XML", "xls": "MS Excel 97", "ods": "calc8",
}  # fmt: skip

_TRANSITIONAL = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT_RELATIONS = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_NAMESPACES = (
    'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:v="urn:schemas-microsoft-com:vml"'
)
_WIDTH = 9000
_OF_2003 = "http://schemas.microsoft.com/office/word/2003/wordml"
_NAMES_OF_2003 = (
    (_TRANSITIONAL, _OF_2003), ("w:vMerge", "w:vmerge"), ("w:hMerge", "w:hmerge"), ("w:numPr", "w:listPr"),
    ("w:abstractNumId w:val", "w:ilst w:val"), ("w:abstractNumId", "w:listDefId"), ("w:abstractNum", "w:listDef"),
    ("w:numbering", "w:lists"), ("<w:num w:numId", "<w:list w:ilfo"), ("</w:num>", "</w:list>"),
    ("<w:numId ", "<w:ilfo "),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Style:
    """How a DOCX file is written.

    ``numbered``: the program numbers the headings (directly, or by their style); ``legacy``: cells merge
    sideways by w:hMerge; ``vertical``: tall cells have a character a line; ``split``: section 2's table is
    cut in two; ``nested``: the whole is in a layout table; ``dragged``: borders do not quite meet; ``soup``: runs are
    cut, with revisions, hidden text and fields between; ``boxed``: the title is in a text box; ``strict``:
    the other namespaces; ``main``: the name of the main part.
    """

    numbered: str = ""
    legacy: bool = False
    vertical: bool = False
    split: bool = False
    nested: bool = False
    dragged: bool = False
    soup: bool = False
    boxed: bool = False
    strict: bool = False
    main: str = "word/document.xml"


def word_file(sheet: Sheet, rng: Random) -> bytes:
    """Word: spans, runs cut anywhere, revisions, numbers by styles; perhaps all of it in a layout table."""
    style = Style(
        numbered=rng.choice(("", "style", "direct")),
        dragged=rng.random() < 0.5,
        soup=True,
        boxed=rng.random() < 0.2,
        nested=rng.random() < 0.2,
        strict=rng.random() < 0.2,
        main=rng.choice(("word/document.xml", "content/main.xml")),
    )
    return _File(sheet, style, rng).packed()


def wps_file(sheet: Sheet, rng: Random) -> bytes:
    """WPS: direct formatting, vertical cells, old merges, tables cut in two."""
    style = Style(
        numbered=rng.choice(("", "direct")),
        legacy=rng.random() < 0.5,
        vertical=True,
        split=rng.random() < 0.5,
        dragged=rng.random() < 0.5,
    )
    return _File(sheet, style, rng).packed()


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell of a row: a text at its origin, or the continuation of the cell above."""

    td: Td
    column: int
    above: bool = False


class _File:
    def __init__(self, sheet: Sheet, style: Style, rng: Random) -> None:
        self._sheet = sheet
        self._style = style
        self._rng = rng

    def packed(self) -> bytes:
        """The archive, its parts in any order."""
        folder, _, name = self._style.main.rpartition("/")
        kinds = _STRICT_RELATIONS if self._style.strict else _RELATIONS
        word = _STRICT if self._style.strict else _TRANSITIONAL
        wrapped = f'<w:document xmlns:w="{word}" {_NAMESPACES}><w:body>{self._body()}</w:body></w:document>'
        parts = {
            self._style.main: wrapped,
            "_rels/.rels": _relations({self._style.main: f"{kinds}/officeDocument"}),
            f"{folder}/_rels/{name}.rels": _relations(
                {
                    "styles.xml": f"{kinds}/styles",
                    "numbering.xml": f"{kinds}/numbering",
                }
            ),
            f"{folder}/styles.xml": _styles(word),
            f"{folder}/numbering.xml": _numbering(word, self._rng),
            "[Content_Types].xml": _content_types(folder, name),
        }
        names = list(parts)
        self._rng.shuffle(names)
        buffer = BytesIO()
        with ZipFile(buffer, "w", ZIP_DEFLATED) as archive:
            for part in names:
                archive.writestr(part, parts[part])
        return buffer.getvalue()

    def _body(self) -> str:
        title = self._paragraph(self._sheet.truth.title)
        parts = [_box(title) if self._style.boxed else title]
        tables = tables_of(self._sheet)
        for number, heading in heads.CHAPTERS.items():
            parts.append(self._heading(heading))
            parts += [self._paragraph(text) for text in self._sheet.truth.prose.get(number, ())]
            parts += self._tables(tables.get(number, []))
        body = "".join(parts)
        if self._style.nested:
            menu = self._paragraph("示例栏目")
            body = _row([f"<w:tc><w:tcPr/>{menu}</w:tc>", f"<w:tc><w:tcPr/>{body}<w:p/></w:tc>"])
            body = f"<w:tbl><w:tblPr/>{body}</w:tbl>"
        return f"{body}<w:sectPr/>"

    def _heading(self, heading: str) -> str:
        numbered = self._style.numbered
        if not numbered:
            return self._paragraph(heading)
        listed = '<w:pStyle w:val="1"/>' if numbered == "style" else _listed(3)
        return f"<w:p><w:pPr>{listed}</w:pPr>{self._runs(heading[2:])}</w:p>"

    def _paragraph(self, text: str) -> str:
        return f'<w:p><w:pPr><w:jc w:val="both"/></w:pPr>{self._runs(text)}</w:p>'

    def _lines(self, text: str) -> str:
        """A text of one line or several: paragraphs, or a line break between."""
        if "\n" in text and self._rng.random() < 0.5:
            lines = "<w:r><w:br/></w:r>".join(self._runs(line) for line in text.split("\n"))
            return f'<w:p><w:pPr><w:jc w:val="both"/></w:pPr>{lines}</w:p>'
        return "".join(self._paragraph(line) for line in text.split("\n"))

    def _runs(self, text: str) -> str:
        if not text:
            return ""
        if not self._style.soup:
            return _run(text)
        cut = self._rng.randint(0, len(text))
        between = self._rng.choice(
            (
                '<w:proofErr w:type="spellStart"/><w:bookmarkStart w:id="1" w:name="_GoBack"/>',
                "<w:del><w:r><w:delText>7</w:delText></w:r></w:del>",
                "<w:r><w:rPr><w:vanish/></w:rPr><w:t>8</w:t></w:r>",
                '<w:r><w:fldChar w:fldCharType="begin"/></w:r><w:r><w:instrText>ADDIN 9</w:instrText></w:r>'
                '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>',
                "<w:moveFrom><w:r><w:t>6</w:t></w:r></w:moveFrom>",
            )
        )
        after = _run(text[cut:])
        kept = self._rng.choice((after, f"<w:ins>{after}</w:ins>", f"<w:smartTag>{after}</w:smartTag>"))
        return _run(text[:cut]) + between + kept

    def _tables(self, rows: Sequence[Sequence[Td]]) -> Iterator[str]:
        if not rows:
            return
        laid = list(laid_out(rows))
        parts = [laid]
        # Above the head of a block, where no group is cut through.
        cuts = [at for at in range(1, len(laid)) if len(laid[at]) == 1]
        if self._style.split and cuts:
            at = self._rng.choice(cuts)
            parts = [laid[:at], laid[at:]]
        columns = max(slot.column + slot.td.width for row in laid for slot in row)
        for part in parts:
            yield self._table(part, columns)
            yield self._paragraph("")

    def _table(self, rows: Sequence[Sequence[Slot]], columns: int) -> str:
        # With two grid columns a column, of which the second is a sliver, an inner border may be dragged.
        sliver = 60 if self._style.dragged else 0
        widths = [_WIDTH // columns - sliver] + ([sliver] if sliver else [])
        grid = "".join(f'<w:gridCol w:w="{width}"/>' for _ in range(columns) for width in widths)
        body = "".join(_row([self._cell(slot, span) for slot, span in self._spans(row)]) for row in rows)
        return f'<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>'

    def _spans(self, row: Sequence[Slot]) -> Iterator[tuple[Slot, int]]:
        """The slots with the number of grid columns that each takes."""
        each = 2 if self._style.dragged else 1
        short = 0
        for slot in row:
            dragged = int(self._style.dragged and slot is not row[-1] and self._rng.random() < 0.5)
            yield slot, slot.td.width * each + short - dragged
            short = dragged

    def _cell(self, slot: Slot, span: int) -> str:
        text = slot.td.text
        content = self._lines(text)
        if self._style.vertical and slot.td.height > 3 and text:
            content = "".join(self._paragraph(char) for char in text)
        merge = ""
        if slot.above:
            merge, content = self._rng.choice(("<w:vMerge/>", '<w:vMerge w:val="continue"/>')), self._paragraph("")
        elif slot.td.height > 1:
            merge = '<w:vMerge w:val="restart"/>'
        if not self._style.legacy:
            return f'<w:tc><w:tcPr><w:gridSpan w:val="{span}"/>{merge}</w:tcPr>{content}</w:tc>'
        starts = '<w:hMerge w:val="restart"/>' if span > 1 else ""
        more = f"<w:tc><w:tcPr><w:hMerge/>{merge}</w:tcPr><w:p/></w:tc>"
        return f"<w:tc><w:tcPr>{starts}{merge}</w:tcPr>{content}</w:tc>" + more * (span - 1)


def laid_out(rows: Sequence[Sequence[Td]]) -> Iterator[list[Slot]]:
    """Rows with a slot for every cell that reaches into them."""
    below: dict[int, tuple[Td, int]] = {}
    for row in rows:
        slots: list[Slot] = []
        waiting = list(row)
        column = 0
        while waiting or column in below:
            if column in below:
                td, left = below.pop(column)
                slots.append(Slot(td, column, above=True))
            else:
                td = waiting.pop(0)
                left = td.height
                slots.append(Slot(td, column))
            if left > 1:
                below[column] = (td, left - 1)
            column += td.width
        yield slots


def _run(text: str) -> str:
    return f'<w:r><w:rPr><w:rFonts w:hint="eastAsia"/></w:rPr><w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


def _row(cells: Sequence[str]) -> str:
    return f"<w:tr><w:trPr/>{''.join(cells)}</w:tr>"


def _box(content: str) -> str:
    """A text box as Word writes it: once for itself, once for older readers."""
    new = f"<wps:txbx><w:txbxContent>{content}</w:txbxContent></wps:txbx>"
    old = f"<v:shape><v:textbox><w:txbxContent>{content}</w:txbxContent></v:textbox></v:shape>"
    return (
        '<w:p><w:r><mc:AlternateContent><mc:Choice Requires="wps">'
        f"<w:drawing>{new}</w:drawing></mc:Choice><mc:Fallback><w:pict>{old}</w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r></w:p>"
    )


def _listed(number: int) -> str:
    return f'<w:numPr><w:ilvl w:val="0"/><w:numId w:val="{number}"/></w:numPr>'


def _relations(targets: Mapping[str, str]) -> str:
    lines = (
        f'<Relationship Id="rId{number}" Type="{kind}" Target="{target}"/>'
        for number, (target, kind) in enumerate(targets.items(), start=1)
    )
    return f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{"".join(lines)}</Relationships>'


def _content_types(folder: str, main: str) -> str:
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    parts = {main: f"{kind}.document.main+xml", "styles.xml": f"{kind}.styles+xml"}
    parts["numbering.xml"] = f"{kind}.numbering+xml"
    lines = (f'<Override PartName="/{folder}/{name}" ContentType="{types}"/>' for name, types in parts.items())
    relations = '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    namespace = "http://schemas.openxmlformats.org/package/2006/content-types"
    return f'<Types xmlns="{namespace}">{relations}{"".join(lines)}</Types>'


def _styles(word: str) -> str:
    return (
        f'<w:styles xmlns:w="{word}"><w:style w:type="paragraph" w:default="1" w:styleId="a"/>'
        f'<w:style w:type="paragraph" w:styleId="1"><w:basedOn w:val="a"/><w:pPr>{_listed(3)}</w:pPr></w:style>'
        "</w:styles>"
    )


def _numbering(word: str, rng: Random) -> str:
    name = rng.choice(("chineseCounting", "chineseCountingThousand", "japaneseCounting", "ideographDigital"))
    level = f'<w:start w:val="1"/><w:numFmt w:val="{name}"/><w:pStyle w:val="1"/><w:lvlText w:val="%1、"/>'
    return (
        f'<w:numbering xmlns:w="{word}"><w:abstractNum w:abstractNumId="5"><w:lvl w:ilvl="0">{level}</w:lvl>'
        '</w:abstractNum><w:num w:numId="3"><w:abstractNumId w:val="5"/></w:num></w:numbering>'
    )


def plain_xml(sheet: Sheet, rng: Random) -> bytes:
    """The file of WPS as Word of 2003 saves it in XML, in the names of its time."""
    with ZipFile(BytesIO(wps_file(sheet, rng))) as package:
        parts = {name: package.read(f"word/{name}.xml").decode() for name in ("document", "styles", "numbering")}
    for name, old in _NAMES_OF_2003:
        parts = {part: content.replace(name, old) for part, content in parts.items()}
    parts["numbering"] = re.sub(r'<w:numFmt w:val="\w+"/>', '<w:nfc w:val="37"/>', parts["numbering"])
    body = parts["document"].partition("<w:body>")[2].partition("</w:body>")[0]
    inner = f"{parts['numbering']}{parts['styles']}<w:body><wx:sect>{body}</wx:sect></w:body>"
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\r\n<?mso-application progid="Word.Document"?>\r\n'
    hints = 'xmlns:wx="http://schemas.microsoft.com/office/word/2003/auxHint"'
    return f'{head}<w:wordDocument xmlns:w="{_OF_2003}" {hints}>{inner}</w:wordDocument>'.encode()


def numbered_file(sheet: Sheet, rng: Random) -> bytes:
    """A plain file whose headings the program numbers, as a source for LibreOffice."""
    return _File(sheet, Style(numbered="direct", vertical=True, soup=True), rng).packed()


def converted(sources: Sequence[tuple[str, bytes]], extension: str) -> list[bytes]:
    """Files (extension, bytes) as LibreOffice writes them in a format; one call for all, since each takes seconds."""
    with TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.{kind}") for number, (kind, _) in enumerate(sources)]
        for path, (_, data) in zip(paths, sources, strict=True):
            path.write_bytes(data)
        command = ["soffice", "--headless", f"-env:UserInstallation=file://{folder}/profile"]
        command += [
            "--convert-to",
            f"{extension}:{(OFFICE_MAKES | PRINTED | OTHERS)[extension]}",
            "--outdir",
            f"{folder}/out",
        ]
        for kind in sorted({kind for kind, _ in sources}):
            # Only as a text document has a page tables that a word processor's format can hold.
            files = [str(path) for path in paths if path.suffix == f".{kind}"]
            options = ["--writer"] if kind == "html" else []
            subprocess.run([*command, *options, *files], check=True, capture_output=True, timeout=120)
        return [Path(folder, "out", f"{path.stem}.{extension}").read_bytes() for path in paths]
