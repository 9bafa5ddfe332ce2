"""The portals as data (``portals.yaml``): what their addresses look like, and how they are walked.

A portal is written as its name (``henan``), as a name and where it is today (``sample2=http://127.0.0.1:8002``),
or as an address alone, which is Henan's shape there unless it is another portal's home. So it stands in table
``crawls``, in the archive and on the command line.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from parsers.declarations import DeclarationError, parse

# Names the portal of the frontier's plain paths, and of an address that is no portal's home.
FIRST = "henan"
# A file of the same form with further portals, or others under the same names.
FURTHER_FILE = "NIANBAO_PORTALS"

_NAME = re.compile(r"(?!(?:file|https?)$)[a-z][a-z0-9]*")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9]*)\}")
_DIGITS = "[0-9]{1,18}"
_PAGE = "page"


class PortalError(LookupError):
    """A portal that is not declared, or declared wrongly."""


@dataclass(frozen=True, slots=True)
class ReportAddress:
    """The page of a report as the frontier keeps it; ``number`` is None on portals that are walked by lists."""

    address: str
    key: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of addresses of one kind: a path with placeholders, such as ``/art/{year}/art_{number}.html``.

    With a query in it, the whole query must match; without, there may be any. ``ending`` is the pattern of the
    path's last segment, by which links are sifted before they are looked at.
    """

    text: str
    pattern: re.Pattern[str]
    ending: str

    @classmethod
    def parse(cls, text: str, parts: Mapping[str, str]) -> "Shape":
        """A placeholder stands for digits, or for what ``parts`` has as a regular expression under its name."""
        pattern = _pattern(text, parts) + ("" if "?" in text else "/?")
        last = text.partition("?")[0].rstrip("/").rpartition("/")[2]
        # No name can be given to two groups, and endings are looked for side by side.
        return cls(text, re.compile(pattern, re.ASCII), re.sub(r"\?P<\w+>", "?:", _pattern(last, parts)))

    def match(self, url: str) -> dict[str, str] | None:
        """The values of the placeholders in an address; None if it does not match."""
        address = urlsplit(url)
        match = self.pattern.fullmatch(f"{address.path}?{address.query}" if "?" in self.text else address.path)
        return match.groupdict() if match else None


def _pattern(text: str, parts: Mapping[str, str]) -> str:
    pieces = _PLACEHOLDER.split(text)
    named = [f"(?P<{name}>{parts.get(name, _DIGITS)})" for name in pieces[1::2]]
    return "".join(re.escape(one) + other for one, other in zip(pieces[::2], [*named, ""], strict=True))


@dataclass(frozen=True)
class Portal:
    """A portal: with ``numbers`` to begin at it is walked by report numbers, without by its lists and their links.

    ``key`` is a report's id without the prefix, with the placeholders of ``report``. ``start`` are the pages that
    every run begins with, ``hosts`` those that hold its files beside those of the home's owner, ``region`` is
    the code of the region whose agencies report there, ``delay`` seconds between requests where 1 is not right.
    """

    name: str
    home: str
    report: Shape
    key: str
    start: tuple[str, ...]
    lists: tuple[Shape, ...] = ()
    numbers: tuple[int, ...] = ()
    hosts: tuple[str, ...] = ()
    region: str | None = None
    delay: float | None = None

    @property
    def _prefix(self) -> str:
        """The prefix of its addresses in the frontier; Henan's have none, as in the first version."""
        return "" if self.name == FIRST else f"{self.name}:"

    @property
    def spec(self) -> str:
        """The portal as it is written; see the module."""
        return self.home if self.name == FIRST else f"{self.name}={self.home}"

    def address_of(self, url: str) -> str:
        """An address as the frontier keeps it: from the path on if it is on the portal, else whole."""
        parts = urlsplit(urldefrag(url).url)
        if parts.netloc == urlsplit(self.home).netloc:
            return self._prefix + urlunsplit(("", "", parts.path or "/", parts.query, ""))
        return self._prefix + urlunsplit(parts)

    def url_of(self, address: str) -> str:
        """The whole address of what the frontier knows under ``address``."""
        return urljoin(self.home, address.removeprefix(self._prefix))

    def report_at(self, url: str) -> ReportAddress | None:
        """The report that an address stands for, or None for any other page."""
        values = self.report.match(url)
        if values is None:
            return None
        if self.numbers:
            return self.numbered(int(values["number"]))
        return self._report(values)

    def numbered(self, number: int) -> ReportAddress:
        """The report of a number."""
        return self._report({"number": str(number)}, number)

    def _report(self, values: Mapping[str, str], number: int | None = None) -> ReportAddress:
        address = self._prefix + self.report.text.format_map(values)
        return ReportAddress(address, f"{self.name}-{self.key.format_map(values)}", number)

    def is_list(self, url: str) -> bool:
        """Whether an address is that of a list of reports."""
        return any(shape.match(url) is not None for shape in self.lists)

    @property
    def start_addresses(self) -> tuple[str, ...]:
        """The pages that every run begins with, as the frontier keeps them."""
        return tuple(self._prefix + path for path in self.start)

    def is_further(self, address: str) -> bool:
        """Whether the frontier's address is that of a further page of a list: it bears the number of a page."""
        found = (shape.match(self.url_of(address)) for shape in self.lists)
        return address not in self.start_addresses and any(values and _PAGE in values for values in found)

    def is_near(self, url: str) -> bool:
        """Whether an address is on the portal, on a host of the same owner (``*.henan.gov.cn``), or on one it names."""
        parts, home = urlsplit(url), urlsplit(self.home)
        owner = (home.hostname or "").partition(".")[2]
        # An address of IPv4 has dots too, but no owner.
        is_name = not (home.hostname or "").rpartition(".")[2].isdigit()
        is_owners = is_name and owner.count(".") > 1 and (parts.hostname or "").endswith(f".{owner}")
        return parts.netloc == home.netloc or is_owners or parts.hostname in self.hosts

    def may_matter(self, href: str) -> bool:
        """Whether a link as it stands in a page may lead to a report or a list."""
        return bool(self._endings.search(href.strip()))

    @cached_property
    def _endings(self) -> re.Pattern[str]:
        endings = dict.fromkeys(shape.ending for shape in (self.report, *self.lists))
        return re.compile(rf"(?:^|/)(?:{'|'.join(endings)})/?(?:[?#]|$)|^\?", re.ASCII)


def name_of(spec: str) -> str:
    """The name of a portal as table ``crawls`` has it, declared or not."""
    name, joined, _ = spec.partition("=")
    return name if joined and _NAME.fullmatch(name) else FIRST


@cache
def portal_of(spec: str) -> Portal:
    """The portal that is written so; raises :class:`PortalError` for one that is not declared.

    An archive file that has lost its first record does not say whose it is: Henan's, as from before there were others.
    """
    declared = portals()
    name, joined, home = spec.partition("=")
    if joined and _NAME.fullmatch(name):
        return replace(_named(name), home=home)
    if "://" not in spec:
        return _named(spec or FIRST)
    return next((one for one in declared.values() if one.home == spec), replace(declared[FIRST], home=spec))


def _named(name: str) -> Portal:
    try:
        return portals()[name]
    except KeyError:
        names = ", ".join(portals())
        said = f"no portal of that name is declared ({names}), and an address begins with http:// or https://"
        raise PortalError(f"{name}: {said}") from None


@cache
def portals() -> dict[str, Portal]:
    """The declared portals by name; raises :class:`PortalError` where one is not declared as it must be."""
    declared = _declared((files(__package__) / "portals.yaml").read_text(encoding="utf-8"), "portals.yaml")
    if further := os.environ.get(FURTHER_FILE):
        try:
            declared |= _declared(Path(further).read_text(encoding="utf-8"), further)
        except (OSError, UnicodeDecodeError) as error:
            raise PortalError(f"{further}: {(getattr(error, 'strerror', None) or 'not UTF-8').lower()}") from error
    return declared


@dataclass(frozen=True, slots=True)
class _Declaration:
    """A portal as a file declares it; see :class:`Portal` and docs/portals.md."""

    home: str
    report: str
    key: str
    start: tuple[str, ...]
    parts: dict[str, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()
    hosts: tuple[str, ...] = ()
    region: str | None = None
    delay: float | None = None


def _declared(text: str, source: str) -> dict[str, Portal]:
    try:
        return {name: _portal(name, one) for name, one in parse(text, dict[str, _Declaration], source).items()}
    except DeclarationError as error:
        raise PortalError(str(error)) from error
    except (KeyError, ValueError, re.error) as error:
        raise PortalError(f"{source}: {error}") from error


def _portal(name: str, one: _Declaration) -> Portal:
    if not _NAME.fullmatch(name):
        raise ValueError(f"{name}: a portal's name has small letters and digits only")
    portal = Portal(
        name,
        one.home,
        Shape.parse(one.report, one.parts),
        one.key,
        one.start,
        tuple(Shape.parse(text, one.parts) for text in one.lists),
        one.numbers,
        one.hosts,
        one.region,
        one.delay,
    )
    _check(portal)
    return portal


def _check(portal: Portal) -> None:
    """Raise ValueError where the fields of a declared portal do not fit together."""
    placeholders = set(_PLACEHOLDER.findall(portal.report.text))
    if unknown := set(_PLACEHOLDER.findall(portal.key)) - placeholders:
        raise ValueError(f"{portal.name}: the key has {', '.join(sorted(unknown))}, which no report's address has")
    for text in (portal.key, portal.report.text):
        text.format_map(dict.fromkeys(placeholders, "1"))
    if portal.numbers and placeholders != {"number"}:
        raise ValueError(f"{portal.name}: where numbers are walked, a report's address has {{number}} and nothing else")
    if not portal.start and not portal.numbers:
        raise ValueError(f"{portal.name}: without numbers there must be a page to start at")
