"""The operator's commands: init, doctor, backup, restore."""

import sqlite3
import sys
from pathlib import Path

import click

from database.home import database, home
from database.lock import Busy
from nianbao.operate import configuration
from nianbao.words import reason

_folder = click.argument("folder", type=click.Path(path_type=Path), metavar="DIR")


@click.command()
@click.option(
    "--deploy", type=click.Path(path_type=Path), metavar="DIR", help="Copy the service files into DIR instead."
)
def init(deploy: Path | None) -> None:
    """Write nianbao.toml, the file of settings, with what each is for."""
    if deploy:
        _copy_service_files(deploy)
        return
    path = configuration.path()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("x", encoding="utf-8") as file:
            file.write(configuration.template())
    except FileExistsError as error:
        raise click.ClickException(f"{path}: is there already") from error
    except OSError as error:
        raise click.ClickException(f"{path}: {reason(error)}") from error
    click.echo(f"{path}: edit it, then nianbao doctor")


@click.command()
@click.option("--portal", default="henan", show_default=True, metavar="NAME", help="The portal to be asked.")
@click.option("--offline", is_flag=True, help="Ask no portal.")
def doctor(portal: str, offline: bool) -> None:
    """Check folder, disk, contact, database, archive, services, portal and clock, and say what to do.

    The portal is asked once, for its robots.txt.
    """
    from crawler.portals.portals import PortalError, portal_of
    from crawler.settings import NIANBAO_CONTACT, NIANBAO_NOTIFY
    from nianbao.operate.doctor import examine

    try:
        asked = portal_of(portal)
    except PortalError as error:
        raise click.UsageError(str(error)) from error
    wrong = 0
    for finding in examine(asked, NIANBAO_CONTACT, NIANBAO_NOTIFY, online=not offline):
        wrong += not finding.well
        click.echo(f"{'  ' if finding.well else '! '}{finding.what:<10} {finding.says}", err=not finding.well)
    sys.exit(1 if wrong else 0)


@click.command()
@_folder
def backup(folder: Path) -> None:
    """Copy database, archive, decisions and settings into DIR; again and again into the same one.

    A crawl may be at work meanwhile.
    """
    from nianbao.operate.backup import back_up

    if not database().is_file():
        raise click.ClickException(f"{database()}: no such database")
    try:
        done = back_up(folder)
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"{folder}: {reason(error)}") from error
    click.echo(f"{folder}: copied {done.copied}, as before {done.same}")


@click.command()
@_folder
def restore(folder: Path) -> None:
    """Copy a backup from DIR back into the folder at hand, which must have no database."""
    from nianbao.operate.backup import Unrestorable
    from nianbao.operate.backup import restore as run

    try:
        done = run(folder)
    except (Unrestorable, Busy) as error:
        raise click.ClickException(str(error)) from error
    except (OSError, sqlite3.Error) as error:
        raise click.ClickException(f"{home()}: {reason(error)}") from error
    click.echo(f"{home()}: copied {done.copied}, as before {done.same}")


def _copy_service_files(folder: Path) -> None:
    """Units for systemd, a crontab, a site for nginx and a container file; what is there already stays."""
    packaged = Path(__file__).parent / "deploy"
    source = packaged if packaged.is_dir() else Path(__file__).parents[2] / "deploy"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for file in sorted(source.iterdir()):
            if (folder / file.name).exists():
                click.echo(f"{folder / file.name}: is there already, left as it is", err=True)
            else:
                (folder / file.name).write_bytes(file.read_bytes())
    except OSError as error:
        raise click.ClickException(f"{folder}: {reason(error)}") from error
    click.echo(f"{folder}: docs/operate.md says where each file goes")
