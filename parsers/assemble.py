"""A document read as an annual report: title, agency, year, chapters, cells, checks and status."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from parsers.alignment.align import Alignment, align
from parsers.alignment.proof import without_lost_sums
from parsers.characters.folding import spaced
from parsers.document.model import Block, Document, Grid, NoReport, Paragraph, day_of
from parsers.document.reasons import Reason, Why
from parsers.document.values import CellValue, State
from parsers.form.checks import evaluate
from parsers.form.model import forms
from parsers.narrative.chapters import (
    Heading,
    chapter_blocks,
    find_headings,
    joined_text,
    outside_chapters,
    plain_text,
    print_width,
)
from parsers.narrative.page_context import Surroundings, read_surroundings
from parsers.narrative.preamble import read_preamble
from parsers.narrative.title import Title, find_title, year_of_period
from parsers.report import Chapter, Report, lost_chapters, prose_of, status_of, with_stated

_LEAST_ROWS = 4
_LEAST_CHAPTERS = 2
_TABLE_CHAPTERS = (2, 3, 4)
_TITLE_LINES = 60
_DAY = r"\s*[:：]?\s*(20\d\d)\s*[-年/.]\s*(\d{1,2})\s*[-月/.]\s*(\d{1,2})"
_PUBLISHED = re.compile(rf"(?:发布|公开|发文|成文|生成|公布)(?:时间|日期){_DAY}")
_DATED = re.compile(rf"(?:^|[\s|｜【\[])(?:时间|日期)\s*[:：]{_DAY}")
# The statistics table of the reports on 2014 to 2018.
_OLD_FORM = "政府信息公开情况统计表"
_YEAR_IN_TITLE = re.compile(r"20\d\d")
_LEAST_COPY = 8
_LEAST_TEXT = 1000


@dataclass(frozen=True, slots=True)
class Findings:
    """What was found in a document, whether or not it makes a report; ``aligned`` are the blocks read as tables."""

    document: Document
    headings: Sequence[Heading]
    surroundings: Surroundings
    title: Title | None
    agency: str | None
    year: int | None
    alignment: Alignment
    aligned: range


def find(document: Document) -> Findings:
    """Find a report's headings, title and tables in a document."""
    headings = find_headings(document, forms()[0].chapters)
    surroundings = _surroundings(document, headings)
    lines = _title_lines(document, headings, surroundings)
    title = _title(lines, document)
    agency, year = _whose(title, lines, document)
    aligned, alignment = _alignment(document.blocks, headings, year)
    return Findings(document, headings, surroundings, title, agency, year, alignment, aligned)


def read_report(document: Document) -> Report:
    """Read a document; raises :class:`NoReport` where neither chapters nor tables are found."""
    return report_of(find(document))


def report_of(found: Findings) -> Report:
    """The report that findings make; raises :class:`NoReport` where neither chapters nor tables are among them."""
    document, headings, title, year = found.document, found.headings, found.title, found.year
    alignment = found.alignment
    least_chapters = _LEAST_CHAPTERS - (title is not None and title.agency is not None)
    if alignment.rows_found < _LEAST_ROWS and len(headings) < least_chapters:
        raise NoReport(
            f"no annual report: neither the chapters nor the tables of the form were found{_only(document)}",
            read_surroundings(enumerate(document.blocks), None).hint,
        )
    chapters = _chapters(document, headings, title)
    checks = evaluate(alignment.form.identities, alignment.cells)
    missing = _missing(alignment, chapters, document, headings, year)
    edition, agency = alignment.form.edition, found.agency
    prose = prose_of(chapters, alignment.cells, edition, year, agency)
    return Report(
        title=title.text if title else None,
        agency=agency,
        year=year,
        edition=edition,
        status=status_of(alignment.cells, checks, missing),
        chapters=chapters,
        cells=with_stated(alignment.cells, prose.statements),
        checks=checks,
        places=alignment.places,
        prose=prose,
        missing=missing,
        published=document.published or _published(document, headings),
        printed_url=document.printed_url,
        printed_on=document.printed_on,
        hint=found.surroundings.hint,
    )


def _surroundings(document: Document, headings: Sequence[Heading]) -> Surroundings:
    chapters = document.blocks[headings[0].first].path if headings else None
    return read_surroundings(outside_chapters(document, headings), chapters)


def _only(document: Document) -> str:
    """What a document without text shows instead."""
    texts = sum(len(block.text) for block in document.blocks if isinstance(block, Paragraph))
    shown = {block.embedded for block in document.blocks if isinstance(block, Paragraph) and block.embedded}
    return f"; the page shows {' and '.join(sorted(shown))}" if shown and texts < _LEAST_TEXT else ""


def _alignment(blocks: Sequence[Block], headings: Sequence[Heading], year: int | None) -> tuple[range, Alignment]:
    """Align the part between the narrative chapters, all of the document if that lacks a row; also says which."""
    before = max((h.last + 1 for h in headings if h.chapter < _TABLE_CHAPTERS[0]), default=0)
    start = next((h.first for h in headings if h.chapter == _TABLE_CHAPTERS[0]), before)
    end = next((h.first for h in headings if h.chapter > _TABLE_CHAPTERS[-1]), len(blocks))
    alignment = align(blocks[start:end], year)
    alignment = _contested(alignment, [*blocks[:start], *blocks[end:]], year)
    if alignment.rows_found < len(alignment.form.rows) and (start, end) != (0, len(blocks)):
        whole = align(blocks, year)
        if whole.rows_found > alignment.rows_found:
            return range(len(blocks)), whole
    return range(start, end), alignment


def _contested(alignment: Alignment, elsewhere: Sequence[Block], year: int | None) -> Alignment:
    """The alignment, its cells uncertain where tables elsewhere in the document say something else.

    Such are a second report in the same document, and a copy for telephones that was not kept up.
    """
    grids = [block for block in elsewhere if isinstance(block, Grid)]
    if sum(len(grid.rows) for grid in grids) < _LEAST_COPY:
        return alignment
    other = align(grids, year)
    if other.rows_found < _LEAST_COPY:
        return alignment
    cells = dict(alignment.cells)
    for key, reading in alignment.cells.items():
        rival = other.cells.get(key)
        if rival and rival.state is State.PRINTED and rival.value != reading.value:
            seen = f"{reading.shown or reading.state}; {rival.shown}"
            cells[key] = CellValue(None, State.UNCERTAIN, seen, Reason(Why.SEVERAL_PRINTED))
    return replace(alignment, cells=without_lost_sums(alignment.form, cells))


def _title_lines(document: Document, headings: Sequence[Heading], surroundings: Surroundings) -> list[tuple[int, str]]:
    """The lines before chapter two, but chapter headings and the page's surroundings, with their block numbers."""
    taken = {index for heading in headings for index in range(heading.first, heading.last + 1)}
    end = next((h.first for h in headings if h.chapter >= _TABLE_CHAPTERS[0]), len(document.blocks))
    lines = []
    for index, block in enumerate(document.blocks[:end]):
        if isinstance(block, Paragraph) and index not in taken and block.text.strip():
            lines.append((index, spaced(block.text)))
        elif isinstance(block, Grid):
            lines += [(index, spaced(cell.text)) for cell in block.origins(0) if cell.text.strip()]
    return [line for line in lines if line not in surroundings.lines][:_TITLE_LINES]


def _title(lines: Sequence[tuple[int, str]], document: Document) -> Title | None:
    title = find_title([text for _, text in lines], document.titles)
    if title is None:
        return None
    return Title(title.text, title.agency, title.year, tuple(lines[line][0] for line in title.lines))


def _whose(title: Title | None, lines: Sequence[tuple[int, str]], document: Document) -> tuple[str | None, int | None]:
    """Agency and year, from the title or else from the first sentences; of a title's several years, the period's."""
    agency, year = (title.agency, title.year) if title else (None, None)
    if agency and year:
        return agency, year
    period = _stated_year(document)
    opening = ("" if document.hard_wrapped else "\n").join(line for _, line in lines)
    stated = read_preamble(opening, period)
    several = title is not None and _YEAR_IN_TITLE.search(title.text)
    return agency or stated.agency, year or (period if several else stated.year)


def _stated_year(document: Document) -> int | None:
    return year_of_period("\n".join(block.text for block in document.blocks if isinstance(block, Paragraph)))


def _published(document: Document, headings: Sequence[Heading]) -> str | None:
    """The day that the document says it was published on; before the chapters, 日期 alone says it too."""
    before = next((heading.first for heading in headings), 0)
    lines = [_line(block) for block in document.blocks]
    # A label and its date may stand in elements of their own.
    pairs = [f"{line} {following}" for line, following in zip(lines, [*lines[1:], ""], strict=True)]
    found = next(filter(None, map(_PUBLISHED.search, pairs)), None)
    match = found or next(filter(None, map(_DATED.search, pairs[:before])), None)
    return day_of(*match.groups()) if match else None


def _line(block: Block) -> str:
    if isinstance(block, Paragraph):
        return block.text
    return " ".join(cell.text for row in range(min(len(block.rows), _TITLE_LINES)) for cell in block.origins(row))


def _chapters(document: Document, headings: Sequence[Heading], title: Title | None) -> dict[int, Chapter]:
    titles = {id(document.blocks[index]) for index in title.lines} if title else set()
    blocks = chapter_blocks(document, headings)
    width = print_width(document) if document.hard_wrapped else 0
    chapters = {}
    for heading in headings:
        own = [block for block in blocks[heading.chapter] if id(block) not in titles]
        joined = document.hard_wrapped and heading.chapter not in _TABLE_CHAPTERS
        text = joined_text(own, width) if joined else plain_text(own)
        chapters[heading.chapter] = Chapter(heading.title, "\n".join(filter(None, (heading.text, text))))
    return chapters


def _missing(
    alignment: Alignment,
    chapters: Mapping[int, Chapter],
    document: Document,
    headings: Sequence[Heading],
    year: int | None,
) -> tuple[str, ...]:
    """What makes a report incomplete: a whole table, one without a figure, or more than one chapter."""
    tables = []
    lost = _numbered(alignment.lost_tables())
    if lost and _is_of_old_form(document, year):
        tables.append(f"its figures are on an older form ({_OLD_FORM}), which is not read")
    for number, table in lost:
        instead = _embedded(document, headings, number)
        stands = f": {instead} stands in its place" if instead else ""
        tables.append(f"table of section {number} ({table}) is missing{stands}")
    for number, table in _numbered(alignment.empty_tables()):
        instead = _embedded(document, headings, number)
        seen = f"; {instead} stands beside it" if instead else ""
        tables.append(f"table of section {number} ({table}) has not one figure: its cells are empty{seen}")
    return (*tables, *lost_chapters(chapters))


def _embedded(document: Document, headings: Sequence[Heading], chapter: int) -> str:
    """What stands in a chapter in place of text, if anything does."""
    first = next((heading.last for heading in headings if heading.chapter == chapter), None)
    if first is None:
        return ""
    end = next((heading.first for heading in headings if heading.first > first), len(document.blocks))
    blocks = document.blocks[first:end]
    return next((block.embedded for block in blocks if isinstance(block, Paragraph) and block.embedded), "")


def _is_of_old_form(document: Document, year: int | None) -> bool:
    """Whether a report is on a year before the forms that are known, or has the table of that time."""
    if year is not None and year < min(form.edition for form in forms()):
        return True
    texts = (_line(block) for block in document.blocks)
    return any(_OLD_FORM in "".join(text.split()) for text in texts)


def _numbered(tables: Sequence[str]) -> list[tuple[int, str]]:
    """Tables with the numbers of their chapters."""
    numbers = dict(zip(("disclosure", "applications", "disputes"), _TABLE_CHAPTERS, strict=True))
    return [(numbers[table], table) for table in tables]
