"""Identities over cells: what can be evaluated, and what holds."""

from decimal import Decimal

import pytest

from parsers.document.values import CellValue, State
from parsers.form.checks import evaluate, evaluate_one, sum_of
from parsers.form.model import Identity

TOTAL = Identity("applicants", "received", ("total",), ("a", "b"), ("total",))
BLANK = CellValue(None, State.BLANK)
DASH = CellValue(None, State.DASH)
UNSURE = CellValue(None, State.UNCERTAIN)


def cells(total: CellValue | int, a: CellValue | int, b: CellValue | int) -> dict[str, CellValue]:
    given = {"total": total, "a": a, "b": b}
    return {key: CellValue(one, State.PRINTED) if isinstance(one, int) else one for key, one in given.items()}


@pytest.mark.parametrize(
    ("total", "a", "b", "holds"),
    [
        (5, 2, 3, True),
        (5, 2, 2, False),
        (0, 0, 0, True),
        (2, 2, BLANK, True),
        (2, 2, DASH, True),
        (3, 2, BLANK, False),
    ],
)
def test_blanks_and_dashes_count_as_nothing(total: int, a: CellValue | int, b: CellValue | int, *, holds: bool) -> None:
    check = evaluate_one(TOTAL, cells(total, a, b))
    assert check
    assert check.holds is holds


@pytest.mark.parametrize(
    ("total", "a", "b"),
    [
        (5, 2, UNSURE),
        (UNSURE, 2, 3),
        (5, 2, CellValue(None, State.ABSENT)),
        (5, 2, CellValue(None, State.TEXT, "详见附件")),
        (BLANK, 2, 3),
        (DASH, 2, 3),
        (5, BLANK, DASH),
    ],
)
def test_what_is_not_certain_or_blank_on_a_side_is_not_evaluated(
    total: CellValue | int, a: CellValue | int, b: CellValue | int
) -> None:
    assert evaluate_one(TOTAL, cells(total, a, b)) is None
    assert evaluate([TOTAL], cells(total, a, b)) == []


def test_a_check_says_both_sums() -> None:
    (check,) = evaluate([TOTAL], cells(9, 2, 3))
    assert (check.identity, check.scope, check.left, check.right) == ("applicants", "received", 9, 5)


def test_amounts_are_summed_to_the_last_digit() -> None:
    amounts = {key: CellValue(Decimal(text), State.PRINTED) for key, text in (("a", "0.1"), ("b", "0.2"))}
    assert sum_of(("a", "b"), amounts) == Decimal("0.3")
    assert sum_of(("a",), {"a": BLANK}) is None
