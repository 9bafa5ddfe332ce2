"""The demo: the bundled sample portal, crawled by the real spider through the real settings."""

import sys
from pathlib import Path
from shutil import which

import click
from rich.box import SIMPLE
from rich.console import Console, JustifyMethod
from rich.table import Table
from sqlite_utils import Database

from crawler.crawl import CrawlOptions, CrawlResult, crawl
from database.home import home
from nianbao.portal.server import SamplePortal

DB = home() / "demo.db"
ARCHIVE = home() / "demo-archive"

# The walk covers the reports on 2021 with gaps between; that on 2022 is found by a link.
FIRST, LAST = 20655, 20663

_HEADINGS: dict[str, JustifyMethod] = {
    "机关 agency": "left",
    "年度": "left",
    "status": "left",
    "新收申请": "right",
    "予以公开": "right",
    "checks": "left",
}

_FOUND_SQL = """
select r.id, r.agency, r.year, r.status, received.total as received, granted.total as granted,
       (select count(*) from checks c where c.report = r.id and c.previous is null) as broken
from reports r
left join applications received on received.report = r.id and received.row = 'received'
left join applications granted on granted.report = r.id and granted.row = 'granted'
order by r.year, r.id
"""


def run() -> int:
    """Crawl the sample portal and print what was found; returns the exit code."""
    click.echo("Starting the sample portal (a replica: real agencies and figures, sample prose) ...")
    with SamplePortal() as portal:
        click.echo(f"Crawling {portal.url}, reports {FIRST} to {LAST} and what they link to ...")
        result = crawl(CrawlOptions(portal.url, DB, ARCHIVE, FIRST, LAST, delay=0))
        click.echo(f"{len(portal.requests)} requests made: {_outcomes(result)}. The sample portal is stopped.\n")
    _print_found()
    click.echo(f"\nOpen it in Datasette:\n\n    {_command()} serve --db {DB}\n")
    for key, reason in result.failures:
        click.echo(f"{key}: {reason}", err=True)
    return 1 if result.failures else 0


def _command() -> str:
    """The command as it can be typed, wherever it was installed."""
    called = Path(sys.argv[0])
    return str(called) if called.name == "nianbao" and which("nianbao") is None else "nianbao"


def _outcomes(result: CrawlResult) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(result.outcomes.items())) or "nothing was due"


def _print_found() -> None:
    table = Table(title=f"What {DB} has", box=SIMPLE, padding=(0, 1, 0, 0))
    for heading, justify in _HEADINGS.items():
        table.add_column(heading, justify=justify, overflow="fold")
    db = Database(DB)
    for row in db.query(_FOUND_SQL):
        checks = f"{row['broken']} broken" if row["broken"] else "all hold"
        cells = (row["agency"], row["year"], row["status"], row["received"], row["granted"], checks)
        table.add_row(*("" if cell is None else str(cell) for cell in cells))
    db.close()
    Console().print(table)
