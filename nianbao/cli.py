"""The command ``nianbao``. What a command needs it imports itself, so that none waits for what others need."""

import math
import os
import sqlite3
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING

import click

from database.home import archive as home_archive
from database.home import database
from database.lock import Busy
from nianbao.operate import configuration
from nianbao.operate.commands import backup, doctor, init, restore
from nianbao.words import decoded, printable, reason

if TYPE_CHECKING:
    from crawler.workers.readers import Readers
    from database.store import Store
    from derived.coverage import Assertion
    from gazetteer.resolver import Agency
    from nianbao.files import FileSource
    from parsers.report import Report

_PORTAL = "henan"
# From so many files on, a bar shows how far parse is.
_MANY = 5

_path = click.Path(path_type=Path)
_assertions_option = click.option(
    "--assertions", metavar="FILE|none", show_default="those for Henan that come with nianbao",
    help="YAML file with the numbers to expect; none: expect nothing, as of a demo or a part of a province.",
)  # fmt: skip
_db_option = click.option(
    "--db", type=_path, default=database, show_default="nianbao.db in $NIANBAO_HOME or data", help="The database."
)


def _draft_reader() -> "Callable[[bytes], Report]":
    from nianbao.check import draft_reader

    return draft_reader()


def _user() -> str:
    from getpass import getuser

    try:
        return getuser()
    except OSError:
        return "nobody"


def _addresses(_: click.Context, param: click.Parameter, value: str | tuple[str, ...]) -> str | tuple[str, ...]:
    from crawler.portals.urls import is_address

    name = "" if param.name == "urls" else f"--{param.name} "
    for url in (value,) if isinstance(value, str) else value:
        if not is_address(url):
            raise click.UsageError(f"{name}{url}: an address begins with http:// or https:// and names a host")
    return value


def _given(context: click.Context, param: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    from urllib.parse import urlsplit

    _addresses(context, param, value)
    if len({urlsplit(url).netloc for url in value}) > 1:
        raise click.UsageError("the addresses are of several portals: probe one at a time")
    return value


def _portal(context: click.Context, param: click.Parameter, value: str) -> str:
    from crawler.portals.portals import PortalError, portal_of

    try:
        portal = portal_of(value)
    except PortalError as error:
        raise click.UsageError(str(error)) from error
    _addresses(context, param, portal.home)
    return portal.spec


def _finite(_: click.Context, param: click.Parameter, value: float | None) -> float | None:
    if value is not None and not math.isfinite(value):
        raise click.UsageError(f"--{param.name} {value}: not a number of seconds")
    return value


def _site_address(_: click.Context, param: click.Parameter, value: str | None) -> str | None:
    from urllib.parse import urlsplit

    if value is None:
        return None
    address = urlsplit(value)
    if address.scheme not in ("http", "https") or not address.hostname or address.path.strip("/") or address.query:
        raise click.BadParameter(
            f"{value} is not the address of a site, such as https://nianbao.example.org", param=param
        )
    return f"{address.scheme}://{address.netloc}"


def _window(_: click.Context, param: click.Parameter, value: str) -> str:
    from crawler.run.throttle import Window

    try:
        return str(Window.parse(value)) if value else ""
    except ValueError as error:
        raise click.UsageError(f"--{param.name} {error}") from error


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="nianbao")
@click.pass_context
def main(context: click.Context) -> None:
    """年报: annual reports on government information disclosure, read, checked and published.

    Files are kept in the folder data, or in $NIANBAO_HOME; settings are in nianbao.toml there (nianbao init).
    """
    try:
        configuration.read(main.commands).apply(context)
    except configuration.Misconfigured as error:
        raise click.ClickException(str(error)) from error


@main.command()
@click.option(
    "--portal", default=_PORTAL, callback=_portal, show_default=True, metavar="NAME|URL|NAME=URL",
    help="The portal's name, and its address if that is not its home; an address alone: a portal like Henan's.",
)  # fmt: skip
@_db_option
@click.option(
    "--archive",
    type=_path,
    default=home_archive,
    show_default="archive beside the database",
    help="Directory of the WARC files.",
)
@click.option("--first", type=click.IntRange(min=0), help="First report number; if not given, the crawl finds its own.")
@click.option("--last", type=click.IntRange(min=0), help="Last report number; if not given, the crawl finds its own.")
@click.option("--delay", type=click.FloatRange(min=0), callback=_finite, help="Seconds between requests; 1 by default.")
@click.option("--full", is_flag=True, help="Ask again for every known address, due or not, without conditions.")
@click.option(
    "--sweep", is_flag=True, help="Ask for every number in the end, where reports are numbered and stand far apart."
)
@click.option(
    "--window", default="", callback=_window, metavar="HH:MM-HH:MM", help="Ask only in these hours, Beijing time."
)
@click.option(
    "--connections", type=click.IntRange(min=1), default=1, show_default=True, help="Requests at a time to a host."
)
@click.option("--budget", type=click.IntRange(min=1), help="Make this many requests at most.")
@click.option(
    "--start", multiple=True, callback=_addresses, metavar="URL", help="A page with links to reports; may be repeated."
)
def crawl(
    portal: str,
    db: Path,
    archive: Path,
    first: int | None,
    last: int | None,
    delay: float | None,
    full: bool,
    sweep: bool,
    window: str,
    connections: int,
    budget: int | None,
    start: tuple[str, ...],
) -> None:
    """Crawl a portal: ask for what is due, find new reports, read and store them.

    The crawl finds report numbers by itself; --first and --last limit it on portals that number their reports.
    The operator of a portal elsewhere must be able to reach you: set NIANBAO_CONTACT to an e-mail address or a page.
    """
    from crawler.crawl import CrawlOptions
    from crawler.crawl import crawl as run
    from crawler.portals.portals import portal_of
    from crawler.portals.urls import objection_to
    from crawler.processes import count_of
    from crawler.reparse import Incomplete, take_in
    from crawler.settings import NIANBAO_CONTACT, NIANBAO_READERS
    from database.store import Damaged

    if first is not None and last is not None and last < first:
        raise click.UsageError("--last is smaller than --first")
    if sweep and (first, last) != (None, None):
        raise click.UsageError("--sweep asks for every number: it cannot be used with --first or --last")
    if portal_of(portal).render:
        with _extra("browser"):
            import crawler.run.browser  # noqa: F401 - only whether it is there
    if objection := objection_to(portal_of(portal), NIANBAO_CONTACT, bounded=sweep or (first, last) != (None, None)):
        raise click.UsageError(objection)
    try:
        jobs = count_of(NIANBAO_READERS)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    _must_be_writable(archive)
    options = CrawlOptions(
        portal, db, archive, first, last, delay, full, window, budget or 0, start, connections, sweep
    )
    try:
        take_in(db, archive, jobs, partial(click.echo, err=True))
        _open_store(db).close()
        result = run(options)
    except (Busy, Damaged, Incomplete) as error:
        raise click.ClickException(str(error)) from error
    except (sqlite3.DatabaseError, OSError) as error:
        raise click.ClickException(f"{db}: {error}") from error
    click.echo(
        "  ".join(f"{outcome}: {count}" for outcome, count in sorted(result.outcomes.items())) or "nothing was due"
    )
    if result.ending:
        click.echo(f"ended early: {result.ending}")
    if result.unlooked:
        click.echo(result.unlooked)
    _exit(result.complaints)


@main.command()
@click.argument("urls", nargs=-1, required=True, callback=_given, metavar="URL...")
@click.option(
    "--delay", type=click.FloatRange(min=0), default=1.0, show_default=True, callback=_finite,
    help="Seconds between requests.",
)  # fmt: skip
@click.option(
    "--save", type=_path, metavar="DIR", help="Keep every answer in DIR as WARC, to attach to a report of a bug."
)
@click.option("-o", "--output", type=_path, metavar="FILE", help="Also write the draft of the entry into FILE.")
def probe(urls: tuple[str, ...], delay: float, save: Path | None, output: Path | None) -> None:
    """Look at an unknown portal: what it is, how its lists and reports come out, and a draft of its entry.

    URL is a list of reports, a report, or the portal's home; several of one portal help. It makes 16 requests at most.
    """
    from crawler.portals.urls import is_loopback
    from crawler.settings import NIANBAO_CONTACT
    from nianbao.probe import complaint, lines
    from nianbao.probe import probe as run

    if not NIANBAO_CONTACT and not all(map(is_loopback, urls)):
        raise click.UsageError("set NIANBAO_CONTACT to an address at which the portal's operator can reach you")
    if save:
        _must_be_writable(save)
    portrait, visit = run(urls, delay, save)
    for line in lines(portrait, visit):
        click.echo(line)
    if output and portrait.draft:
        try:
            output.write_text(portrait.draft, encoding="utf-8")
        except OSError as error:
            raise click.ClickException(f"{output}: {reason(error)}") from error
    _exit(filter(None, [complaint(portrait, visit)]))


@main.command()
@click.argument("files", nargs=-1, required=True, type=str)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file instead of a line.")
@click.option("--db", type=_path, help="Also write the reports into this database.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that read; one a core by default.")
def parse(files: tuple[str, ...], as_json: bool, db: Path | None, jobs: int | None) -> None:
    """Read reports from FILES, and print agency, year and status of each.

    A file that takes two minutes, or all the memory there is, fails alone.
    """
    from derived.update import update_derived
    from nianbao.files import read_all
    from parsers.report import Report

    store = _open_store(db) if db else None
    complaints = []
    for source in _with_progress(read_all(files, jobs or os.cpu_count() or 1), len(files)):
        if store:
            source.save(store)
        if as_json:
            click.echo(_json(source))
        elif isinstance(source.result, Report):
            click.echo(_report_line(source.name, source.result))
        complaint = _complaint(source)
        if complaint:
            complaints.append(complaint)
            click.echo(complaint, err=True)
    if store:
        update_derived(store)
        store.close()
    if complaints:
        sys.exit(1)


def _with_progress(sources: Iterator["FileSource"], count: int) -> Iterator["FileSource"]:
    """The sources as they come, with a bar on a terminal where there are many."""
    if count < _MANY or not sys.stderr.isatty():
        yield from sources
        return
    from rich.console import Console
    from rich.progress import MofNCompleteColumn, Progress

    # What is printed goes above the bar only where it goes to the same terminal.
    columns = (*Progress.get_default_columns(), MofNCompleteColumn())
    console, above = Console(stderr=True), sys.stdout.isatty()
    with Progress(*columns, console=console, transient=True, redirect_stdout=above) as bar:
        yield from bar.track(sources, count, description="")


def _drawable(_: click.Context, param: click.Parameter, value: Path) -> Path:
    if value.suffix.lower() not in (".html", ".png"):
        raise click.UsageError(f"--{param.name} {value}: the name must end in .html, or in .png for a PDF or a picture")
    return value


@main.command()
@click.argument("file", type=str)
@click.option(
    "-o",
    "--output",
    type=_path,
    required=True,
    callback=_drawable,
    metavar="OUT.html|OUT.png",
    help="File to write.",
)
def inspect(file: str, output: Path) -> None:
    """Draw what was found in FILE, to see why a cell was read as it was.

    OUT.html shows the document beside the form. OUT.png shows the pages of a PDF or a picture with boxes on them.
    """
    from nianbao.inspect.draw import draw
    from parsers.document.model import Unreadable
    from parsers.report import Report

    name = printable(file)
    try:
        result, written = draw(file, output)
    except Unreadable as error:
        _exit([f"{name}: {error}"])
        return
    click.echo(" ".join(map(str, written)))
    if isinstance(result, Report):
        click.echo(_report_line(name, result))
    _exit([] if isinstance(result, Report) else [f"{name}: {result}"])


@main.command()
@click.argument("names", nargs=-1, required=True)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a name instead of a line.")
@click.option("--hint", "hints", multiple=True, help="Their region, by code or name; may be repeated.")
def agency(names: tuple[str, ...], as_json: bool, hints: tuple[str, ...]) -> None:
    """Print agency, region, level and kind of printed NAMES, as far as they are certain."""
    from derived.agencies import agency_with_hints
    from gazetteer.resolver import resolve
    from nianbao.jsonl import agency_json

    for name in names:
        found = agency_with_hints(resolve(decoded(name)), hints)
        click.echo(agency_json(found) if as_json else _agency_line(found))


@main.command()
@_db_option
@click.option(
    "--archive", "archives", multiple=True, default=lambda: [str(home_archive())],
    show_default="archive beside the database", metavar="PATH_OR_URL",
    help="Directory of WARC files, or with the extra dask a URL that fsspec knows; may be repeated.",
)  # fmt: skip
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that read on this machine; one a core by default.")
@click.option("--scheduler", metavar="ADDRESS", help="Read on the Dask cluster with this scheduler instead.")
def reparse(db: Path, archives: tuple[str, ...], jobs: int | None, scheduler: str | None) -> None:
    """Rebuild the database from one archive or several."""
    from crawler.portals.portals import PortalError
    from crawler.reparse import Incomplete
    from crawler.reparse import reparse as run
    from crawler.workers.readers import Unreachable
    from database.store import Damaged

    if jobs and scheduler:
        raise click.UsageError("--jobs and --scheduler cannot be used together")
    directories = [_directory(archive) for archive in archives]
    _decisions_must_be_readable(db)
    try:
        with _readers(jobs or os.cpu_count() or 1, scheduler) as readers:
            rebuilt = run(db, directories, readers)
    except (Busy, Damaged, Incomplete, PortalError, Unreachable) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{db}: {rebuilt.reports} reports from {rebuilt.answers} answers")
    _exit(rebuilt.damaged)


def _directory(archive: str) -> Path:
    """A local directory, or one that fsspec finds by its URL."""
    try:
        directory = _by_url(archive) if "://" in archive else Path(archive)
        if directory.is_dir():
            return directory
    except (OSError, ValueError, ImportError) as error:
        raise click.ClickException(f"{archive}: {error}") from error
    raise click.ClickException(f"{archive}: no such directory")


def _by_url(url: str) -> Path:
    with _extra("dask"):
        from upath import UPath
    path: Path = UPath(url)
    return path


def _readers(jobs: int, scheduler: str | None) -> "Readers":
    from crawler.workers.readers import LocalReaders

    if scheduler is None:
        return LocalReaders(jobs if jobs > 1 else 0)
    with _extra("dask"):
        from crawler.workers.cluster import ClusterReaders
    return ClusterReaders(scheduler)


@contextmanager
def _extra(name: str) -> Iterator[None]:
    try:
        yield
    except ModuleNotFoundError as error:
        raise click.ClickException(
            f"this needs an extra that is not installed: pip install 'nianbao[{name}]'"
        ) from error


@main.command()
@_db_option
@click.option("--check", is_flag=True, help="Also check that database and archive are whole; exit 1 if not.")
@click.option(
    "--archive",
    type=_path,
    default=home_archive,
    show_default="archive beside the database",
    help="Directory of the WARC files, for --check.",
)
def status(db: Path, archive: Path, *, check: bool) -> None:
    """Show coverage by year, what is due, failures and the last runs."""
    from rich.console import Console

    from nianbao.status import damages, show

    _must_be_database(db)
    found = damages(db, archive) if check else []
    if not found:
        show(db, Console())
    _exit(found)


@main.command()
@_db_option
@_assertions_option
def coverage(db: Path, assertions: str | None) -> None:
    """Compare what was found, read and verified with what is expected."""
    from rich.console import Console

    from nianbao.coverage import PART, show

    _must_be_database(db)
    findings = show(db, _asserted(assertions), Console())
    for finding in findings:
        click.echo(f"{'failed' if finding.fails else 'warning'}: {finding}", err=True)
    if any(finding.fails for finding in findings):
        click.echo(PART, err=True)
        sys.exit(1)


@main.command()
@_db_option
@click.option(
    "--archive",
    type=_path,
    help="Directory of the WARC files, to show originals; by default the one beside the database.",
)
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True, help="Port to listen on.")
@click.option(
    "--public", is_flag=True, help="For the internet: stricter limits; the file must not change while it is served."
)
@click.option(
    "--url",
    callback=_site_address,
    help="Address at which readers find the site, such as https://nianbao.example.org: links are built from it.",
)
@click.option("--indexed", is_flag=True, help="Let search engines list the pages.")
@click.option("--check", "drafts", is_flag=True, help="Let visitors check drafts at /-/check; nothing of them is kept.")
@click.option(
    "--contact", help="E-mail address or page to which readers report a mistake; by default that of NIANBAO_CONTACT."
)
def serve(
    db: Path,
    archive: Path | None,
    host: str,
    port: int,
    public: bool,
    url: str | None,
    indexed: bool,
    drafts: bool,
    contact: str | None,
) -> None:
    """Open the database in the reading room, a web site on Datasette."""
    from nianbao.compat import skip_units

    skip_units()
    from database.store import is_current
    from derived.update import update_derived
    from nianbao.originals import archive_beside, originals, pictures
    from publish.release.changes import is_release
    from publish.serve import ReadingRoom
    from publish.serve import serve as run

    _must_be_database(db)
    folder = archive or archive_beside(db)
    if archive and not archive.is_dir():
        raise click.ClickException(f"{archive}: no such directory")
    if not (is_release(db, immutable=public) or is_current(db, immutable=public)):
        click.echo(f"{db} is of an earlier version: bringing it up to date")
        with _open_store(db) as store:
            update_derived(store)
    documents = originals(db, folder) if folder else None
    room = ReadingRoom(
        db,
        public=public,
        url=url,
        indexed=indexed,
        originals=documents,
        pictures=pictures(documents) if documents else None,
        contact=contact or os.environ.get("NIANBAO_CONTACT"),
        reader=_draft_reader() if drafts else None,
    )
    click.echo(f"Serving {db} at http://{host}:{port} (Ctrl-C ends it)")
    try:
        run(room, host, port)
    except OSError as error:
        raise click.ClickException(f"{host} port {port}: {os.strerror(error.errno or 0).lower()}") from error


@main.command()
@click.argument("files", nargs=-1, required=True, type=str)
@click.option(
    "--db", type=_path, help="A database that has last year's report; by default that of nianbao, if there is one."
)
@click.option("--last", type=str, metavar="FILE", help="The report on the year before.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a file instead of lines.")
@click.option("--jobs", type=click.IntRange(min=1), help="Processes that read; one a core by default.")
def check(files: tuple[str, ...], db: Path | None, last: str | None, as_json: bool, jobs: int | None) -> None:
    """Check drafts before they are filed: sums, blanks, the prose, last year.

    Nothing is kept. The exit code is 1 if anything was found, or a file cannot be read.
    """
    from nianbao.check import check as run
    from nianbao.check import lines_of
    from nianbao.jsonl import findings_json
    from parsers.report import Report

    if db:
        _must_be_database(db)
    of_last_year = db or (database() if database().is_file() else None)
    complaints = []
    for source, findings in run(files, of_last_year, last, jobs or os.cpu_count() or 1):
        if as_json:
            click.echo(findings_json(source.name, source.result, findings))
        elif isinstance(source.result, Report):
            click.echo("\n".join([_report_line(source.name, source.result), *lines_of(findings)]))
        if isinstance(source.result, str):
            complaints.append(f"{source.name}: {source.result}")
        elif findings:
            complaints.append(f"{source.name}: {len(findings)} findings")
    _exit(complaints)


@main.command()
@_db_option
@click.option("--archive", type=_path, help="Directory of the WARC files; by default the one beside the database.")
@click.option(
    "--by", default=_user, help="Name that signs the decisions and is published with them; by default yours here."
)
@click.option("--double", is_flag=True, help="Also ask about cells that one other person has decided.")
@click.option("--report", help="Only the report with this id.")
@click.option("--log", type=_path, help="Access log of the web server: the reports most asked for come first.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port to listen on; by default a free one.")
@click.option("--load", is_flag=True, help="Only take decisions.csv into the database.")
def review(
    db: Path,
    archive: Path | None,
    by: str,
    double: bool,
    report: str | None,
    log: Path | None,
    port: int,
    load: bool,
) -> None:
    """Decide the cells that are left open, on a page that only this machine can open.

    Each decision is a line of decisions.csv beside the database. Ctrl-C takes them into the database.
    """
    from database.decisions import Unusable, decisions_beside
    from nianbao.originals import archive_beside, originals
    from nianbao.review.run import review as run
    from nianbao.review.run import take_in

    _must_be_database(db)
    _open_store(db).close()
    if load:
        click.echo(f"{db}: {take_in(db)} decisions")
        return
    folder = archive or archive_beside(db)
    if folder is None or not folder.is_dir():
        raise click.ClickException(f"{folder or 'archive'}: no such directory; name it with --archive")
    try:
        count = run(
            db, originals(db, folder), by, double=double, report=report, log=log, port=port,
            started=lambda server: click.echo(f"Open {server.url} (Ctrl-C ends it)"),
        )  # fmt: skip
    except Unusable as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{error.filename or f'port {port}'}: {reason(error)}") from error
    click.echo(f"{count} cells decided; {decisions_beside(db)} has them")


@main.command()
@click.argument("folder", type=_path, metavar="DIR")
@_db_option
@_assertions_option
@click.option("--since", type=_path, metavar="OLD", help="The previous release: a folder or its SQLite file.")
def publish(folder: Path, db: Path, assertions: str | None, since: Path | None) -> None:
    """Write a release into DIR: SQLite, Parquet, CSV and their documentation.

    If the database breaks its assertions, each reason is printed and nothing is written.
    """
    from nianbao.release import publish as run

    _must_be_database(db)
    _exit(run(db, folder, _asserted(assertions), since))


@main.command()
@click.argument("old", type=_path)
@click.argument("new", type=_path)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object a change instead of a summary.")
@click.option("--csv", "csv", type=_path, metavar="FILE", help="Also write every change into FILE.")
def diff(old: Path, new: Path, as_json: bool, csv: Path | None) -> None:
    """Print what differs between two releases (folders or their SQLite files)."""
    from nianbao.release import diff as run

    run(old, new, csv, as_json=as_json)


@main.command()
@_db_option
def mcp(db: Path) -> None:
    """Serve a database to a language model (Model Context Protocol, on stdin and stdout); nothing can be written.

    Its tools find agencies and reports, and give figures, each with its state, its proof and a citation.
    """
    with _extra("mcp"):
        from publish.mcp_server import server

    _must_be_database(db)
    server(db).run()


@main.command()
def demo() -> None:
    """Crawl the bundled sample portal into data/demo.db."""
    from nianbao.demo import run

    sys.exit(run())


for _command in (init, doctor, backup, restore):
    main.add_command(_command)


def _asserted(source: str | None) -> "tuple[Assertion, ...]":
    from derived.coverage import OWN_ASSERTIONS, read_assertions

    try:
        return () if source == "none" else read_assertions(Path(source) if source else OWN_ASSERTIONS)
    except (OSError, ValueError) as error:
        raise click.ClickException(str(error)) from error


def _must_be_writable(archive: Path) -> None:
    try:
        archive.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=archive):
            pass
    except OSError as error:
        raise click.ClickException(f"{archive}: {reason(error)}") from error


def _must_be_database(db: Path) -> None:
    if not db.is_file():
        raise click.ClickException(f"{db}: no such database; nianbao crawl creates it (the demo's: --db data/demo.db)")
    with db.open("rb") as file:
        magic = file.read(16)
    if magic != b"SQLite format 3\0":
        raise click.ClickException(f"{db}: file is not a database")


def _decisions_must_be_readable(db: Path) -> None:
    from database.decisions import Unusable, decisions_beside, read_decisions

    path = decisions_beside(db)
    try:
        if path.is_file():
            read_decisions(path)
    except Unusable as error:
        raise click.ClickException(str(error)) from error


def _open_store(db: Path) -> "Store":
    from database.store import Store

    _decisions_must_be_readable(db)
    try:
        return Store(db)
    except (sqlite3.DatabaseError, OSError) as error:
        raise click.ClickException(f"{db}: {error}") from error


def _json(source: "FileSource") -> str:
    from nianbao.jsonl import failure_json, report_json
    from parsers.report import Report

    if isinstance(source.result, Report):
        return report_json(source.name, source.result)
    return failure_json(source.name, source.result)


def _report_line(name: str, report: "Report") -> str:
    holding = sum(check.holds for check in report.checks)
    what = f"{report.agency or 'unknown agency'}, {report.year or 'unknown year'}, form of {report.edition}"
    return f"{name}: {report.status}: {what}, {holding} of {len(report.checks)} checks hold"


def _agency_line(agency: "Agency") -> str:
    where = f"{agency.region} ({agency.region_code})" if agency.region else "unknown region"
    what = " ".join(dict.fromkeys(filter(None, [agency.level, agency.kind]))) or "unknown kind"
    return f"{printable(agency.name)}: {agency.agency or 'unknown agency'}, {where}, {what}: {agency.why}"


def _complaint(source: "FileSource") -> str | None:
    """The line on stderr for an input that could not be read completely."""
    from parsers.report import Status

    if isinstance(source.result, str):
        return f"{source.name}: {source.result}"
    if source.result.status is Status.INCOMPLETE:
        return f"{source.name}: incomplete: {'; '.join(source.result.missing)}"
    return None


def _exit(complaints: Iterable[str]) -> None:
    """Print every failure on stderr, one a line; exit with 1 if there is any."""
    lines = list(complaints)
    for line in lines:
        click.echo(line, err=True)
    sys.exit(1 if lines else 0)
