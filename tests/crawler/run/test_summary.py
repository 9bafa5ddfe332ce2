from pathlib import Path

import pytest

from crawler.run.summary import summarise
from database.store import Store

AT = "2026-01-02T00:00:00Z"


@pytest.mark.parametrize(("edition", "share"), [(2019, 50.0), (2021, 49.5)])
def test_the_share_of_lost_cells_is_of_the_reports_own_form(edition: int, share: float, tmp_path: Path) -> None:
    """The form of 2019 has 198 cells, that of 2021 has 200."""
    times = dict.fromkeys(("first_seen", "last_seen", "last_changed"), AT)
    report = {"id": "henan-1", "year": edition, "edition": edition, "status": "uncertain", "revision": 1, **times}
    with Store(tmp_path / "test.db") as store:
        store.db.table("crawls").insert({"id": "1", "portal": "henan", "started": AT})
        store.db.table("reports").insert(report)
        cells = [{"report": "henan-1", "cell": f"x/{number}", "state": "absent"} for number in range(99)]
        store.db.table("flags").insert_all(cells)
        assert summarise(store, "1", {}, [], AT).lost_cells == share
