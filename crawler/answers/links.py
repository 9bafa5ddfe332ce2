"""What a page links to: other reports, lists of reports, and the files that hold its own text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urljoin, urlsplit

from lxml import etree

from crawler.answers.markup import parsed
from crawler.portals.portals import Portal, ReportAddress, portal_of

_FILE = re.compile(r"\.(?:pdf|docx?|wps|rtf|zip)\b", re.IGNORECASE)
_PICTURE = re.compile(r"\.(?:jpe?g|png|gif|bmp|tiff?|webp)\b", re.IGNORECASE)
# A link to a file by a number instead of a name.
_DOWNLOAD = re.compile(r"附件|点击(?:下载|查看)|下载(?:附件|全文|报告)|^\s*下载\s*$|报告全文|年度报告")
_DOWNLOADER = re.compile(r"download|attach|/down/|getfile", re.IGNORECASE)
_ABOUT_REPORTS = re.compile(r"信息公开|年度?报告?")
_TITLE = re.compile(r"政府信息公开[^。]{0,6}(?:年度?报告|年报)")
_DECORATION = re.compile(
    r"logo|icon|banner|qr|ewm|weixin|wechat|share|btn|button|bg\b|blank|spacer|counter", re.IGNORECASE
)
_MOST_FILES = 10
_MOST_DOWNLOADS = 3
_MOST_PICTURES = 30


@dataclass(frozen=True, slots=True)
class Links:
    """Where a page leads: reports, lists of reports, files, and pictures; but for reports, addresses are whole.

    ``titled``: its headings name an annual report. ``downloads`` may be files, to go by what they are called.
    """

    reports: tuple[ReportAddress, ...] = ()
    lists: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()
    downloads: tuple[str, ...] = ()
    titled: bool = False


def find_links(text: str, url: str, portal: str) -> Links:
    """The links of a web page, as seen from a portal; a page that no parser can make sense of has none.

    Files count only where the page's headings, or their own names, speak of reports: others are forms and manuals.
    """
    root, site = parsed(text), portal_of(portal)
    if root is None:
        return Links()
    base = urljoin(url, next((node.get("href") or "" for node in root.iter("base")), ""))
    anchors = [
        (_whole(base, node.get("href") or ""), node) for node in root.iter("a", "area") if _may_matter(node, site)
    ]
    near = [(target, node) for target, node in anchors if target and site.is_near(target)]
    same_host = [target for target, _ in near if urlsplit(target).netloc == urlsplit(site.home).netloc]
    headings = " ".join(_text(node) for node in root.iter("title", "h1", "h2", "h3"))
    about = bool(_ABOUT_REPORTS.search(headings))
    named = [(target, node) for target, node in near if _is_file(target, node, site)]
    files = [target for target, node in named if about or _ABOUT_REPORTS.search(_text(node))]
    files += _embedded(root, base, site)
    return Links(
        reports=tuple(dict.fromkeys(filter(None, map(site.report_at, same_host)))),
        lists=tuple(dict.fromkeys(target for target in same_host if site.is_list(target))),
        files=tuple(dict.fromkeys(files))[:_MOST_FILES],
        downloads=tuple(_downloads(root, base, site))[:_MOST_DOWNLOADS] if _TITLE.search(headings) else (),
        titled=bool(_TITLE.search(headings)),
        pictures=tuple(dict.fromkeys(_pictures(root, base, site)))[:_MOST_PICTURES] if about else (),
    )


def _may_matter(node: etree._Element, site: Portal) -> bool:
    """Whether a link is worth a closer look: most lead to the rest of the site."""
    href = node.get("href") or ""
    return bool(site.may_matter(href) or _FILE.search(unquote(href)) or _FILE.search(_text(node)))


def _whole(base: str, href: str) -> str | None:
    try:
        target = urljoin(base, href.strip())
        return target.partition("#")[0] if urlsplit(target).scheme in ("http", "https") else None
    except ValueError:
        return None


def _text(node: etree._Element) -> str:
    return "".join(str(piece) for piece in node.itertext())


def _is_file(target: str, node: etree._Element, site: Portal) -> bool:
    """Whether a link leads to a document: its address says so, or its text does (附件：年度报告.pdf)."""
    if site.report_at(target):
        return False
    return bool(_FILE.search(unquote(target)) or _FILE.search(_text(node)))


def _downloads(root: etree._Element, base: str, site: Portal) -> Iterator[str]:
    """Links that may lead to a file, though neither their address nor their text has a file's name."""
    seen = set()
    for node in root.iter("a"):
        href = node.get("href") or ""
        if not _DOWNLOADER.search(href) and not _DOWNLOAD.search(_text(node)):
            continue
        target = _whole(base, href)
        ours = target and target not in seen and not site.report_at(target) and not site.is_list(target)
        if target and ours and site.is_near(target) and urlsplit(target).path not in ("", "/"):
            seen.add(target)
            yield target


def _embedded(root: etree._Element, base: str, site: Portal) -> Iterator[str]:
    """Documents that the page shows in a frame; some viewers take the address as a parameter."""
    for node in root.iter("iframe", "embed", "object", "frame"):
        target = _whole(base, node.get("src") or node.get("data") or "")
        if target and site.is_near(target) and _FILE.search(unquote(target)):
            inner = re.search(r"[?&](?:file|url|src)=([^&#]+)", target)
            shown = _whole(base, unquote(inner[1])) if inner else None
            yield shown if shown and site.is_near(shown) else target


def _pictures(root: etree._Element, base: str, site: Portal) -> Iterator[str]:
    for node in root.iter("img"):
        target = _whole(base, node.get("src") or node.get("data-src") or "")
        if target and site.is_near(target) and _PICTURE.search(target) and not _DECORATION.search(target):
            yield target
