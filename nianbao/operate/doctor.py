"""``nianbao doctor``: whether all that a crawl and a site need is there, and what to do where it is not."""

import os
import shlex
import shutil
import sqlite3
import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from tempfile import TemporaryFile
from urllib.robotparser import RobotFileParser

from filelock import FileLock, Timeout

from crawler.portals.portals import Portal
from crawler.settings import USER_AGENT
from database.home import archive, database, home
from database.store import damage_of

# A province's reports of a year are some 13,000 pages: half a gigabyte of database, as much of archive.
_LEAST_FREE = 2 << 30
# The portal's clock and ours; beyond it, what is due when is wrong.
_MOST_SKEW = timedelta(minutes=5)
_PATIENCE = 20
_UNITS = ("nianbao-crawl.service", "nianbao-crawl.timer", "nianbao-serve.service")


@dataclass(frozen=True, slots=True)
class Finding:
    """What was looked at, whether it is well, and what was found or is to be done."""

    what: str
    well: bool
    says: str


def examine(portal: Portal, contact: str, notify: str, *, online: bool) -> Iterator[Finding]:
    """Look at everything; ``online``: also ask the portal for its robots.txt, once."""
    yield _folder(home())
    yield _space(home())
    yield _contact(contact)
    yield _notify(notify)
    yield _database(database())
    yield _lock(database())
    yield _archive(archive())
    yield from _units()
    if online:
        yield from _portal(portal)


def _folder(folder: Path) -> Finding:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=folder):
            pass
    except OSError as error:
        return Finding(
            "folder", False, f"{folder}: {_reason(error)}; set NIANBAO_HOME to a folder that you may write to"
        )
    return Finding("folder", True, str(folder.resolve()))


def _space(folder: Path) -> Finding:
    there = next(parent for parent in (folder, *folder.resolve().parents) if parent.exists())
    free = shutil.disk_usage(there).free
    says = f"{free / 1e9:.1f} GB free"
    if free < _LEAST_FREE:
        return Finding("disk", False, f"{says}; a crawl of a province's year needs about {_LEAST_FREE / 1e9:.0f} GB")
    return Finding("disk", True, says)


def _contact(contact: str) -> Finding:
    if not contact:
        return Finding("contact", False, "none; write one into nianbao.toml, or set NIANBAO_CONTACT")
    if "example." in contact:
        return Finding("contact", False, f"{contact} is an example; write an address at which you can be reached")
    return Finding("contact", True, contact)


def _notify(command: str) -> Finding:
    if not command:
        return Finding("notify", True, "no command; a run that fails says so by its exit code alone")
    program = next(iter(shlex.split(command)), "")
    if not shutil.which(program):
        return Finding("notify", False, f"{program}: no such program; install it, or change notify")
    return Finding("notify", True, command)


def _database(path: Path) -> Finding:
    if not path.exists():
        return Finding("database", True, f"{path}: not there yet; nianbao crawl creates it")
    if damage := damage_of(path):
        return Finding("database", False, f"{path}: {damage}; restore it: nianbao restore")
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as db:
            (reports,) = db.execute("select count(*) from reports").fetchone()
    except sqlite3.Error as error:
        return Finding("database", False, f"{path}: {error}; restore it: nianbao restore")
    return Finding("database", True, f"{path}: {reports:,} reports")


def _lock(path: Path) -> Finding:
    """Whether a crawl is at work, which is well, and said."""
    lock = Path(f"{path}.lock")
    if not lock.exists():
        return Finding("lock", True, "no crawl is at work")
    try:
        with FileLock(lock, timeout=0):
            return Finding("lock", True, "no crawl is at work")
    except Timeout:
        return Finding("lock", True, "a crawl or reparse is at work")
    except OSError as error:
        return Finding("lock", False, f"{lock}: {_reason(error)}; it must belong to whoever crawls")


def _archive(folder: Path) -> Finding:
    if not folder.is_dir():
        there = database().exists()
        says = "not there, although the database is; restore it, or nianbao crawl --full" if there else "not there yet"
        return Finding("archive", not there, f"{folder}: {says}")
    names = sorted(folder.glob("*.warc.gz"))
    if closed := [name for name in names if not os.access(name, os.R_OK)]:
        return Finding("archive", False, f"{closed[0]}: permission denied; it must belong to whoever crawls")
    size = sum(name.stat().st_size for name in names)
    return Finding("archive", True, f"{folder}: {len(names)} WARC files, {size / 1e6:,.1f} MB")


def _units() -> Iterator[Finding]:
    """The services, where systemd is in use and any of them is installed."""
    if not Path("/run/systemd/system").is_dir():
        return
    for unit in _UNITS:
        state = subprocess.run(  # noqa: S603 - the names are our own
            ["systemctl", "is-enabled", unit],  # noqa: S607 - wherever the system has it
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        word = state.stdout.strip()
        if word in ("", "not-found"):
            continue
        well = word in ("enabled", "static")
        yield Finding(unit, well, word if well else f"{word}; systemctl enable --now {unit}")


def _portal(portal: Portal) -> Iterator[Finding]:
    """What the portal's robots.txt says of us, and its clock."""
    robots = f"{portal.home.rstrip('/')}/robots.txt"
    rules = RobotFileParser()
    try:
        # A portal's address is http or https: its declaration is checked for that.
        request = urllib.request.Request(robots, headers={"User-Agent": USER_AGENT})  # noqa: S310
        with urllib.request.urlopen(request, timeout=_PATIENCE) as answer:  # noqa: S310
            date = answer.headers.get("Date")
            rules.parse(answer.read(1 << 20).decode("utf-8", "replace").splitlines())
    except urllib.error.HTTPError as error:
        date = error.headers.get("Date")
        if error.code >= 500:
            yield Finding("portal", False, f"{robots}: answers {error.code}, which forbids everything; try again later")
            return
        rules.parse([])  # There is none: everything is allowed.
    except OSError as error:
        reason = _reason(getattr(error, "reason", error) if isinstance(error, urllib.error.URLError) else error)
        yield Finding("portal", False, f"{robots}: {reason}; many portals answer only to addresses in China")
        return
    allowed = rules.can_fetch(USER_AGENT, portal.home)
    yield Finding("portal", allowed, f"{portal.home}: " + ("answers" if allowed else "robots.txt forbids it"))
    if date:
        yield _clock(date)


def _clock(date: str) -> Finding:
    try:
        skew = abs(datetime.now(UTC) - parsedate_to_datetime(date))
    except (TypeError, ValueError):
        return Finding("clock", True, "the portal's date cannot be read")
    minutes = round(skew.total_seconds() / 60)
    if skew > _MOST_SKEW:
        return Finding("clock", False, f"{minutes} minutes from the portal's; set it: timedatectl set-ntp true")
    return Finding("clock", True, "agrees with the portal's")


def _reason(error: object) -> str:
    return str(getattr(error, "strerror", None) or error).lower()
