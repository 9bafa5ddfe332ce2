"""The six chapters of a report: where their headings stand, and the text under each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import NamedTuple

from rapidfuzz import fuzz, process

from parsers.characters.folding import display_width, fold, label_key, spaced
from parsers.document.model import Block, Document, Grid, Paragraph
from parsers.formats.print_marks import is_lone_number
from parsers.narrative.furniture import without_furniture

_NUMERALS = {numeral: number for number, numeral in enumerate("一二三四五六", start=1)}
_NUMBERED = re.compile(r"(?:第)?(?P<number>[一二三四五六])(?:部分)?\s*[、.．,，:：]?\s*(?P<title>\D.*)")
_SENTENCE_END = ("。", "；", "，", "、", ",", ";")
_WITH_TEXT = re.compile(r"(?P<heading>[^:：\s]+)[:：\s]\s*(?P<text>\S.*)")
_MAX_HEADING = 45
_NUMBERED_SCORE = 75.0
_BARE_SCORE = 95.0
_OPENS_PARAGRAPH = re.compile(r"[（(][一二三四五六七八九十\d]{1,3}[）)]|[一二三四五六七八九十]{1,2}、|\d{1,2}[.、．]\D")
_CLOSES_SENTENCE = ("。", "！", "？", "；", "：", ":", ";")
_FULL_LINE = 0.85
_FULL_LINE_RANK = 0.9


@dataclass(frozen=True, slots=True)
class Heading:
    """A chapter's heading: the blocks it takes, and any text that follows it on its own line."""

    chapter: int
    title: str
    first: int
    last: int
    score: float
    text: str = ""


def find_headings(document: Document, chapters: Mapping[int, Sequence[str]]) -> list[Heading]:
    """The headings of the chapters found, in order, at most one a chapter."""
    candidates = list(_candidates(document.blocks, chapters))
    listed = {id(heading) for heading in _contents(document.blocks, candidates)}
    return _best_order([heading for heading in candidates if id(heading) not in listed])


def _candidates(blocks: Sequence[Block], chapters: Mapping[int, Sequence[str]]) -> Iterator[Heading]:
    lines = [_line(block) for block in blocks]
    bare = {number: label_key(titles[0]) for number, titles in chapters.items()}
    for index, line in enumerate(lines):
        if not line or not line[0].isalnum() or len(line) > 200:
            continue
        heading = _heading(line, index, index, chapters, bare)
        following = next((at for at in range(index + 1, min(index + 3, len(lines))) if lines[at]), None)
        if heading is None and following and len(line) + len(lines[following]) <= _MAX_HEADING:
            heading = _heading(line + lines[following], index, following, chapters, bare)
        if heading:
            yield heading


def _line(block: Block) -> str:
    if isinstance(block, Paragraph):
        return spaced(block.text)
    cells = {cell for row in block.rows[:1] for cell in row if cell and cell.text.strip()}
    return spaced(cells.pop().text) if len(cells) == 1 else ""


def _heading(
    line: str, first: int, last: int, chapters: Mapping[int, Sequence[str]], bare: Mapping[int, str]
) -> Heading | None:
    title, text = line, ""
    match = _NUMBERED.fullmatch(line)
    number = _NUMERALS[match["number"]] if match else None
    if match and number and number >= 5:
        # 六、其他需要报告的事项：无
        parts = _WITH_TEXT.fullmatch(line)
        if parts and _score(_NUMBERED.sub(r"\g<title>", parts["heading"]), chapters[number]) > _BARE_SCORE:
            return Heading(number, parts["heading"], first, last, 100.0, parts["text"])
    if len(line) > _MAX_HEADING or line.endswith(_SENTENCE_END):
        return None
    if match and number:
        score = _score(match["title"], chapters[number])
        return Heading(number, title, first, last, score, text) if score >= _NUMBERED_SCORE else None
    best = process.extractOne(label_key(line), bare, scorer=fuzz.ratio, score_cutoff=_BARE_SCORE)
    return Heading(best[2], title, first, last, best[1] - 5, text) if best else None


def _score(title: str, official: Sequence[str]) -> float:
    key = label_key(title)
    return max(fuzz.ratio(key, label_key(heading)) for heading in official)


def _contents(blocks: Sequence[Block], candidates: Sequence[Heading]) -> Iterator[Heading]:
    """Headings that are only listed: the next one follows at once, and the same one comes again."""
    latest = {heading.chapter: heading.first for heading in candidates}
    for heading, following in pairwise(candidates):
        between = blocks[heading.last + 1 : following.first]
        again = latest[heading.chapter] > heading.last
        if again and following.chapter == heading.chapter + 1 and not any(map(_says_anything, between)):
            yield heading


def _says_anything(block: Block) -> bool:
    return isinstance(block, Grid) or bool(block.embedded or spaced(block.text))


def _best_order(candidates: Sequence[Heading]) -> list[Heading]:
    """The ascending series of chapters with the best headings, the first of equals."""
    best: list[_Series] = []
    by_chapter: dict[int, _Series] = {}
    begun: list[_Series] = []
    for number, heading in enumerate(candidates):
        for ended in [series for series in begun if series.heading.last < heading.first]:
            chapter = ended.heading.chapter
            by_chapter[chapter] = max(by_chapter.get(chapter, ended), ended, key=_Series.rank)
        earlier = (series for chapter, series in by_chapter.items() if chapter < heading.chapter)
        before = max(earlier, key=_Series.rank, default=None)
        best.append(_Series(heading, before, heading.score + (before.score if before else 0.0), number))
        begun = [*(series for series in begun if series.heading.last >= heading.first), best[-1]]
    return max(best, key=_Series.rank).headings() if best else []


class _Series(NamedTuple):
    """A series of headings that ends with one, of which ``number`` is that among the candidates."""

    heading: Heading
    before: "_Series | None"
    score: float
    number: int

    def rank(self) -> tuple[float, int]:
        """The better, the greater; of equals the first."""
        return self.score, -self.number

    def headings(self) -> list[Heading]:
        """All headings of the series."""
        return [*(self.before.headings() if self.before else ()), self.heading]


def chapter_blocks(document: Document, headings: Sequence[Heading]) -> dict[int, list[Block]]:
    """The blocks of each chapter; the last one ends with the element that holds them, or before a page's furniture."""
    holder = _holder(document, headings)
    ends = [*(heading.first for heading in headings), len(document.blocks)][1:]
    chapters = {
        heading.chapter: [
            block for block in document.blocks[heading.last + 1 : end] if block.path[: len(holder)] == holder
        ]
        for heading, end in zip(headings, ends, strict=True)
    }
    if headings:
        last = headings[-1].chapter
        chapters[last] = without_furniture(chapters[last])
    return chapters


def outside_chapters(document: Document, headings: Sequence[Heading]) -> list[tuple[int, Block]]:
    """The blocks before chapter one and after the element that holds the chapters, with their numbers.

    Where chapter one or that element is not known, prose may stand there, and the blocks are left out.
    """
    holder = _holder(document, headings)
    before = headings[0].first if headings and headings[0].chapter == 1 else 0
    after = headings[-1].last + 1 if headings and holder else len(document.blocks)
    numbered = list(enumerate(document.blocks))
    return [*numbered[:before], *(pair for pair in numbered[after:] if pair[1].path[: len(holder)] != holder)]


def _holder(document: Document, headings: Sequence[Heading]) -> tuple[int, ...]:
    """The path of the element that holds the chapters; () where none is known."""
    return _common_path([document.blocks[heading.first].path for heading in headings])


def _common_path(paths: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    if len(paths) < 2:
        return ()
    common = []
    for numbers in zip(*paths, strict=False):
        if len(set(numbers)) > 1:
            break
        common.append(numbers[0])
    return tuple(common)


def plain_text(blocks: Sequence[Block]) -> str:
    """Blocks as they stand: a paragraph a line, a table row a line with tabs between its cells."""
    return "\n".join(line for block in blocks for line in _lines(block) if line.strip())


def print_width(document: Document) -> float:
    """How wide a full line of a hard-wrapped document is: in points of print, or in columns of text."""
    widths = sorted(_width(block) for block in document.blocks if isinstance(block, Paragraph) and block.text)
    return widths[int(_FULL_LINE_RANK * len(widths))] if widths else 0


def _width(line: Paragraph) -> float:
    return line.box.x1 - line.box.x0 if line.box else display_width(fold(line.text).strip())


def joined_text(blocks: Sequence[Block], width: float) -> str:
    """Narrative that was printed in lines of ``width``, as paragraphs; tables in it stay as they are."""
    parts = []
    for is_grid, run in groupby(blocks, key=lambda block: isinstance(block, Grid)):
        held = list(run)
        lines = [block for block in held if isinstance(block, Paragraph)]
        parts.append(plain_text(held) if is_grid else "\n".join(_joined(lines, _FULL_LINE * width)))
    return "\n".join(part for part in parts if part)


def _lines(block: Block) -> Iterator[str]:
    if isinstance(block, Paragraph):
        yield spaced(block.text)
        return
    for row in range(len(block.rows)):
        yield "\t".join(spaced(cell.text) for cell in block.origins(row))


def _joined(lines: Sequence[Paragraph], edge: float) -> Iterator[str]:
    """Join lines that reach the edge of the paper with what follows, across blank lines and page breaks too."""
    paragraph, full, blank = "", False, False
    for block in lines:
        line = fold(block.text).strip()
        if is_lone_number(line):
            continue
        if not line:
            blank = True
            continue
        cut = full and not (blank and paragraph.endswith(_CLOSES_SENTENCE))
        if paragraph and (not cut or _OPENS_PARAGRAPH.match(line)):
            yield _seamless(paragraph)
            paragraph = ""
        paragraph += f"\n{line}" if paragraph else line
        full, blank = _width(block) >= edge, False
    if paragraph:
        yield _seamless(paragraph)


def _seamless(paragraph: str) -> str:
    """One line of cut ones; words of Latin letters keep a space where they were cut."""
    joined = re.sub(r"(?<=[A-Za-z,.;])\n(?=[A-Za-z])", " ", paragraph)
    return spaced(joined.replace("\n", ""))
