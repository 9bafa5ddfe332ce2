"""The form that addresses have in common: what stays the same as it is, what differs as a placeholder."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from urllib.parse import urlsplit

_TOKEN = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{8,}|\d+", re.IGNORECASE
)
# Dates differ from report to report even where those at hand are of one day.
_DATES = (("year", r"(?:19|20)\d\d"), ("month", r"20\d\d(?:0[1-9]|1[0-2])"), ("day", r"20\d{6}"))


@dataclass(frozen=True, slots=True)
class Form:
    """The form of addresses as a portal's entry has it: ``report``, ``parts`` and ``key``."""

    report: str
    key: str
    parts: dict[str, str] = field(default_factory=dict)


def place_of(url: str) -> str:
    """An address from its path on."""
    parts = urlsplit(url)
    query = f"?{parts.query}" if parts.query else ""
    fragment = f"#{parts.fragment}" if parts.fragment.startswith(("/", "!")) else ""
    return f"{parts.path or '/'}{query}{fragment}"


def skeleton(url: str) -> str:
    """What addresses of one form have in common."""
    return _TOKEN.sub("\0", place_of(url))


def form_of(urls: Sequence[str]) -> Form | None:
    """The form of addresses with one skeleton; None where nothing in them can differ."""
    places = [place_of(url) for url in urls]
    texts = _TOKEN.split(places[0])
    columns = list(zip(*(_TOKEN.findall(place) for place in places), strict=True))
    if not columns:
        return None
    names = _names(texts, columns)
    forms = [f"{{{name}}}" if name else column[0] for name, column in zip(names, columns, strict=True)]
    report = "".join(text + form for text, form in zip(texts, [*forms, ""], strict=True))
    varying = {name: column for name, column in zip(names, columns, strict=True) if name}
    if "?" in report and "{" not in report.partition("?")[2]:
        report = report.partition("?")[0]
    parts = {name: _pattern(column) for name, column in varying.items() if not all(map(str.isdigit, column))}
    return Form(report, _key(varying, len(set(places))), parts)


def _names(texts: Sequence[str], columns: Sequence[tuple[str, ...]]) -> list[str]:
    """A name for each token that differs; '' for those that stay the same."""
    names: list[str] = []
    for number, column in enumerate(columns):
        date = next((name for name, form in _DATES if all(re.fullmatch(form, value) for value in column)), "")
        if not date and number and all(len(value) <= 2 for value in column) and texts[number] in ("/", "-"):
            date = {"year": "month", "month": "day"}.get(names[-1], "")
        names.append(date if date not in names else f"{date}2" if date else "")
    dates = list(names)
    differing = [
        n for n, column in enumerate(columns) if not dates[n] and (len(set(column)) > 1 or n == len(columns) - 1)
    ]
    for place, number in enumerate(reversed(differing)):
        last = "number" if all(map(str.isdigit, columns[number])) else "id"
        names[number] = last if place == 0 else f"part{place}"
    return names


def _pattern(column: Sequence[str]) -> str:
    lengths = {len(value) for value in column}
    characters = "[0-9a-f-]" if any("-" in value for value in column) else "[0-9A-Fa-f]"
    return f"{characters}{{{min(lengths)}}}" if len(lengths) == 1 else f"{characters}+"


def _key(varying: dict[str, tuple[str, ...]], count: int) -> str:
    """What tells the reports apart: the number that the site counts by alone, if it is enough."""
    last = next((name for name in ("number", "id") if name in varying), "")
    if last and len(set(varying[last])) == count:
        return f"{{{last}}}"
    return "-".join(f"{{{name}}}" for name in varying)
