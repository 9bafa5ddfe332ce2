"""Addresses, seen from a portal as it is written (:mod:`crawler.portals.portals`) or from none."""

from urllib.parse import urlsplit

from crawler.portals.portals import portal_of


def address_of(url: str, portal: str) -> str:
    """An address as the frontier keeps it; see :meth:`crawler.portals.portals.Portal.address_of`."""
    return portal_of(portal).address_of(url)


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
