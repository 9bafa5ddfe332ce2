"""Addresses: the portal's report pages and the ids that they stand for, and what belongs to the portal."""

import re
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

_REPORT_PATH = re.compile(r"/zw/public-report/view/(?P<number>\d{1,9})/?")
_LIST_PATH = re.compile(r"/zw/public-report(?:/index)?/?")

# Prefix of the ids of this portal's reports.
PORTAL_NAME = "henan"

# Numbers that printed pages have been seen to bear, and the first there can be.
KNOWN_NUMBERS = (1, 20659, 33923)

# Where links to reports may stand; nothing depends on it.
START_PAGES = ("/", "/zw/public-report")


def report_address(number: int) -> str:
    """The address of a report's page on the portal."""
    return f"/zw/public-report/view/{number}"


def report_number(url: str) -> int | None:
    """The number of the report that an address stands for, or None for any other page."""
    match = _REPORT_PATH.fullmatch(urlsplit(url).path)
    return int(match["number"]) if match else None


def is_list(url: str) -> bool:
    """Whether an address is that of a list of reports."""
    return bool(_LIST_PATH.fullmatch(urlsplit(url).path))


def report_key(number: int) -> str:
    """The id of a report in the database."""
    return f"{PORTAL_NAME}-{number}"


def address_of(url: str, portal: str) -> str:
    """An address as the frontier keeps it: from the path on if it is on the portal, else whole."""
    parts = urlsplit(urldefrag(url).url)
    if parts.netloc != urlsplit(portal).netloc:
        return urlunsplit(parts)
    return urlunsplit(("", "", parts.path or "/", parts.query, ""))


def url_of(address: str, portal: str) -> str:
    """The whole address of what the frontier knows under ``address``."""
    return urljoin(portal, address)


def is_near(url: str, portal: str) -> bool:
    """Whether an address is on the portal's host, or on one of the same owner (``*.henan.gov.cn``)."""
    host, home = urlsplit(url).hostname or "", urlsplit(portal).hostname or ""
    owner = home.partition(".")[2]
    return urlsplit(url).netloc == urlsplit(portal).netloc or (owner.count(".") > 1 and host.endswith(f".{owner}"))


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def is_address(url: str) -> bool:
    """Whether this is an address that a crawl can begin at."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
