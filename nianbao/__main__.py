"""``python -m nianbao``, and the command."""

import sys

# sqlite_utils loads pandas where it is installed, for what no command does: half a second each time. Only sqlite_utils
# is kept from it: pyarrow cannot do without knowing whether it is there.
_PANDAS = sys.modules.setdefault("pandas", None)  # type: ignore[arg-type]
import sqlite_utils  # noqa: E402, F401

if _PANDAS is None:
    del sys.modules["pandas"]

from nianbao.cli import main  # noqa: E402

if __name__ == "__main__":
    main(prog_name="nianbao")
