"""DOCX to a document: what Word and WPS would print of the main story.

Insertions are kept, what was deleted, moved away or hidden is not; fields show their results; numbers that
the program itself puts before paragraphs are part of the text. Heads, feet and notes are no text.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from lxml import etree

from parsers.document.model import Document, Unreadable
from parsers.formats.office.docxmarks import MarkReader
from parsers.formats.office.flow import Cell, Flow, Inserted, Table, document_of, field_sign, shows_figure
from parsers.formats.office.look import (
    COVERING,
    FIELD,
    FLOATING,
    OBJECT,
    PLAIN,
    REVERSED,
    SYMBOLS,
    UNKNOWN_COLOUR,
    WHITE,
    Marks,
    Piece,
    as_seen,
    is_symbol_font,
)
from parsers.formats.office.numbering import Counters, labelled, seen_label
from parsers.formats.office.package import Package
from parsers.formats.office.styles import Lists, Styles
from parsers.formats.office.wordml import (
    attribute,
    child,
    children,
    holds,
    is_on,
    name_of,
    named,
    number_of,
    value_of,
    whole_number,
)

_FALLBACK_PART = "word/document.xml"
_ROOTS = {"workbook": "an Excel workbook (XLSX)", "presentation": "a PowerPoint presentation (PPTX)"}
# Elements that hold others of the kind among which they stand.
_WRAPPERS = frozenset({
    "sdt", "sdtContent", "ins", "moveTo", "smartTag", "customXml", "hyperlink", "fldSimple",
    "mc:AlternateContent",
})  # fmt: skip
# The width (1/1440 inch) of a column that the file does not state; any will do.
_COLUMN = 1440
# The form's widest table has 15 columns; a report has some 500 paragraphs, those in cells included.
_MAX_SPAN = 100
_MAX_PARAGRAPHS = 100_000
_SYMBOL_CODES = range(0xF020, 0xF07F)
# Parts of a table that have a look of their own, by the bits and names that switch them on, the most general first.
_COLUMN_PARTS = (("firstCol", 0x80, "firstColumn"), ("lastCol", 0x100, "lastColumn"))
_ROW_PARTS = (("firstRow", 0x20, "firstRow"), ("lastRow", 0x40, "lastRow"))
_NO_ROW_BANDS, _NO_COLUMN_BANDS = (0x200, "noHBand"), (0x400, "noVBand")
_GONE = frozenset({"del", "moveFrom", "fldSimple"})
_PLAIN_PARTS = {"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# Parts of a run that show the page's number or the day of printing.
_COMPUTED = frozenset({"pgNum", "dayShort", "dayLong", "monthShort", "monthLong", "yearShort", "yearLong"})
_DIAGONALS, _NO_LINE = frozenset({"tl2br", "tr2bl"}), ("nil", "none")
# Shapes that are lines, whatever their fill.
_LINES = ("line", "connector")
_TWIPS = 10  # of a half-point
_EMU = 635  # of a 1/1440 inch
# The part of a page's height above and below which no table reaches, and the height of A4.
_MARGIN, _PAGE_HEIGHT = 0.07, 16838


def read_docx(data: bytes, read_inserted: Callable[[bytes], Document] | None = None) -> Document:
    """Read a DOCX file, or a WPS file that is one; raises :class:`Unreadable` with one line for any other.

    ``titles`` is the title of the file's core properties, if it has one. ``read_inserted`` reads whole files of other
    kinds that the program puts in its places (altChunk); without it they are objects that show what is not known.
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
    marks = MarkReader(_related(package, main, "theme"), _related(package, main, "fontTable"))
    styles = Styles(_related(package, main, "styles"), marks)

    def inserted(identity: str) -> Document | None:
        name = package.target(main, identity) if read_inserted else None
        held = None if name is None else package.part(name)
        return read_inserted(held) if read_inserted and held else None

    size = child(child(body, "sectPr"), "pgSz")
    height = (whole_number(attribute(size, "h")) if size is not None else None) or _PAGE_HEIGHT
    lists = Lists(_related(package, main, "numbering"), styles)
    reader = _Reader(marks, styles, lists, inserted, height)
    return document_of(list(reader.flow(body, Marks(paper=_paper(root)))), _titles(package))


def _paper(root: etree._Element) -> int:
    """The colour of the paper: not known where a page has one, which is not always printed, or a picture behind it."""
    background = child(root, "background")
    colour = "" if background is None else attribute(background, "color") or ""
    behind = any(part.get("behindDoc") in ("1", "true") for part in named(root, "wp:anchor"))
    return UNKNOWN_COLOUR if behind or colour.upper() not in ("", "AUTO", "FFFFFF") else WHITE


def _related(package: Package, main: str, kind: str) -> etree._Element | None:
    name = next(iter(package.related(main, kind)), None)
    return None if name is None else package.xml(name)


def _titles(package: Package) -> list[str]:
    name = next(iter(package.related("", "core-properties")), None)
    root = None if name is None else package.xml(name)
    found = root.findall("{http://purl.org/dc/elements/1.1/}title") if root is not None else []
    return [" ".join(title.text.split()) for title in found if title.text]


def _children(element: etree._Element) -> Iterator[tuple[str, etree._Element]]:
    """The children with their names, those within wrappers in the wrappers' places; of two versions of a part, one."""
    for part in element:
        name = name_of(part)
        if name not in _WRAPPERS or (name == "fldSimple" and not holds(part, "t")):
            yield name, part
        else:
            yield from _children(_alternative(part) if name == "mc:AlternateContent" else part)


def _field_of(name: str, element: etree._Element) -> str:
    """The sign for a field that stands among runs or paragraphs: a bare one, or one that shows how to fill it in."""
    if name == "fldSimple":
        return field_sign(attribute(element, "instr") or "", "")
    if name != "sdtPr":
        return ""
    # What is bound to data is shown as the data say when the file is opened.
    return FIELD if is_on(child(element, "showingPlcHdr")) or child(element, "dataBinding") is not None else ""


def _unknown(name: str, element: etree._Element) -> str:
    """The sign for what holds text in a way that is not known; text that was deleted is not there."""
    return OBJECT if name not in _GONE and holds(element, "t") else ""


def _alternative(element: etree._Element) -> etree._Element:
    """The first choice that has text, else the fallback, else whatever is there."""
    versions = [part for part in element if name_of(part) in ("mc:Choice", "mc:Fallback")]
    spoken = (part for part in versions if holds(part, "t"))
    return next(spoken, versions[0] if versions else element)


@dataclass(slots=True)
class _Field:
    """An open field: its instruction, whether its result has begun, and the result's text."""

    code: str = ""
    has_result: bool = False
    result: str = ""
    is_dirty: bool = False


@dataclass(frozen=True, slots=True)
class _Setting:
    """What the runs of a paragraph have in common: the look of the place, the paragraph's style and its own marks."""

    around: Marks
    style: str | None
    own: Marks


class _Reader:
    """Reads elements in the document's order, which counters and fields depend on."""

    def __init__(
        self,
        marks: MarkReader,
        styles: Styles,
        lists: Lists,
        inserted: Callable[[str], Document | None],
        page_height: int = _PAGE_HEIGHT,
    ) -> None:
        self._marks = marks
        self._styles = styles
        self._lists = lists
        self._inserted = inserted
        self._counters = Counters()
        self._page_height = page_height
        self._paragraphs = 0
        self._fields: list[_Field] = []

    def flow(self, parent: etree._Element, around: Marks) -> Iterator[Flow]:
        """The paragraphs and tables of a body, a cell or a text box; ``around`` is the look of that place."""
        carried = ""
        for name, element in _children(parent):
            if name == "p":
                boxes: list[Flow] = []
                text = carried + self._paragraph(element, boxes, around)
                mark = children(child(child(element, "pPr"), "rPr"))
                carried = text if "del" in mark or "moveFrom" in mark else ""
                if not carried:
                    yield text
                yield from boxes
            elif name == "tbl":
                yield self._table(element, around)
            elif name == "altChunk":
                yield self._chunk(element)
            else:
                carried += _field_of(name, element) or _unknown(name, element)
        if carried:
            yield carried

    def _chunk(self, element: etree._Element) -> Flow:
        identity = next((value for name, value in element.attrib.items() if str(name).endswith("}id")), "")
        document = self._inserted(str(identity))
        return OBJECT if document is None else Inserted(document)

    def _paragraph(self, element: etree._Element, boxes: list[Flow], around: Marks) -> str:
        self._paragraphs += 1
        if self._paragraphs > _MAX_PARAGRAPHS:
            raise Unreadable(f"too long: more than {_MAX_PARAGRAPHS:,} paragraphs, and no report has so many")
        own = child(element, "pPr")
        properties = children(own)
        style = value_of(properties.get("pStyle")) or self._styles.default.get("paragraph")
        setting = _Setting(around, style, self._marks.of_paragraph(own))
        label = self._label(children(properties.get("numPr")), setting, self._marks.of_run(properties.get("rPr")))
        text = labelled(label, as_seen(self._pieces(element, boxes, setting)))
        return text + FLOATING if "framePr" in properties else text

    def _pieces(self, parent: etree._Element, boxes: list[Flow], setting: _Setting) -> Iterator[Piece]:
        """The pieces of a paragraph, or of a part of one."""
        for name, part in _children(parent):
            if name == "r":
                yield from self._run(part, boxes, setting)
            elif name in ("m:oMath", "m:oMathPara"):
                yield OBJECT, PLAIN
            elif name in ("bdo", "dir"):
                # Not all programs turn it round.
                yield (REVERSED if value_of(part) == "rtl" else ""), PLAIN
                yield from self._pieces(part, boxes, setting)
            else:
                yield _field_of(name, part) or _unknown(name, part), PLAIN

    def _label(self, listing: dict[str, etree._Element], setting: _Setting, mark: Marks) -> str | None:
        """What the program puts before a paragraph; its look rests on ``mark``, that of its end."""
        mark = self._styles.look(setting.around, setting.style, None, mark.over(setting.own))
        number, depth = number_of(listing.get("numId")), number_of(listing.get("ilvl"))
        linked = None
        if number is None:
            number, styled_depth, linked = self._styles.numbering(setting.style)
            depth = styled_depth if depth is None else depth
        numbering = None if number is None else self._lists.of(number)
        if numbering is None or mark.hidden:
            return None
        if depth is None:
            depth = self._lists.depth_of_style(numbering, linked) if linked else 0
        return seen_label(self._counters.label(numbering, depth), numbering.marks(depth).over(mark))

    def _run(self, run: etree._Element, boxes: list[Flow], setting: _Setting) -> Iterator[Piece]:
        properties = child(run, "rPr")
        character = value_of(child(properties, "rStyle"))
        direct = self._marks.of_run(properties).over(setting.own)
        marks = self._styles.look(setting.around, setting.style, character, direct)
        for name, part in _children(run):
            if name == "fldChar":
                yield self._field(part), marks
            elif name == "instrText" and self._fields:
                self._fields[-1].code += part.text or ""
            elif not marks.hidden and all(field.has_result for field in self._fields):
                for text, look in self._parts(name, part, boxes, marks, setting):
                    for field in self._fields:
                        field.result += text
                    yield text, look

    def _parts(
        self, name: str, part: etree._Element, boxes: list[Flow], marks: Marks, setting: _Setting
    ) -> Iterator[Piece]:
        if name == "ruby":
            base = child(part, "rubyBase")
            for _, run in _children(base) if base is not None else ():
                yield from self._run(run, boxes, setting)
        else:
            yield self._piece(name, part, boxes), marks

    def _field(self, mark: etree._Element) -> str:
        """Begin a field, its result, or end it, which gives its sign; one that is dirty is worked out again."""
        kind = attribute(mark, "fldCharType")
        if kind == "begin":
            self._fields.append(_Field(is_dirty=attribute(mark, "dirty") in ("1", "true", "on")))
        elif self._fields and kind == "separate":
            self._fields[-1].has_result = True
        elif self._fields and kind == "end":
            ended = self._fields.pop()
            sign = FIELD if ended.is_dirty else field_sign(ended.code, ended.result)
            return sign if all(field.has_result for field in self._fields) else ""
        return ""

    def _piece(self, name: str, part: etree._Element, boxes: list[Flow]) -> str:
        """The text of a part of a run; what a drawing says goes to ``boxes``."""
        if name == "t":
            return part.text or ""
        if name in ("drawing", "pict", "object"):
            held = list(self._boxes(part))
            is_outside = self._is_outside(part)
            if is_outside and _shows_figure(held):
                return ""
            # A box that holds the table itself lies over nothing.
            floats = _floats(part) and not any(isinstance(box, Table) for box in held) and not is_outside
            sign = (COVERING if _covers(part, held) else FLOATING) if floats else ""
            boxes += [box + sign if isinstance(box, str) else box for box in held]
            return sign or ("" if held else OBJECT)
        if name == "sym":
            return _symbol(attribute(part, "char") or "", attribute(part, "font") or "")
        return FIELD if name in _COMPUTED else _PLAIN_PARTS.get(name, "")

    def _is_outside(self, drawing: etree._Element) -> bool:
        """Whether a drawing is placed by the page, in its upper or lower margin, as page numbers are."""
        place = next(named(drawing, "wp:positionV"), None)
        offset = child(place, "wp:posOffset")
        if place is None or place.get("relativeFrom") != "page" or offset is None:
            return False
        at = (whole_number(offset.text) or 0) / _EMU
        return at < _MARGIN * self._page_height or at > (1 - _MARGIN) * self._page_height

    def _boxes(self, element: etree._Element) -> Iterator[Flow]:
        """What stands in the text boxes of a drawing."""
        for name, part in _children(element):
            if name == "txbxContent":
                # What a box is filled with is not known.
                yield from self.flow(part, Marks(paper=UNKNOWN_COLOUR))
            else:
                yield from self._boxes(part)

    def _table(self, element: etree._Element, around: Marks) -> Table:
        grid = child(element, "tblGrid")
        edges = [0]
        for column in grid if grid is not None else ():
            if name_of(column) == "gridCol":
                # A column without a width is still one.
                edges.append(edges[-1] + max(1, whole_number(attribute(column, "w")) or 0))
        rows = [row for name, row in _children(element) if name == "tr" and not _is_gone(row)]
        look = _TableLook(self._marks, self._styles, child(element, "tblPr"), len(rows), around)
        return Table([list(self._cells(row, edges, number, look)) for number, row in enumerate(rows)])

    def _cells(self, row: etree._Element, edges: list[int], number: int, look: "_TableLook") -> Iterator[Cell]:
        column = number_of(child(child(row, "trPr"), "gridBefore")) or 0
        cells = [cell for name, cell in _children(row) if name == "tc"]
        cells = [cell for cell in cells if child(child(cell, "tcPr"), "cellDel") is None]
        for index, element in enumerate(cells):
            properties = children(child(element, "tcPr"))
            end = column + min(max(number_of(properties.get("gridSpan")) or 1, 1), _MAX_SPAN)
            above, beside = (_continues(properties.get(name)) for name in ("vMerge", "hMerge"))
            marks = look.of_cell(row, number, index, len(cells), properties)
            content = list(self.flow(element, marks))
            yield Cell(_edge(edges, column), _edge(edges, end), content, above, beside)
            column = end


class _TableLook:
    """The look of a table's cells: its style and the parts of it that are switched on, its shade, fixed heights."""

    def __init__(
        self, marks: MarkReader, styles: Styles, properties: etree._Element | None, rows: int, around: Marks
    ) -> None:
        self._marks = marks
        self._styles = styles
        self._rows = rows
        self._style = value_of(child(properties, "tblStyle")) or styles.default.get("table")
        self._row_band, self._column_band = styles.bands(self._style)
        self._switches = child(properties, "tblLook")
        self._has_parts = styles.has_parts(self._style)
        # Of the table around, only the shade and height of the cell hold for this one.
        around = Marks(paper=around.paper, room=around.room)
        self._whole = Marks(paper=marks.table_fill(properties)).over(
            styles.in_table(self._style, ("wholeTable",), around)
        )

    def of_cell(
        self, row: etree._Element, number: int, index: int, count: int, properties: dict[str, etree._Element]
    ) -> Marks:
        """The look of a row's cell with its properties, both by number from 0; ``count`` is how many the row has."""
        height = child(child(row, "trPr"), "trHeight")
        is_exact = height is not None and attribute(height, "hRule") == "exact"
        room = number_of(height) if is_exact else None
        paper = self._marks.fill(properties.get("shd"))
        # A line across a cell may strike what stands in it.
        lines = children(properties.get("tcBorders"))
        crossed = any(value_of(lines[name]) not in _NO_LINE for name in _DIAGONALS & lines.keys())
        own = Marks(paper=paper, room=None if room is None else room // _TWIPS, unclear=crossed or None)
        parts = self._parts(number, index, count) if self._has_parts else ()
        return own.over(self._styles.in_table(self._style, parts, self._whole))

    def _parts(self, row: int, index: int, count: int) -> Iterator[str]:
        """The parts of the style to which a cell belongs and that are switched on, the most general first."""
        first_row, first_column = self._is_on(*_ROW_PARTS[0][1:]), self._is_on(*_COLUMN_PARTS[0][1:])
        if not self._is_on(*_NO_COLUMN_BANDS) and index >= first_column:
            yield f"band{(index - first_column) // self._column_band % 2 + 1}Vert"
        if not self._is_on(*_NO_ROW_BANDS) and row >= first_row:
            yield f"band{(row - first_row) // self._row_band % 2 + 1}Horz"
        held = []
        for parts, at, last in ((_COLUMN_PARTS, index, count - 1), (_ROW_PARTS, row, self._rows - 1)):
            for (name, bit, switch), place in zip(parts, (0, last), strict=True):
                if at == place and self._is_on(bit, switch):
                    held.append(name)
                    yield name
        corners = {("firstCol", "firstRow"): "nwCell", ("lastCol", "firstRow"): "neCell"}
        corners |= {("firstCol", "lastRow"): "swCell", ("lastCol", "lastRow"): "seCell"}
        yield from (part for pair, part in corners.items() if set(pair) <= set(held))

    def _is_on(self, bit: int, name: str) -> bool:
        if self._switches is None:
            return name.startswith("no")
        stated = attribute(self._switches, name)
        if stated is not None:
            return stated in ("1", "true", "on")
        bits = value_of(self._switches) or ""
        return bool(int(bits, 16) & bit) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", bits) else name.startswith("no")


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


def _shows_figure(held: list[Flow]) -> bool:
    """Whether a box holds nothing but a figure."""
    return shows_figure("".join(box for box in held if isinstance(box, str)))


def _covers(drawing: etree._Element, held: list[Flow]) -> bool:
    """Whether a floating object shows a figure, which may be a cell's, or is a filled shape that may hide one."""
    parts = [(part, etree.QName(part).localname) for part in drawing.iter() if isinstance(part.tag, str)]
    words = [part.get("string", "") for part, name in parts if name == "textpath"]
    if _shows_figure(held) or any(map(shows_figure, words)):
        return True
    if held or any(part.get("behindDoc") in ("1", "true") for part, name in parts if name == "anchor"):
        return False
    shapes = [part for part, name in parts if name == "spPr"]
    kinds = [part.get("prst", "").lower() for part, name in parts if name == "prstGeom"]
    filled = any(etree.QName(fill).localname == "solidFill" for shape in shapes for fill in shape)
    drawn = any(name in ("rect", "roundrect", "oval") and part.get("filled", "t")[0] in "t1" for part, name in parts)
    is_picture = any(name in ("pic", "imagedata") for _, name in parts)
    return not is_picture and ((filled and not any(line in kind for line in _LINES for kind in kinds)) or drawn)


def _symbol(code: str, font: str) -> str:
    """A character of a symbol font; Symbol has the digits and signs of ASCII in their places."""
    number = int(code, 16) if re.fullmatch(r"[0-9A-Fa-f]{1,4}", code) else 0
    character = chr(number - 0xF000 if font == "Symbol" and number in _SYMBOL_CODES else number)
    if is_symbol_font(font):
        return SYMBOLS
    return character if character.isprintable() else OBJECT
