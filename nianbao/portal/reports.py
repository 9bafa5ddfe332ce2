"""The reports that the sample portal serves."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import yaml


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
    chapters: dict[int, list[str]]
    figures: dict[str, list[int]]

    def rows(self, table: str) -> Iterator[tuple[str, list[int]]]:
        """The codes and values of the rows of one table."""
        for key, values in self.figures.items():
            owner, _, code = key.partition("/")
            if owner == table:
                yield code, values


@cache
def sample_reports() -> dict[int, SampleReport]:
    """All reports by their numbers."""
    text = (files(__package__) / "reports.yaml").read_text(encoding="utf-8")
    return {report["id"]: SampleReport(**report) for report in yaml.safe_load(text)}
