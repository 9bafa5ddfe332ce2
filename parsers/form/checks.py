"""The form's identities (勾稽关系) over the cells of one report."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from parsers.document.values import CellValue, Number, State
from parsers.form.model import Identity

_KNOWN = frozenset({State.PRINTED, State.BLANK, State.DASH})


@dataclass(frozen=True, slots=True)
class Check:
    """An identity that could be evaluated; ``left`` and ``right`` are its two sums."""

    identity: str
    scope: str
    left: Number
    right: Number

    @property
    def holds(self) -> bool:
        """Whether the two sides agree."""
        return self.left == self.right


def evaluate(identities: Iterable[Identity], cells: Mapping[str, CellValue]) -> list[Check]:
    """Evaluate every identity that can be; the others are left out.

    Blanks and dashes count as nothing. An identity is not evaluated while one of its cells is not
    certain, one of its totals is blank, or all the cells of a side are.
    """
    checks = (evaluate_one(identity, cells) for identity in identities)
    return [check for check in checks if check is not None]


def evaluate_one(identity: Identity, cells: Mapping[str, CellValue]) -> Check | None:
    """Evaluate one identity, or None where that is not possible."""
    left = sum_of(identity.left, cells)
    right = sum_of(identity.right, cells)
    if left is None or right is None or any(cells[total].value is None for total in identity.totals):
        return None
    return Check(identity.name, identity.scope, left, right)


def sum_of(keys: tuple[str, ...], cells: Mapping[str, CellValue]) -> Number | None:
    """The sum of the numbers printed; None where a cell is not certain or none is a number."""
    total: Number | None = None
    for key in keys:
        reading = cells[key]
        if reading.state not in _KNOWN:
            return None
        if reading.value is not None:
            total = reading.value if total is None else total + reading.value
    return total
