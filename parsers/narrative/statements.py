"""What the narrative says of the table: its own figures, sentence by sentence, beside the cells.

A figure counts only where its whole clause is understood (see docs/reading.md). What the clauses may say is data:
``statements.yaml``; how they are read, ``reader.py``. A statement never changes a cell.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from parsers.characters.folding import squeeze
from parsers.document.values import CellValue, Number, State
from parsers.form.checks import sum_of
from parsers.narrative.clauses import AMOUNT_UNIT
from parsers.narrative.context import Found
from parsers.narrative.quantities import quantities
from parsers.narrative.reader import Reader

_TABLES = (2, 3, 4)
# All that these chapters speak of are requests for information, and reviews and lawsuits on these.
_OF_REQUESTS = (3, 4)
_PRINTED_AMOUNT = Decimal("0.0001")


class Outcome(StrEnum):
    """How a stated figure compares with the table."""

    AGREES = "agrees"
    DIFFERS = "differs"
    NOT_COMPARABLE = "not comparable"


@dataclass(frozen=True, slots=True)
class Statement:
    """A figure that a chapter states of a quantity of the form.

    ``sentence`` is as stored in the chapter. ``quantity`` is the key of a cell, or the code of the sum
    of ``cells``; it has no cells where the edition's table does not ask for it. ``value`` is a count, or
    万元 where ``unit`` says so; ``table`` is what the cells say, None where they hold no certain number.
    """

    chapter: int
    sentence: str
    quantity: str
    cells: tuple[str, ...]
    value: Number
    unit: str | None
    table: Number | None

    @property
    def outcome(self) -> Outcome:
        """Whether statement and table agree; an amount to the four decimals that the form prints."""
        if self.table is None:
            return Outcome.NOT_COMPARABLE
        same = self.value == self.table
        if self.unit and not same:
            same = Decimal(self.value).quantize(_PRINTED_AMOUNT) == Decimal(self.table)
        return Outcome.AGREES if same else Outcome.DIFFERS


@dataclass(frozen=True, slots=True)
class Prose:
    """What the chapters state, and how much of what they count was understood.

    ``counting`` is the number of sentences that count something of the form, or say that there was none;
    ``understood`` of those of which a statement was read. A missing statement means silence only where both agree.
    """

    statements: tuple[Statement, ...] = ()
    counting: int = 0
    understood: int = 0


def find_statements(
    texts: Mapping[int, str], cells: Mapping[str, CellValue], edition: int, year: int | None, agency: str | None
) -> Prose:
    """The figures that the chapters state, each compared with the cells of the table.

    ``texts`` are the chapters as stored, a paragraph a line. ``year`` tells this year's figures from
    others' (years that are named count as others if it is None), ``agency`` whose they are.
    """
    carried_in = cells["applications/carried_in/total"]
    nothing = carried_in.value == 0 or carried_in.state in (State.BLANK, State.DASH)
    reader = Reader(quantities(edition), year, squeeze(agency or ""), carries=not nothing)
    reads = [
        (chapter, read)
        for chapter, text in sorted(texts.items())
        for read in reader.chapter(text, table=chapter in _TABLES, topic=chapter in _OF_REQUESTS)
    ]
    statements = tuple(
        _statement(chapter, read.sentence, found, found.quantity.keys(edition, found.applicant), cells)
        for chapter, read in reads
        for found in read.found
    )
    understood = sum(bool(read.found) for _, read in reads)
    return Prose(statements, sum(read.counts or bool(read.found) for _, read in reads), understood)


def _statement(
    chapter: int, sentence: str, found: Found, keys: tuple[str, ...], cells: Mapping[str, CellValue]
) -> Statement:
    code = keys[0] if len(keys) == 1 else "/".join(filter(None, (found.quantity.code, found.applicant)))
    unit = AMOUNT_UNIT if found.quantity.amount else None
    return Statement(chapter, sentence, code, keys, found.value, unit, sum_of(keys, cells) if keys else None)
