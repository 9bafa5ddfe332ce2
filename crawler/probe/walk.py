"""The walk of a probe: from an address of a portal to its list, its reports, and a draft of its entry."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urljoin, urlsplit

import yaml

from crawler.answers.classify import Finding, Kind, by_answer, by_content, by_error
from crawler.answers.data_pages import content_of, list_page_of, page_of
from crawler.answers.links import find_links
from crawler.answers.listing import Listing, counts_of, listing_of, pager_name
from crawler.archive.exchange import Exchange
from crawler.portals.portals import Portal, portal_of, read_portals
from crawler.probe.data import ListFound, list_in, report_in
from crawler.probe.forms import Form, form_of, place_of, skeleton
from crawler.probe.visit import Visitor
from parsers.declarations import declared
from parsers.document.model import Unreadable
from parsers.formats.web.page import Page
from parsers.read import read
from parsers.report import Report

_MOST_REPORTS = 3
_MOST_SCRIPTS = 3
_MOST_TRIED = 3
_REPORT = re.compile(r"年度?报告|年报")
_TO_LIST = re.compile(r"^[^\d]{0,14}(?:年度?报告|年报)[^\d]{0,6}$")
_NUMBER = re.compile(r"\d{1,4}")
_LIBRARY = re.compile(r"vue|react|jquery|vendor|polyfill|bootstrap|swiper|layui|echarts|axios", re.IGNORECASE)
# Addresses that a script asks for, as far as they stand in it; an open end is followed by an id.
_ASKED = re.compile(r"[\"'`](/[\w./-]*(?:\?[\w=&.%-]*)?)(?:\$\{[^}]*\})?[\"'`]")
_OF_DATA = re.compile(r"api|json|list|quer|search|article|content|info|detail|\?", re.IGNORECASE)
_PAGE = re.compile(r"([?&](?:page|pageNo|pageNum|pageIndex|pageNumber|p|pn|current|currentPage)=)\d+", re.IGNORECASE)
_STATE = re.compile(r"__(?:INITIAL_STATE|NEXT_DATA|NUXT)__")


@dataclass(frozen=True, slots=True)
class Seen:
    """What an address answered: a report, JSON, another page, or what it is in place of one."""

    url: str
    exchange: Exchange
    page: Page
    report: Report | None = None
    content: Any = None
    finding: Finding | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """How a report came out; ``status`` is '' where it could not be read."""

    url: str
    status: str
    said: str


@dataclass(slots=True)
class Portrait:
    """What is known of a portal after a probe.

    ``kind`` is plain, shell, json, wall or silent; ``entry`` is the draft, ``unsettled`` what a person has still to
    find; ``asked`` are addresses from which the portal's scripts fetch data.
    """

    home: str
    kind: str = "silent"
    why: str = ""
    systems: list[str] = field(default_factory=list)
    list_url: str = ""
    listing: Listing = field(default_factory=Listing)
    turned: str = ""
    readings: list[Reading] = field(default_factory=list)
    entry: dict[str, Any] = field(default_factory=dict)
    unsettled: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """A name for the entry, from the host's."""
        labels = (urlsplit(self.home).hostname or "").split(".")
        known = [one for one in labels if one.isalnum() and one[0].isalpha() and one not in ("www", "gov", "cn", "com")]
        return known[0].lower() if known else "portal"

    @property
    def draft(self) -> str:
        """The draft of the entry, as a file of portals has it; '' where there is none."""
        if not self.entry:
            return ""
        return yaml.safe_dump({self.name: self.entry}, allow_unicode=True, sort_keys=False, width=1000)


@cache
def _marks() -> dict[str, tuple[str, ...]]:
    return declared(__package__, "marks.yaml", dict[str, tuple[str, ...]])


class Probe:
    """Looks at a portal, beginning at ``urls``; pages that scripts make only with a ``browser``."""

    def __init__(self, urls: Sequence[str], *, browser: bool) -> None:
        parts = urlsplit(urls[0])
        self.portrait = Portrait(f"{parts.scheme}://{parts.netloc}")
        self._urls = urls
        self._browser = browser
        self._shown = False
        self._site = portal_of(self.portrait.home)
        self._seen: list[Seen] = []
        self._bodies: set[str] = set()

    async def walk(self, visitor: Visitor) -> None:
        """Look at the addresses given, then at home; follow what leads to a list, and read what it lists."""
        self._visitor = visitor
        for url in self._urls:
            await self._see(url)
        if self.portrait.kind == "wall":
            return
        group = self._entries()
        if not group and not any(self._data()):
            home = f"{self.portrait.home}/"
            if home not in self._urls:
                await self._see(home)
            for url in self._ways_to_lists():
                await self._see(url)
            group = self._entries()
        if group:
            await self._read_list(*group)
            return
        await self._try_data()
        for seen, found in self._data():
            await self._read_data(seen, found)
            return
        await self._read_alone()

    async def _see(self, url: str) -> Seen | None:
        exchange = await self._visitor.ask(url, shown=self._shown)
        if exchange is None:
            return None
        seen = self._looked_at(url, exchange)
        if seen.finding and seen.finding.kind is Kind.SHELL and not self._shown:
            inside = "; its data stand in a script of the page" if _STATE.search(seen.page.text) else ""
            self._note("shell", f"{seen.finding.reason}{inside}")
            if self._browser:
                self._shown = True
                return await self._see(url)
        self.portrait.asked += [one for one in self._visitor.visit.shown.get(url, ()) if one not in self.portrait.asked]
        if seen.finding and seen.finding.kind is Kind.WALL and not self._seen:
            self._note("wall", seen.finding.reason)
        elif seen.content is not None:
            self._note("json", f"{place_of(url)} answers with JSON")
        elif seen.finding is None or seen.finding.kind is Kind.CONTENT:
            self._note("plain", "the server sends what a reader sees")
        self._seen.append(seen)
        self._recognise(exchange)
        return seen

    def _note(self, kind: str, why: str) -> None:
        """The first thing that is known of the portal stands, but that one page of it is plain says little."""
        if self.portrait.kind in ("silent", "plain") or kind == "wall":
            self.portrait.kind, self.portrait.why = kind, why

    def _looked_at(self, url: str, exchange: Exchange) -> Seen:
        finding = by_answer(exchange)
        page = Page(exchange.body)
        if finding.kind is Kind.ERROR:
            finding = by_error(page) or finding
        if finding.kind is not Kind.CONTENT:
            return Seen(url, exchange, page, finding=finding)
        content = content_of(page.text) if page.text.lstrip()[:1] in ("{", "[") else None
        if content is not None:
            return Seen(url, exchange, page, content=content)
        page = list_page_of(exchange.body, self._site)
        try:
            return Seen(url, exchange, page, report=read(page))
        except Unreadable:
            return Seen(url, exchange, page, finding=by_content(page))

    def _recognise(self, exchange: Exchange) -> None:
        """Note which systems left their marks."""
        text = exchange.page.text
        for system, marks in _marks().items():
            if system not in self.portrait.systems and any(re.search(mark, text, re.IGNORECASE) for mark in marks):
                self.portrait.systems.append(system)

    def _entries(self) -> tuple[Seen, list[str]] | None:
        """The page with most links that are called reports, and their addresses, which have one form."""
        best: tuple[tuple[int, int], Seen, list[str]] | None = None
        for seen in self._seen:
            groups: dict[str, dict[str, str]] = {}
            for target, text in self._links(seen):
                groups.setdefault(skeleton(target), {}).setdefault(target, text)
            for form, links in groups.items():
                called = sum(bool(_REPORT.search(text)) and not _TO_LIST.match(text) for text in links.values())
                if called and "\0" in form and (best is None or (called, len(links)) > best[0]):
                    best = (called, len(links)), seen, list(links)
        return best and best[1:]

    def _links(self, seen: Seen) -> Iterator[tuple[str, str]]:
        """The links of a page to this host, with their texts."""
        if seen.page.root is None or seen.report is not None:
            return
        for node in seen.page.root.iter("a"):
            target = _joined(seen.exchange.url, node.get("href") or "")
            if target and urlsplit(target).netloc == urlsplit(self.portrait.home).netloc:
                yield target, " ".join("".join(map(str, node.itertext())).split()) or node.get("title") or ""

    def _ways_to_lists(self) -> list[str]:
        """Links that are called annual reports, of no year: they lead to lists."""
        found = (target for seen in self._seen for target, text in self._links(seen) if _TO_LIST.match(text))
        return list(dict.fromkeys(found))[:_MOST_TRIED]

    async def _read_list(self, seen: Seen, urls: list[str]) -> None:
        form = form_of(urls)
        if form is None:
            return
        portrait = self.portrait
        portrait.list_url = seen.url
        entry: dict[str, Any] = {"home": portrait.home, "report": form.report}
        if form.parts:
            entry["parts"] = form.parts
        entry |= {"key": form.key, "start": [place_of(seen.url)]}
        name, turn = pager_name(seen.page), self._turn(seen, form)
        if name:
            entry["pager"] = name
        elif turn:
            entry["lists"] = [place_of(seen.url), turn]
        if self._shown:
            entry["render"] = True
        portrait.entry = entry
        await self._turn_over(seen)
        for url in _spread(urls):
            await self._read_report(url)

    def _turn(self, seen: Seen, form: Form) -> str:
        """The form of the addresses of further pages, by links that are called by their numbers."""
        forms: Counter[str] = Counter()
        for target, text in self._links(seen):
            place = place_of(target)
            if _NUMBER.fullmatch(text) and (tokens := [one for one in re.finditer(r"\d+", place) if one[0] == text]):
                forms[f"{place[: tokens[-1].start()]}{{page}}{place[tokens[-1].end() :]}"] += 1
        return next((one for one, _ in forms.most_common(1) if one != form.report), "")

    async def _turn_over(self, seen: Seen) -> None:
        """See whether the second page of the list is where the draft says."""
        portrait, portal = self.portrait, self.portal()
        page = list_page_of(seen.exchange.body, portal)
        portrait.listing = listing_of(page, seen.url, portal)
        further = [*portrait.listing.further, *filter(None, [portrait.listing.following])]
        further += [url for url in find_links(page, seen.url, portal).lists if url != seen.url] if not further else []
        counts = counts_of(seen.page) if portal.pager is None else portrait.listing.counts
        if not further:
            if (counts.last or 1) > 1 or portrait.listing.onward:
                portrait.unsettled.append(
                    "pager: the list goes on, and a script turns its pages; find the address of its second page"
                )
            return
        known = {one.key for one in find_links(page, seen.url, portal).reports}
        answer = await self._visitor.ask(further[0], shown=self._shown)
        shown = list_page_of(answer.body, portal) if answer else Page(b"")
        fresh = {one.key for one in find_links(shown, further[0], portal).reports} - known
        portrait.turned = f"its second page has {len(fresh)} others" if fresh else ""
        if not fresh:
            portrait.unsettled.append(f"pager: {further[0]} was taken for the second page, but shows no other report")

    def portal(self) -> Portal:
        """The portal as the draft has it."""
        return read_portals(self.portrait.draft, "draft")[self.portrait.name]

    async def _read_report(self, url: str) -> str:
        """Read a report, or the file that its page links to; returns its status."""
        exchange = await self._visitor.ask(url, shown=self._shown)
        if exchange is None:
            return ""
        if objection := self._objection_to(exchange):
            return self._could_not(url, objection)
        try:
            page = page_of(exchange.body, self.portal())
            return self._could(url, read(page))
        except Unreadable as error:
            reason = str(error)
        links = find_links(page, exchange.url, self.portal())
        for file in (*links.files, *links.downloads)[:1]:
            answer = await self._visitor.ask(file)
            try:
                return self._could(f"{url} ({file})", read(answer.body)) if answer else self._could_not(url, reason)
            except Unreadable as error:
                return self._could_not(file, str(error))
        return self._could_not(url, reason)

    def _objection_to(self, exchange: Exchange) -> str:
        """Why an answer is no report, before it is read; '' if it may be one."""
        finding = by_answer(exchange)
        if finding.kind is not Kind.CONTENT:
            return finding.reason
        if exchange.sha256 in self._bodies:
            return "the same bytes as at another address: a script's shell, or one page for all"
        self._bodies.add(exchange.sha256)
        return ""

    def _could(self, url: str, report: Report) -> str:
        what = f"{report.agency or 'unknown agency'}, {report.year or 'unknown year'}"
        self.portrait.readings.append(Reading(url, str(report.status), what))
        return str(report.status)

    def _could_not(self, url: str, reason: str) -> str:
        self.portrait.readings.append(Reading(url, "", reason))
        return ""

    async def _read_alone(self) -> None:
        """No list was found: what was given may be reports."""
        reports = [seen for seen in self._seen if seen.report is not None]
        for seen in reports:
            if seen.report:
                self._could(seen.url, seen.report)
        form = (
            form_of([seen.url for seen in reports if skeleton(seen.url) == skeleton(reports[0].url)])
            if reports
            else None
        )
        if form is None:
            return
        entry: dict[str, Any] = {"home": self.portrait.home, "report": form.report}
        if form.parts:
            entry["parts"] = form.parts
        entry |= {"key": form.key, "start": ["/"]}
        placeholders = set(re.findall(r"\{(\w+)\}", form.report))
        if placeholders == {"number"}:
            pattern = re.escape(form.report).replace(re.escape("{number}"), r"(\d+)")
            found = (re.fullmatch(pattern, urlsplit(seen.url).path) for seen in reports)
            entry["numbers"] = sorted({int(one[1]) for one in found if one})
            self.portrait.unsettled.append("start: no list was found; reports are looked for by their numbers")
        else:
            self.portrait.unsettled.append("start: no list was found; give the address of one to nianbao probe")
        if self._shown:
            entry["render"] = True
        self.portrait.entry = entry

    def _data(self) -> Iterator[tuple[Seen, ListFound]]:
        """The answers in JSON that hold a list."""
        for seen in self._seen:
            found = list_in(seen.content) if seen.content is not None else None
            if found:
                yield seen, found

    async def _try_data(self) -> None:
        """Ask for what the scripts of the pages ask for, as far as their addresses stand in them."""
        for seen in list(self._seen):
            self.portrait.asked += await self._addresses_in(seen)
        tried = [one for one in self.portrait.asked if one[-1] not in "/=" and _OF_DATA.search(one)]
        for place in sorted(tried, key=lambda one: "list" not in one and "?" not in one)[:_MOST_TRIED]:
            if not any(self._data()) and not place.startswith(("GET ", "POST ")):
                await self._see(urljoin(self.portrait.home, place))

    async def _addresses_in(self, seen: Seen) -> list[str]:
        if seen.page.selector is None or seen.report is not None:
            return []
        texts = [" ".join(seen.page.selector.css("script:not([src])::text").getall())]
        scripts = (_joined(seen.exchange.url, one) for one in seen.page.selector.css("script::attr(src)").getall())
        own = [one for one in scripts if one and urlsplit(one).netloc == urlsplit(self.portrait.home).netloc]
        for url in [one for one in own if not _LIBRARY.search(urlsplit(one).path.rpartition("/")[2])][:_MOST_SCRIPTS]:
            answer = await self._visitor.ask(url)
            texts += [Page(answer.body).text] if answer else []
        found = (match[1] for text in texts for match in _ASKED.finditer(text))
        return [
            one for one in dict.fromkeys(found) if _OF_DATA.search(one) and not one.endswith((".js", ".css", ".html"))
        ]

    async def _read_data(self, seen: Seen, found: ListFound) -> None:
        """A list in JSON, whose reports are pages, or JSON as well."""
        portrait = self.portrait
        portrait.list_url = seen.url
        place = place_of(seen.url)
        paths: dict[str, Any] = dict(found.paths)
        entry: dict[str, Any] = {"home": portrait.home, "start": [place]}
        if _PAGE.search(place):
            entry["pager"] = _PAGE.sub(r"\1{page}", place, count=1)
        elif "total" in paths or "pages" in paths:
            portrait.unsettled.append("pager: how the list's further pages are asked for")
        if found.addresses:
            urls = [url for url in (_joined(seen.url, one) for one in found.addresses) if url]
            form = form_of([url for url in urls if skeleton(url) == skeleton(urls[0])]) if urls else None
        else:
            urls, form = await self._reports_by_id(found, paths)
        if form is None:
            portrait.unsettled.append("report: how the list's entries lead to reports")
            return
        entry = {"home": portrait.home, "report": form.report, **({"parts": form.parts} if form.parts else {}),
                 "key": form.key, **entry, "json": paths}  # fmt: skip
        portrait.entry = entry
        await self._turn_over(seen)
        first = await self._visitor.ask(urls[0]) if found.addresses else None
        content = content_of(first.page.text) if first else None
        if content is not None:
            paths |= report_in(content) or {}
        for url in _spread(urls):
            await self._read_report(url)

    async def _reports_by_id(self, found: ListFound, paths: dict[str, Any]) -> tuple[list[str], Form | None]:
        """Try where a script's address goes on with an id of the list."""
        starts = [one for one in self.portrait.asked if one[-1] in "/=" and one != "/"]
        given = [seen for seen in self._seen if seen.content is not None and any(one in seen.url for one in found.ids)]
        for seen in given:
            one = next(one for one in found.ids if one in seen.url)
            starts.insert(0, place_of(seen.url).rpartition(one)[0])
        for start in starts[:_MOST_TRIED]:
            answer = await self._visitor.ask(f"{self.portrait.home}{start}{found.ids[0]}") if found.ids else None
            content = content_of(answer.page.text) if answer and answer.status == 200 else None
            report = report_in(content) if content is not None else None
            if report:
                paths |= {"parts": {"id": found.id}, **report}
                parts = {} if all(map(str.isdigit, found.ids)) else {"id": "[^/?&#]+"}
                urls = [f"{self.portrait.home}{start}{one}" for one in found.ids]
                return urls, Form(f"{start}{{id}}", "{id}", parts)
        return [], None


def _joined(base: str, href: str) -> str | None:
    """An address as a whole, with a fragment only where that is a route of the page's script."""
    try:
        target = urljoin(base, href.strip())
        parts = urlsplit(target)
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not href.strip():
        return None
    return target if parts.fragment.startswith(("/", "!")) else target.partition("#")[0]


def _spread(urls: Iterable[str]) -> list[str]:
    """The first, the middle and the last."""
    known = list(dict.fromkeys(urls))
    places = dict.fromkeys((0, len(known) // 2, len(known) - 1))
    return [known[place] for place in places][:_MOST_REPORTS]
