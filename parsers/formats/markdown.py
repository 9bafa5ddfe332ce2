"""Markdown that holds tables as HTML, as OCR programs and converters write it, to a document."""

import re
from collections.abc import Iterator
from dataclasses import replace
from itertools import count

from parsers.document.model import Block, Document, Grid
from parsers.formats.plain_text import read_text
from parsers.formats.web.html import read_html
from parsers.formats.web.page import Page

_TABLE = re.compile(r"(<table\b.*?</table\s*>)", re.IGNORECASE | re.DOTALL)
_BREAK = re.compile(r"<br\s*/?>|</p\s*>", re.IGNORECASE)
_TAG = re.compile(r"</?(?:html|body|div|p|span|center|font|b|i|u|em|strong|sup|sub|a|img|br)\b[^<>]*>", re.IGNORECASE)


def read_markdown(text: str, most_lines: int) -> Document:
    """Read Markdown or plain text, its HTML tables included; lines are numbered from 1.

    Raises :class:`Unreadable` for a table with more than ``most_lines`` rows.
    """
    if not _TABLE.search(text):
        return read_text(_untagged(text))
    return Document(tuple(_blocks(text, most_lines)), hard_wrapped=True)


def _blocks(text: str, most_lines: int) -> Iterator[Block]:
    line = 0
    numbers = count(1)
    for part in _TABLE.split(text):
        is_table = bool(_TABLE.fullmatch(part))
        document = read_html(Page.of_text(part), most_lines) if is_table else read_text(_untagged(part))
        for block in document.blocks:
            if not isinstance(block, Grid):
                yield replace(block, line=line + (1 if is_table else block.line), path=())
            elif is_table:
                yield replace(block, number=next(numbers), path=())
            else:
                yield replace(block, number=next(numbers), lines=tuple(line + number for number in block.lines))
        line += part.count("\n")


def _untagged(text: str) -> str:
    """Text without the tags that Markdown may hold, their lines kept."""
    return _TAG.sub("", _BREAK.sub("\n", text)) if "<" in text else text
