"""The makes of documents: how a sheet becomes bytes, and what each make can show."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.factory import html, markdown, pages, texts
from tests.factory.sheet import IN_GRIDS, IN_TEXT, Mutation, Sheet, add_foot, add_page_number


@dataclass(frozen=True, slots=True)
class Make:
    """A kind of document. ``places``: an empty cell can be seen; ``feet``: it is printed on pages."""

    name: str
    render: Callable[[Sheet, Random], bytes]
    places: bool = False
    feet: bool = True

    @property
    def mutations(self) -> tuple[Mutation, ...]:
        """The ways in which such a document may be spoiled."""
        if not self.places:
            return IN_TEXT
        return (*IN_GRIDS, add_foot, add_page_number) if self.feet else IN_GRIDS


MAKES = (
    Make("html", html.plain_page, places=True, feet=False),
    Make("word html", html.word_page, places=True, feet=False),
    Make("markdown", markdown.clean, places=True),
    Make("markdown without spans", markdown.spanless, places=True),
    Make("text of pdfminer", texts.pdfminer),
    Make("text, close lines", texts.close_lines),
    Make("text, narrow", texts.narrow),
    Make("text, values between", texts.between),
    Make("text, values above", texts.before),
    Make("text, spaced labels", texts.spaced),
    Make("text, tabs", texts.tabbed),
    Make("text, a cell a line", texts.cell_a_line),
    *(Make(name, render, places=places, feet=False) for name, render, places in pages.PAGES),
)


def make_named(name: str) -> Make:
    """The make of this name."""
    return next(make for make in MAKES if make.name == name)
