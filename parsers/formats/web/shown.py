"""What an element of a page shows: whether it is visible, whether it stands apart, its text."""

from lxml.etree import _Element as Element
from parsel import Selector

from parsers.formats.web import bidi
from parsers.formats.web.cascade import Cascade
from parsers.formats.web.css import Style
from parsers.formats.web.look import INLINE, Look
from parsers.formats.web.stylesheets import Sheets
from parsers.formats.web.unread import PLAIN_INPUTS, Unread

SKIPPED = frozenset({
    "audio", "button", "datalist", "head", "noframes", "noscript", "option", "rp", "script", "style", "template",
    "title", "video", "xml",
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
_STRIKE = "~~"
_NO_MARKS = "", ""
_RAISED = {
    "sup": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"),
    "sub": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}
# A longer text is no cell.
_LONG = 10_000


class Shown:
    """What is shown of the elements of one page, given its styles and scripts."""

    def __init__(self, page: Selector, sheets: Sheets | None = None, *, uncovered: bool = False) -> None:
        cascade = Cascade(page, sheets, uncovered=uncovered)
        self.look = cascade.look
        self.besides = Unread(page, cascade, self.content).of

    def style(self, element: Element) -> Style:
        """What is declared for an element."""
        return self.look(element).style

    def is_hidden(self, element: Element) -> bool:
        """Whether an element has no place on the page, nor what is in it; aria-hidden hides nothing from view."""
        return element.tag in SKIPPED or self.look(element).gone

    def is_block(self, element: Element) -> bool:
        """Whether an element has lines of its own."""
        return element.tag not in INLINE or self.look(element).block

    def is_apart(self, element: Element) -> bool:
        """Whether an inline element stands apart from the text beside it."""
        return self.look(element).apart

    def children(self, element: Element) -> list[Element]:
        """The elements in one that have a place on the page, in the order in which they are shown."""
        held = [child for child in element if not self.is_hidden(child)]
        arranged = self.look(element).arranged if len(held) > 1 else 0
        if arranged:
            held.sort(key=lambda child: self.look(child).order)
        return held[::-1] if arranged < 0 else held

    def content(self, element: Element) -> list[Element | str]:
        """What is in an element, its own text first, in the order in which it is shown; texts as they are seen."""
        look = self.look(element)
        held: list[Element | str] = [_seen(own_text(element), look)]
        if not len(element):
            return held
        for child in element:
            held.append(child)
            if child.tail:
                held.append(_seen(child.tail, look))
        if look.arranged and len(held) > 1:
            held.sort(key=lambda part: 0 if isinstance(part, str) else self.look(part).order)
            held = held[::-1] if look.arranged < 0 else held
        return held

    def seen_text(self, element: Element, text: str) -> str:
        """A text of an element's own as it is seen: struck and raised parts are told from others."""
        return _seen(text, self.look(element))

    def marks(self, element: Element) -> tuple[str, str]:
        """What to write before and after an inline element's text, so that it is read correctly."""
        look = self.look(element)
        if look.turned is not None:
            return bidi.RTL if look.turned else bidi.LTR, bidi.END
        return (" ", " ") if look.apart else _NO_MARKS

    def text(self, cell: Element) -> str:
        """The text of a cell; pieces that stand apart are apart in it, and a mere picture is OBJECT."""
        if not len(cell):
            text = "".join(map(str, self._turned(cell))).strip()
            return bidi.visual(text) if len(text) < _LONG else text
        parts: list[str] = []
        pictured = False
        rest: list[Element | str] = [*reversed(self._turned(cell))]
        while rest:
            item = rest.pop()
            if isinstance(item, str):
                parts.append(item)
            elif self.is_hidden(item):
                continue
            elif item.tag in EMBEDDED:
                pictured = pictured or (self.look(item).seen and not is_icon(item))
            elif self.is_block(item):
                rest += ["\n", *reversed(self._turned(item)), "\n"]
            else:
                before, after = self.marks(item)
                rest += [after, *reversed(self.content(item)), before]
        text = "".join(parts).strip()
        text = bidi.visual(text) if len(text) < _LONG else text
        return OBJECT if pictured and not text else text

    def set_text(self, element: Element) -> str:
        """The text of an element in the lines of its source; hidden parts leave their lines."""
        parts: list[str] = []
        rest: list[Element | str] = [element]
        while rest:
            item = rest.pop()
            if isinstance(item, str):
                parts.append(item)
            elif self.is_hidden(item):
                parts.append("\n" * "".join(map(str, item.itertext())).count("\n"))
            else:
                before, after = self.marks(item)
                rest += [after, *reversed(self.content(item)), before]
        return "\n".join(bidi.visual(line) if len(line) < _LONG else line for line in "".join(parts).split("\n"))

    def _turned(self, block: Element) -> list[Element | str]:
        """What is in a block, between the marks of its direction."""
        content = self.content(block)
        if self.look(block).turned is None:
            return content
        before, after = self.marks(block)
        return [before, *content, after]


def _seen(text: str, look: Look) -> str:
    """A text as it is seen, raised digits and what is struck out told from others; '' for what is not seen."""
    if not look.seen:
        return ""
    text = text.translate(_RAISED["sup"]) if look.ink.raised else text
    text = f"{_STRIKE}{text}{_STRIKE}" if look.ink.struck and text.strip() else text
    return text


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
