"""``nianbao.toml``: the settings of an operator, in the folder with the database.

Keys of their own say who crawls; a table named like a command has defaults of its options. An environment variable, or
an option on the command line, counts more.
"""

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import Any

import click

from database.home import home
from nianbao.words import reason

NAME = "nianbao.toml"
# The keys outside tables, and the environment variables that count more.
KEYS = {"contact": "NIANBAO_CONTACT", "notify": "NIANBAO_NOTIFY", "portals": "NIANBAO_PORTALS"}


class Misconfigured(ValueError):  # noqa: N818 - says what the settings are
    """A file of settings that cannot be used; the text is one line with its name."""


@dataclass(frozen=True, slots=True)
class Configuration:
    """Environment variables to be set where they are not, and defaults of options by command."""

    environment: dict[str, str]
    defaults: dict[str, dict[str, Any]]

    def apply(self, context: click.Context) -> None:
        """Make them count for a command."""
        for name, value in self.environment.items():
            os.environ.setdefault(name, value)
        context.default_map = self.defaults


def path() -> Path:
    """The file of the folder at hand, whether it is there or not."""
    return home() / NAME


def template() -> str:
    """The file as ``nianbao init`` writes it: every setting with what it is for."""
    return (files("nianbao.operate") / NAME).read_text(encoding="utf-8")


def read(commands: Mapping[str, click.Command]) -> Configuration:
    """The settings of the folder at hand, none where it has no file; raises :class:`Misconfigured`."""
    try:
        content = tomllib.loads(path().read_text(encoding="utf-8"))
    except FileNotFoundError:
        content = {}
    except (OSError, ValueError) as error:
        raise Misconfigured(f"{path()}: {reason(error)}") from error
    environment = {name: _text(key, content.pop(key)) for key, name in KEYS.items() if key in content}
    for key, value in content.items():
        if not isinstance(value, dict) or key not in commands:
            raise Misconfigured(f"{path()}: {key}: neither a setting nor a command")
        known = {option.name for option in commands[key].params if isinstance(option, click.Option)}
        if unknown := sorted(set(value) - known):
            raise Misconfigured(f"{path()}: {key}.{unknown[0]}: nianbao {key} has no such option")
    return Configuration(environment, content)


def _text(key: str, value: object) -> str:
    if not isinstance(value, str):
        raise Misconfigured(f"{path()}: {key}: {value!r} is not text")
    return value
