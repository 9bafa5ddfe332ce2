"""A sheet: the rows of a truth as some document prints them, and ways in which it may be spoiled."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from random import Random

from parsers.document.values import Number, State
from parsers.form.model import Row
from tests.factory.truth import BLANK, Cell, Truth

Meaning = tuple[Number | None, State]

_NOTHING = frozenset({State.BLANK, State.ABSENT})

FEET = ("head", "address", "- 3 -", "第 3 页 共 5 页", "lone number")


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row in print. ``cells`` lacks a cell that the document does not have (None in its place).

    ``label`` is the path of the codebook, its last part empty where the label is lost.
    ``shifted``: in a table, label and values stand a column too far right.
    """

    row: Row
    label: str
    cells: tuple[Cell | None, ...]
    shifted: bool = False

    @property
    def groups(self) -> tuple[str, ...]:
        """The labels above the row's own."""
        return tuple(self.label.split("/")[:-1])

    @property
    def name(self) -> str:
        """The row's own label."""
        return self.label.rpartition("/")[2]

    @property
    def texts(self) -> list[str]:
        """The texts of the cells that are there, blanks included."""
        return [cell.text for cell in self.cells if cell is not None]

    @property
    def looks_like_a_page_number(self) -> bool:
        """Whether all that is printed is a small number: where there are no cells, no line tells it from a page's."""
        text = "".join(self.texts)
        return not self.name and text.isdecimal() and 0 < int(text) < 100 and len([*filter(None, self.texts)]) == 1


@dataclass(frozen=True, slots=True)
class Foot:
    """A line of print furniture; ``at`` is its place, as a share of the document's lines."""

    kind: str
    at: float
    number: int
    form_feed: bool = False
    apart: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """What one document prints of a truth."""

    truth: Truth
    rows: tuple[PrintedRow, ...]
    feet: tuple[Foot, ...] = ()

    def block(self, table: str) -> list[PrintedRow]:
        """The printed rows of one table."""
        return [row for row in self.rows if row.row.table == table]

    def meanings(self, *, places: bool) -> dict[str, frozenset[Meaning]]:
        """What each cell of the form may be read as; ``places``: whether blanks leave a trace."""
        cells: dict[str, frozenset[Meaning]] = dict.fromkeys(self.truth.form.cells, frozenset({(None, State.ABSENT)}))
        seen: set[str] = set()
        for row in self.rows:
            for key, cell in zip(row.row.cells, row.cells, strict=True):
                meaning = _meaning(cell, places=places)
                if not places and row.looks_like_a_page_number:
                    meaning |= _meaning(None, places=places)
                cells[key] = _either(cells[key], meaning) if key in seen else meaning
                seen.add(key)
        return cells

    def figures(self) -> Mapping[str, Number | None]:
        """The printed numbers, for checking the publisher's arithmetic; of a cell printed twice, the first."""
        figures: dict[str, Number | None] = {}
        for row in self.rows:
            for key, cell in zip(row.row.cells, row.cells, strict=True):
                if cell is not None and figures.get(key) is None:
                    figures[key] = cell.value
        return figures


def _either(first: frozenset[Meaning], second: frozenset[Meaning]) -> frozenset[Meaning]:
    """What a cell that is printed twice may be read as: a number beats a blank, two numbers are none."""
    said = [meaning for meaning in (first, second) if all(state not in _NOTHING for _, state in meaning)]
    return first & second or (said[0] if len(said) == 1 else frozenset())


def _meaning(cell: Cell | None, *, places: bool) -> frozenset[Meaning]:
    if cell is None or (cell.state is State.BLANK and not places):
        return frozenset({(None, State.ABSENT), (None, State.BLANK)})
    return frozenset({(cell.value, cell.state)})


def sheet_of(truth: Truth) -> Sheet:
    """The truth as it should be printed."""
    rows = (PrintedRow(row, row.path, tuple(truth.cells[key] for key in row.cells)) for row in truth.form.rows)
    return Sheet(truth, tuple(rows))


def foot_text(foot: Foot, truth: Truth) -> str:
    """The line that a browser or a word processor prints."""
    if foot.kind == "head":
        return f"{truth.year + 1}/1/26 {truth.title}"
    if foot.kind == "address":
        return f"https://nb.henan.gov.cn/zw/public-report/view/20659 {foot.number}/9"
    return {"lone number": f"{foot.number}"}.get(foot.kind, foot.kind.replace("3", str(foot.number), 1))


def draw_foot(rng: Random, kinds: tuple[str, ...] = FEET) -> Foot:
    """Some foot at some place."""
    return Foot(rng.choice(kinds), rng.random(), rng.randint(1, 9), rng.random() < 0.3, rng.random() < 0.6)


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
