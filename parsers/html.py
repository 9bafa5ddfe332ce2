"""HTML to a document: tables as grids with their spans, everything else as paragraphs."""

import re
from collections.abc import Iterator

import lxml.html
from lxml.etree import ParserError

from parsers.document import Block, Document, Paragraph, expand

_SKIPPED = frozenset({"script", "style", "noscript", "template", "head", "select", "button", "iframe", "svg"})
_INLINE = frozenset({
    "a", "abbr", "b", "bdi", "bdo", "cite", "code", "data", "del", "dfn", "em", "font", "i", "ins", "kbd", "label",
    "mark", "o:p", "q", "s", "samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_MAX_SPAN = 100


def read_html(text: str) -> Document:
    """Read an HTML page; hidden parts and scripts are no text, a table that holds tables is layout.

    Paragraphs are numbered from 1 in the order of the page, grids likewise.
    """
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    try:
        root = lxml.html.document_fromstring(text.encode("utf-8", errors="replace"), parser=parser)
    except ParserError:
        return Document((), hard_wrapped=False)
    page = _Page()
    page.walk(root)
    page.end_paragraph()
    return Document(tuple(page.blocks), hard_wrapped=False, titles=tuple(_titles(root)))


def _titles(root: lxml.html.HtmlElement) -> Iterator[str]:
    for tag in ("h1", "title", "h2"):
        for element in root.iter(tag):
            title = _squashed(element.text_content())
            if title:
                yield title


class _Page:
    """Collects the blocks of a page while walking its elements."""

    def __init__(self) -> None:
        self.blocks: list[Block] = []
        self._buffer: list[str] = []
        self._path: list[int] = []
        self._elements = 0
        self._paragraphs = 0
        self._grids = 0

    def walk(self, element: lxml.html.HtmlElement) -> None:
        tag = element.tag
        if tag in _SKIPPED or _is_hidden(element):
            return
        if tag == "table" and not _holds_table(element):
            self.end_paragraph()
            self._table(element)
            return
        block = tag not in _INLINE
        if block:
            self.end_paragraph()
            self._elements += 1
            self._path.append(self._elements)
        if element.text:
            self._buffer.append(element.text)
        for child in element:
            self.walk(child)
            if child.tail:
                self._buffer.append(child.tail)
        if block:
            self.end_paragraph()
            self._path.pop()

    def end_paragraph(self) -> None:
        text = _squashed("".join(self._buffer))
        self._buffer.clear()
        if text:
            self._paragraphs += 1
            self.blocks.append(Paragraph(text, self._paragraphs, tuple(self._path)))

    def _table(self, table: lxml.html.HtmlElement) -> None:
        rows = []
        for row in table.iter("tr", "caption"):
            if row.tag == "caption":
                self._buffer.append(_cell_text(row))
                self.end_paragraph()
            elif not _is_hidden(row):
                cells = (cell for cell in row if cell.tag in ("td", "th") and not _is_hidden(cell))
                rows.append([(_cell_text(cell), _span(cell, "colspan"), _span(cell, "rowspan")) for cell in cells])
        if rows:
            self._grids += 1
            self.blocks.append(expand(self._grids, rows, tuple(self._path)))


def _holds_table(element: lxml.html.HtmlElement) -> bool:
    tables = element.iter("table")
    next(tables)
    return next(tables, None) is not None


def _is_hidden(element: lxml.html.HtmlElement) -> bool:
    return "hidden" in element.attrib or bool(_HIDDEN.search(element.get("style", "")))


def _span(cell: lxml.html.HtmlElement, name: str) -> int:
    value = cell.get(name, "1").strip()
    return min(max(int(value), 1), _MAX_SPAN) if value.isdecimal() else 1


def _cell_text(cell: lxml.html.HtmlElement) -> str:
    parts = [cell.text or ""]
    for element in cell.iterdescendants():
        # Text on both sides of a break is two texts: 1<br>3 is not 13.
        separator = "" if element.tag in _INLINE else "\n"
        parts += [separator, "" if element.tag in _SKIPPED else element.text or "", separator, element.tail or ""]
    return "".join(parts).strip()


def _squashed(text: str) -> str:
    return " ".join(text.split())
