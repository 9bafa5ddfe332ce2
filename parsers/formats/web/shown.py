"""What an element of a page shows: whether it is visible, whether it stands apart, its text."""

from collections.abc import Iterator

from lxml.etree import _Element as Element
from parsel import Selector

from parsers.formats.web import css
from parsers.formats.web.cascade import Cascade
from parsers.formats.web.unread import PLAIN_INPUTS, Unread

SKIPPED = frozenset({
    "audio", "button", "datalist", "head", "noframes", "noscript", "option", "script", "style", "template", "title",
    "video", "xml",
})  # fmt: skip
INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "input",
    "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "s", "samp", "select", "small", "span", "strike", "strong",
    "sub", "sup", "textarea", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
EMBEDDED = {
    "applet": "an embedded file",
    "canvas": "a picture",
    "embed": "an embedded file",
    "frame": "another page",
    "iframe": "another page",
    "img": "a picture",
    "object": "an embedded file",
    "svg": "a picture",
    "v:imagedata": "a picture",
}
# Unicode's own sign for what stands in a text and is none.
OBJECT = "\ufffc"
# Pixels: three digits of the smallest print that people can read take 20, and a row of a table 20 in height.
_ICON = 40
_STRUCK = frozenset({"del", "s", "strike"})
_STRIKE = "~~"
_RAISE = "^"
_NO_MARKS = "", ""
_LINE = "\n", "\n"
_RAISED = {
    "sup": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "sub": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}


class Shown:
    """What is shown of the elements of one page, given its styles and scripts."""

    def __init__(self, page: Selector) -> None:
        cascade = Cascade(page)
        self.look = cascade.look
        self.besides = Unread(page, cascade).of

    def style(self, element: Element) -> css.Style:
        """What is declared for an element."""
        return self.look(element).style

    def is_hidden(self, element: Element) -> bool:
        """Whether an element and its content is hidden; aria-hidden hides nothing from view."""
        return _is_hidden(element, self.look(element))

    def is_block(self, element: Element) -> bool:
        """Whether an element has lines of its own."""
        return element.tag not in INLINE or self.look(element).block

    def is_apart(self, element: Element) -> bool:
        """Whether an inline element stands apart from the text beside it."""
        return self.look(element).apart

    def marks(self, element: Element) -> tuple[str, str]:
        """What to write before and after an inline element's text, so that it is read correctly."""
        return _marks(element, self.look(element))

    def text(self, cell: Element) -> str:
        """The text of a cell; pieces that stand apart are apart in it, and a mere picture is OBJECT."""
        if not len(cell):
            return (cell.text or "").strip()
        parts = [cell.text or ""]
        pictured = False
        rest: list[Element | str] = list(content(cell))
        while rest:
            item = rest.pop()
            if isinstance(item, str):
                parts.append(item)
                continue
            look = self.look(item)
            if _is_hidden(item, look):
                continue
            if item.tag in EMBEDDED:
                pictured = pictured or not is_icon(item)
            else:
                before, after = _marks(item, look) if item.tag in INLINE and not look.block else _LINE
                parts += (before, own_text(item))
                if len(item):
                    rest.append(after)
                    rest += content(item)
                else:
                    parts.append(after)
        text = "".join(parts).strip()
        return OBJECT if pictured and not text else text


def _is_hidden(element: Element, look: css.Look) -> bool:
    return look.hidden or element.tag in SKIPPED or element.get("hidden") is not None


def _marks(element: Element, look: css.Look) -> tuple[str, str]:
    tag = element.tag
    if tag in _STRUCK or look.struck:
        return _STRIKE, _STRIKE
    if look.raised or (tag in _RAISED and len(element)):
        return _RAISE, ""
    return (" ", " ") if look.apart else _NO_MARKS


def content(element: Element) -> Iterator[Element | str]:
    """An element's children and the texts after them, last first."""
    for child in reversed(element):
        tail = child.tail
        if tail:
            yield tail
        yield child


def own_text(element: Element) -> str:
    """The text before an element's first child; of a form's field, what is filled in."""
    tag, text = element.tag, element.text or ""
    if tag in _RAISED:
        return text.translate(_RAISED[tag])
    if tag == "input":
        return element.get("value", "") if element.get("type", "").lower() in PLAIN_INPUTS else ""
    if tag == "select":
        options = list(element.iter("option"))
        chosen = [option for option in options if option.get("selected") is not None] or options
        return chosen[0].text or "" if chosen else ""
    return text


def is_icon(element: Element) -> bool:
    """Whether a picture is stated to be too small to show a table or a figure."""
    sizes = (element.get(side, "").removesuffix("px") for side in ("width", "height"))
    return any(size.isdecimal() and int(size) < _ICON for size in sizes)
