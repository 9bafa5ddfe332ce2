"""What stands in a cell: a number, a blank, a dash, or some other text."""

import re
import unicodedata
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache

from parsers.characters.folding import fold
from parsers.document.reasons import Reason, Why

Number = int | Decimal


class State(StrEnum):
    """How sure a cell is, and which kind of nothing an empty one is (see docs/reading.md)."""

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

    @property
    def shown(self) -> str:
        """What was printed: the cell's own text, else its number; '' for nothing."""
        if self.raw is not None:
            return self.raw
        return "" if self.value is None else str(self.value)


BLANK = CellValue(None, State.BLANK)

_DASH = re.compile(r"[-/\\—–―‐‑−－／─━一]{1,3}|无|不适用|没有|暂无")
_WORD_DASHES = frozenset({"无", "不适用", "没有", "暂无", "一"})
_NUMBER = re.compile(
    r"(?P<number>[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)"
    r"(?P<unit>[件条个项份次宗起家人篇]|人次|元|万元|亿元)?"
)
# NFKC turns ① and ² into digits, which would be figures that nobody printed.
_PLAIN = re.compile(r"[^\u00b2\u00b3\u00b9\u00bc-\u00be\u2070-\u209f\u2150-\u218b\u2460-\u24ff\u3200-\u32ff]*")
_MAX_VALUE = 100
# No agency has more of anything, nor 元; a longer row of digits is a code, or numbers run into each other.
# So whatever is read, SQLite can hold and add up.
_MAX_DIGITS = 12
# What may be part of a number that is too wide for its cell; more than three lines no figure needs.
_PART = re.compile(r"[+-]?[\d,.]*\d[\d,.]*(?:[件条个项份次宗起家人篇]|人次|元|万元|亿元)?|[\d,.]+|元|万元|亿元|件")
_MOST_PARTS = 3
_TWO_NUMBERS = re.compile(r"\d\s+\d")
_MINUS = str.maketrans({"−": "-", "﹣": "-", "－": "-", "，": ","})

# Amounts are stored in 万元 (10,000 CNY).
AMOUNT_UNITS = {"元": Decimal("0.0001"), "万元": Decimal(1), "亿元": Decimal(10000)}


def is_dash_word(text: str) -> bool:
    """Whether a dash is written as a word, which in running text may be just a word."""
    return text in _WORD_DASHES


@lru_cache(maxsize=8192)
def read_value(raw: str) -> CellValue | None:
    """Read a cell's text as a number, blank or dash; None where it is some other text."""
    folded = fold(raw)
    text = "".join(folded.split())
    if not text:
        return BLANK
    if len(text) > _MAX_VALUE or _TWO_NUMBERS.search(folded):
        return None
    if _DASH.fullmatch(text):
        return CellValue(None, State.DASH, raw=raw.strip())
    if text == "零":
        return CellValue(0, State.PRINTED, raw=raw.strip())
    if not _PLAIN.fullmatch(text):
        return None
    match = _NUMBER.fullmatch(unicodedata.normalize("NFKC", text.translate(_MINUS)))
    return _number(match, raw.strip()) if match and not is_too_long(match["number"]) else None


def joined_number(raw: str) -> CellValue | None:
    """A number that stands broken over lines or by a space, put together; it needs a proof. None for anything else."""
    parts = fold(raw).split()
    if not 2 <= len(parts) <= _MOST_PARTS or not all(_PART.fullmatch(part) for part in parts):
        return None
    whole = read_value("".join(parts))
    if whole is None or whole.state is not State.PRINTED:
        return None
    return replace(whole, state=State.UNCERTAIN, raw=raw.strip(), reason=Reason(Why.CUT_NUMBER))


def is_too_long(number: str) -> bool:
    """Whether a printed number has more digits before its point than any figure."""
    return len(number.partition(".")[0].replace(",", "").lstrip("+-0")) > _MAX_DIGITS


def _number(match: re.Match[str], raw: str) -> CellValue:
    digits = match["number"].replace(",", "")
    decimal = Decimal(digits)
    value: Number = int(decimal) if decimal == decimal.to_integral_value() else decimal
    unit = match["unit"]
    plain = raw == str(value) or (unit is None and raw == digits and "." in raw and value != int(value))
    return CellValue(value, State.PRINTED, raw=None if plain else raw, unit=unit)


def as_sure(reading: CellValue | None, confidence: float | None) -> CellValue | None:
    """A reading with the confidence of the OCR that it comes from, if any."""
    if reading is None or confidence is None:
        return reading
    return replace(reading, confidence=confidence)


def to_wanyuan(value: Number, unit: str) -> Number:
    """Convert an amount in 元, 万元 or 亿元 to 万元, exactly."""
    amount = Decimal(value) * AMOUNT_UNITS[unit]
    return int(amount) if amount == amount.to_integral_value() else amount.normalize()
