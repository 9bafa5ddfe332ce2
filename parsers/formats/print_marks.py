"""Heads, feet and page numbers that a browser or a word processor adds when it prints."""

import re
from collections import Counter
from dataclasses import dataclass, replace

from parsers.characters.folding import spaced, squeeze
from parsers.document.model import Block, Document, Paragraph

_DATE = r"(?P<year>20\d\d)\s*[/.-]\s*(?P<month>\d{1,2})\s*[/.-]\s*(?P<day>\d{1,2})"
_TIME = r"(?:,?\s*(?:上午|下午|中午|晚上)?\s*\d{1,2}:\d\d(?::\d\d)?\s*(?:AM|PM)?)?"
_HEAD = re.compile(rf"{_DATE}{_TIME}\s+(?P<title>\S.*)", re.IGNORECASE)
_FOOT = re.compile(r"(?P<url>(?:https?|file)://\S+)(?P<page>\s+\d{1,3}\s*/\s*\d{1,3})?", re.IGNORECASE)
_PAGE = re.compile(
    r"[-—–－―~·.]{1,3}\s*[1-9]\d{0,2}\s*[-—–－―~·.]{1,3}"
    r"|第\s*\d{1,3}\s*页(?:\s*[,，/]?\s*共\s*\d{1,3}\s*页)?"
    r"|\d{1,3}\s*/\s*\d{1,3}"
    r"|page\s+\d{1,3}(?:\s+of\s+\d{1,3})?",
    re.IGNORECASE,
)
_NAMES_REPORT = re.compile(r"报告|年报|信息公开")
# No report has a hundred pages.
_LONE_NUMBER = re.compile(r"[1-9]\d?")


@dataclass(frozen=True, slots=True)
class _Mark:
    """What one line of a page head or foot says."""

    title: str | None = None
    url: str | None = None
    printed_on: str | None = None


def strip_print_marks(document: Document) -> Document:
    """Remove print heads, feet and page numbers from a document, and keep the facts in them.

    A number alone on its line is left in place: only the table around it can tell whether it is a
    page number or a figure.
    """
    heads = _repeated_heads(document)
    blocks: list[Block] = []
    facts = _Mark()
    for block in document.blocks:
        mark = _mark(spaced(block.text), heads) if isinstance(block, Paragraph) else None
        if mark is None:
            blocks.append(block)
        else:
            facts = _Mark(facts.title or mark.title, facts.url or mark.url, facts.printed_on or mark.printed_on)
    titles = document.titles + ((facts.title,) if facts.title else ())
    return replace(document, blocks=tuple(blocks), titles=titles, printed_url=facts.url, printed_on=facts.printed_on)


def is_lone_number(text: str) -> bool:
    """Whether a line is nothing but a small whole number, as a page number is."""
    return bool(_LONE_NUMBER.fullmatch(text.strip()))


def is_print_mark(text: str) -> bool:
    """Whether a line is, by what it says, a head, a foot or a page number of print."""
    return _mark(spaced(text), frozenset()) is not None


def _repeated_heads(document: Document) -> frozenset[str]:
    """Lines that name a report's title and stand more than once: the title itself, and a running head."""
    lines = (squeeze(block.text) for block in document.blocks if isinstance(block, Paragraph))
    counts = Counter(line for line in lines if line.endswith(("报告", "年报")) and len(line) > 8)
    return frozenset(line for line, count in counts.items() if count > 2)


def _mark(line: str, heads: frozenset[str]) -> _Mark | None:
    if not line or len(line) > 300:
        return None
    head = _HEAD.fullmatch(line)
    if head and _NAMES_REPORT.search(head["title"]):
        printed_on = f"{head['year']}-{int(head['month']):02d}-{int(head['day']):02d}"
        return _Mark(title=head["title"], printed_on=printed_on)
    foot = _FOOT.fullmatch(line)
    if foot and foot["page"]:
        return _Mark(url=foot["url"])
    if _PAGE.fullmatch(line) or squeeze(line) in heads:
        return _Mark()
    return None
