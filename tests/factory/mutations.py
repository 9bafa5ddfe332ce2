"""Ways in which a sheet may be spoiled: rows, cells and figures."""

from collections.abc import Callable
from dataclasses import replace
from random import Random

from tests.factory.sheet import PrintedRow, Sheet, draw_foot
from tests.factory.truth import BLANK, Cell

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
    return _replaced(sheet, index, _with_cell(row, rng.randrange(len(row.cells)), Cell(str(value), value)))


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
    return _replaced(sheet, index, replace(_with_cell(row, len(row.cells) - 1, None), shifted=True))


def shift_following(sheet: Sheet, rng: Random) -> Sheet:
    """From some row on, all of a table has slipped to the right."""
    index = _pick(sheet, rng, "applications")
    rows = (
        replace(_with_cell(row, len(row.cells) - 1, None), shifted=True)
        if n >= index and row.row.table == "applications"
        else row
        for n, row in enumerate(sheet.rows)
    )
    return replace(sheet, rows=tuple(rows))


def lose_last(sheet: Sheet, rng: Random) -> Sheet:
    """The last value of a row is cut off."""
    index = _pick(sheet, rng)
    row = sheet.rows[index]
    return _replaced(sheet, index, _with_cell(row, len(row.cells) - 1, None))


ANYWHERE: tuple[Mutation, ...] = (
    blank_cell, drop_row, drop_values, drop_label, mistype_label, change_value, swap_rows, swap_neighbours,
    duplicate_row, contradict_row, lose_last,
)  # fmt: skip
IN_GRIDS: tuple[Mutation, ...] = (*ANYWHERE, remove_cell, shift_right, shift_following)


def mutation_name(mutation: Mutation) -> str:
    """A mutation's name, for tables and messages."""
    return getattr(mutation, "__name__", "?")
