"""How the further pages of a list are addressed where no link leads to them: by the usual systems, or as an entry says.

The usual systems are data (``pagers.yaml``).
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import PurePosixPath
from urllib.parse import urljoin, urlsplit

from parsers.declarations import declared

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9]*)\}")
# Bounds what one number in a page can have the crawl ask for; 30,000 reports, 15 a page.
_MOST = 2000
_NOTHING: Mapping[str, str] = {}
_NUMBERS = frozenset({"page", "left", "start", "end", "size"})


@dataclass(frozen=True, slots=True)
class Counts:
    """What a list says of itself: records and pages in all, and records on a page; None where it does not."""

    total: int | None = None
    pages: int | None = None
    size: int | None = None

    @property
    def last(self) -> int | None:
        """The number of pages, stated or worked out."""
        if self.pages is None and self.total is not None and self.size:
            return -(-self.total // self.size)
        return self.pages


@dataclass(frozen=True)
class Pager:
    """The form of the addresses of further pages, and what must be found in a page for it; see ``pagers.yaml``."""

    next: str
    find: tuple[str, ...] = ()
    second: int = 2

    @cached_property
    def _patterns(self) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(one, re.IGNORECASE) for one in self.find)

    def facts(self, source: str) -> dict[str, str] | None:
        """What the page's source holds of ``find``; None where something is lacking."""
        found: dict[str, str] = {}
        for pattern in self._patterns:
            match = pattern.search(source)
            if match is None:
                return None
            found |= {name: value for name, value in match.groupdict().items() if value is not None}
        return found

    def counts(self, facts: Mapping[str, str], said: Counts) -> Counts:
        """What a list says of itself, in its pager first."""
        numbers = {name: int(facts[name]) for name in ("total", "pages", "size") if name in facts}
        return Counts(**{"total": said.total, "pages": said.pages, "size": said.size, **numbers})

    def is_further(self, url: str, facts: Mapping[str, str] = _NOTHING) -> bool:
        """Whether an address is one of those that ``next`` makes, of any list or with the ``facts`` of one."""
        parts = _PLACEHOLDER.split(filled(self.next, facts).lstrip("./"))
        forms = (r"(\d+)" if name == "page" else r"\d+" if name in _NUMBERS else r"[^?#]*" for name in parts[1::2])
        pattern = "".join(re.escape(text) + form for text, form in zip(parts[::2], [*forms, ""], strict=True))
        match = re.search(rf"(?:^|(?<=/)|(?=[?#/]))(?:{pattern})$", url)
        # The first page may have a number as well.
        return match is not None and all(int(number) >= self.second for number in match.groups())

    def further(self, url: str, facts: Mapping[str, str], counts: Counts) -> Iterator[str]:
        """The addresses of all pages after the first, which is ``url``, as many as there are said to be."""
        last, size = counts.last or 0, counts.size or 0
        stem = PurePosixPath(urlsplit(url).path).stem
        for number in range(2, min(last, _MOST) + 1):
            computed = {
                "page": number - 2 + self.second,
                "left": last - number + 1,
                "start": (number - 1) * size + 1,
                "end": min(number * size, counts.total or number * size),
                "size": size,
            }
            numbers = {name: str(value) for name, value in computed.items()}
            yield urljoin(url, filled(self.next, {"stem": stem, **facts, **numbers}))

    def following(self, url: str, facts: Mapping[str, str]) -> str | None:
        """The address of the page after this one, where nobody says how many there are."""
        if _NUMBERS.intersection(_PLACEHOLDER.findall(self.next)) != {"page"}:
            return None
        head, _, tail = filled(self.next, facts).lstrip("./").partition("{page}")
        match = re.search(rf"{re.escape(head)}(\d+){re.escape(tail)}$", url)
        number = int(match[1]) + 1 if match else self.second
        return urljoin(url, filled(self.next, {**facts, "page": str(number)}))


def filled(text: str, values: Mapping[str, str]) -> str:
    """A form of addresses with its placeholders filled; other braces stand as they are."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


@cache
def pagers() -> dict[str, Pager]:
    """The pagers of the usual systems by their names."""
    return declared(__package__, "pagers.yaml", dict[str, Pager])
