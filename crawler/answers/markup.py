"""Web pages as trees, whatever state they are in."""

from lxml import etree, html


def parsed(text: str) -> etree._Element | None:
    """The root of a page; None for what no parser can make sense of."""
    try:
        return html.fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return None
