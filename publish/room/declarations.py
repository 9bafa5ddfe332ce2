"""What the reading room declares as data: how tables are shown, the questions, the charts, the dashboard."""

from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@cache
def declared(name: str) -> dict[str, Any]:
    """The content of ``<name>.yaml`` beside this file."""
    content: dict[str, Any] = yaml.safe_load((files(__package__) / f"{name}.yaml").read_text(encoding="utf-8"))
    return content
