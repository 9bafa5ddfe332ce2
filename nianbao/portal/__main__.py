"""``python -m nianbao.portal``: serve a sample portal until interrupted."""

import contextlib
from threading import Event

import click

from nianbao.portal.articles import ArticlePortal
from nianbao.portal.server import SamplePortal

_PORTALS = {"henan": (SamplePortal, 8000), "sample2": (ArticlePortal, 8002)}


@click.command()
@click.argument("name", type=click.Choice(list(_PORTALS)), default="henan")
@click.option("--port", type=click.IntRange(1, 65535), help="8000 unless given, for sample2 8002.")
def main(name: str, port: int | None) -> None:
    """Serve a sample portal on this machine: that of Henan's shape, or sample2 with its lists."""
    make, usual = _PORTALS[name]
    with make(port or usual) as portal, contextlib.suppress(KeyboardInterrupt):
        click.echo(f"The sample portal is at {portal.url}/ (Ctrl-C ends it)")
        Event().wait()


main()
