"""HTML to a document: tables as grids with their spans, everything else as paragraphs."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

from lxml.etree import _Element as Element
from parsel import Selector

from parsers.document.model import Block, Document, Grid, GridCell, Paragraph, Unreadable, day_of, expand
from parsers.formats.web.css import keeps_lines
from parsers.formats.web.layout import Layout, SetLine
from parsers.formats.web.page import Page
from parsers.formats.web.shown import EMBEDDED, Shown, is_icon
from parsers.formats.web.tables import DataRows, table_parts

# The form's tables have 46 rows in all, that of 2019 has 48, up to ten of them heads. A page with fewer in tables has
# them elsewhere, or lacks some.
# tests/parsers/formats/web/test_layout.py shows both sides.
_FORM_ROWS = 35
# Slots that a table's cells cover. The form's largest has 350; 20,000 rows of 20 columns are all that is read.
_MAX_CELLS = 400_000
_DATE = re.compile(r"(20\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})")
_PRE = frozenset({"listing", "pre", "xmp"})
# The marks that 政府网站发展指引 (国办发〔2017〕47号) asks of every article's page, lower case.
_TITLE_MARK = "articletitle"
_DATE_MARK = "pubdate"


@dataclass(frozen=True, slots=True)
class _ElementEnd:
    """The end of an element, among what is still to be read."""

    text: str = ""
    block: bool = False


def read_html(page: Page, most_lines: int | None = None) -> Document:
    """Read an HTML page; hidden parts and scripts are no text, a table that holds tables is layout.

    Paragraphs are numbered from 1 in the order of the page, grids likewise. Where a page has not the
    rows of the form in tables, rows are also looked for in other elements (``layout.py``).
    Stops soon after ``most_lines`` lines and rows; raises :class:`Unreadable`.
    """
    if page.refusal:
        raise Unreadable(page.refusal)
    selector = page.selector
    if selector is None:
        return Document((), hard_wrapped=False)
    walk = _best_walk(Shown(selector, page.sheets), selector.root, most_lines)
    if walk.grid_rows < _FORM_ROWS and selector.xpath("//table"):
        other = _best_walk(Shown(selector, page.sheets, uncovered=True), selector.root, most_lines)
        walk = other if other.grid_rows > walk.grid_rows else walk
    titles = tuple(dict.fromkeys(chain(_marked(selector, _TITLE_MARK), _titles(selector))))
    return Document(tuple(walk.blocks), walk.is_hard_wrapped, titles, published=_published(selector))


def _best_walk(shown: Shown, root: Element, most_lines: int | None) -> "_Walk":
    """The page as its tables have it, or with the rows of other elements too, if these are more."""
    walk = _Walk(shown, most_lines)
    walk.read(root)
    if walk.grid_rows < _FORM_ROWS:
        other = _Walk(shown, most_lines, Layout(shown))
        other.read(root)
        walk = other if other.grid_rows > walk.grid_rows else walk
    return walk


def _titles(page: Selector) -> Iterator[str]:
    for tag in ("h1", "title", "h2"):
        yield from filter(None, map(_squashed, page.xpath(f"//{tag}").xpath("string()").getall()))


def _marked(page: Selector, name: str) -> Iterator[str]:
    """What the page's ``meta`` elements of a name say."""
    for mark in page.xpath("//meta[@name][@content]"):
        if mark.attrib["name"].lower() == name and mark.attrib["content"].strip():
            yield _squashed(mark.attrib["content"])


def _published(page: Selector) -> str | None:
    for stated in _marked(page, _DATE_MARK):
        match = _DATE.match(stated)
        if match and (day := day_of(*match.groups())):
            return day
    return None


class _Walk:
    """Collects the blocks of a page while walking its elements, however deep they are nested."""

    def __init__(self, shown: Shown, most_lines: int | None, layout: Layout | None = None) -> None:
        self.blocks: list[Block] = []
        self.grid_rows = 0
        self._all_rows = 0
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

    def read(self, root: Element) -> None:
        """Read all that is shown of an element."""
        rest: list[Element | DataRows | SetLine | _ElementEnd | str] = [root]
        while rest and not self._is_full():
            item = rest.pop()
            if isinstance(item, str):
                self._buffer.append(item)
            elif isinstance(item, _ElementEnd):
                self._end(item)
            elif isinstance(item, DataRows):
                self._grid(item)
            elif isinstance(item, SetLine):
                self._lines(item.text)
            elif not self._shown.is_hidden(item):
                rest += self._open(item)
        self._end_paragraph()

    def _is_full(self) -> bool:
        return self._most_lines is not None and self._paragraphs + self._all_rows > self._most_lines

    def _open(self, element: Element) -> Sequence[Element | DataRows | SetLine | _ElementEnd | str]:
        """Begin an element; returns what is to be read of it, last first."""
        if element.tag in EMBEDDED:
            self._embedded(element)
            return ()
        if not self._shown.is_block(element):
            before, after = self._shown.marks(element)
            self._buffer.append(before)
            return (_ElementEnd(after), *self._shown.content(element)[::-1])
        self._end_paragraph()
        self._elements += 1
        self._path.append(self._elements)
        return (_ElementEnd(block=True), *self._inside(element))

    def _inside(self, element: Element) -> Sequence[Element | DataRows | SetLine | str]:
        if element.tag == "table":
            return table_parts(element, self._shown)[::-1]
        if self._is_set_in_lines(element):
            self._lines(self._shown.text(element))
            return ()
        parts = self._layout.parts(element) if self._layout else None
        if parts is not None:
            return parts[::-1]
        return self._shown.content(element)[::-1]

    def _end(self, end: _ElementEnd) -> None:
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

    def _grid(self, rows: DataRows) -> None:
        self._end_paragraph()
        self._grids += 1
        self._all_rows += len(rows.cells)
        self.grid_rows += sum(any(cell and (cell.text or cell.shows) for cell in row) for row in rows.cells)
        if self._is_full():
            return
        if sum(cell.width * cell.height for row in rows.cells for cell in row if cell) > _MAX_CELLS:
            raise Unreadable(f"a table of more than {_MAX_CELLS:,} cells")
        path = tuple(self._path)
        spanned = [[cell for cell in row if cell] for row in rows.cells]
        grid = _ranged_right(self._grids, rows, path) if rows.right else expand(self._grids, spanned, path)
        self.blocks.append(grid)


def _ranged_right(number: int, rows: DataRows, path: tuple[int, ...]) -> Grid:
    """A grid of rows that end in the same column: one that lacks a group's cell begins further right."""
    widths = [sum(cell.width if cell else 1 for cell in row) for row in rows.cells]
    table: list[tuple[GridCell | None, ...]] = []
    for row_number, row in enumerate(rows.cells):
        line: list[GridCell | None] = [None] * (max(widths) - widths[row_number])
        for cell in row:
            held = GridCell(cell.text, row_number, len(line), cell.width, shows=cell.shows) if cell else None
            line += [held] * (cell.width if cell else 1)
        table.append(tuple(line))
    return Grid(number, tuple(table), path)


def _squashed(text: str) -> str:
    return " ".join(text.split())
