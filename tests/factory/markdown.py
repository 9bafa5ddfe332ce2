"""A sheet as Markdown: with one label column, or as recognised from print, where the spans are lost."""

from collections.abc import Sequence
from random import Random

from tests.factory import heads
from tests.factory.heads import Head, head_rows
from tests.factory.html import ends_of, plain_table, tables_of
from tests.factory.sheet import PrintedRow, Sheet, foot_text

_HALF_WIDTH = str.maketrans("（），：", "(),:")


def clean(sheet: Sheet, rng: Random) -> bytes:
    """Tables with one column of labels and a head over every column."""
    tables = {
        2: [_grid(rows) for rows in _clean_disclosure(sheet)],
        3: [_grid(_clean_applications(sheet, rng))],
        4: [_grid(_clean_disputes(sheet))],
    }
    return on_page(sheet, {number: _joined(parts) for number, parts in tables.items()}, rng)


def spanless(sheet: Sheet, rng: Random) -> bytes:
    """As recognised from print: a spanning cell keeps its first column and leaves the others empty."""
    rows = _spanless_applications(sheet, rng)
    cut = rng.randint(4, len(rows)) if rng.random() < 0.5 else len(rows)
    parts = [_grid(rows[:cut]), *([_grid([[""] * len(rows[0]), *rows[cut:]])] if cut < len(rows) else [])]
    tables = {2: _grid(_spanless_disclosure(sheet)), 3: _joined(parts), 4: _grid(_spanless_disputes(sheet))}
    return on_page(sheet, tables, rng)


def with_html(sheet: Sheet, rng: Random) -> bytes:
    """As programs that recognise print write it: each table as HTML, on one line or several."""
    wrap = rng.choice(("{}", "<html><body>{}</body></html>", "<div>\n{}\n</div>"))
    tables = {number: plain_table(rows) for number, rows in tables_of(sheet).items()}
    if rng.random() < 0.5:
        tables = {number: table.replace("\n", "") for number, table in tables.items()}
    return on_page(sheet, {number: wrap.format(table).splitlines() for number, table in tables.items()}, rng)


def ragged(sheet: Sheet, rng: Random) -> bytes:
    """As converters write it: cells that span columns are followed by empty ones, those that span rows by none."""
    bars = rng.random() < 0.5
    tables = {}
    for number, rows in tables_of(sheet).items():
        lines = [" | ".join(text for td in row for text in (_line(td.text), *[""] * (td.width - 1))) for row in rows]
        rule = " | ".join(["---"] * max(ends_of(rows)))
        tables[number] = [f"| {line} |" if bars else line for line in (lines[0], rule, *lines[1:])]
    return on_page(sheet, tables, rng)


def on_page(sheet: Sheet, tables: dict[int, list[str]], rng: Random) -> bytes:
    """A document whose tables are these lines."""
    lines = _with_feet(sheet, _lines(sheet, tables, rng.choice(("", "# ", "**"))))
    text = "\n".join(lines)
    return (text.translate(_HALF_WIDTH) if rng.random() < 0.3 else text).encode()


def _lines(sheet: Sheet, tables: dict[int, list[str]], mark: str) -> list[str]:
    title, end = sheet.truth.title, "**" if mark == "**" else ""
    lines = [mark + title + end, ""]
    for number, heading in heads.CHAPTERS.items():
        lines += [(mark and mark.replace("# ", "## ")) + heading + end, ""]
        for text in sheet.truth.prose.get(number, ()):
            lines += [text, ""]
        lines += [*tables.get(number, []), ""]
    return lines


def _with_feet(sheet: Sheet, lines: list[str]) -> list[str]:
    """A foot ends a table; what is left of it goes on below, under an empty head."""
    for foot in sorted(sheet.feet, key=lambda foot: foot.at, reverse=True):
        at = int(foot.at * (len(lines) + 1))
        inside = 0 < at < len(lines) and lines[at - 1].startswith("|") and lines[at].startswith("|")
        if inside and lines[at].startswith("|-"):
            at += 1
        row = lines[at] if inside and at < len(lines) and lines[at].startswith("|") else ""
        width = row.count("|") - 1 if row else 0
        again = ["|" + " |" * width, "|" + "--|" * width] if width else []
        lines = [*lines[:at], "", foot_text(foot, sheet.truth), "", *again, *lines[at:]]
    return lines


def _grid(rows: Sequence[Sequence[str]]) -> list[str]:
    """Rows as a pipe table; the first one is its head."""
    lines = ["| " + " | ".join(map(_line, row)) + " |" for row in rows]
    return [lines[0], "|" + "---|" * len(rows[0]), *lines[1:]]


def _line(text: str) -> str:
    return text.replace("\n", "<br>")


def _joined(parts: Sequence[list[str]]) -> list[str]:
    return [line for part in parts for line in (*part, "")]


def _clean_disclosure(sheet: Sheet) -> list[list[list[str]]]:
    return [
        _numbered(
            sheet, "disclosure", [block[0].row.head, *_labels(sheet.heads_over(block[0].row))],
            [[row.label_text, *row.texts] for row in block],
        )
        for block in sheet.blocks()
    ]  # fmt: skip


def _numbered(sheet: Sheet, table: str, head: list[str], rows: list[list[str]]) -> list[list[str]]:
    """A table's head and rows, with running numbers before them where the sheet has those."""
    if table not in sheet.numbered:
        return [head, *rows]
    return [[heads.SERIAL, *head], *([str(number), *row] for number, row in enumerate(rows, start=1))]


def _labels(over: Sequence[Head]) -> list[str]:
    return [head.label for head in over]


def _clean_applications(sheet: Sheet, rng: Random) -> list[list[str]]:
    full = rng.random() < 0.5
    rows = []
    for row in sheet.block("applications"):
        label = "".join(row.label.split("/")[1:]) if full and row.groups and not row.note else row.label_text
        rows.append([*([""] if row.shifted else []), label, *row.texts])
    over = sheet.table_heads("applications")
    return _numbered(sheet, "applications", ["申请情况", *_labels(over)], rows) if over else rows


def _clean_disputes(sheet: Sheet) -> list[list[str]]:
    over = sheet.table_heads("disputes")
    labels = [[*(head.above[-1] if head.above else "" for head in over)], _labels(over)] if over else []
    return [*labels, *(row.texts for row in sheet.block("disputes"))]


def _spanless_disclosure(sheet: Sheet) -> list[list[str]]:
    rows = []
    width, serial = 1 + sheet.columns("disclosure"), "disclosure" in sheet.numbered
    for block in sheet.blocks():
        rows.append(_padded([block[0].row.head], width + serial))
        if over := sheet.heads_over(block[0].row):
            rows.append([*[heads.SERIAL] * serial, *_padded([heads.ITEM, *_labels(over)], width)])
        for number, row in enumerate(block, start=1):
            rows.append([*[str(number)] * serial, *_spanless_figures(row, width)])
    return rows


def _spanless_figures(row: PrintedRow, width: int) -> list[str]:
    """Empty columns after the values; a row that lacks a cell ends early, or its values would be others."""
    cells = [row.label_text, *row.texts]
    return _padded(cells, width) if row.is_whole else cells


def _padded(cells: list[str], width: int) -> list[str]:
    return cells + [""] * (width - len(cells))


def _spanless_applications(sheet: Sheet, rng: Random) -> list[list[str]]:
    over = sheet.table_heads("applications")
    rows = _spanless_applicants(over) if over else []
    groups: tuple[str, ...] = ()
    for row in sheet.block("applications"):
        rows.append(_spanless_row(row, groups, rng))
        groups = row.groups
    if "applications" not in sheet.numbered:
        return rows
    first = len(rows) - len(sheet.block("applications"))
    numbers = [heads.SERIAL, *[""] * (first - 1)][:first] + [str(at + 1) for at in range(len(rows) - first)]
    return [[number, *row] for number, row in zip(numbers, rows, strict=True)]


def _spanless_applicants(over: Sequence[Head]) -> list[list[str]]:
    """The heads of section 3; that of the last column stands a row higher, as it spans two."""
    applicants = [heads.APPLICANT_HEAD, *[""] * (len(over) - 1)]
    *levels, leaves = (_spread(over, level) for level in range(2))
    if levels[0][-1]:
        applicants[-1], levels[0][-1] = levels[0][-1], ""
    corner = [heads.CORNER, "", ""]
    return [[*corner, *applicants], *(["", "", "", *row] for row in (*levels, leaves))]


def _spread(over: Sequence[Head], level: int) -> list[str]:
    """The texts of a row of heads, each in its first column."""
    row = [""] * len(over)
    for head in head_rows(over, level + 1)[level]:
        row[head.column] = head.text
    return row


def _spanless_row(row: PrintedRow, above: tuple[str, ...], rng: Random) -> list[str]:
    labels = ["", "", ""]
    for depth, group in enumerate(row.groups):
        if above[: depth + 1] != row.groups[: depth + 1]:
            labels[depth] = group
    column = len(row.groups)
    while column > 1 and not labels[column - 1] and rng.random() < 0.1:
        column -= 1
    if row.shifted:
        return [*labels, row.label_text, *row.texts]
    labels[column] = row.label_text
    return [*labels, *row.texts]


def _spanless_disputes(sheet: Sheet) -> list[list[str]]:
    over = sheet.table_heads("disputes")
    rows = [_spread(over, level) for level in range(heads.DEPTHS["disputes"])] if over else []
    return rows + [row.texts for row in sheet.block("disputes")]
