"""The command ``nianbao review``: open the queue, and take what was decided into the database at the end."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import click

from crawler.workers.pool import ReaderPool
from database.store import Store
from derived.update import update_derived
from nianbao.review.queue import asked_for, left_out, reports
from nianbao.review.server import Originals, ReviewServer, Session


def review(
    db: Path,
    originals: Originals,
    by: str,
    *,
    double: bool = False,
    report: str | None = None,
    log: Path | None = None,
    port: int = 0,
    started: Callable[[ReviewServer], None] = lambda _: None,
) -> int:
    """Let a person decide until an interrupt, or until ``started`` has ended the server; returns how many cells were.

    ``by`` signs the decisions; ``log`` is the access log by which reports are asked for.
    """
    take_in(db)
    with Store(db) as store:
        queue = reports(store.db, report, asked_for(log) if log else Counter())
        if lost := left_out(store.db):
            click.echo(f"{lost} reports with open cells are left out: the archive has no document of theirs", err=True)
    pool = ReaderPool(1)
    session = Session(db, queue, originals, by, double=double, pool=pool)
    try:
        server = ReviewServer(session, port)
        started(server)
        server.run()
    finally:
        pool.close()
        session.close()
        take_in(db)
    return session.count


def take_in(db: Path) -> int:
    """Take the lines of the file of decisions into the database; returns how many it has."""
    with Store(db) as store:
        update_derived(store)
        return store.db.table("decisions").count
