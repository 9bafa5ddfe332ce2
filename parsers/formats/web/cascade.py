"""The style of each element, from all style sheets of a page and its elements' own styles."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any

import cssselect2
from lxml.etree import _Element as Element
from parsel import Selector

from parsers.document.model import TooLarge
from parsers.formats.web.css import CONTENT, PICTURE, PLAIN, Style, is_valid, length
from parsers.formats.web.look import PLAIN_LOOK, Look, look_of
from parsers.formats.web.stylesheets import Declarations, Sheets, css_rules, holds, imports, inline, with_imports

# Selectors tried and elements gone to for them: about a second on one core. Reports' pages need less than 100,000.
_MAX_STEPS = 1_000_000


# Where what is declared for an element itself stands, and not for a part of it.
_OWN = frozenset({None})
_NONE_MATCHED: Mapping[str | None, Sequence[Declarations]] = {}
# What shows or hides a block as a whole.
_COVERS = frozenset({"display", "visibility", "opacity", "height", "max-height", "left", "top", "content-visibility"})
_ATTRIBUTES = {
    "bgcolor": "background-color", "color": "color", "text": "color", "dir": "direction", "face": "font-family",
}  # fmt: skip
_LINK = ("color", "#0000ee")
# The sizes of letters that browsers give to elements, and to the numbers of old.
_SIZES = {"big": "larger", "dialog": "", "small": "smaller"}
_FONT_SIZES = {"1": "x-small", "2": "small", "3": "medium", "4": "large", "5": "x-large", "-1": "small", "+1": "large"}
_HINTING = frozenset({*_ATTRIBUTES, "background", "hidden", "popover"})
_HINTING_TAGS = frozenset({*_SIZES, "a", "bdo", "font"})
_UNPAINTED = frozenset({"inherit", "initial", "none", "transparent", "unset"})
# Pixels: a box as thin as this is a line.
_LINE = 4.0
_HEXADECIMAL = re.compile(r"[0-9a-f]{6}")
_SHEETS = "//*[self::style or self::link[@href]][not(ancestor::noscript or ancestor::template)]"


class Cascade:
    """The looks of a page's elements, each worked out when it is first asked for.

    ``uncovered``: blocks that are hidden, and hold tables, are shown, as the page's script would show them.
    """

    def __init__(self, page: Selector, sheets: Sheets | None = None, *, uncovered: bool = False) -> None:
        self._matcher = _Matcher()
        self._looks: dict[Element, Look] = {}
        self._alike: dict[tuple[object, ...], Look] = {}
        self._nodes: dict[Element, _Node] = {}
        self._matches: dict[Element, dict[str | None, list[Declarations]]] = {}
        self._uncovered = _covered(page) if uncovered else frozenset()
        texts = [*_texts(page, sheets or {})]
        self.is_whole = None not in texts
        for rule in css_rules(filter(None, texts), _names(page)) if any(texts) else ():
            for selector in rule.selectors:
                self._matcher.add_selector(selector, rule.declarations)
        if self._matcher.order:
            self._nodes = {node.etree_element: node for node in _Node.from_html_root(page.root).iter_subtree()}

    def look(self, element: Element) -> Look:
        """How an element looks, given all around it. Raises :class:`TooLarge`."""
        look = self._looks.get(element)
        if look is not None:
            return look
        above: list[Element] = [element]
        while (parent := above[-1].getparent()) is not None and parent not in self._looks:
            above.append(parent)
        look = PLAIN_LOOK if parent is None else self._looks[parent]
        for one in reversed(above):
            look = self._looks[one] = self._look_in(look, one)
        return look

    def generated(self, element: Element) -> Iterator[str]:
        """What is declared as the content before and after an element, where it is shown."""
        for style in self._parts(element, "before", "after"):
            if CONTENT in style and _is_seen(look_of(style, "span", self.look(element))):
                yield style[CONTENT]

    def covers(self, element: Element) -> bool:
        """Whether an element without text, or what a style puts before or after it, lies over a text and hides it."""
        own = self.look(element)
        looks = [own] if own.apart and not _has_text(element) else []
        for style in self._parts(element, "before", "after"):
            looks += [look_of(style, "span", own)] if CONTENT in style else []
        return any(map(_is_cover, looks))

    def is_bare(self, element: Element) -> bool:
        """Whether nothing is declared for an element that may paint, write or lie over its text."""
        return not self.look(element).paints and self._matched(element).keys() <= _OWN

    def dresses_letters(self, element: Element) -> bool:
        """Whether a style of its own is declared for an element's first letter or line that may hide it."""
        for style in self._parts(element, "first-letter", "first-line"):
            look = look_of(style, "span", self.look(element))
            if not _is_seen(look) or look.doubtful or look.moved:
                return True
        return False

    def _look_in(self, above: Look, element: Element) -> Look:
        """The look of an element in another one; elements for which the same is declared share one."""
        stated = element.get("style", "")
        hints = () if element.tag not in _HINTING_TAGS and _HINTING.isdisjoint(element.keys()) else _hints(element)
        matched = self._matched(element).get(None, ())
        shown = element in self._uncovered
        key = (element.tag, stated, hints, tuple(map(id, matched)), id(above), shown)
        look = self._alike.get(key)
        if look is None:
            own = [inline(stated)] if stated else []
            style = _cascaded([Declarations(dict(hints), PLAIN), *matched, *own])
            if shown:
                style = {name: value for name, value in style.items() if name not in _COVERS}
            look = self._alike[key] = look_of(style, str(element.tag), above, is_whole=self.is_whole)
        return look

    def _parts(self, element: Element, *places: str) -> Iterator[Style]:
        """The styles of what stands before, after and first in an element, where there are any."""
        matched = self._matched(element)
        return (_cascaded(matched[place]) for place in places if place in matched)

    def _matched(self, element: Element) -> Mapping[str | None, Sequence[Declarations]]:
        """The declarations of rules for an element (None) and for its parts, such as ``before``, of rising weight."""
        if not self._nodes:
            return _NONE_MATCHED
        held = self._matches.get(element)
        if held is None:
            held = self._matches[element] = {}
            for *_, pseudo, declared in self._matcher.match(self._nodes[element]):
                held.setdefault(pseudo, []).append(declared)
        return held


def _is_seen(look: Look) -> bool:
    return look.seen and not look.gone


def _is_cover(look: Look) -> bool:
    """Whether a box lies upon others that is painted, and more than a line."""
    painted = any(look.style.get(name, "none") not in _UNPAINTED for name in ("background-color", PICTURE))
    thin = any((length(look.style.get(side, ""), look.ink.size) or _LINE + 1) <= _LINE for side in ("width", "height"))
    return look.style.get("position", "") in ("absolute", "fixed") and painted and not thin and _is_seen(look)


def _has_text(element: Element) -> bool:
    return any(part.strip() for part in map(str, element.itertext()))


def _hints(element: Element) -> tuple[tuple[str, str], ...]:
    """What an element's attributes say of its look, as declarations of the least weight."""
    found = []
    for attribute, name in _ATTRIBUTES.items() if not _ATTRIBUTES.keys().isdisjoint(element.keys()) else ():
        value = element.get(attribute)
        if value and (attribute != "color" or element.tag == "font") and (attribute != "text" or element.tag == "body"):
            value = value.strip().lower()
            value = f"#{value}" if attribute != "dir" and _HEXADECIMAL.fullmatch(value) else value
            found += [(name, value)] if is_valid(name, value) else []
    if picture := element.get("background"):
        found.append((PICTURE, f"url({picture})"))
    if element.tag == "bdo":
        found.append(("unicode-bidi", "bidi-override"))
    found += [_LINK] if element.tag == "a" and element.get("href") is not None else []
    size = _SIZES.get(str(element.tag), "") if element.tag != "font" else _FONT_SIZES.get(element.get("size", ""), "")
    found += [("font-size", size)] if size else []
    closed = element.tag == "dialog" and element.get("open") is None
    if closed or element.get("hidden") is not None or element.get("popover") is not None:
        found.append(("display", "none"))
    return tuple(found)


def _covered(page: Selector) -> frozenset[Element]:
    """The blocks outside of tables that hold tables, and those beside them: tabs, articles that a script uncovers."""
    holders = page.xpath("//table[not(ancestor::table)]/ancestor::*")
    beside = page.xpath("//table[not(ancestor::table)]/ancestor::*[1]/../*")
    return frozenset(one.root for one in (*holders, *beside) if one.root.tag not in ("table", "script", "style"))


def named_sheets(page: Selector) -> Iterator[str]:
    """The addresses of the style sheets that a page names for a screen, as they stand in it."""
    for sheet in filter(_holds, page.xpath(_SHEETS)):
        if sheet.root.tag == "link":
            yield sheet.attrib["href"].strip()
        else:
            yield from imports(sheet.xpath("string()").get(""))


def _texts(page: Selector, sheets: Sheets) -> Iterator[str | None]:
    """The style sheets of a page in order; None for one that the page names, and that is not at hand."""
    for sheet in filter(_holds, page.xpath(_SHEETS)):
        address = sheet.attrib["href"].strip() if sheet.root.tag == "link" else None
        text = sheet.xpath("string()").get("") if address is None else sheets.get(address)
        yield from with_imports(text, sheets)


def _holds(sheet: Selector) -> bool:
    """Whether an element is, or names, a style sheet that counts on a screen."""
    kind = sheet.attrib.get("type", "").strip().lower()
    said = sheet.attrib.get("rel", "").lower().split()
    is_sheet = sheet.root.tag == "style" or ("stylesheet" in said and "alternate" not in said)
    return is_sheet and kind in ("", "text/css") and holds(sheet.attrib.get("media", ""))


def _names(page: Selector) -> Iterator[str]:
    """The classes and names of a page's elements."""
    for stated in page.xpath("//@class | //@id").getall():
        yield from stated.split()


def _cascaded(declared: Sequence[Declarations]) -> Style:
    """Declarations of rising weight as one style; what is important comes after all that is not."""
    style: dict[str, str] = {}
    for declarations in declared:
        style |= declarations.plain
    for declarations in declared:
        style |= declarations.important
    return style


class _Steps:
    """Counts the cost of matching; raises :class:`TooLarge` if it is more than any report's page needs."""

    def __init__(self) -> None:
        self._count = 0

    def add(self, count: int = 1) -> None:
        self._count += count
        if self._count > _MAX_STEPS:
            raise TooLarge("too much style: its selectors and the page's elements are too many to match")


class _Matcher(cssselect2.Matcher):  # type: ignore[misc]
    """Counts each selector tried, and twice each that matches: it has to be sorted and applied."""

    def add_relevant_selectors(self, element: "_Node", selectors: list[Any], relevant: list[Any]) -> None:
        before = len(relevant)
        super().add_relevant_selectors(element, selectors, relevant)
        element.steps.add(len(selectors) + 2 * (len(relevant) - before))


class _Siblings(list[Element]):
    """The children of an element; counts those that are gone through."""

    def __init__(self, elements: Iterable[Element], steps: _Steps) -> None:
        super().__init__(elements)
        self._steps = steps

    def __iter__(self) -> Iterator[Element]:
        self._steps.add(len(self))
        return super().__iter__()

    def __getitem__(self, key: Any) -> Any:
        found = super().__getitem__(key)
        self._steps.add(len(found) if isinstance(key, slice) else 1)
        return found


class _Node(cssselect2.ElementWrapper):  # type: ignore[misc]
    """An element as cssselect2 has it, but its ancestors and siblings are walked and counted.

    cssselect2 keeps them as tuples, one an element, made by recursion: that takes all memory for 100,000
    siblings, and ends at a depth of 1,000.
    """

    def __init__(self, element: Element, parent: "_Node | None", *args: Any, **named: Any) -> None:
        self.steps: _Steps = parent.steps if parent is not None else _Steps()
        self._children: list[_Node] | None = None
        super().__init__(element, parent, *args, **named)

    @cached_property
    def etree_children(self) -> _Siblings:
        """The elements in this one."""
        return _Siblings(self.etree_element, self.steps)

    def iter_children(self) -> Iterator["_Node"]:
        """The elements in this one, which are made once."""
        if self._children is None:
            self._children = list(super().iter_children())
        self.steps.add(len(self._children))
        return iter(self._children)

    @property
    def ancestors(self) -> Iterator["_Node"]:
        """The elements around this one, innermost first."""
        return self._along("parent")

    @property
    def previous_siblings(self) -> Iterator["_Node"]:
        """The elements before this one, nearest first."""
        return self._along("previous")

    def _along(self, way: str) -> Iterator["_Node"]:
        node = getattr(self, way)
        while node is not None:
            self.steps.add()
            yield node
            node = getattr(node, way)
