"""The numbers that a word processor puts before paragraphs: 一、 （二） 3. are not in the text, but printed.

The names of the formats are those of ST_NumberFormat (ECMA-376 part 1, 17.18.59).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from parsers.formats.office.look import NUMBERED, PLAIN, SIGN, Marks, as_seen

# Of a list, in Word and in all its formats.
LEVELS = 9
_DIGITS = "〇一二三四五六七八九"
_LEGAL_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"), (50, "l"), (40, "xl"),
    (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How the paragraphs of one level are numbered.

    ``text`` has ``%1`` … ``%9`` where the number of a level stands. ``restart``: the level, from 1, above or
    at which a paragraph makes this one begin again; None: any level above; 0: none. ``legal``: all
    numbers in plain digits. ``marks``: what the level says of the label's look.
    """

    text: str
    format: str = "decimal"
    start: int = 1
    restart: int | None = None
    legal: bool = False
    marks: Marks = PLAIN


@dataclass(frozen=True, slots=True)
class Numbering:
    """A list of paragraphs: ``family`` counts on through all lists that share it.

    ``starts`` are the numbers with which this list's levels begin anew.
    """

    name: int
    family: int
    levels: Mapping[int, Level]
    starts: Mapping[int, int] = field(default_factory=dict)

    def marks(self, depth: int) -> Marks:
        """What a level says of its labels' look."""
        return self.levels[depth].marks if depth in self.levels else PLAIN


class Counters:
    """Counts the paragraphs of all lists of a document, in its order."""

    def __init__(self) -> None:
        self._counts: dict[int, dict[int, int]] = {}
        self._begun: set[tuple[int, int]] = set()

    def label(self, numbering: Numbering, depth: int) -> str | None:
        """The label of the next paragraph at ``depth`` (from 0) of a list: "" for a bullet, None for none."""
        level = numbering.levels.get(depth)
        if level is None:
            return None
        counts = self._counts.setdefault(numbering.family, {})
        if depth in numbering.starts and (numbering.name, depth) not in self._begun:
            counts[depth] = numbering.starts[depth]
        else:
            counts[depth] = counts[depth] + 1 if depth in counts else level.start
        self._begun.add((numbering.name, depth))
        for deeper in [other for other in counts if other > depth]:
            limit = numbering.levels[deeper].restart if deeper in numbering.levels else None
            if depth + 1 <= (deeper if limit is None else limit):
                del counts[deeper]
        if level.format == "bullet":
            return "" if level.text.strip() else None
        return _filled(level, numbering.levels, counts) or None


def seen_label(label: str | None, marks: Marks) -> str | None:
    """A label as it is seen, None for one that is not; "" stays a bullet."""
    seen = as_seen([(label or "•", marks)])
    return None if label is None or not SIGN.sub("", seen).strip() else label


def labelled(label: str | None, text: str) -> str:
    """A paragraph behind its label; a label that ends in a digit or point is set apart: ``1. 5`` is not 1.5."""
    if label is None:
        return text
    apart = " " if text and label and (label[-1].isalnum() or label[-1] in ".．") else ""
    return f"{label}{apart}{text}{NUMBERED}"


def _filled(level: Level, levels: Mapping[int, Level], counts: Mapping[int, int]) -> str:
    text = level.text
    for depth in range(LEVELS):
        mark = f"%{depth + 1}"
        if mark in text:
            other = levels.get(depth, Level(""))
            count = counts.get(depth, other.start)
            text = text.replace(mark, format_number(count, "decimal" if level.legal else other.format))
    return text.strip()


def format_number(number: int, name: str) -> str:
    """A number as a format writes it; plain digits where the format is not known or has no sign for it."""
    write = _FORMATS.get(name)
    return (write(number) if write and 0 <= number < 10_000 else "") or str(number)


def _counting(number: int, digits: str = _DIGITS, tens: str = "十百千", *, bare_ten: bool = True) -> str:
    """In words: 十二, 一百零三."""
    if number == 0:
        return digits[0]
    words, gap = "", False
    for power in (3, 2, 1, 0):
        digit = number // 10**power % 10
        if digit:
            words += ("零" if gap and words else "") + digits[digit] + (tens[power - 1] if power else "")
        gap = digit == 0
    return words[1:] if bare_ten and 10 <= number < 20 else words


def _digits(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _short_counting(number: int) -> str:
    return _counting(number) if number < 100 else _digits(number)


def _legal(number: int) -> str:
    return _counting(number, _LEGAL_DIGITS, "拾佰仟", bare_ten=False)


def _letters(number: int) -> str:
    """A … Z, then AA … ZZ."""
    return chr(ord("a") + (number - 1) % 26) * ((number - 1) // 26 + 1) if 0 < number <= 26 * 9 else ""


def _roman(number: int) -> str:
    text = ""
    for value, letters in _ROMAN:
        text += letters * (number // value)
        number %= value
    return text


def _signs(first: int, last: int) -> Callable[[int], str]:
    """Numbers from 1 as the signs from one code point to another."""
    return lambda number: chr(first + number - 1) if 1 <= number <= last - first + 1 else ""


def _row(signs: str) -> Callable[[int], str]:
    return lambda number: signs[number - 1] if 1 <= number <= len(signs) else ""


_FORMATS: dict[str, Callable[[int], str]] = {
    "none": lambda _: " ",
    "decimalZero": lambda number: f"{number:02}",
    "decimalFullWidth": lambda number: str(number).translate({ord("0") + n: ord("０") + n for n in range(10)}),
    "upperRoman": lambda number: _roman(number).upper(),
    "lowerRoman": _roman,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerLetter": _letters,
    "chineseCounting": _short_counting,
    "chineseCountingThousand": _counting,
    "japaneseCounting": _counting,
    "taiwaneseCounting": _short_counting,
    "taiwaneseCountingThousand": _counting,
    "ideographDigital": _digits,
    "taiwaneseDigital": _digits,
    "chineseLegalSimplified": _legal,
    "ideographTraditional": _row(_STEMS),
    "ideographZodiac": _row(_BRANCHES),
    "decimalEnclosedCircle": _signs(0x2460, 0x2473),
    "decimalEnclosedCircleChinese": _signs(0x2460, 0x2473),
    "decimalEnclosedParen": _signs(0x2474, 0x2487),
    "decimalEnclosedFullstop": _signs(0x2488, 0x249B),
    "ideographEnclosedCircle": _signs(0x3280, 0x3289),
}
_FORMATS["decimalFullWidth2"] = _FORMATS["decimalFullWidth"]
