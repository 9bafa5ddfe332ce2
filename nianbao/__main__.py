"""``python -m nianbao``, and the command."""

from nianbao.compat import import_without

import_without("sqlite_utils", "pandas", "numpy")

from nianbao.cli import main  # noqa: E402

if __name__ == "__main__":
    main(prog_name="nianbao")
