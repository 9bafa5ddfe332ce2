"""Search for any characters: folds and indexes texts, and finds a query in them.

The index knows no words. Of every run of characters without a blank it holds each pair of neighbours and, alone,
the last character; a query is found by the phrase of its own pairs. So any fragment of a text is found, across
words too, and nothing else: the lone last character keeps a phrase from running on into the next run.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, groupby
from operator import add

from parsers.characters.folding import fold

# In characters and in terms: no sentence of a report is as long, and each term of one character takes some
# milliseconds. `python -m benchmarks.room` times both.
LONGEST, MOST = 500, 20

_IDEOGRAPH = "[\u3007\u3400-\u9fff\U00020000-\U0003ffff]"
_SPREAD = re.compile(f"(?<={_IDEOGRAPH}) +| +(?={_IDEOGRAPH})")
_END = "\n"


class _Folding(dict[int, str]):
    """What each code point is folded to, worked out when it is first met."""

    def __missing__(self, code: int) -> str:
        found = self[code] = _fold_character(chr(code))
        return found


def _fold_character(character: str) -> str:
    folded = fold(character)
    if unicodedata.category(character) == "Cc" or (folded != " " and folded.isspace()):
        return _END
    # Once more, since folding the case of what was composed can leave something to decompose.
    for _ in range(2):
        folded = unicodedata.normalize("NFKD", folded.casefold())
    # SQLite reads these two as the replacement character.
    return folded.replace("\ufffe", "\ufffd").replace("\uffff", "\ufffd")


_FOLDING = _Folding()


def folded(text: str) -> str:
    """What is searched: one form for every compatible character, small letters, no space beside an ideograph.

    Punctuation stays; blanks other than plain spaces become line feeds. A query is found in a text if each of its
    :func:`terms` is part of this.
    """
    return _SPREAD.sub("", text.translate(_FOLDING))


def terms(query: str) -> tuple[str, ...]:
    """The terms of a query, folded: it has blanks between them, and all must be found.

    A query that is too long, or has too many terms, asks for nothing.
    """
    if len(query) > LONGEST:
        return ()
    found = tuple(dict.fromkeys(query.translate(_FOLDING).split()))
    return found if len(found) <= MOST else ()


def grams(*texts: str | None) -> str:
    """What the index is given of a text: its pairs and last characters with spaces between."""
    runs = chain.from_iterable(folded(text).split() for text in texts if text)
    return " ".join(chain.from_iterable((*_pairs(run), run[-1]) for run in runs))


def _pairs(run: str) -> Iterator[str]:
    return map(add, run, run[1:])


def match(query: str) -> str:
    """A query as an expression of FTS5; any text is a valid query, and one without a term matches nothing."""
    return " AND ".join(map(_phrase, terms(query))) or '""'


def _phrase(term: str) -> str:
    quoted = " ".join(_pairs(term) if len(term) > 1 else term).replace('"', '""')
    return f'"{quoted}"' if len(term) > 1 else f'"{quoted}" *'


@dataclass(frozen=True, slots=True)
class Fragment:
    """A stretch of a text as printed, and whether it is part of a match."""

    text: str
    hit: bool


def fragments(text: str, query: str) -> tuple[Fragment, ...]:
    """A text in fragments; those that match a term of the query are marked."""
    return tuple(_fragments(text, _spans_by_term(text, terms(query)).values(), 0, len(text)))


def snippet(text: str, query: str, width: int) -> tuple[Fragment, ...]:
    """``width`` characters around the rarest term in a text, in fragments; its beginning if there is none."""
    found = _spans_by_term(text, terms(query))
    rarest = min((spans for spans in found.values() if spans), key=len, default=[(0, 0)])
    start = max(0, min(rarest[0][0] - width // 3, len(text) - width))
    end = max(start + width, rarest[0][1])
    before, after = Fragment("…", hit=False), Fragment("…", hit=False)
    shown = _fragments(text, found.values(), start, end)
    return (*((before,) if start else ()), *shown, *((after,) if end < len(text) else ()))


Spans = list[tuple[int, int]]


def _spans_by_term(text: str, wanted: Iterable[str]) -> dict[str, Spans]:
    """The places of each term in the text as printed."""
    origins = [at for at, character in enumerate(text) for _ in _FOLDING[ord(character)]]
    spread = text.translate(_FOLDING)
    for space in reversed(list(_SPREAD.finditer(spread))):
        del origins[space.start() : space.end()]
    searched = _SPREAD.sub("", spread)
    return {
        term: [(origins[at], origins[at + len(term) - 1] + 1) for at in _occurrences(searched, term)] for term in wanted
    }


def _occurrences(text: str, term: str) -> Iterator[int]:
    at = text.find(term)
    while at >= 0:
        yield at
        at = text.find(term, at + 1)


def _fragments(text: str, found: Iterable[Spans], start: int, end: int) -> Iterator[Fragment]:
    marked = bytearray(len(text))
    for first, last in chain.from_iterable(found):
        marked[first:last] = b"\x01" * (last - first)
    for hit, stretch in groupby(range(start, min(end, len(text))), key=marked.__getitem__):
        places = list(stretch)
        yield Fragment(text[places[0] : places[-1] + 1], hit=bool(hit))
