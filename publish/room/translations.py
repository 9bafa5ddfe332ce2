"""Datasette's own words in Chinese: its templates are read with the phrases of ``translations.yaml`` in their place.

A phrase that a later Datasette words otherwise stays English; a test says so.
"""

from collections.abc import Callable
from pathlib import Path

import datasette
from jinja2 import BaseLoader, Environment

from publish.room import declarations

_THEIRS = Path(datasette.__file__).parent / "templates"


class TranslatedTemplates(BaseLoader):
    """The templates of another loader, those of Datasette with Chinese words."""

    def __init__(self, loader: BaseLoader) -> None:
        self._loader = loader

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        """A template's source, and where it is from."""
        source, path, is_current = self._loader.get_source(environment, template)
        if path and Path(path).parent == _THEIRS:
            for phrase, said in phrases(Path(path).name).items():
                source = source.replace(phrase, said)
        return source, path, is_current

    def list_templates(self) -> list[str]:
        """The names of all templates; Datasette asks for them."""
        return self._loader.list_templates()


def phrases(template: str) -> dict[str, str]:
    """The phrases of a template of Datasette, and what replaces them."""
    return declarations.translations().get(template, {})
