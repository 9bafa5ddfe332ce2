"""A printed page, whoever read it: characters and ruled lines in their places."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Glyph:
    """A character, or a run of them that OCR found as one, and its box.

    Points (1/72 inch) from the top left corner of the page as it is looked at. ``confidence``, 0 to 1, is
    the OCR engine's own; None for text that the file itself states.
    """

    text: str
    x0: float
    top: float
    x1: float
    bottom: float
    confidence: float | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """A straight ruled line, across or down, as a box that may have no height or no width."""

    x0: float
    top: float
    x1: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Page:
    """What stands on one page, in no certain order; ``number`` counts from 1, sizes are points."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]
