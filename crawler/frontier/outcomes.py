"""What can become of an address that was asked for."""

from enum import StrEnum


class Outcome(StrEnum):
    """The named ends of a planned address; in every run, each comes to exactly one of these."""

    REPORT = "report"
    UNCHANGED = "unchanged"
    ATTACHMENT = "attachment"
    PAGE = "page"
    MISSING = "missing"
    NOT_A_REPORT = "not_a_report"
    NOT_FETCHED = "not_fetched"
    WALL = "wall"
    FORBIDDEN = "forbidden"
    POSTPONED = "postponed"


# Ends that somebody should hear of.
FAILURES = frozenset({Outcome.NOT_A_REPORT, Outcome.NOT_FETCHED, Outcome.WALL, Outcome.FORBIDDEN})
# Ends that another try in the same run may mend.
PASSING = frozenset({Outcome.NOT_FETCHED, Outcome.WALL})
