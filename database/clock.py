"""Moments as the database writes them."""

import time
from datetime import UTC, datetime, timedelta

# UTC in ISO 8601, to the second.
TIME = "%Y-%m-%dT%H:%M:%SZ"
# Counts while the machine sleeps, too; only Linux has it.
_STEADY = getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC)
_BEGUN, _BEGUN_STEADY = datetime.now(UTC), time.clock_gettime(_STEADY)


def now() -> str:
    """The present moment, by the clock as it was when the process began: a clock that is set does not turn it back."""
    return (_BEGUN + timedelta(seconds=time.clock_gettime(_STEADY) - _BEGUN_STEADY)).strftime(TIME)
