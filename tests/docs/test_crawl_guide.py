import re
from pathlib import Path

from crawler.frontier.outcomes import Outcome

ROOT = Path(__file__).parents[2]
GUIDE = (ROOT / "docs" / "crawl.md").read_text(encoding="utf-8")


def test_every_key_of_the_stats_is_in_the_guide() -> None:
    sources = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "crawler").rglob("*.py"))
    keys = set(re.findall(r'"(nianbao/[a-z_/]+)"', sources))
    assert len(keys) == 5
    assert [key for key in sorted(keys) if f"`{key}" not in GUIDE] == []


def test_every_outcome_is_in_the_guide() -> None:
    assert [outcome for outcome in Outcome if f"{outcome}`" not in GUIDE] == []
