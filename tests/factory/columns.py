"""Ways in which the columns of a sheet's tables may be other than the form's.

Heads move with their values, so a document that is spoiled in one of these ways loses nothing unless it says so.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import groupby
from random import Random

from tests.factory.heads import Head, block_of, heads_of
from tests.factory.sheet import PrintedRow, Sheet

_TOTAL = "总计"
_UNKNOWN = {
    "disclosure": ("其它事项", "本年修改件数", "备案件数", "待办数量"),
    "applications": ("其它事项", "事业单位", "港澳台居民", "外国人", "社会团体"),
    "disputes": ("其它事项", "调解结案", "撤回", "部分纠正"),
}
_REMARKS = ("", "", "", "无", "含网上申请", "见附件")
_RATES = ("12%", "-3.5%", "持平", "增加2件", "下降10.25%", "12.5", "—", "")


def _blocks(sheet: Sheet) -> dict[str, str]:
    """The blocks that are printed, by name, with their tables."""
    return {block_of(row.row): row.row.table for row in sheet.rows}


def _draw(sheet: Sheet, rng: Random, least: int = 1) -> str:
    """A block that has so many columns; section 2's first one as likely as section 3 or 4."""
    blocks = {name: table for name, table in _blocks(sheet).items() if len(_heads(sheet, name)) >= least}
    return rng.choice([name for table in sorted(set(blocks.values())) for name in [_of(blocks, table, rng)]])


def _of(blocks: dict[str, str], table: str, rng: Random) -> str:
    return rng.choice([name for name, other in blocks.items() if other == table])


def _heads(sheet: Sheet, block: str) -> tuple[Head, ...]:
    """The heads over a block, or what they were where they are lost."""
    return sheet.heads.get(block) or heads_of(next(row.row for row in sheet.rows if block_of(row.row) == block))


def _arranged(sheet: Sheet, block: str, heads: Sequence[Head], arrange: Callable[[PrintedRow], PrintedRow]) -> Sheet:
    rows = tuple(arrange(row) if block_of(row.row) == block else row for row in sheet.rows)
    return replace(sheet, rows=rows, heads={**sheet.heads, block: tuple(heads)})


def _permuted(sheet: Sheet, block: str, places: Sequence[int]) -> Sheet:
    """A block's columns in another order; cells without a head stay at the end."""

    def arrange(row: PrintedRow) -> PrintedRow:
        order = row.printed_order
        return replace(row, order=(*(order[place] for place in places), *order[len(places) :]))

    heads = _heads(sheet, block)
    return _arranged(sheet, block, [heads[place] for place in places], arrange)


def _knows_order(sheet: Sheet, block: str) -> bool:
    """Whether something says in which order the columns stand: sums tell no applicant from another."""
    return block not in sheet.headless or _blocks(sheet)[block] == "disclosure"


def permute_columns(sheet: Sheet, rng: Random) -> Sheet:
    """The columns of a block stand in any order, those under one head together."""
    block = _draw(sheet, rng, least=2)
    if not _knows_order(sheet, block):
        return sheet
    heads = _heads(sheet, block)
    return _permuted(sheet, block, _shuffled(heads, range(len(heads)), rng, 0))


def _shuffled(heads: Sequence[Head], places: Sequence[int], rng: Random, level: int) -> list[int]:
    """Places shuffled within their groups, and the groups among themselves."""
    parts = [list(part) for _, part in groupby(places, lambda place: heads[place].above[level : level + 1] or place)]
    if len(parts) == 1 and len(places) > 1:
        return _shuffled(heads, places, rng, level + 1)
    parts = [_shuffled(heads, part, rng, level + 1) if len(part) > 1 else part for part in parts]
    rng.shuffle(parts)
    return [place for part in parts for place in part]


def swap_columns(sheet: Sheet, rng: Random) -> Sheet:
    """Two columns of a block have changed places."""
    block = _draw(sheet, rng, least=2)
    if not _knows_order(sheet, block):
        return sheet
    heads = _heads(sheet, block)
    groups = [[at for at, head in enumerate(heads) if head.above == above] for above in {h.above for h in heads}]
    group = rng.choice(sorted(group for group in groups if len(group) > 1) or [list(range(len(heads)))])
    one, other = rng.sample(group, 2)
    places = list(range(len(heads)))
    places[one], places[other] = other, one
    return _permuted(sheet, block, places)


def total_first(sheet: Sheet, rng: Random) -> Sheet:
    """总计 stands before what it sums up."""
    block = rng.choice([name for name, table in _blocks(sheet).items() if table != "disclosure"] or [""])
    if not block:
        return sheet
    heads = _heads(sheet, block)
    top = [head.above if block == "disputes" else () for head in heads]
    groups = [list(part) for _, part in groupby(range(len(heads)), lambda at: top[at])]
    moved = [sorted(group, key=lambda at: heads[at].label != _TOTAL) for group in groups]
    return _permuted(sheet, block, [at for group in moved for at in group])


def _inserted(sheet: Sheet, rng: Random, block: str, at: int, head: Head, texts: Sequence[str]) -> Sheet:
    """A block with a column more before its column ``at``; its cells are drawn from ``texts``, a number where empty."""

    def arrange(row: PrintedRow) -> PrintedRow:
        text = rng.choice(texts) if texts else _number(rng)
        return replace(row, order=(*row.printed_order[:at], text, *row.printed_order[at:]))

    heads = _heads(sheet, block)
    return _arranged(sheet, block, (*heads[:at], head, *heads[at:]), arrange)


def _number(rng: Random) -> str:
    return "0" if rng.random() < 0.4 else str(rng.randint(1, 10 ** rng.randint(1, 4)))


def last_year_beside(sheet: Sheet, rng: Random) -> Sheet:
    """One column has last year's figures beside it."""
    block = _draw(sheet, rng)
    columns = [at for at, head in enumerate(_heads(sheet, block)) if not head.label.startswith("上")]
    return _with_last_year(sheet, rng, block, rng.choice(columns)) if columns else sheet


def last_year_for_all(sheet: Sheet, rng: Random) -> Sheet:
    """Every column of a block has last year's figures beside it, always on the same side."""
    block = rng.choice([name for name, table in _blocks(sheet).items() if table != "disputes"] or [""])
    if not block or any(head.label.startswith("上") for head in _heads(sheet, block)):
        return sheet
    seed, side = rng.random(), rng.randint(0, 1)
    for at in reversed(range(len(_heads(sheet, block)))):
        sheet = _with_last_year(sheet, rng, block, at, side, Random(seed))
    return sheet


def _with_last_year(
    sheet: Sheet, rng: Random, block: str, at: int, side: int | None = None, words: Random | None = None
) -> Sheet:
    head = _heads(sheet, block)[at]
    words = words or rng
    name = head.label.removeprefix("本年").partition("（")[0]
    year = sheet.truth.year - 1
    label = words.choice((f"上年{name}", f"上年{name}", f"{year}年{name}", f"{year}年", "去年同期", f"上年同期{name}"))
    place = at + (rng.choice((1, 1, 0)) if side is None else side)
    return _inserted(sheet, rng, block, place, Head(label, head.above), ())


def leave_out_column(sheet: Sheet, rng: Random) -> Sheet:
    """A column is not there, nor its head."""
    block = _draw(sheet, rng, least=2)
    heads = _heads(sheet, block)
    at = rng.randrange(len(heads))

    def arrange(row: PrintedRow) -> PrintedRow:
        order = row.printed_order
        gone = order[at]
        cells = tuple(None if n == gone else cell for n, cell in enumerate(row.cells))
        return replace(row, cells=cells, order=(*order[:at], *order[at + 1 :]))

    return _arranged(sheet, block, (*heads[:at], *heads[at + 1 :]), arrange)


def add_column(sheet: Sheet, rng: Random) -> Sheet:
    """A column that says something else of the rows: numbers, remarks, units, rates."""
    kind = rng.choice(("serial", "remark", "unit", "rate"))
    block = _draw(sheet, rng)
    table = _blocks(sheet)[block]
    heads = _heads(sheet, block)
    if kind == "serial" and table != "disputes":
        return replace(sheet, numbered=sheet.numbered | {table})
    if kind == "unit":
        return _inserted(sheet, rng, block, 0, Head("单位"), ("件",))
    if kind == "rate":
        at = rng.randint(1, len(heads))
        label = rng.choice(("同比", "同比增长（%）", "增幅", "比上年增减"))
        return _inserted(sheet, rng, block, at, Head(label, heads[at - 1].above), _RATES)
    return _inserted(sheet, rng, block, len(heads), Head("备注"), _REMARKS)


def unknown_head(sheet: Sheet, rng: Random) -> Sheet:
    """A column of figures whose head the form does not have."""
    block = _draw(sheet, rng)
    heads = _heads(sheet, block)
    at = rng.randint(0, len(heads))
    label = rng.choice(_UNKNOWN[_blocks(sheet)[block]])
    return _inserted(sheet, rng, block, at, Head(label, heads[max(at - 1, 0)].above), ())


def lose_heads(sheet: Sheet, rng: Random) -> Sheet:
    """The rows of heads of a block are missing; its columns stand in the form's order, or the total first."""
    block = _draw(sheet, rng)
    if _blocks(sheet)[block] != "disclosure":
        labels = [head.label for head in _heads(sheet, block)]
        form = [head.label for head in heads_of(next(row.row for row in sheet.rows if block_of(row.row) == block))]
        if [label for label in labels if label != _TOTAL] != [label for label in form if label != _TOTAL]:
            return sheet
    return replace(sheet, headless=sheet.headless | {block})


COLUMNS: tuple[Callable[[Sheet, Random], Sheet], ...] = (
    permute_columns, swap_columns, total_first, last_year_beside, last_year_for_all, leave_out_column, add_column,
    unknown_head, lose_heads,
)  # fmt: skip
