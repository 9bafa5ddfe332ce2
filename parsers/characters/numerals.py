"""Whole numbers written in Chinese numerals: 三, 二十三, and digit by digit 一〇五."""

import re

NUMERALS = "零一二三四五六七八九"
_DIGIT = {**{numeral: str(digit) for digit, numeral in enumerate(NUMERALS)}, "〇": "0"}
_TENS = re.compile(r"([一二三四五六七八九]?)十([一二三四五六七八九]?)")


def numeral_value(text: str) -> int | None:
    """The number that numerals write, below a hundred or digit by digit; None for any other text."""
    tens = _TENS.fullmatch(text)
    if tens:
        return 10 * int(_DIGIT[tens[1] or "一"]) + int(_DIGIT[tens[2] or "零"])
    if not text or not all(char in _DIGIT for char in text):
        return None
    return int("".join(_DIGIT[char] for char in text))
