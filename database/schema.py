"""The published tables as data (``schema.yaml``)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from functools import cache
from typing import Any, Literal

from parsers import declarations
from parsers.form.cell_key import CellKey
from parsers.form.model import Row, codebook, forms

# Columns of the form that count kinds of items (项目), not cases.
_ITEMS = frozenset({"items_last_year", "change", "projects"})
# 本年增/减, which may be negative.
_SIGNED = frozenset({"change"})
_COUNT: dict[str, Any] = {"minimum": 0, "verified": True}
# Agencies whose reports are not verified count in the sums too.
_UNBOUNDED: dict[str, Any] = {"minimum": None, "maximum": None, "verified": False}

Type = Literal["text", "integer", "real", "number", "boolean", "date"]
"""``number`` is an integer or a decimal; a ``boolean`` is stored as 0 or 1, a ``date`` as YYYY-MM-DD."""


@dataclass(frozen=True, slots=True)
class Column:
    """A published column; ``label`` is verbatim from the form, ``references`` is table.column.

    A column that is derived from others says how: ``cells`` are the keys of the cells whose sum it is, ``share`` the
    columns of which it is the quotient, ``small`` the denominator that it marks, ``stated`` the figure whose agencies
    it counts, ``checked`` the figure that it sums over verified reports alone.

    A value is one of ``enum``, matches ``pattern`` as a whole, and lies between ``minimum`` and ``maximum`` in the
    rows for which the SQL condition ``where`` is true. With ``verified`` the bounds hold for verified reports only:
    others may print what is wrong. ``internal``: not published in a release.
    """

    type: Type
    zh: str
    en: str
    name: str = ""
    label: str | None = None
    unit: str | None = None
    references: str | None = None
    required: bool = False
    editions: tuple[int, ...] = ()
    cells: tuple[str, ...] = ()
    share: tuple[str, str] | None = None
    small: str | None = None
    stated: str | None = None
    checked: str | None = None
    enum: tuple[str | int, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    where: str | None = None
    verified: bool = False
    pattern: str | None = None
    internal: bool = False

    @property
    def is_figure(self) -> bool:
        """Whether the column holds figures of the form, or what is worked out from them."""
        return bool(self.cells or self.share or self.small or self.stated or self.checked)


@dataclass(frozen=True, slots=True)
class Table:
    """A published table or view.

    ``own`` is the SQL condition that picks the rows which were read from reports; the others are derived
    from the whole of the database (package ``derived``). ``internal`` ones are the program's own, and no part of a
    release.
    """

    name: str
    zh: str
    en: str
    columns: tuple[Column, ...]
    pk: tuple[str, ...] = ()
    fts: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    view: bool = False
    own: str = "true"
    internal: bool = False


@dataclass(frozen=True, slots=True)
class _FormColumns:
    """Stands for the columns of a table of the form."""

    cells_of: Literal["applicants", "dispute_outcomes"]


@dataclass(frozen=True, slots=True)
class _Figures:
    """Stands for a column a cell of the form whose key matches."""

    figures_of: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Sums:
    """Stands for the figures of another table, summed."""

    sums_of: str


@dataclass(frozen=True, slots=True)
class _Same:
    """Stands for the columns of another table."""

    columns_of: str


@dataclass(frozen=True, slots=True)
class _Share:
    """A column that is the quotient of two others."""

    share: tuple[str, str]
    zh: str
    en: str


_Columns = dict[str, _FormColumns | _Figures | _Sums | _Same | _Share | Column]


@dataclass(frozen=True, slots=True)
class _Declaration:
    """A table as a file declares it; see :class:`Table`."""

    zh: str
    en: str
    columns: _Columns
    pk: tuple[str, ...] = ()
    fts: tuple[str, ...] = ()
    indexes: tuple[tuple[str, ...], ...] = ()
    view: bool = False
    own: str = "true"
    internal: bool = False


@cache
def tables() -> tuple[Table, ...]:
    """All tables and views in the order in which they are declared."""
    return declared_tables(__package__, "schema.yaml")


@cache
def declared_tables(package: str, name: str) -> tuple[Table, ...]:
    """The tables that a file of a package declares."""
    declared = declarations.declared(package, name, dict[str, _Declaration])
    figures = {table: one.columns for table, one in declared.items()}
    return tuple(_table(table, one, figures) for table, one in declared.items())


def _table(name: str, one: _Declaration, others: Mapping[str, _Columns]) -> Table:
    columns = tuple(map(_with_editions, _columns(one.columns, others)))
    return Table(name, one.zh, one.en, columns, one.pk, one.fts, one.indexes, one.view, one.own, one.internal)


def _with_editions(column: Column) -> Column:
    """A column whose descriptions say in which editions of the form it exists."""
    if not column.editions:
        return column
    zh, en = "、".join(map(str, column.editions)), " and ".join(map(str, column.editions))
    only = len(column.editions) < len(_all_editions())
    zh, en = f"{'仅' if only else ''}{zh}版", f"In the form of {en} only." if only else f"In the forms of {en}."
    return replace(column, zh=f"{column.zh}【{zh}】", en=f"{column.en} {en}")


@cache
def table_of(name: str) -> Table:
    """The table or view of a name; KeyError for one that is not declared."""
    return {table.name: table for table in tables()}[name]


def _columns(declared: _Columns, others: Mapping[str, _Columns]) -> Iterator[Column]:
    """The declared columns; an entry may stand for several."""
    for name, one in declared.items():
        match one:
            case _FormColumns():
                yield from _form_columns(one.cells_of)
            case _Figures():
                yield from _figures(one.figures_of)
            case _Sums():
                for figure in _columns(others[one.sums_of], {}):
                    yield from _summed(figure)
            case _Same():
                yield from _columns(others[one.columns_of], others)
            case _Share():
                yield _share(name, one)
            case Column():
                yield _completed(replace(one, name=name))


def _completed(column: Column) -> Column:
    """A declared column with what follows from its being a sum of cells, or a mark."""
    if column.cells:
        cells = _matching(column.cells)
        return replace(column, cells=cells, editions=_editions(cells), **_COUNT)
    return replace(column, editions=_all_editions()) if column.small else column


def _summed(figure: Column) -> Iterator[Column]:
    """A figure of one agency as one of several together, with what it rests on; nothing of what is no figure."""
    if figure.cells:
        yield _together(figure, f"各机关合计：{figure.zh}", f"Sum over the agencies. Of each: {figure.en}")
        yield _counting(
            figure, f"有 {figure.name} 的机关数", f"Agencies whose {figure.name} is neither empty nor uncertain."
        )
        checked = replace(figure, name=f"{figure.name}_verified", cells=(), checked=figure.name)
        yield _together(
            checked,
            f"核验无误报告的 {figure.name} 合计（含人工核定）",
            f"Sum of {figure.name} over the verified and reviewed reports alone; empty where none of them states it.",
        )
    elif figure.share:
        part, whole = figure.share
        formula = f"sum of {part} / sum of {whole}, both over the agencies that have a {figure.name} of their own"
        en = f"Of the agencies together: {formula}; empty where none has."
        yield _together(figure, f"各机关总体：{figure.name} 非空的机关，{part} 合计 / {whole} 合计", en)
        yield _counting(
            figure, f"有 {figure.name} 的机关数", f"Agencies that have a {figure.name}: those that it is of."
        )
    elif figure.small:
        yield _together(figure, f"各机关总体：{figure.zh}", f"Of the agencies together: {figure.en}")


def _together(figure: Column, zh: str, en: str) -> Column:
    return replace(figure, zh=zh, en=en, **_UNBOUNDED)


def _counting(figure: Column, zh: str, en: str) -> Column:
    name, editions = f"{figure.name}_agencies", figure.editions
    return Column("integer", zh, en, name, label=figure.label, editions=editions, stated=figure.name, minimum=0)


def _form_columns(table: str) -> Iterator[Column]:
    editions = tuple(sorted(form.edition for form in forms()))
    for code, label in getattr(codebook(), table).items():
        zh, en = f"{label}（空值见 flags）", f"{_english(code)}: the number printed, or empty (see flags)."
        yield Column("number", zh, en, code, label=label, unit="件", editions=editions, **_COUNT)


def _share(name: str, one: _Share) -> Column:
    part, whole = one.share
    note = f"empty where either is, {whole} is 0, or an identity with both does not hold (see column conflict)"
    zh, en = f"{one.zh}（{part} / {whole}）", f"{one.en}: {part} / {whole}; {note}."
    return Column("real", zh, en, name, editions=_all_editions(), share=one.share, maximum=1, **_COUNT)


def _figures(patterns: Sequence[str]) -> Iterator[Column]:
    """One column for each cell of the form that a pattern names, in the order of print, newest edition first."""
    for pattern in patterns:
        found: dict[str, list[tuple[int, Row]]] = defaultdict(list)
        for form in forms():
            for row in form.rows:
                for cell in row.cells:
                    if fnmatch(cell, pattern):
                        found[cell].append((form.edition, row))
        yield from (_figure(cell, rows) for cell, rows in found.items())


def _figure(cell: str, rows: Sequence[tuple[int, Row]]) -> Column:
    """The column of a cell, with its row in each edition that has it, the newest first."""
    key = CellKey(cell)
    table, codes = key.table, (key.row, key.column)
    label, *older = [_label(cell, row) for _, row in rows]
    others = {edition: other for (edition, _), other in zip(rows[1:], older, strict=True) if other != label}
    zh = "".join(f"{edition}版作{other}；" for edition, other in others.items())
    en = "".join(f"; in {edition} the label is {other}" for edition, other in others.items())
    amount = codes[-1].endswith("_amount")
    number = "amount in 10,000 CNY, empty where no unit is printed too" if amount else "number printed"
    return Column(
        "number",
        f"{label}（{zh}空值：未印数字或存疑，见 uncertain）",
        f"{', '.join(map(_english, codes))}: the {number}; empty if blank, or if uncertain (see column uncertain){en}.",
        "_".join(codes).removesuffix("_total" if table == "applications" else "/"),
        label=label,
        unit="万元" if amount else "项" if codes[-1] in _ITEMS else "件",
        editions=_editions((cell,)),
        cells=(cell,),
        **({} if codes[-1] in _SIGNED else _COUNT),
    )


def _label(cell: str, row: Row) -> str:
    """The whole label of a cell: its row's, its procedure's and its column's."""
    column = next(column for key, column in zip(row.cells, row.columns, strict=True) if key == cell)
    procedure = codebook().dispute_procedures.get(CellKey(cell).row, "")
    return "/".join(filter(None, (row.path, procedure, column.label)))


def _english(code: str) -> str:
    return codebook().english[code]


def _matching(patterns: Sequence[str]) -> tuple[str, ...]:
    cells = dict.fromkeys(cell for form in forms() for cell in form.cells)
    return tuple(cell for cell in cells if any(fnmatch(cell, pattern) for pattern in patterns))


def _all_editions() -> tuple[int, ...]:
    return tuple(sorted(form.edition for form in forms()))


def _editions(cells: tuple[str, ...]) -> tuple[int, ...]:
    """The editions that have any of the cells."""
    return tuple(sorted(form.edition for form in forms() if any(cell in form.cells for cell in cells)))
