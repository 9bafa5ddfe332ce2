"""A sheet: the rows and columns of a truth as some document prints them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from itertools import groupby
from random import Random

from parsers.document.values import Number, State
from parsers.form.model import Row
from tests.factory.heads import Head, block_of, heads_of
from tests.factory.truth import Cell, Truth

Meaning = tuple[Number | None, State]

_NOTHING = frozenset({State.BLANK, State.ABSENT})

FEET = ("head", "address", "- 3 -", "第 3 页 共 5 页", "lone number")


@dataclass(frozen=True, slots=True)
class PrintedRow:
    """A row in print. ``cells`` lacks a cell that the document does not have (None in its place).

    ``label`` is the path of the codebook, its last part empty where the label is lost.
    ``shifted``: in a table, label and values stand a column too far right.
    ``order``: the numbers of the cells from left to right, a text for a cell that is none of the form's; the form's
    order if empty. ``note``: what stands below the label, in its cell.
    """

    row: Row
    label: str
    cells: tuple[Cell | None, ...]
    shifted: bool = False
    order: tuple[int | str, ...] = ()
    note: str = ""

    @property
    def groups(self) -> tuple[str, ...]:
        """The labels above the row's own."""
        return tuple(self.label.split("/")[:-1])

    @property
    def name(self) -> str:
        """The row's own label."""
        return self.label.rpartition("/")[2]

    @property
    def label_text(self) -> str:
        """What stands in the label's cell, the note on a line of its own."""
        return "\n".join(filter(None, (self.name, self.note)))

    @property
    def printed_order(self) -> tuple[int | str, ...]:
        """The cells from left to right."""
        return self.order or tuple(range(len(self.cells)))

    @property
    def texts(self) -> list[str]:
        """The texts of the cells that are there, blanks included."""
        cells = (Cell(at, None) if isinstance(at, str) else self.cells[at] for at in self.printed_order)
        return [cell.text for cell in cells if cell is not None]

    @property
    def is_whole(self) -> bool:
        """Whether no cell of the row is missing."""
        return None not in self.cells or len(self.texts) == len(self.printed_order)

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
    """What one document prints of a truth.

    ``heads`` are those of the blocks whose heads are not the form's; ``headless`` the blocks whose heads are lost;
    ``numbered`` the tables that have a first column of running numbers.
    """

    truth: Truth
    rows: tuple[PrintedRow, ...]
    feet: tuple[Foot, ...] = ()
    heads: Mapping[str, tuple[Head, ...]] = field(default_factory=dict)
    headless: frozenset[str] = frozenset()
    numbered: frozenset[str] = frozenset()

    def block(self, table: str) -> list[PrintedRow]:
        """The printed rows of one table."""
        return [row for row in self.rows if row.row.table == table]

    def blocks(self) -> list[list[PrintedRow]]:
        """The rows of section 2 by the article that heads them, in print order."""
        return [list(rows) for _, rows in groupby(self.block("disclosure"), lambda row: row.row.head)]

    def heads_over(self, row: Row) -> tuple[Head, ...]:
        """The heads over a row as they are printed; none where they are lost."""
        block = block_of(row)
        return () if block in self.headless else self.heads.get(block, heads_of(row))

    def table_heads(self, table: str) -> tuple[Head, ...]:
        """The heads of section 3 or 4."""
        return self.heads_over(next(row for row in self.truth.form.rows if row.table == table))

    def columns(self, table: str) -> int:
        """How many columns of values a table has."""
        rows = [row for row in self.truth.form.rows if row.table == table]
        return max(len(self.heads.get(block_of(row), row.columns)) for row in rows)

    def meanings(self, *, places: bool) -> dict[str, frozenset[Meaning]]:
        """What each cell of the form may be read as; ``places``: whether blanks leave a trace."""
        cells: dict[str, frozenset[Meaning]] = dict.fromkeys(self.truth.form.cells, frozenset({(None, State.ABSENT)}))
        seen: set[str] = set()
        for row in self.rows:
            shown = self._read_cells(row)
            # Of values that are all alike, nobody can tell which was lost, and those that are there are right anyhow.
            alike = {cell.text: cell for cell in shown if cell and cell.text}
            for key, cell in zip(row.row.cells, shown, strict=True):
                meaning = _meaning(cell, places=places)
                if cell is None and len(alike) == 1 and len(row.texts) > 1:
                    meaning |= _meaning(*alike.values(), places=places)
                if not places and row.looks_like_a_page_number:
                    meaning |= _meaning(None, places=places)
                if key in cells:  # A row of another edition has cells of its own.
                    cells[key] = _either(cells[key], meaning) if key in seen else meaning
                    seen.add(key)
        return cells

    def _read_cells(self, row: PrintedRow) -> tuple[Cell | None, ...]:
        """The cells of a row as it reads: in zeros and nothing else, no cell is missing if there are enough of them."""
        if row.row.table != "disputes" or {*row.texts} != {"0"} or len(row.texts) < self.columns("disputes"):
            return row.cells
        return tuple(Cell("0", 0) if at in row.printed_order else None for at in range(len(row.cells)))

    @property
    def hollow(self) -> tuple[str, ...]:
        """The tables whose rows are there and hold nothing."""
        tables = dict.fromkeys(row.row.table for row in self.rows)
        texts = {table: [cell.text for row in self.block(table) for cell in row.cells if cell] for table in tables}
        return tuple(table for table, printed in texts.items() if not any(printed))

    def rows_with_gaps(self) -> frozenset[str]:
        """The cells of rows some of whose cells are empty: where a text drops those, no place can be told."""
        rows = (row for row in self.rows if any(row.texts) and "" in row.texts)
        return frozenset(key for row in rows for key in row.row.cells)

    def figures(self) -> Mapping[str, Number | None]:
        """The printed numbers, for checking the publisher's arithmetic; of a cell printed twice, the first."""
        figures: dict[str, Number | None] = {}
        for row in self.rows:
            for key, cell in zip(row.row.cells, row.cells, strict=True):
                # One row for three counts as the last of them.
                own = key.replace("other_handling", "other_rest") if self.truth.edition == 2021 else key
                if cell is not None and figures.get(own) is None:
                    figures[own] = cell.value
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
