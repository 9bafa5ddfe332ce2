"""What the spider hands to the pipeline."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Page:
    """A response that may be a report; ``warc`` and ``offset`` say where the archive holds it."""

    key: str
    url: str
    media_type: str | None
    body: bytes
    fetched_at: str
    warc: str
    offset: int


@dataclass(frozen=True, slots=True)
class Failure:
    """A page that could not be fetched, and why."""

    key: str
    url: str
    reason: str
