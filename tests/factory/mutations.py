"""Ways in which a sheet may be spoiled: rows, cells and figures."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from random import Random

from parsers.document.values import Number, State
from parsers.form.model import form_of
from tests.factory.heads import block_of, heads_of
from tests.factory.sheet import PrintedRow, Sheet, draw_foot
from tests.factory.truth import BLANK, Cell

TRADITIONAL = str.maketrans("开报务县财东镇区办关于访体动", "開報務縣財東鎮區辦關於訪體動")
_YUAN = {
    "元": "0.0001",
    "百元": "0.01",
    "千元": "0.1",
    "十万元": "10",
    "百万元": "100",
    "千万元": "1000",
    "亿元": "10000",
}
_FOREIGN = ("美元", "万美元", "港元", "欧元")
_OTHER = ("other_not_corrected", "other_fee_unpaid", "other_rest")
_NOTES = ("（含上年结转）", "注：不含信访件", "（包括网上申请）", "（其中：网上申请3件）", "备注：统计口径有调整")

Mutation = Callable[[Sheet, Random], Sheet]


def _pick(sheet: Sheet, rng: Random, table: str | None = None) -> int:
    """A row's number; the few rows of section 2 as likely as the many of section 3."""
    tables = [row.row.table for row in sheet.rows]
    chosen = table or rng.choice([name for name in ("disclosure", "applications", "disputes") if name in tables])
    return rng.choice([index for index, name in enumerate(tables) if name == chosen])


def _replaced(sheet: Sheet, index: int, *rows: PrintedRow) -> Sheet:
    return replace(sheet, rows=(*sheet.rows[:index], *rows, *sheet.rows[index + 1 :]))


def _with_cell(row: PrintedRow, column: int, cell: Cell | None) -> PrintedRow:
    return replace(row, cells=(*row.cells[:column], cell, *row.cells[column + 1 :]))


def blank_cell(sheet: Sheet, rng: Random) -> Sheet:
    """One number is not printed."""
    index = _pick(sheet, rng)
    row = sheet.rows[index]
    return _replaced(sheet, index, _with_cell(row, rng.randrange(len(row.cells)), BLANK))


def drop_row(sheet: Sheet, rng: Random) -> Sheet:
    """A row is missing altogether."""
    return _replaced(sheet, _pick(sheet, rng))


def drop_values(sheet: Sheet, rng: Random) -> Sheet:
    """A row has its label and nothing else."""
    index = _pick(sheet, rng)
    row = sheet.rows[index]
    return _replaced(sheet, index, replace(row, cells=(BLANK,) * len(row.cells)))


def drop_label(sheet: Sheet, rng: Random) -> Sheet:
    """A row has its values, but no label."""
    index = _pick(sheet, rng, rng.choice(("disclosure", "applications")))
    row = sheet.rows[index]
    return _replaced(sheet, index, replace(row, label="/".join((*row.groups, ""))))


def mistype_label(sheet: Sheet, rng: Random) -> Sheet:
    """One character of a label is another one."""
    index = _pick(sheet, rng, rng.choice(("disclosure", "applications")))
    row = sheet.rows[index]
    if not row.name:
        return sheet
    at = rng.randrange(len(row.name))
    name = row.name[:at] + rng.choice("度会书一") + row.name[at + 1 :]
    return _replaced(sheet, index, replace(row, label="/".join((*row.groups, name))))


def change_value(sheet: Sheet, rng: Random) -> Sheet:
    """The publisher printed another number."""
    index = _pick(sheet, rng)
    row = sheet.rows[index]
    value = rng.choice((0, 1, rng.randint(2, 9), rng.randint(10, 9999)))
    column = rng.randrange(len(row.cells))
    if row.row.columns[column].is_amount and block_of(row.row) in sheet.heads:  # Perhaps in another unit
        return sheet
    return _replaced(sheet, index, _with_cell(row, column, Cell(str(value), value)))


def add_foot(sheet: Sheet, rng: Random) -> Sheet:
    """A page ends somewhere."""
    return replace(sheet, feet=(*sheet.feet, draw_foot(rng)))


def add_page_number(sheet: Sheet, rng: Random) -> Sheet:
    """A page ends somewhere, and its foot is a bare number."""
    return replace(sheet, feet=(*sheet.feet, draw_foot(rng, ("lone number",))))


def swap_rows(sheet: Sheet, rng: Random) -> Sheet:
    """Two rows of a block stand in the wrong order, each with its own label."""
    index = _pick(sheet, rng, "applications")
    other = rng.choice([n for n, row in enumerate(sheet.rows) if row.row.table == "applications"])
    rows = list(sheet.rows)
    rows[index], rows[other] = rows[other], rows[index]
    return replace(sheet, rows=tuple(rows))


def swap_neighbours(sheet: Sheet, rng: Random) -> Sheet:
    """A row and the next one of its block have changed places."""
    pairs = [
        n
        for n in range(len(sheet.rows) - 1)
        if (sheet.rows[n].row.table, sheet.rows[n].row.head)
        == (sheet.rows[n + 1].row.table, sheet.rows[n + 1].row.head)
    ]
    at = rng.choice(pairs)
    return replace(sheet, rows=(*sheet.rows[:at], sheet.rows[at + 1], sheet.rows[at], *sheet.rows[at + 2 :]))


def duplicate_row(sheet: Sheet, rng: Random) -> Sheet:
    """A row is printed twice, as where a page break repeats it."""
    index = _pick(sheet, rng)
    return _replaced(sheet, index, sheet.rows[index], sheet.rows[index])


def contradict_row(sheet: Sheet, rng: Random) -> Sheet:
    """A row is printed twice, with two figures for one of its cells: neither may be believed."""
    index = _pick(sheet, rng)
    row = sheet.rows[index]
    column = rng.randrange(len(row.cells))
    cell = row.cells[column]
    value = int(cell.value or 0) + rng.randint(1, 40) if cell else 1
    rows = [row, _with_cell(row, column, Cell(str(value), value))]
    rng.shuffle(rows)
    return _replaced(sheet, index, *rows)


def remove_cell(sheet: Sheet, rng: Random) -> Sheet:
    """A row of a table has a cell too few: what follows moves to the left."""
    index = _pick(sheet, rng)
    row = sheet.rows[index]
    return _replaced(sheet, index, _with_cell(row, rng.randrange(len(row.cells)), None))


def shift_right(sheet: Sheet, rng: Random) -> Sheet:
    """A row of a table has slipped a column to the right, and its last value fell off."""
    index = _pick(sheet, rng, "applications")
    row = sheet.rows[index]
    return _replaced(sheet, index, replace(_without_last(row), shifted=True))


def shift_following(sheet: Sheet, rng: Random) -> Sheet:
    """From some row on, all of a table has slipped to the right."""
    index = _pick(sheet, rng, "applications")
    rows = (
        replace(_without_last(row), shifted=True) if n >= index and row.row.table == "applications" else row
        for n, row in enumerate(sheet.rows)
    )
    return replace(sheet, rows=tuple(rows))


def lose_last(sheet: Sheet, rng: Random) -> Sheet:
    """The last value of a row is cut off."""
    index = _pick(sheet, rng)
    return _replaced(sheet, index, _without_last(sheet.rows[index]))


def _without_last(row: PrintedRow) -> PrintedRow:
    last = [at for at in row.printed_order if isinstance(at, int)][-1:]
    return _with_cell(row, last[0], None) if last else row


def cut_numbers(sheet: Sheet, rng: Random) -> Sheet:
    """Figures too wide for their cells are set on two lines: one of a row, or all of it."""
    index = _pick(sheet, rng)
    row = sheet.rows[index]
    wide = [at for at, cell in enumerate(row.cells) if cell and _breaks(cell.text)]
    for at in wide if rng.random() < 0.3 else rng.sample(wide, min(1, len(wide))):
        if cell := row.cells[at]:
            if isinstance(cell.value, Decimal) and block_of(row.row) not in sheet.heads and rng.random() < 0.5:
                cell = replace(cell, text=f"{cell.text.removesuffix('万元')}万元")
            cut = rng.choice(_breaks(cell.text))
            row = _with_cell(row, at, replace(cell, text=f"{cell.text[:cut]}\n{cell.text[cut:]}"))
    return _replaced(sheet, index, row)


def _breaks(text: str) -> list[int]:
    """Where a figure can be broken: between two of its digits, or beside its point."""
    if "\n" in text:
        return []
    return [at for at in range(1, len(text)) if all(char.isdecimal() or char == "." for char in text[at - 1 : at + 1])]


def other_unit(sheet: Sheet, rng: Random) -> Sheet:
    """An amount is in another unit, said in its head or its cell; no yuan leaves it open, unless it is 0."""
    rows = [
        (n, at) for n, row in enumerate(sheet.rows) for at, column in enumerate(row.row.columns) if column.is_amount
    ]
    unit = rng.choice((*_YUAN, "千元", "百万元", *_FOREIGN))
    in_head = rng.random() < 0.5
    if not rows or not all(_is_plain_amount(sheet.rows[n], at, sheet) for n, at in rows):
        return sheet
    for n, at in rows:
        sheet = _replaced(sheet, n, _with_cell(sheet.rows[n], at, _in_unit(sheet.rows[n].cells[at], unit, in_head)))
    row, at = sheet.rows[rows[0][0]].row, rows[0][1]
    old = heads_of(row)[at]
    name = old.label.partition("（")[0]
    label = rng.choice((f"{name}（{unit}）", f"{name}（单位：{unit}）")) if in_head else name
    heads = (
        replace(head, label=label) if head == old else head for head in sheet.heads.get(block_of(row), heads_of(row))
    )
    return replace(sheet, heads={**sheet.heads, block_of(row): tuple(heads)})


def _is_plain_amount(row: PrintedRow, at: int, sheet: Sheet) -> bool:
    """Whether a cell is a bare number under the form's own head."""
    cell, heads = row.cells[at], sheet.heads.get(block_of(row.row), heads_of(row.row))
    return bool(
        cell and cell.value is not None and cell.text.replace(".", "").isdecimal() and heads_of(row.row)[at] in heads
    )


def _in_unit(cell: Cell | None, unit: str, in_head: bool) -> Cell | None:
    if cell is None or cell.value is None:
        return cell
    factor = _YUAN.get(unit, None if cell.value else "0")
    value = None if factor is None else _plain(Decimal(cell.value) * Decimal(factor))
    return Cell(cell.text if in_head else cell.text + unit, value, State.UNCERTAIN if value is None else State.PRINTED)


def _plain(amount: Decimal) -> Number:
    return int(amount) if amount == amount.to_integral_value() else amount.normalize()


def change_in_words(sheet: Sheet, rng: Random) -> Sheet:
    """In the 2019 form what has grown or shrunk is said in words: 增3, 减12."""
    chosen = [(n, at) for n, row in enumerate(sheet.rows) for at, c in enumerate(row.row.columns) if c.code == "change"]
    words = rng.choice((("增", "减"), ("增加", "减少"), ("+", "-")))
    for index, at in chosen:
        cell = sheet.rows[index].cells[at]
        if cell and cell.value and cell.state is State.PRINTED and cell.text.lstrip("-").isdecimal():
            text = words[cell.value < 0] + str(abs(cell.value))
            sheet = _replaced(sheet, index, _with_cell(sheet.rows[index], at, replace(cell, text=text)))
    return sheet


def one_other_row(sheet: Sheet, rng: Random) -> Sheet:
    """（六）其他处理 is one row, as in the form of 2019, in a form that is otherwise of 2021."""
    parts = [n for n, row in enumerate(sheet.rows) if row.row.code.startswith("other_") and "（六）" in row.label]
    if sheet.truth.edition != 2021 or [sheet.rows[n].row.code for n in parts] != list(_OTHER):
        return sheet
    rows = [sheet.rows[n] for n in parts]
    cells = tuple(_sum(column) for column in zip(*(row.cells for row in rows), strict=True))
    merged = next(row for row in form_of(2019).rows if row.code == "other_handling")
    others = [row for n, row in enumerate(sheet.rows) if n not in parts]
    one = replace(rows[0], row=merged, label=merged.path, cells=cells, note="")
    return replace(sheet, rows=(*others[: parts[0]], one, *others[parts[0] :]))


def _sum(cells: Sequence[Cell | None]) -> Cell | None:
    """One cell for several: none where one is missing, empty where all are."""
    if None in cells:
        return None
    values = [int(cell.value) for cell in cells if cell and cell.value is not None]
    return Cell(str(sum(values)), sum(values)) if values else BLANK


def note_below_label(sheet: Sheet, rng: Random) -> Sheet:
    """A remark stands below a label, in its cell."""
    index = _pick(sheet, rng, rng.choice(("disclosure", "applications")))
    return _replaced(sheet, index, replace(sheet.rows[index], note=rng.choice(_NOTES)))


def repeat_label(sheet: Sheet, rng: Random) -> Sheet:
    """A row's label is printed again beside empty cells, above or below the row."""
    index = _pick(sheet, rng, rng.choice(("disclosure", "applications")))
    row = sheet.rows[index]
    order = tuple("" if isinstance(at, str) else at for at in row.printed_order)
    rows = [row, replace(row, cells=tuple(cell and BLANK for cell in row.cells), order=order)]
    rng.shuffle(rows)
    return _replaced(sheet, index, *rows)


def zeros_and_one_more(sheet: Sheet, rng: Random) -> Sheet:
    """The row of section 4 is all zeros, and has a cell more than there are heads."""
    zero = Cell("0", 0)
    rows = (
        replace(row, cells=tuple(cell and zero for cell in row.cells), order=(*row.printed_order, "0"))
        if row.row.table == "disputes"
        else row
        for row in sheet.rows
    )
    return replace(sheet, rows=tuple(rows))


def empty_template(sheet: Sheet, rng: Random) -> Sheet:
    """The form as it was handed out: not one figure."""
    rows = (replace(row, cells=tuple(cell and BLANK for cell in row.cells)) for row in sheet.rows)
    return replace(sheet, rows=tuple(rows))


def other_title(sheet: Sheet, rng: Random) -> Sheet:
    """The title runs the agency into 政府信息公开, has the year after it, or is in traditional characters."""
    truth, report = sheet.truth, "政府信息公开工作年度报告"
    kind = rng.choice(("shared", "year within", "traditional"))
    if kind == "traditional":
        return replace(sheet, truth=replace(truth, title=truth.title.translate(TRADITIONAL)))
    if kind == "year within":
        return replace(sheet, truth=replace(truth, title=f"{truth.agency}政府信息公开{truth.year}年度报告"))
    agency = rng.choice(("示例镇人民政府", "示例县清水镇人民政府", "示例县人民政府"))
    title = f"{truth.year}年{agency}{report.removeprefix('政府')}"
    return replace(sheet, truth=replace(truth, agency=agency, title=title))


ANYWHERE: tuple[Mutation, ...] = (
    blank_cell, drop_row, drop_values, drop_label, mistype_label, change_value, swap_rows, swap_neighbours,
    duplicate_row, contradict_row, lose_last, other_unit, change_in_words, one_other_row, note_below_label,
    repeat_label, empty_template, other_title,
)  # fmt: skip
IN_GRIDS: tuple[Mutation, ...] = (remove_cell, shift_right, shift_following)


def mutation_name(mutation: Mutation) -> str:
    """A mutation's name, for tables and messages."""
    return getattr(mutation, "__name__", "?")
