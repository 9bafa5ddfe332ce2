"""Settings that other packages need before they are imported, and why."""

import sys
from importlib import import_module
from typing import Any


def import_without(name: str, *missing: str) -> None:
    """Import a package as if some that it can do without were not installed.

    sqlite_utils loads pandas and numpy where there are any, for what no command does: half a second each time. Only
    that package is kept from them, since others cannot do without knowing whether they are there.
    """
    absent = [one for one in missing if one not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        import_module(name)
    finally:
        for one in absent:
            del sys.modules[one]


def skip_units() -> None:
    """Import Datasette without its units, which no table has: half a second at each start."""
    import_without("datasette.vendored.pint", "numpy", "dask", "babel", "uncertainties")
    pint: Any = import_module("datasette.vendored.pint")
    pint.UnitRegistry = pint.LazyRegistry
