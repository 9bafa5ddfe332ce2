"""What a page's own CSS says of an element: inline styles and style sheets, as on a wide screen."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from lxml.etree import _Element as Element

Style = Mapping[str, str]

# Nothing else bears on what is read: what shows, what stands apart, and where.
_PROPERTIES = frozenset({
    "bottom", "display", "float", "font-size", "grid-column", "grid-row", "grid-template-columns", "height", "left",
    "opacity", "position", "right", "text-decoration", "text-decoration-line", "text-indent", "top", "vertical-align",
    "visibility", "white-space", "width",
})  # fmt: skip
_PLAIN: Style = {}
_SCREEN = 1280
_COMMENT = re.compile(r"/\*.*?\*/|<!--|-->", re.DOTALL)
_BLOCK = re.compile(r"\s*([^{};]*)([{};])")
_LIMIT = re.compile(r"(max|min)-width\s*:\s*(\d+)")
_COMPOUND = re.compile(r"(?P<tag>[\w-]+|\*)?(?P<rest>(?:[.#][\w-]+)*)")
_DECLARATION = re.compile(r"([\w-]+)\s*:\s*([^;]*)")
_OFF_SCREEN = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem)?")
_BLOCKS = frozenset({"block", "table", "flex", "grid", "list-item", "table-row", "table-row-group", "flow-root"})
_APART = frozenset({"inline-block", "inline-table", "inline-flex", "inline-grid", "table-cell"})


@dataclass(frozen=True, slots=True)
class Look:
    """What a style means for reading.

    ``hidden``: the element is not seen. ``block``: it has lines of its own. ``apart``: it stands out of
    the run of the text around it. ``struck``: its text is struck out. ``raised``: it stands above or
    below its line, as a note's mark does.
    """

    style: Style
    hidden: bool = False
    block: bool = False
    apart: bool = False
    struck: bool = False
    raised: bool = False


_PLAIN_LOOK = Look(_PLAIN)


@dataclass(frozen=True, slots=True)
class _Compound:
    """A selector without combinators: ``td.a#b``."""

    tag: str
    classes: frozenset[str]
    name: str

    def fits(self, element: Element) -> bool:
        return (
            (not self.tag or element.tag == self.tag)
            and (not self.name or element.get("id") == self.name)
            and (not self.classes or self.classes.issubset(element.get("class", "").split()))
        )


@dataclass(frozen=True, slots=True)
class _Rule:
    """A selector's compounds, the innermost last, and what it declares; ``rank`` orders the cascade."""

    path: tuple[_Compound, ...]
    rank: tuple[int, int, int, int]
    style: Style

    def fits(self, element: Element) -> bool:
        if not self.path[-1].fits(element):
            return False
        above = element.iterancestors()
        return all(any(outer.fits(ancestor) for ancestor in above) for outer in reversed(self.path[:-1]))


class Sheets:
    """The style sheets of a page, indexed by what their selectors end in."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._rules: dict[str, dict[tuple[_Compound, ...], _Rule]] = {}
        order = 0
        for text in texts:
            if not any(name in text for name in _PROPERTIES):
                continue
            for selectors, declarations in _blocks(_COMMENT.sub("", text)):
                style = _declared(declarations)
                for selector in selectors.split(",") if style else ():
                    order += 1
                    self._add(selector, style, order)

    def _add(self, selector: str, style: Style, order: int) -> None:
        path = tuple(_compounds(selector))
        if path:
            last = path[-1]
            names = sum(bool(compound.name) for compound in path)
            classes = sum(len(compound.classes) for compound in path)
            rank = (names, classes, sum(bool(compound.tag) for compound in path), order)
            key = f"#{last.name}" if last.name else f".{min(last.classes)}" if last.classes else last.tag
            rules = self._rules.setdefault(key, {})
            # What is written for the same selector later is added to it, so that long sheets stay cheap.
            earlier = rules[path].style if path in rules else _PLAIN
            rules[path] = _Rule(path, rank, {**earlier, **style})

    def look(self, element: Element) -> Look:
        """What is declared for an element itself; nothing is inherited."""
        inline = element.get("style")
        if not self._rules:
            return _inline(inline) if inline else _PLAIN_LOOK
        rules = sorted((rule for rule in self._near(element) if rule.fits(element)), key=lambda rule: rule.rank)
        own = _inline(inline) if inline else _PLAIN_LOOK
        if not rules:
            return own
        style: dict[str, str] = {}
        for declared in (*(rule.style for rule in rules), own.style):
            kept = {name for name, value in style.items() if value.endswith("!important")}
            style |= {n: v for n, v in declared.items() if n not in kept or v.endswith("!important")}
        return _look(style)

    def _near(self, element: Element) -> Iterator[_Rule]:
        yield from self._rules.get(element.tag, {}).values()
        name = element.get("id")
        if name:
            yield from self._rules.get(f"#{name}", {}).values()
        for class_name in set(element.get("class", "").split()):
            yield from self._rules.get(f".{class_name}", {}).values()


def _look(style: Style) -> Look:
    if not style:
        return _PLAIN_LOOK
    display = value(style, "display")
    return Look(
        style,
        hidden=display == "none" or _hides(style),
        block=display in _BLOCKS,
        apart=display in _APART
        or value(style, "float") in ("left", "right")
        or value(style, "position") in ("absolute", "fixed"),
        struck="line-through" in style.get("text-decoration", "") + style.get("text-decoration-line", ""),
        raised=value(style, "vertical-align") in ("super", "sub", "text-top"),
    )


def _hides(style: Style) -> bool:
    return (
        value(style, "visibility") in ("hidden", "collapse")
        or value(style, "opacity") in ("0", "0%", "0.0")
        or value(style, "font-size") in ("0", "0px", "0pt")
        or any(_OFF_SCREEN.fullmatch(value(style, name)) for name in ("left", "top", "text-indent"))
    )


def keeps_lines(style: Style) -> bool:
    """Whether line ends of the source are line ends on the page."""
    return value(style, "white-space") in ("pre", "pre-wrap", "pre-line", "break-spaces")


def value(style: Style, name: str) -> str:
    """The value of a property, lower case, '' where it is not declared."""
    return style.get(name, "").removesuffix("!important").strip()


def pixels(style: Style, name: str) -> float | None:
    """A length in CSS pixels; None where none is declared or it is no absolute length."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?|-?\.\d+)(px|pt|)", value(style, name))
    return float(match[1]) * (4 / 3 if match[2] == "pt" else 1) if match else None


@lru_cache(maxsize=4096)
def _inline(text: str) -> Look:
    return _look(_declared(text))


def _declared(text: str) -> Style:
    pairs = ((match[1].lower(), match[2].strip().lower()) for match in _DECLARATION.finditer(text))
    return {name: " ".join(value.split()) for name, value in pairs if name in _PROPERTIES} or _PLAIN


def _blocks(sheet: str) -> Iterator[tuple[str, str]]:
    """Selectors and declarations of the rules that hold on a wide screen."""
    off = 0  # How many of the open groups do not hold.
    open_groups: list[bool] = []
    position = 0
    while match := _BLOCK.match(sheet, position):
        head, mark = match[1].strip(), match[2]
        position = match.end()
        if mark == "}" and open_groups:
            off -= not open_groups.pop()
        elif mark == "{" and head.startswith("@"):
            open_groups.append(_holds(head.lower()))
            off += not open_groups[-1]
        elif mark == "{":
            end = sheet.find("}", position)
            end = len(sheet) if end < 0 else end
            if not off:
                yield head, sheet[position:end]
            position = end + 1


def _holds(head: str) -> bool:
    if not head.startswith("@media"):
        return head.startswith(("@supports", "@layer"))
    if "print" in head and "screen" not in head and "not " not in head:
        return False
    sizes = ((side, int(size)) for side, size in _LIMIT.findall(head))
    return all(size >= _SCREEN if side == "max" else size <= _SCREEN for side, size in sizes)


def _compounds(selector: str) -> Iterator[_Compound]:
    """The compounds of a selector; nothing at all where it says more than tags, classes and names."""
    parts = selector.replace(">", " ").split()
    matches = [_COMPOUND.fullmatch(part) for part in parts]
    if all(match and match[0] not in ("", "*") for match in matches):
        for match in matches:
            if match:
                rest = re.findall(r"[.#][\w-]+", match["rest"])
                classes = frozenset(part[1:] for part in rest if part[0] == ".")
                names = [part[1:] for part in rest if part[0] == "#"]
                tag = (match["tag"] or "").lower()
                yield _Compound("" if tag == "*" else tag, classes, names[0] if names else "")
