"""Markdown that holds tables as HTML, as OCR programs and converters write it, to a document."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from parsers.document.model import Block, Document, Grid
from parsers.formats.plain_text import read_text
from parsers.formats.web.html import read_html
from parsers.formats.web.page import Page
from parsers.formats.web.shown import Shown

_TABLE = re.compile(r"(<table\b.*?</table\s*>)", re.IGNORECASE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</p\s*>", re.IGNORECASE)
_STYLE = re.compile(r"<style\b[^>]*>.*?</style\s*>", re.IGNORECASE | re.DOTALL)
# What is no tag of these is text: Markdown has more uses for the sign.
_NO_TAG = re.compile(r"&|<(?!/?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>)", re.IGNORECASE)
# Tags that mean more than that they may be left out: something is hidden, struck out, raised, turned.
_MEANS = re.compile(r"<(?:bdo|del|s|strike|su[bp])\b|<[^<>]*\s(?:class|color|dir|hidden|id|style)\b", re.IGNORECASE)
_TAG = re.compile(r"</?(?:html|body|div|p|span|center|font|b|i|u|em|strong|sup|sub|a|img|br)\b[^<>]*>", re.IGNORECASE)


def read_markdown(text: str, most_lines: int) -> Document:
    """Read Markdown or plain text, its HTML tables included; lines are numbered from 1.

    Raises :class:`Unreadable` for a table with more than ``most_lines`` rows.
    """
    styles = "".join(_STYLE.findall(text))
    text = _STYLE.sub(lambda style: "\n" * style[0].count("\n"), text) if styles else text
    if not _TABLE.search(text):
        return read_text(_untagged(text, styles))
    return Document(tuple(_blocks(text, styles, most_lines)), hard_wrapped=True)


def _blocks(text: str, styles: str, most_lines: int) -> Iterator[Block]:
    line = 0
    numbers = count(1)
    for part in _TABLE.split(text):
        is_table = bool(_TABLE.fullmatch(part))
        document = (
            read_html(Page.of_text(styles + part), most_lines) if is_table else read_text(_untagged(part, styles))
        )
        for block in document.blocks:
            if not isinstance(block, Grid):
                yield replace(block, line=line + (1 if is_table else block.line), path=())
            elif is_table:
                yield replace(block, number=next(numbers), path=())
            else:
                yield replace(block, number=next(numbers), lines=tuple(line + number for number in block.lines))
        line += part.count("\n")


def _untagged(text: str, styles: str = "") -> str:
    """Text without the tags that Markdown may hold, as it is seen, its lines kept."""
    if "<" not in text:
        return text
    text = _COMMENT.sub(lambda hidden: "\n" * hidden[0].count("\n"), _BREAK.sub("\n", text))
    return _shown(text, styles) if _MEANS.search(text) else _TAG.sub("", text)


def _shown(text: str, styles: str) -> str:
    """What is seen of a text with tags; what is hidden leaves its lines empty."""
    page = Page.of_text(f"{styles}<body><div>{_NO_TAG.sub(_escaped, text)}</div></body>")
    return Shown(page.selector).set_text(page.selector.root) if page.selector else _TAG.sub("", text)


def _escaped(sign: re.Match[str]) -> str:
    return "&amp;" if sign[0] == "&" else "&lt;"
