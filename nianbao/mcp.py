"""``nianbao mcp``: the database for a program with a language model."""

from pathlib import Path

import click

from database.home import database


@click.command()
@click.option(
    "--db", type=click.Path(path_type=Path), default=database, show_default="nianbao.db in $NIANBAO_HOME or data",
    help="The database, or that of a release.",
)  # fmt: skip
def mcp(db: Path) -> None:
    """Serve a database to a language model (Model Context Protocol, on stdin and stdout); nothing can be written.

    Its tools find agencies and reports, and give figures, each with its state, its proof and a citation.
    """
    try:
        from publish.mcp_server import server
    except ModuleNotFoundError as error:
        raise click.ClickException("this needs the extra mcp: pip install 'nianbao[mcp]'") from error
    if not db.is_file():
        raise click.ClickException(f"{db}: no such database")
    server(db).run()
