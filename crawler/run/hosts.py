"""Where a crawl may go: the portal's own hosts, and never by way of them into somebody's private network.

A page, a redirect or a name server of the portal may name any address. What it answered would be archived and
published, so that every request is checked before it goes out, robots.txt and redirects among them.
"""

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any, Self
from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

from scrapy.crawler import Crawler
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Request
from scrapy.settings import BaseSettings
from scrapy.utils.defer import maybe_deferred_to_future
from twisted.internet.defer import Deferred

from crawler.portals.portals import Portal, portal_of

# Translates addresses of IPv4 for networks that have IPv6 only (RFC 6052, 2.1).
_NAT64 = IPv6Network("64:ff9b::/96")
# Azure's metadata stand at an address that is public otherwise; those of other clouds at private ones.
_METADATA = frozenset({IPv4Address("168.63.129.16")})


class Refused(IgnoreRequest):
    """An address that this crawl must not ask for, and why."""


class Hosts:
    """The hosts that a crawl may ask: the portal's, at addresses that are public.

    A host that the operator wrote as a private address (``http://127.0.0.1:8000``) is meant so; one that a name leads
    to must be listed in NIANBAO_PRIVATE. Scrapy connects to the addresses that were checked, because its resolver
    keeps them.
    """

    def __init__(self, settings: BaseSettings) -> None:
        self._portal = portal_of(settings["NIANBAO_PORTAL"])
        starts = settings.getlist("NIANBAO_START")
        self._starts = {urlsplit(url).netloc for url in starts}
        self._private = {*settings.getlist("NIANBAO_PRIVATE"), *_meant_private(self._portal, starts)}
        self._proxied = getproxies().keys()

    async def objection_to(self, url: str) -> str:
        """Why an address must not be asked for; '' if it may."""
        parts = urlsplit(url)
        host = parts.hostname or ""
        if parts.netloc not in self._starts and not self._portal.is_near(url):
            return f"{url} is not on a host of the portal"
        if host in self._private:
            return ""
        found = [host] if self._is_proxied(parts.scheme, host) else await addresses_of(host)
        inner = next(filter(is_private, found), None)
        return f"{host} leads to {inner}, which is no public address; NIANBAO_PRIVATE={host} allows it" if inner else ""

    def _is_proxied(self, scheme: str, host: str) -> bool:
        """Whether a proxy looks up the name, so that only an address that stands in the URL can be checked."""
        return scheme in self._proxied and not proxy_bypass(host)


class OwnHosts:
    """Scrapy downloader middleware that lets no request pass to other hosts."""

    def __init__(self, settings: BaseSettings) -> None:
        self._hosts = Hosts(settings)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        """For the portal that the settings name."""
        return cls(crawler.settings)

    async def process_request(self, request: Request) -> None:
        """Raise :class:`Refused` for a request that must not be made."""
        if objection := await self._hosts.objection_to(request.url):
            raise Refused(objection)


def _meant_private(portal: Portal, starts: Iterable[str]) -> set[str]:
    """The hosts that the operator wrote as a private address."""
    named = {*portal.hosts, *(urlsplit(url).hostname or "" for url in (portal.home, *starts))}
    return {host for host in named if host == "localhost" or is_private(host)}


def is_private(host: str) -> bool:
    """Whether an address is of this machine, of a private network, or a cloud's metadata; a name is not."""
    try:
        address = ip_address(host.partition("%")[0])
    except ValueError:
        return False
    inner = _embedded(address)
    return not inner.is_global or inner.is_multicast or inner in _METADATA


def _embedded(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The address of IPv4 that one of IPv6 stands for, if it does."""
    if isinstance(address, IPv4Address):
        return address
    translated = IPv4Address(address.packed[-4:]) if address in _NAT64 else None
    return address.ipv4_mapped or address.sixtofour or translated or address


async def addresses_of(host: str) -> list[str]:
    """The addresses of a host, from Scrapy's resolver; none where it has none."""
    from twisted.internet import reactor

    receiver = _Receiver()
    reactor.nameResolver.resolveHostName(receiver, host)
    await maybe_deferred_to_future(receiver.complete)
    return receiver.addresses


class _Receiver:
    """Collects what Twisted finds for a name (``IResolutionReceiver``)."""

    def __init__(self) -> None:
        self.addresses: list[str] = []
        self.complete: Deferred[None] = Deferred()

    def resolutionBegan(self, resolution: object) -> None:  # noqa: N802 - Twisted's name
        """Do nothing."""

    def addressResolved(self, address: Any) -> None:  # noqa: N802 - Twisted's name
        """Keep an address."""
        self.addresses.append(address.host)

    def resolutionComplete(self) -> None:  # noqa: N802 - Twisted's name
        """End the wait."""
        self.complete.callback(None)
