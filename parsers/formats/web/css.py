"""What a style sheet declares, as far as it bears on reading: names, keywords, lengths, colours."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import tinycss2
from tinycss2.color4 import parse_color

Style = Mapping[str, str]

# Nothing else bears on what is read.
PROPERTIES = frozenset({
    "animation", "animation-name", "background-clip", "background-color", "bottom", "clip", "clip-path", "color",
    "column-gap", "content-visibility", "direction", "display", "filter", "flex-direction", "flex-flow", "float",
    "font", "font-size", "gap", "grid-column", "grid-row", "grid-template-columns", "height", "inset",
    "justify-content", "left", "letter-spacing", "list-style", "list-style-type", "margin", "margin-left", "mask",
    "mask-image", "max-height", "max-width", "mix-blend-mode", "opacity", "order", "overflow", "overflow-x",
    "overflow-y", "padding", "padding-left", "position", "right", "rotate", "scale", "text-decoration",
    "text-decoration-line", "text-fill-color", "text-indent", "text-security", "text-shadow", "text-stroke", "top",
    "transform", "translate", "unicode-bidi", "vertical-align", "visibility", "white-space", "width", "zoom",
})  # fmt: skip
# What paints or writes where no text is: a picture behind an element, what stands before and after it.
PICTURE, CONTENT = "background-image", "content"
# What is of interest if it names a font of signs, and what a browser reads as the name without it.
FONT, _PREFIX = "font-family", "-webkit-"
PLAIN: Style = {}
# Which of one to four values is that of the top, the right, the bottom and the left.
_FOUR = {1: (0, 0, 0, 0), 2: (0, 1, 0, 1), 3: (0, 1, 2, 1), 4: (0, 1, 2, 3)}
# Shorthands by sides, top, right, bottom and left.
_BY_SIDES = {
    "inset": ("top", "right", "bottom", "left"),
    "margin": ("", "", "", "margin-left"),
    "padding": ("", "", "", "padding-left"),
}
# What any property may be: as if nothing were declared, as far as reading goes; or as it is where nothing ever was.
_AS_ABOVE = frozenset({"inherit", "revert", "revert-layer", "unset"})
_WIDE = _AS_ABOVE | {"initial"}
_DISPLAYS = frozenset({
    "block", "contents", "flex", "flow-root", "grid", "inline", "inline-block", "inline-flex", "inline-grid",
    "inline-table", "list-item", "none", "run-in", "table", "table-caption", "table-cell", "table-column",
    "table-column-group", "table-footer-group", "table-header-group", "table-row", "table-row-group",
})  # fmt: skip
# Values that browsers know; a declaration with another one does not count.
_KEYWORDS = {
    "display": _DISPLAYS,
    "visibility": frozenset({"collapse", "hidden", "visible"}),
    "direction": frozenset({"ltr", "rtl"}),
    "position": frozenset({"absolute", "fixed", "relative", "static", "sticky", "-webkit-sticky"}),
}
_COLOURS = frozenset({"background-color", "color", "text-fill-color"})
_LENGTH = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+)(?:e\d+)?)([a-z]*)")
_ABSOLUTE = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "in": 96.0, "cm": 37.8, "mm": 3.78, "rem": 16.0}
_SCREEN = {"vw": 12.8, "vh": 8.0, "vmin": 8.0, "vmax": 12.8}
_LETTERS = {"em": 1.0, "ex": 0.5, "ch": 0.5}
_FONT_SIZE = re.compile(r"(?:^|\s)(0(?=[/\s])|[\d.]+(?:px|pt|pc|in|cm|mm|r?em|ex|ch|vw|vh|%))(?:\s*/\s*\S+)?\s")
_SIZES = {
    "xx-small": 9.0, "x-small": 10.0, "small": 13.0, "medium": 16.0, "large": 18.0, "x-large": 24.0, "xx-large": 32.0,
}  # fmt: skip
# The innermost use of a variable, and what stands in for it; how many of them, and characters, are put in for a value.
_VARIABLE = re.compile(r"var\(\s*(--[\w-]+)\s*(?:,\s*([^()]*(?:\([^()]*\)[^()]*)*))?\)")
_MOST_VARIABLES, _LONGEST = 20, 2_000


class Colour(NamedTuple):
    """Red, green, blue and how opaque it is, each 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, ground: "Colour") -> "Colour":
        """What is seen of it on an opaque ground."""
        mixed = (self.alpha * mine + (1 - self.alpha) * other for mine, other in zip(self, ground, strict=True))
        return Colour(*mixed)._replace(alpha=1.0)

    @property
    def light(self) -> float:
        """The relative luminance of WCAG 2, from 0, black, to 1, white."""
        red, green, blue = (one / 12.92 if one <= 0.04 else ((one + 0.055) / 1.055) ** 2.4 for one in self[:3])
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    def contrast(self, other: "Colour") -> float:
        """The contrast of WCAG 2, from 1, none, to 21; colours that are equally light differ by their hue."""
        low, high = sorted((self.light, other.light))
        return (high + 0.05) / (low + 0.05) + sum(abs(a - b) for a, b in zip(self[:3], other[:3], strict=True))


BLACK, WHITE = Colour(0, 0, 0), Colour(1, 1, 1)
_SYSTEM = {"canvas": WHITE, "canvastext": BLACK, "window": WHITE, "windowtext": BLACK}


def is_valid(name: str, value: str) -> bool:
    """Whether a value is one that browsers know, as far as it must be told; others leave the declaration out."""
    if "\\" in value:  # A hack for browsers of old.
        return False
    if value in _WIDE or "var(" in value:
        return True
    known = _KEYWORDS.get(name)
    if known is not None:
        return value in known or (name == "display" and (" " in value or value.startswith("-webkit-")))
    return name not in _COLOURS or value == "currentcolor" or colour_of(value) is not None or "(" in value


def declared(name: str, value: str) -> Iterator[tuple[str, str]]:
    """What a declaration says of the properties that bear on reading; of shorthands, of those that they stand for."""
    bare = name.removeprefix(_PREFIX)
    name = bare if bare in PROPERTIES else name
    if name == "background":
        yield from ((PICTURE, value), ("background-color", value))
    elif name in _BY_SIDES:
        parts = value.split()
        for side, place in zip(_BY_SIDES[name], _FOUR.get(len(parts), ()), strict=False):
            if side:
                yield side, parts[place]
    elif ((name in PROPERTIES or name in (PICTURE, CONTENT, FONT)) and is_valid(name, value)) or name.startswith("--"):
        yield name, value


@lru_cache(maxsize=1024)
def colour_of(value: str) -> Colour | None:
    """The colour that a value names, or the last of its parts that is one; None if none is, or it is not known."""
    if value in _SYSTEM:
        return _SYSTEM[value]
    for part in reversed(tinycss2.parse_component_value_list(value)):
        colour = parse_color(part) if part.type in ("ident", "hash", "function") else None
        if colour is not None and colour != "currentcolor":
            return _on_screen(colour)
    return None


def _on_screen(colour: Any) -> Colour:
    """A colour of any space as red, green and blue; of one that is not known, its lightness alone."""
    for space in ("srgb", "lab"):
        try:
            found = colour.to(space)
        except NotImplementedError:
            continue
        red, green, blue = found.coordinates if space == "srgb" else [found.coordinates[0] / 100] * 3
        return Colour(red, green, blue, colour.alpha)
    return BLACK


def pixels(style: Style, name: str) -> float | None:
    """A length in CSS pixels; None where none is declared or it is no absolute length."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?|-?\.\d+)(px|pt|)", style.get(name, ""))
    return float(match[1]) * (4 / 3 if match[2] == "pt" else 1) if match else None


def length(value: str, em: float) -> float | None:
    """A length in CSS pixels where letters have the size ``em``; None for what is none, such as a percentage."""
    match = _LENGTH.fullmatch(value)
    if match is None:
        return None
    unit = {**_ABSOLUTE, **_SCREEN}.get(match[2])
    unit = _LETTERS[match[2]] * em if unit is None and match[2] in _LETTERS else unit
    return None if unit is None else float(match[1]) * unit


def font_size(style: Style, above: float) -> float:
    """The size of an element's letters in pixels; ``above`` is that of the element around it."""
    value = style.get("font-size", "")
    if not value and "font" in style:
        match = _FONT_SIZE.search(style["font"])
        value = match[1] if match else ""
    if value.endswith("%") and (part := length(value[:-1], 1)) is not None:
        return above * part / 100
    relative = {"smaller": above / 1.2, "larger": above * 1.2, **_SIZES}.get(value)
    size = length(value, above) if relative is None else relative
    return above if size is None or size < 0 else size


def keeps_lines(style: Style) -> bool:
    """Whether line ends of the source are line ends on the page."""
    return style.get("white-space", "") in ("pre", "pre-wrap", "pre-line", "break-spaces")


def resolved(style: Style, above: Style) -> tuple[Style, Style]:
    """A style with its variables put in, and all variables that count from here on.

    A declaration whose variable is not known counts for nothing, as browsers have it; so does one of ``inherit``.
    """
    if not _AS_ABOVE.isdisjoint(style.values()):
        style = {name: value for name, value in style.items() if value not in _AS_ABOVE}
    own = {name: value for name, value in style.items() if name.startswith("--")}
    variables = {**above, **own} if own else above
    if not own and not any("var(" in value for value in style.values()):
        return style, variables
    put_in = {name: _put_in(value, variables) for name, value in style.items() if name not in own}
    return {name: value for name, value in put_in.items() if value and is_valid(name, value)}, variables


def _put_in(value: str, variables: Style) -> str:
    for _ in range(_MOST_VARIABLES):
        match = _VARIABLE.search(value)
        if match is None:
            return value
        value = value[: match.start()] + variables.get(match[1], match[2] or "") + value[match.end() :]
        if len(value) > _LONGEST:
            break
    return ""
