"""What a cell of a page shows, or may show, besides its text: pictures, fields, what scripts write or styles paint."""

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache

from lxml.etree import _Element as Element
from parsel import Selector

from parsers.document.reasons import Why
from parsers.formats.web.cascade import Cascade
from parsers.formats.web.look import Look

_PICTURES = frozenset({
    "applet", "canvas", "embed", "frame", "iframe", "img", "meter", "object", "progress", "svg", "v:imagedata", "video",
})  # fmt: skip
_FIELDS = frozenset({"button", "select", "textarea"})
PLAIN_INPUTS = frozenset({"", "date", "email", "number", "tel", "text", "url"})
"""The kinds of input that show what is filled in as it is."""
# A picture no larger than this (pixels) only keeps others apart.
_SPACER = 2
# Attributes by which the usual frameworks fill elements, the page's own scripts apart.
_BOUND = re.compile(r"(?:v|x|ng|data-ng)-(?:text|html|bind\S*)|data-bind|th:u?text|\[innertext]|\[innerhtml]")
_STRING = re.compile(r"\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*'|`(?:[^`\\]|\\.)*`")
_NAME = re.compile(r"[\w-]+")
_WRITES = (
    r"(?:inner(?:HTML|Text)|outerHTML|textContent|insertAdjacent|nodeValue"
    r"|\.(?:text|html|val|append|prepend)\(\s*[^)\s]|\.value\s*=)"
)
_WRITTEN_PROPERTY = re.compile(rf"\b([A-Za-z_$][\w$]*)\.?{_WRITES}")
_WRITING = re.compile(rf"{_WRITES}|document\.write")
# A statement that writes into cells by their kind or number.
_CELLS_WRITTEN = re.compile(
    rf"(?:[\"'`][^\"'`\n]*\b(?:td|tr|table)\b[^\"'`\n]*[\"'`]|\.cells\b|\.rows\b)[^;\n]{{0,120}}?{_WRITES}"
)
_UNSEEN = frozenset({"option", "style", "template"})
# What a figure is made of, and a text with one that is the same in a paragraph from right to left.
_FIGURE = re.compile(r"[\d+.,，．－-]")
_EITHER_WAY = re.compile(r"\d+(?:[.,]\d+)*[\u4e00-\u9fff]*")
_BULLETS = frozenset({"circle", "disc", "none", "square"})
# Parts of one figure are of one size; what is so much smaller is a note, or no part of it.
_LARGER = 1.15
# In a cell, a script that calls nothing and sets nothing writes nothing.
_ACTS = re.compile(r"[(=]")
# Scripts of a page that are looked at, characters; libraries are longer, and write into no cell of their own accord.
_MOST_SCRIPT = 200_000
_SHOWN_CONTENT = re.compile(r"[\"'][^\"']*[^\s\u200b\"'][^\"']*[\"']|\b(?:attr|counters?|url)\(")
_URL = re.compile(r"url\((.*?)\)")


class Unread:
    """What the cells of one page show besides their text."""

    def __init__(self, page: Selector, cascade: Cascade, content: Callable[[Element], list[Element | str]]) -> None:
        self._page = page
        self._cascade = cascade
        self._content = content

    def of(self, cell: Element, text: str) -> Why | None:
        """Why a cell's text may not be what is seen in it, or None; ``text`` is all of its text."""
        for element in self._seen(cell):
            if element.tag == "script":
                why = Why.SHOWS_SCRIPT if _ACTS.search(element.text or "") else None
            else:
                why = self._embedded(element) or self._written(element, text) or self._painted(element)
            if why:
                return why
        if not text:
            return Why.SHOWS_SCRIPT if self._scripts.fill_cells else self._faint(cell)
        return self._disguised(cell, text) if _FIGURE.search(text) else None

    def _disguised(self, cell: Element, text: str) -> Why | None:
        """Whether a figure's style may show another one than its text, or parts of it are in several elements."""
        if len(cell):
            figures = [(of, moved) for of, moved, piece in self._pieces(cell) if _FIGURE.search(piece)]
        else:
            look = self._cascade.look(cell)
            figures = [(look, look.is_moved(text))]
        sizes = [of.ink.size for of, _ in figures]
        if any(of.ink.symbols for of, _ in figures):
            return Why.SHOWS_SYMBOLS
        if any(of.doubtful or moved for of, moved in figures) or max(sizes, default=1) > _LARGER * min(
            sizes, default=1
        ):
            return Why.STYLED
        if figures and figures[0][0].ink.is_rtl and not _EITHER_WAY.fullmatch(text):
            return Why.SHOWS_REVERSED
        return Why.LACKS_STYLE if len(figures) > 1 and not self._cascade.is_whole else None

    def _faint(self, cell: Element) -> Why | None:
        """Whether a figure stands in a cell that its colour, size or place hides, not its style in plain words."""
        rest = [cell]
        while rest:
            element = rest.pop()
            look = self._cascade.look(element)
            if element.tag in _UNSEEN or look.gone:
                continue
            own = (element.text, element.get("value"), *(inner.tail for inner in element))
            if look.ink.visible and not look.seen and any(text and _FIGURE.search(text) for text in own):
                return Why.SHOWS_FAINT
            rest += element
        return None

    def _pieces(self, cell: Element) -> Iterator[tuple[Look, bool, str]]:
        """The texts that are seen in a cell, with the looks of their elements, and whether they were moved or cut."""
        rest = [(cell, _is_moved(cell, self._cascade.look(cell)))]
        while rest:
            element, moved = rest.pop()
            look = self._cascade.look(element)
            for part in self._content(element):
                if isinstance(part, str):
                    yield look, moved, part
                elif part.tag not in _UNSEEN and not (inner := self._cascade.look(part)).gone:
                    rest.append((part, moved or _is_moved(part, inner)))

    def _seen(self, cell: Element) -> Iterator[Element]:
        """A cell and the elements in it that are seen."""
        rest = [cell]
        while rest:
            element = rest.pop()
            look = self._cascade.look(element)
            if element.tag not in _UNSEEN and not look.gone:
                if look.seen:
                    yield element
                rest += element

    def _embedded(self, element: Element) -> Why | None:
        if element.tag in _PICTURES:
            return None if _is_spacer(element) else Why.SHOWS_PICTURE
        if element.tag == "input":
            kind = element.get("type", "").lower()
            plain = kind in PLAIN_INPUTS and element.get("value", "").strip()
            return None if kind == "hidden" or plain else Why.SHOWS_FIELD
        return Why.SHOWS_FIELD if element.tag in _FIELDS and not _filled(element) else None

    def _written(self, element: Element, text: str) -> Why | None:
        """Whether scripts or a framework write into an element; a class is no proof of that where there is text."""
        if not element.attrib:
            return None
        attributes = {str(name): str(value) for name, value in element.items()}
        bound = any(map(_is_bound, attributes))
        named = attributes.get("id", "") in self._scripts.names
        if not text:
            named = named or not self._scripts.names.isdisjoint(attributes.get("class", "").split())
            named = named or any(name in self._scripts.names for name in attributes if name.startswith("data-"))
        return Why.SHOWS_SCRIPT if bound or named else None

    def _painted(self, element: Element) -> Why | None:
        """Whether a style writes into an element, or paints a picture where it has no text of its own."""
        if element.tag != "li" and self._cascade.is_bare(element) and element.get("background") is None:
            return None
        if self._cascade.dresses_letters(element) or self._cascade.covers(element):
            return Why.STYLED
        if element.tag == "li" and not self._is_unnumbered(element):
            return Why.SHOWS_NUMBER
        if any(_SHOWN_CONTENT.search(content) for content in self._cascade.generated(element)):
            return Why.SHOWS_STYLE
        picture = self._background(element)
        return Why.SHOWS_STYLE if picture and not _has_text(element) and picture not in self._decoration else None

    def _is_unnumbered(self, item: Element) -> bool:
        """Whether no number that counts the items of a list stands before one."""
        around = item.getparent()
        kinds = [self._cascade.look(one).style for one in (item, around) if one is not None]
        stated = " ".join(f"{kind.get('list-style', '')} {kind.get('list-style-type', '')}" for kind in kinds).split()
        return not _BULLETS.isdisjoint(stated) if stated else around is None or around.tag != "ol"

    def _background(self, element: Element) -> str:
        found = _URL.search(self._cascade.look(element).style.get("background-image", ""))
        return found[1].strip("\"' ") if found else element.get("background", "").lower()

    @cached_property
    def _decoration(self) -> frozenset[str]:
        """The pictures that lie behind texts somewhere on the page: figures do not."""
        elements = self._page.xpath("//table//*[self::td or self::th or ancestor::td or ancestor::th]")
        return frozenset(picture for one in elements if (picture := self._background(one.root)) and _has_text(one.root))

    @cached_property
    def _scripts(self) -> "_Scripts":
        return _Scripts(self._page)


class _Scripts:
    """What the scripts of a page may write into: names of elements, or cells by their number."""

    def __init__(self, page: Selector) -> None:
        texts = page.xpath("//script[not(@src)][not(@type) or contains(@type, 'javascript') or @type='module']/text()")
        held = [text for text in texts.getall() if len(text) <= _MOST_SCRIPT and _WRITING.search(text)]
        names = {name for text in held for found in _STRING.findall(text) for name in _NAME.findall(found)}
        names.update(name for text in held for name in _WRITTEN_PROPERTY.findall(text))
        self.names = frozenset(names - {""})
        self.fill_cells = any(_CELLS_WRITTEN.search(text) for text in held)


@lru_cache(maxsize=1024)
def _is_bound(name: str) -> bool:
    """Whether an attribute is one by which a framework fills its element."""
    return bool(_BOUND.match(name))


def _is_spacer(element: Element) -> bool:
    sizes = (element.get(side, "").removesuffix("px") for side in ("width", "height"))
    return any(size.isdecimal() and int(size) <= _SPACER for size in sizes)


def _is_moved(element: Element, look: Look) -> bool:
    """Whether an element's text may stand elsewhere, or is cut off at its side."""
    return look.moved or (look.room is not None and look.is_moved(_text_of(element)))


def _text_of(element: Element) -> str:
    return "".join(map(str, element.itertext())).strip()


def _filled(element: Element) -> bool:
    """Whether a field shows a text that the page states."""
    return element.tag != "button" and _has_text(element)


def _has_text(element: Element) -> bool:
    return any(part.strip() for part in element.itertext())
