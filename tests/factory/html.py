"""A sheet as a web page: the official tables with their spans, or what Word makes of them."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import takewhile
from random import Random

from tests.factory import heads
from tests.factory.sheet import PrintedRow, Sheet


@dataclass(frozen=True, slots=True)
class Td:
    """A table cell and its spans."""

    text: str
    width: int = 1
    height: int = 1


Writer = Callable[[Td], str]
_HEAD_ROWS = {"applications": 3, "disputes": 3}


def plain_page(sheet: Sheet, rng: Random) -> bytes:
    """The page of a portal: one table a section, real spans, headings in their own elements."""
    tag = rng.choice(("h2", "p", "div"))
    body = _body(sheet, _plain_td, lambda text: f"<p>{escape(text)}</p>", lambda text: f"<{tag}>{text}</{tag}>")
    title = f"<h1>{sheet.truth.title}</h1>" if rng.random() < 0.5 else f"<p>{sheet.truth.title}</p>"
    head = f"<head><meta charset='utf-8'><title>{sheet.truth.title}</title></head>"
    nav = "<div class='nav'>首页 | 公开</div>"
    return f"<!DOCTYPE html><html>{head}<body>{nav}<div>{title}{body}</div></body></html>".encode()


def word_page(sheet: Sheet, rng: Random) -> bytes:
    """The same as pasted from Word: spans and paragraphs in every cell, any charset."""
    soup = _Soup(rng)
    body = _body(sheet, soup.cell, soup.paragraph, soup.paragraph)
    page = f"<html><body><div class=WordSection1>{soup.paragraph(sheet.truth.title)}{body}</div></body></html>"
    return page.encode(rng.choice(("utf-8", "utf-8", "gb18030")))


def _body(sheet: Sheet, cell: Writer, paragraph: Callable[[str], str], heading: Callable[[str], str]) -> str:
    parts: list[str] = []
    tables = tables_of(sheet)
    for number, title in heads.CHAPTERS.items():
        parts.append(heading(title))
        parts += [paragraph(text) for text in sheet.truth.prose.get(number, ())]
        if number in tables:
            parts.append(_table(tables[number], cell))
    return "\n".join(parts)


def tables_of(sheet: Sheet) -> dict[int, list[list[Td]]]:
    """The rows of the three tables, by chapter."""
    return {2: _disclosure(sheet), 3: _applications(sheet), 4: _disputes(sheet)}


def _table(rows: Sequence[Sequence[Td]], cell: Writer) -> str:
    lines = ("<tr>" + "".join(cell(td) for td in row) + "</tr>" for row in rows)
    return "<table border='1'><tbody>\n" + "\n".join(lines) + "\n</tbody></table>"


def _disclosure(sheet: Sheet) -> list[list[Td]]:
    rows: list[list[Td]] = []
    for block in heads.blocks_of(sheet.block("disclosure")):
        rows.append([Td(block[0].row.head, 4)])
        rows.append([Td(heads.ITEM), *_spread(heads.column_labels(block[0]), 3)])
        rows += [[Td(row.name), *_spread(row.texts, 3, len(row.cells))] for row in block]
    return rows


def _spread(texts: Sequence[str], width: int, size: int = 0) -> list[Td]:
    """Cells that together are ``width`` wide, the last one of a full row widened."""
    size = size or len(texts)
    return [Td(text, width - size + 1 if at == size - 1 else 1) for at, text in enumerate(texts)]


def _applications(sheet: Sheet) -> list[list[Td]]:
    person, *others, total = heads.applicant_labels()
    rows = [
        [Td(heads.CORNER, 3, 3), Td(heads.APPLICANT_HEAD, 7)],
        [Td(person, 1, 2), Td(heads.LEGAL_HEAD, 5), Td(total, 1, 2)],
        [Td(label) for label in others],
    ]
    printed = sheet.block("applications")
    return rows + [_application(printed, at) for at in range(len(printed))]


def _application(rows: Sequence[PrintedRow], at: int) -> list[Td]:
    row = rows[at]
    cells = []
    for depth in range(len(row.groups)):
        prefix = row.groups[: depth + 1]
        if at == 0 or rows[at - 1].groups[: depth + 1] != prefix:
            cells.append(Td(prefix[-1], 1, _run(rows[at:], prefix)))
    if row.shifted:
        cells.append(Td(""))
    return [*cells, Td(row.name, 3 - len(row.groups)), *(Td(text) for text in row.texts)]


def _run(rows: Sequence[PrintedRow], prefix: tuple[str, ...]) -> int:
    """How many of the rows, from the first on, stand under the same groups."""
    return sum(1 for _ in takewhile(lambda row: row.groups[: len(prefix)] == prefix, rows))


def _disputes(sheet: Sheet) -> list[list[Td]]:
    review, direct, after = heads.procedure_labels()
    outcomes = heads.outcome_labels()
    rows = [
        [Td(review, 5), Td(heads.SUIT_HEAD, 10)],
        [*(Td(label, 1, 2) for label in outcomes), Td(direct, 5), Td(after, 5)],
        [Td(label) for label in (*outcomes, *outcomes)],
    ]
    return rows + [[Td(text) for text in row.texts] for row in sheet.block("disputes")]


def _spans(td: Td) -> str:
    width = f' colspan="{td.width}"' if td.width > 1 else ""
    return width + (f' rowspan="{td.height}"' if td.height > 1 else "")


def _plain_td(td: Td) -> str:
    return f"<td{_spans(td)}>{escape(td.text)}</td>"


class _Soup:
    """What Word wraps around a text."""

    def __init__(self, rng: Random) -> None:
        self._rng = rng
        self._vertical = rng.random() < 0.3
        self._space = rng.choice(("&nbsp;", "&#160;", " ", ""))
        self._split = rng.random() < 0.5

    def cell(self, td: Td) -> str:
        text = self.spans(td.text)
        if self._vertical and td.height > 3 and td.width == 1:
            text = "<br/>".join(escape(char) for char in td.text)
        style = "style='border:solid windowtext 1.0pt;padding:0cm 5.4pt 0cm 5.4pt'"
        return f'<td width="64" {style}{_spans(td)}>\n <p class="MsoNormal" align="center">{text}</p>\n</td>'

    def paragraph(self, text: str) -> str:
        return f'<p class="MsoNormal" style="text-indent:32.0pt">{self.spans(text)}</p>'

    def spans(self, text: str) -> str:
        """The text in one or two spans; an empty one keeps a space."""
        if not text:
            return f'<span lang="EN-US">{self._space}<o:p></o:p></span>'
        cut = self._rng.randint(1, len(text)) if self._split else len(text)
        parts = (part for part in (text[:cut], text[cut:]) if part)
        spans = (f"<span style='font-size:12.0pt;font-family:宋体'>{escape(part)}</span>" for part in parts)
        return self._space + "".join(spans) + "<o:p></o:p>"
