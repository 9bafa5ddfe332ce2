"""``python -m nianbao.portal``: serve the sample portal until interrupted."""

import contextlib
from threading import Event

import click

from nianbao.portal.server import SamplePortal


@click.command()
@click.option("--port", default=8000, show_default=True)
def main(port: int) -> None:
    """Serve the sample portal on this machine."""
    with SamplePortal(port) as portal, contextlib.suppress(KeyboardInterrupt):
        click.echo(f"The sample portal is at {portal.url}/ (Ctrl-C ends it)")
        Event().wait()


main()
