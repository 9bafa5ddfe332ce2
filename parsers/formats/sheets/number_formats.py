"""A number as a cell's format shows it (ECMA-376 part 1, 18.8.31)."""

import re
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import NamedTuple

GENERAL = "General"
BUILT_IN = {
    0: GENERAL, 1: "0", 2: "0.00", 3: "#,##0", 4: "#,##0.00", 9: "0%", 10: "0.00%", 11: "0.00E+00", 12: "# ?/?",
    13: "# ??/??", 37: "#,##0;-#,##0", 38: "#,##0;-#,##0", 39: "#,##0.00;-#,##0.00", 40: "#,##0.00;-#,##0.00",
    41: '#,##0;-#,##0;"-"', 42: '#,##0;-#,##0;"-"', 43: '#,##0.00;-#,##0.00;"-"', 44: '#,##0.00;-#,##0.00;"-"',
    48: "##0.0E+0", 49: "@",
}  # fmt: skip
"""The formats that files name by number alone; the rest below 164 are days and times."""
DAY = "yyyy-mm-dd"

# A text in quotes, a character by itself, room as wide as a character, one that fills the cell, a colour or condition.
_MARK = re.compile(r'"[^"]*"?|\\.|_.|\*.|\[[^\]]*\]|General|G/通用格式|[\s\S]', re.IGNORECASE)
_PLACES = re.compile(r"([#0?][#0?,]*)?(?:(\.)([#0?]*))?")
_COLOUR = re.compile(r"\[(?:[A-Za-z]+|Color ?\d+|\$[^\]]*|[红黑蓝绿白黄青洋颜][^\]]*|DBNum0)\]", re.IGNORECASE)
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_PLAIN = frozenset({"general", "g/通用格式", "@"})
_MOST_DIGITS = 11


class Shown(NamedTuple):
    """What a format makes of a number; ``known`` is False where another program may show something else."""

    text: str
    known: bool = True


def shown_number(value: float, code: str) -> Shown:
    """The number as it is seen, without the room that a format leaves around it."""
    sections = _sections(code or GENERAL)
    if any(_is_condition(mark) for section in sections for mark in section):
        return Shown(_general(value), known=False)
    section = sections[0]
    if value < 0 and len(sections) > 1:
        section, value = sections[1], -value
    elif value == 0 and len(sections) > 2:
        section = sections[2]
    return _filled(value, section)


def shown_text(text: str, code: str) -> str:
    """A text as it is seen: a fourth part of the format is for texts, and may hide them."""
    sections = _sections(code or GENERAL)
    if len(sections) < 4:
        return text
    return "".join(text if mark == "@" else _literal(mark) for mark in sections[3])


def is_day(code: str) -> bool:
    """Whether a format shows a day or a time."""
    return any(mark in "ymdhs" for mark in _sections(code.lower())[0]) or bool(_ELAPSED.search(code))


def _sections(code: str) -> list[list[str]]:
    sections: list[list[str]] = [[]]
    for mark in _MARK.findall(code):
        if mark == ";":
            sections.append([])
        else:
            sections[-1].append(mark)
    return sections


def _is_condition(mark: str) -> bool:
    return mark.startswith("[") and not _COLOUR.fullmatch(mark)


def _literal(mark: str) -> str:
    if mark[0] in '"':
        return mark.strip('"')
    if mark[0] == "\\":
        return mark[1:]
    return " " if mark[0] == "_" else "" if mark[0] in "*[" else mark


def _filled(value: float, section: list[str]) -> Shown:
    """A number by one part of a format; one that is more than digits, such as a fraction, is not known."""
    if any(mark.lower() in _PLAIN for mark in section):
        parts = (_general(value) if mark.lower() in _PLAIN else _literal(mark) for mark in section)
        return Shown("".join(parts).strip())
    places = "".join(mark if len(mark) == 1 and mark in "#0?,." else "\0" for mark in section).strip("\0")
    numeric = _PLACES.fullmatch(places)
    drawn = {
        mark for mark in section if len(mark) == 1 and mark not in "#0?,. -+()%$￥¥€:、。，：（）/" and mark.isascii()
    }
    if drawn or not numeric or "/" in section:
        return Shown(_general(value), known=False)
    if not places:
        return Shown("".join(map(_literal, section)).strip())
    try:
        number = _placed(value * 100 ** section.count("%"), numeric)
    except (InvalidOperation, OverflowError):
        return Shown(_general(value), known=False)
    text, written = "", False
    for mark in section:
        if len(mark) == 1 and mark in "#0?,.":
            text += "" if written else number
            written = True
        else:
            text += _literal(mark)
    return Shown(text.strip())


def _placed(value: float, places: re.Match[str]) -> str:
    """The digits; a comma between places groups them by thousands, one after the last divides by a thousand."""
    whole, point, decimals = places[1] or "", places[2] or "", places[3] or ""
    scale = len(whole) - len(whole.rstrip(","))
    number = Decimal(repr(value)).scaleb(-3 * scale)
    number = number.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    text = f"{abs(number):{',' if ',' in whole.rstrip(',') else ''}f}"
    digits, _, fraction = text.partition(".")
    if digits == "0" and "0" not in whole:
        digits = ""
    digits = digits.rjust(whole.count("0"), "0")
    kept = decimals.rstrip("#")
    while len(fraction) > len(kept) and fraction.endswith("0"):
        fraction = fraction[:-1]
    sign = "-" if number < 0 else ""
    return sign + digits + (point + fraction if point else "")


def _general(value: float) -> str:
    """A number without a format: 24461.0 is 24461; of very long ones a part is shown, with an exponent."""
    if value == int(value) and abs(value) < 10**_MOST_DIGITS:
        return str(int(value))
    return f"{value:.10g}" if abs(value) < 10**_MOST_DIGITS else f"{value:.5E}"
