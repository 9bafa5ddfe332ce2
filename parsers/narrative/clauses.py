"""A sentence of the narrative cut into clauses, and these into pieces of at most one figure, in plain form.

Plain: no spaces, quotes, book titles; years as seen from the report's own (上年, 本年, 下年); ``#`` in place of a
count with its unit, ``¥`` of an amount. What stood in brackets is read by itself, beside what it stands behind.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from parsers.characters.folding import squeeze
from parsers.document.values import Number, is_too_long, to_wanyuan

AMOUNT_UNIT = "万元"
# Put for a figure that is not exact: no pattern fits it.
INEXACT = "※"
_MAX_CLAUSE = 120

_SENTENCE = re.compile(r"[^。！？!?]+[。！？!?]?")
_OPENER = re.compile(
    r"^(?:[（(][一二三四五六七八九十\d]{1,3}[)）]|[一二三四五六七八九十]{1,2}、|\d{1,2}[.．、](?!\d))\s*"
)
_BRACKETS = re.compile(r"[(（]([^()（）]*)[)）]")
# Stand around what stood in brackets.
_OPEN, _CLOSE = "\ue000", "\ue001"
_ASIDE = re.compile(f"{_OPEN}([^{_OPEN}{_CLOSE}]*){_CLOSE}")
_INSIDE = f"{_OPEN}[^{_OPEN}{_CLOSE}]*{_CLOSE}"
_BOOK = re.compile(r"《[^》]*》")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:[,，]\d{3})+(?!\d)")
_CLAUSE = re.compile(rf"(?:{_INSIDE}|[^，,；;：:！!？?。.]|(?<=\d)[.](?=\d))+")
_QUOTES = re.compile(r"[“”\"'‘’「」]")
_LISTED = re.compile(rf"(?:{_INSIDE}|[^、·])+")
_THIS_YEAR = "本年度"
_LAST_YEAR = re.compile(r"(?:上一|去)年度?|上年度")
_NEXT_YEAR = re.compile(r"下一年度?|下年度")
_WHOLE_YEAR = re.compile(
    r"(?:自|从)?(?:本年)?1月(?:1日)?起?[至到—–-]+(?:本年)?12月(?:31日|份|底)?(?:止|期间|底)?|(?:本年)?1[—–-]+12月份?"
)
# 2023收到: a year that lacks its 年.
_BARE_YEAR = "(?=[收受接共我本全未没])"
# 未发生一起: a none, no figure.
_NOT_ONE = re.compile(r"((?:未|没有|无)[\u4e00-\u9fff]{0,4}?)一(?:起|例|件|宗)")
_NUMERALS = "零〇一二两三四五六七八九十百千"
_DIGITS = "零一二三四五六七八九"
_FIGURE = re.compile(
    r"(?P<loose>近|约|超过?|逾|不足|至少|[-—~～〔第])?"
    rf"(?P<number>\d+(?:\.\d+)?|[{_NUMERALS}]+(?=件|条|份|宗|起|例|元)|零$)"
    r"(?P<more>余|多|来|万(?!元))?"
    r"(?P<unit>件次|件|条|份|宗|起|例|封|个|项|次(?!会)|亿元|万元|元)?(?P<after>左右|以上|以下|以内)?"
)
_WRITTEN = re.compile(r"(?:(.)千)?零?(?:(.)百)?零?(?:(.?)十)?零?(.)?")
_MARKS = f"[#¥{INEXACT}]"
_HAS_DIGIT = re.compile(r"\d")
_HAS_MARK = re.compile(_MARKS)
# Figures that stand before their words (6件予以公开), and figures behind them.
_OPENS_WITH_FIGURE = re.compile(rf"(?:其中|另有?|其余|剩余|还?有|除)*{_MARKS}")
_FIGURE_FIRST = re.compile(rf"(?:^[^#¥{INEXACT}]*)?{_MARKS}[^#¥{INEXACT}]*")
_FIGURE_LAST = re.compile(rf"[^#¥{INEXACT}]*{_MARKS}(?:[^#¥{INEXACT}]*$)?|[^#¥{INEXACT}]+$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A clause, or the part of one that has its own figure; ``value`` is in 万元 if ``unit`` says so.

    ``asides`` are the brackets in it, as clauses are before they are cut into pieces.
    """

    text: str
    value: Number | None = None
    unit: str | None = None
    asides: tuple[str, ...] = ()

    @property
    def is_loose(self) -> bool:
        """Whether its figure is not exact."""
        return INEXACT in self.text


def sentences(line: str) -> Iterator[str]:
    """The sentences of a paragraph, verbatim but for the spaces around them."""
    yield from (match[0].strip() for match in _SENTENCE.finditer(line))


def heading_of(line: str) -> str | None:
    """What a paragraph that opens with （一）, 1. or the like says first; None for any other paragraph."""
    opener = _OPENER.match(line)
    return re.split(r"[。：:\s]", line[opener.end() :], maxsplit=1)[0] if opener else None


def clauses(sentence: str, year: int | None) -> Iterator[str]:
    """The clauses of a sentence in plain form, their figures still as printed."""
    text = squeeze(_OPENER.sub("", sentence))
    text = _THOUSANDS.sub(lambda number: re.sub("[,，]", "", number[0]), text)
    text = _QUOTES.sub("", _BOOK.sub("", text)).replace(_OPEN, "").replace(_CLOSE, "")
    text = _NOT_ONE.sub(r"\1", text)
    text = _BRACKETS.sub(rf"{_OPEN}\1{_CLOSE}", text)
    yield from _cut(_WHOLE_YEAR.sub("本年", _relative_years(text, year)))


def _cut(text: str) -> Iterator[str]:
    yield from (clause for clause in _CLAUSE.findall(text) if 0 < len(plain(clause)) <= _MAX_CLAUSE)


def aside_clauses(aside: str) -> Iterator[str]:
    """The clauses of what stood in brackets."""
    yield from _cut(aside)


def _relative_years(text: str, year: int | None) -> str:
    text = _NEXT_YEAR.sub("下年", _LAST_YEAR.sub("上年", text.replace(_THIS_YEAR, "本年").replace("转结", "结转")))
    if year:
        for offset, name in ((-1, "上年"), (0, "本年"), (1, "下年")):
            text = re.sub(f"{year + offset}(?:年度?|{_BARE_YEAR})", name, text)
    return text


def plain(clause: str) -> str:
    """A clause without what stands in brackets."""
    return _ASIDE.sub("", clause)


def pieces(clause: str) -> Iterator[Piece]:
    """A clause cut into pieces of one figure each; parts of a list that have none belong to the figure behind them."""
    held = ""
    for part in _LISTED.findall(clause):
        held += f"、{part}" if held else part
        if _HAS_MARK.search(_FIGURE.sub(lambda match: _figure(match).text, plain(held))):
            yield from _pieces(held)
            held = ""
    if held:
        yield from _pieces(held)


def _pieces(part: str) -> Iterator[Piece]:
    figures: list[Piece] = []
    asides: list[str] = []

    def hold(match: re.Match[str]) -> str:
        asides.append(match[1])
        return _OPEN

    def mark(match: re.Match[str]) -> str:
        figure = _figure(match)
        if figure.value is not None:
            figures.append(figure)
        return figure.text

    text = _FIGURE.sub(mark, _ASIDE.sub(hold, part))
    cut = _FIGURE_FIRST if _OPENS_WITH_FIGURE.match(text) else _FIGURE_LAST
    values, brackets = iter(figures), iter(asides)
    for found in cut.findall(text):
        figure = next(values) if "#" in found or "¥" in found else Piece("")
        own = tuple(next(brackets) for _ in range(found.count(_OPEN)))
        # A bracket before the figure that counts nothing is about something else (区政府（含办公室）收到3件).
        before = _HAS_MARK.split(found, maxsplit=1)[0].count(_OPEN) if figure.value is not None else 0
        own = tuple(aside for at, aside in enumerate(own) if at >= before or _HAS_DIGIT.search(aside))
        yield Piece(found.replace(_OPEN, ""), figure.value, figure.unit, own)


def _figure(match: re.Match[str]) -> Piece:
    """A figure's mark and value; without a unit only a closing 0 or 零 is one."""
    unit, closes = match["unit"], match.end() == len(match.string)
    if unit is None and not (closes and match["number"] in {"0", "零"} and not match["more"]):
        return Piece(match[0])
    number = _number(match["number"])
    if match["loose"] or match["more"] or match["after"] or number is None:
        return Piece(INEXACT)
    if unit and unit.endswith("元"):
        return Piece("¥", to_wanyuan(number, unit), AMOUNT_UNIT)
    return Piece("#", number)


def _number(text: str) -> Number | None:
    """A number in digits, or in numerals below ten thousand; None where they make none that a figure can be."""
    if is_too_long(text):
        return None
    if text.isascii():
        return Decimal(text) if "." in text else int(text)
    text = text.replace("〇", "零").replace("两", "二")
    match = _WRITTEN.fullmatch(text)
    if text == "零" or match is None:
        return 0 if match else None
    places = [(numeral or "一", factor) for numeral, factor in zip(match.groups(), (1000, 100, 10, 1), strict=True)
              if numeral is not None]  # fmt: skip
    if any(numeral not in _DIGITS for numeral, _ in places):
        return None
    return sum(_DIGITS.index(numeral) * factor for numeral, factor in places)
