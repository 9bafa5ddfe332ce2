"""An Office Open XML package: parts in a ZIP archive, found by their relationships (ECMA-376 part 2)."""

import zlib
from collections.abc import Iterator
from io import BytesIO
from itertools import islice
from posixpath import dirname, join, normpath, split
from zipfile import BadZipFile, ZipFile, ZipInfo

from lxml import etree

from parsers.document.model import Unreadable

# Bytes of a part once it is unpacked, and parts of a file. The factory's reports have 120,000 bytes of text
# in six parts; tests/parsers/formats/test_limits.py shows what more costs.
MAX_PART = 16 * 1024 * 1024
_MAX_PARTS = 20_000
_ENCRYPTED = 0x1


class Package:
    """The parts of a package by name, whatever their order, case and slashes in the archive."""

    def __init__(self, data: bytes) -> None:
        """Raises :class:`Unreadable` where the bytes are no ZIP archive."""
        try:
            self._archive = ZipFile(BytesIO(data))
        except (BadZipFile, ValueError, NotImplementedError) as error:
            raise Unreadable(f"a damaged ZIP archive: {error}") from error
        entries = self._archive.infolist()
        if len(entries) > _MAX_PARTS:
            raise Unreadable(f"an archive of {len(entries):,} files is no report")
        self._entries = {_key(entry.filename): entry for entry in entries}

    def has(self, name: str) -> bool:
        """Whether there is such a part."""
        return _key(name) in self._entries

    def part(self, name: str) -> bytes | None:
        """A part's bytes, None if there is none; raises :class:`Unreadable` if it is locked or too large."""
        entry = self._entries.get(_key(name))
        return None if entry is None else self._inflated(entry)

    def files(self, most: int) -> Iterator[bytes]:
        """The first files of the archive; raises :class:`Unreadable` at one that is locked or too large."""
        for entry in islice((entry for entry in self._entries.values() if not entry.is_dir()), most):
            yield self._inflated(entry)

    def xml(self, name: str) -> etree._Element | None:
        """A part's root element, None if there is none."""
        data = self.part(name)
        return None if data is None else parse_xml(data, name)

    def related(self, source: str, kind: str) -> list[str]:
        """The parts to which ``source`` ("" for the package) has a relationship of a kind (the type's last word)."""
        folder, name = split(source)
        root = self.xml(join(folder, "_rels", f"{name}.rels"))
        return [] if root is None else [_target(source, target) for target in _targets(root, kind)]

    def target(self, source: str, identity: str) -> str | None:
        """The part to which ``source`` has the relationship of an id."""
        folder, name = split(source)
        root = self.xml(join(folder, "_rels", f"{name}.rels"))
        for relation in root if root is not None else ():
            if relation.get("Id") == identity and relation.get("TargetMode", "Internal") == "Internal":
                return _target(source, relation.get("Target", "").replace("\\", "/"))
        return None

    def _inflated(self, entry: ZipInfo) -> bytes:
        if entry.flag_bits & _ENCRYPTED:
            raise Unreadable("locked with a password")
        if entry.file_size > MAX_PART:
            raise Unreadable(
                f"too large: a part of {entry.file_size:,} bytes, and no report has more than {MAX_PART:,}"
            )
        try:
            with self._archive.open(entry) as stream:
                return stream.read(MAX_PART)
        except (BadZipFile, EOFError, NotImplementedError, OSError, ValueError, zlib.error) as error:
            raise Unreadable(f"a damaged ZIP archive: {entry.filename}: {error}") from error


def parse_xml(data: bytes, name: str) -> etree._Element:
    """Parse untrusted XML: no entities, no network, no DTD; raises :class:`Unreadable`."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise Unreadable(f"damaged XML in {name}: {error}") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise Unreadable(f"{name} has a document type declaration, which no Office file has")
    return root


def _targets(root: etree._Element, kind: str) -> Iterator[str]:
    for relation in root:
        of_kind = relation.get("Type", "").rpartition("/")[2] == kind
        if of_kind and relation.get("TargetMode", "Internal") == "Internal":
            yield relation.get("Target", "").replace("\\", "/")


def _target(source: str, target: str) -> str:
    return target if target.startswith("/") else normpath(join(dirname(source), target))


def _key(name: str) -> str:
    return name.replace("\\", "/").lstrip("/").lower()
