"""The makes of documents: how a sheet becomes bytes, and what each make can show."""

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from random import Random

from tests.factory import html, markdown, office, pages, pdf, pipes, texts, word97
from tests.factory.columns import COLUMNS, lose_heads
from tests.factory.columns_kept import columns_kept
from tests.factory.mutations import (
    ANYWHERE,
    IN_GRIDS,
    Mutation,
    add_foot,
    add_page_number,
    cut_numbers,
    lose_last,
    zeros_and_one_more,
)
from tests.factory.sheet import Sheet


def _nothing(_: Sheet) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Make:
    """A kind of document.

    ``places``: an empty cell can be seen; ``feet``: it is printed on pages; ``columns``: it shows under which head a
    figure stands; ``lines``: a figure can be broken over two lines of its cell. ``lost``: the cells whose places such
    a document does not tell, of which a reader can at best say that they are uncertain. ``filled``: what a
    row lacks is filled up at its end, so that a lost cell looks like a last one that is empty. ``needs``: the programs
    or modules that draw it.
    """

    name: str
    render: Callable[[Sheet, Random], bytes]
    places: bool = False
    feet: bool = True
    columns: bool = False
    lines: bool = False
    lost: Callable[[Sheet], frozenset[str]] = _nothing
    filled: bool = False
    needs: tuple[str, ...] = ()

    def lacks(self) -> tuple[str, ...]:
        """What of its needs this machine does not have."""
        return missing(self.needs)

    @property
    def mutations(self) -> tuple[Mutation, ...]:
        """The ways in which such a document may be spoiled."""
        found = [one for one in ANYWHERE if not (self.filled and one is lose_last)]
        found += IN_GRIDS if self.places and not self.filled else ()
        found += (add_foot, add_page_number) if self.feet else ()
        found += (*COLUMNS, zeros_and_one_more) if self.columns else (lose_heads,)
        found += (cut_numbers,) if self.lines else ()
        return tuple(found)


MAKES = (
    Make("html", html.plain_page, places=True, feet=False, columns=True, lines=True),
    Make("word html", html.word_page, places=True, feet=False, columns=True, lines=True),
    Make("docx of Word", office.word_file, places=True, feet=False, columns=True, lines=True),
    Make("docx of WPS", office.wps_file, places=True, feet=False, columns=True, lines=True),
    Make("doc of Word", word97.word_binary, places=True, feet=False, columns=True, lines=True),
    Make("markdown", markdown.clean, places=True, columns=True),
    Make("markdown without spans", markdown.spanless, places=True, columns=True),
    Make("markdown with html tables", markdown.with_html, places=True, feet=False, columns=True, lines=True),
    Make("markdown, ragged", markdown.ragged, feet=False, columns=True),
    Make("pdf, ruled", pdf.ruled_page, places=True, feet=False, columns=True, lines=True),
    Make("pdf, no rules", pdf.unruled_page, feet=False, columns=True, lines=True),
    Make("text of pdfminer", texts.pdfminer),
    Make("text, close lines", texts.close_lines),
    Make("text, narrow", texts.narrow),
    Make("text, values between", texts.between),
    Make("text, values above", texts.before),
    Make("text, spaced labels", texts.spaced),
    Make("text, tabs", texts.tabbed, places=True, columns=True),
    Make("text, a cell a line", texts.cell_a_line),
    *(Make(name, render, places, feet=False, columns=rows, lines=rows) for name, render, places, rows in pages.PAGES),
)


def missing(needs: Iterable[str]) -> tuple[str, ...]:
    """The programs and modules that this machine does not have."""
    return tuple(need for need in needs if not (shutil.which(need) or _has_module(need)))


def _has_module(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except ModuleNotFoundError:
        return False


HARD = (
    Make("pipes, closing bar", pipes.closing_bar, places=True, feet=False, columns=True),
    Make("pipes, padded", pipes.padded, places=True, feet=False, columns=True),
    Make("pipes, bar after each cell", pipes.bar_after_cell, places=True, feet=False, columns=True),
    Make("pipes, cell after its bar", pipes.cell_after_bar, places=True, feet=False, columns=True),
    Make("pipes, empty cells dropped", pipes.empty_cells_dropped, feet=False, columns=True, lost=Sheet.rows_with_gaps),
    Make("tabs, doubled", pipes.tabs_doubled, places=True, feet=False, columns=True),
    Make("html, spans stripped", pipes.spans_stripped, places=True, feet=False, columns=True, lines=True),
    Make("markdown, spans lost", pipes.markdown_rows, places=True, feet=False, columns=True),
    Make("markdown, labels astray", pipes.labels_astray, feet=False, columns=True),
    Make("text, columns kept", columns_kept, feet=False, columns=True),
    Make("pdf, ruled, figures cut", pdf.narrow_page, places=True, feet=False, columns=True),
    Make("pdf, no rules, figures cut", pdf.narrow_unruled_page, feet=False, columns=True),
)
"""Makes in which the place of a figure is not said by spans, or a figure is set on two lines."""


def make_named(name: str) -> Make:
    """The make of this name."""
    return next(make for make in (*MAKES, *HARD) if make.name == name)
