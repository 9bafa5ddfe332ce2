"""The five real texts, where this checkout stands beside them."""

from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[2] / "shared" / "seeds"

needs_seeds = pytest.mark.skipif(
    not SEEDS.is_dir(), reason="the real texts (../shared/seeds) are not beside this checkout"
)


def seed(number: str) -> bytes:
    """The text whose file name begins with ``number``."""
    return next(SEEDS.glob(f"{number}_*.txt")).read_bytes()
