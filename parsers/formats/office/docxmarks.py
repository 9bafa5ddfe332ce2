"""What the properties of a DOCX file's runs, paragraphs and cells say of the look of text (ECMA-376 part 1, 17.3)."""

import re
from collections.abc import Mapping
from colorsys import hls_to_rgb, rgb_to_hls

from lxml import etree

from parsers.formats.office.look import NO_COLOUR, PALETTE, PLAIN, UNKNOWN_COLOUR, Marks, is_symbol_font, mixed
from parsers.formats.office.wordml import attribute, child, children, is_on, number_of, value_of, whole_number

_HEX = re.compile(r"[0-9A-Fa-f]{6}")
# What a theme calls its colours, by the names that documents use (17.18.97).
_THEME_NAMES = {
    "dark1": "dk1", "text1": "dk1", "light1": "lt1", "background1": "lt1", "dark2": "dk2", "text2": "dk2",
    "light2": "lt2", "background2": "lt2", "hyperlink": "hlink", "followedHyperlink": "folHlink",
}  # fmt: skip
_EFFECTS = ("outline", "shadow", "emboss", "imprint", "w14:textOutline", "w14:glow", "w14:shadow", "w14:reflection")
_SIDES = (("left", "start"), ("right", "end"))
_INDENTS = (*_SIDES[0], *_SIDES[1], "firstLine", "hanging")
_SYMBOL_CHARSET = "02"
_TWIPS = 10  # of a half-point


class MarkReader:
    """Reads properties with the colours of a document's theme and its list of fonts, where it has them."""

    def __init__(self, theme: etree._Element | None = None, fonts: etree._Element | None = None) -> None:
        self._theme = dict(_theme_colours(theme)) if theme is not None else {}
        self._symbol_fonts = {
            attribute(font, "name") or ""
            for font in (fonts if fonts is not None else ())
            if value_of(child(font, "charset")) == _SYMBOL_CHARSET
        } - {"Symbol"}
        # Few runs say anything new. What has parts of its own is told only by these.
        self._of_runs: dict[tuple[object, ...], Marks] = {}

    def of_run(self, element: etree._Element | None) -> Marks:
        """What a run's properties (rPr) say."""
        if element is None or not len(element):
            return PLAIN
        said = tuple([(part.tag, len(part), *part.items()) for part in element])
        known = self._of_runs.get(said)
        if known is None:
            known = self._of_run(children(element))
            if not any(held for _, held, *_ in said):
                self._of_runs[said] = known
        return known

    def _of_run(self, held: Mapping[str, etree._Element]) -> Marks:
        align = held.get("vertAlign")
        effects = [is_on(held.get(name)) for name in _EFFECTS if name in held]
        return Marks(
            hidden=is_on(held.get("vanish")),
            struck=is_on(held.get("strike")),
            struck_twice=is_on(held.get("dstrike")),
            raised=None if align is None else value_of(align) in ("superscript", "subscript"),
            effect=any(effects) if effects else None,
            symbols=self._is_symbolic(held.get("rFonts")),
            reversed=is_on(held.get("rtl")),
            unclear=_is_see_through(held.get("w14:textFill")) or _is_in_two_lines(held.get("eastAsianLayout")),
            shift=number_of(held.get("position")),
            size=number_of(held.get("sz")),
            scale=number_of(held.get("w")),
            spacing=_half_points(number_of(held.get("spacing"))),
            colour=self._colour(held.get("color"), "val", "theme"),
            shade=self.fill(held.get("shd")),
            highlight=_highlight(value_of(held.get("highlight"))),
        )

    def of_paragraph(self, element: etree._Element | None) -> Marks:
        """What a paragraph's properties (pPr) say of its text."""
        held = children(element)
        paper = self.fill(held.get("shd"))
        spacing = held.get("spacing")
        is_exact = spacing is not None and attribute(spacing, "lineRule") == "exact"
        line = whole_number(attribute(spacing, "line")) if spacing is not None and is_exact else None
        indent = held.get("ind")
        sides = {} if indent is None else {name: whole_number(attribute(indent, name)) for name in _INDENTS}
        left, right = (next((n for name in names if (n := sides.get(name)) is not None), None) for names in _SIDES)
        hanging = sides.get("hanging")
        # A paragraph without a shade of its own has that of what it stands in.
        return Marks(
            paper=None if paper == NO_COLOUR else paper,
            room=_half_points(line),
            reversed=is_on(held.get("bidi")),
            left=left,
            right=right,
            first=sides.get("firstLine") if hanging is None else -hanging,
        )

    def fill(self, shade: etree._Element | None) -> int | None:
        """The colour of a shade (shd)."""
        if shade is None:
            return None
        pattern = value_of(shade) or "clear"
        back = self._colour(shade, "fill", "themeFill")
        back = NO_COLOUR if back is None else back
        if pattern in ("nil", "clear"):
            return NO_COLOUR if pattern == "nil" else back
        above = self._colour(shade, "color", "theme")
        above = NO_COLOUR if above is None else above
        if pattern == "solid":
            return mixed(above, back, 1)
        part = whole_number(pattern.removeprefix("pct"))
        return UNKNOWN_COLOUR if part is None else mixed(above, back, part / 100)

    def table_fill(self, properties: etree._Element | None) -> int | None:
        """The shade of a whole table (tblPr), which some programs show and others do not."""
        fill = self.fill(child(properties, "shd"))
        return None if fill in (None, NO_COLOUR) else UNKNOWN_COLOUR

    def _colour(self, element: etree._Element | None, name: str, theme: str) -> int | None:
        """A colour by its value, or by its name in the theme, which counts where both are known."""
        if element is None:
            return None
        named = attribute(element, "themeColor" if theme == "theme" else theme)
        colour = self._theme.get(_THEME_NAMES.get(named or "", named or ""))
        if colour is not None:
            prefix = "theme" if theme == "theme" else theme
            return _toned(colour, attribute(element, f"{prefix}Tint"), attribute(element, f"{prefix}Shade"))
        value = attribute(element, name)
        if value is None:
            return UNKNOWN_COLOUR if named else None
        return int(value, 16) if _HEX.fullmatch(value) else NO_COLOUR

    def _is_symbolic(self, fonts: etree._Element | None) -> bool | None:
        """Whether the font of Latin letters and digits draws other signs."""
        if fonts is None:
            return None
        if attribute(fonts, "asciiTheme"):
            return False
        name = attribute(fonts, "ascii")
        return None if name is None else name in self._symbol_fonts or is_symbol_font(name)


def _theme_colours(theme: etree._Element) -> Mapping[str, int]:
    found: dict[str, int] = {}
    scheme = next(theme.iter("{*}clrScheme"), None)
    for named in scheme if scheme is not None else ():
        for colour in named:
            value = colour.get("lastClr") or colour.get("val") or ""
            if _HEX.fullmatch(value):
                found[etree.QName(named).localname] = int(value, 16)
    return found


def _toned(colour: int, tint: str | None, shade: str | None) -> int:
    """A theme's colour made lighter (tint) or darker (shade), each by how much of it is left, 00 to FF."""
    hue, light, saturation = rgb_to_hls(*((colour >> at & 255) / 255 for at in (16, 8, 0)))
    if shade and re.fullmatch(r"[0-9A-Fa-f]{1,2}", shade):
        light *= int(shade, 16) / 255
    if tint and re.fullmatch(r"[0-9A-Fa-f]{1,2}", tint):
        light = 1 - (1 - light) * int(tint, 16) / 255
    channels = hls_to_rgb(hue, light, saturation)
    return sum(round(channel * 255) << at for channel, at in zip(channels, (16, 8, 0), strict=True))


def _is_see_through(fill: etree._Element | None) -> bool | None:
    """Whether a fill of letters is none, or lets through what lies behind."""
    if fill is None:
        return None
    names = {etree.QName(part).localname for part in fill.iter() if isinstance(part.tag, str)}
    return bool(names & {"noFill", "alpha", "gradFill"})


def _is_in_two_lines(layout: etree._Element | None) -> bool | None:
    """Whether a text is printed small, in two lines within the line."""
    return None if layout is None else attribute(layout, "combine") in ("1", "true", "on")


def _highlight(name: str | None) -> int | None:
    return None if name is None else PALETTE.get(name, NO_COLOUR)


def _half_points(twips: int | None) -> int | None:
    return None if twips is None else twips // _TWIPS
