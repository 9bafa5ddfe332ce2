"""Folding of Chinese text: compatibility characters of PDF extraction, spaces and invisible marks.

Radicals fold by Unicode's Equivalent_Unified_Ideograph property (UAX #44), with the forms that
mainland fonts share with a radical put first; ``radicals.tsv`` holds both. ``traditional.tsv`` has what
traditional characters are compared as; what is stored stays as printed.
"""

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files

# Soft hyphen, zero-width and bidirectional controls, byte order mark.
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]")
# Thin spaces between groups of three digits part one number, as commas do; plain spaces part two.
_THIN = re.compile("[\u2009\u202f]")
_GROUPED = re.compile(r"(?<![\d.])\d{1,3}(?:[\u2009\u202f]\d{3})+(?!\d)")
_NOT_KEY = re.compile(r"[^0-9A-Za-z\u3400-\u4dbf\u4e00-\u9fff]")
_DIGITS = str.maketrans({ord("０") + i: str(i) for i in range(10)})


def _pairs(name: str) -> list[list[str]]:
    lines = (files(__package__) / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


_RADICALS = {int(code, 16): ideograph for code, ideograph in _pairs("radicals.tsv")}
_SIMPLIFIED = str.maketrans(dict(_pairs("traditional.tsv")))
# Most texts hold none of what folds, and a search is quicker than a translation.
_FOLDABLE = re.compile(f"[\u00a0\u2009\u202f\u3000{''.join(map(chr, _RADICALS))}{_INVISIBLE.pattern[1:-1]}]")


def fold(text: str) -> str:
    """Text as it was meant to be read: radicals as ideographs, no invisible marks, plain spaces.

    Punctuation, circled digits and superscripts stay as printed.
    """
    if text.isascii() or not _FOLDABLE.search(text):
        return text
    text = _INVISIBLE.sub("", text.translate(_RADICALS))
    text = _GROUPED.sub(lambda number: _THIN.sub("", number[0]), text)
    return text.replace("\u00a0", " ").replace("\u3000", " ")


@lru_cache(maxsize=16384)
def label_key(text: str) -> str:
    """What labels are compared by: the folded text's letters, ideographs (simplified) and digits, nothing else."""
    return _NOT_KEY.sub("", simplified(unicodedata.normalize("NFKC", fold(text))))


@lru_cache(maxsize=16384)
def squeeze(text: str) -> str:
    """Folded text without any space and with plain digits, for titles and names."""
    return "".join(fold(text).translate(_DIGITS).split())


def simplified(text: str) -> str:
    """Text to compare by: traditional characters as simplified ones, each in its place."""
    return text.translate(_SIMPLIFIED)


@lru_cache(maxsize=16384)
def spaced(text: str) -> str:
    """Folded text with each run of white space as one space."""
    return " ".join(fold(text).split())


def display_width(text: str) -> int:
    """How many columns of print a text takes; ideographs take two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)
