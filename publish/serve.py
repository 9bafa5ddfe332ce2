"""Open a database in Datasette, with its descriptions and the reading room."""

import asyncio
import socket
from pathlib import Path
from typing import Any

import uvicorn
from datasette.app import Datasette
from datasette.plugins import pm

from publish import room
from publish.bounded.database import BoundedDatabase
from publish.compat import replace_validation
from publish.descriptions import metadata
from publish.room.pages.cell import Pictures
from publish.room.pages.check import DraftReader, queue
from publish.room.pages.original import Originals
from publish.room.queries import DATABASE
from publish.room.site import Site

_ROOM = Path(room.__file__).parent
# `python -m benchmarks.room` times every kind of page, and many readers at once, under these limits; a page that they
# cut off is printed there as an error.
_SETTINGS: dict[str, Any] = {
    "truncate_cells_html": 120,
    "default_page_size": 50,
    "sql_time_limit_ms": 2000,
    # To suggest facets, Datasette counts every column's values: seconds for a wide table.
    "suggest_facets": False,
}
# For readers whom nobody knows: what one of them may cost the others.
_PUBLIC = {
    "sql_time_limit_ms": 1000,
    "facet_time_limit_ms": 300,
    "max_returned_rows": 1000,
    "default_cache_ttl": 3600,
}

# In seconds: who is still downloading when the server is to end has so long.
_LAST = 5


class ReadingRoom(Datasette):  # type: ignore[misc]
    """Datasette over one database file, read only, always under the same name.

    ``public``: the file does not change while it is served, so it is opened as immutable and may be downloaded, and
    a query may cost less. ``url``: where readers find it, if links are to be built from that and not from what a
    request says. ``indexed``: search engines may list the pages. ``originals``: where the archive is; ``pictures``:
    what cuts a row out of a page. ``contact``: the e-mail address or page that readers tell of a
    mistake; ``reader``: what reads drafts, if they may be checked here.
    """

    def __init__(
        self,
        db: Path,
        *,
        public: bool = False,
        url: str | None = None,
        indexed: bool = False,
        originals: Originals | None = None,
        pictures: Pictures | None = None,
        contact: str | None = None,
        reader: DraftReader | None = None,
    ) -> None:
        if not pm.is_registered(room):
            replace_validation()
            pm.register(room, "nianbao")
            # Even beside another it prints every 404 with all variables: slow, and a log that anyone can fill.
            pm.unregister(name="datasette.handle_exception")
        self.originals = originals
        self.site = Site(url, public)
        super().__init__(
            metadata=metadata(DATABASE, indexed=indexed),
            settings={**_SETTINGS, **(_PUBLIC if public else {})},
            template_dir=str(_ROOM / "templates"),
            static_mounts=[("static", str(_ROOM / "static"))],
        )
        self.pictures = pictures
        self.contact = contact
        self.reader = reader
        self.drafts = queue()
        # Datasette's own for queries across databases: nothing is in it, and it takes any SQL.
        self.remove_database("_memory")
        self.add_database(BoundedDatabase(self, db, is_mutable=not public), name=DATABASE)


def serve(room: ReadingRoom, host: str, port: int) -> None:
    """Serve until interrupted; raises OSError where the address or port cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, port), family=family) as listener:
        # What the first page needs for the first time, no reader should wait for.
        asyncio.run(room.client.get("/"))
        server = uvicorn.Server(uvicorn.Config(room.app(), log_level="warning", timeout_graceful_shutdown=_LAST))
        server.run(sockets=[listener])
