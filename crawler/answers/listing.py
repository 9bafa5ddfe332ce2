"""What a list of reports says of itself: how long it is, what its entries are, and whether it goes on."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from lxml.etree import _Element as Element

from crawler.portals.pagers import Counts, pagers
from crawler.portals.portals import Portal
from parsers.formats.web.page import Page

# 共 45 条, 总记录数：45, totalRecord: 45, <totalrecord>45</totalrecord>; the last in the page is its pager's.
_TOTAL = re.compile(
    r"(?:共|总计|总共)\s*(?:有|计|检索到|找到)?\s*[:：]?\s*(\d{1,7})\s*(?:条|篇|个?记录)|(?:总条数|总记录数?|记录总数)\s*[:：]?\s*(\d{1,7})"
    r"|\btotal_?(?:Records?|Count|Num|Rows)[\"']?\s*[:=]\s*[\"']?(\d{1,7})|<totalrecord>(\d{1,7})</",
    re.IGNORECASE,
)
_PAGES = re.compile(
    r"(?:共|总计|总共)\s*[:：]?\s*(\d{1,5})\s*页|总页数\s*[:：]?\s*(\d{1,5})|(?<!\d)\d{1,5}\s*/\s*(\d{1,5})\s*页"
    r"|\b(?:total_?Pages?|page_?Count|count_?Page)[\"']?\s*[:=]\s*[\"']?(\d{1,5})",
    re.IGNORECASE,
)
# 共197条 1/13, as 博达 writes it.
_FRACTION = re.compile(r"\d+\s*条\s*\d{1,5}\s*/\s*(\d{1,5})\b")
_SIZE = re.compile(
    r"每页\s*(?:显示)?\s*(\d{1,3})\s*(?:条|篇)|\b(?:per_?Page|page_?Size)[\"']?\s*[:=]\s*[\"']?(\d{1,3})", re.IGNORECASE
)
_NEXT = re.compile(r"^[\s>»›]*(?:下一?页|后一?页|next(?:\s+page)?|[>»›])[\s>»›]*$", re.IGNORECASE)
# Of a certain year: a menu's 政府信息公开年报 leads to lists.
_TITLED = re.compile(r"(?=.*20\d\d)(?=.*政府信息公开[^。]{0,12}(?:年度?报告|年报))", re.DOTALL)
# Elements of other things than entries: an entry is told by the elements that it stands in.
_LEVELS = 4
_MOST_STRAYS = 5


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list: what it says of the whole list, how many entries stand on it, and what of it leads nowhere.

    ``strays`` are entries that are called annual reports, at addresses of no form that the portal's entry names.
    ``onward`` is a next page that cannot be followed; ``pager`` the usual system that it is a page of. ``further``
    are the addresses of all further pages; ``following`` is that of the next where nobody says how many there are.
    """

    counts: Counts = field(default_factory=Counts)
    entries: int = 0
    strays: tuple[str, ...] = ()
    onward: str = ""
    pager: str = ""
    further: tuple[str, ...] = ()
    following: str | None = None


def counts_of(page: Page) -> Counts:
    """What a page says of a list's length, in words or in its scripts."""
    text = _text(page.root) if page.root is not None else ""
    return Counts(
        _last(_TOTAL, text) or _last(_TOTAL, page.text),
        _last(_PAGES, text) or _last(_FRACTION, text) or _last(_PAGES, page.text),
        _last(_SIZE, text) or _last(_SIZE, page.text),
    )


def pager_name(page: Page) -> str:
    """The name of the usual system that made a list's page; '' if none of them did."""
    return next((name for name, pager in pagers().items() if pager.facts(page.text) is not None), "")


def listing_of(page: Page, url: str, site: Portal) -> Listing:
    """What a page of a list says, and where its further pages are."""
    name = pager_name(page)
    pager = site.pager or pagers().get(name)
    facts = pager.facts(page.text) if pager else None
    counts = counts_of(page)
    if pager and facts is not None:
        counts = pager.counts(facts, counts)
    anchors = (
        [_Anchor(node, _target(node, url)) for node in page.root.iter("a", "area")] if page.root is not None else []
    )
    forms = {_form(one.node) for one in anchors if _is_report(one.target, site)}
    others = [
        one for one in anchors if one.target and not _is_report(one.target, site) and not site.is_list(one.target)
    ]
    entries = {one.target for one in anchors if _form(one.node) in forms and not site.is_list(one.target)}
    strays = (one.target for one in others if _TITLED.search(_text(one.node)))
    further: tuple[str, ...] = ()
    following = None
    if site.pager and facts is not None and not site.pager.is_further(url, facts):
        further = tuple(site.pager.further(url, facts, counts))
    if site.pager and facts is not None and counts.last is None:
        following = site.pager.following(url, facts)
    return Listing(
        counts,
        len(entries),
        tuple(dict.fromkeys(strays))[:_MOST_STRAYS],
        _onward(anchors, site, counts),
        name,
        further,
        following,
    )


@dataclass(frozen=True, slots=True)
class _Anchor:
    """A link, and its whole address; '' where it has none that can be asked for."""

    node: Element
    target: str


def _target(node: Element, url: str) -> str:
    try:
        target = urljoin(url, (node.get("href") or "").strip())
    except ValueError:
        return ""
    return target if target.startswith(("http://", "https://")) and node.get("href") else ""


def _is_report(target: str, site: Portal) -> bool:
    return urlsplit(target).netloc == urlsplit(site.home).netloc and site.report_at(target) is not None


def _onward(anchors: Iterable[_Anchor], site: Portal, counts: Counts) -> str:
    """A next page that neither a pager nor the form of a list's address leads to."""
    if site.pager or counts.last == 1:
        return ""
    onward = ((one.node.get("href", "").strip(), one.target) for one in anchors if _NEXT.match(_text(one.node)))
    return next((href for href, target in onward if href not in ("", "#") and not site.is_list(target)), "")


def _form(node: Element) -> tuple[tuple[str, str], ...]:
    """The elements that a link stands in, by which entries of a list are alike."""
    around = zip(range(_LEVELS), node.iterancestors(), strict=False)
    return tuple(
        (str(element.tag), element.get("class") or "") if number else (str(element.tag), "")
        for number, element in around
    )


def _text(node: Element) -> str:
    return " ".join(map(str, node.itertext()))


def _last(pattern: re.Pattern[str], text: str) -> int | None:
    found = None
    for match in pattern.finditer(text):
        found = next(int(group) for group in match.groups() if group)
    return found
