"""Sums of amounts as they are printed: binary sums of decimals would add places of their own."""

from decimal import Decimal

from sqlite_utils import Database

from database.schema import Column


class _ExactSum:
    """An aggregate of SQL: the sum of decimals."""

    def __init__(self) -> None:
        self._sum: Decimal | None = None

    def step(self, value: float | None) -> None:
        """Add a value; no value is none."""
        if value is not None:
            self._sum = (self._sum or Decimal(0)) + Decimal(str(value))

    def finalize(self) -> float | None:
        """The sum, an integer where it is a whole number; None of nothing."""
        if self._sum is None:
            return None
        return int(self._sum) if self._sum == self._sum.to_integral_value() else float(self._sum)


def create_exact_sum(db: Database) -> None:
    """Make the aggregate known to a connection."""
    db.conn.create_aggregate("exact_sum", 1, _ExactSum)  # type: ignore[arg-type]  # None is a result too


def sum_sql(column: Column, value: str) -> str:
    """The SQL of a sum of a figure over agencies."""
    return f"{'exact_sum' if column.unit == '万元' else 'sum'}({value})"
