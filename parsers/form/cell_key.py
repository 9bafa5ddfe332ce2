"""The key of a cell of the form: its table, row and column in the codes of the codebook."""

from typing import Self


class CellKey(str):
    """``table/row/column``, as the codebook, the database and every export write it.

    In section 4 the row is a procedure.
    """

    __slots__ = ()

    @classmethod
    def of(cls, table: str, row: str, column: str) -> Self:
        """The key made of its parts."""
        return cls(f"{table}/{row}/{column}")

    @property
    def table(self) -> str:
        """The code of the table: disclosure, applications or disputes."""
        return self.partition("/")[0]

    @property
    def row(self) -> str:
        """The code of the row, or in section 4 of the procedure."""
        return self.split("/")[1]

    @property
    def column(self) -> str:
        """The code of the column."""
        return self.rpartition("/")[2]
