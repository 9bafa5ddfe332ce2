"""Addresses, seen from a portal as it is written (:mod:`crawler.portals.portals`) or from none."""

from urllib.parse import urlsplit

from crawler.portals.portals import Portal, portal_of


def address_of(url: str, portal: str) -> str:
    """An address as the frontier keeps it; see :meth:`crawler.portals.portals.Portal.address_of`."""
    return portal_of(portal).address_of(url)


def is_loopback(url: str) -> bool:
    """Whether an address is on this machine."""
    host = urlsplit(url).hostname or ""
    return host in ("localhost", "::1") or host.startswith("127.")


def objection_to(portal: Portal, contact: str, *, bounded: bool) -> str:
    """Why a portal may not be crawled so; '' if it may. ``bounded``: a first or last number was given, or a sweep."""
    if bounded and not portal.numbers:
        return f"{portal.name} is walked by its lists, so that first, last and sweep mean nothing there"
    if not contact and not is_loopback(portal.home):
        return "set NIANBAO_CONTACT to an address at which the portal's operator can reach you"
    return ""


def is_address(url: str) -> bool:
    """Whether this is an address that a crawl can begin at."""
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
