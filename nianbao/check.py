"""``nianbao check``: what is wrong or odd about drafts; and what reads drafts for the reading room."""

import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from functools import partial
from pathlib import Path

import click

from crawler.processes import unfinished
from database.rows import to_sql
from gazetteer.resolver import resolve
from nianbao.files import FileSource, read_all
from parsers.document.model import Unreadable
from parsers.read import NO_MEMORY, read
from parsers.report import CERTAIN, Report
from publish.room.drawing.draft import KINDS, ODD, Finding, LastYear, findings_of

# In seconds: half of what a report may take elsewhere, since a person waits.
_PATIENCE = 60.0
_LAST = """
select c.cell, c.value from panel p join cells c on c.report = p.report
where p.agency_id = ? and p.year = ? and c.state in ('printed', 'blank', 'dash')
"""


def check(
    files: tuple[str, ...], db: Path | None, last: str | None, jobs: int
) -> Iterator[tuple[FileSource, list[Finding]]]:
    """Read drafts and say what was found about each; ``last`` is a file with the report on the year before."""
    before: LastYear | None = None
    if last:
        (source,) = read_all([last], 1)
        if isinstance(source.result, str):
            raise click.ClickException(f"{source.name}: {source.result}")
        before = _cells_of(source.result)
    for source in read_all(files, jobs):
        if isinstance(source.result, str):
            yield source, []
        else:
            of_db = _last_year(db, source.result) if db and before is None else before
            yield source, findings_of(source.result, of_db)


def _cells_of(report: Report) -> dict[str, float | None]:
    return {key: to_sql(cell.value) for key, cell in report.cells.items() if cell.state in CERTAIN}


def _last_year(db: Path, report: Report) -> Mapping[str, float | None] | None:
    """The cells of the agency's report on the year before, by a database; None if it has none."""
    agency = resolve(report.agency).agency_id if report.agency else None
    if agency is None or report.year is None:
        return None
    try:
        with closing(sqlite3.connect(f"{db.absolute().as_uri()}?mode=ro", uri=True)) as found:
            return dict(found.execute(_LAST, [agency, report.year - 1]).fetchall()) or None
    except sqlite3.DatabaseError as error:
        raise click.ClickException(f"{db}: {error}") from error


def lines_of(findings: list[Finding]) -> Iterator[str]:
    """What is printed of findings: a line each, by kind."""
    if not findings:
        yield "  没有发现问题 nothing was found"
    for finding in findings:
        zh, en = KINDS[finding.kind]
        yield f"  {'○' if finding.kind in ODD else '●'} {zh} {en}: {finding.zh}"


def draft_reader() -> Callable[[bytes], Report]:
    """Reads drafts for the reading room, one at a time in a process with limits; raises :class:`Unreadable`."""
    import atexit

    from crawler.workers.pool import ReaderPool

    pool = ReaderPool(1, _PATIENCE)
    atexit.register(pool.close)

    def read_draft(data: bytes) -> Report:
        try:
            return pool.submit(partial(read, data)).result()
        except MemoryError as error:
            raise Unreadable(NO_MEMORY) from error
        except OSError as error:
            raise Unreadable(unfinished(error, _PATIENCE)) from error

    return read_draft
