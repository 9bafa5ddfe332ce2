"""Our own web pages as other people's converters write them: their real output, whatever they leave out of it.

Each is a make that is skipped where its package is not installed.
"""

from random import Random

from tests.factory.html import plain_page, word_page
from tests.factory.layouts import Make
from tests.factory.sheet import Sheet


def trafilatura_text(sheet: Sheet, rng: Random) -> bytes:
    """Its plain text, which may lack the title and the headings; the title is put back."""
    import trafilatura

    kind, page = rng.choice(("txt", "markdown")), _page(sheet, rng)
    text = trafilatura.extract(page, include_tables=True, output_format=kind, favor_recall=rng.random() < 0.7)
    title = sheet.truth.title
    return (text if title in (text or "") else f"{title}\n{text}").encode()


def resiliparse_text(sheet: Sheet, rng: Random) -> bytes:
    """Its plain text: two tabs between cells."""
    from resiliparse.extract.html2text import extract_plain_text

    return str(extract_plain_text(plain_page(sheet, rng).decode())).encode()


def markdownify_text(sheet: Sheet, rng: Random) -> bytes:
    """Markdown whose cells span columns and not rows."""
    import markdownify

    return str(markdownify.markdownify(_page(sheet, rng))).encode()


def html2text_text(sheet: Sheet, rng: Random) -> bytes:
    """Markdown without spans and outer bars, wrapped or padded."""
    import html2text

    converter = html2text.HTML2Text(bodywidth=0)
    converter.pad_tables = rng.random() < 0.5
    return str(converter.handle(_page(sheet, rng))).encode()


def inscriptis_text(sheet: Sheet, rng: Random) -> bytes:
    """Text whose columns are kept by spaces, but where cells span."""
    import inscriptis

    return str(inscriptis.get_text(_page(sheet, rng))).encode()


def _page(sheet: Sheet, rng: Random) -> str:
    """A page of the portal or one pasted from Word."""
    if rng.random() < 0.6:
        return plain_page(sheet, rng).decode()
    page = word_page(sheet, rng)
    try:
        return page.decode()
    except UnicodeDecodeError:
        return page.decode("gb18030")


CONVERTED = (
    Make("trafilatura", trafilatura_text, places=True, feet=False, columns=True, filled=True, needs=("trafilatura",)),
    Make("resiliparse", resiliparse_text, feet=False, columns=True, needs=("resiliparse",)),
    Make("markdownify", markdownify_text, places=True, feet=False, columns=True, needs=("markdownify",)),
    Make("html2text", html2text_text, places=True, feet=False, columns=True, needs=("html2text",)),
    Make("inscriptis", inscriptis_text, feet=False, columns=True, lost=Sheet.rows_with_gaps, needs=("inscriptis",)),
)
"""A make for each package, of its name."""
