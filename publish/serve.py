"""Open a database in Datasette, with its descriptions."""

import socket
from pathlib import Path

import uvicorn
from datasette.app import Datasette

from publish.descriptions import metadata

HOST = "127.0.0.1"


def datasette(db: Path) -> Datasette:
    """Datasette over one database file, read only."""
    return Datasette(
        files=[str(db)],
        metadata=metadata(db.stem),
        settings={"truncate_cells_html": 120, "default_page_size": 50},
    )


def serve(db: Path, port: int) -> None:
    """Serve a database on this machine until interrupted; raises OSError where the port is taken."""
    with socket.create_server((HOST, port)) as listener:
        server = uvicorn.Server(uvicorn.Config(datasette(db).app(), log_level="warning"))
        server.run(sockets=[listener])
