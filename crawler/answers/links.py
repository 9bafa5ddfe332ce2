"""What a page links to: other reports, lists of reports, and the files that hold its own text."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TypeVar
from urllib.parse import unquote, urljoin, urlsplit

from lxml.etree import _Element as Element
from parsel import Selector

from crawler.portals.portals import Portal, ReportAddress, portal_of
from parsers.formats.web.cascade import named_sheets
from parsers.formats.web.page import Page

_FILE = re.compile(r"\.(?:(?:pdf|ofd|docx?|wps|rtf|odt|xlsx?|ods|zip)\b|et(?=$|[?&#\s]))", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)\b", re.IGNORECASE)
# A link to a file by a number instead of a name.
_DOWNLOAD = re.compile(r"附件|点击(?:下载|查看)|下载(?:附件|全文|报告)|^\s*下载\s*$|报告全文|年度报告")
_DOWNLOADER = re.compile(r"download|attach|/down/|getfile", re.IGNORECASE)
_ABOUT_REPORTS = re.compile(r"信息公开|年度?报告?")
_TITLE = re.compile(r"政府信息公开[^。]{0,6}(?:年度?报告|年报)")
_DECORATION = re.compile(
    r"logo|icon|banner|qr|ewm|weixin|wechat|share|btn|button|bg\b|blank|spacer|counter", re.IGNORECASE
)
# Bounds on what one page can have the crawl ask for: a report has one file, seldom three, and some have been seen as
# a picture a page. They were chosen to be above all that, and cost a report nothing.
_MOST_FILES = 10
_MOST_DOWNLOADS = 3
_MOST_PICTURES = 30
_MOST_SHEETS = 20

Found = TypeVar("Found")


@dataclass(frozen=True, slots=True)
class Links:
    """Where a page leads: reports, lists of reports, files, and pictures; but for reports, addresses are whole.

    ``titled``: its headings name an annual report. ``downloads`` may be files, to go by what they are called.
    ``sheets`` are the style sheets that it is shown with.
    """

    reports: tuple[ReportAddress, ...] = ()
    lists: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    downloads: tuple[str, ...] = ()
    sheets: tuple[str, ...] = ()
    titled: bool = False


@dataclass(frozen=True, slots=True)
class _Link:
    """An address as it stands in a page, and what its reader sees of it."""

    href: str
    text: str


def find_links(page: Page, url: str, portal: str | Portal) -> Links:
    """The links of a web page, as seen from a portal; what is no web page, or none that can be parsed, has none.

    Files count only where the page's headings, or their own names, speak of reports: others are forms and manuals.
    """
    selector, site = page.selector if page.is_html else None, _site(portal)
    if selector is None:
        return Links()
    base = urljoin(url, selector.css("base::attr(href)").get(""))
    links = list(_links(selector.root))
    near = [link for link in _absolute(links, base, site) if site.is_near(link.href)]
    on_site = [link.href for link in near if urlsplit(link.href).netloc == urlsplit(site.home).netloc]
    headings = " ".join(selector.css("title, h1, h2, h3").xpath("string()").getall())
    about, titled = bool(_ABOUT_REPORTS.search(headings)), bool(_TITLE.search(headings))
    files = [link.href for link in near if _is_file(link, site) and (about or _ABOUT_REPORTS.search(link.text))]
    return Links(
        reports=_unique(filter(None, map(site.report_at, on_site))),
        lists=_unique(filter(site.is_list, on_site)),
        files=_unique([*files, *_embedded(selector, base, site)])[:_MOST_FILES],
        downloads=_unique(_downloads(links, base, site))[:_MOST_DOWNLOADS] if titled else (),
        sheets=_unique(sheets_of(page, url, portal).values()),
        titled=titled,
        pictures=_unique(_pictures(selector, base, site))[:_MOST_PICTURES] if about else (),
    )


def sheets_of(page: Page, url: str, portal: str | Portal) -> dict[str, str]:
    """The style sheets that a page names and the crawl may ask for: whole addresses, by how they stand in the page."""
    selector, site = page.selector if page.is_html else None, _site(portal)
    if selector is None:
        return {}
    base = urljoin(url, selector.css("base::attr(href)").get(""))
    named = ((stated, _address(base, stated)) for stated in islice(named_sheets(selector), _MOST_SHEETS))
    return {stated: address for stated, address in named if address and site.is_near(address)}


def _site(portal: str | Portal) -> Portal:
    return portal_of(portal) if isinstance(portal, str) else portal


def is_picture(url: str) -> bool:
    """Whether an address has a picture's name."""
    return bool(_PICTURE.search(url))


def _unique(found: Iterable[Found]) -> tuple[Found, ...]:
    return tuple(dict.fromkeys(found))


def _links(root: Element) -> Iterator[_Link]:
    """Every link of a page; a walk, since a page has hundreds, and a query takes eight times as long."""
    for node in root.iter("a", "area"):
        yield _Link(node.get("href") or "", "".join(map(str, node.itertext())))


def _absolute(links: Iterable[_Link], base: str, site: Portal) -> Iterator[_Link]:
    """Those worth a closer look, with whole addresses: most lead to the rest of the site."""
    for link in links:
        if site.may_matter(link.href) or _FILE.search(unquote(link.href)) or _FILE.search(link.text):
            target = _joined(base, link.href)
            if target:
                yield _Link(site.whole(target), link.text)


def _address(base: str, href: str) -> str | None:
    """The absolute address of a link, without its fragment; None if it cannot be fetched."""
    target = _joined(base, href)
    return target and target.partition("#")[0]


def _joined(base: str, href: str) -> str | None:
    try:
        target = urljoin(base, href.strip())
        return target if urlsplit(target).scheme in ("http", "https") else None
    except ValueError:
        return None


def _is_file(link: _Link, site: Portal) -> bool:
    """Whether a link leads to a document: its address says so, or its text does (附件：年度报告.pdf)."""
    if site.report_at(link.href):
        return False
    return bool(_FILE.search(unquote(link.href)) or _FILE.search(link.text))


def _downloads(links: Iterable[_Link], base: str, site: Portal) -> Iterator[str]:
    """Links that may lead to a file, though neither their address nor their text has a file's name."""
    for link in links:
        if not _DOWNLOADER.search(link.href) and not _DOWNLOAD.search(link.text):
            continue
        target = _address(base, link.href)
        leads_on = target and not site.report_at(target) and not site.is_list(target)
        if target and leads_on and site.is_near(target) and urlsplit(target).path not in ("", "/"):
            yield target


def _embedded(selector: Selector, base: str, site: Portal) -> Iterator[str]:
    """Documents that the page shows in a frame; some viewers take the address as a parameter."""
    for frame in selector.css("iframe, embed, object, frame"):
        target = _address(base, frame.attrib.get("src") or frame.attrib.get("data") or "")
        if target and site.is_near(target) and _FILE.search(unquote(target)):
            inner = re.search(r"[?&](?:file|url|src)=([^&#]+)", target)
            shown = _address(base, unquote(inner[1])) if inner else None
            yield shown if shown and site.is_near(shown) else target


def _pictures(selector: Selector, base: str, site: Portal) -> Iterator[str]:
    for picture in selector.css("img"):
        target = _address(base, picture.attrib.get("src") or picture.attrib.get("data-src") or "")
        if target and site.is_near(target) and _PICTURE.search(target) and not _DECORATION.search(target):
            yield target
