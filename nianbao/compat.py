"""Settings that other packages need before they are imported, and why."""

import sys


def skip_pandas() -> None:
    """Import sqlite_utils without pandas.

    It loads pandas where that is installed, for what no command does: half a second each time. Only sqlite_utils is
    kept from it, since pyarrow cannot do without knowing whether it is there.
    """
    if "pandas" not in sys.modules:
        sys.modules["pandas"] = None  # type: ignore[assignment]
        import sqlite_utils  # noqa: F401

        del sys.modules["pandas"]
