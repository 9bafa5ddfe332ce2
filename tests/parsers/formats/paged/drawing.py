"""Pages drawn by hand: characters ten points wide and high, and rules between places."""

from collections.abc import Iterable, Iterator, Sequence

from parsers.formats.paged.page import Glyph, PrintedPage, Rectangle

SIZE = 10.0


def text(x: float, top: float, words: str, confidence: float | None = None) -> Iterator[Glyph]:
    """Characters side by side; a space leaves one out."""
    for at, character in enumerate(words):
        if character != " ":
            left = x + at * SIZE
            yield Glyph(character, left, top, left + SIZE, top + SIZE, confidence, top + SIZE)


def across(y: float, x0: float, x1: float) -> Rectangle:
    return Rectangle(x0, y, x1, y)


def down(x: float, y0: float, y1: float) -> Rectangle:
    return Rectangle(x, y0, x, y1)


def grid(xs: Sequence[float], ys: Sequence[float]) -> list[Rectangle]:
    """All rules of a table, each from end to end."""
    return [*(across(y, xs[0], xs[-1]) for y in ys), *(down(x, ys[0], ys[-1]) for x in xs)]


def page(glyphs: Iterable[Glyph], rules: Iterable[Rectangle] = (), number: int = 1) -> PrintedPage:
    return PrintedPage(number, 600, 800, tuple(glyphs), tuple(rules))
