"""Style sheets to rules: only those that may matter for reading one page, as on a wide screen.

tinycss2 parses and cssselect2 compiles; both are slow, so what cannot matter is cut away before: groups for other
media, rules that declare nothing of interest, and rules for classes and names that the page has not.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, NamedTuple, TypeAlias

import cssselect2
import tinycss2

from parsers.document.model import TooLarge
from parsers.formats.web.css import PLAIN, PROPERTIES, Style, declared

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
_CDO = re.compile("<!--|-->")
_PSEUDO_ELEMENTS = frozenset({None, "before", "after", "first-letter", "first-line"})
# What cssselect2 does not know, and browsers read as nothing, or as what it knows.
_ALWAYS = re.compile(r":(?:defined|dir\(\s*ltr\s*\)|optional|read-only)(?![\w-])", re.IGNORECASE)
_ANY = re.compile(r":(?:-webkit-any|matches)(?=\()", re.IGNORECASE)
_NOT = re.compile(r"@supports\s*not\b", re.IGNORECASE)
_GROUP = re.compile(r"@(media|supports|layer)\b", re.IGNORECASE)
_PAINTS = r"background(?:-image)?\s*:[^;}]*url\(|content\s*:(?!\s*(?:\"\s*\"|'\s*'|none|normal))"
_PROPERTY = re.compile(
    rf"(?<![\w-])(?:(?:-webkit-)?(?:{'|'.join(PROPERTIES)})(?![\w-])|background\s*:|{_PAINTS}|--[\w-])|\\|dings\b",
    re.IGNORECASE,
)
# Declarations without anything in them that only a parser understands.
_PLAIN_BLOCK = re.compile(r"(?!.*url\()(?:[^{}\[\]\"'\\/@<]|/(?!\*))*", re.DOTALL | re.IGNORECASE)
# Of a selector: what stands in brackets, its classes and names, and what makes these hard to tell.
_BRACKETS = re.compile(r"\[[^][]*\]|\([^()]*\)")
_NAME = re.compile(r"[.#]([\w-]+)")
# Groups in groups, and brackets in brackets of a selector; of more, rules are left out, and selectors hard to tell.
_MAX_DEPTH = 3
_HARD = re.compile(r"[][()\"'\\]|/\*")
# What a sheet imports stands before all rules.
_IMPORTS = re.compile(r"(?:\s|/\*.*?\*/|<!--|@(?:charset|import|layer)\b[^;{}]*;)*", re.DOTALL | re.IGNORECASE)
_IMPORT = re.compile(
    r"@import\s*(?:url\(\s*)?(?:[\"']([^\"']*)[\"']|([^\s\"');]+))\s*\)?([^;]*);", re.DOTALL | re.IGNORECASE
)
_LENGTH = re.compile(r"(max|min)-(?:device-)?width\s*:\s*(\d+(?:\.\d+)?)(px|r?em)")
# The same as a range: width <= 600px, 600px > width.
_RANGE = re.compile(r"width\s*([<>])=?\s*(\d+(?:\.\d+)?)(px|r?em)|(\d+(?:\.\d+)?)(px|r?em)\s*([<>])=?\s*(?=width)")
# What does not hold on a screen as most have it: dark, on its side, without a mouse.
_UNUSUAL = re.compile(
    r"\((?:prefers-color-scheme\s*:\s*dark|prefers-reduced-[a-z]+\s*:\s*reduce|prefers-contrast\s*:\s*(?:more|less)"
    r"|orientation\s*:\s*portrait|(?:any-)?hover\s*:\s*none|(?:any-)?pointer\s*:\s*(?:coarse|none)|monochrome"
    r"|(?:forced-colors|scripting|inverted-colors)\s*:\s*(?:active|none|inverted)|display-mode\s*:\s*(?!browser))"
)
_SELECTOR_ERRORS = (
    cssselect2.SelectorError,
    NotImplementedError,
    # What is nested so deep that neither cssselect2 nor Python can follow.
    RecursionError,
    SyntaxError,
    MemoryError,
)


Sheets: TypeAlias = Mapping[str, str]
"""The style sheets that a page names, by their addresses as they stand in the page."""


class Declarations(NamedTuple):
    """What a rule or an element declares: plainly, and with ``!important``."""

    plain: Style
    important: Style


class CssRule(NamedTuple):
    """The compiled selectors of a rule and what it declares."""

    selectors: Sequence[Selector]
    declarations: Declarations


class _Rule(NamedTuple):
    """A rule as it is written, and for each of its selectors the names that a page needs for it; None: any."""

    head: str
    block: str
    needs: Sequence[frozenset[str]] | None

    def may_fit(self, names: set[str]) -> bool:
        """Whether the rule's selectors may fit an element of a page with these names; if in doubt, they may."""
        return self.needs is None or any(map(names.issuperset, self.needs))


NOTHING = Declarations(PLAIN, PLAIN)


def holds(media: str) -> bool:
    """Whether a list of media queries holds on a wide screen; an empty one does."""
    queries = media.lower().split(",")
    return any(map(_query_holds, queries))


def css_rules(sheets: Iterable[str], names: Iterable[str]) -> Sequence[CssRule]:
    """The rules of style sheets that may apply to a page with ``names`` of classes and elements, in order.

    Raises :class:`TooLarge` for more style than any report's page has.
    """
    known = {name.lower() for name in names}
    pertinent = [rule for text in _bounded(sheets) for rule in _weighty(text) if rule.may_fit(known)]
    if sum(len(rule.head) + len(rule.block) for rule in pertinent) > _MAX_PERTINENT:
        raise TooLarge(f"too much style: rules of more than {_MAX_PERTINENT:,} characters bear on the page")
    if sum(1 + rule.head.count(",") for rule in pertinent) > _MAX_SELECTORS:
        raise TooLarge(f"too much style: more than {_MAX_SELECTORS:,} selectors bear on the page")
    compiled = (_compiled(rule.head, rule.block) for rule in pertinent)
    return [rule for rule in compiled if rule.declarations is not NOTHING]


def imports(sheet: str) -> Iterator[str]:
    """The addresses of the sheets that one imports for a screen, as they stand in it."""
    head = _IMPORTS.match(sheet)
    for quoted, bare, media in _IMPORT.findall(head[0]) if head else ():
        if holds(media):
            yield quoted or bare


def with_imports(sheet: str | None, sheets: Sheets, depth: int = 0) -> Iterator[str | None]:
    """A style sheet after those that it imports; None for one that is not at hand."""
    for address in imports(sheet) if sheet and depth < _MAX_DEPTH else ():
        yield from with_imports(sheets.get(address), sheets, depth + 1)
    yield sheet


@lru_cache(maxsize=4096)
def inline(text: str) -> Declarations:
    """What an element's own ``style`` declares."""
    return _declarations(text) if _PROPERTY.search(text) else NOTHING


def _query_holds(query: str) -> bool:
    words = query.split()
    negated = words[:1] == ["not"]
    medium = next((word for word in words if word not in ("not", "only")), "all")
    is_screen = medium in ("all", "screen") or medium.startswith("(")
    stated = _LENGTH.findall(query)
    for before, size, unit, other_size, other_unit, after in _RANGE.findall(query):
        stated.append(("max" if before == "<" or after == ">" else "min", size or other_size, unit or other_unit))
    lengths = ((side, float(size) * (1 if unit == "px" else _EM)) for side, size, unit in stated)
    is_screen = is_screen and not _UNUSUAL.search(query)
    is_wide = all(size >= _SCREEN if side == "max" else size <= _SCREEN for side, size in lengths)
    return (is_screen and is_wide) is not negated


def _bounded(sheets: Iterable[str]) -> Iterator[str]:
    characters = 0
    for text in sheets:
        characters += len(text)
        if characters > _MAX_CHARACTERS:
            raise TooLarge(f"too much style: more than {_MAX_CHARACTERS:,} characters of it")
        yield text


@lru_cache(maxsize=8)
def _weighty(sheet: str) -> Sequence[_Rule]:
    """The rules of a sheet that say something of interest; the pages of a site have their sheets in common."""
    return [_Rule(head, block, _needs(head)) for head, block in _rules(sheet) if _PROPERTY.search(block)]


def _rules(sheet: str, depth: int = 0) -> Iterator[tuple[str, str]]:
    """What stands before and in the braces of each rule that holds on a wide screen."""
    for head, block in _blocks(sheet):
        group = _GROUP.match(head)
        if group is None:
            if not head.startswith("@"):
                yield head, block
                if "{" in block and depth < _MAX_DEPTH:
                    yield from _nested(head, block, depth + 1)
        elif (
            depth < _MAX_DEPTH
            and not _NOT.match(head)
            and (group[1].lower() != "media" or holds(_COMMENT.sub("", head[group.end() :])))
        ):
            yield from _rules(block, depth + 1)


def _nested(head: str, block: str, depth: int) -> Iterator[tuple[str, str]]:
    """The rules within a rule: ``&``, or nothing, stands in their selectors for those of the rule."""
    for inner, held in _rules(block, depth):
        own = inner.rpartition(";")[2].strip()
        parts = [part if "&" in part else f"& {part}" for part in own.split(",")]
        if own.count("&") <= len(parts):
            yield ",".join(part.replace("&", f":is({head.strip()})") for part in parts), held


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


def _needs(head: str) -> Sequence[frozenset[str]] | None:
    """The names that a page needs for one of a rule's selectors to fit; None where that is hard to tell."""
    for _ in range(_MAX_DEPTH):
        head = _BRACKETS.sub("", head) if "(" in head or "[" in head else head
    return None if _HARD.search(head) else [frozenset(_NAME.findall(one)) for one in head.lower().split(",")]


def _declarations(block: str) -> Declarations:
    plain: dict[str, str] = {}
    important: dict[str, str] = {}
    for name, value, is_important in _stated(block):
        (important if is_important else plain).update(declared(name, value))
    return Declarations(plain, important) if plain or important else NOTHING


def _stated(block: str) -> Iterator[tuple[str, str, bool]]:
    """Names and values of declarations, and whether they are important."""
    if _PLAIN_BLOCK.fullmatch(block):
        for part in block.lower().split(";"):
            name, _, value = part.partition(":")
            value, mark, weight = value.partition("!")
            if value and weight.strip() == ("important" if mark else ""):
                yield name.strip(), " ".join(value.split()), bool(mark)
        return
    for part in tinycss2.parse_blocks_contents(block, skip_comments=True, skip_whitespace=True):
        if part.type == "declaration":
            yield part.lower_name, _text(part.value), part.important


def _text(tokens: Any) -> str:
    try:
        return " ".join(tinycss2.serialize(tokens).lower().split())
    except RecursionError:
        return ""


def _plain(head: str) -> str:
    """Selectors as cssselect2 knows them."""
    return _ANY.sub(":is", _ALWAYS.sub("", _CDO.sub("", head)))


@lru_cache(maxsize=4096)
def _compiled(head: str, block: str) -> CssRule:
    """A rule; it has no selectors where one of them is none, as browsers have it."""
    declarations = _declarations(block)
    try:
        selectors = cssselect2.compile_selector_list(_plain(head)) if declarations is not NOTHING else ()
    except _SELECTOR_ERRORS:
        return CssRule((), NOTHING)
    return CssRule([one for one in selectors if one.pseudo_element in _PSEUDO_ELEMENTS], declarations)
