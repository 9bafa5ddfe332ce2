"""The style of each element, from all style sheets of a page and its elements' own styles."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

import cssselect2
from lxml.etree import _Element as Element
from parsel import Selector

from parsers.document.model import TooLarge
from parsers.formats.web.css import CONTENT, PLAIN_LOOK, Look, Style, look_of
from parsers.formats.web.stylesheets import Declarations, css_rules, holds, inline

# Selectors tried and elements gone to for them: about a second on one core. Reports' pages need less than 100,000.
_MAX_STEPS = 1_000_000


_SHEETS = "//style[not(ancestor::noscript or ancestor::template)]"


class Cascade:
    """The looks of a page's elements, each worked out when it is first asked for."""

    def __init__(self, page: Selector) -> None:
        self._matcher = _Matcher()
        self._looks: dict[Element, Look] = {}
        self._nodes: dict[Element, _Node] = {}
        sheets = [sheet.xpath("string()").get("") for sheet in page.xpath(_SHEETS) if _holds(sheet)]
        for rule in css_rules(sheets, _names(page)) if sheets else ():
            for selector in rule.selectors:
                self._matcher.add_selector(selector, rule.declarations)
        if self._matcher.order:
            self._nodes = {node.etree_element: node for node in _Node.from_html_root(page.root).iter_subtree()}

    def look(self, element: Element) -> Look:
        """What is declared for an element itself; nothing is inherited. Raises :class:`TooLarge`."""
        stated = element.get("style")
        if not self._nodes:
            return look_of(_cascaded([inline(stated)])) if stated else PLAIN_LOOK
        look = self._looks.get(element)
        if look is None:
            matched = self._matched(element, None)
            look = look_of(_cascaded([*matched, inline(stated)] if stated else matched))
            self._looks[element] = look
        return look

    def generated(self, element: Element) -> Iterator[str]:
        """What is declared as the content before and after an element, where it is shown."""
        for place in ("before", "after") if self._nodes else ():
            style = _cascaded(self._matched(element, place))
            if CONTENT in style and not look_of(style).hidden:
                yield style[CONTENT]

    def _matched(self, element: Element, place: str | None) -> list[Declarations]:
        """The declarations of rules for an element, or for what stands before or after it, of rising weight."""
        return [declared for *_, pseudo, declared in self._matcher.match(self._nodes[element]) if pseudo == place]


def _holds(sheet: Selector) -> bool:
    kind = sheet.attrib.get("type", "").strip().lower()
    return kind in ("", "text/css") and holds(sheet.attrib.get("media", ""))


def _names(page: Selector) -> Iterator[str]:
    """The classes and names of a page's elements."""
    for stated in page.xpath("//@class | //@id").getall():
        yield from stated.split()


def _cascaded(declared: list[Declarations]) -> Style:
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
