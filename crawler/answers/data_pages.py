"""Data as pages: what a portal's script would show of it.

JSON, by what the portal's entry declares; and the records of a list that 大汉 jcms keeps as XML, in a page or alone.
"""

import json
import re
from collections.abc import Iterator
from html import escape
from typing import Any

import jmespath

from crawler.portals.pagers import filled
from crawler.portals.portals import JsonPaths, Portal
from parsers.characters.charset import decode
from parsers.document.model import Unreadable
from parsers.formats.web.page import Page

# callback({…}); as scripts of other hosts were once asked for.
_CALLBACK = re.compile(r"\s*[\w$.]+\s*\((.*)\)\s*;?\s*", re.DOTALL)
_HEAD = 1000
_RECORD = re.compile(r"<record>\s*<!\[CDATA\[(.*?)\]\]>\s*</record>", re.DOTALL | re.IGNORECASE)
_BODY = re.compile(r"<body\b", re.IGNORECASE)
_MARKUP = re.compile(r"<(?:p|div|table|span|br|h[1-6]|ul|li|a|section|img|strong)\b", re.IGNORECASE)


def page_of(body: bytes, site: Portal) -> Page:
    """The page that an answer is: the body itself, or what is declared of its JSON.

    Raises :class:`parsers.document.model.Unreadable` for JSON of which nothing is declared.
    """
    if body[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in (b"{", b"[") and not (
        site.json and _CALLBACK.fullmatch(decode(body))
    ):
        return Page(body)
    content = content_of(decode(body))
    if content is None:
        return Page(body)
    if site.json is None:
        raise Unreadable(
            "the answer is JSON, and the portal's entry does not say what it holds (json: docs/portals.md)"
        )
    return Page.of_text(_shown(content, site.json, site))


def list_page_of(body: bytes, site: Portal) -> Page:
    """The same of a list, with the records that it keeps as XML."""
    page = page_of(body, site)
    records = "".join(" ".join(record.split()) for record in _RECORD.findall(page.text))
    if not records:
        return page
    shown = f"<ul>{records}</ul>"
    return Page.of_text(page.text + shown if _BODY.search(page.text) else _document("", shown))


def content_of(text: str) -> Any:
    """What JSON says, with a callback around it or not, and JSON in its strings; None if it is none."""
    match = _CALLBACK.fullmatch(text)
    try:
        return _unfolded(json.loads((match[1] if match else text).lstrip("\ufeff")))
    except (ValueError, RecursionError):
        return None


def _unfolded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unfolded(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_unfolded(one) for one in value]
    if isinstance(value, str) and value[:1] in ("{", "[") and value[-1:] in ("}", "]"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _shown(content: Any, paths: JsonPaths, site: Portal) -> str:
    """The answer as HTML: a list as links, a report as its title and its pieces, anything else as its strings."""
    items = jmespath.search(paths.items, content) if paths.items else None
    pieces = [_html(one) for path in paths.html for one in _strings(jmespath.search(path, content))]
    if not isinstance(items, list) and not pieces:
        return _document("", "".join(f"<p>{escape(one)}</p>" for one in _strings(content)))
    title = _text(content, paths.title)
    listed = "".join(_item(item, paths, site) for item in items or ())
    files = "".join(f'<p><a href="{escape(one)}">附件</a></p>' for one in _found(content, paths.files))
    head = f"<h1>{escape(title)}</h1>" if title else ""
    published = _text(content, paths.published)
    date = f"<p>发布日期：{escape(published)}</p>" if published else ""
    return _document(title, f"{head}{date}{''.join(pieces)}<ul>{listed}</ul>{_counts(content, paths)}{files}")


def _document(title: str, body: str) -> str:
    return f"<html><head><title>{escape(title)}</title></head><body>{body}</body></html>"


def _item(item: Any, paths: JsonPaths, site: Portal) -> str:
    address = _text(item, paths.address)
    if paths.parts:
        values = {name: _text(item, path) for name, path in paths.parts.items()}
        address = filled(site.report.text, values) if all(values.values()) else ""
    return (
        f'<li><a href="{escape(address)}">{escape(_text(item, paths.name))}</a> {escape(_text(item, paths.date))}</li>'
    )


def _counts(content: Any, paths: JsonPaths) -> str:
    """What the list says of its length, in the words of a page."""
    said = ((paths.total, "共{}条"), (paths.pages, "共{}页"), (paths.size, "每页{}条"))
    found = ((_text(content, path), words) for path, words in said)
    return "".join(f"<p>{words.format(number)}</p>" for number, words in found if number.isdigit())


def _html(text: str) -> str:
    """A piece as HTML; a line of plain text is a paragraph."""
    if _MARKUP.search(text):
        return text
    return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())


def _text(content: Any, path: str) -> str:
    return next(_found(content, path), "")


def _found(content: Any, path: str) -> Iterator[str]:
    return _strings(jmespath.search(path, content)) if path else iter(())


def _strings(value: Any) -> Iterator[str]:
    """The strings and numbers of a value, in their order."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from _strings(one)
    elif isinstance(value, str) or (isinstance(value, int | float) and not isinstance(value, bool)):
        yield str(value)
