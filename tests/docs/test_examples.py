"""The examples of docs/examples run on a release, and draw their figure."""

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from database.store import Store
from derived.update import update_panel
from publish.release.build import publish
from tests.factory.province import SMALL, write_province

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("examples")
    write_province(folder / "province.db", replace(SMALL, towns=1))
    with Store(folder / "province.db") as store:
        update_panel(store)
    publish(folder / "province.db", folder / "release", [])
    return folder / "release"


def drawn(*command: str | Path, figure: Path) -> str:
    """What an example prints, once it has drawn its figure."""
    environment = {**os.environ, "MPLCONFIGDIR": str(figure.parent)}
    done = subprocess.run([*command, figure], capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert figure.read_bytes().startswith(PNG)
    return done.stdout


@pytest.mark.parametrize("name", ["panel_pandas.py", "panel_polars.py"])
def test_python_examples_run(release: Path, tmp_path: Path, name: str) -> None:
    printed = drawn(sys.executable, EXAMPLES / name, release, figure=tmp_path / "figure.png")
    assert "示例一县" in printed


@pytest.mark.skipif(shutil.which("Rscript") is None, reason="needs Rscript")
def test_r_example_runs(release: Path, tmp_path: Path) -> None:
    assert "990101" in drawn("Rscript", EXAMPLES / "panel.R", release, figure=tmp_path / "figure.png")


def test_the_yearbook_has_the_counties_of_the_sample_portal() -> None:
    lines = (EXAMPLES / "yearbook.csv").read_text(encoding="utf-8").splitlines()
    assert {"410303", "410703", "410781"} <= {line.split(",")[0] for line in lines}
