"""Moments as the database writes them."""

from datetime import UTC, datetime

# UTC in ISO 8601, to the second.
TIME = "%Y-%m-%dT%H:%M:%SZ"


def now() -> str:
    """The present moment."""
    return datetime.now(UTC).strftime(TIME)
