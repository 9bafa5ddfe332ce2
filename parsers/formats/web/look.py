"""What the style of an element means for reading: what is seen of it, what stands apart, what is in doubt."""

import re
from dataclasses import dataclass, field
from typing import NamedTuple

from parsers.formats.web.css import (
    BLACK,
    PICTURE,
    PLAIN,
    WHITE,
    Colour,
    Style,
    colour_of,
    font_size,
    length,
    resolved,
)
from parsers.formats.web.placed import text_width

INLINE = frozenset({
    "a", "abbr", "acronym", "b", "bdi", "bdo", "big", "cite", "code", "data", "del", "dfn", "em", "font", "i", "input",
    "ins", "kbd", "label", "mark", "nobr", "o:p", "q", "s", "samp", "select", "small", "span", "strike", "strong",
    "sub", "sup", "textarea", "time", "tt", "u", "var", "wbr",
})  # fmt: skip
STRUCK = frozenset({"del", "s", "strike"})
RAISED = frozenset({"sub", "sup"})
# Contrast (WCAG 2 asks for 4.5): below the first nobody sees a text, below the second some do not.
_UNSEEN, _FAINT = 1.08, 1.25
# Lightness of a colour that would not be seen on paper, where nobody knows what lies behind.
_WHITISH = 0.7
# Pixels: nobody sees smaller letters; some do not read those below the second.
_INVISIBLE, _TINY = 2.0, 5.0
# How opaque an element is: below the first nobody sees it, below the second some do not.
_CLEAR, _PALE = 0.05, 0.25
# Pixels: what is moved so far to the left or up, or three digits of any unit, is beyond the edge of the page.
_BEYOND = 500.0
_OFF_SCREEN = re.compile(r"-\d{3,}(?:\.\d+)?(?:px|pt|em|rem)?")
# In sizes of its letters: what is moved farther may stand in another cell; what is moved less hangs or is raised.
_ELSEWHERE, _FAR = 3.0, 12.0
# Pixels: less is a matter of taste.
_NUDGE = 1.5
# In sizes of letters: how much closer they lie upon each other.
_CRAMPED = -0.2
_BLOCKS = frozenset({"block", "table", "flex", "grid", "list-item", "table-row", "table-row-group", "flow-root"})
_APART = frozenset({"inline-block", "inline-table", "inline-flex", "inline-grid", "table-cell"})
_LINES_UP = frozenset({"flex", "inline-flex", "grid", "inline-grid"})
# Fonts that have signs in place of letters and digits.
_SYMBOLS = re.compile(r"(?:wing|web|zapf)\s*dings|\bmt extra\b")
_ROWS = frozenset({"tbody", "tfoot", "thead", "tr"})
_IMAGE = re.compile(r"\b(?:url|image-set|image|element|[\w-]*gradient)\(")
# Effects that leave everything to be seen: the grey of days of mourning, shadows, what only old browsers know.
_HARMLESS_FILTER = re.compile(
    r"(?:(?:grayscale|sepia|saturate|hue-rotate|drop-shadow)\([^()]*(?:\([^()]*\))?[^()]*\)|gray|none|\s)*|progid:.*|alpha.*"
)
# What enlarges, and what moves by a part of itself, as a box in the middle is moved.
_HARMLESS_TRANSFORM = re.compile(
    r"(?:(?:translate(?:x|y|z|3d)?\([^()]*\)|scale(?:x|y|3d)?\([\s,]*(?:(?:[1-9][\d.]*|0?\.[3-9]\d*)[\s,]*)+\)"
    r"|rotate[xyz]?\(\s*0\w*\s*\)|perspective\([^()]*\)|none)\s*)*"
)
_TRANSLATED = re.compile(r"translate(?:x|y|3d)?\(\s*([^(),]*)(?:,\s*([^(),]*))?")
_NO_SCALE = re.compile(r"scale(?:x|y|3d)?\(\s*0(?:\.0*)?\s*[,)]|matrix\(\s*0\s*,\s*0\s*,\s*0\s*,\s*0\s*,")
_EMPTY_CLIP = re.compile(r"inset\(\s*(?:[5-9]\d|100)(?:\.\d+)?%|(?:circle|ellipse)\(\s*0\D|polygon\([0\s,px%]*\)")
# What a gap begins with that is one.
_DIGITS = frozenset("123456789.")
_NOTHING = frozenset({"", "auto", "initial", "none", "normal", "revert", "unset"})


class Ink(NamedTuple):
    """What an element hands down to those in it.

    ``visible`` can be taken back in them, ``veiled`` cannot. ``ground`` is the colour behind, None where it is not
    known. ``size`` of letters and ``indent`` of lines are in pixels. ``doubtful``: what is seen may not be the text.
    ``symbols``: its font has signs for digits. ``variables`` are the custom properties.
    """

    visible: bool = True
    veiled: bool = False
    colour: Colour = BLACK
    ground: Colour | None = WHITE
    size: float = 16.0
    indent: float = 0.0
    struck: bool = False
    raised: bool = False
    is_rtl: bool = False
    symbols: bool = False
    doubtful: bool = False
    variables: Style = PLAIN


@dataclass(frozen=True, slots=True)
class Look:
    """What a style means for reading.

    ``gone``: the element takes no place. ``seen``: its own text is seen. ``doubtful``: its text may not be what is
    seen. ``block``: it has lines of its own. ``apart``: it stands out of the run of the text around it. ``moved``: it
    may not stand where its place is. ``room``: how wide it is (pixels), if it cuts off what is wider. ``turned``: its
    text runs from right to left by force, or (False) from left to right. ``order``: its place among the elements of a
    flex box or grid. ``paints``: it may lie over other text, or has a picture behind its own.
    """

    style: Style = field(default_factory=lambda: PLAIN)
    ink: Ink = field(default_factory=Ink)
    gone: bool = False
    seen: bool = True
    doubtful: bool = False
    block: bool = False
    apart: bool = False
    moved: bool = False
    room: float | None = None
    turned: bool | None = None
    order: int = 0
    paints: bool = False

    def is_moved(self, text: str) -> bool:
        """Whether a text in the element may stand elsewhere, or is cut off at its side."""
        return self.moved or (self.room is not None and text_width(text, self.ink.size) > self.room)

    @property
    def arranged(self) -> int:
        """1 where what is in the element stands in a stated order, -1 where that is reversed, 0 where it does not."""
        if self.style.get("display", "") not in _LINES_UP:
            return 0
        return -1 if "reverse" in self._way else 1

    @property
    def stacks(self) -> bool:
        """Whether what is in the element stands one below the other."""
        return bool(self.arranged) and ("grid" in self.style["display"] or "column" in self._way)

    @property
    def spreads(self) -> bool:
        """Whether there is room between what is in the element."""
        stated = (self.style.get(name, "") for name in ("column-gap", "gap", "justify-content"))
        return bool(self.arranged) and any("space" in value or value[:1] in _DIGITS for value in stated if value)

    @property
    def _way(self) -> str:
        return f"{self.style.get('flex-direction', '')} {self.style.get('flex-flow', '')}"


PLAIN_LOOK = Look()


def look_of(style: Style, tag: str, above: Look = PLAIN_LOOK, *, is_whole: bool = True) -> Look:
    """The look that a style gives an element in another one.

    ``is_whole``: no style sheet is missing, so that what no style colours is white.
    """
    ink = above.ink
    style, variables = resolved(style, ink.variables)
    display = style.get("display", "")
    box = {"left": 0.0, "right": 0.0, "top": 0.0, "bottom": 0.0}
    size = font_size(style, ink.size)
    position = style.get("position", "static")
    if position in ("absolute", "fixed", "relative"):
        box.update({side: _shift(style.get(side, "auto"), size) for side in box})
    apart = display in _APART or style.get("float", "") in ("left", "right") or position in ("absolute", "fixed")
    apart = apart or above.spreads
    is_line = tag in INLINE and display not in _BLOCKS and not apart
    ink = Ink(
        visible=style.get("visibility", "visible" if ink.visible else "hidden") in ("visible", "initial"),
        veiled=ink.veiled or _is_veiled(style, size, position, is_line=is_line),
        colour=_colour(style, ink.colour),
        ground=_ground(style, ink.ground),
        size=size,
        indent=ink.indent if is_line else _indent(style, size, ink.indent),
        struck=ink.struck or tag in STRUCK or "line-through" in _decoration(style),
        raised=is_line and (ink.raised or tag in RAISED or _is_raised(style, ink.size, size, box)),
        is_rtl=style.get("direction", "rtl" if ink.is_rtl else "ltr") == "rtl",
        symbols=bool(_SYMBOLS.search(font))
        if (font := style.get("font-family", style.get("font", "")))
        else ink.symbols,
        doubtful=ink.doubtful or _colour_is_unknown(style) or _is_doubtful(style, size, is_line=is_line),
        variables=variables,
    )
    contrast = _contrast(ink, is_whole=is_whole)
    painted = any(style.get(name, "") not in _NOTHING for name in ("text-shadow", "text-stroke"))
    painted = painted or style.get("background-clip", "") == "text"
    unseen = ink.size < _INVISIBLE or (contrast < _UNSEEN and not painted) or ink.indent <= -_BEYOND
    return Look(
        style,
        ink,
        gone=display == "none" or (tag in _ROWS and style.get("visibility", "") == "collapse"),
        seen=ink.visible and not ink.veiled and not unseen,
        doubtful=ink.doubtful
        or contrast < _FAINT
        or ink.size < _TINY
        or not -_ELSEWHERE * size <= ink.indent <= _FAR * size,
        block=display in _BLOCKS or above.stacks,
        apart=apart,
        moved=_is_moved(style, size, box, position),
        room=None if is_line or not _cuts(style) else _room(style, size, tag),
        turned=ink.is_rtl if style.get("unicode-bidi", "") in ("bidi-override", "isolate-override") else None,
        order=_whole_number(style.get("order", "")),
        paints=apart or PICTURE in style,
    )


def _shift(value: str, size: float) -> float:
    """How far an edge is moved, in pixels; a part of the page is far."""
    shift = length(value, size)
    return (_BEYOND if value[:1].isdigit() or value[:1] == "-" else 0.0) if shift is None else shift


def _colour(style: Style, above: Colour) -> Colour:
    value = style.get("text-fill-color", "") or style.get("color", "")
    return BLACK if value == "initial" else (colour_of(value) if value else None) or above


def _colour_is_unknown(style: Style) -> bool:
    """Whether a colour is declared that cannot be worked out here, such as a mixture."""
    return any("(" in style.get(name, "") and colour_of(style[name]) is None for name in ("color", "text-fill-color"))


def _ground(style: Style, above: Colour | None) -> Colour | None:
    """The colour behind the text of an element; None where a picture lies there, or one that is not known."""
    if _IMAGE.search(style.get(PICTURE, "")):
        return None
    value = style.get("background-color", "")
    colour = colour_of(value)
    if colour is None or colour.alpha == 0:
        return None if colour is None and "(" in value else above
    return colour if colour.alpha == 1 else above and colour.over(above)


def _contrast(ink: Ink, *, is_whole: bool) -> float:
    """How much a text differs from what is behind it, from 1; it is no more than faint where that is not known."""
    ground = ink.ground
    if ink.colour.alpha <= _CLEAR:
        return 1.0
    if ground is None or (not is_whole and ground == WHITE):
        return _UNSEEN if ink.colour.light > _WHITISH else 21.0
    return 21.0 if ink.colour == BLACK and ground == WHITE else ink.colour.over(ground).contrast(ground)


def _decoration(style: Style) -> str:
    return f"{style.get('text-decoration', '')} {style.get('text-decoration-line', '')}"


def _indent(style: Style, size: float, above: float) -> float:
    """How far the first line of an element's text is moved, what its edge is moved for that taken off."""
    value = style.get("text-indent", "")
    if not value:
        return above
    if value.endswith("%"):
        return _BEYOND * (length(value[:-1], 1) or 0) / 100
    sides = (length(style.get(side, ""), size) or 0 for side in ("margin-left", "padding-left"))
    indent = length(value.split()[0], size) or 0
    return indent if indent >= 0 or _OFF_SCREEN.fullmatch(value) else min(indent + sum(sides), 0)


def _is_raised(style: Style, above: float, size: float, box: Style | dict[str, float]) -> bool:
    """Whether a part of a line stands above or below it, as the mark of a note does."""
    align = style.get("vertical-align", "baseline")
    shift = length(align.removesuffix("%"), size) or 0
    small = size < 0.9 * above and align in ("top", "bottom", "middle", "text-bottom")
    up = max(abs(float(box["top"])), abs(float(box["bottom"])))
    return align in ("super", "sub", "text-top") or abs(shift) > _NUDGE or small or up > _NUDGE


def _is_veiled(style: Style, size: float, position: str, *, is_line: bool) -> bool:
    """Whether nothing in an element is seen, whatever is declared for what is in it."""
    opacity = 1.0 if _is_animated(style) else _number(style.get("opacity", ""))
    moves = [style.get(side, "") for side in ("left", "top")] if position in ("absolute", "fixed", "relative") else []
    moves += [style.get("margin-left", ""), *(_TRANSLATED.findall(style.get("transform", "")) or [("",)])[0]]
    clip = style.get("clip", "")
    edges = [length(edge, size) for edge in re.split(r"[\s,]+", clip[5:-1].strip())] if clip.startswith("rect(") else []
    return (
        opacity < _CLEAR
        or style.get("content-visibility", "") == "hidden"
        or any(_OFF_SCREEN.fullmatch(move.strip()) or (length(move.strip(), size) or 0) <= -_BEYOND for move in moves)
        or bool(_NO_SCALE.search(style.get("transform", "")))
        or _number(style.get("zoom", "").removesuffix("%")) == 0
        or bool(_EMPTY_CLIP.match(style.get("clip-path", "")))
        or (position in ("absolute", "fixed") and len(edges) == 4 and _is_empty(edges))
        or (not is_line and _cuts(style) and any(one is not None and one < _INVISIBLE for one in _bounds(style, size)))
    )


def _is_animated(style: Style) -> bool:
    """Whether an element changes by itself: what is hidden at first may be faded in."""
    return any(style.get(name, "") not in _NOTHING for name in ("animation", "animation-name"))


def _is_empty(edges: list[float | None]) -> bool:
    """Whether a rectangle by its top, right, bottom and left holds nothing; auto is no bound."""
    top, right, bottom, left = edges
    flat = bottom is not None and bottom - (top or 0) <= _INVISIBLE
    return flat or (right is not None and right - (left or 0) <= _INVISIBLE)


def _cuts(style: Style) -> bool:
    return any(style.get(name, "").startswith(("hidden", "clip")) for name in ("overflow", "overflow-x", "overflow-y"))


def _bounds(style: Style, size: float) -> list[float | None]:
    return [length(style.get(side, ""), size) for side in ("width", "height", "max-width", "max-height")]


def _room(style: Style, size: float, tag: str) -> float | None:
    """How wide an element is at most; a cell of a table is as wide as its text, but for a stated maximum."""
    sides = ("max-width",) if tag in ("td", "th") else ("width", "max-width")
    return min((one for side in sides if (one := length(style.get(side, ""), size)) is not None), default=None)


def _is_doubtful(style: Style, size: float, *, is_line: bool) -> bool:
    """Whether something is declared for an element that may show another text than is in it."""
    transform = f"{style.get('transform', '')} {style.get('rotate', '')} {style.get('scale', '')}".strip()
    low = [length(style.get(side, ""), size) for side in ("height", "max-height")]
    narrow = not is_line and _cuts(style) and any(one is not None and one < size / 2 for one in low)
    return (
        narrow
        or _number(style.get("opacity", "")) < _PALE
        or (length(style.get("letter-spacing", ""), size) or 0) < _CRAMPED * size
        or style.get("text-security", "") not in _NOTHING
        or not _HARMLESS_FILTER.fullmatch(style.get("filter", ""))
        or not (transform in _NOTHING or _HARMLESS_TRANSFORM.fullmatch(transform))
        or any(style.get(name, "") not in _NOTHING for name in ("clip-path", "mask", "mask-image", "mix-blend-mode"))
        or (style.get("clip", "") not in _NOTHING and style.get("position", "") in ("absolute", "fixed"))
        or _number(style.get("zoom", "").removesuffix("%"), 1) < _PALE
    )


def _is_moved(style: Style, size: float, box: dict[str, float], position: str) -> bool:
    """Whether an element of a line may have been moved before, behind or upon its neighbours."""
    steps = [box["left"], box["right"], length(style.get("margin-left", ""), size) or 0]
    moved = abs(steps[0]) > _NUDGE or abs(steps[1]) > _NUDGE or steps[2] < -_NUDGE
    placed = position in ("absolute", "fixed") and any(style.get(side, "auto") != "auto" for side in box)
    far = placed or max(abs(box["top"]), abs(box["bottom"])) > size
    return moved or far or "translate(" in style.get("transform", "") or style.get("translate", "") not in _NOTHING


def _number(value: str, otherwise: float = 1.0) -> float:
    """A plain number or percentage; ``otherwise`` where there is none."""
    plain = value.removesuffix("%")
    try:
        return float(plain) / (100 if plain != value else 1)
    except ValueError:
        return otherwise


def _whole_number(value: str) -> int:
    return int(value) if value.removeprefix("-").isdecimal() else 0
