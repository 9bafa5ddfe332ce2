"""Texts of LibreOffice, WPS and others in OpenDocument's form (ODT) to a document (ISO/IEC 26300).

Deleted and hidden text is left out; numbers that the program puts before paragraphs are part of the text. Notes,
heads and feet are none.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from lxml.etree import _Element as Element

from parsers.document.model import Document, Unreadable
from parsers.formats.office.flow import Cell, Flow, Table, document_of, shows_figure
from parsers.formats.office.look import (
    COVERING,
    FIELD,
    FLOATING,
    NO_COLOUR,
    OBJECT,
    PLAIN,
    Marks,
    Piece,
    as_seen,
    is_pale,
    is_symbol_font,
)
from parsers.formats.office.numbering import LEVELS, Counters, Level, Numbering, labelled
from parsers.formats.office.package import Package

_PREFIXES = {"office:1.0": "", "text:1.0": "", "table:1.0": "", "drawing:1.0": "draw:", "style:1.0": "style:"}
_NAMESPACE = re.compile(r"\{urn:oasis:names:tc:opendocument:xmlns:([a-z]+:1\.0)\}")
_FORMATS = {
    "1": "decimal", "a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman", "": "none",
    "一": "chineseCounting", "壹": "chineseLegalSimplified", "甲": "ideographTraditional", "子": "ideographZodiac",
    "①": "decimalEnclosedCircle", "１": "decimalFullWidth", "⑴": "decimalEnclosedParen",
}  # fmt: skip
_SKIPPED = frozenset({
    "note", "annotation", "annotation-end", "tracked-changes", "ruby-text", "forms", "sequence-decls", "hidden-text",
    "variable-decls", "user-field-decls", "event-listeners",
})  # fmt: skip
_SPACES = {"tab": "\t", "line-break": "\n"}
_ROW_GROUPS = frozenset({"table-header-rows", "table-rows", "table-row-group"})
_BORDERS = frozenset({"border", "border-left", "border-right", "border-top", "border-bottom"})
_FIELDS = frozenset({"draw:control", "placeholder"})
_MAX_ANCESTORS = 20
_COLUMN = 1440
_TWIPS = {"in": 1440.0, "cm": 1440 / 2.54, "mm": 144 / 2.54, "pt": 20.0}
_MAX_SPAN = 100
_MAX_ROWS = 20_000
_MAX_CELLS = 200_000
_MAX_DEPTH = 100


def name_of(element: Element) -> str:
    """An element's name, with a prefix for drawings and styles; '' for what is no element."""
    if not isinstance(element.tag, str):
        return ""
    space = _NAMESPACE.match(element.tag)
    prefix = _PREFIXES.get(space[1], "other:") if space else "other:"
    return prefix + element.tag.rpartition("}")[2]


def attribute(element: Element, name: str, usual: str = "") -> str:
    """An attribute by its local name, whatever its namespace."""
    return next((str(value) for key, value in element.attrib.items() if str(key).rpartition("}")[2] == name), usual)


def count_of(element: Element, name: str, most: int) -> int:
    """An attribute that says how often or how wide, from 1."""
    text = attribute(element, name, "1")
    return min(max(int(text), 1), most) if text.isdecimal() and len(text) < 10 else 1


class Styles:
    """The styles of a file by family and name."""

    def __init__(self, *roots: Element | None) -> None:
        self._elements: dict[tuple[str, str], Element] = {}
        self.lists: dict[str, Element] = {}
        for root in (root for root in roots if root is not None):
            for element in root.iter("{*}style", "{*}list-style", "{*}outline-style"):
                if name_of(element) == "style:style":
                    self._elements[attribute(element, "family"), attribute(element, "name")] = element
                else:
                    self.lists[attribute(element, "name") or "Outline"] = element
        self._marks: dict[tuple[str, str], Marks] = {}

    def marks(self, family: str, name: str) -> Marks:
        """What a style and its ancestors say of text."""
        key = (family, name)
        if key not in self._marks:
            marks = PLAIN
            for element in reversed(self.line(family, name)):
                for properties in element:
                    marks = _marks(properties).over(marks)
            self._marks[key] = marks
        return self._marks[key]

    def is_ruled(self, name: str) -> bool:
        """Whether a style rules cells off at their sides, or above and below."""
        for element in self.line("table-cell", name):
            for properties in element:
                stated = {key: value for key, value in _stated(properties).items() if key in _BORDERS}
                drawn = {key for key, value in stated.items() if not value.startswith(("none", "hidden", "0"))}
                if stated:
                    return bool(drawn & {"border", "border-left", "border-right"}) or len(drawn) > 1
        return False

    def may_hide(self, name: str) -> bool:
        """Whether a condition gives cells of a style a look in which their figures are struck out, or not seen."""
        mapped = (part for style in self.line("table-cell", name) for part in style if name_of(part) == "style:map")
        looks = (self.marks("table-cell", attribute(part, "apply-style-name")) for part in mapped)
        return any(look.struck or (look.colour is not None and is_pale(look.colour)) for look in looks)

    def line(self, family: str, name: str) -> list[Element]:
        """A style and its ancestors."""
        line: list[Element] = []
        while (family, name) in self._elements and len(line) < _MAX_ANCESTORS:
            line.append(self._elements[family, name])
            name = attribute(line[-1], "parent-style-name")
        return line

    def list_of(self, name: str) -> str:
        """The list of a paragraph's style."""
        return next(filter(None, (attribute(one, "list-style-name") for one in self.line("paragraph", name))), "")


def _stated(properties: Element) -> dict[str, str]:
    return {str(key).rpartition("}")[2]: str(value) for key, value in properties.attrib.items()}


def _marks(properties: Element) -> Marks:
    """What one set of properties says of text."""
    kind, stated = name_of(properties), _stated(properties)
    paper = _colour(stated.get("background-color"))
    if kind in ("style:paragraph-properties", "style:table-cell-properties"):
        direction = stated.get("writing-mode")
        return Marks(paper=paper, reversed=None if direction is None else direction.startswith("rl"))
    if kind != "style:text-properties":
        return PLAIN
    through = stated.get("text-line-through-style", stated.get("text-line-through-type"))
    position, display = stated.get("text-position"), stated.get("display")
    font = stated.get("font-name", stated.get("font-family"))
    return Marks(
        hidden=None if display is None else display == "none",
        struck=None if through is None else through != "none",
        raised=None if position is None else position.split()[:1] not in (["0%"], ["0"]),
        effect="none" not in (stated.get("text-shadow", "none"), stated.get("text-outline", "false")) or None,
        symbols=None if font is None else is_symbol_font(font),
        size=_half_points(stated.get("font-size")),
        scale=_percent(stated.get("text-scale")),
        spacing=_half_points(stated.get("letter-spacing")),
        colour=NO_COLOUR if stated.get("use-window-font-color") == "true" else _colour(stated.get("color")),
        shade=paper,
    )


def _colour(value: str | None) -> int | None:
    if value is None:
        return None
    return int(value[1:], 16) if re.fullmatch("#[0-9A-Fa-f]{6}", value) else NO_COLOUR


def _half_points(length: str | None) -> int | None:
    return round(_twips(length) / 10) if length and length[0].isdecimal() and _twips(length) else None


def _percent(value: str | None) -> int | None:
    return int(value[:-1]) if value and re.fullmatch(r"\d{1,4}%", value) else None


@dataclass(slots=True)
class _Open:
    """The list in which a paragraph stands: its style, and the family in which its numbers are counted."""

    style: str
    family: int
    depth: int


class Reader:
    """Reads elements in the document's order, which lists depend on."""

    def __init__(self, styles: Styles) -> None:
        self._styles = styles
        self._counters = Counters()
        self._families: dict[str, int] = {}
        self._last: dict[str, int] = {}
        self._outline = _Open("Outline", 0, 0)
        self._cells = 0

    def flow(self, parent: Element, listed: _Open | None = None, around: Marks = PLAIN) -> Iterator[Flow]:
        """The paragraphs and tables of a body, a cell or a text box."""
        numbered = listed is not None
        for element in parent:
            name = name_of(element)
            if name in _SKIPPED or (name == "section" and attribute(element, "display") == "none"):
                continue
            boxes: list[Flow] = []
            if name in ("p", "h"):
                text = self.paragraph(element, boxes, around)
                if numbered or name == "h":
                    text = self._numbered(element, listed if numbered else None, text)
                numbered = False
                yield text
            elif name == "list":
                yield from self._list(element, listed, around)
            elif name == "table":
                yield self._table(element, around)
            elif name.startswith("draw:"):
                yield self._drawn(element, boxes)
            else:
                yield from self.flow(element, None, around)
            yield from boxes

    def paragraph(self, element: Element, boxes: list[Flow], around: Marks) -> str:
        """The text of a paragraph, with signs; what its drawings say goes to ``boxes``."""
        own = self._styles.marks("paragraph", attribute(element, "style-name")).over(around)
        return re.sub(r" *\n *", "\n", as_seen(self._pieces(element, boxes, own))).strip(" ")

    def _pieces(self, element: Element, boxes: list[Flow], marks: Marks) -> Iterator[Piece]:
        yield _said(element.text), marks
        for part in element:
            name = name_of(part)
            if name == "s":
                yield " " * count_of(part, "c", _MAX_SPAN), marks
            elif name in _SPACES:
                yield _SPACES[name], marks
            elif name in _FIELDS:
                yield FIELD, marks
            elif name.startswith("draw:"):
                yield self._drawn(part, boxes), marks
            elif name == "span":
                own = self._styles.marks("text", attribute(part, "style-name"))
                yield from self._pieces(part, boxes, own.over(marks))
            elif name and name not in _SKIPPED:
                yield from self._pieces(part, boxes, marks)
            yield _said(part.tail), marks

    def _drawn(self, element: Element, boxes: list[Flow]) -> str:
        """The sign for a drawing; the text of its boxes is put where others put it, behind the paragraph."""
        held: list[Flow] = []
        for box in (element, *element.iter("{*}text-box")):
            if name_of(box) == "draw:text-box" or (box is element and name_of(element) != "draw:frame"):
                held += [part for part in self.flow(box) if part]
        within = attribute(element, "anchor-type") == "as-char"
        sign = "" if within or any(isinstance(part, Table) for part in held) else FLOATING
        if sign and shows_figure("".join(part for part in held if isinstance(part, str))):
            sign = COVERING
        boxes += [part + sign if isinstance(part, str) else part for part in held]
        return sign or ("" if held else OBJECT)

    def _list(self, element: Element, outer: _Open | None, around: Marks) -> Iterator[Flow]:
        style = attribute(element, "style-name") or (outer.style if outer else "")
        name = attribute(element, "id")
        if outer:
            opened = _Open(style, outer.family, outer.depth + 1)
        else:
            continued = self._families.get(attribute(element, "continue-list"))
            if continued is None and attribute(element, "continue-numbering") == "true":
                continued = self._last.get(style)
            opened = _Open(style, len(self._families) + 1 if continued is None else continued, 0)
            self._families[name or f" {len(self._families)}"] = opened.family
            self._last[style] = opened.family
        for item in element:
            if name_of(item) == "list-item":
                yield from self.flow(item, opened, around)
            elif name_of(item) == "list-header":
                yield from self.flow(item, None, around)

    def _numbered(self, element: Element, listed: _Open | None, text: str) -> str:
        if listed is None:
            outline = attribute(element, "outline-level")
            listed = replace(self._outline, depth=int(outline) - 1 if outline.isdecimal() else 0)
        style = listed.style or self._styles.list_of(attribute(element, "style-name"))
        levels = _levels(self._styles.lists.get(style))
        level = levels.get(listed.depth)
        if level is None or not (level.text or level.format == "bullet"):
            return text
        return labelled(self._counters.label(Numbering(listed.family, listed.family, levels), listed.depth), text)

    def _table(self, element: Element, around: Marks) -> Table:
        edges = self._edges(element)
        rows: list[list[Cell]] = []
        below: dict[int, tuple[int, int]] = {}
        for row in _rows(element):
            if attribute(row, "visibility", "visible") != "visible":
                continue
            rows += [
                self._row(row, edges, below, around) for _ in range(count_of(row, "number-rows-repeated", _MAX_SPAN))
            ]
        return Table(rows)

    def _edges(self, table: Element) -> list[int]:
        """Where the columns begin, in 1/1440 inch."""
        edges = [0]
        for column in islice(table.iter("{*}table-column"), _MAX_SPAN):
            line = self._styles.line("table-column", attribute(column, "style-name"))
            stated = (attribute(properties, "column-width") for style in line for properties in style)
            width = next((width for one in stated if (width := _twips(one))), _COLUMN)
            edges += [
                edges[-1] + (at + 1) * width for at in range(count_of(column, "number-columns-repeated", _MAX_SPAN))
            ]
        return edges

    def _row(self, element: Element, edges: list[int], below: dict[int, tuple[int, int]], around: Marks) -> list[Cell]:
        """The cells of a row; ``below`` are those that reach into it, their widths and how many rows they go on."""
        cells: list[Cell] = []
        column = 0
        for part in element:
            name = name_of(part)
            if name not in ("table-cell", "covered-table-cell"):
                continue
            for _ in range(count_of(part, "number-columns-repeated", _MAX_SPAN)):
                if column in below:
                    width, left = below.pop(column)
                    cells.append(Cell(_edge(edges, column), _edge(edges, column + width), above=True))
                    if left > 1:
                        below[column] = (width, left - 1)
                elif name == "table-cell":
                    width = count_of(part, "number-columns-spanned", _MAX_SPAN)
                    height = count_of(part, "number-rows-spanned", _MAX_ROWS)
                    own = self._styles.marks("table-cell", attribute(part, "style-name"))
                    content = list(self.flow(part, None, own.over(around)))
                    cells.append(Cell(_edge(edges, column), _edge(edges, column + width), content))
                    if height > 1:
                        below[column] = (width, height - 1)
                elif cells:
                    # A cell whose border was dragged covers more in this row than in the one in which it begins.
                    cells[-1].right = max(cells[-1].right, _edge(edges, column + 1))
                column += 1
                self._cells += 1
                if self._cells > _MAX_CELLS:
                    raise Unreadable(f"too long: more than {_MAX_CELLS:,} cells, and no report has so many")
        return cells


def _edge(edges: list[int], column: int) -> int:
    """Where a column begins; those that the table does not name are of one width."""
    beyond = column - len(edges) + 1
    return edges[column] if beyond <= 0 else edges[-1] + beyond * _COLUMN


def _twips(length: str) -> int:
    """A length in 1/1440 inch; 0 for what is none."""
    found = re.fullmatch(r"([\d.]{1,12})(in|cm|mm|pt)", length)
    return round(float(found[1]) * _TWIPS[found[2]]) if found and found[1].count(".") < 2 else 0


def _said(text: str | None) -> str:
    """Text as it is set: spaces and line breaks of the markup are one space."""
    return re.sub(r"[ \t\r\n]+", " ", text or "")


def _rows(table: Element, depth: int = 0) -> Iterator[Element]:
    """The rows of a table, in whatever groups they stand."""
    for part in table:
        name = name_of(part)
        if name == "table-row":
            yield part
        elif name in _ROW_GROUPS and depth < _MAX_DEPTH and attribute(part, "display", "true") != "false":
            yield from _rows(part, depth + 1)


def rows_of(table: Element) -> Iterator[Element]:
    """The rows of a table or a sheet."""
    return _rows(table)


def _levels(style: Element | None) -> dict[int, Level]:
    found: dict[int, Level] = {}
    for element in style if style is not None else ():
        depth = count_of(element, "level", LEVELS) - 1
        if name_of(element) in ("list-level-style-bullet", "list-level-style-image"):
            found[depth] = Level("", "bullet")
        if name_of(element) in ("list-level-style-number", "outline-level-style"):
            shown = count_of(element, "display-levels", depth + 1)
            numbers = ".".join(f"%{at + 1}" for at in range(depth + 1 - shown, depth + 1))
            code = attribute(element, "num-format")
            text = attribute(element, "num-prefix") + (numbers if code else "") + attribute(element, "num-suffix")
            found[depth] = Level(text, _FORMATS.get(code[:1], "decimal"), count_of(element, "start-value", 10_000))
    return found


@dataclass(frozen=True, slots=True)
class OpenDocument:
    """The parts of a file: its body, and its styles."""

    body: Element
    styles: Styles
    titles: list[str] = field(default_factory=list)


def opened(data: bytes) -> OpenDocument:
    """The parts of an OpenDocument file; raises :class:`Unreadable`."""
    package = Package(data)
    manifest = package.part("META-INF/manifest.xml") or b""
    if b"encryption-data" in manifest:
        raise Unreadable("locked with a password")
    content = package.xml("content.xml")
    body = content.find("{*}body") if content is not None else None
    if body is None or not len(body):
        raise Unreadable("an OpenDocument file without content")
    meta = package.xml("meta.xml") if package.has("meta.xml") else None
    titles = [" ".join(one.text.split()) for one in meta.iter("{*}title") if one.text] if meta is not None else []
    return OpenDocument(body[0], Styles(package.xml("styles.xml"), content), titles)


def read_odt(data: bytes) -> Document:
    """Read a text; raises :class:`Unreadable` with one line for one that is damaged or locked."""
    file = opened(data)
    return document_of(list(Reader(file.styles).flow(file.body)), file.titles)
