"""What can become of a page that was asked for."""

from collections.abc import Collection
from enum import StrEnum


class Outcome(StrEnum):
    """The named ends of a planned page; every one comes to exactly one of these."""

    REPORT = "report"
    MISSING = "missing"
    NOT_A_REPORT = "not_a_report"
    NOT_FETCHED = "not_fetched"


_CUT_SHORT = "the connection closed before the page was complete"


def missing(status: int) -> bool:
    """Whether a status says that there is no such page (RFC 9110, 15.5.5 and 15.5.11)."""
    return status in (404, 410)


def refusal(status: int, flags: Collection[str]) -> str | None:
    """Why an answer holds no page, or None if it may hold one."""
    if status != 200:
        return f"the server answered {status}"
    if "partial" in flags:
        return _CUT_SHORT
    return None


def no_answer(error: BaseException) -> str:
    """Why a request got no whole answer, in one line."""
    if type(error).__name__ == "ResponseDataLossError":
        return _CUT_SHORT
    message = " ".join(str(error).split())
    return f"{type(error).__name__}: {message}" if message else type(error).__name__
