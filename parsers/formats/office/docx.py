"""DOCX to a document: what Word and WPS would print of the main story.

Insertions are kept, what was deleted, moved away or hidden is not; fields show their results; numbers that
the program itself puts before paragraphs are part of the text. Heads, feet and notes are no text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from lxml import etree

from parsers.document.model import Document, Unreadable
from parsers.formats.office.flow import (
    FIELD,
    FLOATING,
    OBJECT,
    Cell,
    Flow,
    Table,
    document_of,
    field_sign,
    set_apart,
)
from parsers.formats.office.numbering import Counters, labelled
from parsers.formats.office.package import Package
from parsers.formats.office.styles import Lists, Styles
from parsers.formats.office.wordml import attribute, child, children, is_on, name_of, number_of, value_of, whole_number

_FALLBACK_PART = "word/document.xml"
_ROOTS = {"workbook": "an Excel workbook (XLSX)", "presentation": "a PowerPoint presentation (PPTX)"}
# Elements that hold others of the kind among which they stand.
_WRAPPERS = frozenset({
    "sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple", "bdo", "dir",
    "mc:AlternateContent",
})  # fmt: skip
# The width (1/1440 inch) of a column that the file does not state; any will do.
_COLUMN = 1440
# The form's widest table has 15 columns; a report has some 500 paragraphs, those in cells included.
_MAX_SPAN = 100
_MAX_PARAGRAPHS = 100_000
_SYMBOL_CODES = range(0xF020, 0xF07F)


def read_docx(data: bytes) -> Document:
    """Read a DOCX file, or a WPS file that is one; raises :class:`Unreadable` with one line for any other.

    ``titles`` is the title of the file's core properties, if it has one.
    """
    package = Package(data)
    main = next(iter(package.related("", "officeDocument")), _FALLBACK_PART)
    root = package.xml(main)
    if root is None:
        raise Unreadable("a ZIP archive: it holds no document")
    body = child(root, "body")
    if name_of(root) != "document" or body is None:
        local = etree.QName(root).localname
        raise Unreadable(_ROOTS.get(local, f"an Office file of unknown kind ({local})"))
    styles = Styles(_related(package, main, "styles"))
    reader = _Reader(styles, Lists(_related(package, main, "numbering"), styles))
    return document_of(list(reader.flow(body)), _titles(package))


def _related(package: Package, main: str, kind: str) -> etree._Element | None:
    name = next(iter(package.related(main, kind)), None)
    return None if name is None else package.xml(name)


def _titles(package: Package) -> list[str]:
    name = next(iter(package.related("", "core-properties")), None)
    root = None if name is None else package.xml(name)
    found = root.findall("{http://purl.org/dc/elements/1.1/}title") if root is not None else []
    return [" ".join(title.text.split()) for title in found if title.text]


def _children(element: etree._Element) -> Iterator[etree._Element]:
    """The children, those within wrappers in the wrappers' places; of two versions of a part, one."""
    for part in element:
        name = name_of(part)
        if name == "mc:AlternateContent":
            yield from _children(_alternative(part))
        elif name in _WRAPPERS and not _is_bare_field(part):
            yield from _children(part)
        else:
            yield part


def _is_bare_field(element: etree._Element) -> bool:
    """Whether an element is a field that states no text to show."""
    return name_of(element) == "fldSimple" and not any(name_of(part) == "t" for part in element.iter())


def _field_of(element: etree._Element) -> str:
    """The sign for a field that stands among runs or paragraphs: a bare one, or one that shows how to fill it in."""
    if name_of(element) == "fldSimple":
        return field_sign(attribute(element, "instr") or "", "")
    return FIELD if name_of(element) == "sdtPr" and is_on(child(element, "showingPlcHdr")) else ""


def _alternative(element: etree._Element) -> etree._Element:
    """The first choice that has text, else the fallback, else whatever is there."""
    versions = [part for part in element if name_of(part) in ("mc:Choice", "mc:Fallback")]
    spoken = (part for part in versions if any(name_of(node) == "t" for node in part.iter()))
    return next(spoken, versions[0] if versions else element)


@dataclass(slots=True)
class _Field:
    """An open field: its instruction, whether its result has begun, and the result's text."""

    code: str = ""
    has_result: bool = False
    result: str = ""


class _Reader:
    """Reads elements in the document's order, which counters and fields depend on."""

    def __init__(self, styles: Styles, lists: Lists) -> None:
        self._styles = styles
        self._lists = lists
        self._counters = Counters()
        self._paragraphs = 0
        self._fields: list[_Field] = []

    def flow(self, parent: etree._Element) -> Iterator[Flow]:
        """The paragraphs and tables of a body, a cell or a text box."""
        carried = ""
        for element in _children(parent):
            name = name_of(element)
            if name == "p":
                boxes: list[Flow] = []
                text = carried + self._paragraph(element, boxes)
                mark = child(child(element, "pPr"), "rPr")
                carried = text if child(mark, "del") is not None else ""
                if not carried:
                    yield text
                yield from boxes
            elif name == "tbl":
                yield self._table(element)
            else:
                carried += _field_of(element)
        if carried:
            yield carried

    def _paragraph(self, element: etree._Element, boxes: list[Flow]) -> str:
        self._paragraphs += 1
        if self._paragraphs > _MAX_PARAGRAPHS:
            raise Unreadable(f"too long: more than {_MAX_PARAGRAPHS:,} paragraphs, and no report has so many")
        properties = children(child(element, "pPr"))
        style = value_of(properties.get("pStyle")) or self._styles.default
        hidden = bool(self._styles.is_hidden(style))
        mark = is_on(child(properties.get("rPr"), "vanish"))
        label = "" if (hidden if mark is None else mark) else self._label(children(properties.get("numPr")), style)
        parts: list[str] = []
        for part in _children(element):
            if name_of(part) == "r":
                parts += self._run(part, boxes, hidden=hidden)
            elif name_of(part) in ("m:oMath", "m:oMathPara"):
                parts.append(OBJECT)
            else:
                parts.append(_field_of(part))
        return labelled(label, "".join(parts))

    def _label(self, listing: dict[str, etree._Element], style: str | None) -> str:
        number, depth = number_of(listing.get("numId")), number_of(listing.get("ilvl"))
        linked = None
        if number is None:
            number, styled_depth, linked = self._styles.numbering(style)
            depth = styled_depth if depth is None else depth
        numbering = None if number is None else self._lists.of(number)
        if numbering is None:
            return ""
        if depth is None:
            depth = self._lists.depth_of_style(numbering, linked) if linked else 0
        return self._counters.label(numbering, depth)

    def _run(self, run: etree._Element, boxes: list[Flow], *, hidden: bool) -> Iterator[str]:
        properties = children(child(run, "rPr"))
        direct = is_on(properties.get("vanish"))
        styled = self._styles.is_hidden(value_of(properties.get("rStyle")))
        is_hidden = next((switch for switch in (direct, styled) if switch is not None), hidden)
        raised = value_of(properties.get("vertAlign")) in ("superscript", "subscript")
        struck = any(is_on(properties.get(name)) for name in ("strike", "dstrike"))
        for part in _children(run):
            if name_of(part) == "fldChar":
                sign = self._field(attribute(part, "fldCharType"))
                yield "" if is_hidden else sign
            elif name_of(part) == "instrText" and self._fields:
                self._fields[-1].code += part.text or ""
            elif not is_hidden and all(field.has_result for field in self._fields):
                piece = set_apart(self._piece(part, boxes), raised=raised, struck=struck)
                for field in self._fields:
                    field.result += piece
                yield piece

    def _field(self, kind: str | None) -> str:
        """Begin a field, its result, or end it, which gives its sign."""
        if kind == "begin":
            self._fields.append(_Field())
        elif self._fields and kind == "separate":
            self._fields[-1].has_result = True
        elif self._fields and kind == "end":
            ended = self._fields.pop()
            return field_sign(ended.code, ended.result) if all(field.has_result for field in self._fields) else ""
        return ""

    def _piece(self, part: etree._Element, boxes: list[Flow]) -> str:
        """The text of a part of a run; what a drawing says goes to ``boxes``."""
        name = name_of(part)
        if name == "t":
            return part.text or ""
        if name in ("drawing", "pict", "object"):
            held = list(self._boxes(part))
            # A box that holds the table itself lies over nothing.
            sign = FLOATING if _floats(part) and not any(isinstance(box, Table) for box in held) else ""
            boxes += [box if isinstance(box, Table) else box + sign for box in held]
            return sign or ("" if held else OBJECT)
        if name == "sym":
            return _symbol(attribute(part, "char") or "", attribute(part, "font") or "")
        if name == "ruby":
            base = child(part, "rubyBase")
            runs = _children(base) if base is not None else iter(())
            return "".join(piece for run in runs for piece in self._run(run, boxes, hidden=False))
        return {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}.get(name, "")

    def _boxes(self, element: etree._Element) -> Iterator[Flow]:
        """What stands in the text boxes of a drawing."""
        for part in _children(element):
            if name_of(part) == "txbxContent":
                yield from self.flow(part)
            else:
                yield from self._boxes(part)

    def _table(self, element: etree._Element) -> Table:
        grid = child(element, "tblGrid")
        edges = [0]
        for column in grid if grid is not None else ():
            if name_of(column) == "gridCol":
                # A column without a width is still one.
                edges.append(edges[-1] + max(1, whole_number(attribute(column, "w")) or 0))
        rows = (row for row in _children(element) if name_of(row) == "tr" and not _is_gone(row))
        return Table([list(self._cells(row, edges)) for row in rows])

    def _cells(self, row: etree._Element, edges: list[int]) -> Iterator[Cell]:
        column = number_of(child(child(row, "trPr"), "gridBefore")) or 0
        for element in _children(row):
            if name_of(element) == "tc":
                properties = children(child(element, "tcPr"))
                end = column + min(max(number_of(properties.get("gridSpan")) or 1, 1), _MAX_SPAN)
                above, beside = (_continues(properties.get(name)) for name in ("vMerge", "hMerge"))
                content = list(self.flow(element))
                yield Cell(_edge(edges, column), _edge(edges, end), content, above, beside)
                column = end


def _edge(edges: list[int], column: int) -> int:
    """Where a column begins; columns that the table's grid does not name are of one width."""
    beyond = column - len(edges) + 1
    return edges[column] if beyond <= 0 else edges[-1] + beyond * _COLUMN


def _continues(merge: etree._Element | None) -> bool:
    return merge is not None and value_of(merge) != "restart"


def _is_gone(row: etree._Element) -> bool:
    """Whether a row was deleted, or is hidden."""
    properties = child(row, "trPr")
    return child(properties, "del") is not None or bool(is_on(child(properties, "hidden")))


def _floats(drawing: etree._Element) -> bool:
    """Whether a picture lies over or beside the text, as a seal does, instead of standing in it."""
    return any(name_of(part) == "wp:anchor" or "position:absolute" in part.get("style", "") for part in drawing.iter())


def _symbol(code: str, font: str) -> str:
    """A character of a symbol font; Symbol has the digits and signs of ASCII in their places."""
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
    character = chr(number - 0xF000 if font == "Symbol" and number in _SYMBOL_CODES else number)
    return character if character.isprintable() else OBJECT
