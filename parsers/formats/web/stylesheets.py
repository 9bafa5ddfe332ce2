"""Style sheets to rules: only those that may matter for reading one page, as on a wide screen.

tinycss2 parses and cssselect2 compiles; both are slow, so what cannot matter is cut away before: groups for other
media, rules that declare nothing of interest, and rules for classes and names that the page has not.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import cssselect2
import tinycss2

from parsers.document.model import TooLarge
from parsers.formats.web.css import CONTENT, PICTURE, PLAIN, PROPERTIES, Style

Selector: TypeAlias = Any  # cssselect2 has no types.

# What is read of style sheets in about a second on one core (python -m benchmarks.reading says how long). The largest
# sheets that pages have within, whole frameworks, have some 400,000 characters and 8,000 rules, and a few hundred of
# these are for elements that the page has.
_MAX_CHARACTERS = 2_000_000
_MAX_PERTINENT = 500_000
_MAX_SELECTORS = 10_000
_SCREEN = 1280
_EM = 16
# A whole rule without anything in it that could hide a brace, with the blanks after it: most are, and it is quick.
_SIMPLE = re.compile(r"([^{}@\"'/\\;<]*)\{([^{}\"'/\\<]*(?:/(?!\*)[^{}\"'/\\<]*)*)\}\s*")
# What tells other rules apart, with the blanks after it.
_MARK = re.compile(
    r"(/\*.*?(?:\*/|\Z)"  # a comment
    r"|\"(?:[^\"\\\n]|\\.)*\"?|'(?:[^'\\\n]|\\.)*'?"  # a string, which ends with its line at the latest
    r"|\burl\((?!\s*[\"'])(?:[^)\\]|\\.)*\)?"  # an address without quotation marks, braces and all
    r"|<!--|-->|\\.|[{};])\s*",
    re.DOTALL | re.IGNORECASE,
)
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)|<!--|-->", re.DOTALL)
_GROUP = re.compile(r"@(media|supports|layer)\b", re.IGNORECASE)
_PAINTS = r"background(?:-image)?\s*:[^;}]*url\(|content\s*:(?!\s*(?:\"\s*\"|'\s*'|none|normal))"
_PROPERTY = re.compile(rf"(?<![\w-])(?:(?:{'|'.join(PROPERTIES)})(?![\w-])|{_PAINTS})|\\", re.IGNORECASE)
_NAMES = {**{name: name for name in (*PROPERTIES, PICTURE, CONTENT)}, "background": PICTURE}
# Of a selector: what stands in brackets, its classes and names, and what makes these hard to tell.
_BRACKETS = re.compile(r"\[[^][]*\]|\([^()]*\)")
_NAME = re.compile(r"[.#]([\w-]+)")
# Groups in groups, and brackets in brackets of a selector; of more, rules are left out, and selectors hard to tell.
_MAX_DEPTH = 3
_HARD = re.compile(r"[][()\"'\\]|/\*")
_LENGTH = re.compile(r"(max|min)-(?:device-)?width\s*:\s*(\d+(?:\.\d+)?)(px|r?em)")
_SELECTOR_ERRORS = (
    cssselect2.SelectorError,
    NotImplementedError,
    # What is nested so deep that neither cssselect2 nor Python can follow.
    RecursionError,
    SyntaxError,
    MemoryError,
)


class Declarations(NamedTuple):
    """What a rule or an element declares: plainly, and with ``!important``."""

    plain: Style
    important: Style


class CssRule(NamedTuple):
    """The compiled selectors of a rule and what it declares."""

    selectors: Sequence[Selector]
    declarations: Declarations


NOTHING = Declarations(PLAIN, PLAIN)


def holds(media: str) -> bool:
    """Whether a list of media queries holds on a wide screen; an empty one does."""
    queries = media.lower().split(",")
    return any(map(_query_holds, queries))


def css_rules(sheets: Iterable[str], names: Iterable[str]) -> Iterator[CssRule]:
    """The rules of style sheets that may apply to a page with ``names`` of classes and elements, in order.

    Raises :class:`TooLarge` for more style than any report's page has.
    """
    known = {name.lower() for name in names}
    texts = [_pertinent(text, known) for text in _bounded(sheets)]
    if sum(map(len, texts)) > _MAX_PERTINENT:
        raise TooLarge(f"too much style: rules of more than {_MAX_PERTINENT:,} characters bear on the page")
    count = 0
    for text in texts:
        for rule in tinycss2.parse_stylesheet(text, skip_comments=True, skip_whitespace=True):
            declarations = _declarations(rule.content) if rule.type == "qualified-rule" else NOTHING
            if declarations is NOTHING:
                continue
            count += 1 + sum(part == "," for part in rule.prelude)
            if count > _MAX_SELECTORS:
                raise TooLarge(f"too much style: more than {_MAX_SELECTORS:,} selectors bear on the page")
            yield CssRule(_compiled(rule.prelude), declarations)


@lru_cache(maxsize=4096)
def inline(text: str) -> Declarations:
    """What an element's own ``style`` declares."""
    return _declarations(text) if _PROPERTY.search(text) else NOTHING


def _query_holds(query: str) -> bool:
    words = query.split()
    negated = words[:1] == ["not"]
    medium = next((word for word in words if word not in ("not", "only")), "all")
    is_screen = medium in ("all", "screen") or medium.startswith("(")
    lengths = ((side, float(size) * (1 if unit == "px" else _EM)) for side, size, unit in _LENGTH.findall(query))
    is_wide = all(size >= _SCREEN if side == "max" else size <= _SCREEN for side, size in lengths)
    return (is_screen and is_wide) is not negated


def _bounded(sheets: Iterable[str]) -> Iterator[str]:
    characters = 0
    for text in sheets:
        if _PROPERTY.search(text):
            characters += len(text)
            if characters > _MAX_CHARACTERS:
                raise TooLarge(f"too much style: more than {_MAX_CHARACTERS:,} characters of it")
            yield text


def _pertinent(sheet: str, names: set[str]) -> str:
    """The rules of a sheet that may bear on the page, one after the other."""
    return "".join(f"{head}{{{block}}}" for head, block in _weighty(sheet) if _may_fit(head, names))


@lru_cache(maxsize=8)
def _weighty(sheet: str) -> Sequence[tuple[str, str]]:
    """The rules of a sheet that say something of interest; the pages of a site have their sheets in common."""
    return [(head, block) for head, block in _rules(sheet) if _PROPERTY.search(block)]


def _rules(sheet: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """What stands before and in the braces of each rule that holds on a wide screen."""
    for head, block in _blocks(sheet):
        group = _GROUP.match(head)
        if group is None:
            if not head.startswith("@"):
                yield head, block
        elif depth < _MAX_DEPTH and (group[1].lower() != "media" or holds(_COMMENT.sub("", head[group.end() :]))):
            yield from _rules(block, depth + 1)


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """What stands before and in each outermost pair of braces, as it is written; the last one may be open."""
    sheet = sheet.lstrip()
    at = start = block = depth = 0
    while at < len(sheet):
        simple = _SIMPLE.match(sheet, at) if start == at else None
        if simple and "url(" not in simple[2].lower():
            yield simple[1], simple[2]
            at = start = simple.end()
            continue
        found = _MARK.search(sheet, at)
        if found is None:
            break
        at, mark = found.end(), found[1]
        if mark == "{":
            depth += 1
            block = found.start() + 1 if depth == 1 else block
        elif mark == "}" and depth:
            depth -= 1
            if not depth:
                yield sheet[start : block - 1], sheet[block : found.start()]
                start = at
        elif not depth and (
            sheet.startswith("@", start) if mark == ";" else start == found.start() and _COMMENT.match(mark)
        ):
            start = at
    if depth:
        yield sheet[start : block - 1], sheet[block:]


def _may_fit(head: str, names: set[str]) -> bool:
    """Whether a rule's selectors may fit an element of a page with these names; if in doubt, they may."""
    for _ in range(_MAX_DEPTH):
        head = _BRACKETS.sub("", head) if "(" in head or "[" in head else head
    return bool(_HARD.search(head)) or any(names.issuperset(_NAME.findall(one)) for one in head.lower().split(","))


def _declarations(block: Any) -> Declarations:
    plain: dict[str, str] = {}
    important: dict[str, str] = {}
    for part in tinycss2.parse_blocks_contents(block, skip_comments=True, skip_whitespace=True):
        name = _NAMES.get(part.lower_name) if part.type == "declaration" else None
        if name:
            kept = important if part.important else plain
            value = _text(part.value)
            if "\\" not in value:  # A hack for browsers of old; all others leave the declaration out.
                kept[name] = value
    return Declarations(plain, important) if plain or important else NOTHING


def _text(tokens: Any) -> str:
    try:
        return " ".join(tinycss2.serialize(tokens).lower().split())
    except RecursionError:
        return ""


def _compiled(prelude: Any) -> Sequence[Selector]:
    """The selectors of a rule; none where one of them is no selector, as browsers have it."""
    try:
        selectors = cssselect2.compile_selector_list(prelude)
    except _SELECTOR_ERRORS:
        return ()
    return [selector for selector in selectors if selector.pseudo_element in (None, "before", "after")]
