"""A sheet as plain text: as PDF readers give it, as a browser copies it, or a cell a line.

Lines, wraps and heads follow real texts; what differs between them is a ``Style``.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from random import Random

from tests.factory import heads
from tests.factory.html import tables_of
from tests.factory.sheet import PrintedRow, Sheet, foot_text

_RADICALS = str.maketrans("一二人民行工无方止文金小大用目日十八自", "⼀⼆⼈⺠⾏⼯⽆⽅⽌⽂⾦⼩⼤⽤⽬⽇⼗⼋⾃")


@dataclass(frozen=True, slots=True)
class Style:
    """How a text stands on its lines.

    ``wrap``: characters a label's line holds; ``page``: those of a line of prose; ``head``: of a
    column's head; ``group``: of a group's label. ``gap``: a blank line between lines. ``values``:
    where the values of a wrapped label stand. ``spaced``: a space between the characters of a label.
    """

    wrap: int
    group: int
    head: int
    values: str
    page: int = 60
    gap: bool = True
    radicals: bool = False
    ragged: bool = False
    spaced: bool = False


def pdfminer(sheet: Sheet, rng: Random) -> bytes:
    """Blank lines between lines; the values of a wrapped label on a line of their own below it."""
    return _print(sheet, rng, Style(30, 7, 4, "below", radicals=rng.random() < 0.5))


def close_lines(sheet: Sheet, rng: Random) -> bytes:
    """Some lines stand close together, some are indented; values follow the label's last line at once."""
    return _print(sheet, rng, Style(28, 5, 4, "close", ragged=True, radicals=rng.random() < 0.3))


def narrow(sheet: Sheet, rng: Random) -> bytes:
    """A narrow first column: more labels are wrapped, the seventh value of those alone on the next line."""
    return _print(sheet, rng, Style(rng.choice((15, 17, 20)), 4, 2, "last alone", page=38))


def between(sheet: Sheet, rng: Random) -> bytes:
    """The values stand level with the middle of a wrapped label: between its lines."""
    return _print(sheet, rng, Style(rng.choice((12, 17, 28)), 5, 4, "between", gap=rng.random() < 0.5))


def before(sheet: Sheet, rng: Random) -> bytes:
    """The values of a wrapped label stand on a line above it."""
    return _print(sheet, rng, Style(rng.choice((12, 17, 28)), 5, 4, "above", gap=rng.random() < 0.5))


def spaced(sheet: Sheet, rng: Random) -> bytes:
    """Labels spread out: 行 政 许 可."""
    return _print(sheet, rng, Style(200, 200, 200, "close", gap=rng.random() < 0.5, spaced=True))


def tabbed(sheet: Sheet, rng: Random) -> bytes:
    """As copied from a browser: a table row a line, tabs between its cells."""
    return tabbed_text(sheet, rng, "\t")


def tabbed_text(sheet: Sheet, rng: Random, tab: str) -> bytes:
    """A table row a line, with ``tab`` between its cells."""
    # What slips to the right has only lost its last value: a copied row begins with its label.
    tables = tables_of(replace(sheet, rows=tuple(replace(row, shifted=False) for row in sheet.rows)))
    pages = {number: [tab.join(td.text for td in row) for row in rows] for number, rows in tables.items()}
    return text_of(sheet, pages, gap=rng.random() < 0.5)


def text_of(sheet: Sheet, pages: dict[int, list[str]], *, gap: bool) -> bytes:
    """A text whose tables are these lines; ``gap``: a blank line between any two of them."""
    return _finish(sheet, _chapters(sheet, pages, 10**6, gap=gap))


def cell_a_line(sheet: Sheet, rng: Random) -> bytes:
    """Every cell on a line of its own."""
    gap = rng.random() < 0.5
    style = Style(10**6, 10**6, 10**6, "apart", gap=gap)
    return _print(sheet, rng, style)


def _print(sheet: Sheet, rng: Random, style: Style) -> bytes:
    pages = {2: _disclosure(sheet, style), 3: _applications(sheet, style), 4: _disputes(sheet, style)}
    lines = _chapters(sheet, pages, style.page, gap=style.gap)
    if style.ragged:
        lines = _ragged(lines, rng)
    return _finish(sheet, lines, radicals=style.radicals)


def _finish(sheet: Sheet, lines: list[str], *, radicals: bool = False) -> bytes:
    for foot in sorted(sheet.feet, key=lambda foot: foot.at, reverse=True):
        at = int(foot.at * (len(lines) + 1))
        text = ("\f" if foot.form_feed else "") + foot_text(foot, sheet.truth)
        lines = [*lines[:at], *(["", text, ""] if foot.apart else [text]), *lines[at:]]
    text = "\n".join(lines)
    return (text.translate(_RADICALS) if radicals else text).encode()


def _chapters(sheet: Sheet, pages: dict[int, list[str]], width: int, *, gap: bool) -> list[str]:
    lines: list[str] = []
    for number, heading in heads.CHAPTERS.items():
        lines += [heading, ""]
        if number == 1:
            lines += [*_wrapped(sheet.truth.title, width), ""]
        for paragraph in sheet.truth.prose.get(number, ()):
            lines += [*_wrapped("　　" + paragraph if width > 1000 else paragraph, width), ""]
        for line in pages.get(number, []):
            lines += [line, ""] if gap else [line]
        lines.append("")
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    return [text[start : start + width] for start in range(0, len(text), width)]


def _ragged(lines: list[str], rng: Random) -> list[str]:
    """Some blank lines left out, and the line after them indented a little."""
    result: list[str] = []
    for line in lines:
        if result and not result[-1] and line and rng.random() < 0.25:
            result[-1] = rng.choice(("", " ")) + line
        else:
            result.append(line)
    return result


def _values(row: PrintedRow) -> list[str]:
    return [text for text in row.texts if text]


def _row(row: PrintedRow, style: Style) -> Iterator[str]:
    """A row's lines: label and values on one, or a wrapped label with the values where the style has them."""
    values, label = _values(row), _wrapped(" ".join(row.name) if style.spaced else row.name, style.wrap)
    label += _wrapped(row.note, style.wrap)
    if style.values == "apart":
        yield from (*label, *values)
    elif len(label) < 2:
        yield " ".join((*label, *values))
    else:
        yield from filter(None, _PLACES[style.values](label, values))


def _below(label: list[str], values: list[str]) -> list[str]:
    return ["\n".join(label), " ".join(values)]


def _close(label: list[str], values: list[str]) -> list[str]:
    return [*label[:-1], "\n".join(filter(None, (label[-1], " ".join(values))))]


def _last_alone(label: list[str], values: list[str]) -> list[str]:
    return ["\n".join(label), " ".join(values[:6]) + "\n" + " ".join(values[6:])]


def _between(label: list[str], values: list[str]) -> list[str]:
    middle = (len(label) + 1) // 2
    return [*label[:middle], " ".join(values), *label[middle:]]


def _above(label: list[str], values: list[str]) -> list[str]:
    return [" ".join(values), *label]


_PLACES: dict[str, Callable[[list[str], list[str]], list[str]]] = {
    "below": _below,
    "close": _close,
    "last alone": _last_alone,
    "between": _between,
    "above": _above,
}


def _disclosure(sheet: Sheet, style: Style) -> list[str]:
    lines: list[str] = []
    for block in sheet.blocks():
        labels = [head.label for head in sheet.heads_over(block[0].row)]
        cells = [heads.ITEM, *labels] if labels else []
        lines += [block[0].row.head, *(cells if style.values == "apart" else [" ".join(cells)])]
        for row in block:
            lines += _row(row, style)
    return _split(lines)


def _applications(sheet: Sheet, style: Style) -> list[str]:
    lines = _applicants(style) if sheet.table_heads("applications") else []
    groups: tuple[str, ...] = ()
    for row in sheet.block("applications"):
        for depth, group in enumerate(row.groups):
            if groups[: depth + 1] != row.groups[: depth + 1]:
                lines += _group(group, style)
        groups = row.groups
        lines += _row(row, style)
    return _split(lines)


def _applicants(style: Style) -> list[str]:
    """The heads of section 3."""
    person, *others, total = heads.applicant_labels()
    lines = [*_wrapped(heads.CORNER, max(24, style.wrap)), heads.APPLICANT_HEAD]
    lines += ["\n".join(_wrapped(person, style.head)), heads.LEGAL_HEAD, total]
    return [*lines, *("\n".join(_wrapped(label, style.head)) for label in others)]


def _group(label: str, style: Style) -> list[str]:
    parts = _wrapped(label, style.group)
    return ["\n".join(parts)] if style.values in ("below", "last alone") else parts


def _disputes(sheet: Sheet, style: Style) -> list[str]:
    lines = _outcomes(style) if sheet.table_heads("disputes") else []
    for row in sheet.block("disputes"):
        lines += _values(row) if style.values == "apart" else [" ".join(_values(row))]
    return _split(lines)


def _outcomes(style: Style) -> list[str]:
    """The heads of section 4."""
    review, direct, after = heads.procedure_labels()
    outcomes = ["\n".join(_wrapped(label, style.head)) for label in heads.outcome_labels()]
    if style.head < 4 or style.values == "apart":
        return [f"{review} {heads.SUIT_HEAD}", *outcomes, f"{direct} {after}", *outcomes, *outcomes]
    first = " ".join(outcomes)
    return [f"{review} {heads.SUIT_HEAD}", f"{first}\n{direct} {after}", f"{first} {first}"]


def _split(lines: Sequence[str]) -> list[str]:
    """Lines, those that hold several kept together by what follows only."""
    return [line for line in lines if line]
