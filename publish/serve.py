"""Open a database in Datasette, with its descriptions and the reading room."""

import socket
from pathlib import Path

import uvicorn
from datasette.app import Datasette
from datasette.database import Database
from datasette.plugins import pm

from publish import room
from publish.descriptions import metadata
from publish.room.rows import DATABASE

HOST = "127.0.0.1"

_ROOM = Path(room.__file__).parent
# To suggest facets, Datasette counts every column's values: seconds for a wide table.
_SETTINGS = {"truncate_cells_html": 120, "default_page_size": 50, "suggest_facets": False}


def datasette(db: Path) -> Datasette:
    """Datasette over one database file, read only."""
    if not pm.is_registered(room):
        pm.register(room, "nianbao")
    opened = Datasette(
        metadata=metadata(DATABASE),
        settings=_SETTINGS,
        template_dir=str(_ROOM / "templates"),
        static_mounts=[("static", str(_ROOM / "static"))],
    )
    opened.add_database(Database(opened, path=str(db)), name=DATABASE)
    return opened


def serve(db: Path, port: int) -> None:
    """Serve a database on this machine until interrupted; raises OSError where the port is taken."""
    with socket.create_server((HOST, port)) as listener:
        server = uvicorn.Server(uvicorn.Config(datasette(db).app(), log_level="warning"))
        server.run(sockets=[listener])
