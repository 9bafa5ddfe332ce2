"""What JSON of an unknown interface may hold: a list of reports, or a report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

_ADDRESS = re.compile(r"(?:https?:/)?/[^\s<>\"']+")
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp)$", re.IGNORECASE)
_DATE = re.compile(r"20\d\d-\d\d-\d\d")
_REPORT = re.compile(r"年度?报告|年报")
_ID = re.compile(r"(?:id|guid|uuid|.*Id|.*_id|code|key)", re.IGNORECASE)
_NAME = re.compile(r".*(?:title|name)", re.IGNORECASE)
_COUNTS = {
    "total": re.compile(r"total(?:_?(?:count|num|records?|elements|rows))?|(?:row|record)?_?count", re.IGNORECASE),
    "pages": re.compile(r"pages|total_?pages?|page_?count", re.IGNORECASE),
    "size": re.compile(r"(?:page_?)?size|per_?page|limit|rows", re.IGNORECASE),
}
_PLAIN = re.compile(r"[A-Za-z_]\w*")
_LEAST_TEXT = 200


@dataclass(frozen=True, slots=True)
class ListFound:
    """Where a list stands, as JMESPath; ``ids`` are the values of ``id``, by which its reports may be asked for."""

    paths: dict[str, str] = field(default_factory=dict)
    id: str = ""
    ids: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    count: int = 0


def list_in(content: Any) -> ListFound | None:
    """The longest list of things with several fields; None if there is none."""
    lists = [(path, value) for path, value in _values(content) if isinstance(value, list) and _are_entries(value)]
    if not lists:
        return None
    path, entries = max(lists, key=lambda one: len(one[1]))
    columns = {key: [one.get(key) for one in entries] for key in entries[0]}
    strings = {key: list(map(str, values)) for key, values in columns.items() if all(map(_is_plain, values))}
    address = next((key for key, values in strings.items() if all(map(_is_address, values))), "")
    name = next((key for key, values in strings.items() if any(map(_REPORT.search, values))), "") or next(
        (key for key in strings if _NAME.fullmatch(key)), ""
    )
    ids = [key for key, values in strings.items() if _ID.fullmatch(key) and len(set(values)) == len(values)]
    date = next((key for key, values in strings.items() if all(map(_DATE.match, values))), "")
    found = {"items": path or "@", "address": _quoted(address), "name": _quoted(name), "date": _quoted(date)}
    counts = {name: where for name, where in _counts(content, path).items() if where}
    return ListFound(
        {key: value for key, value in {**found, **counts}.items() if value},
        _quoted(ids[0]) if ids else "",
        tuple(strings[ids[0]]) if ids else (),
        tuple(strings[address]) if address else (),
        len(entries),
    )


def report_in(content: Any) -> dict[str, Any] | None:
    """Where a report's text stands, and its title and date; None if there is no longer text."""
    texts = [(path, value) for path, value in _values(content) if isinstance(value, str) and path]
    long = [(path, value) for path, value in texts if len(value) >= _LEAST_TEXT]
    if not long:
        return None
    html, _ = max(long, key=lambda one: len(one[1]))
    title = next((path for path, value in texts if len(value) < _LEAST_TEXT and _REPORT.search(value)), "")
    date = next((path for path, value in texts if _DATE.match(value) and len(value) < _LEAST_TEXT), "")
    return {key: value for key, value in {"title": title, "published": date, "html": [html]}.items() if value}


def _are_entries(value: list[Any]) -> bool:
    return len(value) > 0 and all(isinstance(one, dict) and len(one) > 1 for one in value)


def _is_plain(value: Any) -> bool:
    return isinstance(value, str | int) and not isinstance(value, bool) and value != ""


def _is_address(value: str) -> bool:
    return bool(_ADDRESS.fullmatch(value)) and not _PICTURE.search(value)


def _counts(content: Any, path: str) -> dict[str, str]:
    """Numbers beside the list, or above it, that count it."""
    above = {path.rpartition(".")[0]} | {"" if "." not in path else path.partition(".")[0]} | {""}
    numbers = [
        (where, where.rpartition(".")[2])
        for where, value in _values(content)
        if isinstance(value, int | str) and str(value).isdigit() and where.rpartition(".")[0] in above
    ]
    return {name: next((where for where, key in numbers if form.fullmatch(key)), "") for name, form in _COUNTS.items()}


def _values(content: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Everything in JSON with its path; of lists only themselves, since their entries repeat."""
    yield path, content
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _values(value, f"{path}.{_quoted(key)}" if path else _quoted(key))


def _quoted(key: str) -> str:
    return key if not key or _PLAIN.fullmatch(key) else f'"{key}"'
