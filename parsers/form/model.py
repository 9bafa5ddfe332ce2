"""The official form as data: its rows in print order, their labels, columns and identities.

Everything here comes from ``codebook.yaml``, which names the official notices.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache

from parsers.characters.folding import label_key
from parsers.declarations import declared
from parsers.form.cell_key import CellKey

_ORDINAL = re.compile(r"（[一二三四五六七八九]）|[一二三四五六七八九]、|\d\.")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of one row's block.

    ``code`` ends the cell's key; ``groups`` are the heads above its own, outermost first.
    """

    code: str
    label: str
    groups: tuple[str, ...] = ()

    @property
    def is_amount(self) -> bool:
        """Whether the column holds an amount of money (stored in 万元) rather than a count."""
        return "金额" in self.label

    @property
    def is_change(self) -> bool:
        """Whether the column holds by how much a count grew or shrank."""
        return "增/减" in self.label


@dataclass(frozen=True, slots=True)
class Row:
    """A printed row of the form: its label, and the columns that its values stand in.

    ``path`` is the label with the labels above it, joined by ``/``; ``head`` the article that
    heads its block. ``keys`` are what the label may look like as a label key, fullest first. ``cells`` are the keys of
    the row's cells, left to right.
    """

    table: str
    key: str
    path: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    head: str = ""
    cells: tuple[CellKey, ...] = field(init=False, compare=False, repr=False)

    @property
    def code(self) -> str:
        """The row's own code in the codebook."""
        return self.key.rpartition("/")[2]

    def __post_init__(self) -> None:
        """Make the keys of the row's cells once: they are asked for at every turn."""
        object.__setattr__(self, "cells", tuple(CellKey(f"{self.key}/{column.code}") for column in self.columns))


@dataclass(frozen=True, slots=True)
class Identity:
    """One equation of the form: the sum of ``left`` equals the sum of ``right``.

    It cannot be evaluated while a cell of ``totals`` is blank.
    """

    name: str
    scope: str
    left: tuple[str, ...]
    right: tuple[str, ...]
    totals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """One edition of the form; ``cells`` has the keys of all its cells, in print order."""

    edition: int
    rows: tuple[Row, ...]
    identities: tuple[Identity, ...]
    chapters: dict[int, tuple[str, ...]]
    cells: tuple[CellKey, ...]

    def labels(self) -> frozenset[str]:
        """Every row and column label of the edition as a key, for telling editions apart."""
        columns = {label_key(column.label) for row in self.rows for column in row.columns}
        return frozenset(columns | {row.keys[0] for row in self.rows})


@dataclass(frozen=True, slots=True)
class Block:
    """The rows of section 2 under one article: labels by code."""

    columns: dict[str, str]
    rows: dict[str, str]


@dataclass(frozen=True, slots=True)
class Edition:
    """One edition in ``codebook.yaml``: section 2 by article, the rows of section 3, the procedures of section 4."""

    disclosure: dict[str, Block]
    applications: dict[str, str]
    disputes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Codebook:
    """``codebook.yaml``: labels by code, the editions, the chapters' headings, the identities in words."""

    applicants: dict[str, str]
    spanning_heads: dict[str, tuple[str, ...]]
    dispute_procedures: dict[str, str]
    dispute_outcomes: dict[str, str]
    editions: dict[int, Edition]
    english: dict[str, str]
    chapters: dict[int, tuple[str, ...]]
    spellings: dict[str, tuple[str, ...]]
    identities: dict[str, str]


@cache
def codebook() -> Codebook:
    """The codebook."""
    return declared(__package__, "codebook.yaml", Codebook)


@cache
def forms() -> tuple[Form, ...]:
    """All editions, newest first."""
    return tuple(_form(edition) for edition in sorted(codebook().editions, reverse=True))


@cache
def known_labels() -> frozenset[str]:
    """What any label of any edition may look like, as label keys."""
    keys = {key for form in forms() for row in form.rows for key in row.keys}
    return frozenset(keys.union(*(form.labels() for form in forms())))


@cache
def head_sequences() -> frozenset[tuple[str, ...]]:
    """The heads of each block of columns of any edition, left to right, as label keys."""
    rows = (row for form in forms() for row in form.rows)
    return frozenset(tuple(label_key(column.label) for column in row.columns) for row in rows)


@cache
def heading_keys() -> frozenset[str]:
    """The heads of columns and of blocks, and the chapters' headings, of any edition, as label keys."""
    blocks = {label_key(row.head) for form in forms() for row in form.rows if row.head}
    chapters = {label_key(title) for form in forms() for titles in form.chapters.values() for title in titles}
    numbered = {numeral + title for title in chapters for numeral in "一二三四五六"}
    return frozenset(blocks | chapters | numbered | {head for heads in head_sequences() for head in heads})


def form_of(edition: int) -> Form:
    """The form of one edition; KeyError for an edition that the codebook does not have."""
    for form in forms():
        if form.edition == edition:
            return form
    raise KeyError(edition)


def _form(edition: int) -> Form:
    book = codebook()
    tables = book.editions[edition]
    applicants = tuple(Column(code, label, _above(book, code)) for code, label in book.applicants.items())
    rows = (
        *(row for article, block in tables.disclosure.items() for row in _disclosure(article, block)),
        *(_row("applications", code, path, applicants) for code, path in tables.applications.items()),
        _disputes(book, tables.disputes),
    )
    cells = tuple(cell for row in rows for cell in row.cells)
    return Form(edition, rows, tuple(_identities(rows)), book.chapters, cells)


def _disclosure(article: str, block: Block) -> list[Row]:
    columns = tuple(Column(code, label) for code, label in block.columns.items())
    return [_row("disclosure", code, label, columns, article) for code, label in block.rows.items()]


def _disputes(book: Codebook, procedures: Sequence[str]) -> Row:
    """Section 4 is one printed row of fifteen values under three column groups."""
    outcomes = book.dispute_outcomes
    columns = tuple(
        Column(f"{p}/{code}", label, (*_above(book, p), book.dispute_procedures[p]))
        for p in procedures
        for code, label in outcomes.items()
    )
    # Its label is the heads: all outcomes, or at the least the last ones.
    *_, pending, total = outcomes.values()
    last_procedure = book.dispute_procedures[procedures[-1]]
    heads = ("".join(outcomes.values()), pending + total, last_procedure + total)
    return Row("disputes", "disputes", "", columns, tuple(label_key(head) for head in heads))


def _above(book: Codebook, code: str) -> tuple[str, ...]:
    """The spanning heads above the columns of a code."""
    return tuple(head for head, codes in book.spanning_heads.items() if code in codes)


def _row(table: str, code: str, path: str, columns: tuple[Column, ...], head: str = "") -> Row:
    key = f"{table}/{code}"
    spellings = (path.rsplit("/", 1)[-1], *codebook().spellings.get(key, ()))
    keys = dict.fromkeys(spelled for label in spellings for spelled in _label_keys(label))
    return Row(table, key, path, columns, tuple(keys), head)


def _label_keys(label: str) -> tuple[str, ...]:
    """A label's keys: whole, without its ordinal, and both again without a closing explanation."""
    bare = _ORDINAL.sub("", label, count=1)
    keys = [label_key(text) for text in (label, bare, *(_unexplained(text) for text in (label, bare)))]
    return tuple(dict.fromkeys(keys))


def _unexplained(label: str) -> str:
    start = label.find("（", 1)
    return label[:start] if start > 3 else label


def _identities(rows: tuple[Row, ...]) -> list[Identity]:
    applications = [row for row in rows if row.table == "applications"]
    applicants = [column.code for column in applications[0].columns]
    results = [row.key for row in applications if "/" in row.path and not row.key.endswith("/concluded")]
    key = "applications/"
    found = []
    for a in applicants:
        arrived = (f"{key}received/{a}", f"{key}carried_in/{a}")
        concluded = f"{key}concluded/{a}"
        found.append(Identity("balance", a, arrived, (concluded, f"{key}carried_out/{a}"), (concluded,)))
        found.append(Identity("outcomes", a, (concluded,), tuple(f"{r}/{a}" for r in results), (concluded,)))
    for row in applications:
        *parts, total = row.cells
        found.append(Identity("applicants", row.key.removeprefix(key), (total,), tuple(parts), (total,)))
    disputes = next(row for row in rows if row.table == "disputes")
    for first in range(0, len(disputes.cells), 5):
        *parts, total = disputes.cells[first : first + 5]
        found.append(Identity("disputes", total.row, (total,), tuple(parts), (total,)))
    return found
