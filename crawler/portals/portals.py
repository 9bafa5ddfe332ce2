"""The portals as data (``portals.yaml``): what their addresses look like, and how they are walked.

A portal is written as its name (``henan``), as a name and where it is today (``sample2=http://127.0.0.1:8002``),
or as an address alone, which is Henan's shape there unless it is another portal's home. So it stands in table
``crawls``, in the archive and on the command line.
"""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

import jmespath
from jmespath.exceptions import JMESPathError

from crawler.portals.pagers import Pager, filled, pagers
from parsers.declarations import DeclarationError, parse

# Names the portal of the frontier's plain paths, and of an address that is no portal's home.
FIRST = "henan"
# A file of the same form with further portals, or others under the same names.
FURTHER_FILE = "NIANBAO_PORTALS"

_NAME = re.compile(r"(?!(?:file|https?)$)[a-z][a-z0-9]*")
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9]*)\}")
_DIGITS = "[0-9]{1,18}"
_PAGE = "page"
# What :meth:`Portal.file_address` adds; an address has blanks too where its page has not encoded them.
_OWNER = re.compile(r" \([a-z][a-z0-9]*-[^ ()]+\)$")


class PortalError(LookupError):
    """A portal that is not declared, or declared wrongly."""


@dataclass(frozen=True, slots=True)
class Question:
    """How an address is asked for; ``body`` is posted where there is one, or the page shown by a browser."""

    url: str
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def method(self) -> str:
        """The method of the request."""
        return "POST" if self.body else "GET"


@dataclass(frozen=True, slots=True)
class JsonPaths:
    """Where JSON answers hold what a page would show: JMESPath expressions, all but ``parts`` for the whole answer.

    Of a list: ``items``; of an item, ``address`` or the ``parts`` of the report's address, ``name`` and ``date``;
    ``total``, ``pages`` and ``size`` count. Of a report: ``title``, ``published``, ``html`` (one or several, HTML or
    text, in the order in which they are shown) and ``files``. ``html`` may also be that of a list.
    """

    items: str = ""
    address: str = ""
    parts: dict[str, str] = field(default_factory=dict)
    name: str = ""
    date: str = ""
    total: str = ""
    pages: str = ""
    size: str = ""
    title: str = ""
    published: str = ""
    html: tuple[str, ...] = ()
    files: str = ""

    def check(self, name: str) -> None:
        """Raise ValueError for an expression that is none."""
        single = (getattr(self, one.name) for one in fields(self) if one.name not in ("parts", "html"))
        for text in (*single, *self.parts.values(), *self.html):
            try:
                if text:
                    jmespath.compile(text)
            except JMESPathError as error:
                raise ValueError(f"{name}: {text}: no JMESPath: {' '.join(str(error).split())}") from error


@dataclass(frozen=True, slots=True)
class ReportAddress:
    """The page of a report as the frontier keeps it; ``number`` is None on portals that are walked by lists."""

    address: str
    key: str
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """The form of addresses of one kind: a path with placeholders, such as ``/art/{year}/art_{number}.html``.

    With a query or a fragment in it, the whole of that must match; without, there may be any. ``ending`` is the pattern
    of the path's last segment, by which links are sifted before they are looked at.
    """

    text: str
    pattern: re.Pattern[str]
    ending: str

    @classmethod
    def parse(cls, text: str, parts: Mapping[str, str]) -> "Shape":
        """A placeholder stands for digits, or for what ``parts`` has as a regular expression under its name."""
        pattern = _pattern(text, parts) + ("" if "?" in text or "#" in text else "/?")
        last = text.partition("#")[0].partition("?")[0].rstrip("/").rpartition("/")[2]
        # No name can be given to two groups, and endings are looked for side by side.
        return cls(text, re.compile(pattern, re.ASCII), re.sub(r"\?P<\w+>", "?:", _pattern(last, parts)))

    def match(self, url: str) -> dict[str, str] | None:
        """The values of the placeholders in an address; None if it does not match."""
        address = urlsplit(url)
        query = f"?{address.query}" if "?" in self.text.partition("#")[0] else ""
        fragment = f"#{address.fragment}" if "#" in self.text else ""
        match = self.pattern.fullmatch(f"{address.path}{query}{fragment}")
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
    ``pager`` says how the further pages of lists are addressed where no link leads to them, ``json`` what JSON answers
    hold; ``render``: pages are shown by a browser first; ``counts``: what its lists say of their length is true.

    In an address, what follows ``#`` is the body of a POST; with ``render``, the part that a page's script sees.
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
    pager: Pager | None = None
    json: JsonPaths | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    render: bool = False
    counts: bool = True

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
        parts = urlsplit(self.whole(url))
        if parts.netloc == urlsplit(self.home).netloc:
            return self._prefix + urlunsplit(("", "", parts.path or "/", parts.query, parts.fragment))
        return self._prefix + urlunsplit(parts)

    def whole(self, url: str) -> str:
        """An address without its fragment, unless fragments tell addresses of this portal apart."""
        return url if self._has_fragments else urldefrag(url).url

    @cached_property
    def _has_fragments(self) -> bool:
        pages = [
            self.report.text,
            *self.start,
            *(shape.text for shape in self.lists),
            self.pager.next if self.pager else "",
        ]
        return any("#" in text for text in pages)

    def question(self, address: str) -> Question:
        """How what the frontier knows under ``address`` is asked for."""
        url, mark, body = self.url_of(address).partition("#")
        if self.render or not mark:
            return Question(self.url_of(address), headers=self.headers)
        kind = "application/json" if body.startswith(("{", "[")) else "application/x-www-form-urlencoded"
        return Question(url, body, {"Content-Type": f"{kind}; charset=UTF-8", **self.headers})

    def url_of(self, address: str) -> str:
        """The whole address of what the frontier knows under ``address``."""
        return urljoin(self.home, _OWNER.sub("", address).removeprefix(self._prefix))

    def file_address(self, url: str, key: str) -> str:
        """The address of a file that another report has too, as the frontier keeps it for the report ``key``."""
        return f"{self.address_of(url)} ({key})"

    def asked_at(self, address: str, url: str) -> str:
        """The whole address of an answer: what was asked for, where only that tells it apart, else ``url``."""
        return self.url_of(address) if "#" in address else url

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
        address = self._prefix + filled(self.report.text, values)
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
        if address in self.start_addresses:
            return False
        url = self.url_of(address)
        found = (shape.match(url) for shape in self.lists)
        return any(values and _PAGE in values for values in found) or bool(self.pager and self.pager.is_further(url))

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
    declared = read_portals((files(__package__) / "portals.yaml").read_text(encoding="utf-8"), "portals.yaml")
    if further := os.environ.get(FURTHER_FILE):
        try:
            declared |= read_portals(Path(further).read_text(encoding="utf-8"), further)
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
    pager: str = ""
    second: int = 2
    json: JsonPaths | None = None
    headers: dict[str, str] = field(default_factory=dict)
    render: bool = False
    counts: bool = True


def read_portals(text: str, source: str) -> dict[str, Portal]:
    """The portals that a text declares; raises :class:`PortalError`, which calls it ``source``."""
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
        _pager(name, one),
        one.json,
        one.headers,
        one.render,
        one.counts,
    )
    _check(portal)
    return portal


def _pager(name: str, one: _Declaration) -> Pager | None:
    """The pager that an entry names, or the form of addresses that it gives."""
    if not one.pager or one.pager in pagers():
        return pagers().get(one.pager)
    if "{page}" not in one.pager:
        known = ", ".join(pagers())
        raise ValueError(f"{name}: the pager is neither one of {known} nor an address with {{page}}: {one.pager}")
    return Pager(one.pager, second=one.second)


def _check(portal: Portal) -> None:
    """Raise ValueError where the fields of a declared portal do not fit together."""
    placeholders = set(_PLACEHOLDER.findall(portal.report.text))
    if unknown := set(_PLACEHOLDER.findall(portal.key)) - placeholders:
        raise ValueError(f"{portal.name}: the key has {', '.join(sorted(unknown))}, which no report's address has")
    portal.key.format_map(dict.fromkeys(placeholders, "1"))
    if portal.json:
        portal.json.check(portal.name)
    if portal.numbers and placeholders != {"number"}:
        raise ValueError(f"{portal.name}: where numbers are walked, a report's address has {{number}} and nothing else")
    if not portal.start and not portal.numbers:
        raise ValueError(f"{portal.name}: without numbers there must be a page to start at")
