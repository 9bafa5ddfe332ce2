"""``python -m nianbao``, and the command."""

import sys

# sqlite_utils loads pandas where it is installed, for what no command does: half a second each time. Only sqlite_utils
# is kept from it: pyarrow cannot do without knowing whether it is there.
sys.modules["pandas"] = None  # type: ignore[assignment]
import sqlite_utils  # noqa: E402, F401

del sys.modules["pandas"]

from nianbao.cli import main  # noqa: E402

# Others take None for the real thing.
if sys.modules["pandas"] is None:
    del sys.modules["pandas"]

if __name__ == "__main__":
    main(prog_name="nianbao")
