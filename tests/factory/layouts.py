"""The makes of documents: how a sheet becomes bytes, and what each make can show."""

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from tests.factory import html, markdown, office, pages, pdf, texts, word97
from tests.factory.mutations import ANYWHERE, IN_GRIDS, Mutation, add_foot, add_page_number
from tests.factory.sheet import Sheet


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
        feet = (add_foot, add_page_number) if self.feet else ()
        return (*(IN_GRIDS if self.places else ANYWHERE), *feet)


MAKES = (
    Make("html", html.plain_page, places=True, feet=False),
    Make("word html", html.word_page, places=True, feet=False),
    Make("docx of Word", office.word_file, places=True, feet=False),
    Make("docx of WPS", office.wps_file, places=True, feet=False),
    Make("doc of Word", word97.word_binary, places=True, feet=False),
    Make("markdown", markdown.clean, places=True),
    Make("markdown without spans", markdown.spanless, places=True),
    Make("markdown with html tables", markdown.with_html, places=True, feet=False),
    Make("markdown, ragged", markdown.ragged, feet=False),
    Make("pdf, ruled", pdf.ruled_page, places=True, feet=False),
    Make("pdf, no rules", pdf.unruled_page, feet=False),
    Make("text of pdfminer", texts.pdfminer),
    Make("text, close lines", texts.close_lines),
    Make("text, narrow", texts.narrow),
    Make("text, values between", texts.between),
    Make("text, values above", texts.before),
    Make("text, spaced labels", texts.spaced),
    Make("text, tabs", texts.tabbed, places=True),
    Make("text, a cell a line", texts.cell_a_line),
    *(Make(name, render, places=places, feet=False) for name, render, places in pages.PAGES),
)


def make_named(name: str) -> Make:
    """The make of this name."""
    return next(make for make in MAKES if make.name == name)
