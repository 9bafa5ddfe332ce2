"""Why a cell is flagged, in Chinese."""

import re

from publish.room.declarations import declared


def in_chinese(reason: str | None) -> str | None:
    """A reason in Chinese; None for one that is not known."""
    for pattern, said in declared("reasons").items():
        found = re.fullmatch(pattern, reason or "")
        if found:
            return found.expand(said)
    return None
