"""Word documents in one XML file to a document: WordprocessingML of 2003, and Office Open XML that is not zipped.

Both become a package as Word zips it today, and that is read: 2003's markup differs in a few names.
"""

import base64
import binascii
from collections.abc import Callable, Iterator
from io import BytesIO
from zipfile import ZipFile

from lxml import etree

from parsers.document.model import Document, Unreadable
from parsers.formats.office.doclists import number_format
from parsers.formats.office.docx import read_docx
from parsers.formats.office.package import parse_xml

_OLD = "{http://schemas.microsoft.com/office/word/2003/wordml}"
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_PACKAGE = "{http://schemas.microsoft.com/office/2006/xmlPackage}"
_ANNOTATION = "{http://schemas.microsoft.com/aml/2001/core}annotation"
# Of elements of other namespaces, these are drawings; all others only wrap what is the text's.
_DRAWINGS = (
    "{urn:schemas-microsoft-com:vml",
    "{urn:schemas-microsoft-com:office:office",
    "{urn:schemas-microsoft-com:office:word",
    "{http://schemas.openxmlformats.org/",
)
_NAMES = {
    "vmerge": "vMerge", "hmerge": "hMerge", "hlink": "hyperlink", "listPr": "numPr", "ilfo": "numId",
    "lists": "numbering", "listDef": "abstractNum", "list": "num", "ilst": "abstractNumId", "nfc": "numFmt",
}  # fmt: skip
_ATTRIBUTES = {"listDefId": "abstractNumId", "ilfo": "numId"}
_CHANGES = {"Word.Deletion": "del", "Word.Insertion": "ins"}
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MAIN = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="a" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/></Relationships>'
).encode()
_PARTS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="a" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
    f'<Relationship Id="b" Type="{_RELATIONS}/numbering" Target="numbering.xml"/></Relationships>'
).encode()


def read_flat(data: bytes, read_inserted: Callable[[bytes], Document] | None = None) -> Document:
    """Read a Word document in plain XML; raises :class:`Unreadable` with one line for one that is damaged."""
    root = parse_xml(data.removeprefix(b"\xef\xbb\xbf").lstrip(), "the document")
    parts = dict(_packed(root)) if root.tag == f"{_PACKAGE}package" else dict(_modern(root))
    archive = BytesIO()
    with ZipFile(archive, "w") as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return read_docx(archive.getvalue(), read_inserted)


def _packed(root: etree._Element) -> Iterator[tuple[str, bytes]]:
    """The parts of a package, which stand in the file as XML or as text."""
    for part in root.iterchildren(f"{_PACKAGE}part"):
        name = (part.get(f"{_PACKAGE}name") or "").lstrip("/")
        xml, packed = part.find(f"{_PACKAGE}xmlData"), part.find(f"{_PACKAGE}binaryData")
        if xml is not None and len(xml):
            yield name, etree.tostring(xml[0], encoding="utf-8")
        elif packed is not None:
            try:
                yield name, base64.b64decode(packed.text or "")
            except binascii.Error as error:
                raise Unreadable(f"damaged data in {name}: {error}") from error


def _modern(root: etree._Element) -> Iterator[tuple[str, bytes]]:
    """The parts of a document of 2003 in the names of today."""
    if root.tag != f"{_OLD}wordDocument":
        raise Unreadable("a Word document in plain XML that holds no text")
    for element in root.iter(etree.Element):
        _rename(element)
    root.tag = f"{_WORD}document"
    yield "_rels/.rels", _MAIN
    yield "word/document.xml", etree.tostring(root, encoding="utf-8")
    yield "word/_rels/document.xml.rels", _PARTS
    for name in ("styles", "numbering"):
        part = root.find(f"{_WORD}{name}")
        if part is not None:
            yield f"word/{name}.xml", etree.tostring(part, encoding="utf-8")


def _rename(element: etree._Element) -> None:
    name = str(element.tag)
    if name == _ANNOTATION:
        element.tag = _WORD + _CHANGES.get(element.get(f"{_OLD}type") or "", "smartTag")
    elif name.startswith(_OLD):
        element.tag = _WORD + _NAMES.get(name[len(_OLD) :], name[len(_OLD) :])
    elif not name.startswith(_DRAWINGS):
        element.tag = f"{_WORD}smartTag"
    for key, value in [*element.attrib.items()]:
        if str(key).startswith(_OLD):
            local = str(key)[len(_OLD) :]
            del element.attrib[key]
            named = number_format(int(value)) if name == f"{_OLD}nfc" and str(value).isdecimal() else value
            element.set(_WORD + _ATTRIBUTES.get(local, local), named)
