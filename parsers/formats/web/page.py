"""A web page: its bytes, its text, and its one tree."""

import re
from collections.abc import Mapping
from functools import cached_property

from lxml import etree
from lxml.etree import _Element as Element
from parsel import Selector

from parsers.characters.charset import decode

# A report in a page of its own has 700, one that Word made 3,000; a tree of 400,000 takes some 120 MB.
_MAX_TAGS = 400_000
# What follows the end of a page is shown as well; libxml2 would drop it.
_CLOSING = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
# What is looked at to tell what a text is: the heads of pages full of scripts and styles are long.
_HEAD = 1 << 16
_HTML = re.compile(
    r"<(?:!doctype\s+html|html|head|body|table|div|p|span|meta|article|center|dl|font|frameset|h[1-6]|iframe|link|main|ol"
    r"|pre|script|section|style|title|ul)\b",
    re.IGNORECASE,
)
_SKELETON = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
# A heading, or the rule of a table.
_MARKDOWN = re.compile(r"^(?:#{1,6} \S|\|(?: *:?-{3,}:? *\|)+ *$)", re.MULTILINE)
# Lines of text outside of a page's markup that make it Markdown: what a server puts there is shorter.
_LINES_OF_TEXT = 3


class Page:
    """The body of a web page; its text and its tree are each worked out once, when they are first asked for.

    The tree is shared by all who ask: read it, and copy it before changing it. ``sheets`` are the style sheets that it
    names, by their addresses as they stand in it, as far as they are at hand.
    """

    def __init__(self, body: bytes, sheets: Mapping[str, str] | None = None) -> None:
        self.body = body
        self.sheets = sheets or {}

    @classmethod
    def of_text(cls, text: str) -> "Page":
        """A page that is known as text, and need not be decoded."""
        page = cls(text.encode("utf-8", errors="replace"))
        page.text = text
        return page

    @cached_property
    def text(self) -> str:
        """The body as text, whatever charset it declares."""
        return decode(self.body)

    @cached_property
    def is_html(self) -> bool:
        """Whether it is a web page or a piece of one, rather than plain text or Markdown with some markup in it."""
        return _is_html(self.text)

    @cached_property
    def selector(self) -> Selector | None:
        """The page to be queried; None where no parser can make sense of it, or it has too many elements to try."""
        tree, _ = self._parsed
        return None if tree is None else Selector(root=tree, type="html")

    @property
    def root(self) -> Element | None:
        """The root of the page's tree, where a walk is quicker than a query; None as for ``selector``."""
        return self._parsed[0]

    @property
    def refusal(self) -> str:
        """Why the page must not be read, though its tree may hold a part of it; '' for most."""
        return self._parsed[1]

    @cached_property
    def _parsed(self) -> tuple[Element | None, str]:
        tags = self.text.count("<")
        if tags > _MAX_TAGS:
            return None, f"too many elements: {tags:,} tags, and no report has more than {_MAX_TAGS:,}"
        # Not parsed by Selector itself: that keeps comments, which cut a text in two, and hides the parser's log.
        # Without huge_tree, libxml2 leaves out in silence what stands deeper than 256 elements.
        parser = etree.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, huge_tree=True)
        try:
            text = _CLOSING.sub("", self.text).replace("\0", "")  # A browser drops a NUL; libxml2 would end there.
            root = etree.fromstring(text.encode("utf-8", errors="replace"), parser)
        except etree.XMLSyntaxError:
            return None, ""
        too_deep = root is not None and any("depth" in entry.message for entry in parser.error_log)
        return root, "elements are nested too deep" if too_deep else ""


def _is_html(text: str) -> bool:
    head = text[:_HEAD]
    match = _HTML.search(head)
    if match is None or (_MARKDOWN.search(head) and not _SKELETON.search(head)):
        return False
    end = text.lower().rfind("</html>")
    outside = text[: match.start()] + (text[end + len("</html>") :] if end >= 0 else "")
    return sum(bool(line.strip()) for line in outside.splitlines()) < _LINES_OF_TEXT
