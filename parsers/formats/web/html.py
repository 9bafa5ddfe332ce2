"""HTML to a document: tables as grids with their spans, everything else as paragraphs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from lxml import etree
from lxml.etree import _Element as Element

from parsers.document.model import Block, Document, Grid, GridCell, Paragraph, Unreadable, day_of, expand
from parsers.formats.web.css import Sheets, keeps_lines
from parsers.formats.web.layout import Layout, SetLine
from parsers.formats.web.shown import EMBEDDED, Shown, content, is_icon, own_text
from parsers.formats.web.tables import Rows, table_parts

_FORM_ROWS = 35
# What follows the end of a page is shown as well; libxml2 would drop it.
_CLOSING = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_MAX_TAGS = 400_000
_MAX_CELLS = 400_000
_DATE = re.compile(r"(20\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_PRE = frozenset({"listing", "pre", "xmp"})
# The marks that 政府网站发展指引 (国办发〔2017〕47号) asks of every article's page, lower case.
_TITLE_MARK = "articletitle"
_DATE_MARK = "pubdate"


@dataclass(frozen=True, slots=True)
class _End:
    """The end of an element, among what is still to be read."""

    text: str = ""
    block: bool = False


def read_html(text: str, most_lines: int | None = None) -> Document:
    """Read an HTML page; hidden parts and scripts are no text, a table that holds tables is layout.

    Paragraphs are numbered from 1 in the order of the page, grids likewise. Where a page has not the
    rows of the form in tables, rows are also looked for in other elements (``parsers/layout.py``).
    Stops soon after ``most_lines`` lines and rows; raises :class:`Unreadable`.
    """
    root = _root(text)
    if root is None:
        return Document((), hard_wrapped=False)
    shown = Shown(Sheets(sheet.text or "" for sheet in root.iter("style")))
    page = _Page(shown, most_lines)
    page.walk(root)
    if page.grid_rows < _FORM_ROWS:
        other = _Page(shown, most_lines, Layout(shown))
        other.walk(root)
        page = other if other.grid_rows > page.grid_rows else page
    titles = tuple(dict.fromkeys(chain(_marked(root, _TITLE_MARK), _titles(root))))
    return Document(tuple(page.blocks), page.is_hard_wrapped, titles, published=_published(root))


def _root(text: str) -> Element | None:
    tags = text.count("<")
    if tags > _MAX_TAGS:
        raise Unreadable(f"too many elements: {tags:,} tags, and no report has more than {_MAX_TAGS:,}")
    text = _CLOSING.sub("", text)
    # Without huge_tree, libxml2 leaves out in silence what stands deeper than 256 elements.
    parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
    try:
        root = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
    except etree.XMLSyntaxError:
        return None
    if root is not None and any("depth" in entry.message for entry in parser.error_log):
        raise Unreadable("elements are nested too deep")
    return root


def _titles(root: Element) -> Iterator[str]:
    for tag in ("h1", "title", "h2"):
        for element in root.iter(tag):
            title = _squashed("".join(map(str, element.itertext())))
            if title:
                yield title


def _marked(root: Element, name: str) -> Iterator[str]:
    """What the page's ``meta`` elements of a name say."""
    for mark in root.iter("meta"):
        if mark.get("name", "").lower() == name and mark.get("content", "").strip():
            yield _squashed(mark.get("content", ""))


def _published(root: Element) -> str | None:
    for stated in _marked(root, _DATE_MARK):
        match = _DATE.match(stated)
        if match and (day := day_of(*match.groups())):
            return day
    return None


class _Page:
    """Collects the blocks of a page while walking its elements, however deep they are nested."""

    def __init__(self, shown: Shown, most_lines: int | None, layout: Layout | None = None) -> None:
        self.blocks: list[Block] = []
        self.grid_rows = 0
        self._shown = shown
        self._most_lines = most_lines
        self._layout = layout
        self._buffer: list[str] = []
        self._path: list[int] = []
        self._elements = 0
        self._paragraphs = 0
        self._grids = 0
        self._print_lines = 0

    @property
    def is_hard_wrapped(self) -> bool:
        """Whether most of the page is lines as they were set, not paragraphs."""
        return 2 * self._print_lines > self._paragraphs

    def walk(self, root: Element) -> None:
        """Read all that is shown of an element."""
        rest: list[Element | Rows | SetLine | _End | str] = [root]
        while rest and not self._is_full():
            item = rest.pop()
            if isinstance(item, str):
                self._buffer.append(item)
            elif isinstance(item, _End):
                self._end(item)
            elif isinstance(item, Rows):
                self._grid(item)
            elif isinstance(item, SetLine):
                self._lines(item.text)
            elif not self._shown.is_hidden(item):
                rest += self._open(item)
        self._end_paragraph()

    def _is_full(self) -> bool:
        return self._most_lines is not None and self._paragraphs + self.grid_rows > self._most_lines

    def _open(self, element: Element) -> Sequence[Element | Rows | SetLine | _End | str]:
        """Begin an element; returns what is to be read of it, last first."""
        if element.tag in EMBEDDED:
            self._embedded(element)
            return ()
        if not self._shown.is_block(element):
            before, after = self._shown.marks(element)
            self._buffer += (before, own_text(element))
            return (_End(after), *content(element)) if after else tuple(content(element))
        self._end_paragraph()
        self._elements += 1
        self._path.append(self._elements)
        return (_End(block=True), *self._inside(element))

    def _inside(self, element: Element) -> Sequence[Element | Rows | SetLine | str]:
        if element.tag == "table":
            return table_parts(element, self._shown)[::-1]
        if self._is_set_in_lines(element):
            self._lines(self._shown.text(element))
            return ()
        parts = self._layout.parts(element) if self._layout else None
        if parts is not None:
            return parts[::-1]
        self._buffer.append(own_text(element))
        return tuple(content(element))

    def _end(self, end: _End) -> None:
        self._buffer.append(end.text)
        if end.block:
            self._end_paragraph()
            self._path.pop()

    def _end_paragraph(self) -> None:
        text = _squashed("".join(self._buffer))
        self._buffer.clear()
        if text:
            self._paragraph(text)

    def _paragraph(self, text: str, embedded: str = "") -> None:
        self._paragraphs += 1
        self.blocks.append(Paragraph(text, self._paragraphs, tuple(self._path), embedded=embedded))

    def _embedded(self, element: Element) -> None:
        if not is_icon(element):
            self._end_paragraph()
            self._paragraph("", EMBEDDED[element.tag])

    def _is_set_in_lines(self, element: Element) -> bool:
        in_lines = element.tag in _PRE or keeps_lines(self._shown.style(element))
        return in_lines and not any(
            self._shown.is_block(inner) and inner.tag != "br" for inner in element.iterdescendants()
        )

    def _lines(self, text: str) -> None:
        for line in text.split("\n"):
            self._print_lines += 1
            self._paragraph(line.rstrip())

    def _grid(self, rows: Rows) -> None:
        self._end_paragraph()
        self._grids += 1
        self.grid_rows += len(rows.cells)
        if self._is_full():
            return
        if sum(cell[1] * cell[2] for row in rows.cells for cell in row if cell) > _MAX_CELLS:
            raise Unreadable(f"a table of more than {_MAX_CELLS:,} cells")
        path = tuple(self._path)
        spanned = [[cell for cell in row if cell] for row in rows.cells]
        grid = _ranged_right(self._grids, rows, path) if rows.right else expand(self._grids, spanned, path)
        self.blocks.append(grid)


def _ranged_right(number: int, rows: Rows, path: tuple[int, ...]) -> Grid:
    """A grid of rows that end in the same column: one that lacks a group's cell begins further right."""
    widths = [sum(cell[1] if cell else 1 for cell in row) for row in rows.cells]
    table: list[tuple[GridCell | None, ...]] = []
    for row_number, row in enumerate(rows.cells):
        line: list[GridCell | None] = [None] * (max(widths) - widths[row_number])
        for cell in row:
            line += [GridCell(cell[0], row_number, len(line), cell[1])] * cell[1] if cell else [None]
        table.append(tuple(line))
    return Grid(number, tuple(table), path)


def _squashed(text: str) -> str:
    return " ".join(text.split())
