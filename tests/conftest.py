"""For all tests."""

import os

# Several crawls run side by side, so each needs no more than one process that reads.
os.environ.setdefault("NIANBAO_READERS", "1")
