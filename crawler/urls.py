"""Addresses of the portal's report pages, and the ids that they stand for."""

import re
from urllib.parse import urljoin, urlsplit

_REPORT_PATH = re.compile(r"/zw/public-report/view/(?P<number>\d{1,9})/?")

# Prefix of the ids of this portal's reports.
PORTAL_NAME = "henan"

# The lowest number that a printed page has been seen to bear; reports on earlier years lie below it.
FIRST_KNOWN = 20659


def report_url(portal: str, number: int) -> str:
    """The address of a report's page on the portal at ``portal``."""
    return urljoin(portal, f"/zw/public-report/view/{number}")


def report_number(url: str) -> int | None:
    """The number of the report that an address stands for, or None for any other page."""
    match = _REPORT_PATH.fullmatch(urlsplit(url).path)
    return int(match["number"]) if match else None


def report_key(number: int) -> str:
    """The id of a report in the database."""
    return f"{PORTAL_NAME}-{number}"


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
