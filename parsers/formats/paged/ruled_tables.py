"""From the characters and ruled lines of a page to tables and lines of text.

A cell is what rules enclose; the text of a cell is what stands inside. Nothing is guessed from the
text itself, so a grid that is found is the grid that was drawn.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from parsers.document.reasons import Why
from parsers.formats.paged.page import UNKNOWN, Cover, Glyph, PrintedPage, Rectangle, is_nameless
from parsers.formats.paged.rules import Frame, areas, extents, frames_of
from parsers.formats.paged.words import (
    TextLine,
    Word,
    least_confidence,
    line_text,
    lines_of,
    text_lines,
    word_of,
    words_of,
)

# The most (points) that programs leave free on each side in a cell: Word 5.4, LibreOffice 2.8, style sheets up to 8.
_PADDING = 8.0
# How far (points) a picture or a note reaches into a cell at least: rims of fields lie on the rules.
_REACH = 2.0
# The share of a page from which on a picture is its background: a watermark, or the paper.
_BACKGROUND = 0.5
# What figures are written with.
_OF_FIGURES = "0123456789.,，．-−%"


class RuledCell(NamedTuple):
    """A cell and its text; lines inside it are parted by line feeds."""

    box: Rectangle
    text: str
    confidence: float | None = None
    shows: Why | None = None


@dataclass(frozen=True, slots=True)
class RuledTable:
    """A ruled table: the edges of its columns and rows, and its cells, which may span several."""

    page: int
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[RuledCell, ...]

    @property
    def top(self) -> float:
        """Where it begins on its page."""
        return self.ys[0]


PageBlock = RuledTable | TextLine


def page_blocks(page: PrintedPage) -> list[PageBlock]:
    """The tables and lines of a page from top to bottom."""
    frames = frames_of(page.rules)
    words = words_of(page.glyphs)
    inside, outside = _sorted_into(frames, words)
    tables = []
    for frame, held in zip(frames, inside, strict=True):
        table = _table(page, frame, held)
        if table:
            tables.append(table)
        else:
            outside += held
    blocks: list[PageBlock] = [*tables, *text_lines(page.number, _doubted(outside, page.covers))]
    return sorted(blocks, key=lambda block: block.top)


def _doubted(words: Sequence[Word], covers: Sequence[Cover]) -> list[Word]:
    """Words outside of tables; a figure that a cover lies over, or in whose line it stands, is no longer one."""
    doubted = [
        word_of([glyph._replace(text=UNKNOWN) for glyph in word.glyphs])
        if not word.text.strip(_OF_FIGURES) and any(_meets(word.box, cover.box) for cover in covers)
        else word
        for word in words
    ]
    figures = [word.box for word in words if word.text.isdigit()]
    beside = [cover.box for cover in covers if cover.why is Why.SHOWS_FAINT]
    beside = [box for box in beside if any(one.top < (box.top + box.bottom) / 2 < one.bottom for one in figures)]
    return [*doubted, *(word_of([Glyph(UNKNOWN, *box)]) for box in beside)]


def _sorted_into(frames: Sequence[Frame], words: Iterable[Word]) -> tuple[list[list[Word]], list[Word]]:
    """The words inside each frame, the smallest that holds them, and those outside of all."""
    outside: list[Word] = []
    inside: list[list[Word]] = [[] for _ in frames]
    homes = [(frame.box, held) for frame, held in zip(frames, inside, strict=True)]
    for word in words:
        x0, top, x1, bottom = word.box
        x, y = (x0 + x1) / 2, (top + bottom) / 2
        for box, held in homes:
            if box.x0 < x < box.x1 and box.top < y < box.bottom:
                held.append(word)
                break
        else:
            outside.append(word)
    return inside, outside


def _table(page: PrintedPage, frame: Frame, words: Iterable[Word]) -> RuledTable | None:
    """The frame's cells with their words; None if it has but one cell, and so is only a frame."""
    xs, ys = frame.xs, frame.ys
    slots = areas(frame)
    held = _held(words, slots, xs, ys)
    cells = []
    covers = _covers(page)
    for area, (top, left, bottom, right) in extents(slots, len(xs) - 1).items():
        box = Rectangle(xs[left], ys[top], xs[right + 1], ys[bottom + 1])
        if own := held.get(area):
            text = _cell_text(own, box.x1 - box.x0)
            cells.append(RuledCell(box, text, least_confidence(own), _shows(box, text, covers)))
        elif frame.is_shut(left, right + 1, box):
            cells.append(RuledCell(box, "", shows=_shows(box, "", covers)))
    return RuledTable(page.number, xs, ys, tuple(cells)) if len(cells) > 1 else None


def _covers(page: PrintedPage) -> list[Cover]:
    """What shows more than text on a page: its covers, and pictures with no text upon them that are no background."""
    most = _BACKGROUND * page.width * page.height
    pictures = (
        () if page.looked_at else (box for box in page.pictures if (box.x1 - box.x0) * (box.bottom - box.top) < most)
    )
    return [*page.covers, *(Cover(box, Why.SHOWS_PICTURE) for box in pictures)]


def _shows(box: Rectangle, text: str, covers: Sequence[Cover]) -> Why | None:
    """What a cell shows besides its text."""
    why = next(
        (cover.why for cover in covers if _meets(box, cover.box) and not (text and cover.why is Why.SHOWS_FAINT)), None
    )
    return why or (Why.NAMELESS if any(is_nameless(character) for character in text) else None)


def _meets(cell: Rectangle, box: Rectangle) -> bool:
    """Whether a box reaches into a cell by more than its rim."""
    across = min(cell.x1, box.x1) - max(cell.x0, box.x0)
    down = min(cell.bottom, box.bottom) - max(cell.top, box.top)
    return across > _REACH and down > _REACH


def _held(
    words: Iterable[Word], areas: Sequence[int], xs: Sequence[float], ys: Sequence[float]
) -> dict[int, list[Word]]:
    """The words of each area."""
    width, height = len(xs) - 1, len(ys) - 1

    def area_at(item: Glyph | Rectangle) -> int:
        x, y = (item.x0 + item.x1) / 2, (item.top + item.bottom) / 2
        return areas[(bisect_right(ys, y, 1, height) - 1) * width + bisect_right(xs, x, 1, width) - 1]

    held: dict[int, list[Word]] = {}
    for word in words:
        home = area_at(word.box)
        glyphs = word.glyphs
        if len(glyphs) > 1 and not area_at(glyphs[0]) == area_at(glyphs[-1]) == home:
            word = _trusted(word, [area_at(glyph) for glyph in glyphs], home)  # noqa: PLW2901
        held.setdefault(home, []).append(word)
    return held


def _trusted(word: Word, areas: Sequence[int], home: int) -> Word:
    """A word; one that crosses a rule without any confidence, unless it juts out of its cell on both sides.

    A number too wide for its cell does that; any other might be the numbers of two cells that touch.
    """
    left = next((at for at, area in enumerate(areas) if area == home), 0)
    right = next((at for at, area in enumerate(reversed(areas)) if area == home), 0)
    if left + right == 0 or (abs(left - right) <= 1 and left + right < len(areas) / 2):
        return word
    return word_of([glyph._replace(confidence=0.0) for glyph in word.glyphs])


def _cell_text(words: Sequence[Word], width: float) -> str:
    """The lines of a cell; a number that was too long for its cell's width is put together again."""
    if len(words) == 1:
        return words[0].text
    text, last = "", None
    for line in lines_of(words):
        following = line_text(line)
        cut = last is not None and _is_cut(text, following, width - last, line[0].glyphs[0])
        text += following if cut or not text else f"\n{following}"
        last = line[-1].box.x1 - line[0].box.x0
    return text


def _is_cut(text: str, following: str, free: float, glyph: Glyph) -> bool:
    """Whether a number goes on in the next line because its next digit had no room."""
    digits = text[-1:].isdigit() and following[:1].isdigit()
    return digits and "\n" not in text and free < 2 * _PADDING + glyph.x1 - glyph.x0
