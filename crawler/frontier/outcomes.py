"""The outcomes of an address."""

from enum import StrEnum


class Outcome(StrEnum):
    """The outcomes of a planned address; in every run, each has exactly one."""

    REPORT = "report"
    UNCHANGED = "unchanged"
    ATTACHMENT = "attachment"
    STYLE = "style"
    PAGE = "page"
    MISSING = "missing"
    # A known report that is no longer there, and one that came back as something less, or as another: it stays.
    GONE = "gone"
    DOUBTED = "doubted"
    NOT_A_REPORT = "not_a_report"
    NOT_FETCHED = "not_fetched"
    WALL = "wall"
    FORBIDDEN = "forbidden"
    POSTPONED = "postponed"


# Ends that somebody should hear of.
FAILURES = frozenset(
    {Outcome.GONE, Outcome.DOUBTED, Outcome.NOT_A_REPORT, Outcome.NOT_FETCHED, Outcome.WALL, Outcome.FORBIDDEN}
)
# Ends that another try in the same run may mend.
PASSING = frozenset({Outcome.NOT_FETCHED, Outcome.WALL})
