"""What stands in a cell: a number, a blank, a dash, or some other text."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from parsers.characters.folding import fold, simplified
from parsers.characters.numerals import numeral_value
from parsers.document.reasons import Reason, Why

Number = int | Decimal


class State(StrEnum):
    """How certain a cell is, and in which way it is empty (see docs/reading.md)."""

    PRINTED = "printed"
    BLANK = "blank"
    DASH = "dash"
    TEXT = "text"
    UNCERTAIN = "uncertain"
    ABSENT = "absent"


class Proof(StrEnum):
    """How a certain cell is known (see docs/reading.md), strongest first; a cell has the strongest that it has.

    A report alone knows nothing of other years, nor of what a person decided about it.
    """

    PERSON = "person"
    """Somebody looked at the document and decided."""

    SUM = "sum"
    """An identity of the form holds that would not hold with another value."""

    TWICE = "twice"
    """Two independent readings agree."""

    STATED = "stated"
    """The prose states the same figure."""

    SERIES = "series"
    """The agency's report on the year before or after agrees."""

    PLACED = "placed"
    """It was read once, in a place that heads and label prove."""

    EMPTY = "empty"
    """It was looked at, and nothing can be there."""


@dataclass(frozen=True, slots=True)
class CellValue:
    """One cell as read. ``raw`` is its own text wherever that is not just the number.

    ``confidence`` is that of the OCR, None for what the document itself states. It and ``proof``, which every certain
    cell of a report has, tell no values apart.
    """

    value: Number | None
    state: State
    raw: str | None = None
    reason: Reason | None = None
    unit: str | None = None
    confidence: float | None = field(default=None, compare=False)
    proof: Proof | None = field(default=None, compare=False)

    def known_by(self, proof: Proof) -> "CellValue":
        """The same with its proof."""
        return CellValue(self.value, self.state, self.raw, self.reason, self.unit, self.confidence, proof)

    @property
    def shown(self) -> str:
        """What was printed: the cell's own text, else its number; '' for nothing."""
        if self.raw is not None:
            return self.raw
        return "" if self.value is None else str(self.value)


BLANK = CellValue(None, State.BLANK)

_DASH = re.compile(r"[-/\\—–―‐‑−－／─━]{1,3}|无|不适用|没有|暂无")
# 一 is the numeral 1, and as often a dash that was typed with the wrong key.
_ONE_OR_DASH = re.compile(r"(?=.*一)[-/\\—–―‐‑−－／─━一]{1,3}")
_DIGITS = r"(?:\d{1,3}(?:,\d{3})+|\d{1,3}(?:['’]\d{3})+|\d+)(?:\.\d+)?"
_COUNTED = "[件条个项份次宗起家人篇]|人次"
_NUMBER = re.compile(rf"(?P<number>[+-]?{_DIGITS})(?P<unit>{_COUNTED})?")
_MONEY = "[十百千]?[万亿]?元|[万亿]"
_AMOUNT = re.compile(
    rf"(?P<currency>(?i:人民币|RMB|CNY|¥))?:?(?P<number>[+-]?{_DIGITS})"
    rf"(?:(?P<unit>{_MONEY})整?|\((?P<aside>{_MONEY})\))?(?:人民币|\(人民币\))?"
)
_IN_SOME_UNIT = re.compile(rf"[A-Za-z$€£¥]{{0,4}}(?P<number>{_DIGITS})[^\d年月日%‰]{{0,8}}")
_NUMERAL = re.compile(rf"(?P<number>[〇零一二三四五六七八九十]{{1,6}})(?P<unit>{_COUNTED})?")
_SOME = re.compile(r"[一二三四五六七八九]{2}")  # 三五件 are a few
_CHANGE = re.compile(
    r"(?:(?:同比|[较比](?:上一?年|去年))?(?:(?P<more>增加|增长|新增|增|上升|↑)|(?P<less>减少|减|下降|降低|↓|▼)|[▲△±])了?:?)"
    rf"(?P<number>{_DIGITS})(?:{_COUNTED})?|(?P<after>{_DIGITS})(?:(?P<up>↑)|(?P<down>↓|▼))"
)
# NFKC turns ① and ² into digits, which would be figures that nobody printed.
_PLAIN = re.compile(r"[^\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218b\u2460-\u24ff\u3200-\u32ff]*")
_MAX_VALUE = 100
# No agency has more of anything, nor 元; a longer row of digits is a code, or numbers run into each other.
# So whatever is read, SQLite can hold and add up.
_MAX_DIGITS = 12
# What may be part of a number that is too wide for its cell; more than three lines no figure needs.
_PART = re.compile(rf"[+-]?[\d,.]*\d[\d,.]*(?:{_COUNTED}|{_MONEY})?|[\d,.]+|{_MONEY}|件")
_MOST_PARTS = 3
_TWO_NUMBERS = re.compile(r"\d\s+\d")
_PUNCTUATION = str.maketrans(
    {"−": "-", "﹣": "-", "－": "-", "，": ",", "圆": "元", "拾": "十", "佰": "百", "仟": "千"}
)
_WRITTEN_OUT = re.compile(r"[\u3007\u3400-\u9fff].*")

# Amounts are stored in 万元 (10,000 CNY).
WANYUAN = "万元"
AMOUNT_UNITS = {
    f"{scale}{unit}": factor * many
    for unit, factor in (("元", Decimal("0.0001")), ("万元", Decimal(1)), ("亿元", Decimal(10000)))
    for scale, many in (("", 1), ("十", 10), ("百", 100), ("千", 1000))
} | {"万": Decimal(1), "亿": Decimal(10000)}
# In full numbers, too: 3万.
SHORT_UNITS = frozenset({"万", "亿"})
# In place of a unit: a sign or a word that names the currency alone; a figure that says what more or less there is.
YUAN_SIGN, CURRENCY, CHANGE = "¥", "人民币", "增减"


def is_written_out(text: str) -> bool:
    """Whether a value is written as a word (无, 二十, 增加3), which in running text may be just words."""
    return bool(_WRITTEN_OUT.fullmatch(text))


def is_numeral(cell: CellValue) -> bool:
    """Whether a number is written in Chinese numerals."""
    return cell.value is not None and bool(_WRITTEN_OUT.fullmatch(cell.raw or "")) and cell.raw != "零"


@lru_cache(maxsize=8192)
def read_value(raw: str) -> CellValue | None:
    """Read a cell's text as a number, blank or dash; None where it is some other text."""
    folded = fold(raw)
    text = "".join(folded.split())
    if not text:
        return BLANK
    if len(text) > _MAX_VALUE or _TWO_NUMBERS.search(folded):
        return None
    text = simplified(text).translate(_PUNCTUATION)
    if _DASH.fullmatch(text):
        return CellValue(None, State.DASH, raw=raw.strip())
    if _ONE_OR_DASH.fullmatch(text):
        return CellValue(None, State.UNCERTAIN, raw=raw.strip(), reason=Reason(Why.ONE_OR_DASH))
    return _figure(unicodedata.normalize("NFKC", text), raw.strip()) if _PLAIN.fullmatch(text) else None


def _figure(text: str, raw: str) -> CellValue | None:
    """A number in digits or numerals, with its sign and unit."""
    if match := _NUMBER.fullmatch(text):
        return _number(match["number"], raw, match["unit"])
    if (match := _AMOUNT.fullmatch(text)) and (currency := match["currency"] or match["unit"] or match["aside"]):
        bare = YUAN_SIGN if currency == YUAN_SIGN else CURRENCY
        return _number(match["number"], raw, match["unit"] or match["aside"] or bare)
    if match := _NUMERAL.fullmatch(text):
        some = match["unit"] and _SOME.fullmatch(match["number"])
        value = None if some else numeral_value(match["number"])
        return None if value is None else CellValue(value, State.PRINTED, raw=raw, unit=match["unit"])
    match = _CHANGE.fullmatch(text)
    return _change(match, raw) if match else None


def _change(match: re.Match[str], raw: str) -> CellValue | None:
    """A change whose sign is a word or an arrow; ▲ and △ mean more to some, and less to bookkeepers."""
    shrinks = match["less"] or match["down"]
    reading = _number(f"{'-' if shrinks else ''}{match['number'] or match['after']}", raw, CHANGE)
    if reading is None or shrinks or match["more"] or match["up"]:
        return reading
    return replace(reading, value=None, state=State.UNCERTAIN, reason=Reason(Why.EITHER_SIGN))


def is_part(text: str) -> bool:
    """Whether a word may be a part of a number that is broken over lines: digits, points or a unit."""
    return bool(_PART.fullmatch(text))


def joined_number(raw: str) -> CellValue | None:
    """A number that is broken over lines or by a space, joined; it needs a proof. None for anything else."""
    parts = fold(raw).split()
    if not 2 <= len(parts) <= _MOST_PARTS or not all(map(is_part, parts)):
        return None
    whole = read_value("".join(parts))
    if whole is None or whole.state is not State.PRINTED:
        return None
    return _in_doubt(whole, raw)


def _in_doubt(number: CellValue, raw: str) -> CellValue:
    return replace(number, state=State.UNCERTAIN, raw=raw.strip(), reason=Reason(Why.CUT_NUMBER))


def is_too_long(number: str) -> bool:
    """Whether a printed number has more digits before its point than any figure."""
    return len(number.partition(".")[0].replace(",", "").lstrip("+-0")) > _MAX_DIGITS


def _number(number: str, raw: str, unit: str | None) -> CellValue | None:
    digits = re.sub("[,'’]", "", number)
    if is_too_long(digits):
        return None
    decimal = Decimal(digits)
    value: Number = int(decimal) if decimal == decimal.to_integral_value() else decimal
    plain = raw == str(value) or (unit is None and raw == digits and "." in raw and value != int(value))
    return CellValue(value, State.PRINTED, raw=None if plain else raw, unit=unit)


def leading_number(text: str) -> Number | None:
    """The number that a text begins with, before or after a few characters that may be a unit."""
    folded = fold(text)
    if _TWO_NUMBERS.search(folded) or not _PLAIN.fullmatch(folded):
        return None
    match = _IN_SOME_UNIT.fullmatch(unicodedata.normalize("NFKC", "".join(folded.split())))
    reading = _number(match["number"], text, None) if match else None
    return reading.value if reading else None


def as_sure(reading: CellValue | None, confidence: float | None) -> CellValue | None:
    """A reading with the confidence of the OCR that it comes from, if any."""
    if reading is None or confidence is None:
        return reading
    return replace(reading, confidence=confidence)


def to_wanyuan(value: Number, unit: str) -> Number:
    """Convert an amount in a unit of AMOUNT_UNITS to 万元, exactly."""
    amount = Decimal(value) * AMOUNT_UNITS[unit]
    return int(amount) if amount == amount.to_integral_value() else amount.normalize()
