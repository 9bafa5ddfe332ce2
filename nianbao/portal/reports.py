"""The reports that the sample portal serves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from parsers.declarations import declared


@dataclass(frozen=True, slots=True)
class SampleReport:
    """A report as data; ``figures`` has the printed values of each row of the form, in its order."""

    id: int
    title: str
    agency: str
    year: int
    published: str
    seed: str
    see_also: int
    chapters: dict[int, tuple[str, ...]]
    figures: dict[str, tuple[int, ...]]

    def rows(self, table: str) -> Iterator[tuple[str, tuple[int, ...]]]:
        """The codes and values of the rows of one table."""
        for key, values in self.figures.items():
            owner, _, code = key.partition("/")
            if owner == table:
                yield code, values


@cache
def sample_reports() -> dict[int, SampleReport]:
    """All reports by their numbers."""
    return {report.id: report for report in declared(__package__, "reports.yaml", tuple[SampleReport, ...])}
