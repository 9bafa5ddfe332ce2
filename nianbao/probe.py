"""``nianbao probe``: what a portal is, in one screen, and a draft of its entry."""

from collections import Counter
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import urlsplit

from crawler.probe.visit import Visit, visited
from crawler.probe.walk import Portrait, Probe
from parsers.characters.charset import decode

_KINDS = {
    "plain": "plain pages",
    "shell": "pages that a script makes",
    "json": "a JSON interface",
    "wall": "a bot wall",
    "silent": "no answer that could be read",
}
_MOST_NAMED = 6


def probe(urls: Sequence[str], delay: float, save: Path | None) -> tuple[Portrait, Visit]:
    """Look at a portal; once a process."""
    browser = find_spec("scrapy_playwright") is not None
    found = Probe(urls, browser=browser)
    return found.portrait, visited(found.walk, found.portrait.home, delay, save, browser=browser)


def lines(portrait: Portrait, visit: Visit) -> Iterator[str]:
    """The portrait as text, a line each."""
    yield f"{portrait.home}: {len(visit.answers)} answers"
    yield ""
    for name, text in _facts(portrait, visit):
        yield f"{name:<11} {text}"
    if portrait.draft:
        yield ""
        yield from ("Draft of its entry (docs/portals.md):", "", *portrait.draft.splitlines())
    yield ""
    yield "Still to settle by a person:"
    yield from (f"- {one}" for one in _unsettled(portrait))


def complaint(portrait: Portrait, visit: Visit) -> str:
    """Why no report was read, in a line; '' if one was."""
    if any(one.status for one in portrait.readings):
        return ""
    if not portrait.readings and visit.silences:
        url, reason = visit.silences[0]
        return f"{url}: {reason}"
    if portrait.kind == "wall":
        return f"{portrait.home}: {portrait.why}; nianbao does not evade walls: ask the portal's operator"
    if portrait.kind == "shell" and not portrait.readings and find_spec("scrapy_playwright") is None:
        return f"{portrait.home}: {portrait.why}; to have it shown: pip install 'nianbao[browser]'"
    return f"{portrait.home}: no report could be read"


def _facts(portrait: Portrait, visit: Visit) -> Iterator[tuple[str, str]]:
    yield "robots.txt", _robots(visit)
    yield "pages", ": ".join(filter(None, [_KINDS[portrait.kind], portrait.why.removeprefix("a bot wall: ")]))
    if any(urlsplit(one.url).path != "/robots.txt" for one in visit.answers):
        yield "system", ", ".join(portrait.systems) or "none of those that are known here"
        yield "encoding", ", ".join(_encodings(visit)) or "unknown"
        yield "validators", _validators(visit)
    if portrait.list_url:
        yield "list", f"{portrait.list_url}: {_listing(portrait)}"
    if portrait.asked:
        yield "scripts", f"ask for {', '.join(portrait.asked[:_MOST_NAMED])}"
    counts = Counter(one.status or "not read" for one in portrait.readings)
    yield "reports", ", ".join(f"{count} {status}" for status, count in counts.items()) or "none was found"
    yield from (("", f"{one.status or 'not read'}: {one.said}: {one.url}") for one in portrait.readings)
    yield from (("no answer", f"{url}: {reason}") for url, reason in visit.silences)


def _robots(visit: Visit) -> str:
    answer = visit.robots()
    if answer is None or answer.status >= 500:
        return "no answer"
    if answer.status >= 400:
        return "none, so that everything may be asked for"
    rules = [line for line in decode(answer.body).splitlines() if line.lower().startswith(("disallow", "crawl-delay"))]
    return "; ".join(rules[:_MOST_NAMED]) or "forbids nothing"


def _encodings(visit: Visit) -> list[str]:
    """How the pages' bytes read as text, whatever they declare."""
    found = []
    for answer in visit.answers:
        if answer.page.is_html and answer.body:
            try:
                answer.body.decode("utf-8")
                found.append("UTF-8")
            except UnicodeDecodeError:
                found.append("GB18030")
    return list(dict.fromkeys(found))


def _validators(visit: Visit) -> str:
    pages = [one for one in visit.answers if urlsplit(one.url).path != "/robots.txt" and one.status == 200]
    named = {
        "ETag": sum(bool(one.etag) for one in pages),
        "Last-Modified": sum(bool(one.last_modified) for one in pages),
    }
    said = [f"{name} on {count} of {len(pages)}" for name, count in named.items() if count]
    return ", ".join(said) or "none: every visit transfers every page"


def _listing(portrait: Portrait) -> str:
    counts, listing = portrait.listing.counts, portrait.listing
    said = [f"{listing.entries} entries on this page"]
    said += [f"it says {counts.total} in all"] if counts.total else []
    said += [f"{counts.last} pages"] if counts.last else []
    return ", ".join([*said, *filter(None, [portrait.turned])])


def _unsettled(portrait: Portrait) -> Iterator[str]:
    yield from portrait.unsettled
    if portrait.entry:
        yield f"name: {portrait.name} is a guess, and every report's id begins with it: it cannot be changed later"
        yield "region: the code of the region whose agencies report there (docs/places.md)"
        yield f"key: {portrait.entry['key']} must tell the reports apart for good"
    for reading in portrait.readings:
        if reading.status in ("", "incomplete", "uncertain"):
            yield f"{reading.url} came out {reading.status or 'unread'}: see nianbao inspect"
    if not portrait.entry:
        yield "the address of a list of reports, or of three reports, to begin at"
