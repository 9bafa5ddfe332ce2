"""What a DOCX file's styles and lists say of paragraphs: which number stands before one, and what is hidden."""

from dataclasses import dataclass

from lxml import etree

from parsers.formats.office.numbering import LEVELS, Level, Numbering
from parsers.formats.office.wordml import attribute, child, is_on, name_of, number_of, value_of, whole_number

# Styles that rest on each other; a damaged file has them rest on each other in a circle.
_MAX_ANCESTORS = 20


@dataclass(frozen=True, slots=True)
class Style:
    """A style's own properties; None where it says nothing."""

    parent: str | None = None
    hidden: bool | None = None
    list_name: int | None = None
    depth: int | None = None


class Styles:
    """The styles of a document by their ids."""

    def __init__(self, root: etree._Element | None) -> None:
        self._styles: dict[str, Style] = {}
        self.default: str | None = None
        for element in root if root is not None else ():
            if name_of(element) == "style":
                self._add(element)

    def _add(self, element: etree._Element) -> None:
        identity = attribute(element, "styleId") or ""
        if attribute(element, "type") == "paragraph" and attribute(element, "default") in ("1", "true", "on"):
            self.default = identity
        properties = child(element, "pPr")
        listing = child(properties, "numPr")
        self._styles[identity] = Style(
            value_of(child(element, "basedOn")),
            is_on(child(child(element, "rPr"), "vanish")),
            number_of(child(listing, "numId")),
            number_of(child(listing, "ilvl")),
        )

    def is_hidden(self, identity: str | None) -> bool | None:
        """Whether text of a style is hidden; None where neither the style nor its ancestors say."""
        return next((style.hidden for _, style in self._line(identity) if style.hidden is not None), None)

    def numbering(self, identity: str | None) -> tuple[int | None, int | None, str | None]:
        """The list of a style's paragraphs, the level if it is stated, and the style that names the list."""
        for name, style in self._line(identity):
            if style.list_name is not None:
                return style.list_name, style.depth, name
        return None, None, None

    def _line(self, identity: str | None) -> list[tuple[str, Style]]:
        """A style and its ancestors."""
        line: list[tuple[str, Style]] = []
        while identity in self._styles and identity is not None and len(line) < _MAX_ANCESTORS:
            line.append((identity, self._styles[identity]))
            identity = self._styles[identity].parent
        return line


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
        levels = _levels(self._families[family])
        starts: dict[int, int] = {}
        for override in element:
            if name_of(override) == "lvlOverride":
                depth = whole_number(attribute(override, "ilvl")) or 0
                levels |= _levels(override)
                start = number_of(child(override, "startOverride"))
                starts |= {} if start is None else {depth: start}
        return Numbering(number, family, levels, starts)


def _levels(parent: etree._Element) -> dict[int, Level]:
    found = {}
    for element in parent:
        depth = whole_number(attribute(element, "ilvl")) or 0
        if name_of(element) == "lvl" and 0 <= depth < LEVELS:
            found[depth] = _level(element)
    return found


def _level(element: etree._Element) -> Level:
    # Word puts a format of its own beside its nearest kin, which comes last, for others to use.
    formats = [value for node in element.iter() if name_of(node) == "numFmt" and (value := value_of(node))]
    start = number_of(child(element, "start"))
    return Level(
        text=value_of(child(element, "lvlText")) or "",
        format=formats[-1] if formats else "decimal",
        start=0 if start is None else start,
        restart=number_of(child(element, "lvlRestart")),
        legal=bool(is_on(child(element, "isLgl"))),
    )
