"""The command that ties the rooms together, the sample portal for trying it, and what other programs may use.

``from nianbao import read, open_database``: see :mod:`nianbao.api`, which is imported when it is first asked for.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nianbao.api import Report, Unreadable, open_database, read

__all__ = ["Report", "Unreadable", "open_database", "read"]


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from nianbao import api

    return getattr(api, name)
