"""Names in WordprocessingML (ECMA-376 part 1), transitional or strict."""

from collections.abc import Iterator
from functools import lru_cache

from lxml import etree

_PREFIXES = {
    "http://schemas.openxmlformats.org/wordprocessingml/2006/main": "",
    "http://purl.oclc.org/ooxml/wordprocessingml/main": "",
    "http://schemas.openxmlformats.org/markup-compatibility/2006": "mc:",
    "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing": "wp:",
    "http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing": "wp:",
    "http://schemas.openxmlformats.org/officeDocument/2006/math": "m:",
    "http://purl.oclc.org/ooxml/officeDocument/math": "m:",
    "urn:schemas-microsoft-com:vml": "v:",
    "http://schemas.microsoft.com/office/word/2010/wordml": "w14:",
}
_OFF = frozenset({"0", "false", "off", "none"})


def name_of(element: etree._Element) -> str:
    """An element's local name, with a prefix unless it is WordprocessingML's own; "" if it is nobody's."""
    return _name(element.tag)


@lru_cache(maxsize=4096)
def _name(tag: object) -> str:
    if not isinstance(tag, str):
        return ""
    namespace, _, local = tag[1:].rpartition("}")
    prefix = _PREFIXES.get(namespace)
    return "" if prefix is None else prefix + local


def child(element: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of a name."""
    for found in element if element is not None else ():
        if _name(found.tag) == name:
            return found
    return None


def named(element: etree._Element, name: str) -> Iterator[etree._Element]:
    """An element and those within it that have a name."""
    return element.iter(*_tags(name))


def holds(element: etree._Element, name: str) -> bool:
    """Whether an element, or one within it, has a name."""
    return next(named(element, name), None) is not None


@lru_cache(maxsize=64)
def _tags(name: str) -> tuple[str, ...]:
    """The tags that have a name."""
    prefix, colon, local = name.rpartition(":")
    return tuple(f"{{{namespace}}}{local}" for namespace, held in _PREFIXES.items() if held == prefix + colon)


def children(element: etree._Element | None) -> dict[str, etree._Element]:
    """The children by name, for properties, of which there is one of each."""
    return {_name(found.tag): found for found in element} if element is not None else {}


def attribute(element: etree._Element, name: str) -> str | None:
    """An attribute of WordprocessingML."""
    for tag in _tags(name):
        value = element.get(tag)
        if value is not None:
            return value
    return None


def whole_number(text: str | None) -> int | None:
    """A text as a whole number; None where it is none."""
    return int(text) if text and len(text) < 12 and text.lstrip("-").isdecimal() else None


def value_of(element: etree._Element | None) -> str | None:
    """An element's ``val``."""
    return None if element is None else attribute(element, "val")


def number_of(element: etree._Element | None) -> int | None:
    """An element's ``val`` as a number; None where it has none."""
    return whole_number(value_of(element))


def is_on(element: etree._Element | None) -> bool | None:
    """Whether a switch is on; None where it is not there."""
    return None if element is None else value_of(element) not in _OFF
