"""What a DOCX file's styles and lists say of text: how it looks, and which number stands before a paragraph."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from lxml import etree

from parsers.formats.office.docxmarks import MarkReader
from parsers.formats.office.look import PLAIN, Marks
from parsers.formats.office.numbering import LEVELS, Level, Numbering
from parsers.formats.office.wordml import attribute, child, is_on, name_of, number_of, value_of, whole_number

# Styles that rest on each other; a damaged file has them rest on each other in a circle.
_MAX_ANCESTORS = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A style's own properties; None where it says nothing.

    ``text`` is what it says of runs, ``paragraph`` of paragraphs, ``paper`` the shade of a table's cells. ``parts`` has
    the same for parts of a table by their names (``firstRow``); ``bands`` is how many rows and columns a band has.
    """

    parent: str | None = None
    list_name: int | None = None
    depth: int | None = None
    text: Marks = PLAIN
    paragraph: Marks = PLAIN
    parts: Mapping[str, Marks] = field(default_factory=dict)
    bands: tuple[int, int] = (1, 1)


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: etree._Element | None, reader: MarkReader) -> None:
        self.reader = reader
        self._styles: dict[str, Style] = {}
        self._marks_of: dict[str | None, Marks] = {}
        self._defaults = PLAIN
        self.default: dict[str, str] = {}
        """The style of each type that counts where none is named."""
        for element in root if root is not None else ():
            if name_of(element) == "style":
                self._add(element)
            elif name_of(element) == "docDefaults":
                run, paragraph = child(element, "rPrDefault"), child(element, "pPrDefault")
                self._defaults = self._marks(child(run, "rPr"), child(paragraph, "pPr"))

    def _add(self, element: etree._Element) -> None:
        identity = attribute(element, "styleId") or ""
        kind = attribute(element, "type") or "paragraph"
        if attribute(element, "default") in ("1", "true", "on"):
            self.default[kind] = identity
        listing = child(child(element, "pPr"), "numPr")
        table = child(element, "tblPr")
        parts = {"wholeTable": self._cells(element, table)} if kind == "table" else {}
        for part in element:
            if name_of(part) == "tblStylePr":
                parts[attribute(part, "type") or ""] = self._cells(part, child(part, "tblPr"))
        self._styles[identity] = Style(
            value_of(child(element, "basedOn")),
            number_of(child(listing, "numId")),
            number_of(child(listing, "ilvl")),
            self.reader.of_run(child(element, "rPr")),
            self.reader.of_paragraph(child(element, "pPr")),
            parts,
            (_band(table, "Row"), _band(table, "Col")),
        )

    def _marks(self, run: etree._Element | None, paragraph: etree._Element | None) -> Marks:
        return self.reader.of_run(run).over(self.reader.of_paragraph(paragraph))

    def _cells(self, element: etree._Element, table: etree._Element | None) -> Marks:
        """What a table's style, or a part of it, says of the cells and their text."""
        paper = self.reader.fill(child(child(element, "tcPr"), "shd"))
        paper = self.reader.table_fill(table) if paper is None else paper
        return self._marks(child(element, "rPr"), child(element, "pPr")).over(Marks(paper=paper))

    def look(self, around: Marks, paragraph: str | None, character: str | None, direct: Marks) -> Marks:
        """The look of a run in a table's part, a paragraph's style, its own style, and by its own properties.

        Styles of different kinds that both hide or strike a text undo each other (17.7.3); not all programs agree.
        """
        return _look(self._defaults, around, self._line_marks(paragraph), self._line_marks(character), direct)

    def in_table(self, identity: str | None, parts: Iterable[str], around: Marks) -> Marks:
        """The look of the cells of a table's parts, the most general first, which stands in ``around``."""
        line = self._line(identity)
        for part in parts:
            for _, style in reversed(line):
                around = style.parts.get(part, PLAIN).over(around)
        return around

    def has_parts(self, identity: str | None) -> bool:
        """Whether a table's style says anything of parts of a table."""
        return any(style.parts.keys() - {"wholeTable"} for _, style in self._line(identity))

    def bands(self, identity: str | None) -> tuple[int, int]:
        """How many rows and columns a band of a table's style has."""
        return next((style.bands for _, style in self._line(identity)), (1, 1))

    def numbering(self, identity: str | None) -> tuple[int | None, int | None, str | None]:
        """The list of a style's paragraphs, the level if it is stated, and the style that names the list."""
        for name, style in self._line(identity):
            if style.list_name is not None:
                return style.list_name, style.depth, name
        return None, None, None

    def _line_marks(self, identity: str | None) -> Marks:
        if identity not in self._marks_of:
            marks = PLAIN
            for _, style in self._line(identity):
                marks = marks.over(style.text).over(style.paragraph)
            self._marks_of[identity] = marks
        return self._marks_of[identity]

    def _line(self, identity: str | None) -> list[tuple[str, Style]]:
        """A style and its ancestors."""
        line: list[tuple[str, Style]] = []
        while identity in self._styles and identity is not None and len(line) < _MAX_ANCESTORS:
            line.append((identity, self._styles[identity]))
            identity = self._styles[identity].parent
        return line


def _band(table: etree._Element | None, way: str) -> int:
    return max(1, number_of(child(table, f"tblStyle{way}BandSize")) or 1)


@lru_cache(maxsize=4096)
def _look(defaults: Marks, table: Marks, paragraph: Marks, character: Marks, direct: Marks) -> Marks:
    styles = (table, paragraph, character)
    merged = defaults
    for level in styles:
        merged = level.over(merged)
    for name in ("hidden", "struck"):
        times = sum(bool(getattr(level, name)) for level in styles)
        said = any(getattr(level, name) is not None for level in (defaults, *styles))
        if said:
            merged = merged._replace(**{name: bool(getattr(defaults, name)) or times % 2 == 1})
        if times > 1:
            merged = merged._replace(unclear=True)
    return direct.over(merged)


class Lists:
    """The numbered lists of a document by their numbers (numId)."""

    def __init__(self, root: etree._Element | None, styles: Styles) -> None:
        self._styles = styles
        self._families: dict[int, etree._Element] = {}
        self._lists: dict[int, etree._Element] = {}
        self._known: dict[int, Numbering | None] = {}
        for element in root if root is not None else ():
            if name_of(element) == "abstractNum":
                self._families[whole_number(attribute(element, "abstractNumId")) or 0] = element
            elif name_of(element) == "num":
                self._lists[whole_number(attribute(element, "numId")) or 0] = element

    def of(self, number: int) -> Numbering | None:
        """The list of a number; None for number 0, which takes a paragraph out of its list."""
        if number not in self._known:
            self._known[number] = self._numbering(number)
        return self._known[number]

    def depth_of_style(self, numbering: Numbering, style: str) -> int:
        """The level that a style is linked with."""
        family = self._families.get(numbering.family)
        for element in family if family is not None else ():
            if value_of(child(element, "pStyle")) == style:
                return whole_number(attribute(element, "ilvl")) or 0
        return 0

    def _numbering(self, number: int, links: int = 0) -> Numbering | None:
        element = self._lists.get(number)
        family = number_of(child(element, "abstractNumId"))
        if number == 0 or element is None or family not in self._families or family is None:
            return None
        linked = self._styles.numbering(value_of(child(self._families[family], "numStyleLink")))[0]
        if linked is not None and links < _MAX_ANCESTORS:
            target = self._numbering(linked, links + 1)
            return target and Numbering(number, target.family, target.levels, target.starts)
        levels = self._levels(self._families[family])
        starts: dict[int, int] = {}
        for override in element:
            if name_of(override) == "lvlOverride":
                depth = whole_number(attribute(override, "ilvl")) or 0
                levels |= self._levels(override)
                start = number_of(child(override, "startOverride"))
                starts |= {} if start is None else {depth: start}
        return Numbering(number, family, levels, starts)

    def _levels(self, parent: etree._Element) -> dict[int, Level]:
        found = {}
        for element in parent:
            depth = whole_number(attribute(element, "ilvl")) or 0
            if name_of(element) == "lvl" and 0 <= depth < LEVELS:
                found[depth] = _level(element, self._styles.reader)
        return found


def _level(element: etree._Element, reader: MarkReader) -> Level:
    # Word puts a format of its own beside its nearest kin, which comes last, for others to use.
    formats = [value for node in element.iter() if name_of(node) == "numFmt" and (value := value_of(node))]
    start = number_of(child(element, "start"))
    return Level(
        text=value_of(child(element, "lvlText")) or "",
        format=formats[-1] if formats else "decimal",
        start=0 if start is None else start,
        restart=number_of(child(element, "lvlRestart")),
        legal=bool(is_on(child(element, "isLgl"))),
        marks=reader.of_run(child(element, "rPr")),
    )
