"""What declarations of CSS mean for reading: what shows, what stands apart, and where."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

Style = Mapping[str, str]

# Nothing else bears on what is read.
PROPERTIES = frozenset({
    "bottom", "display", "float", "font-size", "grid-column", "grid-row", "grid-template-columns", "height", "left",
    "opacity", "position", "right", "text-decoration", "text-decoration-line", "text-indent", "top", "vertical-align",
    "visibility", "white-space", "width",
})  # fmt: skip
# What paints or writes where no text is: a picture behind an element, what stands before and after it.
PICTURE, CONTENT = "background-image", "content"
PLAIN: Style = {}
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


PLAIN_LOOK = Look(PLAIN)


def look_of(style: Style) -> Look:
    """The look that a style gives an element."""
    if not style:
        return PLAIN_LOOK
    display = style.get("display", "")
    return Look(
        style,
        hidden=display == "none" or _hides(style),
        block=display in _BLOCKS,
        apart=display in _APART
        or style.get("float", "") in ("left", "right")
        or style.get("position", "") in ("absolute", "fixed"),
        struck="line-through" in style.get("text-decoration", "") + style.get("text-decoration-line", ""),
        raised=style.get("vertical-align", "") in ("super", "sub", "text-top"),
    )


def _hides(style: Style) -> bool:
    return (
        style.get("visibility", "") in ("hidden", "collapse")
        or style.get("opacity", "") in ("0", "0%", "0.0")
        or style.get("font-size", "") in ("0", "0px", "0pt")
        or any(_OFF_SCREEN.fullmatch(style.get(name, "")) for name in ("left", "top", "text-indent"))
    )


def keeps_lines(style: Style) -> bool:
    """Whether line ends of the source are line ends on the page."""
    return style.get("white-space", "") in ("pre", "pre-wrap", "pre-line", "break-spaces")


def pixels(style: Style, name: str) -> float | None:
    """A length in CSS pixels; None where none is declared or it is no absolute length."""
    match = re.fullmatch(r"(-?\d+(?:\.\d+)?|-?\.\d+)(px|pt|)", style.get(name, ""))
    return float(match[1]) * (4 / 3 if match[2] == "pt" else 1) if match else None
