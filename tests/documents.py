"""Made-up reports whose every cell is known, printed in the layouts that real ones come in.

A report is a list of printed rows, so that a test can spoil rows before they are laid out. Agencies
are named 示例 and the prose is our own; labels are the form's.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from html import escape
from itertools import groupby
from random import Random

from parsers.form import Form, Row, form_of
from parsers.values import State

AGENCY = "示例市自然资源和规划局"
_NUMERALS = "一二三四五六"
_PROSE = {
    1: ("示例机关按照条例的要求开展工作，主动公开各类信息1154条，办理来信244件，", "其中26个试点领域的目录已经更新。"),
    5: ("示例机关的解读形式还不够丰富，", "今后将增加图表，并且每季度检查一次公开的内容。"),
    6: ("示例年度没有收取信息处理费。",),
}


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row as it is printed: its values as text ("" for an empty cell), None for what was lost."""

    row: Row
    label: str | None
    values: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Sample:
    """A report to be laid out, and what each of its cells says."""

    form: Form
    year: int
    rows: tuple[PrintedRow, ...]

    @property
    def title(self) -> str:
        return f"{AGENCY}{self.year}年政府信息公开工作年度报告"

    def prose(self, chapter: int) -> tuple[str, ...]:
        return _PROSE[chapter]

    def truth(self) -> dict[str, tuple[int | None, State]]:
        """What the document says of each cell that it prints; rows that lack values say nothing."""
        cells = {}
        for printed in self.rows:
            for cell, text in zip(printed.row.cells, printed.values or (), strict=False):
                cells[cell] = _meaning(text)
        return cells


def _meaning(text: str) -> tuple[int | None, State]:
    if not text:
        return None, State.BLANK
    return (int(text), State.PRINTED) if text.isdecimal() else (None, State.DASH)


def draw_sample(random: Random, edition: int = 2021) -> Sample:
    """A report with many figures of many digits that obey every identity of the form."""
    form = form_of(edition)
    leaves: dict[str, int] = {}
    for row in form.rows:
        for cell in row.cells:
            leaves[cell] = random.choice((0, random.randrange(1, 10), random.randrange(10, 5000)))
    for applicant in (
        "natural_person",
        "company",
        "research_institute",
        "public_interest_org",
        "legal_services",
        "other_applicant",
    ):
        _balance(form, leaves, applicant, random)
    for identity in form.identities:
        if identity.name in ("applicants", "disputes"):
            leaves[identity.left[0]] = sum(leaves[cell] for cell in identity.right)
    rows = tuple(_printed(row, leaves) for row in form.rows)
    return Sample(form, edition if edition == 2019 else random.randrange(2021, 2026), rows)


def _balance(form: Form, leaves: dict[str, int], applicant: str, random: Random) -> None:
    """Concluded is the sum of the results; what came in is what went out."""
    outcomes = next(i for i in form.identities if i.name == "outcomes" and i.scope == applicant)
    concluded = sum(leaves[cell] for cell in outcomes.right)
    out = concluded + leaves[f"applications/carried_out/{applicant}"]
    leaves[f"applications/concluded/{applicant}"] = concluded
    leaves[f"applications/carried_in/{applicant}"] = carried = random.randrange(out + 1)
    leaves[f"applications/received/{applicant}"] = out - carried


def _printed(row: Row, leaves: dict[str, int]) -> PrintedRow:
    return PrintedRow(row, row.path.rpartition("/")[2], tuple(str(leaves[cell]) for cell in row.cells))


# ---------------------------------------------------------------- HTML and Markdown

_Cell = tuple[str, int, int]


def _tables(sample: Sample) -> Iterator[tuple[int, list[list[_Cell]]]]:
    """The three tables as rows of (text, width, height), with the chapter of each."""
    blocks = {name: list(rows) for name, rows in groupby(sample.rows, key=lambda printed: printed.row.table)}
    yield 2, list(_disclosure(blocks.get("disclosure", [])))
    yield 3, list(_applications(sample.form, blocks.get("applications", [])))
    yield 4, list(_disputes(blocks.get("disputes", [])))


def _values(printed: PrintedRow, width: int = 1) -> list[_Cell]:
    return [(text, width, 1) for text in printed.values or ()]


def _disclosure(rows: Sequence[PrintedRow]) -> Iterator[list[_Cell]]:
    for head, block in groupby(rows, key=lambda printed: printed.row.head):
        members = list(block)
        columns = members[0].row.columns
        width = 3 // len(columns)
        yield [(head, 4, 1)]
        yield [("信息内容", 1, 1), *((column.label, width, 1) for column in columns)]
        for printed in members:
            yield [(printed.label or "", 1, 1), *_values(printed, width)]


def _applications(form: Form, rows: Sequence[PrintedRow]) -> Iterator[list[_Cell]]:
    columns = [column.label for column in next(row for row in form.rows if row.table == "applications").columns]
    yield [("（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）", 3, 3), ("申请人情况", 7, 1)]
    yield [(columns[0], 1, 2), ("法人或其他组织", 5, 1), (columns[-1], 1, 2)]
    yield [(column, 1, 1) for column in columns[1:-1]]
    groups = [printed.row.path.split("/")[:-1] for printed in rows]
    for index, printed in enumerate(rows):
        cells: list[_Cell] = []
        for depth in range(len(groups[index])):
            if index == 0 or groups[index - 1][: depth + 1] != groups[index][: depth + 1]:
                height = 1
                while index + height < len(rows) and groups[index + height][: depth + 1] == groups[index][: depth + 1]:
                    height += 1
                cells.append((groups[index][depth], 1, height))
        yield [*cells, (printed.label or "", 3 - len(groups[index]), 1), *_values(printed)]


def _disputes(rows: Sequence[PrintedRow]) -> Iterator[list[_Cell]]:
    for printed in rows:
        heads = [column.label for column in printed.row.columns]
        yield [("行政复议", 5, 1), ("行政诉讼", 10, 1)]
        yield [*((head, 1, 2) for head in heads[:5]), ("未经复议直接起诉", 5, 1), ("复议后起诉", 5, 1)]
        yield [(head, 1, 1) for head in heads[5:]]
        yield _values(printed)


def _heading(sample: Sample, chapter: int) -> str:
    return f"{_NUMERALS[chapter - 1]}、{sample.form.chapters[chapter][0]}"


def html(sample: Sample) -> bytes:
    """A page with the official tables, spans and all."""
    tables = {chapter: _html_table(rows, "<td{}>{}</td>") for chapter, rows in _tables(sample)}
    return _page(sample, tables, "<p>{}</p>")


def word_html(sample: Sample) -> bytes:
    """The same out of a word processor: paragraphs and spans in every cell, GB18030 declared as gb2312."""
    cell = '<td{} style="width:60pt"><p class="MsoNormal"><span lang="EN-US">&nbsp;{}</span><o:p></o:p></p></td>'
    tables = {chapter: _html_table(rows, cell) for chapter, rows in _tables(sample)}
    body = _page(sample, tables, '<p class="MsoNormal"><span>　　{}</span></p>').decode()
    return body.replace("utf-8", "gb2312").encode("gb18030")


def _html_table(rows: Sequence[Sequence[_Cell]], cell: str) -> str:
    def one(text: str, width: int, height: int) -> str:
        spans = (f' colspan="{width}"' if width > 1 else "") + (f' rowspan="{height}"' if height > 1 else "")
        return cell.format(spans, escape(text))

    return "<table>" + "".join(f"<tr>{''.join(one(*c) for c in row)}</tr>" for row in rows) + "</table>"


def _page(sample: Sample, tables: dict[int, str], paragraph: str) -> bytes:
    parts = [f'<html><head><meta charset="utf-8"><title>{sample.title}</title></head><body><div>首页 &gt; 年报</div>']
    parts.append(f"<div class=c><h3>{sample.title}</h3>")
    for chapter in range(1, 7):
        parts.append(paragraph.format(_heading(sample, chapter)))
        text = "".join(_PROSE.get(chapter, ()))
        parts.append(tables[chapter] if chapter in tables else paragraph.format(text))
    return "".join([*parts, "</div><div>主办：示例市 电话：12345 3</div></body></html>"]).encode()


def markdown(sample: Sample) -> bytes:
    """Pipe tables in which every spanned cell is followed by empty ones."""
    return _markdown(sample, split=None)


def split_markdown(sample: Sample) -> bytes:
    """The same with the long table cut in two, the second part without heads."""
    return _markdown(sample, split=14)


def _markdown(sample: Sample, split: int | None) -> bytes:
    tables = dict(_tables(sample))
    lines = [f"# {sample.title}", ""]
    for chapter in range(1, 7):
        lines += [f"## {_heading(sample, chapter)}", "", "".join(_PROSE.get(chapter, ())), ""]
        for number, row in enumerate(_flat(tables.get(chapter, []))):
            lines.append(f"| {' | '.join(row)} |")
            if number == 0:
                lines.append(f"|{'---|' * len(row)}")
            if split and chapter == 3 and number == split:
                lines.append("")
        lines.append("")
    return "\n".join(lines).encode()


def _flat(rows: Sequence[Sequence[_Cell]]) -> Iterator[list[str]]:
    """Rows of texts with an empty cell wherever a span covers."""
    covered: set[tuple[int, int]] = set()
    for number, row in enumerate(rows):
        cells: dict[int, str] = {}
        column = 0
        for text, width, height in row:
            while (number, column) in covered:
                column += 1
            cells[column] = text
            covered |= {(number + y, column + x) for y in range(height) for x in range(width)}
            column += width
        last = max((x for y, x in covered if y == number), default=-1)
        yield [cells.get(column, "") for column in range(last + 1)]


# ---------------------------------------------------------------- text


@dataclass(frozen=True, slots=True)
class TextStyle:
    """How a text prints its rows.

    ``wrap``: "" keeps a row on one line; "after" puts the values below a label cut in two, "between"
    between its parts, "seventh" the last value alone below the others.
    """

    wrap: str = ""
    blank_lines: bool = False
    separator: str = " "
    cell_lines: bool = False
    spaced_labels: bool = False
    feet: tuple[tuple[float, tuple[str, ...]], ...] = field(default=())


def text(sample: Sample, style: TextStyle) -> bytes:
    """The report as lines, with print feet put in where the style says (as shares of the length)."""
    lines = [sample.title]
    for chapter in range(1, 7):
        lines.append(_heading(sample, chapter))
        lines += _PROSE.get(chapter, ())
        lines += [line for printed in _of_chapter(sample, chapter) for line in _text_row(printed, style)]
    lines = list(_with_heads(lines, sample))
    for share, foot in sorted(style.feet, reverse=True):
        at = 1 + int(share * (len(lines) - 1))
        lines[at:at] = foot
    return ("\n\n" if style.blank_lines else "\n").join(lines).encode()


def _of_chapter(sample: Sample, chapter: int) -> list[PrintedRow]:
    table = {2: "disclosure", 3: "applications", 4: "disputes"}.get(chapter)
    return [printed for printed in sample.rows if printed.row.table == table]


_OUTCOMES = "结果维持 结果纠正 其他结果 尚未审结 总计"
_HEADS = {
    "applications": [
        "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）",
        "申请人情况",
        "自然人",
        "法人或其他组织",
        "总计",
        "商业企业 科研机构",
        *("社会公益", "组织"),
        *("法律服务", "机构"),
        "其他",
    ],
    "disputes": ["行政复议 行政诉讼", _OUTCOMES, "未经复议直接起诉 复议后起诉", f"{_OUTCOMES} {_OUTCOMES}"],
}


def _with_heads(lines: Sequence[str], sample: Sample) -> Iterator[str]:
    """Lines with the heads of the tables below their chapters' headings."""
    below = {_heading(sample, 3): _HEADS["applications"], _heading(sample, 4): _HEADS["disputes"]}
    for line in lines:
        yield line
        yield from below.get(line, ())


def _text_row(printed: PrintedRow, style: TextStyle) -> Iterator[str]:
    label = printed.label or ""
    yield from form_rows_with_heads(printed.row)
    if style.spaced_labels:
        label = " ".join(label)
    values = [value for value in printed.values or () if value]
    parts = [label[: len(label) // 2], label[len(label) // 2 :]] if style.wrap and len(label) > 10 else [label]
    yield from (line for line in _laid_out(parts, values, style) if line)


def _laid_out(parts: list[str], values: list[str], style: TextStyle) -> list[str]:
    if style.cell_lines:
        return [*parts, *values]
    joined = style.separator.join(values)
    if len(parts) == 1:
        return [style.separator.join(filter(None, [parts[0], joined]))]
    if style.wrap == "between":
        return [parts[0], joined, parts[1]]
    if style.wrap == "seventh":
        return [*parts, style.separator.join(values[:-1]), *values[-1:]]
    return [*parts, joined]


def form_rows_with_heads(row: Row) -> list[str]:
    """The lines that stand above a row if it is the first of its article or group."""
    form = next(form for form in (form_of(2021), form_of(2019)) if row in form.rows)
    index = form.rows.index(row)
    before = form.rows[index - 1] if index else None
    if row.table == "disclosure" and (before is None or before.head != row.head):
        return [row.head, " ".join(["信息内容", *(column.label for column in row.columns)])]
    groups, previous = row.path.split("/")[:-1], before.path.split("/")[:-1] if before else []
    new = [group for depth, group in enumerate(groups) if previous[: depth + 1] != groups[: depth + 1]]
    return [part for group in new for part in (group[:4], group[4:]) if part]


FEET: tuple[Callable[[Sample], tuple[str, ...]], ...] = (
    lambda sample: (f"2022/1/26 {sample.title}", "", "https://nb.henan.gov.cn/zw/public-report/view/20659 2/3"),
    lambda sample: ("- 3 -",),
    lambda sample: ("第 3 页 共 5 页",),
    lambda sample: ("3",),
    lambda sample: ("\f3",),
    lambda sample: ("— 12 —",),
)

TEXTS = {
    "text": TextStyle(),
    "text, blank lines": TextStyle(blank_lines=True),
    "text, values below wrapped labels": TextStyle(wrap="after", blank_lines=True),
    "text, values between label parts": TextStyle(wrap="between"),
    "text, seventh value alone": TextStyle(wrap="seventh"),
    "text, tabs": TextStyle(separator="\t"),
    "text, spaced labels": TextStyle(spaced_labels=True),
    "text, one cell a line": TextStyle(cell_lines=True),
}
GRIDS: dict[str, Callable[[Sample], bytes]] = {
    "HTML": html,
    "HTML from a word processor": word_html,
    "Markdown": markdown,
    "Markdown, table cut in two": split_markdown,
}


# ---------------------------------------------------------------- spoiling

Spoil = Callable[[Sample, Random], Sample]


def _change(sample: Sample, index: int, **changes: object) -> Sample:
    rows = list(sample.rows)
    rows[index] = replace(rows[index], **changes)  # type: ignore[arg-type]
    return replace(sample, rows=tuple(rows))


def _with_value(sample: Sample, random: Random, value: Callable[[str], str]) -> Sample:
    index = random.randrange(len(sample.rows))
    values = list(sample.rows[index].values or ())
    if values:
        at = random.randrange(len(values))
        values[at] = value(values[at])
    return _change(sample, index, values=tuple(values))


def blank_a_cell(sample: Sample, random: Random) -> Sample:
    return _with_value(sample, random, lambda _: "")


def dash_a_cell(sample: Sample, random: Random) -> Sample:
    return _with_value(sample, random, lambda _: random.choice(("/", "-", "—", "无")))


def misprint_a_cell(sample: Sample, random: Random) -> Sample:
    def misprint(value: str) -> str:
        return str(int(value) + random.choice((1, 2, 10, 100))) if value.isdecimal() else value

    return _with_value(sample, random, misprint)


def drop_a_row(sample: Sample, random: Random) -> Sample:
    index = random.randrange(len(sample.rows))
    return replace(sample, rows=sample.rows[:index] + sample.rows[index + 1 :])


def drop_a_label(sample: Sample, random: Random) -> Sample:
    return _change(sample, random.randrange(len(sample.rows) - 1), label=None)


def drop_a_rows_values(sample: Sample, random: Random) -> Sample:
    return _change(sample, random.randrange(len(sample.rows)), values=None)


def drop_a_value(sample: Sample, random: Random) -> Sample:
    """A cell is lost with its place, so that those behind it move up."""
    index = random.randrange(len(sample.rows))
    values = sample.rows[index].values or ()
    at = random.randrange(len(values)) if values else 0
    return _change(sample, index, values=values[:at] + values[at + 1 :])


def swap_rows(sample: Sample, random: Random) -> Sample:
    rows = list(sample.rows)
    index = random.randrange(len(rows) - 1)
    if rows[index].row.table == rows[index + 1].row.table:
        rows[index], rows[index + 1] = rows[index + 1], rows[index]
    return replace(sample, rows=tuple(rows))


def repeat_a_row(sample: Sample, random: Random) -> Sample:
    index = random.randrange(len(sample.rows))
    return replace(sample, rows=(*sample.rows[: index + 1], *sample.rows[index:]))


def swap_labels(sample: Sample, random: Random) -> Sample:
    """Two neighbours print each other's labels: the truth goes with the labels."""
    index = random.randrange(len(sample.rows) - 1)
    one, two = sample.rows[index], sample.rows[index + 1]
    if one.row.columns != two.row.columns or one.row.table != two.row.table:
        return sample
    return _change(_change(sample, index, values=two.values), index + 1, values=one.values)


SPOILERS: dict[str, Spoil] = {
    spoil.__name__: spoil
    for spoil in (
        blank_a_cell,
        dash_a_cell,
        misprint_a_cell,
        drop_a_row,
        drop_a_label,
        drop_a_rows_values,
        drop_a_value,
        swap_rows,
        swap_labels,
        repeat_a_row,
    )
}
