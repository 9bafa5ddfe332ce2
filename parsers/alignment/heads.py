"""Which column of the form a printed head names: by meaning, in whatever order the heads stand."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from parsers.characters.folding import label_key
from parsers.form.model import Column

# Heads of OCR score 67 and more on the factory's worn scans; heads of other columns 57 at most.
_LIKE_A_HEAD = 60.0
_OTHER_YEAR = re.compile("上年|上一年|去年|往年|前年|同期|同比|环比|增减|增幅|增长|变化|累计")
_YEAR = re.compile(r"20\d\d")
_THIS_YEAR = re.compile(r"20\d\d年?度?|本年度?")


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above one column of values: the nearest text last, outermost first; () is nothing at all."""

    path: tuple[str, ...]

    @property
    def key(self) -> str:
        """The label key of the nearest text."""
        return label_key(self.path[-1]) if self.path else ""

    def is_under(self, column: Column) -> bool:
        """Whether one of the texts above is the column's own spanning head."""
        above = [label_key(text) for text in self.path[:-1]]
        return any(label_key(group) in above for group in column.groups[-1:])


def head_of(texts: Sequence[str], columns: Sequence[Column]) -> Head:
    """The head that texts one above the other are, outermost first; the pieces of a broken one (结果维, 持) are one."""
    *above, last = texts or ("",)
    while above and names_any(above[-1] + last, columns):
        last = above.pop() + last
    return Head((*above, last) if last else ())


def is_like(head: Head, column: Column, columns: Sequence[Column]) -> bool:
    """Whether a head may be a column's, be it worn; a whole one is that of the column that it names."""
    if any(_is_named(head.key, other) for other in columns):
        return _is_named(head.key, column)
    return _likeness(head.key, column) >= _LIKE_A_HEAD


def names_any(text: str, columns: Sequence[Column]) -> bool:
    """Whether a text is the whole head of a column."""
    key = label_key(text)
    return bool(key) and any(_is_named(key, column) for column in columns)


def is_of_another_year(head: Head, year: int | None) -> bool:
    """Whether a head has words of another year, or its number."""
    return _is_of_other_year(head.key) or bool(year and _years(head) - {year})


def match_heads(heads: Sequence[Head], columns: Sequence[Column], year: int | None) -> list[int | None]:
    """The number of the column that each head names; None for a head that names none, or no column alone.

    A head with words of another year names a column only if the column's own label has such words (上一年项目数量).
    """
    years = [_years(head) for head in heads]
    own = year or max((year for found in years for year in found), default=None)
    named: list[int | None] = [None] * len(heads)
    for at, head in enumerate(heads):
        if head.key and (not years[at] or own in years[at]):
            fitting = [number for number, column in enumerate(columns) if _is_named(head.key, column)]
            alike = sum(other.key == head.key for other in heads)
            named[at] = _under(head, fitting, columns, named if alike == len(fitting) else ())
    shared = frozenset(number for number in named if named.count(number) > 1)
    unshared = [None if number in shared else number for number in named]
    return _with_worn(heads, columns, years, own, unshared, shared)


def _years(head: Head) -> set[int]:
    return {int(found) for text in head.path for found in _YEAR.findall(text)}


def _under(head: Head, fitting: Sequence[int], columns: Sequence[Column], named: Sequence[int | None]) -> int | None:
    """Of columns with the same label the one of the spanning head.

    Where that is lost it is the next in the form's order, if all of them are there: ``named`` is () if not.
    """
    if len(fitting) < 2:
        return fitting[0] if fitting else None
    grouped = [number for number in fitting if head.is_under(columns[number])]
    if grouped or not named:
        return grouped[0] if grouped else None
    return next((number for number in fitting if number not in named), None)


def _with_worn(
    heads: Sequence[Head],
    columns: Sequence[Column],
    years: Sequence[set[int]],
    own: int | None,
    named: list[int | None],
    shared: frozenset[int | None],
) -> list[int | None]:
    """The matches with those of worn heads added: the most alike pairs first, each head and column once.

    What is as like another column (结果) names none. A column that several whole heads name stays without one: nothing
    tells which is meant.
    """
    lost = [number for number in range(len(columns)) if number not in named and number not in shared]
    pairs = [
        (score, -at, -number)
        for at, head in enumerate(heads)
        if named[at] is None and head.key and (not years[at] or own in years[at])
        if not any(_is_named(head.key, column) for column in columns)
        for number in lost
        if (score := _likeness(head.key, columns[number])) >= _LIKE_A_HEAD
        if all(score > _likeness(head.key, other) for other in columns if other.label != columns[number].label)
    ]
    for _, at, number in sorted(pairs, reverse=True):
        if named[-at] is None and -number not in named:
            named[-at] = -number
    return named


@lru_cache(maxsize=4096)
def _is_named(key: str, column: Column) -> bool:
    return _is_of_other_year(key) == _is_of_other_year(_stem(column)) and key in _spellings(column)


@lru_cache(maxsize=4096)
def _likeness(key: str, column: Column) -> float:
    if _is_of_other_year(key) != _is_of_other_year(_stem(column)):
        return 0.0
    bare = _bare(key)
    return max(fuzz.ratio(bare, _bare(spelling)) for spelling in _spellings(column))


@lru_cache(maxsize=1024)
def _spellings(column: Column) -> frozenset[str]:
    """The label keys of a column: whole, without its unit, and without the words for this year."""
    keys = {label_key(column.label), _stem(column)}
    return frozenset(keys | {_bare(key) for key in keys})


def _stem(column: Column) -> str:
    return label_key(column.label.split("（")[0])


def _bare(key: str) -> str:
    return _THIS_YEAR.sub("", key) or key


def _is_of_other_year(key: str) -> bool:
    return bool(_OTHER_YEAR.search(key))


def heads_in_order(lines: Sequence[Sequence[str]], columns: Sequence[Column]) -> list[Head]:
    """The heads of lines of texts as they stand side by side: below a spanning head come the texts of the next line.

    What is over spanning heads, or is no head of a value (信息内容), stands first and is left to the caller.
    """
    groups = {label_key(group) for column in columns for group in column.groups}
    return [Head(path) for path in _expanded([list(line) for line in lines if line], groups)]


def _expanded(lines: list[list[str]], groups: set[str]) -> Iterator[tuple[str, ...]]:
    if not lines:
        return
    first, *rest = lines
    spanning = [at for at, text in enumerate(first) if label_key(text) in groups]
    if len(spanning) != 1:
        yield from ((text,) for text in first)
        yield from _expanded(rest, groups)
        return
    at = spanning[0]
    yield from ((text,) for text in first[:at])
    below = rest[0] if rest else []
    yield from ((first[at], text) for text in below)
    yield from ((text,) for text in first[at + 1 :])
    yield from _expanded(rest[1:], groups)
