"""What an element of a page shows: whether it shows at all, whether it stands apart, its text."""

from collections.abc import Iterator
from typing import TypeAlias

import lxml.html

from parsers import css

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
_ICON = 40
_STRUCK = frozenset({"del", "s", "strike"})
_STRIKE = "~~"
_RAISE = "^"
_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_LOWERED = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_FIELDS = frozenset({"", "date", "email", "number", "tel", "text", "url"})

Element: TypeAlias = lxml.html.HtmlElement


class Shown:
    """What is shown of the elements of one page, given its style sheets."""

    def __init__(self, sheets: css.Sheets) -> None:
        self.style = sheets.style

    def is_hidden(self, element: Element) -> bool:
        """Whether an element and all in it is not seen; aria-hidden keeps nothing from the eye."""
        return (
            not isinstance(element.tag, str)
            or element.tag in SKIPPED
            or "hidden" in element.attrib
            or css.hides(self.style(element))
        )

    def is_block(self, element: Element) -> bool:
        """Whether an element has lines of its own."""
        return element.tag not in INLINE or css.makes_block(self.style(element))

    def marks(self, element: Element) -> tuple[str, str]:
        """What to write before and after an inline element's text, so that it is taken for what it is."""
        style = self.style(element)
        if element.tag in _STRUCK or css.strikes(style):
            return _STRIKE, _STRIKE
        if css.raises(style) or (element.tag in ("sup", "sub") and len(element)):
            return _RAISE, ""
        return (" ", " ") if css.sets_apart(style) else ("", "")

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
            elif self.is_hidden(item):
                continue
            elif item.tag in EMBEDDED:
                pictured = pictured or not is_icon(item)
                parts.append("\n" if item.tag != "img" else "")
            else:
                before, after = ("\n", "\n") if self.is_block(item) else self.marks(item)
                parts += (before, own_text(item))
                rest.append(after)
                rest += content(item)
        text = "".join(parts).strip()
        return OBJECT if pictured and not text else text


def content(element: Element) -> Iterator[Element | str]:
    """An element's children and the texts after them, last first."""
    for child in reversed(element):
        if child.tail:
            yield child.tail
        yield child


def own_text(element: Element) -> str:
    """The text before an element's first child; of a form's field, what is filled in."""
    if element.tag == "input":
        return element.get("value", "") if element.get("type", "").lower() in _FIELDS else ""
    if element.tag == "select":
        options = list(element.iter("option"))
        chosen = [option for option in options if "selected" in option.attrib] or options
        return chosen[0].text or "" if chosen else ""
    text: str = element.text or ""
    if element.tag in ("sup", "sub"):
        return text.translate(_RAISED if element.tag == "sup" else _LOWERED)
    return text


def is_icon(element: Element) -> bool:
    """Whether a picture is stated to be too small to show a table or a figure."""
    sizes = (element.get(side, "").removesuffix("px") for side in ("width", "height"))
    return any(size.isdecimal() and int(size) < _ICON for size in sizes)
